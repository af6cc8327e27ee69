//! How long rotations take and what they need, one thread: `cargo bench -p junheng-staffing`, or
//! `cargo bench -p junheng-staffing -- 3000x60` for the cases whose names contain a word. The figures
//! stand in docs/benchmarks.md.

#![expect(clippy::unwrap_used, reason = "a benchmark may stop at the first surprise")]

#[path = "../tests/story/common.rs"]
#[expect(dead_code, reason = "what only stories use")]
mod common;
#[path = "../tests/oracle/random.rs"]
mod random;

use random::{Case, problem};
use staffing::rotation::stable::{Mechanism, stable};
use staffing::rotation::{Follow, Outcome, Step, check, optimum_followed};
use std::time::Instant;

const CASES: [Case; 4] = [
    Case { name: "300x12", eligible: 300, schools: 12, commute: 30 },
    Case { name: "3000x60", eligible: 3_000, schools: 60, commute: 30 },
    Case { name: "3000x60 far", eligible: 3_000, schools: 60, commute: 500 },
    Case { name: "10000x300", eligible: 10_000, schools: 300, commute: 30 },
];

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with("--")).collect();
    for case in &CASES {
        if words.is_empty() || words.iter().any(|word| *word == case.name) {
            run(case);
        }
    }
}

fn run(case: &Case) {
    let begun = Instant::now();
    let problem = problem(case);
    let posed = begun.elapsed().as_secs_f64();
    let begun = Instant::now();
    let hear =
        |step: Step| eprintln!("    {:>7.2} s {}", begun.elapsed().as_secs_f64(), step.code());
    let follow = Follow::new().heard_by(&hear);
    let outcome = optimum_followed(&problem, &*solver::in_process(), &follow).unwrap();
    let seconds = begun.elapsed().as_secs_f64();
    let Outcome::Found(rotation) = outcome else {
        println!("{}: {outcome:?}", case.name);
        return;
    };
    println!(
        "{:<12} eligible {} ways {} | posed {posed:.2} s, solved {seconds:.2} s, {} solves, proved {}, {} moves, peak {} MB",
        case.name,
        rotation.eligible,
        rotation.method.ways,
        rotation.method.solves,
        rotation.method.proved,
        rotation.moves.len(),
        peak(),
    );
    for level in &rotation.levels {
        println!(
            "    {:<13} {:>8} > {:>8}  gap {}",
            level.code, level.before, level.after, level.gap
        );
    }
    assert_eq!(check::check(&problem, &rotation).unwrap(), []);
    let begun = Instant::now();
    let free = stable(&problem, Mechanism::Trading).unwrap();
    println!("    stable: {} moves, {:.2} s", free.moves.len(), begun.elapsed().as_secs_f64());
}

/// The most memory that the process has held, in MB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM"));
    let number = line.and_then(|line| line.split_whitespace().nth(1)).and_then(|n| n.parse().ok());
    number.unwrap_or(0u64) / 1024
}
