//! Take one fact away from a county that passes: it cannot be judged, and what is missing is named,
//! with every indicator that needs it. Never a pass, never a zero.

use crate::complete::{BOTH, JUNIOR, POINT, TOWN, VILLAGE, complete};
use crate::make::{Look as _, catalogue, change, changed, facts, judge};
use domain::{Draft, ItemId, Place, Stage};
use standard::evaluation::Verdict::{self, Fail, Missing};
use standard::evaluation::{Evaluation, MissingFact, OverallVerdict};
use std::fmt::Write as _;

/// Every fact of the county by its place: named as [`facts`] takes it.
fn all_facts(draft: &Draft) -> Vec<(String, ItemId)> {
    let snapshot = crate::make::seal(draft);
    snapshot
        .places()
        .filter(|place| matches!(place, Place::County(_) | Place::School(..) | Place::Section(..)))
        .flat_map(|place| {
            let name = if let Place::County(_) = place { String::new() } else { place.title() };
            let own = place.facts(place.level()).unwrap();
            own.iter().map(move |(id, _)| (name.clone(), id)).collect::<Vec<_>>()
        })
        .collect()
}

fn needed_by(missing: &MissingFact) -> String {
    missing.needed_by.join(" ")
}

/// Nothing passes that needs what is missing.
fn nothing_hides(evaluation: &Evaluation) {
    assert_eq!(evaluation.overall.verdict, OverallVerdict::NotDecidable);
    assert_eq!(evaluation.overall.certain_failures, 0);
    assert!(evaluation.overall.reasons.iter().all(|r| r.verdict == Missing));
    assert!(!evaluation.overall.reasons.is_empty());
    for code in evaluation.overall.missing.iter().flat_map(|m| &m.needed_by) {
        let section = evaluation
            .sections
            .iter()
            .any(|s| s.value(code).is_some_and(|v| v.verdict == Missing && v.value.is_none()));
        let mut parts = evaluation.groups.iter().flat_map(|g| &g.indicators).flat_map(|i| &i.parts);
        let county = parts.any(|p| p.code == *code && p.verdict == Missing && p.reason.is_some());
        assert!(section || county, "{code} needs what is missing and is not missing");
    }
}

#[test]
fn without_any_one_needed_fact_the_county_cannot_be_judged() {
    let whole = complete();
    let passed = judge(&whole);
    let mut report = String::new();
    let mut needed = 0;
    for (place, id) in all_facts(&whole) {
        let item = catalogue().item(id);
        let mut draft = whole.clone();
        facts(&mut draft, &place).remove(id);
        let evaluation = judge(&draft);
        let missing = &evaluation.overall.missing;
        let shown = if place.is_empty() { "全县" } else { place.as_str() };
        if evaluation.overall.verdict == OverallVerdict::Pass {
            assert_eq!(missing, &[]);
            assert_eq!(evaluation.stages, passed.stages, "{place} {}", item.code);
            writeln!(report, "{shown} {}: 不需要", item.code).unwrap();
            continue;
        }
        nothing_hides(&evaluation);
        if place.starts_with(POINT) && item.code == "pupils" {
            // It may have 50 pupils: then it is judged, and nothing else is known of it.
            assert!(missing.len() > 20);
            assert!(missing.iter().all(|m| m.place.starts_with(POINT)));
            continue;
        }
        // The largest class stands for the size bands, which are asked for in its stead.
        if item.code == "largest_class" {
            assert_eq!(missing.len(), if place.ends_with("小学") { 5 } else { 4 });
            assert!(missing.iter().all(|m| m.item.starts_with("classes_")));
        } else {
            assert_eq!(missing.len(), 1, "{place} {}: {missing:#?}", item.code);
            assert_eq!(missing[0].item, item.code);
            assert_eq!(missing[0].zh, item.zh);
        }
        for fact in missing {
            assert_eq!(fact.place, if place.is_empty() { "试算县" } else { &place });
            assert_eq!(fact.school.is_none(), place.is_empty());
        }
        writeln!(report, "{shown} {}: {}", item.code, needed_by(&missing[0])).unwrap();
        needed += 1;
    }
    assert!(needed > 200, "{needed}");
    insta::assert_snapshot!("needed_facts", report);
}

#[test]
fn nobody_gets_round_a_rule_by_a_dash() {
    for (place, item, needed) in [
        ("", "teacher_pay", "G8"),
        ("", "civil_servant_pay", "G8"),
        ("", "senior_plan", "G14.1"),
        ("", "survey_satisfied", "S1.1"),
        (TOWN, "training_funds", "Q4"),
        (TOWN, "multimedia_rooms", "L7"),
        ("城关小学 小学", "largest_class", "G5"),
        ("城关小学 小学", "teachers_backbone", "L2"),
        ("城关小学 小学", "teachers_art", "L3"),
    ] {
        let mut draft = complete();
        change(&mut draft, place, &format!("{item}=—"));
        let evaluation = judge(&draft);
        nothing_hides(&evaluation);
        let missing = &evaluation.overall.missing;
        assert_eq!(missing.len(), 1, "{item}: {missing:#?}");
        assert_eq!(needed_by(&missing[0]), needed);
        // Where a definition stands between, the place is named and not the item.
        let named = missing[0].item == item && missing[0].zh.ends_with("（填了“—”）");
        assert!(named || missing[0].zh == "填了“—”，这里要有数", "{:#?}", missing[0]);
    }
    // All of a school: it is not judged by what is left, and its stage has no coefficient.
    let mut draft = complete();
    change(&mut draft, "城关小学 小学", "pupils=—");
    let evaluation = judge(&draft);
    nothing_hides(&evaluation);
    let town = evaluation.section(TOWN, Stage::Primary);
    assert!(town.values.iter().all(|v| v.verdict == Missing));
    assert_eq!(town.verdict, Missing);
    let stage = evaluation.stage(Stage::Primary).unwrap();
    assert!(stage.indicators.iter().all(|i| i.verdict == Missing));
}

#[test]
fn certain_failures_are_counted_beside_what_is_missing() {
    let draft = changed(
        &complete(),
        &[
            ("", "teacher_pay=1 visits="),
            ("城关小学 小学", "teachers_backbone=0 teachers_pe="),
            ("柳林小学 小学", "teachers_pe=0"),
        ],
    );
    let evaluation = judge(&draft);
    let overall = &evaluation.overall;
    assert_eq!(overall.verdict, OverallVerdict::NotDecidable);
    // G8, the coefficient of L2, the town's section (L2 below its floor whatever L3 is) and the
    // village's (L3 at zero).
    let failures = evaluation.failures();
    assert_eq!(
        failures,
        [
            "coefficient:primary:L2",
            "G8",
            "section:9900000001:primary",
            "section:9900000002:primary"
        ]
    );
    assert_eq!(overall.certain_failures, failures.len());
    let missing: Vec<_> = overall.missing.iter().map(|m| (&*m.item, needed_by(m))).collect();
    assert_eq!(missing, [("visits", "S1.2".to_owned()), ("teachers_pe", "L3".to_owned())]);
    let subjects: Vec<_> = overall.reasons[4..].iter().map(|r| r.subject.as_str()).collect();
    assert_eq!(subjects, ["coefficient:primary:L3", "S1"]);
}

#[test]
fn a_failing_school_fails_the_rule_though_another_has_no_figures() {
    let draft = changed(&complete(), &[(TOWN, "training_funds=0"), (VILLAGE, "training_funds=")]);
    let evaluation = judge(&draft);
    let part = evaluation.part("Q4");
    assert_eq!(part.verdict, Fail);
    assert_eq!(part.failing.len(), 1);
    assert_eq!(part.reason.as_deref(), Some("1 处缺少数据"));
    assert_eq!(evaluation.overall.verdict, OverallVerdict::NotDecidable);
}

#[test]
fn rooms_that_are_not_listed_are_not_no_rooms() {
    let mut draft = complete();
    draft.schools.iter_mut().find(|s| s.name == JUNIOR).unwrap().rooms.clear();
    let evaluation = judge(&draft);
    assert_eq!(evaluation.county_indicator("G3").unwrap().verdict, Missing);
    let missing = &evaluation.overall.missing;
    assert_eq!(missing.len(), 1);
    assert_eq!(missing[0].zh, "城关中学 没有音乐、美术专用教室清单");
    assert_eq!(missing[0].needed_by, ["G3.1", "G3.2"]);
    assert_eq!(missing[0].item, "");
    // Unless the school says that it has none: then it fails.
    change(&mut draft, JUNIOR, "music_rooms=0 art_rooms=0");
    let evaluation = judge(&draft);
    assert_eq!(evaluation.county_indicator("G3").unwrap().verdict, Fail);
    assert_eq!(evaluation.overall.missing, []);
}

#[test]
fn a_room_without_its_area_is_not_a_small_room() {
    let mut draft = complete();
    let school = draft.schools.iter_mut().find(|s| s.name == BOTH).unwrap();
    crate::make::set(&mut school.rooms[3].facts, "room_area", "");
    let evaluation = judge(&draft);
    assert_eq!(evaluation.part("G3.2").verdict, Missing);
    assert_eq!(evaluation.part("G3.1").verdict, Verdict::Pass);
    let missing = &evaluation.overall.missing;
    assert_eq!(missing.len(), 1);
    assert_eq!((&*missing[0].item, &*missing[0].place), ("room_area", "青山学校 美术专用教室 2"));
}

#[test]
fn a_county_without_schools_is_not_decidable() {
    let mut draft = complete();
    draft.schools.clear();
    let evaluation = judge(&draft);
    assert_eq!(evaluation.overall.verdict, OverallVerdict::NotDecidable);
    assert!(evaluation.overall.reasons.iter().any(|r| r.subject == "sections"));
}

#[test]
fn a_ratio_over_nothing_is_missing_and_says_so() {
    let mut draft = complete();
    change(&mut draft, "", "survey_valid=0 survey_satisfied=0");
    let evaluation = judge(&draft);
    let part = evaluation.part("S1.1");
    assert_eq!(part.verdict, Missing);
    assert_eq!(part.reason.as_deref(), Some("分母为零，无法计算"));
    let missing = &evaluation.overall.missing;
    assert_eq!(missing.len(), 1);
    assert_eq!(missing[0].zh, "问卷调查综合满意度：分母为零");
}
