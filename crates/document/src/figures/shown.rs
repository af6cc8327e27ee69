//! How a figure is printed: the default way of its kind, and the few others that a template may ask
//! for (`{county.failing|all}`).
//!
//! Must not know: runs and blocks.

use super::field::Kind;
use super::found::Found;
use super::value::{Value, in_ten_thousand, verdict_zh};
use super::{Entity, Figures, Thing};
use domain::Exact;

/// Names that a list prints before 等.
const NAMES: usize = 5;

/// Ways to print a figure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Form {
    /// The way of its kind.
    #[default]
    Plain,
    /// Every name of a list.
    All,
    /// The first names of a list and 等, where the sentence says how many.
    Names,
    /// Money in 万元, without the unit: for columns of tables.
    TenThousand,
    /// The sign of a verdict before its word: ○ 未达标.
    Sign,
}

impl Form {
    /// The form of a name for a kind; `None` where the kind has no such form.
    pub(crate) fn read(name: &str, kind: Kind) -> Option<Self> {
        match (name, kind) {
            ("", _) => Some(Self::Plain),
            ("all", Kind::List(_)) => Some(Self::All),
            ("names", Kind::List(_)) => Some(Self::Names),
            ("万元", Kind::Amount) => Some(Self::TenThousand),
            ("sign", Kind::Verdict) => Some(Self::Sign),
            _ => None,
        }
    }

    /// The forms of a kind, for a refusal.
    pub(crate) const fn of(kind: Kind) -> &'static str {
        match kind {
            Kind::List(_) => "all、names",
            Kind::Amount => "万元",
            Kind::Verdict => "sign",
            _ => "",
        }
    }

    /// What a key carries: two ways to print one figure are two keys.
    pub(crate) const fn suffix(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::All => "@all",
            Self::Names => "@names",
            Self::TenThousand => "@万元",
            Self::Sign => "@sign",
        }
    }
}

/// What is printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Printed {
    /// Words that are no figure: a name, a title.
    Words(String),
    /// A figure.
    Figure(String),
    /// A gap and what is missing.
    Pending(String),
}

/// Prints what a path has found.
pub(crate) fn print(found: &Found<'_>, form: Form, figures: &Figures<'_>) -> Printed {
    if let Some(thing) = &found.thing {
        return Printed::Words(thing.name());
    }
    let withheld = || Printed::Figure("*".to_owned());
    match &found.value {
        Value::Text(text) if found.kind == Kind::Entry => Printed::Figure(text.clone()),
        Value::Text(text) => Printed::Words(text.clone()),
        Value::Number(number) => {
            let near = found.close || (found.kind == Kind::Persons && few(&number.exact, figures));
            if near && discloses(found) {
                return withheld();
            }
            Printed::Figure(match form {
                Form::TenThousand => in_ten_thousand(&number.exact),
                _ => number.shown.clone(),
            })
        }
        Value::Verdict(verdict) => Printed::Figure(match form {
            Form::Sign if *verdict != standard::evaluation::Verdict::NotApplicable => {
                format!("{} {}", verdict.sign(), verdict.zh())
            }
            _ => verdict_zh(*verdict).to_owned(),
        }),
        Value::Flag(flag) => Printed::Figure(if *flag { "是" } else { "否" }.to_owned()),
        Value::List(list) => Printed::Figure(names(list, form, found.kind)),
        Value::NotApplicable => Printed::Words("—".to_owned()),
        Value::Missing(why) if why.is_empty() => Printed::Pending(found.zh.clone()),
        Value::Missing(why) => Printed::Pending(format!("{}（{why}）", found.zh)),
        Value::Direction(_) => Printed::Pending(found.zh.clone()),
    }
}

/// From one to the bound: nobody can be told apart in a count of none.
fn few(exact: &Exact, figures: &Figures<'_>) -> bool {
    let Some(below) = figures.below else { return false };
    !exact.is_zero() && *exact < Exact::from(i64::from(below))
}

/// Numbers of a withheld section disclose it, but for how many indicators it reaches and the
/// standard's own figures.
fn discloses(found: &Found<'_>) -> bool {
    !["threshold", "reached", "count"].iter().any(|name| found.key.ends_with(&format!(".{name}")))
}

fn names(list: &[Thing<'_>], form: Form, kind: Kind) -> String {
    let counter =
        if let Kind::List(entity) = kind { entity.counter() } else { Entity::Rule.counter() };
    let all: Vec<String> = list.iter().map(Thing::name).collect();
    if all.is_empty() {
        return "无".to_owned();
    }
    if all.len() <= NAMES || form == Form::All {
        return all.join("、");
    }
    let first = all.get(..NAMES).unwrap_or(&all);
    if form == Form::Names {
        return format!("{}等", first.join("、"));
    }
    format!("{}等{}{counter}", first.join("、"), all.len())
}
