//! Outliers: values that have moved strangely against last year, over a whole snapshot, worst first.
//! What the jump checks say is among them; every other number is held against one plain rule, so that
//! no item is forgotten because nobody thought of a check for it.

use crate::check::check_code;
use crate::finding::{CheckFinding, CheckPlace, CheckedFact};
use crate::jump::{Years, distance, render, sentence, tolerance};
use crate::read::{filled, refuse};
use crate::run::same_place;
use crate::{Items, Severity, raw};
use domain::{Exact, ItemId, ItemKind, Level, Place, Snapshot, Value};
use packs::{PackError, PackFile, Spanned};
use rust_decimal::Decimal;
use std::collections::BTreeSet;

/// What every number that no jump check names may change by.
#[derive(Clone, Debug)]
pub struct Change {
    code: String,
    zh: String,
    relative: Exact,
    least: Exact,
    message: String,
    remedy: String,
    pub(crate) violated: Vec<(Decimal, Decimal)>,
    pub(crate) satisfied: Vec<(Decimal, Decimal)>,
}

impl Change {
    pub(crate) fn read(file: &PackFile, raw: &raw::Change) -> Result<Self, PackError> {
        check_code(file, &raw.code)?;
        filled(file, &raw.zh, "检查名称")?;
        for text in [&raw.message, &raw.remedy] {
            sentence(file, text)?;
        }
        let examples = |list: &[Spanned<raw::JumpExample>]| {
            let number = |e: &Spanned<raw::JumpExample>, v: &toml::Value| {
                let text = v.to_string();
                let wrong = || refuse(file, e, "I-EXAMPLE-02", format!("“{text}”不是数值"));
                text.parse::<Decimal>().map_err(|_| wrong())
            };
            list.iter()
                .map(|e| Ok((number(e, &e.get_ref().before)?, number(e, &e.get_ref().now)?)))
                .collect::<Result<Vec<_>, PackError>>()
        };
        Ok(Self {
            code: raw.code.get_ref().clone(),
            zh: raw.zh.get_ref().clone(),
            relative: tolerance(file, Some(&raw.relative))?,
            least: tolerance(file, Some(&raw.least))?,
            message: raw.message.get_ref().clone(),
            remedy: raw.remedy.get_ref().clone(),
            violated: examples(&raw.violated)?,
            satisfied: examples(&raw.satisfied)?,
        })
    }

    /// Its stable code, as `CHK-CHANGE-LARGE`.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    /// Its Chinese name.
    #[must_use]
    pub fn zh(&self) -> &str {
        &self.zh
    }

    pub(crate) fn is_large(&self, before: Decimal, now: Decimal) -> bool {
        let part = &self.relative * &Exact::from(before.abs());
        let largest = Exact::from(before.abs().max(now.abs()));
        largest >= self.least && distance(before, now) > part
    }

    fn attempt(
        &self,
        items: &Items,
        years: Years,
        item: ItemId,
        then: &Value,
        at: Place,
    ) -> Option<CheckFinding> {
        let fact = at.facts(at.level())?.get(item)?;
        if !self.is_large(then.number()?, fact.value.number()?) {
            return None;
        }
        let about = items.catalogue().item(item);
        let seen = CheckedFact::new(item, at, at, fact);
        Some(CheckFinding {
            check: self.code.clone(),
            title: self.zh.clone(),
            severity: Severity::Warning,
            place: CheckPlace::of(at),
            message: render(&self.message, about, years.before, then, &fact.value),
            remedy: render(&self.remedy, about, years.before, then, &fact.value),
            facts: vec![CheckedFact { before: Some(then.clone()), ..seen }],
        })
    }
}

/// How far a value has moved; the later kinds are worse.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Size {
    /// It is no number, and another than last year.
    Other,
    /// By this part of last year's value.
    Part(Exact),
    /// From nothing to this.
    FromNothing(Exact),
}

/// A value that has moved strangely.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outlier {
    /// What is said of it; the first of its facts is the value, with last year's.
    pub finding: CheckFinding,
    /// How far.
    pub size: Size,
}

impl Outlier {
    fn of(finding: CheckFinding) -> Option<Self> {
        let fact = finding.facts.first()?;
        let size = match (fact.before.as_ref().and_then(Value::number), fact.value.number()) {
            (Some(before), Some(now)) if before.is_zero() => {
                Size::FromNothing(Exact::from(now.abs()))
            }
            (Some(before), Some(now)) => {
                Size::Part(distance(before, now).checked_div(&Exact::from(before.abs()))?)
            }
            _ => Size::Other,
        };
        Some(Self { finding, size })
    }
}

impl Items {
    /// The rules for numbers that no jump check names.
    #[must_use]
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// Every value of a snapshot that has moved strangely against an earlier one: errors first, then
    /// by how far; equals in the order of the snapshot's places.
    #[must_use]
    pub fn outliers(&self, snapshot: &Snapshot, previous: &Snapshot) -> Vec<Outlier> {
        let named: BTreeSet<ItemId> =
            self.jumps().iter().flat_map(super::jump::Jump::items).map(|(now, _)| *now).collect();
        let years = Years { before: previous.year(), now: snapshot.year() };
        let mut findings: Vec<CheckFinding> = Vec::new();
        for place in snapshot.places() {
            let Some(before) = same_place(previous, place) else { continue };
            let level = place.level();
            let jumps = self.jumps().iter().filter(|jump| jump.level() == level);
            findings
                .extend(jumps.flat_map(|jump| jump.run(self.catalogue(), years, before, place)));
            let Some(old) = before.facts(level) else { continue };
            for (item, then) in old.iter().filter(|(item, _)| !named.contains(item)) {
                if is_amount(self, item, level) {
                    let rules = self.changes.iter();
                    findings
                        .extend(rules.filter_map(|rule| {
                            rule.attempt(self, years, item, &then.value, place)
                        }));
                }
            }
        }
        let mut outliers: Vec<Outlier> = findings.into_iter().filter_map(Outlier::of).collect();
        outliers.sort_by(|a, b| {
            let mild = |outlier: &Outlier| outlier.finding.severity != Severity::Error;
            mild(a).cmp(&mild(b)).then_with(|| b.size.cmp(&a.size))
        });
        outliers
    }
}

/// Numbers of which a share makes sense: not years.
fn is_amount(items: &Items, item: ItemId, level: Level) -> bool {
    let about = items.catalogue().item(item);
    about.level == level && matches!(about.kind, ItemKind::Count | ItemKind::Amount)
}
