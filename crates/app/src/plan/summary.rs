//! A plan on the terminal: is it accepted, is it the cheapest, what does it cost – then year by
//! year, and what stays open.

use super::make::Made;
use super::pose::Posed;
use super::years;
use crate::screen::{BAD, CARE, FAINT, GOOD, HEAD, styled};
use crate::table::{Grid, Tone, plain};
use domain::Exact;
use invest::Plan;
use invest::plan::Action;
use standard::evaluation::OverallVerdict;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// How many lines a list has before it says how many more there are.
pub(super) const LINES: usize = 12;

/// The whole summary.
pub(super) fn of(posed: &Posed, made: &Made) -> String {
    let mut text = String::new();
    let plan = &made.plan;
    head(&mut text, posed, plan);
    verdict(&mut text, made);
    cost(&mut text, made);
    years::funds(&mut text, plan);
    years::verdicts(&mut text, plan);
    years::coefficients(&mut text, plan);
    years::lines(&mut text, plan);
    measures(&mut text, plan);
    tries(&mut text, plan);
    open(&mut text, plan);
    text
}

/// What the outer step has tried: shifts of entrants, merges.
fn tries(text: &mut String, plan: &Plan) {
    if plan.outer.is_empty() {
        return;
    }
    let kept = plan.outer.iter().filter(|tried| tried.kept).count();
    let remark = format!("试了 {} 项，采用 {kept} 项", plan.outer.len());
    heading(text, "生源调整和撤并的试算", &remark);
    let mut grid = Grid::new(&["调整", ">折现（万元）", "结果", "说明"]);
    for tried in &plan.outer {
        let tone = if tried.kept { Tone::Good } else { Tone::Plain };
        grid.row([
            plain(&tried.zh),
            plain(tried.discounted.as_ref().map_or_else(|| "—".to_owned(), money)),
            (if tried.kept { "采用" } else { "不采用" }.to_owned(), tone),
            plain(&tried.why),
        ]);
    }
    text.push_str(&grid.render());
}

/// A heading of the summary.
pub(super) fn heading(text: &mut String, title: &str, remark: &str) {
    let _ = write!(text, "\n{}", styled(HEAD, title));
    if !remark.is_empty() {
        let _ = write!(text, " {}", styled(FAINT, remark));
    }
    text.push('\n');
}

/// 万元, to the hundredth.
pub(super) fn money(amount: &Exact) -> String {
    amount.to_fixed(2)
}

/// A decimal share that the plan writes, as per cent.
fn percent(share: &str) -> String {
    Exact::parse(share).map_or_else(
        |_| share.to_owned(),
        |share| format!("{}%", (share * Exact::from(100)).to_fixed(2)),
    )
}

/// The lead of a hash, enough to tell two apart.
pub(super) fn short(hash: &str) -> &str {
    hash.get(..12).unwrap_or(hash)
}

fn head(text: &mut String, posed: &Posed, plan: &Plan) {
    let settings = &posed.problem.settings;
    let _ = writeln!(
        text,
        "{} {}  规划期 {}—{} 学年，从 {} 学年起全部达标",
        styled(HEAD, &posed.county),
        styled(HEAD, &plan.title),
        settings.first.0,
        settings.last().0,
        settings.finish.0
    );
    let _ = writeln!(text, "{}", posed.problem.standard.title());
    let by = if plan.method.solver.is_empty() { "逐校补齐" } else { &plan.method.solver };
    let about = format!(
        "标准 {} · 造价 {} · 问题 {} · {by} · 程序 {}",
        plan.standard,
        plan.costs.id,
        short(&plan.problem),
        plan.engine
    );
    let _ = writeln!(text, "{}", styled(FAINT, &about));
}

fn verdict(text: &mut String, made: &Made) {
    let plan = &made.plan;
    let said = if plan.accepted {
        styled(GOOD, "● 按期达到标准")
    } else {
        styled(BAD, "○ 没有达到标准")
    };
    let _ = writeln!(text, "\n结论  {said}   {}", proof(plan));
    if let Some(why) = &made.stopped {
        let _ = writeln!(text, "  {} {why}", styled(CARE, "求解中断"));
    }
    list(text, &plan.objections);
    if plan.shortfall > 0 {
        let note = format!("年度目标线共差 {} 个学段（次），见下", plan.shortfall);
        let _ = writeln!(text, "  {}", styled(CARE, &note));
    }
}

/// Lines of a list, and how many more there are.
pub(super) fn list(text: &mut String, lines: &[String]) {
    for line in lines.iter().take(LINES) {
        let _ = writeln!(text, "  {line}");
    }
    if lines.len() > LINES {
        let _ = writeln!(text, "  … 另有 {} 条，见 --out 或 --json", lines.len() - LINES);
    }
}

fn proof(plan: &Plan) -> String {
    let method = &plan.method;
    let amount = |text: &str| Exact::parse(text).map_or_else(|_| text.to_owned(), |b| money(&b));
    match (&method.bound, &method.gap) {
        _ if method.name == "greedy" => "逐校补齐，不求最省".to_owned(),
        (Some(bound), _) if !plan.accepted => {
            format!("达标的规划折现不会低于 {} 万元", amount(bound))
        }
        (Some(_), Some(gap)) if method.proved => {
            styled(GOOD, &format!("已证明最省（与下界相差 {}）", percent(gap)))
        }
        (Some(bound), Some(gap)) => {
            let (bound, gap) = (amount(bound), percent(gap));
            styled(CARE, &format!("未证明最省：折现不会低于 {bound} 万元，与下界相差 {gap}"))
        }
        _ => styled(CARE, "未证明最省"),
    }
}

fn cost(text: &mut String, made: &Made) {
    let plan = &made.plan;
    let _ = writeln!(
        text,
        "投入  {} 万元（折现 {} 万元），{} 所学校，{} 项",
        styled(HEAD, &money(&plan.cost)),
        money(&plan.discounted),
        plan.schools_touched,
        plan.actions.len()
    );
    let committed: Exact = plan.committed.iter().map(|c| c.cost.clone()).sum();
    if !committed.is_zero() {
        let _ = writeln!(text, "      另有已定项目 {} 万元", money(&committed));
    }
    let Some(greedy) = &made.greedy else { return };
    if greedy.actions == plan.actions && !plan.actions.is_empty() {
        let _ = writeln!(text, "对比  这就是逐校补齐的规划，求解没有得到更省的");
        return;
    }
    let _ = write!(text, "对比  逐校补齐需折现 {} 万元", money(&greedy.discounted));
    if !greedy.accepted {
        let _ = write!(text, "，且没有达到标准");
        if let Some(first) = greedy.objections.first() {
            let _ = write!(text, "（{first}）");
        }
    } else if let Some(gain) = invest::scenario::gain(greedy, plan) {
        let word = if gain.starts_with('-') { "本规划多用" } else { "本规划省" };
        let _ = write!(text, "；{word} {}", gain.trim_start_matches('-'));
    }
    // Lines come before cost: a cheaper plan that misses more of them is no better one.
    if greedy.accepted && greedy.shortfall > plan.shortfall {
        let more = greedy.shortfall - plan.shortfall;
        let _ = write!(text, "，而逐校补齐对年度目标线多差 {more} 个学段");
    }
    text.push('\n');
}

/// What is done, by measure.
fn measures(text: &mut String, plan: &Plan) {
    heading(text, "措施合计", "逐项见 --out 或 --json");
    let mut by_measure: BTreeMap<&str, Vec<&Action>> = BTreeMap::new();
    for action in &plan.actions {
        by_measure.entry(&action.measure).or_default().push(action);
    }
    if by_measure.is_empty() {
        let _ = writeln!(text, "  不需要采取措施");
        return;
    }
    let mut grid = Grid::new(&["措施", ">数量", "单位", ">学校", ">金额（万元）", "单价确定程度"]);
    for actions in by_measure.values() {
        let Some(first) = actions.first() else { continue };
        // Those who leave are those who come: a move is counted once.
        let coming = actions.iter().map(|a| a.quantity.clone()).filter(|q| !q.is_negative());
        let schools: BTreeSet<_> = actions.iter().map(|a| &a.school).collect();
        let cost: Exact = actions.iter().map(|a| a.cost.clone()).sum();
        let grades: BTreeSet<_> = actions.iter().map(|a| a.grade.as_str()).collect();
        // An action of those who leave has a name of its own.
        let known = plan.costs.measures.iter().find(|m| m.code == first.measure);
        grid.row([
            plain(known.map_or(&first.zh, |measure| &measure.zh)),
            plain(coming.sum::<Exact>().to_short(2)),
            plain(&first.unit),
            plain(schools.len().to_string()),
            plain(money(&cost)),
            plain(grades.into_iter().collect::<Vec<_>>().join("、")),
        ]);
    }
    text.push_str(&grid.render());
}

/// What money does not decide: the county's own indicators, in the judge's words.
fn open(text: &mut String, plan: &Plan) {
    let Some(last) = plan.years.last() else { return };
    let tone = match last.overall {
        OverallVerdict::Pass => GOOD,
        OverallVerdict::Fail => BAD,
        OverallVerdict::NotDecidable => CARE,
    };
    heading(text, "全县评估", "含县级指标；资金解决不了的，仍按现有数据");
    let said = format!("{} 学年全县：{}", last.year.0, last.overall.zh());
    let _ = writeln!(text, "  {}", styled(tone, &said));
    let failing = last.conditions.iter().filter(|c| !c.failing.is_empty());
    let mut grid = Grid::new(&["条件", "", ">核对", ">不符合", "在哪里"]);
    for condition in failing {
        let mut places: Vec<&str> = condition.failing.iter().take(3).map(String::as_str).collect();
        if condition.failing.len() > places.len() {
            places.push("…");
        }
        let tone = if condition.due > 0 { Tone::Bad } else { Tone::Care };
        grid.row([
            plain(&condition.part),
            plain(&condition.zh),
            plain(condition.checked.to_string()),
            (condition.failing.len().to_string(), tone),
            plain(places.join("、")),
        ]);
    }
    if !grid.is_empty() {
        text.push_str(&grid.render());
    }
    list(text, &last.reasons);
}
