//! The search: solve, round up, apply, judge; add the rows that the judge's verdict asks for, and
//! again, until the judge accepts and the gap is closed.

use crate::InvestError;
use crate::assemble::{Assembled, assemble};
use crate::decode::decode;
use crate::lattice::Approx;
use crate::model::{Built, Cuts, SpreadKey, build};
use crate::plan::{Method, Plan};
use crate::problem::Problem;
use crate::respond::{Response, respond};
use crate::tangent::Tangents;
use domain::Exact;
use solver::{Objective, Settings, Solution, Solver, Stage, Watch, lexicographic};
use standard::evaluation::Verdict;
use std::time::{Duration, Instant};

/// Rounds after which the limit of a coefficient is tightened a little, since tangents come near
/// it from outside.
const PATIENCE: usize = 8;
/// Rounds at most.
const ROUNDS: usize = 40;

/// What a search ends with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A plan; [`Plan::accepted`] says whether the judge accepts it.
    Found(Box<Plan>),
    /// There is no plan within the money, posts, land and time given; see
    /// [`crate::explain::explain`].
    Impossible,
    /// The time was over, or the caller cancelled, before there was a plan.
    Nothing,
}

/// Finds the cheapest plan that the judge accepts.
///
/// # Errors
/// [`InvestError`] where the problem cannot be posed or the solver fails. That there is no plan is
/// an answer.
pub fn solve(
    problem: &Problem,
    solver: &dyn Solver,
    watch: &Watch<'_>,
) -> Result<Outcome, InvestError> {
    let response = respond(problem)?;
    search(problem, &response, solver, watch)
}

/// What the search has come to.
#[derive(Default)]
struct Best {
    plan: Option<Plan>,
    bound: Option<f64>,
    /// The shortfall for which the bound holds.
    shortfall: f64,
    nodes: u64,
    rounds: usize,
}

impl Best {
    /// Takes the bound of a round. Bounds of earlier rounds go on holding, unless the new rows
    /// have made the shortfall larger: then they were bounds of plans that do not exist.
    fn learn(&mut self, stages: &[Stage]) {
        let of = |name: &str| stages.iter().find(|stage| stage.name == name);
        let shortfall = of(SHORTFALL).and_then(|stage| stage.value).unwrap_or(0.0);
        let Some(bound) = of(COST).and_then(|stage| stage.bound) else { return };
        if shortfall > self.shortfall + 0.5 {
            self.bound = None;
        }
        self.shortfall = shortfall;
        self.bound = Some(self.bound.map_or(bound, |known| known.max(bound)));
    }
}

pub(crate) fn search(
    problem: &Problem,
    response: &Response,
    solver: &dyn Solver,
    watch: &Watch<'_>,
) -> Result<Outcome, InvestError> {
    let begun = Instant::now();
    let limit = Duration::from_secs(u64::from(problem.settings.limits.seconds));
    let wanted = problem.settings.limits.gap.approx();
    let mut cuts = Cuts::default();
    let mut best = Best::default();
    // While nothing is tightened the model is a relaxation and its bound holds.
    let mut relaxed = true;
    for round in 0..ROUNDS {
        let left = limit.saturating_sub(begun.elapsed());
        if left.is_zero() {
            break;
        }
        best.rounds = round + 1;
        let mut built = build(problem, response, &cuts);
        // Half of the gap for the solver, half for what rounding up and repairing cost.
        let settings = Settings { seed: problem.settings.limits.seed, ..Settings::default() }
            .within(left)
            .to_gap(wanted / 2.0);
        let stages = stages(&mut built, problem);
        let found = lexicographic(solver, &mut built.model, &stages, &settings, watch)
            .map_err(|error| InvestError::Solver(error.to_string()))?;
        best.nodes += found.solution.nodes;
        if found.solution.status == solver::Status::Infeasible {
            if relaxed && best.plan.is_none() {
                return Ok(Outcome::Impossible);
            }
            break;
        }
        if !found.solution.is_usable() {
            break;
        }
        if relaxed {
            best.learn(&found.stages);
        }
        let assembled = judged(problem, response, &built, &found.solution)?;
        let beyond = beyond(problem, &assembled);
        let unpaid = !assembled.unpaid.is_empty();
        keep(&mut best, assembled.plan.clone());
        if beyond.is_empty() && !unpaid {
            break;
        }
        for (year, amount) in &assembled.unpaid {
            relaxed = false;
            *cuts.reserve.entry(*year).or_insert(0.0) += 1.2 * amount.approx() + 0.05;
        }
        let repairing = round + 1 >= PATIENCE;
        relaxed &= !repairing || beyond.is_empty();
        for key in beyond {
            cut(&mut cuts, response, &assembled, key, repairing);
        }
    }
    Ok(finish(problem, solver, best, wanted))
}

const SHORTFALL: &str = "shortfall";
const COST: &str = "cost";

fn stages(built: &mut Built, problem: &Problem) -> Vec<Objective> {
    let mut stages = Vec::new();
    let objective = |name: &str, terms: &[(solver::Col, f64)], tolerance: f64| Objective {
        name: name.to_owned(),
        terms: terms.to_vec(),
        offset: 0.0,
        tolerance,
    };
    if !built.short.is_empty() {
        stages.push(objective(SHORTFALL, &built.short, 1e-6));
    }
    // The third aim is priced into the second, so that one proof covers both.
    let per_school = problem.settings.per_school.approx();
    let mut cost = built.cost.clone();
    cost.extend(built.touched.iter().map(|(col, weight)| (*col, weight * per_school)));
    stages.push(objective(COST, &cost, 1e-6));
    stages
}

fn judged(
    problem: &Problem,
    response: &Response,
    built: &Built,
    solution: &Solution,
) -> Result<Assembled, InvestError> {
    let choice = decode(problem, response, built, solution);
    let method = Method {
        name: "optimum".to_owned(),
        solver: format!("{} {}", solution.solver.name, solution.solver.version),
        seed: problem.settings.limits.seed,
        threads: Settings::default().threads,
        rounds: 0,
        nodes: 0,
        bound: None,
        gap: None,
        proved: false,
    };
    assemble(problem, response, &choice, method)
}

/// Coefficients that the judge finds beyond their limits, from the finishing year on.
fn beyond(problem: &Problem, assembled: &Assembled) -> Vec<SpreadKey> {
    let mut keys = Vec::new();
    for (t, evaluation) in assembled.verdicts.iter().enumerate().skip(problem.finish_index()) {
        for stage in &evaluation.stages {
            for (k, indicator) in stage.indicators.iter().enumerate() {
                if indicator.verdict == Verdict::Fail {
                    keys.push((t, stage.stage, k));
                }
            }
        }
    }
    keys
}

/// Lays the tangents of a coefficient at the judged values.
fn cut(
    cuts: &mut Cuts,
    response: &Response,
    assembled: &Assembled,
    key: SpreadKey,
    repairing: bool,
) {
    let (t, stage, k) = key;
    let sections = &assembled.verdicts[t].sections;
    let mut weights = Vec::new();
    let mut values = Vec::new();
    for (section, state) in sections.iter().zip(&response.years[t]) {
        if section.stage == stage
            && let Some(value) = section.values.get(k).and_then(|v| v.value.as_ref())
        {
            weights.push(state.weight.approx());
            values.push(value.exact.approx());
        }
    }
    let tangents = cuts.spreads.entry(key).or_insert_with(|| Tangents::grid(weights.len()));
    tangents.separate(&weights, &values);
    if repairing {
        tangents.tighter = (tangents.tighter * 2.0).max(2e-5);
    }
}

/// Keeps the better plan: accepted before not, then less shortfall, then cheaper.
fn keep(best: &mut Best, plan: Plan) {
    let key = |p: &Plan| (!p.accepted, p.shortfall, p.discounted.clone());
    if best.plan.as_ref().is_none_or(|known| key(&plan) < key(known)) {
        best.plan = Some(plan);
    }
}

fn finish(problem: &Problem, solver: &dyn Solver, best: Best, wanted: f64) -> Outcome {
    let Some(mut plan) = best.plan else { return Outcome::Nothing };
    let touched = i64::try_from(plan.schools_touched).unwrap_or(0);
    let cost = &plan.discounted + &(&problem.settings.per_school * &Exact::from(touched));
    let cost = cost.approx();
    let gap =
        best.bound.map(|bound| if cost > 0.0 { ((cost - bound) / cost).max(0.0) } else { 0.0 });
    let version = solver.version();
    plan.method.solver = format!("{} {}", version.name, version.version);
    plan.method.rounds = best.rounds;
    plan.method.nodes = best.nodes;
    plan.method.bound = best.bound.map(|bound| format!("{bound:.6}"));
    plan.method.gap = gap.map(|gap| format!("{gap:.6}"));
    plan.method.proved = plan.accepted && gap.is_some_and(|gap| gap <= wanted + 1e-9);
    Outcome::Found(Box::new(plan))
}
