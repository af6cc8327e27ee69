//! Types of values: what a formula may combine with what.

use domain::Unit;
use std::fmt;

/// The type of a formula, a parameter or a definition.
///
/// Two types are compared with [`Type::is_same`]: units that are written differently may be one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    /// A number in a unit.
    Number(Unit),
    /// 是 or 否.
    Flag,
    /// A code of a closed list.
    Code,
    /// Free text.
    Text,
}

impl Type {
    /// The pure number.
    pub const ONE: Self = Self::Number(Unit::ONE);

    /// May a value of the one type stand where the other is asked for?
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Number(mine), Self::Number(theirs)) => mine.is_same(theirs),
            (Self::Flag, Self::Flag) | (Self::Code, Self::Code) | (Self::Text, Self::Text) => true,
            _ => false,
        }
    }

    /// The unit, if it is a number.
    #[must_use]
    pub fn unit(&self) -> Option<&Unit> {
        if let Self::Number(unit) = self { Some(unit) } else { None }
    }
}

impl fmt::Display for Type {
    /// `数值(人)`, `是/否`, `代码`, `文本`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(unit) if unit.is_one() => f.write_str("数值（无单位）"),
            Self::Number(unit) => write!(f, "数值（{unit}）"),
            Self::Flag => f.write_str("是/否"),
            Self::Code => f.write_str("代码"),
            Self::Text => f.write_str("文本"),
        }
    }
}
