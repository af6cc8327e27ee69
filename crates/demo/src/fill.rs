//! Every figure of a school under the code of its item.

use crate::draft::{SchoolPlan, SectionPlan};
use crate::names::{self, Township};
use crate::roster::{ClassRow, first_grade};
use crate::sheet::Pen;
use domain::{Class, Facts, Room, RoomKind, Section, Stage};

/// The facts of a school as a whole.
pub(crate) fn school(
    plan: &SchoolPlan,
    year: usize,
    townships: &[Township],
    pen: &mut Pen<'_>,
) -> Facts {
    let (site, estate) = (&plan.site, &plan.estate[year]);
    let mut facts = Facts::new();
    let f = &mut facts;
    let township = townships.get(site.township).map_or("", |t| t.name.as_str());
    pen.code(f, "sponsor", site.sponsor.code());
    pen.code(f, "residence", site.residence.code());
    pen.text(f, "place_code", &format!("{}{:03}001", names::COUNTY_CODE, site.township + 1));
    pen.flag(f, "counted_as_school", site.counted);
    pen.flag(f, "boarding_school", site.profile.boarding);
    pen.flag(f, "purchased_places", site.purchased);
    if site.purchased {
        let migrants: i64 = plan.sections.iter().map(|s| s.people[year].migrants).sum();
        // Places are bought for the migrant children and for half as many others.
        pen.count(f, "places_purchased", migrants + migrants / 2);
        pen.count(f, "places_purchased_migrant", migrants);
    } else {
        pen.none(f, "places_purchased");
        pen.none(f, "places_purchased_migrant");
    }
    pen.flag(f, "dense_city_centre", site.dense);
    pen.count(f, "year_built", site.year_built);
    pen.text(f, "township", township);
    pen.text(f, "district", &format!("{township}学区"));
    pen.amount(f, "longitude", site.position.0, 6);
    pen.amount(f, "latitude", site.position.1, 6);
    for (code, hundredths) in [
        ("teaching_rooms_area", estate.teaching_rooms),
        ("indoor_sports_area", estate.indoor),
        ("outdoor_sports_area", estate.outdoor),
        ("leased_sports_area", estate.leased),
        ("converted_sports_area", estate.converted),
        ("site_area", estate.site),
        ("building_area", estate.building),
        ("equipment_value", estate.equipment),
        ("operating_funds", estate.operating),
        ("operating_budget", estate.operating),
        ("training_funds", estate.training),
    ] {
        pen.amount(f, code, hundredths, 2);
    }
    for (code, count) in [
        ("multimedia_rooms", estate.multimedia),
        ("laboratories", estate.laboratories),
        ("music_rooms", plan.rooms_of(RoomKind::Music)),
        ("art_rooms", plan.rooms_of(RoomKind::Art)),
        ("computers", estate.computers),
        ("books", estate.books),
        ("kindergarten_pupils", estate.kindergarten),
    ] {
        pen.count(f, code, count);
    }
    facts
}

/// The sections of a school with their facts.
pub(crate) fn sections(plan: &SchoolPlan, year: usize, pen: &mut Pen<'_>) -> Vec<Section> {
    let own = plan.site.profile.kind.stages();
    plan.sections
        .iter()
        .map(|section| {
            let stage = section.stream.stage;
            let mut facts = Facts::new();
            size(section, year, &mut facts, pen);
            if stage != Stage::Senior {
                pupils(section, year, &mut facts, pen);
                bands(&section.classes[year], &mut facts, pen);
                teachers(section, year, &mut facts, pen);
            }
            Section { stage, attached: !own.contains(&stage), facts }
        })
        .collect()
}

/// What is asked of every stage: a senior section is there for its share of the buildings only.
fn size(section: &SectionPlan, year: usize, f: &mut Facts, pen: &mut Pen<'_>) {
    pen.count(f, "pupils", section.stream.pupils(year));
    pen.count(f, "classes", i64::try_from(section.classes[year].len()).unwrap_or(0));
    pen.count(f, "staff", section.staff[year].all);
    pen.count(f, "teachers", section.staff[year].teachers);
}

fn pupils(section: &SectionPlan, year: usize, f: &mut Facts, pen: &mut Pen<'_>) {
    let (stream, people) = (&section.stream, &section.people[year]);
    let grades = &stream.grades[year];
    pen.count(f, "grades", i64::try_from(grades.len()).unwrap_or(0));
    pen.count(f, "pupils_boarding", people.boarding);
    pen.count(f, "pupils_migrant", people.migrants);
    pen.count(f, "pupils_left_behind", people.left_behind);
    let first = first_grade(stream.stage);
    let years = if stream.stage == Stage::Primary { 6 } else { 3 };
    pen.count(f, "schooling_years", i64::from(years));
    // A teaching point does not run all grades: the others are —.
    for grade in 0..years {
        let code = format!("pupils_grade_{}", first + grade);
        match grades.get(usize::from(grade)) {
            Some(pupils) => pen.count(f, &code, *pupils),
            None => pen.none(f, &code),
        }
    }
    pen.count(f, "entrants_enrolled", people.entrants);
    pen.count(f, "entrants_in_zone", people.in_zone);
    if let Some(cohorts) = &stream.cohorts {
        let cohort = &cohorts[year];
        pen.count(f, "cohort_entrants", cohort.entrants);
        pen.count(f, "cohort_graduates", cohort.graduates);
        pen.count(f, "cohort_transferred_in", cohort.moved_in);
        pen.count(f, "cohort_transferred_out", cohort.moved_out);
        pen.count(f, "cohort_deceased", cohort.deceased);
    }
}

/// Size bands: code and the largest class that belongs to it.
const BANDS: [(&str, i64); 10] = [
    ("classes_to_25", 25),
    ("classes_26_30", 30),
    ("classes_31_35", 35),
    ("classes_36_40", 40),
    ("classes_41_45", 45),
    ("classes_46_50", 50),
    ("classes_51_55", 55),
    ("classes_56_60", 60),
    ("classes_61_65", 65),
    ("classes_from_66", i64::MAX),
];

fn bands(rows: &[ClassRow], f: &mut Facts, pen: &mut Pen<'_>) {
    pen.count(f, "largest_class", rows.iter().map(|row| row.size).max().unwrap_or(0));
    let mut above = 0;
    for (code, most) in BANDS {
        let count = rows.iter().filter(|row| row.size > above && row.size <= most).count();
        pen.count(f, code, i64::try_from(count).unwrap_or(0));
        above = most;
    }
}

fn teachers(section: &SectionPlan, year: usize, f: &mut Facts, pen: &mut Pen<'_>) {
    let staff = &section.staff[year];
    for (code, count) in [
        ("teachers_doctor", 0),
        ("teachers_master", staff.master),
        ("teachers_bachelor", staff.bachelor),
        ("teachers_college", staff.college),
        ("teachers_below_college", staff.below_college),
        ("teachers_backbone", staff.backbone),
        ("teachers_pe", staff.pe),
        ("teachers_art", staff.art),
        ("teachers_music", staff.music),
        ("teachers_fine_art", staff.fine_art),
        ("teachers_visiting", staff.visiting),
        ("teachers_certified", staff.certified),
        ("teachers_trained", staff.trained),
        ("teachers_training_hours", staff.hours),
        ("teachers_rotation_eligible", staff.eligible),
        ("teachers_rotated", staff.rotated),
        ("teachers_rotated_backbone", staff.rotated_backbone),
        ("teachers_rank_chief", staff.chief),
        ("teachers_rank_senior", staff.senior),
        ("teachers_rank_middle", staff.middle),
    ] {
        pen.count(f, code, count);
    }
}

/// The class roster of a school.
pub(crate) fn classes(plan: &SchoolPlan, year: usize, pen: &mut Pen<'_>) -> Vec<Class> {
    let mut list = Vec::new();
    for section in &plan.sections {
        for row in &section.classes[year] {
            let mut facts = Facts::new();
            pen.count(&mut facts, "class_size", row.size);
            let stage = section.stream.stage;
            list.push(Class { name: row.name.clone(), stage, grade: row.grade, facts });
        }
    }
    list
}

/// The music and art rooms of a school.
pub(crate) fn rooms(plan: &SchoolPlan, year: usize, pen: &mut Pen<'_>) -> Vec<Room> {
    plan.rooms
        .iter()
        .map(|row| {
            let mut facts = Facts::new();
            pen.amount(&mut facts, "room_area", row.areas[year], 2);
            Room { name: row.name.clone(), kind: row.kind, facts }
        })
        .collect()
}
