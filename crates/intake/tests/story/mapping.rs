//! Stories of words that no layout knows: they are asked about, and read by what the county has said.
//! And of cells that a person puts right without opening the file.

use crate::common::*;
use domain::{Origin, SchoolCode, SchoolKind, Stage};
use intake::finding::code;
use intake::mapping::{IGNORE, Topic, Unknown};
use intake::{Correction, Corrections, Intake, Location, Mapping, Options};
use std::collections::BTreeMap;
use std::sync::Arc;

const GROUP: &[&str] = &["学校", "", "", "小学", ""];
const HEADS: &[&str] = &["学校识别号", "学校名称", "办学类型", "学生人数(人)", "专任教师数(人)"];

fn file(heads: &[&str], row: &[&str]) -> Vec<(&'static str, Vec<u8>)> {
    vec![("数据.xlsx", workbook(&[county(), schools(GROUP, heads, &[row])]))]
}

fn known() -> BTreeMap<SchoolCode, String> {
    let code = |text| SchoolCode::parse(text).unwrap();
    BTreeMap::from([
        (code("2134000001"), "青山中心小学".to_owned()),
        (code("2134000002"), "白水小学".to_owned()),
    ])
}

fn asked<'a>(intake: &'a Intake, topic: Topic, label: &str) -> &'a Unknown {
    let found = intake.unknown.iter().find(|u| u.topic == topic && u.label == label);
    found.unwrap_or_else(|| panic!("{label}: {:?}", intake.unknown))
}

fn near(unknown: &Unknown) -> Vec<&str> {
    unknown.near.iter().map(|choice| choice.target.as_str()).collect()
}

const ROW: &[&str] = &["'青山中小", "青山中小", "完小", "164", "12"];

#[test]
fn unknown_words_are_asked_about_with_what_is_nearest() {
    let read = read(&file(HEADS, ROW));
    assert!(read.snapshot().is_none());
    let column = asked(&read, Topic::Column, "学校 › 学校识别号");
    assert!(column.needed);
    assert_eq!(near(column)[0], "field/code");
    assert_eq!(column.place.2, "A2");
    let pupils = near(asked(&read, Topic::Column, "小学 › 学生人数(人)"));
    assert!(pupils.contains(&"item/primary/pupils"), "{pupils:?}");
    let all = &read.choices[&column.choices];
    assert_eq!(all[0].target, IGNORE);
    assert!(all.iter().any(|choice| choice.target == "item/site_area"), "{all:?}");
    // What stands in a column already is not near to anything.
    assert!(!read.unknown.iter().flat_map(near).any(|target| target == "field/name"));
}

#[test]
fn what_the_county_has_said_is_applied_and_told() {
    let mut mapping = Mapping::default();
    mapping.put("template", Topic::Column, "学校 › 学校识别号", "field/code");
    mapping.put("template", Topic::Column, "小学 › 学生人数（人）", "item/primary/pupils");
    let known = known();
    let options = Options { mapping: &mapping, schools: &known, ..options() };
    let half = read_with(&file(HEADS, ROW), &options);
    assert!(half.snapshot().is_none());
    // One after the other: with the column known, the school and its kind are asked about.
    let school_of = asked(&half, Topic::School, "青山中小");
    assert!(school_of.needed);
    assert_eq!(near(school_of)[0], "2134000001");
    mapping.put("template", Topic::School, "青山中小", "2134000001");
    let options = Options { mapping: &mapping, schools: &known, ..self::options() };
    let half = read_with(&file(HEADS, ROW), &options);
    let kind = asked(&half, Topic::Kind, "完小");
    assert_eq!(half.choices[&kind.choices].len(), SchoolKind::ALL.len());
    mapping.put("template", Topic::Kind, "完小", "primary");

    let options = Options { mapping: &mapping, schools: &known, ..self::options() };
    let whole = read_with(&file(HEADS, ROW), &options);
    assert!(whole.unknown.is_empty(), "{:?}", whole.unknown);
    let school = school(&whole, "2134000001");
    assert_eq!(school.kind, SchoolKind::Primary);
    assert_eq!(value(school, "pupils", Some(Stage::Primary)), "164");
    let applied: Vec<_> = whole.applied.iter().map(|a| (a.topic, a.target.as_str())).collect();
    assert_eq!(
        applied,
        [
            (Topic::Column, "field/code"),
            (Topic::Column, "item/primary/pupils"),
            (Topic::Kind, "primary"),
            (Topic::School, "2134000001"),
        ]
    );
}

#[test]
fn a_mapping_says_nothing_of_what_a_layout_knows_and_nothing_that_cannot_be() {
    let heads: &[&str] = &["学校标识码", "学校名称", "办学类型", "学生人数(人)", "专任教师数(人)"];
    let row: &[&str] = &["'2134000001", "青山中心小学", "小学", "164", "12"];
    let mut mapping = Mapping::default();
    mapping.put("template", Topic::Column, "学校名称", "field/code");
    mapping.put("template", Topic::Column, "小学 › 学生人数(人)", "item/population");
    mapping.put("template", Topic::Kind, "小学", "no_such_kind");
    let read = read_with(&file(heads, row), &Options { mapping: &mapping, ..options() });
    let school = school(&read, "2134000001");
    assert_eq!((school.name.as_str(), school.kind), ("青山中心小学", SchoolKind::Primary));
    assert_eq!(value(school, "pupils", Some(Stage::Primary)), "missing");
    asked(&read, Topic::Column, "小学 › 学生人数(人)");
    let mut mapping = Mapping::default();
    mapping.put("template", Topic::Column, "小学 › 学生人数(人)", IGNORE);
    let read = read_with(&file(heads, row), &Options { mapping: &mapping, ..options() });
    assert!(read.unknown.is_empty());
    none(&read, code::UNKNOWN_COLUMN);
}

#[test]
fn a_school_that_the_county_has_not_is_taken_and_asked_about() {
    let heads: &[&str] = &["学校标识码", "学校名称", "办学类型", "在校生数(人)", "专任教师数(人)"];
    let row: &[&str] = &["'2134000009", "白水完小", "小学", "164", "12"];
    let known = known();
    let read = read_with(&file(heads, row), &Options { schools: &known, ..options() });
    let unknown = asked(&read, Topic::School, "2134000009");
    assert!(!unknown.needed);
    assert_eq!((near(unknown)[0], unknown.about.as_str()), ("2134000002", "白水完小"));
    school(&read, "2134000009");
}

#[test]
fn a_corrected_cell_is_read_as_corrected_and_says_by_whom() {
    let heads: &[&str] = &["学校标识码", "学校名称", "办学类型", "在校生数(人)", "专任教师数(人)"];
    let row: &[&str] = &["'2134000001", "青山中心小学", "小学", "一百多", "12"];
    let files = file(heads, row);
    let before = read(&files);
    let wrong = finding(&before, code::TYPE);
    let mut corrections = Corrections::default();
    let at = "2024-10-08T08:00:00Z".parse().unwrap();
    let put = |corrections: &mut Corrections, cell: (u32, u32), text: &str| {
        let place = Location { cell: Some(cell), ..wrong.location.clone().unwrap() };
        let correction = Correction { text: text.into(), person: Arc::from("王建国"), at };
        corrections.put(&place, correction);
    };
    put(&mut corrections, wrong.location.as_ref().unwrap().cell.unwrap(), "164");
    let read = read_with(&files, &Options { corrections: &corrections, ..options() });
    none(&read, code::TYPE);
    let school = school(&read, "2134000001");
    assert_eq!(value(school, "pupils", Some(Stage::Primary)), "164");
    let pupils = catalogue().id("pupils").unwrap();
    let fact = school.section(Stage::Primary).unwrap().facts.get(pupils).unwrap();
    let origin = snapshot(&read).origin(fact.origin);
    assert!(matches!(origin, Origin::Corrected { .. }));
    assert_eq!(origin.to_string(), "数据.xlsx › 学校 › D3，王建国 更正于 2024-10-08 16:00");
    assert_eq!((read.corrected[0].was.as_str(), &*read.corrected[0].text), ("一百多", "164"));
    // The rest of the row is as it was, and a correction may be wrong too.
    let teachers = catalogue().id("teachers").unwrap();
    let fact = school.section(Stage::Primary).unwrap().facts.get(teachers).unwrap();
    assert!(matches!(snapshot(&read).origin(fact.origin), Origin::Cell { .. }));
    put(&mut corrections, (2, 3), "很多");
    put(&mut corrections, (2, 4), "");
    let again = read_with(&files, &Options { corrections: &corrections, ..options() });
    assert!(finding(&again, code::TYPE).message.contains("很多"));
    let school = crate::common::school(&again, "2134000001");
    assert_eq!(value(school, "teachers", Some(Stage::Primary)), "missing");
}
