//! Rows of the judge's verdicts: which sections fail and which values are missed, and the first goals
//! once they are reached.
//!
//! A value that needs n more to reach its threshold, at a section where the change is at least l:
//!
//! ```text
//! Σ g·in − Σ g·out + (n − l)·miss ≥ n
//! ```
//!
//! The nearer l is to what can really be, the less a fraction of a miss allows; see [`Apart`].
//! Where n > 0 a value is only mended by those who come: Σ min(g, n)·in + n·miss ≥ n.

use super::{Builder, Extra, Level, Tag, float, small};
use crate::rotation::Problem;
use solver::{Col, Model};

/// Sections side by side, each with its own rules only: what one indicator's sum can become at each.
pub(crate) struct Apart {
    pub(crate) model: Model,
    /// The terms of the change at each unit.
    pub(crate) changes: Vec<Vec<(Col, f64)>>,
}

/// The relaxation of an indicator's change by the rules of each section alone.
pub(crate) fn apart(problem: &Problem, k: usize) -> Apart {
    let extra = Extra::default();
    let mut builder = Builder::new(problem, &extra, false);
    builder.kinds(false);
    builder.rules();
    let changes = (0..problem.units.len())
        .map(|unit| builder.change(unit, |kind| problem.gain(unit, kind, k)))
        .collect();
    Apart { model: builder.built.model, changes }
}

impl Builder<'_> {
    /// The least and the greatest change of n that is possible at a unit, whichever ways stand in the
    /// model: so every model has the same verdicts.
    pub(super) fn reach(&self, unit: usize, k: usize) -> (i64, i64) {
        if let Some(reach) = self.extra.reach.get(&(unit, k)) {
            return *reach;
        }
        let problem = self.problem;
        let Some(place) = problem.units.get(unit) else { return (0, 0) };
        let gains = (0..problem.kinds.len()).map(|kind| problem.gain(unit, kind, k));
        let most = gains.max().unwrap_or(0).max(0);
        (-place.leave * most, (place.leave + place.head.1) * most)
    }

    /// Sections that fail and values below their thresholds.
    pub(super) fn verdicts(&mut self) {
        let problem = self.problem;
        let Some(may_miss) = problem.response.may_miss else { return };
        for (at, unit) in problem.units.iter().enumerate() {
            let Some(judged) = &unit.judged else { continue };
            let kept = judged.passes && problem.settings.keep_passing;
            let possible = judged.others_missed <= may_miss && judged.others_near;
            let fail = (possible && !kept).then(|| self.verdict(at, None));
            let mut missed: Vec<(Col, f64)> = Vec::new();
            let mut always = judged.others_missed;
            for (k, indicator) in problem.response.indicators.iter().enumerate() {
                let Some(limits) = indicator.limits.get(&unit.stage) else { continue };
                let (threshold, floor) = (&limits.threshold, &limits.floor);
                let (low, high) = self.reach(at, k);
                let change = self.change(at, |kind| problem.gain(at, kind, k));
                let wanted = threshold.as_ref().map(|t| judged.least(k, t));
                match wanted {
                    // Missing, or the same whatever happens.
                    Some(None) => {
                        let below = judged.value(k, 0).zip(threshold.clone());
                        always += usize::from(below.is_none_or(|(value, least)| value < least));
                    }
                    Some(Some(n)) if n > high => always += 1,
                    Some(Some(n)) if n > low => {
                        let miss = self.verdict(at, Some(k));
                        let terms = change.iter().copied().chain([(miss, float(n - low))]);
                        self.built.model.at_least("", terms, float(n));
                        self.mended(at, k, n, miss);
                        self.built.misses.push(miss);
                        missed.push((miss, 1.0));
                    }
                    // Reached whatever happens, or never asked for.
                    Some(Some(_)) | None => {}
                }
                let floor = floor.as_ref().and_then(|f| judged.least(k, f)).filter(|n| *n > low);
                if let (Some(n), true) = (floor, possible) {
                    let terms = change.into_iter().chain(fail.map(|col| (col, float(n - low))));
                    let row = self.built.model.at_least("", terms, float(n));
                    if kept {
                        self.built.tagged.push((row, Tag::Passing(at)));
                    }
                }
            }
            if possible {
                let all = missed.len() + always;
                let room = small(may_miss) - small(always);
                if all > may_miss {
                    let excess = small(all) - small(may_miss);
                    let terms = missed.into_iter().chain(fail.map(|col| (col, -excess)));
                    let row = self.built.model.at_most("", terms, room);
                    if kept {
                        self.built.tagged.push((row, Tag::Passing(at)));
                    }
                }
                self.built.fails.extend(fail);
            }
        }
    }

    /// What mends a value comes: Σ min(g, n)·in + n·miss ≥ n.
    fn mended(&mut self, unit: usize, k: usize, n: i64, miss: Col) {
        if n <= 0 {
            return;
        }
        let coming = self.coming[unit].iter().filter_map(|(kind, col)| {
            let gain = self.problem.gain(unit, *kind, k).min(n);
            (gain > 0).then(|| (*col, float(gain)))
        });
        let terms: Vec<(Col, f64)> = coming.chain([(miss, float(n))]).collect();
        self.built.model.at_least("", terms, float(n));
    }

    pub(super) fn held(&mut self) {
        for (level, value) in &self.extra.held {
            if *level == Level::People {
                self.held_verdicts(*value);
                continue;
            }
            let (terms, constant) = self.built.goal(self.problem, *level);
            // Whole numbers are held as they are: room for a thousandth of a point would be taken, by
            // thousandths of teachers.
            let room =
                if *level == Level::Coefficients { 1e-6 * value.abs().max(1.0) } else { 0.0 };
            let row = self.built.model.at_most("", terms, value + room - constant);
            self.built.held_rows.push((row, *level));
        }
    }

    /// The parts of the first goal, each for itself: their weights are those of a number system.
    fn held_verdicts(&mut self, value: f64) {
        let fail = small(self.built.misses.len() + 1);
        let short = fail * small(self.built.fails.len() + 1);
        let shortages = (value / short + 1e-9).floor();
        let rest = value - shortages * short;
        let fails = (rest / fail + 1e-9).floor();
        let parts = [
            (&self.built.shortages, shortages),
            (&self.built.fails, fails),
            (&self.built.misses, (rest - fails * fail).round()),
        ];
        let rows = parts.map(|(cols, most)| {
            let terms: Vec<(Col, f64)> = cols.iter().map(|col| (*col, 1.0)).collect();
            (terms, most)
        });
        for (terms, most) in rows {
            if !terms.is_empty() {
                self.built.model.at_most("", terms, most);
            }
        }
    }
}
