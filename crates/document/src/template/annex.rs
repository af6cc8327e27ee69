//! Official forms as an annex: the rows that the workbook has, from the same source.
//!
//! Must not know: how the forms get their rows.

use super::tables::{head_rows, left};
use crate::figures::{Figures, tidy};
use crate::model::{Block, Cell, Column, Paper, ParagraphStyle, Row, Run, Table};
use forms::Forms;
use forms::printed::{self, Sheet};
use std::collections::BTreeMap;

/// The sheets of these ids, each on a page of its own.
pub(super) fn forms(
    figures: &Figures<'_>,
    forms: Option<&Forms>,
    ids: &[String],
    out: &mut Vec<Block>,
) {
    let (Some(forms), Some((snapshot, catalogue))) = (forms, figures.now.facts) else {
        let what = "申报表（没有数据快照）";
        out.push(Block::paragraph(vec![Run::pending(what)]));
        return;
    };
    let sheets = printed::sheets(figures.now.evaluation, snapshot, catalogue, forms, ids);
    for (i, sheet) in sheets.iter().enumerate() {
        if i > 0 || !out.is_empty() {
            let paper = if sheet.landscape { Paper::Landscape } else { Paper::Portrait };
            out.push(Block::Break { paper });
        }
        let runs = vec![Run::strong(tidy(&sheet.title))];
        out.push(Block::Paragraph { runs, style: ParagraphStyle::Centred });
        for (n, inner) in sheet.tables.iter().enumerate() {
            if let Some(caption) = &inner.caption {
                let runs = vec![Run::text(tidy(caption))];
                out.push(Block::Paragraph { runs, style: ParagraphStyle::Centred });
            }
            out.push(Block::Table(table(sheet, n, inner)));
        }
        for note in &sheet.notes {
            let runs = vec![Run::text(tidy(note))];
            out.push(Block::Paragraph { runs, style: ParagraphStyle::Note });
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "widths of columns in characters, small and above zero"
)]
fn table(sheet: &Sheet, n: usize, inner: &printed::Table) -> Table {
    let width = u16::try_from(inner.widths.len()).unwrap_or(u16::MAX);
    Table {
        columns: inner.widths.iter().map(|w| Column::new((w.max(1.0)) as u16)).collect(),
        head: head_rows(&inner.head),
        rows: rows(sheet, n, inner, width),
        ..Table::default()
    }
}

fn rows(sheet: &Sheet, n: usize, inner: &printed::Table, width: u16) -> Vec<Row> {
    let mut out: Vec<Row> = Vec::new();
    for (i, row) in inner.rows.iter().enumerate() {
        let (cells, strong) = match row {
            printed::Row::Band(text) => {
                let cell = left(Cell::text(&tidy(text)).over(width, 1));
                out.push(Row { cells: vec![cell], strong: true });
                continue;
            }
            printed::Row::Cells(cells) => (cells, false),
            printed::Row::Total(cells) => (cells, true),
        };
        let cell = |(j, cell): (usize, &printed::Cell)| match cell {
            printed::Cell::Up => None,
            printed::Cell::Empty => Some(Cell::default()),
            printed::Cell::Missing => Some(Cell::new(vec![Run::pending(what(sheet, inner, i, j))])),
            printed::Cell::Text(text) => Some(Cell::text(&tidy(text))),
            printed::Cell::Figure(text) => {
                Some(Cell::new(vec![Run::figure(key(sheet, n, i, j), text)]))
            }
        };
        let cells: Vec<Cell> = cells.iter().enumerate().filter_map(cell).collect();
        out.push(Row { cells, strong });
    }
    spans(inner, out)
}

/// The key of a cell: sheet, table, row and column, counted from one: `forms.reached.1.12.4`.
fn key(sheet: &Sheet, table: usize, row: usize, column: usize) -> String {
    format!("forms.{}.{}.{}.{}", sheet.id, table + 1, row + 1, column + 1)
}

/// The figures of the sheets of these ids, by key.
pub(super) fn cells(
    figures: &Figures<'_>,
    forms: &Forms,
    ids: &[String],
) -> BTreeMap<String, String> {
    let Some((snapshot, catalogue)) = figures.now.facts else { return BTreeMap::new() };
    let sheets = printed::sheets(figures.now.evaluation, snapshot, catalogue, forms, ids);
    let mut all = BTreeMap::new();
    for sheet in &sheets {
        for (n, table) in sheet.tables.iter().enumerate() {
            for (i, row) in table.rows.iter().enumerate() {
                let (printed::Row::Cells(cells) | printed::Row::Total(cells)) = row else {
                    continue;
                };
                for (j, cell) in cells.iter().enumerate() {
                    if let printed::Cell::Figure(text) = cell {
                        all.insert(key(sheet, n, i, j), text.clone());
                    }
                }
            }
        }
    }
    all
}

/// A cell reaches down over those below that are part of it.
fn spans(inner: &printed::Table, mut rows: Vec<Row>) -> Vec<Row> {
    let cells = |row: &printed::Row| match row {
        printed::Row::Cells(cells) | printed::Row::Total(cells) => cells.clone(),
        printed::Row::Band(_) => Vec::new(),
    };
    for i in 0..rows.len() {
        let own = inner.rows.get(i).map(cells).unwrap_or_default();
        let mut at = 0;
        for (j, cell) in own.iter().enumerate() {
            if *cell == printed::Cell::Up {
                continue;
            }
            let below = inner.rows.get(i + 1..).unwrap_or_default().iter();
            let up = below.take_while(|r| cells(r).get(j) == Some(&printed::Cell::Up)).count();
            if let Some(cell) = rows.get_mut(i).and_then(|r| r.cells.get_mut(at)) {
                cell.rows = u16::try_from(1 + up).unwrap_or(u16::MAX);
            }
            at += 1;
        }
    }
    rows
}

/// What is missing in a cell: the words of its column.
fn what(sheet: &Sheet, inner: &printed::Table, row: usize, column: usize) -> String {
    let column = u16::try_from(column).unwrap_or(u16::MAX);
    let over = inner
        .head
        .cells
        .iter()
        .filter(|c| c.column <= column && column < c.column + c.columns && !c.text.is_empty());
    let words: Vec<String> = over.map(|c| tidy(&c.text.replace('\n', ""))).collect();
    format!("{}第{}行“{}”", tidy(&sheet.title), row + 1, words.join("·"))
}
