//! Cells and tables as all sheets of plans and of staffing have them.

use crate::head::{HeadColumn, layout};
use crate::model::{Block, Cell, Row, Sum};
use domain::{Exact, SchoolYear};

/// Digits after the point at most; plans are made of decimals that have fewer.
const DIGITS: u8 = 6;

/// A column with its title.
pub(crate) fn column(title: &str, span: u16) -> HeadColumn {
    HeadColumn { path: vec![title.to_owned()], label: None, span }
}

/// One column a year.
pub(crate) fn year_columns(years: &[SchoolYear]) -> impl Iterator<Item = HeadColumn> {
    years.iter().map(|year| column(&format!("{}年", year.0), 1))
}

/// A table.
pub(crate) fn block(caption: &str, columns: &[HeadColumn], rows: Vec<Row>) -> Block {
    let mut rows = rows;
    if !rows.iter().any(|row| matches!(row, Row::Cells(_))) {
        rows.insert(0, Row::none());
    }
    Block {
        caption: (!caption.is_empty()).then(|| caption.to_owned()),
        head: layout(columns),
        spans: columns.iter().map(|column| column.span).collect(),
        rows,
        filter: false,
    }
}

/// Lines of text over the whole width, without a head.
pub(crate) fn lines(caption: &str, width: u16, rows: Vec<Row>) -> Block {
    let rows = if rows.is_empty() { vec![Row::none()] } else { rows };
    Block {
        caption: (!caption.is_empty()).then(|| caption.to_owned()),
        head: layout(&[]),
        spans: vec![width],
        rows,
        filter: false,
    }
}

/// 万元 with at least two decimals.
pub(crate) fn money(amount: &Exact) -> Cell {
    Cell::Amount { shown: digits(amount), sum: Sum::Given }
}

/// 万元, or an empty cell for nothing.
pub(crate) fn some_money(amount: &Exact) -> Cell {
    if amount.is_zero() { Cell::Empty } else { money(amount) }
}

/// 万元 that a formula adds up.
pub(crate) fn total(amount: &Exact, sum: Sum) -> Cell {
    Cell::Amount { shown: digits(amount), sum }
}

fn digits(amount: &Exact) -> String {
    let short = amount.to_short(DIGITS);
    let decimals = short.split_once('.').map_or(0, |(_, d)| d.len());
    if decimals < 2 { amount.to_fixed(2) } else { short }
}

/// A quantity, with the decimals that it has.
pub(crate) fn quantity(amount: &Exact) -> Cell {
    Cell::Amount { shown: amount.to_short(DIGITS), sum: Sum::Given }
}

/// A year as a number.
pub(crate) fn year(year: SchoolYear) -> Cell {
    Cell::shown(&year.0.to_string())
}

/// A short text in the middle.
pub(crate) fn centre(text: &str) -> Cell {
    Cell::Centre(text.to_owned())
}

/// A text to the left.
pub(crate) fn text(text: impl Into<String>) -> Cell {
    Cell::Text(text.into())
}

/// A count of things, as a column needs it.
pub(crate) fn narrow(n: usize) -> u16 {
    u16::try_from(n).unwrap_or(u16::MAX)
}
