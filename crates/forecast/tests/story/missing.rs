//! What is blank stays missing as long as its cohort is there, and nothing else does.

use crate::tiny::{G, county, grades, junior, primary, row, run, total};
use domain::{SchoolYear, Stage};
use forecast::{
    Assumptions, Births, Count, Entrants, EntryRate, Feeder, ForecastError, MissingReason, apply,
};

#[test]
fn a_blank_grade_is_missing_until_its_cohort_leaves() {
    let full = grades([30; 6]);
    let mut blank = full;
    blank[3] = G::Blank;
    let three = grades([60; 3]);
    let before: &[_] =
        &[(1, Stage::Primary, &full[..]), (2, Stage::Primary, &full), (3, Stage::Junior, &three)];
    let now: &[_] =
        &[(1, Stage::Primary, &full[..]), (2, Stage::Primary, &blank), (3, Stage::Junior, &three)];
    let history = [county(2023, before), county(2024, now)];
    let result = run(&history, &Assumptions::default());
    assert_eq!(row(&result, &primary(2), 2025), [30, 30, 30, 30, -2, 30]);
    assert_eq!(row(&result, &primary(2), 2026), [30, 30, 30, 30, 30, -2]);
    assert_eq!(row(&result, &primary(2), 2027), [30; 6]);
    let pupils = result.pupils(&primary(2), SchoolYear(2025)).unwrap();
    let reason = MissingReason::NotReported { year: SchoolYear(2024), grade: 4 };
    assert_eq!(*pupils, Count::Missing(reason));
    let text = result.explain(&primary(2), 5, SchoolYear(2025)).unwrap();
    assert!(text.ends_with("缺。2024/2025 学年四年级人数未填，请补填"), "{text}");
    // Grade 7 of 2027 comes from grade 6 of 2026, of which only school 1 is known: it stands for
    // both, since 30 of its leavers have met 60 entrants so far.
    assert_eq!(row(&result, &junior(3), 2027)[0], 60);
    assert!(result.notes.iter().any(|note| note.code == "leavers_incomplete"));
    let totals = &result.year(SchoolYear(2025)).unwrap().totals;
    assert_eq!((totals[0].pupils, totals[0].sections, totals[0].missing), (180, 1, 1));
    // The judge gets a section without pupils, not one with too few.
    let draft = apply(
        crate::tiny::catalogue(),
        &history[1],
        &result,
        SchoolYear(2025),
        forecast::ClassNorm::default(),
    )
    .unwrap();
    let section = &draft.schools[1].sections[0];
    for (code, known) in
        [("pupils", false), ("classes", false), ("pupils_grade_5", false), ("pupils_grade_4", true)]
    {
        let id = crate::tiny::catalogue().id(code).unwrap();
        assert_eq!(section.facts.get(id).is_some(), known, "{code}");
    }
}

#[test]
fn an_entered_total_waits_for_an_unknown_share() {
    let full = grades([30; 6]);
    let mut blank = full;
    blank[0] = G::Blank;
    let rows: &[_] = &[(1, Stage::Primary, &full[..]), (2, Stage::Primary, &blank)];
    let history = [county(2023, rows), county(2024, rows)];
    let result = run(&history, &Assumptions::default());
    // The trend speaks of school 1 only.
    assert_eq!(row(&result, &primary(1), 2025)[0], 30);
    assert_eq!(row(&result, &primary(2), 2025)[0], -2);
    // So do births whose rate is observed in the snapshots: 30 of 100.
    let births = [2017, 2018, 2019].map(|year| Births { year, children: 100 }).to_vec();
    let given = Assumptions { births, ..Assumptions::default() };
    assert_eq!(row(&run(&history, &given), &primary(1), 2025)[0], 30);
    // An entered rate speaks of every school, as an entered total does.
    let entry_rates = vec![EntryRate { year: SchoolYear(2025), rate: domain::Exact::ONE }];
    let result = run(&history, &Assumptions { entry_rates, ..given });
    assert_eq!(row(&result, &primary(1), 2025)[0], -2);
    let entrants = vec![Entrants { year: SchoolYear(2025), pupils: 70 }];
    let result = run(&history, &Assumptions { entrants, ..Assumptions::default() });
    assert_eq!(row(&result, &primary(1), 2025)[0], -2);
    let text = result.explain(&primary(1), 1, SchoolYear(2025)).unwrap();
    assert!(text.contains("学校 3400000002 小学近两年新生年级人数未填"), "{text}");
}

#[test]
fn a_junior_section_waits_for_its_feeder() {
    let full = grades([30; 6]);
    let mut blank = full;
    blank[5] = G::Blank;
    let three = grades([30; 3]);
    let rows: &[_] = &[
        (1, Stage::Primary, &full[..]),
        (2, Stage::Primary, &blank),
        (3, Stage::Junior, &three),
        (4, Stage::Junior, &three),
    ];
    let one = |primary: u32, junior: u32| Feeder {
        primary: crate::tiny::code(primary),
        junior: crate::tiny::code(junior),
        share: domain::Exact::ONE,
    };
    let given = Assumptions { feeders: vec![one(1, 3), one(2, 4)], ..Assumptions::default() };
    let result = run(&[county(2023, rows), county(2024, rows)], &given);
    assert_eq!(row(&result, &junior(4), 2025)[0], -2);
    let reason = MissingReason::LeaversUnknown { section: primary(2) };
    let found = &result.year(SchoolYear(2025)).unwrap().section(&junior(4)).unwrap().grades[0];
    assert_eq!(found.pupils, Count::Missing(reason));
}

#[test]
fn all_blank_is_no_forecast_and_no_error() {
    let rows: &[_] = &[(1, Stage::Primary, &[G::Blank; 6][..])];
    let result = run(&[county(2023, rows), county(2024, rows)], &Assumptions::default());
    assert_eq!(row(&result, &primary(1), 2029), [-2; 6]);
    assert_eq!(total(&result, 1, 2025), 0);
}

#[test]
fn one_year_is_not_enough() {
    let full = grades([30; 6]);
    let rows: &[_] = &[(1, Stage::Primary, &full[..])];
    let given = Assumptions::default();
    let of = |years: &[i16]| {
        let list: Vec<_> = years.iter().map(|year| county(*year, rows)).collect();
        forecast::forecast(crate::tiny::catalogue(), &list, &given).unwrap_err()
    };
    assert_eq!(of(&[2024]).code(), "FC-HIST-01");
    assert_eq!(of(&[]).code(), "FC-HIST-01");
    assert!(matches!(of(&[2022, 2024]), ForecastError::TooFewYears { found } if found.len() == 2));
    assert_eq!(of(&[2024, 2024]), ForecastError::SameYear(SchoolYear(2024)));
}

#[test]
fn a_junior_section_that_was_blank_once_takes_nothing_from_the_others() {
    let full = grades([100; 6]);
    let (sixty, forty) = (grades([60; 3]), grades([40; 3]));
    let mut blank = forty;
    blank[0] = G::Blank;
    let rows = |two| -> Vec<(u32, Stage, &[G])> {
        vec![
            (1, Stage::Primary, &full[..]),
            (3, Stage::Junior, &sixty[..]),
            (4, Stage::Junior, two),
        ]
    };
    let history = [county(2023, &rows(&forty)), county(2024, &rows(&blank))];
    let result = run(&history, &Assumptions::default());
    // 60 of 100 leavers have met school 3, which is all that is known throughout; school 4 has its
    // usual 40 beside it.
    assert_eq!(row(&result, &junior(3), 2025)[0], 60);
    assert_eq!(row(&result, &junior(4), 2025), [40, -2, 40]);
}
