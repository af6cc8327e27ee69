//! One goal person by person: the relaxation, the best assignment near it, and the proof.
//!
//! With L the relaxation's bound and V the value of an assignment, what could still be better lies within
//! V − L of the bound and is searched. For points an assignment of just L is asked for first; the goals
//! after them begin with the assignment of the goal before. These searches are trees over a warm relaxation
//! ([`solver::branch`]): with this model it is nearly whole, and the sums of the shares and the numbers of
//! kinds settle the rest.
//!
//! Where a tree ends at the pivots that it is allowed, a search with all that the solver can do follows:
//! next to the relaxation (after Berthold 2014, relaxation enforced neighbourhood search), and within
//! V − L. Of the goals over kinds, which come here only where persons cannot reach them, it is the only
//! one.

use super::relax::{ALL, Narrow, Relaxed};
use super::{CONTENT, Chosen, EPSILON, FIRST, KEPT, NODES, PIVOTS, PROOF, Search, Solved, chosen};
use crate::StaffingError;
use crate::rotation::model::{Built, Detail, Level, arc_cost, build, float};
use crate::rotation::ways::{Ways, nearest};
use solver::{Branched, Branching, Col, Solution, Status};
use std::collections::{BTreeMap, BTreeSet};

/// Two sums of the same fractions differ by no more.
const NOISE: f64 = 1e-6;
/// Points above the bound that are tried one by one.
const TARGETS: usize = 4;

impl Search<'_> {
    pub(super) fn each(&mut self, level: Level) -> Result<Option<Solved>, StaffingError> {
        let Some(relaxed) = self.relax(level)? else { return Ok(None) };
        // All goals but that of the coefficients are whole numbers.
        let steps = level != Level::Coefficients;
        let mut bound = if steps { (relaxed.bound - 1e-4).ceil() } else { relaxed.bound };
        let whole = relaxed.built.is_whole(&relaxed.solution.values);
        let mut best = if whole {
            self.solved(&relaxed.built, &relaxed.solution, level, bound)
        } else if level == Level::Points {
            let (least, found) = self.at_least(&relaxed, bound)?;
            bound = least;
            found
        } else {
            self.known_as(level, bound)
        };
        if best.is_none() {
            best = self.near(level, &relaxed, 0.0, bound)?;
        }
        if best.is_none() && level > Level::Pupils {
            best = self.find(level, &relaxed, bound)?;
        }
        for around in [1.0, f64::INFINITY] {
            if best.is_none() {
                best = self.near(level, &relaxed, around, bound)?;
            }
        }
        let best = match best {
            Some(best) if best.proved || (whole && !steps) => Some(Solved { proved: true, ..best }),
            Some(best) if level > Level::Pupils => self.prove(level, &relaxed, bound, best)?,
            best => self.close(level, &relaxed, bound, best)?,
        };
        if let Some(best) = &best
            && level > Level::Pupils
        {
            // What no assignment of this value can take is closed for the goals to come.
            let room = best.value - relaxed.bound + EPSILON;
            self.open = relaxed.within(self, room);
            for (person, way) in &best.chosen {
                self.open.put(*person, *way);
            }
            self.extra.narrow = relaxed.narrow(room);
        }
        Ok(best)
    }

    /// An assignment of just as many points as the bound, or of one more where there is none, and so
    /// on. Points alone leave a relaxation many corners that are as good, few of them whole; so its
    /// points are held, and the commutes say which corner.
    fn at_least(
        &mut self,
        relaxed: &Relaxed,
        bound: f64,
    ) -> Result<(f64, Option<Solved>), StaffingError> {
        let mut least = bound;
        for _ in 0..TARGETS {
            let room = least - relaxed.bound + EPSILON;
            let all = relaxed.within(self, room);
            let few = all.count() <= ALL;
            let mut ways = all;
            if !few {
                ways = nearest(self.problem, FIRST, |person, way| ways.has(person, way));
                ways.join(&relaxed.kept(self, 0));
            }
            self.extra.held.push((Level::Points, least));
            let narrow = relaxed.narrow(room);
            let found = self.tree(Level::Commute, &ways, narrow, f64::INFINITY, 0);
            self.extra.held.pop();
            let (built, found) = found?;
            let best = found.best.and_then(|best| self.solved(&built, &best, Level::Points, least));
            if best.is_some() {
                return Ok((least, best));
            }
            if found.stopped.is_some() || !few {
                break;
            }
            least += 1.0;
        }
        Ok((least, None))
    }

    /// The assignment of the goal before, as this goal sees it.
    fn known_as(&self, level: Level, bound: f64) -> Option<Solved> {
        if self.known.is_empty() || level <= Level::Points {
            return None;
        }
        let value = self.value(level, &self.known);
        let proved = value <= bound + 1e-6;
        let pattern = self.extra.pattern.clone().unwrap_or_default();
        Some(Solved { value, bound, proved, chosen: self.known.clone(), pattern })
    }

    /// Searches the ways that a relaxation holds for good.
    fn find(
        &mut self,
        level: Level,
        relaxed: &Relaxed,
        bound: f64,
    ) -> Result<Option<Solved>, StaffingError> {
        let ways = relaxed.kept(self, KEPT);
        let narrow = self.extra.narrow.clone();
        let (built, found) = self.tree(level, &ways, narrow, f64::INFINITY, CONTENT)?;
        Ok(found.best.and_then(|best| self.solved(&built, &best, level, bound)))
    }

    /// Searches all that could be better than an assignment; what the tree leaves open is left so where
    /// the county has said that it is near enough, else the solver's own search ends it.
    fn prove(
        &mut self,
        level: Level,
        relaxed: &Relaxed,
        bound: f64,
        best: Solved,
    ) -> Result<Option<Solved>, StaffingError> {
        let room = best.value - 1.0 - relaxed.bound + EPSILON;
        let ways = relaxed.within(self, room);
        let narrow = relaxed.narrow(room);
        let (built, found) = self.tree(level, &ways, narrow, best.value, PIVOTS)?;
        let bound = bound.max((found.bound.min(best.value) - 1e-4).ceil());
        let best = match found.best {
            Some(solution) => self.solved(&built, &solution, level, bound).unwrap_or(best),
            None => Solved { bound, proved: found.stopped.is_none(), ..best },
        };
        let best = Solved { bound, ..best };
        let near = self.is_large() && best.value - bound <= self.gap() * best.value.abs();
        if best.proved || near {
            return Ok(Some(best));
        }
        self.close(level, relaxed, bound, Some(best))
    }

    /// What an assignment comes to in a goal over ways.
    fn value(&self, level: Level, chosen: &Chosen) -> f64 {
        let cost = |(person, way): &(usize, usize)| arc_cost(self.problem, level, *person, *way);
        let stay: i64 = self.problem.people.iter().map(|person| person.stay).sum();
        let constant = if level == Level::Points { float(stay) } else { 0.0 };
        constant + chosen.iter().filter_map(cost).sum::<f64>()
    }

    /// What a solution with whole numbers comes to, counted from who goes where; `None` where a goal
    /// that is held was kept only by what the solver tolerates.
    fn solved(
        &self,
        built: &Built,
        solution: &Solution,
        level: Level,
        bound: f64,
    ) -> Option<Solved> {
        let chosen = chosen(built, solution);
        let kept = |(held, value): &(Level, f64)| {
            *held <= Level::Pupils || self.value(*held, &chosen) <= *value
        };
        if !self.extra.held.iter().all(kept) {
            return None;
        }
        let objective = solution.objective.unwrap_or(f64::INFINITY);
        let value = match level {
            Level::Coefficients => objective,
            Level::People | Level::Pupils => objective.round(),
            Level::Points | Level::Commute | Level::Moves => self.value(level, &chosen),
        };
        let (proved, pattern) = (value <= bound + 1e-6, built.pattern(&solution.values));
        Some(Solved { value, bound, proved, chosen, pattern })
    }

    /// A tree over the relaxation with these ways.
    fn tree(
        &mut self,
        level: Level,
        ways: &Ways,
        narrow: Narrow,
        below: f64,
        content: u64,
    ) -> Result<(Built, Branched), StaffingError> {
        let mut built = self.narrowed(ways, narrow, false);
        let found = self.branched(&mut built, level, below, content)?;
        Ok((built, found))
    }

    /// The model of these ways with numbers within these bounds.
    fn narrowed(&mut self, ways: &Ways, narrow: Narrow, whole: bool) -> Built {
        let before = std::mem::replace(&mut self.extra.narrow, narrow);
        let built = build(self.problem, Detail::Each(ways), &self.extra, whole);
        self.extra.narrow = before;
        built
    }

    /// A tree over a relaxation, whose model is taken.
    pub(super) fn branched(
        &mut self,
        built: &mut Built,
        level: Level,
        below: f64,
        content: u64,
    ) -> Result<Branched, StaffingError> {
        self.aim(built, level);
        let mut growing = solver::growing(self.solver, std::mem::take(&mut built.model))?;
        let asked = Branching {
            classes: &classes(built),
            whole_value: true,
            below,
            pivots: PIVOTS,
            content,
        };
        let settings = self.settings();
        let found = solver::branch(&mut *growing, &asked, &settings, &self.follow.watch)?;
        self.solves += usize::try_from(found.solves).unwrap_or(usize::MAX);
        Ok(found)
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
        let mut kept =
            if around.is_finite() { relaxed.kept(self, KEPT) } else { self.active.clone() };
        for (person, way) in &self.known {
            kept.put(*person, *way);
        }
        let mut built = build(self.problem, Detail::Each(&kept), &self.extra, true);
        let known = self.known_values(&built);
        let stands: BTreeMap<_, _> = relaxed
            .built
            .nodes
            .iter()
            .map(|(node, col)| (*node, relaxed.solution.value(*col)))
            .collect();
        for (node, col) in built.nodes.clone() {
            let value = stands.get(&node).copied().unwrap_or(0.0);
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
        Ok(if found { self.solved(&built, &solution, level, bound) } else { None })
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

    /// Searches what could still be better than `best` with all that the solver can do.
    fn close(
        &mut self,
        level: Level,
        relaxed: &Relaxed,
        bound: f64,
        best: Option<Solved>,
    ) -> Result<Option<Solved>, StaffingError> {
        let value = best.as_ref().map_or(f64::INFINITY, |best| best.value);
        let room = value - relaxed.bound + EPSILON;
        let ways = relaxed.within(self, room);
        let mut built = self.narrowed(&ways, relaxed.narrow(room), true);
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
                let Some(found) = self.solved(&built, &solution, level, bound) else {
                    return best.map(Some).ok_or_else(|| self.stopped());
                };
                let proved = status == Status::Optimal;
                let bound = solution.bound.unwrap_or(bound).max(bound);
                Ok(Some(match best {
                    // What was known is as good, but for the last digits of a sum of fractions. Where
                    // steps count there is no such rest: then the solver's tolerance found a thing
                    // that is not, which proves nothing.
                    Some(best) if best.value < found.value => {
                        let proved = proved && !steps && found.value - best.value <= NOISE;
                        Solved { bound: bound.min(best.value), proved, ..best }
                    }
                    _ => Solved { bound, proved, ..found },
                }))
            }
            (_, Some(best)) => Ok(Some(best)),
            _ => Err(self.stopped()),
        }
    }
}

/// What is whole, in the order in which it is settled: the sums of shares, what fails and is missed, how
/// many of a kind leave and come, who goes where.
fn classes(built: &Built) -> [Vec<Col>; 4] {
    [
        built.totals.clone(),
        built.verdicts.iter().map(|(col, _)| *col).collect(),
        built.nodes.iter().map(|(_, col)| *col).collect(),
        built.arcs.iter().map(|(_, _, col)| *col).collect(),
    ]
}
