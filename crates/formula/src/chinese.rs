//! Prints a tree in Chinese: with the names of things, or with their figures at a place.

use crate::evaluate::Evaluator;
use crate::explanation::figure;
use crate::number::Number;
use crate::source::{Piece, Rank, literal};
use crate::tree::{
    Aggregate, Arithmetic, Comparison, Expr, Extreme, Fold, Logic, Quoted, Rounding,
};
use crate::value::Value;
use domain::{Level, Place};
use std::fmt::Write as _;

/// The formula with Chinese names.
pub(crate) fn names(expr: &Expr) -> String {
    Printer { figures: None }.piece(expr).text
}

/// The formula with the figures that the names have at a place. Of `if` only the branch that was
/// taken is shown.
pub(crate) fn figures<'a>(evaluator: Evaluator<'a>, expr: &'a Expr, place: Place<'a>) -> String {
    Printer { figures: Some((evaluator, place)) }.piece(expr).text
}

struct Printer<'a> {
    figures: Option<(Evaluator<'a>, Place<'a>)>,
}

impl Arithmetic {
    const fn sign(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "×",
            Self::Divide => "÷",
        }
    }
}

impl Comparison {
    const fn sign(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "≠",
            Self::Less => "<",
            Self::LessOrEqual => "≤",
            Self::Greater => ">",
            Self::GreaterOrEqual => "≥",
        }
    }
}

/// The places of a level, as an aggregate visits them.
pub(crate) const fn each(level: Level) -> &'static str {
    match level {
        Level::County => "全县",
        Level::School => "各校",
        Level::Section => "各校学段",
        Level::Class => "各班",
        Level::Room => "各专用教室",
    }
}

impl Fold {
    const fn zh(self) -> &'static str {
        match self {
            Self::Sum => "合计",
            Self::Count => "个数",
            Self::All => "全部满足",
            Self::Any => "至少一个满足",
            Self::Share => "满足的占比",
            Self::Extreme(extreme) => extreme.zh(),
        }
    }
}

impl Extreme {
    const fn zh(self) -> &'static str {
        match self {
            Self::Min => "最小值",
            Self::Max => "最大值",
        }
    }
}

fn quoted(quoted: &Quoted) -> String {
    quoted.zh.as_deref().map_or_else(|| format!("“{}”", quoted.code), ToOwned::to_owned)
}

/// An aggregate in words, without figures.
pub(crate) fn aggregate(aggregate: &Aggregate) -> String {
    let mut text = format!("{}({}", aggregate.fold.zh(), each(aggregate.level));
    if let Some(filter) = &aggregate.filter {
        let _ = write!(text, "，限 {}", names(filter));
    }
    if let Some(body) = &aggregate.body {
        let _ = write!(text, ":{}", names(body));
    }
    text.push(')');
    text
}

impl<'a> Printer<'a> {
    fn value(&self, expr: &'a Expr) -> Option<Value<'a>> {
        self.figures.as_ref().map(|(evaluator, place)| evaluator.eval(expr, *place))
    }

    fn named(&self, expr: &'a Expr, zh: &str) -> Piece {
        match self.value(expr) {
            None => Piece::atom(zh),
            Some(value) => self.shown(expr, &value),
        }
    }

    fn shown(&self, expr: &Expr, value: &Value<'_>) -> Piece {
        let text = match &self.figures {
            Some((evaluator, _)) => figure(value, expr, evaluator.env.catalogue),
            None => String::new(),
        };
        // A minus sign in the middle of a formula is bracketed.
        let rank = if text.starts_with('-') { Rank::Sum } else { Rank::Atom };
        Piece::new(rank, text)
    }

    fn joined(&self, values: &'a [Expr]) -> String {
        values.iter().map(|x| self.piece(x).text).collect::<Vec<_>>().join(", ")
    }

    fn piece(&self, expr: &'a Expr) -> Piece {
        match expr {
            Expr::Number { value, unit } => {
                // Figures stand without units, as on paper; percent signs belong to the number.
                let percent = unit
                    .as_ref()
                    .filter(|u| self.figures.is_none() || u.to_string().starts_with(['%', '‰']));
                Piece::atom(literal(&value.to_exact(), percent))
            }
            Expr::Quoted(code) => Piece::atom(quoted(code)),
            Expr::Item { label, .. }
            | Expr::Parameter { label, .. }
            | Expr::Definition { label, .. } => self.named(expr, &label.zh),
            Expr::BuiltIn(built_in) => self.named(expr, built_in.zh()),
            Expr::Negate(x) => {
                // As the right operand of anything it is bracketed.
                Piece::new(Rank::Sum, format!("-{}", self.piece(x).above(Rank::Product)))
            }
            Expr::Arithmetic(operator, pair) => {
                let ([left, right], rank) = (&**pair, operator.rank());
                let (left, right) =
                    (self.piece(left).at_least(rank), self.piece(right).above(rank));
                Piece::new(rank, format!("{left} {} {right}", operator.sign()))
            }
            Expr::Compare(operator, pair) => {
                let [left, right] = &**pair;
                let left = self.piece(left).above(Rank::Compare);
                let right = self.piece(right).above(Rank::Compare);
                Piece::new(Rank::Compare, format!("{left} {} {right}", operator.sign()))
            }
            Expr::OneOf(x, codes) => {
                let codes: Vec<_> = codes.iter().map(quoted).collect();
                let x = self.piece(x).at_least(Rank::In);
                Piece::new(Rank::In, format!("{x} 属于({})", codes.join("、")))
            }
            Expr::Convert { value, factor, .. } => self.converted(value, factor),
            Expr::Logic(operator, pair) => {
                let [left, right] = &**pair;
                let (rank, word) = match operator {
                    Logic::And => (Rank::And, "且"),
                    Logic::Or => (Rank::Or, "或"),
                };
                let (left, right) =
                    (self.piece(left).at_least(rank), self.piece(right).above(rank));
                Piece::new(rank, format!("{left} {word} {right}"))
            }
            Expr::Not(x) => Piece::atom(format!("不满足({})", self.piece(x).text)),
            Expr::If(parts) => self.choice(parts),
            Expr::Round(rounding, x) => {
                let x = self.piece(x).text;
                Piece::atom(match rounding {
                    Rounding::Ceil => format!("向上取整({x})"),
                    Rounding::Floor => format!("向下取整({x})"),
                    Rounding::Digits(digits) => format!("四舍五入({x}, {digits} 位小数)"),
                })
            }
            Expr::Extreme(extreme, values) => {
                Piece::atom(format!("{}({})", extreme.zh(), self.joined(values)))
            }
            Expr::Known(x) => Piece::atom(format!("有数据({})", self.piece(x).text)),
            Expr::Applies(x) => Piece::atom(format!("适用({})", self.piece(x).text)),
            Expr::Split(split) => self.named(expr, &format!("按学段分摊({})", names(&split.whole))),
            Expr::Aggregate(aggregate) => self.named(expr, &self::aggregate(aggregate)),
        }
    }

    /// A conversion is shown as what it does: `× 100`, `÷ 10000`.
    fn converted(&self, value: &'a Expr, factor: &Number) -> Piece {
        let value = self.piece(value);
        if *factor == Number::ONE {
            return value;
        }
        let value = value.at_least(Rank::Product);
        let text = match Number::ONE.over(factor) {
            Some(turned) if turned.is_integer() => format!("{value} ÷ {}", turned.to_exact()),
            _ => format!("{value} × {}", factor.to_exact()),
        };
        Piece::new(Rank::Product, text)
    }

    fn choice(&self, parts: &'a [Expr; 3]) -> Piece {
        let [condition, then, otherwise] = parts;
        match self.value(condition) {
            Some(Value::Flag(true)) => self.piece(then),
            Some(Value::Flag(false)) => self.piece(otherwise),
            _ => {
                let [condition, then, otherwise] =
                    [condition, then, otherwise].map(|x| self.piece(x).text);
                Piece::atom(format!("如果({condition}，则 {then}，否则 {otherwise})"))
            }
        }
    }
}
