//! The judge: loads the standards and evaluates a snapshot.
//!
//! [`load::load`] reads a standard from its pack – every reference resolved, every formula parsed
//! and unit-checked – and [`evaluate`] is the only place in the program where a verdict is made:
//! exact, pure, with a reason for everything that does not pass and a list of everything that is
//! missing.
//!
//! This crate must not know where facts come from or where results go: no workbooks, no forms, no
//! database, no clock.

pub mod coefficient;
mod error;
mod evaluate;
pub mod evaluation;
pub mod example;
mod explain;
pub mod load;
mod pack;
pub mod parameter;
mod prepare;
mod rules;
mod standard;

pub use error::StandardError;
pub use evaluate::{Options, evaluate};
pub use evaluation::Evaluation;
pub use explain::{CoefficientRow, Explained, Query, explain};
pub use rules::Rule;
pub use standard::{LocalPart, Principle, SectionDemand, Source, Standard};
