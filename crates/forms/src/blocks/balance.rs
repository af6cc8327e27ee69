//! 表Ⅲ: mean and difference coefficient of each indicator, by stage, and the composite.

use super::Built;
use crate::context::Context;
use crate::model::{Cell, Row as Line};
use crate::pack::{NamedRow, Slot, Table, bindings};
use domain::Exact;
use standard::evaluation::{StageIndicator, StageResult, Verdict};

bindings! {
    /// A column.
    Column {
        /// The stage, over all its rows.
        Stage = "stage",
        /// What the row shows.
        Label = "label",
        /// One column for every indicator.
        Indicator = "indicator",
        /// 综合: the mean of the coefficients.
        Composite = "composite",
    }
}

bindings! {
    /// A row, once for each stage.
    Row {
        /// 全县平均值.
        Mean = "mean",
        /// 标准差.
        Deviation = "deviation",
        /// 差异系数.
        Coefficient = "coefficient",
        /// The greatest coefficient that passes.
        Limit = "limit",
        /// The verdict on the coefficient.
        Verdict = "verdict",
        /// The coefficient with every school counted alike.
        Unweighted = "unweighted",
        /// The same with the sample deviation.
        Sample = "sample",
    }
}

/// `None` where all rows are forms of the coefficient that nobody asked the judge for.
pub(super) fn build(
    table: &Table<Column>,
    rows: &[NamedRow<Row>],
    cx: &Context<'_>,
) -> Option<Built> {
    let compared =
        cx.evaluation.stages.iter().flat_map(|s| &s.indicators).any(|i| i.other_forms.is_some());
    let rows: Vec<_> = rows
        .iter()
        .filter(|r| compared || !matches!(r.bind, Row::Unweighted | Row::Sample))
        .collect();
    if rows.is_empty() {
        return None;
    }
    let slots = table.slots(&cx.evaluation.indicators);
    let mut lines = Vec::new();
    for stage in &cx.evaluation.stages {
        for (i, row) in rows.iter().enumerate() {
            let cells = slots.iter().map(|slot| match slot.column.bind {
                Column::Stage if i > 0 => Cell::Up,
                Column::Stage => Cell::Centre(stage.stage.zh().into()),
                Column::Label => Cell::Centre(row.label.clone()),
                _ if stage.sections == 0 => Cell::not_applicable(),
                Column::Indicator => indicator(slot, row.bind, stage),
                Column::Composite => composite(row.bind, stage),
            });
            lines.push(Line::Cells(cells.collect()));
        }
    }
    Some(Built::new(&slots, lines))
}

fn indicator(slot: &Slot<'_, Column>, row: Row, stage: &StageResult) -> Cell {
    let code = slot.indicator.map(|i| i.code.as_str());
    let Some(result) = stage.indicators.iter().find(|i| Some(i.code.as_str()) == code) else {
        return Cell::not_applicable();
    };
    match row {
        Row::Mean => Cell::rounded(result.mean.as_ref()),
        Row::Deviation => Cell::rounded(result.deviation.as_ref()),
        Row::Coefficient => coefficient(result),
        Row::Limit => limit(result.limit.as_ref()),
        Row::Verdict => Cell::verdict(result.verdict),
        Row::Unweighted => {
            Cell::rounded(result.other_forms.as_ref().map(|forms| &forms.unweighted))
        }
        Row::Sample => match &result.other_forms {
            None => Cell::Missing,
            Some(forms) => {
                forms.sample.as_ref().map_or_else(Cell::not_applicable, |r| Cell::shown(&r.shown))
            }
        },
    }
}

/// The coefficient with the sign of a verdict that is no pass.
fn coefficient(result: &StageIndicator) -> Cell {
    result.coefficient.as_ref().map_or(Cell::Missing, |r| Cell::Number {
        shown: r.shown.clone(),
        verdict: Some(result.verdict),
    })
}

fn composite(row: Row, stage: &StageResult) -> Cell {
    let composite = &stage.composite;
    match row {
        Row::Coefficient => composite.value.as_ref().map_or(Cell::Missing, |r| Cell::Number {
            shown: r.shown.clone(),
            verdict: Some(composite.verdict),
        }),
        Row::Limit => limit(composite.limit.as_ref()),
        Row::Verdict if composite.verdict == Verdict::NotApplicable => {
            Cell::Centre("只供参考".into())
        }
        Row::Verdict => Cell::verdict(composite.verdict),
        _ => Cell::not_applicable(),
    }
}

fn limit(limit: Option<&Exact>) -> Cell {
    limit.map_or_else(Cell::not_applicable, |l| Cell::Centre(format!("≤ {}", l.to_short(6))))
}
