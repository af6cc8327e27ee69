//! Every solver on the same models: solved by hand, drawn at random, public ones with known optima.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test ends where it cannot go on")]

mod agree;
mod answers;
mod branch;
mod child;
mod common;
mod gap;
mod helpers;
mod limits;
