//! The trait that every solver stands behind.

use crate::{Growing, Model, Settings, Solution, SolverError, Version, Watch};

/// Something that solves models.
pub trait Solver: Send + Sync {
    /// Name and version, as they stand in every solution.
    fn version(&self) -> Version;

    /// Solves a model while the caller watches.
    ///
    /// Infeasible, unbounded, out of time or cancelled are answers, in [`Solution::status`].
    ///
    /// # Errors
    ///
    /// A model or a setting that means nothing, and a solver that fails without any solution.
    fn solve_watched(
        &self,
        model: &Model,
        settings: &Settings,
        watch: &Watch<'_>,
    ) -> Result<Solution, SolverError>;

    /// A model that grows and is solved from where it stood; `None` where the solver cannot.
    ///
    /// # Errors
    ///
    /// A model that the solver refuses.
    fn growing(&self, model: &Model) -> Result<Option<Box<dyn Growing>>, SolverError> {
        let _ = model;
        Ok(None)
    }

    /// Solves a model with nobody watching.
    ///
    /// # Errors
    ///
    /// As [`Solver::solve_watched`].
    fn solve(&self, model: &Model, settings: &Settings) -> Result<Solution, SolverError> {
        self.solve_watched(model, settings, &Watch::new())
    }
}
