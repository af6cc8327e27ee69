//! What more time, money, posts or land would change: the frontier of cost over finishing years,
//! the earliest year for each budget, shadow figures, and two plans side by side.
//!
//! Every figure comes from solving again, so that it holds for the whole step and not only for
//! the first 万元. Where two solves differ by less than their gaps prove, that is said.

use crate::InvestError;
use crate::plan::Plan;
use crate::problem::Problem;
use crate::settings::Settings;
use crate::solve::{Outcome, solve};
use domain::{Exact, SchoolYear};
use serde::{Deserialize, Serialize};
use solver::{Solver, Watch};
use std::collections::BTreeSet;

/// The least cost of finishing in a year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Point {
    /// The finishing year.
    pub finish: SchoolYear,
    /// Discounted 万元 of the cheapest plan that the judge accepts; `None` where there is none.
    pub discounted: Option<Exact>,
    /// 万元 within the horizon.
    pub cost: Option<Exact>,
    /// Is it proved, the cost or that there is no plan?
    pub proved: bool,
}

/// The earliest finishing year for a budget.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Earliest {
    /// Every budget of every fund is multiplied by this.
    pub factor: Exact,
    /// 万元 of all funds and years.
    pub money: Exact,
    /// The earliest year; `None` where there is none within the horizon.
    pub finish: Option<SchoolYear>,
}

/// What more of a thing buys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shadow {
    /// What there is more of, in Chinese.
    pub zh: String,
    /// How much more.
    pub step: Exact,
    /// Its unit.
    pub unit: String,
    /// By how much the discounted cost falls, 万元, for the whole step.
    pub saves: Exact,
    /// By how much the shortfall against target lines falls, sections.
    pub lifts: i64,
    /// Is the saving larger than what the gaps of the two solves leave open?
    pub proved: bool,
}

/// The least cost for each finishing year of the horizon.
///
/// # Errors
/// [`InvestError`] as for [`crate::solve()`].
pub fn frontier(
    problem: &Problem,
    solver: &dyn Solver,
    watch: &Watch<'_>,
) -> Result<Vec<Point>, InvestError> {
    let mut points = Vec::new();
    for finish in problem.settings.horizon() {
        let settings = Settings { finish, ..problem.settings.clone() };
        let outcome = again(problem, settings, solver, watch)?;
        points.push(match outcome {
            Outcome::Found(plan) if plan.accepted => Point {
                finish,
                discounted: Some(plan.discounted),
                cost: Some(plan.cost),
                proved: plan.method.proved,
            },
            other => {
                Point { finish, discounted: None, cost: None, proved: other == Outcome::Impossible }
            }
        });
    }
    Ok(points)
}

/// The earliest finishing year when all budgets are multiplied by each factor.
///
/// # Errors
/// [`InvestError`] as for [`crate::solve()`].
pub fn earliest(
    problem: &Problem,
    factors: &[Exact],
    solver: &dyn Solver,
    watch: &Watch<'_>,
) -> Result<Vec<Earliest>, InvestError> {
    let mut found = Vec::new();
    for factor in factors {
        let mut settings = problem.settings.clone();
        for budget in settings.funds.iter_mut().flat_map(|fund| fund.budget.values_mut()) {
            *budget = &*budget * factor;
        }
        let money = settings.funds.iter().flat_map(|fund| fund.budget.values().cloned()).sum();
        let mut first = None;
        for finish in problem.settings.horizon() {
            let settings = Settings { finish, ..settings.clone() };
            let outcome = match again(problem, settings, solver, watch) {
                // What is decided already is not paid for: no plan by this budget.
                Err(InvestError::Committed { .. }) => break,
                outcome => outcome?,
            };
            if let Outcome::Found(plan) = outcome
                && plan.accepted
            {
                first = Some(finish);
                break;
            }
        }
        found.push(Earliest { factor: factor.clone(), money, finish: first });
    }
    Ok(found)
}

/// What more money of each fund, more posts in each year and more land buy: `money` 万元 a fund and
/// year, `posts` persons, `land` ㎡ a school.
///
/// # Errors
/// [`InvestError`] as for [`crate::solve()`].
pub fn shadows(
    problem: &Problem,
    money: &Exact,
    posts: &Exact,
    land: &Exact,
    solver: &dyn Solver,
    watch: &Watch<'_>,
) -> Result<Vec<Shadow>, InvestError> {
    let Outcome::Found(base) = solve(problem, solver, watch)? else {
        return Ok(Vec::new());
    };
    let mut steps: Vec<(String, &Exact, &str, Settings)> = Vec::new();
    for (f, fund) in problem.settings.funds.iter().enumerate() {
        let mut settings = problem.settings.clone();
        for budget in settings.funds.iter_mut().skip(f).take(1).flat_map(|f| f.budget.values_mut())
        {
            *budget = &*budget + money;
        }
        steps.push((format!("“{}”每年多", fund.zh), money, "万元", settings));
    }
    for year in problem.settings.posts.iter().flat_map(|posts| posts.keys()) {
        let mut settings = problem.settings.clone();
        if let Some(quota) = settings.posts.as_mut().and_then(|posts| posts.get_mut(year)) {
            *quota = &*quota + posts;
        }
        steps.push((format!("{year} 学年编制多"), posts, "人", settings));
    }
    if problem.settings.land_elsewhere.is_some() || !problem.settings.land.is_empty() {
        let mut settings = problem.settings.clone();
        for area in settings.land.values_mut().chain(&mut settings.land_elsewhere) {
            *area = &*area + land;
        }
        steps.push(("每校运动场地用地多".to_owned(), land, "㎡", settings));
    }
    let mut shadows = Vec::new();
    for (zh, step, unit, settings) in steps {
        let Outcome::Found(plan) = again(problem, settings, solver, watch)? else {
            continue;
        };
        if !plan.accepted || !base.accepted {
            continue;
        }
        let saves = &base.discounted - &plan.discounted;
        // The base plan could be as cheap as its bound.
        let open = base.method.bound.as_ref().and_then(|bound| Exact::parse(bound).ok());
        let proved = open.is_some_and(|bound| plan.discounted < bound);
        let count = |plan: &Plan| i64::try_from(plan.shortfall).unwrap_or(i64::MAX);
        let lifts = count(&base) - count(&plan);
        let (step, unit) = (step.clone(), unit.to_owned());
        shadows.push(Shadow { zh, step, unit, saves, lifts, proved });
    }
    Ok(shadows)
}

/// Solves with other settings. The county answers anew: what is offered depends on land, and what
/// must hold on the finishing year.
fn again(
    problem: &Problem,
    settings: Settings,
    solver: &dyn Solver,
    watch: &Watch<'_>,
) -> Result<Outcome, InvestError> {
    solve(&problem.with_settings(settings)?, solver, watch)
}

/// A year of two plans.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComparedYear {
    /// The year.
    pub year: SchoolYear,
    /// 万元; `None` where the plan does not have the year.
    pub cost: [Option<Exact>; 2],
    /// Sections that pass.
    pub passed: [Option<usize>; 2],
}

/// Two plans side by side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    /// Title of each.
    pub titles: [String; 2],
    /// Does the judge accept it?
    pub accepted: [bool; 2],
    /// 万元 within the horizon.
    pub cost: [Exact; 2],
    /// Discounted 万元.
    pub discounted: [Exact; 2],
    /// Schools touched.
    pub schools: [usize; 2],
    /// Sections short of target lines.
    pub shortfall: [usize; 2],
    /// Year by year.
    pub years: Vec<ComparedYear>,
    /// 万元 by measure.
    pub measures: Vec<(String, [Exact; 2])>,
}

/// Puts two plans side by side.
#[must_use]
pub fn compare(left: &Plan, right: &Plan) -> Comparison {
    let both = [left, right];
    let years: BTreeSet<SchoolYear> =
        both.iter().flat_map(|plan| plan.years.iter().map(|y| y.year)).collect();
    let measures: BTreeSet<&str> =
        both.iter().flat_map(|plan| plan.actions.iter().map(|a| a.zh.as_str())).collect();
    Comparison {
        titles: both.map(|plan| plan.title.clone()),
        accepted: both.map(|plan| plan.accepted),
        cost: both.map(|plan| plan.cost.clone()),
        discounted: both.map(|plan| plan.discounted.clone()),
        schools: both.map(|plan| plan.schools_touched),
        shortfall: both.map(|plan| plan.shortfall),
        years: years
            .into_iter()
            .map(|year| ComparedYear {
                year,
                cost: both.map(|plan| plan.year(year).map(|y| y.cost.clone())),
                passed: both.map(|plan| plan.year(year).map(|y| y.passed)),
            })
            .collect(),
        measures: measures
            .into_iter()
            .map(|zh| {
                let sum = |plan: &Plan| {
                    plan.actions.iter().filter(|a| a.zh == zh).map(|a| a.cost.clone()).sum()
                };
                (zh.to_owned(), both.map(sum))
            })
            .collect(),
    }
}

/// By how much the second plan is cheaper, as a share of the first: for a sentence on screen.
#[must_use]
pub fn gain(first: &Plan, second: &Plan) -> Option<String> {
    let share = (&first.discounted - &second.discounted).checked_div(&first.discounted)?;
    Some(format!("{}%", (share * Exact::from(100)).to_fixed(1)))
}
