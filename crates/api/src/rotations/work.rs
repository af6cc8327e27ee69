//! The job `rotation`: finds one, compares the ways of rotating, checks what was found, keeps it.
//!
//! What the job is asked and what it says of itself are numbers only. Its settings are named by their
//! hash: a job whose settings were changed meanwhile keeps nothing. One that was killed after it had
//! kept its run finds that by its own number. Asked to stop, it keeps the best that there is by then.

use super::mode::Mode;
use super::pose::{self, Ground, standard_ref};
use super::result::{
    Brief, Kept, RotationFinding, RotationJudged, RotationPrice, RotationPrices, RotationVerdict,
    RotationWord, stayers,
};
use crate::jobs::{JobContext, JobError, Stop};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use solver::Solver;
use staffing::StaffingError;
use staffing::rotation::check::check;
use staffing::rotation::stable::{prices, stable_followed};
use staffing::rotation::{Follow, Outcome, Problem, Rotation, Settings, Step, optimum_followed};
use standard::Evaluation;
use standard::evaluation::Verdict;
use store::rotations::{NewRun, RunRecord};
use store::{StoreError, Which};

/// The steps of a run.
pub(super) const STEPS: [&str; 6] = ["取数", "核定岗位", "求解", "比较", "复核", "存档"];
/// The finding that a share is not reached: a stable rotation reports shares and does not force them.
const SHARE: &str = "T-CHECK-10";

/// What a job is asked.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Input {
    pub(super) rotation: i64,
    pub(super) mode: Mode,
    /// The hash of the settings with wishes and decisions.
    pub(super) asked: String,
}

fn failed(error: &StaffingError) -> JobError {
    JobError::Failed(error.to_string())
}

fn changed() -> JobError {
    let why = "设置、志愿或异议决定在求解期间已变化，结果没有保存；请重新求解";
    JobError::Failed(why.to_owned())
}

/// The result of the job itself: where to look.
fn brief(rotation: i64, run: &RunRecord) -> Value {
    json!({
        "rotation": rotation,
        "run": run.run,
        "possible": run.possible,
        "moved": run.moved,
        "findings": run.findings,
    })
}

/// One way of rotating.
fn find(
    problem: &Problem,
    mode: Mode,
    solver: &dyn Solver,
    follow: &Follow<'_>,
) -> Result<Outcome, StaffingError> {
    match mode.mechanism() {
        None => optimum_followed(problem, solver, follow),
        Some(mechanism) => {
            let found = stable_followed(problem, mechanism, follow)?;
            Ok(Outcome::Found(Box::new(found)))
        }
    }
}

/// What was found, with everything that is said of it.
struct Found {
    outcome: Outcome,
    prices: RotationPrices,
    checked: Vec<RotationFinding>,
    judged: Option<RotationJudged>,
}

fn look(
    problem: &Problem,
    mode: Mode,
    context: &JobContext,
    stop: &Stop,
) -> Result<Found, JobError> {
    let solver = context.app().config().solver.make();
    let cancel = stop.cancel();
    let hear = |step: Step| context.say(step.zh());
    let follow = Follow::new().cancelled_by(&cancel).heard_by(&hear);
    context.step(2);
    let outcome = match find(problem, mode, &*solver, &follow) {
        Err(_) | Ok(Outcome::Impossible(_)) if context.is_cancelled() => Err(JobError::Cancelled),
        Err(error) => Err(failed(&error)),
        Ok(outcome) => Ok(outcome),
    }?;
    context.step(3);
    let prices = compare(problem, mode, &outcome, &*solver, &follow, context);
    context.step(4);
    context.say("正在逐条复核并按全部标准评估");
    let (mut checked, mut judged) = (Vec::new(), None);
    if let Outcome::Found(rotation) = &outcome {
        let findings = check(problem, rotation).map_err(|error| failed(&error))?;
        let counts = |code: &str| code != SHARE || mode.mechanism().is_none();
        let counted = findings.iter().filter(|finding| counts(&finding.code));
        checked = counted.map(RotationFinding::from).collect();
        let (_, before, after) = rotation.judged(problem).map_err(|error| failed(&error))?;
        judged = Some(RotationJudged { before: verdict(&before), after: verdict(&after) });
    }
    Ok(Found { outcome, prices, checked, judged })
}

/// The other ways beside the one that was asked for. Where one has no answer, its column is empty;
/// nobody who wants the run to end waits for a comparison.
fn compare(
    problem: &Problem,
    mode: Mode,
    outcome: &Outcome,
    solver: &dyn Solver,
    follow: &Follow<'_>,
    context: &JobContext,
) -> RotationPrices {
    let mut ways: Vec<(Mode, Option<Rotation>)> = Vec::new();
    for (at, other) in Mode::ALL.into_iter().enumerate() {
        context.progress(at, Mode::ALL.len());
        let found = if other == mode {
            match outcome {
                Outcome::Found(rotation) => Some((**rotation).clone()),
                Outcome::Impossible(_) => None,
            }
        } else if context.is_cancelled() {
            None
        } else {
            match find(problem, other, solver, follow) {
                Ok(Outcome::Found(rotation)) => Some(*rotation),
                Ok(Outcome::Impossible(_)) | Err(_) => None,
            }
        };
        ways.push((other, found));
    }
    let there: Vec<&Rotation> = ways.iter().filter_map(|(_, found)| found.as_ref()).collect();
    let rows = prices(&there).into_iter().map(|price| {
        let mut after = price.after.into_iter();
        RotationPrice {
            code: price.code,
            zh: price.zh,
            unit: price.unit,
            before: price.before,
            after: ways.iter().map(|(_, way)| way.as_ref().and_then(|_| after.next())).collect(),
        }
    });
    RotationPrices {
        rows: rows.collect(),
        modes: ways.iter().map(|(mode, _)| RotationWord::new(mode.code(), mode.zh())).collect(),
    }
}

fn verdict(evaluation: &Evaluation) -> RotationVerdict {
    let below = |verdict: Verdict| !matches!(verdict, Verdict::Pass | Verdict::NotApplicable);
    let code = serde_json::to_value(evaluation.overall.verdict).ok();
    RotationVerdict {
        sections: evaluation.sections.len(),
        failing: evaluation.sections.iter().filter(|section| below(section.verdict)).count(),
        verdict: code.as_ref().and_then(Value::as_str).unwrap_or_default().to_owned(),
        zh: evaluation.overall.verdict.zh().to_owned(),
    }
}

/// The job.
pub(crate) async fn run(context: JobContext) -> Result<Value, JobError> {
    let input: Input = context.input()?;
    let (app, county) = (context.app().clone(), context.county().clone());
    let kept = app.store().run_of_job(&county, input.rotation, context.id()).await?;
    if let Some(run) = kept {
        return Ok(brief(input.rotation, &run));
    }
    context.step(0);
    context.say("正在取审定数据和教师名册");
    let (record, settings) = super::asked(&app, &county, input.rotation).await?;
    if pose::tag(&settings)? != input.asked {
        return Err(changed());
    }
    let ground = pose::ground(&app, &county, record.year).await?;
    context.check()?;
    context.step(1);
    context.say("正在核定岗位、确定符合条件的教师");
    let stop = Stop::new(&context);
    let (mode, asked) = (input.mode, settings.clone());
    let posed = ground.clone();
    let work = context.blocking(move |context| {
        let problem = posed.problem(asked).map_err(|error| failed(&error))?;
        context.check()?;
        look(&problem, mode, context, &stop)
    });
    let found = work.await?;
    context.step(5);
    context.say("正在存档");
    let new = new_run(&context, &input, &settings, &ground, found).map_err(JobError::failed)?;
    let store = context.store();
    // A snapshot is named by its content: kept twice it is kept once.
    let data = &ground.measured.snapshot;
    let catalogue = ground.measured.standard.catalogue();
    store.keep_snapshot(data, Some(Which::Approved), catalogue, &context.by()).await?;
    // What was asked may have changed while it was searched.
    let (_, now) = super::asked(&app, &county, input.rotation).await?;
    if pose::tag(&now)? != input.asked {
        return Err(changed());
    }
    match store.add_rotation_run(&county, input.rotation, &new, &context.by()).await {
        Ok(run) => Ok(brief(input.rotation, &run)),
        Err(StoreError::NotNow { .. }) => Err(changed()),
        Err(error) => Err(error.into()),
    }
}

fn new_run(
    context: &JobContext,
    input: &Input,
    settings: &Settings,
    ground: &Ground,
    found: Found,
) -> Result<NewRun, serde_json::Error> {
    let stamps = ground.stamps(&input.asked);
    let (wished, cancelled) = (settings.preferences.len(), context.is_cancelled());
    let brief = match &found.outcome {
        Outcome::Found(rotation) => Brief {
            eligible: rotation.eligible,
            wished,
            granted: rotation.moves.iter().filter(|found| found.wish.is_some()).count(),
            proved: rotation.method.proved,
            ended: rotation.method.ended.clone(),
            cancelled,
        },
        Outcome::Impossible(impossible) => Brief {
            eligible: impossible.nearest.as_ref().map_or(0, |nearest| nearest.eligible),
            wished,
            ended: "没有符合全部规则的方案".to_owned(),
            cancelled,
            ..Brief::default()
        },
    };
    let number = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let mut kept = Kept {
        result: None,
        impossible: None,
        stays: 0,
        checked: found.checked,
        prices: found.prices,
        judged: found.judged,
        standard: standard_ref(&ground.measured.standard, &ground.measured),
        rules: (ground.rules.id.clone(), ground.rules.version.clone()),
    };
    // Who stays is kept apart: most of what there is, and looked at page by page. Of the nearest that
    // works only the number is kept.
    let mut notes = Vec::new();
    match found.outcome {
        Outcome::Found(mut rotation) => {
            notes = std::mem::take(&mut rotation.stays);
            kept.stays = notes.len();
            kept.result = Some(*rotation);
        }
        Outcome::Impossible(mut impossible) => {
            if let Some(nearest) = &mut impossible.nearest {
                kept.stays = std::mem::take(&mut nearest.stays).len();
            }
            kept.impossible = Some(*impossible);
        }
    }
    Ok(NewRun {
        job: context.id(),
        mode: input.mode.code().to_owned(),
        asked: stamps.asked,
        roster: stamps.roster,
        snapshot: stamps.snapshot,
        standard: stamps.standard,
        rules: stamps.rules,
        possible: kept.result.is_some(),
        moved: kept.result.as_ref().map_or(0, |rotation| number(rotation.moves.len())),
        findings: number(kept.checked.len()),
        brief: serde_json::to_string(&brief)?,
        settings: serde_json::to_string(settings)?,
        result: serde_json::to_string(&kept)?,
        stayers: serde_json::to_string(&stayers(notes, &ground.names()))?,
    })
}
