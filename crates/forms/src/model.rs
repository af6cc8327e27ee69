//! A sheet as it will be seen, before it is a file: blocks of rows on one grid of columns.
//!
//! Must not know: evaluations, packs, the writer.

use crate::head::Head;
use domain::Exact;
use standard::evaluation::{Figure, Rounded, Verdict};

/// A sheet of the workbook.
#[derive(Debug)]
pub(crate) struct Sheet {
    pub(crate) name: String,
    pub(crate) title: String,
    /// Under the title: left and right.
    pub(crate) under: [String; 2],
    /// Widths of the columns, in half-width characters.
    pub(crate) grid: Vec<f64>,
    pub(crate) page: Page,
    /// Columns that stay in sight.
    pub(crate) freeze_columns: u16,
    pub(crate) blocks: Vec<Block>,
    /// 填表说明, numbered by the writer.
    pub(crate) notes: Vec<String>,
    /// What stands over the notes.
    pub(crate) notes_title: &'static str,
    /// 填报人 / 审核人 / 负责人 / 日期.
    pub(crate) foot: Option<String>,
}

/// Paper and direction.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Page {
    pub(crate) paper: Paper,
    pub(crate) landscape: bool,
}

impl Page {
    /// The page, or the next larger one where so many half-width characters side by side would be
    /// printed too small to read.
    pub(crate) fn for_width(self, width: f64) -> Self {
        /// How much smaller than on the screen a print may be.
        const SHRINK: f64 = 1.3;
        let room = match (self.paper, self.landscape) {
            (Paper::A4, false) => 100.0,
            (Paper::A4, true) | (Paper::A3, false) => 147.0,
            (Paper::A3, true) => return self,
        };
        if width <= room * SHRINK {
            return self;
        }
        let larger = Self { landscape: true, ..self };
        if self.landscape { Self { paper: Paper::A3, ..self } } else { larger.for_width(width) }
    }
}

/// Paper sizes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
pub(crate) enum Paper {
    /// 210 × 297 mm.
    A4,
    /// 297 × 420 mm.
    A3,
}

/// A table of a sheet.
#[derive(Debug)]
pub(crate) struct Block {
    pub(crate) caption: Option<String>,
    pub(crate) head: Head,
    /// How many columns of the grid each column of the table takes.
    pub(crate) spans: Vec<u16>,
    pub(crate) rows: Vec<Row>,
    /// Shall users filter it?
    pub(crate) filter: bool,
}

/// A row of a table.
#[derive(Debug)]
pub(crate) enum Row {
    /// A text across the whole table that opens a part of it.
    Band(String),
    /// A text across the whole table in place of rows: `（无）`.
    Line(String),
    /// One cell a column.
    Cells(Vec<Cell>),
    /// The same for a total.
    Total(Vec<Cell>),
}

impl Row {
    /// What stands where a list has no rows.
    pub(crate) fn none() -> Self {
        Self::Line("（无）".into())
    }
}

/// A cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Cell {
    /// Nothing belongs here.
    Empty,
    /// A figure belongs here and is not known: blank and hatched, never zero.
    Missing,
    /// Part of the cell above.
    Up,
    /// A text, to the left.
    Text(String),
    /// A short text, in the middle.
    Centre(String),
    /// A figure as the form prints it; the sign of a verdict that is no pass goes with it.
    Number {
        /// Digits, perhaps a point.
        shown: String,
        /// The verdict on it.
        verdict: Option<Verdict>,
    },
    /// A share, printed in per cent and stored as the number that it is: `0.125`.
    Percent(String),
    /// A verdict with its word.
    Verdict(Verdict, String),
    /// An amount, to the right and with thousands marked; perhaps a formula with this result.
    Amount {
        /// Digits, perhaps a point and a minus.
        shown: String,
        /// What it adds up.
        sum: Sum,
    },
    /// A day: `2025-01-01`.
    Day(String),
    /// A piece of a bar of a chart made of cells.
    Bar(Bar),
}

/// What an amount adds up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sum {
    /// Nothing: it is given.
    Given,
    /// The rows of its table above it.
    Above,
    /// So many columns of the sheet to its left.
    Left(u16),
    /// The totals of its column so far, over all tables of the sheet.
    Totals,
}

/// What a bar stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bar {
    /// A measure.
    Measure,
    /// A project on offer that is taken.
    Project,
    /// A project that was decided before.
    Committed,
}

impl Cell {
    /// `—`.
    pub(crate) fn not_applicable() -> Self {
        Self::Centre("—".into())
    }

    /// A figure without a verdict of its own.
    pub(crate) fn shown(text: &str) -> Self {
        Self::Number { shown: text.to_owned(), verdict: None }
    }

    /// A share, in per cent with one decimal.
    pub(crate) fn percent(share: &Exact) -> Self {
        Self::Percent(share.to_fixed(3))
    }

    /// A count of the program itself.
    pub(crate) fn count(n: usize) -> Self {
        Self::Number { shown: n.to_string(), verdict: None }
    }

    /// A figure, or the blank of a missing one.
    pub(crate) fn figure(figure: Option<&Figure>) -> Self {
        figure.map_or(Self::Missing, |f| Self::shown(&f.shown))
    }

    /// A rounded figure, or the blank of a missing one.
    pub(crate) fn rounded(figure: Option<&Rounded>) -> Self {
        figure.map_or(Self::Missing, |f| Self::shown(&f.shown))
    }

    /// A verdict with sign and word.
    pub(crate) fn verdict(verdict: Verdict) -> Self {
        if verdict == Verdict::NotApplicable {
            return Self::not_applicable();
        }
        Self::Verdict(verdict, verdict.zh().to_owned())
    }

    /// A text that has to be there.
    pub(crate) fn needed(text: &str) -> Self {
        if text.trim().is_empty() { Self::Missing } else { Self::Text(text.to_owned()) }
    }

    /// A short text that may be absent without anything missing.
    pub(crate) fn short(text: Option<&str>) -> Self {
        text.filter(|t| !t.is_empty()).map_or(Self::Empty, |t| Self::Centre(t.to_owned()))
    }

    /// The same text to the left.
    pub(crate) fn left(self) -> Self {
        if let Self::Centre(text) = self { Self::Text(text) } else { self }
    }
}

/// A share as it is printed: `0.125` is `12.5%`.
pub(crate) fn in_percent(share: &str) -> String {
    let decimals = share.split_once('.').map_or(0, |(_, digits)| digits.len());
    let decimals = u8::try_from(decimals.saturating_sub(2)).unwrap_or(u8::MAX);
    Exact::parse(share).map_or_else(
        |_| share.to_owned(),
        |share| format!("{}%", (&share * &Exact::from(100)).to_fixed(decimals)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_printed_in_per_cent() {
        assert_eq!(Cell::percent(&Exact::ratio(1, 8)), Cell::Percent("0.125".to_owned()));
        assert_eq!(in_percent("0.125"), "12.5%");
        assert_eq!(in_percent("1"), "100%");
    }

    #[test]
    fn a_wide_table_takes_a_larger_page() {
        let page = Page { paper: Paper::A4, landscape: false };
        let paper = |width| {
            let page = page.for_width(width);
            (page.paper, page.landscape)
        };
        assert_eq!(paper(104.0), (Paper::A4, false));
        assert_eq!(paper(150.0), (Paper::A4, true));
        assert_eq!(paper(260.0), (Paper::A3, true));
    }
}
