//! Figures of the adopted plan. All money is of one ledger, the one that the workbook of the plan
//! prints, so that the parts of every table add up to its total.

use super::field::Kind::{Amount, Count, Flag, List, Number, Share, Text, Verdict as Judged};
use super::field::fields;
use super::thing::{Entity, Thing};
use super::value::{Number as Printed, Value, overall, tidy};
use domain::{Exact, SchoolYear};
use forms::plan::ledger::Ledger;
use invest::Plan;
use invest::plan::{Action, CommittedPayment, YearOutcome};
use standard::evaluation::Verdict;
use std::collections::BTreeSet;

fields! { PLAN: Plan(p) {
    "title" Text, "名称" => Value::text(&p.title);
    "first" Text, "第一年" => p.years.first().map_or_else(Value::none, |y| Value::Text(y.year.0.to_string()));
    "last" Text, "最后一年" => p.years.last().map_or_else(Value::none, |y| Value::Text(y.year.0.to_string()));
    "finish" Text, "完成年份" => Value::Text(p.settings.finish.0.to_string());
    "span" Count, "规划年数" => Value::count(p.years.len());
    "accepted" Flag, "是否达到要求" => Value::Flag(p.accepted);
    "proved" Flag, "是否证明最省" => Value::Flag(p.method.proved);
    "cost" Amount, "投入合计" => Value::amount(total(p));
    "measures_cost" Amount, "规划措施投入" => Value::amount(years(p).iter().map(|y| Ledger::of(p).measures_due(*y)).sum());
    "projects_cost" Amount, "已定项目投入" => Value::amount(years(p).iter().map(|y| Ledger::of(p).committed_due(*y)).sum());
    "touched" Count, "涉及学校数" => Value::count(p.schools_touched);
    "years" List(Entity::PlanYear), "各年" => Value::List(p.years.iter().map(|y| Thing::PlanYear(p, y)).collect());
    "works" List(Entity::Work), "各类措施" => Value::List(works(p, None));
    "actions" List(Entity::Action), "各项措施" => Value::List(p.actions.iter().map(|a| Thing::Action(p, a)).collect());
    "projects" List(Entity::Project), "已定项目" => Value::List(p.committed.iter().map(|c| Thing::Project(p, None, c)).collect());
    "funds" List(Entity::Fund), "资金来源" => Value::List(funds(p, None));
    "unfunded" Amount, "未落实来源的资金" => Value::amount(years(p).iter().map(|y| Ledger::of(p).all_unpaid(*y)).sum());
    "fully_funded" Flag, "资金来源是否全部落实" => Value::Flag(years(p).iter().all(|y| Ledger::of(p).all_unpaid(*y).is_zero()));
    "shortfall" Count, "目标线差的学校（学段）次数" => Value::count(p.shortfall);
    "sections" Count, "完成时参评学校（学段）数" => p.years.last().map_or_else(Value::none, |y| Value::count(y.sections));
    "passed" Count, "完成时达标学校（学段）数" => p.years.last().map_or_else(Value::none, |y| Value::count(y.passed));
    "open" List(Entity::Line), "未达到的年度目标线" => Value::List(
        p.years.iter().flat_map(|y| y.lines.iter().filter(|l| l.short > 0).map(move |l| Thing::Line(p, y, l))).collect()
    );
} }

fields! { YEAR: PlanYear(p, o) {
    "name" Text, "年份" => Value::Text(format!("{}年", o.year.0));
    "year" Text, "年份（数字）" => Value::Text(o.year.0.to_string());
    "verdict" Judged, "按规划实施后的资源配置结论" => Value::Verdict(overall(o.resources));
    "sections" Count, "参评学校（学段）数" => Value::count(o.sections);
    "passed" Count, "达标学校（学段）数" => Value::count(o.passed);
    "share" Share, "达标学校比例" => Value::share_of(o.passed, o.sections);
    "wide" Count, "超过上限的差异系数个数" => Value::count(o.coefficients.iter().filter(|c| c.verdict == Verdict::Fail).count());
    "cost" Amount, "当年投入" => { let l = Ledger::of(p); Value::amount(&l.measures_due(o.year) + &l.committed_due(o.year)) };
    "measures_cost" Amount, "当年规划措施投入" => Value::amount(Ledger::of(p).measures_due(o.year));
    "projects_cost" Amount, "当年已定项目投入" => Value::amount(Ledger::of(p).committed_due(o.year));
    "works" List(Entity::Work), "当年有投入的措施" => Value::List(works(p, Some(o.year)));
    "actions" List(Entity::Action), "当年新定的措施" => Value::List(p.actions.iter().filter(|a| a.decided == o.year).map(|a| Thing::Action(p, a)).collect());
    "projects" List(Entity::Project), "当年有投入的已定项目" => Value::List(projects(p, o));
    "opening" List(Entity::Project), "当年建成的已定项目" => Value::List(opening(p, o));
    "funds" List(Entity::Fund), "资金来源" => Value::List(funds(p, Some(o.year)));
    "unfunded" Amount, "未落实来源的资金" => Value::amount(Ledger::of(p).all_unpaid(o.year));
    "lines" List(Entity::Line), "年度目标线" => Value::List(o.lines.iter().map(|l| Thing::Line(p, o, l)).collect());
    "met" List(Entity::Line), "达到的年度目标线" => Value::List(o.lines.iter().filter(|l| l.short == 0).map(|l| Thing::Line(p, o, l)).collect());
    "open" List(Entity::Line), "未达到的年度目标线" => Value::List(o.lines.iter().filter(|l| l.short > 0).map(|l| Thing::Line(p, o, l)).collect());
    "posts" Number, "新增编制" => Value::whole(o.posts.clone());
} }

fields! { WORK: Work(p, at, a) {
    "name" Text, "措施" => Value::text(&a.zh);
    "quantity" Number, "数量（连同单位）" => quantity(p, at, a);
    "schools" Count, "学校数" => {
        let schools = of(p, at, a).filter(|a| !a.quantity.is_negative()).map(|a| &a.school).collect::<BTreeSet<_>>();
        if schools.is_empty() { Value::NotApplicable } else { Value::count(schools.len()) }
    };
    "where" List(Entity::Action), "各校的措施" => Value::List(of(p, at, a).map(|a| Thing::Action(p, a)).collect());
    "new" Flag, "当年是否有新定的" => Value::Flag(of(p, at, a).next().is_some());
    "cost" Amount, "金额" => Value::amount(due(p, at, a));
} }

fields! { ACTION: Action(p, a) {
    "number" Text, "序号" => Value::Text(a.number.to_string());
    "name" Text, "措施" => Value::text(&a.zh);
    "school" Text, "学校" => Value::text(&a.name);
    "stage" Text, "学段" => a.stage.map_or(Value::NotApplicable, |s| Value::text(s.zh()));
    "quantity" Number, "数量（连同单位，调出的不带负号）" => number(&(if a.quantity.is_negative() { -a.quantity.clone() } else { a.quantity.clone() }), &a.unit);
    "cost" Amount, "金额" => Value::amount(a.cost.clone());
    "decided" Text, "安排年份" => Value::Text(format!("{}年", a.decided.0));
    "done" Text, "计入统计的年份" => Value::Text(format!("{}年", a.counts.0));
    "deadline" Text, "完成时限" => Value::Text(month(&a.ends));
    "funds" Text, "资金来源" => match Ledger::of(p).fund_names(&a.payments) {
        none if none.is_empty() && a.cost.is_zero() => Value::NotApplicable,
        names => Value::text(&names),
    };
} }

fields! { PROJECT: Project(p, at, c) {
    "name" Text, "项目" => Value::text(&c.zh);
    "school" Text, "学校" => school(p, c);
    "cost" Amount, "总投资" => Value::amount(Ledger::of(p).decided(c).map_or_else(|| c.cost.clone(), invest::settings::Committed::total));
    "paid" Amount, "当年投入（总表为规划期内）" => Value::amount(paid(p, at, c));
    "opens" Text, "建成年份" => match Ledger::of(p).decided(c).and_then(|d| d.opens) {
        Some(year) => Value::Text(format!("{}年", year.0)),
        None => Value::NotApplicable,
    };
    "note" Text, "内容" => match Ledger::of(p).decided(c) {
        Some(d) if !d.note.is_empty() => Value::Text(tidy(d.note.trim_end_matches('。'))),
        _ => Value::none(),
    };
    "fund" Text, "资金来源" => Value::text(&Ledger::of(p).fund_names(&c.payments));
} }

fields! { FUND: Fund(p, at, n) {
    "name" Text, "名称" => p.settings.funds.get(n).map_or_else(Value::none, |f| Value::text(&f.zh));
    "amount" Amount, "投入" => Value::amount(from_fund(p, at, n));
    "share" Share, "占比" => {
        let all = at.map_or_else(|| total(p), |y| { let l = Ledger::of(p); &l.measures_due(y) + &l.committed_due(y) });
        match from_fund(p, at, n).checked_div(&all) {
            Some(share) => tenth(share * Exact::from(100)),
            None => Value::NotApplicable,
        }
    };
} }

fields! { LINE: Line(p, o, l) {
    "name" Text, "指标" => Value::text(p.indicators.get(&l.indicator).map_or(l.indicator.as_str(), String::as_str));
    "year" Text, "年份" => Value::Text(format!("{}年", o.year.0));
    "at_least" Share, "目标" => { let exact = &l.at_least * &Exact::from(100); let shown = format!("{}%", exact.to_short(2)); Value::Number(Printed { exact, shown }) };
    "reached" Count, "达到的学校（学段）数" => Value::count(l.reached);
    "all" Count, "有数值的学校（学段）数" => Value::count(l.of);
    "share" Share, "达到的比例" => Value::share_of(l.reached, l.of);
    "lacking" Count, "差的学校（学段）数" => Value::count(l.short);
} }

/// A share with a decimal; one that is there and rounds to nothing says so.
fn tenth<'a>(exact: Exact) -> Value<'a> {
    let rounded = exact.to_fixed(1);
    let shown = if rounded == "0.0" && !exact.is_zero() {
        "不足0.1%".to_owned()
    } else {
        format!("{rounded}%")
    };
    Value::Number(Printed { exact, shown })
}

fn years(plan: &Plan) -> Vec<SchoolYear> {
    Ledger::of(plan).years
}

fn total(plan: &Plan) -> Exact {
    let ledger = Ledger::of(plan);
    years(plan).iter().map(|y| &ledger.measures_due(*y) + &ledger.committed_due(*y)).sum()
}

/// The kinds of measures, each by its first action; in a year those that cost something in it.
fn works(plan: &Plan, at: Option<SchoolYear>) -> Vec<Thing<'_>> {
    let mut seen = BTreeSet::new();
    // Teachers who leave a school are an action of the same kind with another name.
    let come = plan.actions.iter().filter(|a| !a.quantity.is_negative());
    let firsts = come.chain(&plan.actions).filter(|a| seen.insert(a.measure.as_str()));
    firsts
        .filter(|a| at.is_none() || of(plan, at, a).next().is_some() || !due(plan, at, a).is_zero())
        .map(|a| Thing::Work(plan, at, a))
        .collect()
}

/// The actions of a kind that are decided in a year, or all of them.
fn of<'a>(
    plan: &'a Plan,
    at: Option<SchoolYear>,
    kind: &Action,
) -> impl Iterator<Item = &'a Action> + use<'a> {
    let measure = kind.measure.clone();
    plan.actions
        .iter()
        .filter(move |a| a.measure == measure && at.is_none_or(|year| a.decided == year))
}

fn due(plan: &Plan, at: Option<SchoolYear>, kind: &Action) -> Exact {
    let ledger = Ledger::of(plan);
    let years = at.map_or_else(|| ledger.years.clone(), |year| vec![year]);
    let all = plan.actions.iter().filter(|a| a.measure == kind.measure);
    all.flat_map(|a| years.iter().map(|year| ledger.due(a, *year)).collect::<Vec<_>>()).sum()
}

/// What is decided of a kind. Teachers who leave one school and come to another are the same ones.
fn quantity<'a>(plan: &Plan, at: Option<SchoolYear>, kind: &Action) -> Value<'a> {
    let come = of(plan, at, kind).filter(|a| !a.quantity.is_negative());
    let mut any = false;
    let sum = come.inspect(|_| any = true).map(|a| a.quantity.clone()).sum();
    if any { number(&sum, &kind.unit) } else { Value::NotApplicable }
}

fn number<'a>(exact: &Exact, unit: &str) -> Value<'a> {
    Value::Number(Printed { exact: exact.clone(), shown: format!("{}{unit}", exact.to_short(2)) })
}

fn paid(plan: &Plan, at: Option<SchoolYear>, project: &CommittedPayment) -> Exact {
    let ledger = Ledger::of(plan);
    let years = at.map_or_else(|| ledger.years.clone(), |year| vec![year]);
    years.iter().map(|year| ledger.committed_of(project, *year)).sum()
}

fn projects<'a>(plan: &'a Plan, outcome: &YearOutcome) -> Vec<Thing<'a>> {
    let at = Some(outcome.year);
    let here = plan.committed.iter().filter(|c| !paid(plan, at, c).is_zero());
    here.map(|c| Thing::Project(plan, at, c)).collect()
}

fn opening<'a>(plan: &'a Plan, outcome: &YearOutcome) -> Vec<Thing<'a>> {
    let ledger = Ledger::of(plan);
    let opens =
        |c: &&CommittedPayment| ledger.decided(c).and_then(|d| d.opens) == Some(outcome.year);
    let here = plan.committed.iter().filter(opens);
    here.map(|c| Thing::Project(plan, Some(outcome.year), c)).collect()
}

fn school<'a>(plan: &Plan, project: &CommittedPayment) -> Value<'a> {
    let ledger = Ledger::of(plan);
    match ledger.decided(project).and_then(|d| d.school.as_ref()) {
        Some(code) => Value::text(&ledger.school_name(code)),
        None => Value::NotApplicable,
    }
}

fn funds(plan: &Plan, at: Option<SchoolYear>) -> Vec<Thing<'_>> {
    let all = 0..plan.settings.funds.len();
    all.map(|n| Thing::Fund(plan, at, n)).collect()
}

fn from_fund(plan: &Plan, at: Option<SchoolYear>, n: usize) -> Exact {
    let Some(fund) = plan.settings.funds.get(n) else { return Exact::ZERO };
    let ledger = Ledger::of(plan);
    let years = at.map_or_else(|| ledger.years.clone(), |year| vec![year]);
    let paid = |y: &SchoolYear| {
        &ledger.measures_paid(*y, &fund.code) + &ledger.committed_paid(*y, &fund.code)
    };
    years.iter().map(paid).sum()
}

/// `2026-08-31` as `2026年8月`.
fn month(date: &str) -> String {
    let mut parts = date.split('-');
    match (parts.next(), parts.next()) {
        (Some(year), Some(month)) => format!("{year}年{}月", month.trim_start_matches('0')),
        _ => date.to_owned(),
    }
}
