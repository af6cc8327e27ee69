//! The solver in pure Rust: for tests, for small models, and as a second opinion.

use crate::model::Kind;
use crate::round::Rounded;
use crate::{
    Model, Progress, Settings, Solution, Solver, SolverError, Status, Stop, Version, Watch,
};
use microlp::{
    ComparisonOp, Error, OptimizationDirection, Problem, ResumeOptions, SolveOptions, SolveOutcome,
    TerminationReason, Variable,
};
use std::time::{Duration, Instant};

/// [microlp](https://docs.rs/microlp) behind the trait: branch and bound without cuts. Right for
/// some hundred columns; slower than HiGHS by orders of magnitude on planning models.
///
/// One thread always; it makes no random choices, so the seed changes nothing. No shadow prices, no
/// absolute gap, no log.
/// An integer column reaches at most ±2³¹; one without a bound that gets there is reported as
/// [`Status::Unbounded`].
#[derive(Debug, Clone, Copy, Default)]
pub struct Small;

/// Nodes between two looks at the clock and the token.
const SLICE: u64 = 64;

impl Solver for Small {
    fn version(&self) -> Version {
        // The version that Cargo.toml asks for; the crate does not tell its own.
        Version { name: "microlp".to_owned(), version: "0.7".to_owned() }
    }

    fn solve_watched(
        &self,
        model: &Model,
        settings: &Settings,
        watch: &Watch<'_>,
    ) -> Result<Solution, SolverError> {
        model.check()?;
        settings.check()?;
        let started = Instant::now();
        let mut solution = search(self.version(), model, settings, watch, started)?;
        solution.seconds = started.elapsed().as_secs_f64();
        Ok(solution)
    }
}

fn search(
    version: Version,
    model: &Model,
    settings: &Settings,
    watch: &Watch<'_>,
    started: Instant,
) -> Result<Solution, SolverError> {
    if watch.cancel.is_cancelled() {
        return Ok(Solution::without_values(Status::Unknown(Stop::Cancelled), version));
    }
    let (problem, variables) = translate(model);
    let left = || settings.time_limit.map(|limit| limit.saturating_sub(started.elapsed()));
    let mut options = SolveOptions::default();
    options.node_limit = Some(settings.node_limit.map_or(SLICE, |most| most.min(SLICE)));
    options.mip_gap = settings.gap;
    options.time_limit = left();
    options.tolerances.feasibility = settings.feasibility.min(1e-7);
    options.warm_start =
        model.start().map(|values| variables.iter().copied().zip(values).collect());
    let mut outcome = problem.solve_with(options);
    let mut nodes_before = None;
    loop {
        let (reason, nodes) = match &outcome {
            Ok(SolveOutcome::Solution(found)) => {
                let stats = found.stats();
                tell(watch, started, Some(found.objective() + model.offset()), stats, model);
                (found.termination_reason(), stats.nodes_solved)
            }
            Ok(SolveOutcome::Interrupted(open)) => {
                let stats = open.stats();
                tell(watch, started, None, stats, model);
                (open.termination_reason(), stats.nodes_solved)
            }
            Err(error) => return failed(version, error),
        };
        let stop = if reason != TerminationReason::NodeLimit {
            (reason == TerminationReason::TimeLimit).then_some(Stop::Time)
        } else if watch.cancel.is_cancelled() {
            Some(Stop::Cancelled)
        } else if settings.node_limit.is_some_and(|most| nodes >= most) {
            Some(Stop::Nodes)
        } else if left() == Some(Duration::ZERO) {
            Some(Stop::Time)
        } else if nodes_before == Some(nodes) {
            Some(Stop::Trouble)
        } else {
            nodes_before = Some(nodes);
            let mut more = ResumeOptions::default();
            more.mip_gap = Some(settings.gap);
            more.time_limit = left();
            more.node_limit =
                Some(settings.node_limit.map_or(SLICE, |most| (most - nodes).min(SLICE)));
            outcome = outcome.and_then(|outcome| outcome.resume_with(more));
            continue;
        };
        return match outcome {
            Ok(outcome) => Ok(answer(version, model, &variables, &outcome, stop)),
            Err(error) => failed(version, &error),
        };
    }
}

fn tell(
    watch: &Watch<'_>,
    started: Instant,
    objective: Option<f64>,
    stats: microlp::Stats,
    model: &Model,
) {
    if let Some(progress) = watch.progress {
        progress(&Progress {
            seconds: started.elapsed().as_secs_f64(),
            objective,
            bound: stats.best_bound.map(|bound| bound + model.offset()),
            nodes: stats.nodes_solved,
        });
    }
}

fn answer(
    version: Version,
    model: &Model,
    variables: &[Variable],
    outcome: &SolveOutcome,
    stop: Option<Stop>,
) -> Solution {
    let (values, stats) = match outcome {
        SolveOutcome::Solution(found) => {
            let values: Vec<f64> =
                variables.iter().map(|&variable| found.var_value(variable)).collect();
            (Some(values), found.stats())
        }
        SolveOutcome::Interrupted(open) => (None, open.stats()),
    };
    let mut solution = match (values, stop) {
        (Some(values), _) if at_the_edge(model, &values) => {
            Solution::without_values(Status::Unbounded, version)
        }
        (Some(values), stop) => {
            let known = stop.map_or(Status::Optimal, Status::Feasible);
            Solution::of(Rounded::of(model, values), known, version)
        }
        (None, stop) => {
            Solution::without_values(Status::Unknown(stop.unwrap_or(Stop::Trouble)), version)
        }
    };
    if solution.status != Status::Unbounded {
        solution.set_bound(stats.best_bound.map(|bound| bound + model.offset()));
    }
    solution.nodes = stats.nodes_solved;
    solution.iterations = stats.lp_iterations;
    solution
}

fn failed(version: Version, error: &Error) -> Result<Solution, SolverError> {
    match error {
        Error::Infeasible => Ok(Solution::without_values(Status::Infeasible, version)),
        Error::Unbounded => Ok(Solution::without_values(Status::Unbounded, version)),
        other => Err(SolverError::Failed { solver: version.name, message: other.to_string() }),
    }
}

/// Whether an integer column without a bound stands at the end of the solver's integers.
fn at_the_edge(model: &Model, values: &[f64]) -> bool {
    model.all_columns().zip(values).any(|(col, &value)| {
        let (lower, upper) = model.bounds(col);
        model.kind(col) == Kind::Integer
            && (upper == f64::INFINITY && value >= f64::from(i32::MAX) - 0.5
                || lower == f64::NEG_INFINITY && value <= f64::from(i32::MIN) + 0.5)
    })
}

fn translate(model: &Model) -> (Problem, Vec<Variable>) {
    let mut problem = Problem::new(OptimizationDirection::Minimize);
    let mut variables = Vec::with_capacity(model.columns());
    for col in model.all_columns() {
        let (lower, upper) = model.bounds(col);
        let cost = model.cost(col);
        let variable = match model.kind(col) {
            Kind::Continuous => problem.add_var(cost, (lower, upper)),
            Kind::Integer | Kind::Binary => {
                // `as` saturates, which is what an infinite bound needs here.
                #[expect(clippy::cast_possible_truncation, reason = "saturating on purpose")]
                let (lower, upper) = (lower.ceil() as i32, upper.floor() as i32);
                problem.add_integer_var(cost, (lower, upper))
            }
        };
        variables.push(variable);
    }
    for row in model.all_rows() {
        let (lower, upper) = model.row_bounds(row);
        let terms = || {
            model
                .terms(row)
                .iter()
                .filter_map(|&(col, factor)| Some((variables.get(col.index()).copied()?, factor)))
        };
        if lower >= upper {
            problem.add_constraint(terms(), ComparisonOp::Eq, lower);
            continue;
        }
        if lower > f64::NEG_INFINITY {
            problem.add_constraint(terms(), ComparisonOp::Ge, lower);
        }
        if upper < f64::INFINITY {
            problem.add_constraint(terms(), ComparisonOp::Le, upper);
        }
    }
    (problem, variables)
}
