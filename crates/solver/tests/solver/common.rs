//! The solvers under test, and models that several tests use.

use solver::child::Child;
use solver::{Model, Settings, Small, Solution, Solver};
use std::path::PathBuf;

/// The worker that stands in for the program's hidden subcommand.
pub(crate) fn worker() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_solve-worker"))
}

pub(crate) fn child() -> Child {
    Child::new(worker(), [""; 0]).strict()
}

/// Each solver by name. All must give the same answers.
pub(crate) fn solvers() -> Vec<(&'static str, Box<dyn Solver>)> {
    vec![
        ("small", Box::new(Small)),
        #[cfg(feature = "highs")]
        ("highs", Box::new(solver::Highs)),
        ("child", Box::new(child())),
    ]
}

pub(crate) fn solve(solver: &dyn Solver, model: &Model) -> Solution {
    solver.solve(model, &Settings::default()).expect("the solver answers")
}

#[track_caller]
pub(crate) fn assert_near(found: f64, expected: f64, what: &str) {
    assert!(
        (found - expected).abs() <= 1e-6 * expected.abs().max(1.0),
        "{what}: {found} is not {expected}"
    );
}

/// A market split problem (Cornuéjols & Dawande): rows Σ a x = ⌊½ Σ a⌋ over 0/1 columns, with
/// slacks whose sum is minimised. Small to write down, and hard: branch and bound hardly prunes.
pub(crate) fn market_split(rows: usize, columns: usize, seed: u64) -> Model {
    let mut model = Model::new();
    let columns: Vec<_> = (0..columns).map(|_| model.binary("x", 0.0)).collect();
    let mut state = seed;
    for _ in 0..rows {
        let mut terms = Vec::new();
        let mut sum = 0.0;
        for &column in &columns {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let factor = f64::from(u32::try_from((state >> 33) % 100).unwrap());
            sum += factor;
            terms.push((column, factor));
        }
        terms.push((model.continuous("under", 0.0, f64::INFINITY, 1.0), 1.0));
        terms.push((model.continuous("over", 0.0, f64::INFINITY, 1.0), -1.0));
        model.equal("split", terms, (sum / 2.0).floor());
    }
    model
}
