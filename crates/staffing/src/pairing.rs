//! Proposed pairings (对口帮扶, 名师带徒): strong sections with weak ones, mentors with young teachers,
//! as assignments with capacities, distances and subjects.

use crate::assign::{Assignment, Offer, assign};
use crate::posts::is_public;
use crate::rotation::Map;
use crate::rotation::settings::Settings;
use crate::teacher::{Teacher, TeacherId};
use crate::words::Rank;
use crate::{PersonName, Roster, Rules, StaffingError};
use domain::{Catalogue, Exact, Residence, SchoolCode, SchoolKind, Snapshot, Stage, Value};
use serde::{Deserialize, Serialize};
use solver::Solver;
use standard::evaluation::{Evaluation, SectionResult, Verdict};
use std::fmt;
use std::time::Duration;

/// Seconds that a proposal may take.
const LIMIT: Duration = Duration::from_mins(1);
/// A pairing that is not made costs more than any distance, in hundreds of metres.
const UNPAIRED: i64 = 1_000_000;

/// Whether the first school may help the second.
pub type Between<'a> = dyn Fn(&SchoolCode, &SchoolCode) -> bool + 'a;

/// Within which bounds pairs are proposed.
#[derive(Clone, Copy)]
pub struct Bounds<'a> {
    /// Who helps, helps so many at most.
    pub each: u32,
    /// Not farther than this, kilometres; where a distance is not known it does not bind.
    pub km: &'a Exact,
    /// From which school to which help may go at all; `None`: from any to any.
    pub between: Option<&'a Between<'a>>,
    /// A school with fewer pupils in the stage helps no other; a teaching point never does.
    pub least: &'a Exact,
}

impl fmt::Debug for Bounds<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Bounds({} each, {} km)", self.each, self.km)
    }
}

impl Bounds<'_> {
    fn allow(&self, from: &SchoolCode, to: &SchoolCode) -> bool {
        self.between.is_none_or(|allowed| allowed(from, to))
    }
}

/// Does help go from 城区 to 镇区 or 乡村, by the 城乡类型 of both? Where one is not known, it does not.
#[must_use]
pub fn is_outward(
    snapshot: &Snapshot,
    catalogue: &Catalogue,
    from: &SchoolCode,
    to: &SchoolCode,
) -> bool {
    let urban = |school: &SchoolCode| {
        let residence = snapshot.school(school)?.facts.value(catalogue.id("residence")?)?;
        let Value::Code(code) = residence else { return None };
        let known = Residence::ALL.iter().find(|known| known.code() == &**code)?;
        Some(matches!(known, Residence::UrbanCore | Residence::UrbanFringe))
    };
    urban(from) == Some(true) && urban(to) == Some(false)
}

/// Why somebody is without a partner, from the distances of those who would suit.
fn why(far: &[Option<u32>], bounds: &Bounds<'_>, nobody: &str, full: &str) -> String {
    let limit = crate::rotation::hectometres(bounds.km);
    let nearest = far.iter().map(|far| far.unwrap_or(0)).min();
    match nearest {
        None => nobody.to_owned(),
        Some(nearest) if nearest > limit => {
            format!("最近的也有 {} 公里，超过 {} 公里", shown(nearest), bounds.km)
        }
        Some(_) => full.to_owned(),
    }
}

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

/// A weak section without a partner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoneSchool {
    /// The stage.
    pub stage: Stage,
    /// The school.
    pub school: SchoolCode,
    /// Its name.
    pub name: String,
    /// The indicators that it misses.
    pub misses: Vec<String>,
    /// Why there is none.
    pub why: String,
}

/// Proposed pairs of schools, and the weak ones for which none was in reach.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SchoolPairs {
    /// The pairs.
    pub pairs: Vec<SchoolPair>,
    /// Without a partner.
    pub unpaired: Vec<LoneSchool>,
    /// Sections of which something is missing: whether they are weak or strong is not known.
    pub unknown: Vec<(SchoolCode, Stage)>,
    /// Proved to be the nearest?
    pub proved: bool,
}

fn misses(section: &SectionResult) -> Vec<String> {
    let below =
        section.values.iter().filter(|v| matches!(v.verdict, Verdict::Near | Verdict::Fail));
    below.map(|value| value.code.clone()).collect()
}

/// Pairs every section that misses something with one that misses nothing, of the same stage, within
/// the bounds, as near as possible altogether; public schools only. A teaching point or a very small
/// school has nobody to send, however well it stands.
///
/// # Errors
/// [`StaffingError`] where the solver fails.
pub fn schools(
    evaluation: &Evaluation,
    snapshot: &Snapshot,
    catalogue: &Catalogue,
    settings: &Settings,
    bounds: &Bounds<'_>,
    solver: &dyn Solver,
) -> Result<SchoolPairs, StaffingError> {
    let map = Map::new(snapshot, catalogue, settings);
    let known = |s: &&SectionResult| s.values.iter().all(|v| v.verdict != Verdict::Missing);
    let public = |section: &&SectionResult| {
        snapshot.school(&section.school).is_none_or(|school| is_public(school, catalogue))
    };
    let (sections, unknown): (Vec<&SectionResult>, Vec<&SectionResult>) =
        evaluation.sections.iter().filter(public).partition(known);
    let (weak, mut strong): (Vec<&SectionResult>, Vec<&SectionResult>) =
        sections.into_iter().partition(|section| !misses(section).is_empty());
    strong.retain(|section| {
        section.kind != SchoolKind::TeachingPoint
            && section.pupils.as_ref().is_none_or(|pupils| pupils >= bounds.least)
    });
    let limit = crate::rotation::hectometres(bounds.km);
    let mut problem = Assignment {
        tasks: weak.len(),
        capacities: vec![i64::from(bounds.each); strong.len()],
        untaken: Some(UNPAIRED),
        ..Assignment::default()
    };
    let mut within = vec![Vec::new(); weak.len()];
    for ((task, helped), reach) in weak.iter().enumerate().zip(&mut within) {
        for (agent, helper) in strong.iter().enumerate() {
            let suits = helper.stage == helped.stage
                && helper.school != helped.school
                && bounds.allow(&helper.school, &helped.school);
            if !suits {
                continue;
            }
            let far = map.between(&helper.school, &helped.school);
            reach.push(far);
            if far.is_none_or(|far| far <= limit) {
                let cost = i64::from(far.unwrap_or(limit));
                problem.offers.push(Offer { agent, task, cost, weight: 1 });
            }
        }
    }
    let Some(found) = assign(&problem, solver, LIMIT)? else { return Ok(SchoolPairs::default()) };
    let unknown = unknown.into_iter().map(|s| (s.school.clone(), s.stage)).collect();
    let mut result = SchoolPairs { proved: found.proved, unknown, ..SchoolPairs::default() };
    for ((helped, agent), reach) in weak.iter().zip(&found.agents).zip(&within) {
        let Some(helper) = agent.and_then(|agent| strong.get(agent)) else {
            let nobody = format!("没有可以结对的、各项指标都达标的{}", helped.stage.zh());
            let full = format!("附近达标的学校都已各帮 {} 所", bounds.each);
            result.unpaired.push(LoneSchool {
                stage: helped.stage,
                school: helped.school.clone(),
                name: helped.name.clone(),
                misses: misses(helped),
                why: why(reach, bounds, &nobody, &full),
            });
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
    /// Why these two, in Chinese.
    pub reason: String,
}

/// A young teacher without a mentor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LonePupil {
    /// The teacher.
    pub pupil: TeacherId,
    /// Masked.
    pub name: PersonName,
    /// The school.
    pub school: SchoolCode,
    /// The subject in Chinese; empty where the roster has none.
    pub subject: String,
    /// Why there is none.
    pub why: String,
}

/// Proposed mentors, and young teachers without one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MentorPairs {
    /// The pairs.
    pub pairs: Vec<MentorPair>,
    /// Without a mentor.
    pub unpaired: Vec<LonePupil>,
    /// Full-time teachers of whom it is not known when they were hired.
    pub unknown: usize,
    /// Proved to be the nearest?
    pub proved: bool,
}

/// Pairs teachers hired less than `young` years before the roster's day with backbone teachers of senior
/// rank, of the same stage and subject, within the bounds, as near as possible altogether; of public
/// schools only.
///
/// # Errors
/// [`StaffingError`] where the solver fails.
pub fn mentors(
    roster: &Roster,
    (snapshot, catalogue): (&Snapshot, &Catalogue),
    (rules, settings): (&Rules, &Settings),
    (young, bounds): (i16, &Bounds<'_>),
    solver: &dyn Solver,
) -> Result<MentorPairs, StaffingError> {
    let map = Map::new(snapshot, catalogue, settings);
    let limit = crate::rotation::hectometres(bounds.km);
    let roster = roster.of_public(snapshot, catalogue);
    let teaching: Vec<&Teacher> = roster.teachers().iter().filter(|t| t.is_full_time()).collect();
    let years = |teacher: &Teacher| Teacher::full_years(teacher.hired, roster.day());
    let pupils: Vec<&Teacher> =
        teaching.iter().copied().filter(|t| years(t).is_some_and(|years| years < young)).collect();
    let leads: Vec<&Teacher> = teaching
        .iter()
        .copied()
        .filter(|t| t.is_backbone() && t.rank.is_some_and(|rank| rank >= Rank::Senior))
        .collect();
    let mut problem = Assignment {
        tasks: pupils.len(),
        capacities: vec![i64::from(bounds.each); leads.len()],
        untaken: Some(UNPAIRED),
        ..Assignment::default()
    };
    let mut within = vec![Vec::new(); pupils.len()];
    for ((task, pupil), reach) in pupils.iter().enumerate().zip(&mut within) {
        for (agent, lead) in leads.iter().enumerate() {
            let suits = lead.stage == pupil.stage
                && lead.main_subject().is_some()
                && lead.main_subject() == pupil.main_subject()
                && lead.id != pupil.id
                && bounds.allow(&lead.school, &pupil.school);
            if !suits {
                continue;
            }
            let far = map.between(&lead.school, &pupil.school);
            reach.push(far);
            if far.is_none_or(|far| far <= limit) {
                let cost = i64::from(far.unwrap_or(limit));
                problem.offers.push(Offer { agent, task, cost, weight: 1 });
            }
        }
    }
    let Some(found) = assign(&problem, solver, LIMIT)? else { return Ok(MentorPairs::default()) };
    let unknown = teaching.iter().filter(|teacher| teacher.hired.is_none()).count();
    let mut result = MentorPairs { proved: found.proved, unknown, ..MentorPairs::default() };
    for ((pupil, agent), reach) in pupils.iter().zip(&found.agents).zip(&within) {
        let subject = pupil.main_subject().map(|code| rules.subject_zh(code)).unwrap_or_default();
        let Some(lead) = agent.and_then(|agent| leads.get(agent)) else {
            let nobody = if subject.is_empty() {
                "名册中没有主要任教学科".to_owned()
            } else {
                format!("没有可以结对的{}{subject}骨干教师（副高级以上）", pupil.stage.zh())
            };
            let full = format!("附近同学科的骨干教师都已各带 {} 人", bounds.each);
            result.unpaired.push(LonePupil {
                pupil: pupil.id.clone(),
                name: pupil.name.clone(),
                school: pupil.school.clone(),
                subject: subject.to_owned(),
                why: why(reach, bounds, &nobody, &full),
            });
            continue;
        };
        let level = lead.backbone.as_ref().map(|b| b.level.zh()).unwrap_or_default();
        let rank = lead.rank.map(Rank::zh).unwrap_or_default();
        let taught = years(pupil).map(|years| format!("，徒弟任教 {years} 年"));
        result.pairs.push(MentorPair {
            mentor: lead.id.clone(),
            mentor_name: lead.name.clone(),
            mentor_school: lead.school.clone(),
            pupil: pupil.id.clone(),
            pupil_name: pupil.name.clone(),
            pupil_school: pupil.school.clone(),
            subject: subject.to_owned(),
            km: map.between(&lead.school, &pupil.school).map(shown),
            reason: format!(
                "同教{}{subject}；师傅{level}骨干、{rank}{}",
                pupil.stage.zh(),
                taught.unwrap_or_default()
            ),
        });
    }
    Ok(result)
}
