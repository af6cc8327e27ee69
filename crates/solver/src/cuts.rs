//! Solve, separate, solve again.
//!
//! For a rule that a linear model can only approach from outside (a cone), solve the model without
//! it, add rows that cut off the solution found where it breaks the rule, and repeat. Every round's
//! bound holds for the true problem, since the rows added are met by all that the rule admits; so
//! the best bound of all rounds is kept.

use crate::{Model, Settings, Solution, Solver, SolverError, Watch};
use std::time::Instant;

/// How a cut loop ended.
#[derive(Debug, Clone, PartialEq)]
pub struct CutLoop {
    /// The last round's solution. Its bound is the best of all rounds.
    pub solution: Solution,
    /// Rounds solved.
    pub rounds: usize,
    /// Rows added, which the model keeps.
    pub rows_added: usize,
    /// Whether the last solution needed no further rows. `false`: the loop was stopped (rounds,
    /// time, cancel, no solution), and the solution may break the rule that the rows approach.
    pub complete: bool,
}

/// Solves a model, lets `separate` add rows that cut off the solution, and repeats until it adds
/// none, `most_rounds` are done, or time is up. The time limit of the settings holds for all rounds
/// together. The model keeps the rows, and starts each round from the last round's values.
///
/// `separate` gets the model and the solution and adds rows; the loop counts them itself.
///
/// # Errors
///
/// As [`Solver::solve_watched`].
pub fn cut_loop(
    solver: &dyn Solver,
    model: &mut Model,
    settings: &Settings,
    watch: &Watch<'_>,
    most_rounds: usize,
    separate: &mut dyn FnMut(&mut Model, &Solution),
) -> Result<CutLoop, SolverError> {
    let started = Instant::now();
    let rows = model.rows();
    let mut bound: Option<f64> = None;
    let mut rounds = 0;
    loop {
        let mut round = settings.clone();
        round.time_limit = settings.time_limit.map(|limit| limit.saturating_sub(started.elapsed()));
        let mut solution = solver.solve_watched(model, &round, watch)?;
        rounds += 1;
        bound = match (bound, solution.bound) {
            (Some(before), Some(now)) => Some(before.max(now)),
            (before, now) => before.or(now),
        };
        solution.bound = bound;
        let before = model.rows();
        if solution.is_usable() {
            separate(model, &solution);
        }
        let complete = solution.is_usable() && model.rows() == before;
        let out_of_time = settings.time_limit.is_some_and(|limit| started.elapsed() >= limit);
        let stopped = out_of_time || watch.cancel.is_cancelled();
        if model.rows() == before || rounds >= most_rounds || stopped {
            let rows_added = model.rows() - rows;
            return Ok(CutLoop { solution, rounds, rows_added, complete });
        }
        model.set_start(solution.values);
    }
}
