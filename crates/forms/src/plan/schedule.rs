//! 进度图: when what is done where, as bars of cells by quarter and as dates.

use super::Context;
use crate::head::HeadColumn;
use crate::model::{Bar, Cell, Row, Sheet};
use crate::table::{block, centre, column, money, quantity, text};
use domain::{Exact, SchoolYear, Stage};
use invest::plan::Action;
use invest::settings::Committed;

/// First and last day of the quarters of a year, as dates are written.
const QUARTERS: [(&str, &str); 4] =
    [("01-01", "03-31"), ("04-01", "06-30"), ("07-01", "09-30"), ("10-01", "12-31")];

/// A quarter as two dates.
struct Quarter {
    first: String,
    last: String,
}

pub(super) fn sheet(cx: &Context<'_>) -> Sheet {
    let mut sheet = cx.sheet("进度图", "进度图");
    sheet.grid = vec![6.0, 26.0, 26.0, 8.0, 10.0, 7.0, 12.0, 12.0, 12.0];
    sheet.freeze_columns = 3;
    let titles = ["序号", "措施或项目", "学校", "学段", "数量", "单位", "金额", "开始", "完成"];
    let mut columns: Vec<HeadColumn> = titles.iter().map(|title| column(title, 1)).collect();
    let mut quarters = Vec::new();
    for year in cx.years() {
        for (i, (first, last)) in (1..).zip(QUARTERS) {
            let path = vec![format!("{}年", year.0), format!("{i}季")];
            columns.push(HeadColumn { path, label: None, span: 1 });
            quarters.push(Quarter { first: day(*year, first), last: day(*year, last) });
            sheet.grid.push(4.6);
        }
    }
    let mut actions: Vec<&Action> = cx.plan.actions.iter().collect();
    actions.sort_by_key(|a| (!a.project, &a.measure, &a.school, a.stage, a.decided, a.number));
    let committed = cx.plan.settings.committed.iter().filter_map(|c| decided(cx, c, &quarters));
    let rows = committed.chain(actions.into_iter().map(|action| line(action, &quarters))).collect();
    let mut table = block("", &columns, rows);
    table.filter = true;
    sheet.blocks.push(table);
    sheet.notes = vec![
        "序号即规划 JSON 中的行号，已定项目没有序号。实心格为实施期：灰色为已定项目，深色为整体项目，浅色为措施。".to_owned(),
        "开始日期为决定当年 1 月 1 日，完成日期为计入统计的前一天；两列可直接导入项目管理软件。没有建成年份的已定项目，画到最后一次付款的年底。"
            .to_owned(),
    ];
    sheet
}

fn day(year: SchoolYear, rest: &str) -> String {
    format!("{:04}-{rest}", year.0)
}

/// A project that was decided before: from its first payment to the day before it counts, or to
/// the end of the year of its last payment where it adds nothing that is counted.
fn decided(cx: &Context<'_>, project: &Committed, quarters: &[Quarter]) -> Option<Row> {
    let paid = (project.payments.keys().next(), project.payments.keys().next_back());
    let (first, ends) = match (paid, project.opens) {
        ((Some(first), _), Some(opens)) => ((*first).min(opens), day(opens, "08-31")),
        ((None, _), Some(opens)) => (opens, day(opens, "08-31")),
        ((Some(first), Some(last)), None) => (*first, day(*last, "12-31")),
        _ => return None,
    };
    let begins = day(first, "01-01");
    let school = project.school.as_ref();
    let mut cells = vec![
        Cell::Empty,
        text(&project.zh),
        school.map_or_else(|| centre("—"), |code| text(cx.ledger.school_name(code))),
        centre("—"),
        quantity(&Exact::ONE),
        centre("项"),
        money(&project.total()),
        Cell::Day(begins.clone()),
        Cell::Day(ends.clone()),
    ];
    cells.extend(bars(Bar::Committed, &begins, &ends, quarters));
    Some(Row::Cells(cells))
}

fn line(action: &Action, quarters: &[Quarter]) -> Row {
    let bar = if action.project { Bar::Project } else { Bar::Measure };
    let mut cells = vec![
        Cell::count(action.number),
        text(&action.zh),
        text(&action.name),
        centre(action.stage.map_or("—", Stage::zh)),
        quantity(&action.quantity),
        centre(&action.unit),
        money(&action.cost),
        Cell::Day(action.begins.clone()),
        Cell::Day(action.ends.clone()),
    ];
    cells.extend(bars(bar, &action.begins, &action.ends, quarters));
    Row::Cells(cells)
}

/// One cell a quarter, filled where something is done. Dates written year first compare as texts.
fn bars(bar: Bar, begins: &str, ends: &str, quarters: &[Quarter]) -> impl Iterator<Item = Cell> {
    quarters.iter().map(move |quarter| {
        let busy = begins <= quarter.last.as_str() && ends >= quarter.first.as_str();
        if busy { Cell::Bar(bar) } else { Cell::Empty }
    })
}
