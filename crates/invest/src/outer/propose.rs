//! Which shifts and merges are worth a try, the most promising first.
//!
//! Promise is what the plan at hand spends: a section where a pupil costs much gives entrants to a
//! neighbour where a pupil costs less, and a teaching point on which much is spent is closed.

use super::Proposal;
use crate::plan::Plan;
use crate::problem::Problem;
use crate::settings::{Merge, Outer, Shift};
use domain::{Exact, School, SchoolCode, SchoolKind, Snapshot, Sponsor, Stage, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Pupils of a section that is judged, and what the plan spends for them, 万元.
struct Of {
    pupils: Exact,
    spent: Exact,
}

impl Of {
    /// 万元 a pupil.
    fn a_pupil(&self) -> Exact {
        self.spent.checked_div(&self.pupils).unwrap_or(Exact::ZERO)
    }
}

type Sections<'a> = BTreeMap<(&'a SchoolCode, Stage), Of>;

/// All proposals that the settings allow beyond those they hold, in their order.
pub(super) fn proposals(problem: &Problem, outer: &Outer, plan: &Plan) -> Vec<Proposal> {
    // In the finishing year everything must hold.
    let Some(world) = problem.worlds.get(problem.finish_index()) else { return Vec::new() };
    let sections = sections(problem, world, plan);
    let pairs = pairs(problem, outer, world);
    let mut found: Vec<(Exact, Proposal)> = Vec::new();
    for (from, to) in &pairs {
        found.extend(shifts(problem, outer, &sections, from, to));
    }
    if outer.merge {
        found.extend(merges(problem, &sections, world, &pairs));
    }
    // Pairs are in the order of codes already, so equal promises stay so.
    found.sort_by(|(one, _), (other, _)| other.cmp(one));
    found.into_iter().map(|(_, proposal)| proposal).collect()
}

/// The sections that are judged; who is not takes nobody, or pupils would be hidden from the
/// judge. What is spent at a school counts for its sections by their pupils.
fn sections<'a>(problem: &Problem, world: &'a Snapshot, plan: &Plan) -> Sections<'a> {
    let pupils = problem.standard.catalogue().id("pupils");
    let outcomes = plan.year(world.year()).map_or(&[][..], |year| &year.section_outcomes);
    let judged: BTreeSet<(&SchoolCode, Stage)> =
        outcomes.iter().map(|outcome| (&outcome.school, outcome.stage)).collect();
    let mut sections = Sections::new();
    for school in world.schools() {
        for section in school.sections.iter().filter(|s| s.stage != Stage::Senior) {
            let count = pupils.and_then(|id| section.facts.value(id)).and_then(Value::number);
            let count = count.map(Exact::from).filter(|count| *count > Exact::ZERO);
            if let Some(count) = count.filter(|_| judged.contains(&(&school.code, section.stage))) {
                let of = Of { pupils: count, spent: Exact::ZERO };
                sections.insert((&school.code, section.stage), of);
            }
        }
    }
    for action in plan.actions.iter().filter(|action| action.cost > Exact::ZERO) {
        let here = |(code, stage): &(&SchoolCode, Stage)| {
            **code == action.school && action.stage.is_none_or(|of| of == *stage)
        };
        let all: Exact =
            sections.iter().filter(|(key, _)| here(key)).map(|(_, of)| of.pupils.clone()).sum();
        for (_, of) in sections.iter_mut().filter(|(key, _)| here(key)) {
            if let Some(share) = of.pupils.checked_div(&all) {
                of.spent = &of.spent + &(share * action.cost.clone());
            }
        }
    }
    sections
}

/// Neighbours, both ways: those of the settings, or the schools of one township without private
/// ones, whose entrants a county does not assign.
fn pairs<'a>(
    problem: &Problem,
    outer: &'a Outer,
    world: &'a Snapshot,
) -> BTreeSet<(&'a SchoolCode, &'a SchoolCode)> {
    let mut pairs = BTreeSet::new();
    for [one, other] in &outer.neighbours {
        pairs.extend([(one, other), (other, one)]);
    }
    if !outer.neighbours.is_empty() {
        return pairs;
    }
    let catalogue = problem.standard.catalogue();
    let Some(township) = catalogue.id("township") else { return pairs };
    let private = |school: &School| {
        let sponsor = catalogue.id("sponsor").and_then(|id| school.facts.value(id));
        matches!(sponsor, Some(Value::Code(code)) if **code == *Sponsor::Private.code())
    };
    let mut places: BTreeMap<&str, Vec<&SchoolCode>> = BTreeMap::new();
    for school in world.schools().iter().filter(|school| !private(school)) {
        if let Some(Value::Text(name)) = school.facts.value(township) {
            places.entry(name).or_default().push(&school.code);
        }
    }
    for codes in places.values() {
        for one in codes {
            pairs.extend(codes.iter().filter(|other| *other != one).map(|other| (*one, *other)));
        }
    }
    pairs
}

/// Shifts from one school to another, where a pupil costs less there. A section gives once, and
/// one that takes does not give.
fn shifts(
    problem: &Problem,
    outer: &Outer,
    sections: &Sections<'_>,
    from: &SchoolCode,
    to: &SchoolCode,
) -> Vec<(Exact, Proposal)> {
    let settings = &problem.settings;
    let mut found = Vec::new();
    if outer.share.is_zero() {
        return found;
    }
    for stage in Stage::COMPULSORY {
        let mut known = settings.shifts.iter().filter(|shift| shift.stage == stage);
        if known.any(|s| s.from == *from || s.to == *from || s.from == *to) {
            continue;
        }
        let (Some(gives), Some(takes)) = (sections.get(&(from, stage)), sections.get(&(to, stage)))
        else {
            continue;
        };
        let less = gives.a_pupil() - takes.a_pupil();
        if less > Exact::ZERO {
            let promise = less * (&gives.pupils * &outer.share);
            let (from, to, since) = (from.clone(), to.clone(), settings.first);
            let share = outer.share.clone();
            found.push((promise, Proposal::Shift(Shift { from, to, stage, share, since })));
        }
    }
    found
}

/// Teaching points and campuses that are merged into their main school or a neighbour, in the
/// first year, where anything is spent at either.
fn merges(
    problem: &Problem,
    sections: &Sections<'_>,
    world: &Snapshot,
    pairs: &BTreeSet<(&SchoolCode, &SchoolCode)>,
) -> Vec<(Exact, Proposal)> {
    let spent = |school: &School| -> Exact {
        let of = |stage| sections.get(&(&school.code, stage)).map(|of| of.spent.clone());
        Stage::COMPULSORY.into_iter().filter_map(of).sum()
    };
    let mut found = Vec::new();
    for from in world.schools() {
        if from.kind != SchoolKind::TeachingPoint && from.parent.is_none() {
            continue;
        }
        if world.schools().iter().any(|school| school.parent.as_ref() == Some(&from.code)) {
            continue;
        }
        let near = pairs.iter().filter(|(one, _)| **one == from.code).map(|(_, other)| *other);
        let into: BTreeSet<&SchoolCode> = from.parent.iter().chain(near).collect();
        for to in into.into_iter().filter_map(|code| world.school(code)) {
            let takes = from.sections.iter().all(|section| {
                section.stage == Stage::Senior || sections.contains_key(&(&to.code, section.stage))
            });
            let promise = spent(from);
            if takes && (promise > Exact::ZERO || spent(to) > Exact::ZERO) {
                let year = problem.settings.first;
                let (from, to) = (from.code.clone(), to.code.clone());
                found.push((promise, Proposal::Merge(Merge { from, to, year })));
            }
        }
    }
    found
}
