//! The numeric county indicators at their bounds: each line changes the complete county in one
//! point and says what that does to one part.

use crate::complete::{BOTH, JUNIOR, POINT, PRIVATE, TOWN, VILLAGE, complete};
use crate::make::{Look as _, change, judge};
use domain::RoomKind;
use standard::evaluation::OverallVerdict;
use standard::evaluation::Verdict::{self, Fail, NotApplicable, Pass};

/// Part, what is changed where, the verdict on the part.
type Line = (&'static str, &'static [(&'static str, &'static str)], Verdict);

const TOWN_P: &str = "城关小学 小学";
const VILLAGE_P: &str = "柳林小学 小学";
const BOTH_P: &str = "青山学校 小学";
const BOTH_J: &str = "青山学校 初中";
const JUNIOR_J: &str = "城关中学 初中";
const PRIVATE_P: &str = "阳光小学 小学";
const COUNTY: &str = "";

const GOVERNMENT: &[Line] = &[
    // G3: 24 classes need two rooms, 25 three; a combined school rounds up stage by stage.
    ("G3.1", &[(TOWN_P, "classes=25")], Fail),
    ("G3.2", &[(TOWN_P, "classes=25")], Fail),
    ("G3.1", &[(VILLAGE_P, "classes=12")], Pass),
    ("G3.1", &[(VILLAGE_P, "classes=13")], Fail),
    ("G3.1", &[(BOTH_P, "classes=12"), (BOTH_J, "classes=12")], Pass),
    ("G3.1", &[(BOTH_P, "classes=1"), (BOTH_J, "classes=13")], Fail),
    ("G3.1", &[(VILLAGE, "music_rooms=0")], Fail),
    ("G3.2", &[(VILLAGE, "music_rooms=0")], Pass),
    ("G3.2", &[(VILLAGE, "art_rooms=0")], Fail),
    // G4: 2000, and 2500 for the compulsory stages of a combined school together.
    ("G4", &[(TOWN_P, "pupils=2000")], Pass),
    ("G4", &[(TOWN_P, "pupils=2001")], Fail),
    ("G4", &[(JUNIOR_J, "pupils=2001")], Fail),
    ("G4", &[(BOTH_P, "pupils=1300"), (BOTH_J, "pupils=1200")], Pass),
    ("G4", &[(BOTH_P, "pupils=1300"), (BOTH_J, "pupils=1201")], Fail),
    // G5: 45 and 50; by the size bands where the largest class is not known.
    ("G5", &[(TOWN_P, "largest_class=45")], Pass),
    ("G5", &[(TOWN_P, "largest_class=46")], Fail),
    ("G5", &[(BOTH_J, "largest_class=50")], Pass),
    ("G5", &[(BOTH_J, "largest_class=51")], Fail),
    ("G5", &[(TOWN_P, BANDS_NONE)], Pass),
    ("G5", &[(TOWN_P, BANDS_46)], Fail),
    ("G5", &[(JUNIOR_J, BANDS_46)], Pass),
    ("G5", &[(JUNIOR_J, BANDS_51)], Fail),
    // G6: 100 × 750 元 for the village school; from 100 pupils on it is no matter.
    ("G6", &[(VILLAGE, "operating_funds=7.5")], Pass),
    ("G6", &[(VILLAGE, "operating_funds=7.4999")], Fail),
    ("G6", &[(VILLAGE, "operating_funds=0"), (VILLAGE_P, "pupils=100")], NotApplicableElsewhere),
    ("G6", &[(VILLAGE, "operating_funds=0"), (VILLAGE_P, "pupils=99")], Fail),
    ("G6", &[(VILLAGE, "operating_funds=0 sponsor=10")], NotApplicableElsewhere),
    // A teaching point that is too small to be judged is funded like the others.
    ("G6", &[(POINT, "operating_funds=7.4999")], Fail),
    // A combined school with 30 and 60 pupils: 100 × (30 × 750 + 60 × 950) / 90 = 88,333.33 元.
    ("G6", &[(BOTH_P, "pupils=30"), (BOTH_J, "pupils=60"), (BOTH, "operating_funds=8.8334")], Pass),
    ("G6", &[(BOTH_P, "pupils=30"), (BOTH_J, "pupils=60"), (BOTH, "operating_funds=8.8333")], Fail),
    // G7: 6000 元 a pupil in 2024.
    ("G7", &[(COUNTY, "special_school_funds=30")], Pass),
    ("G7", &[(COUNTY, "special_school_funds=29.9999")], Fail),
    (
        "G7",
        &[(COUNTY, "special_schools=0 special_school_funds= special_school_pupils=")],
        NotApplicable,
    ),
    // G8
    ("G8", &[(COUNTY, "teacher_pay=90000")], Pass),
    ("G8", &[(COUNTY, "teacher_pay=89999.99")], Fail),
    // G9, G12: every teacher.
    ("G9", &[(TOWN_P, "teachers_trained=54")], Fail),
    ("G12", &[(JUNIOR_J, "teachers_certified=69")], Fail),
    // G11: 5 sections of 5 eligible and 1 moved and the sixth; 3 of 30 is ten per cent.
    ("G11.1", &[(TOWN_P, MOVED_NONE), (VILLAGE_P, MOVED_NONE), (BOTH_P, MOVED_NONE)], Pass),
    (
        "G11.1",
        &[
            (TOWN_P, MOVED_NONE),
            (VILLAGE_P, MOVED_NONE),
            (BOTH_P, "teachers_rotated=0 teachers_rotation_eligible=6"),
        ],
        Fail,
    ),
    // 5 moved of whom one is a backbone teacher: twenty per cent; one of six is less.
    (
        "G11.2",
        &[
            (TOWN_P, NO_BACKBONE),
            (VILLAGE_P, NO_BACKBONE),
            (BOTH_P, NO_BACKBONE),
            (BOTH_J, NO_BACKBONE),
            (JUNIOR_J, MOVED_NONE),
        ],
        Pass,
    ),
    (
        "G11.2",
        &[
            (TOWN_P, NO_BACKBONE),
            (VILLAGE_P, NO_BACKBONE),
            (BOTH_P, NO_BACKBONE),
            (BOTH_J, NO_BACKBONE),
            (JUNIOR_J, NO_BACKBONE),
        ],
        Fail,
    ),
    // G13: town and county seat, public, no boarding: 100 % and 95 %.
    ("G13.1", &[(TOWN_P, "entrants_in_zone=169")], Fail),
    ("G13.1", &[(VILLAGE_P, "entrants_in_zone=1")], Pass),
    ("G13.1", &[(PRIVATE_P, "entrants_in_zone=0")], Pass),
    ("G13.1", &[(PRIVATE, "sponsor=7")], Fail),
    ("G13.1", &[(TOWN_P, "entrants_in_zone=1"), (TOWN, "boarding_school=是")], Pass),
    ("G13.1", &[(VILLAGE_P, "entrants_in_zone=1"), (VILLAGE, "residence=122")], Fail),
    ("G13.2", &[(BOTH_J, "entrants_in_zone=71")], Pass),
    ("G13.2", &[(BOTH_J, "entrants_in_zone=70")], Fail),
    // G14, G15
    ("G14.1", &[(COUNTY, "senior_quota=500")], Pass),
    ("G14.1", &[(COUNTY, "senior_quota=499")], Fail),
    ("G15.1", &[(COUNTY, "migrant_public=150 migrant_purchased=20")], Pass),
    ("G15.1", &[(COUNTY, "migrant_public=150 migrant_purchased=19")], Fail),
    ("G15.1", &[(COUNTY, "migrant_eligible=0 migrant_public= migrant_purchased=")], NotApplicable),
];

const BANDS_NONE: &str = "largest_class= classes_46_50=0 classes_51_55=0 classes_56_60=0 \
    classes_61_65=0 classes_from_66=0";
const BANDS_46: &str = "largest_class= classes_46_50=1 classes_51_55=0 classes_56_60=0 \
    classes_61_65=0 classes_from_66=0";
const BANDS_51: &str = "largest_class= classes_46_50=0 classes_51_55=1 classes_56_60=0 \
    classes_61_65=0 classes_from_66=0";
const MOVED_NONE: &str = "teachers_rotated=0 teachers_rotated_backbone=0";
const NO_BACKBONE: &str = "teachers_rotated_backbone=0";
/// The part stays as it is for the other schools.
#[expect(non_upper_case_globals, reason = "reads as a verdict in the table")]
const NotApplicableElsewhere: Verdict = Pass;

const QUALITY: &[Line] = &[
    // Q1: (graduates − in + out) / (entrants − deceased); 391 − 2 entrants, and 369.55 are needed.
    ("Q1", &[(JUNIOR_J, "cohort_graduates=288")], Pass),
    ("Q1", &[(JUNIOR_J, "cohort_graduates=287")], Fail),
    ("Q1", &[(JUNIOR_J, "cohort_graduates=288 cohort_transferred_in=5")], Fail),
    ("Q1", &[(JUNIOR_J, "cohort_graduates=287 cohort_transferred_out=7")], Pass),
    ("Q1", &[(JUNIOR_J, "cohort_graduates=287 cohort_deceased=2")], Pass),
    // Q2
    ("Q2", &[(COUNTY, "disabled_enrolled=38")], Pass),
    ("Q2", &[(COUNTY, "disabled_enrolled=37")], Fail),
    ("Q2", &[(COUNTY, "disabled_eligible=0 disabled_enrolled=")], NotApplicable),
    // Q4: five per cent in every school, not on average.
    ("Q4", &[(TOWN, "training_funds=4")], Pass),
    ("Q4", &[(TOWN, "training_funds=3.9999"), (JUNIOR, "training_funds=50")], Fail),
    // Q9: level Ⅲ and a difference below 0.15; a subject that was not measured is left out.
    ("Q9.1", &[(COUNTY, "monitor_chinese_level=2")], Fail),
    ("Q9.1", &[(COUNTY, "monitor_chinese_difference=0.1499999")], Pass),
    ("Q9.1", &[(COUNTY, "monitor_chinese_difference=0.15")], Fail),
    ("Q9.2", &[(COUNTY, "monitor_mathematics_difference=0.15")], Fail),
    ("Q9.3", &[(COUNTY, "monitor_science_level=4 monitor_science_difference=0.1")], Pass),
    ("Q9.4", &[(COUNTY, "monitor_english_level=3 monitor_english_difference=0.2")], Fail),
    ("Q9.5", &[(COUNTY, "monitor_pe_health_level=1 monitor_pe_health_difference=0.1")], Fail),
    ("Q9.6", &[(COUNTY, "monitor_art_level=1 monitor_art_difference=0.1")], Fail),
    ("Q9.7", &[(COUNTY, "monitor_moral_level=1 monitor_moral_difference=0.1")], Fail),
    ("Q9.8", &[(COUNTY, "monitor_labour_level=1 monitor_labour_difference=0.1")], Fail),
    ("Q9.9", &[(COUNTY, "monitor_psychology_level=1 monitor_psychology_difference=0.1")], Fail),
    // S1: questionnaires and visits each; parents are shown and do not decide.
    ("S1.1", &[(COUNTY, "survey_satisfied=476")], Pass),
    ("S1.1", &[(COUNTY, "survey_satisfied=475")], Fail),
    ("S1.2", &[(COUNTY, "visits_satisfied=34")], Pass),
    ("S1.2", &[(COUNTY, "visits_satisfied=33")], Fail),
    ("S1.3", &[(COUNTY, "survey_parents_satisfied=0 visits_parents_satisfied=0")], NotApplicable),
];

#[test]
fn every_bound_decides_at_its_figure() {
    for (code, changes, verdict) in GOVERNMENT.iter().chain(QUALITY) {
        let draft = crate::make::changed(&complete(), changes);
        let evaluation = judge(&draft);
        let part = evaluation.part(code);
        assert_eq!(part.verdict, *verdict, "{code} {changes:?}: {part:#?}");
        let number = code.split('.').next().unwrap();
        assert_eq!(
            evaluation.failures().contains(&number),
            evaluation.county_indicator(number).unwrap().verdict == Fail,
            "{code} {changes:?}"
        );
        let wanted =
            if *verdict == Fail { OverallVerdict::Fail } else { evaluation.overall.verdict };
        assert_eq!(evaluation.overall.verdict, wanted, "{code} {changes:?}");
        assert_eq!(evaluation.overall.missing, [], "{code} {changes:?}");
    }
}

#[test]
fn one_point_that_fails_is_the_only_reason() {
    for (code, place, words) in [
        ("G5", "城关小学 小学", "largest_class=46"),
        ("G8", "", "teacher_pay=1"),
        ("G9", "城关小学 小学", "teachers_trained=54"),
        ("Q2", "", "disabled_enrolled=1"),
        ("Q4", "城关小学", "training_funds=0"),
        ("S1", "", "visits_satisfied=1"),
    ] {
        let mut draft = complete();
        change(&mut draft, place, words);
        let evaluation = judge(&draft);
        assert_eq!(evaluation.failures(), [code]);
        assert_eq!(evaluation.overall.certain_failures, 1);
        assert_eq!(evaluation.overall.verdict, OverallVerdict::Fail);
    }
}

#[test]
fn rooms_count_from_their_least_area_on() {
    for (kind, part, just, below) in
        [(RoomKind::Music, "G3.1", "96", "95.99"), (RoomKind::Art, "G3.2", "90", "89.99")]
    {
        for (area, verdict) in [(just, Pass), (below, Fail)] {
            let mut draft = complete();
            let school = draft.schools.iter_mut().find(|s| s.name == TOWN).unwrap();
            let room = school.rooms.iter_mut().find(|r| r.kind == kind).unwrap();
            crate::make::set(&mut room.facts, "room_area", area);
            let evaluation = judge(&draft);
            let part = evaluation.part(part);
            assert_eq!(part.verdict, verdict);
            let failing: Vec<_> =
                part.failing.iter().map(|f| (&*f.place, f.value.as_deref())).collect();
            let wanted = [(TOWN, Some("1 间"))];
            assert_eq!(failing, if verdict == Fail { &wanted[..] } else { &[] });
        }
    }
}

#[test]
fn a_place_by_place_rule_names_each_place_that_fails() {
    let draft = crate::make::changed(
        &complete(),
        &[("城关小学 小学", "largest_class=60"), ("青山学校 初中", "largest_class=51")],
    );
    let evaluation = judge(&draft);
    let part = evaluation.part("G5");
    assert_eq!(part.checked, Some(6));
    let failing: Vec<_> = part.failing.iter().map(|f| (&*f.place, f.value.as_deref())).collect();
    assert_eq!(failing, [("城关小学 小学", Some("60 人")), ("青山学校 初中", Some("51 人"))]);
    let reason = &evaluation.overall.reasons[0];
    assert!(reason.text.contains("2 处不符合"), "{}", reason.text);
}
