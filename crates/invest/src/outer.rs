//! The outer step: what changes the pupils themselves, tried one by one.
//!
//! A shift of entrants or a merge moves every weight of a coefficient, so it stands in no row of
//! the model. Each is proposed as an entry of the settings, the plan is solved again with it, and
//! it is kept only where the judge accepts the plan, no class or school fails that did not before
//! and none is hidden from the judge, and its cost lies below the *bound* of the best one so far: then no plan without it can be as
//! cheap. What is kept is an entry like those that a
//! county writes by hand, and a plan with it is checked like any other.
//!
//! It finds good proposals, not the best set of them, and says what it has tried. What a shift or
//! a merge costs by itself (school buses, boarding, good will) is not in its figures.

mod propose;

use crate::InvestError;
use crate::greedy;
use crate::plan::Plan;
use crate::problem::Problem;
use crate::settings::{Limits, Merge, Outer, Settings, Shift};
use crate::solve::{Outcome, solve, worth};
use domain::{Exact, SchoolCode};
use serde::{Deserialize, Serialize};
use solver::{Solver, Watch};
use std::time::{Duration, Instant};

/// What may be tried.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proposal {
    /// A share of a section's entrants goes to a neighbour.
    Shift(Shift),
    /// A teaching point or campus is closed.
    Merge(Merge),
}

impl Proposal {
    /// The school whose pupils go.
    fn from(&self) -> &SchoolCode {
        match self {
            Self::Shift(shift) => &shift.from,
            Self::Merge(merge) => &merge.from,
        }
    }
}

/// A proposal and what has become of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Try {
    /// What was proposed, as an entry of the settings.
    pub proposal: Proposal,
    /// The same in Chinese.
    pub zh: String,
    /// Discounted 万元 of the plan with it; `None` where there is no plan that the judge accepts.
    pub discounted: Option<Exact>,
    /// The bound that it had to beat, discounted 万元 with what touching schools is worth; `None`
    /// where nothing was proved, or where there was no accepted plan before.
    pub bound: Option<String>,
    /// Is it part of the plan?
    pub kept: bool,
    /// Why, or why not, in Chinese.
    pub why: String,
}

/// The outcome of the outer step.
#[derive(Clone, Debug)]
pub struct Improved {
    /// As of [`crate::solve()`]; a plan's settings hold what was kept, and its
    /// [`Plan::outer`](crate::Plan::outer) what was tried.
    pub outcome: Outcome,
    /// The problem that the outcome answers: the one given, with what was kept.
    pub problem: Problem,
    /// What was tried, in order; there are tries even where there is no plan.
    pub tries: Vec<Try>,
}

/// Solves a problem and, where its settings ask for it, tries what changes the pupils. All solves
/// together take the time of one.
///
/// # Errors
/// As [`crate::solve()`] for the problem itself. That a proposal cannot be posed or solved is said
/// in its [`Try`].
pub fn improve(
    problem: &Problem,
    solver: &dyn Solver,
    watch: &Watch<'_>,
) -> Result<Improved, InvestError> {
    let begun = Instant::now();
    let limits = problem.settings.limits.clone();
    let outcome = solve(problem, solver, watch)?;
    let mut best = Improved { outcome, problem: problem.clone(), tries: Vec::new() };
    if let Some(outer) = &problem.settings.outer
        && best.outcome != Outcome::Nothing
    {
        let most = usize::try_from(outer.tries).unwrap_or(usize::MAX);
        let whole = Duration::from_secs(u64::from(limits.seconds));
        while best.tries.len() < most && !watch.cancel.is_cancelled() {
            let left = whole.saturating_sub(begun.elapsed()).as_secs();
            let seconds = u32::try_from(left).unwrap_or(limits.seconds);
            let shown = best.shown()?;
            let Some(proposal) = best.next(outer, &shown).filter(|_| seconds > 0) else { break };
            let limits = Limits { seconds, ..limits.clone() };
            best.attempt(proposal, &shown, limits, solver, watch);
        }
    }
    best.problem.settings.limits = limits.clone();
    if let Outcome::Found(plan) = &mut best.outcome {
        plan.settings.limits = limits;
        plan.outer.clone_from(&best.tries);
    }
    Ok(best)
}

impl Improved {
    fn plan(&self) -> Option<&Plan> {
        if let Outcome::Found(plan) = &self.outcome { Some(plan) } else { None }
    }

    /// The plan to go on from. Where there is none, the one made by hand shows where money would
    /// go, and which places fail.
    fn shown(&self) -> Result<Plan, InvestError> {
        self.plan().map_or_else(|| greedy::greedy(&self.problem), |plan| Ok(plan.clone()))
    }

    /// The most promising proposal that was not tried yet, of the schools that were tried least.
    fn next(&self, outer: &Outer, shown: &Plan) -> Option<Proposal> {
        let all = propose::proposals(&self.problem, outer, shown);
        let open = all.into_iter().filter(|p| self.tries.iter().all(|t| t.proposal != *p));
        // The first of equals: where one neighbour did not help, another school comes first.
        let tried =
            |from: &SchoolCode| self.tries.iter().filter(|t| t.proposal.from() == from).count();
        open.min_by_key(|proposal| tried(proposal.from()))
    }

    /// Tries a proposal, and goes on from it where it is worth it.
    fn attempt(
        &mut self,
        proposal: Proposal,
        shown: &Plan,
        limits: Limits,
        solver: &dyn Solver,
        watch: &Watch<'_>,
    ) {
        let mut settings = Settings { limits, ..self.problem.settings.clone() };
        match &proposal {
            Proposal::Shift(shift) => settings.shifts.push(shift.clone()),
            Proposal::Merge(merge) => settings.merges.push(merge.clone()),
        }
        let before = self.plan().filter(|plan| plan.accepted);
        let mut tried = Try {
            zh: said(&proposal, &self.problem),
            proposal,
            discounted: None,
            bound: before.and_then(|plan| plan.method.bound.clone()),
            kept: false,
            why: String::new(),
        };
        let answer = self.problem.with_settings(settings).and_then(|problem| {
            let outcome = solve(&problem, solver, watch)?;
            Ok((problem, outcome))
        });
        let mut better = None;
        match answer {
            // One that cannot be posed or solved is no reason to lose the plan.
            Err(error) => tried.why = error.to_string(),
            Ok((_, Outcome::Impossible)) => "这样在限额内达不到标准".clone_into(&mut tried.why),
            Ok((_, Outcome::Nothing)) => "没有算完".clone_into(&mut tried.why),
            Ok((_, Outcome::Found(plan))) if !plan.accepted => {
                tried.why = plan.objections.first().cloned().unwrap_or_default();
            }
            Ok((problem, Outcome::Found(plan))) => {
                tried.discounted = Some(plan.discounted.clone());
                (tried.kept, tried.why) = match spoilt(shown, &plan) {
                    Some(why) => (false, why),
                    None => judge(before, &self.problem, &plan, &problem),
                };
                better = tried.kept.then_some((problem, plan));
            }
        }
        self.tries.push(tried);
        if let Some((problem, plan)) = better {
            self.problem = problem;
            self.outcome = Outcome::Found(plan);
        }
    }
}

/// Is a plan proved to be cheaper than every plan without its proposal? And why, or why not.
fn judge(before: Option<&Plan>, old: &Problem, plan: &Plan, new: &Problem) -> (bool, String) {
    let Some(before) = before else {
        return (true, "原来没有达到标准的规划".to_owned());
    };
    if plan.shortfall > before.shortfall {
        let more = plan.shortfall - before.shortfall;
        return (false, format!("年度目标线多缺 {more} 个学段"));
    }
    let (now, then) = (worth(new, plan), worth(old, before));
    if now >= then {
        return (false, "不省钱".to_owned());
    }
    let saves = (&then - &now).to_short(2);
    let bound = before.method.bound.as_ref().and_then(|bound| Exact::parse(bound).ok());
    let Some(bound) = bound else {
        return (false, format!("比原规划省 {saves} 万元，但原规划没有下界，不能证明"));
    };
    // A bound is printed with six decimals and holds up to the solver's rounding.
    let margin = (&bound * &Exact::ratio(1, 1_000_000)).max(Exact::ratio(1, 1_000_000));
    if now < &bound - &margin {
        (true, format!("省 {saves} 万元，低于原规划的下界"))
    } else {
        (false, format!("比原规划省 {saves} 万元，但在误差之内，不能肯定"))
    }
}

/// What no measure puts right and no cost shows, from the finishing year on: a place that fails
/// where it did not before, a class or a school that grows too large; a section that the judge no
/// longer looks at because it has become so small.
fn spoilt(before: &Plan, plan: &Plan) -> Option<String> {
    let due = plan.years.iter().filter(|outcome| outcome.year >= plan.settings.finish);
    for (now, then) in due.filter_map(|now| Some((now, before.year(now.year)?))) {
        let failed = |part: &str, place: &String| {
            then.conditions.iter().any(|c| c.part == part && c.failing.contains(place))
        };
        for condition in &now.conditions {
            let mut failing = condition.failing.iter();
            if let Some(place) = failing.find(|place| !failed(&condition.part, place)) {
                return Some(format!("{} 学年 {place} 会不符合“{}”", now.year, condition.zh));
            }
        }
        let judged = |school: &SchoolCode, stage| {
            now.section_outcomes.iter().any(|s| s.school == *school && s.stage == stage)
        };
        let closed =
            |school: &SchoolCode| plan.settings.merges.iter().any(|merge| merge.from == *school);
        let mut sections = then.section_outcomes.iter();
        if let Some(lost) = sections.find(|s| !judged(&s.school, s.stage) && !closed(&s.school)) {
            return Some(format!("{} 学年 {} {} 会不再参评", now.year, lost.name, lost.stage));
        }
    }
    None
}

/// A proposal in words.
fn said(proposal: &Proposal, problem: &Problem) -> String {
    let name = |code: &SchoolCode| {
        let school = problem.worlds.iter().find_map(|world| world.school(code));
        school.map_or_else(|| code.to_string(), |school| school.name.clone())
    };
    match proposal {
        Proposal::Shift(shift) => format!(
            "{} {}每年新生的 {}% 调剂到 {}（自 {} 学年起）",
            name(&shift.from),
            shift.stage,
            (&shift.share * &Exact::from(100)).to_short(2),
            name(&shift.to),
            shift.since
        ),
        Proposal::Merge(merge) => {
            format!("{} 自 {} 学年起并入 {}", name(&merge.from), merge.year, name(&merge.to))
        }
    }
}
