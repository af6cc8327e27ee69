//! 表Ⅱ-1: how many sections reach each indicator, by stage.

use super::Built;
use crate::context::Context;
use crate::model::{Cell, Row as Line};
use crate::pack::{NamedRow, Slot, Table, bindings};
use standard::evaluation::{StageResult, Verdict};

bindings! {
    /// A column.
    Column {
        /// The stage, over all its rows.
        Stage = "stage",
        /// What the row counts.
        Label = "label",
        /// One column for every indicator.
        Indicator = "indicator",
        /// The section as a whole.
        Overall = "overall",
    }
}

bindings! {
    /// A row, once for each stage.
    Row {
        /// Sections that reach the threshold.
        Reached = "reached",
        /// Their share of all sections.
        Share = "share",
        /// Sections without a value.
        Unknown = "unknown",
    }
}

pub(super) fn build(table: &Table<Column>, rows: &[NamedRow<Row>], cx: &Context<'_>) -> Built {
    let slots = table.slots(&cx.evaluation.indicators);
    let mut lines = Vec::new();
    for stage in &cx.evaluation.stages {
        for (i, row) in rows.iter().enumerate() {
            let cells = slots.iter().map(|slot| match slot.column.bind {
                Column::Stage if i > 0 => Cell::Up,
                Column::Stage => Cell::Centre(stage.stage.zh().into()),
                Column::Label => Cell::Centre(row.label.clone()),
                Column::Indicator => indicator(slot, row.bind, stage),
                Column::Overall => overall(row.bind, stage),
            });
            lines.push(Line::Cells(cells.collect()));
        }
    }
    let mut built = Built::new(&slots, lines);
    for stage in cx.evaluation.stages.iter().filter(|s| s.missing > 0) {
        built.notes.push(format!(
            "{}有 {} 个学段因缺数不能判定，不计入达标学校，仍计入学校总数。",
            stage.stage, stage.missing
        ));
    }
    built
}

fn indicator(slot: &Slot<'_, Column>, row: Row, stage: &StageResult) -> Cell {
    let Some(result) =
        slot.indicator.and_then(|info| stage.indicators.iter().find(|i| i.code == info.code))
    else {
        return Cell::not_applicable();
    };
    if stage.sections == 0 {
        return Cell::not_applicable();
    }
    // An indicator without a threshold in this stage only enters the coefficient.
    let judged = slot
        .indicator
        .and_then(|info| crate::context::limits(info, stage.stage))
        .is_some_and(|l| l.threshold.is_some());
    match row {
        Row::Unknown => Cell::count(stage.sections.saturating_sub(result.known)),
        _ if !judged => Cell::not_applicable(),
        Row::Reached => Cell::count(result.reached),
        Row::Share => Cell::figure(result.share.as_ref()),
    }
}

fn overall(row: Row, stage: &StageResult) -> Cell {
    if stage.sections == 0 {
        return Cell::not_applicable();
    }
    match row {
        Row::Reached => Cell::count(stage.passed),
        Row::Share => Cell::figure(stage.share.as_ref()),
        Row::Unknown => Cell::Number {
            shown: stage.missing.to_string(),
            verdict: (stage.missing > 0).then_some(Verdict::Missing),
        },
    }
}
