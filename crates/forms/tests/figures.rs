//! What is printed is what the judge showed, and what is stored is what is printed.

#![expect(clippy::unwrap_used, reason = "a test that cannot set itself up has failed")]

mod common;

use common::{Book, County, catalogue, forms_for, tiny};
use domain::{Exact, Stage};
use forms::Options;
use standard::evaluation::{Evaluation, Verdict};
use std::io::{Cursor, Read as _};

/// Every cell of a sheet as it is seen: numbers by their format.
struct Seen {
    cells: std::collections::BTreeMap<String, String>,
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    tag.split_once(&format!(" {name}=\""))?.1.split_once('"').map(|(value, _)| value)
}

fn entry(bytes: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

/// The format codes by the number of the cell style.
fn formats(bytes: &[u8]) -> Vec<String> {
    let styles = entry(bytes, "xl/styles.xml");
    let code = |id: &str| match id {
        "0" => "General".to_owned(),
        "1" => "0".to_owned(),
        "2" => "0.00".to_owned(),
        id => {
            let lead = format!("<numFmt numFmtId=\"{id}\"");
            let tag = styles.split(&lead).nth(1).unwrap();
            attribute(tag, "formatCode").unwrap().replace("&quot;", "\"")
        }
    };
    let cells = styles.split("<cellXfs").nth(1).unwrap().split("</cellXfs>").next().unwrap();
    cells.split("<xf").skip(1).map(|xf| code(attribute(xf, "numFmtId").unwrap())).collect()
}

impl Seen {
    fn of(bytes: &[u8], sheet: usize) -> Self {
        let formats = formats(bytes);
        let xml = entry(bytes, &format!("xl/worksheets/sheet{}.xml", sheet + 1));
        let mut cells = std::collections::BTreeMap::new();
        for cell in xml.split("<c ").skip(1) {
            let tag = format!(" {}", cell.split('>').next().unwrap());
            let Some(value) = cell.split("<v>").nth(1) else { continue };
            if tag.contains(" t=\"") || !cell.split("</c>").next().unwrap().contains("<v>") {
                continue;
            }
            let number = Exact::parse(value.split('<').next().unwrap()).unwrap();
            let format = &formats[attribute(&tag, "s").unwrap().parse::<usize>().unwrap()];
            let (digits, sign) = format.split_once('"').unwrap_or((format, ""));
            let decimals = digits.trim().split_once('.').map_or(0, |(_, d)| d.len());
            let shown = number.to_fixed(u8::try_from(decimals).unwrap());
            // Nothing hides behind the format.
            assert_eq!(Exact::parse(&shown).unwrap(), number, "{tag}");
            let sign = sign.trim_end_matches('"');
            cells.insert(attribute(&tag, "r").unwrap().to_owned(), format!("{shown}{sign}"));
        }
        Self { cells }
    }

    fn at(&self, row: usize, column: usize) -> &str {
        let name = domain::cell_name(u32::try_from(row).unwrap(), u32::try_from(column).unwrap());
        self.cells.get(&name).map_or("", String::as_str)
    }
}

fn made(evaluation: &Evaluation, county: &County) -> Vec<u8> {
    let forms = forms_for(&evaluation.standard.id);
    let snapshot = county.seal();
    forms::workbook(&[(evaluation, "")], &snapshot, &catalogue(), &forms, &Options::default())
        .unwrap()
}

fn sheet(book: &Book, name: &str) -> usize {
    book.names().iter().position(|n| n == name).unwrap()
}

#[test]
fn every_value_of_the_sections_is_the_one_shown() {
    let county = tiny::county_of();
    let evaluation = tiny::evaluation_of(&county);
    let bytes = made(&evaluation, &county);
    let mut book = Book::read(bytes.clone());
    let seen = Seen::of(&bytes, sheet(&book, "表Ⅱ-2"));
    let rows = book.rows("表Ⅱ-2");
    let mut checked = 0;
    let mut stage = Stage::Primary;
    for (r, row) in rows.iter().enumerate() {
        if row[0].to_string().starts_with("二、初中") {
            stage = Stage::Junior;
        }
        let Some(section) =
            evaluation.sections.iter().find(|s| s.name == row[1].to_string() && s.stage == stage)
        else {
            continue;
        };
        assert_eq!(seen.at(r, 3), section.pupils.as_ref().unwrap().to_fixed(0));
        for (i, value) in section.values.iter().enumerate() {
            let expected = value.value.as_ref().map_or_else(String::new, |f| match value.verdict {
                Verdict::Pass => f.shown.clone(),
                other => format!("{} {}", f.shown, other.sign()),
            });
            assert_eq!(seen.at(r, 6 + i), expected, "{} {}", section.name, value.code);
            checked += 1;
        }
        let word = format!("{} {}", section.verdict.sign(), section.grade);
        assert_eq!(row[13].to_string(), word);
    }
    assert_eq!(checked, 21);
}

#[test]
fn every_share_mean_and_coefficient_is_the_one_shown() {
    let county = tiny::county_of();
    let evaluation = tiny::evaluation_of(&county);
    let bytes = made(&evaluation, &county);
    let book = Book::read(bytes.clone());
    let reached = Seen::of(&bytes, sheet(&book, "表Ⅱ-1"));
    let balance = Seen::of(&bytes, sheet(&book, "表Ⅲ"));
    for (s, stage) in evaluation.stages.iter().enumerate() {
        let first = 4 + 2 * s;
        for (i, result) in stage.indicators.iter().enumerate() {
            assert_eq!(reached.at(first, 2 + i), result.reached.to_string());
            assert_eq!(reached.at(first + 1, 2 + i), result.share.as_ref().unwrap().shown);
            let mean = result.mean.as_ref().map_or("", |m| &m.shown);
            assert_eq!(balance.at(first, 2 + i), mean);
            let coefficient = result.coefficient.as_ref().map_or_else(String::new, |c| {
                if result.verdict == Verdict::Fail {
                    format!("{} ○", c.shown)
                } else {
                    c.shown.clone()
                }
            });
            assert_eq!(balance.at(first + 1, 2 + i), coefficient);
        }
        assert_eq!(reached.at(first, 9), stage.passed.to_string());
        let composite = stage.composite.value.as_ref().map_or("", |c| &c.shown);
        assert_eq!(balance.at(first + 1, 9), composite);
    }
}

#[test]
fn every_value_of_the_county_indicators_is_the_one_shown() {
    let county = tiny::county_of();
    let evaluation = tiny::evaluation_of(&county);
    let bytes = made(&evaluation, &county);
    let mut book = Book::read(bytes.clone());
    let mut checked = 0;
    for (group, name) in [("government", "表Ⅳ"), ("quality", "表Ⅴ"), ("satisfaction", "表Ⅵ")]
    {
        let seen = Seen::of(&bytes, sheet(&book, name));
        let rows = book.rows(name);
        let group = evaluation.groups.iter().find(|g| g.code == group).unwrap();
        for part in group.indicators.iter().flat_map(|i| &i.parts) {
            let at = rows.iter().position(|r| r[1].to_string() == part.zh).unwrap();
            let shown = part.value.as_ref().map_or("", |f| &f.shown);
            assert_eq!(seen.at(at, 2), shown, "{}", part.code);
            let word = format!("{} {}", part.verdict.sign(), part.verdict.zh());
            assert_eq!(rows[at][5].to_string(), word, "{}", part.code);
            checked += usize::from(part.value.is_some());
        }
    }
    assert_eq!(checked, 6);
}

#[test]
fn the_county_form_has_the_official_decimals() {
    let county = tiny::county_of();
    let evaluation = tiny::evaluation_of(&county);
    let bytes = made(&evaluation, &county);
    let book = Book::read(bytes.clone());
    let seen = Seen::of(&bytes, sheet(&book, "表Ⅰ"));
    let row: Vec<_> = (0..24).map(|c| seen.at(6, c)).collect();
    let expected = [
        "35.13", "20.10", "11", "", "61235", "", "", "", "1", "1", "0", "0", "0", "1", "1", "0",
        "20", "3", "602", "101", "48", "45", "", "12",
    ];
    assert_eq!(row, expected);
}

#[test]
fn the_totals_of_the_gaps_add_up_on_paper() {
    let county = tiny::county_of();
    let evaluation = tiny::evaluation_of(&county);
    let bytes = made(&evaluation, &county);
    let mut book = Book::read(bytes.clone());
    let seen = Seen::of(&bytes, sheet(&book, "差距汇总"));
    let rows = book.rows("差距汇总");
    let total = |code: &str, stage: &str| {
        let at = rows.iter().position(|r| r[0] == *code && r[2] == *stage).unwrap();
        [8, 9].map(|c| seen.at(at, c).to_owned())
    };
    // The sections share the grounds: the school needs the greater of its two wants, not both.
    assert_eq!(total("L5", "小学"), ["82.00", "133.05"]);
    assert_eq!(total("L5", "初中"), ["111.10", "284.51"]);
    assert_eq!(total("L5", "小计"), ["193.10", "284.51"]);
    assert_eq!(total("L4", "小计"), ["0 ▨", "0 ▨"]);
}
