//! Parameters: dated values, the user's own, and what is refused; and from when to when a standard
//! may judge.

use crate::complete::complete;
use crate::make::{Look as _, changed, county, judge_with, load, options, quality, seal};
use domain::{Draft, SchoolYear};
use standard::evaluation::Verdict::{self, Fail, Pass};

fn used(draft: &Draft, parameters: &[(&str, &str)], code: &str) -> (String, String, String) {
    let evaluation = judge_with(draft, parameters).unwrap();
    let used = evaluation.parameters.into_iter().find(|p| p.code == code).unwrap();
    (used.value, used.grade, used.source)
}

fn in_year(year: i16, funds: &str) -> Draft {
    let mut draft = changed(&complete(), &[("", &format!("special_school_funds={funds}"))]);
    draft.year = SchoolYear(year);
    draft
}

#[test]
fn the_funding_of_special_schools_is_6000_before_2025_and_8000_from_then_on() {
    // 50 pupils: 30 and 40 万元.
    for (year, funds, verdict) in [
        (2017, "30", Pass),
        (2024, "30", Pass),
        (2024, "29.9999", Fail),
        (2025, "30", Fail),
        (2025, "39.9999", Fail),
        (2025, "40", Pass),
        (2030, "40", Pass),
    ] {
        let evaluation = judge_with(&in_year(year, funds), &[]).unwrap();
        assert_eq!(evaluation.part("G7").verdict, verdict, "{year} {funds}");
    }
    let value = |year| used(&in_year(year, "40"), &[], "special_school_standard");
    assert_eq!((&*value(2024).0, &*value(2024).1), ("6000 元/人", "A"));
    assert_eq!((&*value(2025).0, &*value(2025).1), ("8000 元/人", "C"));
    assert!(value(2025).2.contains("申报表"), "{}", value(2025).2);
}

#[test]
fn the_users_own_value_stands_over_every_date_and_says_so() {
    let own = [("special_school_standard", "12000")];
    for year in [2024, 2025] {
        let draft = in_year(year, "59.9999");
        let evaluation = judge_with(&draft, &own).unwrap();
        assert_eq!(evaluation.part("G7").verdict, Fail);
        assert_eq!(evaluation.part("G7").required, "≥ 12000 元/人");
        let (value, grade, source) = used(&draft, &own, "special_school_standard");
        assert_eq!((&*value, &*grade, &*source), ("12000 元/人", "用户设定", "用户设定"));
    }
}

#[test]
fn satisfaction_is_held_against_the_parameter() {
    let with = |least| {
        let evaluation = judge_with(&complete(), &[("satisfaction", least)]).unwrap();
        let part = evaluation.part("S1.1");
        (part.verdict, part.required.clone())
    };
    // 520 of 560 are 92.857… %.
    assert_eq!(with("92.8"), (Pass, "≥ 92.8%".to_owned()));
    assert_eq!(with("92.9"), (Fail, "≥ 92.9%".to_owned()));
    assert_eq!(with("650/7"), (Pass, "≥ 92.86%".to_owned()));
}

#[test]
fn choices_are_taken_by_code_and_by_label() {
    for text in ["own", "单列一行"] {
        assert_eq!(used(&complete(), &[("branches", text)], "branches").0, "单列一行");
    }
    for (text, value) in [("是", "是"), ("on", "是"), ("true", "是"), ("off", "否")] {
        assert_eq!(used(&complete(), &[("relief", text)], "relief").0, value);
    }
}

#[test]
fn what_is_not_allowed_is_refused_with_what_is() {
    let said = |code, value| judge_with(&complete(), &[(code, value)]).unwrap_err().to_string();
    let refusals = [
        said("releif", "是"),
        said("relief", "也许"),
        said("branches", "独立"),
        said("satisfaction", "很高"),
        said("satisfaction", "85%"),
        said("kindergarten_weight", ""),
        said("kindergarten_weight", "-0.5"),
    ];
    insta::assert_snapshot!("parameters_refused", refusals.join("\n"));
}

#[test]
fn every_parameter_is_printed_with_its_value_source_and_grade() {
    let evaluation = judge_with(&complete(), &[]).unwrap();
    let codes: Vec<_> = evaluation.parameters.iter().map(|p| p.code.as_str()).collect();
    let own: Vec<_> = quality().parameters().iter().map(|p| p.code.as_str()).collect();
    assert_eq!(codes, own);
    assert!(evaluation.parameters.iter().all(|p| !p.value.is_empty() && !p.source.is_empty()));
}

#[test]
fn a_parameter_for_show_decides_nothing() {
    let one = judge_with(&complete(), &[("survey_sample", "1")]).unwrap();
    let two = judge_with(&complete(), &[("survey_sample", "1.5")]).unwrap();
    // 600 sheets over 300 and 450 that were due.
    let shown = |e: &standard::Evaluation| e.part("S1.6").value.clone().unwrap().shown;
    assert_eq!((shown(&one), shown(&two)), ("200.0".to_owned(), "133.3".to_owned()));
    assert_eq!(one.overall, two.overall);
    assert_eq!(one.part("S1.6").verdict, Verdict::NotApplicable);
}

#[test]
fn a_standard_judges_the_years_in_which_it_is_in_force() {
    let said = |id: &str, year: i16| -> Option<String> {
        let snapshot = seal(&county(year));
        standard::evaluate(&snapshot, &load(id), &options(&[])).err().map(|e| e.to_string())
    };
    assert_eq!(said("cn-quality-2017", 2017), None);
    assert_eq!(said("targets-jingxian-2021-2025", 2021), None);
    assert_eq!(said("targets-jingxian-2021-2025", 2025), None);
    let refusals = [
        said("cn-quality-2017", 2016),
        said("targets-jingxian-2021-2025", 2020),
        said("targets-jingxian-2021-2025", 2026),
    ];
    let refusals: Vec<String> = refusals.into_iter().map(Option::unwrap).collect();
    insta::assert_snapshot!("not_in_force", refusals.join("\n"));
}
