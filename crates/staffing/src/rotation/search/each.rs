//! One goal person by person: the relaxation, an assignment next to it, and the proof.
//!
//! The relaxation has few ways at first and a pool for what is missing. With its prices the reduced
//! cost of every other way is known; those below zero come in, until none would lower it. L is then a
//! bound for all ways: with r the least reduced cost of a person's idle ways, and since a person takes
//! one way at most, L = value + Σ min(0, r).
//!
//! The best assignment whose whole numbers are next to those of the relaxation (after Berthold 2014,
//! relaxation enforced neighbourhood search) gives V. A way whose reduced cost is above V − L is in no
//! better assignment, and a whole number that stands at a bound moves from it by no more than V − L
//! allows. What is left is searched for anything below V.

use super::{EPSILON, KEPT, NODES, PROOF, Search, Solved, chosen};
use crate::StaffingError;
use crate::rotation::model::{Built, Detail, Goes, Level, arc_cost, build, float};
use crate::rotation::people::Person;
use solver::{Row, Solution, Status};
use std::collections::BTreeSet;

/// Ways that come in at once for each person.
const EACH: usize = 4;
/// Ways of each person to the nearest posts that somebody comes to over kinds.
const SEEDS: usize = 5;

/// The share of the allowed gap that a relaxation may leave open; more for points, which are bound
/// over kinds as well.
const TAIL: f64 = 0.1;
const POINTS_TAIL: f64 = 0.5;
/// A point in hundreds of metres, where both are looked at together.
const DEAR: f64 = 1e4;

/// A relaxation with all ways, in the model or priced out of it.
struct Relaxed {
    built: Built,
    solution: Solution,
    /// What no assignment falls below.
    bound: f64,
    /// Ways that are not in the model: person, way, and what taking it costs at least.
    idle: Vec<(usize, usize, f64)>,
}

impl Search<'_> {
    pub(super) fn each(&mut self, level: Level) -> Result<Option<Solved>, StaffingError> {
        let Some(relaxed) = self.relax(level)? else { return Ok(None) };
        // All goals but that of the coefficients are whole numbers.
        let steps = level != Level::Coefficients;
        let bound = if steps { (relaxed.bound - 1e-4).ceil() } else { relaxed.bound };
        let whole = relaxed.built.is_whole(&relaxed.solution.values);
        let mut best: Option<Solved> = None;
        if whole {
            best = Some(solved(&relaxed.built, &relaxed.solution, level, bound));
        }
        for around in [0.0, 1.0, f64::INFINITY] {
            if best.is_none() {
                best = self.near(level, &relaxed, around, bound)?;
            }
        }
        match best {
            Some(best) if best.proved || whole => {
                let proved = best.proved || !steps;
                Ok(Some(Solved { proved, ..best }))
            }
            // Near enough, where there are many ways and the county has said so.
            Some(best)
                if self.is_large() && best.value - bound <= self.gap() * best.value.abs() =>
            {
                Ok(Some(best))
            }
            best => self.close(level, &relaxed, bound, best),
        }
    }

    /// Persons to given numbers of kinds that leave and come, with the fewest points and among them
    /// short commutes; `None` where commutes leave none.
    ///
    /// With the numbers fixed this is a transport problem for each kind, whose corners are whole, so
    /// that its relaxation is the answer; couples alone are tied in whole numbers.
    pub(super) fn persons(
        &mut self,
        numbers: &[f64],
        (left, reached): &Goes,
    ) -> Result<Option<Solved>, StaffingError> {
        let problem = self.problem;
        let ways = |person: &Person| -> BTreeSet<usize> {
            if !left.contains(&(person.unit, person.kind)) {
                return BTreeSet::new();
            }
            let ways = person.ways.iter().enumerate();
            ways.filter(|(_, way)| reached.contains(&(way.unit, person.kind)))
                .map(|(at, _)| at)
                .collect()
        };
        // The nearest posts that somebody comes to are the first to be looked at for commutes.
        for (person, active) in problem.people.iter().zip(&mut self.active) {
            let mut near: Vec<(Option<u32>, usize)> = person
                .ways
                .iter()
                .enumerate()
                .filter(|(_, way)| reached.contains(&(way.unit, person.kind)))
                .map(|(at, way)| (way.distance, at))
                .collect();
            near.sort_unstable();
            active.extend(near.iter().take(SEEDS).map(|(_, at)| *at));
        }
        let open: Vec<BTreeSet<usize>> = problem.people.iter().map(ways).collect();
        let couples = problem.people.iter().any(|person| person.spouse.is_some());
        let mut built = build(problem, Detail::Each(&open), &self.extra, couples);
        for (col, number) in built.whole.clone().into_iter().zip(numbers) {
            built.model.set_bounds(col, *number, *number);
        }
        self.aim(&mut built, Level::Points);
        let terms: Vec<_> = built
            .arcs
            .iter()
            .map(|(person, way, col)| {
                let cost = |level| arc_cost(problem, level, *person, *way).unwrap_or(0.0);
                (*col, cost(Level::Points) * DEAR + cost(Level::Commute))
            })
            .collect();
        built.model.set_objective(&terms, 0.0);
        self.solves += 1;
        let solution = self
            .solver
            .solve_watched(&built.model, &self.settings(), &self.follow.watch)
            .map_err(|error| StaffingError::Solver(error.to_string()))?;
        if !solution.is_usable() || !built.is_whole(&solution.values) {
            return Ok(None);
        }
        let taken = chosen(&built, &solution);
        for (person, way) in &taken {
            if let Some(active) = self.active.get_mut(*person) {
                active.insert(*way);
            }
        }
        let stay: i64 = problem.people.iter().map(|person| person.stay).sum();
        let points = taken
            .iter()
            .filter_map(|(person, way)| arc_cost(problem, Level::Points, *person, *way));
        let value = float(stay) + points.sum::<f64>();
        let pattern = self.extra.pattern.clone().unwrap_or_default();
        Ok(Some(Solved { value, bound: f64::NEG_INFINITY, proved: false, chosen: taken, pattern }))
    }

    /// The relaxation; `None` where there is none.
    fn relax(&mut self, level: Level) -> Result<Option<Relaxed>, StaffingError> {
        let full = self.is_full();
        let detail = if full { Detail::Each(&self.active) } else { Detail::Pooled(&self.active) };
        let mut built = build(self.problem, detail, &self.extra, false);
        self.aim(&mut built, level);
        let failed = |error: solver::SolverError| StaffingError::Solver(error.to_string());
        let mut growing = solver::growing(self.solver, built.model.clone()).map_err(failed)?;
        loop {
            self.solves += 1;
            let solution = growing.solve(&self.settings(), &self.follow.watch).map_err(failed)?;
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
                let col = growing.add(cost, (0.0, 1.0), &terms).map_err(failed)?;
                built.arcs.push((person, way, col));
                if let Some(active) = self.active.get_mut(person) {
                    active.insert(way);
                }
            }
        }
    }

    /// Is a bound as good as the relaxation's value itself? Where there are many ways, nearly so is
    /// enough: the last rounds change prices, not the value.
    fn is_near(&self, level: Level, value: f64, bound: f64) -> bool {
        let tail = if level == Level::Points { POINTS_TAIL } else { TAIL };
        let few = if self.is_large() { self.gap() * tail * value.abs() } else { 0.0 };
        let whole = level != Level::Coefficients && (bound - 1e-4).ceil() >= (value - 1e-4).ceil();
        whole || value - bound <= few
    }

    /// The rows that a way stands in.
    fn rows(&self, built: &Built, person: usize, way: usize) -> Vec<(Row, f64)> {
        let mut rows = Vec::new();
        rows.extend(built.person_rows.get(person).copied().flatten().map(|row| (row, 1.0)));
        let of = self.problem.people.get(person);
        let node = of.and_then(|of| Some((of.ways.get(way)?.unit, of.kind)));
        rows.extend(node.and_then(|node| built.node_rows.get(&node)).map(|row| (*row, 1.0)));
        for (row, level) in &built.held_rows {
            if let Some(cost) = arc_cost(self.problem, *level, person, way)
                && cost != 0.0
            {
                rows.push((*row, cost));
            }
        }
        rows
    }

    /// The best assignment whose whole numbers are next to those of a relaxation, with up to `around`
    /// more to either side, or between them and those of the assignment that is known: so there is
    /// always one where one is known.
    fn near(
        &mut self,
        level: Level,
        relaxed: &Relaxed,
        around: f64,
        bound: f64,
    ) -> Result<Option<Solved>, StaffingError> {
        let mut kept = if around.is_finite() {
            kept(&relaxed.built, &relaxed.solution)
        } else {
            self.active.clone()
        };
        for (person, way) in &self.known {
            if let Some(kept) = kept.get_mut(*person) {
                kept.insert(*way);
            }
        }
        let mut built = build(self.problem, Detail::Each(&kept), &self.extra, true);
        let known = self.known_values(&built);
        for (col, old) in built.whole.clone().into_iter().zip(&relaxed.built.whole) {
            let value = relaxed.solution.value(*old);
            let (low, high) = built.model.bounds(col);
            let mut least = ((value + 1e-6).floor() - around).max(low);
            let mut most = ((value - 1e-6).ceil() + around).min(high);
            if let Some(known) = known.as_ref().and_then(|known| known.get(col.index())) {
                (least, most) = (least.min(*known), most.max(*known));
            }
            built.model.set_bounds(col, least.min(most), most.max(least));
        }
        if let Some(known) = known {
            built.model.set_start(known);
        }
        let solution = self.run_for(&mut built, level, (NODES, 2e-3))?;
        let found = solution.is_usable() && solution.objective.is_some();
        Ok(found.then(|| solved(&built, &solution, level, bound)))
    }

    /// The known assignment in the columns of a model; `None` where none is known.
    fn known_values(&mut self, built: &Built) -> Option<Vec<f64>> {
        if self.known.is_empty() {
            return None;
        }
        let mut fixed = built.model.clone();
        let known: BTreeSet<(usize, usize)> = self.known.iter().copied().collect();
        for (person, way, col) in &built.arcs {
            let value = if known.contains(&(*person, *way)) { 1.0 } else { 0.0 };
            fixed.set_bounds(*col, value, value);
        }
        self.solves += 1;
        let solution = self.solver.solve_watched(&fixed, &self.settings(), &self.follow.watch);
        solution.ok().filter(Solution::is_usable).map(|solution| solution.values)
    }

    /// Searches what could still be better than `best`.
    fn close(
        &mut self,
        level: Level,
        relaxed: &Relaxed,
        bound: f64,
        best: Option<Solved>,
    ) -> Result<Option<Solved>, StaffingError> {
        let value = best.as_ref().map_or(f64::INFINITY, |best| best.value);
        let room = value - relaxed.bound + EPSILON;
        let price = |col| relaxed.solution.duals.as_ref().map_or(0.0, |duals| duals.column(col));
        let mut open: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); self.problem.people.len()];
        let active =
            relaxed.built.arcs.iter().map(|(person, way, col)| (*person, *way, price(*col)));
        for (person, way, cost) in active.chain(relaxed.idle.iter().copied()) {
            if cost <= room
                && let Some(open) = open.get_mut(person)
            {
                open.insert(way);
            }
        }
        let mut built = build(self.problem, Detail::Each(&open), &self.extra, true);
        for (col, old) in built.whole.clone().into_iter().zip(&relaxed.built.whole) {
            let (now, cost) = (relaxed.solution.value(*old), price(*old));
            let (mut low, mut high) = built.model.bounds(col);
            // So far does the number move from where it stands, at this price, within the room.
            let far = (room / cost.abs() + 1e-6).floor();
            if cost > EPSILON && far.is_finite() {
                high = high.min((now + 1e-6).floor() + far).max(low);
            } else if cost < -EPSILON && far.is_finite() {
                low = low.max((now - 1e-6).ceil() - far).min(high);
            }
            built.model.set_bounds(col, low, high);
        }
        let steps = level != Level::Coefficients;
        if steps && value.is_finite() {
            let (terms, constant) = built.goal(self.problem, level);
            built.model.at_most("", terms, value - 1.0 - constant + 1e-6);
        }
        let solution = self.run_for(&mut built, level, (PROOF, 1e-9))?;
        let whole_model = relaxed.idle.iter().all(|(_, _, cost)| *cost <= room);
        match (solution.status, best) {
            // Nothing better.
            (Status::Infeasible, Some(best)) => {
                Ok(Some(Solved { bound: best.value, proved: true, ..best }))
            }
            (Status::Infeasible, None) if whole_model => Ok(None),
            (status, best) if solution.is_usable() => {
                let found = solved(&built, &solution, level, bound);
                let proved = status == Status::Optimal;
                let bound = solution.bound.unwrap_or(bound).max(bound);
                let better = best.is_none_or(|best| found.value <= best.value);
                if better {
                    Ok(Some(Solved { bound, proved, ..found }))
                } else {
                    Err(self.stopped())
                }
            }
            (_, Some(best)) => Ok(Some(best)),
            _ => Err(self.stopped()),
        }
    }

    fn is_full(&self) -> bool {
        self.active.iter().zip(&self.problem.people).all(|(a, p)| a.len() == p.ways.len())
    }

    /// Reduced costs of the ways that are not in the model.
    fn idle(&self, built: &Built, solution: &Solution, level: Level) -> Vec<(usize, usize, f64)> {
        let Some(duals) = &solution.duals else { return Vec::new() };
        let held: Vec<(Level, f64)> =
            built.held_rows.iter().map(|(row, level)| (*level, duals.row(*row))).collect();
        let mut idle = Vec::new();
        for (at, (person, active)) in self.problem.people.iter().zip(&self.active).enumerate() {
            if active.len() == person.ways.len() {
                continue;
            }
            let own = built.person_rows.get(at).copied().flatten().map_or(0.0, |r| duals.row(r));
            for (place, way) in person.ways.iter().enumerate() {
                if active.contains(&place) {
                    continue;
                }
                let node = built.node_rows.get(&(way.unit, person.kind));
                let node = node.map_or(0.0, |row| duals.row(*row));
                let mut cost = arc_cost(self.problem, level, at, place).unwrap_or(0.0);
                cost -= own + node;
                for (level, price) in &held {
                    cost -= price * arc_cost(self.problem, *level, at, place).unwrap_or(0.0);
                }
                idle.push((at, place, cost));
            }
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
    ways.retain(|(person, _, _)| {
        taken = if *person == last { taken + 1 } else { 1 };
        last = *person;
        taken <= EACH
    });
    ways.into_iter().map(|(person, _, way)| (person, way)).collect()
}

/// What a solution with whole numbers comes to.
fn solved(built: &Built, solution: &Solution, level: Level, bound: f64) -> Solved {
    let value = solution.objective.unwrap_or(f64::INFINITY);
    let value = if level == Level::Coefficients { value } else { value.round() };
    Solved {
        value,
        bound,
        proved: value <= bound + 1e-6,
        chosen: chosen(built, solution),
        pattern: built.pattern(&solution.values),
    }
}

/// Of each person the ways that a relaxation takes, and the few next best by their prices.
fn kept(built: &Built, solution: &Solution) -> Vec<BTreeSet<usize>> {
    let price = |col| solution.duals.as_ref().map_or(0.0, |duals| duals.column(col));
    let mut ways: Vec<Vec<(bool, f64, usize)>> = vec![Vec::new(); built.moves.len()];
    for (person, way, col) in &built.arcs {
        if let Some(list) = ways.get_mut(*person) {
            list.push((solution.value(*col) < 1e-9, price(*col), *way));
        }
    }
    ways.into_iter()
        .map(|mut list| {
            list.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.cmp(&b.2)));
            let taken = list.iter().filter(|(idle, _, _)| !idle).count();
            list.truncate(taken.max(KEPT));
            list.into_iter().map(|(_, _, way)| way).collect()
        })
        .collect()
}
