//! 教师培训: who will miss the hours of the cycle and by how much, how far each school is, and what
//! schools spend.

use super::{Masthead, list, school, table};
use crate::FormsError;
use crate::model::{Cell, Row, Sheet};
use crate::table::{centre, text};
use domain::{Exact, Snapshot};
use staffing::Rules;
use staffing::training::{Completion, Funds, Shortfall};

/// What is written.
#[derive(Clone, Copy, Debug)]
pub struct Training<'a> {
    /// The first and the last calendar year of the cycle.
    pub cycle: (i16, i16),
    /// Who lacks hours.
    pub shortfalls: &'a [Shortfall],
    /// How far each school is.
    pub schools: &'a [Completion],
    /// What schools spend.
    pub funds: &'a [Funds],
}

/// Writes shortfalls, completion and funds, names masked.
///
/// # Errors
/// [`FormsError`] where a text is longer than a cell can be, or the label than a page is wide.
pub fn workbook(
    training: &Training<'_>,
    snapshot: &Snapshot,
    rules: &Rules,
    masthead: &Masthead<'_>,
) -> Result<Vec<u8>, FormsError> {
    let sheets = [
        shortfalls(training, snapshot, rules, masthead),
        completion(training, snapshot, rules, masthead),
        funds(training, snapshot, rules, masthead),
    ];
    masthead.write("教师培训", &sheets)
}

fn hours(value: &Exact) -> Cell {
    Cell::shown(&value.to_short(1))
}

fn percent(value: Option<&Exact>) -> Cell {
    value.map_or(Cell::Missing, Cell::percent)
}

fn shortfalls(
    training: &Training<'_>,
    snapshot: &Snapshot,
    rules: &Rules,
    masthead: &Masthead<'_>,
) -> Sheet {
    let titles = ["编号", "姓名", "学校", "已完成学时", "还差学时", "剩余各年每年须完成"];
    let rows = training.shortfalls.iter().map(|short| {
        Row::Cells(vec![
            centre(&short.teacher.to_string()),
            centre(&short.name.to_string()),
            text(school(snapshot, &short.school)),
            hours(&short.hours),
            hours(&short.missing),
            short.a_year.as_ref().map_or_else(|| centre("周期已满"), hours),
        ])
    });
    let (from, to) = training.cycle;
    let mut sheet =
        masthead.sheet("学时缺口", "教师培训学时缺口名单", &[14.0, 12.0, 42.0, 16.0, 16.0, 20.0]);
    "单位：学时".clone_into(&mut sheet.under[1]);
    sheet.blocks.push(list("", &titles, rows.collect()));
    sheet.notes = vec![format!(
        "周期 {from}—{to} 年，每名专任教师不少于 {} 学时；按缺口由大到小排列。",
        rules.training.hours.value
    )];
    sheet
}

fn completion(
    training: &Training<'_>,
    snapshot: &Snapshot,
    rules: &Rules,
    masthead: &Masthead<'_>,
) -> Sheet {
    let titles = ["学校", "专任教师", "学时已满", "完成率", "合计还差学时"];
    let mut rows: Vec<Row> = training
        .schools
        .iter()
        .map(|done| {
            Row::Cells(vec![
                text(school(snapshot, &done.school)),
                Cell::count(done.teachers),
                Cell::count(done.done),
                percent(Some(&done.share)),
                hours(&done.missing),
            ])
        })
        .collect();
    let sum = |of: fn(&Completion) -> usize| training.schools.iter().map(of).sum::<usize>();
    let (teachers, done) = (sum(|s| s.teachers), sum(|s| s.done));
    let count = |n: usize| Exact::from(i64::try_from(n).unwrap_or(i64::MAX));
    let missing: Exact = training.schools.iter().map(|s| s.missing.clone()).sum();
    rows.push(Row::Total(vec![
        text("合计"),
        Cell::count(teachers),
        Cell::count(done),
        percent(count(done).checked_div(&count(teachers)).as_ref()),
        hours(&missing),
    ]));
    let mut sheet = masthead.sheet("完成情况", "教师培训完成情况", &[44.0, 18.0, 18.0, 18.0, 22.0]);
    sheet.blocks.push(table("", &titles, rows));
    sheet.notes = vec![format!(
        "要求 {} 年 {} 学时培训完成率为 100%。",
        rules.training.years.value, rules.training.hours.value
    )];
    sheet
}

fn funds(
    training: &Training<'_>,
    snapshot: &Snapshot,
    rules: &Rules,
    masthead: &Masthead<'_>,
) -> Sheet {
    let titles = ["学校", "教师培训经费", "公用经费预算", "占比", "结论"];
    let rows = training.funds.iter().map(|funds| {
        let money = |amount: Option<&Exact>| {
            amount.map_or(Cell::Missing, |amount| Cell::shown(&amount.to_fixed(2)))
        };
        Row::Cells(vec![
            text(school(snapshot, &funds.school)),
            money(funds.training.as_ref()),
            money(funds.budget.as_ref()),
            percent(funds.share.as_ref()),
            match funds.enough {
                Some(true) => centre("达到"),
                Some(false) => centre("未达到"),
                None => centre("缺数"),
            },
        ])
    });
    let mut sheet = masthead.sheet("培训经费", "教师培训经费情况", &[44.0, 20.0, 20.0, 16.0, 16.0]);
    "金额单位：万元".clone_into(&mut sheet.under[1]);
    sheet.blocks.push(list("", &titles, rows.collect()));
    let least = (&rules.training.funds.value * &Exact::from(100)).to_short(1);
    sheet.notes = vec![format!("要求教师培训经费不低于公用经费预算总额的 {least}%。")];
    sheet
}
