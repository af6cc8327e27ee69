//! What a model means for given values, and what it must hold before a solver sees it.

use crate::{Kind, Model, SolverError};

/// The index type of the solvers behind this crate.
const MOST: usize = i32::MAX as usize;

impl Model {
    /// cᵀx + c₀.
    #[must_use]
    pub fn objective_of(&self, values: &[f64]) -> f64 {
        self.costs.iter().zip(values).map(|(cost, value)| cost * value).sum::<f64>() + self.offset
    }

    /// Σ terms of a row.
    #[must_use]
    pub fn activity(&self, row: crate::Row, values: &[f64]) -> f64 {
        self.terms(row)
            .iter()
            .map(|(col, factor)| factor * values.get(col.index()).copied().unwrap_or_default())
            .sum()
    }

    /// By how much values miss the worst row, bound or whole number; 0 where they meet all.
    #[must_use]
    pub fn violation(&self, values: &[f64]) -> f64 {
        let outside = |value: f64, (lower, upper): (f64, f64)| (lower - value).max(value - upper);
        let mut worst = 0.0_f64;
        for col in self.all_columns() {
            let value = values.get(col.index()).copied().unwrap_or_default();
            worst = worst.max(outside(value, self.bounds(col)));
            if self.kind(col) != Kind::Continuous {
                worst = worst.max((value - value.round()).abs());
            }
        }
        for row in self.all_rows() {
            worst = worst.max(outside(self.activity(row, values), self.row_bounds(row)));
        }
        worst
    }

    /// Refuses a model that means nothing.
    ///
    /// # Errors
    ///
    /// [`SolverError::NotFinite`], [`SolverError::Bounds`], [`SolverError::UnknownColumn`],
    /// [`SolverError::TooLarge`].
    pub fn check(&self) -> Result<(), SolverError> {
        for (what, count) in
            [("列", self.columns()), ("行", self.rows()), ("系数", self.coefficients())]
        {
            if count > MOST {
                return Err(SolverError::TooLarge { what, count, limit: MOST });
            }
        }
        if !self.offset.is_finite() {
            return Err(not_finite("目标函数常数"));
        }
        for col in self.all_columns() {
            let name = self.name(col);
            if !self.cost(col).is_finite() {
                return Err(not_finite(&format!("“{name}”的费用")));
            }
            check_bounds(name, self.bounds(col))?;
        }
        for row in self.all_rows() {
            let name = self.row_name(row);
            check_bounds(name, self.row_bounds(row))?;
            for &(col, factor) in self.terms(row) {
                if col.index() >= self.columns() {
                    return Err(SolverError::UnknownColumn {
                        name: name.to_owned(),
                        column: col.index(),
                        columns: self.columns(),
                    });
                }
                if !factor.is_finite() {
                    let place = format!("“{name}”中“{}”的系数", self.name(col));
                    return Err(not_finite(&place));
                }
            }
        }
        if self.start.iter().flatten().any(|value| !value.is_finite()) {
            return Err(not_finite("初始解"));
        }
        Ok(())
    }
}

fn not_finite(place: &str) -> SolverError {
    SolverError::NotFinite { place: place.to_owned() }
}

fn check_bounds(name: &str, (lower, upper): (f64, f64)) -> Result<(), SolverError> {
    let nonsense =
        lower.is_nan() || upper.is_nan() || lower == f64::INFINITY || upper == f64::NEG_INFINITY;
    if nonsense {
        return Err(not_finite(&format!("“{name}”的上下限")));
    }
    if lower > upper {
        return Err(SolverError::Bounds {
            name: name.to_owned(),
            lower: lower.to_string(),
            upper: upper.to_string(),
        });
    }
    Ok(())
}
