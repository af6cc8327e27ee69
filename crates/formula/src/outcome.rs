//! What a formula comes to.

use domain::Exact;
use serde::{Deserialize, Serialize};

/// What a formula comes to at a place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "value")]
pub enum Outcome {
    /// A number in the unit of the formula.
    Number(Exact),
    /// 是 or 否.
    Flag(bool),
    /// A code of a closed list.
    Code(Box<str>),
    /// Free text.
    Text(Box<str>),
    /// `—`: the question does not arise here.
    NotApplicable,
    /// A fact that it needs is not known. [`crate::Formula::missing`] says which.
    Missing,
    /// The data are there and the formula has no value: division by zero, or the greatest of
    /// nothing.
    Undefined,
}

impl Outcome {
    /// The number, if it is one.
    #[must_use]
    pub fn number(&self) -> Option<&Exact> {
        if let Self::Number(number) = self { Some(number) } else { None }
    }

    /// The flag, if it is one.
    #[must_use]
    pub fn flag(&self) -> Option<bool> {
        if let Self::Flag(flag) = self { Some(*flag) } else { None }
    }

    /// Is it missing?
    #[must_use]
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Missing)
    }
}

impl From<Exact> for Outcome {
    fn from(number: Exact) -> Self {
        Self::Number(number)
    }
}

impl From<bool> for Outcome {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}
