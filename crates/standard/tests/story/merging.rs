//! Branches that are not counted as schools, and teaching points that are too small: rows of their
//! own, merged into their main school, or left out.

use crate::complete::{POINT, TOWN, VILLAGE, complete};
use crate::make::{Look as _, Make as _, change, code, county, judge_with, school};
use domain::{Draft, School, SchoolKind, Stage};
use standard::Evaluation;
use standard::evaluation::Verdict::{Fail, Missing, Pass};

const MAIN: &str = "中心小学";
const BRANCH: &str = "东分校";

fn main_school() -> School {
    school(1, MAIN, SchoolKind::Primary)
        .with("counted_as_school=是 multimedia_rooms=20 music_rooms=1 art_rooms=1")
        .section_with(
            Stage::Primary,
            "pupils=600 teachers_backbone=6 classes=12 largest_class=40 teachers_pe=3",
        )
        .rooms(&["96"], &["90"])
}

fn branch(number: u32, name: &str, of: u32) -> School {
    school(number, name, SchoolKind::Primary)
        .with("counted_as_school=否 multimedia_rooms=4 music_rooms=0 art_rooms=0")
        .section_with(
            Stage::Primary,
            "pupils=200 teachers_backbone=4 classes=6 largest_class=46 teachers_pe=1",
        )
        .of(of)
}

fn two() -> Draft {
    let mut draft = county(2024);
    draft.schools = vec![main_school(), branch(2, BRANCH, 1)];
    draft
}

fn with(draft: &Draft, branches: &str) -> Evaluation {
    judge_with(draft, &[("branches", branches)]).unwrap()
}

fn names(evaluation: &Evaluation) -> Vec<&str> {
    evaluation.sections.iter().map(|s| s.name.as_str()).collect()
}

fn shown(evaluation: &Evaluation, name: &str, indicator: &str) -> String {
    evaluation.value(name, Stage::Primary, indicator).value.as_ref().unwrap().exact.to_string()
}

fn left_out(evaluation: &Evaluation) -> Vec<(&str, &str)> {
    evaluation.excluded.iter().map(|e| (&*e.name, &*e.reason)).collect()
}

#[test]
fn a_branch_has_its_own_row_or_none_or_joins_its_main_school() {
    let own = with(&two(), "own");
    assert_eq!(names(&own), [MAIN, BRANCH]);
    assert_eq!(shown(&own, MAIN, "L2"), "1");
    assert_eq!(shown(&own, BRANCH, "L2"), "2");
    assert_eq!(left_out(&own), []);

    let dropped = with(&two(), "dropped");
    assert_eq!(names(&dropped), [MAIN]);
    assert_eq!(shown(&dropped, MAIN, "L2"), "1");
    assert_eq!(left_out(&dropped), [(BRANCH, "不计校数的机构按参数不参评")]);

    let merged = with(&two(), "merged");
    assert_eq!(names(&merged), [MAIN]);
    // 10 of 800 and 24 of 800; the largest class is the larger one, 18 classes need two rooms.
    assert_eq!(shown(&merged, MAIN, "L2"), "1.25");
    assert_eq!(shown(&merged, MAIN, "L7"), "3");
    assert_eq!(merged.section(MAIN, Stage::Primary).pupils.as_ref().unwrap().to_string(), "800");
    assert_eq!(merged.part("G5").failing[0].value.as_deref(), Some("46 人"));
    assert_eq!(merged.part("G3.1").verdict, Fail);
    assert_eq!(left_out(&merged), [(BRANCH, "不计校数，并入主校“中心小学”")]);
}

#[test]
fn the_own_parameter_of_the_standard_merges() {
    let evaluation = judge_with(&two(), &[]).unwrap();
    assert_eq!(names(&evaluation), [MAIN]);
    let used = evaluation.parameters.iter().find(|p| p.code == "branches").unwrap();
    assert_eq!((&*used.value, &*used.grade), ("并入主校", "C"));
}

#[test]
fn without_a_main_school_or_when_counted_a_branch_stays_a_row_of_its_own() {
    for spoil in [
        (|draft: &mut Draft| draft.schools[1].parent = None) as fn(&mut Draft),
        |draft| change(draft, BRANCH, "counted_as_school=是"),
        |draft| change(draft, BRANCH, "counted_as_school="),
    ] {
        let mut draft = two();
        spoil(&mut draft);
        assert_eq!(names(&with(&draft, "merged")), [MAIN, BRANCH]);
    }
}

#[test]
fn what_only_one_of_the_two_knows_is_missing_after_the_merger() {
    let mut draft = two();
    change(&mut draft, "东分校 小学", "teachers_backbone=");
    let evaluation = with(&draft, "merged");
    assert_eq!(evaluation.value(MAIN, Stage::Primary, "L2").verdict, Missing);
    change(&mut draft, "东分校 小学", "teachers_backbone=—");
    assert_eq!(shown(&with(&draft, "merged"), MAIN, "L2"), "0.75");
}

#[test]
fn half_a_list_of_rooms_is_no_list() {
    let mut draft = two();
    change(&mut draft, BRANCH, "music_rooms=1 art_rooms=1");
    let evaluation = with(&draft, "merged");
    // The branch has rooms and lists none: two may be there, as 18 classes need.
    assert_eq!(evaluation.part("G3.1").verdict, Missing);
    let missing = &evaluation.overall.missing;
    assert!(missing.iter().any(|m| m.zh == "中心小学 没有音乐、美术专用教室清单"), "{missing:#?}");
    let listed = branch(2, BRANCH, 1).with("music_rooms=1 art_rooms=1").rooms(&["96"], &["90"]);
    draft.schools[1] = listed;
    assert_eq!(with(&draft, "merged").part("G3.1").verdict, Pass);
}

#[test]
fn a_stage_that_only_the_branch_has_joins_as_attached_classes() {
    let mut draft = two();
    draft.schools[1] = school(2, BRANCH, SchoolKind::Junior)
        .with("counted_as_school=否 multimedia_rooms=4")
        .section_with(Stage::Junior, "pupils=200")
        .of(1);
    let evaluation = with(&draft, "merged");
    let junior = evaluation.section(MAIN, Stage::Junior);
    assert!(junior.attached);
    // 24 rooms over 600 + 1.1 × 200 weighted pupils: 24 × 220 ÷ 820 ÷ 200.
    assert_eq!(shown(&evaluation, MAIN, "L7"), "120/41");
    let value = evaluation.value(MAIN, Stage::Junior, "L7").value.as_ref().unwrap();
    assert_eq!(value.exact.to_string(), "132/41");
}

#[test]
fn a_branch_of_a_branch_joins_the_main_school_whichever_code_is_smaller() {
    for (near, far) in [(2, 3), (3, 2)] {
        let mut draft = county(2024);
        draft.schools = vec![main_school(), branch(near, "近", 1), branch(far, "远", near)];
        let evaluation = with(&draft, "merged");
        assert_eq!(names(&evaluation), [MAIN], "{near} {far}");
        assert_eq!(shown(&evaluation, MAIN, "L2"), "1.4");
        let reasons: Vec<_> = evaluation.excluded.iter().map(|e| e.reason.as_str()).collect();
        assert_eq!(reasons, ["不计校数，并入主校“中心小学”"; 2]);
    }
}

#[test]
fn branches_of_each_other_stay_rows_of_their_own() {
    let mut draft = county(2024);
    draft.schools = vec![branch(1, "甲", 2), branch(2, "乙", 1), branch(3, "丙", 3)];
    let evaluation = with(&draft, "merged");
    assert_eq!(names(&evaluation), ["甲", "乙", "丙"]);
}

#[test]
fn a_campus_that_counts_keeps_its_row_when_its_parent_is_merged() {
    let mut draft = two();
    let campus = school(3, "西校区", SchoolKind::Primary)
        .with("counted_as_school=是")
        .section_with(Stage::Primary, "pupils=100 teachers_backbone=1")
        .of(2);
    draft.schools.push(campus);
    let evaluation = with(&draft, "merged");
    assert_eq!(names(&evaluation), [MAIN, "西校区"]);
}

#[test]
fn a_small_teaching_point_is_dropped_or_joins_its_school() {
    let mut draft = complete();
    let point = draft.schools.iter_mut().find(|s| s.name == POINT).unwrap();
    point.parent = Some(code(2));
    change(&mut draft, "河湾教学点 小学", "teachers_backbone=2");
    let with = |draft: &Draft, small: &str| judge_with(draft, &[("small_points", small)]).unwrap();
    let dropped = with(&draft, "dropped");
    assert!(left_out(&dropped).contains(&(POINT, "不足 50 人的教学点不参评")));
    assert_eq!(shown(&dropped, VILLAGE, "L2"), "1.25");
    let merged = with(&draft, "merged");
    assert!(left_out(&merged).contains(&(POINT, "不足 50 人的教学点，并入主校“柳林小学”")));
    // 1 of 80 and 2 of 30: 3 of 110. The point's other figures are not known.
    assert_eq!(shown(&merged, VILLAGE, "L2"), "30/11");
    assert_eq!(merged.value(VILLAGE, Stage::Primary, "L1").verdict, Missing);
    // With 50 pupils it is a school.
    change(&mut draft, "河湾教学点 小学", "pupils=50");
    for parameter in ["merged", "dropped"] {
        assert!(names(&with(&draft, parameter)).contains(&POINT));
    }
}

#[test]
fn a_small_point_without_a_school_is_left_out_either_way() {
    let evaluation = judge_with(&complete(), &[("small_points", "merged")]).unwrap();
    assert!(left_out(&evaluation).contains(&(POINT, "不足 50 人的教学点不参评")));
    assert!(names(&evaluation).contains(&TOWN));
}
