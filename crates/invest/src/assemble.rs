//! From purchases to a plan: exact amounts, who pays, the changed snapshots, the judge's verdicts.
//!
//! Optimum and greedy plans, and plans that are only checked, all go through here: what a plan
//! claims is computed in one place, and none of it comes from the solver.

mod within;

use crate::InvestError;
use crate::flow::{self, Bill, Flow};
use crate::plan::{
    Action, Coefficient, CommittedPayment, ConditionOutcome, FORMAT, LineOutcome, Method, Payment,
    Plan, SectionOutcome, YearOutcome,
};
use crate::problem::{Problem, decimal, gains, new_room};
use crate::respond::{Response, whole};
use crate::settings::Project;
use domain::change::{self, Change, Edit};
use domain::{Exact, Snapshot};
use standard::evaluation::{OverallVerdict, Verdict};
use standard::{Evaluation, evaluate};
use std::collections::{BTreeMap, BTreeSet};

/// So much of an offer arrives in a year; below zero where teachers leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Purchase {
    pub(crate) offer: usize,
    pub(crate) arrival: usize,
    pub(crate) quantity: Exact,
}

/// What is bought and which projects start when.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Choice {
    pub(crate) purchases: Vec<Purchase>,
    pub(crate) starts: Vec<(usize, usize)>,
}

/// A plan with what the search needs to know of it.
pub(crate) struct Assembled {
    pub(crate) plan: Plan,
    /// The judge on the resources, by year.
    pub(crate) verdicts: Vec<Evaluation>,
    /// 万元 by year of the horizon that no fund can pay.
    pub(crate) unpaid: BTreeMap<usize, Exact>,
    /// Measures of parts that have outgrown their wholes in some year.
    pub(crate) over: BTreeSet<usize>,
}

/// Assembles a plan.
///
/// # Errors
/// [`InvestError::Change`] where a purchase cannot be applied to the facts.
pub(crate) fn assemble(
    problem: &Problem,
    response: &Response,
    choice: &Choice,
    method: Method,
) -> Result<Assembled, InvestError> {
    let years = problem.years();
    let snapshots = snapshots(problem, response, choice)?;
    let verdicts: Vec<Evaluation> =
        snapshots.iter().map(|s| problem.judge_resources(s)).collect::<Result<_, _>>()?;
    let (mut actions, mut spends) = actions(problem, response, choice);
    let mut bills: BTreeMap<Bill, Exact> = BTreeMap::new();
    for spend in &spends {
        let entry = bills.entry(spend.bill.clone()).or_insert(Exact::ZERO);
        *entry = &*entry + &spend.amount;
    }
    let mut committed: Vec<CommittedPayment> = Vec::new();
    let mut committed_spends = Vec::new();
    for (index, project) in problem.settings.committed.iter().enumerate() {
        let inside = project.payments.iter().filter(|(year, _)| years.contains(year));
        let mut cost = Exact::ZERO;
        for (year, amount) in inside {
            let bill = Bill {
                year: *year,
                category: project.category.clone(),
                fund: project.fund.clone(),
            };
            let entry = bills.entry(bill.clone()).or_insert(Exact::ZERO);
            *entry = &*entry + amount;
            cost = cost + amount.clone();
            committed_spends.push(Spend { owner: index, bill, amount: amount.clone() });
        }
        let (project, zh) = (project.code.clone(), project.zh.clone());
        committed.push(CommittedPayment { project, zh, payments: Vec::new(), cost });
    }
    let mut flow = flow::distribute(&bills, &problem.settings.funds);
    // Committed projects come first.
    for spend in &committed_spends {
        committed[spend.owner].payments.extend(take(&mut flow, spend));
    }
    for spend in &mut spends {
        actions[spend.owner].payments.extend(take(&mut flow, spend));
    }
    let mut outcomes = Vec::new();
    for (t, snapshot) in snapshots.iter().enumerate() {
        outcomes.push(outcome(problem, response, t, snapshot, &verdicts[t])?);
    }
    let mut discounted = Exact::ZERO;
    for spend in &spends {
        let year = spend.bill.year;
        discounted = discounted + &spend.amount * &problem.settings.discounted(year);
        if let Some(outcome) = outcomes.iter_mut().find(|o| o.year == year) {
            outcome.cost = &outcome.cost + &spend.amount;
        }
    }
    for action in &actions {
        let posts = problem.costs.measures.iter().any(|m| m.code == action.measure && m.posts);
        if posts && let Some(outcome) = outcomes.iter_mut().find(|o| o.year == action.decided) {
            outcome.posts = &outcome.posts + &action.quantity;
        }
    }
    let unpaid: BTreeMap<usize, Exact> = flow
        .unpaid
        .into_iter()
        .filter_map(|(year, amount)| Some((years.iter().position(|y| *y == year)?, amount)))
        .collect();
    let mut objections = objections(problem, response, choice, &outcomes, &unpaid);
    let mut over = BTreeSet::new();
    for rule in within::broken(problem, &snapshots, &mut objections) {
        let measures = problem.costs.measures.iter().enumerate();
        let of = measures.filter(|(_, m)| {
            m.level == rule.level
                && m.adds.iter().any(|a| a.item == rule.part || a.item == rule.whole)
        });
        over.extend(of.map(|(index, _)| index));
    }
    let plan = Plan {
        format: FORMAT,
        engine: env!("CARGO_PKG_VERSION").to_owned(),
        title: problem.settings.title.clone(),
        problem: problem.hash().to_owned(),
        standard: problem.standard.id().to_owned(),
        standard_title: problem.standard.title().to_owned(),
        indicators: verdicts
            .iter()
            .flat_map(|evaluation| &evaluation.indicators)
            .map(|indicator| (indicator.code.clone(), indicator.short.clone()))
            .collect(),
        standard_hash: problem.standard.hash().to_owned(),
        parameters: problem.options.parameters.clone(),
        settings: problem.settings.clone(),
        costs: problem.costs.clone(),
        method,
        accepted: objections.is_empty(),
        objections,
        shortfall: outcomes.iter().flat_map(|o| &o.lines).map(|line| line.short).sum(),
        cost: actions.iter().map(|a| a.cost.clone()).sum(),
        discounted,
        schools_touched: actions.iter().map(|a| &a.school).collect::<BTreeSet<_>>().len(),
        actions,
        committed,
        years: outcomes,
        outer: Vec::new(),
    };
    Ok(Assembled { plan, verdicts, unpaid, over })
}

struct Spend {
    owner: usize,
    bill: Bill,
    amount: Exact,
}

/// Takes the money of one spend out of what was distributed to its bill.
fn take(flow: &mut Flow, spend: &Spend) -> Vec<Payment> {
    let mut payments = Vec::new();
    let Some(parts) = flow.paid.get_mut(&spend.bill) else { return payments };
    let mut open = spend.amount.clone();
    for (fund, budget_of, left) in parts.iter_mut() {
        let amount = open.clone().min(left.clone());
        if amount > Exact::ZERO {
            *left = &*left - &amount;
            open = &open - &amount;
            let (year, fund, budget_of) = (spend.bill.year, fund.clone(), *budget_of);
            payments.push(Payment { year, fund, budget_of, amount });
        }
    }
    payments
}

/// The county in each year with the plan.
pub(crate) fn snapshots(
    problem: &Problem,
    response: &Response,
    choice: &Choice,
) -> Result<Vec<Snapshot>, InvestError> {
    let mut all = Vec::with_capacity(problem.worlds.len());
    for (t, world) in problem.worlds.iter().enumerate() {
        // Gains before losses, so that no stock dips below zero on the way.
        let reason = format!("规划“{}”的措施", problem.settings.title);
        let mut change = Change { reason, ..Change::default() };
        let mut losses: Vec<Edit> = Vec::new();
        for purchase in choice.purchases.iter().filter(|p| p.arrival <= t) {
            let offer = &response.offers[purchase.offer];
            for (item, amount) in &offer.adds {
                let amount = decimal(&(amount * &purchase.quantity))?;
                let edit = Edit {
                    school: offer.site.school.clone(),
                    stage: offer.site.stage,
                    item: item.clone(),
                    amount,
                };
                if amount.is_sign_negative() { losses.push(edit) } else { change.edits.push(edit) }
            }
            if let Some(room) = &offer.room {
                let zh = &problem.costs.measures[offer.measure].zh;
                for _ in 0..whole(&purchase.quantity) {
                    change.rooms.push(new_room(&offer.site.school, zh, room)?);
                }
            }
        }
        for (j, start) in &choice.starts {
            let project = &problem.settings.projects[*j];
            if start + usize::from(project.lead) <= t {
                let Project { school, zh, gains: adds, rooms, .. } = project;
                gains(&mut change, school, zh, adds, rooms)?;
            }
        }
        change.edits.append(&mut losses);
        if change.edits.is_empty() && change.rooms.is_empty() {
            all.push(world.clone());
            continue;
        }
        all.push(change::apply(world, &change, problem.standard.catalogue())?);
    }
    Ok(all)
}

fn actions(problem: &Problem, response: &Response, choice: &Choice) -> (Vec<Action>, Vec<Spend>) {
    let years = problem.years();
    let name = |code: &domain::SchoolCode| {
        let school = problem.worlds.first().and_then(|world| world.school(code));
        school.map(|s| s.name.clone()).unwrap_or_default()
    };
    let mut drafts: Vec<Action> = Vec::new();
    for purchase in choice.purchases.iter().filter(|p| !p.quantity.is_zero()) {
        let offer = &response.offers[purchase.offer];
        let measure = &problem.costs.measures[offer.measure];
        let incoming = !purchase.quantity.is_negative();
        let (once, yearly) = if incoming {
            (offer.once.clone(), offer.yearly.clone())
        } else {
            (Exact::ZERO, Exact::ZERO)
        };
        let decided = purchase.arrival - usize::from(measure.lead).min(purchase.arrival);
        let running = Exact::from(i64::try_from(years.len() - purchase.arrival).unwrap_or(0));
        let (from, to) = (years[decided], years[purchase.arrival]);
        let grade = measure.price(offer.kind, offer.site.stage).map(|p| p.grade.clone());
        drafts.push(Action {
            number: 0,
            measure: measure.code.clone(),
            zh: if incoming { measure.zh.clone() } else { format!("{}（调出）", measure.zh) },
            project: false,
            school: offer.site.school.clone(),
            name: name(&offer.site.school),
            stage: offer.site.stage,
            decided: from,
            counts: to,
            begins: format!("{}-01-01", from.0),
            ends: format!("{}-08-31", to.0),
            cost: &purchase.quantity * &(&once + &(&yearly * &running)),
            quantity: purchase.quantity.clone(),
            unit: measure.unit.clone(),
            category: measure.category.clone(),
            once,
            yearly,
            grade: grade.unwrap_or_default(),
            payments: Vec::new(),
        });
    }
    for (j, start) in &choice.starts {
        let project = &problem.settings.projects[*j];
        let opens = start + usize::from(project.lead);
        let (from, to) = (years[*start], years[opens.min(years.len() - 1)]);
        drafts.push(Action {
            number: 0,
            measure: project.code.clone(),
            zh: project.zh.clone(),
            project: true,
            school: project.school.clone(),
            name: name(&project.school),
            stage: None,
            decided: from,
            counts: to,
            begins: format!("{}-01-01", from.0),
            ends: format!("{}-08-31", to.0),
            quantity: Exact::ONE,
            unit: "项".to_owned(),
            category: project.category.clone(),
            once: project.cost.clone(),
            yearly: Exact::ZERO,
            cost: project.cost.clone(),
            grade: String::new(),
            payments: Vec::new(),
        });
    }
    drafts.sort_by(|a, b| {
        let key = |x: &Action| (x.decided, x.school.clone(), x.stage, x.measure.clone(), x.counts);
        key(a).cmp(&key(b))
    });
    let mut spends = Vec::new();
    for (owner, action) in drafts.iter_mut().enumerate() {
        action.number = owner + 1;
        let mut spend = |year, unit: &Exact| {
            let amount = unit * &action.quantity;
            if amount > Exact::ZERO {
                let bill = Bill { year, category: action.category.clone(), fund: None };
                spends.push(Spend { owner, bill, amount });
            }
        };
        spend(action.decided, &action.once);
        for year in years.iter().filter(|year| **year >= action.counts) {
            spend(*year, &action.yearly);
        }
    }
    (drafts, spends)
}

fn outcome(
    problem: &Problem,
    response: &Response,
    t: usize,
    snapshot: &Snapshot,
    resources: &Evaluation,
) -> Result<YearOutcome, InvestError> {
    let full = evaluate(snapshot, &problem.standard, &problem.options)?;
    let mut coefficients = Vec::new();
    for stage in &resources.stages {
        for indicator in &stage.indicators {
            coefficients.push(Coefficient {
                stage: stage.stage,
                indicator: indicator.code.clone(),
                shown: indicator.coefficient.as_ref().map(|c| c.shown.clone()),
                limit: indicator.limit.clone(),
                verdict: indicator.verdict,
            });
        }
    }
    let due = problem.settings.lines.iter().filter(|line| line.year == snapshot.year());
    let lines = due
        .map(|line| {
            let verdicts = resources.sections.iter().filter_map(|s| s.value(&line.indicator));
            let known = verdicts.filter(|v| v.value.is_some());
            let (mut of, mut reached) = (0, 0);
            for value in known {
                of += 1;
                reached += usize::from(value.verdict == Verdict::Pass);
            }
            let all = Exact::from(i64::try_from(of).unwrap_or(i64::MAX));
            let wanted = (&line.at_least * &all).ceil().small_parts().map_or(0, |(n, _)| n);
            let wanted = usize::try_from(wanted).unwrap_or(0);
            LineOutcome {
                indicator: line.indicator.clone(),
                at_least: line.at_least.clone(),
                reached,
                of,
                short: wanted.saturating_sub(reached),
            }
        })
        .collect();
    Ok(YearOutcome {
        year: snapshot.year(),
        snapshot: snapshot.hash().to_owned(),
        sections: resources.sections.len(),
        passed: resources.sections.iter().filter(|s| s.verdict == Verdict::Pass).count(),
        resources: resources.overall.verdict,
        overall: full.overall.verdict,
        reasons: full.overall.reasons.iter().map(|r| r.text.clone()).collect(),
        coefficients,
        section_outcomes: resources
            .sections
            .iter()
            .map(|s| SectionOutcome {
                school: s.school.clone(),
                name: s.name.clone(),
                stage: s.stage,
                verdict: s.verdict,
                remark: s.remark.clone(),
            })
            .collect(),
        lines,
        conditions: conditions(problem, response, t, &full),
        cost: Exact::ZERO,
        posts: Exact::ZERO,
    })
}

/// What the judge finds of the parts that are checked place by place.
fn conditions(
    problem: &Problem,
    response: &Response,
    t: usize,
    full: &Evaluation,
) -> Vec<ConditionOutcome> {
    let due = |part: &str, place: &str| {
        let mut due = response.conditions.iter().filter(|c| c.year == t);
        due.any(|c| c.part == part && c.place == place)
    };
    let local: BTreeSet<&str> = problem.standard.local_parts().map(|part| part.code).collect();
    full.groups
        .iter()
        .flat_map(|group| &group.indicators)
        .flat_map(|indicator| &indicator.parts)
        .filter(|part| local.contains(part.code.as_str()))
        .map(|part| ConditionOutcome {
            part: part.code.clone(),
            zh: part.zh.clone(),
            verdict: part.verdict,
            checked: part.checked.unwrap_or(0),
            failing: part.failing.iter().map(|place| place.place.clone()).collect(),
            due: part.failing.iter().filter(|place| due(&part.code, &place.place)).count(),
        })
        .collect()
}

/// What keeps the plan from being accepted.
fn objections(
    problem: &Problem,
    response: &Response,
    choice: &Choice,
    outcomes: &[YearOutcome],
    unpaid: &BTreeMap<usize, Exact>,
) -> Vec<String> {
    let mut objections = Vec::new();
    for outcome in &outcomes[problem.finish_index()..] {
        if outcome.resources != OverallVerdict::Pass {
            let failed = outcome.sections - outcome.passed;
            let beyond = outcome.coefficients.iter().filter(|c| c.verdict == Verdict::Fail).count();
            objections.push(format!(
                "{} 学年：{failed} 个学段未达标，{beyond} 个差异系数超过上限",
                outcome.year
            ));
        }
    }
    for outcome in &outcomes[problem.finish_index()..] {
        for condition in outcome.conditions.iter().filter(|c| c.due > 0) {
            let (year, zh, due) = (outcome.year, &condition.zh, condition.due);
            objections.push(format!("{year} 学年：{due} 处不符合“{zh}”"));
        }
    }
    let years = problem.years();
    for (t, amount) in unpaid {
        objections.push(format!("{} 学年资金缺 {} 万元", years[*t], amount.to_short(4)));
    }
    if let Some(quota) = &problem.settings.posts {
        for outcome in outcomes {
            let most = quota.get(&outcome.year).cloned().unwrap_or(Exact::ZERO);
            if outcome.posts > most {
                objections
                    .push(format!("{} 学年用编 {}，只有 {most}", outcome.year, outcome.posts));
            }
        }
    }
    let mut used: BTreeMap<usize, Exact> = BTreeMap::new();
    for purchase in &choice.purchases {
        let entry = used.entry(purchase.offer).or_insert(Exact::ZERO);
        *entry = &*entry + &purchase.quantity;
    }
    for (o, amount) in used {
        let offer = &response.offers[o];
        let zh = &problem.costs.measures[offer.measure].zh;
        for most in offer.land.iter().chain(&offer.most) {
            if amount > *most {
                let school = problem.worlds.first().and_then(|w| w.school(&offer.site.school));
                let name = school.map(|s| s.name.as_str()).unwrap_or_default();
                objections.push(format!("{name}“{zh}” {amount}，上限 {most}"));
            }
        }
    }
    objections
}
