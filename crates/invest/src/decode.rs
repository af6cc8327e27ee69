//! From a solver's figures to purchases: whole multiples, rounded up, and a year for each.

use crate::assemble::{Choice, Purchase};
use crate::lattice::Approx;
use crate::lattice::grid_up;
use crate::model::{Built, Group};
use crate::problem::Problem;
use crate::respond::Response;
use domain::{Exact, Stage};
use solver::Solution;
use std::collections::BTreeMap;

/// Reads the choice out of a solution.
pub(crate) fn decode(
    problem: &Problem,
    response: &Response,
    built: &Built,
    solution: &Solution,
) -> Choice {
    let mut choice = Choice::default();
    let mut stretches: BTreeMap<(Group, usize), Vec<(usize, Exact)>> = BTreeMap::new();
    for ((o, checkpoint), col) in &built.arrive {
        let offer = &response.offers[*o];
        let grid = &problem.costs.measures[offer.measure].grid;
        let quantity = grid_up(solution.value(*col).max(0.0), grid);
        if !quantity.is_zero() {
            let group = Group {
                measure: offer.measure,
                once: offer.once.clone(),
                yearly: offer.yearly.clone(),
            };
            stretches.entry((group, *checkpoint)).or_default().push((*o, quantity));
        }
    }
    for ((group, checkpoint), wanted) in &stretches {
        let before = built.checkpoints[group.measure].iter().rev().find(|t| *t < checkpoint);
        let from = before.map_or(0, |t| t + 1);
        let brought: Vec<(usize, f64)> = built
            .bring
            .range((group.clone(), from)..=(group.clone(), *checkpoint))
            .map(|((_, arrival), col)| (*arrival, solution.value(*col)))
            .collect();
        let grid = &problem.costs.measures[group.measure].grid;
        choice.purchases.extend(by_year(wanted, &brought, grid));
    }
    leave(problem, response, built, solution, &mut choice);
    for ((j, t), col) in &built.start {
        if solution.value(*col) > 0.5 {
            choice.starts.push((*j, *t));
        }
    }
    choice
}

/// Gives each wanted quantity its years: as many as each year brings, in order; what rounding up
/// adds comes in the last year.
fn by_year(wanted: &[(usize, Exact)], brought: &[(usize, f64)], grid: &Exact) -> Vec<Purchase> {
    let mut purchases = Vec::new();
    let Some(((last, _), earlier)) = brought.split_last() else { return purchases };
    let mut wanted: Vec<(usize, Exact)> = wanted.iter().rev().cloned().collect();
    let mut total = 0.0;
    let mut given = Exact::ZERO;
    for (arrival, units) in earlier {
        total += units;
        // Rounded down to whole multiples: no year spends more than it was given.
        let until = grid_up((total / grid.approx() + 1e-4).floor() * grid.approx(), grid);
        let mut room = &until - &given;
        while room > Exact::ZERO
            && let Some((offer, open)) = wanted.pop()
        {
            let quantity = open.clone().min(room.clone());
            room = &room - &quantity;
            given = &given + &quantity;
            let rest = &open - &quantity;
            if !rest.is_zero() {
                wanted.push((offer, rest));
            }
            purchases.push(Purchase { offer, arrival: *arrival, quantity });
        }
    }
    while let Some((offer, quantity)) = wanted.pop() {
        purchases.push(Purchase { offer, arrival: *last, quantity });
    }
    purchases
}

/// Those who leave do so when those who come arrive, as many in each stage and year.
fn leave(
    problem: &Problem,
    response: &Response,
    built: &Built,
    solution: &Solution,
    choice: &mut Choice,
) {
    let mut leaving: BTreeMap<(usize, Stage, usize), Vec<(usize, Exact)>> = BTreeMap::new();
    for ((o, checkpoint), col) in &built.leave {
        let offer = &response.offers[*o];
        let grid = &problem.costs.measures[offer.measure].grid;
        let quantity = grid_up(solution.value(*col).max(0.0), grid);
        if let Some(stage) = offer.site.stage
            && !quantity.is_zero()
        {
            let key = (offer.measure, stage, *checkpoint);
            leaving.entry(key).or_default().push((*o, quantity));
        }
    }
    for ((measure, stage, checkpoint), wanted) in leaving {
        let before = built.checkpoints[measure].iter().rev().find(|t| **t < checkpoint);
        let from = before.map_or(0, |t| t + 1);
        let mut brought: BTreeMap<usize, f64> = BTreeMap::new();
        for purchase in &choice.purchases {
            let offer = &response.offers[purchase.offer];
            let here = offer.measure == measure && offer.site.stage == Some(stage);
            if here && (from..=checkpoint).contains(&purchase.arrival) {
                *brought.entry(purchase.arrival).or_insert(0.0) += purchase.quantity.approx();
            }
        }
        let brought: Vec<(usize, f64)> = brought.into_iter().collect();
        let grid = &problem.costs.measures[measure].grid;
        let out = by_year(&wanted, &brought, grid).into_iter();
        choice.purchases.extend(out.map(|p| Purchase { quantity: -p.quantity, ..p }));
    }
}
