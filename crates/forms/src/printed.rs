//! The sheets of forms as plain tables, for a document that has them as an annex: the same rows as
//! in the workbook, because they are made by the same blocks.
//!
//! Must not know: documents, the writer of workbooks.

use crate::context::Context;
use crate::head::Head;
use crate::model::{Cell as Inner, Row as Line};
use crate::{Forms, build, groups};
use domain::{Catalogue, Snapshot};
use standard::evaluation::{Evaluation, Verdict};

/// A sheet.
#[derive(Clone, Debug, PartialEq)]
pub struct Sheet {
    /// Its id in the pack: `reached`.
    pub id: String,
    /// Its name in the workbook, which no other sheet of it has: `表Ⅱ-1`.
    pub name: String,
    /// Its title.
    pub title: String,
    /// Under the title: left and right.
    pub under: [String; 2],
    /// Does it want a page that lies?
    pub landscape: bool,
    /// Its tables.
    pub tables: Vec<Table>,
    /// 填表说明.
    pub notes: Vec<String>,
    /// 填报人 / 审核人 / 负责人 / 日期, where the form has them.
    pub foot: Option<String>,
}

/// A table of a sheet.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// Its caption.
    pub caption: Option<String>,
    /// Its head.
    pub head: Head,
    /// Widths of its columns, in half-width characters.
    pub widths: Vec<f64>,
    /// How many columns of the head's grid each of them takes.
    pub spans: Vec<u16>,
    /// Its rows.
    pub rows: Vec<Row>,
}

/// A row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Row {
    /// A text across the table.
    Band(String),
    /// One cell a column.
    Cells(Vec<Cell>),
    /// The same for a total.
    Total(Vec<Cell>),
}

/// A cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Nothing belongs here.
    Empty,
    /// A figure belongs here and is not known.
    Missing,
    /// Part of the cell above.
    Up,
    /// Words.
    Text(String),
    /// A figure as the form prints it, with the sign of a verdict that is no pass.
    Figure(String),
}

/// The sheets of these ids that have something to say, in the order of the ids.
#[must_use]
pub fn sheets(
    evaluation: &Evaluation,
    snapshot: &Snapshot,
    catalogue: &Catalogue,
    forms: &Forms,
    ids: &[String],
) -> Vec<Sheet> {
    let mut sheets = Vec::new();
    for spec in ids.iter().filter_map(|id| forms.sheets.iter().find(|s| s.id == *id)) {
        for group in groups(spec, forms, evaluation) {
            let cx = Context { evaluation, snapshot, catalogue, forms, group };
            let Some(built) = build(spec, &cx, "") else { continue };
            sheets.push(Sheet {
                id: spec.id.clone(),
                name: built.name,
                title: built.title,
                under: built.under,
                landscape: built.page.landscape,
                tables: built.blocks.into_iter().map(|b| table(b, &built.grid)).collect(),
                notes: built.notes,
                foot: built.foot,
            });
        }
    }
    sheets
}

impl Forms {
    /// The ids of the sheets, in order.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.sheets.iter().map(|sheet| sheet.id.as_str())
    }
}

fn table(block: crate::model::Block, grid: &[f64]) -> Table {
    let mut at = 0;
    let width = |span: &u16| {
        let end = at + usize::from(*span);
        let width = grid.get(at..end.min(grid.len())).unwrap_or_default().iter().sum();
        at = end;
        width
    };
    Table {
        caption: block.caption,
        head: block.head,
        widths: block.spans.iter().map(width).collect(),
        spans: block.spans,
        rows: block.rows.into_iter().map(row).collect(),
    }
}

fn row(line: Line) -> Row {
    let cells = |cells: Vec<Inner>| cells.into_iter().map(cell).collect();
    match line {
        Line::Band(text) | Line::Line(text) => Row::Band(text),
        Line::Cells(inner) => Row::Cells(cells(inner)),
        Line::Total(inner) => Row::Total(cells(inner)),
    }
}

fn cell(cell: Inner) -> Cell {
    match cell {
        Inner::Empty | Inner::Bar(_) => Cell::Empty,
        Inner::Missing => Cell::Missing,
        Inner::Up => Cell::Up,
        Inner::Text(text) | Inner::Centre(text) | Inner::Day(text) => Cell::Text(text),
        Inner::Number { shown, verdict } => match verdict {
            Some(verdict @ (Verdict::Near | Verdict::Fail | Verdict::Missing)) => {
                Cell::Figure(format!("{shown} {}", verdict.sign()))
            }
            _ => Cell::Figure(shown),
        },
        Inner::Verdict(verdict, word) => Cell::Text(format!("{} {word}", verdict.sign())),
        Inner::Percent(share) => Cell::Figure(crate::model::in_percent(&share)),
        Inner::Amount { shown, .. } => Cell::Figure(shown),
    }
}
