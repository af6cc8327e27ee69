//! The way of the data from filled-in tables to verdicts.

use crate::bytes::Bytes;
use crate::sheets::{Cell, Sheet, csv, edit, of_workbook, xlsx};
use crate::world::{YEAR, good, world};
use domain::SchoolYear;
use intake::Options;
use intake::write::snapshot_as;
use std::sync::LazyLock;

/// Reads files and lets every standard judge what comes of them.
fn read_and_judge(files: &[(String, Vec<u8>)], options: &Options<'_>) {
    let files: Vec<(&str, &[u8])> =
        files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    let intake = intake::read_bytes(&files, options);
    let listed = intake.findings.iter().filter(|f| f.severity == intake::Severity::Error).count();
    assert!(intake.errors >= listed as u64);
    for finding in &intake.findings {
        assert!(!finding.message.is_empty() && !finding.to_string().contains('\n'), "{finding:?}");
    }
    for year in &intake.years {
        match &year.snapshot {
            Some(snapshot) => world().judge(snapshot),
            None => assert!(intake.errors > 0, "nothing is sealed and nothing says why"),
        }
    }
}

/// The county, written by a layout: the sheets of each file.
fn written(layout: &str) -> Vec<Vec<Sheet>> {
    let files = good(snapshot_as(layout, &world().snapshot, &world().writing()));
    files.iter().map(|file| of_workbook(&file.bytes)).collect()
}

fn template() -> &'static [Sheet] {
    static SHEETS: LazyLock<Vec<Sheet>> =
        LazyLock::new(|| written("template").into_iter().next().unwrap_or_default());
    &SHEETS
}

/// Any text in every cell of a nine-year school's row.
pub(crate) fn cell(input: &[u8]) {
    /// Columns that say which school it is and of which kind.
    const IDENTITY: usize = 3;
    let text = String::from_utf8_lossy(input);
    let Some(schools) = template().iter().find(|sheet| sheet.name == "学校") else { return };
    let nine_year = "九年一贯制学校";
    let mut sheet = Sheet { name: schools.name.clone(), rows: Vec::new() };
    let mut width = 0;
    for row in &schools.rows {
        width = width.max(row.len());
        if !row.iter().any(|cell| matches!(cell, Cell::Number(_))) {
            sheet.rows.push(row.clone());
        } else if row.iter().any(|cell| *cell == Cell::Text(nine_year.to_owned())) {
            let mut row: Vec<Cell> = row.iter().take(IDENTITY).cloned().collect();
            row.push(Cell::Empty);
            row.resize_with(width, || Cell::Text(text.clone().into_owned()));
            sheet.rows.push(row);
        }
    }
    read_and_judge(&[("学校.csv".to_owned(), csv(&sheet))], &world().reading_for_county());
}

/// The template with changed cells, rows, columns and sheets; as a workbook or as CSV files.
pub(crate) fn read_template(input: &[u8]) {
    let mut input = Bytes::new(input);
    let as_csv = input.byte() % 2 == 1;
    let mut sheets = template().to_vec();
    edit(&mut sheets, &mut input);
    let files = if as_csv {
        sheets.iter().map(|sheet| (format!("{}.csv", sheet.name), csv(sheet))).collect()
    } else {
        vec![("模板.xlsx".to_owned(), xlsx(&sheets))]
    };
    read_and_judge(&files, &world().reading());
}

/// The workbook of one school by an official layout, with changed cells, rows, columns and sheets.
pub(crate) fn read_form_cells(input: &[u8]) {
    /// The layouts, each with a school year in which it is valid.
    const LAYOUTS: [(&str, SchoolYear); 2] =
        [("jiaoji-2021", YEAR), ("jichuji-2012", SchoolYear(2018))];
    static OFFICIAL: LazyLock<[Vec<Vec<Sheet>>; 2]> =
        LazyLock::new(|| LAYOUTS.map(|(layout, _)| written(layout)));
    let mut input = Bytes::new(input);
    let choice = input.byte();
    let layout = usize::from(choice % 2);
    let schools = &OFFICIAL[layout];
    let school = usize::from(choice / 2) % schools.len().max(1);
    let mut sheets = schools.get(school).cloned().unwrap_or_default();
    edit(&mut sheets, &mut input);
    let files = [("学校.xlsx".to_owned(), xlsx(&sheets))];
    let mut options = world().reading_for_county();
    options.year = Some(LAYOUTS[layout].1);
    read_and_judge(&files, &options);
}
