//! Binaries that count schools and actions.

use super::Built;
use crate::lattice::Approx;
use crate::problem::Problem;
use crate::respond::{Mover, Offer, Response};
use domain::{Exact, SchoolCode};
use solver::Col;
use std::collections::BTreeMap;

/// How much of an offer one action may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bound {
    /// As much as is possible at all: cuts off no plan.
    Possible,
    /// As much as a plan that is not wasteful takes: for choosing among plans, never for a proof.
    Sensible,
}

/// Adds a binary for each action and for each school: is anything done there? Does nothing where
/// they are there already.
pub(crate) fn count_touched(
    built: &mut Built,
    problem: &Problem,
    response: &Response,
    bound: Bound,
) {
    if !built.actions.is_empty() {
        return;
    }
    let most = match bound {
        Bound::Possible => possible(problem, response),
        Bound::Sensible => sensible(problem, response),
    };
    let mut by_school: BTreeMap<&SchoolCode, Vec<Col>> = BTreeMap::new();
    let columns = built.arrive.iter().chain(&built.leave);
    let columns: Vec<(usize, Col)> = columns.map(|((o, _), col)| (*o, *col)).collect();
    for (o, col) in columns {
        let action = built.model.binary("action", 0.0);
        built.model.at_most("action", [(col, 1.0), (action, -most[o])], 0.0);
        built.actions.push(action);
        by_school.entry(&response.offers[o].site.school).or_default().push(action);
    }
    for ((j, _), start) in &built.start {
        by_school.entry(&problem.settings.projects[*j].school).or_default().push(*start);
        built.actions.push(*start);
    }
    for cols in by_school.into_values() {
        let school = built.model.binary("school", 0.0);
        for col in cols {
            built.model.at_most("school", [(col, 1.0), (school, -1.0)], 0.0);
        }
        built.schools.push(school);
    }
}

/// How much of each offer there can be: its own bounds, or what all the money of the horizon buys.
fn possible(problem: &Problem, response: &Response) -> Vec<f64> {
    /// Where nothing bounds it: more than a school ever gets.
    const BOUNDLESS: f64 = 100_000.0;
    let funds = &problem.settings.funds;
    let money: Exact = funds.iter().flat_map(|fund| fund.budget.values().cloned()).sum();
    let all = |offer: &Offer| {
        let price = &offer.once + &offer.yearly;
        let bought = money.checked_div(&price).filter(|_| !funds.is_empty());
        let bounds = [offer.most.clone(), offer.land.clone(), bought];
        let least = bounds.into_iter().flatten().min();
        least.map_or(BOUNDLESS, |least| least.approx().clamp(1.0, BOUNDLESS))
    };
    response.offers.iter().map(all).collect()
}

/// How much of each offer a plan that is not wasteful can take: twice what the largest need of any
/// value that it moves, or of any condition, would take.
fn sensible(problem: &Problem, response: &Response) -> Vec<f64> {
    let grid = |o: usize| problem.costs.measures[response.offers[o].measure].grid.approx();
    let mut most: Vec<f64> = (0..response.offers.len()).map(grid).collect();
    let mut raise = |o: usize, units: f64| most[o] = most[o].max(units.ceil());
    for section in response.years.iter().flatten() {
        for (k, movers) in section.moved_by.iter().enumerate() {
            let Some(value) = section.values.get(k).and_then(Option::as_ref) else { continue };
            let target = &response.targets[k];
            let threshold = target.threshold.get(section.stage.index()).and_then(Option::as_ref);
            let need = threshold.map_or(Exact::ZERO, |threshold| {
                let need = threshold - value;
                if need.is_negative() { -need } else { need }
            });
            for (mover, step) in movers {
                if let Mover::Offer(o) = mover {
                    raise(*o, (2.0 * need.approx() / step.approx().abs()).min(1e6));
                }
            }
        }
    }
    for condition in &response.conditions {
        for (o, units) in &condition.ways {
            raise(*o, 2.0 * Exact::from(*units).approx());
        }
    }
    most
}
