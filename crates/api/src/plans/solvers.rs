//! Which solver the jobs of plans work with.

use solver::Solver;
use std::fmt;
use std::sync::Arc;

/// Makes a solver for each search, so that one search's trouble is not another's.
///
/// The command line gives one that starts a process of its own, which may crash or be ended without
/// taking the server with it.
#[derive(Clone)]
pub struct Solvers(Arc<dyn Fn() -> Box<dyn Solver> + Send + Sync>);

impl Solvers {
    /// Solvers made by a function.
    pub fn new(make: impl Fn() -> Box<dyn Solver> + Send + Sync + 'static) -> Self {
        Self(Arc::new(make))
    }

    /// A solver for one search.
    pub(crate) fn make(&self) -> Box<dyn Solver> {
        (self.0)()
    }
}

impl Default for Solvers {
    /// Solvers in this process.
    fn default() -> Self {
        Self::new(solver::in_process)
    }
}

impl fmt::Debug for Solvers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Solvers")
    }
}
