//! Generalized assignment: the instances of the OR-Library (Beasley) and their published optima.

use staffing::assign::{Assignment, Offer, assign};
use std::fs;
use std::path::Path;
use std::time::Duration;

/// Instances of one file; they are maximised, so costs are their profits below zero.
fn instances(text: &str) -> Vec<Assignment> {
    let mut numbers = text.split_whitespace().map(|word| word.parse::<i64>().unwrap());
    let mut next = || numbers.next().unwrap();
    let size = |n: i64| usize::try_from(n).unwrap();
    let count = next();
    (0..count)
        .map(|_| {
            let (agents, tasks) = (size(next()), size(next()));
            let mut offers = Vec::new();
            for agent in 0..agents {
                for task in 0..tasks {
                    offers.push(Offer { agent, task, cost: -next(), weight: 0 });
                }
            }
            for offer in &mut offers {
                offer.weight = next();
            }
            let capacities = (0..agents).map(|_| next()).collect();
            Assignment { tasks, capacities, offers, untaken: None }
        })
        .collect()
}

#[test]
fn published_optima_are_reached() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/gap");
    let Ok(table) = fs::read_to_string(folder.join("optima.csv")) else {
        println!("skipped: no ../shared/data");
        return;
    };
    let solver = solver::in_process();
    let mut reached = 0;
    for line in table.lines().filter(|line| line.starts_with("gap")) {
        let cells: Vec<&str> = line.split(',').collect();
        let text = fs::read_to_string(folder.join(format!("{}.txt", cells[0]))).unwrap();
        let at: usize = cells[1].parse().unwrap();
        let problem = &instances(&text)[at - 1];
        assert_eq!(problem.tasks.to_string(), cells[3]);
        let found = assign(problem, &*solver, Duration::from_mins(2)).unwrap().unwrap();
        assert!(found.proved);
        assert_eq!((-found.cost).to_string(), cells[4], "{line}");
        for (agent, capacity) in problem.capacities.iter().enumerate() {
            let taken = problem.offers.iter().filter(|o| found.agents[o.task] == Some(o.agent));
            let load: i64 = taken.filter(|o| o.agent == agent).map(|o| o.weight).sum();
            assert!(load <= *capacity);
        }
        reached += 1;
    }
    assert_eq!(reached, 30);
}
