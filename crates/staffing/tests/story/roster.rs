//! Rosters: what is taken, what is found, what is counted.

use crate::codes;
use crate::common::{bench, code, county, read, row, site};
use domain::{Stage, change};
use intake::roster::RosterLayouts;
use jiff::civil::date;
use packs::PackSource;
use rust_decimal::Decimal;
use staffing::rotation::eligibility::{self, Eligibility};
use staffing::{Roster, RosterRow, count};

#[test]
fn a_sound_roster_has_no_findings() {
    let bench = bench();
    let snapshot = county(&bench.catalogue, &[site(1, &[("pupils", 100)])]);
    let rows = [
        row("A1", 1, &[("identity", "11010519491231002X"), ("birth", ""), ("hired", "1990-8-1")]),
        row("A2", 1, &[("spouse", "A3"), ("training", "2021|国培|90；2022|市级|72")]),
        row("A3", 1, &[("backbone", "县级"), ("backbone_basis", "县教〔2020〕3号")]),
    ];
    let (roster, findings) = read(&bench, &snapshot, &rows);
    // The example of the standard was born in 1949: that is worth a look.
    assert_eq!(codes(&findings), ["T-DATE-03"]);
    assert_eq!(roster.teachers().len(), 3);
    assert_eq!(roster.teachers()[2].spouse.as_ref().unwrap().to_string(), "A2", "said by one side");
    assert_eq!(roster.teachers()[1].training_hours(2021, 2022), 162.into());
}

#[test]
fn every_fault_of_a_row_is_found() {
    let bench = bench();
    let snapshot = county(&bench.catalogue, &[site(1, &[("pupils", 100)]), site(2, &[])]);
    let found = |cells: &[(&str, &str)]| {
        let (roster, findings) = read(&bench, &snapshot, &[row("A1", 1, cells)]);
        let codes: Vec<String> = codes(&findings).into_iter().map(str::to_owned).collect();
        (roster.teachers().len(), codes.join(" "))
    };
    for (cells, expected) in [
        (&[("identity", "110105194912310021")][..], (1, "T-ID-04")),
        (&[("identity", "11010519490231002X")], (1, "T-ID-03")),
        (
            &[("identity", "11010519491231002X"), ("sex", "男"), ("birth", "1950-1-1")],
            (1, "T-DATE-03 T-ID-05 T-ID-05"),
        ),
        (&[("school", "340")], (0, "T-ROW-03")),
        (&[("school", "9999999999")], (0, "T-ROW-10")),
        (&[("stage", "初中")], (0, "T-ROW-11")),
        (&[("stage", "幼儿园")], (0, "T-ROW-03")),
        (&[("subject", "奥数")], (1, "T-GAP-01 T-ROW-07")),
        (&[("degree", "博士后")], (1, "T-GAP-01 T-ROW-05")),
        (&[("hired", "2030-01-01")], (1, "T-DATE-01 T-DATE-02")),
        (&[("arrived", "1980-01-01"), ("hired", "1990-01-01")], (1, "T-DATE-02 T-DATE-03")),
        (&[("arrived", "去年")], (1, "T-GAP-01 T-ROW-06")),
        (&[("backbone", "市级")], (1, "T-ROW-08")),
        (&[("visits", "3400000009|体育|2")], (1, "T-ROW-10")),
        (&[("visits", "3400000001|体育|2")], (1, "T-ROW-12")),
        (&[("visits", "3400000002|体育|二")], (1, "T-ROW-09")),
        (&[("exemptions", "孕期、产期、哺乳期||2025-01-01")], (1, "T-GAP-02")),
        (&[("spouse", "A9")], (1, "T-ROW-13")),
        (&[("degree_at_hire", "硕士")], (1, "T-DATE-04")),
    ] {
        let (taken, codes) = found(cells);
        assert_eq!((taken, codes.as_str()), (expected.0, expected.1), "{cells:?}");
    }
    let mut sorted: Vec<String> = Vec::new();
    for (code, _) in RosterRow::HEADINGS {
        sorted.push((*code).to_owned());
    }
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(sorted.len(), RosterRow::HEADINGS.len());
}

#[test]
fn one_person_stands_once() {
    let bench = bench();
    let snapshot = county(&bench.catalogue, &[site(1, &[]), site(2, &[])]);
    let id = ("identity", "11010119900307002X");
    let id = (id.0, {
        let body = "11010119900307002";
        let check = staffing::Identity::check_character(body).unwrap();
        format!("{body}{check}")
    });
    let id = [(id.0, id.1.as_str()), ("birth", "")];
    let rows = [row("A1", 1, &id), row("A2", 1, &id), row("A3", 2, &id), row("A1", 2, &[])];
    let (roster, findings) = read(&bench, &snapshot, &rows);
    assert_eq!(codes(&findings), ["T-DUP-01", "T-DUP-02", "T-DUP-03"]);
    assert_eq!(roster.teachers().len(), 1);
    assert!(findings.iter().all(|f| !f.message.contains("19900307")), "nothing personal");
}

#[test]
fn an_identity_number_never_becomes_a_key() {
    let bench = bench();
    let snapshot = county(&bench.catalogue, &[site(1, &[])]);
    let (roster, findings) = read(&bench, &snapshot, &[row("11010519491231002X", 1, &[])]);
    assert_eq!(codes(&findings), ["T-ROW-02"]);
    assert_eq!(roster.teachers()[0].id.to_string(), "R00002");
    assert!(!format!("{roster:?} {findings:?}").contains("19491231"));
    assert!(!serde_json::to_string(roster.teachers()).unwrap().contains("王小明"));
}

#[test]
fn items_are_counted_with_their_lists() {
    let bench = bench();
    let figures = [("pupils", 100), ("teachers", 3), ("teachers_backbone", 1), ("teachers_pe", 2)];
    let snapshot = county(&bench.catalogue, &[site(1, &figures), site(2, &[])]);
    let rows = [
        row("A1", 1, &[("subject", "体育"), ("training", "2019|国培|200；2023|市级|160")]),
        row("A2", 1, &[("backbone", "市级"), ("backbone_basis", "x"), ("degree", "硕士")]),
        row(
            "A3",
            1,
            &[("backbone", "校级"), ("backbone_basis", "x"), ("visits", "3400000002|美术|3")],
        ),
        row("A4", 1, &[("post", "工勤"), ("arrived", "2022-09-01")]),
        row("A5", 2, &[("degree", ""), ("exchanges", "2023|3400000001|3400000002|支教")]),
    ];
    let (roster, _) = read(&bench, &snapshot, &rows);
    let counted = count::count(&roster, &snapshot, &bench.rules);
    let at = |school: u32, item: &str| {
        let found = counted.iter().find(|c| c.school == code(school) && c.item == item).unwrap();
        let ids: Vec<String> = found.teachers.iter().map(ToString::to_string).collect();
        (found.value.map(|v| v.to_string()), ids.join(" "))
    };
    assert_eq!(at(1, "staff"), (Some("4".into()), "A1 A2 A3 A4".into()));
    assert_eq!(at(1, "teachers"), (Some("3".into()), "A1 A2 A3".into()));
    assert_eq!(at(1, "teachers_backbone"), (Some("1".into()), "A2".into()));
    assert_eq!(at(1, "teachers_pe"), (Some("1".into()), "A1".into()));
    assert_eq!(at(1, "teachers_master"), (Some("1".into()), "A2".into()));
    assert_eq!(at(1, "teachers_trained"), (Some("1".into()), "A1".into()));
    assert_eq!(at(1, "teachers_training_hours"), (Some("360".into()), "A1".into()));
    assert_eq!(at(2, "teachers_rotated"), (Some("1".into()), "A5".into()));
    assert_eq!(at(2, "teachers_visiting"), (Some("1".into()), "A3".into()));
    assert_eq!(at(2, "teachers_bachelor"), (None, String::new()), "missing is not zero");

    let differences = count::differences(&counted, &snapshot, &bench.catalogue);
    assert_eq!(codes(&differences), ["T-DIFF-01"]);
    assert!(differences[0].message.contains("报表为 2，名册统计为 1"), "{differences:?}");

    let after =
        change::with_entries(&snapshot, count::HOW, &count::entries(&counted), &bench.catalogue)
            .unwrap();
    let school = after.school(&code(1)).unwrap();
    let id = bench.catalogue.id("teachers_pe").unwrap();
    let fact = school.section(Stage::Primary).unwrap().facts.get(id).unwrap();
    assert_eq!(after.origin(fact.origin).to_string(), "由教师名册统计");
}

/// Years are counted to the roster's day, wherever they are counted.
#[test]
fn everything_is_counted_on_the_roster_s_day() {
    let bench = bench();
    let snapshot = county(&bench.catalogue, &[site(1, &[("pupils", 100)])]);
    let rows = [row("A1", 1, &[("arrived", "2018-12-01"), ("hired", "2018-12-01")])];
    let on = |day| {
        let (roster, _) = Roster::read(&rows, 2, &snapshot, &bench.rules, day);
        let counted = count::count(&roster, &snapshot, &bench.rules);
        let found = counted.iter().find(|c| c.item == "teachers_rotation_eligible").unwrap();
        let all = eligibility::of_all(&roster, &bench.rules);
        assert_eq!(roster.within(&snapshot).day(), day);
        (found.value, all[0] == Eligibility::Eligible)
    };
    assert_eq!(on(date(2024, 9, 1)), (Some(Decimal::ZERO), false));
    assert_eq!(on(date(2024, 12, 1)), (Some(Decimal::ONE), true));
}

/// A school whose form is not approved yet has teachers in the roster and no data to count them in.
#[test]
fn teachers_of_a_school_without_data_stop_nobody() {
    let bench = bench();
    let whole = county(&bench.catalogue, &[site(1, &[("pupils", 100)]), site(2, &[])]);
    let rows = [row("A1", 1, &[]), row("A2", 2, &[("visits", "3400000001|体育|3")])];
    let (roster, _) = read(&bench, &whole, &rows);
    let approved = county(&bench.catalogue, &[site(1, &[("pupils", 100)])]);
    let (after, differences) =
        count::recount(&approved, &roster, &bench.rules, &bench.catalogue).unwrap();
    assert!(differences.is_empty(), "{differences:?}");
    let figure = |item: &str| {
        let id = bench.catalogue.id(item).unwrap();
        let section = after.school(&code(1)).unwrap().section(Stage::Primary).unwrap();
        section.facts.value(id).and_then(domain::Value::number).map(|n| n.to_string())
    };
    assert_eq!(figure("teachers").as_deref(), Some("1"));
    assert_eq!(figure("teachers_visiting").as_deref(), Some("1"), "whoever comes, comes");
    let ids: Vec<String> =
        roster.within(&approved).teachers().iter().map(|t| t.id.to_string()).collect();
    assert_eq!(ids, ["A1"]);
}

#[test]
fn eligibility_says_why_not() {
    let bench = bench();
    let snapshot = county(&bench.catalogue, &[site(1, &[])]);
    let of = |cells: &[(&str, &str)]| {
        let (roster, _) = read(&bench, &snapshot, &[row("A1", 1, cells)]);
        eligibility::of(&roster.teachers()[0], &bench.rules, crate::common::DAY)
    };
    assert_eq!(of(&[]), Eligibility::Eligible);
    assert_eq!(of(&[("arrived", "2018-09-01")]), Eligibility::Eligible, "six years to the day");
    assert!(matches!(of(&[("arrived", "2018-09-02")]), Eligibility::Recent(_)));
    assert!(matches!(of(&[("arrived", "")]), Eligibility::Unknown(_)));
    assert!(matches!(of(&[("post", "工勤")]), Eligibility::Outside(_)));
    assert!(matches!(of(&[("roll", "临聘")]), Eligibility::Outside(_)));
    assert!(matches!(of(&[("role", "校长")]), Eligibility::Outside(_)));
    assert_eq!(of(&[("birth", "1974-09-01")]), Eligibility::Eligible, "50 of 55, five years left");
    assert!(matches!(of(&[("birth", "1973-09-01")]), Eligibility::Age(_)));
    assert_eq!(of(&[("birth", "1973-09-01"), ("sex", "男")]), Eligibility::Eligible);
    let ill = |evidence: &str| of(&[("exemptions", &format!("重大疾病|{evidence}|2025-06-30"))]);
    assert_eq!(ill("县医院证明"), Eligibility::Exempt("重大疾病（县医院证明）".to_owned()));
    assert_eq!(ill("县医院证明").why(), Some("有经认定的不交流情形"), "as results tell it");
    assert_eq!(ill(""), Eligibility::Eligible, "without evidence it does not hold");
    assert_eq!(of(&[("exemptions", "重大疾病|证明|2024-06-30")]), Eligibility::Eligible, "over");
}

#[test]
fn layouts_of_rosters_speak_of_columns_and_values_that_are_known() {
    let bench = bench();
    let snapshot = county(&bench.catalogue, &[site(1, &[("pupils", 100)])]);
    let layouts = RosterLayouts::load(&PackSource::embedded()).unwrap();
    let known: Vec<&str> = RosterRow::HEADINGS.iter().map(|(code, _)| *code).collect();
    for layout in layouts.iter() {
        for code in layout.codes() {
            assert!(known.contains(&code), "{} of {}", code, layout.id);
        }
        for (column, value) in layout.values().filter(|(column, _)| *column != "stage") {
            let (_, findings) = read(&bench, &snapshot, &[row("A1", 1, &[(column, value)])]);
            assert!(!codes(&findings).contains(&"T-ROW-05"), "{column}: {value}");
        }
    }
    // The program's own template has every column, by the very headings.
    let template = layouts.get("roster-template").unwrap();
    assert_eq!(template.codes().len(), known.len());
}
