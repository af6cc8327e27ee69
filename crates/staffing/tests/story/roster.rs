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

/// What nobody can have done is a finding, and no number that a sum could break on.
#[test]
fn numbers_and_years_beyond_reason_are_findings() {
    let bench = bench();
    let snapshot = county(&bench.catalogue, &[site(1, &[("pupils", 100)]), site(2, &[])]);
    let huge = "79228162514264337593543950335";
    let twice = format!("2023|国培|{huge}；2022|国培|{huge}");
    let far = format!("3400000002|体育|{huge}");
    for (column, text, code) in [
        ("training", twice.as_str(), "T-ROW-09 T-ROW-09"),
        ("training", "2023|国培|9001", "T-ROW-09"),
        ("training", "1900|国培|72", "T-ROW-09"),
        ("visits", &far, "T-ROW-09"),
        ("visits", "3400000002|体育|-1", "T-ROW-09"),
        ("hours", huge, "T-ROW-05"),
        ("hours", "169", "T-ROW-05"),
        ("exchanges", "32767||3400000002|轮岗", "T-ROW-09"),
        ("exchanges", "-32768||3400000002|轮岗", "T-ROW-09"),
    ] {
        let rows = [row("A1", 1, &[(column, text)])];
        let (roster, findings) = read(&bench, &snapshot, &rows);
        assert_eq!(codes(&findings).join(" "), code, "{column} {text}");
        count::recount(&snapshot, &roster, &bench.rules, &bench.catalogue).unwrap();
        let posts =
            staffing::posts::posts(&snapshot, &bench.catalogue, Some(&roster), &bench.rules);
        assert_eq!(posts.len(), 2);
    }
    let rows = [row("A1", 1, &[("training", "2023|国培|9000"), ("hours", "168")])];
    assert!(read(&bench, &snapshot, &rows).1.is_empty());
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

/// What says something that cannot be read is neither a zero nor a yes.
#[test]
fn what_cannot_be_read_is_not_known() {
    let bench = bench();
    let snapshot = county(&bench.catalogue, &[site(1, &[("pupils", 100)])]);
    let count = |cells: &[(&str, &str)], item: &str| {
        let other = [("training", "2022|国培|400"), ("exchanges", "2021||3400000001|支教")];
        let rows = [row("A1", 1, cells), row("A2", 1, &[("backbone", "校级"), other[0], other[1]])];
        let (roster, _) = read(&bench, &snapshot, &rows);
        let counted = count::count(&roster, &snapshot, &bench.rules);
        let found = counted.iter().find(|c| c.item == item).unwrap();
        let unknown: Vec<String> = found.unknown.iter().map(ToString::to_string).collect();
        (found.value.map(|value| value.to_string()), unknown.join(" "))
    };
    let unknown = (None, "A1".to_owned());
    let value = |n: &str| (Some(n.to_owned()), String::new());
    let doctor = [("post", "校医")];
    assert_eq!(count(&doctor, "staff"), value("2"));
    for item in ["teachers", "teachers_bachelor", "teachers_backbone", "teachers_rotated"] {
        assert_eq!(count(&doctor, item), unknown, "{item}");
    }
    assert_eq!(count(&[("roll", "借用")], "teachers"), value("2"));
    assert_eq!(count(&[("roll", "借用")], "teachers_rotation_eligible"), unknown);
    assert_eq!(count(&[("backbone", "名师")], "teachers_backbone"), unknown);
    for level in ["县级骨干教师", "县级骨干", "县级", "市级骨干教师"] {
        assert_eq!(count(&[("backbone", level)], "teachers_backbone"), value("1"), "{level}");
    }
    assert_eq!(count(&[("backbone", "骨干教师")], "teachers_backbone"), unknown);
    let hours = [("training", "2023|国培|七十二")];
    assert_eq!(count(&hours, "teachers_trained"), unknown);
    assert_eq!(count(&hours, "teachers_training_hours"), unknown);
    let enough = [("training", "2023|国培|七十二；2022|市级|360")];
    assert_eq!(count(&enough, "teachers_trained"), value("2"), "more would change nothing");
    assert_eq!(count(&[("exchanges", "去年|||轮岗")], "teachers_rotated"), unknown);
    assert_eq!(count(&[("exchanges", "去年|||轮岗")], "teachers_rotated_backbone"), value("0"));
    assert_eq!(count(&[("subject", "奥数"), ("subjects", "体育")], "teachers_pe"), unknown);
}

/// A table without a column says nothing of what hangs on it: the form's figures stay.
#[test]
fn items_of_columns_that_nobody_has_filled_are_not_counted() {
    let bench = bench();
    let figures = [("pupils", 100), ("teachers_backbone", 3), ("teachers_trained", 2)];
    let snapshot = county(&bench.catalogue, &[site(1, &figures)]);
    let figure = |cells: &[(&str, &str)], item: &str| {
        let rows = [row("A1", 1, cells), row("A2", 1, &[])];
        let (roster, _) = read(&bench, &snapshot, &rows);
        let (after, findings) =
            count::recount(&snapshot, &roster, &bench.rules, &bench.catalogue).unwrap();
        let id = bench.catalogue.id(item).unwrap();
        let section = after.school(&code(1)).unwrap().section(Stage::Primary).unwrap();
        let value = section.facts.value(id).and_then(domain::Value::number);
        let absent = findings.into_iter().filter(|finding| finding.code == "T-GAP-05");
        let absent: Vec<String> = absent.map(|finding| finding.field).collect();
        (value.map(|value| value.to_string()), absent.join(" "))
    };
    let three = Some("3".to_owned());
    assert_eq!(
        figure(&[], "teachers_backbone"),
        (three, "骨干级别 交流经历 培训学时 走教兼课".into())
    );
    assert_eq!(figure(&[], "teachers_trained").0.as_deref(), Some("2"));
    assert_eq!(figure(&[("backbone", "无")], "teachers_backbone").0.as_deref(), Some("0"));
    assert_eq!(figure(&[("training", "2023|国培|72")], "teachers_trained").0.as_deref(), Some("0"));
}

/// An exchange to the own school or to none is no exchange; a school has one principal.
#[test]
fn what_cannot_be_an_exchange_or_a_second_principal_is_found() {
    let bench = bench();
    let snapshot = county(&bench.catalogue, &[site(1, &[("pupils", 100)]), site(2, &[])]);
    let stay = |text| ("exchanges", text);
    let rows = [
        row("A1", 1, &[stay("2023|3400000002|3400000001|任教交流")]),
        row("A2", 1, &[stay("2023|3400000001|3400000001|任教交流")]),
        row("A3", 1, &[stay("2023|3400000001|9999999999|任教交流")]),
        row("A4", 1, &[stay("2010|3400000001|3400000001|任教交流")]),
        row("A5", 1, &[("role", "校长"), ("appointed", "2022-09-01")]),
        row("A6", 1, &[("role", "校长"), ("appointed", "2022-09-01")]),
    ];
    let (roster, findings) = read(&bench, &snapshot, &rows);
    let own: Vec<(&str, Option<usize>)> = findings
        .iter()
        .map(|f| (f.code.as_str(), f.row))
        .filter(|(code, _)| *code != "T-GAP-05")
        .collect();
    let expected = [("T-DUP-04", 7), ("T-ROW-15", 3), ("T-ROW-15", 4), ("T-ROW-15", 5)];
    assert_eq!(own, expected.map(|(code, row)| (code, Some(row))));
    let counted = count::count(&roster, &snapshot, &bench.rules);
    let rotated = counted.iter().find(|c| c.item == "teachers_rotated").unwrap();
    assert_eq!(rotated.value, None, "two are not known, which is neither zero nor two");
    assert_eq!((rotated.teachers.len(), rotated.unknown.len()), (1, 2));
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
    assert!(codes(&differences).iter().all(|code| *code == "T-GAP-05"), "{differences:?}");
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
    for (column, text) in
        [("post", "校医"), ("roll", "借用"), ("role", "校助"), ("exemptions", "怀孕|证明|")]
    {
        assert!(matches!(of(&[(column, text)]), Eligibility::Unknown(_)), "{column}");
    }
    assert!(matches!(of(&[("role", "校长")]), Eligibility::Outside(_)));
    assert_eq!(
        of(&[("birth", "1973-09-01")]),
        Eligibility::Eligible,
        "56 in five years to the day"
    );
    assert!(matches!(of(&[("birth", "1973-08-31")]), Eligibility::Age(_)));
    assert_eq!(of(&[("birth", "1973-08-31"), ("sex", "男")]), Eligibility::Eligible);
    let ill = |evidence: &str| of(&[("exemptions", &format!("重大疾病|{evidence}|2025-06-30"))]);
    assert_eq!(ill("县医院证明"), Eligibility::Exempt("重大疾病（县医院证明）".to_owned()));
    assert_eq!(ill("县医院证明").why(), Some("有经认定的不交流情形"), "as results tell it");
    assert_eq!(ill(""), Eligibility::Eligible, "without evidence it does not hold");
    assert_eq!(of(&[("exemptions", "重大疾病|证明|2024-06-30")]), Eligibility::Eligible, "over");
}

/// By hand from the decision of 2024-09-13: one month for every four from 2025-01 on, three years at most.
#[test]
fn retirement_is_computed_to_the_month_of_birth() {
    let bench = bench();
    let snapshot = county(&bench.catalogue, &[site(1, &[])]);
    let rule = &bench.rules.rotation.retirement;
    let on = |birth: &str, sex: &str| {
        let (roster, _) =
            read(&bench, &snapshot, &[row("A1", 1, &[("birth", birth), ("sex", sex)])]);
        eligibility::retires(&roster.teachers()[0], rule).map(|day| day.to_string())
    };
    for (birth, sex, expected) in [
        ("1964-12-31", "男", "2024-12-31"),
        ("1965-01-15", "男", "2025-02-15"),
        ("1965-04-30", "男", "2025-05-30"),
        ("1965-05-01", "男", "2025-07-01"),
        ("1976-08-31", "男", "2039-07-31"),
        ("1976-09-01", "男", "2039-09-01"),
        ("1990-01-01", "男", "2053-01-01"),
        ("1969-12-31", "女", "2024-12-31"),
        ("1970-01-31", "女", "2025-02-28"),
        ("1981-09-10", "女", "2039-09-10"),
        ("1981-09-10", "", "2044-09-10"),
    ] {
        assert_eq!(on(birth, sex).as_deref(), Some(expected), "{birth} {sex}");
    }
    assert_eq!(on("", "男"), None);
}

/// Years left are counted to the day, not from full years of age: 4½ are less than five.
#[test]
fn near_retirement_is_counted_to_the_day() {
    let bench = bench();
    let snapshot = county(&bench.catalogue, &[site(1, &[])]);
    let mut rules = bench.rules.clone();
    rules.rotation.retirement.delay = None;
    let of = |birth: &str| {
        let (roster, _) =
            read(&bench, &snapshot, &[row("A1", 1, &[("birth", birth), ("sex", "男")])]);
        eligibility::of(&roster.teachers()[0], &rules, crate::common::DAY)
    };
    assert_eq!(of("1969-09-01"), Eligibility::Eligible);
    assert_eq!(of("1969-08-31"), Eligibility::Age("55 周岁，距退休不足 5 年".into()));
    assert_eq!(of("1969-03-01"), Eligibility::Age("55 周岁，距退休不足 5 年".into()));
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
