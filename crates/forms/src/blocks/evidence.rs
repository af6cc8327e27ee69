//! 佐证目录: every part that is attested by evidence, and what of it is not there.

use super::Built;
use crate::context::Context;
use crate::model::Cell;
use crate::pack::{Table, bindings};
use standard::evaluation::{CountyIndicator, GroupResult, PartResult, Verdict};

bindings! {
    /// A column.
    Column {
        /// Running number.
        Number = "number",
        /// Name of the group.
        Group = "group",
        /// Code of the part: the catalogue number of its evidence.
        Code = "part_code",
        /// The indicator.
        Indicator = "zh",
        /// What the part asks.
        Part = "part",
        /// What was attested.
        State = "state",
        /// Names or catalogue numbers of the evidence.
        Evidence = "evidence",
        /// Who answers for it.
        Person = "person",
        /// On which day.
        Date = "date",
        /// The judge's verdict.
        Verdict = "verdict",
    }
}

struct Attested<'a>(&'a GroupResult, &'a CountyIndicator, &'a PartResult);

/// `None` where the standard attests nothing.
pub(super) fn build(table: &Table<Column>, cx: &Context<'_>) -> Option<Built> {
    let attested: Vec<_> = cx
        .evaluation
        .groups
        .iter()
        .flat_map(|g| g.indicators.iter().map(move |i| (g, i)))
        .flat_map(|(g, i)| i.parts.iter().map(move |p| Attested(g, i, p)))
        .filter(|Attested(_, _, part)| part.attested)
        .collect();
    if attested.is_empty() {
        return None;
    }
    let lacking = attested.iter().filter(|Attested(_, _, part)| lacks(part)).count();
    let all = attested.len();
    let mut built = Built::list(table, attested, |column, number, Attested(group, i, part)| {
        let row = part.attestation.as_ref();
        match column {
            Column::Number => Cell::count(number),
            Column::Group => Cell::Text(group.zh.clone()),
            Column::Code => Cell::Centre(part.code.clone()),
            Column::Indicator => Cell::Text(i.zh.clone()),
            Column::Part => Cell::Text(part.zh.clone()),
            Column::State => state(part),
            Column::Evidence => row.map_or(Cell::Missing, |a| Cell::needed(&a.evidence)),
            Column::Person => row.map_or(Cell::Missing, |a| Cell::needed(&a.person)),
            Column::Date => {
                row.and_then(|a| a.date).map_or(Cell::Missing, |d| Cell::Centre(d.to_string()))
            }
            Column::Verdict => Cell::verdict(part.verdict),
        }
    });
    built.notes.push(format!("须佐证 {all} 项，其中 {lacking} 项材料、负责人或日期不齐。"));
    Some(built)
}

/// Is anything of the attestation not there?
fn lacks(part: &PartResult) -> bool {
    part.attestation.as_ref().is_none_or(|a| {
        a.holds.is_none()
            || a.evidence.trim().is_empty()
            || a.person.trim().is_empty()
            || a.date.is_none()
    })
}

fn state(part: &PartResult) -> Cell {
    let Some(attestation) = &part.attestation else {
        return Cell::Verdict(Verdict::Missing, "无记录".into());
    };
    match attestation.holds {
        None => Cell::Verdict(Verdict::Missing, "未认定".into()),
        Some(holds) => Cell::Centre(if holds { "是" } else { "否" }.into()),
    }
}
