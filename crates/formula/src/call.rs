//! The grammar of calls: functions and aggregates.

use crate::Type;
use crate::check;
use crate::error::{Fault, Problem, fault};
use crate::parse::{Node, Parser, Typed};
use crate::places;
use crate::token::Token;
use crate::tree::{Aggregate, Expr, Extreme, Fold, Rounding, Split};
use domain::{ItemKind, Level, Unit};
use std::ops::Range;

/// The level of a word; `None` where it names none that can be aggregated.
fn level_named(name: &str) -> Option<Level> {
    places::AGGREGATED.into_iter().find(|level| level.code() == name)
}

impl Parser<'_, '_> {
    /// Reads `name(…)`.
    pub(crate) fn call(&mut self, name: &str) -> Result<Node, Fault> {
        let fold = match name {
            "sum" => Fold::Sum,
            "count" => Fold::Count,
            "all" => Fold::All,
            "any" => Fold::Any,
            "share" => Fold::Share,
            "min" | "max" => {
                let extreme = if name == "min" { Extreme::Min } else { Extreme::Max };
                let start = self.open();
                if self.level_here().is_none() {
                    return self.extreme(extreme, name, start);
                }
                return self.aggregate(Fold::Extreme(extreme), start);
            }
            "if" | "ceil" | "floor" | "round" | "known" | "applies" => {
                return self.function(name);
            }
            "split" => return self.split(),
            _ => return Err(self.unknown_function(name)),
        };
        let start = self.open();
        self.aggregate(fold, start)
    }

    /// Moves past the name and its bracket.
    fn open(&mut self) -> usize {
        let start = self.advance().start;
        self.advance();
        start
    }

    fn level_here(&self) -> Option<Level> {
        if let Token::Name(name) = self.peek() { level_named(name) } else { None }
    }

    fn arguments(&mut self) -> Result<(Vec<Node>, usize), Fault> {
        let mut values = Vec::new();
        if *self.peek() != Token::Symbol(")") {
            loop {
                values.push(self.expression()?);
                if *self.peek() != Token::Symbol(",") {
                    break;
                }
                self.advance();
            }
        }
        if *self.peek() != Token::Symbol(")") {
            return Err(self.unexpected("“,”或“)”"));
        }
        Ok((values, self.advance().end))
    }

    fn extreme(&mut self, extreme: Extreme, name: &str, start: usize) -> Result<Node, Fault> {
        let (values, end) = self.arguments()?;
        let [first, _, ..] = values.as_slice() else {
            return Err(count(name, "2 个以上的值", values.len(), start..end));
        };
        let unit = check::numeric(first, &format!("{name} 的第 1 个值"))?;
        for value in &values {
            check::alike(first, value, &format!("{name} 的各值"))?;
        }
        let height = 1 + values.iter().map(|v| v.height).max().unwrap_or(0);
        let expr = Expr::Extreme(extreme, values.into_iter().map(|v| v.expr).collect());
        Self::bounded(Typed::node(expr, Type::Number(unit), start..end, height))
    }

    fn function(&mut self, name: &str) -> Result<Node, Fault> {
        let start = self.open();
        let (values, end) = self.arguments()?;
        let span = start..end;
        let found = values.len();
        let mut values = values.into_iter();
        let typed = match (name, found) {
            ("if", 3) => {
                let (Some(condition), Some(then), Some(otherwise)) =
                    (values.next(), values.next(), values.next())
                else {
                    return Err(count(name, "3 个值", found, span));
                };
                check::flag(&condition, "if 的条件")?;
                check::alike(&then, &otherwise, "if 的两个结果")?;
                let height = 1 + condition.height.max(then.height).max(otherwise.height);
                let parts = Box::new([condition.expr, then.expr, otherwise.expr]);
                Typed::node(Expr::If(parts), then.result, span, height)
            }
            ("if", _) => return Err(count(name, "3 个值（条件、成立时、不成立时）", found, span)),
            ("round", 2) => {
                let (Some(value), Some(digits)) = (values.next(), values.next()) else {
                    return Err(count(name, "2 个值", found, span));
                };
                check::numeric(&value, "round 的第 1 个值")?;
                let digits = small_digits(&digits)?;
                value.wrap(span, |x| Expr::Round(Rounding::Digits(digits), x))
            }
            ("round", _) => return Err(count(name, "2 个值（数值、小数位数）", found, span)),
            (_, 1) => {
                let Some(value) = values.next() else {
                    return Err(count(name, "1 个值", found, span));
                };
                match name {
                    "ceil" | "floor" => {
                        check::numeric(&value, &format!("{name} 的值"))?;
                        let rounding =
                            if name == "ceil" { Rounding::Ceil } else { Rounding::Floor };
                        value.wrap(span, |x| Expr::Round(rounding, x))
                    }
                    _ => {
                        let node = if name == "known" { Expr::Known } else { Expr::Applies };
                        {
                            let mut typed = value.wrap(span, node);
                            typed.result = Type::Flag;
                            typed
                        }
                    }
                }
            }
            _ => return Err(count(name, "1 个值", found, span)),
        };
        Self::bounded(typed)
    }

    fn split(&mut self) -> Result<Node, Fault> {
        let span = self.span();
        if self.level != Level::Section {
            return Err(fault(span, Problem::SplitLevel { level: self.level }));
        }
        let pupils = self.vocabulary.catalogue().find("pupils").filter(|(_, item)| {
            item.level == Level::Section && matches!(item.kind, ItemKind::Count | ItemKind::Amount)
        });
        let Some((pupils, _)) = pupils else { return Err(fault(span, Problem::NoPupils)) };
        let start = self.open();
        self.level = Level::School;
        let arguments = self.arguments();
        self.level = Level::Section;
        let (values, end) = arguments?;
        let found = values.len();
        let mut values = values.into_iter();
        let (Some(whole), None) = (values.next(), values.next()) else {
            return Err(count("split", "1 个值", found, start..end));
        };
        let unit = check::numeric(&whole, "split 的值")?;
        Self::bounded(
            whole.wrap(start..end, |whole| {
                Expr::Split(Box::new(Split { whole: *whole, pupils, unit }))
            }),
        )
    }

    /// Reads on behind the bracket: `LEVEL [where condition] [: body])`.
    fn aggregate(&mut self, fold: Fold, start: usize) -> Result<Node, Fault> {
        let Some(over) = self.level_here() else {
            return Err(self.unexpected(" school、section、class 或 room"));
        };
        if !places::is_below(over, self.level) {
            let problem = Problem::AggregateLevel { level: self.level, over };
            return Err(fault(self.span(), problem));
        }
        self.advance();
        let outside = std::mem::replace(&mut self.level, over);
        let parts = self.inside(fold);
        self.level = outside;
        let (filter, body) = parts?;
        let end = self.expect(")")?.end;
        let span = start..end;
        let (result, unit) = match (fold, &body) {
            (Fold::Count, _) => (Type::Number(Unit::ONE), None),
            (_, None) => {
                let function = fold.code().to_owned();
                return Err(fault(span, Problem::NothingAggregated { function }));
            }
            (Fold::Sum | Fold::Extreme(_), Some(body)) => {
                let unit = check::numeric(body, &format!("{} 汇总的内容", fold.code()))?;
                (Type::Number(unit.clone()), Some(unit))
            }
            (Fold::All | Fold::Any | Fold::Share, Some(body)) => {
                check::flag(body, &format!("{} 汇总的内容", fold.code()))?;
                let share = Type::Number(Unit::ONE);
                (if fold == Fold::Share { share } else { Type::Flag }, None)
            }
        };
        let height = 1 + filter.iter().chain(&body).map(|x| x.height).max().unwrap_or(0);
        let (filter, body) = (filter.map(|x| x.expr), body.map(|x| x.expr));
        let node = Aggregate { fold, level: over, filter, body, unit };
        let expr = Expr::Aggregate(Box::new(node));
        Self::bounded(Typed::node(expr, result, span, height))
    }

    fn inside(&mut self, fold: Fold) -> Result<(Option<Node>, Option<Node>), Fault> {
        let mut filter = None;
        if self.is_word("where") {
            self.advance();
            let condition = self.expression()?;
            check::flag(&condition, "where 的条件")?;
            filter = Some(condition);
        }
        if fold == Fold::Count {
            return Ok((filter, None));
        }
        if *self.peek() != Token::Symbol(":") {
            if *self.peek() == Token::Symbol(")") {
                return Ok((filter, None));
            }
            let expected = if filter.is_some() { "“:”" } else { "“where”或“:”" };
            return Err(self.unexpected(expected));
        }
        self.advance();
        Ok((filter, Some(self.expression()?)))
    }
}

fn count(function: &str, expected: &str, found: usize, span: Range<usize>) -> Fault {
    let (function, expected) = (function.to_owned(), expected.to_owned());
    fault(span, Problem::ArgumentCount { function, expected, found })
}

/// As many digits as [`domain::Exact`] prints.
const MAX_DIGITS: u8 = 12;

fn small_digits(typed: &Typed) -> Result<u8, Fault> {
    let digits = match &typed.expr {
        Expr::Number { value, unit: None } => {
            (0..=MAX_DIGITS).find(|d| crate::number::Number::count(usize::from(*d)) == *value)
        }
        _ => None,
    };
    digits.ok_or_else(|| fault(typed.span.clone(), Problem::Digits))
}
