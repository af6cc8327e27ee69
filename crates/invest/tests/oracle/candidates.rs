//! Every candidate of a tiny county, tried: applied with `domain::change`, judged by the judge,
//! paid by a condition on sums. Nothing here comes from the planner but the words of a problem.

use crate::given::code;
use domain::change::{Change, Edit, amount_at, apply};
use domain::{Exact, Level, SchoolCode, Snapshot, Stage};
use invest::costs::CostCatalogue;
use invest::settings::{Fund, Settings};
use standard::evaluation::{OverallVerdict, Verdict};
use standard::{Options, Standard, evaluate};
use std::collections::{BTreeMap, BTreeSet};

/// More candidates than this are not tried.
pub(crate) const MOST: usize = 1_500;

/// A place where a measure can be taken, and how much of it.
#[derive(Clone, Debug)]
struct Offer {
    measure: usize,
    school: SchoolCode,
    stage: Option<Stage>,
    cap: i64,
    once: Exact,
    yearly: Exact,
}

/// One thing that a candidate does.
#[derive(Clone, Copy, Debug)]
enum Step {
    Buy { offer: usize, arrival: usize, quantity: i64 },
    Start { project: usize, year: usize },
}

/// What the judge says of a year.
#[derive(Clone, Copy, Debug)]
struct Judged {
    /// The facts can be so, and from the finishing year on the standard is met.
    good: bool,
    short: usize,
}

/// The best of all candidates.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Best {
    pub(crate) shortfall: usize,
    /// Discounted cost, with the price of every school touched.
    pub(crate) cost: Exact,
}

/// A county with what can be done in it.
pub(crate) struct Trial<'a> {
    pub(crate) standard: &'a Standard,
    pub(crate) costs: &'a CostCatalogue,
    pub(crate) settings: &'a Settings,
    pub(crate) worlds: &'a [Snapshot],
    offers: Vec<Offer>,
    seen: BTreeMap<(usize, Vec<i64>), Judged>,
}

fn whole(value: &Exact) -> i64 {
    value.small_parts().unwrap().0
}

/// All ways to spread at most `cap` over so many years.
fn spreads(cap: i64, years: usize) -> Vec<Vec<i64>> {
    if years == 0 {
        return vec![vec![]];
    }
    let mut all = Vec::new();
    for now in 0..=cap {
        for mut later in spreads(cap - now, years - 1) {
            later.insert(0, now);
            all.push(later);
        }
    }
    all
}

/// All ways in which people come (above zero) and go (below) so that as many come as go.
fn balanced(bounds: &[(i64, i64)]) -> Vec<Vec<i64>> {
    let mut all: Vec<Vec<i64>> = vec![vec![]];
    for (low, high) in bounds {
        let mut longer = Vec::new();
        for net in &all {
            longer.extend((*low..=*high).map(|n| [net.as_slice(), &[n]].concat()));
        }
        all = longer;
    }
    all.retain(|net| net.iter().sum::<i64>() == 0);
    all
}

impl<'a> Trial<'a> {
    pub(crate) fn new(
        standard: &'a Standard,
        costs: &'a CostCatalogue,
        settings: &'a Settings,
        worlds: &'a [Snapshot],
    ) -> Self {
        let mut trial =
            Self { standard, costs, settings, worlds, offers: vec![], seen: BTreeMap::new() };
        trial.offers = trial.find_offers();
        trial
    }

    fn at(&self, world: &Snapshot, school: &SchoolCode, stage: Option<Stage>, item: &str) -> Exact {
        amount_at(world, self.standard.catalogue(), school, stage, item).unwrap()
    }

    fn find_offers(&self) -> Vec<Offer> {
        let first = &self.worlds[0];
        let mut offers = Vec::new();
        for (index, measure) in self.costs.measures.iter().enumerate() {
            if self.settings.without.contains(&measure.code) {
                continue;
            }
            for school in first.schools() {
                let stages: Vec<Option<Stage>> = if measure.level == Level::Section {
                    let own = school.sections.iter().map(|s| s.stage);
                    own.filter(|s| measure.stages.is_empty() || measure.stages.contains(s))
                        .map(Some)
                        .collect()
                } else {
                    vec![None]
                };
                for stage in stages {
                    // The last price that fits holds.
                    let price = measure.prices.iter().rfind(|p| {
                        (p.kinds.is_empty() || p.kinds.contains(&school.kind))
                            && (p.stages.is_empty() || stage.is_some_and(|s| p.stages.contains(&s)))
                    });
                    let Some(price) = price else { continue };
                    let (item, share) = measure.at_most.as_ref().unwrap();
                    let mut cap =
                        (self.at(first, &school.code, stage, item) * share.clone()).floor();
                    if measure.land
                        && let Some(land) = self.settings.land.get(&school.code)
                    {
                        cap = cap.min(land.floor());
                    }
                    offers.push(Offer {
                        measure: index,
                        school: school.code.clone(),
                        stage,
                        cap: whole(&cap),
                        once: price.once.clone(),
                        yearly: price.yearly.clone(),
                    });
                }
            }
        }
        offers
    }

    /// What can be done, independent thing by independent thing.
    fn choices(&self) -> Vec<Vec<Vec<Step>>> {
        let years = self.worlds.len();
        let mut choices = Vec::new();
        let mut moves: BTreeMap<(usize, Stage), Vec<usize>> = BTreeMap::new();
        for (o, offer) in self.offers.iter().enumerate() {
            let measure = &self.costs.measures[offer.measure];
            if measure.moves {
                moves.entry((offer.measure, offer.stage.unwrap())).or_default().push(o);
                continue;
            }
            let lead = usize::from(measure.lead);
            let ways = spreads(offer.cap, years.saturating_sub(lead)).into_iter().map(|way| {
                let steps = way.into_iter().enumerate().filter(|(_, quantity)| *quantity > 0);
                let buy = |(late, quantity)| Step::Buy { offer: o, arrival: lead + late, quantity };
                steps.map(buy).collect()
            });
            choices.push(ways.collect());
        }
        for ((measure, _), offers) in moves {
            let lead = usize::from(self.costs.measures[measure].lead);
            let caps: Vec<i64> = offers.iter().map(|o| self.offers[*o].cap).collect();
            let all: i64 = caps.iter().sum();
            let bounds: Vec<(i64, i64)> = caps.iter().map(|cap| (cap - all, *cap)).collect();
            let nets = balanced(&bounds);
            let mut ways: Vec<Vec<Vec<i64>>> = vec![vec![]];
            for _ in lead..years {
                let longer = ways.iter().flat_map(|way| {
                    nets.iter().map(move |net| [way.as_slice(), std::slice::from_ref(net)].concat())
                });
                ways = longer.collect();
            }
            // Who comes counts against the bound, whoever goes.
            let comes = |way: &[Vec<i64>], i: usize| way.iter().map(|n| n[i].max(0)).sum::<i64>();
            ways.retain(|way| caps.iter().enumerate().all(|(i, cap)| comes(way, i) <= *cap));
            let steps = |way: Vec<Vec<i64>>| {
                let mut steps = Vec::new();
                for (late, net) in way.into_iter().enumerate() {
                    for (offer, quantity) in offers.iter().zip(net).filter(|(_, n)| *n != 0) {
                        let arrival = lead + late;
                        steps.push(Step::Buy { offer: *offer, arrival, quantity });
                    }
                }
                steps
            };
            choices.push(ways.into_iter().map(steps).collect());
        }
        for (project, given) in self.settings.projects.iter().enumerate() {
            let mut ways = vec![vec![]];
            for (year, date) in self.settings.horizon().enumerate() {
                let inside = date >= given.starts.0 && date <= given.starts.1;
                if inside && year + usize::from(given.lead) < years {
                    ways.push(vec![Step::Start { project, year }]);
                }
            }
            choices.push(ways);
        }
        choices
    }

    /// How many candidates there are.
    pub(crate) fn count(&self) -> usize {
        self.choices().iter().map(Vec::len).fold(1, usize::saturating_mul)
    }

    /// The best candidate; `None` where none is accepted.
    pub(crate) fn best(&mut self) -> Option<Best> {
        let choices = self.choices();
        assert!(self.count() <= MOST);
        let mut best: Option<Best> = None;
        let mut place = vec![0; choices.len()];
        loop {
            let steps: Vec<Step> =
                choices.iter().zip(&place).flat_map(|(ways, i)| ways[*i].clone()).collect();
            if let Some(found) = self.accepted(&steps, best.as_ref()) {
                best = Some(found);
            }
            // The next candidate, like the next number.
            let mut digit = 0;
            while digit < place.len() {
                place[digit] += 1;
                if place[digit] < choices[digit].len() {
                    break;
                }
                place[digit] = 0;
                digit += 1;
            }
            if digit == place.len() {
                return best;
            }
        }
    }

    /// The worth of a candidate, where it is accepted and better than the one known.
    fn accepted(&mut self, steps: &[Step], known: Option<&Best>) -> Option<Best> {
        let cost = self.cost(steps);
        if let Some(known) = known
            && self.settings.lines.is_empty()
            && cost >= known.cost
        {
            return None;
        }
        if !self.posts(steps) {
            return None;
        }
        let mut shortfall = 0;
        for t in 0..self.worlds.len() {
            let judged = self.judge(t, steps);
            if !judged.good {
                return None;
            }
            shortfall += judged.short;
        }
        let better = known.is_none_or(|k| (shortfall, &cost) < (k.shortfall, &k.cost));
        (better && self.affordable(steps)).then_some(Best { shortfall, cost })
    }

    /// Bills by year, category and the only fund that may pay.
    fn bills(&self, steps: &[Step]) -> BTreeMap<(usize, &str, Option<&str>), Exact> {
        let mut bills: BTreeMap<(usize, &str, Option<&str>), Exact> = BTreeMap::new();
        let mut bill = |year: usize, category: &'a str, fund: Option<&'a str>, amount: Exact| {
            if !amount.is_zero() {
                let sum = bills.entry((year, category, fund)).or_insert(Exact::ZERO);
                *sum = &*sum + &amount;
            }
        };
        for step in steps {
            match *step {
                Step::Buy { offer, arrival, quantity } if quantity > 0 => {
                    let offer = &self.offers[offer];
                    let measure = &self.costs.measures[offer.measure];
                    let units = Exact::from(quantity);
                    let decided = arrival - usize::from(measure.lead);
                    bill(decided, &measure.category, None, &offer.once * &units);
                    for year in arrival..self.worlds.len() {
                        bill(year, &measure.category, None, &offer.yearly * &units);
                    }
                }
                Step::Buy { .. } => {}
                Step::Start { project, year } => {
                    let project = &self.settings.projects[project];
                    bill(year, &project.category, None, project.cost.clone());
                }
            }
        }
        bills
    }

    fn cost(&self, steps: &[Step]) -> Exact {
        let mut schools: BTreeSet<&SchoolCode> = BTreeSet::new();
        for step in steps {
            schools.insert(match *step {
                Step::Buy { offer, .. } => &self.offers[offer].school,
                Step::Start { project, .. } => &self.settings.projects[project].school,
            });
        }
        let mut cost = &self.settings.per_school * &Exact::from(whole_count(schools.len()));
        // 1 / (1 + rate)^t
        let rate = &Exact::ONE + &self.settings.discount;
        for ((year, ..), amount) in self.bills(steps) {
            let factor = rate.pow(u8::try_from(year).unwrap());
            cost = cost + amount.checked_div(&factor).unwrap();
        }
        cost
    }

    fn posts(&self, steps: &[Step]) -> bool {
        let Some(quota) = &self.settings.posts else { return true };
        let mut taken: BTreeMap<usize, i64> = BTreeMap::new();
        for step in steps {
            if let Step::Buy { offer, arrival, quantity } = *step {
                let measure = &self.costs.measures[self.offers[offer].measure];
                if measure.posts {
                    *taken.entry(arrival - usize::from(measure.lead)).or_default() += quantity;
                }
            }
        }
        let horizon: Vec<_> = self.settings.horizon().collect();
        taken.iter().all(|(t, taken)| {
            Exact::from(*taken) <= quota.get(&horizon[*t]).cloned().unwrap_or(Exact::ZERO)
        })
    }

    /// Hall's condition: the money suffices just when, for every set of bills, the money that may
    /// pay any of them is no less than their sum.
    fn affordable(&self, steps: &[Step]) -> bool {
        let settings = self.settings;
        if settings.funds.is_empty() {
            return true;
        }
        let mut bills = self.bills(steps);
        for project in &settings.committed {
            for (t, year) in settings.horizon().enumerate() {
                if let Some(amount) = project.payments.get(&year) {
                    let key = (t, project.category.as_str(), project.fund.as_deref());
                    let sum = bills.entry(key).or_insert(Exact::ZERO);
                    *sum = &*sum + amount;
                }
            }
        }
        let horizon: Vec<_> = settings.horizon().collect();
        let mut pots: Vec<(&Fund, usize, &Exact)> = Vec::new();
        for fund in &settings.funds {
            for (t, year) in horizon.iter().enumerate() {
                pots.extend(fund.budget.get(year).map(|money| (fund, t, money)));
            }
        }
        let bills: Vec<_> = bills.into_iter().collect();
        (1u32..1 << bills.len()).all(|set| {
            let inside = |b: usize| set & (1 << b) != 0;
            let members: Vec<_> = bills
                .iter()
                .enumerate()
                .filter(|(b, _)| inside(*b))
                .map(|(_, bill)| bill)
                .collect();
            let due: Exact = members.iter().map(|(_, amount)| amount.clone()).sum();
            let may = |(fund, t, _): &&(&Fund, usize, &Exact)| {
                members.iter().any(|((year, category, only), _)| {
                    let earmark =
                        fund.only_for.is_empty() || fund.only_for.iter().any(|own| own == category);
                    let time = t == year || (fund.carry && t < year);
                    earmark && time && only.is_none_or(|only| only == fund.code)
                })
            };
            let money: Exact = pots.iter().filter(may).map(|(_, _, money)| (*money).clone()).sum();
            due <= money
        })
    }

    /// What the judge says of a year with the candidate.
    fn judge(&mut self, t: usize, steps: &[Step]) -> Judged {
        let mut key = vec![0; self.offers.len() + self.settings.projects.len()];
        for step in steps {
            match *step {
                Step::Buy { offer, arrival, quantity } if arrival <= t => key[offer] += quantity,
                Step::Start { project, year }
                    if year + usize::from(self.settings.projects[project].lead) <= t =>
                {
                    key[self.offers.len() + project] = 1;
                }
                _ => {}
            }
        }
        let key = (t, key);
        if let Some(judged) = self.seen.get(&key) {
            return *judged;
        }
        let judged = self.judge_state(t, &key.1);
        self.seen.insert(key, judged);
        judged
    }

    fn judge_state(&self, t: usize, state: &[i64]) -> Judged {
        let bad = Judged { good: false, short: 0 };
        let mut sums: BTreeMap<(SchoolCode, Option<Stage>, String), Exact> = BTreeMap::new();
        let mut add = |school: &SchoolCode, stage: Option<Stage>, item: &str, amount: Exact| {
            let key = (school.clone(), stage, item.to_owned());
            let sum = sums.entry(key).or_insert(Exact::ZERO);
            *sum = &*sum + &amount;
        };
        let (bought, open) = state.split_at(self.offers.len());
        for (offer, units) in self.offers.iter().zip(bought) {
            for adds in &self.costs.measures[offer.measure].adds {
                add(&offer.school, offer.stage, &adds.item, &adds.amount * &Exact::from(*units));
            }
        }
        for (project, open) in self.settings.projects.iter().zip(open) {
            for gain in &project.gains {
                let amount = &gain.amount * &Exact::from(*open);
                add(&project.school, gain.stage, &gain.item, amount);
            }
        }
        let edits = sums.into_iter().map(|((school, stage, item), amount)| Edit {
            school,
            stage,
            item,
            amount: amount.to_short(6).parse().unwrap(),
        });
        let change = Change { edits: edits.collect(), ..Change::default() };
        let world = &self.worlds[t];
        let Ok(after) = apply(world, &change, self.standard.catalogue()) else { return bad };
        if !self.within(world, &after) {
            return bad;
        }
        let judged = evaluate(&after, self.standard, &Options::default()).unwrap();
        if world.year() >= self.settings.finish && judged.overall.verdict != OverallVerdict::Pass {
            return bad;
        }
        let mut short = 0;
        for line in self.settings.lines.iter().filter(|line| line.year == world.year()) {
            let values: Vec<Verdict> = judged
                .sections
                .iter()
                .map(|section| section.value(&line.indicator).unwrap().verdict)
                .collect();
            let reached = values.iter().filter(|v| **v == Verdict::Pass).count();
            let wanted = whole(&(&line.at_least * &Exact::from(whole_count(values.len()))).ceil());
            short += usize::try_from(wanted).unwrap().saturating_sub(reached);
        }
        Judged { good: true, short }
    }

    /// No part outgrows its whole, or grows where it has outgrown it already.
    fn within(&self, before: &Snapshot, after: &Snapshot) -> bool {
        self.costs.within.iter().all(|rule| {
            before.schools().iter().all(|school| {
                let stages: Vec<Option<Stage>> = if rule.level == Level::Section {
                    school.sections.iter().map(|s| Some(s.stage)).collect()
                } else {
                    vec![None]
                };
                stages.into_iter().all(|stage| {
                    let over = |world: &Snapshot| {
                        self.at(world, &school.code, stage, &rule.part)
                            - self.at(world, &school.code, stage, &rule.whole)
                    };
                    over(after) <= over(before).max(Exact::ZERO)
                })
            })
        })
    }
}

fn whole_count(count: usize) -> i64 {
    i64::try_from(count).unwrap()
}

/// The school of a place in the list, from zero.
pub(crate) fn nth(n: usize) -> SchoolCode {
    code(n + 1)
}
