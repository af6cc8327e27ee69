//! What the judge says of one teacher more: asked item by item, so that no rule of a standard stands
//! here.
//!
//! A section's value of an indicator is v = v₀ + r·n, where n is a whole number: the teachers who
//! count for it and have come, less those who have gone. r is one teacher's worth there, and each
//! item is worth a whole number of r; a standard where one is not is refused.

use crate::StaffingError;
use domain::change::{Change, Edit, apply};
use domain::{Exact, SchoolCode, Snapshot, Stage};
use rust_decimal::Decimal;
use standard::evaluation::{Evaluation, SectionResult, StageLimits, Verdict};
use standard::{Options, SectionDemand, Standard, evaluate};
use std::collections::BTreeMap;

/// An indicator that teachers move.
#[derive(Clone, Debug)]
pub(crate) struct Indicator {
    pub(crate) code: String,
    pub(crate) zh: String,
    pub(crate) limits: BTreeMap<Stage, StageLimits>,
}

/// A section as the judge sees it.
#[derive(Clone, Debug)]
pub(crate) struct Judged {
    pub(crate) pupils: Exact,
    /// v₀ by indicator; `None` where it is missing.
    pub(crate) values: Vec<Option<Exact>>,
    /// r by indicator; `None` where no item moves it.
    pub(crate) steps: Vec<Option<Exact>>,
    /// n of one more of an item, by indicator.
    pub(crate) gains: BTreeMap<String, Vec<i64>>,
    /// Does it pass as a whole?
    pub(crate) passes: bool,
    /// Indicators that teachers do not move and that are not reached, and whether each of them is
    /// above its floor.
    pub(crate) others_missed: usize,
    pub(crate) others_near: bool,
}

/// The judge's answers.
#[derive(Clone, Debug)]
pub(crate) struct Response {
    pub(crate) before: Evaluation,
    pub(crate) indicators: Vec<Indicator>,
    pub(crate) sections: BTreeMap<(SchoolCode, Stage), Judged>,
    /// How many indicators a section may miss; `None` where the standard has no such rule.
    pub(crate) may_miss: Option<usize>,
}

/// Asks the judge. `items` are those that any teacher of the roster counts in.
pub(crate) fn respond(
    snapshot: &Snapshot,
    standard: &Standard,
    options: &Options,
    items: &[String],
) -> Result<Response, StaffingError> {
    let resources = standard.resources_only();
    let catalogue = standard.catalogue();
    let used = resources.items();
    let before = evaluate(snapshot, &resources, options)?;
    let codes: Vec<String> = before.indicators.iter().map(|i| i.code.clone()).collect();
    // differences[section][item][indicator]
    let mut raised: BTreeMap<&str, Vec<Vec<Exact>>> = BTreeMap::new();
    for item in items {
        let Some(id) = catalogue.id(item).filter(|id| used.contains(id)) else { continue };
        let known = |section: &&SectionResult| {
            snapshot
                .school(&section.school)
                .and_then(|school| school.section(section.stage))
                .is_some_and(|s| s.facts.value(id).and_then(domain::Value::number).is_some())
        };
        let edits = before.sections.iter().filter(known).map(|section| Edit {
            school: section.school.clone(),
            stage: Some(section.stage),
            item: item.clone(),
            amount: Decimal::ONE,
        });
        let change = Change { edits: edits.collect(), ..Change::default() };
        let after = evaluate(&apply(snapshot, &change, catalogue)?, &resources, options)?;
        raised.insert(item, differences(&before, &after, &codes));
    }
    let moved: Vec<usize> = (0..codes.len())
        .filter(|k| raised.values().flatten().any(|row| row.get(*k).is_some_and(|d| !d.is_zero())))
        .collect();
    let demand = standard.section_demand();
    let sections = before
        .sections
        .iter()
        .enumerate()
        .filter_map(|(at, section)| {
            let judged = judged(section, at, &moved, &codes, &raised, demand.as_ref());
            let place = || (section.school.clone(), section.stage);
            judged.map(|judged| judged.map(|judged| (place(), judged))).transpose()
        })
        .collect::<Result<_, _>>()?;
    let indicators = moved
        .iter()
        .filter_map(|k| before.indicators.get(*k))
        .map(|info| Indicator {
            code: info.code.clone(),
            zh: info.short.clone(),
            limits: info.limits.iter().map(|limits| (limits.stage, limits.clone())).collect(),
        })
        .collect();
    let may_miss = demand.map(|d| d.indicators.len().saturating_sub(d.at_least));
    Ok(Response { before, indicators, sections, may_miss })
}

fn differences(before: &Evaluation, after: &Evaluation, codes: &[String]) -> Vec<Vec<Exact>> {
    let value = |section: &SectionResult, code: &str| {
        section.value(code).and_then(|v| v.value.as_ref()).map(|figure| figure.exact.clone())
    };
    before
        .sections
        .iter()
        .zip(&after.sections)
        .map(|(before, after)| {
            codes
                .iter()
                .map(|code| match (value(before, code), value(after, code)) {
                    (Some(from), Some(to)) => to - from,
                    _ => Exact::ZERO,
                })
                .collect()
        })
        .collect()
}

fn judged(
    section: &SectionResult,
    at: usize,
    moved: &[usize],
    codes: &[String],
    raised: &BTreeMap<&str, Vec<Vec<Exact>>>,
    demand: Option<&SectionDemand>,
) -> Result<Option<Judged>, StaffingError> {
    let Some(pupils) = section.pupils.clone().filter(|pupils| !pupils.is_zero()) else {
        return Ok(None);
    };
    let worth = |item: &str, k: usize| {
        raised.get(item).and_then(|rows| rows.get(at)).and_then(|row| row.get(k)).cloned()
    };
    let mut steps: Vec<Option<Exact>> = Vec::with_capacity(moved.len());
    for k in moved {
        // The least worth above zero; the others are multiples of it.
        let least = raised
            .keys()
            .filter_map(|item| worth(item, *k))
            .filter(|worth| !worth.is_zero() && !worth.is_negative())
            .min();
        steps.push(least);
    }
    let mut gains = BTreeMap::new();
    for item in raised.keys() {
        let gain = moved.iter().zip(&steps).map(|(k, step)| {
            let parts = worth(item, *k).zip(step.as_ref());
            match parts.and_then(|(worth, step)| worth.checked_div(step)) {
                Some(times) if times.is_integer() => Ok(crate::posts::whole(&times)),
                Some(_) => Err(StaffingError::Worth(codes.get(*k).cloned().unwrap_or_default())),
                None => Ok(0),
            }
        });
        gains.insert((*item).to_owned(), gain.collect::<Result<_, _>>()?);
    }
    let value = |k: &usize| {
        let code = codes.get(*k)?;
        section.value(code)?.value.as_ref().map(|figure| figure.exact.clone())
    };
    let counts = |code: &str| demand.is_none_or(|d| d.indicators.iter().any(|i| i == code));
    let others: Vec<Verdict> = section
        .values
        .iter()
        .filter(|v| counts(&v.code) && v.verdict != Verdict::NotApplicable)
        .filter(|v| !moved.iter().any(|k| codes.get(*k) == Some(&v.code)))
        .map(|v| v.verdict)
        .filter(|verdict| *verdict != Verdict::Pass)
        .collect();
    Ok(Some(Judged {
        pupils,
        values: moved.iter().map(value).collect(),
        steps,
        gains,
        passes: section.verdict == Verdict::Pass,
        others_missed: others.len(),
        others_near: others.iter().all(|verdict| *verdict == Verdict::Near),
    }))
}

impl Judged {
    /// The value after n more; `None` where it is missing.
    pub(crate) fn value(&self, k: usize, n: i64) -> Option<Exact> {
        let base = self.values.get(k)?.as_ref()?;
        let Some(step) = self.steps.get(k)?.as_ref() else { return Some(base.clone()) };
        Some(base + &(step * &Exact::from(n)))
    }

    /// The least n with a value of at least `wanted`; `None` where none does or it is missing.
    pub(crate) fn least(&self, k: usize, wanted: &Exact) -> Option<i64> {
        let base = self.values.get(k)?.as_ref()?;
        let step = self.steps.get(k)?.as_ref()?;
        let lacking = wanted - base;
        lacking.checked_div(step).map(|n| crate::posts::whole(&n.ceil()))
    }
}
