//! The mixed integer model of a problem.
//!
//! Columns. Stocks matter only at *checkpoints*, the years in which some row looks at them. So a
//! measure at a site has one column per stretch between two checkpoints: how much arrives in it.
//! When the money is spent is decided once per price group and year: the units of the group that
//! arrive in a stretch are those that its years bring. A five-year plan with yearly budgets is
//! hardly larger than a one-year plan. Adding up over groups loses nothing, since within a stretch
//! any site may come first.
//!
//! Rows: floors and thresholds by section (binaries say which indicator reaches its threshold,
//! enough of them must), target lines, stocks that cannot fall below zero or exceed their whole,
//! money by fund, posts, land, and the tangents of coefficients.

mod money;
mod rows;
mod spread;
mod touch;

pub(crate) use rows::as_f64;
pub(crate) use spread::members;
pub(crate) use touch::{Bound, count_touched};

use crate::lattice::Approx;
use crate::problem::Problem;
use crate::respond::{Mover, Response};
use crate::settings::Settings;
use crate::tangent::Tangents;
use domain::{Exact, Stage};
use solver::{Col, Model, Row};
use std::collections::{BTreeMap, BTreeSet};

/// One coefficient: year of the horizon, stage, indicator.
pub(crate) type SpreadKey = (usize, Stage, usize);

/// What makes a model differ from the first one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cuts {
    /// The coefficients with rows.
    pub(crate) spreads: BTreeMap<SpreadKey, Tangents>,
    /// 万元 kept back by year, so that rounding up can be paid.
    pub(crate) reserve: BTreeMap<usize, f64>,
    /// Measures whose stocks are looked at in every year, not only where a rule does.
    pub(crate) fine: BTreeSet<usize>,
}

impl Cuts {
    /// The coefficients that are beyond their limits without a plan get their rows at once.
    pub(crate) fn beginning(response: &Response) -> Self {
        let spreads = response.beyond.iter().map(|key| {
            let members = members(response, *key);
            let (weights, values): (Vec<f64>, Vec<f64>) =
                members.iter().map(|(_, weight, value)| (*weight, *value)).unzip();
            let mut tangents = Tangents::grid(weights.len());
            tangents.separate(&weights, &values);
            (*key, tangents)
        });
        Self { spreads: spreads.collect(), ..Self::default() }
    }

    /// Keeps back half a per cent of each year's money, and keeps the coefficients so far within
    /// their limits as the first tangents are off: with ratios 0.2 apart, (0.2/2)² of the mean.
    pub(crate) fn keep_back(&mut self, settings: &Settings) {
        for tangents in self.spreads.values_mut() {
            tangents.tighter = 0.01;
        }
        for (t, year) in settings.horizon().enumerate() {
            let budgets = settings.funds.iter().filter_map(|fund| fund.budget.get(&year));
            let money: f64 = budgets.map(Approx::approx).sum();
            if money > 0.0 {
                self.reserve.insert(t, money / 200.0);
            }
        }
    }

    /// Is nothing tightened? Then the model cuts off no plan, and its bounds and refusals hold.
    pub(crate) fn is_relaxation(&self) -> bool {
        self.reserve.is_empty() && self.spreads.values().all(|tangents| tangents.tighter <= 0.0)
    }

    /// Takes back what makes the model tighter than the problem.
    pub(crate) fn relax(&mut self) {
        self.reserve.clear();
        for tangents in self.spreads.values_mut() {
            tangents.tighter = 0.0;
        }
    }
}

/// What a row asks, for explaining what cannot be met.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Tag {
    /// A value of a section: threshold or floor.
    Value { year: usize, section: usize, indicator: usize },
    /// A coefficient.
    Spread(SpreadKey),
    /// A condition, by its place in the county's answer.
    Condition(usize),
    /// Money of a fund, by its place in the settings, up to a year.
    Money(usize, usize),
    /// Posts of a year.
    Posts(usize),
    /// Grounds of an offer.
    Land(usize),
}

/// A row with what it asks, and the scale of its violations: units of the row per unit shown.
#[derive(Clone, Debug)]
pub(crate) struct Tagged {
    pub(crate) row: Row,
    pub(crate) tag: Tag,
    /// The whole need of the row, to weigh violations by.
    pub(crate) need: f64,
    /// Value of the indicator per unit of the row.
    pub(crate) scale: f64,
}

/// A group of offers with one price.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Group {
    pub(crate) measure: usize,
    pub(crate) once: Exact,
    pub(crate) yearly: Exact,
}

/// A model and where its columns are.
pub(crate) struct Built {
    pub(crate) model: Model,
    /// What comes in, by offer and checkpoint.
    pub(crate) arrive: BTreeMap<(usize, usize), Col>,
    /// What moves out, by offer and checkpoint.
    pub(crate) leave: BTreeMap<(usize, usize), Col>,
    /// What each group brings, by group and year of arrival.
    pub(crate) bring: BTreeMap<(Group, usize), Col>,
    /// Does a project start, by project and year.
    pub(crate) start: BTreeMap<(usize, usize), Col>,
    /// Payments, by fund and year.
    pub(crate) pays: BTreeMap<(usize, usize), Vec<Col>>,
    /// Shortfalls against target lines.
    pub(crate) short: Vec<(Col, f64)>,
    /// Discounted cost.
    pub(crate) cost: Vec<(Col, f64)>,
    /// Is anything done at a school? Only where that counts.
    pub(crate) schools: Vec<Col>,
    /// Is an action taken? Only where that counts.
    pub(crate) actions: Vec<Col>,
    pub(crate) tagged: Vec<Tagged>,
    /// Checkpoints by measure.
    pub(crate) checkpoints: Vec<Vec<usize>>,
}

/// Builds the model.
pub(crate) fn build(problem: &Problem, response: &Response, cuts: &Cuts) -> Built {
    let mut builder = Builder {
        problem,
        response,
        years: problem.worlds.len(),
        finish: problem.finish_index(),
        built: Built {
            model: Model::new(),
            arrive: BTreeMap::new(),
            leave: BTreeMap::new(),
            bring: BTreeMap::new(),
            start: BTreeMap::new(),
            pays: BTreeMap::new(),
            short: Vec::new(),
            cost: Vec::new(),
            schools: Vec::new(),
            actions: Vec::new(),
            tagged: Vec::new(),
            checkpoints: checkpoints(problem, response, cuts),
        },
    };
    builder.columns();
    builder.stocks();
    builder.sections();
    builder.conditions();
    builder.money(cuts);
    for (key, tangents) in &cuts.spreads {
        builder.spread(*key, tangents);
    }
    let mut built = builder.built;
    if !problem.settings.per_school.is_zero() || !problem.settings.per_action.is_zero() {
        count_touched(&mut built, problem, response, Bound::Possible);
    }
    built
}

/// The years in which rows look at an indicator, and from them those of each measure.
fn checkpoints(problem: &Problem, response: &Response, cuts: &Cuts) -> Vec<Vec<usize>> {
    let finish = problem.finish_index();
    let mut by_measure = vec![BTreeSet::new(); problem.costs.measures.len()];
    for (t, sections) in response.years.iter().enumerate() {
        let year = problem.settings.first.0 + i16::try_from(t).unwrap_or(0);
        for section in sections {
            for (k, movers) in section.moved_by.iter().enumerate() {
                let line = problem
                    .settings
                    .lines
                    .iter()
                    .any(|l| l.year.0 == year && l.indicator == response.targets[k].code);
                if t < finish && !line {
                    continue;
                }
                for (mover, _) in movers {
                    if let Mover::Offer(o) = mover {
                        by_measure[response.offers[*o].measure].insert(t);
                    }
                }
            }
        }
    }
    for condition in &response.conditions {
        for (o, _) in &condition.ways {
            by_measure[response.offers[*o].measure].insert(condition.year);
        }
    }
    enablers(problem, &mut by_measure);
    for measure in &cuts.fine {
        if !by_measure[*measure].is_empty() {
            by_measure[*measure].extend(0..response.years.len());
        }
    }
    by_measure.into_iter().map(|years| years.into_iter().collect()).collect()
}

/// A measure that moves no value may make room for one that does: it enlarges the whole of which
/// the other enlarges a part, or a stock that the other takes from. It is looked at when that is.
fn enablers(problem: &Problem, by_measure: &mut [BTreeSet<usize>]) {
    let measures = &problem.costs.measures;
    let grows = |m: usize, item: &str| {
        measures[m].adds.iter().any(|a| a.item == item && a.amount > Exact::ZERO)
    };
    let takes = |m: usize, item: &str| {
        let moves = measures[m].moves;
        measures[m].adds.iter().any(|a| a.item == item && (moves || a.amount.is_negative()))
    };
    let enables = |m: usize, other: usize| {
        measures[m].level == measures[other].level
            && (problem.costs.within.iter().any(|w| grows(m, &w.whole) && grows(other, &w.part))
                || measures[m].adds.iter().any(|a| grows(m, &a.item) && takes(other, &a.item)))
    };
    loop {
        let mut changed = false;
        for m in 0..measures.len() {
            for other in (0..measures.len()).filter(|other| *other != m) {
                if enables(m, other) {
                    let years = by_measure[other].clone();
                    let known = by_measure[m].len();
                    by_measure[m].extend(years);
                    changed |= by_measure[m].len() > known;
                }
            }
        }
        if !changed {
            return;
        }
    }
}

pub(crate) struct Builder<'a> {
    pub(crate) problem: &'a Problem,
    pub(crate) response: &'a Response,
    pub(crate) years: usize,
    pub(crate) finish: usize,
    pub(crate) built: Built,
}

impl Builder<'_> {
    /// The years in which something that a measure brings can arrive in the stretch that ends at a
    /// checkpoint.
    fn arrivals(&self, measure: usize, checkpoint: usize) -> Vec<usize> {
        let before = self.built.checkpoints[measure].iter().rev().find(|t| **t < checkpoint);
        let from = before.map_or(0, |t| t + 1);
        let lead = usize::from(self.problem.costs.measures[measure].lead);
        (from..=checkpoint).filter(|arrival| *arrival >= lead).collect()
    }

    fn columns(&mut self) {
        let mut groups: BTreeMap<(Group, usize), Vec<Col>> = BTreeMap::new();
        let mut moves: BTreeMap<(usize, Stage, usize), Vec<(Col, f64)>> = BTreeMap::new();
        for (o, offer) in self.response.offers.iter().enumerate() {
            let measure = &self.problem.costs.measures[offer.measure];
            let kind =
                if measure.countable() { solver::Kind::Integer } else { solver::Kind::Continuous };
            let most = offer.most.as_ref().map_or(f64::INFINITY, Approx::approx);
            let group = Group {
                measure: offer.measure,
                once: offer.once.clone(),
                yearly: offer.yearly.clone(),
            };
            for checkpoint in self.built.checkpoints[offer.measure].clone() {
                if self.arrivals(offer.measure, checkpoint).is_empty() {
                    continue;
                }
                let name = format!("in {o} {checkpoint}");
                let col = self.built.model.column(&name, kind, (0.0, most), 0.0);
                self.built.arrive.insert((o, checkpoint), col);
                groups.entry((group.clone(), checkpoint)).or_default().push(col);
                if measure.moves
                    && let Some(stage) = offer.site.stage
                {
                    let most = self.movable(o);
                    let name = format!("out {o} {checkpoint}");
                    let out = self.built.model.column(&name, kind, (0.0, most), 0.0);
                    self.built.leave.insert((o, checkpoint), out);
                    let balance = moves.entry((offer.measure, stage, checkpoint)).or_default();
                    balance.push((col, 1.0));
                    balance.push((out, -1.0));
                }
            }
            if offer.most.is_some() {
                self.together(o, most);
            }
            if let Some(land) = &offer.land {
                let terms = self.arriving(o);
                let row = self.built.model.at_most(&format!("land {o}"), terms, land.approx());
                self.tag(row, Tag::Land(o), 1.0, 1.0);
            }
        }
        for (key, terms) in moves {
            self.built.model.equal(&format!("moves {key:?}"), terms, 0.0);
        }
        for ((group, checkpoint), cols) in groups {
            let measure = &self.problem.costs.measures[group.measure];
            let kind =
                if measure.countable() { solver::Kind::Integer } else { solver::Kind::Continuous };
            let mut terms: Vec<(Col, f64)> = cols.into_iter().map(|col| (col, 1.0)).collect();
            for arrival in self.arrivals(group.measure, checkpoint) {
                let name = format!("bring {} {arrival}", group.measure);
                let col = self.built.model.column(&name, kind, (0.0, f64::INFINITY), 0.0);
                terms.push((col, -1.0));
                self.built.bring.insert((group.clone(), arrival), col);
            }
            self.built.model.equal(&format!("bring {}", group.measure), terms, 0.0);
        }
        for (j, project) in self.problem.settings.projects.iter().enumerate() {
            let mut once = Vec::new();
            for (t, year) in self.problem.settings.horizon().enumerate() {
                let opens = t + usize::from(project.lead);
                if year >= project.starts.0 && year <= project.starts.1 && opens < self.years {
                    let col = self.built.model.binary(&format!("start {j} {t}"), 0.0);
                    self.built.start.insert((j, t), col);
                    once.push((col, 1.0));
                }
            }
            if !once.is_empty() {
                self.built.model.at_most(&format!("once {j}"), once, 1.0);
            }
        }
    }

    fn arriving(&self, offer: usize) -> Vec<(Col, f64)> {
        self.built.arrive.range((offer, 0)..=(offer, usize::MAX)).map(|(_, c)| (*c, 1.0)).collect()
    }

    fn together(&mut self, offer: usize, most: f64) {
        let terms = self.arriving(offer);
        if terms.len() > 1 {
            self.built.model.at_most(&format!("most {offer}"), terms, most);
        }
    }

    /// A bound on the units that move out of a section: as many as there are in any year. Where
    /// another measure can add to a stock, those who come may go as well; then it is twice all who
    /// could ever be there, which no plan comes near. Rows of stocks say the rest.
    fn movable(&self, offer: usize) -> f64 {
        let out = &self.response.offers[offer];
        let stock = |item: &str, amount: &Exact| {
            let worlds = self.problem.worlds.iter();
            let known = worlds.filter_map(|w| crate::respond::at(self.problem, w, &out.site, item));
            Some(known.max()?.checked_div(amount)?.floor().approx())
        };
        let grows = |item: &str| {
            let others = self.response.offers.iter().enumerate();
            let mut here = others.filter(|(o, other)| *o != offer && other.site == out.site);
            here.any(|(_, other)| other.adds.iter().any(|(i, a)| i == item && *a > Exact::ZERO))
        };
        let (mut fixed, mut all) = (f64::INFINITY, 0.0_f64);
        for (item, amount) in out.adds.iter().filter(|(_, amount)| *amount > Exact::ZERO) {
            if let Some(units) = stock(item, amount) {
                all = all.max(units);
                if !grows(item) {
                    fixed = fixed.min(units);
                }
            }
        }
        fixed.min(2.0 * all + 10.0)
    }

    fn tag(&mut self, row: Row, tag: Tag, need: f64, scale: f64) {
        self.built.tagged.push(Tagged { row, tag, need, scale });
    }

    /// The columns by which a mover has moved a value at a year, with their signs.
    pub(crate) fn moved(&self, mover: Mover, year: usize) -> Vec<(Col, f64)> {
        match mover {
            Mover::Offer(o) => {
                let until = (o, 0)..=(o, year);
                let arrive = self.built.arrive.range(until.clone()).map(|(_, c)| (*c, 1.0));
                arrive.chain(self.built.leave.range(until).map(|(_, c)| (*c, -1.0))).collect()
            }
            Mover::Project(j) => {
                let lead = usize::from(self.problem.settings.projects[j].lead);
                let started = self.built.start.range((j, 0)..=(j, year));
                started.filter(|((_, t), _)| t + lead <= year).map(|(_, c)| (*c, 1.0)).collect()
            }
        }
    }
}
