//! Entered births, entrants, feeder shares and overrides.

use crate::tiny::{code, county, grades, junior, primary, row, run, total};
use domain::{Exact, SchoolYear, Snapshot, Stage};
use forecast::{
    Assumptions, Births, Entrants, EntryRate, Feeder, ForecastError, IntakeSource, Override,
    Scenario, Successor,
};

fn history() -> Vec<Snapshot> {
    let (one, two, three) = (grades([60; 6]), grades([40; 6]), grades([50; 3]));
    let rows: &[_] = &[
        (1, Stage::Primary, &one[..]),
        (2, Stage::Primary, &two),
        (3, Stage::Junior, &three),
        (4, Stage::Junior, &three),
    ];
    vec![county(2023, rows), county(2024, rows)]
}

fn births(list: &[(i16, i64)]) -> Vec<Births> {
    list.iter().map(|(year, children)| Births { year: *year, children: *children }).collect()
}

#[test]
fn births_six_years_before_enter_by_the_entered_rate() {
    let given = Assumptions {
        births: births(&[(2019, 100), (2020, 80)]),
        entry_rates: vec![EntryRate { year: SchoolYear(2025), rate: Exact::ratio(19, 20) }],
        ..Assumptions::default()
    };
    let result = run(&history(), &given);
    // 100 × 0.95 = 95, shared 60 : 40; then 80 × 0.95 = 76; then the trend of 1.
    assert_eq!((row(&result, &primary(1), 2025)[0], row(&result, &primary(2), 2025)[0]), (57, 38));
    assert_eq!(total(&result, 1, 2026), 76);
    assert_eq!(total(&result, 1, 2027), 76);
    let intake = |year| &result.year(SchoolYear(year)).unwrap().intakes[0].source;
    assert!(matches!(intake(2026), IntakeSource::Births { year: 2020, entered: true, .. }));
    assert!(matches!(intake(2027), IntakeSource::Trend { previous: 76, .. }));
    let text = result.explain(&primary(1), 1, SchoolYear(2025)).unwrap();
    assert_eq!(
        text,
        "2025/2026 学年 第1学校 小学 一年级：57 人（中方案）。全县新生 95 人 = 2019 年出生 100 人 × \
         入学率 0.95（人工录入）；按近年一年级新生的份额分得：95 人 × 60 ÷ 100，合计 57 人。取整：全县同年级\
         按最大余数法，合计不变。"
    );
}

#[test]
fn without_a_rate_the_snapshots_say_it() {
    // 100 entered of 125 born, twice: 0.8.
    let all = [(2017, 125), (2018, 125), (2019, 50)];
    let given = Assumptions { births: births(&all), ..Assumptions::default() };
    assert_eq!(total(&run(&history(), &given), 1, 2025), 40);
    // Births of the year alone say nothing: the trend, and a note.
    let given = Assumptions { births: births(&[(2019, 50)]), ..Assumptions::default() };
    let result = run(&history(), &given);
    assert_eq!(total(&result, 1, 2025), 100);
    assert!(result.notes.iter().any(|note| note.code == "births_without_rate"));
}

#[test]
fn entered_entrants_win_over_births_and_know_no_scenario() {
    let given = Assumptions {
        scenario: Scenario::High,
        births: births(&[(2019, 100)]),
        entrants: vec![Entrants { year: SchoolYear(2025), pupils: 90 }],
        ..Assumptions::default()
    };
    let result = run(&history(), &given);
    assert_eq!((row(&result, &primary(1), 2025)[0], row(&result, &primary(2), 2025)[0]), (54, 36));
}

fn over(school: u32, grade: u8, year: i16, pupils: i64) -> Override {
    let (school, year) = (code(school), SchoolYear(year));
    Override { school, grade, year, pupils, source: "招生办".into() }
}

#[test]
fn an_override_wins_and_moves_up_with_its_cohort() {
    let overrides = vec![over(1, 1, 2025, 80), over(3, 7, 2025, 30), over(2, 4, 2026, 33)];
    let result = run(&history(), &Assumptions { overrides, ..Assumptions::default() });
    // 100 entrants in the county: 80 of them entered for school 1, 20 are left for school 2.
    assert_eq!((row(&result, &primary(1), 2025)[0], row(&result, &primary(2), 2025)[0]), (80, 20));
    assert_eq!(row(&result, &primary(1), 2026)[1], 80);
    assert_eq!((row(&result, &junior(3), 2025)[0], row(&result, &junior(4), 2025)[0]), (30, 70));
    assert_eq!(row(&result, &primary(2), 2026)[3], 33);
    assert_eq!(row(&result, &primary(2), 2027)[4], 33);
    let text = result.explain(&primary(1), 1, SchoolYear(2025)).unwrap();
    assert!(text.ends_with("80 人（中方案）。人工录入：招生办。"), "{text}");
}

#[test]
fn overrides_above_the_total_leave_nobody_and_are_noted() {
    let overrides = vec![over(1, 1, 2025, 130)];
    let result = run(&history(), &Assumptions { overrides, ..Assumptions::default() });
    assert_eq!(row(&result, &primary(2), 2025)[0], 0);
    assert!(result.notes.iter().any(|note| note.code == "entered_above_total"));
}

#[test]
fn feeder_shares_send_the_leavers_where_they_say() {
    let feeder = |junior: u32, share| Feeder { primary: code(1), junior: code(junior), share };
    let feeders = vec![feeder(3, Exact::ratio(3, 4)), feeder(4, Exact::ratio(1, 4))];
    let result = run(&history(), &Assumptions { feeders, ..Assumptions::default() });
    // School 1 sends 45 and 15. The 40 of school 2 go where room is left of the usual 50 each:
    // 5 and 35.
    assert_eq!((row(&result, &junior(3), 2025)[0], row(&result, &junior(4), 2025)[0]), (50, 50));
    let text = result.explain(&junior(3), 7, SchoolYear(2025)).unwrap();
    assert!(
        text.contains("对口学校升入 45 人；按近年七年级新生的份额分得：40 人 × 5 ÷ 40"),
        "{text}"
    );
    // All of school 1 to school 3: it has more than its usual 50, the 40 others go to school 4.
    let feeders = vec![feeder(3, Exact::ONE)];
    let result = run(&history(), &Assumptions { feeders, ..Assumptions::default() });
    assert_eq!((row(&result, &junior(3), 2025)[0], row(&result, &junior(4), 2025)[0]), (60, 40));
}

#[test]
fn all_that_is_wrong_is_said_at_once() {
    let given = Assumptions {
        band: Some(Exact::ONE),
        births: births(&[(2019, -1), (2019, 5)]),
        entry_rates: vec![EntryRate { year: SchoolYear(2025), rate: Exact::from(4) }],
        entrants: vec![Entrants { year: SchoolYear(2024), pupils: 5 }],
        feeders: vec![Feeder { primary: code(1), junior: code(3), share: Exact::ratio(1, 2) }],
        overrides: vec![over(9, 1, 2025, 5), over(1, 7, 2025, 5), over(1, 10, 2040, 5)],
        ..Assumptions::default()
    };
    let error = forecast::forecast(crate::tiny::catalogue(), &history(), &given).unwrap_err();
    let ForecastError::Assumptions(found) = &error else { panic!("{error}") };
    let list: Vec<_> = found.iter().map(|p| (p.code, p.list, p.index)).collect();
    assert_eq!(
        list,
        [
            ("FC-INPUT-02", "band", 0),
            ("FC-INPUT-02", "births", 0),
            ("FC-INPUT-03", "births", 1),
            ("FC-INPUT-02", "entry_rates", 0),
            ("FC-INPUT-06", "entrants", 0),
            ("FC-INPUT-04", "overrides", 0),
            ("FC-INPUT-04", "overrides", 1),
            ("FC-INPUT-06", "overrides", 2),
            ("FC-INPUT-02", "overrides", 2),
            ("FC-INPUT-07", "feeders", 0),
        ]
    );
    assert!(
        error.to_string().contains("feeders 第 1 条：学校 3400000001 的对口升学比例合计为 0.5")
    );
    for years in [0, 16] {
        let given = Assumptions { years, ..Assumptions::default() };
        let error = forecast::forecast(crate::tiny::catalogue(), &history(), &given).unwrap_err();
        assert_eq!(error.code(), "FC-YEAR-01");
    }
    let successors = vec![
        Successor { from: code(1), to: code(2) },
        Successor { from: code(7), to: code(8) },
        Successor { from: code(8), to: code(7) },
    ];
    let given = Assumptions { successors, ..Assumptions::default() };
    let error = forecast::forecast(crate::tiny::catalogue(), &history(), &given).unwrap_err();
    let ForecastError::Assumptions(found) = &error else { panic!("{error}") };
    let list: Vec<_> = found.iter().map(|p| (p.code, p.index)).collect();
    assert_eq!(list, [("FC-INPUT-05", 0), ("FC-INPUT-04", 1), ("FC-INPUT-04", 2)]);
}

#[test]
fn what_is_entered_reads_and_writes_as_json() {
    let given = Assumptions {
        overrides: vec![over(1, 1, 2025, 80)],
        feeders: vec![Feeder { primary: code(1), junior: code(3), share: Exact::ONE }],
        births: births(&[(2019, 7)]),
        ..Assumptions::default()
    };
    let json = serde_json::to_string(&given).unwrap();
    assert_eq!(serde_json::from_str::<Assumptions>(&json).unwrap(), given);
    let short: Assumptions = serde_json::from_str(r#"{"years": 3, "scenario": "low"}"#).unwrap();
    assert_eq!((short.years, short.scenario, short.credibility), (3, Scenario::Low, 100));
    assert!(serde_json::from_str::<Assumptions>(r#"{"birth": []}"#).is_err());
}
