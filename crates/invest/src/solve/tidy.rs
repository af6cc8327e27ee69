//! The third aim: the same plan with fewer schools and actions, at no more cost than the proof
//! leaves open. It improves what there is and claims nothing about the fewest that are possible.

use super::{Search, judged, objective, priced, worth};
use crate::InvestError;
use crate::lattice::Approx;
use crate::model::{Bound, as_f64, build, count_touched};
use solver::{Settings, Watch};

/// Nodes of the search tree: a bound that does not depend on the machine.
const NODES: u64 = 1;

impl Search<'_> {
    /// Looks for a plan that touches less, by the weights of the settings.
    pub(super) fn tidy(&mut self) -> Result<(), InvestError> {
        let weights = &self.problem.settings.touch;
        let Some(plan) = self.best.plan.clone().filter(|plan| plan.accepted) else { return Ok(()) };
        if weights.iter().all(domain::Exact::is_zero) || self.over().is_some() {
            return Ok(());
        }
        let wanted = self.problem.settings.limits.gap.approx();
        let cost = worth(self.problem, &plan).approx();
        // The dearest plan that is still within the gap, and never much dearer than this one.
        let most = self.best.bound().map_or(cost, |bound| bound / (1.0 - wanted)).max(cost);
        let mut built = build(self.problem, self.response, &self.cuts);
        let Some(last) = self.last.take().filter(|last| last.len() == built.model.columns()) else {
            return Ok(());
        };
        // Only among the actions of this plan: the others would make it a search of its own.
        for col in built.arrive.values().chain(built.leave.values()) {
            if last.get(col.index()).is_none_or(|value| *value < 1e-9) {
                built.model.set_bounds(*col, 0.0, 0.0);
            }
        }
        count_touched(&mut built, self.problem, self.response, Bound::Sensible);
        let mut start = last;
        start.resize(built.model.columns(), 1.0);
        built.model.set_start(start);
        let terms = priced(&built, self.problem);
        built.model.at_most("cost", terms, most - 1e-7 * cost.abs());
        if !built.short.is_empty() {
            let terms = built.short.clone();
            built.model.at_most("shortfall", terms, as_f64(plan.shortfall));
        }
        let [school, action] = [weights[0].approx(), weights[1].approx()];
        let mut touched: Vec<(solver::Col, f64)> = Vec::new();
        touched.extend(built.schools.iter().map(|col| (*col, school)));
        touched.extend(built.actions.iter().map(|col| (*col, action)));
        let aim = objective("touched", touched);
        built.model.set_objective(&aim.terms, 0.0);
        let settings = Settings { node_limit: Some(NODES), ..self.settings(0.02) };
        let watch = Watch::new().cancelled_by(&self.watch.cancel);
        // What is had is had: a solver that fails here costs nothing.
        let Ok(found) = self.solver.solve_watched(&built.model, &settings, &watch) else {
            return Ok(());
        };
        self.best.nodes += found.nodes;
        if !found.is_usable() {
            return Ok(());
        }
        let tidied = judged(self.problem, self.response, &built, &found)?.plan;
        let weighed = |plan: &crate::Plan| {
            school * as_f64(plan.schools_touched) + action * as_f64(plan.actions.len())
        };
        let within = worth(self.problem, &tidied).approx() <= most + 1e-9 * cost.abs();
        let as_good = tidied.accepted && tidied.shortfall <= plan.shortfall;
        if as_good && within && weighed(&tidied) < weighed(&plan) - 1e-9 {
            self.best.plan = Some(tidied);
        }
        Ok(())
    }
}
