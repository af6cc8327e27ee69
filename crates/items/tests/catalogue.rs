//! The catalogue that the program comes with.

use domain::{Catalogue, ItemKind, Level, Residence, Sponsor};
use packs::PackSource;
use std::fmt::Write as _;

fn load() -> items::Items {
    items::load(&PackSource::embedded()).unwrap_or_else(|error| panic!("{error}"))
}

/// Codes that layouts, standards and forms rely on, by level.
const RELIED_ON: [(Level, &str); 5] = [
    (
        Level::School,
        "sponsor residence counted_as_school boarding_school purchased_places dense_city_centre \
         year_built township district longitude latitude teaching_rooms_area indoor_sports_area \
         outdoor_sports_area leased_sports_area converted_sports_area equipment_value \
         multimedia_rooms music_rooms art_rooms computers books site_area building_area operating_funds \
         operating_budget training_funds kindergarten_pupils",
    ),
    (
        Level::Section,
        "pupils pupils_grade_1 pupils_grade_2 pupils_grade_3 pupils_grade_4 pupils_grade_5 \
         pupils_grade_6 pupils_grade_7 pupils_grade_8 pupils_grade_9 pupils_boarding \
         pupils_migrant pupils_left_behind classes classes_to_25 classes_26_30 classes_31_35 \
         classes_36_40 classes_41_45 classes_46_50 classes_51_55 classes_56_60 classes_61_65 \
         classes_from_66 largest_class grades staff teachers teachers_doctor teachers_master \
         teachers_bachelor teachers_college teachers_below_college teachers_backbone teachers_pe \
         teachers_art teachers_music teachers_fine_art teachers_visiting teachers_certified \
         teachers_trained teachers_rotation_eligible teachers_rotated teachers_rotated_backbone \
         teachers_rank_chief teachers_rank_senior teachers_rank_middle entrants_enrolled \
         entrants_in_zone cohort_entrants cohort_graduates cohort_transferred_in \
         cohort_transferred_out cohort_deceased",
    ),
    (Level::Class, "class_size"),
    (Level::Room, "room_area"),
    (
        Level::County,
        "population population_rural townships villages gdp_per_head revenue_per_head \
         rural_income urban_income special_schools teaching_points_small special_school_pupils \
         special_school_funds funds_quota_primary funds_quota_junior teacher_pay \
         civil_servant_pay senior_plan senior_quota migrant_eligible migrant_public \
         migrant_purchased disabled_eligible disabled_enrolled survey_sent survey_valid \
         survey_satisfied survey_parents_sent survey_parents_valid survey_parents_satisfied \
         visits visits_satisfied visits_parents visits_parents_satisfied government_work_score",
    ),
];
const SUBJECTS: [&str; 9] = [
    "chinese",
    "mathematics",
    "science",
    "english",
    "pe_health",
    "art",
    "moral",
    "labour",
    "psychology",
];

#[test]
fn every_item_that_others_rely_on_exists_at_its_level() {
    let items = load();
    let mut codes: Vec<_> = RELIED_ON
        .iter()
        .flat_map(|(level, codes)| codes.split_whitespace().map(|c| (*level, c.to_owned())))
        .collect();
    for subject in SUBJECTS {
        codes.push((Level::County, format!("monitor_{subject}_level")));
        codes.push((Level::County, format!("monitor_{subject}_difference")));
    }
    let wrong: Vec<_> = codes
        .iter()
        .filter(|(level, code)| {
            items.catalogue().find(code).is_none_or(|(_, item)| item.level != *level)
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn the_catalogue_prints_stably() {
    let items = load();
    let lines = items.catalogue().iter().fold(String::new(), |mut lines, (_, item)| {
        let _ = writeln!(lines, "{} {} {} {}", item.level, item.code, item.zh, item.unit);
        lines
    });
    insta::assert_snapshot!(lines);
}

#[test]
fn the_closed_lists_are_those_of_the_domain() {
    fn list(catalogue: &Catalogue, code: &str) -> Vec<(String, String)> {
        match &catalogue.find(code).unwrap().1.kind {
            ItemKind::Code(list) => list.clone(),
            other => panic!("{other:?}"),
        }
    }
    let items = load();
    let own = |code: &str, zh: &str| (code.to_owned(), zh.to_owned());
    let sponsors: Vec<_> = Sponsor::ALL.iter().map(|s| own(s.code(), s.zh())).collect();
    let places: Vec<_> = Residence::ALL.iter().map(|r| own(r.code(), r.zh())).collect();
    assert_eq!(list(items.catalogue(), "sponsor"), sponsors);
    assert_eq!(list(items.catalogue(), "residence"), places);
}

#[test]
fn every_item_belongs_to_one_topic_and_every_number_is_bounded() {
    let items = load();
    let ids: Vec<_> = items.topics().iter().flat_map(|topic| topic.items.clone()).collect();
    assert_eq!(ids, items.catalogue().iter().map(|(id, _)| id).collect::<Vec<_>>());
    let brought = items.topics().iter().filter_map(|topic| topic.standard.as_deref());
    assert_eq!(brought.collect::<Vec<_>>(), ["local-yiling-633"]);
    for (id, item) in items.catalogue().iter() {
        let number = matches!(item.kind, ItemKind::Count | ItemKind::Amount | ItemKind::Year);
        assert!(!number || item.range.max.is_some(), "{} has no upper bound", item.code);
        assert_eq!(items.cells(id).count(), item.cells.len());
    }
}

#[test]
fn the_page_has_a_row_an_item() {
    let items = load();
    let page = items::markdown(&items);
    assert_eq!(page, items::markdown(&load()));
    let rows = items.catalogue().len() + items.checks().len() + items.jumps().len();
    assert_eq!(page.matches("\n| `").count(), rows);
    let shown = ["equipment_value", "CHK-COHORT-RETENTION", "CHK-JUMP-PROMOTION"];
    let rows =
        shown.map(|code| page.lines().find(|line| line.contains(&format!("`{code}`"))).unwrap());
    insta::assert_snapshot!(rows.join("\n"));
}
