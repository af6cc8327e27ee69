//! The cheapest way of a county to the standard, year by year, with its proof.
//!
//! A [`Problem`] is what a county has (snapshots by year), what it must reach (a standard), what
//! measures cost ([`costs::CostCatalogue`]) and what it may spend ([`settings::Settings`]).
//! [`solve()`] finds the cheapest plan by a mixed integer model, applies it to the snapshots and
//! lets the judge judge them; what the judge does not accept is never reported as accepted.
//! [`outer`] tries what changes the pupils themselves; [`greedy`] plans school by school for comparison, [`check`] checks a plan of any origin,
//! [`explain`] says why there is none, [`scenario`] asks what more time or money would change.
//!
//! This crate must not know files on disk, workbooks, HTTP or clocks other than a time limit.

mod assemble;
pub mod check;
mod conditions;
pub mod costs;
mod decode;
pub mod draft;
mod error;
pub mod explain;
pub mod file;
mod flow;
pub mod greedy;
mod lattice;
mod misplaced;
mod model;
pub mod needs;
pub mod outer;
mod outgrown;
pub mod plan;
mod problem;
mod pupils;
mod regroup;
mod respond;
pub mod scenario;
pub mod settings;
mod solve;
mod tangent;

pub use error::InvestError;
pub use misplaced::misplaced;
pub use plan::Plan;
pub use problem::Problem;
pub use pupils::{Pupils, worlds};
pub use solve::{Outcome, solve};
