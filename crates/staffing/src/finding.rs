//! What is wrong, or worth knowing, in a roster: place, what is wrong, what to do. Never with a name
//! or an identity number in it.

use crate::TeacherId;
use serde::{Deserialize, Serialize};

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// 错误: the row or the value is not taken.
    Error,
    /// 警告: taken as it stands, and to be looked at.
    Warning,
    /// 提示: nothing is wrong.
    Notice,
}

impl Severity {
    /// The Chinese name.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Self::Error => "错误",
            Self::Warning => "警告",
            Self::Notice => "提示",
        }
    }
}

/// Something wrong with a roster.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Finding {
    /// `T-ID-01` …
    pub code: String,
    /// Its weight.
    pub severity: Severity,
    /// The row of the table, from one; `None` where it is no matter of one row.
    pub row: Option<usize>,
    /// The teacher, where known.
    pub teacher: Option<TeacherId>,
    /// The column, in Chinese; empty where it is no matter of one.
    pub field: String,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub remedy: String,
}
