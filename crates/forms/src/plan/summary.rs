//! 总表: the plan on a page or two – what it says, what it costs, what it reaches, what stays open.

use super::Context;
use super::coefficients;
use super::verdict::{accepted, gain, in_percent, method, proof};
use crate::head::HeadColumn;
use crate::model::{Block, Cell, Row, Sheet, Sum};
use crate::table::{
    block, centre, column, lines, money, narrow, quantity, text, total, year, year_columns,
};
use domain::{Exact, SchoolCode, SchoolYear};
use invest::Plan;
use invest::plan::Action;
use standard::evaluation::{OverallVerdict, Verdict};
use std::collections::{BTreeMap, BTreeSet};

/// Columns of the sheet beside those of the years: two for names, the rest for totals.
const LEAD: u16 = 2;
/// Columns at least, so that the widest table with fixed columns has room.
const LEAST: u16 = 8;

pub(super) fn sheet(cx: &Context<'_>) -> Sheet {
    let mut sheet = cx.sheet("总表", "总表");
    let width = LEAST.max(LEAD + 1 + narrow(cx.years().len()));
    sheet.grid = vec![13.0, 24.0];
    sheet.grid.extend(std::iter::repeat_n(13.0, usize::from(width - LEAD)));
    sheet.blocks.push(verdict(cx.plan, width));
    sheet.blocks.push(by_fund(cx));
    sheet.blocks.push(by_measure(cx.plan));
    sheet.blocks.push(by_category(cx));
    sheet.blocks.push(sections(cx));
    sheet.blocks.push(coefficients::table(cx, "五、各年差异系数"));
    sheet.blocks.push(targets(cx));
    if cx.plan.years.iter().any(|outcome| !outcome.conditions.is_empty()) {
        sheet.blocks.push(conditions(cx));
    }
    if let Some(greedy) = cx.greedy {
        sheet.blocks.push(compared(cx.plan, greedy));
    }
    let said = |texts: &[String]| -> Vec<Row> {
        texts.iter().map(|t| Row::Cells(vec![text(t)])).collect()
    };
    if !cx.plan.objections.is_empty() {
        sheet.blocks.push(lines("未达要求的原因", width, said(&cx.plan.objections)));
    }
    if let Some(last) = cx.plan.years.last() {
        let caption = format!("{} 学年仍未解决的事项（评估原话）", last.year.0);
        sheet.blocks.push(lines(&caption, width, said(&last.reasons)));
    }
    sheet.notes = vec![
        "金额为规划期内支出；教师等每年发生的费用计到规划期末。折现到规划期第一年。".to_owned(),
        "校舍、教师等资源由规划决定；县级管理、质量等指标不由资金决定，见“仍未解决的事项”。"
            .to_owned(),
    ];
    sheet
}

/// The plan in two sentences and its main figures.
fn verdict(plan: &Plan, width: u16) -> Block {
    let sign = if plan.accepted { Verdict::Pass } else { Verdict::Fail };
    let cost = format!(
        "规划措施 {} 万元（折现 {} 万元），涉及 {} 所学校、{} 项措施；年度目标线差 {} 个学段次。",
        plan.cost.to_fixed(2),
        plan.discounted.to_fixed(2),
        plan.schools_touched,
        plan.actions.len(),
        plan.shortfall,
    );
    let rows = vec![
        Row::Cells(vec![Cell::Verdict(sign, accepted(plan))]),
        Row::Cells(vec![text(proof(plan))]),
        Row::Cells(vec![text(cost)]),
    ];
    lines("结论", width, rows)
}

/// Money by year and fund, measures and committed projects together and apart.
fn by_fund(cx: &Context<'_>) -> Block {
    let years = cx.years();
    let across = narrow(years.len());
    let mut columns = vec![column("资金来源", LEAD)];
    columns.extend(year_columns(years));
    columns.push(column("合计", 1));
    let line = |name: &str, of: &dyn Fn(SchoolYear) -> Exact, sum: Sum| -> Vec<Cell> {
        let amounts: Vec<Exact> = years.iter().map(|year| of(*year)).collect();
        let mut cells = vec![text(name)];
        cells.extend(amounts.iter().map(|amount| total(amount, sum)));
        cells.push(total(&amounts.iter().cloned().sum(), Sum::Left(across)));
        cells
    };
    let ledger = &cx.ledger;
    let mut rows = Vec::new();
    for (code, zh) in &ledger.funds {
        let both = |y| &ledger.measures_paid(y, code) + &ledger.committed_paid(y, code);
        rows.push(Row::Cells(line(zh, &both, Sum::Given)));
    }
    if ledger.funds.is_empty() || ledger.has_unpaid() {
        let open = |y| ledger.all_unpaid(y);
        let name = if ledger.funds.is_empty() { "未指定资金来源" } else { "未落实" };
        rows.push(Row::Cells(line(name, &open, Sum::Given)));
    }
    let all = |y| &ledger.measures_due(y) + &ledger.committed_due(y);
    rows.push(Row::Total(line("支出总计", &all, Sum::Above)));
    let measures = |y| ledger.measures_due(y);
    rows.push(Row::Cells(line("其中：规划措施", &measures, Sum::Given)));
    let committed = |y| ledger.committed_due(y);
    rows.push(Row::Cells(line("其中：已定项目", &committed, Sum::Given)));
    block("一、各年资金", &columns, rows)
}

fn by_measure(plan: &Plan) -> Block {
    struct Line<'a> {
        unit: &'a str,
        quantity: Exact,
        actions: usize,
        schools: BTreeSet<&'a SchoolCode>,
        cost: Exact,
    }
    let mut all: BTreeMap<(bool, &str, &str), Line<'_>> = BTreeMap::new();
    for action in &plan.actions {
        let key = (action.project, action.measure.as_str(), action.zh.as_str());
        let line = all.entry(key).or_insert_with(|| Line {
            unit: &action.unit,
            quantity: Exact::ZERO,
            actions: 0,
            schools: BTreeSet::new(),
            cost: Exact::ZERO,
        });
        line.quantity = &line.quantity + &action.quantity;
        line.actions += 1;
        line.schools.insert(&action.school);
        line.cost = &line.cost + &action.cost;
    }
    let columns = [
        column("措施", LEAD),
        column("数量", 1),
        column("单位", 1),
        column("项数", 1),
        column("学校数", 1),
        column("金额", 1),
        column("占比", 1),
    ];
    let mut rows: Vec<Row> = all
        .iter()
        .map(|((_, _, zh), line)| {
            let share = line.cost.checked_div(&plan.cost);
            Row::Cells(vec![
                text(*zh),
                quantity(&line.quantity),
                centre(line.unit),
                Cell::count(line.actions),
                Cell::count(line.schools.len()),
                money(&line.cost),
                share.map_or_else(Cell::not_applicable, |s| centre(&in_percent(&s, 1))),
            ])
        })
        .collect();
    rows.push(Row::Total(vec![
        text("合计"),
        Cell::Empty,
        Cell::Empty,
        Cell::count(plan.actions.len()),
        Cell::count(plan.schools_touched),
        total(&plan.cost, Sum::Above),
        Cell::Empty,
    ]));
    block("二、按措施", &columns, rows)
}

fn by_category(cx: &Context<'_>) -> Block {
    let years = cx.years();
    let mut columns = vec![column("资金类别（规划措施）", LEAD)];
    columns.extend(year_columns(years));
    columns.push(column("合计", 1));
    let of = |category: &str, year: SchoolYear| -> Exact {
        let here = |a: &&Action| a.category == category;
        cx.plan.actions.iter().filter(here).map(|a| cx.ledger.due(a, year)).sum()
    };
    let across = narrow(years.len());
    let categories: BTreeSet<&str> = cx.plan.actions.iter().map(|a| a.category.as_str()).collect();
    let mut rows = Vec::new();
    for category in categories {
        let amounts: Vec<Exact> = years.iter().map(|year| of(category, *year)).collect();
        let mut cells = vec![text(cx.ledger.category_zh(category))];
        cells.extend(amounts.iter().map(money));
        cells.push(total(&amounts.iter().cloned().sum(), Sum::Left(across)));
        rows.push(Row::Cells(cells));
    }
    let mut cells = vec![text("合计")];
    cells.extend(years.iter().map(|y| total(&cx.ledger.measures_due(*y), Sum::Above)));
    cells.push(total(&cx.plan.cost, Sum::Above));
    rows.push(Row::Total(cells));
    block("三、按资金类别", &columns, rows)
}

/// How far the sections and the county are in every year.
fn sections(cx: &Context<'_>) -> Block {
    let columns = [
        column("学年", 1),
        column("资源配置", 1),
        column("全县结论", 1),
        column("学段数", 1),
        column("达标学段", 1),
        column("达标率", 1),
        column("规划措施支出", 1),
        column("新增用编", 1),
    ];
    let rows = cx.plan.years.iter().map(|outcome| {
        let share = Exact::from(i64::try_from(outcome.passed).unwrap_or(i64::MAX))
            .checked_div(&Exact::from(i64::try_from(outcome.sections).unwrap_or(i64::MAX)));
        Row::Cells(vec![
            year(outcome.year),
            overall(outcome.resources),
            overall(outcome.overall),
            Cell::count(outcome.sections),
            Cell::count(outcome.passed),
            share.map_or_else(Cell::not_applicable, |s| centre(&in_percent(&s, 1))),
            money(&outcome.cost),
            quantity(&outcome.posts),
        ])
    });
    block("四、各年达标情况", &columns, rows.collect())
}

fn overall(verdict: OverallVerdict) -> Cell {
    let sign = match verdict {
        OverallVerdict::Pass => Verdict::Pass,
        OverallVerdict::Fail => Verdict::Fail,
        OverallVerdict::NotDecidable => Verdict::Missing,
    };
    Cell::Verdict(sign, verdict.zh().to_owned())
}

fn targets(cx: &Context<'_>) -> Block {
    let columns: Vec<HeadColumn> =
        ["学年", "指标", "要求", "已达标", "有数学段", "达标率", "缺", "结论"]
            .iter()
            .map(|title| column(title, 1))
            .collect();
    let mut rows = Vec::new();
    for outcome in &cx.plan.years {
        for line in &outcome.lines {
            let share = Exact::from(i64::try_from(line.reached).unwrap_or(i64::MAX))
                .checked_div(&Exact::from(i64::try_from(line.of).unwrap_or(i64::MAX)));
            let verdict = if line.short == 0 { Verdict::Pass } else { Verdict::Fail };
            rows.push(Row::Cells(vec![
                year(outcome.year),
                text(cx.indicator(&line.indicator)),
                centre(&format!("≥ {}", in_percent(&line.at_least, 2))),
                Cell::count(line.reached),
                Cell::count(line.of),
                share.map_or_else(Cell::not_applicable, |s| centre(&in_percent(&s, 1))),
                Cell::count(line.short),
                Cell::verdict(verdict),
            ]));
        }
    }
    block("六、年度目标线", &columns, rows)
}

/// How many places do not hold what is checked place by place, by year.
fn conditions(cx: &Context<'_>) -> Block {
    let mut columns = vec![column("逐处核对的条件（不符处数／检查处数）", LEAD)];
    columns.extend(year_columns(cx.years()));
    let all = cx.plan.years.iter().flat_map(|outcome| &outcome.conditions);
    let parts: BTreeMap<&str, &str> = all.map(|c| (c.part.as_str(), c.zh.as_str())).collect();
    let rows = parts.into_iter().map(|(part, zh)| {
        let mut cells = vec![text(format!("{part} {zh}"))];
        cells.extend(cx.years().iter().map(|year| {
            let outcome = cx.plan.year(*year);
            let found = outcome.and_then(|o| o.conditions.iter().find(|c| c.part == part));
            found.map_or(Cell::Missing, |c| {
                Cell::Verdict(c.verdict, format!("{}/{}", c.failing.len(), c.checked))
            })
        }));
        Row::Cells(cells)
    });
    block("七、各年逐处核对的条件", &columns, rows.collect())
}

/// The greedy plan beside the optimum.
fn compared(plan: &Plan, greedy: &Plan) -> Block {
    let columns = [
        column("", LEAD),
        column(method(&plan.method.name), 2),
        column(method(&greedy.method.name), 2),
        column("差", 1),
    ];
    let count = |name: &str, of: &dyn Fn(&Plan) -> usize| {
        let (a, b) = (of(plan), of(greedy));
        let exact = |n: usize| Exact::from(i64::try_from(n).unwrap_or(i64::MAX));
        Row::Cells(vec![
            text(name),
            Cell::count(a),
            Cell::count(b),
            quantity(&(&exact(a) - &exact(b))),
        ])
    };
    let cost = |name: &str, of: &dyn Fn(&Plan) -> Exact| {
        let (a, b) = (of(plan), of(greedy));
        Row::Cells(vec![text(name), money(&a), money(&b), money(&(&a - &b))])
    };
    let verdict = |plan: &Plan| {
        let (sign, word) = if plan.accepted {
            (Verdict::Pass, "达到要求")
        } else {
            (Verdict::Fail, "未达要求")
        };
        Cell::Verdict(sign, word.to_owned())
    };
    let rows = vec![
        Row::Cells(vec![text("结论"), verdict(plan), verdict(greedy), Cell::Empty]),
        cost("金额", &|p| p.cost.clone()),
        cost("折现金额", &|p| p.discounted.round(2)),
        count("涉及学校", &|p| p.schools_touched),
        count("措施项数", &|p| p.actions.len()),
        count("年度目标线差", &|p| p.shortfall),
        Row::Band(format!("整体求解的好处：{}", gain(plan, greedy))),
    ];
    block("八、与逐校补齐相比", &columns, rows)
}
