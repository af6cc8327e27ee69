//! What a search has come to: the best plan, and what no plan can beat.

use super::{COST, Outcome, SHORTFALL, worth};
use crate::lattice::Approx;
use crate::model::as_f64;
use crate::plan::Plan;
use crate::problem::Problem;
use solver::{Solver, Stage};

/// How far a bound may lie above an accepted plan's cost, relatively, and still be the solver's
/// rounding error rather than a false claim.
const TOLERANCE: f64 = 1e-6;

/// What a round has shown: no plan with at most `shortfall` sections short costs less than `bound`.
#[derive(Clone, Copy, Debug)]
struct Claim {
    shortfall: f64,
    bound: f64,
}

#[derive(Debug)]
pub(super) struct Best<'a> {
    problem: &'a Problem,
    pub(super) plan: Option<Plan>,
    claims: Vec<Claim>,
    pub(super) nodes: u64,
    pub(super) rounds: usize,
    /// Why the search ended before its proof; empty where it did not.
    pub(super) ended: String,
}

impl<'a> Best<'a> {
    pub(super) fn of(problem: &'a Problem) -> Self {
        Self { problem, plan: None, claims: Vec::new(), nodes: 0, rounds: 0, ended: String::new() }
    }

    /// Takes what the stages of a relaxation have shown.
    pub(super) fn learn(&mut self, stages: &[Stage]) {
        let of = |name: &str| stages.iter().find(|stage| stage.name == name);
        // Where the shortfall's own solve has a bound only, that is what no plan can beat.
        let shortfall = match of(SHORTFALL) {
            Some(stage) => (stage.bound.unwrap_or(0.0) - 1e-6).max(0.0).ceil(),
            None => 0.0,
        };
        // The cost was bounded for plans as good as the shortfall found, or better.
        let found = of(SHORTFALL).and_then(|stage| stage.value).unwrap_or(0.0);
        if let Some(bound) = of(COST).and_then(|stage| stage.bound)
            && found < shortfall + 0.5
        {
            self.claims.push(Claim { shortfall: found, bound });
        }
    }

    /// Keeps the better plan: accepted before not, then less shortfall, then cheaper.
    pub(super) fn keep(&mut self, plan: Plan) {
        let worth = |p: &Plan| worth(self.problem, p).approx();
        let key = |p: &Plan| (!p.accepted, p.shortfall);
        let better = self.plan.as_ref().is_none_or(|known| {
            key(&plan) < key(known)
                || (key(&plan) == key(known) && worth(&plan) < worth(known) - 1e-9)
        });
        if better {
            self.plan = Some(plan);
        }
    }

    /// The worth of the best plan, where the judge accepts it.
    pub(super) fn accepted(&self) -> Option<f64> {
        let accepted = self.plan.as_ref().filter(|plan| plan.accepted)?;
        Some(worth(self.problem, accepted).approx())
    }

    /// What no plan as good against the target lines as the best one can cost less than. A claim
    /// that an accepted plan refutes was false, whatever the solver says, and is not used.
    pub(super) fn bound(&self) -> Option<f64> {
        let accepted = self.plan.as_ref().filter(|plan| plan.accepted);
        let shortfall = as_f64(accepted.map_or(0, |plan| plan.shortfall));
        let cost = self.accepted().unwrap_or(f64::INFINITY);
        self.claims
            .iter()
            .filter(|claim| claim.shortfall + 0.5 > shortfall)
            .map(|claim| claim.bound)
            .filter(|bound| *bound <= cost + TOLERANCE * cost.abs().max(1.0))
            .reduce(f64::max)
    }

    /// (cost − bound) / cost of the best plan.
    pub(super) fn gap(&self) -> Option<f64> {
        let (cost, bound) = (self.accepted()?, self.bound()?);
        Some(if cost > 0.0 { ((cost - bound) / cost).max(0.0) } else { 0.0 })
    }

    pub(super) fn finish(self, solver: &dyn Solver) -> Outcome {
        let (bound, gap) = (self.bound(), self.gap());
        let Some(mut plan) = self.plan else { return Outcome::Nothing };
        let version = solver.version();
        let limits = &self.problem.settings.limits;
        let wanted = limits.gap.approx();
        "optimum".clone_into(&mut plan.method.name);
        plan.method.solver = format!("{} {}", version.name, version.version);
        plan.method.seed = limits.seed;
        plan.method.rounds = self.rounds;
        plan.method.nodes = self.nodes;
        // Rounded down: what is printed is a bound, too.
        plan.method.bound = bound.map(|bound| format!("{:.6}", (bound * 1e6).floor() / 1e6));
        plan.method.gap = gap.map(|gap| format!("{gap:.6}"));
        plan.method.proved = plan.accepted && gap.is_some_and(|gap| gap <= wanted + 1e-9);
        plan.method.ended = if plan.method.proved { String::new() } else { self.ended };
        Outcome::Found(Box::new(plan))
    }
}
