//! A mixed integer linear model, built column by column and row by row.

use crate::names::Names;
use serde::{Deserialize, Serialize};

/// A column (variable) of a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Col(pub(crate) u32);

impl Col {
    /// Its place in [`Solution::values`](crate::Solution::values).
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A row (constraint) of a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Row(pub(crate) u32);

impl Row {
    /// Its place in [`Duals::rows`](crate::Duals::rows).
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// What values a column takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Any number between the bounds.
    Continuous,
    /// A whole number between the bounds.
    Integer,
    /// 0 or 1.
    Binary,
}

/// A mixed integer linear model: minimise cᵀx + c₀ subject to rows l ≤ Ax ≤ u and bounds on x.
///
/// Building never fails; [`Model::check`], which every solver calls first, refuses what means
/// nothing. Rows and columns may be added between solves (cuts), and rows cut off again.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Model {
    pub(crate) names: Names,
    pub(crate) kinds: Vec<Kind>,
    pub(crate) lower: Vec<f64>,
    pub(crate) upper: Vec<f64>,
    pub(crate) costs: Vec<f64>,
    pub(crate) offset: f64,
    pub(crate) row_names: Names,
    pub(crate) row_lower: Vec<f64>,
    pub(crate) row_upper: Vec<f64>,
    /// Where each row ends in `terms`.
    pub(crate) row_ends: Vec<usize>,
    /// The coefficients row by row, by column, each column once a row, no zeros.
    pub(crate) terms: Vec<(Col, f64)>,
    pub(crate) start: Option<Vec<f64>>,
}

impl Model {
    /// A model without columns and rows.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a column. Names are for people; they need not differ.
    pub fn column(&mut self, name: &str, kind: Kind, bounds: (f64, f64), cost: f64) -> Col {
        let col = Col(index(self.kinds.len()));
        self.names.push(name);
        self.kinds.push(kind);
        self.lower.push(bounds.0);
        self.upper.push(bounds.1);
        self.costs.push(cost);
        col
    }

    /// Adds a column that takes any number between its bounds.
    pub fn continuous(&mut self, name: &str, lower: f64, upper: f64, cost: f64) -> Col {
        self.column(name, Kind::Continuous, (lower, upper), cost)
    }

    /// Adds a column that takes whole numbers between its bounds.
    pub fn integer(&mut self, name: &str, lower: f64, upper: f64, cost: f64) -> Col {
        self.column(name, Kind::Integer, (lower, upper), cost)
    }

    /// Adds a column that is 0 or 1.
    pub fn binary(&mut self, name: &str, cost: f64) -> Col {
        self.column(name, Kind::Binary, (0.0, 1.0), cost)
    }

    /// Adds a row `lower ≤ Σ terms ≤ upper`; either may be infinite. Terms of one column are added
    /// up.
    pub fn row(
        &mut self,
        name: &str,
        lower: f64,
        upper: f64,
        terms: impl IntoIterator<Item = (Col, f64)>,
    ) -> Row {
        let row = Row(index(self.row_lower.len()));
        let begin = self.terms.len();
        self.terms.extend(terms);
        tidy(&mut self.terms, begin);
        self.row_names.push(name);
        self.row_lower.push(lower);
        self.row_upper.push(upper);
        self.row_ends.push(self.terms.len());
        row
    }

    /// Adds a row `Σ terms ≤ right`.
    pub fn at_most(
        &mut self,
        name: &str,
        terms: impl IntoIterator<Item = (Col, f64)>,
        right: f64,
    ) -> Row {
        self.row(name, f64::NEG_INFINITY, right, terms)
    }

    /// Adds a row `Σ terms ≥ right`.
    pub fn at_least(
        &mut self,
        name: &str,
        terms: impl IntoIterator<Item = (Col, f64)>,
        right: f64,
    ) -> Row {
        self.row(name, right, f64::INFINITY, terms)
    }

    /// Adds a row `Σ terms = right`.
    pub fn equal(
        &mut self,
        name: &str,
        terms: impl IntoIterator<Item = (Col, f64)>,
        right: f64,
    ) -> Row {
        self.row(name, right, right, terms)
    }

    /// Sets a column's cost. A column of another model is ignored.
    pub fn set_cost(&mut self, col: Col, cost: f64) {
        set(&mut self.costs, col.index(), cost);
    }

    /// Sets the costs of all columns to those of an objective: the terms, and 0 elsewhere.
    pub fn set_objective(&mut self, terms: &[(Col, f64)], offset: f64) {
        self.costs.fill(0.0);
        for &(col, cost) in terms {
            if let Some(sum) = self.costs.get_mut(col.index()) {
                *sum += cost;
            }
        }
        self.offset = offset;
    }

    /// Sets the constant c₀ of the objective.
    pub fn set_offset(&mut self, offset: f64) {
        self.offset = offset;
    }

    /// Sets a column's bounds.
    pub fn set_bounds(&mut self, col: Col, lower: f64, upper: f64) {
        set(&mut self.lower, col.index(), lower);
        set(&mut self.upper, col.index(), upper);
    }

    /// Sets a row's bounds.
    pub fn set_row_bounds(&mut self, row: Row, lower: f64, upper: f64) {
        set(&mut self.row_lower, row.index(), lower);
        set(&mut self.row_upper, row.index(), upper);
    }

    /// Cuts off the rows from an index on: undoes what was added last.
    pub fn truncate_rows(&mut self, rows: usize) {
        if rows < self.rows() {
            self.row_lower.truncate(rows);
            self.row_upper.truncate(rows);
            self.row_ends.truncate(rows);
            self.terms.truncate(self.row_ends.last().copied().unwrap_or_default());
            self.row_names.truncate(rows);
        }
    }

    /// Gives values to start from, one a column; columns added later start at the bound nearest to
    /// zero. They need not meet the rows: a solver takes what it can use.
    pub fn set_start(&mut self, values: Vec<f64>) {
        self.start = Some(values);
    }

    /// Starts from nothing again.
    pub fn clear_start(&mut self) {
        self.start = None;
    }

    /// The values to start from, as many as columns.
    #[must_use]
    pub fn start(&self) -> Option<Vec<f64>> {
        let mut values = self.start.clone()?;
        values.truncate(self.columns());
        for column in values.len()..self.columns() {
            let (lower, upper) = (self.lower[column], self.upper[column]);
            values.push(if lower > 0.0 { lower } else { upper.min(0.0) });
        }
        Some(values)
    }

    /// How many columns there are.
    #[must_use]
    pub fn columns(&self) -> usize {
        self.kinds.len()
    }

    /// How many rows there are.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.row_lower.len()
    }

    /// How many coefficients there are.
    #[must_use]
    pub fn coefficients(&self) -> usize {
        self.terms.len()
    }

    /// Whether any column is integer.
    #[must_use]
    pub fn has_integers(&self) -> bool {
        self.kinds.iter().any(|kind| *kind != Kind::Continuous)
    }

    /// A column's name.
    #[must_use]
    pub fn name(&self, col: Col) -> &str {
        self.names.get(col.index())
    }

    /// A row's name.
    #[must_use]
    pub fn row_name(&self, row: Row) -> &str {
        self.row_names.get(row.index())
    }

    /// All columns, in order.
    pub fn all_columns(&self) -> impl Iterator<Item = Col> + use<> {
        (0..index(self.columns())).map(Col)
    }

    /// All rows, in order.
    pub fn all_rows(&self) -> impl Iterator<Item = Row> + use<> {
        (0..index(self.rows())).map(Row)
    }

    /// A column's kind; continuous for a column of another model.
    #[must_use]
    pub fn kind(&self, col: Col) -> Kind {
        self.kinds.get(col.index()).copied().unwrap_or(Kind::Continuous)
    }

    /// A column's bounds: those given, and for a binary column not outside 0 and 1.
    #[must_use]
    pub fn bounds(&self, col: Col) -> (f64, f64) {
        let at = col.index();
        let (lower, upper) = match (self.lower.get(at), self.upper.get(at)) {
            (Some(&lower), Some(&upper)) => (lower, upper),
            _ => (0.0, 0.0),
        };
        match self.kind(col) {
            Kind::Binary => (lower.max(0.0), upper.min(1.0)),
            Kind::Continuous | Kind::Integer => (lower, upper),
        }
    }

    /// A column's cost.
    #[must_use]
    pub fn cost(&self, col: Col) -> f64 {
        self.costs.get(col.index()).copied().unwrap_or_default()
    }

    /// The constant of the objective.
    #[must_use]
    pub fn offset(&self) -> f64 {
        self.offset
    }

    /// A row's bounds.
    #[must_use]
    pub fn row_bounds(&self, row: Row) -> (f64, f64) {
        match (self.row_lower.get(row.index()), self.row_upper.get(row.index())) {
            (Some(&lower), Some(&upper)) => (lower, upper),
            _ => (f64::NEG_INFINITY, f64::INFINITY),
        }
    }

    /// A row's coefficients, by column, each column once.
    #[must_use]
    pub fn terms(&self, row: Row) -> &[(Col, f64)] {
        let begin = match row.index().checked_sub(1) {
            Some(before) => self.row_ends.get(before).copied().unwrap_or(self.terms.len()),
            None => 0,
        };
        let end = self.row_ends.get(row.index()).copied().unwrap_or(begin);
        self.terms.get(begin..end).unwrap_or_default()
    }
}

fn index(length: usize) -> u32 {
    // `check` refuses models of more than i32::MAX columns or rows, which no machine holds.
    u32::try_from(length).unwrap_or(u32::MAX)
}

fn set(values: &mut [f64], at: usize, value: f64) {
    if let Some(place) = values.get_mut(at) {
        *place = value;
    }
}

/// Sorts the terms from `begin` by column, adds up those of one column and drops zeros.
fn tidy(terms: &mut Vec<(Col, f64)>, begin: usize) {
    let tail = &mut terms[begin..];
    if !tail.is_sorted_by(|a, b| a.0 < b.0) {
        tail.sort_by_key(|term| term.0);
    }
    let mut kept = begin;
    for read in begin..terms.len() {
        let (col, factor) = terms[read];
        if kept > begin && terms[kept - 1].0 == col {
            terms[kept - 1].1 += factor;
        } else {
            terms[kept] = (col, factor);
            kept += 1;
        }
    }
    terms.truncate(kept);
    if terms[begin..].iter().any(|term| term.1 == 0.0) {
        let rest = terms.split_off(begin);
        terms.extend(rest.into_iter().filter(|term| term.1 != 0.0));
    }
}
