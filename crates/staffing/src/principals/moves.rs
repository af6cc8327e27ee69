//! Proposed moves at the end of terms: principals and vice principals who are due go to vacancies or
//! change places, to schools of their own stage, as near to home as possible altogether.
//!
//! Seats are the vacancies and the places of those who are due; each takes one. Staying is a seat too,
//! dearer than any way, so that nobody is sent to a place that is not given up, and as many as can be
//! move. Rules are in the pack: the farthest way, the years for which a school that was left is closed,
//! and by how many kilometres a leader from a school that meets every indicator is preferred for one
//! that does not. Whoever leads a full school does not go to a teaching point.

use super::{Term, terms, vacancies};
use crate::assign::{Assignment, Offer, assign};
use crate::posts::whole;
use crate::rotation::eligibility::spared;
use crate::rotation::settings::Settings;
use crate::rotation::{Map, hectometres};
use crate::teacher::{Teacher, TeacherId};
use crate::words::Role;
use crate::{PersonName, Roster, Rules, StaffingError};
use domain::{Catalogue, Exact, SchoolCode, SchoolKind, Snapshot, Stage};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use solver::Solver;
use standard::evaluation::{Evaluation, Verdict};
use std::collections::BTreeMap;
use std::time::Duration;

/// Seconds that a proposal may take.
const LIMIT: Duration = Duration::from_mins(1);
/// Staying costs more than any way, in hundreds of metres.
const STAY: i64 = 1_000_000;

/// A proposed move.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaderMove {
    /// Who moves.
    pub teacher: TeacherId,
    /// The name, masked.
    pub name: PersonName,
    /// Principal or vice principal, before and after.
    pub role: Role,
    /// From the school.
    pub from: SchoolCode,
    /// Its name.
    pub from_name: String,
    /// To the school.
    pub to: SchoolCode,
    /// Its name.
    pub to_name: String,
    /// The stage that both have.
    pub stage: Stage,
    /// Full years in the post at the school that is left.
    pub years: Option<i64>,
    /// From home to the new school, one decimal; `None` where it is not known.
    pub km: Option<String>,
    /// Whose place is taken; `None`: a vacancy.
    pub replaces: Option<TeacherId>,
    /// Why, and why there, in Chinese.
    pub reasons: Vec<String>,
}

/// Somebody who is due and stays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaderStay {
    /// Who stays.
    pub teacher: TeacherId,
    /// The name, masked.
    pub name: PersonName,
    /// Principal or vice principal.
    pub role: Role,
    /// The school.
    pub school: SchoolCode,
    /// Its name.
    pub school_name: String,
    /// Why, in Chinese.
    pub why: String,
}

/// Proposed moves.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposals {
    /// The moves, by school and teacher.
    pub moves: Vec<LeaderMove>,
    /// Who is due and stays, and why.
    pub stays: Vec<LeaderStay>,
    /// Schools without a principal afterwards: code and name.
    pub open: Vec<(SchoolCode, String)>,
    /// Proved to be the best?
    pub proved: bool,
}

/// A place that can be taken.
struct Seat<'a> {
    school: &'a SchoolCode,
    role: Role,
    holder: Option<&'a TeacherId>,
}

/// Why a seat is none for somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Closed {
    Stage,
    /// A teaching point, for somebody who leads a full school.
    Point,
    Left,
    Far,
}

struct Desk<'a> {
    snapshot: &'a Snapshot,
    rules: &'a Rules,
    map: Map<'a>,
    day: Date,
    /// What a school misses; no entry where it is not judged or something is not known.
    misses: BTreeMap<&'a SchoolCode, usize>,
}

/// Proposes moves for everybody whose last allowed term has ended on the roster's day.
///
/// `evaluation` tells which schools meet every indicator; without it the record of schools does not
/// matter.
///
/// # Errors
/// [`StaffingError`] where the solver fails.
pub fn proposals(
    roster: &Roster,
    (snapshot, catalogue): (&Snapshot, &Catalogue),
    (rules, settings): (&Rules, &Settings),
    evaluation: Option<&Evaluation>,
    solver: &dyn Solver,
) -> Result<Proposals, StaffingError> {
    let desk = Desk {
        snapshot,
        rules,
        map: Map::new(snapshot, catalogue, settings),
        day: roster.day(),
        misses: evaluation.map(misses).unwrap_or_default(),
    };
    let mut result = Proposals::default();
    let mut due: Vec<(Term, &Teacher)> = Vec::new();
    for term in terms(roster, rules) {
        let Some(teacher) = roster.teacher(&term.teacher) else { continue };
        if term.left.is_none_or(|left| left > 0) {
            continue;
        }
        match spared(teacher, &rules.rotation, desk.day) {
            Some(why) => {
                let why = why.why().unwrap_or_default();
                result.stays.push(desk.stay(teacher, format!("届满，暂不交流：{why}")));
            }
            None => due.push((term, teacher)),
        }
    }
    let open = vacancies(roster, snapshot, catalogue);
    let mut seats: Vec<Seat<'_>> =
        open.iter().map(|school| Seat { school, role: Role::Principal, holder: None }).collect();
    seats.extend(due.iter().map(|(_, teacher)| Seat {
        school: &teacher.school,
        role: teacher.role,
        holder: Some(&teacher.id),
    }));
    let found = assign(&desk.problem(&due, &seats), solver, LIMIT)?;
    let Some(found) = found else { return Ok(result) };
    result.proved = found.proved;
    let taken: Vec<Option<usize>> = found.agents;
    for ((term, teacher), seat) in due.iter().zip(&taken) {
        match seat.and_then(|seat| seats.get(seat)) {
            Some(seat) if seat.holder != Some(&teacher.id) => {
                result.moves.push(desk.found(term, teacher, seat, &seats));
            }
            _ => result.stays.push(desk.stay(teacher, desk.why_not(teacher, &seats))),
        }
    }
    let filled = |at: usize| taken.iter().flatten().any(|seat| *seat == at);
    result.open = seats
        .iter()
        .enumerate()
        .filter(|(at, seat)| seat.role == Role::Principal && !filled(*at))
        .map(|(_, seat)| (seat.school.clone(), desk.name(seat.school)))
        .collect();
    result.open.sort();
    result.moves.sort_by(|a, b| (&a.from, &a.teacher).cmp(&(&b.from, &b.teacher)));
    result.stays.sort_by(|a, b| (&a.school, &a.teacher).cmp(&(&b.school, &b.teacher)));
    Ok(result)
}

/// How many indicators the sections of each school miss, where all are known.
fn misses(evaluation: &Evaluation) -> BTreeMap<&SchoolCode, usize> {
    let mut misses: BTreeMap<&SchoolCode, Option<usize>> = BTreeMap::new();
    for section in &evaluation.sections {
        let below = |verdict: Verdict| matches!(verdict, Verdict::Near | Verdict::Fail);
        let count = section.values.iter().filter(|v| below(v.verdict)).count();
        let known = section.values.iter().all(|v| v.verdict != Verdict::Missing);
        let own = misses.entry(&section.school).or_insert(Some(0));
        *own = own.filter(|_| known).map(|sum| sum + count);
    }
    misses.into_iter().filter_map(|(school, count)| Some((school, count?))).collect()
}

impl Desk<'_> {
    fn name(&self, school: &SchoolCode) -> String {
        self.snapshot.school(school).map_or_else(|| school.to_string(), |s| s.name.clone())
    }

    fn stay(&self, teacher: &Teacher, why: String) -> LeaderStay {
        LeaderStay {
            teacher: teacher.id.clone(),
            name: teacher.name.clone(),
            role: teacher.role,
            school: teacher.school.clone(),
            school_name: self.name(&teacher.school),
            why,
        }
    }

    fn limit(&self) -> u32 {
        hectometres(&self.rules.principals.commute.value)
    }

    fn is_point(&self, school: &SchoolCode) -> bool {
        let school = self.snapshot.school(school);
        school.is_some_and(|school| school.kind == SchoolKind::TeachingPoint)
    }

    /// Why a seat is closed to somebody, if it is.
    fn closed(&self, teacher: &Teacher, seat: &Seat<'_>) -> Option<Closed> {
        let school = self.snapshot.school(seat.school);
        if school.is_none_or(|school| school.section(teacher.stage).is_none()) {
            return Some(Closed::Stage);
        }
        if self.is_point(seat.school) && !self.is_point(&teacher.school) {
            return Some(Closed::Point);
        }
        let term = whole(&self.rules.principals.term.value);
        let recent = teacher.exchanges.iter().any(|e| {
            e.from.as_ref() == Some(seat.school)
                && i64::from(self.day.year()) - i64::from(e.year.0) <= term
        });
        if recent {
            return Some(Closed::Left);
        }
        let far = self.map.commute(teacher, seat.school);
        far.is_some_and(|far| far > self.limit()).then_some(Closed::Far)
    }

    /// Does the record of the school that is left speak for this seat?
    fn strong_for(&self, teacher: &Teacher, seat: &Seat<'_>) -> Option<usize> {
        let own = self.misses.get(&teacher.school)?;
        let there = self.misses.get(seat.school)?;
        (*own == 0 && *there > 0).then_some(*there)
    }

    fn problem(&self, due: &[(Term, &Teacher)], seats: &[Seat<'_>]) -> Assignment {
        let weak = i64::from(hectometres(&self.rules.principals.weak.value));
        let mut problem = Assignment {
            tasks: due.len(),
            capacities: vec![1; seats.len()],
            ..Assignment::default()
        };
        for (task, (_, teacher)) in due.iter().enumerate() {
            for (agent, seat) in seats.iter().enumerate() {
                if seat.role != teacher.role {
                    continue;
                }
                let cost = if seat.school == &teacher.school {
                    // The place of a colleague at the own school is no move.
                    if seat.holder != Some(&teacher.id) {
                        continue;
                    }
                    STAY
                } else {
                    if self.closed(teacher, seat).is_some() {
                        continue;
                    }
                    let far = self.map.commute(teacher, seat.school).unwrap_or(self.limit());
                    let preferred = self.strong_for(teacher, seat).map_or(0, |_| weak);
                    i64::from(far) - preferred
                };
                problem.offers.push(Offer { agent, task, cost, weight: 1 });
            }
        }
        problem
    }

    fn found(
        &self,
        term: &Term,
        teacher: &Teacher,
        seat: &Seat<'_>,
        seats: &[Seat<'_>],
    ) -> LeaderMove {
        let mut reasons = vec![term.note.clone()];
        let to_name = self.name(seat.school);
        reasons.push(match seat.holder {
            None => format!("{to_name}没有{}", seat.role),
            Some(_) => format!("接任{to_name}任期届满交流的{}", seat.role),
        });
        let far = self.map.commute(teacher, seat.school);
        let others: Vec<Option<u32>> = seats
            .iter()
            .filter(|other| other.role == teacher.role && *other.school != teacher.school)
            .filter(|other| self.closed(teacher, other).is_none())
            .map(|other| self.map.commute(teacher, other.school))
            .collect();
        let nearest = others.iter().flatten().min();
        reasons.push(match far {
            None => "到任学校的路程不详".to_owned(),
            Some(far) if others.len() == 1 => {
                format!("路程 {} 公里，唯一可去的岗位", shown(far))
            }
            Some(far) if nearest.is_none_or(|nearest| far <= *nearest) => {
                format!("路程 {} 公里，在可去的 {} 个岗位中最近", shown(far), others.len())
            }
            Some(far) => format!("路程 {} 公里，全县合计路程最短的安排", shown(far)),
        });
        if let Some(count) = self.strong_for(teacher, seat) {
            reasons.push(format!("原任学校各项指标均达标，{to_name}有 {count} 项未达标，优先派往"));
        }
        LeaderMove {
            teacher: teacher.id.clone(),
            name: teacher.name.clone(),
            role: teacher.role,
            from: teacher.school.clone(),
            from_name: self.name(&teacher.school),
            to: seat.school.clone(),
            to_name,
            stage: teacher.stage,
            years: term.years,
            km: far.map(shown),
            replaces: seat.holder.cloned(),
            reasons,
        }
    }

    /// Why somebody who is due has no other seat.
    fn why_not(&self, teacher: &Teacher, seats: &[Seat<'_>]) -> String {
        let role = teacher.role;
        let others: Vec<Option<Closed>> = seats
            .iter()
            .filter(|seat| seat.role == role && *seat.school != teacher.school)
            .map(|seat| self.closed(teacher, seat))
            .collect();
        let count = |why| others.iter().filter(|closed| **closed == Some(why)).count();
        let stage = teacher.stage;
        if others.is_empty() || count(Closed::Stage) == others.len() {
            return format!("应交流，但没有其他有{stage}的学校空出{role}岗位，请另行安排");
        }
        if others.iter().all(Option::is_some) {
            let most = &self.rules.principals.commute.value;
            let mut why = Vec::new();
            if count(Closed::Far) > 0 {
                why.push(format!("{} 个超过 {most} 公里", count(Closed::Far)));
            }
            if count(Closed::Point) > 0 {
                why.push(format!("{} 个在教学点", count(Closed::Point)));
            }
            if count(Closed::Left) > 0 {
                why.push(format!("{} 个是上一届任内离开的学校", count(Closed::Left)));
            }
            return format!(
                "应交流，但有{stage}的学校空出的{role}岗位都不能去：{}；请另行安排",
                why.join("，")
            );
        }
        format!("应交流，但可去的{role}岗位不够，已按人数最多、合计路程最短安排他人；请另行安排")
    }
}

fn shown(hectometres: u32) -> String {
    Exact::ratio(i64::from(hectometres), 10).to_fixed(1)
}
