//! The demo county: it reaches the standard for resources within the horizon.

use crate::common::{Bench, bench, exact, fund, plan, problem};
use domain::Snapshot;
use invest::greedy;
use invest::settings::{Line, Settings};

fn demo_county(bench: &Bench, schools: usize) -> Snapshot {
    let attested = bench.standard.attested();
    let options = demo::Options {
        seed: demo::Options::SEED,
        schools,
        year: demo::Options::YEAR,
        catalogue: &bench.catalogue,
        attested: &attested,
    };
    // The first of its three years: there is most to do.
    let first = demo::county(&options).unwrap().swap_remove(0);
    first.seal(&bench.catalogue).unwrap()
}

#[test]
fn twenty_schools_reach_the_standard_within_money_and_posts() {
    let bench = bench();
    let start = demo_county(&bench, 20);
    let mut settings = Settings::unlimited(start.year(), 3);
    settings.limits.seconds = 120;
    settings.funds = vec![fund(&settings, "county", "600"), fund(&settings, "province", "300")];
    if let Some(county) = settings.funds.get_mut(0) {
        county.carry = true;
    }
    settings.posts = Some(settings.horizon().map(|year| (year, exact("10"))).collect());
    let first = settings.first;
    settings.lines = ["L1", "L2", "L3"]
        .map(|code| Line { indicator: code.into(), year: first, at_least: exact("0.95") })
        .to_vec();
    let problem = problem(&bench, &start, settings);
    let best = plan(&problem);
    assert!(best.accepted, "{:?}", best.objections);
    assert!(best.method.proved, "{:?}", best.method);
    let last = best.years.last().unwrap();
    assert_eq!(last.passed, last.sections);
    let by_hand = greedy::greedy(&problem).unwrap();
    if by_hand.accepted {
        let slack = &by_hand.discounted * &exact("0.001");
        assert!(best.discounted <= by_hand.discounted + slack);
    }
    // The same inputs give the same bytes.
    let again = plan(&problem);
    assert_eq!(serde_json::to_string(&best).unwrap(), serde_json::to_string(&again).unwrap());
}

#[test]
fn a_changed_plan_is_found_out() {
    let bench = bench();
    let start = demo_county(&bench, 8);
    let mut settings = Settings::unlimited(start.year(), 2);
    settings.funds = vec![fund(&settings, "county", "5000")];
    let problem = problem(&bench, &start, settings);
    let honest = plan(&problem);
    assert!(honest.accepted, "{:?}", honest.objections);
    let find = |change: &dyn Fn(&mut invest::Plan)| {
        let mut plan = honest.clone();
        change(&mut plan);
        let checked = invest::check::check(&problem, &plan).unwrap();
        assert!(!checked.accepted);
        checked.findings.into_iter().map(|f| f.code).collect::<Vec<_>>()
    };
    let codes = find(&|p| p.actions[0].cost = exact("0.01"));
    assert!(codes.contains(&"V-CHECK-06".to_owned()), "{codes:?}");
    let codes = find(&|p| p.actions[0].payments.clear());
    assert!(codes.contains(&"V-CHECK-07".to_owned()), "{codes:?}");
    let codes = find(&|p| p.problem = "0".repeat(64));
    assert_eq!(codes, ["V-CHECK-01"]);
    let codes = find(&|p| p.actions.clear());
    assert!(codes.contains(&"V-CHECK-09".to_owned()), "{codes:?}");
}
