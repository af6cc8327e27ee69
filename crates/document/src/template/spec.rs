//! A template, checked: blocks in order, with everything that they need to be filled.
//!
//! Must not know: TOML, documents' layout.

use super::condition::Condition;
use super::words::{Repeat, Words};
use crate::figures::Path;
use crate::model::{ChartKind, Direction, Paper, ParagraphStyle};

/// A block.
#[derive(Clone, Debug)]
pub(super) struct Block {
    pub(super) when: Option<Condition>,
    pub(super) each: Option<Repeat>,
    /// Said as a paragraph where there is nothing to repeat for.
    pub(super) none: Words,
    pub(super) body: Body,
}

/// What a block is.
#[derive(Clone, Debug)]
pub(super) enum Body {
    /// Blocks together, perhaps under a heading of a level.
    Part(Option<(u8, Words)>, Vec<Block>),
    Paragraph(Words, ParagraphStyle),
    Free(Free),
    Table(Box<Table>),
    Chart(Box<Chart>),
    Break(Paper),
    /// Sheets of the official forms, by id.
    Forms(Vec<String>),
}

/// What a person writes.
#[derive(Clone, Debug)]
pub(super) struct Free {
    pub(super) key: String,
    pub(super) prompt: Words,
    pub(super) default: Words,
    pub(super) optional: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Table {
    pub(super) caption: Words,
    pub(super) unit: Option<String>,
    /// One repetition in the other; the filter stands at the innermost.
    pub(super) each: Vec<Repeat>,
    pub(super) columns: Vec<Column>,
    pub(super) total: Vec<Words>,
    pub(super) notes: Vec<Words>,
}

#[derive(Clone, Debug)]
pub(super) struct Column {
    /// Words from the top down.
    pub(super) head: Vec<Words>,
    pub(super) cell: Words,
    pub(super) width: u16,
    pub(super) align: ParagraphStyle,
    /// One column for each thing of a list: its variable stands before those of the rows.
    pub(super) each: Option<Repeat>,
    /// Cells that say the same as the one above are one cell.
    pub(super) merge: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Chart {
    pub(super) caption: Words,
    pub(super) kind: ChartKind,
    pub(super) unit: String,
    pub(super) each: Repeat,
    pub(super) label: Words,
    pub(super) series: Vec<(String, Path)>,
    pub(super) limits: Vec<(String, Bound, Direction)>,
}

/// A line across a chart: given, or a figure.
#[derive(Clone, Debug)]
pub(super) enum Bound {
    Given(String),
    Figure(Path),
}

#[derive(Clone, Debug)]
pub(super) struct Annex {
    pub(super) title: Words,
    pub(super) paper: Paper,
    pub(super) when: Option<Condition>,
    pub(super) each: Option<Repeat>,
    pub(super) blocks: Vec<Block>,
}

/// The parts around the body.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    pub(super) title: Words,
    pub(super) mark: Words,
    pub(super) number: Words,
    pub(super) addressee: Words,
    pub(super) organs: Vec<Words>,
    pub(super) date: Words,
    pub(super) note: Words,
    pub(super) copies: Words,
    pub(super) printed_by: Words,
    pub(super) printed_on: Words,
}
