//! 学校一览: what is done at each school, what it costs, and what becomes of its sections.

use super::Context;
use crate::model::{Cell, Row, Sheet, Sum};
use crate::table::{block, centre, column, money, quantity, text, total, year_columns};
use domain::{Exact, SchoolCode, SchoolYear, Stage};
use invest::plan::Action;
use std::collections::{BTreeMap, BTreeSet};

/// What is bought of a measure at a school or section, over all years.
struct Bought<'a> {
    zh: &'a str,
    unit: &'a str,
    quantity: Exact,
    cost: Exact,
    years: BTreeSet<SchoolYear>,
}

/// A school, or one of its sections.
type Place = (SchoolCode, Option<Stage>);

pub(super) fn sheet(cx: &Context<'_>) -> Sheet {
    let mut sheet = cx.sheet("学校一览", "学校一览");
    sheet.grid = vec![26.0, 8.0, 26.0, 10.0, 7.0, 13.0, 16.0];
    sheet.grid.extend(cx.years().iter().map(|_| 11.0));
    sheet.freeze_columns = 2;
    let mut columns: Vec<_> = ["学校", "学段", "措施", "数量", "单位", "金额", "实施年份"]
        .map(|title| column(title, 1))
        .into();
    columns.extend(year_columns(cx.years()));
    let mut rows = Vec::new();
    for (place, name) in places(cx) {
        let bought = bought(cx, &place);
        let verdicts: Vec<Cell> = cx.years().iter().map(|y| verdict(cx, &place, *y)).collect();
        let lead = |cells: Vec<Cell>| {
            let mut row = vec![text(&name), centre(place.1.map_or("全校", Stage::zh))];
            row.extend(cells);
            row.extend(verdicts.iter().cloned());
            Row::Cells(row)
        };
        if bought.is_empty() {
            let mut none = vec![centre("—")];
            none.extend(std::iter::repeat_n(Cell::Empty, 4));
            rows.push(lead(none));
        }
        for it in bought.values() {
            let years: Vec<String> = it.years.iter().map(|year| year.0.to_string()).collect();
            rows.push(lead(vec![
                text(it.zh),
                quantity(&it.quantity),
                centre(it.unit),
                money(&it.cost),
                centre(&years.join("、")),
            ]));
        }
    }
    let mut cells = vec![text("合计")];
    cells.extend(std::iter::repeat_n(Cell::Empty, 4));
    cells.push(total(&cx.plan.cost, Sum::Above));
    cells.push(Cell::Empty);
    cells.extend(cx.years().iter().map(|year| {
        let outcome = cx.plan.year(*year);
        outcome.map_or(Cell::Empty, |o| centre(&format!("{}/{}", o.passed, o.sections)))
    }));
    rows.push(Row::Total(cells));
    let mut table = block("", &columns, rows);
    table.filter = true;
    sheet.blocks.push(table);
    sheet.notes = vec![
        "“全校”为学部之间共用的校舍、场馆、设备等，按标准的权数分摊到各学段。".to_owned(),
        "各年一栏为该学段按当年数据的评估结论；合计行为达标学段数／学段总数。".to_owned(),
    ];
    sheet
}

/// Schools and sections by code, with their names: those that are judged and those at which
/// something is done.
fn places(cx: &Context<'_>) -> BTreeMap<Place, String> {
    let judged = cx.plan.years.iter().flat_map(|outcome| &outcome.section_outcomes);
    let judged = judged.map(|s| ((s.school.clone(), Some(s.stage)), s.name.clone()));
    let changed = cx.plan.actions.iter();
    let changed = changed.map(|a| ((a.school.clone(), a.stage), a.name.clone()));
    judged.chain(changed).collect()
}

fn bought<'a>(cx: &'a Context<'_>, place: &Place) -> BTreeMap<(&'a str, &'a str), Bought<'a>> {
    let mut all: BTreeMap<(&str, &str), Bought<'_>> = BTreeMap::new();
    let here = |a: &&Action| a.school == place.0 && a.stage == place.1;
    for action in cx.plan.actions.iter().filter(here) {
        let entry = all.entry((&action.measure, &action.zh)).or_insert_with(|| Bought {
            zh: &action.zh,
            unit: &action.unit,
            quantity: Exact::ZERO,
            cost: Exact::ZERO,
            years: BTreeSet::new(),
        });
        entry.quantity = &entry.quantity + &action.quantity;
        entry.cost = &entry.cost + &action.cost;
        entry.years.insert(action.decided);
    }
    all
}

fn verdict(cx: &Context<'_>, place: &Place, year: SchoolYear) -> Cell {
    let Some(outcome) = cx.plan.year(year) else { return Cell::Empty };
    let mut sections = outcome.section_outcomes.iter();
    let section = sections.find(|s| s.school == place.0 && Some(s.stage) == place.1);
    section.map_or(Cell::Empty, |s| Cell::verdict(s.verdict))
}
