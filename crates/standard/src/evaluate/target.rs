//! Yearly target lines of a county's own plan, and the phase it is in.

use super::stage::share;
use crate::Standard;
use crate::coefficient::{Form, Spread};
use crate::evaluation::{
    Evaluation, Figure, OverallVerdict, PhaseResult, TargetResult, TargetState,
};
use crate::standard::{Measure, Target};
use domain::{Exact, SchoolYear, Stage};
use jiff::civil::Date;

pub(super) fn phases(standard: &Standard, date: Date) -> Vec<PhaseResult> {
    let month = format!("{:04}-{:02}", date.year(), date.month());
    standard
        .phases
        .iter()
        .map(|phase| PhaseResult {
            zh: phase.zh.clone(),
            from: phase.from.clone(),
            to: phase.to.clone(),
            current: phase.from <= month && month <= phase.to,
        })
        .collect()
}

pub(super) fn targets(standard: &Standard, evaluation: &Evaluation) -> Vec<TargetResult> {
    standard.targets.iter().flat_map(|target| series(target, evaluation)).collect()
}

fn series(target: &Target, evaluation: &Evaluation) -> Vec<TargetResult> {
    let value = measure(target, evaluation);
    let mut missed_before = false;
    target
        .lines
        .iter()
        .map(|(year, least)| {
            let due = evaluation.year.0 >= *year;
            let reached = value.as_ref().map(|value| value >= least);
            let state = match (reached, due) {
                (None, _) => TargetState::Missing,
                (Some(true), true) => TargetState::Met,
                (Some(true), false) => TargetState::Early,
                (Some(false), true) => TargetState::Late,
                (Some(false), false) if missed_before => TargetState::AtRisk,
                (Some(false), false) => TargetState::OnCourse,
            };
            missed_before |= due && reached == Some(false);
            let percent = least * &Exact::from(100);
            TargetResult {
                code: format!("{}-{year}", target.code),
                zh: target.zh.clone(),
                year: SchoolYear(*year),
                required: format!("≥ {}%", percent.to_short(2)),
                value: value.as_ref().map(|v| Figure::new(v * &Exact::from(100), 1)),
                state,
            }
        })
        .collect()
}

/// What the target measures, as a share of one; `None` when it is missing.
fn measure(target: &Target, evaluation: &Evaluation) -> Option<Exact> {
    let in_target = |stage: Stage| target.stage.is_none_or(|wanted| wanted == stage);
    match &target.measure {
        Measure::PassShare(index) => {
            let mut known = 0usize;
            let mut reached = 0usize;
            for stage in evaluation.stages.iter().filter(|s| in_target(s.stage)) {
                let indicator = stage.indicators.get(*index)?;
                if indicator.known < stage.sections {
                    return None;
                }
                known += indicator.known;
                reached += indicator.reached;
            }
            Some(&share(reached, known)?.exact * &Exact::ratio(1, 100))
        }
        Measure::MeanReached(index) => {
            let indicator = evaluation.indicators.get(*index)?;
            let mut least: Option<Exact> = None;
            for stage in evaluation.stages.iter().filter(|s| in_target(s.stage) && s.sections > 0) {
                let mean = exact_mean(evaluation, stage.stage, *index)?;
                let limits = indicator.limits.iter().find(|l| l.stage == stage.stage)?;
                let ratio = mean.checked_div(limits.threshold.as_ref()?)?;
                least = Some(least.map_or(ratio.clone(), |l| l.min(ratio)));
            }
            least
        }
        Measure::PartValue(code) => {
            let mut parts =
                evaluation.groups.iter().flat_map(|g| &g.indicators).flat_map(|i| &i.parts);
            let part = parts.find(|part| part.code == *code)?;
            let factor = domain::Unit::ONE.factor_from(part.unit.as_ref()?);
            Some(&part.value.as_ref()?.exact * &factor)
        }
        Measure::Overall => match evaluation.overall.verdict {
            OverallVerdict::Pass => Some(Exact::ONE),
            OverallVerdict::Fail => Some(Exact::ZERO),
            OverallVerdict::NotDecidable => None,
        },
    }
}

/// The county mean of an indicator, unrounded: whether a line is reached is a verdict.
fn exact_mean(evaluation: &Evaluation, stage: Stage, index: usize) -> Option<Exact> {
    let pairs: Option<Vec<(&Exact, &Exact)>> = evaluation
        .sections
        .iter()
        .filter(|s| s.stage == stage)
        .map(|s| Some((s.pupils.as_ref()?, &s.values.get(index)?.value.as_ref()?.exact)))
        .collect();
    Some(Spread::new(&pairs?, Form::Weighted)?.mean_exact())
}
