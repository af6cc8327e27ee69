//! The tree over a warm relaxation: what it finds is what a search for whole numbers finds, and what it
//! says it has not looked at is never called proved.

use crate::common::{assert_near, solve, solvers};
use proptest::prelude::*;
use solver::{
    Branched, Branching, Col, Model, Settings, Solver, Status, Stop, Watch, branch, growing,
};

/// Columns with their most and their cost, rows with their factors and right sides; the last column is
/// no whole number.
#[derive(Clone, Debug)]
struct Draw {
    columns: Vec<(u8, i8)>,
    rows: Vec<(Vec<i8>, i8)>,
}

fn draw() -> impl Strategy<Value = Draw> {
    (2usize..=6, 1usize..=4).prop_flat_map(|(columns, rows)| {
        let row = (prop::collection::vec(-3i8..=5, columns), 0i8..=15);
        let columns = prop::collection::vec((1u8..=4, -5i8..=5), columns);
        (columns, prop::collection::vec(row, rows))
            .prop_map(|(columns, rows)| Draw { columns, rows })
    })
}

/// The model with whole columns, the relaxation, and the columns in two classes.
fn posed(draw: &Draw) -> (Model, Model, [Vec<Col>; 2]) {
    let build = |whole: bool| {
        let mut model = Model::new();
        let last = draw.columns.len() - 1;
        let columns: Vec<Col> = draw
            .columns
            .iter()
            .enumerate()
            .map(|(at, (most, cost))| {
                let (most, cost) = (f64::from(*most), f64::from(*cost));
                if whole && at < last {
                    model.integer("", 0.0, most, cost)
                } else {
                    model.continuous("", 0.0, most, cost)
                }
            })
            .collect();
        for (at, (factors, right)) in draw.rows.iter().enumerate() {
            let terms = columns.iter().zip(factors).map(|(col, f)| (*col, f64::from(*f)));
            let terms: Vec<_> = terms.filter(|(_, factor)| *factor != 0.0).collect();
            if at % 2 == 0 {
                model.at_least("", terms, f64::from(*right) / 2.0);
            } else {
                model.at_most("", terms, f64::from(*right));
            }
        }
        let (first, second) = columns[..last].split_at(last / 2);
        (model, [first.to_vec(), second.to_vec()])
    };
    let (model, classes) = build(true);
    (model, build(false).0, classes)
}

fn search(
    solver: &dyn Solver,
    relaxation: Model,
    classes: &[Vec<Col>],
    below: f64,
    pivots: u64,
) -> Branched {
    let mut relaxation = growing(solver, relaxation).unwrap();
    let before = relaxation.solve(&Settings::default(), &Watch::new()).unwrap();
    let asked = Branching { classes, whole_value: false, below, pivots, content: pivots };
    let found = branch(&mut *relaxation, &asked, &Settings::default(), &Watch::new()).unwrap();
    // The relaxation is as it was.
    let after = relaxation.solve(&Settings::default(), &Watch::new()).unwrap();
    assert_eq!(before.status, after.status);
    if let (Some(before), Some(after)) = (before.objective, after.objective) {
        assert_near(after, before, "the relaxation");
    }
    found
}

fn compare(draw: &Draw) -> Result<(), TestCaseError> {
    let (model, relaxation, classes) = posed(draw);
    for (name, solver) in solvers() {
        let whole = solve(solver.as_ref(), &model);
        let found = search(solver.as_ref(), relaxation.clone(), &classes, f64::INFINITY, 100_000);
        prop_assert_eq!(found.stopped, None, "{}", name);
        let Some(best) = found.best else {
            prop_assert_eq!(whole.status, Status::Infeasible, "{}", name);
            prop_assert!(found.bound.is_infinite());
            continue;
        };
        let value = best.objective.unwrap();
        // A solver's own whole numbers are whole within its tolerance.
        prop_assert!((value - whole.objective.unwrap()).abs() < 1e-4, "{} {:?}", name, whole);
        prop_assert!((found.bound - value).abs() < 1e-6);
        prop_assert!(model.violation(&best.values) < 1e-6, "{}", name);
        // Below its value there is nothing, above it there is.
        let none = search(solver.as_ref(), relaxation.clone(), &classes, value - 1e-3, 100_000);
        prop_assert!(none.best.is_none() && none.bound.is_infinite(), "{}", name);
        let some = search(solver.as_ref(), relaxation.clone(), &classes, value + 0.5, 100_000);
        prop_assert!((some.best.unwrap().objective.unwrap() - value).abs() < 1e-6);
        // Ended early, its bound still holds.
        let early = search(solver.as_ref(), relaxation.clone(), &classes, f64::INFINITY, 1);
        prop_assert!(early.bound <= value + 1e-6, "{} {}", name, early.bound);
        prop_assert!(early.stopped.is_none_or(|stop| stop == Stop::Nodes));
    }
    Ok(())
}

#[test]
fn it_finds_what_a_search_for_whole_numbers_finds() {
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        cases: 150,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    runner.run(&draw(), |draw| compare(&draw)).unwrap();
}

/// Two and a half of three things in two halves: whole numbers need three.
#[test]
fn a_whole_value_closes_what_lies_between_whole_numbers() {
    let mut model = Model::new();
    let columns: Vec<Col> = (0..3).map(|_| model.continuous("", 0.0, 1.0, 1.0)).collect();
    for (a, b) in [(0, 1), (1, 2), (0, 2)] {
        model.at_least("", [(columns[a], 1.0), (columns[b], 1.0)], 1.0);
    }
    for (name, solver) in solvers() {
        let mut relaxation = growing(solver.as_ref(), model.clone()).unwrap();
        let classes = [columns.clone()];
        let asked = Branching {
            classes: &classes,
            whole_value: true,
            below: f64::INFINITY,
            pivots: 1_000,
            content: 0,
        };
        let settings = Settings::default();
        let found = branch(&mut *relaxation, &asked, &settings, &Watch::new()).unwrap();
        assert_near(found.best.unwrap().objective.unwrap(), 2.0, name);
        // The relaxation is 1.5, and nothing whole lies between that and 2.
        assert_near(found.bound, 2.0, name);
    }
}

/// Stopped before anything was seen, nothing is known: no bound stands.
#[test]
fn who_is_stopped_at_once_knows_nothing() {
    let mut model = Model::new();
    let column = model.continuous("", 0.0, 9.0, 1.0);
    model.at_least("", [(column, 2.0)], 3.0);
    for (name, solver) in solvers() {
        let mut relaxation = growing(solver.as_ref(), model.clone()).unwrap();
        let asked = Branching {
            classes: &[vec![column]],
            whole_value: true,
            below: f64::INFINITY,
            pivots: 1_000,
            content: 1_000,
        };
        let watch = Watch::new();
        watch.cancel.cancel();
        let found = branch(&mut *relaxation, &asked, &Settings::default(), &watch).unwrap();
        assert_eq!(found.stopped, Some(Stop::Cancelled), "{name}");
        assert!(
            found.best.is_none() && found.bound == f64::NEG_INFINITY,
            "{name}: {}",
            found.bound
        );
    }
}
