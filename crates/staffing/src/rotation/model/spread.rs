//! Rows of the difference coefficients: see the head of the module above.

use super::{Builder, approx, float};
use crate::rotation::Problem;
use crate::rotation::respond::Judged;
use domain::{Exact, Stage};
use solver::Col;

impl Builder<'_> {
    /// The coefficients that may stand beyond their limits.
    pub(super) fn spreads(&mut self) {
        let problem = self.problem;
        for ((stage, k), tighter) in &self.extra.spreads {
            let limit = problem.response.indicators.get(*k).and_then(|i| i.limits.get(stage));
            let limit = limit.and_then(|limits| limits.coefficient.as_ref());
            let Some(sums) = Sums::of(problem, *stage, *k) else { continue };
            let mut terms: Vec<(Col, f64)> = Vec::new();
            let mut constant = sums.rest;
            for (unit, judged) in sums.units {
                let (low, high) = self.reach(unit, *k);
                let part = |n: i64| {
                    let v = judged.value(*k, n).map_or(0.0, |v| approx(&v));
                    approx(&judged.pupils) * v * v / sums.scale
                };
                constant += part(low);
                let mut steps = self.change(unit, |kind| problem.gain(unit, kind, *k));
                for (from, to) in (low..high).zip(low + 1..) {
                    let col = self.built.model.continuous("", 0.0, 1.0, 0.0);
                    let rise = part(to) - part(from);
                    terms.push((col, rise));
                    self.built.spread.push((col, rise));
                    steps.push((col, -1.0));
                }
                self.built.model.equal("", steps, float(low));
                // What the sum of the resource gains moves the right side by, see the head.
                if let (Some(limit), Some(step)) = (limit, judged.steps.get(*k).cloned().flatten())
                {
                    let weight =
                        2.0 * square(limit) * approx(&(&step * &judged.pupils)) / sums.total;
                    let gains = self.change(unit, |kind| problem.gain(unit, kind, *k));
                    terms.extend(gains.into_iter().map(|(col, g)| (col, -weight * g)));
                }
            }
            let Some(limit) = limit else { continue };
            let hinge = self.built.model.continuous("", 0.0, f64::INFINITY, 0.0);
            terms.push((hinge, -1.0));
            let right = square(limit) * (1.0 - tighter) - constant;
            self.built.model.at_most("", terms, right);
            self.built.hinges.push(hinge);
        }
    }
}

/// 1 + τ².
fn square(limit: &Exact) -> f64 {
    1.0 + approx(&(limit * limit))
}

/// The judged sections of a stage for one indicator.
struct Sums<'a> {
    /// Those of units that take part.
    units: Vec<(usize, &'a Judged)>,
    /// Σ s·v² / scale of the others.
    rest: f64,
    /// Q.
    total: f64,
    /// Q² / S: the unit of the rows.
    scale: f64,
}

impl<'a> Sums<'a> {
    /// `None` where a value is missing or all are zero: there is no coefficient.
    fn of(problem: &'a Problem, stage: Stage, k: usize) -> Option<Self> {
        let (mut pupils, mut total) = (0.0, 0.0);
        let mut units = Vec::new();
        let mut others = 0.0;
        for ((school, of), judged) in &problem.response.sections {
            if *of != stage {
                continue;
            }
            let (s, v) = (approx(&judged.pupils), approx(&judged.value(k, 0)?));
            pupils += s;
            total += s * v;
            match problem.unit_of(school, stage) {
                Some(unit) => units.push((unit, judged)),
                None => others += s * v * v,
            }
        }
        let scale = total * total / pupils;
        (scale > 0.0).then(|| Self { units, rest: others / scale, total, scale })
    }
}
