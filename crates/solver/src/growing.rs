//! A relaxation that grows: solved, given more columns by what its prices say, solved again from
//! where it stood.

use crate::{Col, Model, Row, Settings, Solution, Solver, SolverError, Watch};

/// A model without integer columns that is solved again and again with more columns.
pub trait Growing {
    /// Adds a column to rows that are there; it is counted on from those of the model.
    ///
    /// # Errors
    /// [`SolverError`] where the solver refuses it.
    fn add(
        &mut self,
        cost: f64,
        bounds: (f64, f64),
        terms: &[(Row, f64)],
    ) -> Result<Col, SolverError>;

    /// The bounds of a column.
    fn bounds(&self, col: Col) -> (f64, f64);

    /// Sets the bounds of a column.
    ///
    /// # Errors
    /// [`SolverError`] where the solver refuses them.
    fn set_bounds(&mut self, col: Col, bounds: (f64, f64)) -> Result<(), SolverError>;

    /// Solves it as it is now.
    ///
    /// # Errors
    /// As [`Solver::solve_watched`].
    fn solve(&mut self, settings: &Settings, watch: &Watch<'_>) -> Result<Solution, SolverError>;
}

/// A model that grows: from where it stood where the solver can, else from the beginning.
///
/// ```
/// use solver::{Model, Settings, Watch, growing};
///
/// let mut model = Model::new();
/// let dear = model.continuous("dear", 0.0, 10.0, 3.0);
/// let wanted = model.at_least("wanted", [(dear, 1.0)], 4.0);
/// let solver = solver::in_process();
/// let mut growing = growing(&*solver, model)?;
/// let before = growing.solve(&Settings::default(), &Watch::new())?;
/// assert_eq!(before.objective, Some(12.0));
/// let cheap = growing.add(1.0, (0.0, 3.0), &[(wanted, 1.0)])?;
/// let after = growing.solve(&Settings::default(), &Watch::new())?;
/// assert_eq!((after.objective, after.value(cheap)), (Some(6.0), 3.0));
/// # Ok::<(), solver::SolverError>(())
/// ```
///
/// # Errors
/// [`SolverError`] for a model that means nothing.
pub fn growing<'a>(
    solver: &'a dyn Solver,
    model: Model,
) -> Result<Box<dyn Growing + 'a>, SolverError> {
    model.check()?;
    if let Some(growing) = solver.growing(&model)? {
        return Ok(growing);
    }
    Ok(Box::new(Anew { solver, model, terms: Vec::new() }))
}

/// Solves from the beginning each time.
struct Anew<'a> {
    solver: &'a dyn Solver,
    model: Model,
    /// Rows of columns that came later.
    terms: Vec<(Row, Col, f64)>,
}

impl Growing for Anew<'_> {
    fn add(
        &mut self,
        cost: f64,
        (lower, upper): (f64, f64),
        terms: &[(Row, f64)],
    ) -> Result<Col, SolverError> {
        let col = self.model.continuous("", lower, upper, cost);
        self.terms.extend(terms.iter().map(|(row, factor)| (*row, col, *factor)));
        Ok(col)
    }

    fn bounds(&self, col: Col) -> (f64, f64) {
        self.model.bounds(col)
    }

    fn set_bounds(&mut self, col: Col, (lower, upper): (f64, f64)) -> Result<(), SolverError> {
        self.model.set_bounds(col, lower, upper);
        Ok(())
    }

    fn solve(&mut self, settings: &Settings, watch: &Watch<'_>) -> Result<Solution, SolverError> {
        if !self.terms.is_empty() {
            let mut later = std::mem::take(&mut self.terms);
            later.sort_by_key(|(row, col, _)| (*row, *col));
            let mut later = later.into_iter().peekable();
            let mut grown = self.model.clone();
            grown.truncate_rows(0);
            for row in self.model.all_rows() {
                let (lower, upper) = self.model.row_bounds(row);
                let mut terms = self.model.terms(row).to_vec();
                while let Some((_, col, factor)) = later.next_if(|(at, _, _)| *at == row) {
                    terms.push((col, factor));
                }
                grown.row(self.model.row_name(row), lower, upper, terms);
            }
            self.model = grown;
        }
        self.solver.solve_watched(&self.model, settings, watch)
    }
}
