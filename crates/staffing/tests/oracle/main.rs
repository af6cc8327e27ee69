//! Rotations compared with the best of all assignments, and with instances whose optima are known.

mod brute;
#[path = "../story/common.rs"]
mod common;
