//! A sheet a year: what is decided in the year, what runs on from earlier years, what was decided
//! before the plan, and who pays.

use super::Context;
use super::ledger::paid;
use crate::head::HeadColumn;
use crate::model::{Block, Cell, Row, Sheet, Sum};
use crate::table::{block, centre, column, money, quantity, some_money, text, total, year};
use domain::{Exact, SchoolYear, Stage};
use invest::Plan;
use invest::plan::{Action, Payment, YearOutcome};
use invest::settings::Fund;

/// Widths of the columns of [`Plan::HEADS`].
const WIDTHS: [f64; 9] = [8.0, 26.0, 8.0, 26.0, 10.0, 7.0, 13.0, 18.0, 10.0];

pub(super) fn sheet(cx: &Context<'_>, year: SchoolYear) -> Sheet {
    let mut sheet = cx.sheet(&format!("{}年", year.0), &format!("{} 年实施表", year.0));
    sheet.grid = WIDTHS.to_vec();
    // What is due, and one column a fund; one more for what nobody pays.
    let parts = 1 + cx.ledger.funds.len() + usize::from(cx.ledger.has_unpaid());
    sheet.grid.extend(std::iter::repeat_n(12.0, parts));
    sheet.freeze_columns = 2;
    let columns = columns(cx);
    sheet.blocks.push(decided(cx, year, &columns));
    sheet.blocks.push(running(cx, year, &columns));
    sheet.blocks.push(committed(cx, year, &columns));
    sheet.blocks.push(grand_total(cx, year, &columns));
    if !cx.plan.settings.funds.is_empty() {
        sheet.blocks.push(budgets(cx, year));
    }
    if let Some(outcome) = cx.plan.year(year).filter(|outcome| !outcome.conditions.is_empty()) {
        sheet.blocks.push(conditions(outcome));
    }
    sheet.notes = vec![
        "“金额”为该项措施在规划期内的全部费用；“本年支出”为其中本年应付的部分，其后各列是由谁支付。"
            .to_owned(),
        "“计入统计学年”是按统计口径首次计入数据的学年。数量为负表示教师调往他校。".to_owned(),
    ];
    sheet
}

fn columns(cx: &Context<'_>) -> Vec<HeadColumn> {
    let mut columns: Vec<HeadColumn> = Plan::HEADS.iter().map(|head| column(head, 1)).collect();
    columns.push(column("本年支出", 1));
    let whose = |zh: &str| HeadColumn {
        path: vec!["其中由".to_owned(), zh.to_owned()],
        label: None,
        span: 1,
    };
    columns.extend(cx.ledger.funds.iter().map(|(_, zh)| whose(zh)));
    if cx.ledger.has_unpaid() {
        columns.push(column("未落实", 1));
    }
    columns
}

/// What is decided in the year.
fn decided(cx: &Context<'_>, year: SchoolYear, columns: &[HeadColumn]) -> Block {
    let actions: Vec<&Action> = cx.plan.actions.iter().filter(|a| a.decided == year).collect();
    let mut rows: Vec<Row> =
        actions.iter().map(|action| line(cx, action, year, money(&action.cost))).collect();
    let cost: Exact = actions.iter().map(|action| action.cost.clone()).sum();
    rows.push(sum(cx, &actions, year, "本年新定措施合计", total(&cost, Sum::Above)));
    Block { filter: true, ..block("一、本年新定措施", columns, rows) }
}

/// What measures of earlier years cost in the year.
fn running(cx: &Context<'_>, year: SchoolYear, columns: &[HeadColumn]) -> Block {
    let actions: Vec<&Action> = cx
        .plan
        .actions
        .iter()
        .filter(|a| a.decided < year && !cx.ledger.due(a, year).is_zero())
        .collect();
    let mut rows: Vec<Row> =
        actions.iter().map(|action| line(cx, action, year, Cell::Empty)).collect();
    rows.push(sum(cx, &actions, year, "以前年度措施合计", Cell::Empty));
    block("二、以前年度所定措施的本年支出", columns, rows)
}

/// A line of the plan's table, with what falls due in the year.
fn line(cx: &Context<'_>, action: &Action, at: SchoolYear, cost: Cell) -> Row {
    let mut cells = vec![
        year(action.decided),
        text(&action.name),
        centre(action.stage.map_or("—", Stage::zh)),
        text(&action.zh),
        quantity(&action.quantity),
        centre(&action.unit),
        cost,
        text(cx.ledger.fund_names(&action.payments)),
        year(action.counts),
    ];
    let due = cx.ledger.due(action, at);
    cells.extend(parts(cx, &due, &action.payments, at));
    Row::Cells(cells)
}

/// What is due in a year and the part of every fund.
fn parts(cx: &Context<'_>, due: &Exact, payments: &[Payment], at: SchoolYear) -> Vec<Cell> {
    let mut cells = vec![some_money(due)];
    for (code, _) in &cx.ledger.funds {
        cells.push(some_money(&paid(payments, at, Some(code))));
    }
    if cx.ledger.has_unpaid() {
        cells.push(some_money(&(due - &paid(payments, at, None))));
    }
    cells
}

/// The total of a table: by fund and all together.
fn sum(cx: &Context<'_>, actions: &[&Action], at: SchoolYear, name: &str, cost: Cell) -> Row {
    let due: Exact = actions.iter().map(|a| cx.ledger.due(a, at)).sum();
    let by =
        |fund: Option<&str>| -> Exact { actions.iter().map(|a| paid(&a.payments, at, fund)).sum() };
    total_row(cx, name, cost, &due, &by, Sum::Above)
}

fn total_row(
    cx: &Context<'_>,
    name: &str,
    cost: Cell,
    due: &Exact,
    by: &dyn Fn(Option<&str>) -> Exact,
    how: Sum,
) -> Row {
    let mut cells = vec![Cell::Empty, text(name)];
    cells.extend(std::iter::repeat_n(Cell::Empty, 4));
    cells.push(cost);
    cells.extend(std::iter::repeat_n(Cell::Empty, 2));
    cells.push(total(due, how));
    for (code, _) in &cx.ledger.funds {
        cells.push(total(&by(Some(code)), how));
    }
    if cx.ledger.has_unpaid() {
        cells.push(total(&(due - &by(None)), how));
    }
    Row::Total(cells)
}

/// Projects that were decided before the plan and are paid in the year.
fn committed(cx: &Context<'_>, at: SchoolYear, columns: &[HeadColumn]) -> Block {
    let mut rows = Vec::new();
    for project in &cx.plan.committed {
        let due = cx.ledger.committed_of(project, at);
        if due.is_zero() {
            continue;
        }
        let decided = cx.ledger.decided(project);
        let school = decided.and_then(|d| d.school.as_ref());
        let mut cells = vec![
            year(at),
            school.map_or_else(|| centre("—"), |code| text(cx.ledger.school_name(code))),
            centre("—"),
            text(&project.zh),
            Cell::count(1),
            centre("项"),
            Cell::Empty,
            text(cx.ledger.fund_names(&project.payments)),
            decided.and_then(|d| d.opens).map_or_else(|| centre("—"), year),
        ];
        cells.extend(parts(cx, &due, &project.payments, at));
        rows.push(Row::Cells(cells));
    }
    let by = |fund: Option<&str>| -> Exact {
        cx.plan.committed.iter().map(|c| paid(&c.payments, at, fund)).sum()
    };
    let due = cx.ledger.committed_due(at);
    rows.push(total_row(cx, "已定项目合计", Cell::Empty, &due, &by, Sum::Above));
    block("三、已定项目的本年支出", columns, rows)
}

/// Everything that is spent in the year.
fn grand_total(cx: &Context<'_>, at: SchoolYear, columns: &[HeadColumn]) -> Block {
    let due = &cx.ledger.measures_due(at) + &cx.ledger.committed_due(at);
    let by = |fund: Option<&str>| -> Exact {
        let actions = cx.plan.actions.iter().map(|a| paid(&a.payments, at, fund));
        actions.chain(cx.plan.committed.iter().map(|c| paid(&c.payments, at, fund))).sum()
    };
    Block {
        caption: None,
        head: crate::head::Head::default(),
        spans: columns.iter().map(|column| column.span).collect(),
        rows: vec![total_row(cx, "本年支出总计", Cell::Empty, &due, &by, Sum::Totals)],
        filter: false,
    }
}

/// What the funds had for the year and what became of it.
fn budgets(cx: &Context<'_>, at: SchoolYear) -> Block {
    let columns = [
        column("资金来源", 2),
        column("用途", 2),
        column("本年预算", 2),
        column("用于本年", 1),
        column("留给以后年度", 1),
        column("未安排", 2),
    ];
    let all = || {
        let committed = cx.plan.committed.iter().flat_map(|c| &c.payments);
        cx.plan.actions.iter().flat_map(|a| &a.payments).chain(committed)
    };
    let amounts = |fund: &Fund| -> [Exact; 4] {
        let of_this = || all().filter(|p| p.fund == fund.code && p.budget_of == at);
        let now: Exact = of_this().filter(|p| p.year == at).map(|p| p.amount.clone()).sum();
        let later: Exact = of_this().filter(|p| p.year != at).map(|p| p.amount.clone()).sum();
        let budget = fund.budget.get(&at).cloned().unwrap_or(Exact::ZERO);
        let open = &(&budget - &now) - &later;
        [budget, now, later, open]
    };
    let mut sums = [const { Exact::ZERO }; 4];
    let mut rows = Vec::new();
    for fund in &cx.plan.settings.funds {
        let amounts = amounts(fund);
        for (sum, amount) in sums.iter_mut().zip(&amounts) {
            *sum = &*sum + amount;
        }
        let mut cells = vec![text(&fund.zh), text(purpose(cx, fund))];
        cells.extend(amounts.iter().map(money));
        rows.push(Row::Cells(cells));
    }
    let mut cells = vec![text("合计"), Cell::Empty];
    cells.extend(sums.iter().map(|sum| total(sum, Sum::Above)));
    rows.push(Row::Total(cells));
    block("四、本年预算的使用", &columns, rows)
}

/// What a fund may pay for, and whether it lapses.
fn purpose(cx: &Context<'_>, fund: &Fund) -> String {
    let only: Vec<String> = fund.only_for.iter().map(|c| cx.ledger.category_zh(c)).collect();
    let only = if only.is_empty() {
        "不限用途".to_owned()
    } else {
        format!("专用于{}", only.join("、"))
    };
    format!("{only}；{}", if fund.carry { "可结转" } else { "不结转" })
}

/// What the judge checks place by place, with the places that do not hold.
fn conditions(outcome: &YearOutcome) -> Block {
    let columns = [
        column("条件", 2),
        column("检查处数", 1),
        column("不符合之处", 3),
        column("不符处数", 1),
        column("结论", 1),
        column("规划应解决", 2),
    ];
    let rows = outcome.conditions.iter().map(|condition| {
        Row::Cells(vec![
            text(format!("{} {}", condition.part, condition.zh)),
            Cell::count(condition.checked),
            text(condition.failing.join("；")),
            Cell::count(condition.failing.len()),
            Cell::verdict(condition.verdict),
            Cell::count(condition.due),
        ])
    });
    block("五、逐处核对的条件", &columns, rows.collect())
}
