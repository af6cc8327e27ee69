//! Rows of one coefficient: the mean, and the tangents of every section.

use super::{Builder, SpreadKey, Tag};
use crate::lattice::Approx;
use crate::tangent::Tangents;
use domain::Exact;
use solver::Col;

impl Builder<'_> {
    pub(super) fn spread(&mut self, key: SpreadKey, tangents: &Tangents) {
        let (t, stage, k) = key;
        let target = &self.response.targets[k];
        let Some(limit) = target.coefficient.get(stage.index()).and_then(Option::as_ref) else {
            return;
        };
        let members = members(self.response, key);
        let total: f64 = members.iter().map(|(_, weight, _)| weight).sum();
        // In units of the starting mean, so that every coefficient is about one.
        let unit = members.iter().map(|(_, w, x)| w * x).sum::<f64>() / total;
        let unit = if unit > 0.0 { unit } else { 1.0 };
        let name = |what: &str| format!("{what} {t} {stage} {k}");
        let mean = self.built.model.continuous(&name("mean"), 0.0, f64::INFINITY, 0.0);
        let mut mean_row: Vec<(Col, f64)> = vec![(mean, -1.0)];
        let mut sum_row: Vec<(Col, f64)> = Vec::new();
        for ((i, weight, base), ratios) in members.iter().zip(&tangents.ratios) {
            let share = weight / total;
            let value = self.built.model.continuous(&name("value"), 0.0, f64::INFINITY, 0.0);
            let square = self.built.model.continuous(&name("square"), 0.0, f64::INFINITY, 0.0);
            let mut terms: Vec<(Col, f64)> = vec![(value, -1.0)];
            for (mover, step) in &self.response.years[t][*i].moved_by[k] {
                let step = step.approx() / unit;
                terms.extend(self.moved(*mover, t).into_iter().map(|(c, sign)| (c, sign * step)));
            }
            self.built.model.equal(&name("value"), terms, -base / unit);
            mean_row.push((value, share));
            sum_row.push((square, share));
            for rho in ratios {
                let terms = [(square, 1.0), (value, -2.0 * rho), (mean, rho * rho)];
                self.built.model.at_least(&name("tangent"), terms, 0.0);
            }
        }
        self.built.model.equal(&name("mean"), mean_row, 0.0);
        let limit = limit.approx();
        sum_row.push((mean, -(1.0 + limit * limit) * (1.0 - tangents.tighter)));
        let row = self.built.model.at_most(&name("spread"), sum_row, 0.0);
        self.tag(row, Tag::Spread(key), 1.0, 1.0);
    }
}

/// The sections of a coefficient: place in the year's list, weight, value without a plan.
pub(crate) fn members(
    response: &crate::respond::Response,
    (t, stage, k): SpreadKey,
) -> Vec<(usize, f64, f64)> {
    let value = |value: &Option<Exact>| value.as_ref().map(Approx::approx);
    response.years[t]
        .iter()
        .enumerate()
        .filter(|(_, section)| section.stage == stage)
        .filter_map(|(i, s)| Some((i, s.weight.approx(), value(s.values.get(k)?)?)))
        .collect()
}
