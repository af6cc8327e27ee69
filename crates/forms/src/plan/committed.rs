//! 已定项目: what was decided before the plan, and who pays for it.

use super::Context;
use crate::model::{Cell, Row, Sheet, Sum};
use crate::table::{block, centre, column, some_money, text, total, year, year_columns};
use domain::Exact;

pub(super) fn sheet(cx: &Context<'_>) -> Sheet {
    let mut sheet = cx.sheet("已定项目", "已定项目");
    let years = cx.years();
    sheet.grid = vec![11.0, 30.0, 20.0, 10.0, 9.0, 13.0];
    sheet.grid.extend(years.iter().map(|_| 11.5));
    sheet.grid.extend([12.0, 11.0, 28.0]);
    sheet.freeze_columns = 2;
    let mut columns = ["代码", "项目", "学校", "资金类别", "计入学年", "资金来源"]
        .map(|title| column(title, 1))
        .into_iter()
        .collect::<Vec<_>>();
    columns.extend(year_columns(years));
    columns.extend(["规划期内合计", "规划期外", "说明"].map(|title| column(title, 1)));
    let across = crate::table::narrow(years.len());
    let mut rows = Vec::new();
    let mut outside = Exact::ZERO;
    for project in &cx.plan.committed {
        let decided = cx.ledger.decided(project);
        let school = decided.and_then(|d| d.school.as_ref());
        let mut cells = vec![
            text(&project.project),
            text(&project.zh),
            school.map_or_else(|| centre("—"), |code| text(cx.ledger.school_name(code))),
            decided.map_or(Cell::Empty, |d| centre(&cx.ledger.category_zh(&d.category))),
            decided.and_then(|d| d.opens).map_or_else(|| centre("—"), year),
            text(cx.ledger.fund_names(&project.payments)),
        ];
        cells.extend(years.iter().map(|y| some_money(&cx.ledger.committed_of(project, *y))));
        cells.push(total(&project.cost, Sum::Left(across)));
        let elsewhere = decided.map_or(Exact::ZERO, |d| &d.total() - &project.cost);
        outside = &outside + &elsewhere;
        cells.push(some_money(&elsewhere));
        cells.push(text(decided.map_or("", |d| d.note.as_str())));
        rows.push(Row::Cells(cells));
    }
    let mut cells = vec![text("合计")];
    cells.extend(std::iter::repeat_n(Cell::Empty, 5));
    cells.extend(years.iter().map(|y| total(&cx.ledger.committed_due(*y), Sum::Above)));
    let all: Exact = cx.plan.committed.iter().map(|project| project.cost.clone()).sum();
    cells.push(total(&all, Sum::Above));
    cells.push(total(&outside, Sum::Above));
    cells.push(Cell::Empty);
    rows.push(Row::Total(cells));
    let mut table = block("", &columns, rows);
    table.filter = true;
    sheet.blocks.push(table);
    sheet.notes.push(
        "已定项目在规划之前已经决定：其资金先行安排，建成后计入各年数据，规划不再改动。".to_owned(),
    );
    sheet
}
