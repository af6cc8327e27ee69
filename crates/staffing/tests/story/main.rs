//! Stories of teachers: rosters, counts, posts, rotation.

mod common;
mod roster;
