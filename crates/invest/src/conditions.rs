//! What a county must hold school by school besides its indicators of resources: music and art
//! rooms, class sizes, school sizes – whatever the standard checks place by place.
//!
//! As with the indicators, the judge is asked: which places fail without a plan, which measures
//! change what it finds there, and how many units it takes until it no longer objects. So no rule
//! is written down here a second time.

use crate::InvestError;
use crate::problem::Problem;
use crate::respond::{Offer, raised};
use domain::{Exact, SchoolCode, Snapshot};
use standard::evaluation::Verdict;
use standard::{Evaluation, Standard, evaluate};
use std::collections::BTreeMap;

/// Units of a measure after which a place that still fails is taken for one that it cannot help.
const MOST: i64 = 24;

/// A place that fails a part of a county indicator in a year without a plan.
#[derive(Clone, Debug)]
pub(crate) struct Condition {
    /// Year of the horizon.
    pub(crate) year: usize,
    /// The part's code.
    pub(crate) part: String,
    /// What it asks, in Chinese.
    pub(crate) zh: String,
    /// The place in words.
    pub(crate) place: String,
    /// Offers that help, each with the units that suffice by themselves. Empty: nothing helps.
    pub(crate) ways: Vec<(usize, i64)>,
}

/// Is there a part checked place by place with this code, or in the indicator of this code?
pub(crate) fn exists(standard: &Standard, code: &str) -> bool {
    standard.local_parts().any(|part| part.code == code || part.indicator == code)
}

/// Must a part hold from the finishing year on, if something can be done about it?
fn wanted(problem: &Problem, part: &str) -> bool {
    let Some(list) = &problem.settings.conditions else { return true };
    problem
        .standard
        .local_parts()
        .any(|p| p.code == part && list.iter().any(|code| *code == p.code || *code == p.indicator))
}

/// Places that fail, by part and place in words: the school, the value found, what is asked.
type Failing = BTreeMap<(String, String), (SchoolCode, Option<String>, String)>;

/// A place and what helps it: an offer, with the units that suffice.
type Helped<'a> = (&'a (String, String), (usize, i64));

fn failing(problem: &Problem, evaluation: &Evaluation) -> Failing {
    let mut failing = Failing::new();
    for part in evaluation.groups.iter().flat_map(|g| &g.indicators).flat_map(|i| &i.parts) {
        if part.verdict != Verdict::Fail || !wanted(problem, &part.code) {
            continue;
        }
        for place in &part.failing {
            if let Some(school) = &place.school {
                let found = (school.clone(), place.value.clone(), part.zh.clone());
                failing.insert((part.code.clone(), place.place.clone()), found);
            }
        }
    }
    failing
}

fn judge(problem: &Problem, snapshot: &Snapshot) -> Result<Failing, InvestError> {
    Ok(failing(problem, &evaluate(snapshot, &problem.standard, &problem.options)?))
}

/// The conditions that do not hold by themselves, from the finishing year on.
///
/// # Errors
/// [`InvestError`] where the judge cannot judge.
pub(crate) fn conditions(
    problem: &Problem,
    offers: &[Offer],
) -> Result<Vec<Condition>, InvestError> {
    let mut found = Vec::new();
    if problem.standard.local_parts().all(|part| !wanted(problem, part.code)) {
        return Ok(found);
    }
    for (t, world) in problem.worlds.iter().enumerate().skip(problem.finish_index()) {
        let base = judge(problem, world)?;
        if base.is_empty() {
            continue;
        }
        let mut ways: BTreeMap<&(String, String), Vec<(usize, i64)>> = BTreeMap::new();
        for measure in 0..problem.costs.measures.len() {
            let mine: Vec<usize> =
                (0..offers.len()).filter(|&o| offers[o].measure == measure).collect();
            if !mine.is_empty() {
                for (key, way) in helped(problem, world, offers, &mine, &base)? {
                    ways.entry(key).or_default().push(way);
                }
            }
        }
        for (key, (_, _, zh)) in &base {
            let ways = ways.remove(key).unwrap_or_default();
            if ways.is_empty() && problem.settings.conditions.is_none() {
                continue;
            }
            let ((part, place), zh) = (key.clone(), zh.clone());
            found.push(Condition { year: t, part, zh, place, ways });
        }
    }
    Ok(found)
}

/// Which places a measure helps: as many units everywhere as it takes, one more at a time.
fn helped<'a>(
    problem: &Problem,
    world: &Snapshot,
    offers: &[Offer],
    mine: &[usize],
    base: &'a Failing,
) -> Result<Vec<Helped<'a>>, InvestError> {
    let mut helped = Vec::new();
    let mut open: Vec<&(String, String)> = Vec::new();
    for units in 1..=MOST {
        let draft = raised(problem, world, offers, mine, &Exact::from(units))?;
        let catalogue = problem.standard.catalogue();
        let snapshot = draft.seal(catalogue).map_err(|e| InvestError::Change(e.into()))?;
        let now = judge(problem, &snapshot)?;
        if units == 1 {
            // What the first unit does not change, the others will not either.
            let moved = |key: &&(String, String)| {
                now.get(key).map(|(_, value, _)| value) != base.get(key).map(|(_, value, _)| value)
            };
            open = base.keys().filter(moved).collect();
        }
        open.retain(|key| {
            if now.contains_key(*key) {
                return true;
            }
            let school = base.get(*key).map(|(school, ..)| school);
            let offer = mine.iter().find(|&&o| Some(&offers[o].site.school) == school);
            helped.extend(offer.map(|&o| (*key, (o, units))));
            false
        });
        if open.is_empty() {
            break;
        }
    }
    Ok(helped)
}
