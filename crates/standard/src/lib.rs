//! The judge.

pub mod coefficient;
pub mod evaluation;
