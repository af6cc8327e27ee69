//! A workbook as it is read back.

use calamine::{Data, Reader, Xlsx};
use domain::Exact;
use invest::Plan;
use std::io::{Cursor, Read as _};

pub(crate) struct Book {
    cells: Xlsx<Cursor<Vec<u8>>>,
    bytes: Vec<u8>,
}

impl Book {
    pub(crate) fn of(plan: &Plan, greedy: Option<&Plan>) -> Self {
        let bytes = forms::plan::workbook(plan, greedy).unwrap();
        // For a look by eye: JUNHENG_KEEP names a folder.
        if let Ok(folder) = std::env::var("JUNHENG_KEEP") {
            let test = std::thread::current().name().unwrap_or("book").replace("::", "-");
            std::fs::write(std::path::Path::new(&folder).join(test + ".xlsx"), &bytes).unwrap();
        }
        Self { cells: Xlsx::new(Cursor::new(bytes.clone())).unwrap(), bytes }
    }

    pub(crate) fn names(&self) -> Vec<String> {
        self.cells.sheet_names().clone()
    }

    pub(crate) fn rows(&mut self, sheet: &str) -> Vec<Vec<Data>> {
        let range = self.cells.worksheet_range(sheet).unwrap_or_else(|e| panic!("{sheet}: {e}"));
        assert_eq!(range.start(), Some((0, 0)), "{sheet}");
        range.rows().map(<[Data]>::to_vec).collect()
    }

    /// The rows below the one that has this text in its first cell, up to a row with none there.
    pub(crate) fn below(&mut self, sheet: &str, caption: &str) -> Vec<Vec<Data>> {
        let rows = self.rows(sheet);
        let at = rows.iter().position(|row| row[0] == *caption);
        let at = at.unwrap_or_else(|| panic!("{sheet} 没有 {caption}: {rows:#?}"));
        rows.into_iter().skip(at + 1).collect()
    }

    /// The row of a sheet that has a cell with exactly this text.
    pub(crate) fn row(&mut self, sheet: &str, text: &str) -> Vec<Data> {
        let rows = self.rows(sheet);
        let found = rows.iter().find(|row| row.iter().any(|cell| *cell == *text));
        found.unwrap_or_else(|| panic!("{sheet} 没有 {text}: {rows:#?}")).clone()
    }

    pub(crate) fn text(&mut self, sheet: &str) -> String {
        let rows = self.rows(sheet);
        let line = |row: &Vec<Data>| {
            let cells: Vec<_> = row.iter().map(|c| c.to_string().replace('\n', "⏎")).collect();
            cells.join(" | ")
        };
        rows.iter().map(line).collect::<Vec<_>>().join("\n")
    }

    /// The formulas of a sheet: row, column, text.
    pub(crate) fn formulas(&mut self, sheet: &str) -> Vec<(usize, usize, String)> {
        let range = self.cells.worksheet_formula(sheet).unwrap();
        let (top, left) = range.start().unwrap_or((0, 0));
        range
            .used_cells()
            .filter(|(_, _, formula)| !formula.is_empty())
            .map(|(row, column, formula)| {
                (row + top as usize, column + left as usize, formula.clone())
            })
            .collect()
    }

    /// The text of an entry of the file.
    pub(crate) fn entry(&self, name: &str) -> String {
        let mut archive = zip::ZipArchive::new(Cursor::new(&self.bytes)).unwrap();
        let mut text = String::new();
        archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
        text
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// A figure of a cell, to six digits; an empty cell is nothing.
pub(crate) fn figure(cell: &Data) -> Exact {
    match cell {
        Data::Empty => Exact::ZERO,
        Data::Int(n) => Exact::from(*n),
        Data::Float(n) => Exact::parse(&format!("{n:.6}")).unwrap(),
        Data::String(text) if text.is_empty() => Exact::ZERO,
        other => panic!("{other:?} is no number"),
    }
}

/// Works a sum out again from the cells that it names.
pub(crate) fn recomputed(rows: &[Vec<Data>], formula: &str) -> Exact {
    let place = |name: &str| -> (usize, usize) {
        let split = name.find(|c: char| c.is_ascii_digit()).unwrap();
        let (letters, digits) = name.split_at(split);
        let column = letters.bytes().fold(0, |n, b| n * 26 + usize::from(b - b'A') + 1);
        (digits.parse::<usize>().unwrap() - 1, column - 1)
    };
    let formula = formula.trim_start_matches('=');
    let Some(range) = formula.strip_prefix("SUM(") else {
        return formula.split('+').map(place).map(|(r, c)| figure(&rows[r][c])).sum();
    };
    let (from, to) = range.trim_end_matches(')').split_once(':').unwrap();
    let ((top, left), (bottom, right)) = (place(from), place(to));
    let mut sum = Exact::ZERO;
    for row in &rows[top..=bottom] {
        for cell in &row[left..=right] {
            // A text in a range counts as nothing, as in every spreadsheet.
            if !matches!(cell, Data::String(_)) {
                sum = &sum + &figure(cell);
            }
        }
    }
    sum
}
