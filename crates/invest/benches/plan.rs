//! How long planning takes and what it needs, one thread: `cargo bench -p junheng-invest`, or
//! `cargo bench -p junheng-invest -- 100x5` for the cases whose names contain a word. The figures
//! stand in docs/benchmarks.md.
//!
//! A case runs once and prints the time to the first plan that the judge accepts, the time to the
//! proof, what was proved, the greedy plan's cost beside it and the peak memory of the process.

#![expect(clippy::unwrap_used, reason = "a benchmark may stop at the first surprise")]

use domain::{Draft, Exact};
use invest::settings::{Fund, Line, Settings};
use invest::{Outcome, Plan, Problem};
use packs::PackSource;
use solver::Watch;
use std::sync::Arc;
use std::time::Instant;

/// A county of a size, a horizon, yearly money.
struct Case {
    name: &'static str,
    schools: usize,
    years: u8,
    /// 万元 a year.
    yearly: i64,
    /// The limit of every coefficient, where it is not the standard's.
    limit: Option<&'static str>,
}

const CASES: [Case; 6] = [
    Case { name: "20x3", schools: 20, years: 3, yearly: 900, limit: None },
    Case { name: "100x5", schools: 100, years: 5, yearly: 160, limit: None },
    Case { name: "300x1", schools: 300, years: 1, yearly: 20_000, limit: None },
    Case { name: "300x5", schools: 300, years: 5, yearly: 500, limit: None },
    Case { name: "30x1 limit 0.30", schools: 30, years: 1, yearly: 20_000, limit: Some("0.30") },
    Case { name: "100x1 limit 0.30", schools: 100, years: 1, yearly: 60_000, limit: Some("0.30") },
];

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with("--")).collect();
    println!(
        "{:<18} {:>8} {:>8} {:>6} {:>9} {:>9} {:>9} {:>9} {:>7}",
        "case", "first s", "proof s", "rounds", "cost", "bound", "gap", "greedy", "MB"
    );
    for case in &CASES {
        if words.is_empty() || words.iter().any(|word| case.name.contains(word.as_str())) {
            run(case);
        }
    }
}

fn run(case: &Case) {
    let problem = problem(case);
    let solver = solver::in_process();
    let greedy = invest::greedy::greedy(&problem).unwrap();
    let begun = Instant::now();
    let first = std::sync::Mutex::new(None);
    let heard = |progress: &solver::Progress| {
        if progress.objective.is_some() {
            first.lock().unwrap().get_or_insert_with(|| begun.elapsed().as_secs_f64());
        }
    };
    let outcome = invest::solve(&problem, &*solver, &Watch::new().heard_by(&heard)).unwrap();
    let proof = begun.elapsed().as_secs_f64();
    let Outcome::Found(plan) = outcome else { panic!("{}: {outcome:?}", case.name) };
    assert!(plan.accepted, "{}: {:?}", case.name, plan.objections);
    let first = first.lock().unwrap().unwrap_or(proof);
    let word = |text: &Option<String>| text.clone().unwrap_or_default();
    let cost = |plan: &Plan| {
        let cost = plan.discounted.to_fixed(1);
        if plan.accepted { cost } else { format!("({cost})") }
    };
    println!(
        "{:<18} {first:>8.1} {proof:>8.1} {:>6} {:>9} {:>9.9} {:>9} {:>9} {:>7}",
        case.name,
        plan.method.rounds,
        cost(&plan),
        word(&plan.method.bound),
        word(&plan.method.gap),
        cost(&greedy),
        peak(),
    );
}

/// Peak memory of the process so far, MB.
fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|l| l.trim().trim_end_matches("kB").trim().parse::<u64>().ok());
    kilobytes.map_or_else(|| "–".to_owned(), |kb| (kb / 1024).to_string())
}

/// The packs with another limit for all coefficients.
fn tightened(packs: PackSource, limit: &str) -> PackSource {
    let path = "standards/cn-quality-2017/resources.toml";
    let usual = r#"{ primary = "0.50", junior = "0.45" }"#;
    let text = packs.file(path).unwrap().text().to_owned();
    assert!(text.contains(usual));
    let tight = text.replace(usual, &format!(r#"{{ primary = "{limit}", junior = "{limit}" }}"#));
    packs.overlay(PackSource::memory([(path, tight.as_str())]))
}

fn problem(case: &Case) -> Problem {
    let packs = PackSource::embedded();
    let packs = match case.limit {
        Some(limit) => tightened(packs, limit),
        None => packs,
    };
    let id = "cn-quality-2017";
    let catalogue = Arc::new(items::load(&packs).unwrap().catalogue().clone());
    let standard = Arc::new(standard::load::load(&packs, &catalogue, id).unwrap());
    let costs = invest::costs::load(&packs, &catalogue, "cn-county-2023").unwrap();
    let attested = standard.attested();
    let options = demo::Options {
        seed: demo::Options::SEED,
        schools: case.schools,
        year: demo::Options::YEAR,
        catalogue: &catalogue,
        attested: &attested,
    };
    // The first of its three years: there is most to do.
    let start: Draft = demo::county(&options).unwrap().swap_remove(0);
    let start = start.seal(&catalogue).unwrap();
    let mut settings = Settings::unlimited(start.year(), case.years);
    settings.limits.seconds = 600;
    if case.years == 1 {
        // What is built counts from the next year on, so rooms cannot be there in one.
        settings.conditions = Some(Vec::new());
    }
    settings.funds = vec![Fund {
        code: "county".into(),
        zh: "县级财政".into(),
        only_for: vec![],
        carry: true,
        budget: settings.horizon().map(|year| (year, Exact::from(case.yearly))).collect(),
    }];
    settings.lines = ["L1", "L2", "L3"]
        .map(|indicator| Line {
            indicator: indicator.into(),
            year: settings.first,
            at_least: Exact::ratio(95, 100),
        })
        .to_vec();
    let history = std::slice::from_ref(&start);
    let worlds = invest::worlds(history, &settings, &standard).unwrap();
    let options = standard::Options::default();
    Problem::new(&start, worlds, standard, options, settings, costs).unwrap()
}
