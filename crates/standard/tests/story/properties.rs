//! What holds of every county.

use crate::complete::complete;
use crate::make::{Look as _, Make as _, county, judge, judge_with, school, set};
use domain::{Draft, Exact, Fact, Facts, OriginId, School, SchoolKind, Stage, Value};
use proptest::prelude::*;
use rust_decimal::Decimal;
use standard::Evaluation;
use standard::evaluation::OverallVerdict;
use standard::evaluation::Verdict::{self, Fail, NotApplicable, Pass};

const SECTION_ITEMS: [&str; 9] = [
    "teachers_doctor",
    "teachers_master",
    "teachers_bachelor",
    "teachers_college",
    "teachers_backbone",
    "teachers_pe",
    "teachers_art",
    "teachers_music",
    "teachers_fine_art",
];
const SCHOOL_ITEMS: [&str; 5] = [
    "teaching_rooms_area",
    "indoor_sports_area",
    "outdoor_sports_area",
    "equipment_value",
    "multimedia_rooms",
];

const KINDS: [SchoolKind; 6] = [
    SchoolKind::Primary,
    SchoolKind::Junior,
    SchoolKind::NineYear,
    SchoolKind::TwelveYear,
    SchoolKind::CompleteSecondary,
    SchoolKind::TeachingPoint,
];

/// One in twelve figures is not known.
fn figure(most: u32) -> impl Strategy<Value = Option<u32>> {
    (0..12u8, 0..=most).prop_map(|(known, n)| (known > 0).then_some(n))
}

fn facts(
    items: &'static [&'static str],
    most: u32,
) -> impl Strategy<Value = Vec<(&'static str, Option<u32>)>> {
    prop::collection::vec(figure(most), items.len())
        .prop_map(move |values| items.iter().copied().zip(values).collect())
}

fn set_known(facts: &mut Facts, known: &[(&str, Option<u32>)]) {
    for (item, value) in known {
        set(facts, item, &value.map_or_else(String::new, |v| v.to_string()));
    }
}

prop_compose! {
    fn any_school()(
        kind in prop::sample::select(&KINDS[..]),
        pupils in prop::collection::vec(1u32..2600, 3),
        teachers in prop::collection::vec(facts(&SECTION_ITEMS, 60), 3),
        buildings in facts(&SCHOOL_ITEMS, 20_000),
    ) -> School {
        let mut school = school(1, "", kind);
        set_known(&mut school.facts, &buildings);
        for stage in kind.stages() {
            let index = stage.index();
            school = school.section_with(*stage, &format!("pupils={}", pupils[index]));
            let section = school.sections.last_mut().unwrap();
            set_known(&mut section.facts, &teachers[index]);
        }
        school
    }
}

prop_compose! {
    fn any_county()(schools in prop::collection::vec(any_school(), 1..7)) -> Draft {
        let mut draft = county(2024);
        for (number, mut school) in (1..).zip(schools) {
            school.code = crate::make::code(number);
            school.name = format!("第{number}学校");
            draft.schools.push(school);
        }
        draft
    }
}

fn json(evaluation: &Evaluation) -> String {
    serde_json::to_string_pretty(evaluation).unwrap()
}

/// Applies a change to every number of the county.
fn map_numbers(draft: &mut Draft, change: impl Fn(Decimal) -> Decimal) {
    let map = |facts: &mut Facts| {
        let all: Vec<_> = facts.iter().map(|(id, fact)| (id, fact.value.clone())).collect();
        for (id, value) in all {
            if let Value::Number(number) = value {
                let value = Value::Number(change(number));
                facts.set(id, Fact { value, origin: OriginId(0) });
            }
        }
    };
    map(&mut draft.county.facts);
    for school in &mut draft.schools {
        map(&mut school.facts);
        school.sections.iter_mut().for_each(|s| map(&mut s.facts));
        school.classes.iter_mut().for_each(|c| map(&mut c.facts));
        school.rooms.iter_mut().for_each(|r| map(&mut r.facts));
    }
}

/// The figures that do not depend on how large the county is.
fn ratios(evaluation: &Evaluation) -> Vec<String> {
    let mut all = Vec::new();
    for section in &evaluation.sections {
        let values = section.values.iter();
        all.extend(
            values.map(|v| format!("{:?} {:?} {:?}", v.value, v.verdict, v.verdict_if_rounded)),
        );
        all.push(format!("{} {:?} {}", section.reached, section.verdict, section.remark));
    }
    for stage in &evaluation.stages {
        all.push(format!("{:?} {:?} {:?}", stage.indicators, stage.composite, stage.share));
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_anything_does_not_matter(draft in any_county(), turn in 0usize..7) {
        let one = json(&judge(&draft));
        let mut other = draft.clone();
        other.schools.reverse();
        let len = other.schools.len();
        other.schools.rotate_left(turn % len);
        for school in &mut other.schools {
            school.sections.reverse();
        }
        prop_assert_eq!(one, json(&judge(&other)));
    }

    #[test]
    fn a_county_k_times_as_large_has_the_same_values_and_coefficients(
        draft in any_county(),
        times in 2u32..50,
    ) {
        // No teaching points: at 50 pupils they become schools.
        let mut draft = draft;
        draft.schools.retain(|s| s.kind != SchoolKind::TeachingPoint);
        let one = judge(&draft);
        map_numbers(&mut draft, |n| n * Decimal::from(times));
        let many = judge(&draft);
        prop_assert_eq!(ratios(&one), ratios(&many));
    }

    #[test]
    fn digits_that_say_nothing_change_nothing(draft in any_county(), zeros in 1u32..6) {
        let one = judge(&draft);
        let mut other = draft.clone();
        map_numbers(&mut other, |mut n| {
            n.rescale(n.scale() + zeros);
            n
        });
        prop_assert_eq!(json(&one), json(&judge(&other)));
    }

    #[test]
    fn what_is_shared_out_is_all_there_is(
        area in 1u32..1_000_000,
        pupils in prop::collection::vec(1u32..3000, 3),
        whole in prop::sample::select(&[SchoolKind::NineYear, SchoolKind::TwelveYear][..]),
    ) {
        let mut draft = county(2024);
        let mut school = school(1, "一校", whole)
            .with(&format!("outdoor_sports_area={area} indoor_sports_area=0"));
        for stage in whole.stages() {
            school = school.section_with(*stage, &format!("pupils={}", pupils[stage.index()]));
        }
        draft.schools.push(school);
        let evaluation = judge(&draft);
        let of = |stage: Stage| Exact::from(i64::from(pupils[stage.index()]));
        let part = |stage: Stage| {
            &evaluation.value("一校", stage, "L5").value.as_ref().unwrap().exact * &of(stage)
        };
        let mut total = &part(Stage::Primary) + &part(Stage::Junior);
        if whole == SchoolKind::TwelveYear {
            // The senior stage is not judged and takes 1.32 for the primary stage's 1.
            let a_primary_pupil = part(Stage::Primary).checked_div(&of(Stage::Primary)).unwrap();
            let senior = &of(Stage::Senior) * &Exact::ratio(132, 100);
            total = &total + &(&a_primary_pupil * &senior);
        }
        prop_assert_eq!(total, Exact::from(i64::from(area)));
        // And the junior pupil's part is 1.1 times the primary pupil's.
        let each = |stage: Stage| part(stage).checked_div(&of(stage)).unwrap();
        let weighted = &each(Stage::Primary) * &Exact::ratio(11, 10);
        prop_assert_eq!(each(Stage::Junior), weighted);
    }

    #[test]
    fn one_school_differs_from_nobody(school in any_school()) {
        let mut draft = county(2024);
        draft.schools.push(school);
        let evaluation = judge(&draft);
        for stage in &evaluation.stages {
            for indicator in &stage.indicators {
                if let Some(coefficient) = &indicator.coefficient {
                    prop_assert_eq!(&coefficient.value, "0.000000");
                }
                let passes = indicator.verdict == Pass;
                prop_assert_eq!(indicator.coefficient.is_some(), passes);
            }
        }
    }

    #[test]
    fn an_evaluation_comes_back_from_its_json(draft in any_county()) {
        let evaluation = judge(&draft);
        let text = json(&evaluation);
        let back: Evaluation = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(&back, &evaluation);
        prop_assert_eq!(json(&back), text);
    }

    #[test]
    fn what_is_missing_never_passes(draft in any_county()) {
        let evaluation = judge(&draft);
        for section in &evaluation.sections {
            for value in &section.values {
                prop_assert_eq!(value.value.is_none(), value.verdict == Verdict::Missing);
                prop_assert_eq!(value.value.is_none(), value.reason.is_some());
            }
            if section.verdict == Pass {
                prop_assert!(section.values.iter().all(|v| v.value.is_some()));
            }
        }
        // Such a county says nothing of its government: it never passes.
        prop_assert_eq!(evaluation.overall.verdict, OverallVerdict::NotDecidable);
        prop_assert!(!evaluation.overall.missing.is_empty());
    }

    #[test]
    fn relief_makes_nothing_worse(
        changes in prop::collection::vec(
            (0usize..5, 1990u32..2026, 0u32..4000, any::<bool>(), 30u32..110, 0u32..2600),
            1..4,
        ),
        rooms in 50u32..100,
    ) {
        let mut draft = complete();
        for (index, year, grounds, dense, pupils, migrants) in changes {
            let school = &mut draft.schools[index];
            let dense = if dense { "是" } else { "否" };
            crate::make::set_all(
                &mut school.facts,
                &format!("year_built={year} leased_sports_area={grounds} dense_city_centre={dense} residence=220"),
            );
            for room in &mut school.rooms {
                set(&mut room.facts, "room_area", &rooms.to_string());
            }
            let section = &mut school.sections[0].facts;
            crate::make::set_all(
                section,
                &format!("pupils={pupils} pupils_migrant={migrants} teachers_visiting=1 teachers_pe=0"),
            );
        }
        let off = judge_with(&draft, &[("relief", "否")]).unwrap();
        let on = judge_with(&draft, &[("relief", "是")]).unwrap();
        // The order in which verdicts are better. Coefficients are left out: with more grounds for
        // some, schools may differ more.
        let rank = |verdict: Verdict| match verdict {
            Fail => 0,
            Verdict::Near => 1,
            _ => 2,
        };
        for (before, after) in off.sections.iter().zip(&on.sections) {
            prop_assert!(rank(after.verdict) >= rank(before.verdict));
            for (before, after) in before.values.iter().zip(&after.values) {
                prop_assert!(rank(after.verdict) >= rank(before.verdict));
                prop_assert!(after.value.as_ref().unwrap().exact >= before.value.as_ref().unwrap().exact);
            }
        }
        let parts = |e: &Evaluation| -> Vec<(String, Verdict)> {
            let indicators = e.groups.iter().flat_map(|g| &g.indicators);
            indicators.flat_map(|i| &i.parts).map(|p| (p.code.clone(), p.verdict)).collect()
        };
        for ((code, before), (_, after)) in parts(&off).into_iter().zip(parts(&on)) {
            prop_assert!(rank(after) >= rank(before), "{}", code);
        }
    }
}

#[test]
fn a_stage_where_nobody_has_anything_fails_by_its_schools_and_is_decided() {
    let mut draft = complete();
    for school in &mut draft.schools {
        for section in school.sections.iter_mut().filter(|s| s.stage == Stage::Junior) {
            set(&mut section.facts, "teachers_backbone", "0");
        }
    }
    let evaluation = judge(&draft);
    let spread = evaluation.spread(Stage::Junior, "L2");
    assert_eq!((spread.verdict, spread.coefficient.as_ref()), (NotApplicable, None));
    assert_eq!(evaluation.overall.missing, []);
    assert_eq!(evaluation.overall.verdict, OverallVerdict::Fail);
    assert_eq!(evaluation.failures(), ["section:9900000003:junior", "section:9900000004:junior"]);
}
