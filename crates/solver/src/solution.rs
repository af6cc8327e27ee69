//! What a solver has found and proved.

use crate::{Col, Row};
use serde::{Deserialize, Serialize};

/// Why a solver stopped before a proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stop {
    /// The time limit.
    Time,
    /// The node limit.
    Nodes,
    /// The caller cancelled.
    Cancelled,
    /// The memory limit.
    Memory,
    /// The solver ended by itself without a proof (numerical trouble, or a crash of the worker
    /// whose last solution was saved).
    Trouble,
}

/// What is known about the model after a solve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// The values are optimal to within the gap that was asked for.
    Optimal,
    /// The values meet every row; [`Solution::gap`] says how far from optimal they may be.
    Feasible(Stop),
    /// There is no solution.
    Infeasible,
    /// There are solutions of any value, however low.
    Unbounded,
    /// Stopped with no solution found and none excluded.
    Unknown(Stop),
}

/// A solver's name and version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// The solver's name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// Shadow prices of a model without integer columns.
///
/// For a minimisation, the dual of a row is what the optimum rises by when the bound at which the
/// row stands rises by one; the reduced cost of a column the same for its bound. Both are zero
/// where no bound is met.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Duals {
    /// One a row.
    pub rows: Vec<f64>,
    /// One a column: the reduced costs.
    pub columns: Vec<f64>,
}

impl Duals {
    /// The shadow price of a row; 0 for a row of another model.
    #[must_use]
    pub fn row(&self, row: Row) -> f64 {
        self.rows.get(row.index()).copied().unwrap_or_default()
    }

    /// The reduced cost of a column; 0 for a column of another model.
    #[must_use]
    pub fn column(&self, col: Col) -> f64 {
        self.columns.get(col.index()).copied().unwrap_or_default()
    }
}

/// What a solver has found and proved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Solution {
    /// What is known.
    pub status: Status,
    /// One value a column; empty where no solution was found. Values of integer columns are whole.
    pub values: Vec<f64>,
    /// cᵀx + c₀ of the values.
    pub objective: Option<f64>,
    /// A proved lower bound on every solution's objective, where there is one.
    pub bound: Option<f64>,
    /// By how much the values, integers made whole, miss the worst row or bound.
    pub violation: f64,
    /// Nodes of the search tree.
    pub nodes: u64,
    /// Iterations of the simplex (or other) method; 0 where the solver does not tell.
    pub iterations: u64,
    /// Shadow prices, for a model without integer columns.
    pub duals: Option<Duals>,
    /// Who solved it.
    pub solver: Version,
    /// Wall-clock seconds. Differs from run to run, so it is never written with the rest.
    #[serde(skip)]
    pub seconds: f64,
}

impl Solution {
    /// Whether there are values to use.
    #[must_use]
    pub fn is_usable(&self) -> bool {
        matches!(self.status, Status::Optimal | Status::Feasible(_))
    }

    /// |value − bound| / |value|: how far from optimal the values may be. `None` without values or
    /// without a bound, and where the value is 0 and the bound is not.
    #[must_use]
    pub fn gap(&self) -> Option<f64> {
        gap(self.objective?, self.bound?)
    }

    /// The value of a column; 0 for a column of another model or where there are no values.
    #[must_use]
    pub fn value(&self, col: Col) -> f64 {
        self.values.get(col.index()).copied().unwrap_or_default()
    }

    /// The value of an integer column as an integer, or `None` for a value that is not one.
    #[must_use]
    pub fn whole(&self, col: Col) -> Option<i64> {
        let value = self.values.get(col.index()).copied()?;
        let whole = value.round();
        // 2⁵³: up to here an f64 holds every integer.
        if (value - whole).abs() > 1e-9 || whole.abs() > 9_007_199_254_740_992.0 {
            return None;
        }
        #[expect(
            clippy::cast_possible_truncation,
            reason = "whole and below 2⁵³ by the test above"
        )]
        Some(whole as i64)
    }
}

pub(crate) fn gap(objective: f64, bound: f64) -> Option<f64> {
    let distance = (objective - bound).abs();
    if distance <= f64::EPSILON * objective.abs() {
        return Some(0.0);
    }
    let gap = distance / objective.abs();
    gap.is_finite().then_some(gap)
}
