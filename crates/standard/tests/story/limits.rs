//! The difference coefficients at their limits.
//!
//! Two sections of equal pupils with the values m(1−τ) and m(1+τ) have the coefficient τ exactly.

use crate::make::{Look as _, Make as _, county, judge, options, quality, school, seal};
use domain::{Draft, SchoolKind, Stage};
use rust_decimal::Decimal;
use standard::evaluation::Verdict::{self, Fail, Missing, NotApplicable, Pass};

/// Items whose amount is the indicator's numerator, with their smallest step.
const ITEMS: [(&str, &str, &str); 7] = [
    ("L1", "teachers_bachelor", "1"),
    ("L2", "teachers_backbone", "1"),
    ("L3", "teachers_music", "1"),
    ("L4", "teaching_rooms_area", "0.01"),
    ("L5", "outdoor_sports_area", "0.01"),
    ("L6", "equipment_value", "0.0001"),
    ("L7", "multimedia_rooms", "1"),
];

fn two(stage: Stage, item: &str, amounts: [Decimal; 2]) -> Draft {
    let mut draft = county(2024);
    let kind = if stage == Stage::Primary { SchoolKind::Primary } else { SchoolKind::Junior };
    for (number, amount) in (1..).zip(amounts) {
        draft.schools.push(
            school(number, &format!("第{number}学校"), kind)
                .with("teaching_rooms_area=1 indoor_sports_area=0 outdoor_sports_area=1")
                .section_with(
                    stage,
                    "pupils=1000000 teachers_doctor=0 teachers_master=0 teachers_bachelor=0 \
                     teachers_college=0 teachers_pe=0 teachers_art=0 teachers_music=0 \
                     teachers_fine_art=0",
                ),
        );
        let place = match crate::make::level(item) {
            domain::Level::School => format!("第{number}学校"),
            _ => format!("第{number}学校 {stage}"),
        };
        crate::make::change(&mut draft, &place, &format!("{item}={amount}"));
    }
    draft
}

#[test]
fn every_limit_is_exact() {
    for (stage, low, high, shown) in
        [(Stage::Primary, 50_000, 150_000, "0.500"), (Stage::Junior, 55_000, 145_000, "0.450")]
    {
        for (indicator, item, step) in ITEMS {
            let step: Decimal = step.parse().unwrap();
            let (low, high) = (Decimal::from(low), Decimal::from(high));
            let cases: [([Decimal; 2], Verdict, Option<Verdict>); 5] = [
                ([low + step, high], Pass, None),
                ([low, high], Pass, None),
                ([low - step, high], Fail, Some(Pass)),
                ([low, high + step], Fail, Some(Pass)),
                ([low / Decimal::TWO, high], Fail, None),
            ];
            for (amounts, verdict, if_rounded) in cases {
                let evaluation = judge(&two(stage, item, amounts));
                let spread = evaluation.spread(stage, indicator);
                let case = format!("{stage} {indicator} {amounts:?}");
                assert_eq!(spread.verdict, verdict, "{case}");
                assert_eq!(spread.verdict_if_rounded, if_rounded, "{case}: rounded");
                let printed = &spread.coefficient.as_ref().unwrap().shown;
                assert_eq!(printed == shown, if_rounded.is_some() || verdict == Pass, "{case}");
                let subject = format!("coefficient:{}:{indicator}", stage.code());
                let failures = evaluation.failures();
                assert_eq!(failures.contains(&&*subject), verdict == Fail, "{case}");
            }
        }
    }
}

#[test]
fn one_value_missing_and_the_coefficient_is_missing() {
    let ten = Decimal::from(10);
    let mut draft = two(Stage::Primary, "teachers_backbone", [ten, ten]);
    crate::make::change(&mut draft, "第2学校 小学", "teachers_backbone=");
    let evaluation = judge(&draft);
    let spread = evaluation.spread(Stage::Primary, "L2");
    assert_eq!((spread.verdict, spread.known, spread.reached), (Missing, 1, 0));
    assert_eq!(spread.coefficient, None);
    assert_eq!(spread.mean, None);
    let composite = &evaluation.stage(Stage::Primary).unwrap().composite;
    assert_eq!((composite.verdict, composite.value.as_ref()), (NotApplicable, None));
}

#[test]
fn a_stage_without_sections_has_no_coefficient_to_judge() {
    let ten = Decimal::from(10);
    let evaluation = judge(&two(Stage::Primary, "teachers_backbone", [ten, ten]));
    let junior = evaluation.stage(Stage::Junior).unwrap();
    assert_eq!(junior.sections, 0);
    assert!(junior.indicators.iter().all(|i| i.verdict == NotApplicable));
}

#[test]
fn pupils_weigh_and_the_other_forms_say_when_they_would_judge_otherwise() {
    // 5 primary schools: weighted 0.5153, unweighted 0.489, sample 0.546. At 0.50 the form decides.
    let mut draft = county(2024);
    for (number, pupils, rooms) in
        [(1, 45, 279), (2, 37, 137), (3, 89, 935), (4, 76, 160), (5, 55, 402)]
    {
        draft.schools.push(
            school(number, &format!("第{number}小学"), SchoolKind::Primary)
                .with(&format!("multimedia_rooms={rooms}"))
                .section_with(Stage::Primary, &format!("pupils={pupils}")),
        );
    }
    let spread = |compare_forms| {
        let mut options = options(&[]);
        options.compare_forms = compare_forms;
        let evaluation = standard::evaluate(&seal(&draft), quality(), &options).unwrap();
        evaluation.spread(Stage::Primary, "L7").clone()
    };
    assert_eq!(spread(false).other_forms, None);
    let spread = spread(true);
    assert_eq!(spread.verdict, Fail);
    assert_eq!(spread.coefficient.unwrap().shown, "0.515");
    let other = spread.other_forms.unwrap();
    assert_eq!(other.unweighted.shown, "0.489");
    assert_eq!(other.sample.unwrap().shown, "0.546");
    assert!(other.changes_verdict);
}
