//! Stories of training: who will miss the hours, and which schools spend too little, by hand.

use crate::common::{bench, code, county, read, row, site};
use domain::{Exact, Snapshot, Value, change};
use proptest::prelude::*;
use staffing::training::{self, completion, funds, shortfalls};

#[test]
fn whoever_misses_hours_is_told_by_how_much() {
    let bench = bench();
    let snapshot = county(&bench.catalogue, &[site(1, &[]), site(2, &[])]);
    let rows = [
        row("A1", 1, &[("training", "2020|县级|72；2021|县级|72；2022|国培|216")]),
        row("A2", 1, &[("training", "2019|县级|300；2020|县级|72；2023|校本|90.5")]),
        row("A3", 1, &[("post", "工勤")]),
        row("B1", 2, &[]),
    ];
    let (roster, _) = read(&bench, &snapshot, &rows);
    // The cycle 2020–2024 in 2022: two years are left.
    let list = shortfalls(&roster, &bench.rules, (2020, 2024), 2022);
    let told: Vec<_> = list
        .iter()
        .map(|s| {
            (s.teacher.to_string(), s.missing.to_string(), s.a_year.as_ref().unwrap().to_fixed(2))
        })
        .collect();
    assert_eq!(
        told,
        [
            ("B1".to_owned(), "360".to_owned(), "180.00".to_owned()),
            // 360 − 72 − 90.5: what was before the cycle does not count.
            ("A2".to_owned(), "197.5".to_owned(), "98.75".to_owned()),
        ]
    );
    assert_eq!(shortfalls(&roster, &bench.rules, (2020, 2024), 2024)[0].a_year, None);
    let schools = completion(&roster, &bench.rules, (2020, 2024));
    let told: Vec<_> = schools.iter().map(|s| (s.teachers, s.done, s.share.clone())).collect();
    assert_eq!(told, [(2, 1, Exact::ratio(1, 2)), (1, 0, Exact::ZERO)]);
    assert_eq!(schools[0].missing.to_string(), "197.5");
}

/// The data of a county with training funds and budgets.
fn spending(figures: &[(u32, &str, &str)]) -> (crate::common::Bench, Snapshot) {
    let bench = bench();
    let sites: Vec<_> = [1, 2, 3, 4].map(|n| site(n, &[])).into();
    let snapshot = county(&bench.catalogue, &sites);
    let entries: Vec<change::Entry> = figures
        .iter()
        .map(|(school, item, text)| change::Entry {
            school: Some(code(*school)),
            stage: None,
            item: (*item).to_owned(),
            value: Some(Value::Number(text.parse().unwrap())),
        })
        .collect();
    let snapshot = change::with_entries(&snapshot, "test", &entries, &bench.catalogue).unwrap();
    (bench, snapshot)
}

#[test]
fn five_per_cent_of_the_budget_are_for_training_and_missing_is_not_zero() {
    let (bench, snapshot) = spending(&[
        (1, "training_funds", "5"),
        (1, "operating_budget", "100"),
        (2, "training_funds", "4.99"),
        (2, "operating_budget", "100"),
        (3, "operating_budget", "100"),
    ]);
    let (_, list) = funds(&snapshot, &bench.catalogue, &bench.rules);
    let enough: Vec<Option<bool>> = list.iter().map(|f| f.enough).collect();
    assert_eq!(enough, [Some(true), Some(false), None, None]);
    assert_eq!(list[1].share, Some(Exact::parse("0.0499").unwrap()));
}

proptest! {
    #[test]
    fn what_is_done_and_what_is_missing_is_everybody(
        hours in proptest::collection::vec((0u32..500, 0u32..200), 1..12)
    ) {
        let bench = bench();
        let snapshot = county(&bench.catalogue, &[site(1, &[])]);
        let rows: Vec<_> = hours
            .iter()
            .enumerate()
            .map(|(at, (in_cycle, before))| {
                let text = format!("2021|县级|{in_cycle}；2017|县级|{before}");
                row(&format!("A{at:02}"), 1, &[("training", &text)])
            })
            .collect();
        let (roster, _) = read(&bench, &snapshot, &rows);
        let list = shortfalls(&roster, &bench.rules, (2019, 2023), 2023);
        let schools = completion(&roster, &bench.rules, (2019, 2023));
        prop_assert_eq!(list.len(), hours.iter().filter(|(n, _)| *n < 360).count());
        prop_assert_eq!(schools[0].done + list.len(), schools[0].teachers);
        let missing: Exact = list.iter().map(|s| s.missing.clone()).sum();
        prop_assert_eq!(&missing, &schools[0].missing);
        prop_assert!(list.is_sorted_by(|a, b| a.missing >= b.missing));
    }
}

/// The evaluation looks back; what can still be made up is in the cycle that is running.
#[test]
fn the_cycle_that_is_running_is_the_one_of_the_next_evaluation() {
    let bench = bench();
    let snapshot = county(&bench.catalogue, &[site(1, &[("pupils", 100)])]);
    let year = snapshot.year();
    assert_eq!(staffing::count::training_cycle(&bench.rules, year), (2019, 2023));
    let cycle = training::running_cycle(&bench.rules, year);
    assert_eq!(cycle, (2020, 2024));
    let rows = [row("A1", 1, &[("training", "2019|国培|300；2023|国培|300")])];
    let (roster, _) = read(&bench, &snapshot, &rows);
    assert_eq!(training::last_over(&roster), 2023);
    let short = shortfalls(&roster, &bench.rules, cycle, 2023);
    assert_eq!(short[0].missing.to_string(), "60");
    assert_eq!(short[0].a_year.as_ref().unwrap().to_string(), "60", "one year is left");
}
