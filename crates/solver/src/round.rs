//! From the values of a solver to those of a [`Solution`]: integers made whole, honestly.

use crate::model::Kind;
use crate::{Model, Solution, Status, Version};

/// Values whose integer columns are whole, and what that makes of them.
pub(crate) struct Rounded {
    values: Vec<f64>,
    objective: f64,
    violation: f64,
}

impl Rounded {
    /// Makes integer columns whole and puts every column within its bounds.
    ///
    /// A solver's values are off by up to its tolerance; 0.9999997 rooms are one room. What the
    /// rounding does to the rows is measured and reported, not hidden.
    pub(crate) fn of(model: &Model, mut values: Vec<f64>) -> Self {
        for (col, value) in model.all_columns().zip(&mut values) {
            if model.kind(col) != Kind::Continuous {
                *value = value.round();
            }
            let (lower, upper) = model.bounds(col);
            // Adding 0.0 turns −0.0 into 0.0, which prints differently and hashes differently.
            *value = value.max(lower).min(upper) + 0.0;
        }
        let objective = model.objective_of(&values);
        let violation = model.violation(&values);
        Self { values, objective, violation }
    }
}

impl Solution {
    pub(crate) fn of(rounded: Rounded, status: Status, solver: Version) -> Self {
        Self {
            values: rounded.values,
            objective: Some(rounded.objective),
            violation: rounded.violation,
            ..Self::without_values(status, solver)
        }
    }

    /// Sets the bound. One above the value (by the solver's tolerance, or by the rounding of the
    /// integers) is lowered to the value: a lower bound stays one when it is lowered.
    pub(crate) fn set_bound(&mut self, bound: Option<f64>) {
        self.bound = bound
            .filter(|bound| bound.is_finite())
            .map(|bound| self.objective.map_or(bound, |objective| bound.min(objective)));
    }

    pub(crate) fn without_values(status: Status, solver: Version) -> Self {
        Self {
            status,
            values: Vec::new(),
            objective: None,
            bound: None,
            violation: 0.0,
            nodes: 0,
            iterations: 0,
            duals: None,
            solver,
            seconds: 0.0,
        }
    }
}
