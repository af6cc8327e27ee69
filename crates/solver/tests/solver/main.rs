//! Every solver on the same models: solved by hand, drawn at random, public ones with known optima.

mod agree;
mod answers;
mod child;
mod common;
mod gap;
mod helpers;
mod limits;
