//! The worker by itself: what `junheng` starts itself as, for the tests of this crate.

use std::process::ExitCode;

fn main() -> ExitCode {
    solver::child::serve()
}
