//! Rows of sections and stocks.

use super::{Builder, Tag};
use crate::lattice::Approx;
use crate::lattice::{lattice, up};
use crate::respond::{Mover, SectionYear, at};
use domain::{Exact, SchoolCode, SchoolYear, Stage};
use solver::Col;
use std::collections::{BTreeMap, BTreeSet};

/// One value as a row: `terms ≥ need(bound)` in units of the measure that moves it least.
pub(super) struct ValueRow {
    pub(super) terms: Vec<(Col, f64)>,
    scale: Exact,
    lattice: Option<Exact>,
    base: Exact,
    /// The least that the terms can be: zero, or below where something can move out.
    least: f64,
}

/// Whether an indicator of a section reaches its threshold.
#[derive(Clone, Copy)]
enum Reach {
    /// There is nothing to reach.
    Nothing,
    /// It does, whatever is planned.
    Surely,
    /// It does where this binary is one.
    If(Col),
}

impl ValueRow {
    fn need(&self, bound: &Exact) -> f64 {
        let need = bound - &self.base;
        let need = need.checked_div(&self.scale).unwrap_or(need);
        up(&need, self.lattice.as_ref()).approx()
    }
}

impl Builder<'_> {
    pub(super) fn value_row(
        &self,
        section: &SectionYear,
        k: usize,
        year: usize,
    ) -> Option<ValueRow> {
        let base = section.values.get(k)?.clone()?;
        let movers = &section.moved_by[k];
        let size = |c: &Exact| if c.is_negative() { -c.clone() } else { c.clone() };
        let scale = movers.iter().map(|(_, c)| size(c)).min().unwrap_or(Exact::ONE);
        let mut row = ValueRow { terms: Vec::new(), scale, lattice: None, base, least: 0.0 };
        let mut steps = Vec::new();
        for (mover, c) in movers {
            let ratio = c.checked_div(&row.scale).unwrap_or(Exact::ONE);
            steps.push(match mover {
                Mover::Offer(o) => {
                    &ratio * &self.problem.costs.measures[self.response.offers[*o].measure].grid
                }
                Mover::Project(_) => ratio.clone(),
            });
            let weight = ratio.approx();
            for (col, sign) in self.moved(*mover, year) {
                if sign * weight < 0.0 {
                    let most = match mover {
                        Mover::Offer(o) => self.movable(*o),
                        Mover::Project(_) => 1.0,
                    };
                    row.least += sign * weight * most;
                }
                row.terms.push((col, sign * weight));
            }
        }
        row.lattice = lattice(&steps);
        Some(row)
    }

    /// Floors, thresholds, the count that the rule asks for, target lines.
    pub(super) fn sections(&mut self) {
        let response = self.response;
        let at_least = self.problem.demand.at_least;
        for (t, sections) in response.years.iter().enumerate() {
            let mut reached: BTreeMap<(usize, usize), Reach> = BTreeMap::new();
            if t >= self.finish {
                for (i, section) in sections.iter().enumerate() {
                    let mut count = 0.0;
                    let mut applies = 0usize;
                    let mut terms = Vec::new();
                    for (k, target) in response.targets.iter().enumerate() {
                        if !target.in_rule {
                            continue;
                        }
                        let state = self.reach((t, i, k), section, true);
                        reached.insert((i, k), state);
                        match state {
                            Reach::Nothing => continue,
                            Reach::Surely => count += 1.0,
                            Reach::If(col) => terms.push((col, 1.0)),
                        }
                        applies += 1;
                    }
                    let wanted = as_f64(at_least.min(applies)) - count;
                    if wanted > 0.0 {
                        let name = format!("count {t} {} {}", section.school, section.stage);
                        self.built.model.at_least(&name, terms, wanted);
                    }
                }
            }
            self.lines(t, sections, &reached);
        }
    }

    /// Conditions of the judge at single schools: so many units of one way, or shares of several.
    pub(super) fn conditions(&mut self) {
        for (c, condition) in self.response.conditions.iter().enumerate() {
            let most = condition.ways.iter().map(|(_, units)| *units).max().unwrap_or(1);
            let need = Exact::from(most);
            let mut terms: Vec<(Col, f64)> = Vec::new();
            for (o, units) in &condition.ways {
                let weight = need.checked_div(&Exact::from(*units)).map_or(1.0, |w| w.approx());
                let moved = self.moved(Mover::Offer(*o), condition.year);
                terms.extend(moved.into_iter().map(|(col, sign)| (col, sign * weight)));
            }
            let name = format!("condition {} {}", condition.part, condition.place);
            let row = self.built.model.at_least(&name, terms, need.approx());
            self.tag(row, Tag::Condition(c), need.approx(), 1.0);
        }
    }

    fn lines(
        &mut self,
        t: usize,
        sections: &[SectionYear],
        reached: &BTreeMap<(usize, usize), Reach>,
    ) {
        let year = SchoolYear(self.problem.settings.first.0 + i16::try_from(t).unwrap_or(0));
        for line in self.problem.settings.lines.iter().filter(|line| line.year == year) {
            let of = |code: &str| self.response.targets.iter().position(|t| t.code == code);
            let Some(k) = of(&line.indicator) else { continue };
            let mut count = 0.0;
            let mut of_all = 0i64;
            let mut terms = Vec::new();
            for (i, section) in sections.iter().enumerate() {
                let state = match reached.get(&(i, k)) {
                    Some(state) => *state,
                    None => self.reach((t, i, k), section, false),
                };
                match state {
                    Reach::Nothing => continue,
                    Reach::Surely => count += 1.0,
                    Reach::If(col) => terms.push((col, 1.0)),
                }
                of_all += 1;
            }
            let wanted = (&line.at_least * &Exact::from(of_all)).ceil().approx() - count;
            if wanted > 0.0 {
                let name = format!("short {} {}", line.indicator, year.0);
                let short = self.built.model.continuous(&name, 0.0, wanted, 0.0);
                self.built.short.push((short, 1.0));
                terms.push((short, 1.0));
                self.built.model.at_least(&name, terms, wanted);
            }
        }
    }

    /// Whether an indicator of a section reaches its threshold.
    fn reach(
        &mut self,
        (t, i, k): (usize, usize, usize),
        section: &SectionYear,
        final_year: bool,
    ) -> Reach {
        let target = &self.response.targets[k];
        let stage = section.stage.index();
        let threshold = target.threshold.get(stage).and_then(Clone::clone);
        let floor = target.floor.get(stage).and_then(Clone::clone).filter(|_| final_year);
        let (Some(threshold), Some(row)) = (threshold, self.value_row(section, k, t)) else {
            return Reach::Nothing;
        };
        let need = row.need(&threshold);
        let mut low = row.least;
        let tag = Tag::Value { year: t, section: i, indicator: k };
        let scale = row.scale.approx();
        let name = |what: &str| format!("{what} {t} {} {} {k}", section.school, section.stage);
        let floor = floor.map(|floor| row.need(&floor)).filter(|floor| *floor > low);
        low = floor.unwrap_or(low);
        if need <= low {
            // Only a floor as high as the threshold needs a row of its own here.
            if let Some(floor) = floor {
                let id =
                    self.built.model.at_least(&name("floor"), row.terms.iter().copied(), floor);
                self.tag(id, tag, floor.max(1e-3), scale);
            }
            return Reach::Surely;
        }
        // Not below the floor in any case, and at the threshold where the binary is one.
        let z = self.built.model.binary(&name("reach"), 0.0);
        let terms = row.terms.iter().copied().chain([(z, low - need)]);
        let id = self.built.model.at_least(&name("reach"), terms, low);
        if final_year {
            self.tag(id, tag, need.max(1e-3), scale);
        }
        Reach::If(z)
    }

    /// Stocks that something takes from stay at zero or above; parts stay within their whole.
    pub(super) fn stocks(&mut self) {
        let mut by_site: BTreeMap<(SchoolCode, Option<Stage>), Vec<usize>> = BTreeMap::new();
        for (o, offer) in self.response.offers.iter().enumerate() {
            let site = (offer.site.school.clone(), offer.site.stage);
            by_site.entry(site).or_default().push(o);
        }
        for offers in by_site.values() {
            let mut years: BTreeSet<usize> = BTreeSet::new();
            let mut items: BTreeSet<&str> = BTreeSet::new();
            for &o in offers {
                let offer = &self.response.offers[o];
                years.extend(&self.built.checkpoints[offer.measure]);
                let moves = self.problem.costs.measures[offer.measure].moves;
                for (item, amount) in &offer.adds {
                    if moves || amount.is_negative() {
                        items.insert(item);
                    }
                }
            }
            for &t in &years {
                for item in &items {
                    self.stock(offers, t, item);
                }
                for within in &self.problem.costs.within {
                    self.within(offers, t, &within.part, &within.whole);
                }
            }
        }
    }

    fn change_of(&self, offers: &[usize], t: usize, item: &str) -> Vec<(Col, f64)> {
        let mut terms = Vec::new();
        for &o in offers {
            let adds = &self.response.offers[o].adds;
            if let Some((_, amount)) = adds.iter().find(|(code, _)| code == item) {
                let amount = amount.approx();
                terms.extend(
                    self.moved(Mover::Offer(o), t).into_iter().map(|(c, s)| (c, s * amount)),
                );
            }
        }
        terms
    }

    fn stock(&mut self, offers: &[usize], t: usize, item: &str) {
        let Some(&first) = offers.first() else { return };
        let site = &self.response.offers[first].site;
        let Some(base) = at(self.problem, &self.problem.worlds[t], site, item) else { return };
        let terms = self.change_of(offers, t, item);
        if terms.iter().any(|(_, weight)| *weight < 0.0) {
            let name = format!("stock {t} {} {item}", site.school);
            self.built.model.at_least(&name, terms, -base.approx());
        }
    }

    fn within(&mut self, offers: &[usize], t: usize, part: &str, whole: &str) {
        let Some(&first) = offers.first() else { return };
        let site = &self.response.offers[first].site;
        let world = &self.problem.worlds[t];
        let (Some(inside), Some(all)) =
            (at(self.problem, world, site, part), at(self.problem, world, site, whole))
        else {
            return;
        };
        let mut terms = self.change_of(offers, t, whole);
        terms.extend(self.change_of(offers, t, part).into_iter().map(|(c, w)| (c, -w)));
        // Only what differs: a column that adds to both leaves the room as it is.
        let mut sums: BTreeMap<Col, f64> = BTreeMap::new();
        for (col, weight) in terms {
            *sums.entry(col).or_insert(0.0) += weight;
        }
        let terms: Vec<(Col, f64)> = sums.into_iter().filter(|(_, w)| w.abs() > 1e-12).collect();
        if terms.iter().any(|(_, weight)| *weight < 0.0) {
            // Where the data are beyond it already, it must not get worse.
            let room = (&all - &inside).max(Exact::ZERO).approx();
            let name = format!("within {t} {} {part}", site.school);
            self.built.model.at_least(&name, terms, -room);
        }
    }
}

/// A count as a coefficient.
pub(crate) fn as_f64(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::MAX, f64::from)
}
