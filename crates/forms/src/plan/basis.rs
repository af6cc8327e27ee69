//! 依据: what a second pair of eyes needs to make the plan again – hashes, method, prices.

use super::Context;
use super::verdict::{in_percent, method, percent, shortened};
use crate::head::HeadColumn;
use crate::model::{Block, Cell, Row, Sheet};
use crate::table::{block, centre, column, lines, some_money, text};
use domain::Exact;
use invest::costs::Price;
use invest::plan::Action;
use invest::{Plan, Pupils};
use std::collections::BTreeSet;

pub(super) fn sheet(cx: &Context<'_>) -> Sheet {
    let mut sheet = cx.sheet("依据", "依据");
    sheet.grid = vec![30.0, 26.0, 10.0, 16.0, 16.0, 10.0, 30.0];
    sheet.blocks.push(facts(cx));
    sheet.blocks.push(snapshots(cx));
    sheet.blocks.push(prices(cx));
    sheet.blocks.push(lines(
        "怎样复核",
        7,
        ["用同一份数据、同一规划文件和同一版本的程序再算一次，问题指纹应当相同；",
         "“plan check” 不看规划是怎样得来的，逐行核对单价、周期、资金、编制、用地，并重新评估各年。"]
            .map(|line| Row::Cells(vec![text(line)]))
            .into(),
    ));
    sheet
}

fn facts(cx: &Context<'_>) -> Block {
    let plan = cx.plan;
    let (m, settings) = (&plan.method, &plan.settings);
    let none = || "—".to_owned();
    let pairs = [
        ("程序版本", format!("均衡 {}", plan.engine)),
        ("问题指纹（SHA-256）", plan.problem.clone()),
        ("标准", format!("{}（{}）", plan.standard_title, plan.standard)),
        ("标准指纹（SHA-256）", plan.standard_hash.clone()),
        ("标准参数", parameters(plan)),
        (
            "造价目录",
            format!("{}（{}，{} 版）", plan.costs.title, plan.costs.id, plan.costs.version),
        ),
        ("造价目录指纹（SHA-256）", plan.costs.hash.clone()),
        ("规划期", format!("{}—{} 学年", settings.first.0, settings.last().0)),
        ("完成学年", settings.finish.0.to_string()),
        ("折现率", in_percent(&settings.discount, 4)),
        ("学生数", pupils(&settings.pupils)),
        ("少动一所学校、少一项措施各值（万元）", aims(&settings.per_school, &settings.per_action)),
        ("费用相同时学校、措施的权重", aims(&settings.touch[0], &settings.touch[1])),
        ("要求的差距", in_percent(&settings.limits.gap, 4)),
        ("时间上限", format!("{} 秒", settings.limits.seconds)),
        ("方法", method(&m.name).to_owned()),
        ("求解器", if m.solver.is_empty() { none() } else { m.solver.clone() }),
        ("随机种子", m.seed.to_string()),
        ("线程数", m.threads.to_string()),
        ("求解与评估轮数", m.rounds.to_string()),
        ("搜索节点数", m.nodes.to_string()),
        ("下界（折现，万元）", m.bound.clone().unwrap_or_else(none)),
        (
            "与下界的差距",
            m.gap
                .as_deref()
                .map_or_else(none, |gap| percent(gap).unwrap_or_else(|| shortened(gap, 6))),
        ),
        ("已证明在要求的差距之内", if m.proved { "是" } else { "否" }.to_owned()),
    ];
    let columns = [column("项目", 1), column("内容", 6)];
    let row = |(name, value): (&str, String)| Row::Cells(vec![text(name), text(value)]);
    block("", &columns, pairs.into_iter().map(row).collect())
}

/// The two weights of an aim.
fn aims(school: &Exact, action: &Exact) -> String {
    format!("{}；{}", school.to_short(6), action.to_short(6))
}

fn parameters(plan: &Plan) -> String {
    let set = plan.parameters.iter().map(|(code, value)| format!("{code}＝{value}"));
    let set: Vec<String> = set.collect();
    if set.is_empty() { "按标准".to_owned() } else { set.join("；") }
}

fn pupils(pupils: &Pupils) -> String {
    match pupils {
        Pupils::Constant => "各年与数据相同".to_owned(),
        Pupils::Forecast { norm, .. } => {
            format!("按年级推算；班额小学 {} 人、初中 {} 人", norm.primary, norm.junior)
        }
    }
}

/// The snapshots that the judge judged.
fn snapshots(cx: &Context<'_>) -> Block {
    let columns = [column("学年", 1), column("含规划的快照指纹（SHA-256）", 6)];
    let rows = cx.plan.years.iter();
    let rows =
        rows.map(|o| Row::Cells(vec![Cell::shown(&o.year.0.to_string()), text(&o.snapshot)]));
    block("各年快照", &columns, rows.collect())
}

/// The prices that the plan has used, each once.
fn prices(cx: &Context<'_>) -> Block {
    let columns: [HeadColumn; 7] = [
        column("措施", 1),
        column("资金类别", 1),
        column("单位", 1),
        column("一次性单价", 1),
        column("每年单价", 1),
        column("可信等级", 1),
        column("出处", 1),
    ];
    let mut seen: BTreeSet<(String, String, String, String)> = BTreeSet::new();
    let mut rows = Vec::new();
    for action in cx.plan.actions.iter().filter(|action| !action.quantity.is_negative()) {
        let key = (
            action.measure.clone(),
            action.once.to_string(),
            action.yearly.to_string(),
            action.grade.clone(),
        );
        if !seen.insert(key) {
            continue;
        }
        rows.push((
            action.measure.clone(),
            Row::Cells(vec![
                text(&action.zh),
                text(cx.ledger.category_zh(&action.category)),
                centre(&action.unit),
                some_money(&action.once),
                some_money(&action.yearly),
                Cell::short(Some(&action.grade)),
                text(source(cx.plan, action)),
            ]),
        ));
    }
    rows.sort_by(|a, b| a.0.cmp(&b.0));
    block("所用单价", &columns, rows.into_iter().map(|(_, row)| row).collect())
}

/// The document that a price comes from; the county's own prices name theirs themselves.
fn source(plan: &Plan, action: &Action) -> String {
    if action.project {
        return "规划文件".to_owned();
    }
    let measure = plan.costs.measures.iter().find(|m| m.code == action.measure);
    let price = measure.and_then(|m| {
        let same = |p: &&Price| {
            p.once == action.once && p.yearly == action.yearly && p.grade == action.grade
        };
        m.prices.iter().rev().find(same)
    });
    let Some(price) = price else { return String::new() };
    let source = plan.costs.sources.iter().find(|source| source.key == price.source);
    source.map_or_else(
        || price.source.clone(),
        |s| {
            let numbered = !s.number.is_empty() && s.number != "—";
            if numbered { format!("{}（{}）", s.title, s.number) } else { s.title.clone() }
        },
    )
}
