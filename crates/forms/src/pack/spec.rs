//! A pack of forms as it was checked.

use super::template::Template;
use crate::blocks::Body;
use crate::head::{self, Head, HeadColumn};
use crate::model::Page;
use standard::evaluation::IndicatorInfo;

/// A sheet of the pack.
#[derive(Clone, Debug)]
pub(crate) struct SheetSpec {
    pub(crate) id: String,
    pub(crate) name: Template,
    pub(crate) title: Template,
    pub(crate) page: Page,
    /// Widths of the columns, where the tables of the sheet share a grid of its own.
    pub(crate) widths: Option<Vec<f64>>,
    pub(crate) freeze_columns: u16,
    /// Does the sheet say the same whatever the evaluation of the snapshot is?
    pub(crate) shared: bool,
    pub(crate) group: Option<GroupChoice>,
    pub(crate) blocks: Vec<BlockSpec>,
    pub(crate) notes: Vec<Template>,
    pub(crate) foot: bool,
}

/// Which group of county indicators a sheet is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum GroupChoice {
    /// The group of this code.
    Code(String),
    /// One sheet for each group that no other sheet names.
    Others,
}

/// A block of a sheet.
#[derive(Clone, Debug)]
pub(crate) struct BlockSpec {
    pub(crate) caption: Option<Template>,
    pub(crate) filter: bool,
    pub(crate) body: Body,
}

/// The columns of a block.
#[derive(Clone, Debug)]
pub(crate) struct Table<B> {
    pub(crate) columns: Vec<Column<B>>,
}

/// A column.
#[derive(Clone, Debug)]
pub(crate) struct Column<B> {
    pub(crate) head: Vec<Template>,
    pub(crate) label: Option<Template>,
    pub(crate) bind: B,
    pub(crate) width: f64,
    pub(crate) span: u16,
    /// Decimals of figures that the form itself makes from facts.
    pub(crate) decimals: u8,
    /// Does it repeat for every indicator?
    pub(crate) each: bool,
}

/// A row that the pack names.
#[derive(Clone, Debug)]
pub(crate) struct NamedRow<B> {
    pub(crate) label: String,
    pub(crate) bind: B,
}

/// A column as it is printed: one that repeats has become one for each indicator.
pub(crate) struct Slot<'a, B> {
    pub(crate) column: &'a Column<B>,
    pub(crate) indicator: Option<&'a IndicatorInfo>,
}

impl<B> Table<B> {
    /// The columns as printed.
    pub(crate) fn slots<'a>(&'a self, indicators: &'a [IndicatorInfo]) -> Vec<Slot<'a, B>> {
        let mut slots = Vec::new();
        for column in &self.columns {
            if column.each {
                slots.extend(indicators.iter().map(|i| Slot { column, indicator: Some(i) }));
            } else {
                slots.push(Slot { column, indicator: None });
            }
        }
        slots
    }
}

/// The head of columns as printed.
pub(crate) fn head<B>(slots: &[Slot<'_, B>]) -> Head {
    let columns: Vec<_> = slots
        .iter()
        .enumerate()
        .map(|(i, slot)| {
            let fill = |name: &str| match (name, slot.indicator) {
                ("column", _) => (i + 1).to_string(),
                (name, Some(indicator)) => of(indicator, name),
                (_, None) => String::new(),
            };
            HeadColumn {
                path: slot.column.head.iter().map(|t| t.fill(fill).trim_end().to_owned()).collect(),
                label: slot.column.label.as_ref().map(|t| t.fill(fill)),
                span: slot.column.span,
            }
        })
        .collect();
    head::layout(&columns)
}

/// A placeholder of an indicator.
fn of(indicator: &IndicatorInfo, name: &str) -> String {
    match name {
        "code" => indicator.code.clone(),
        "zh" => indicator.zh.clone(),
        "short" => indicator.short.clone(),
        "unit" if indicator.unit.is_one() => String::new(),
        "unit" => format!("（{}）", indicator.unit),
        _ => String::new(),
    }
}
