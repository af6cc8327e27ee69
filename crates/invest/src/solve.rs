//! The search: solve, round up, apply, judge; add the rows that the judge's verdict asks for, and
//! again, until the judge accepts and the gap is closed. Then, at no more cost than the proof
//! leaves open, fewer schools and actions.
//!
//! A plan is on the table early: a loose first solve, or the plan made by hand where the judge
//! accepts it. Whoever cancels gets the best one so far with its bound.

mod best;
mod tidy;

use self::best::Best;
use crate::InvestError;
use crate::assemble::{Assembled, assemble};
use crate::decode::decode;
use crate::greedy;
use crate::lattice::Approx;
use crate::model::{Built, Cuts, SpreadKey, build};
use crate::plan::{Method, Plan};
use crate::problem::Problem;
use crate::respond::{Response, beyond, respond};
use crate::tangent::Tangents;
use domain::Exact;
use domain::change::ChangeError;
use solver::{
    Lexicographic, Objective, Progress, Settings, Solution, Solver, Watch, lexicographic,
};
use std::time::{Duration, Instant};

/// Rounds after which the limit of a coefficient is tightened a little, since tangents come near
/// it from outside.
const PATIENCE: usize = 8;
/// Rounds at most.
const ROUNDS: usize = 40;
/// Gap of the first, loose solve.
const LOOSE: f64 = 0.3;

/// What a search ends with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A plan; [`Plan::accepted`] says whether the judge accepts it, and its
    /// [`Method::ended`](crate::plan::Method::ended) why the search stopped.
    Found(Box<Plan>),
    /// There is no plan within the money, posts, land and time given; see
    /// [`crate::explain::explain`].
    Impossible,
    /// The time was over, or the caller cancelled, before there was a plan.
    Nothing,
}

/// Finds the cheapest plan that the judge accepts.
///
/// The watch hears of the best plan that the judge has accepted so far (its discounted cost, with
/// what touching schools and actions is worth) and of the bound, both in 万元.
///
/// # Errors
/// [`InvestError`] where the problem cannot be posed, or the solver fails before there is a plan.
/// That there is no plan is an answer.
pub fn solve(
    problem: &Problem,
    solver: &dyn Solver,
    watch: &Watch<'_>,
) -> Result<Outcome, InvestError> {
    let response = respond(problem)?;
    search(problem, &response, solver, watch)
}

pub(crate) fn search(
    problem: &Problem,
    response: &Response,
    solver: &dyn Solver,
    watch: &Watch<'_>,
) -> Result<Outcome, InvestError> {
    Ok(search_with_cuts(problem, response, solver, watch)?.0)
}

/// The outcome, and the rows that the search has added: what shows that there is no plan.
pub(crate) fn search_with_cuts(
    problem: &Problem,
    response: &Response,
    solver: &dyn Solver,
    watch: &Watch<'_>,
) -> Result<(Outcome, Cuts), InvestError> {
    let mut best = Best::of(problem);
    let by_hand = greedy::plan(problem, response)?;
    if by_hand.accepted {
        best.keep(by_hand);
    }
    let mut search = Search {
        problem,
        response,
        solver,
        watch,
        begun: Instant::now(),
        best,
        cuts: Cuts::beginning(response),
        last: None,
    };
    search.tell(None);
    match search.run() {
        Ok(End::Impossible) => return Ok((Outcome::Impossible, search.cuts)),
        Ok(End::Done) => search.tidy()?,
        Ok(End::Stopped(why)) => search.best.ended = why,
        // A solver that breaks down does not take the plan with it.
        Err(InvestError::Solver(why)) if search.best.plan.is_some() => search.best.ended = why,
        Err(error) => return Err(error),
    }
    Ok((search.best.finish(solver), search.cuts))
}

/// How the rounds end.
enum End {
    /// The judge accepts, or no round would help any more.
    Done,
    /// The relaxation has no solution.
    Impossible,
    /// Out of time, memory or patience; cancelled.
    Stopped(String),
}

struct Search<'a> {
    problem: &'a Problem,
    response: &'a Response,
    solver: &'a dyn Solver,
    watch: &'a Watch<'a>,
    begun: Instant,
    best: Best<'a>,
    cuts: Cuts,
    /// The last solution: a start for the next round.
    last: Option<Vec<f64>>,
}

impl Search<'_> {
    fn left(&self) -> Duration {
        let limit = Duration::from_secs(u64::from(self.problem.settings.limits.seconds));
        limit.saturating_sub(self.begun.elapsed())
    }

    fn over(&self) -> Option<String> {
        if self.watch.cancel.is_cancelled() {
            return Some("用户中止".to_owned());
        }
        self.left().is_zero().then(|| "到达时间上限".to_owned())
    }

    /// Lets the watch hear of the best plan; `bound` is that of a running solve.
    fn tell(&self, bound: Option<f64>) {
        if let Some(hear) = self.watch.progress {
            let known = self.best.bound();
            hear(&Progress {
                seconds: self.begun.elapsed().as_secs_f64(),
                objective: self.best.accepted(),
                bound: known.into_iter().chain(bound).reduce(f64::max),
                nodes: self.best.nodes,
            });
        }
    }

    fn settings(&self, gap: f64) -> Settings {
        Settings { seed: self.problem.settings.limits.seed, ..Settings::default() }
            .within(self.left())
            .to_gap(gap)
    }

    /// Solves all stages of a model, the last of which is cost.
    fn solve(&self, built: &mut Built, gap: f64) -> Result<Lexicographic, InvestError> {
        let stages = stages(built, self.problem);
        let hear = |progress: &Progress| {
            // Only the cost's own bound says something; a shortfall is counted in sections.
            let cost = built.short.is_empty().then_some(progress.bound).flatten();
            self.tell(cost);
        };
        let watch = Watch::new().cancelled_by(&self.watch.cancel).heard_by(&hear);
        let settings = self.settings(gap);
        lexicographic(self.solver, &mut built.model, &stages, &settings, &watch)
            .map_err(|error| InvestError::Solver(error.to_string()))
    }

    /// Rounds with a loose gap until there is a plan that the judge accepts, then to the proof.
    fn run(&mut self) -> Result<End, InvestError> {
        let wanted = self.problem.settings.limits.gap.approx();
        // Half of the gap for the solver, half for what rounding up and repairing cost.
        let (mut gap, tight) = (LOOSE.max(wanted), wanted / 2.0);
        let mut patience = PATIENCE;
        let mut asked_again = false;
        let mut proofs = 3;
        // A first plan is wanted soon: a little is kept back for what rounding up costs.
        self.cuts.keep_back(&self.problem.settings);
        for round in 0..ROUNDS {
            if let Some(why) = self.over() {
                return Ok(End::Stopped(why));
            }
            self.best.rounds = round + 1;
            let mut built = build(self.problem, self.response, &self.cuts);
            if let Some(start) = self.last.take().filter(|s| s.len() == built.model.columns()) {
                built.model.set_start(start);
            }
            let found = self.solve(&mut built, gap)?;
            self.best.nodes += found.solution.nodes;
            if found.solution.status == solver::Status::Infeasible {
                let none = self.best.accepted().is_none();
                if self.cuts.is_relaxation() {
                    return Ok(if none { End::Impossible } else { End::Done });
                }
                // What was kept back may be what leaves no room: once more without.
                if none && !asked_again {
                    asked_again = true;
                    self.cuts.relax();
                    continue;
                }
                let why = "为差异系数或资金留余地后模型无解，未能证明";
                return Ok(End::Stopped(why.to_owned()));
            }
            if !found.solution.is_usable() {
                return Ok(End::Stopped(self.over().unwrap_or_else(|| stopped(&found.solution))));
            }
            if self.cuts.is_relaxation() {
                self.best.learn(&found.stages);
            }
            let Some(assembled) = self.judged(&built, &found.solution)? else { continue };
            let beyond = beyond(self.problem, &assembled.verdicts);
            self.best.keep(assembled.plan.clone());
            self.tell(None);
            self.last = Some(found.solution.values);
            if let solver::Status::Feasible(_) = found.solution.status {
                return Ok(End::Stopped(self.over().unwrap_or_else(|| "求解器中断".to_owned())));
            }
            if self.best.gap().is_some_and(|gap| gap <= wanted) {
                return Ok(End::Done);
            }
            if gap > tight && (self.best.accepted().is_some() || round >= PATIENCE) {
                (gap, patience) = (tight, round + 1 + PATIENCE);
                self.cuts.fine.extend(&assembled.over);
                for key in beyond {
                    cut(&mut self.cuts, self.response, &assembled, key, false);
                }
                // What the loose plan needed kept back would only blur the bound.
                self.cuts.relax();
                continue;
            }
            if beyond.is_empty() && assembled.unpaid.is_empty() && assembled.over.is_empty() {
                if self.cuts.is_relaxation() || proofs == 0 {
                    return Ok(End::Done);
                }
                // There is a plan, but its last bounds are of a tightened model: once more without.
                proofs -= 1;
                self.cuts.relax();
                continue;
            }
            self.cuts.fine.extend(&assembled.over);
            for (year, amount) in &assembled.unpaid {
                *self.cuts.reserve.entry(*year).or_insert(0.0) += 1.2 * amount.approx() + 0.05;
            }
            for key in beyond {
                cut(&mut self.cuts, self.response, &assembled, key, round >= patience);
            }
        }
        Ok(End::Stopped("达到轮次上限".to_owned()))
    }

    /// What the judge says of a solution; `None` where it cannot be carried out year by year, which
    /// the next model will see to.
    fn judged(
        &mut self,
        built: &Built,
        solution: &Solution,
    ) -> Result<Option<Assembled>, InvestError> {
        match judged(self.problem, self.response, built, solution) {
            Err(InvestError::Change(ChangeError::OutOfBounds { .. }))
                if self.cuts.fine.len() < self.problem.costs.measures.len() =>
            {
                self.cuts.fine.extend(0..self.problem.costs.measures.len());
                Ok(None)
            }
            other => other.map(Some),
        }
    }
}

/// Why a solver stopped before its proof.
fn stopped(solution: &Solution) -> String {
    use solver::{Status, Stop};
    let (Status::Feasible(stop) | Status::Unknown(stop)) = solution.status else {
        return "求解器没有给出可用的结果".to_owned();
    };
    match stop {
        Stop::Time => "到达时间上限",
        Stop::Nodes => "到达节点上限",
        Stop::Cancelled => "用户中止",
        Stop::Memory => "内存不足",
        Stop::Trouble => "求解器中断",
    }
    .to_owned()
}

const SHORTFALL: &str = "shortfall";
const COST: &str = "cost";

fn stages(built: &Built, problem: &Problem) -> Vec<Objective> {
    let mut stages = Vec::new();
    if !built.short.is_empty() {
        stages.push(objective(SHORTFALL, built.short.clone()));
    }
    stages.push(objective(COST, priced(built, problem)));
    stages
}

fn objective(name: &str, terms: Vec<(solver::Col, f64)>) -> Objective {
    Objective { name: name.to_owned(), terms, offset: 0.0, tolerance: 1e-6 }
}

/// Discounted cost, and what touching schools and actions is worth to the county.
fn priced(built: &Built, problem: &Problem) -> Vec<(solver::Col, f64)> {
    let (school, action) = (&problem.settings.per_school, &problem.settings.per_action);
    let (school, action) = (school.approx(), action.approx());
    let mut cost = built.cost.clone();
    cost.extend(built.schools.iter().map(|col| (*col, school)));
    cost.extend(built.actions.iter().map(|col| (*col, action)));
    cost
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
        ..Method::default()
    };
    assemble(problem, response, &choice, method)
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
    let added = tangents.separate(&weights, &values);
    // Where every tangent is there already, only a little distance keeps the judge content.
    if repairing || added == 0 {
        tangents.tighter = (tangents.tighter * 2.0).max(2e-5);
    }
}

/// What a plan costs with what touching schools and actions is worth.
pub(crate) fn worth(problem: &Problem, plan: &Plan) -> Exact {
    let count = |n: usize| Exact::from(i64::try_from(n).unwrap_or(i64::MAX));
    let schools = &problem.settings.per_school * &count(plan.schools_touched);
    let actions = &problem.settings.per_action * &count(plan.actions.len());
    &plan.discounted + &(schools + actions)
}
