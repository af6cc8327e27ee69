//! The goals that see only how many of a kind leave and come: solved over kinds. That bound holds for
//! every assignment, and is the value where the next goal can be solved with it held.

use super::{Chosen, NODES, Search, Solved, whole};
use crate::StaffingError;
use crate::rotation::model::{Built, Detail, Level, apart, build};
use domain::{Exact, SchoolCode, Stage};
use solver::Status;
use std::cmp::Reverse;

/// A value after the sections, many pupils before few; then by codes.
type Rank<'a> = (bool, Reverse<Exact>, Option<(&'a SchoolCode, Stage)>, Option<usize>);

impl Search<'_> {
    /// What the rules of each section leave possible, one relaxation an indicator and direction: the
    /// sections have nothing in common there, so that the sum is least where each is.
    pub(super) fn reach(&mut self) -> Result<(), StaffingError> {
        for k in 0..self.problem.response.indicators.len() {
            let mut apart = apart(self.problem, k);
            let mut ends: Vec<[Option<i64>; 2]> = vec![[None; 2]; apart.changes.len()];
            for (side, sign) in [1.0, -1.0].into_iter().enumerate() {
                let terms: Vec<_> =
                    apart.changes.iter().flatten().map(|(col, gain)| (*col, sign * gain)).collect();
                apart.model.set_objective(&terms, 0.0);
                self.solves += 1;
                let solution = self.solver.solve_watched(
                    &apart.model,
                    &self.settings(),
                    &self.follow.watch,
                )?;
                if solution.status != Status::Optimal {
                    continue;
                }
                for (ends, terms) in ends.iter_mut().zip(&apart.changes) {
                    let sum: f64 =
                        terms.iter().map(|(col, gain)| gain * solution.value(*col)).sum();
                    // Whole numbers within what is left of the relaxation.
                    let end = if side == 0 { (sum - 1e-6).ceil() } else { (sum + 1e-6).floor() };
                    if let Some(place) = ends.get_mut(side) {
                        *place = Some(whole(end));
                    }
                }
            }
            for (unit, [low, high]) in ends.into_iter().enumerate() {
                if let (Some(low), Some(high)) = (low, high) {
                    self.extra.reach.insert((unit, k), (low.min(0), high.max(0)));
                }
            }
        }
        Ok(())
    }

    /// A goal over kinds: next to its relaxation where that proves itself, else by the whole search.
    pub(super) fn over_kinds(&mut self, level: Level) -> Result<Option<Solved>, StaffingError> {
        let mut relaxed = build(self.problem, Detail::Kinds, &self.extra, false);
        let relaxation = self.run(&mut relaxed, level)?;
        if relaxation.status == Status::Infeasible {
            return Ok(None);
        }
        let steps = level != Level::Coefficients;
        let mut built = build(self.problem, Detail::Kinds, &self.extra, true);
        if let Some(value) = relaxation.objective.filter(|_| steps && relaxation.is_usable()) {
            let mut next = build(self.problem, Detail::Kinds, &self.extra, true);
            for col in &relaxed.whole {
                let value = relaxation.value(*col);
                next.model.set_bounds(*col, (value + 1e-6).floor(), (value - 1e-6).ceil());
            }
            let found = self.run(&mut next, level)?;
            let bound = (value - 1e-4).ceil();
            if let Some(value) = found.objective.map(f64::round).filter(|v| *v <= bound + 1e-6) {
                let pattern = next.pattern(&found.values);
                let chosen = Chosen::new();
                return Ok(Some(Solved { value, bound, proved: true, chosen, pattern }));
            }
            if found.is_usable() {
                built.model.set_start(found.values);
            }
        }
        let solution = self.run(&mut built, level)?;
        if solution.status == Status::Infeasible {
            return Ok(None);
        }
        let Some(value) = solution.objective.filter(|_| solution.is_usable()) else {
            return Err(self.stopped());
        };
        let value = if steps { value.round() } else { value };
        let bound = solution.bound.unwrap_or(f64::NEG_INFINITY);
        let proved = solution.status == Status::Optimal;
        let pattern = built.pattern(&solution.values);
        Ok(Some(Solved { value, bound, proved, chosen: Chosen::new(), pattern }))
    }

    /// Settles which sections fail and which values are missed, where as few as can be do: one by one,
    /// the sections before the values, of each those with the most pupils first, what need not be missed
    /// is mended. `pattern` is a choice that is possible.
    ///
    /// The relaxation answers first: what it cannot mend cannot be mended. Where all that it mends can be
    /// mended together in whole persons, that is the answer; else each step is asked in whole persons.
    pub(super) fn settle(
        &mut self,
        pattern: Vec<f64>,
        detail: Detail<'_>,
    ) -> Result<(), StaffingError> {
        let mut built = build(self.problem, detail, &self.extra, false);
        self.aim(&mut built, Level::Pupils);
        let mut order: Vec<usize> = (0..built.verdicts.len()).collect();
        order.sort_by_cached_key(|at| built.verdicts.get(*at).map(|(_, of)| self.rank(*of)));
        let mut growing = solver::growing(self.solver, built.model)?;
        let mut relaxed = vec![0.0; pattern.len()];
        for at in &order {
            let Some((col, _)) = built.verdicts.get(*at) else { continue };
            growing.set_bounds(*col, (0.0, 0.0))?;
            self.solves += 1;
            let solution = growing.solve(&self.settings(), &self.follow.watch)?;
            if self.over().is_some() {
                return Err(self.stopped());
            }
            if solution.status == Status::Infeasible {
                growing.set_bounds(*col, (1.0, 1.0))?;
                if let Some(place) = relaxed.get_mut(*at) {
                    *place = 1.0;
                }
            }
        }
        let settled: Vec<Option<f64>> = relaxed.iter().copied().map(Some).collect();
        let found = if let Some(found) = self.with_verdicts(detail, &settled)? {
            found
        } else {
            self.arbitrary = false;
            self.settle_in_whole(&order, pattern, &relaxed, detail)?
        };
        self.extra.pattern = Some(found).filter(|pattern| !pattern.is_empty());
        Ok(())
    }

    /// The same, each step in whole persons.
    fn settle_in_whole(
        &mut self,
        order: &[usize],
        mut pattern: Vec<f64>,
        relaxed: &[f64],
        detail: Detail<'_>,
    ) -> Result<Vec<f64>, StaffingError> {
        let mut settled: Vec<Option<f64>> = vec![None; pattern.len()];
        // As long as nothing was different, the relaxation knows what cannot be mended.
        let mut as_relaxed = true;
        for at in order {
            let missed = pattern.get(*at).is_some_and(|missed| *missed > 0.5);
            let must = as_relaxed && relaxed.get(*at).is_some_and(|missed| *missed > 0.5);
            let Some(place) = settled.get_mut(*at) else { continue };
            *place = Some(if missed && must { 1.0 } else { 0.0 });
            if !missed || must {
                continue;
            }
            if let Some(found) = self.with_verdicts(detail, &settled)? {
                pattern = found;
            } else if let Some(place) = settled.get_mut(*at) {
                as_relaxed = false;
                *place = Some(1.0);
            }
        }
        Ok(pattern)
    }

    /// A choice that is possible in whole persons with the verdicts that are settled so far, if any.
    fn with_verdicts(
        &mut self,
        detail: Detail<'_>,
        settled: &[Option<f64>],
    ) -> Result<Option<Vec<f64>>, StaffingError> {
        let with = |mut built: Built| {
            for ((col, _), settled) in built.verdicts.iter().zip(settled) {
                if let Some(value) = settled {
                    built.model.set_bounds(*col, *value, *value);
                }
            }
            built
        };
        let mut built = with(build(self.problem, detail, &self.extra, false));
        let found = self.branched(&mut built, Level::Pupils, f64::INFINITY, 0)?;
        if let Some(solution) = found.best {
            return Ok(Some(built.pattern(&solution.values)));
        }
        if found.stopped.is_none() {
            return Ok(None);
        }
        let mut built = with(build(self.problem, detail, &self.extra, true));
        let solution = self.run_for(&mut built, Level::Pupils, (NODES, 1.0))?;
        if self.over().is_some() {
            return Err(self.stopped());
        }
        // Whether it can be is not known in so many nodes.
        self.arbitrary =
            self.arbitrary || !(solution.status == Status::Infeasible || solution.is_usable());
        Ok(solution.is_usable().then(|| built.pattern(&solution.values)))
    }

    /// Where a verdict stands in the order in which they are settled.
    fn rank(&self, (unit, indicator): (usize, Option<usize>)) -> Rank<'_> {
        let of = self.problem.units.get(unit);
        let pupils = of.and_then(|unit| unit.judged.as_ref()).map(|judged| judged.pupils.clone());
        let place = of.map(|unit| (&unit.school, unit.stage));
        (indicator.is_some(), Reverse(pupils.unwrap_or(Exact::ZERO)), place, indicator)
    }
}
