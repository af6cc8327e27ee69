//! Paths followed: what a figure is in the data of a county, with its key and its name in words.
//!
//! Must not know: how paths are written, how a value is printed.

use super::Figures;
use super::field::Kind;
use super::path::{Path, Root, Scope, Step, Type};
use super::places::known;
use super::thing::Thing;
use super::value::{Number, Value};
use domain::{Exact, Stage};
use forms::tally;
use std::cmp::Ordering;

/// What a path leads to in the data.
pub(crate) struct Found<'a> {
    pub(crate) value: Value<'a>,
    pub(crate) kind: Kind,
    /// The thing, where the path ends at one.
    pub(crate) thing: Option<Thing<'a>>,
    /// The key, without a form of printing.
    pub(crate) key: String,
    /// What it is, in words.
    pub(crate) zh: String,
    /// Is it near to single persons?
    pub(crate) close: bool,
}

impl Path {
    /// Follows the path; `bound` are the things of the variables.
    pub(crate) fn find<'f>(&self, figures: &'f Figures<'f>, bound: &[Thing<'f>]) -> Found<'f> {
        let first = match self.root {
            Root::Now => Some(figures.county()),
            Root::Last => figures.last.as_ref().map(Thing::County),
            Root::Plan => figures.plan.map(Thing::Plan),
            Root::Rotation => figures.now.rotation.map(Thing::Rotation),
            Root::Variable(slot) => bound.get(slot).copied(),
        };
        let mut at = match first {
            Some(thing) => Found::thing(thing),
            None => Found::absent(self.root),
        };
        for step in &self.steps {
            at = at.step(step, figures, bound);
        }
        if let Type::Of(kind) = self.leads_to {
            at.kind = kind;
        }
        at
    }
}

impl<'f> Found<'f> {
    fn thing(thing: Thing<'f>) -> Self {
        Self {
            value: Value::none(),
            kind: Kind::Text,
            key: thing.key(),
            zh: thing.full_name(),
            close: thing.withheld(),
            thing: Some(thing),
        }
    }

    /// Nothing is there: no year before, no plan, no rotation.
    fn absent(root: Root) -> Self {
        let (key, zh) = match root {
            Root::Plan => ("plan", "已采纳的规划"),
            Root::Last => ("last", "上年数据"),
            Root::Rotation => ("rotation", "教师交流轮岗方案"),
            Root::Now | Root::Variable(_) => ("county", "全县数据"),
        };
        Self {
            value: Value::none(),
            kind: Kind::Text,
            thing: None,
            key: key.to_owned(),
            zh: zh.to_owned(),
            close: false,
        }
    }

    fn step(self, step: &Step, figures: &'f Figures<'f>, bound: &[Thing<'f>]) -> Self {
        match step {
            Step::Field(field) => {
                let value = self.thing.map_or_else(Value::none, |thing| (field.get)(thing));
                // What stands in brackets is for the list of figures.
                let word = field.zh.split_once('（').map_or(field.zh, |(word, _)| word);
                let name = match &self.thing {
                    Some(Thing::County(_)) => word.to_owned(),
                    _ => format!("{}{word}", self.zh),
                };
                Self {
                    value,
                    kind: field.kind,
                    thing: None,
                    key: format!("{}.{}", self.key, field.name),
                    zh: name,
                    close: self.close,
                }
            }
            Step::At(id) => {
                let found = self.list().into_iter().find(|t| t.id() == *id || is_stage(t, id));
                found.map_or_else(|| self.gone(id), Self::thing)
            }
            Step::Same(slot) => {
                let id = bound.get(*slot).map(Thing::id).unwrap_or_default();
                let found = self.list().into_iter().find(|t| t.id() == id || is_stage(t, &id));
                found.map_or_else(|| self.gone(&id), Self::thing)
            }
            Step::Count => {
                let value = match &self.value {
                    Value::List(list) => Value::count(list.len()),
                    _ => Value::none(),
                };
                Self { value, kind: Kind::Count, key: format!("{}.count", self.key), ..self }
            }
            Step::Item { code, zh, total } => self.item(code, zh, *total),
            Step::Before | Step::Change | Step::Moved => self.compared(step, figures),
        }
    }

    fn list(&self) -> Vec<Thing<'f>> {
        if let Value::List(list) = &self.value { list.clone() } else { Vec::new() }
    }

    fn gone(&self, id: &str) -> Self {
        Self {
            value: Value::none(),
            kind: Kind::Text,
            thing: None,
            key: format!("{}.{id}", self.key),
            zh: format!("{}{id}", self.zh),
            close: false,
        }
    }

    fn item(self, code: &str, zh: &str, total: bool) -> Self {
        let facts = self.thing.as_ref().and_then(Thing::year).and_then(|y| y.facts);
        let value = match (facts, &self.thing) {
            (None, _) => Value::none(),
            (Some((snapshot, catalogue)), Some(Thing::Stage(_, s))) => {
                known(tally::sum(snapshot, catalogue, s.stage, code))
            }
            (Some((snapshot, catalogue)), _) if total => {
                let of = |stage| known(tally::sum(snapshot, catalogue, stage, code));
                both(of(Stage::Primary), of(Stage::Junior))
            }
            (Some((snapshot, catalogue)), _) => known(tally::item(snapshot, catalogue, code)),
        };
        let lead = match &self.thing {
            Some(Thing::Stage(..)) => self.zh.clone(),
            _ => String::new(),
        };
        let of_catalogue = facts.and_then(|(_, catalogue)| catalogue.find(code));
        let zh = of_catalogue.map_or(zh, |(_, item)| item.zh.as_str());
        let word = if total { "total" } else { "item" };
        Self {
            value,
            kind: Kind::Number,
            thing: None,
            key: format!("{}.{word}.{code}", self.key),
            zh: format!("{lead}{zh}"),
            close: false,
        }
    }

    /// The same figure a year before, the difference as printed, or the direction.
    fn compared(self, step: &Step, figures: &'f Figures<'f>) -> Self {
        let before = self
            .key
            .strip_prefix("county.")
            .and_then(|rest| Path::parse(&format!("last.{rest}"), &Scope::keys()).ok())
            .map(|path| path.find(figures, &[]));
        let word = match step {
            Step::Before => "before",
            Step::Change => "change",
            _ => "direction",
        };
        let zh = match step {
            Step::Before => format!("上年{}", self.zh),
            _ => format!("{}与上年的比较", self.zh),
        };
        let value = match (step, before) {
            (_, None) => Value::none(),
            (Step::Before, Some(found)) => found.value,
            (step, Some(found)) => moved(step, &self.value, &found.value),
        };
        let kind = match step {
            Step::Before => self.kind,
            Step::Change => Kind::Number,
            _ => Kind::Direction,
        };
        Self {
            value,
            kind,
            thing: None,
            key: format!("{}.{word}", self.key),
            zh,
            close: self.close,
        }
    }
}

/// A measure stands under an indicator by its stage.
fn is_stage(thing: &Thing<'_>, id: &str) -> bool {
    matches!(thing, Thing::Measure(_, s, _) if s.stage.code() == id)
}

fn both<'a>(a: Value<'a>, b: Value<'a>) -> Value<'a> {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => Value::whole(a.exact + b.exact),
        (Value::Missing(why), _) | (_, Value::Missing(why)) => Value::Missing(why),
        (other, Value::NotApplicable) | (_, other) => other,
    }
}

/// A difference is that of the printed figures, so that a reader who subtracts finds the same.
fn moved<'a>(step: &Step, now: &Value<'a>, before: &Value<'a>) -> Value<'a> {
    let (Some(now), Some(before)) = (now.number(), before.number()) else { return Value::none() };
    let (Some((a, d)), Some((b, e))) = (as_printed(now), as_printed(before)) else {
        return Value::none();
    };
    match step {
        Step::Change => {
            let difference = if a < b { &b - &a } else { &a - &b };
            let shown = difference.to_fixed(d.max(e));
            Value::Number(Number { exact: difference, shown })
        }
        _ => Value::Direction(Some(a.cmp(&b))),
    }
}

/// The number that stands on paper, and its decimals; money is exact.
fn as_printed(number: &Number) -> Option<(Exact, u8)> {
    let digits: String =
        number.shown.chars().take_while(|c| c.is_ascii_digit() || matches!(c, '.' | '-')).collect();
    if number.shown.ends_with("万元") || number.shown.ends_with("亿元") {
        return Some((number.exact.clone(), 2));
    }
    let decimals = digits.split_once('.').map_or(0, |(_, d)| d.len());
    Some((Exact::parse(&digits).ok()?, u8::try_from(decimals).ok()?))
}

/// How a direction is called in a condition.
pub(crate) const fn direction_word(direction: Option<Ordering>) -> &'static str {
    match direction {
        Some(Ordering::Greater) => "rise",
        Some(Ordering::Less) => "fall",
        Some(Ordering::Equal) => "level",
        None => "unknown",
    }
}
