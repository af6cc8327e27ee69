//! 教师培训: projects, who will miss the hours of the cycle and by how much, how far each school is, and
//! what schools spend.

use super::{Masthead, Places, list, table};
use crate::FormsError;
use crate::model::{Cell, Row, Sheet};
use crate::table::{centre, text};
use domain::Exact;
use jiff::civil::Date;
use staffing::training::{Completion, Funds, Shortfall};
use staffing::{Rules, TeacherId};
use std::collections::BTreeMap;

/// What is written.
#[derive(Clone, Copy, Debug)]
pub struct Training<'a> {
    /// The projects, where they are kept.
    pub projects: Option<&'a [Project]>,
    /// The hours of teachers, where there is a roster.
    pub hours: Option<Hours<'a>>,
    /// What schools spend.
    pub funds: &'a [Funds],
}

/// The hours of a cycle.
#[derive(Clone, Copy, Debug)]
pub struct Hours<'a> {
    /// The first and the last calendar year of the cycle.
    pub cycle: (i16, i16),
    /// Who lacks hours.
    pub shortfalls: &'a [Shortfall],
    /// Where projects are kept: of what the hours are made.
    pub credits: Option<&'a BTreeMap<TeacherId, Credit>>,
    /// How far each school is.
    pub schools: &'a [Completion],
}

/// Of what the hours of a teacher are made.
#[derive(Clone, Debug)]
pub struct Credit {
    /// By the roster.
    pub roster: Exact,
    /// By accepted projects on top.
    pub credited: Exact,
    /// What is to be known of it, in Chinese.
    pub note: String,
}

/// A project of training.
#[derive(Clone, Debug)]
pub struct Project {
    /// What it is called.
    pub title: String,
    /// 国培, 县培 …
    pub level: String,
    /// The school whose own it is.
    pub school: Option<String>,
    /// Who holds it.
    pub provider: String,
    /// The first day.
    pub begins: Date,
    /// The last day.
    pub ends: Date,
    /// Days.
    pub days: Option<String>,
    /// Hours of the whole.
    pub hours: Option<String>,
    /// What it costs, 万元; `None` where it is missing.
    pub funds: Option<String>,
    /// How many may take part.
    pub seats: Option<i64>,
    /// How many do.
    pub people: usize,
    /// How far it is, in Chinese.
    pub state: String,
    /// 以奖代补, 万元.
    pub reward: Option<String>,
}

/// Writes projects, shortfalls, completion and funds, names masked.
///
/// # Errors
/// [`FormsError`] where a text is longer than a cell can be, or the label than a page is wide.
pub fn workbook(
    training: &Training<'_>,
    places: &Places<'_>,
    rules: &Rules,
    masthead: &Masthead<'_>,
) -> Result<Vec<u8>, FormsError> {
    let mut sheets = Vec::new();
    if let Some(list) = training.projects {
        sheets.push(projects(list, masthead));
    }
    if let Some(hours) = &training.hours {
        sheets.push(shortfalls(hours, places, rules, masthead));
        sheets.push(completion(hours, places, rules, masthead));
    }
    sheets.push(funds(training.funds, places, rules, masthead));
    masthead.write("教师培训", &sheets)
}

fn hours(value: &Exact) -> Cell {
    Cell::shown(&value.to_short(1))
}

fn percent(value: Option<&Exact>) -> Cell {
    value.map_or(Cell::Missing, Cell::percent)
}

/// A figure that is text already, or nothing where it was not told.
fn told(figure: Option<&str>) -> Cell {
    figure.map_or(Cell::Empty, Cell::shown)
}

fn projects(projects: &[Project], masthead: &Masthead<'_>) -> Sheet {
    let titles = [
        "项目",
        "级别",
        "学校",
        "承办单位",
        "开始",
        "结束",
        "天数",
        "学时",
        "名额",
        "参训人数",
        "经费",
        "以奖代补",
        "状态",
    ];
    let rows = projects.iter().map(|project| {
        Row::Cells(vec![
            text(&project.title),
            centre(&project.level),
            text(project.school.as_deref().unwrap_or_default()),
            text(&project.provider),
            Cell::Day(project.begins.to_string()),
            Cell::Day(project.ends.to_string()),
            told(project.days.as_deref()),
            told(project.hours.as_deref()),
            project.seats.map_or(Cell::Empty, super::number),
            Cell::count(project.people),
            project.funds.as_deref().map_or(Cell::Missing, Cell::shown),
            told(project.reward.as_deref()),
            centre(&project.state),
        ])
    });
    let grid = [34.0, 8.0, 20.0, 20.0, 11.5, 11.5, 7.0, 7.0, 7.0, 9.0, 9.0, 10.0, 10.0];
    let mut sheet = masthead.sheet("培训项目", "教师培训项目", &grid);
    sheet.freeze_columns = 1;
    "单位：人；金额单位：万元".clone_into(&mut sheet.under[1]);
    sheet.blocks.push(list("", &titles, rows.collect()));
    sheet.notes = vec!["画斜线的格表示没有填经费，不是零。".to_owned()];
    sheet
}

fn shortfalls(
    of: &Hours<'_>,
    places: &Places<'_>,
    rules: &Rules,
    masthead: &Masthead<'_>,
) -> Sheet {
    let mut titles = vec!["编号", "姓名", "学校"];
    let mut grid = vec![13.0, 11.0, 36.0];
    if of.credits.is_some() {
        titles.extend(["名册学时", "项目另计"]);
        grid.extend([10.0, 10.0]);
    }
    titles.extend(["已完成学时", "还差学时", "剩余各年每年须完成"]);
    grid.extend([12.0, 11.0, 14.0]);
    if of.credits.is_some() {
        titles.push("说明");
        grid.push(56.0);
    }
    let rows = of.shortfalls.iter().map(|short| {
        let credit = of.credits.map(|credits| credits.get(&short.teacher));
        let mut cells = vec![
            centre(&short.teacher.to_string()),
            centre(&short.name.to_string()),
            text(places(&short.school).name),
        ];
        if let Some(credit) = credit {
            cells.push(credit.map_or(Cell::Missing, |credit| hours(&credit.roster)));
            cells.push(credit.map_or(Cell::Missing, |credit| hours(&credit.credited)));
        }
        cells.extend([
            hours(&short.hours),
            hours(&short.missing),
            short.a_year.as_ref().map_or_else(|| centre("周期已满"), hours),
        ]);
        if let Some(credit) = credit {
            cells.push(text(credit.map(|credit| credit.note.as_str()).unwrap_or_default()));
        }
        Row::Cells(cells)
    });
    let (from, to) = of.cycle;
    let mut sheet = masthead.sheet("学时缺口", "教师培训学时缺口名单", &grid);
    "单位：学时".clone_into(&mut sheet.under[1]);
    sheet.blocks.push(list("", &titles, rows.collect()));
    sheet.notes = vec![format!(
        "周期 {from}—{to} 年，每名专任教师不少于 {} 学时；按缺口由大到小排列。",
        rules.training.hours.value
    )];
    sheet
}

fn completion(
    of: &Hours<'_>,
    places: &Places<'_>,
    rules: &Rules,
    masthead: &Masthead<'_>,
) -> Sheet {
    let titles = ["学校", "专任教师", "学时已满", "完成率", "合计还差学时"];
    let mut rows: Vec<Row> = of
        .schools
        .iter()
        .map(|done| {
            Row::Cells(vec![
                text(places(&done.school).name),
                Cell::count(done.teachers),
                Cell::count(done.done),
                percent(Some(&done.share)),
                hours(&done.missing),
            ])
        })
        .collect();
    let sum = |count: fn(&Completion) -> usize| of.schools.iter().map(count).sum::<usize>();
    let (teachers, done) = (sum(|s| s.teachers), sum(|s| s.done));
    let count = |n: usize| Exact::from(i64::try_from(n).unwrap_or(i64::MAX));
    let missing: Exact = of.schools.iter().map(|s| s.missing.clone()).sum();
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

fn funds(funds: &[Funds], places: &Places<'_>, rules: &Rules, masthead: &Masthead<'_>) -> Sheet {
    let titles = ["学校", "乡镇", "教师培训经费", "公用经费预算", "占比", "结论"];
    let rows = funds.iter().map(|funds| {
        let place = places(&funds.school);
        let money = |amount: Option<&Exact>| {
            amount.map_or(Cell::Missing, |amount| Cell::shown(&amount.to_fixed(2)))
        };
        Row::Cells(vec![
            text(place.name),
            Cell::short(place.township.as_deref()),
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
    let mut sheet =
        masthead.sheet("培训经费", "教师培训经费情况", &[40.0, 16.0, 18.0, 18.0, 14.0, 14.0]);
    "金额单位：万元".clone_into(&mut sheet.under[1]);
    sheet.blocks.push(list("", &titles, rows.collect()));
    let least = (&rules.training.funds.value * &Exact::from(100)).to_short(1);
    sheet.notes = vec![format!("要求教师培训经费不低于公用经费预算总额的 {least}%。")];
    sheet
}
