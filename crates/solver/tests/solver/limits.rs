//! Limits, cancelling, starts, and the same twice.

use crate::common::{market_split, solvers};
use solver::{Cancel, Model, Progress, Settings, Status, Stop, Watch};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Hard enough that no solver here proves it within the test.
fn hard() -> Model {
    market_split(5, 40, 7)
}

#[test]
fn a_time_limit_gives_the_best_so_far() {
    let settings = Settings::default().within(Duration::from_millis(800));
    for (name, solver) in solvers() {
        let started = Instant::now();
        let solution = solver.solve(&hard(), &settings).unwrap();
        assert_eq!(solution.status, Status::Feasible(Stop::Time), "{name}");
        assert!(started.elapsed() < Duration::from_secs(20), "{name}: {:?}", started.elapsed());
        let (value, bound) = (solution.objective.unwrap(), solution.bound.unwrap());
        assert!(bound < value, "{name}: bound {bound}, value {value}");
        assert!(hard().violation(&solution.values) <= 1e-6, "{name}");
        assert!(solution.seconds > 0.0, "{name}");
    }
}

#[test]
fn a_node_limit_stops_and_repeats_exactly() {
    let settings = Settings { node_limit: Some(150), ..Settings::default() };
    let model = market_split(3, 25, 3);
    for (name, solver) in solvers() {
        let first = solver.solve(&model, &settings).unwrap();
        let again = solver.solve(&model, &settings).unwrap();
        assert!(
            matches!(first.status, Status::Feasible(Stop::Nodes) | Status::Unknown(Stop::Nodes)),
            "{name}: {:?}",
            first.status
        );
        let json = |solution| serde_json::to_string(solution).unwrap();
        assert_eq!(json(&first), json(&again), "{name}");
        assert!(first.nodes > 0, "{name}");
    }
}

#[test]
fn the_same_model_and_seed_give_the_same_values() {
    let model = market_split(2, 20, 11);
    for (name, solver) in solvers() {
        let first = solver.solve(&model, &Settings::default()).unwrap();
        let again = solver.solve(&model, &Settings::default()).unwrap();
        assert_eq!(first.status, Status::Optimal, "{name}");
        assert_eq!(first.values, again.values, "{name}");
        assert_eq!((first.nodes, first.iterations), (again.nodes, again.iterations), "{name}");
    }
}

#[test]
fn who_cancels_before_gets_nothing() {
    let cancel = Cancel::new();
    cancel.cancel();
    let watch = Watch::new().cancelled_by(&cancel);
    for (name, solver) in solvers() {
        let solution = solver.solve_watched(&hard(), &Settings::default(), &watch).unwrap();
        assert_eq!(solution.status, Status::Unknown(Stop::Cancelled), "{name}");
    }
}

#[test]
fn who_cancels_midway_gets_the_best_so_far() {
    // HiGHS in this process cannot be cancelled midway, and says so.
    for (name, solver) in solvers().into_iter().filter(|(name, _)| *name != "highs") {
        if name == "child" && cfg!(not(feature = "highs")) {
            continue;
        }
        let cancel = Cancel::new();
        let heard = |progress: &Progress| {
            if progress.objective.is_some() {
                cancel.cancel();
            }
        };
        let watch = Watch::new().cancelled_by(&cancel).heard_by(&heard);
        let solution = solver.solve_watched(&hard(), &Settings::default(), &watch).unwrap();
        assert_eq!(solution.status, Status::Feasible(Stop::Cancelled), "{name}");
        assert!(hard().violation(&solution.values) <= 1e-6, "{name}");
        assert!(solution.gap().is_some(), "{name}: with its bound");
    }
}

#[test]
fn progress_comes_in_order() {
    let settings = Settings::default().within(Duration::from_secs(2));
    for (name, solver) in solvers() {
        if name == "child" && cfg!(not(feature = "highs")) {
            continue;
        }
        let heard = Mutex::new(Vec::new());
        let hear = |progress: &Progress| heard.lock().unwrap().push(*progress);
        solver.solve_watched(&hard(), &settings, &Watch::new().heard_by(&hear)).unwrap();
        let heard = heard.into_inner().unwrap();
        assert!(!heard.is_empty(), "{name}");
        for pair in heard.windows(2) {
            assert!(pair[0].seconds <= pair[1].seconds, "{name}: {pair:?}");
            assert!(pair[0].nodes <= pair[1].nodes, "{name}: {pair:?}");
            if let (Some(before), Some(after)) = (pair[0].objective, pair[1].objective) {
                assert!(after <= before, "{name}: the best only gets better: {pair:?}");
            }
        }
        assert!(heard.iter().any(|progress| progress.gap().is_some()), "{name}");
    }
}

#[test]
fn a_good_start_is_not_lost() {
    // No time at all: what comes back is the start, or better.
    let model = market_split(3, 30, 5);
    let settings = Settings { node_limit: Some(2000), ..Settings::default() };
    for (name, solver) in solvers() {
        let found = solver.solve(&model, &settings).unwrap();
        let value = found.objective.unwrap();
        let mut model = model.clone();
        model.set_start(found.values);
        let few = Settings { node_limit: Some(1), ..Settings::default() };
        let again = solver.solve(&model, &few).unwrap();
        assert!(again.objective.unwrap() <= value + 1e-6, "{name}: {again:?}");
    }
}

#[test]
fn a_start_that_breaks_the_rows_does_no_harm() {
    let mut model = Model::new();
    let x = model.integer("x", 0.0, 10.0, 1.0);
    model.at_least("enough", [(x, 1.0)], 3.5);
    model.set_start(vec![0.0]);
    for (name, solver) in solvers() {
        let solution = solver.solve(&model, &Settings::default()).unwrap();
        assert_eq!(solution.whole(x), Some(4), "{name}");
    }
}
