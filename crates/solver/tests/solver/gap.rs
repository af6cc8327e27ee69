//! Public instances of the generalized assignment problem (OR-Library) with known optima.
//!
//! Job j goes to one agent i, pays pᵢⱼ and takes rᵢⱼ of the agent's capacity; the most that can be
//! earned.

use solver::{Model, Settings, Solver, Status};
use std::fs;
use std::path::{Path, PathBuf};

struct Instance {
    name: String,
    profit: Vec<Vec<f64>>,
    load: Vec<Vec<f64>>,
    capacity: Vec<f64>,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/gap")
}

fn instances(file: &Path) -> Vec<Instance> {
    let text = fs::read_to_string(file).unwrap();
    let mut numbers = text.split_whitespace().map(|word| word.parse::<u32>().unwrap());
    let mut next = || numbers.next().unwrap();
    let mut found = Vec::new();
    for index in 1..=next() {
        let (agents, jobs) = (next(), next());
        let mut row = |count: u32| (0..count).map(|_| f64::from(next())).collect::<Vec<_>>();
        let profit = (0..agents).map(|_| row(jobs)).collect();
        let load = (0..agents).map(|_| row(jobs)).collect();
        let capacity = row(agents);
        let stem = file.file_stem().unwrap().to_string_lossy();
        found.push(Instance { name: format!("{stem},{index}"), profit, load, capacity });
    }
    found
}

fn model(instance: &Instance) -> Model {
    let mut model = Model::new();
    let columns: Vec<Vec<_>> = instance
        .profit
        .iter()
        .map(|row| row.iter().map(|&profit| model.binary("assign", -profit)).collect())
        .collect();
    for job in 0..instance.profit[0].len() {
        model.equal("once", columns.iter().map(|row| (row[job], 1.0)), 1.0);
    }
    for (agent, row) in columns.iter().enumerate() {
        let load = row.iter().copied().zip(instance.load[agent].iter().copied());
        model.at_most("capacity", load, instance.capacity[agent]);
    }
    model
}

/// Solves the first instances of some files to proven optimality and compares with the list.
fn check(solver: &dyn Solver, files: &[&str], each: usize) {
    let folder = folder();
    let Ok(optima) = fs::read_to_string(folder.join("optima.csv")) else {
        eprintln!("skipped: no ../shared/data");
        return;
    };
    let mut checked = 0;
    for file in files {
        for instance in instances(&folder.join(format!("{file}.txt"))).into_iter().take(each) {
            let line = optima.lines().find(|line| line.starts_with(&format!("{},", instance.name)));
            let optimum: f64 = line.unwrap().rsplit(',').next().unwrap().parse().unwrap();
            let model = model(&instance);
            let solution = solver.solve(&model, &Settings::default()).unwrap();
            assert_eq!(solution.status, Status::Optimal, "{}", instance.name);
            assert!(model.violation(&solution.values) < 1e-9, "{}", instance.name);
            let profit = -solution.objective.unwrap();
            assert!((profit - optimum).abs() < 1e-6, "{}: {profit}, not {optimum}", instance.name);
            assert!(
                -solution.bound.unwrap() - optimum < 1.0,
                "{}: the bound proves it",
                instance.name
            );
            checked += 1;
        }
    }
    assert_eq!(checked, files.len() * each, "every instance was there");
}

#[test]
fn small_finds_known_optima_of_public_instances() {
    check(&solver::Small, &["gap1", "gap2"], 2);
}

#[cfg(feature = "highs")]
#[test]
fn highs_finds_known_optima_of_public_instances() {
    check(&solver::Highs, &["gap1", "gap2", "gap3", "gap4", "gap5", "gap6"], 5);
}
