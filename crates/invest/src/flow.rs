//! Who pays for what: an exact distribution of costs over funds, years and earmarks.
//!
//! Money of a year pays costs of that year, or of a later one where the fund carries over; an
//! earmarked fund pays its categories only. Whether the money suffices is a question of a maximal
//! flow, answered in exact numbers.

use crate::settings::Fund;
use domain::{Exact, SchoolYear};
use std::collections::{BTreeMap, VecDeque};

/// A cost that must be paid.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Bill {
    pub(crate) year: SchoolYear,
    pub(crate) category: String,
    /// The only fund that may pay; `None` for any that pays the category.
    pub(crate) fund: Option<String>,
}

/// Who pays: by bill the parts by fund and the year of the money.
pub(crate) type Paid = BTreeMap<Bill, Vec<(String, SchoolYear, Exact)>>;

/// The distribution, and what could not be paid by year.
pub(crate) struct Flow {
    pub(crate) paid: Paid,
    pub(crate) unpaid: BTreeMap<SchoolYear, Exact>,
}

/// Distributes the bills over the funds. Without funds nothing is distributed and nothing unpaid.
pub(crate) fn distribute(bills: &BTreeMap<Bill, Exact>, funds: &[Fund]) -> Flow {
    let mut flow = Flow { paid: Paid::new(), unpaid: BTreeMap::new() };
    if funds.is_empty() {
        return flow;
    }
    let mut pots: Vec<(usize, SchoolYear, Exact)> = Vec::new();
    for (f, fund) in funds.iter().enumerate() {
        pots.extend(fund.budget.iter().map(|(year, money)| (f, *year, money.clone())));
    }
    let list: Vec<(&Bill, &Exact)> = bills.iter().collect();
    let may = |bill: &Bill, (f, year, _): &(usize, SchoolYear, Exact)| {
        let fund = &funds[*f];
        let named = bill.fund.as_ref().is_none_or(|only| *only == fund.code);
        let time = *year == bill.year || (fund.carry && *year < bill.year);
        named && time && fund.pays(&bill.category)
    };
    // used[b][p]: what pot p pays of bill b.
    let mut used = vec![vec![Exact::ZERO; pots.len()]; list.len()];
    let mut left: Vec<Exact> = pots.iter().map(|(_, _, money)| money.clone()).collect();
    for (b, (bill, cost)) in list.iter().enumerate() {
        let mut open = (*cost).clone();
        while open > Exact::ZERO {
            let Some(path) = path(b, &list, &pots, &used, &left, &may) else { break };
            // The path is bill, pot, bill, pot …: money moves along it by the least of its links.
            let mut amount = open.clone();
            for (step, (_, pot)) in path.iter().enumerate() {
                let room = match path.get(step + 1) {
                    Some((next, _)) => &used[*next][*pot],
                    None => &left[*pot],
                };
                amount = amount.min(room.clone());
            }
            for (step, (own, pot)) in path.iter().enumerate() {
                used[*own][*pot] = &used[*own][*pot] + &amount;
                match path.get(step + 1) {
                    Some((next, _)) => used[*next][*pot] = &used[*next][*pot] - &amount,
                    None => left[*pot] = &left[*pot] - &amount,
                }
            }
            open = &open - &amount;
        }
        if open > Exact::ZERO {
            let entry = flow.unpaid.entry(bill.year).or_insert(Exact::ZERO);
            *entry = &*entry + &open;
        }
    }
    for ((bill, _), parts) in list.iter().zip(used) {
        let parts: Vec<_> = parts
            .into_iter()
            .zip(&pots)
            .filter(|(amount, _)| !amount.is_zero())
            .map(|(amount, (f, year, _))| (funds[*f].code.clone(), *year, amount))
            .collect();
        flow.paid.insert((*bill).clone(), parts);
    }
    flow
}

/// A shortest way from an unpaid bill to a pot with money left: pairs (bill, pot that pays it),
/// each later bill giving up the pot before it.
fn path(
    start: usize,
    bills: &[(&Bill, &Exact)],
    pots: &[(usize, SchoolYear, Exact)],
    used: &[Vec<Exact>],
    left: &[Exact],
    may: &impl Fn(&Bill, &(usize, SchoolYear, Exact)) -> bool,
) -> Option<Vec<(usize, usize)>> {
    let mut from_bill: Vec<Option<usize>> = vec![None; pots.len()];
    let mut from_pot: Vec<Option<usize>> = vec![None; bills.len()];
    let mut queue = VecDeque::from([start]);
    while let Some(b) = queue.pop_front() {
        for (p, pot) in pots.iter().enumerate() {
            if from_bill[p].is_some() || !may(bills[b].0, pot) {
                continue;
            }
            from_bill[p] = Some(b);
            if left[p] > Exact::ZERO {
                let mut path = vec![(b, p)];
                let mut bill = b;
                while bill != start {
                    let pot = from_pot[bill]?;
                    bill = from_bill[pot]?;
                    path.push((bill, pot));
                }
                path.reverse();
                return Some(path);
            }
            for other in 0..bills.len() {
                if other != start && from_pot[other].is_none() && !used[other][p].is_zero() {
                    from_pot[other] = Some(p);
                    queue.push_back(other);
                }
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fund(code: &str, only_for: &[&str], carry: bool, budget: &[(i16, i64)]) -> Fund {
        Fund {
            code: code.into(),
            zh: code.into(),
            only_for: only_for.iter().map(|&c| c.to_owned()).collect(),
            carry,
            budget: budget.iter().map(|(y, m)| (SchoolYear(*y), Exact::from(*m))).collect(),
        }
    }

    fn bill(year: i16, category: &str) -> Bill {
        Bill { year: SchoolYear(year), category: category.into(), fund: None }
    }

    #[test]
    fn an_earmark_is_kept_even_when_the_open_money_was_given_away_first() {
        // The building takes the open fund first and must give it up for the teachers.
        let funds = [
            fund("county", &[], false, &[(2025, 10)]),
            fund("p", &["building"], false, &[(2025, 8)]),
        ];
        let bills = BTreeMap::from([
            (bill(2025, "building"), Exact::from(8)),
            (bill(2025, "teachers"), Exact::from(9)),
        ]);
        let flow = distribute(&bills, &funds);
        assert!(flow.unpaid.is_empty());
        for (bill, cost) in &bills {
            let sum: Exact = flow.paid[bill].iter().map(|(_, _, a)| a.clone()).sum();
            assert_eq!(sum, *cost);
        }
    }

    #[test]
    fn money_goes_forward_only_where_it_carries_over() {
        let bills = BTreeMap::from([(bill(2026, "building"), Exact::from(15))]);
        let years = [(2025, 10), (2026, 10)];
        let carried = distribute(&bills, &[fund("a", &[], true, &years)]);
        assert!(carried.unpaid.is_empty());
        let lapsed = distribute(&bills, &[fund("a", &[], false, &years)]);
        assert_eq!(lapsed.unpaid[&SchoolYear(2026)], Exact::from(5));
    }
}
