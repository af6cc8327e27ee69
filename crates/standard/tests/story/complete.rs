//! One small county of which everything is known and everything passes.

use crate::make::{Look as _, Make as _, attestation, county, judge, quality, school, set_all};
use domain::{Draft, School, SchoolKind, Stage};
use standard::evaluation::{OverallVerdict, Verdict};

/// Names, so that tests can point at the schools.
pub(crate) const TOWN: &str = "城关小学";
pub(crate) const VILLAGE: &str = "柳林小学";
pub(crate) const BOTH: &str = "青山学校";
pub(crate) const JUNIOR: &str = "城关中学";
pub(crate) const PRIVATE: &str = "阳光小学";
pub(crate) const POINT: &str = "河湾教学点";

const COUNTY: &str = "population=30 special_schools=1 special_school_pupils=50 \
    special_school_funds=40 funds_quota_primary=750 funds_quota_junior=950 teacher_pay=91000 \
    civil_servant_pay=90000 senior_plan=1000 senior_quota=520 migrant_eligible=200 \
    migrant_public=160 migrant_purchased=20 disabled_eligible=40 disabled_enrolled=39 \
    survey_sent=600 survey_valid=560 survey_satisfied=520 survey_parents_sent=320 \
    survey_parents_valid=300 survey_parents_satisfied=280 visits=40 visits_satisfied=38 \
    visits_parents=20 visits_parents_satisfied=19 \
    monitor_chinese_level=3 monitor_chinese_difference=0.12 \
    monitor_mathematics_level=3 monitor_mathematics_difference=0.149 \
    monitor_science_level=— monitor_science_difference=— \
    monitor_english_level=— monitor_english_difference=— \
    monitor_pe_health_level=— monitor_pe_health_difference=— \
    monitor_art_level=— monitor_art_difference=— \
    monitor_moral_level=— monitor_moral_difference=— \
    monitor_labour_level=— monitor_labour_difference=— \
    monitor_psychology_level=— monitor_psychology_difference=—";

/// What every school has.
const COMMON: &str = "counted_as_school=是 boarding_school=否 dense_city_centre=否 \
    year_built=2018 leased_sports_area=0 converted_sports_area=0";

/// What every section has beside the figures of its size.
const SECTION: &str = "teachers_doctor=0 teachers_master=0 teachers_visiting=0 pupils_migrant=0 \
    teachers_rotation_eligible=5 teachers_rotated=1 teachers_rotated_backbone=1";

const COHORT: &str = "cohort_transferred_in=4 cohort_transferred_out=6 cohort_deceased=1";

/// The county, school year 2024.
pub(crate) fn complete() -> Draft {
    let mut draft = county(2024);
    set_all(&mut draft.county.facts, COUNTY);
    draft.county.attestations =
        quality().attested().iter().map(|(code, _)| attestation(code)).collect();
    draft.schools = judged();
    draft.schools.extend(left_out());
    for school in &mut draft.schools {
        for section in school.sections.iter_mut().filter(|s| s.stage == Stage::Junior) {
            set_all(&mut section.facts, COHORT);
        }
    }
    draft
}

/// The special school and the teaching point that the standard does not judge.
fn left_out() -> [School; 2] {
    [
        school(6, "启智学校", SchoolKind::Special),
        school(7, POINT, SchoolKind::TeachingPoint)
            .with("sponsor=7 residence=220 operating_funds=7.5")
            .section_with(Stage::Primary, "pupils=30"),
    ]
}

/// The five schools with six sections.
fn judged() -> Vec<School> {
    let section = |words: &str| format!("{SECTION} {words}");
    vec![
        school(1, TOWN, SchoolKind::Primary)
            .with(COMMON)
            .with(
                "sponsor=7 residence=111 teaching_rooms_area=5000 indoor_sports_area=300 \
                 outdoor_sports_area=7500 equipment_value=220 multimedia_rooms=25 music_rooms=2 \
                 art_rooms=2 operating_funds=80 operating_budget=80 training_funds=4",
            )
            .section_with(
                Stage::Primary,
                &section(
                    "pupils=1000 classes=24 largest_class=45 teachers=55 teachers_bachelor=40 \
                     teachers_college=10 teachers_backbone=12 teachers_pe=4 teachers_music=3 \
                     teachers_fine_art=3 teachers_art=0 teachers_trained=55 teachers_certified=55 \
                     entrants_enrolled=170 entrants_in_zone=170",
                ),
            )
            .rooms(&["96", "96"], &["90", "90"]),
        school(2, VILLAGE, SchoolKind::Primary)
            .with(COMMON)
            .with(
                "sponsor=7 residence=220 teaching_rooms_area=480 indoor_sports_area=0 \
                 outdoor_sports_area=800 equipment_value=20 multimedia_rooms=2 music_rooms=1 \
                 art_rooms=1 operating_funds=7.5 operating_budget=7.5 training_funds=0.4",
            )
            .section_with(
                Stage::Primary,
                &section(
                    "pupils=80 classes=6 largest_class=16 teachers=7 teachers_bachelor=4 \
                     teachers_college=1 teachers_backbone=1 teachers_pe=1 teachers_music=0 \
                     teachers_fine_art=0 teachers_art=0 teachers_trained=7 teachers_certified=7 \
                     entrants_enrolled=12 entrants_in_zone=12",
                ),
            )
            .rooms(&["96"], &["90"]),
        school(3, BOTH, SchoolKind::NineYear)
            .with(COMMON)
            .with(
                "sponsor=7 residence=121 teaching_rooms_area=3484 indoor_sports_area=100 \
                 outdoor_sports_area=5540 equipment_value=141 multimedia_rooms=15 music_rooms=2 \
                 art_rooms=2 operating_funds=50 operating_budget=50 training_funds=2.6",
            )
            .section_with(
                Stage::Primary,
                &section(
                    "pupils=300 classes=8 largest_class=40 teachers=17 teachers_bachelor=12 \
                     teachers_college=3 teachers_backbone=4 teachers_pe=1 teachers_music=1 \
                     teachers_fine_art=0 teachers_art=1 teachers_trained=17 teachers_certified=17 \
                     entrants_enrolled=50 entrants_in_zone=50",
                ),
            )
            .section_with(
                Stage::Junior,
                &section(
                    "pupils=240 classes=6 largest_class=42 teachers=20 teachers_bachelor=15 \
                     teachers_college=5 teachers_backbone=3 teachers_pe=1 teachers_music=1 \
                     teachers_fine_art=1 teachers_art=0 teachers_trained=20 teachers_certified=20 \
                     entrants_enrolled=80 entrants_in_zone=78 cohort_entrants=81 \
                     cohort_graduates=78",
                ),
            )
            .rooms(&["96", "100.5"], &["90", "92"]),
        school(4, JUNIOR, SchoolKind::Junior)
            .with(COMMON)
            .with(
                "sponsor=7 residence=111 teaching_rooms_area=5800 indoor_sports_area=500 \
                 outdoor_sports_area=9000 equipment_value=230 multimedia_rooms=23 music_rooms=2 \
                 art_rooms=2 operating_funds=90 operating_budget=90 training_funds=4.5",
            )
            .section_with(
                Stage::Junior,
                &section(
                    "pupils=900 classes=20 largest_class=50 teachers=70 teachers_bachelor=54 \
                     teachers_college=16 teachers_backbone=11 teachers_pe=3 teachers_music=3 \
                     teachers_fine_art=3 teachers_art=0 teachers_trained=70 teachers_certified=70 \
                     entrants_enrolled=300 entrants_in_zone=290 cohort_entrants=310 \
                     cohort_graduates=305",
                ),
            )
            .rooms(&["96", "96"], &["90", "90"]),
        school(5, PRIVATE, SchoolKind::Primary)
            .with(COMMON)
            .with(
                "sponsor=10 residence=111 teaching_rooms_area=2000 indoor_sports_area=0 \
                 outdoor_sports_area=3200 equipment_value=90 multimedia_rooms=10 music_rooms=1 \
                 art_rooms=1 operating_funds=40 operating_budget=40 training_funds=2",
            )
            .section_with(
                Stage::Primary,
                &section(
                    "pupils=400 classes=10 largest_class=40 teachers=22 teachers_bachelor=16 \
                     teachers_college=4 teachers_backbone=5 teachers_pe=2 teachers_music=1 \
                     teachers_fine_art=1 teachers_art=0 teachers_trained=22 teachers_certified=22 \
                     entrants_enrolled=66 entrants_in_zone=20",
                ),
            )
            .rooms(&["96"], &["90"]),
    ]
}

#[test]
fn the_complete_county_passes_in_everything() {
    let evaluation = judge(&complete());
    let overall = &evaluation.overall;
    assert_eq!(overall.reasons, []);
    assert_eq!(overall.missing, []);
    assert_eq!(overall.verdict, OverallVerdict::Pass);
    assert_eq!(overall.certain_failures, 0);
    assert_eq!(evaluation.sections.len(), 6);
    assert!(evaluation.sections.iter().all(|s| s.verdict == Verdict::Pass && s.reached == 7));
    assert!(evaluation.groups.iter().all(|g| g.verdict == Verdict::Pass));
    for stage in &evaluation.stages {
        assert_eq!((stage.passed, stage.failed, stage.missing), (stage.sections, 0, 0));
        assert!(stage.indicators.iter().all(|i| i.verdict == Verdict::Pass));
        assert_eq!(stage.composite.verdict, Verdict::NotApplicable);
    }
    let out: Vec<_> = evaluation.excluded.iter().map(|e| (&*e.name, &*e.reason)).collect();
    assert_eq!(
        out,
        [("启智学校", "没有义务教育学段，不参评"), (POINT, "不足 50 人的教学点不参评")]
    );
    assert_eq!(evaluation.part("Q9.3").verdict, Verdict::NotApplicable);
}
