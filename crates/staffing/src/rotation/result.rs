//! A rotation as a result: moves with reasons, every section before and after, shares, goals, the
//! judge's verdicts, and the change that carries it into the data.

use super::Problem;
use super::edits;
use super::goals::{LevelResult, goals};
use super::reasons;
use super::search::Chosen;
use crate::finding::{Finding, Severity};
use crate::rules::{Of, Who};
use crate::secret::PersonName;
use crate::{StaffingError, TeacherId};
use domain::change::{Change, apply};
use domain::{Exact, SchoolCode, SchoolYear, Stage};
use serde::{Deserialize, Serialize};
use standard::evaluate;
use standard::evaluation::{Evaluation, SectionResult, Verdict};
use std::collections::BTreeMap;

/// Version of the JSON shape.
pub const FORMAT: u32 = 1;

/// A teacher who moves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Move {
    /// The teacher.
    pub teacher: TeacherId,
    /// The name, masked.
    pub name: PersonName,
    /// From the school of the roll.
    pub from: SchoolCode,
    /// Its name.
    pub from_name: String,
    /// To this school.
    pub to: SchoolCode,
    /// Its name.
    pub to_name: String,
    /// The stage.
    pub stage: Stage,
    /// The main subject in Chinese.
    pub subject: String,
    /// A backbone teacher?
    pub backbone: bool,
    /// Full years at the school that is left.
    pub years: i64,
    /// The number of the wish, from one.
    pub wish: Option<u32>,
    /// From home to the new school, one decimal; `None` where it is not known.
    pub km: Option<String>,
    /// Decided by the bureau?
    pub fixed: bool,
    /// Why moved and why here, in Chinese.
    pub reasons: Vec<String>,
}

/// A teacher who stays, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeacherNote {
    /// The teacher.
    pub teacher: TeacherId,
    /// The name, masked.
    pub name: PersonName,
    /// The school.
    pub school: SchoolCode,
    /// The stage.
    pub stage: Stage,
    /// Was he or she eligible?
    pub eligible: bool,
    /// Had he or she asked to move?
    pub wished: bool,
    /// Why not, in Chinese.
    pub why: String,
}

/// A value of a section before and after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ValueShift {
    /// The indicator.
    pub indicator: String,
    /// Its short Chinese name.
    pub zh: String,
    /// As forms print it, before.
    pub before: Option<String>,
    /// After.
    pub after: Option<String>,
    /// The verdict before.
    pub before_verdict: Verdict,
    /// After.
    pub after_verdict: Verdict,
}

/// A subject of a section before and after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubjectShift {
    /// The subject in Chinese.
    pub subject: String,
    /// Its posts, where it has any.
    pub posts: Option<i64>,
    /// Teachers before.
    pub before: i64,
    /// After.
    pub after: i64,
}

/// A section before and after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SectionShift {
    /// The school.
    pub school: SchoolCode,
    /// Its name.
    pub name: String,
    /// The stage.
    pub stage: Stage,
    /// Who leave.
    pub leave: i64,
    /// Who come.
    pub come: i64,
    /// Teachers before and after.
    pub teachers: (i64, i64),
    /// Teaching posts, where known.
    pub posts: Option<i64>,
    /// Backbone teachers before and after.
    pub backbone: (i64, i64),
    /// Subjects with posts or teachers.
    pub subjects: Vec<SubjectShift>,
    /// The values that teachers move.
    pub values: Vec<ValueShift>,
    /// The verdict on the section before and after; `None` where it is not judged.
    pub verdict: Option<(Verdict, Verdict)>,
}

/// A coefficient before and after, by the judge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CoefficientShift {
    /// The stage.
    pub stage: Stage,
    /// The indicator.
    pub indicator: String,
    /// Its short Chinese name.
    pub zh: String,
    /// The limit.
    pub limit: Option<Exact>,
    /// Six decimals, before.
    pub before: Option<String>,
    /// After.
    pub after: Option<String>,
    /// The verdict before.
    pub before_verdict: Verdict,
    /// After.
    pub after_verdict: Verdict,
}

/// A share that had to be reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShareResult {
    /// Its code.
    pub code: String,
    /// What it says.
    pub zh: String,
    /// Who count.
    pub count: i64,
    /// Of how many.
    pub base: i64,
    /// The share in per cent, one decimal; `None` of nobody.
    pub share: Option<String>,
    /// What is asked, in per cent.
    pub at_least: String,
    /// Is it reached?
    pub holds: bool,
}

/// How a rotation was found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Method {
    /// `optimum` or `stable`.
    pub name: String,
    /// The solver with its version.
    pub solver: String,
    /// Its seed.
    pub seed: u32,
    /// Solves.
    pub solves: usize,
    /// Ways that there were to choose from.
    pub ways: usize,
    /// Is every goal proved?
    pub proved: bool,
    /// Why it ended, in Chinese.
    pub ended: String,
}

/// A rotation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rotation {
    /// [`FORMAT`].
    pub format: u32,
    /// `optimum` or `stable`.
    pub mode: String,
    /// The school year of the data.
    pub year: SchoolYear,
    /// The hash of the problem.
    pub problem: String,
    /// The rules' pack with its version.
    pub rules: (String, String),
    /// The standard with its version.
    pub standard: (String, String),
    /// How many teachers were eligible.
    pub eligible: usize,
    /// Moves by school and teacher.
    pub moves: Vec<Move>,
    /// Everybody who stays, by the key.
    pub stays: Vec<TeacherNote>,
    /// Every section that takes part.
    pub sections: Vec<SectionShift>,
    /// Coefficients that teachers move.
    pub coefficients: Vec<CoefficientShift>,
    /// Shares.
    pub shares: Vec<ShareResult>,
    /// Goals in their order.
    pub levels: Vec<LevelResult>,
    /// What it does to the data.
    pub change: Change,
    /// How it was found.
    pub method: Method,
    /// What had to be left aside.
    pub findings: Vec<Finding>,
}

/// Sums by unit of who leaves and who comes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shift {
    pub(crate) leave: i64,
    pub(crate) come: i64,
    pub(crate) backbone: i64,
    pub(crate) subjects: BTreeMap<usize, i64>,
}

/// The sums of an assignment.
pub(crate) fn shifts(problem: &Problem, chosen: &Chosen) -> Vec<Shift> {
    let mut shifts = vec![Shift::default(); problem.units.len()];
    for (at, way) in chosen {
        let Some(person) = problem.people.get(*at) else { continue };
        let Some(way) = person.ways.get(*way) else { continue };
        for (unit, sign) in [(person.unit, -1), (way.unit, 1)] {
            let Some(shift) = shifts.get_mut(unit) else { continue };
            if sign < 0 {
                shift.leave += 1;
            } else {
                shift.come += 1;
            }
            shift.backbone += sign * i64::from(person.backbone);
            *shift.subjects.entry(person.subject).or_default() += sign;
        }
    }
    shifts
}

impl Rotation {
    /// The result of an assignment: applied to the data and judged.
    pub(crate) fn of(
        problem: &Problem,
        mode: &str,
        chosen: &Chosen,
        levels: Vec<LevelResult>,
        method: Method,
    ) -> Result<Self, StaffingError> {
        let teachers: Vec<_> = chosen
            .iter()
            .filter_map(|(at, way)| {
                let person = problem.people.get(*at)?;
                let unit = problem.units.get(person.ways.get(*way)?.unit)?;
                Some((problem.teacher(person)?, &unit.school))
            })
            .collect();
        let reason = format!("教师交流轮岗（{} 人）", teachers.len());
        let catalogue = problem.standard.catalogue();
        let change = edits::change(
            &teachers,
            &problem.rotated,
            &problem.snapshot,
            catalogue,
            &problem.rules,
            &reason,
        );
        let before = &problem.response.before;
        let snapshot = apply(&problem.snapshot, &change, catalogue)?;
        let after = evaluate(&snapshot, &problem.standard.resources_only(), &problem.options)?;
        let shifts = shifts(problem, chosen);
        let sections = sections(problem, &shifts, before, &after);
        let levels = goals(problem, chosen, &shifts, &sections, before, &after, levels);
        let mut rotation = Self {
            format: FORMAT,
            mode: mode.to_owned(),
            year: problem.snapshot.year(),
            problem: problem.hash().to_owned(),
            rules: (problem.rules.id.clone(), problem.rules.version.clone()),
            standard: (before.standard.id.clone(), before.standard.version.clone()),
            eligible: problem.eligible(),
            moves: Vec::new(),
            stays: Vec::new(),
            coefficients: coefficients(problem, before, &after),
            shares: shares(problem, chosen),
            sections,
            levels,
            change,
            method,
            findings: problem.findings.clone(),
        };
        let mut moves = reasons::moves(problem, chosen, &shifts, &rotation.sections);
        moves.sort_by(|a, b| (&a.from, a.stage, &a.teacher).cmp(&(&b.from, b.stage, &b.teacher)));
        rotation.moves = moves;
        rotation.stays = reasons::stays(problem, chosen, &shifts);
        rotation.findings.extend(below_rules(problem, &rotation.shares));
        Ok(rotation)
    }

    /// The county's data with the rotation, and what the judge says before and after by the whole
    /// standard.
    ///
    /// # Errors
    /// [`StaffingError`] where the judge cannot judge.
    pub fn judged(
        &self,
        problem: &Problem,
    ) -> Result<(domain::Snapshot, Evaluation, Evaluation), StaffingError> {
        let snapshot = apply(&problem.snapshot, &self.change, problem.standard.catalogue())?;
        let judge = |snapshot| evaluate(snapshot, &problem.standard, &problem.options);
        let (before, after) = (judge(&problem.snapshot)?, judge(&snapshot)?);
        Ok((snapshot, before, after))
    }
}

fn section_of<'a>(
    evaluation: &'a Evaluation,
    school: &SchoolCode,
    stage: Stage,
) -> Option<&'a SectionResult> {
    let found =
        evaluation.sections.binary_search_by(|s| (&s.school, s.stage).cmp(&(school, stage)));
    match found {
        Ok(at) => evaluation.sections.get(at),
        Err(_) => evaluation.sections.iter().find(|s| s.school == *school && s.stage == stage),
    }
}

fn sections(
    problem: &Problem,
    shifts: &[Shift],
    before: &Evaluation,
    after: &Evaluation,
) -> Vec<SectionShift> {
    problem
        .units
        .iter()
        .zip(shifts)
        .map(|(unit, shift)| {
            let then = section_of(before, &unit.school, unit.stage);
            let now = section_of(after, &unit.school, unit.stage);
            let values = problem.response.indicators.iter().filter_map(|indicator| {
                let (then, now) = (then?.value(&indicator.code)?, now?.value(&indicator.code)?);
                Some(ValueShift {
                    indicator: indicator.code.clone(),
                    zh: indicator.zh.clone(),
                    before: then.value.as_ref().map(|figure| figure.shown.clone()),
                    after: now.value.as_ref().map(|figure| figure.shown.clone()),
                    before_verdict: then.verdict,
                    after_verdict: now.verdict,
                })
            });
            let mut subjects: Vec<SubjectShift> = Vec::new();
            for (at, code) in problem.subjects.iter().enumerate() {
                let bounds = unit.subjects.get(&at).copied().unwrap_or_default();
                let change = shift.subjects.get(&at).copied().unwrap_or(0);
                if bounds.have + change > 0 || bounds.posts.is_some_and(|posts| posts > 0) {
                    subjects.push(SubjectShift {
                        subject: problem.rules.subject_zh(code).to_owned(),
                        posts: bounds.posts,
                        before: bounds.have,
                        after: bounds.have + change,
                    });
                }
            }
            SectionShift {
                school: unit.school.clone(),
                name: unit.name.clone(),
                stage: unit.stage,
                leave: shift.leave,
                come: shift.come,
                teachers: (unit.teachers, unit.teachers + shift.come - shift.leave),
                posts: unit.posts,
                backbone: (unit.backbone, unit.backbone + shift.backbone),
                subjects,
                values: values.collect(),
                verdict: then.zip(now).map(|(then, now)| (then.verdict, now.verdict)),
            }
        })
        .collect()
}

fn coefficients(
    problem: &Problem,
    before: &Evaluation,
    after: &Evaluation,
) -> Vec<CoefficientShift> {
    let mut list = Vec::new();
    for (then, now) in before.stages.iter().zip(&after.stages) {
        for indicator in &problem.response.indicators {
            let find = |stage: &standard::evaluation::StageResult| {
                stage.indicators.iter().find(|i| i.code == indicator.code).cloned()
            };
            let (Some(was), Some(is)) = (find(then), find(now)) else { continue };
            list.push(CoefficientShift {
                stage: then.stage,
                indicator: indicator.code.clone(),
                zh: indicator.zh.clone(),
                limit: was.limit,
                before: was.coefficient.map(|c| c.value),
                after: is.coefficient.map(|c| c.value),
                before_verdict: was.verdict,
                after_verdict: is.verdict,
            });
        }
    }
    list
}

/// Who counts in a share, and of how many.
pub(crate) fn share_counts(problem: &Problem, chosen: &Chosen, at: usize) -> (i64, i64) {
    let Some(share) = problem.settings.shares.get(at) else { return (0, 0) };
    let (mut count, mut moved) = (0, 0);
    for person in chosen.iter().filter_map(|(at, _)| problem.people.get(*at)) {
        if problem.counts_in(share, person.unit) {
            moved += 1;
            let counts = (share.who == Who::All || person.backbone)
                && (share.of != Of::Eligible || person.eligible);
            count += i64::from(counts);
        }
    }
    (count, problem.share_base(share).unwrap_or(moved))
}

fn shares(problem: &Problem, chosen: &Chosen) -> Vec<ShareResult> {
    let hundred = Exact::from(100);
    problem
        .settings
        .shares
        .iter()
        .enumerate()
        .map(|(at, share)| {
            let (count, base) = share_counts(problem, chosen, at);
            let found = Exact::from(count).checked_div(&Exact::from(base));
            ShareResult {
                code: share.code.clone(),
                zh: share.said(),
                count,
                base,
                holds: found.as_ref().is_none_or(|found| *found >= share.at_least),
                share: found.map(|found| (found * hundred.clone()).to_fixed(1)),
                at_least: (&share.at_least * &hundred).to_short(2),
            }
        })
        .collect()
}

/// A county may ask for less than its rules do; what it then misses is said, since an evaluation asks
/// for what the rules say.
fn below_rules(problem: &Problem, shares: &[ShareResult]) -> Vec<Finding> {
    let rules = &problem.rules.rotation.shares;
    let asked = problem.settings.shares.iter().zip(shares);
    asked
        .filter_map(|(share, found)| {
            let rule = rules.iter().find(|rule| rule.code == share.code)?;
            let reached = Exact::from(found.count).checked_div(&Exact::from(found.base))?;
            (share.at_least < rule.at_least && reached < rule.at_least).then_some((rule, found))
        })
        .map(|(rule, found)| Finding {
            code: "T-SHARE-01".to_owned(),
            severity: Severity::Warning,
            row: None,
            teacher: None,
            field: String::new(),
            message: format!(
                "设置把比例放低后，本方案为 {}%，没有达到规则的要求：{}",
                found.share.as_deref().unwrap_or("—"),
                rule.zh
            ),
            remedy: "督导评估仍按规则的要求；如确需放低，请准备说明".to_owned(),
        })
        .collect()
}

/// Shortages by subject after shifts.
pub(crate) fn shortage(problem: &Problem, shifts: Option<&[Shift]>) -> i64 {
    let none = Shift::default();
    problem
        .units
        .iter()
        .enumerate()
        .map(|(at, unit)| {
            let shift = shifts.and_then(|shifts| shifts.get(at)).unwrap_or(&none);
            let lacking = unit.subjects.iter().map(|(subject, bounds)| {
                bounds.shortage(shift.subjects.get(subject).copied().unwrap_or(0))
            });
            lacking.sum::<i64>()
        })
        .sum()
}
