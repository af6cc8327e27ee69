//! Stories of teachers: rosters, counts, posts, rotation.

mod common;
mod posts;
mod roster;
mod rotation;
