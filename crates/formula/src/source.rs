//! Prints a tree back as a formula, with single spaces and no bracket that is not needed.

use crate::tree::{Aggregate, Arithmetic, Comparison, Expr, Extreme, Logic, Quoted, Rounding};
use domain::Exact;
use std::fmt::Write as _;

/// How strongly a piece of text holds together; an operand that holds less is bracketed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rank {
    Or,
    And,
    Not,
    Compare,
    In,
    Sum,
    Product,
    Unary,
    Atom,
}

/// A piece of printed text.
pub(crate) struct Piece {
    pub(crate) text: String,
    pub(crate) rank: Rank,
}

impl Piece {
    pub(crate) fn new(rank: Rank, text: String) -> Self {
        Self { text, rank }
    }

    pub(crate) fn atom(text: impl Into<String>) -> Self {
        Self { text: text.into(), rank: Rank::Atom }
    }

    /// As an operand where at least `rank` is needed.
    pub(crate) fn at_least(self, rank: Rank) -> String {
        if self.rank >= rank { self.text } else { format!("({})", self.text) }
    }

    /// As an operand where more than `rank` is needed.
    pub(crate) fn above(self, rank: Rank) -> String {
        if self.rank > rank { self.text } else { format!("({})", self.text) }
    }
}

impl Arithmetic {
    pub(crate) const fn rank(self) -> Rank {
        match self {
            Self::Add | Self::Subtract => Rank::Sum,
            Self::Multiply | Self::Divide => Rank::Product,
        }
    }

    const fn symbol(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
        }
    }
}

impl Comparison {
    const fn symbol(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }
}

impl Extreme {
    const fn code(self) -> &'static str {
        match self {
            Self::Min => "min",
            Self::Max => "max",
        }
    }
}

/// A number with its unit, as it is written in formulas and in Chinese.
pub(crate) fn literal(value: &Exact, unit: Option<&domain::Unit>) -> String {
    match unit.map(ToString::to_string) {
        None => value.to_string(),
        Some(unit) if unit.starts_with(['%', '‰']) => format!("{value}{unit}"),
        Some(unit) => format!("{value} {unit}"),
    }
}

pub(crate) fn print(expr: &Expr) -> String {
    piece(expr).text
}

fn quoted(quoted: &Quoted) -> String {
    format!("'{}'", quoted.code)
}

fn joined(values: &[Expr]) -> String {
    values.iter().map(print).collect::<Vec<_>>().join(", ")
}

fn piece(expr: &Expr) -> Piece {
    match expr {
        Expr::Number { value, unit } => Piece::atom(literal(&value.to_exact(), unit.as_ref())),
        Expr::Quoted(code) => Piece::atom(quoted(code)),
        Expr::Item { label, .. }
        | Expr::Parameter { label, .. }
        | Expr::Definition { label, .. } => Piece::atom(label.code.as_str()),
        Expr::BuiltIn(built_in) => Piece::atom(built_in.code()),
        Expr::Negate(x) => Piece::new(Rank::Unary, format!("-{}", piece(x).at_least(Rank::Unary))),
        Expr::Arithmetic(operator, pair) => {
            let ([left, right], rank) = (&**pair, operator.rank());
            let (left, right) = (piece(left).at_least(rank), piece(right).above(rank));
            Piece::new(rank, format!("{left} {} {right}", operator.symbol()))
        }
        Expr::Compare(operator, pair) => {
            let [left, right] = &**pair;
            let (left, right) =
                (piece(left).above(Rank::Compare), piece(right).above(Rank::Compare));
            Piece::new(Rank::Compare, format!("{left} {} {right}", operator.symbol()))
        }
        Expr::OneOf(x, codes) => {
            let codes: Vec<_> = codes.iter().map(quoted).collect();
            let x = piece(x).at_least(Rank::In);
            Piece::new(Rank::In, format!("{x} in ({})", codes.join(", ")))
        }
        Expr::Convert { value, unit, .. } => {
            let value = piece(value).at_least(Rank::In);
            Piece::new(Rank::In, format!("{value} in {unit}"))
        }
        Expr::Logic(operator, pair) => {
            let [left, right] = &**pair;
            let (rank, word) = match operator {
                Logic::And => (Rank::And, "and"),
                Logic::Or => (Rank::Or, "or"),
            };
            let (left, right) = (piece(left).at_least(rank), piece(right).above(rank));
            Piece::new(rank, format!("{left} {word} {right}"))
        }
        Expr::Not(x) => Piece::new(Rank::Not, format!("not {}", piece(x).at_least(Rank::Not))),
        Expr::If(parts) => Piece::atom(format!("if({})", joined(&**parts))),
        Expr::Round(rounding, x) => Piece::atom(match rounding {
            Rounding::Ceil => format!("ceil({})", print(x)),
            Rounding::Floor => format!("floor({})", print(x)),
            Rounding::Digits(digits) => format!("round({}, {digits})", print(x)),
        }),
        Expr::Extreme(extreme, values) => {
            Piece::atom(format!("{}({})", extreme.code(), joined(values)))
        }
        Expr::Known(x) => Piece::atom(format!("known({})", print(x))),
        Expr::Applies(x) => Piece::atom(format!("applies({})", print(x))),
        Expr::Split(split) => Piece::atom(format!("split({})", print(&split.whole))),
        Expr::Aggregate(aggregate) => Piece::atom(self::aggregate(aggregate)),
    }
}

fn aggregate(aggregate: &Aggregate) -> String {
    let mut text = format!("{}({}", aggregate.fold.code(), aggregate.level);
    if let Some(filter) = &aggregate.filter {
        let _ = write!(text, " where {}", print(filter));
    }
    if let Some(body) = &aggregate.body {
        let _ = write!(text, ": {}", print(body));
    }
    text.push(')');
    text
}
