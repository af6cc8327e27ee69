//! Explanations, to the figure: what `junheng explain` prints.

use crate::complete::{BOTH, POINT, TOWN, complete};
use crate::make::{changed, code, options, quality, seal};
use domain::{Draft, Stage};
use standard::{Query, explain};

fn ask(draft: &Draft, school: Option<u32>, stage: Option<Stage>, indicator: &str) -> String {
    let query = Query { school: school.map(code), stage, indicator: indicator.to_owned() };
    match explain(&seal(draft), quality(), &options(&[]), &query) {
        Ok(all) => all.iter().map(standard::Explained::render).collect::<Vec<_>>().join("——\n"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn a_shared_area_in_both_sections_of_a_nine_year_school() {
    let draft = changed(&complete(), &[(BOTH, "teaching_rooms_area=3000")]);
    insta::assert_snapshot!("shared_area", ask(&draft, Some(3), None, "L4"));
    let one = ask(&draft, Some(3), Some(Stage::Junior), "L4");
    assert!(one.contains("青山学校 初中") && !one.contains("\n青山学校 小学\n"), "{one}");
}

#[test]
fn specialist_teachers_with_a_definition_behind_them() {
    insta::assert_snapshot!("specialists", ask(&complete(), Some(1), None, "L3"));
}

#[test]
fn a_value_that_is_missing() {
    let draft = changed(&complete(), &[("城关小学 小学", "teachers_backbone=")]);
    insta::assert_snapshot!("missing_value", ask(&draft, Some(1), None, "L2"));
}

#[test]
fn a_value_that_rounds_across_its_threshold() {
    let draft = changed(&complete(), &[(TOWN, "outdoor_sports_area=7199")]);
    insta::assert_snapshot!("rounded_across", ask(&draft, Some(1), None, "L5"));
}

#[test]
fn a_coefficient_with_the_schools_behind_it() {
    insta::assert_snapshot!("coefficient", ask(&complete(), None, Some(Stage::Primary), "L5"));
}

#[test]
fn rooms_with_the_schools_that_lack_them() {
    let draft = changed(&complete(), &[("城关小学 小学", "classes=36"), (BOTH, "music_rooms=0")]);
    insta::assert_snapshot!("rooms", ask(&draft, None, None, "G3"));
    let one = ask(&draft, Some(5), None, "G3.1");
    assert!(one.contains("阳光小学"), "{one}");
}

#[test]
fn a_share_over_the_schools_it_covers() {
    insta::assert_snapshot!("near_home", ask(&complete(), None, None, "G13.1"));
}

#[test]
fn what_evidence_decides() {
    let mut draft = complete();
    let whole = ask(&draft, None, None, "V3");
    let row = draft.county.attestations.iter_mut().find(|a| a.indicator == "V3").unwrap();
    row.person.clear();
    let lacking = ask(&draft, None, None, "V3");
    insta::assert_snapshot!("attested", format!("{whole}——\n{lacking}"));
}

#[test]
fn what_cannot_be_explained_and_why() {
    let draft = complete();
    let answers = [
        ask(&draft, Some(1), None, "L9"),
        ask(&draft, None, None, ""),
        ask(&draft, Some(7), None, "L1"),
        ask(&draft, Some(6), None, "L1"),
        ask(&draft, Some(99), None, "L1"),
        ask(&draft, Some(1), Some(Stage::Junior), "L1"),
    ];
    assert!(answers[2].contains(POINT));
    insta::assert_snapshot!("no_explanation", answers.join("\n"));
}
