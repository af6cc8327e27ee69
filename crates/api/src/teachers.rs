//! The roster of a county's teachers: kept sealed, read here, shown masked.
//!
//! Whoever needs the teachers of a year asks [`kept`]. Names and identity numbers leave in plain text
//! by [`reveal`](people) only, with a reason and a row in the audit.
//!
//! This module must not know how rows are sealed, nor what a column means.

mod kept;
mod plain;

pub(crate) use kept::{KeptRoster, Rosters, kept};
