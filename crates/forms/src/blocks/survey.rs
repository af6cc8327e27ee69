//! 表Ⅵ: public satisfaction, from the survey figures of the county.

use super::Built;
use crate::context::Context;
use crate::model::{Cell, Row};
use crate::pack::{Bind, NamedRow, Table, bindings};
use domain::{Catalogue, Exact, Level, Value};

bindings! {
    /// A column.
    Column {
        /// Words of the row.
        Label = "label",
        /// A figure that the row names.
        Figure = "figure",
    }
}

/// A figure of the survey.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Figure {
    /// A fact of the county.
    Item(String),
    /// One fact as a percentage of another.
    Percent(String, String),
}

impl Bind for Figure {
    fn read(name: &str, catalogue: &Catalogue) -> Option<Self> {
        let item = |code: &str| {
            let (_, item) = catalogue.find(code.trim())?;
            (item.level == Level::County).then(|| item.code.clone())
        };
        match name.split_once('/') {
            None => item(name).map(Self::Item),
            Some((part, whole)) => Some(Self::Percent(item(part)?, item(whole)?)),
        }
    }

    fn options() -> String {
        "县级数据项，或 县级数据项 / 县级数据项（百分比）".into()
    }
}

/// The survey facts that the rows ask for and that are not there: codes, each once.
pub(super) fn missing<'a>(rows: &'a [NamedRow<Vec<Figure>>], cx: &Context<'_>) -> Vec<&'a str> {
    let mut codes = Vec::new();
    for figure in rows.iter().flat_map(|row| &row.bind) {
        let (Figure::Item(code) | Figure::Percent(code, _)) = figure;
        if matches!(known(code, cx), Known::Missing) && !codes.contains(&code.as_str()) {
            codes.push(code.as_str());
        }
    }
    codes
}

enum Known {
    Number(Exact),
    NotApplicable,
    Missing,
}

fn known(code: &str, cx: &Context<'_>) -> Known {
    let facts = &cx.snapshot.county().facts;
    match cx.catalogue.id(code).and_then(|id| facts.value(id)) {
        Some(Value::Number(n)) => Known::Number((*n).into()),
        Some(Value::NotApplicable) => Known::NotApplicable,
        _ => Known::Missing,
    }
}

/// `None` where the standard does not ask for satisfaction.
pub(super) fn build(
    table: &Table<Column>,
    rows: &[NamedRow<Vec<Figure>>],
    cx: &Context<'_>,
) -> Option<Built> {
    cx.group?;
    let slots = table.slots(&[]);
    let line = |row: &NamedRow<Vec<Figure>>| {
        let mut figures = row.bind.iter();
        let cells = slots.iter().map(|slot| match slot.column.bind {
            Column::Label => Cell::Centre(row.label.clone()),
            Column::Figure => {
                figures.next().map_or(Cell::Empty, |f| cell(f, slot.column.decimals, cx))
            }
        });
        Row::Cells(cells.collect())
    };
    Some(Built::new(&slots, rows.iter().map(line).collect()))
}

fn cell(figure: &Figure, decimals: u8, cx: &Context<'_>) -> Cell {
    let number = match figure {
        Figure::Item(code) => known(code, cx),
        Figure::Percent(part, whole) => match (known(part, cx), known(whole, cx)) {
            (Known::Number(part), Known::Number(whole)) => part
                .checked_div(&whole)
                .map_or(Known::NotApplicable, |share| Known::Number(share * Exact::from(100))),
            (Known::Missing, _) | (_, Known::Missing) => Known::Missing,
            _ => Known::NotApplicable,
        },
    };
    match number {
        Known::Number(n) => Cell::shown(&n.to_fixed(decimals)),
        Known::NotApplicable => Cell::not_applicable(),
        Known::Missing => Cell::Missing,
    }
}
