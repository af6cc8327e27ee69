//! 差异系数: every coefficient in every year against its limit.

use super::Context;
use crate::head::HeadColumn;
use crate::model::{Block, Cell, Row, Sheet};
use crate::table::{block, centre, column, text, year_columns};
use domain::{SchoolYear, Stage};
use invest::plan::Coefficient;
use standard::evaluation::Verdict;
use std::collections::BTreeSet;

pub(super) fn sheet(cx: &Context<'_>) -> Sheet {
    let mut sheet = cx.sheet("差异系数", "差异系数");
    sheet.grid = vec![10.0, 30.0, 10.0];
    sheet.grid.extend(cx.years().iter().map(|_| 12.0));
    sheet.freeze_columns = 3;
    let mut table = table(cx, "");
    table.filter = true;
    sheet.blocks.push(table);
    sheet.notes.push("超过上限的系数标红并注“○”；系数按办法以学生数加权。".to_owned());
    sheet
}

/// The table of all coefficients.
pub(super) fn table(cx: &Context<'_>, caption: &str) -> Block {
    let mut columns: Vec<HeadColumn> =
        ["学段", "指标", "上限"].iter().map(|title| column(title, 1)).collect();
    columns.extend(year_columns(cx.years()));
    let keys: BTreeSet<(Stage, &str)> = cx
        .plan
        .years
        .iter()
        .flat_map(|outcome| &outcome.coefficients)
        .map(|c| (c.stage, c.indicator.as_str()))
        .collect();
    let rows = keys.into_iter().map(|(stage, indicator)| {
        let find = |year: &SchoolYear| {
            let outcome = cx.plan.year(*year)?;
            outcome.coefficients.iter().find(|c| c.stage == stage && c.indicator == indicator)
        };
        let limit = cx.years().iter().find_map(|year| find(year)?.limit.as_ref());
        let limit = limit.map_or_else(Cell::not_applicable, |l| Cell::shown(&l.to_short(6)));
        let mut cells = vec![centre(stage.zh()), text(cx.indicator(indicator)), limit];
        cells.extend(cx.years().iter().map(|year| find(year).map_or(Cell::Missing, cell)));
        Row::Cells(cells)
    });
    block(caption, &columns, rows.collect())
}

fn cell(coefficient: &Coefficient) -> Cell {
    match &coefficient.shown {
        Some(shown) => Cell::Number { shown: shown.clone(), verdict: Some(coefficient.verdict) },
        None if coefficient.verdict == Verdict::NotApplicable => Cell::not_applicable(),
        None => Cell::Missing,
    }
}
