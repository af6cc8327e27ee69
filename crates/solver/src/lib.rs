//! Mixed integer linear models and the solvers behind them.
//!
//! A [`Model`] is
//!
//! ```text
//! minimise    cᵀx + c₀
//! subject to  l ≤ A x ≤ u        (rows)
//!             a ≤   x ≤ b        (columns)
//!             xⱼ integer         (for the columns of kind Integer or Binary)
//! ```
//!
//! A [`Solver`] takes a model and [`Settings`] and gives a [`Solution`] with what it has proved:
//! the value found, a bound that no solution can beat, and therefore the gap between the two. One
//! thread and a fixed seed by default, so that the same model gives the same values.
//!
//! Figures here are `f64`: a solver works in binary floating point with tolerances. What comes out
//! is a *proposal*; whether it meets a rule is judged elsewhere, exactly.
//!
//! This crate is the only one that links a solver. It must not know what a column stands for: no
//! schools, no rules, no money.
//!
//! ```
//! use solver::Model;
//!
//! // A class room costs 3 and seats 40, a half one costs 2 and seats 25: seats for 100.
//! let mut model = Model::new();
//! let whole = model.integer("whole", 0.0, 10.0, 3.0);
//! let half = model.integer("half", 0.0, 10.0, 2.0);
//! model.at_least("seats", [(whole, 40.0), (half, 25.0)], 100.0);
//! assert_eq!(model.columns(), 2);
//! assert!((model.objective_of(&[2.0, 1.0]) - 8.0).abs() < 1e-12);
//! assert!(model.violation(&[2.0, 1.0]) < 1e-12);
//! ```

pub mod child;

mod branch;
mod check;
mod cuts;
mod error;
mod growing;
#[cfg(feature = "highs")]
mod highs;
mod highs_log;
mod infeasible;
mod lexicographic;
mod model;
mod names;
mod round;
mod settings;
mod small;
mod solution;
mod solver;
mod watch;

pub use branch::{Branched, Branching, branch};
pub use cuts::{CutLoop, cut_loop};
pub use error::SolverError;
pub use growing::{Growing, growing};
#[cfg(feature = "highs")]
pub use highs::Highs;
pub use infeasible::{Explanation, Relaxable, Violation, cheapest_relaxations, explain_infeasible};
pub use lexicographic::{Lexicographic, Objective, Stage, lexicographic};
pub use model::{Col, Kind, Model, Row};
pub use settings::Settings;
pub use small::Small;
pub use solution::{Duals, Solution, Status, Stop, Version};
pub use solver::Solver;
pub use watch::{Cancel, Progress, Watch};

/// The solver to plan with in this process: HiGHS where it is built in, else [`Small`].
#[must_use]
pub fn in_process() -> Box<dyn Solver> {
    #[cfg(feature = "highs")]
    return Box::new(Highs);
    #[cfg(not(feature = "highs"))]
    return Box::new(Small);
}
