//! The search: goal after goal, each proved before the next, and the judge at the end.
//!
//! The first goals see only how many of a kind leave and come, so they are solved over kinds; that
//! bound holds for every assignment, and is the value where the next goal can be solved with it held.
//! The later ones are solved with few ways at first: the relaxation's prices say which others could
//! do better, and none that could is left out. With value V and a relaxation of bound L, a way whose
//! reduced cost is above V − L is in no better assignment; the others are all put in before V counts
//! as proved.
//!
//! Where there are many ways, the first goal also settles *which* values reach their thresholds (it is
//! as good as any other choice by that goal), and a later goal is not searched beyond the gap that the
//! settings allow: its value comes from the whole numbers next to those of the relaxation, its bound
//! from the relaxation.

use super::Problem;
use super::follow::{Follow, Step};
use super::impossible::{Impossible, impossible};
use super::model::{Built, Detail, Extra, Level, arc_cost, build};
use super::people::Person;
use super::result::{LevelResult, Method, Rotation};
use super::settings::Coefficients;
use crate::StaffingError;
use domain::Stage;
use serde::{Deserialize, Serialize};
use solver::{Settings, Solution, Solver, Status, Watch};
use standard::evaluation::Verdict;
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

/// What a search ends with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// A lawful rotation.
    Found(Box<Rotation>),
    /// There is none: which rules forbid it, and the nearest that works.
    Impossible(Box<Impossible>),
}

/// Ways that are all put in from the start where they are no more than this.
const FEW: usize = 3_000;
/// Ways of a person that are put in at first: the nearest.
const FIRST: usize = 2;
/// The same, where these do not suffice for a lawful assignment.
const MORE: usize = 8;
/// Ways of a person that the search next to a relaxation keeps.
const KEPT: usize = 3;
/// Times that a coefficient's row is tightened before its excess is accepted.
const PATIENCE: usize = 4;
/// An excess over the limits of coefficients below this is none.
const ROUNDING: f64 = 1e-6;
/// A reduced cost below this counts as below zero.
const EPSILON: f64 = 1e-7;

/// Finds the assignment that is best in the order of the goals.
///
/// # Errors
/// [`StaffingError`] where the solver fails, or time is over before there is an assignment.
pub fn optimum(
    problem: &Problem,
    solver: &dyn Solver,
    watch: &Watch<'_>,
) -> Result<Outcome, StaffingError> {
    optimum_followed(problem, solver, &Follow::from(watch))
}

/// The same for a caller who hears the steps.
///
/// A search in this process ends between two solves, none of which takes long; with
/// [`solver::child::Child`] it ends at once.
///
/// # Errors
/// As [`optimum`].
pub fn optimum_followed(
    problem: &Problem,
    solver: &dyn Solver,
    follow: &Follow<'_>,
) -> Result<Outcome, StaffingError> {
    let mut search = Search {
        problem,
        solver,
        follow,
        begun: Instant::now(),
        active: first_ways(problem, FIRST),
        widened: false,
        extra: Extra { spreads: spreads(problem), ..Extra::default() },
        solves: 0,
        excess: 0.0,
    };
    let mut round = 0;
    loop {
        let Some((moves, levels)) = search.all_goals()? else {
            follow.begin(Step::Explain);
            let impossible = impossible(problem, solver, &follow.watch)?;
            return Ok(Outcome::Impossible(Box::new(impossible)));
        };
        follow.begin(Step::Judge);
        let method = search.method(&levels);
        let rotation = Rotation::of(problem, "optimum", &moves, levels, method)?;
        // The judge's word on coefficients: a row more, or a tighter one, and again.
        let mut again = false;
        for (stage, k) in beyond(problem, &rotation) {
            match search.extra.spreads.get_mut(&(stage, k)) {
                None => again = search.extra.spreads.insert((stage, k), 0.0).is_none() || again,
                Some(tighter) if search.excess < ROUNDING && round < PATIENCE => {
                    *tighter = (*tighter * 10.0).max(1e-7);
                    again = true;
                }
                Some(_) => {}
            }
        }
        if !again {
            return Ok(Outcome::Found(Box::new(rotation)));
        }
        search.extra.held.clear();
        search.extra.pattern = None;
        round += 1;
    }
}

/// Coefficients that have rows from the start: those beyond their limits today, and all where they
/// are to be as low as possible.
fn spreads(problem: &Problem) -> BTreeMap<(Stage, usize), f64> {
    let mut list = BTreeMap::new();
    for stage in &problem.response.before.stages {
        for (k, indicator) in problem.response.indicators.iter().enumerate() {
            let found = stage.indicators.iter().find(|i| i.code == indicator.code);
            let failing = found.is_some_and(|i| i.verdict == Verdict::Fail);
            if failing || problem.settings.coefficients == Coefficients::Lower {
                list.insert((stage.stage, k), 0.0);
            }
        }
    }
    list
}

/// Coefficients that the judge finds beyond their limits afterwards.
fn beyond(problem: &Problem, rotation: &Rotation) -> Vec<(Stage, usize)> {
    let failing = rotation.coefficients.iter().filter(|c| c.after_verdict == Verdict::Fail);
    failing
        .filter_map(|c| {
            let k = problem.response.indicators.iter().position(|i| i.code == c.indicator)?;
            Some((c.stage, k))
        })
        .collect()
}

fn first_ways(problem: &Problem, first: usize) -> Vec<BTreeSet<usize>> {
    let all: usize = problem.people.iter().map(|p| p.ways.len()).sum();
    let ways = |person: &Person| -> BTreeSet<usize> {
        if all <= FEW || person.spouse.is_some() || person.must {
            return (0..person.ways.len()).collect();
        }
        let mut nearest: Vec<usize> = (0..person.ways.len()).collect();
        nearest.sort_by_key(|at| person.ways.get(*at).map(|way| (way.distance, way.unit)));
        nearest.truncate(first);
        let wished = person.ways.iter().enumerate().filter(|(_, way)| way.wish.is_some());
        nearest.into_iter().chain(wished.map(|(at, _)| at)).collect()
    };
    problem.people.iter().map(ways).collect()
}

/// Person and place among the person's ways.
pub(crate) type Chosen = Vec<(usize, usize)>;

struct Search<'a> {
    problem: &'a Problem,
    solver: &'a dyn Solver,
    follow: &'a Follow<'a>,
    begun: Instant,
    active: Vec<BTreeSet<usize>>,
    /// Have more ways been put in than the nearest?
    widened: bool,
    extra: Extra,
    solves: usize,
    /// Of coefficients over their limits, as the model has it.
    excess: f64,
}

/// A goal solved.
struct Solved {
    value: f64,
    bound: f64,
    proved: bool,
    chosen: Chosen,
}

impl Search<'_> {
    fn settings(&self) -> Settings {
        let limits = &self.problem.settings.limits;
        let limit = Duration::from_secs(u64::from(limits.seconds));
        let settings = Settings { seed: limits.seed, absolute_gap: 0.5, ..Settings::default() };
        settings.within(limit.saturating_sub(self.begun.elapsed())).to_gap(1e-9)
    }

    #[expect(clippy::disallowed_methods, reason = "a tolerance of the search, not a verdict")]
    fn gap(&self) -> f64 {
        self.problem.settings.limits.gap.to_f64()
    }

    fn over(&self) -> Option<String> {
        let limit = Duration::from_secs(u64::from(self.problem.settings.limits.seconds));
        if self.follow.is_cancelled() {
            return Some("用户中止".to_owned());
        }
        (self.begun.elapsed() >= limit).then(|| "到达时间上限".to_owned())
    }

    fn run(&mut self, built: &mut Built, level: Level) -> Result<Solution, StaffingError> {
        self.solves += 1;
        let (terms, constant) = built.goal(self.problem, level);
        built.model.set_objective(&terms, constant);
        let mut settings = self.settings();
        if level == Level::Coefficients {
            settings.absolute_gap = 1e-7;
        } else if level > Level::Coefficients && self.is_large() {
            settings.gap = self.gap();
        }
        self.solver
            .solve_watched(&built.model, &settings, &self.follow.watch)
            .map_err(|error| StaffingError::Solver(error.to_string()))
    }

    fn method(&self, levels: &[LevelResult]) -> Method {
        let version = self.solver.version();
        Method {
            name: "optimum".to_owned(),
            solver: format!("{} {}", version.name, version.version),
            seed: self.problem.settings.limits.seed,
            solves: self.solves,
            ways: self.problem.people.iter().map(|p| p.ways.len()).sum(),
            proved: levels.iter().all(|level| level.proved),
            ended: if levels.iter().all(|level| level.proved) {
                "各项目标均已证明最优".to_owned()
            } else {
                self.over().unwrap_or_else(|| "已到允许的差距".to_owned())
            },
        }
    }

    /// All goals in order; `None` where no assignment is lawful.
    fn all_goals(&mut self) -> Result<Option<(Chosen, Vec<LevelResult>)>, StaffingError> {
        let mut levels: Vec<LevelResult> = Vec::new();
        let mut chosen = Chosen::new();
        for level in Level::ALL {
            let over_kinds = matches!(level, Level::People | Level::Coefficients);
            if level == Level::Coefficients && self.extra.spreads.is_empty() {
                levels.push(LevelResult::of(self.problem, level, 0.0, 0.0, true));
                continue;
            }
            if !levels.is_empty() && self.over().is_some() && !chosen.is_empty() {
                break;
            }
            self.follow.begin(level.step());
            let solved = if over_kinds { self.over_kinds(level)? } else { self.each(level)? };
            let solved = match solved {
                Some(solved) => solved,
                // The goals over kinds cannot be reached person by person: those goals again.
                None if !over_kinds && !self.extra.held.is_empty() => {
                    let Some(done) = self.again_by_person(&mut levels)? else { return Ok(None) };
                    chosen = done;
                    match self.each(level)? {
                        Some(solved) => solved,
                        None => break,
                    }
                }
                None => return Ok(None),
            };
            self.hold(level, solved.value);
            levels.push(LevelResult::of(
                self.problem,
                level,
                solved.value,
                solved.bound,
                solved.proved,
            ));
            if !over_kinds {
                chosen = solved.chosen;
            }
        }
        Ok(Some((chosen, levels)))
    }

    /// The first goals person by person, with all ways.
    fn again_by_person(
        &mut self,
        levels: &mut [LevelResult],
    ) -> Result<Option<Chosen>, StaffingError> {
        self.extra.held.clear();
        self.extra.pattern = None;
        self.all_ways();
        let mut chosen = Chosen::new();
        let wanted: Vec<usize> = (0..levels.len()).collect();
        for (place, level) in wanted.into_iter().zip([Level::People, Level::Coefficients]) {
            if level == Level::Coefficients && self.extra.spreads.is_empty() {
                continue;
            }
            let Some(solved) = self.each(level)? else { return Ok(None) };
            self.hold(level, solved.value);
            if let Some(entry) = levels.get_mut(place) {
                *entry =
                    LevelResult::of(self.problem, level, solved.value, solved.bound, solved.proved);
            }
            chosen = solved.chosen;
        }
        Ok(Some(chosen))
    }

    fn all_ways(&mut self) {
        for (active, person) in self.active.iter_mut().zip(&self.problem.people) {
            *active = (0..person.ways.len()).collect();
        }
    }

    fn hold(&mut self, level: Level, value: f64) {
        self.extra.held.push((level, value));
        if level == Level::Coefficients {
            self.excess = value;
        }
    }

    fn over_kinds(&mut self, level: Level) -> Result<Option<Solved>, StaffingError> {
        let mut built = build(self.problem, Detail::Kinds, &self.extra, true);
        let solution = self.run(&mut built, level)?;
        if solution.status == Status::Infeasible {
            return Ok(None);
        }
        let Some(value) = solution.objective.filter(|_| solution.is_usable()) else {
            return Err(self.stopped());
        };
        if level == Level::People && self.is_large() {
            self.extra.pattern = Some(built.pattern(&solution.values));
        }
        let bound = solution.bound.unwrap_or(f64::NEG_INFINITY);
        let proved = solution.status == Status::Optimal;
        Ok(Some(Solved { value, bound, proved, chosen: Chosen::new() }))
    }

    fn stopped(&self) -> StaffingError {
        StaffingError::Stopped(self.over().unwrap_or_else(|| "求解器中断".to_owned()))
    }

    /// One goal person by person.
    fn each(&mut self, level: Level) -> Result<Option<Solved>, StaffingError> {
        // The relaxation, with ways added until none would lower it.
        let (relaxed, point, prices) = loop {
            let mut built = build(self.problem, Detail::Each(&self.active), &self.extra, false);
            let solution = self.run(&mut built, level)?;
            if solution.status == Status::Infeasible {
                if self.is_full() {
                    return Ok(None);
                }
                if self.widened {
                    self.all_ways();
                } else {
                    self.widened = true;
                    self.active = first_ways(self.problem, MORE);
                }
                continue;
            }
            let Some(value) = solution.objective.filter(|_| solution.is_usable()) else {
                return Err(self.stopped());
            };
            let idle = self.idle(&built, &solution, level);
            let before = self.count();
            self.add_best(&idle, -EPSILON);
            if self.count() == before {
                if built.is_whole(&solution.values) {
                    let chosen = chosen(&built, &solution);
                    return Ok(Some(Solved { value, bound: value, proved: true, chosen }));
                }
                break (value, (kept(&built, &solution), solution.values), idle);
            }
        };
        let steps = level != Level::Coefficients;
        let bound = if steps { (relaxed - 1e-4).ceil() } else { relaxed };
        if self.is_large() {
            for around in [0.0, 1.0] {
                if let Some((value, chosen)) = self.near(level, &point, around)? {
                    let gap = (value - bound).max(0.0);
                    if gap <= self.gap() * value.abs().max(1.0) {
                        let proved = gap < 1e-6;
                        return Ok(Some(Solved { value, bound, proved, chosen }));
                    }
                }
            }
        }
        let mut built = build(self.problem, Detail::Each(&self.active), &self.extra, true);
        let first = self.run(&mut built, level)?;
        let value = match (first.status, first.objective) {
            (Status::Infeasible, _) if self.is_full() => return Ok(None),
            (Status::Infeasible, _) => f64::INFINITY,
            (_, Some(value)) if first.is_usable() => value,
            _ => return Err(self.stopped()),
        };
        if value <= bound + 1e-6 || (first.status != Status::Optimal && value.is_finite()) {
            let proved = value <= bound + 1e-6;
            let chosen = chosen(&built, &first);
            return Ok(Some(Solved { value, bound, proved, chosen }));
        }
        // Every way that could be part of a better assignment.
        let before = self.count();
        let room = value - relaxed + EPSILON;
        for (person, way, cost) in &prices {
            if *cost <= room
                && let Some(active) = self.active.get_mut(*person)
            {
                active.insert(*way);
            }
        }
        if self.count() == before {
            let bound = first.bound.unwrap_or(bound).max(bound);
            let (proved, chosen) = (first.status == Status::Optimal, chosen(&built, &first));
            return Ok(Some(Solved { value, bound, proved, chosen }));
        }
        let mut wider = build(self.problem, Detail::Each(&self.active), &self.extra, true);
        let second = self.run(&mut wider, level)?;
        match (second.status, second.objective) {
            (Status::Infeasible, _) => Ok(None),
            (_, Some(value)) if second.is_usable() => {
                let bound = second.bound.unwrap_or(bound).max(bound);
                let proved = second.status == Status::Optimal;
                Ok(Some(Solved { value, bound, proved, chosen: chosen(&wider, &second) }))
            }
            _ if value.is_finite() => {
                let chosen = chosen(&built, &first);
                Ok(Some(Solved { value, bound, proved: false, chosen }))
            }
            _ => Err(self.stopped()),
        }
    }

    /// Too many ways to prove every goal to the last point?
    fn is_large(&self) -> bool {
        self.problem.people.iter().map(|p| p.ways.len()).sum::<usize>() > FEW
    }

    /// The best assignment whose whole numbers are next to those of a relaxation, with up to `around`
    /// more to either side (after Berthold 2014, relaxation enforced neighbourhood search).
    fn near(
        &mut self,
        level: Level,
        (kept, relaxed): &(Vec<BTreeSet<usize>>, Vec<f64>),
        around: f64,
    ) -> Result<Option<(f64, Chosen)>, StaffingError> {
        let whole = build(self.problem, Detail::Each(&self.active), &self.extra, true).whole;
        let mut built = build(self.problem, Detail::Each(kept), &self.extra, true);
        for (col, old) in built.whole.clone().into_iter().zip(whole) {
            let value = relaxed.get(old.index()).copied().unwrap_or(0.0);
            let (low, high) = built.model.bounds(col);
            let least = ((value + 1e-6).floor() - around).max(low);
            let most = ((value - 1e-6).ceil() + around).min(high);
            built.model.set_bounds(col, least.min(most), most.max(least));
        }
        let solution = self.run(&mut built, level)?;
        let found = solution.objective.filter(|_| solution.is_usable());
        Ok(found.map(|value| (value, chosen(&built, &solution))))
    }

    fn count(&self) -> usize {
        self.active.iter().map(BTreeSet::len).sum()
    }

    fn is_full(&self) -> bool {
        self.active.iter().zip(&self.problem.people).all(|(a, p)| a.len() == p.ways.len())
    }

    /// Reduced costs of the ways that are not in the model.
    fn idle(&self, built: &Built, solution: &Solution, level: Level) -> Vec<(usize, usize, f64)> {
        let Some(duals) = &solution.duals else { return Vec::new() };
        let held: Vec<(Level, f64)> =
            built.held_rows.iter().map(|(row, level)| (*level, duals.row(*row))).collect();
        let mut idle = Vec::new();
        for (at, (person, active)) in self.problem.people.iter().zip(&self.active).enumerate() {
            if active.len() == person.ways.len() {
                continue;
            }
            let own = built.person_rows.get(at).copied().flatten().map_or(0.0, |r| duals.row(r));
            for (place, way) in person.ways.iter().enumerate() {
                if active.contains(&place) {
                    continue;
                }
                let node = built.node_rows.get(&(way.unit, person.kind));
                let node = node.map_or(0.0, |row| duals.row(*row));
                let mut cost = arc_cost(self.problem, level, at, place).unwrap_or(0.0);
                cost -= own + node;
                for (level, price) in &held {
                    cost -= price * arc_cost(self.problem, *level, at, place).unwrap_or(0.0);
                }
                idle.push((at, place, cost));
            }
        }
        idle
    }

    /// Puts in the best few of each person's ways below a cost.
    fn add_best(&mut self, idle: &[(usize, usize, f64)], below: f64) {
        const EACH: usize = 3;
        let mut best: Vec<(usize, f64, usize)> =
            idle.iter().filter(|(_, _, c)| *c < below).map(|(p, w, c)| (*p, *c, *w)).collect();
        best.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.cmp(&b.2)));
        let (mut last, mut taken) = (usize::MAX, 0);
        for (person, _, way) in best {
            taken = if person == last { taken + 1 } else { 1 };
            last = person;
            if taken <= EACH
                && let Some(active) = self.active.get_mut(person)
            {
                active.insert(way);
            }
        }
    }
}

/// The ways that a solution takes.
pub(crate) fn chosen(built: &Built, solution: &Solution) -> Chosen {
    let taken = built.arcs.iter().filter(|(_, _, col)| solution.value(*col) > 0.5);
    taken.map(|(person, way, _)| (*person, *way)).collect()
}

/// Of each person the ways that a relaxation takes, and the few next best by their prices.
fn kept(built: &Built, solution: &Solution) -> Vec<BTreeSet<usize>> {
    let price = |col| solution.duals.as_ref().map_or(0.0, |duals| duals.column(col));
    let mut ways: Vec<Vec<(bool, f64, usize)>> = vec![Vec::new(); built.moves.len()];
    for (person, way, col) in &built.arcs {
        if let Some(list) = ways.get_mut(*person) {
            list.push((solution.value(*col) < 1e-9, price(*col), *way));
        }
    }
    ways.into_iter()
        .map(|mut list| {
            list.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.cmp(&b.2)));
            let taken = list.iter().filter(|(idle, _, _)| !idle).count();
            list.truncate(taken.max(KEPT));
            list.into_iter().map(|(_, _, way)| way).collect()
        })
        .collect()
}
