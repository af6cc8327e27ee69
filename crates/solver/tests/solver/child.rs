//! A worker that is no worker, that crashes, that runs out of memory.

use crate::common::{child, market_split, worker};
use solver::child::Child;
use solver::{Model, Settings, Solver, SolverError, Status, Stop};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

fn little() -> Model {
    let mut model = Model::new();
    let x = model.integer("x", 0.0, 10.0, 1.0);
    model.at_least("enough", [(x, 2.0)], 5.0);
    model
}

#[test]
fn a_program_that_is_not_there_is_an_error_or_done_without() {
    let missing = Child::new("no-such-program", ["solve-worker"]);
    let error = missing.clone().strict().solve(&little(), &Settings::default()).unwrap_err();
    assert!(error.to_string().starts_with("O-CHILD-01"), "{error}");
    assert!(error.to_string().contains("no-such-program"), "{error}");
    let solution = missing.solve(&little(), &Settings::default()).unwrap();
    assert_eq!(solution.values, [3.0], "solved in this process instead");
}

#[cfg(unix)]
#[test]
fn a_program_that_is_no_worker_is_an_error() {
    let script = |text: &str| Child::new("sh", ["-c", text]).strict();
    let silent = script("cat > /dev/null & echo 出错了 >&2; exit 7");
    let error = silent.solve(&little(), &Settings::default()).unwrap_err();
    let SolverError::Crashed { how } = &error else { panic!("{error:?}") };
    assert!(how.contains('7') && how.contains("出错了"), "{how}");
    let babbling = script("echo this is not a reply; echo and never will be");
    let error = babbling.solve(&little(), &Settings::default()).unwrap_err();
    assert!(matches!(error, SolverError::Crashed { .. }), "{error:?}");
}

#[cfg(unix)]
#[test]
fn a_worker_that_hangs_is_ended_after_its_grace() {
    let hanging = Child::new("sh", ["-c", "exec sleep 60"]).grace(Duration::from_millis(200));
    let settings = Settings::default().within(Duration::from_millis(200));
    let started = Instant::now();
    let solution = hanging.solve(&little(), &settings).unwrap();
    assert_eq!(solution.status, Status::Unknown(Stop::Time));
    assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
    // A start that meets the rows is better than nothing.
    let mut model = little();
    model.set_start(vec![5.0]);
    let solution = hanging.solve(&model, &settings).unwrap();
    assert_eq!((solution.status, solution.values), (Status::Feasible(Stop::Time), vec![5.0]));
}

#[cfg(all(unix, feature = "highs"))]
#[test]
fn a_worker_out_of_memory_does_not_take_the_program_with_it() {
    let mut model = Model::new();
    let columns: Vec<_> = (0..20_000).map(|_| model.integer("x", 0.0, 9.0, -1.0)).collect();
    for row in 0..400_usize {
        let terms = columns.iter().skip(row % 7).step_by(7).map(|&col| (col, 1.5));
        model.at_most("row", terms, 1000.5);
    }
    // Where memory ends differs, and with it the way in which the solver notices.
    for megabytes in [40, 60, 80, 96, 128] {
        let tight = child().memory_limit(megabytes << 20);
        let found = tight.solve(&model, &Settings::default().within(Duration::from_secs(20)));
        let status = found.unwrap().status;
        let out_of_memory = [Status::Unknown(Stop::Memory), Status::Feasible(Stop::Memory)];
        assert!(out_of_memory.contains(&status), "{megabytes} MB: {status:?}");
    }
    let enough = child().memory_limit(2 << 30).solve(&little(), &Settings::default()).unwrap();
    assert_eq!(enough.values, [3.0]);
}

#[test]
fn a_worker_without_a_job_says_so_and_fails() {
    let output = Command::new(worker()).stdin(Stdio::null()).output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert!(output.stdout.is_empty());
    assert!(String::from_utf8_lossy(&output.stderr).starts_with("O-CHILD-03"));
}

#[test]
fn workers_beside_each_other_do_not_mix() {
    let models: Vec<Model> = (1..=4).map(|seed| market_split(2, 14, seed)).collect();
    let alone: Vec<_> = models
        .iter()
        .map(|model| child().solve(model, &Settings::default()).unwrap().values)
        .collect();
    let together: Vec<_> = std::thread::scope(|scope| {
        let running: Vec<_> = models
            .iter()
            .map(|model| scope.spawn(|| child().solve(model, &Settings::default()).unwrap().values))
            .collect();
        running.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(alone, together);
    let elsewhere = PathBuf::from("best.sol");
    assert!(!elsewhere.exists(), "nothing is left in the folder the program runs in");
}
