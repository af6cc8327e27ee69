//! What holds for every county: nobody is lost in rounding, the same data give the same bytes,
//! nothing missing becomes a number.

use crate::tiny::{G, county, row, run, total};
use domain::{Exact, SchoolYear, Snapshot, Stage};
use forecast::{Assumptions, Basis, Count, IntakeSource, Scenario, SectionKey};
use proptest::prelude::*;

type Table = Vec<(u32, Stage, Vec<G>)>;

fn cell() -> impl Strategy<Value = G> + Clone {
    prop_oneof![20 => (0i64..200).prop_map(G::N), 1 => Just(G::Blank), 1 => Just(G::Dash)]
}

fn full() -> impl Strategy<Value = G> + Clone {
    (1i64..300).prop_map(G::N)
}

fn table(cell: impl Strategy<Value = G> + Clone + 'static) -> impl Strategy<Value = Table> {
    let primary = prop::collection::vec(prop::collection::vec(cell.clone(), 6), 1..6);
    let junior = prop::collection::vec(prop::collection::vec(cell, 3), 1..4);
    (primary, junior).prop_map(|(primary, junior)| {
        let primary = (1..).zip(primary).map(|(n, row)| (n, Stage::Primary, row));
        let junior = (4..).zip(junior).map(|(n, row)| (n, Stage::Junior, row));
        primary.chain(junior).collect()
    })
}

fn snapshots(tables: &[Table]) -> Vec<Snapshot> {
    let years = 2022i16..;
    years
        .zip(tables)
        .map(|(year, table)| {
            let rows: Vec<_> = table.iter().map(|(n, s, row)| (*n, *s, &row[..])).collect();
            county(year, &rows)
        })
        .collect()
}

fn scenario() -> impl Strategy<Value = Scenario> {
    prop::sample::select(Scenario::ALL.to_vec())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn whole_pupils_keep_the_sum_of_the_exact_ones(
        tables in prop::collection::vec(table(cell()), 2..5), scenario in scenario(),
    ) {
        let result = run(&snapshots(&tables), &Assumptions { scenario, ..Assumptions::default() });
        for year in &result.years {
            for grade in 1..=9 {
                let cells = || year.sections.iter().filter_map(|s| s.grade(grade));
                let mut exact = Exact::ZERO;
                let mut whole = 0;
                for cell in cells() {
                    match (&cell.basis, &cell.pupils) {
                        (
                            Basis::Progress { exact: e, .. }
                            | Basis::Joined { exact: e, .. }
                            | Basis::Share { exact: e, .. },
                            Count::Known(n),
                        ) => {
                            let off = &Exact::from(*n) - e;
                            prop_assert!(off < Exact::ONE && -off < Exact::ONE);
                            exact = exact + e.clone();
                            whole += n;
                        }
                        (Basis::None, Count::Missing(_) | Count::NotApplicable) => {}
                        other => prop_assert!(false, "{other:?}"),
                    }
                }
                prop_assert_eq!(Exact::from(whole), exact.round(0));
            }
            for section in &year.sections {
                let known: Option<i64> = section
                    .grades
                    .iter()
                    .filter(|g| g.pupils != Count::NotApplicable)
                    .map(|g| g.pupils.known())
                    .sum();
                match &section.pupils {
                    Count::Known(pupils) => prop_assert_eq!(Some(*pupils), known),
                    Count::Missing(_) => prop_assert_eq!(None, known),
                    Count::NotApplicable => prop_assert_eq!(Some(0), known),
                }
            }
        }
    }

    #[test]
    fn entrants_are_shared_out_to_the_last_one(
        one in table(full()), two in table(full()), entered in 0i64..3000,
    ) {
        let year = SchoolYear(2024);
        let entrants = vec![forecast::Entrants { year, pupils: entered }];
        let history = snapshots(&[one.clone(), two]);
        let result = run(&history, &Assumptions { entrants, ..Assumptions::default() });
        prop_assert_eq!(total(&result, 1, 2024), entered);
        for year in &result.years {
            for intake in &year.intakes {
                let grade = total(&result, intake.grade, year.year.0);
                prop_assert_eq!(grade, intake.total);
                if let IntakeSource::Leavers { leavers, .. } = intake.source
                    && year.year.0 > 2024
                {
                    prop_assert_eq!(leavers, total(&result, 6, year.year.0 - 1));
                }
            }
        }
    }

    #[test]
    fn the_same_data_give_the_same_bytes(tables in prop::collection::vec(table(cell()), 2..4)) {
        let history = snapshots(&tables);
        let mut turned = history.clone();
        turned.reverse();
        let json = |list: &[Snapshot]| {
            serde_json::to_string(&run(list, &Assumptions::default())).unwrap()
        };
        prop_assert_eq!(json(&history), json(&turned));
    }

    #[test]
    fn the_county_of_the_low_scenario_has_no_more_entrants_than_the_high_one(
        one in table(full()), two in table(full()),
    ) {
        let history = snapshots(&[one, two]);
        let of = |scenario| run(&history, &Assumptions { scenario, ..Assumptions::default() });
        let [low, middle, high] = Scenario::ALL.map(of);
        for year in 2024..2029 {
            let one = |result| total(result, 1, year);
            prop_assert!(one(&low) <= one(&middle) && one(&middle) <= one(&high));
        }
        // One step from the same base: every grade above the first.
        for grade in 2..=6 {
            let of = |result| total(result, grade, 2024);
            prop_assert!(of(&low) <= of(&middle) && of(&middle) <= of(&high));
        }
    }

    #[test]
    fn an_override_is_what_stands_there(
        tables in prop::collection::vec(table(full()), 2..4), pupils in 0i64..500,
        grade in 1u8..=6, ahead in 1i16..=5,
    ) {
        let history = snapshots(&tables);
        let latest = history.last().unwrap();
        let year = SchoolYear(latest.year().0 + ahead);
        let school = crate::tiny::code(1);
        let source = String::new();
        let entered = forecast::Override { school: school.clone(), grade, year, pupils, source };
        let result =
            run(&history, &Assumptions { overrides: vec![entered], ..Assumptions::default() });
        let key = SectionKey { school, stage: Stage::Primary };
        prop_assert_eq!(row(&result, &key, year.0)[usize::from(grade) - 1], pupils);
    }
}
