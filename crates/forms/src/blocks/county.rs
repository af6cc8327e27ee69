//! 表Ⅳ, 表Ⅴ and the like: county indicators of one group, part by part.

use super::Built;
use crate::context::flipped;
use crate::model::{Cell, Row};
use crate::pack::{Table, bindings};
use standard::evaluation::{CountyIndicator, GroupResult, PartResult, Verdict};

bindings! {
    /// A column.
    Column {
        /// `3. 名称`, over all parts of the indicator.
        Name = "name",
        /// The clause, over all parts.
        Clause = "clause",
        /// Code of the part.
        Code = "part_code",
        /// What the part asks.
        Part = "part",
        /// Its value.
        Value = "value",
        /// The unit of the value.
        Unit = "unit",
        /// What is required.
        Required = "required",
        /// The verdict on the part.
        PartVerdict = "part_verdict",
        /// The verdict on the indicator, over all parts.
        Verdict = "verdict",
        /// Why there is no verdict, what fails, what is attested.
        Remark = "remark",
    }
}

/// Failing places named in the remark; all of them stand in a list of their own.
const NAMED: usize = 3;

pub(super) fn build(table: &Table<Column>, group: &GroupResult) -> Built {
    let slots = table.slots(&[]);
    let mut rows = Vec::new();
    for (number, indicator) in (1..).zip(&group.indicators) {
        for (i, part) in indicator.parts.iter().enumerate() {
            let cell = |column| cell(column, number, i == 0, indicator, Some(part));
            rows.push(Row::Cells(slots.iter().map(|s| cell(s.column.bind)).collect()));
        }
        if indicator.parts.is_empty() {
            let cell = |column| cell(column, number, true, indicator, None);
            rows.push(Row::Cells(slots.iter().map(|s| cell(s.column.bind)).collect()));
        }
    }
    if rows.is_empty() {
        rows.push(Row::none());
    }
    Built::new(&slots, rows)
}

fn cell(
    column: Column,
    number: usize,
    first: bool,
    indicator: &CountyIndicator,
    part: Option<&PartResult>,
) -> Cell {
    match (column, part) {
        (Column::Name | Column::Clause | Column::Verdict, _) if !first => Cell::Up,
        (Column::Name, _) => Cell::Text(format!("{number}. {}", indicator.zh)),
        (Column::Clause, _) => Cell::Text(indicator.clause.clone()),
        (Column::Verdict, _) => Cell::verdict(indicator.verdict),
        (_, None) => Cell::Empty,
        (Column::Code, Some(part)) => Cell::Centre(part.code.clone()),
        (Column::Part, Some(part)) => Cell::Text(part.zh.clone()),
        (Column::Value, Some(part)) => value(part),
        (Column::Unit, Some(part)) => unit(part),
        (Column::Required, Some(part)) => Cell::Centre(part.required.clone()),
        (Column::PartVerdict, Some(part)) => Cell::verdict(part.verdict),
        (Column::Remark, Some(part)) => Cell::Text(remark(part)),
    }
}

fn value(part: &PartResult) -> Cell {
    match (&part.value, part.checked) {
        (Some(figure), _) => Cell::shown(&figure.shown),
        (None, _) if part.verdict == Verdict::NotApplicable => Cell::not_applicable(),
        (None, _) if part.attested => match part.attestation.as_ref().map(|a| a.holds) {
            Some(Some(_)) => Cell::Centre("见佐证".into()),
            _ => Cell::Missing,
        },
        (None, Some(checked)) => Cell::Centre(match part.failing.len() {
            0 => format!("查 {checked} 处"),
            failing => format!("查 {checked} 处，{failing} 处不符合"),
        }),
        (None, None) => Cell::Missing,
    }
}

fn unit(part: &PartResult) -> Cell {
    match &part.unit {
        Some(unit) if part.value.is_some() && !unit.is_one() => Cell::Centre(unit.to_string()),
        _ => Cell::Empty,
    }
}

fn remark(part: &PartResult) -> String {
    let mut said = Vec::new();
    if let Some(reason) = &part.reason {
        said.push(reason.clone());
    }
    if let Some(rounded) = part.verdict_if_rounded {
        said.push(flipped(part.verdict, rounded));
    }
    if !part.failing.is_empty() {
        let named: Vec<_> = part.failing.iter().take(NAMED).map(place).collect();
        let more = if part.failing.len() > NAMED {
            format!(" 等 {} 处", part.failing.len())
        } else {
            String::new()
        };
        said.push(format!("不符合：{}{more}", named.join("、")));
    }
    match &part.attestation {
        Some(a) => {
            if !a.evidence.is_empty() {
                said.push(format!("佐证：{}", a.evidence));
            }
            let date = a.date.map(|d| d.to_string()).unwrap_or_default();
            let by = format!("{} {date}", a.person);
            if !by.trim().is_empty() {
                said.push(by.trim().to_owned());
            }
        }
        None if part.attested && part.reason.is_none() => said.push("缺佐证".into()),
        None => {}
    }
    said.join("；")
}

fn place(place: &standard::evaluation::FailingPlace) -> String {
    match &place.value {
        Some(value) => format!("{}（{value}）", place.place),
        None => place.place.clone(),
    }
}
