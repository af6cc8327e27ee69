//! The plan as it is made by hand: school by school, the biggest gap first, each need by the
//! cheapest measure, as early as the money allows. It stands beside the optimum so that the gain
//! can be seen; it does not move teachers between schools and does not look at coefficients.

use crate::InvestError;
use crate::assemble::{Choice, Purchase, assemble};
use crate::conditions::Condition;
use crate::plan::{Method, Plan};
use crate::problem::Problem;
use crate::respond::{Mover, Response, SectionYear, at, respond};
use domain::{Exact, SchoolYear};
use std::collections::BTreeMap;

/// Plans school by school.
///
/// # Errors
/// [`InvestError`] as for [`crate::solve()`]. A plan that the judge does not accept is no error;
/// [`Plan::accepted`] says so.
pub fn greedy(problem: &Problem) -> Result<Plan, InvestError> {
    plan(problem, &respond(problem)?)
}

/// The same by an answer that is known already.
pub(crate) fn plan(problem: &Problem, response: &Response) -> Result<Plan, InvestError> {
    let mut hand = Hand {
        problem,
        response,
        bought: BTreeMap::new(),
        money: problem.settings.funds.iter().map(|fund| fund.budget.clone()).collect(),
        posts: problem.settings.posts.clone(),
        choice: Choice::default(),
    };
    hand.committed();
    for t in problem.finish_index()..response.years.len() {
        let mut order: Vec<&SectionYear> = response.years[t].iter().collect();
        // Biggest gap first; equal gaps in the order of the judge.
        order.sort_by_cached_key(|section| -hand.gap(section));
        for section in order {
            hand.school(section, t);
        }
    }
    for condition in &response.conditions {
        hand.condition(condition);
    }
    let method = Method { name: "greedy".to_owned(), threads: 1, rounds: 1, ..Method::default() };
    Ok(assemble(problem, response, &hand.choice, method)?.plan)
}

struct Hand<'a> {
    problem: &'a Problem,
    response: &'a Response,
    bought: BTreeMap<usize, Exact>,
    /// What is left, by fund and year.
    money: Vec<BTreeMap<SchoolYear, Exact>>,
    posts: Option<BTreeMap<SchoolYear, Exact>>,
    choice: Choice,
}

impl Hand<'_> {
    /// The money of committed projects is gone.
    fn committed(&mut self) {
        for project in &self.problem.settings.committed {
            for (year, amount) in &project.payments {
                let bill = [(*year, amount.clone())];
                self.pay(&bill, &project.category, project.fund.as_deref());
            }
        }
    }

    fn value(&self, section: &SectionYear, k: usize) -> Option<Exact> {
        let mut value = section.values.get(k)?.clone()?;
        for (mover, step) in &section.moved_by[k] {
            if let Mover::Offer(o) = mover
                && let Some(units) = self.bought.get(o)
            {
                value = value + step * units;
            }
        }
        Some(value)
    }

    /// What is missing for every threshold, in shares of the thresholds.
    fn gap(&self, section: &SectionYear) -> Exact {
        let stage = section.stage.index();
        let targets = self.response.targets.iter().enumerate().filter(|(_, t)| t.in_rule);
        targets
            .filter_map(|(k, target)| {
                let threshold = target.threshold.get(stage)?.as_ref()?;
                let missing = threshold - &self.value(section, k)?;
                missing.max(Exact::ZERO).checked_div(threshold)
            })
            .sum()
    }

    /// Brings one section to the rule: the cheapest indicators to their thresholds, as many as the
    /// rule asks for, the others to the floor.
    fn school(&mut self, section: &SectionYear, t: usize) {
        let stage = section.stage.index();
        let mut needs: Vec<(Exact, usize)> = Vec::new();
        for (k, target) in self.response.targets.iter().enumerate() {
            let threshold = target.threshold.get(stage).and_then(Option::as_ref);
            if let Some(threshold) = threshold.filter(|_| target.in_rule)
                && let Some(value) = self.value(section, k)
            {
                let missing = (threshold - &value).max(Exact::ZERO);
                needs.push((self.price(section, k, &missing), k));
            }
        }
        needs.sort();
        let at_least = self.problem.demand.at_least;
        for (place, (_, k)) in needs.iter().enumerate() {
            let target = &self.response.targets[*k];
            let bound =
                if place < at_least { &target.threshold[stage] } else { &target.floor[stage] };
            if let Some(bound) = bound {
                self.raise(section, *k, bound, t);
            }
        }
    }

    /// Does a measure take longer than there is time?
    fn late(&self, o: usize) -> bool {
        let measure = &self.problem.costs.measures[self.response.offers[o].measure];
        usize::from(measure.lead) > self.problem.finish_index()
    }

    /// What the judge asks of a single school, by the first way that does.
    fn condition(&mut self, condition: &Condition) {
        for (o, units) in condition.ways.iter().filter(|(o, _)| !self.late(*o)) {
            let bought = self.bought.get(o).cloned().unwrap_or(Exact::ZERO);
            let missing = &Exact::from(*units) - &bought;
            if missing <= Exact::ZERO {
                return;
            }
            let room = self.room(*o, condition.year);
            if room.is_none_or(|room| room >= missing) {
                self.buy(*o, missing);
                return;
            }
        }
    }

    /// Offers that raise a value, cheapest for what they do first.
    fn ways(&self, section: &SectionYear, k: usize) -> Vec<(Exact, usize, Exact)> {
        let years = i64::try_from(self.response.years.len() - self.problem.finish_index());
        let years = Exact::from(years.unwrap_or(1));
        let mut ways = Vec::new();
        for (mover, step) in &section.moved_by[k] {
            let Mover::Offer(o) = mover else { continue };
            let offer = &self.response.offers[*o];
            let measure = &self.problem.costs.measures[offer.measure];
            if measure.moves || self.late(*o) || *step <= Exact::ZERO {
                continue;
            }
            let unit = &offer.once + &(&offer.yearly * &years);
            if let Some(price) = unit.checked_div(step) {
                ways.push((price, *o, step.clone()));
            }
        }
        ways.sort();
        ways
    }

    fn price(&self, section: &SectionYear, k: usize, missing: &Exact) -> Exact {
        let cheapest = self.ways(section, k).into_iter().next();
        cheapest.map_or(Exact::ZERO, |(price, ..)| price * missing.clone())
    }

    fn raise(&mut self, section: &SectionYear, k: usize, bound: &Exact, t: usize) {
        for (_, o, step) in self.ways(section, k) {
            let Some(value) = self.value(section, k) else { return };
            let missing = bound - &value;
            if missing <= Exact::ZERO {
                return;
            }
            let measure = &self.problem.costs.measures[self.response.offers[o].measure];
            let Some(units) = missing.checked_div(&(&step * &measure.grid)) else { return };
            let wanted = units.ceil() * measure.grid.clone();
            let room = self.room(o, t);
            let quantity = room.map_or(wanted.clone(), |room| wanted.min(room));
            if quantity > Exact::ZERO {
                self.buy(o, quantity);
            }
        }
    }

    /// How much more of an offer there can be: its own bound, land, stocks that it takes from,
    /// wholes that its parts stay within.
    fn room(&self, o: usize, t: usize) -> Option<Exact> {
        let offer = &self.response.offers[o];
        let world = &self.problem.worlds[t];
        let here = |item: &str| {
            let mut stock = at(self.problem, world, &offer.site, item)?;
            for (other, units) in &self.bought {
                let other = &self.response.offers[*other];
                if other.site == offer.site
                    && let Some((_, amount)) = other.adds.iter().find(|(code, _)| code == item)
                {
                    stock = stock + amount * units;
                }
            }
            Some(stock)
        };
        let own = self.bought.get(&o).cloned().unwrap_or(Exact::ZERO);
        let bounds = offer.most.iter().chain(&offer.land).map(|most| most - &own);
        let stocks = offer.adds.iter().filter(|(_, amount)| amount.is_negative());
        let stocks = stocks.filter_map(|(item, amount)| here(item)?.checked_div(&-amount.clone()));
        let change = |item: &str| {
            let found = offer.adds.iter().find(|(code, _)| code == item);
            found.map_or(Exact::ZERO, |(_, amount)| amount.clone())
        };
        let wholes = self.problem.costs.within.iter().filter_map(|within| {
            let grows = change(&within.part) - change(&within.whole);
            if grows <= Exact::ZERO {
                return None;
            }
            let room = here(&within.whole)? - here(&within.part)?;
            room.checked_div(&grows)
        });
        let least = bounds.chain(stocks).chain(wholes).min()?;
        let grid = &self.problem.costs.measures[offer.measure].grid;
        Some(least.checked_div(grid)?.floor().max(Exact::ZERO) * grid.clone())
    }

    /// Buys as early as money and posts allow; what fits nowhere comes last and stays unpaid.
    fn buy(&mut self, o: usize, quantity: Exact) {
        let offer = &self.response.offers[o];
        let measure = &self.problem.costs.measures[offer.measure];
        let years = self.problem.years();
        let lead = usize::from(measure.lead);
        let finish = self.problem.finish_index();
        let mut open = quantity;
        for arrival in lead..=finish {
            if open.is_zero() {
                break;
            }
            let fits = |hand: &mut Self, units: &Exact| {
                let posts = hand.posts.clone();
                if measure.posts
                    && let Some(left) =
                        hand.posts.as_mut().and_then(|p| p.get_mut(&years[arrival - lead]))
                {
                    if *left < *units {
                        return false;
                    }
                    *left = &*left - units;
                }
                let mut bill = vec![(years[arrival - lead], &offer.once * units)];
                bill.extend(years[arrival..].iter().map(|year| (*year, &offer.yearly * units)));
                let paid = hand.pay(&bill, &measure.category, None);
                if !paid {
                    hand.posts = posts;
                }
                paid
            };
            // All of it, or as much as halving leaves.
            let mut units = open.clone();
            while units >= measure.grid {
                if fits(self, &units) {
                    self.note(o, arrival, &units);
                    open = &open - &units;
                    break;
                }
                let half = units.checked_div(&(&measure.grid * &Exact::from(2)));
                units = half.map_or(Exact::ZERO, |half| half.floor()) * measure.grid.clone();
            }
        }
        if !open.is_zero() {
            self.note(o, finish, &open);
        }
    }

    fn note(&mut self, o: usize, arrival: usize, units: &Exact) {
        let entry = self.bought.entry(o).or_insert(Exact::ZERO);
        *entry = &*entry + units;
        self.choice.purchases.push(Purchase { offer: o, arrival, quantity: units.clone() });
    }

    /// Pays all of a bill or nothing, from earmarked funds first.
    fn pay(&mut self, bill: &[(SchoolYear, Exact)], category: &str, only: Option<&str>) -> bool {
        if self.money.is_empty() {
            return true;
        }
        let before = self.money.clone();
        let mut funds: Vec<(usize, &crate::settings::Fund)> = self
            .problem
            .settings
            .funds
            .iter()
            .enumerate()
            .filter(|(_, fund)| fund.pays(category) && only.is_none_or(|only| fund.code == only))
            .collect();
        funds.sort_by_key(|(_, fund)| fund.only_for.is_empty());
        for (year, amount) in bill {
            let mut open = amount.clone();
            for (f, fund) in &funds {
                for (of, left) in &mut self.money[*f] {
                    if *of == *year || (fund.carry && *of < *year) {
                        let taken = open.clone().min(left.clone());
                        *left = &*left - &taken;
                        open = &open - &taken;
                    }
                }
            }
            if open > Exact::ZERO {
                self.money = before;
                return false;
            }
        }
        true
    }
}
