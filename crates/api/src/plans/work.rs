//! The jobs of plans: `plan` looks for the cheapest plan and keeps what it finds, `frontier` asks what
//! each finishing year would cost.
//!
//! Settings are named by their hash: a job whose settings were changed meanwhile keeps nothing. One
//! that was killed after it had kept its result finds that by its own number.

use super::kept::{Impossible, Kept};
use super::pose::{self, NoYears, Years};
use super::tag;
use crate::jobs::{JobContext, JobError, Stop};
use domain::SchoolYear;
use invest::file::PlanFile;
use invest::outer::improve;
use invest::{InvestError, Outcome, Plan, Problem, scenario};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use solver::{Progress, Solver, Watch};
use standard::Standard;
use std::fmt::Write as _;
use std::sync::Arc;
use store::plans::PlanRecord;
use store::plans_done::Frontier;
use store::{StoreError, Which};

/// The steps of a run.
pub(super) const STEPS: [&str; 5] = ["取数", "推算学生数", "求解", "复核", "存档"];
/// The steps of a frontier.
pub(super) const FRONTIER_STEPS: [&str; 3] = ["取数", "推算学生数", "求解"];

/// What a job of a plan is asked.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Input {
    /// The plan.
    pub(super) plan: i64,
    /// The hash of its settings.
    pub(super) settings: String,
}

impl From<NoYears> for JobError {
    fn from(error: NoYears) -> Self {
        match error {
            NoYears::Store(error) => Self::Store(error),
            other @ NoYears::NoData(_) => crate::ApiError::from(other).into(),
        }
    }
}

fn failed(error: &InvestError) -> JobError {
    JobError::Failed(error.to_string())
}

fn changed() -> JobError {
    JobError::Failed("方案在测算期间已被修改，结果没有保存；请按新的方案重新测算".to_owned())
}

/// A plan, its standard and settings, as the job was asked about them.
struct Asked {
    record: PlanRecord,
    /// What was kept of an earlier run.
    kept: Option<String>,
    standard: Arc<Standard>,
    file: PlanFile,
}

async fn asked(context: &JobContext) -> Result<Asked, JobError> {
    let input: Input = context.input()?;
    let (record, kept) = context.store().plan(context.county(), input.plan).await?;
    if tag(&record.settings) != input.settings {
        return Err(changed());
    }
    let standard = pose::standard_of(context.app(), context.county()).await?;
    let file = pose::read(context.app(), &standard, &record.settings)?;
    Ok(Asked { record, kept, standard, file })
}

/// The data, and the problem with the pupils of the coming years.
async fn posed(context: &JobContext, asked: &Asked) -> Result<(Years, Problem), JobError> {
    context.step(0);
    context.say("正在取审定数据");
    let data = SchoolYear(asked.file.settings.first.0.saturating_sub(1));
    let years = pose::years(context.app(), context.county(), data, &asked.standard).await?;
    context.check()?;
    context.step(1);
    context.say("正在推算规划期的学生数");
    let (standard, file) = (Arc::clone(&asked.standard), asked.file.clone());
    let pose = move |_: &JobContext| {
        let problem = pose::problem(&years, &standard, file.settings, file.costs);
        Ok((years, problem.map_err(|error| failed(&error))?))
    };
    let posed = context.blocking(pose).await?;
    context.check()?;
    Ok(posed)
}

/// Tells the page where a search stands.
fn tell(context: &JobContext, progress: &Progress) {
    let money = |figure: f64| format!("{figure:.2}");
    let percent = |gap: f64| format!("{:.2}%", gap * 100.0);
    let figures = [
        ("best", "目前最好", progress.objective.map(money), " 万元"),
        ("bound", "下界", progress.bound.map(money), " 万元"),
        ("gap", "差距", progress.gap().map(percent), ""),
    ];
    let mut text = format!("已求解 {:.0} 秒", progress.seconds);
    for (name, zh, figure, unit) in figures {
        let Some(figure) = figure else { continue };
        let _ = write!(text, "，{zh} {figure}{unit}");
        context.figure(name, figure);
    }
    context.say(text);
}

/// Runs a search where blocking is allowed; it ends when the job is asked to stop or is gone.
async fn search<T: Send + 'static>(
    context: &JobContext,
    run: impl FnOnce(&dyn Solver, &Watch<'_>, &JobContext) -> Result<T, JobError> + Send + 'static,
) -> Result<T, JobError> {
    let stop = Stop::new(context);
    let cancel = stop.cancel();
    let outcome = context.blocking(move |context| {
        let solver = context.app().config().solver.make();
        let hear = |progress: &Progress| tell(context, progress);
        let watch = Watch::new().cancelled_by(&cancel).heard_by(&hear);
        run(solver.as_ref(), &watch, context)
    });
    let outcome = outcome.await;
    drop(stop);
    outcome
}

/// What a search has come to.
struct Found {
    plan: Option<Plan>,
    greedy: Option<Plan>,
    impossible: Option<Impossible>,
    /// The problem that the plan answers, with what the outer step has kept.
    problem: Problem,
}

fn solve(
    problem: &Problem,
    solver: &dyn Solver,
    watch: &Watch<'_>,
    context: &JobContext,
) -> Result<Found, JobError> {
    context.say("正在做逐校补齐的规划，用作对比");
    let greedy = invest::greedy::greedy(problem).map_err(|error| failed(&error))?;
    context.say("正在求解");
    let improved = improve(problem, solver, watch).map_err(|error| failed(&error))?;
    let problem = improved.problem;
    match improved.outcome {
        Outcome::Found(plan) => {
            Ok(Found { plan: Some(*plan), greedy: Some(greedy), impossible: None, problem })
        }
        Outcome::Nothing if context.is_cancelled() => Err(JobError::Cancelled),
        Outcome::Nothing => {
            let why = "到了时间上限还没有得到规划；请在方案中加大 seconds 后重新测算";
            Err(JobError::Failed(why.to_owned()))
        }
        Outcome::Impossible => {
            context.say("在给定条件下做不到，正在查找原因");
            // What it says now are no costs.
            let quiet = Watch { progress: None, ..watch.clone() };
            let said = invest::explain::explain(&problem, solver, &quiet);
            let impossible = Impossible::new(&problem, said.map_err(|error| failed(&error))?);
            Ok(Found { plan: None, greedy: None, impossible: Some(impossible), problem })
        }
    }
}

/// The job `plan`.
pub(crate) async fn run(context: JobContext) -> Result<Value, JobError> {
    let asked = asked(&context).await?;
    let kept = asked.kept.as_deref().map(serde_json::from_str::<Kept<Value>>);
    if let Some(Ok(kept)) = kept
        && kept.job == context.id()
    {
        return Ok(brief(&asked.record, &kept));
    }
    let (years, problem) = posed(&context, &asked).await?;
    context.step(2);
    let found =
        search(&context, move |solver, watch, context| solve(&problem, solver, watch, context));
    let found = found.await?;
    // From here on the job comes to its end even where it was asked to stop: what has been found
    // is what whoever stopped it wants.
    let cancelled = context.is_cancelled();
    context.step(3);
    context.say("正在逐项复核并逐年重新评估");
    let (found, checked) = context
        .blocking(move |_| {
            let check = |plan| invest::check::check(&found.problem, plan);
            let checked = found.plan.as_ref().map(check).transpose();
            let checked = checked.map_err(|error| failed(&error))?;
            Ok((found, checked))
        })
        .await?;
    context.step(4);
    context.say("正在存档");
    let Some(data) = years.data() else { return Err(JobError::failed("没有数据")) };
    let kept = Kept {
        job: context.id(),
        year: data.year(),
        snapshot: data.hash().to_owned(),
        waiting: years.waiting,
        cancelled,
        plan: found.plan,
        greedy: found.greedy,
        checked,
        impossible: found.impossible,
    };
    let text = serde_json::to_string(&kept).map_err(JobError::failed)?;
    // A snapshot is named by its content: kept twice it is kept once.
    let catalogue = asked.standard.catalogue();
    let store = context.store();
    store.keep_snapshot(data, Some(Which::Approved), catalogue, &context.by()).await?;
    let (county, id, seen) = (context.county(), asked.record.id, asked.record.version);
    match store.put_plan_result(county, id, &text, seen, &context.by()).await {
        Ok(record) => Ok(brief(&record, &kept)),
        Err(StoreError::Conflict { .. } | StoreError::NotNow { .. }) => Err(changed()),
        Err(error) => Err(error.into()),
    }
}

/// The result of the job itself: where to look.
fn brief<P>(record: &PlanRecord, kept: &Kept<P>) -> Value {
    json!({
        "plan": record.id,
        "possible": kept.impossible.is_none(),
        "cancelled": kept.cancelled,
    })
}

/// The job `frontier`.
pub(crate) async fn frontier(context: JobContext) -> Result<Value, JobError> {
    let asked = asked(&context).await?;
    let (years, problem) = posed(&context, &asked).await?;
    context.step(2);
    let (title, hash) = (problem.settings.title.clone(), problem.hash().to_owned());
    let points = search(&context, move |solver, watch, context| {
        context.say("正在求各完成年份的最少投入");
        scenario::frontier(&problem, solver, watch).map_err(|error| failed(&error))
    });
    let points = points.await?;
    let cancelled = context.is_cancelled();
    let found = json!({
        "format": 1,
        "engine": env!("CARGO_PKG_VERSION"),
        "title": title,
        "problem": hash,
        "plan": asked.record.id,
        "cancelled": cancelled,
        "points": points,
    });
    // What was ended early lacks points: it does not take the place of a whole one.
    if let (false, Some(data)) = (cancelled, years.data()) {
        let kept = Frontier {
            settings: tag(&asked.record.settings),
            snapshot: data.hash().to_owned(),
            standard: asked.standard.hash().to_owned(),
            content: found.to_string(),
            by: context.by().person,
            at: context.now(),
        };
        context.store().put_frontier(context.county(), asked.record.id, &kept).await?;
    }
    Ok(found)
}
