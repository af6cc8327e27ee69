//! How the county answers to measures: what the judge says without a plan, and by how much each
//! indicator of each section moves with one unit of each measure.
//!
//! The answer is asked of the judge itself – one evaluation with one unit of a measure everywhere
//! – so that planning knows no formula and a new standard needs no new code here. Indicators are
//! required to answer in a straight line, which a second question checks.

use crate::InvestError;
use crate::conditions::{Condition, conditions};
use crate::costs::NewRoom;
use crate::model::SpreadKey;
use crate::problem::{Problem, decimal};
use crate::settings::Gain;
use domain::change::amount_at;
use domain::{
    Draft, Exact, Fact, Facts, OriginId, Room, SchoolCode, SchoolKind, Snapshot, Stage, Value,
};
use rust_decimal::Decimal;
use standard::Evaluation;
use standard::evaluation::Verdict;
use std::collections::{BTreeMap, BTreeSet};

/// A place where measures are taken: a school, or one of its sections.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Site {
    pub(crate) school: SchoolCode,
    pub(crate) stage: Option<Stage>,
}

/// A measure that can be taken at a site.
#[derive(Clone, Debug)]
pub(crate) struct Offer {
    pub(crate) measure: usize,
    pub(crate) site: Site,
    pub(crate) kind: SchoolKind,
    pub(crate) once: Exact,
    pub(crate) yearly: Exact,
    /// At most so many units over the horizon.
    pub(crate) most: Option<Exact>,
    /// At most so much land over the horizon.
    pub(crate) land: Option<Exact>,
    /// What one unit does to the items that are known here.
    pub(crate) adds: Vec<(String, Exact)>,
    /// The room that one unit adds to the school's list.
    pub(crate) room: Option<NewRoom>,
}

/// A section in a year without a plan.
#[derive(Clone, Debug)]
pub(crate) struct SectionYear {
    pub(crate) school: SchoolCode,
    pub(crate) name: String,
    pub(crate) stage: Stage,
    pub(crate) weight: Exact,
    /// By indicator; `None` where the indicator does not apply.
    pub(crate) values: Vec<Option<Exact>>,
    /// Movers by indicator: who moves the value, and by how much a unit.
    pub(crate) moved_by: Vec<Vec<(Mover, Exact)>>,
}

/// What moves a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Mover {
    /// The offer at this place in the list.
    Offer(usize),
    /// The project at this place in the settings.
    Project(usize),
}

/// The limits of one indicator by compulsory stage.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) code: String,
    pub(crate) short: String,
    pub(crate) in_rule: bool,
    pub(crate) threshold: [Option<Exact>; 2],
    pub(crate) floor: [Option<Exact>; 2],
    pub(crate) coefficient: [Option<Exact>; 2],
}

/// The county's answer.
#[derive(Clone, Debug)]
pub(crate) struct Response {
    pub(crate) offers: Vec<Offer>,
    pub(crate) targets: Vec<Target>,
    pub(crate) years: Vec<Vec<SectionYear>>,
    pub(crate) conditions: Vec<Condition>,
    /// Coefficients beyond their limits without a plan, from the finishing year on.
    pub(crate) beyond: Vec<SpreadKey>,
}

/// Asks the judge.
///
/// # Errors
/// [`InvestError::Missing`] where figures that the rules need are missing;
/// [`InvestError::NotLinear`].
pub(crate) fn respond(problem: &Problem) -> Result<Response, InvestError> {
    let base: Vec<Evaluation> =
        problem.worlds.iter().map(|w| problem.judge_resources(w)).collect::<Result<_, _>>()?;
    for evaluation in &base {
        refuse_missing(evaluation)?;
    }
    let Some(first) = base.first() else {
        return Err(InvestError::Unknown("没有规划年份".to_owned()));
    };
    let targets = targets(problem, first);
    let offers = offers(problem, &base);
    let mut years: Vec<Vec<SectionYear>> = base.iter().map(sections).collect();
    for index in 0..problem.costs.measures.len() {
        let mine: Vec<usize> = (0..offers.len()).filter(|&o| offers[o].measure == index).collect();
        if mine.is_empty() {
            continue;
        }
        let by_site: BTreeMap<&Site, usize> = mine.iter().map(|&o| (&offers[o].site, o)).collect();
        for (t, world) in problem.worlds.iter().enumerate() {
            let asked = |units: Exact| -> Result<Evaluation, InvestError> {
                judge_draft(problem, raised(problem, world, &offers, &mine, &units)?)
            };
            let one = asked(Exact::ONE)?;
            let two = if t == 0 { Some(asked(Exact::from(2))?) } else { None };
            let measure = &problem.costs.measures[index];
            let mover = |school: &SchoolCode, stage: Stage| {
                let stage = (measure.level == domain::Level::Section).then_some(stage);
                by_site.get(&Site { school: school.clone(), stage }).map(|&o| Mover::Offer(o))
            };
            record(&mut years[t], &base[t], &one, two.as_ref(), &measure.zh, mover)?;
        }
    }
    for (j, project) in problem.settings.projects.iter().enumerate() {
        for (t, world) in problem.worlds.iter().enumerate() {
            let mut raised = world.to_draft();
            for Gain { item, stage, amount } in &project.gains {
                let site = Site { school: project.school.clone(), stage: *stage };
                raise(problem, &mut raised, &site, item, amount)?;
            }
            for room in &project.rooms {
                furnish(problem, &mut raised, &project.school, room)?;
            }
            let one = judge_draft(problem, raised)?;
            let mover =
                |school: &SchoolCode, _| (*school == project.school).then_some(Mover::Project(j));
            record(&mut years[t], &base[t], &one, None, &project.zh, mover)?;
        }
    }
    let conditions = conditions(problem, &offers)?;
    let beyond = beyond(problem, &base);
    Ok(Response { offers, targets, years, conditions, beyond })
}

/// A world with so many units of some offers, whatever their bounds.
pub(crate) fn raised(
    problem: &Problem,
    world: &Snapshot,
    offers: &[Offer],
    which: &[usize],
    units: &Exact,
) -> Result<Draft, InvestError> {
    let mut raised = world.to_draft();
    for &o in which {
        let offer = &offers[o];
        for (item, amount) in &offer.adds {
            raise(problem, &mut raised, &offer.site, item, &(amount * units))?;
        }
        for _ in 0..whole(units) {
            if let Some(room) = &offer.room {
                furnish(problem, &mut raised, &offer.site.school, room)?;
            }
        }
    }
    Ok(raised)
}

/// Coefficients that the judge finds beyond their limits, from the finishing year on.
pub(crate) fn beyond(problem: &Problem, verdicts: &[Evaluation]) -> Vec<SpreadKey> {
    let mut keys = Vec::new();
    for (t, evaluation) in verdicts.iter().enumerate().skip(problem.finish_index()) {
        for stage in &evaluation.stages {
            for (k, indicator) in stage.indicators.iter().enumerate() {
                if indicator.verdict == Verdict::Fail {
                    keys.push((t, stage.stage, k));
                }
            }
        }
    }
    keys
}

fn refuse_missing(evaluation: &Evaluation) -> Result<(), InvestError> {
    let facts = &evaluation.overall.missing;
    match facts.first() {
        Some(first) => Err(InvestError::Missing {
            count: facts.len(),
            first: format!("{}“{}”（{} 学年）", first.place, first.zh, evaluation.year),
        }),
        None => Ok(()),
    }
}

fn targets(problem: &Problem, evaluation: &Evaluation) -> Vec<Target> {
    evaluation
        .indicators
        .iter()
        .map(|info| {
            let limit = |stage: Stage| info.limits.iter().find(|l| l.stage == stage);
            let stages = Stage::COMPULSORY;
            Target {
                code: info.code.clone(),
                short: info.short.clone(),
                in_rule: problem.demand.indicators.contains(&info.code),
                threshold: stages.map(|s| limit(s).and_then(|l| l.threshold.clone())),
                floor: stages.map(|s| limit(s).and_then(|l| l.floor.clone())),
                coefficient: stages.map(|s| limit(s).and_then(|l| l.coefficient.clone())),
            }
        })
        .collect()
}

fn sections(evaluation: &Evaluation) -> Vec<SectionYear> {
    evaluation
        .sections
        .iter()
        .map(|section| SectionYear {
            school: section.school.clone(),
            name: section.name.clone(),
            stage: section.stage,
            weight: section.pupils.clone().unwrap_or(Exact::ZERO),
            values: section
                .values
                .iter()
                .map(|v| {
                    let applies = v.verdict != Verdict::NotApplicable || v.value.is_some();
                    if applies { v.value.as_ref().map(|f| f.exact.clone()) } else { None }
                })
                .collect(),
            moved_by: vec![Vec::new(); section.values.len()],
        })
        .collect()
}

/// The measures that can be taken, where their items are known in every year.
fn offers(problem: &Problem, base: &[Evaluation]) -> Vec<Offer> {
    let places: BTreeSet<(&SchoolCode, Stage)> =
        base.iter().flat_map(|e| &e.sections).map(|s| (&s.school, s.stage)).collect();
    let schools: BTreeSet<&SchoolCode> = places.iter().map(|(code, _)| *code).collect();
    let mut offers = Vec::new();
    for (index, measure) in problem.costs.measures.iter().enumerate() {
        if problem.settings.without.contains(&measure.code) {
            continue;
        }
        let sites: Vec<Site> = if measure.level == domain::Level::Section {
            places
                .iter()
                .filter(|(_, stage)| measure.stages.is_empty() || measure.stages.contains(stage))
                .map(|(school, stage)| Site { school: (*school).clone(), stage: Some(*stage) })
                .collect()
        } else {
            schools.iter().map(|s| Site { school: (*s).clone(), stage: None }).collect()
        };
        offers.extend(sites.into_iter().filter_map(|site| offer(problem, index, site)));
    }
    offers
}

fn offer(problem: &Problem, index: usize, site: Site) -> Option<Offer> {
    let measure = &problem.costs.measures[index];
    let known = |item: &str| problem.worlds.iter().all(|w| at(problem, w, &site, item).is_some());
    let kind = problem.worlds.first()?.school(&site.school)?.kind;
    let price = measure.price(kind, site.stage)?;
    let mut adds: Vec<(String, Exact)> = Vec::new();
    for add in &measure.adds {
        match (known(&add.item), add.if_known) {
            (true, _) => adds.push((add.item.clone(), add.amount.clone())),
            (false, true) => {}
            (false, false) => return None,
        }
    }
    // A part cannot grow against a whole that nobody knows.
    let blind = problem.costs.within.iter().filter(|w| w.level == measure.level).any(|within| {
        let change = |item: &str| adds.iter().find(|(code, _)| code == item).map(|(_, a)| a);
        let grows = change(&within.part).is_some_and(|a| *a > Exact::ZERO);
        grows && change(&within.whole).is_none() && !known(&within.whole)
    });
    if blind {
        return None;
    }
    if measure.room.is_some() && !lists_rooms(problem, &site) {
        return None;
    }
    let share = measure.at_most.as_ref().and_then(|(item, share)| {
        let value = at(problem, problem.worlds.first()?, &site, item)?;
        Some((&value * share).floor())
    });
    if measure.at_most.is_some() && share.is_none() {
        return None;
    }
    let land = if measure.land {
        let own = problem.settings.land.get(&site.school);
        own.or(problem.settings.land_elsewhere.as_ref()).cloned()
    } else {
        None
    };
    Some(Offer {
        measure: index,
        kind,
        once: price.once.clone(),
        yearly: price.yearly.clone(),
        most: share,
        land,
        adds,
        room: measure.room.clone(),
        site,
    })
}

/// Can a room be added to the list of a school? Not where the school has rooms and no list: a list
/// of the new ones only would say that the others are not there.
fn lists_rooms(problem: &Problem, site: &Site) -> bool {
    let rooms = |measure: &&crate::costs::Measure| measure.room.is_some();
    let catalogue = problem.standard.catalogue();
    // Rooms are counted; the area that comes with one is not a number of rooms.
    let counted = |code: &&str| {
        catalogue.find(code).is_some_and(|(_, item)| item.kind == domain::ItemKind::Count)
    };
    let adds = problem.costs.measures.iter().filter(rooms).flat_map(|m| &m.adds);
    let counts: Vec<&str> =
        adds.filter(|a| !a.if_known).map(|a| a.item.as_str()).filter(counted).collect();
    problem.worlds.iter().all(|world| {
        let listed = world.school(&site.school).is_some_and(|s| !s.rooms.is_empty());
        let none = |item: &&str| at(problem, world, site, item).is_some_and(|n| n.is_zero());
        listed || counts.iter().all(none)
    })
}

/// What a site has of an item.
pub(crate) fn at(problem: &Problem, world: &Snapshot, site: &Site, item: &str) -> Option<Exact> {
    amount_at(world, problem.standard.catalogue(), &site.school, site.stage, item)
}

/// Raises a fact whatever its bounds: only to ask the judge, never to make a plan.
fn raise(
    problem: &Problem,
    draft: &mut Draft,
    site: &Site,
    item: &str,
    amount: &Exact,
) -> Result<(), InvestError> {
    let amount: Decimal = decimal(amount)?;
    let unknown = || InvestError::Unknown(format!("{} 没有数据项“{item}”的数据", site.school));
    let id = problem.standard.catalogue().id(item).ok_or_else(unknown)?;
    // Schools of a sealed snapshot stand in the order of their codes.
    let place = draft.schools.binary_search_by(|s| s.code.cmp(&site.school));
    let school = place.ok().and_then(|i| draft.schools.get_mut(i)).ok_or_else(unknown)?;
    let facts = match site.stage {
        None => &mut school.facts,
        Some(stage) => {
            let section = school.sections.iter_mut().find(|s| s.stage == stage);
            &mut section.ok_or_else(unknown)?.facts
        }
    };
    let from = facts.value(id).and_then(Value::number).ok_or_else(unknown)?;
    let value = from.checked_add(amount).ok_or_else(|| InvestError::Number(item.to_owned()))?;
    facts.set(id, Fact { value: Value::Number(value), origin: OriginId(0) });
    Ok(())
}

/// Adds a room to the list of a school.
fn furnish(
    problem: &Problem,
    draft: &mut Draft,
    school: &SchoolCode,
    room: &NewRoom,
) -> Result<(), InvestError> {
    let unknown = || InvestError::Unknown(format!("没有学校 {school}，不能增加功能室"));
    let id = problem.standard.catalogue().id("room_area").ok_or_else(unknown)?;
    let school = draft.schools.iter_mut().find(|s| s.code == *school).ok_or_else(unknown)?;
    let mut facts = Facts::new();
    facts.set(id, Fact { value: Value::Number(decimal(&room.area)?), origin: OriginId(0) });
    school.rooms.push(Room { name: room.kind.code().to_owned(), kind: room.kind, facts });
    Ok(())
}

/// A whole number of units.
pub(crate) fn whole(units: &Exact) -> u32 {
    units.floor().small_parts().and_then(|(n, _)| u32::try_from(n).ok()).unwrap_or(0)
}

fn judge_draft(problem: &Problem, draft: Draft) -> Result<Evaluation, InvestError> {
    let snapshot = draft
        .seal(problem.standard.catalogue())
        .map_err(|error| InvestError::Change(error.into()))?;
    problem.judge_resources(&snapshot)
}

/// Notes by how much each value has moved.
fn record(
    year: &mut [SectionYear],
    base: &Evaluation,
    one: &Evaluation,
    two: Option<&Evaluation>,
    measure: &str,
    mover: impl Fn(&SchoolCode, Stage) -> Option<Mover>,
) -> Result<(), InvestError> {
    for (i, (before, after)) in base.sections.iter().zip(&one.sections).enumerate() {
        let Some(mover) = mover(&before.school, before.stage) else { continue };
        for (k, (old, new)) in before.values.iter().zip(&after.values).enumerate() {
            let (Some(old), Some(new)) = (&old.value, &new.value) else { continue };
            if old.exact == new.exact {
                continue;
            }
            let step = &new.exact - &old.exact;
            let twice = two.and_then(|two| two.sections.get(i)?.values.get(k)?.value.as_ref());
            if two.is_some() && twice.map(|t| &t.exact - &new.exact).as_ref() != Some(&step) {
                let indicator = base.indicators.get(k).map(|i| i.short.clone());
                return Err(InvestError::NotLinear {
                    indicator: indicator.unwrap_or_default(),
                    measure: measure.to_owned(),
                });
            }
            if let Some(section) = year.get_mut(i) {
                section.moved_by[k].push((mover, step));
            }
        }
    }
    Ok(())
}
