//! Tables: head rows that repeat on every page, rows that do not split, merged cells.

use super::{ParagraphStyle, Run, is_default, is_false};
use serde::{Deserialize, Serialize};

/// A table. Cells are given as in HTML: what a merged cell covers is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// Printed above, in the middle; numbered 表1, 表2 … by the engine within the document.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub caption: Vec<Run>,
    /// Printed above at the right, with `单位：` before it: `人、万元`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// The columns, from the left.
    pub columns: Vec<Column>,
    /// Head rows, repeated on every page.
    pub head: Vec<Row>,
    /// Rows. Empty: one row that says 无.
    pub rows: Vec<Row>,
    /// Notes below, a line each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Vec<Run>>,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// Its share of the width of the table, against the other columns; think in characters.
    pub width: u16,
    /// How its cells are set: [`ParagraphStyle::Centred`] by default, [`ParagraphStyle::Plain`] to the
    /// left, [`ParagraphStyle::Right`].
    #[serde(default = "centred", skip_serializing_if = "is_centred")]
    pub align: ParagraphStyle,
}

/// A row.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// Cells from the left, without those that a merged cell covers.
    pub cells: Vec<Cell>,
    /// Printed bold: a total.
    #[serde(default, skip_serializing_if = "is_false")]
    pub strong: bool,
}

/// A cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cell {
    /// The text. `—` is not applicable, nothing at all is missing.
    #[serde(default)]
    pub runs: Vec<Run>,
    /// How many columns it takes.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub columns: u16,
    /// How many rows it takes, within head or body.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub rows: u16,
    /// Set otherwise than its column.
    #[serde(default, skip_serializing_if = "is_default")]
    pub align: Option<ParagraphStyle>,
}

impl Table {
    /// A table with columns of the given widths, all centred, and one head row of texts.
    #[must_use]
    pub fn new(columns: &[(u16, &str)]) -> Self {
        Self {
            columns: columns.iter().map(|(width, _)| Column::new(*width)).collect(),
            head: vec![Row::texts(columns.iter().map(|(_, head)| *head))],
            ..Self::default()
        }
    }
}

impl Column {
    /// A centred column.
    #[must_use]
    pub fn new(width: u16) -> Self {
        Self { width, align: ParagraphStyle::Centred }
    }

    /// A column set to the left.
    #[must_use]
    pub fn left(width: u16) -> Self {
        Self { width, align: ParagraphStyle::Plain }
    }

    /// A column set to the right.
    #[must_use]
    pub fn right(width: u16) -> Self {
        Self { width, align: ParagraphStyle::Right }
    }
}

impl Row {
    /// A row of plain texts.
    pub fn texts<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        Self { cells: texts.into_iter().map(Cell::text).collect(), strong: false }
    }

    /// A row of cells.
    #[must_use]
    pub fn new(cells: Vec<Cell>) -> Self {
        Self { cells, strong: false }
    }
}

impl Cell {
    /// A cell of some runs.
    #[must_use]
    pub fn new(runs: Vec<Run>) -> Self {
        Self { runs, columns: 1, rows: 1, align: None }
    }

    /// A cell of one text.
    #[must_use]
    pub fn text(text: &str) -> Self {
        Self::new(if text.is_empty() { Vec::new() } else { vec![Run::text(text)] })
    }

    /// The cell over so many columns and rows.
    #[must_use]
    pub fn over(mut self, columns: u16, rows: u16) -> Self {
        (self.columns, self.rows) = (columns, rows);
        self
    }
}

impl Default for Cell {
    fn default() -> Self {
        Self::new(Vec::new())
    }
}

fn one() -> u16 {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde calls")]
fn is_one(value: &u16) -> bool {
    *value == 1
}

fn centred() -> ParagraphStyle {
    ParagraphStyle::Centred
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde calls")]
fn is_centred(value: &ParagraphStyle) -> bool {
    *value == ParagraphStyle::Centred
}
