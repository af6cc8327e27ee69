//! Rotations compared with the best of all assignments, and with instances whose optima are known.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod brute;
#[path = "../story/common.rs"]
mod common;
mod gap;
mod many;
mod random;
