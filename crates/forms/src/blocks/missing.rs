//! 缺数清单: every fact that a rule or a form needs and that is not there.

use super::{Body, Built, basics, survey};
use crate::context::Context;
use crate::model::Cell;
use crate::pack::{GroupChoice, SheetSpec, Table, bindings};
use domain::SchoolCode;
use standard::evaluation::GroupResult;
use std::collections::BTreeMap;

bindings! {
    /// A column of the list.
    Column {
        /// Running number.
        Number = "number",
        /// School code.
        School = "school_code",
        /// The place.
        Place = "place",
        /// What is missing.
        What = "zh",
        /// Code of the item.
        Item = "item",
        /// What needs it.
        NeededBy = "needed_by",
    }
}

bindings! {
    /// A column of the count by item.
    ItemColumn {
        /// What is missing.
        What = "zh",
        /// In how many places.
        Places = "places",
        /// What needs it.
        NeededBy = "needed_by",
    }
}

struct Missing {
    school: Option<SchoolCode>,
    place: String,
    item: String,
    what: String,
    needed_by: Vec<String>,
}

/// What the judge missed, then what the county form misses.
fn missing(cx: &Context<'_>) -> Vec<Missing> {
    let judged = cx.evaluation.overall.missing.iter().map(|m| Missing {
        school: m.school.clone(),
        place: m.place.clone(),
        item: m.item.clone(),
        what: m.zh.clone(),
        needed_by: m.needed_by.clone(),
    });
    let mut all: Vec<_> = judged.collect();
    for sheet in &cx.forms.sheets {
        for block in &sheet.blocks {
            match &block.body {
                Body::Basics(table) => {
                    let found = basics::missing(table, cx).into_iter().map(|(what, why)| {
                        let what = if why.is_empty() { what } else { format!("{what}（{why}）") };
                        of_county(cx, sheet, String::new(), what)
                    });
                    all.extend(found);
                }
                Body::Survey(_, rows) if group(cx, sheet).is_some() => {
                    for code in survey::missing(rows, cx) {
                        let known = all.iter().any(|m| m.school.is_none() && m.item == code);
                        if let Some((_, item)) = cx.catalogue.find(code).filter(|_| !known) {
                            let what = item.zh.clone();
                            all.push(of_county(cx, sheet, code.to_owned(), what));
                        }
                    }
                }
                _ => {}
            }
        }
    }
    all
}

/// The group that the sheet is for, where the standard has it.
fn group<'a>(cx: &Context<'a>, sheet: &SheetSpec) -> Option<&'a GroupResult> {
    let Some(GroupChoice::Code(code)) = &sheet.group else { return None };
    cx.evaluation.groups.iter().find(|g| g.code == *code)
}

/// A figure of the county that only a form needs.
fn of_county(cx: &Context<'_>, sheet: &SheetSpec, item: String, what: String) -> Missing {
    let cx = Context { group: group(cx, sheet), ..*cx };
    Missing {
        school: None,
        place: cx.evaluation.county.clone(),
        item,
        what,
        needed_by: vec![sheet.name.fill(|name| cx.placeholder(name))],
    }
}

pub(super) fn build(table: &Table<Column>, cx: &Context<'_>) -> Built {
    Built::list(table, missing(cx), |column, number, m| match column {
        Column::Number => Cell::count(number),
        Column::School => Cell::short(m.school.as_ref().map(SchoolCode::as_str)),
        Column::Place => Cell::Text(m.place.clone()),
        Column::What => Cell::Text(m.what.clone()),
        Column::Item => Cell::short(Some(&m.item)),
        Column::NeededBy => Cell::Text(m.needed_by.join("、")),
    })
}

/// By item, in the order of the first place where it is missing.
pub(super) fn items(table: &Table<ItemColumn>, cx: &Context<'_>) -> Built {
    let mut at = BTreeMap::new();
    let mut items: Vec<(String, usize, Vec<String>)> = Vec::new();
    for m in missing(cx) {
        let next = items.len();
        let index = *at.entry((m.item.clone(), m.what.clone())).or_insert(next);
        if index == next {
            items.push((m.what, 0, Vec::new()));
        }
        if let Some((_, places, needed_by)) = items.get_mut(index) {
            *places += 1;
            for code in m.needed_by {
                if !needed_by.contains(&code) {
                    needed_by.push(code);
                }
            }
        }
    }
    Built::list(table, items, |column, _, (what, places, needed_by)| match column {
        ItemColumn::What => Cell::Text(what.clone()),
        ItemColumn::Places => Cell::count(*places),
        ItemColumn::NeededBy => Cell::Text(needed_by.join("、")),
    })
}
