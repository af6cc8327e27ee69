//! The typed tree that every formula is evaluated, explained and printed from.
//!
//! It is built by [`crate::check`] only, so that its types and units agree; its height is bounded
//! by the parser, so that walking it cannot exhaust the stack.

use crate::number::Number;
use domain::{ItemId, Level, SchoolKind, Stage, Unit};
use std::sync::Arc;

/// What a leaf is called.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Label {
    /// Its name in formulas.
    pub(crate) code: String,
    /// Its Chinese name.
    pub(crate) zh: String,
    /// Its unit; `None` for what is no number.
    pub(crate) unit: Option<Unit>,
}

/// Structure that formulas may ask for as if it were an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BuiltIn {
    SchoolKind,
    IsCampus,
    Stage,
    Attached,
    ClassGrade,
    RoomKind,
}

impl BuiltIn {
    pub(crate) const ALL: [Self; 6] = [
        Self::SchoolKind,
        Self::IsCampus,
        Self::Stage,
        Self::Attached,
        Self::ClassGrade,
        Self::RoomKind,
    ];

    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::SchoolKind => "school_kind",
            Self::IsCampus => "is_campus",
            Self::Stage => "stage",
            Self::Attached => "attached",
            Self::ClassGrade => "class_grade",
            Self::RoomKind => "room_kind",
        }
    }

    pub(crate) const fn zh(self) -> &'static str {
        match self {
            Self::SchoolKind => "办学类型",
            Self::IsCampus => "属校区",
            Self::Stage => "学段",
            Self::Attached => "属附设班",
            Self::ClassGrade => "年级",
            Self::RoomKind => "教室类型",
        }
    }

    pub(crate) const fn level(self) -> Level {
        match self {
            Self::SchoolKind | Self::IsCampus => Level::School,
            Self::Stage | Self::Attached => Level::Section,
            Self::ClassGrade => Level::Class,
            Self::RoomKind => Level::Room,
        }
    }

    /// The closed list, code and Chinese label; empty for what is no code.
    pub(crate) fn codes(self) -> Vec<(&'static str, &'static str)> {
        match self {
            Self::SchoolKind => SchoolKind::ALL.iter().map(|k| (k.code(), k.zh())).collect(),
            Self::Stage => Stage::ALL.iter().map(|s| (s.code(), s.zh())).collect(),
            Self::RoomKind => [domain::RoomKind::Music, domain::RoomKind::Art]
                .iter()
                .map(|k| (k.code(), k.zh()))
                .collect(),
            Self::IsCampus | Self::Attached | Self::ClassGrade => Vec::new(),
        }
    }
}

/// A quoted code, with its label where the list it belongs to is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Quoted {
    pub(crate) code: Box<str>,
    pub(crate) zh: Option<Box<str>>,
}

/// `+ - * /`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
}

/// `= != < <= > >=`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// `and`, `or`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Logic {
    And,
    Or,
}

/// `ceil`, `floor`, `round`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rounding {
    Ceil,
    Floor,
    Digits(u8),
}

/// `min`, `max`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extreme {
    Min,
    Max,
}

/// What an aggregate does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fold {
    Sum,
    Count,
    All,
    Any,
    Share,
    Extreme(Extreme),
}

impl Fold {
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Sum => "sum",
            Self::Count => "count",
            Self::All => "all",
            Self::Any => "any",
            Self::Share => "share",
            Self::Extreme(Extreme::Min) => "min",
            Self::Extreme(Extreme::Max) => "max",
        }
    }
}

/// An aggregate over the places of a level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Aggregate {
    pub(crate) fold: Fold,
    pub(crate) level: Level,
    pub(crate) filter: Option<Expr>,
    /// `None` for `count` only.
    pub(crate) body: Option<Expr>,
    /// Unit of the body; `None` where it is a flag or absent.
    pub(crate) unit: Option<Unit>,
}

/// `split(x)`
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Split {
    /// Of the whole school.
    pub(crate) whole: Expr,
    /// The item that counts the pupils of a section.
    pub(crate) pupils: ItemId,
    pub(crate) unit: Unit,
}

/// A node of the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Expr {
    Number {
        value: Number,
        unit: Option<Unit>,
    },
    Quoted(Quoted),
    Item {
        id: ItemId,
        level: Level,
        label: Arc<Label>,
    },
    BuiltIn(BuiltIn),
    Parameter {
        index: usize,
        label: Arc<Label>,
    },
    Definition {
        index: usize,
        level: Level,
        label: Arc<Label>,
    },
    Negate(Box<Expr>),
    Arithmetic(Arithmetic, Box<[Expr; 2]>),
    Compare(Comparison, Box<[Expr; 2]>),
    OneOf(Box<Expr>, Vec<Quoted>),
    Convert {
        value: Box<Expr>,
        unit: Unit,
        factor: Number,
    },
    Logic(Logic, Box<[Expr; 2]>),
    Not(Box<Expr>),
    /// Condition, then, otherwise.
    If(Box<[Expr; 3]>),
    Round(Rounding, Box<Expr>),
    Extreme(Extreme, Vec<Expr>),
    Known(Box<Expr>),
    Applies(Box<Expr>),
    Split(Box<Split>),
    Aggregate(Box<Aggregate>),
}

impl Expr {
    /// Calls `visitor` for this node and all below it.
    pub(crate) fn walk<'a>(&'a self, visitor: &mut dyn FnMut(&'a Self)) {
        visitor(self);
        match self {
            Self::Number { .. }
            | Self::Quoted(_)
            | Self::Item { .. }
            | Self::BuiltIn(_)
            | Self::Parameter { .. }
            | Self::Definition { .. } => {}
            Self::Negate(x)
            | Self::OneOf(x, _)
            | Self::Convert { value: x, .. }
            | Self::Not(x)
            | Self::Round(_, x)
            | Self::Known(x)
            | Self::Applies(x) => x.walk(visitor),
            Self::Arithmetic(_, pair) | Self::Compare(_, pair) | Self::Logic(_, pair) => {
                pair.iter().for_each(|x| x.walk(visitor));
            }
            Self::If(parts) => parts.iter().for_each(|x| x.walk(visitor)),
            Self::Extreme(_, values) => values.iter().for_each(|x| x.walk(visitor)),
            Self::Split(split) => split.whole.walk(visitor),
            Self::Aggregate(aggregate) => {
                aggregate.filter.iter().chain(&aggregate.body).for_each(|x| x.walk(visitor));
            }
        }
    }
}
