//! Kinds of blocks, one a module: each turns a part of the evaluation, or facts of the snapshot,
//! into rows. No block makes a verdict; it prints the judge's.

mod balance;
mod basics;
mod county;
mod cover;
mod evidence;
mod excluded;
mod failing;
mod gaps;
mod missing;
mod reached;
mod rounding;
mod sections;
mod survey;
mod targets;

use crate::context::Context;
use crate::head::Head;
use crate::model::{Cell, Row};
use crate::pack::{self, NamedRow, RawColumn, RawRow, Reader, Slot, Table};
use packs::{PackError, Spanned};

/// A block with its bindings.
#[derive(Clone, Debug)]
pub(crate) enum Body {
    /// 县域基本情况: one row of county figures.
    Basics(Table<basics::Figure>),
    /// Sections that reach each indicator.
    Reached(Table<reached::Column>, Vec<NamedRow<reached::Row>>),
    /// One row a section.
    Sections(Table<sections::Column>),
    /// Mean and coefficient of each indicator.
    Balance(Table<balance::Column>, Vec<NamedRow<balance::Row>>),
    /// County indicators of one group, part by part.
    County(Table<county::Column>),
    /// Public satisfaction.
    Survey(Table<survey::Column>, Vec<NamedRow<Vec<survey::Figure>>>),
    /// School × indicator below the threshold.
    Gaps(Table<gaps::Column>),
    /// The same added up by indicator.
    GapTotals(Table<gaps::TotalColumn>),
    /// Places that fail a county indicator.
    Failing(Table<failing::Column>),
    /// Sections not judged.
    Excluded(Table<excluded::Column>),
    /// Attested parts.
    Evidence(Table<evidence::Column>),
    /// What is needed and not there, one by one.
    Missing(Table<missing::Column>),
    /// The same counted by item.
    MissingItems(Table<missing::ItemColumn>),
    /// Figures whose verdict rounding would change.
    Rounding(Table<rounding::Column>),
    /// Target lines of a county's own plan.
    Targets(Table<targets::Column>),
    /// Phases of that plan.
    Phases(Table<targets::PhaseColumn>),
    /// Label and value, one a row.
    Fields(Table<cover::FieldColumn>, Vec<NamedRow<cover::Field>>),
    /// Stages at a glance.
    Stages(Table<cover::StageColumn>),
    /// Groups of county indicators at a glance.
    Groups(Table<cover::GroupColumn>),
    /// Reasons of the overall verdict.
    Reasons(Table<cover::ReasonColumn>),
    /// Parameters as used.
    Parameters(Table<cover::ParameterColumn>),
}

const KINDS: &str = "basics、reached、sections、balance、county、survey、gaps、gap_totals、failing、\
                     excluded、evidence、missing、missing_items、rounding、targets、phases、fields、\
                     stages、groups、reasons、parameters";

impl Body {
    /// Reads the columns and rows of a block of the kind `of`.
    pub(crate) fn read(
        reader: &Reader<'_>,
        of: &Spanned<String>,
        columns: &[RawColumn],
        rows: &[RawRow],
    ) -> Result<Self, PackError> {
        let body = match of.get_ref().as_str() {
            "basics" => Self::Basics(reader.table(columns)?),
            "reached" => Self::Reached(reader.table(columns)?, reader.rows(of, rows)?),
            "sections" => Self::Sections(reader.table(columns)?),
            "balance" => Self::Balance(reader.table(columns)?, reader.rows(of, rows)?),
            "county" => Self::County(reader.table(columns)?),
            "survey" => {
                Self::Survey(reader.table(columns)?, reader.cells(of, columns.len(), rows)?)
            }
            "gaps" => Self::Gaps(reader.table(columns)?),
            "gap_totals" => Self::GapTotals(reader.table(columns)?),
            "failing" => Self::Failing(reader.table(columns)?),
            "excluded" => Self::Excluded(reader.table(columns)?),
            "evidence" => Self::Evidence(reader.table(columns)?),
            "missing" => Self::Missing(reader.table(columns)?),
            "missing_items" => Self::MissingItems(reader.table(columns)?),
            "rounding" => Self::Rounding(reader.table(columns)?),
            "targets" => Self::Targets(reader.table(columns)?),
            "phases" => Self::Phases(reader.table(columns)?),
            "fields" => Self::Fields(reader.table(columns)?, reader.rows(of, rows)?),
            "stages" => Self::Stages(reader.table(columns)?),
            "groups" => Self::Groups(reader.table(columns)?),
            "reasons" => Self::Reasons(reader.table(columns)?),
            "parameters" => Self::Parameters(reader.table(columns)?),
            other => {
                return Err(reader
                    .refuse(of, "FM-PACK-01", format!("不认识的块“{other}”"))
                    .with_help(format!("可用的块：{KINDS}")));
            }
        };
        let takes_rows = matches!(
            body,
            Self::Reached(..) | Self::Balance(..) | Self::Survey(..) | Self::Fields(..)
        );
        if !takes_rows && !rows.is_empty() {
            return Err(reader.refuse(
                of,
                "FM-PACK-04",
                "这个块的行由程序生成，不能写 rows".into(),
            ));
        }
        Ok(body)
    }

    /// The rows of the block; `None` where the standard or the data have nothing of the kind, so
    /// that the block does not belong on the sheet.
    pub(crate) fn build(&self, cx: &Context<'_>) -> Option<Built> {
        let e = cx.evaluation;
        match self {
            Self::Basics(t) => Some(basics::build(t, cx)),
            Self::Reached(t, rows) => {
                (!e.indicators.is_empty()).then(|| reached::build(t, rows, cx))
            }
            Self::Sections(t) => (!e.indicators.is_empty()).then(|| sections::build(t, cx)),
            Self::Balance(t, rows) => {
                if e.indicators.is_empty() {
                    None
                } else {
                    balance::build(t, rows, cx)
                }
            }
            Self::County(t) => cx.group.map(|group| county::build(t, group)),
            Self::Survey(t, rows) => survey::build(t, rows, cx),
            Self::Gaps(t) => (!e.indicators.is_empty()).then(|| gaps::build(t, cx)),
            Self::GapTotals(t) => (!e.indicators.is_empty()).then(|| gaps::totals(t, cx)),
            Self::Failing(t) => failing::build(t, cx),
            Self::Excluded(t) => Some(excluded::build(t, cx)),
            Self::Evidence(t) => evidence::build(t, cx),
            Self::Missing(t) => Some(missing::build(t, cx)),
            Self::MissingItems(t) => Some(missing::items(t, cx)),
            Self::Rounding(t) => Some(rounding::build(t, cx)),
            Self::Targets(t) => (!e.targets.is_empty()).then(|| targets::build(t, cx)),
            Self::Phases(t) => (!e.phases.is_empty()).then(|| targets::phases(t, cx)),
            Self::Fields(t, rows) => Some(cover::fields(t, rows, cx)),
            // A standard without section indicators passes no section and fails none.
            Self::Stages(t) => {
                (!e.indicators.is_empty() && !e.stages.is_empty()).then(|| cover::stages(t, cx))
            }
            Self::Groups(t) => (!e.groups.is_empty()).then(|| cover::groups(t, cx)),
            Self::Reasons(t) => Some(cover::reasons(t, cx)),
            Self::Parameters(t) => (!e.parameters.is_empty()).then(|| cover::parameters(t, cx)),
        }
    }
}

/// A block made: head, spans and rows, and what the notes of the sheet have to say of it.
pub(crate) struct Built {
    pub(crate) head: Head,
    pub(crate) spans: Vec<u16>,
    /// Widths where the block makes the grid.
    pub(crate) widths: Vec<f64>,
    pub(crate) rows: Vec<Row>,
    pub(crate) notes: Vec<String>,
}

impl Built {
    /// A block of printed columns.
    fn new<B>(slots: &[Slot<'_, B>], rows: Vec<Row>) -> Self {
        Self {
            head: pack::head(slots),
            spans: slots.iter().map(|s| s.column.span).collect(),
            widths: widths(slots),
            rows,
            notes: Vec::new(),
        }
    }

    /// A list: one row for each of `entries`, or `（无）`.
    fn list<B: Copy, T>(
        table: &Table<B>,
        entries: impl IntoIterator<Item = T>,
        cell: impl Fn(B, usize, &T) -> Cell,
    ) -> Self {
        let slots = table.slots(&[]);
        let mut rows: Vec<_> = entries
            .into_iter()
            .enumerate()
            .map(|(i, entry)| {
                Row::Cells(slots.iter().map(|s| cell(s.column.bind, i + 1, &entry)).collect())
            })
            .collect();
        if rows.is_empty() {
            rows.push(Row::none());
        }
        Self::new(&slots, rows)
    }
}

/// Indicators that stand side by side at the width their pack gives them; more are set narrower.
const SIDE_BY_SIDE: u32 = 8;
/// The narrowest column of an indicator.
const NARROWEST: f64 = 9.0;

fn widths<B>(slots: &[Slot<'_, B>]) -> Vec<f64> {
    let indicators = slots.iter().filter(|s| s.column.each).count();
    let indicators = u32::try_from(indicators).unwrap_or(u32::MAX).max(SIDE_BY_SIDE);
    let share = f64::from(SIDE_BY_SIDE) / f64::from(indicators);
    let width = |slot: &Slot<'_, B>| match slot.column.width {
        width if slot.column.each => (width * share).max(NARROWEST.min(width)),
        width => width,
    };
    slots.iter().map(width).collect()
}
