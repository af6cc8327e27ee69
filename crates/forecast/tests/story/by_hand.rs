//! Two primary sections and two junior ones over three years, solved by hand.

use crate::tiny::{G, county, grades, junior, primary, row, run};
use domain::{Exact, SchoolYear, Snapshot, Stage};
use forecast::{Assumptions, BackTest, Scenario};

/// Primary: school 1 keeps every pupil; school 2 loses a tenth of grade 1 → 2 and nobody later.
/// Junior: all 100 leavers of grade 6 enter, 60 in school 3 and 40 in school 4; nobody leaves.
fn history() -> Vec<Snapshot> {
    let year = |year, one: [i64; 6], two: [i64; 6]| {
        let (one, two) = (grades(one), grades(two));
        let (three, four) = (grades([60, 60, 60]), grades([40, 40, 40]));
        county(
            year,
            &[
                (1, Stage::Primary, &one[..]),
                (2, Stage::Primary, &two),
                (3, Stage::Junior, &three),
                (4, Stage::Junior, &four),
            ],
        )
    };
    vec![
        year(2022, [60; 6], [50, 45, 40, 40, 40, 40]),
        year(2023, [60; 6], [50, 45, 45, 40, 40, 40]),
        year(2024, [60; 6], [50, 45, 45, 45, 40, 40]),
    ]
}

#[test]
fn the_next_year_by_hand() {
    let result = run(&history(), &Assumptions::default());
    assert_eq!(result.history.len(), 3);
    // Grade 1 is 110 every year: the trend is 1, shares 60 : 50.
    // Step 1 → 2 of the county: (105 + 105) / (110 + 110) = 0.954545.
    // School 1: (120 + 100 × 0.954545) / (120 + 100) = 0.979339 → 58.76034
    // School 2: (90 + 95.4545) / (100 + 100) = 0.927273 (0.9272725 up) → 46.36365
    // Together 105.12399 → 105 = 58 + 46, and one for .76: 59 and 46.
    assert_eq!(row(&result, &primary(1), 2025), [60, 59, 60, 60, 60, 60]);
    assert_eq!(row(&result, &primary(2), 2025), [50, 46, 45, 45, 45, 40]);
    // 100 leavers of grade 6, ratio 1.
    assert_eq!(row(&result, &junior(3), 2025), [60, 60, 60]);
    assert_eq!(row(&result, &junior(4), 2025), [40, 40, 40]);
    // Two years on the 45 of grade 5 have reached grade 6, and the year after they enter: 105.
    assert_eq!(row(&result, &primary(2), 2026)[5], 45);
    assert_eq!(row(&result, &junior(3), 2027)[0], 63);
    assert_eq!(row(&result, &junior(4), 2027)[0], 42);
    let step = result.ratios.iter().find(|step| step.from_grade == 1).unwrap();
    assert_eq!(step.ratio, Some(Exact::parse("0.954545").unwrap()));
}

#[test]
fn one_number_is_explained() {
    let result = run(&history(), &Assumptions::default());
    let text = result.explain(&primary(2), 2, SchoolYear(2025)).unwrap();
    assert_eq!(
        text,
        "2025/2026 学年 第2学校 小学 二年级：46 人（中方案）。2024/2025 学年一年级 50 人 × \
         升级率 0.927273 = 46.364 人；升级率 = (本校 90 + 100 × 全县平均 0.954545) ÷ (本校 100 + \
         100)，本校的观察：2022→2023 年 50→45 人，2023→2024 年 50→45 人。取整：全县同年级按最大余数法，\
         合计不变。"
    );
    let text = result.explain(&junior(3), 7, SchoolYear(2025)).unwrap();
    assert!(text.contains("全县七年级新生 100 人 = 上一学年六年级 100 人 × 升学比 1；"), "{text}");
    assert!(text.contains("100 人 × 60 ÷ 100，合计 60 人"), "{text}");
    assert_eq!(result.explain(&junior(3), 1, SchoolYear(2025)), None);
    assert_eq!(result.explain(&junior(3), 7, SchoolYear(2035)), None);
}

#[test]
fn the_back_test_by_hand() {
    let result = run(&history(), &Assumptions::default());
    let BackTest::Done { year, county, stages, sections, left_out } = &result.back_test else {
        panic!("three years make a back-test");
    };
    assert_eq!((*year, *left_out), (SchoolYear(2024), 0));
    // From 2022 → 2023 alone. Step 1 → 2: 105/110 = 0.954545.
    // School 1: (60 + 95.4545) / 160 = 0.971591 → 58.29546; school 2: (45 + 95.4545) / 150 =
    // 0.936363 (…3333) → 46.81815; together 105.11 → 58 and 47. Counted: 60 and 45.
    let of = |number: u32| sections.iter().find(|s| s.section == primary(number)).unwrap();
    // Steps 2 → 3: county 105/105 = 1, all exact. 3 → 4: 100/100. So only grade 2 is off.
    assert_eq!((of(1).measures.forecast, of(1).measures.actual), (358, 360));
    assert_eq!((of(2).measures.forecast, of(2).measures.actual), (267, 265));
    assert_eq!(of(1).measures.mean_absolute, Exact::ratio(1, 3));
    assert_eq!(of(1).measures.bias, Exact::ratio(-1, 3));
    // 2 of 60 in one of six grades.
    let share = of(1).measures.mean_absolute_percentage.clone().unwrap();
    assert_eq!(share, Exact::parse("0.033333").unwrap().checked_div(&Exact::from(6)).unwrap());
    // Four sections: off by −2, +2, 0, 0.
    assert_eq!(county.compared, 4);
    assert_eq!(county.mean_absolute, Exact::ONE);
    assert_eq!(county.bias, Exact::ZERO);
    assert_eq!((county.forecast, county.actual), (925, 925));
    assert_eq!(stages[0].measures.mean_absolute, Exact::from(2));
    assert_eq!(stages[1].measures.mean_absolute, Exact::ZERO);
    assert!(result.back_test.to_chinese().contains("每学段平均相差 1.0 人"));
}

#[test]
fn two_years_forecast_and_say_that_there_is_no_back_test() {
    let result = run(&history()[1..], &Assumptions::default());
    assert_eq!(result.years.len(), 5);
    let BackTest::NotPossible { reason } = &result.back_test else { panic!("two years") };
    assert!(reason.contains("两个学年"));
}

#[test]
fn the_scenarios_enclose_the_middle() {
    // 90 of 100 stay in one step, 110 of 100 in the next: mean 1, band 10 of 100.
    let year = |year, row: [i64; 6]| {
        let row = grades(row);
        county(year, &[(1, Stage::Primary, &row[..])])
    };
    let history = [year(2023, [100; 6]), year(2024, [100, 90, 110, 90, 110, 100])];
    let of = |scenario| run(&history, &Assumptions { scenario, ..Assumptions::default() });
    let (low, middle, high) = (of(Scenario::Low), of(Scenario::Middle), of(Scenario::High));
    // Observed 90, 110, 90, 110, 100 of 100: mean 1, Σ|off| 40 of 500 = 0.08.
    let step = middle.ratios.iter().find(|step| step.from_grade == 1).unwrap();
    assert_eq!(step.band, Exact::parse("0.08").unwrap());
    // Grade 1 → 2: (90 + 90) / 200 = 0.9; ± 8 %: 82.8, 90, 97.2.
    let two = |f| row(f, &primary(1), 2025)[1];
    assert_eq!((two(&low), two(&middle), two(&high)), (83, 90, 97));
    // The entrants' trend is 1 and has at least the stage's band.
    let one = |f| row(f, &primary(1), 2025)[0];
    assert_eq!((one(&low), one(&middle), one(&high)), (92, 100, 108));
    // An entered band takes its place: ± 20 % of 90.
    let band = Some(Exact::ratio(1, 5));
    let of = |scenario| {
        run(&history, &Assumptions { scenario, band: band.clone(), ..Assumptions::default() })
    };
    assert_eq!((two(&of(Scenario::Low)), two(&of(Scenario::High))), (72, 108));
}

#[test]
fn the_order_of_the_snapshots_does_not_matter() {
    let mut turned = history();
    turned.reverse();
    let json = |history: &[Snapshot]| {
        serde_json::to_string(&run(history, &Assumptions::default())).unwrap()
    };
    assert_eq!(json(&turned), json(&history()));
}

#[test]
fn a_dash_is_no_grade() {
    let row = [G::N(10), G::N(10), G::Dash, G::Dash, G::Dash, G::Dash];
    let full = grades([30; 6]);
    let rows: &[_] = &[(1, Stage::Primary, &full[..]), (901, Stage::Primary, &row)];
    let result = run(&[county(2023, rows), county(2024, rows)], &Assumptions::default());
    for year in 2025..2030 {
        assert_eq!(crate::tiny::row(&result, &primary(901), year), [10, 10, -1, -1, -1, -1]);
    }
}
