//! Why a model has no solution, said in the least that would have to give.
//!
//! Each row that may give, lᵢ ≤ aᵢx ≤ uᵢ, gets elastic columns: lᵢ ≤ aᵢx + dᵢ − eᵢ ≤ uᵢ with
//! dᵢ, eᵢ ≥ 0 at pᵢ a unit. Minimising Σ pᵢ(dᵢ + eᵢ) finds the cheapest way to break rows so that
//! the rest can be met; the rows with dᵢ + eᵢ > 0 and by how much are the explanation.
//!
//! Other ways to break rows, each differing from those before, come by partition (after Lawler):
//! from an answer that breaks rows r₁ … rₖ, one model each in which rⱼ may not give. Every answer
//! that does not break all of r₁ … rₖ is an answer of one of them.

use crate::model::Kind;
use crate::{Col, Model, Row, Settings, Solution, Solver, SolverError, Status, Watch};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// A row that may give.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Relaxable {
    /// The row.
    pub row: Row,
    /// What one unit of breaking it costs; positive. Rows of different units are made comparable
    /// by it.
    pub penalty: f64,
}

/// A row that gives way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Violation {
    /// The row.
    pub row: Row,
    /// Its name.
    pub name: String,
    /// By how much, in the row's own unit: positive above its upper bound, negative below its
    /// lower.
    pub by: f64,
    /// |by| · penalty.
    pub cost: f64,
}

/// A way to break rows so that the others can be met.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Explanation {
    /// `Optimal`: no cheaper way. `Infeasible`: even with all these rows broken at will the others
    /// contradict each other. `Feasible`, `Unknown`: stopped before a proof.
    pub status: Status,
    /// Σ cost of the violations.
    pub total: f64,
    /// No way is cheaper than this.
    pub bound: Option<f64>,
    /// The rows that give way, by row. Empty where the model has a solution as it is.
    pub rows: Vec<Violation>,
    /// The values that break exactly these rows, one a column of the model.
    pub values: Vec<f64>,
}

/// The cheapest way to break rows so that the others can be met.
///
/// The model's own costs play no part. Violations below the settings' feasibility tolerance are
/// left out.
///
/// # Errors
///
/// As [`Solver::solve_watched`]; [`SolverError::Setting`] for a penalty that is not a positive
/// number.
pub fn explain_infeasible(
    solver: &dyn Solver,
    model: &Model,
    relaxable: &[Relaxable],
    settings: &Settings,
    watch: &Watch<'_>,
) -> Result<Explanation, SolverError> {
    for relaxed in relaxable {
        if !(relaxed.penalty > 0.0 && relaxed.penalty.is_finite()) {
            return Err(SolverError::Setting {
                name: "penalty",
                value: relaxed.penalty.to_string(),
                why: "必须是大于 0 的数",
            });
        }
    }
    let (elastic, slacks) = elastic(model, relaxable);
    let solution = solver.solve_watched(&elastic, settings, watch)?;
    Ok(explanation(model, relaxable, &slacks, solution, settings.feasibility))
}

/// Up to `count` ways to break rows, the cheapest first; each leaves unbroken at least one row of
/// every way before it. Fewer where there are no more, or where the time limit of the settings, which
/// holds for the whole search, ends it.
///
/// Each way found asks for one more model a row that it breaks. Where the other rows contradict each
/// other whatever gives, the only entry says so by its status.
///
/// # Errors
///
/// As [`explain_infeasible`].
pub fn cheapest_relaxations(
    solver: &dyn Solver,
    model: &Model,
    relaxable: &[Relaxable],
    count: usize,
    settings: &Settings,
    watch: &Watch<'_>,
) -> Result<Vec<Explanation>, SolverError> {
    let started = Instant::now();
    let left = || settings.time_limit.map(|limit| limit.saturating_sub(started.elapsed()));
    let explain = |held: &BTreeSet<Row>| {
        let free: Vec<Relaxable> =
            relaxable.iter().copied().filter(|relaxed| !held.contains(&relaxed.row)).collect();
        let settings = Settings { time_limit: left(), ..settings.clone() };
        explain_infeasible(solver, model, &free, &settings, watch)
    };
    let stopped = || watch.cancel.is_cancelled() || left() == Some(Duration::ZERO);
    let mut ways: Vec<Explanation> = Vec::new();
    // Models still to be considered: the rows held in each, and its cheapest way.
    let mut open = vec![(BTreeSet::new(), explain(&BTreeSet::new())?)];
    while ways.len() < count {
        let cheapest = open
            .iter()
            .enumerate()
            .min_by(|(_, (_, a)), (_, (_, b))| a.total.total_cmp(&b.total))
            .map(|(index, _)| index);
        let Some(index) = cheapest else { break };
        let (held, way) = open.swap_remove(index);
        let broken: BTreeSet<Row> = way.rows.iter().map(|violation| violation.row).collect();
        let covers = |before: &Explanation| before.rows.iter().all(|v| broken.contains(&v.row));
        let usable = matches!(way.status, Status::Optimal | Status::Feasible(_));
        // A model whose every way breaks a superset of an earlier one needs no branches of its own
        // for that way, but others of its ways may differ: branch all the same.
        if usable && !ways.iter().any(covers) {
            ways.push(way);
        } else if !usable && ways.is_empty() {
            return Ok(vec![way]);
        }
        if ways.len() == count || broken.is_empty() || stopped() {
            break;
        }
        for row in broken {
            if stopped() {
                return Ok(ways);
            }
            let mut more = held.clone();
            more.insert(row);
            if !open.iter().any(|(other, _)| *other == more) {
                let next = explain(&more)?;
                if matches!(next.status, Status::Optimal | Status::Feasible(_)) {
                    open.push((more, next));
                }
            }
        }
    }
    Ok(ways)
}

/// The elastic columns of one row: below its lower bound, above its upper.
type Slacks = (Option<Col>, Option<Col>);

fn elastic(model: &Model, relaxable: &[Relaxable]) -> (Model, Vec<Slacks>) {
    let mut elastic = Model::new();
    for col in model.all_columns() {
        elastic.column(model.name(col), model.kind(col), model.bounds(col), 0.0);
    }
    let slacks: Vec<Slacks> = relaxable
        .iter()
        .map(|relaxed| {
            let (lower, upper) = model.row_bounds(relaxed.row);
            let name = model.row_name(relaxed.row);
            let mut slack =
                || elastic.column(name, Kind::Continuous, (0.0, f64::INFINITY), relaxed.penalty);
            let below = (lower > f64::NEG_INFINITY).then(&mut slack);
            let above = (upper < f64::INFINITY).then(&mut slack);
            (below, above)
        })
        .collect();
    let mut extra: Vec<Vec<(Col, f64)>> = vec![Vec::new(); model.rows()];
    for (relaxed, &(below, above)) in relaxable.iter().zip(&slacks) {
        if let Some(terms) = extra.get_mut(relaxed.row.index()) {
            terms.extend(below.map(|col| (col, 1.0)));
            terms.extend(above.map(|col| (col, -1.0)));
        }
    }
    for (row, extra) in model.all_rows().zip(extra) {
        let (lower, upper) = model.row_bounds(row);
        let terms = model.terms(row).iter().copied().chain(extra);
        elastic.row(model.row_name(row), lower, upper, terms);
    }
    if let Some(start) = model.start() {
        elastic.set_start(start);
    }
    (elastic, slacks)
}

fn explanation(
    model: &Model,
    relaxable: &[Relaxable],
    slacks: &[Slacks],
    mut solution: Solution,
    tolerance: f64,
) -> Explanation {
    let value = |col: Option<Col>| col.map_or(0.0, |col| solution.value(col));
    let mut rows: Vec<Violation> = Vec::new();
    if solution.is_usable() {
        for (relaxed, &(below, above)) in relaxable.iter().zip(slacks) {
            let by = value(above) - value(below);
            if by.abs() > tolerance {
                let name = model.row_name(relaxed.row).to_owned();
                let cost = by.abs() * relaxed.penalty;
                rows.push(Violation { row: relaxed.row, name, by, cost });
            }
        }
    }
    rows.sort_by_key(|violation| violation.row);
    solution.values.truncate(model.columns());
    Explanation {
        status: solution.status,
        total: rows.iter().map(|violation| violation.cost).sum(),
        bound: solution.bound,
        rows,
        values: solution.values,
    }
}
