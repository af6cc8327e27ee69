//! The four relief rules, off and on, each with a case that is just in and one that is just out.

use crate::complete::{BOTH, TOWN, VILLAGE, complete};
use crate::make::{Look as _, changed, judge_with, set};
use domain::{Draft, RoomKind, Stage};
use standard::evaluation::Verdict::{self, Fail, Pass};

fn relieved(draft: &Draft, on: bool) -> standard::Evaluation {
    judge_with(draft, &[("relief", if on { "是" } else { "否" })]).unwrap()
}

/// The school's rooms of a kind, all of one area.
fn with_rooms(draft: &mut Draft, school: &str, kind: RoomKind, area: &str) {
    let school = draft.schools.iter_mut().find(|s| s.name == school).unwrap();
    for room in school.rooms.iter_mut().filter(|room| room.kind == kind) {
        set(&mut room.facts, "room_area", area);
    }
}

#[test]
fn rooms_may_be_smaller_where_the_school_is_old_or_small_and_rural() {
    use RoomKind::{Art, Music};
    const OLD: &[(&str, &str)] = &[(TOWN, "year_built=2016")];
    const NEW: &[(&str, &str)] = &[(TOWN, "year_built=2017")];
    const SMALL: &[(&str, &str)] = &[("柳林小学 小学", "largest_class=29")];
    const LARGER: &[(&str, &str)] = &[("柳林小学 小学", "largest_class=30")];
    // A rural nine-year school has its own figure, 61 ㎡, for both kinds of room.
    const SMALL_BOTH: &[(&str, &str)] = &[
        (BOTH, "residence=220"),
        ("青山学校 小学", "largest_class=29"),
        ("青山学校 初中", "largest_class=29"),
    ];
    const LARGER_JUNIOR: &[(&str, &str)] = &[
        (BOTH, "residence=220"),
        ("青山学校 小学", "largest_class=29"),
        ("青山学校 初中", "largest_class=30"),
    ];
    const SMALL_IN_TOWN: &[(&str, &str)] =
        &[(VILLAGE, "residence=121"), ("柳林小学 小学", "largest_class=29")];
    for (school, changes, kind, area, relieved_verdict) in [
        (TOWN, OLD, Music, "73", Pass),
        (TOWN, OLD, Music, "72.99", Fail),
        (TOWN, NEW, Music, "73", Fail),
        (TOWN, OLD, Art, "67", Pass),
        (TOWN, OLD, Art, "66.99", Fail),
        (TOWN, NEW, Art, "67", Fail),
        (VILLAGE, SMALL, Music, "54", Pass),
        (VILLAGE, SMALL, Music, "53.99", Fail),
        (VILLAGE, SMALL, Art, "54", Pass),
        (VILLAGE, LARGER, Music, "54", Fail),
        (VILLAGE, SMALL_IN_TOWN, Music, "54", Fail),
        (BOTH, SMALL_BOTH, Music, "61", Pass),
        (BOTH, SMALL_BOTH, Art, "61", Pass),
        (BOTH, SMALL_BOTH, Music, "60.99", Fail),
        (BOTH, LARGER_JUNIOR, Music, "61", Fail),
    ] {
        let mut draft = changed(&complete(), changes);
        with_rooms(&mut draft, school, kind, area);
        let part = if kind == Music { "G3.1" } else { "G3.2" };
        let case = format!("{school} {changes:?} {area}");
        assert_eq!(relieved(&draft, false).part(part).verdict, Fail, "{case} off");
        let on = relieved(&draft, true);
        assert_eq!(on.part(part).verdict, relieved_verdict, "{case} on");
        if relieved_verdict == Fail {
            assert_eq!(on.part(part).failing[0].place, school);
        }
    }
}

#[test]
fn schools_may_be_larger_where_they_are_old_or_take_many_migrant_children() {
    const OLD: &str = "year_built=2010";
    const NEW: &str = "year_built=2011";
    let of = |migrants: u32| format!("pupils_migrant={migrants}");
    for (year, pupils, migrants, verdict) in [
        (OLD, 2400, 0, Pass),
        (OLD, 2401, 0, Fail),
        (NEW, 2001, 0, Fail),
        (NEW, 2000, 0, Pass),
        // More than half, not half.
        (NEW, 2400, 1201, Pass),
        (NEW, 2400, 1200, Fail),
        (NEW, 2401, 2401, Fail),
    ] {
        let section = format!("pupils={pupils} {}", of(migrants));
        let draft = changed(&complete(), &[(TOWN, year), ("城关小学 小学", &section)]);
        let off: Verdict = if pupils > 2000 { Fail } else { Pass };
        let case = format!("{year} {pupils} {migrants}");
        assert_eq!(relieved(&draft, false).part("G4").verdict, off, "{case} off");
        assert_eq!(relieved(&draft, true).part("G4").verdict, verdict, "{case} on");
    }
    for (year, junior, verdict) in [(OLD, 1500, Pass), (OLD, 1501, Fail), (NEW, 1001, Fail)] {
        let section = format!("pupils={junior}");
        let places =
            [(BOTH, year), ("青山学校 小学", "pupils=1500"), ("青山学校 初中", section.as_str())];
        let draft = changed(&complete(), &places);
        assert_eq!(relieved(&draft, false).part("G4").verdict, Fail);
        assert_eq!(relieved(&draft, true).part("G4").verdict, verdict, "{year} {junior}");
    }
}

#[test]
fn the_share_of_migrant_children_is_a_parameter() {
    let section = "pupils=2400 pupils_migrant=1200";
    let draft = changed(&complete(), &[("城关小学 小学", section)]);
    let with = |share| {
        let parameters = [("relief", "是"), ("migrant_relief_share", share)];
        judge_with(&draft, &parameters).unwrap().part("G4").verdict
    };
    assert_eq!(with("50"), Fail);
    assert_eq!(with("49.99"), Pass);
}

#[test]
fn visiting_teachers_count_in_rural_schools_of_50_to_99_pupils() {
    for (residence, pupils, verdict) in [
        ("220", 50, Pass),
        ("210", 99, Pass),
        ("220", 49, Fail),
        ("220", 100, Fail),
        ("122", 80, Fail),
    ] {
        let school = format!("residence={residence}");
        let section = format!("pupils={pupils} teachers_pe=0 teachers_visiting=1");
        let places = [(VILLAGE, school.as_str()), ("柳林小学 小学", section.as_str())];
        let draft = changed(&complete(), &places);
        let value = |on| relieved(&draft, on).value(VILLAGE, Stage::Primary, "L3").verdict;
        assert_eq!(value(false), Fail, "{residence} {pupils} off");
        assert_eq!(value(true), verdict, "{residence} {pupils} on");
    }
}

#[test]
fn leased_and_converted_grounds_count_in_dense_city_centres() {
    for (dense, leased, converted, verdict) in [
        ("是", "1000", "500", Pass),
        ("是", "1000", "499.99", Verdict::Near),
        ("否", "1000", "500", Fail),
    ] {
        // 7.5 ㎡ for 1000 pupils: 5700 and 300 of the school's own, 1500 of others.
        let facts = format!(
            "dense_city_centre={dense} outdoor_sports_area=5700 leased_sports_area={leased} \
             converted_sports_area={converted}"
        );
        let draft = changed(&complete(), &[(TOWN, facts.as_str())]);
        let value = |on| relieved(&draft, on).value(TOWN, Stage::Primary, "L5").verdict;
        assert_eq!(value(false), Fail, "{facts} off");
        assert_eq!(value(true), verdict, "{facts} on");
    }
}

#[test]
fn relief_is_off_unless_somebody_says_otherwise() {
    let draft = complete();
    let own = judge_with(&draft, &[]).unwrap();
    let relief = own.parameters.iter().find(|p| p.code == "relief").unwrap();
    assert_eq!((&*relief.value, &*relief.grade), ("否", "A-"));
    assert!(relief.source.contains("国教督办函〔2019〕30号"), "{}", relief.source);
    assert_eq!(own.sections, relieved(&draft, false).sections);
    let options = crate::make::options(&[]).with_relief(true);
    assert_eq!(options.parameters["relief"], "是");
}

#[test]
fn what_relief_asks_for_is_needed_only_with_relief() {
    let draft = changed(&complete(), &[(TOWN, "year_built=")]);
    let items = |on| -> Vec<String> {
        relieved(&draft, on).overall.missing.iter().map(|m| m.item.clone()).collect()
    };
    assert_eq!(items(false), [""; 0]);
    assert_eq!(items(true), ["year_built"]);
}
