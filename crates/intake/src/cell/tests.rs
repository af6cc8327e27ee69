//! Cells as people fill them.

use super::*;
use domain::{Level, Range};
use jiff::civil::Date;
use std::borrow::Cow;

fn item(kind: ItemKind, unit: &str) -> Item {
    Item {
        code: "x".into(),
        zh: "某项".into(),
        en: "x".into(),
        unit: Unit::parse(unit).unwrap(),
        level: Level::School,
        kind,
        range: Range::default(),
        cells: vec![],
        definition: String::new(),
    }
}

fn text(text: &str) -> Raw<'_> {
    Raw::Text(Cow::Borrowed(text))
}

fn number(raw: &Raw<'_>, unit: &str) -> Result<String, &'static str> {
    match read(raw, &item(ItemKind::Amount, unit), None, || None) {
        Ok(None) => Ok("missing".into()),
        Ok(Some(read)) => Ok(read.value.to_string()),
        Err(problem) => Err(problem.code),
    }
}

#[test]
fn numbers_in_every_dress() {
    for (cell, expected) in [
        ("1200", "1200"),
        ("１２００", "1200"),
        ("1,200", "1200"),
        ("1，200", "1200"),
        ("1 200", "1200"),
        ("\u{a0}1200\u{200b} ", "1200"),
        ("'1200", "1200"),
        ("1200.", "1200"),
        ("1200人", "1200"),
        ("1200 人", "1200"),
        ("１２００　名", "1200"),
        ("1.2E+3", "1200"),
        ("0.12万人", "1200"),
        ("12.50", "12.5"),
        ("—", "—"),
        ("－", "—"),
        ("/", "—"),
        ("*", "—"),
        ("", "missing"),
        ("　", "missing"),
    ] {
        assert_eq!(number(&text(cell), "人").as_deref(), Ok(expected), "{cell}");
    }
    for (cell, code) in [
        ("1,2", code::TYPE),
        ("三十", code::TYPE),
        ("约1200", code::TYPE),
        ("12.3.4", code::TYPE),
        ("30-40", code::UNIT),
        ("1200㎡", code::UNIT),
        ("1200斤", code::UNIT),
        ("-5", code::RANGE),
        ("99999999999999999999999", code::TYPE),
    ] {
        assert_eq!(number(&text(cell), "人"), Err(code), "{cell}");
    }
}

#[test]
fn money_and_percent_are_converted_and_said() {
    assert_eq!(number(&text("35.5万元"), "万元").unwrap(), "35.5");
    assert_eq!(number(&text("355000元"), "万元").unwrap(), "35.5");
    assert_eq!(number(&text("0.5亿元"), "万元").unwrap(), "5000");
    assert_eq!(number(&text("85%"), "1").unwrap(), "0.85");
    assert_eq!(number(&text("85.5％"), "1").unwrap(), "0.855");
    let read = read(&text("355000元"), &item(ItemKind::Amount, "万元"), None, || None);
    assert_eq!(read.unwrap().unwrap().note.unwrap(), "355000 元，已换算为 35.5 万元。");
    let stated = Unit::parse("元").unwrap();
    let cell = Raw::Number(355_000.0);
    let read = super::read(&cell, &item(ItemKind::Amount, "万元"), Some(&stated), || None);
    assert_eq!(read.unwrap().unwrap().value.to_string(), "35.5");
}

#[test]
fn stored_noise_is_not_read() {
    for (n, expected) in [
        (0.1 + 0.2, "0.3"),
        (1237.95, "1237.95"),
        (0.570_000_000_000_000_1, "0.57"),
        (4.35, "4.35"),
        (123_456_789.123_45, "123456789.12345"),
        (2_134_000_001.0, "2134000001"),
        (1.0 / 3.0, "0.333333333333333"),
        (0.0, "0"),
        (118.412_345_6, "118.4123456"),
    ] {
        assert_eq!(decimal(n).unwrap().to_string(), expected);
    }
    assert_eq!(decimal(f64::NAN), None);
    assert_eq!(decimal(1e300), None);
}

#[test]
fn counts_are_whole() {
    let count = item(ItemKind::Count, "人");
    let problem = read(&Raw::Number(12.5), &count, None, || None).unwrap_err();
    assert_eq!(problem.message, "“12.5”不是整数。");
    let problem = read(&Raw::Number(-1.0), &count, None, || None).unwrap_err();
    assert_eq!(problem.message, "-1 人 超出范围，不能小于 0 人。");
}

#[test]
fn formulas_and_errors_say_what_to_do() {
    let count = item(ItemKind::Count, "人");
    let problem = read(&Raw::NoValue, &count, None, || None).unwrap_err();
    assert_eq!(problem.code, code::NO_CACHED_VALUE);
    assert!(problem.advice.contains("保存"));
    let problem = read(&Raw::Error(Cow::Borrowed("#DIV/0!")), &count, None, || None).unwrap_err();
    assert!(problem.message.contains("#DIV/0!"));
    let problem = read(&Raw::Date(None), &count, None, || None).unwrap_err();
    assert!(problem.message.contains("日期格式"));
}

#[test]
fn flags_and_codes_and_dates() {
    for (cell, expected) in [
        ("是", Some(true)),
        ("√", Some(true)),
        ("×", Some(false)),
        ("０", Some(false)),
        ("也许", None),
    ] {
        assert_eq!(flag(&text(cell)), expected, "{cell}");
    }
    assert_eq!(flag(&Raw::Number(2.0)), None);
    let list = vec![("7".to_owned(), "县级教育部门".to_owned()), ("10".into(), "民办".into())];
    let code = item(ItemKind::Code(list), "1");
    let labels = Labels::from([("999".to_owned(), "10".to_owned())]);
    for (cell, expected) in [
        (text("县级教育部门"), "7"),
        (text("7"), "7"),
        (text("10 民办"), "10"),
        (Raw::Number(999.0), "10"),
    ] {
        let read = read(&cell, &code, None, || Some(&labels)).unwrap().unwrap();
        assert_eq!(read.value, Value::Code(expected.into()));
    }
    let problem = read(&text("某公司"), &code, None, || Some(&labels)).unwrap_err();
    assert!(problem.advice.contains("县级教育部门、民办"));
    let day = Date::new(2024, 10, 8).unwrap();
    for cell in
        ["2024-10-08", "2024/10/8", "2024.10.8", "2024年10月8日", "20241008", "2024-10-08 09:30"]
    {
        assert_eq!(date(&text(cell)), Some(day), "{cell}");
    }
    assert_eq!(date(&Raw::Number(45573.0)), Some(day));
    assert_eq!(date(&text("10月8日")), None);
}

#[test]
fn years_come_as_numbers_texts_and_dates() {
    let year = item(ItemKind::Year, "1");
    for cell in [
        Raw::Number(2012.0),
        text("2012年"),
        text("2012年9月1日"),
        Raw::Date(Date::new(2012, 9, 1).ok()),
    ] {
        let read = read(&cell, &year, None, || None).unwrap().unwrap();
        assert_eq!(read.value.to_string(), "2012", "{cell:?}");
    }
    assert!(read(&Raw::Number(12.0), &year, None, || None).is_err());
}
