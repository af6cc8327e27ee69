//! Stories of checks: between items, against last year, and what is missing.

use crate::common::*;
use domain::Stage;
use intake::finding::code;

const GROUP: &[&str] = &["学校", "", "", "", "小学", "", ""];
const HEADS: &[&str] = &[
    "学校标识码",
    "学校名称",
    "办学类型",
    "教学仪器设备资产值(万元)",
    "在校生数(人)",
    "专任教师数(人)",
    "县级及以上骨干教师数(人)",
];

fn year(year: &str, rows: &[&[&str]]) -> Vec<u8> {
    workbook(&[county_of(year), schools(GROUP, HEADS, rows)])
}

fn checked(files: &[(&str, Vec<u8>)]) -> intake::Intake {
    read_with(files, &options().with_checks(&packs().items))
}

#[test]
fn a_cross_check_leads_to_its_cells() {
    let rows: &[&[&str]] = &[&["'2134000001", "青山小学", "小学", "35.5", "164", "12", "13"]];
    let all = checked(&[("a.xlsx", year("2024", rows))]);
    let check = all
        .findings
        .iter()
        .find(|f| {
            f.code == code::CHECK && f.item.as_ref().is_some_and(|i| i.code.contains("teachers"))
        })
        .unwrap_or_else(|| panic!("{}", lines(&all)));
    let places: Vec<String> =
        check.location.iter().chain(&check.also).map(ToString::to_string).collect();
    assert!(places.contains(&"a.xlsx › 学校 › G3".to_owned()), "{places:?}");
    assert!(places.contains(&"a.xlsx › 学校 › F3".to_owned()), "{places:?}");
    assert_eq!(check.school.as_ref().unwrap().name.as_ref(), "青山小学");
    // A contradiction is an error finding, and the facts are kept as they were filled.
    assert_eq!(value(school(&all, "2134000001"), "teachers_backbone", Some(Stage::Primary)), "13");
}

#[test]
fn yuan_in_a_column_of_ten_thousand_yuan_is_noticed() {
    let rows: &[&[&str]] = &[&["'2134000001", "青山小学", "小学", "355000", "164", "12", "1"]];
    let all = checked(&[("a.xlsx", year("2024", rows))]);
    let found = all.findings.iter().any(|f| {
        f.item.as_ref().is_some_and(|i| i.code.as_ref() == "equipment_value")
            && f.location.as_ref().is_some_and(|l| l.to_string().ends_with("D3"))
    });
    assert!(found, "{}", lines(&all));
}

#[test]
fn a_jump_against_the_year_before_is_noticed() {
    let before: &[&[&str]] = &[&["'2134000001", "青山小学", "小学", "35.5", "164", "12", "1"]];
    let now: &[&[&str]] = &[&["'2134000001", "青山小学", "小学", "35.5", "1640", "12", "1"]];
    let all = checked(&[("a.xlsx", year("2023", before)), ("b.xlsx", year("2024", now))]);
    let jump = finding(&all, code::JUMP);
    assert_eq!(jump.location.as_ref().unwrap().to_string(), "b.xlsx › 学校 › E3");
    // The same against a snapshot that is at hand.
    let last = read(&[("a.xlsx", year("2023", before))]);
    let mut options = options().with_checks(&packs().items);
    options.previous = last.snapshot();
    let all = read_with(&[("b.xlsx", year("2024", now))], &options);
    finding(&all, code::JUMP);
}

#[test]
fn what_is_missing_is_a_line_an_item() {
    let codes: Vec<String> = (1..=20).map(|n| format!("'21340000{n:02}")).collect();
    let names: Vec<String> = (1..=20).map(|n| format!("第{n}小学")).collect();
    let rows: Vec<Vec<&str>> = codes
        .iter()
        .zip(&names)
        .enumerate()
        .map(|(n, (code, name))| {
            let teachers = if n == 0 { "12" } else { "" };
            vec![code.as_str(), name.as_str(), "小学", "35.5", "164", teachers, ""]
        })
        .collect();
    let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
    let all = read(&[("a.xlsx", year("2024", &rows))]);
    let missing: Vec<&str> = all
        .findings
        .iter()
        .filter(|f| f.code == code::MISSING)
        .map(|f| f.message.as_str())
        .collect();
    assert_eq!(
        missing,
        [
            "“小学 专任教师数”有 19 所学校未填：第2小学、第3小学、第4小学、第5小学、第6小学、第7小学、第8小学、第9小学等。"
        ]
    );
}

#[test]
fn progress_is_told_file_by_file() {
    let seen = std::cell::RefCell::new(Vec::new());
    let call = |progress: intake::Progress<'_>| {
        seen.borrow_mut().push(format!("{}/{} {}", progress.done, progress.total, progress.file));
    };
    let mut options = options();
    options.progress = Some(&call);
    let rows: &[&[&str]] = &[&["'2134000001", "青山小学", "小学", "35.5", "164", "12", "1"]];
    read_with(&[("a.xlsx", year("2024", rows)), ("b.csv", b"x,y\n".to_vec())], &options);
    assert_eq!(*seen.borrow(), ["0/2 a.xlsx", "1/2 b.csv", "2/2 "]);
}
