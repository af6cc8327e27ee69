//! The search: goal after goal, each proved before the next, and the judge at the end.
//!
//! The first goals see only how many of a kind leave and come, so they are solved over kinds; that
//! bound holds for every assignment, and is the value where the next goal can be solved with it held.
//! The last of them settles *which* sections fail and which values are missed, as a rule by itself: those
//! with the most pupils are mended first ([`kinds`]). The later ones are solved person by person
//! ([`each`](mod@each)), with few ways at first: the relaxation's prices say which others could do better,
//! and none that could is left out ([`relax`]).

mod each;
mod kinds;
mod relax;

use super::Problem;
use super::follow::{Follow, Step};
use super::goals::LevelResult;
use super::impossible::{Impossible, impossible};
use super::model::{Built, Detail, Extra, Level, float};
use super::result::{Method, Rotation};
use super::settings::Coefficients;
use super::ways::{Ways, nearest};
use crate::StaffingError;
use domain::Stage;
use serde::{Deserialize, Serialize};
use solver::{Settings, Solution, Solver, Watch};
use standard::evaluation::Verdict;
use std::collections::BTreeMap;
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

/// Ways of a person that are put in at first: the nearest.
const FIRST: usize = 6;
/// Ways of a person that the search next to a relaxation keeps.
const KEPT: usize = 3;
/// Times that a coefficient's row is tightened before its excess is accepted.
const PATIENCE: usize = 4;
/// An excess over the limits of coefficients below this is none.
const ROUNDING: f64 = 1e-6;
/// A reduced cost below this counts as below zero.
const EPSILON: f64 = 1e-7;
/// Nodes of a search of the solver's next to a relaxation, and of its proofs; pivots of a tree: counted,
/// so that the same problem always ends with the same answer.
const NODES: u64 = 40;
const PROOF: u64 = 400;
const PIVOTS: u64 = 50_000;
/// Pivots of a tree that looks for a first assignment, once it has one.
const CONTENT: u64 = 10_000;

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
        large: is_large(problem),
        arbitrary: false,
        open: Ways::new(problem, true),
        active: Ways::new(problem, true),
        known: Chosen::new(),
        extra: Extra { spreads: spreads(problem), ..Extra::default() },
        solves: 0,
        excess: 0.0,
    };
    search.reach()?;
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
        search.forget();
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

#[expect(clippy::cast_possible_truncation, reason = "a number of persons")]
fn whole(value: f64) -> i64 {
    value.round() as i64
}

/// Too many ways to leave open which values are missed?
fn is_large(problem: &Problem) -> bool {
    let few = usize::try_from(problem.settings.limits.few).unwrap_or(usize::MAX);
    problem.people.iter().map(|person| person.ways.len()).sum::<usize>() > few
}

/// The ways that a search looks at first; all where there are few.
pub(crate) fn first_ways(problem: &Problem, most: usize) -> Ways {
    if is_large(problem) { nearest(problem, most, |_, _| true) } else { Ways::new(problem, true) }
}

/// Person and place among the person's ways.
pub(crate) type Chosen = Vec<(usize, usize)>;

struct Search<'a> {
    problem: &'a Problem,
    solver: &'a dyn Solver,
    follow: &'a Follow<'a>,
    begun: Instant,
    large: bool,
    /// Were the values that are mended chosen among several that are as good?
    arbitrary: bool,
    /// The ways of each person that goals before have not closed, and those that stand in the model.
    open: Ways,
    active: Ways,
    /// An assignment that keeps all goals so far, once there is one.
    known: Chosen,
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
    /// Which sections fail and which values are missed.
    pattern: Vec<f64>,
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
        self.run_for(built, level, (PROOF, 1e-9))
    }

    /// Sets a goal; whoever goes to a pool is dearer than any way.
    fn aim(&self, built: &mut Built, level: Level) {
        let (mut terms, constant) = built.goal(self.problem, level);
        let dear = 1e3 * terms.iter().map(|(_, cost)| cost.abs()).fold(1.0, f64::max);
        terms.extend(built.pool.iter().map(|col| (*col, dear)));
        built.model.set_objective(&terms, constant);
    }

    /// One solve with at most so many nodes, to a relative gap; these bind only where there are many
    /// ways.
    fn run_for(
        &mut self,
        built: &mut Built,
        level: Level,
        (nodes, gap): (u64, f64),
    ) -> Result<Solution, StaffingError> {
        self.solves += 1;
        self.aim(built, level);
        let mut settings = self.settings();
        if level == Level::Coefficients {
            settings.absolute_gap = 1e-7;
        }
        if self.is_large() {
            settings.light = true;
            settings.node_limit = Some(if level == Level::People { NODES * 10 } else { nodes });
            if level > Level::Coefficients {
                settings.gap = gap;
            }
        }
        Ok(self.solver.solve_watched(&built.model, &settings, &self.follow.watch)?)
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
            ended: if let Some(over) = self.over() {
                over
            } else if self.arbitrary {
                "先选定使哪些指标达标；其后各项的差距是选定之后的差距".to_owned()
            } else if levels.iter().all(|level| level.proved) {
                "各项目标均已证明最优".to_owned()
            } else {
                "已到允许的差距".to_owned()
            },
        }
    }

    /// Back to the beginning: nothing is held, all is open.
    fn forget(&mut self) {
        self.extra.held.clear();
        self.extra.narrow.clear();
        self.extra.pattern = None;
        self.arbitrary = false;
        self.open = Ways::new(self.problem, true);
    }

    /// All goals in order; `None` where no assignment is lawful.
    fn all_goals(&mut self) -> Result<Option<(Chosen, Vec<LevelResult>)>, StaffingError> {
        let mut levels: Vec<LevelResult> = Vec::new();
        let mut chosen = Chosen::new();
        let mut pattern = Vec::new();
        for level in Level::ALL {
            let over_kinds = level <= Level::Pupils;
            let idle = match level {
                Level::Coefficients => self.extra.spreads.is_empty(),
                Level::Pupils => pattern.is_empty(),
                _ => false,
            };
            if idle {
                levels.push(LevelResult::of(self.problem, level, 0.0, 0.0, true));
                continue;
            }
            if self.over().is_some() && !chosen.is_empty() {
                levels.push(LevelResult::open(self.problem, level));
                continue;
            }
            self.follow.begin(level.step());
            if level == Level::Pupils {
                self.settle(std::mem::take(&mut pattern), Detail::Kinds)?;
                let proved = !self.arbitrary;
                levels.push(LevelResult::of(self.problem, level, 0.0, 0.0, proved));
                continue;
            }
            let solved = if over_kinds {
                self.over_kinds(level)?
            } else {
                match self.each(level) {
                    // Ended with an assignment in hand: that is what whoever ended it wants.
                    Err(StaffingError::Stopped(_)) if !chosen.is_empty() => {
                        levels.push(LevelResult::open(self.problem, level));
                        continue;
                    }
                    solved => solved?,
                }
            };
            let solved = match solved {
                Some(solved) => solved,
                // What an assignment is known for cannot be impossible: it is not shown, that is all.
                None if level > Level::Points => {
                    levels.push(LevelResult::open(self.problem, level));
                    continue;
                }
                // The goals over kinds cannot be reached person by person: those goals again.
                None if level == Level::Points && !self.extra.held.is_empty() => {
                    let Some(done) = self.again_by_person(&mut levels)? else { return Ok(None) };
                    chosen = done;
                    let Some(solved) = self.each(level)? else {
                        let rest = Level::ALL.into_iter().filter(|rest| *rest >= level);
                        levels.extend(rest.map(|level| LevelResult::open(self.problem, level)));
                        break;
                    };
                    solved
                }
                None => return Ok(None),
            };
            self.hold(level, solved.value);
            // What is shown for one choice of several is shown for that one only.
            let proved = solved.proved && (over_kinds || !self.arbitrary);
            levels.push(LevelResult::of(self.problem, level, solved.value, solved.bound, proved));
            if over_kinds {
                pattern = solved.pattern;
            } else {
                chosen = solved.chosen;
                self.known.clone_from(&chosen);
            }
        }
        self.known.clear();
        Ok(Some((chosen, levels)))
    }

    /// The first goals person by person.
    fn again_by_person(
        &mut self,
        levels: &mut [LevelResult],
    ) -> Result<Option<Chosen>, StaffingError> {
        self.forget();
        let (mut chosen, mut pattern) = (Chosen::new(), Vec::new());
        for (entry, level) in levels.iter_mut().zip(Level::ALL) {
            if level == Level::Coefficients && self.extra.spreads.is_empty() {
                continue;
            }
            if level == Level::Pupils && !pattern.is_empty() {
                if self.is_large() {
                    // One by one is too much for so many persons: what was found stands.
                    self.extra.pattern = Some(std::mem::take(&mut pattern));
                    self.arbitrary = true;
                } else {
                    let open = self.open.clone();
                    self.settle(std::mem::take(&mut pattern), Detail::Each(&open))?;
                }
                *entry = LevelResult::of(self.problem, level, 0.0, 0.0, !self.arbitrary);
            }
            if level >= Level::Pupils {
                continue;
            }
            let Some(solved) = self.each(level)? else { return Ok(None) };
            self.hold(level, solved.value);
            *entry =
                LevelResult::of(self.problem, level, solved.value, solved.bound, solved.proved);
            chosen = solved.chosen;
            pattern = solved.pattern;
        }
        Ok(Some(chosen))
    }

    fn hold(&mut self, level: Level, value: f64) {
        self.extra.held.push((level, value));
        if level == Level::Coefficients {
            self.excess = value;
        }
    }

    fn stopped(&self) -> StaffingError {
        StaffingError::Stopped(self.over().unwrap_or_else(|| "求解器中断".to_owned()))
    }

    fn is_large(&self) -> bool {
        self.large
    }
}

/// The ways that a solution takes.
pub(crate) fn chosen(built: &Built, solution: &Solution) -> Chosen {
    let taken = built.arcs.iter().filter(|(_, _, col)| solution.value(*col) > 0.5);
    taken.map(|(person, way, _)| (*person, *way)).collect()
}
