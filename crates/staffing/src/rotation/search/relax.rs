//! The relaxation of a goal person by person, with all ways that are open: few of them in the model, the
//! others priced out of it.
//!
//! The model begins with the ways that the prices over kinds, or the goal before, hold for good, and a
//! pool for what is missing. With its prices the reduced cost of every other way is known; those below
//! zero come in, until none would lower it. L is then a bound for all ways: with r the least reduced
//! cost of a person's idle ways, and since a person takes one way at most, L = value + Σ min(0, r).
//!
//! A way whose reduced cost is above V − L is in no assignment as good as V, and a whole number moves
//! from where it stands by no more than V − L allows at its price: for the goals to come these are closed.

use super::{EPSILON, FIRST, Search};
use crate::StaffingError;
use crate::rotation::model::{Built, Detail, Level, Node, Side, arc_cost, build};
use crate::rotation::people::{Person, Way};
use crate::rotation::ways::{Ways, is_whole, nearest};
use solver::{Col, Row, Solution, Status};
use std::collections::BTreeMap;

/// Ways that come in at once for each person.
const EACH: usize = 4;
/// Ways to each post that are put in at first: of those who would come at the least price.
const COME: usize = 4;
/// So few come in all at once.
const FEW: usize = 2_000;
/// So many ways stand in a model from the start.
pub(super) const ALL: usize = 20_000;
/// The share of the value that a relaxation of the later goals may leave open.
const TAIL: f64 = 1e-4;

/// A relaxation with all open ways, in the model or priced out of it.
pub(super) struct Relaxed {
    pub(super) built: Built,
    pub(super) solution: Solution,
    /// What no assignment falls below.
    pub(super) bound: f64,
    /// Open ways that are not in the model: person, way, and what taking it costs at least.
    pub(super) idle: Vec<(usize, usize, f64)>,
}

/// A way by its price and its distance: person and place.
type Priced = (f64, Option<u32>, usize, usize);

/// Bounds of the numbers of a kind that leave and come.
pub(super) type Narrow = BTreeMap<(Side, Node), (f64, f64)>;

impl Relaxed {
    pub(super) fn price(&self, col: Col) -> f64 {
        self.solution.duals.as_ref().map_or(0.0, |duals| duals.column(col))
    }

    /// Ways that may be part of something that costs no more than so much above the bound.
    pub(super) fn within(&self, search: &Search<'_>, room: f64) -> Ways {
        let mut ways = Ways::new(search.problem, false);
        let active =
            self.built.arcs.iter().map(|(person, way, col)| (*person, *way, self.price(*col)));
        for (person, way, cost) in active.chain(self.idle.iter().copied()) {
            if cost <= room {
                ways.put(person, way);
            }
        }
        ways
    }

    /// The ways that it takes, and the few next best of each person by their prices.
    pub(super) fn kept(&self, search: &Search<'_>, most: usize) -> Ways {
        let people = &search.problem.people;
        let mut by_person: Vec<Vec<(bool, f64, usize)>> = vec![Vec::new(); people.len()];
        for (person, way, col) in &self.built.arcs {
            if let Some(list) = by_person.get_mut(*person) {
                list.push((self.solution.value(*col) < 1e-9, self.price(*col), *way));
            }
        }
        let mut ways = Ways::new(search.problem, false);
        for (person, mut list) in by_person.into_iter().enumerate() {
            list.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.cmp(&b.2)));
            let taken = list.iter().filter(|(idle, _, _)| !idle).count();
            let all = people.get(person).is_some_and(is_whole);
            list.truncate(if all { usize::MAX } else { taken.max(most) });
            for (_, _, way) in list {
                ways.put(person, way);
            }
        }
        ways
    }

    /// How far the numbers of a kind may lie from where they stand, at their prices, within a room.
    pub(super) fn narrow(&self, room: f64) -> Narrow {
        let bounds = |(node, col): &((Side, Node), Col)| {
            let (now, cost) = (self.solution.value(*col), self.price(*col));
            let (mut low, mut high) = self.built.model.bounds(*col);
            let far = (room / cost.abs() + 1e-6).floor();
            if cost > EPSILON && far.is_finite() {
                high = high.min((now + 1e-6).floor() + far).max(low);
            } else if cost < -EPSILON && far.is_finite() {
                low = low.max((now - 1e-6).ceil() - far).min(high);
            }
            (*node, (low, high))
        };
        self.built.nodes.iter().map(bounds).collect()
    }
}

impl Search<'_> {
    /// The relaxation; `None` where there is none.
    pub(super) fn relax(&mut self, level: Level) -> Result<Option<Relaxed>, StaffingError> {
        let Some(first) = self.first(level)? else { return Ok(None) };
        self.active = first;
        let detail = Detail::Pooled { active: &self.active, open: &self.open };
        let mut built = build(self.problem, detail, &self.extra, false);
        self.aim(&mut built, level);
        let mut growing = solver::growing(self.solver, built.model.clone())?;
        loop {
            self.solves += 1;
            let solution = growing.solve(&self.settings(), &self.follow.watch)?;
            if solution.status == Status::Infeasible {
                return Ok(None);
            }
            let Some(value) = solution.objective.filter(|_| solution.is_usable()) else {
                return Err(self.stopped());
            };
            let mut idle = self.idle(&built, &solution, level);
            let mut least = vec![0.0f64; self.problem.people.len()];
            for (person, _, cost) in &idle {
                if let Some(least) = least.get_mut(*person) {
                    *least = least.min(*cost);
                }
            }
            let bound = value + least.iter().sum::<f64>();
            let pooled = built.pool.iter().any(|col| solution.value(*col) > 1e-6);
            let near = self.is_near(level, value, bound);
            let better = if near && !pooled { Vec::new() } else { best(&idle, -EPSILON) };
            if better.is_empty() {
                if pooled {
                    // Posts that only the pool could fill: there is no such assignment.
                    return Ok(None);
                }
                for (person, _, cost) in &mut idle {
                    *cost -= least.get(*person).copied().unwrap_or(0.0);
                }
                return Ok(Some(Relaxed { built, solution, bound, idle }));
            }
            for (person, way) in better {
                let cost = arc_cost(self.problem, level, person, way).unwrap_or(0.0);
                let terms = self.rows(&built, person, way);
                let col = growing.add(cost, (0.0, 1.0), &terms)?;
                built.arcs.push((person, way, col));
                self.active.put(person, way);
            }
        }
    }

    /// The ways that stand in the model from the start; `None` where nothing is possible over kinds.
    fn first(&mut self, level: Level) -> Result<Option<Ways>, StaffingError> {
        if !self.is_large() || self.open.count() <= ALL {
            return Ok(Some(self.open.clone()));
        }
        if level != Level::Points {
            let mut first = nearest(self.problem, FIRST, |at, place| self.open.has(at, place));
            for (person, way) in &self.known {
                first.put(*person, *way);
            }
            return Ok(Some(first));
        }
        let Some(prices) = self.over_wishes()? else { return Ok(None) };
        let ways = || self.problem.people.iter().flat_map(|person| &person.ways);
        let dear = ways().map(|way| way.points.abs()).max().unwrap_or(0);
        let price = |at: usize, place: usize| {
            prices.get(at).and_then(|prices| prices.get(place)).copied().unwrap_or(0.0)
        };
        let is_good = |at: usize, place: usize| {
            self.open.has(at, place) && price(at, place) <= super::float(dear)
        };
        let mut first = nearest(self.problem, FIRST, is_good);
        // And to each post the few who would come at the least price.
        let mut come: BTreeMap<Node, Vec<Priced>> = BTreeMap::new();
        for (at, person) in self.problem.people.iter().enumerate() {
            for place in self.open.of(at) {
                let Some(way) = person.ways.get(place) else { continue };
                let list = come.entry((way.unit, person.kind)).or_default();
                list.push((price(at, place), way.distance, at, place));
            }
        }
        for mut list in come.into_values() {
            list.sort_by(|a, b| a.0.total_cmp(&b.0).then((a.1, a.2).cmp(&(b.1, b.2))));
            for (_, _, at, place) in list.into_iter().take(COME) {
                first.put(at, place);
            }
        }
        Ok(Some(first))
    }

    /// What each way of each person costs at least above the best over kinds, with the wishes of each.
    fn over_wishes(&mut self) -> Result<Option<Vec<Vec<f64>>>, StaffingError> {
        let mut built = build(self.problem, Detail::Wishes, &self.extra, false);
        let solution = self.run(&mut built, Level::Points)?;
        if solution.status == Status::Infeasible {
            return Ok(None);
        }
        let Some(duals) = solution.duals else { return Err(self.stopped()) };
        let row = |row: Option<Row>| row.map_or(0.0, |row| duals.row(row));
        let node = |side, node: Node| row(built.node_rows.get(&(side, node)).copied());
        let prices = |(at, person): (usize, &Person)| -> Vec<f64> {
            let most = person.ways.iter().map(|way| way.points).max().unwrap_or(0);
            let own = row(built.person_rows.get(at).copied().flatten());
            let leave = own + node(Side::Out, (person.unit, person.kind));
            let pool = row(built.pool_rows.get(&person.kind).copied());
            let price = |way: &Way| {
                let cost = super::float(way.points) - leave;
                let come = node(Side::In, (way.unit, person.kind));
                if way.points < most {
                    (cost - come).max(0.0)
                } else {
                    (cost + pool).max(0.0) + (-pool - come).max(0.0)
                }
            };
            person.ways.iter().map(price).collect()
        };
        Ok(Some(self.problem.people.iter().enumerate().map(prices).collect()))
    }

    /// Is a bound as good as the relaxation's value itself? Where there are many ways, nearly so is
    /// enough: the last rounds change prices, not the value.
    fn is_near(&self, level: Level, value: f64, bound: f64) -> bool {
        let few = if self.is_large() && level > Level::Points { TAIL * value.abs() } else { 0.0 };
        let whole = level != Level::Coefficients && (bound - 1e-4).ceil() >= (value - 1e-4).ceil();
        whole || value - bound <= few
    }

    /// The rows that a way stands in.
    fn rows(&self, built: &Built, person: usize, way: usize) -> Vec<(Row, f64)> {
        let mut rows = Vec::new();
        rows.extend(built.person_rows.get(person).copied().flatten().map(|row| (row, 1.0)));
        if let Some(of) = self.problem.people.get(person)
            && let Some(to) = of.ways.get(way)
        {
            let ends = [(Side::Out, (of.unit, of.kind)), (Side::In, (to.unit, of.kind))];
            rows.extend(ends.iter().filter_map(|end| Some((*built.node_rows.get(end)?, 1.0))));
        }
        for (row, level) in &built.held_rows {
            if let Some(cost) = arc_cost(self.problem, *level, person, way)
                && cost != 0.0
            {
                rows.push((*row, cost));
            }
        }
        rows
    }

    /// Reduced costs of the open ways that are not in the model.
    fn idle(&self, built: &Built, solution: &Solution, level: Level) -> Vec<(usize, usize, f64)> {
        let Some(duals) = &solution.duals else { return Vec::new() };
        let held: Vec<(Level, f64)> =
            built.held_rows.iter().map(|(row, level)| (*level, duals.row(*row))).collect();
        let node = |side, node| {
            built.node_rows.get(&(side, node)).map_or(0.0, |row: &Row| duals.row(*row))
        };
        let mut idle = Vec::new();
        let mut last = (usize::MAX, 0.0);
        for (at, place) in self.active.missing(&self.open) {
            let Some(person) = self.problem.people.get(at) else { continue };
            let Some(way) = person.ways.get(place) else { continue };
            if last.0 != at {
                let own = built.person_rows.get(at).copied().flatten();
                let own = own.map_or(0.0, |row| duals.row(row));
                last = (at, own + node(Side::Out, (person.unit, person.kind)));
            }
            let mut cost = arc_cost(self.problem, level, at, place).unwrap_or(0.0);
            cost -= last.1 + node(Side::In, (way.unit, person.kind));
            for (level, price) in &held {
                cost -= price * arc_cost(self.problem, *level, at, place).unwrap_or(0.0);
            }
            idle.push((at, place, cost));
        }
        idle
    }
}

/// The best few of each person's ways below a cost.
fn best(idle: &[(usize, usize, f64)], below: f64) -> Vec<(usize, usize)> {
    let mut ways: Vec<(usize, f64, usize)> =
        idle.iter().filter(|(_, _, c)| *c < below).map(|(p, w, c)| (*p, *c, *w)).collect();
    ways.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.cmp(&b.2)));
    let (mut last, mut taken) = (usize::MAX, 0);
    let few = ways.len() <= FEW;
    ways.retain(|(person, _, _)| {
        taken = if *person == last { taken + 1 } else { 1 };
        last = *person;
        few || taken <= EACH
    });
    ways.into_iter().map(|(person, _, way)| (person, way)).collect()
}
