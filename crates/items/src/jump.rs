//! Comparisons with last year: what seldom changes much, or never.

use crate::check::{Tried, check_code};
use crate::finding::{CheckFinding, CheckPlace, CheckedFact};
use crate::read::{filled, refuse};
use crate::{Severity, raw};
use domain::{Catalogue, Exact, Item, ItemId, ItemKind, Level, Place, SchoolYear, Value};
use packs::{PackError, PackFile, Spanned};
use rust_decimal::Decimal;

/// What a sentence of a jump check may hold in braces.
const FIGURES: [&str; 7] =
    ["{item}", "{unit}", "{year}", "{now}", "{before}", "{difference}", "{percent}"];

/// The school years of the two snapshots.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Years {
    pub(crate) before: SchoolYear,
    pub(crate) now: SchoolYear,
}

/// A jump check: an item against itself, or against another item, in last year's snapshot.
///
/// A number jumps when it changes by more than the absolute *and* by more than the relative
/// tolerance; one that is left out is zero. Anything else jumps when it changes at all.
#[derive(Clone, Debug)]
pub struct Jump {
    code: String,
    zh: String,
    level: Level,
    /// The item now and the item of last year.
    pairs: Vec<(ItemId, ItemId)>,
    relative: Exact,
    absolute: Exact,
    severity: Severity,
    message: String,
    remedy: String,
    pub(crate) violated: Vec<(Value, Value)>,
    pub(crate) satisfied: Vec<(Value, Value)>,
}

impl Jump {
    pub(crate) fn read(
        file: &PackFile,
        raw: &raw::Jump,
        catalogue: &Catalogue,
    ) -> Result<Self, PackError> {
        check_code(file, &raw.code)?;
        filled(file, &raw.zh, "检查名称")?;
        for text in [&raw.message, &raw.remedy] {
            sentence(file, text)?;
        }
        let numeric = raw.relative.is_some() || raw.absolute.is_some();
        let now = found(file, &raw.items, catalogue, numeric)?;
        let against = found(file, &raw.against, catalogue, numeric)?;
        let Some(&(sample, first)) = now.first() else {
            return Err(refuse(file, &raw.code, "I-JUMP-01", "至少要写一个数据项"));
        };
        if !against.is_empty() && against.len() != now.len() {
            let message = format!("items 有 {} 项，against 有 {} 项", now.len(), against.len());
            let help = "against 要与 items 一一对应";
            return Err(refuse(file, &raw.code, "I-JUMP-05", message).with_help(help));
        }
        let codes = raw.items.iter().chain(&raw.against);
        for (code, (_, item)) in codes.zip(now.iter().chain(&against)) {
            comparable(file, code, item, first)?;
        }
        let before = if against.is_empty() { &now } else { &against };
        let pairs = now.iter().zip(before).map(|((now, _), (before, _))| (*now, *before)).collect();
        let examples = |list: &[Spanned<raw::JumpExample>]| -> Result<Vec<_>, PackError> {
            let value = |e: &Spanned<raw::JumpExample>, v: &toml::Value| {
                crate::example::value(catalogue.item(sample), v)
                    .map_err(|why| refuse(file, e, "I-EXAMPLE-02", why))
            };
            list.iter()
                .map(|e| Ok((value(e, &e.get_ref().before)?, value(e, &e.get_ref().now)?)))
                .collect()
        };
        Ok(Self {
            code: raw.code.get_ref().clone(),
            zh: raw.zh.get_ref().clone(),
            level: first.level,
            pairs,
            relative: tolerance(file, raw.relative.as_ref())?,
            absolute: tolerance(file, raw.absolute.as_ref())?,
            severity: raw.severity.into(),
            message: raw.message.get_ref().clone(),
            remedy: raw.remedy.get_ref().clone(),
            violated: examples(&raw.violated)?,
            satisfied: examples(&raw.satisfied)?,
        })
    }

    /// Its stable code, as `CHK-JUMP-PUPILS`.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    /// Its Chinese name.
    #[must_use]
    pub fn zh(&self) -> &str {
        &self.zh
    }

    /// The level of its items.
    #[must_use]
    pub fn level(&self) -> Level {
        self.level
    }

    /// The items that it compares: the one of this year with the one of last year, most often
    /// the same.
    #[must_use]
    pub fn items(&self) -> &[(ItemId, ItemId)] {
        &self.pairs
    }

    /// How bad a jump is.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.severity
    }

    pub(crate) fn attempt(&self, before: &Value, now: &Value) -> Tried {
        let jumped = match (before, now) {
            (Value::Number(before), Value::Number(now)) => {
                let difference = distance(*before, *now);
                let part = &self.relative * &Exact::from(before.abs());
                difference > self.absolute && difference > part
            }
            // An item that begins or ceases to apply is a matter of the school, not a slip.
            (Value::NotApplicable, _) | (_, Value::NotApplicable) => return Tried::Silent,
            _ => before != now,
        };
        if jumped { Tried::Broken } else { Tried::Holds }
    }

    /// The findings at one place that both snapshots have.
    pub(crate) fn run(
        &self,
        catalogue: &Catalogue,
        years: Years,
        before: Place,
        now: Place,
    ) -> Vec<CheckFinding> {
        let follows = years.before == years.now.previous();
        let found = self.pairs.iter().filter_map(|(id, earlier)| {
            if id != earlier && !follows {
                return None;
            }
            let fact = now.facts(self.level)?.get(*id)?;
            let old = before.facts(self.level)?.value(*earlier)?;
            if self.attempt(old, &fact.value) != Tried::Broken {
                return None;
            }
            let item = catalogue.item(*id);
            let seen = CheckedFact::new(*id, now, now, fact);
            Some(CheckFinding {
                check: self.code.clone(),
                title: self.zh.clone(),
                severity: self.severity,
                place: CheckPlace::of(now),
                message: render(&self.message, item, years.before, old, &fact.value),
                remedy: render(&self.remedy, item, years.before, old, &fact.value),
                facts: vec![CheckedFact { before: Some(old.clone()), ..seen }],
            })
        });
        found.collect()
    }
}

/// The items of a list of codes; all of them numbers where a tolerance is given.
fn found<'a>(
    file: &PackFile,
    codes: &[Spanned<String>],
    catalogue: &'a Catalogue,
    numeric: bool,
) -> Result<Vec<(ItemId, &'a Item)>, PackError> {
    let find = |code: &Spanned<String>| {
        let Some((id, item)) = catalogue.find(code.get_ref()) else {
            let message = format!("没有代码为“{}”的数据项", code.get_ref());
            return Err(refuse(file, code, "I-JUMP-01", message));
        };
        if numeric && !matches!(item.kind, ItemKind::Count | ItemKind::Amount | ItemKind::Year) {
            let message = format!("“{}”不是数值，不能规定允许的变化幅度", item.zh);
            return Err(refuse(file, code, "I-JUMP-02", message));
        }
        Ok((id, item))
    };
    codes.iter().map(find).collect()
}

/// Refuses an item that has no last year or is of another level or unit than the first one.
fn comparable(
    file: &PackFile,
    code: &Spanned<String>,
    item: &Item,
    first: &Item,
) -> Result<(), PackError> {
    let message = if matches!(item.level, Level::Class | Level::Room) {
        format!("“{}”是{}级数据，班和室没有跨年的身份，不能与上年比较", item.zh, item.level.zh())
    } else if item.level != first.level || !item.unit.is_same(&first.unit) {
        format!("“{}”与“{}”的层级或单位不同，不能写在一起", item.zh, first.zh)
    } else {
        return Ok(());
    };
    Err(refuse(file, code, "I-JUMP-02", message))
}

pub(crate) fn tolerance(
    file: &PackFile,
    given: Option<&Spanned<Decimal>>,
) -> Result<Exact, PackError> {
    let Some(given) = given else { return Ok(Exact::ZERO) };
    if given.get_ref().is_sign_negative() {
        return Err(refuse(file, given, "I-JUMP-04", "允许的变化幅度不能小于 0"));
    }
    Ok(Exact::from(*given.get_ref()))
}

pub(crate) fn sentence(file: &PackFile, text: &Spanned<String>) -> Result<(), PackError> {
    filled(file, text, "说明文字")?;
    let mut rest = text.get_ref().as_str();
    while let Some(open) = rest.find('{') {
        let tail = &rest[open..];
        let Some(known) = FIGURES.iter().find(|figure| tail.starts_with(**figure)) else {
            let at = text.get_ref().len() - tail.len();
            let span = file.inner(text, at..at + 1);
            let help = format!("可用：{}", FIGURES.join(" "));
            return Err(PackError::at(file, span, "I-JUMP-03", "不认识的占位符").with_help(help));
        };
        rest = &tail[known.len()..];
    }
    Ok(())
}

pub(crate) fn distance(before: Decimal, now: Decimal) -> Exact {
    let difference = Exact::from(now) + -Exact::from(before);
    if difference.is_negative() { -difference } else { difference }
}

pub(crate) fn render(
    sentence: &str,
    item: &Item,
    year: SchoolYear,
    before: &Value,
    now: &Value,
) -> String {
    let (mut difference, mut percent) = (String::new(), String::new());
    if let (Some(old), Some(new)) = (before.number(), now.number()) {
        let sign = if new < old { "减少" } else { "增加" };
        let size = distance(old, new);
        difference = format!("{sign} {}", size.to_short(4));
        percent = size.checked_div(&Exact::from(old.abs())).map_or("上年为 0".into(), |part| {
            format!("{}%", (part * Exact::from(100)).to_short(1))
        });
    }
    let unit = if item.unit.is_one() { String::new() } else { item.unit.to_string() };
    let (year, now, before) = (year.to_string(), shown(item, now), shown(item, before));
    let values = [&item.zh, &unit, &year, &now, &before, &difference, &percent];
    FIGURES
        .iter()
        .zip(values)
        .fold(sentence.to_owned(), |text, (figure, value)| text.replace(figure, value))
}

/// A value as a user knows it: a code with its label.
fn shown(item: &Item, value: &Value) -> String {
    if let (Value::Code(code), ItemKind::Code(list)) = (value, &item.kind)
        && let Some((_, zh)) = list.iter().find(|(known, _)| **known == **code)
    {
        return format!("{code} {zh}");
    }
    value.to_string()
}
