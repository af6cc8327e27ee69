//! Sections that open, close, merge, grow or take nobody any more.

use crate::tiny::{G, code, county, grades, primary, row, run, total};
use domain::Stage;
use forecast::{Assumptions, Successor};

#[test]
fn a_closed_section_is_gone_and_its_pupils_are_not_a_trend() {
    // School 2 closes in 2024; its 20 of each grade go to school 1.
    let (one, two, three) = (grades([60; 6]), grades([20; 6]), grades([100; 6]));
    let before: &[_] =
        &[(1, Stage::Primary, &one[..]), (2, Stage::Primary, &two), (3, Stage::Primary, &three)];
    let both = grades([80; 6]);
    let now: &[_] = &[(1, Stage::Primary, &both[..]), (3, Stage::Primary, &three)];
    let history = [county(2022, before), county(2023, before), county(2024, now)];
    let result = run(&history, &Assumptions::default());
    assert!(result.year(domain::SchoolYear(2025)).unwrap().section(&primary(2)).is_none());
    // The county's ratio is 1; the leap of school 1 from 60 to 80 pulls its own ratio to
    // (60 + 80 + 100) / (60 + 60 + 100) unless the merger is known.
    assert_eq!(row(&result, &primary(3), 2025), [100; 6]);
    assert_eq!(row(&result, &primary(1), 2025)[0], 80);
    assert!(result.notes.iter().any(|n| n.code == "closed" && n.text.contains("第2学校 小学")));
    let known = vec![Successor { from: code(2), to: code(1) }];
    let result = run(&history, &Assumptions { successors: known, ..Assumptions::default() });
    for year in 2025..2030 {
        assert_eq!(row(&result, &primary(1), year), [80; 6], "{year}");
        assert_eq!(row(&result, &primary(3), year), [100; 6]);
    }
    assert!(result.notes.iter().all(|note| note.code != "closed"));
}

#[test]
fn a_leap_in_a_year_of_reorganisation_is_left_out() {
    // The same, but school 1 doubles: that is no survival ratio.
    let (one, two, three) = (grades([30; 6]), grades([30; 6]), grades([100; 6]));
    let before: &[_] =
        &[(1, Stage::Primary, &one[..]), (2, Stage::Primary, &two), (3, Stage::Primary, &three)];
    let both = grades([60; 6]);
    let now: &[_] = &[(1, Stage::Primary, &both[..]), (3, Stage::Primary, &three)];
    let result = run(
        &[county(2022, before), county(2023, before), county(2024, now)],
        &Assumptions::default(),
    );
    assert_eq!(row(&result, &primary(1), 2025)[1..], [60; 5]);
}

#[test]
fn a_new_school_grows_a_grade_a_year_and_a_teaching_point_does_not() {
    let full = grades([100; 6]);
    let mut first = [G::Dash; 6];
    first[0] = G::N(40);
    let before: &[_] = &[(1, Stage::Primary, &full[..])];
    let now: &[_] = &[
        (1, Stage::Primary, &full[..]),
        (2, Stage::Primary, &first),
        (901, Stage::Primary, &first),
    ];
    let history = [county(2023, before), county(2024, now)];
    let result = run(&history, &Assumptions::default());
    let runs = |number, year| {
        row(&result, &primary(number), year).iter().filter(|pupils| **pupils >= 0).count()
    };
    assert_eq!([2025, 2026, 2027, 2028, 2029].map(|year| runs(2, year)), [2, 3, 4, 5, 6]);
    assert_eq!([2025, 2029].map(|year| runs(901, year)), [1, 1]);
    // The 40 moved up by the county's ratio of 1.
    assert_eq!(row(&result, &primary(2), 2025)[1], 40);
    assert!(result.notes.iter().any(|n| n.code == "opened" && n.text.contains("第2学校 小学")));
}

#[test]
fn a_school_that_takes_nobody_any_more_empties() {
    let full = grades([50; 6]);
    let mut leaving = full;
    leaving[0] = G::Dash;
    let before: &[_] = &[(1, Stage::Primary, &full[..]), (2, Stage::Primary, &full)];
    let now: &[_] = &[(1, Stage::Primary, &full[..]), (2, Stage::Primary, &leaving)];
    let result = run(&[county(2023, before), county(2024, now)], &Assumptions::default());
    assert_eq!(row(&result, &primary(2), 2025)[..3], [-1, -1, 50]);
    assert_eq!(row(&result, &primary(2), 2029), [-1; 6]);
}

#[test]
fn leavers_of_a_teaching_point_are_found_in_the_schools_that_take_them() {
    // 10 of each year go from the point's grade 2 to school 1.
    let one = grades([30, 30, 40, 40, 40, 40]);
    let point = [G::N(10), G::N(10), G::Dash, G::Dash, G::Dash, G::Dash];
    // 0 written where — is meant.
    let zeros = grades([10, 10, 0, 0, 0, 0]);
    for point in [&point, &zeros] {
        let rows: &[_] = &[(1, Stage::Primary, &one[..]), (901, Stage::Primary, &point[..])];
        let result = run(&[county(2023, rows), county(2024, rows)], &Assumptions::default());
        assert_eq!(row(&result, &primary(901), 2027)[2], -1);
        for year in 2025..2030 {
            assert_eq!(row(&result, &primary(1), year), [30, 30, 40, 40, 40, 40]);
        }
    }
}

#[test]
fn a_section_that_begins_with_a_higher_grade_takes_its_share() {
    // School 2 runs grades 4 to 6 only: half of the county's grade 3.
    let one = grades([40, 40, 40, 20, 20, 20]);
    let two = [G::Dash, G::Dash, G::Dash, G::N(20), G::N(20), G::N(20)];
    let rows: &[_] = &[(1, Stage::Primary, &one[..]), (2, Stage::Primary, &two)];
    let result = run(&[county(2023, rows), county(2024, rows)], &Assumptions::default());
    assert_eq!(row(&result, &primary(2), 2029), [-1, -1, -1, 20, 20, 20]);
    assert_eq!(total(&result, 4, 2029), 40);
    let text = result.explain(&primary(2), 4, domain::SchoolYear(2025)).unwrap();
    assert!(text.contains("40 人 × 本校历年所占比例 0.5 = 20 人"), "{text}");
}

#[test]
fn a_new_section_that_takes_over_pupils_is_no_loss_to_the_county() {
    // School 1 gives 40 of each grade to a new school 2.
    let (all, kept, moved) = (grades([100; 6]), grades([60; 6]), grades([40; 6]));
    let before: &[_] = &[(1, Stage::Primary, &all[..])];
    let now: &[_] = &[(1, Stage::Primary, &kept[..]), (2, Stage::Primary, &moved)];
    let result = run(&[county(2023, before), county(2024, now)], &Assumptions::default());
    let steps = result.ratios.iter().filter(|step| step.from_grade < 6);
    assert!(steps.clone().all(|step| step.ratio == Some(domain::Exact::ONE)));
    assert_eq!(steps.count(), 6);
    assert_eq!(row(&result, &primary(2), 2025), [40; 6]);
}

#[test]
fn leavers_of_a_closed_section_count_in_the_ratio_to_grade_seven() {
    let (half, all, three) = (grades([50; 6]), grades([100; 6]), grades([100; 3]));
    let before: &[_] =
        &[(1, Stage::Primary, &half[..]), (2, Stage::Primary, &half), (3, Stage::Junior, &three)];
    let now: &[_] = &[(1, Stage::Primary, &all[..]), (3, Stage::Junior, &three)];
    let result = run(&[county(2023, before), county(2024, now)], &Assumptions::default());
    assert_eq!(total(&result, 7, 2025), 100);
}

#[test]
fn a_leap_of_the_entrants_is_compounded_within_bounds_only() {
    // 40 and then 80 enter: not 160 next year, but a quarter more.
    let year = |year, first| {
        let row = grades([first, 40, 40, 40, 40, 40]);
        county(year, &[(1, Stage::Primary, &row[..])])
    };
    let result = run(&[year(2023, 40), year(2024, 80)], &Assumptions::default());
    assert_eq!([2025, 2026].map(|year| total(&result, 1, year)), [100, 125]);
    let result = run(&[year(2023, 80), year(2024, 40)], &Assumptions::default());
    assert_eq!([2025, 2026].map(|year| total(&result, 1, year)), [32, 26]);
}
