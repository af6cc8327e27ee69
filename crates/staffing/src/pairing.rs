//! Proposed pairings (对口帮扶, 名师带徒): strong sections with weak ones, mentors with young teachers,
//! as assignments with capacities, distances and subjects.

use crate::assign::{Assignment, Offer, assign};
use crate::rotation::Map;
use crate::rotation::settings::Settings;
use crate::teacher::{Teacher, TeacherId};
use crate::words::Rank;
use crate::{PersonName, Roster, Rules, StaffingError};
use domain::{Catalogue, Exact, SchoolCode, Snapshot, Stage};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use solver::Solver;
use standard::evaluation::{Evaluation, SectionResult, Verdict};
use std::time::Duration;

/// Seconds that a proposal may take.
const LIMIT: Duration = Duration::from_mins(1);
/// A pairing that is not made costs more than any distance, in hundreds of metres.
const UNPAIRED: i64 = 1_000_000;

/// Who helps whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SchoolPair {
    /// The stage.
    pub stage: Stage,
    /// The strong school.
    pub strong: SchoolCode,
    /// Its name.
    pub strong_name: String,
    /// The weak one.
    pub weak: SchoolCode,
    /// Its name.
    pub weak_name: String,
    /// Kilometres, one decimal; `None` where they are not known.
    pub km: Option<String>,
    /// The indicators that the weak one misses.
    pub misses: Vec<String>,
}

/// Proposed pairs of schools, and the weak ones for which none was in reach.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SchoolPairs {
    /// The pairs.
    pub pairs: Vec<SchoolPair>,
    /// Without a partner: school and stage.
    pub unpaired: Vec<(SchoolCode, Stage)>,
    /// Proved to be the nearest?
    pub proved: bool,
}

fn misses(section: &SectionResult) -> Vec<String> {
    let below =
        section.values.iter().filter(|v| matches!(v.verdict, Verdict::Near | Verdict::Fail));
    below.map(|value| value.code.clone()).collect()
}

/// Pairs every section that misses something with one that misses nothing, of the same stage, within
/// `km`, at most `each` a strong section, as near as possible altogether.
///
/// # Errors
/// [`StaffingError`] where the solver fails.
pub fn schools(
    evaluation: &Evaluation,
    snapshot: &Snapshot,
    catalogue: &Catalogue,
    settings: &Settings,
    (each, km): (u32, &Exact),
    solver: &dyn Solver,
) -> Result<SchoolPairs, StaffingError> {
    let map = Map::new(snapshot, catalogue, settings);
    let known = |s: &&SectionResult| s.values.iter().all(|v| v.verdict != Verdict::Missing);
    let sections: Vec<&SectionResult> = evaluation.sections.iter().filter(known).collect();
    let (weak, strong): (Vec<&SectionResult>, Vec<&SectionResult>) =
        sections.into_iter().partition(|section| !misses(section).is_empty());
    let limit = crate::rotation::hectometres(km);
    let mut problem = Assignment {
        tasks: weak.len(),
        capacities: vec![i64::from(each); strong.len()],
        untaken: Some(UNPAIRED),
        ..Assignment::default()
    };
    for (task, helped) in weak.iter().enumerate() {
        for (agent, helper) in strong.iter().enumerate() {
            let far = map.between(&helper.school, &helped.school);
            let near = helper.stage == helped.stage && far.is_none_or(|far| far <= limit);
            if near && helper.school != helped.school {
                let cost = i64::from(far.unwrap_or(limit));
                problem.offers.push(Offer { agent, task, cost, weight: 1 });
            }
        }
    }
    let Some(found) = assign(&problem, solver, LIMIT)? else { return Ok(SchoolPairs::default()) };
    let mut result = SchoolPairs { proved: found.proved, ..SchoolPairs::default() };
    for (helped, agent) in weak.iter().zip(&found.agents) {
        let Some(helper) = agent.and_then(|agent| strong.get(agent)) else {
            result.unpaired.push((helped.school.clone(), helped.stage));
            continue;
        };
        result.pairs.push(SchoolPair {
            stage: helped.stage,
            strong: helper.school.clone(),
            strong_name: helper.name.clone(),
            weak: helped.school.clone(),
            weak_name: helped.name.clone(),
            km: map.between(&helper.school, &helped.school).map(shown),
            misses: misses(helped),
        });
    }
    Ok(result)
}

fn shown(hectometres: u32) -> String {
    Exact::ratio(i64::from(hectometres), 10).to_fixed(1)
}

/// A mentor and a young teacher.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MentorPair {
    /// The mentor.
    pub mentor: TeacherId,
    /// Masked.
    pub mentor_name: PersonName,
    /// The school of the mentor.
    pub mentor_school: SchoolCode,
    /// The young teacher.
    pub pupil: TeacherId,
    /// Masked.
    pub pupil_name: PersonName,
    /// His or her school.
    pub pupil_school: SchoolCode,
    /// The subject in Chinese.
    pub subject: String,
    /// Kilometres between the schools.
    pub km: Option<String>,
}

/// Proposed mentors, and young teachers without one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MentorPairs {
    /// The pairs.
    pub pairs: Vec<MentorPair>,
    /// Without a mentor.
    pub unpaired: Vec<TeacherId>,
    /// Proved to be the nearest?
    pub proved: bool,
}

/// Pairs teachers hired less than `young` years ago with backbone teachers of senior rank, of the same
/// stage and subject, within `km`, at most `each` a mentor, as near as possible altogether.
///
/// # Errors
/// [`StaffingError`] where the solver fails.
pub fn mentors(
    roster: &Roster,
    (snapshot, catalogue): (&Snapshot, &Catalogue),
    (rules, settings): (&Rules, &Settings),
    (young, each, km): (i16, u32, &Exact),
    day: Date,
    solver: &dyn Solver,
) -> Result<MentorPairs, StaffingError> {
    let map = Map::new(snapshot, catalogue, settings);
    let limit = crate::rotation::hectometres(km);
    let teaching: Vec<&Teacher> = roster.teachers().iter().filter(|t| t.is_full_time()).collect();
    let pupils: Vec<&Teacher> = teaching
        .iter()
        .copied()
        .filter(|t| Teacher::full_years(t.hired, day).is_some_and(|years| years < young))
        .collect();
    let leads: Vec<&Teacher> = teaching
        .iter()
        .copied()
        .filter(|t| t.is_backbone() && t.rank.is_some_and(|rank| rank >= Rank::Senior))
        .collect();
    let mut problem = Assignment {
        tasks: pupils.len(),
        capacities: vec![i64::from(each); leads.len()],
        untaken: Some(UNPAIRED),
        ..Assignment::default()
    };
    for (task, pupil) in pupils.iter().enumerate() {
        for (agent, lead) in leads.iter().enumerate() {
            let far = map.between(&lead.school, &pupil.school);
            let fits = lead.stage == pupil.stage
                && lead.main_subject().is_some()
                && lead.main_subject() == pupil.main_subject()
                && lead.id != pupil.id;
            if fits && far.is_none_or(|far| far <= limit) {
                let cost = i64::from(far.unwrap_or(limit));
                problem.offers.push(Offer { agent, task, cost, weight: 1 });
            }
        }
    }
    let Some(found) = assign(&problem, solver, LIMIT)? else { return Ok(MentorPairs::default()) };
    let mut result = MentorPairs { proved: found.proved, ..MentorPairs::default() };
    for (pupil, agent) in pupils.iter().zip(&found.agents) {
        let Some(lead) = agent.and_then(|agent| leads.get(agent)) else {
            result.unpaired.push(pupil.id.clone());
            continue;
        };
        result.pairs.push(MentorPair {
            mentor: lead.id.clone(),
            mentor_name: lead.name.clone(),
            mentor_school: lead.school.clone(),
            pupil: pupil.id.clone(),
            pupil_name: pupil.name.clone(),
            pupil_school: pupil.school.clone(),
            subject: rules.subject_zh(pupil.main_subject().unwrap_or_default()).to_owned(),
            km: map.between(&lead.school, &pupil.school).map(shown),
        });
    }
    Ok(result)
}
