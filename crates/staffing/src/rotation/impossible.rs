//! When no rotation is lawful: which rules forbid it, by how much each would have to give, and the
//! nearest assignment that works.

use super::Problem;
use super::model::{Built, Detail, Extra, Level, Tag, build};
use super::result::{Method, Rotation};
use super::search::{chosen, first_ways};
use crate::StaffingError;
use crate::rules::Share;
use serde::{Deserialize, Serialize};
use solver::{Relaxable, Settings, Solver, Watch};
use std::time::Duration;

/// A rule that would have to give.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Broken {
    /// `share`, `leave`, `subject_leave`, `subject_least`, `backbone`, `head`, `passing`, `fixed`.
    pub rule: String,
    /// Where and what, in Chinese.
    pub zh: String,
    /// By how many persons.
    pub by: String,
}

/// No rotation is lawful.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Impossible {
    /// The least that would have to give; empty where no such set was found in time.
    pub broken: Vec<Broken>,
    /// The assignment that breaks just these.
    pub nearest: Option<Rotation>,
}

/// Ways of a person that an explanation looks at, where there are very many.
const NEAREST: usize = 6;

/// Shares matter least here: they can be made up next year, an emptied subject cannot.
fn penalty(tag: Tag) -> f64 {
    match tag {
        Tag::Share(_) => 1.0,
        Tag::Leave(_) | Tag::SubjectLeave(..) => 2.0,
        Tag::Backbone(_) | Tag::Head(_) => 4.0,
        Tag::SubjectLeast(..) | Tag::Passing(_) => 8.0,
        Tag::Must(_) => 16.0,
    }
}

pub(crate) fn impossible(
    problem: &Problem,
    solver: &dyn Solver,
    watch: &Watch<'_>,
) -> Result<Impossible, StaffingError> {
    // Where there are very many ways, the nearest and those wished for.
    let ways = first_ways(problem, NEAREST);
    let extra = Extra { soft: true, ..Extra::default() };
    let built = build(problem, Detail::Each(&ways), &extra, true);
    let relaxable: Vec<Relaxable> = built
        .tagged
        .iter()
        .map(|(row, tag)| Relaxable { row: *row, penalty: penalty(*tag) })
        .collect();
    let limit = Duration::from_secs(u64::from(problem.settings.limits.seconds));
    let settings =
        Settings { seed: problem.settings.limits.seed, ..Settings::default() }.within(limit);
    let told = solver::explain_infeasible(solver, &built.model, &relaxable, &settings, watch)?;
    let broken = told
        .rows
        .iter()
        .filter_map(|violation| {
            let (_, tag) = built.tagged.iter().find(|(row, _)| *row == violation.row)?;
            Some(said(problem, *tag, violation.by))
        })
        .collect();
    let nearest = nearest(problem, &built, &told, solver)?;
    Ok(Impossible { broken, nearest })
}

fn nearest(
    problem: &Problem,
    built: &Built,
    told: &solver::Explanation,
    solver: &dyn Solver,
) -> Result<Option<Rotation>, StaffingError> {
    if told.values.is_empty() {
        return Ok(None);
    }
    let solution = solver::Solution {
        status: told.status,
        values: told.values.clone(),
        objective: None,
        bound: None,
        violation: 0.0,
        nodes: 0,
        iterations: 0,
        duals: None,
        solver: solver.version(),
        seconds: 0.0,
    };
    let version = solver.version();
    let method = Method {
        name: "nearest".to_owned(),
        solver: format!("{} {}", version.name, version.version),
        seed: problem.settings.limits.seed,
        solves: 1,
        ways: built.arcs.len(),
        // Least is how far rules give way; the goals are not looked at.
        proved: false,
        ended: if told.status == solver::Status::Optimal {
            "没有完全符合规则的方案，这是放宽最少的方案"
        } else {
            "没有完全符合规则的方案，这是找到的放宽较少的方案，未证明最少"
        }
        .to_owned(),
    };
    let levels = Level::ALL
        .into_iter()
        .map(|level| super::goals::LevelResult::open(problem, level))
        .collect();
    let chosen = chosen(built, &solution);
    Rotation::of(problem, "nearest", &chosen, levels, method).map(Some)
}

fn said(problem: &Problem, tag: Tag, by: f64) -> Broken {
    let unit = |at: usize| {
        problem.units.get(at).map_or_else(String::new, |u| format!("{}（{}）", u.name, u.stage))
    };
    let subject = |at: usize| {
        let code = problem.subjects.get(at).map_or("", String::as_str);
        problem.rules.subject_zh(code).to_owned()
    };
    let (rule, zh) = match tag {
        Tag::Head(at) => ("head", format!("{}教师总数应与岗位平衡", unit(at))),
        Tag::Leave(at) => ("leave", format!("{}交流人数上限", unit(at))),
        Tag::SubjectLeave(at, s) => {
            ("subject_leave", format!("{}{}教师交流人数上限", unit(at), subject(s)))
        }
        Tag::SubjectLeast(at, s) => {
            ("subject_least", format!("{}{}教师不因交流而不足", unit(at), subject(s)))
        }
        Tag::Backbone(at) => ("backbone", format!("{}骨干教师保有下限", unit(at))),
        Tag::Share(at) => {
            let share = problem.settings.shares.get(at);
            ("share", share.map_or_else(String::new, Share::said))
        }
        Tag::Passing(at) => ("passing", format!("{}现已达标，交流后应仍达标", unit(at))),
        Tag::Must(at) => {
            let id = problem.people.get(at).map_or_else(String::new, |p| p.id.to_string());
            ("fixed", format!("教师 {id} 的指定去向"))
        }
    };
    Broken { rule: rule.to_owned(), zh, by: format!("{:.1}", by.abs()) }
}
