//! The independent check of a plan, wherever it comes from: arithmetic, prices, lead times, money
//! by fund and year, posts, land – and the judge. It trusts nothing that the plan says of itself
//! and knows nothing of how plans are found.

use crate::InvestError;
use crate::outgrown::outgrown;
use crate::plan::{Action, Payment, Plan};
use crate::problem::{Problem, decimal, gains, new_room};
use domain::change::{self, Change, Edit, amount_at};
use domain::{Exact, Level, SchoolYear, Snapshot};
use serde::{Deserialize, Serialize};
use standard::evaluate;
use standard::evaluation::{OverallVerdict, Verdict};
use std::collections::BTreeMap;

/// Something that does not hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// `V-CHECK-01` …
    pub code: String,
    /// What does not hold, where, in Chinese.
    pub text: String,
}

/// The result of a check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checked {
    /// Nothing was found, and the judge accepts the resources from the finishing year on.
    pub accepted: bool,
    /// What does not hold.
    pub findings: Vec<Finding>,
    /// The judge on the resources, by year.
    pub years: Vec<(SchoolYear, OverallVerdict)>,
}

/// Checks a plan against a problem.
///
/// # Errors
/// [`InvestError`] where the judge cannot judge. That a plan is wrong is no error.
pub fn check(problem: &Problem, plan: &Plan) -> Result<Checked, InvestError> {
    let mut checker = Checker { problem, findings: Vec::new() };
    if plan.problem != problem.hash() {
        checker.find("V-CHECK-01", "规划不是按这些数据、标准和设定做的（问题指纹不同）".to_owned());
    }
    for action in &plan.actions {
        checker.action(action);
    }
    checker.totals(plan);
    checker.money(plan);
    checker.posts(plan);
    checker.bounds(plan);
    let mut years = Vec::new();
    for world in &problem.worlds {
        match checker.snapshot(world, plan)? {
            Some(snapshot) => {
                let verdict = problem.judge_resources(&snapshot)?.overall.verdict;
                if world.year() >= problem.settings.finish && verdict != OverallVerdict::Pass {
                    let text = format!("{} 学年资源配置{}", world.year(), verdict.zh());
                    checker.find("V-CHECK-09", text);
                }
                if world.year() >= problem.settings.finish {
                    checker.conditions(world.year(), &snapshot)?;
                }
                years.push((world.year(), verdict));
            }
            None => years.push((world.year(), OverallVerdict::NotDecidable)),
        }
    }
    let findings = checker.findings;
    Ok(Checked { accepted: findings.is_empty(), findings, years })
}

struct Checker<'a> {
    problem: &'a Problem,
    findings: Vec<Finding>,
}

impl Checker<'_> {
    fn find(&mut self, code: &str, text: String) {
        self.findings.push(Finding { code: code.to_owned(), text });
    }

    /// Price, lead time, whole multiples, cost, payments of one line.
    fn action(&mut self, action: &Action) {
        let place = format!("第 {} 行 {} {}", action.number, action.name, action.zh);
        let years = self.problem.years();
        if !years.contains(&action.decided) || !years.contains(&action.counts) {
            return self.find("V-CHECK-02", format!("{place}：年份不在规划期内"));
        }
        let (lead, once, yearly);
        if action.project {
            let found = self.problem.settings.projects.iter().find(|p| p.code == action.measure);
            let Some(project) = found else {
                return self.find("V-CHECK-03", format!("{place}：没有这个备选项目"));
            };
            if action.decided < project.starts.0 || action.decided > project.starts.1 {
                self.find("V-CHECK-02", format!("{place}：开工年份不在允许范围内"));
            }
            if action.school != project.school || action.quantity != Exact::ONE {
                self.find("V-CHECK-03", format!("{place}：学校或数量与备选项目不同"));
            }
            (lead, once, yearly) = (project.lead, project.cost.clone(), Exact::ZERO);
        } else {
            let found = self.problem.costs.measures.iter().find(|m| m.code == action.measure);
            let kind = self.problem.worlds.first().and_then(|w| w.school(&action.school));
            let price = found.zip(kind).and_then(|(m, s)| m.price(s.kind, action.stage));
            let (Some(measure), Some(known)) = (found, price) else {
                return self.find("V-CHECK-03", format!("{place}：没有这项措施、学校或单价"));
            };
            let whole = action.quantity.checked_div(&measure.grid).is_some_and(|n| n.is_integer());
            if !whole || (action.quantity.is_negative() && !measure.moves) {
                let text =
                    format!("{place}：数量 {} 不是 {} 的倍数", action.quantity, measure.grid);
                self.find("V-CHECK-04", text);
            }
            let free = action.quantity.is_negative();
            let price = |p: &Exact| if free { Exact::ZERO } else { p.clone() };
            (lead, once, yearly) = (measure.lead, price(&known.once), price(&known.yearly));
        }
        if action.counts.0 - action.decided.0 < i16::from(lead) {
            self.find("V-CHECK-05", format!("{place}：建设周期不足 {lead} 年"));
        }
        if action.once != once || action.yearly != yearly {
            self.find("V-CHECK-06", format!("{place}：单价与造价目录不同"));
        }
        let running = years.iter().filter(|year| **year >= action.counts).count();
        let running = Exact::from(i64::try_from(running).unwrap_or(0));
        let cost = &action.quantity * &(&once + &(&yearly * &running));
        if cost != action.cost {
            self.find(
                "V-CHECK-06",
                format!("{place}：金额应为 {cost} 万元，写的是 {}", action.cost),
            );
        }
        if self.problem.settings.funds.is_empty() {
            return;
        }
        // Year by year: the payments are what falls due.
        for year in years {
            let mut due = Exact::ZERO;
            if year == action.decided {
                due = due + &once * &action.quantity;
            }
            if year >= action.counts {
                due = due + &yearly * &action.quantity;
            }
            let paid: Exact =
                action.payments.iter().filter(|p| p.year == year).map(|p| p.amount.clone()).sum();
            if paid != due {
                let text = format!("{place}：{year} 学年应付 {due} 万元，安排了 {paid} 万元");
                self.find("V-CHECK-07", text);
            }
        }
    }

    fn totals(&mut self, plan: &Plan) {
        let cost: Exact = plan.actions.iter().map(|a| a.cost.clone()).sum();
        if cost != plan.cost {
            self.find("V-CHECK-06", format!("合计应为 {cost} 万元，写的是 {}", plan.cost));
        }
        let mut discounted = Exact::ZERO;
        for action in &plan.actions {
            let worth = |year| self.problem.settings.discounted(year);
            let incoming = action.quantity.clone().max(Exact::ZERO);
            discounted = discounted + &(&incoming * &action.once) * &worth(action.decided);
            for year in self.problem.years().into_iter().filter(|year| *year >= action.counts) {
                discounted = discounted + &(&incoming * &action.yearly) * &worth(year);
            }
        }
        if discounted != plan.discounted {
            let said = plan.discounted.to_short(4);
            let text = format!("折现合计应为 {} 万元，写的是 {said}", discounted.to_short(4));
            self.find("V-CHECK-06", text);
        }
    }

    /// Every fund pays what it may, when it may, and no more than it has.
    fn money(&mut self, plan: &Plan) {
        let settings = &self.problem.settings;
        if settings.funds.is_empty() {
            return;
        }
        let mut used: BTreeMap<(&str, SchoolYear), Exact> = BTreeMap::new();
        let mut wrong: Vec<String> = Vec::new();
        let mut named: Vec<String> = Vec::new();
        let mut note = |payment: &'_ Payment, category: &str, place: &str| {
            let Some(fund) = settings.funds.iter().find(|f| f.code == payment.fund) else {
                return wrong.push(format!("{place}：没有资金来源“{}”", payment.fund));
            };
            let time = payment.budget_of == payment.year
                || (fund.carry && payment.budget_of < payment.year);
            if !fund.pays(category) || !time || payment.amount.is_negative() {
                wrong.push(format!("{place}：“{}”不能这样使用", fund.zh));
            }
            let entry = used.entry((&fund.code, payment.budget_of)).or_insert(Exact::ZERO);
            *entry = &*entry + &payment.amount;
        };
        for action in &plan.actions {
            for payment in &action.payments {
                note(payment, &action.category, &format!("第 {} 行", action.number));
            }
        }
        for project in &settings.committed {
            let lines = plan.committed.iter().filter(|c| c.project == project.code);
            for payment in lines.flat_map(|c| &c.payments) {
                if project.fund.as_ref().is_some_and(|fund| *fund != payment.fund) {
                    named.push(format!("{}：只能由“{:?}”支付", project.zh, project.fund));
                }
                note(payment, &project.category, &project.zh);
            }
        }
        for ((code, year), amount) in &used {
            let fund = settings.funds.iter().find(|f| f.code == *code);
            let budget = fund.and_then(|f| f.budget.get(year)).cloned().unwrap_or(Exact::ZERO);
            if *amount > budget {
                wrong.push(format!("{code} {year} 学年用了 {amount} 万元，预算 {budget} 万元"));
            }
        }
        for project in &settings.committed {
            let inside = project
                .payments
                .iter()
                .filter(|(year, _)| **year >= settings.first && **year <= settings.last());
            for (year, due) in inside {
                let lines = plan.committed.iter().filter(|c| c.project == project.code);
                let paid: Exact = lines
                    .flat_map(|c| &c.payments)
                    .filter(|p| p.year == *year)
                    .map(|p| p.amount.clone())
                    .sum();
                if paid != *due {
                    wrong
                        .push(format!("{}：{year} 学年应付 {due} 万元，安排了 {paid}", project.zh));
                }
            }
        }
        for text in wrong.into_iter().chain(named) {
            self.find("V-CHECK-08", text);
        }
    }

    fn posts(&mut self, plan: &Plan) {
        let Some(quota) = &self.problem.settings.posts else { return };
        let costs = &self.problem.costs;
        for year in self.problem.years() {
            let taken: Exact = plan
                .actions
                .iter()
                .filter(|a| a.decided == year)
                .filter(|a| costs.measures.iter().any(|m| m.posts && m.code == a.measure))
                .map(|a| a.quantity.clone())
                .sum();
            let most = quota.get(&year).cloned().unwrap_or(Exact::ZERO);
            if taken > most {
                self.find("V-CHECK-08", format!("{year} 学年用编 {taken}，只有 {most}"));
            }
        }
    }

    /// Land, shares of a stock, and moves that add up to nothing in each stage and year.
    fn bounds(&mut self, plan: &Plan) {
        let problem = self.problem;
        let mut used: BTreeMap<(&str, &domain::SchoolCode, Option<domain::Stage>), Exact> =
            BTreeMap::new();
        let mut moved: BTreeMap<(&str, Option<domain::Stage>, SchoolYear), Exact> = BTreeMap::new();
        let add = |sum: &mut Exact, amount: &Exact| *sum = &*sum + amount;
        for action in plan.actions.iter().filter(|a| !a.project) {
            let key = (action.measure.as_str(), &action.school, action.stage);
            add(used.entry(key).or_insert(Exact::ZERO), &action.quantity);
            let key = (action.measure.as_str(), action.stage, action.counts);
            add(moved.entry(key).or_insert(Exact::ZERO), &action.quantity);
        }
        for ((code, stage, year), sum) in moved {
            let inside = problem.costs.measures.iter().any(|m| m.moves && m.code == code);
            if inside && !sum.is_zero() {
                let stage = stage.map_or("", domain::Stage::zh);
                self.find("V-CHECK-08", format!("{code} {stage} {year}：调入与调出相差 {sum} 人"));
            }
        }
        for ((code, school, stage), amount) in used {
            let Some(measure) = problem.costs.measures.iter().find(|m| m.code == code) else {
                continue;
            };
            let settings = &problem.settings;
            let land = settings.land.get(school).or(settings.land_elsewhere.as_ref());
            let share = measure.at_most.as_ref().and_then(|(item, share)| {
                let world = problem.worlds.first()?;
                let stock = amount_at(world, problem.standard.catalogue(), school, stage, item)?;
                Some((&stock * share).floor())
            });
            let land = land.filter(|_| measure.land).cloned();
            for most in land.into_iter().chain(share) {
                if amount > most {
                    let text = format!("{school} {}：{amount}，上限 {most}", measure.zh);
                    self.find("V-CHECK-08", text);
                }
            }
        }
    }

    /// A year's snapshot with the plan; `None`, with a finding, where it cannot be.
    fn snapshot(&mut self, world: &Snapshot, plan: &Plan) -> Result<Option<Snapshot>, InvestError> {
        let catalogue = self.problem.standard.catalogue();
        let reason = "规划复核".to_owned();
        let mut change = Change { reason, ..Change::default() };
        for action in plan.actions.iter().filter(|a| a.counts <= world.year()) {
            if action.project {
                let projects = &self.problem.settings.projects;
                if let Some(project) = projects.iter().find(|p| p.code == action.measure) {
                    let zh = &project.zh;
                    gains(&mut change, &project.school, zh, &project.gains, &project.rooms)?;
                }
                continue;
            }
            let measures = &self.problem.costs.measures;
            let Some(measure) = measures.iter().find(|m| m.code == action.measure) else {
                continue;
            };
            let stage = action.stage.filter(|_| measure.level == Level::Section);
            for adds in &measure.adds {
                let known = amount_at(world, catalogue, &action.school, stage, &adds.item);
                if known.is_none() && adds.if_known {
                    continue;
                }
                change.edits.push(Edit {
                    school: action.school.clone(),
                    stage,
                    item: adds.item.clone(),
                    amount: decimal(&(&adds.amount * &action.quantity))?,
                });
            }
            if let Some(room) = &measure.room {
                for _ in 0..crate::respond::whole(&action.quantity) {
                    change.rooms.push(new_room(&action.school, &measure.zh, room)?);
                }
            }
        }
        // Gains before losses.
        change.edits.sort_by_key(|edit| edit.amount.is_sign_negative());
        match change::apply(world, &change, catalogue) {
            Ok(snapshot) => {
                self.within(&snapshot, world);
                Ok(Some(snapshot))
            }
            Err(error) => {
                self.find("V-CHECK-09", format!("{} 学年：{error}", world.year()));
                Ok(None)
            }
        }
    }

    /// What the settings name must hold; what they leave open must hold where the plan's own
    /// measures could have brought it about, which is for the planner to show.
    fn conditions(&mut self, year: SchoolYear, snapshot: &Snapshot) -> Result<(), InvestError> {
        let Some(named) = &self.problem.settings.conditions else { return Ok(()) };
        let full = evaluate(snapshot, &self.problem.standard, &self.problem.options)?;
        let local: Vec<_> = self.problem.standard.local_parts().collect();
        for part in full.groups.iter().flat_map(|g| &g.indicators).flat_map(|i| &i.parts) {
            let due = local.iter().any(|l| {
                l.code == part.code && named.iter().any(|n| *n == l.code || *n == l.indicator)
            });
            if due && part.verdict == Verdict::Fail {
                let text = format!("{year} 学年 {} 处不符合“{}”", part.failing.len(), part.zh);
                self.find("V-CHECK-09", text);
            }
        }
        Ok(())
    }

    /// No part grows beyond its whole.
    fn within(&mut self, after: &Snapshot, before: &Snapshot) {
        let problem = self.problem;
        for rule in &problem.costs.within {
            for school in outgrown(rule, after, before, problem.standard.catalogue()) {
                let text = format!("{} 学年 {}：{}", after.year(), school.name, rule.text);
                self.find("V-CHECK-08", text);
            }
        }
    }
}
