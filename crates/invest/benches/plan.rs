//! How long planning takes, one thread: `cargo bench -p junheng-invest`; figures stand in
//! docs/benchmarks.md.

#![expect(clippy::unwrap_used, reason = "a benchmark may stop at the first surprise")]

use divan::Bencher;
use domain::Exact;
use invest::settings::{Fund, Line, Settings};
use invest::{Outcome, Problem};
use packs::PackSource;
use solver::Watch;
use std::sync::Arc;

fn main() {
    divan::main();
}

/// The demo county of a size with yearly money and posts by which it can just be done.
fn problem(schools: usize, years: u8, yearly: i64) -> Problem {
    let packs = PackSource::embedded();
    let catalogue = Arc::new(items::load(&packs).unwrap().catalogue().clone());
    let standard = Arc::new(standard::load::load(&packs, &catalogue, "cn-quality-2017").unwrap());
    let costs = invest::costs::load(&packs, &catalogue, "cn-county-2023").unwrap();
    let attested = standard.attested();
    let options = demo::Options {
        seed: demo::Options::SEED,
        schools,
        year: demo::Options::YEAR,
        catalogue: &catalogue,
        attested: &attested,
    };
    // The first of its three years: there is most to do.
    let start = demo::county(&options).unwrap().swap_remove(0).seal(&catalogue).unwrap();
    let mut settings = Settings::unlimited(start.year(), years);
    settings.limits.seconds = 300;
    settings.funds = vec![Fund {
        code: "county".into(),
        zh: "县级财政".into(),
        only_for: vec![],
        carry: true,
        budget: settings.horizon().map(|year| (year, Exact::from(yearly))).collect(),
    }];
    settings.lines = ["L1", "L2", "L3"]
        .map(|indicator| Line {
            indicator: indicator.into(),
            year: settings.first,
            at_least: Exact::ratio(95, 100),
        })
        .to_vec();
    let worlds = invest::worlds(std::slice::from_ref(&start), &settings, &standard).unwrap();
    let options = standard::Options::default();
    Problem::new(&start, worlds, standard, options, settings, costs).unwrap()
}

fn solve(bencher: Bencher<'_, '_>, schools: usize, years: u8, yearly: i64) {
    let problem = problem(schools, years, yearly);
    let solver = solver::in_process();
    bencher.bench(|| match invest::solve(&problem, &*solver, &Watch::new()).unwrap() {
        Outcome::Found(plan) => {
            assert!(plan.accepted, "{:?}", plan.objections);
            plan
        }
        other => panic!("no plan: {other:?}"),
    });
}

#[divan::bench(sample_count = 1)]
fn schools_100_years_5(bencher: Bencher<'_, '_>) {
    solve(bencher, 100, 5, 1500);
}

#[divan::bench(sample_count = 1)]
fn schools_300_years_1(bencher: Bencher<'_, '_>) {
    solve(bencher, 300, 1, 20_000);
}

#[divan::bench(sample_count = 1)]
fn greedy_100_years_5(bencher: Bencher<'_, '_>) {
    let problem = problem(100, 5, 1500);
    bencher.bench(|| invest::greedy::greedy(&problem).unwrap());
}
