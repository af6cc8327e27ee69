//! The workbook of a plan: every figure is the plan's, every sum adds up, nothing is a formula that
//! a name of a school has made.

#![expect(clippy::unwrap_used, reason = "a test that cannot set itself up has failed")]

mod book;
mod figures;
mod hostile;
mod make;
mod solved;
