//! Sheets as cells in memory, changed by an input, and as the bytes of a workbook or CSV file.

use crate::bytes::Bytes;
use crate::files::everything;
use crate::package;
use crate::world::{good, limits};
use intake::open::{Book, Raw};
use std::fmt::Write as _;

/// What a cell holds.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Cell {
    Empty,
    Text(String),
    Number(f64),
    Flag(bool),
    Error,
    /// A formula without a stored result.
    NoValue,
    /// A number shown as a date.
    Date(f64),
}

/// A sheet.
#[derive(Clone, Debug)]
pub(crate) struct Sheet {
    pub(crate) name: String,
    pub(crate) rows: Vec<Vec<Cell>>,
}

/// The sheets of a workbook that the program has written.
pub(crate) fn of_workbook(bytes: &[u8]) -> Vec<Sheet> {
    let mut book = good(Book::open(bytes, &limits()));
    let contents = everything(&mut book);
    let names = book.sheets().iter().map(|info| info.name.clone());
    names
        .zip(contents)
        .map(|(name, cells)| {
            let mut rows: Vec<Vec<Cell>> = Vec::new();
            for (row, column, raw) in cells.into_iter().flatten() {
                let row = grown(&mut rows, row as usize, Vec::new);
                *grown(row, column as usize, || Cell::Empty) = cell(raw);
            }
            Sheet { name, rows }
        })
        .collect()
}

/// The element of an index, after the list is made long enough.
fn grown<T>(list: &mut Vec<T>, index: usize, empty: impl FnMut() -> T) -> &mut T {
    if list.len() <= index {
        list.resize_with(index + 1, empty);
    }
    &mut list[index]
}

fn cell(raw: Raw<'static>) -> Cell {
    match raw {
        Raw::Number(n) => Cell::Number(n),
        Raw::Text(text) => Cell::Text(text.into_owned()),
        Raw::Flag(flag) => Cell::Flag(flag),
        Raw::Date(_) => Cell::Date(45_000.0),
        Raw::Error(_) => Cell::Error,
        Raw::NoValue => Cell::NoValue,
    }
}

/// Changes that an input makes in one go at most.
const MOST_EDITS: usize = 40;

/// Changes sheets as an input says: cells, rows, columns, names.
pub(crate) fn edit(sheets: &mut Vec<Sheet>, input: &mut Bytes<'_>) {
    for _ in 0..MOST_EDITS {
        if input.is_empty() || sheets.is_empty() {
            return;
        }
        let what = input.byte();
        let number = input.below(sheets.len());
        if what % 16 == 15 {
            whole(sheets, number, input);
            continue;
        }
        let sheet = &mut sheets[number];
        let row = input.below(sheet.rows.len() + 1);
        let column = input.below(sheet.rows.get(row).map_or(0, Vec::len) + 1);
        match what % 16 {
            0..=9 => {
                let row = grown(&mut sheet.rows, row, Vec::new);
                *grown(row, column, || Cell::Empty) = chosen(what, input);
            }
            10 if row < sheet.rows.len() => drop(sheet.rows.remove(row)),
            11 if row < sheet.rows.len() => {
                let copy = sheet.rows[row].clone();
                sheet.rows.insert(row, copy);
            }
            12 => {
                let other = input.below(column + 1);
                for row in sheet.rows.iter_mut().filter(|row| column < row.len()) {
                    row.swap(column, other);
                }
            }
            13 => {
                for row in sheet.rows.iter_mut().filter(|row| column < row.len()) {
                    row.remove(column);
                }
            }
            _ => sheet.rows.insert(row.min(sheet.rows.len()), Vec::new()),
        }
    }
}

/// A change of a whole sheet.
fn whole(sheets: &mut Vec<Sheet>, number: usize, input: &mut Bytes<'_>) {
    match input.byte() % 3 {
        0 => drop(sheets.remove(number)),
        1 => sheets[number].name = input.text(),
        _ if sheets.len() < 40 => {
            let copy = Sheet { name: input.text(), rows: sheets[number].rows.clone() };
            sheets.push(copy);
        }
        _ => {}
    }
}

fn chosen(what: u8, input: &mut Bytes<'_>) -> Cell {
    match what % 16 {
        0..=3 => Cell::Text(input.text()),
        4 => Cell::Number(f64::from(input.byte())),
        5 => Cell::Number(input.float()),
        6 => Cell::Flag(input.byte().is_multiple_of(2)),
        7 => Cell::Date(input.float()),
        8 => match input.byte() % 3 {
            0 => Cell::Error,
            1 => Cell::NoValue,
            _ => Cell::Empty,
        },
        _ => Cell::Text("—".to_owned()),
    }
}

/// The sheets as a workbook.
pub(crate) fn xlsx(sheets: &[Sheet]) -> Vec<u8> {
    let mut workbook = String::from(package::WORKBOOK_HEAD);
    let mut relations = String::from(package::RELATIONS_HEAD);
    let mut parts: Vec<(String, Vec<u8>)> = Vec::new();
    for (number, sheet) in (1..).zip(sheets) {
        let name = escaped(&sheet.name);
        let _ = write!(workbook, r#"<sheet name="{name}" sheetId="{number}" r:id="rId{number}"/>"#);
        relations.push_str(&package::sheet_relation(number));
        parts.push((format!("xl/worksheets/sheet{number}.xml"), sheet_xml(sheet).into_bytes()));
    }
    workbook.push_str("</sheets></workbook>");
    relations.push_str("</Relationships>");
    parts.push(("xl/workbook.xml".to_owned(), workbook.into_bytes()));
    parts.push(("xl/_rels/workbook.xml.rels".to_owned(), relations.into_bytes()));
    package::zipped(parts)
}

fn sheet_xml(sheet: &Sheet) -> String {
    let mut xml = String::from(package::SHEET_HEAD);
    for (number, row) in (1u32..).zip(&sheet.rows) {
        let _ = write!(xml, r#"<row r="{number}">"#);
        for (column, cell) in (0u32..).zip(row) {
            let at = domain::cell_name(number - 1, column);
            let _ = match cell {
                Cell::Empty => Ok(()),
                Cell::Text(text) => {
                    let text = escaped(text);
                    write!(xml, r#"<c r="{at}" t="inlineStr"><is><t>{text}</t></is></c>"#)
                }
                Cell::Number(n) => write!(xml, r#"<c r="{at}"><v>{n}</v></c>"#),
                Cell::Flag(flag) => {
                    write!(xml, r#"<c r="{at}" t="b"><v>{}</v></c>"#, u8::from(*flag))
                }
                Cell::Error => write!(xml, r#"<c r="{at}" t="e"><v>#DIV/0!</v></c>"#),
                Cell::NoValue => write!(xml, r#"<c r="{at}"><f>SUM(A1)</f></c>"#),
                Cell::Date(n) => write!(xml, r#"<c r="{at}" s="1"><v>{n}</v></c>"#),
            };
        }
        xml.push_str("</row>");
    }
    xml.push_str("</sheetData></worksheet>");
    xml
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A sheet as CSV.
pub(crate) fn csv(sheet: &Sheet) -> Vec<u8> {
    let mut text = String::new();
    for row in &sheet.rows {
        for (column, cell) in row.iter().enumerate() {
            if column > 0 {
                text.push(',');
            }
            let _ = match cell {
                Cell::Empty | Cell::NoValue => Ok(()),
                Cell::Text(words) => write!(text, "\"{}\"", words.replace('"', "\"\"")),
                Cell::Number(n) | Cell::Date(n) => write!(text, "{n}"),
                Cell::Flag(flag) => write!(text, "{}", if *flag { "TRUE" } else { "FALSE" }),
                Cell::Error => write!(text, "#DIV/0!"),
            };
        }
        text.push_str("\r\n");
    }
    text.into_bytes()
}
