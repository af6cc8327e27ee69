//! Rules that the national standard does not use, by small packs: groups that decide nothing, parts
//! for show with a bound, another floor, figures that may be a dash.

use crate::make::{Look as _, Make as _, county, options, seal, set_all};
use crate::refusals::{load_from, sound};
use domain::{Draft, SchoolKind, Stage};
use standard::Evaluation;
use standard::evaluation::OverallVerdict;
use standard::evaluation::Verdict::{Missing, Near, NotApplicable, Pass};

/// The sound pack with a text in the place of another.
fn judged(draft: &Draft, changes: &[(&str, &str, &str)], more: &str) -> Evaluation {
    let mut files = sound();
    for (file, old, new) in changes {
        let text = files.get_mut(&format!("standards/probe/{file}")).unwrap();
        assert!(text.contains(old), "{file} has no {old}");
        *text = text.replace(old, new);
    }
    files.insert("standards/probe/z.toml".into(), more.to_owned());
    let standard = load_from(&files).unwrap_or_else(|error| panic!("{error}"));
    standard::evaluate(&seal(draft), &standard, &options(&[])).unwrap()
}

fn one_school(area: &str, teachers: &str) -> Draft {
    let mut draft = county(2024);
    draft.schools.push(
        crate::make::school(1, "一校", SchoolKind::Primary)
            .with(&format!("teaching_rooms_area={area}"))
            .section_with(Stage::Primary, &format!("pupils=1000 teachers={teachers}")),
    );
    set_all(&mut draft.county.facts, "survey_satisfied=90 survey_valid=100");
    draft.county.attestations.push(crate::make::attestation("C1"));
    draft
}

#[test]
fn the_sound_pack_passes_a_small_county() {
    let evaluation = judged(&one_school("5000", "42"), &[], "");
    assert_eq!(evaluation.overall.reasons, []);
    assert_eq!(evaluation.overall.verdict, OverallVerdict::Pass);
}

#[test]
fn what_a_group_lacks_that_decides_nothing_does_not_matter() {
    let more = "[[group]]\ncode = \"show\"\nzh = \"参考\"\nclause = \"甲\"\narticle = \"\"\ndecides = false\n\
        [[county_indicator]]\ncode = \"D1\"\ngroup = \"show\"\nzh = \"工资\"\narticle = \"\"\n\
        [[county_indicator.part]]\ncode = \"D1\"\nzh = \"工资\"\nvalue = \"teacher_pay\"\nunit = \"元\"\n\
        at_least = \"civil_servant_pay\"\n";
    let draft = one_school("5000", "42");
    let evaluation = judged(&draft, &[], more);
    assert_eq!(evaluation.part("D1").verdict, Missing);
    assert_eq!(evaluation.overall.missing, []);
    assert_eq!(evaluation.overall.verdict, OverallVerdict::Pass);
    let decides = more.replace("decides = false", "decides = true");
    let evaluation = judged(&draft, &[], &decides);
    assert_eq!(evaluation.overall.verdict, OverallVerdict::NotDecidable);
}

#[test]
fn a_part_for_show_needs_neither_its_value_nor_its_bound() {
    let more = "[[county_indicator]]\ncode = \"D1\"\ngroup = \"work\"\nzh = \"工资\"\narticle = \"\"\n\
        [[county_indicator.part]]\ncode = \"D1.1\"\nzh = \"有\"\nvalue = \"survey_valid\"\nunit = \"份\"\n\
        at_least = \"1 份\"\n\
        [[county_indicator.part]]\ncode = \"D1.2\"\nzh = \"工资\"\nvalue = \"teacher_pay\"\nunit = \"元\"\n\
        at_least = \"civil_servant_pay\"\ninformative = true\n";
    for known in ["", "teacher_pay=1", "teacher_pay=1 civil_servant_pay=2"] {
        let mut draft = one_school("5000", "42");
        set_all(&mut draft.county.facts, known);
        let evaluation = judged(&draft, &[], more);
        assert_eq!(evaluation.overall.missing, [], "{known}");
        assert_eq!(evaluation.overall.verdict, OverallVerdict::Pass, "{known}");
    }
}

#[test]
fn the_remark_names_the_floor_of_the_standard() {
    let changes = [("rules.toml", "floor = \"0.85\"", "floor = \"0.6\"")];
    let evaluation = judged(&one_school("5000", "26"), &changes, "");
    let section = evaluation.section("一校", Stage::Primary);
    assert_eq!(section.values[0].verdict, Near);
    assert_eq!(section.remark, "达到标准的60%：A1");
}

#[test]
fn a_dash_is_an_answer_where_the_rule_says_so() {
    let threshold = (
        "indicators.toml",
        "gap = { unit = \"㎡\"",
        "may_not_apply = true\nthreshold = { both = \"4\" }\ngap = { unit = \"㎡\"",
    );
    let evaluation = judged(&one_school("—", "42"), &[threshold], "");
    assert_eq!(evaluation.value("一校", Stage::Primary, "A2").verdict, NotApplicable);
    assert_eq!(evaluation.section("一校", Stage::Primary).verdict, Pass);
    assert_eq!(evaluation.overall.verdict, OverallVerdict::Pass);
    let evaluation = judged(&one_school("—", "42"), &[], "");
    assert_eq!(evaluation.overall.verdict, OverallVerdict::NotDecidable);
    let evaluation = judged(
        &one_school("—", "—"),
        &[
            threshold,
            ("indicators.toml", "coefficient = {", "may_not_apply = true\ncoefficient = {"),
        ],
        "",
    );
    // Nothing applies: that is no pass either.
    assert_eq!(evaluation.section("一校", Stage::Primary).verdict, NotApplicable);
    assert_eq!(evaluation.stage(Stage::Primary).unwrap().passed, 0);
}

#[test]
fn a_school_without_kindergarten_children_has_its_whole_gap_too() {
    let gap = |children: &str| {
        let mut draft = county(2024);
        draft.schools.push(
            crate::make::school(1, "一校", SchoolKind::NineYear)
                .with(&format!("multimedia_rooms=2 kindergarten_pupils={children}"))
                .section_with(Stage::Primary, "pupils=200")
                .section_with(Stage::Junior, "pupils=200"),
        );
        let evaluation =
            crate::make::judge_with(&draft, &[("kindergarten_weight", "0.5")]).unwrap();
        let value = evaluation.value("一校", Stage::Primary, "L7");
        value.gap_whole_school.as_ref().map(|gap| gap.shown.clone())
    };
    // Primary: 4.6 rooms needed; of 2 rooms its share is 200 ÷ 420, with 100 children 200 ÷ 470.
    assert_eq!(gap("—").as_deref(), Some("8"));
    assert_eq!(gap("0").as_deref(), Some("8"));
    assert_eq!(gap("100").as_deref(), Some("9"));
}
