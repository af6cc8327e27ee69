//! Several objectives in order.
//!
//! With objectives f₁, f₂, …, stage k minimises fₖ over the solutions for which every earlier
//! fⱼ ≤ vⱼ + εⱼ, where vⱼ is the value found and εⱼ the tolerance of that objective. So a later
//! objective can cost an earlier one no more than its tolerance. With εⱼ = 0 a solver's own
//! tolerance could make the next stage infeasible; therefore at least 10⁻⁶·max(1, |vⱼ|) is allowed.

use crate::{Col, Model, Settings, Solution, Solver, SolverError, Status, Watch};
use serde::{Deserialize, Serialize};
use std::time::Instant;

/// One objective of several.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Objective {
    /// What it is, for people.
    pub name: String,
    /// Its coefficients.
    pub terms: Vec<(Col, f64)>,
    /// Its constant.
    pub offset: f64,
    /// By how much, in its own unit, later objectives may worsen it.
    pub tolerance: f64,
}

/// What became of one objective.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stage {
    /// The objective's name.
    pub name: String,
    /// What its solve has shown.
    pub status: Status,
    /// The value its own solve found.
    pub value: Option<f64>,
    /// The bound its own solve proved.
    pub bound: Option<f64>,
    /// Its value in the final solution; no worse than `value` by more than the tolerance.
    pub final_value: Option<f64>,
}

/// A solution for objectives in order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Lexicographic {
    /// The solution of the last stage that has one, or the first stage's answer where none has.
    /// Its objective and bound are that stage's.
    pub solution: Solution,
    /// One a stage that was begun. Fewer than objectives where an early stage found nothing, or
    /// time ran out.
    pub stages: Vec<Stage>,
}

/// Minimises objectives in order. The model's own costs, rows and start are as before afterwards.
///
/// The time limit of the settings holds for all stages together. A stage that is stopped with a
/// solution is fixed at the value found, and the next goes on from there; its [`Stage::status`]
/// says that it was not proved. `Unbounded` in a later stage keeps the solution before it.
///
/// # Errors
///
/// As [`Solver::solve_watched`].
pub fn lexicographic(
    solver: &dyn Solver,
    model: &mut Model,
    objectives: &[Objective],
    settings: &Settings,
    watch: &Watch<'_>,
) -> Result<Lexicographic, SolverError> {
    let rows = model.rows();
    let (costs, offset, start) = (model.costs.clone(), model.offset, model.start.clone());
    let result = stages(solver, model, objectives, settings, watch);
    model.truncate_rows(rows);
    model.costs = costs;
    model.offset = offset;
    model.start = start;
    result
}

/// Starts the next stage where the caller began, if that is a solution still and a better one than
/// that of the stage before.
fn better_start(model: &mut Model, given: Option<&[f64]>, feasibility: f64) {
    let Some(given) = given.filter(|given| given.len() == model.columns()) else { return };
    let now = model.start.as_deref().map(|start| model.objective_of(start));
    let better = now.is_none_or(|now| model.objective_of(given) < now);
    if better && model.violation(given) <= feasibility {
        model.set_start(given.to_vec());
    }
}

fn stages(
    solver: &dyn Solver,
    model: &mut Model,
    objectives: &[Objective],
    settings: &Settings,
    watch: &Watch<'_>,
) -> Result<Lexicographic, SolverError> {
    let started = Instant::now();
    let given = model.start.clone();
    let mut stages: Vec<Stage> = Vec::with_capacity(objectives.len());
    let mut best: Option<Solution> = None;
    for objective in objectives {
        let mut settings = settings.clone();
        if let Some(limit) = settings.time_limit {
            let left = limit.saturating_sub(started.elapsed());
            if best.is_some() && left.is_zero() {
                break;
            }
            settings.time_limit = Some(left);
        }
        if best.is_some() && watch.cancel.is_cancelled() {
            break;
        }
        for &(col, _) in &objective.terms {
            if col.index() >= model.columns() {
                return Err(SolverError::UnknownColumn {
                    name: objective.name.clone(),
                    column: col.index(),
                    columns: model.columns(),
                });
            }
        }
        model.set_objective(&objective.terms, objective.offset);
        better_start(model, given.as_deref(), settings.feasibility);
        let solution = solver.solve_watched(model, &settings, watch)?;
        stages.push(Stage {
            name: objective.name.clone(),
            status: solution.status,
            value: solution.objective,
            bound: solution.bound,
            final_value: None,
        });
        if !solution.is_usable() {
            if best.is_none() {
                best = Some(solution);
            }
            break;
        }
        if let Some(value) = solution.objective {
            let slack = objective.tolerance.max(1e-6 * value.abs().max(1.0));
            let right = value + slack - objective.offset;
            model.at_most(&objective.name, objective.terms.iter().copied(), right);
        }
        model.set_start(solution.values.clone());
        best = Some(solution);
    }
    let solution = if let Some(solution) = best {
        solution
    } else {
        // No objective at all: any solution will do.
        model.set_objective(&[], 0.0);
        solver.solve_watched(model, settings, watch)?
    };
    for (stage, objective) in stages.iter_mut().zip(objectives) {
        if solution.is_usable() {
            let terms = objective.terms.iter();
            let sum: f64 = terms.map(|&(col, factor)| factor * solution.value(col)).sum();
            stage.final_value = Some(sum + objective.offset);
        }
    }
    Ok(Lexicographic { solution, stages })
}
