//! One screen that answers the first question: would the county pass today, why not, what next.
//!
//! Everything here is picked out of evaluations; nothing is judged or computed anew but counts and
//! differences of what is shown.

use super::tasks::TaskLine;
use domain::{Exact, SchoolCode, SchoolYear, Stage};
use serde::Serialize;
use standard::Evaluation;
use standard::evaluation::{OverallVerdict, Reason, SectionResult, TargetState, Verdict};
use std::cmp::Reverse;
use utoipa::ToSchema;

/// A place in the application that shows more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Link {
    /// `section`, `coefficient`, `county`, `missing`.
    pub(crate) page: &'static str,
    /// School code.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub(crate) school: Option<SchoolCode>,
    /// `primary` or `junior`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) stage: Option<String>,
    /// Indicator code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) indicator: Option<String>,
}

/// One reason why not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct ReasonLine {
    /// `fail` or `missing`.
    #[schema(value_type = String)]
    pub(crate) verdict: Verdict,
    /// In the judge's words.
    pub(crate) text: String,
    /// Where it is shown in full.
    pub(crate) link: Link,
}

/// How many sections there are of each state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Counts {
    /// All that are judged.
    pub(crate) all: usize,
    /// They pass.
    pub(crate) passed: usize,
    /// Of the others those at which no value is below its floor: near.
    pub(crate) near: usize,
    /// They fail for certain.
    pub(crate) failed: usize,
    /// They cannot be decided.
    pub(crate) missing: usize,
}

/// A coefficient, this year and last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct CoefficientLine {
    /// The indicator's code.
    pub(crate) indicator: String,
    /// Its short name.
    pub(crate) zh: String,
    /// As the form prints it; `null` where it cannot be computed.
    pub(crate) shown: Option<String>,
    /// Its limit.
    pub(crate) limit: Option<String>,
    /// The verdict.
    #[schema(value_type = String)]
    pub(crate) verdict: Verdict,
    /// Last year's, where there is one.
    pub(crate) last_year: Option<String>,
}

/// A stage of the county.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct StageLine {
    /// `primary` or `junior`.
    #[schema(value_type = String)]
    pub(crate) stage: Stage,
    /// 小学, 初中.
    pub(crate) zh: String,
    /// Sections by state.
    pub(crate) sections: Counts,
    /// The coefficients.
    pub(crate) coefficients: Vec<CoefficientLine>,
}

/// A target line of the county's own plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct TargetLine {
    /// What is aimed at.
    pub(crate) zh: String,
    /// Start year.
    #[schema(value_type = i16)]
    pub(crate) year: SchoolYear,
    /// What is required.
    pub(crate) required: String,
    /// The value now.
    pub(crate) value: Option<String>,
    /// Its state.
    #[schema(value_type = String)]
    pub(crate) state: TargetState,
    /// The state in words.
    pub(crate) text: String,
}

/// A group of county indicators.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct GroupLine {
    /// `government` …
    pub(crate) code: String,
    /// Chinese name.
    pub(crate) zh: String,
    /// Its verdict.
    #[schema(value_type = String)]
    pub(crate) verdict: Verdict,
    /// Indicators, and how many of them pass, fail, are missing.
    pub(crate) indicators: usize,
    /// They pass.
    pub(crate) passed: usize,
    /// They fail.
    pub(crate) failed: usize,
    /// They cannot be decided.
    pub(crate) missing: usize,
}

/// What has changed since last year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct ChangeLine {
    /// Last year's start year.
    #[schema(value_type = i16)]
    pub(crate) year: SchoolYear,
    /// Sections that passed then.
    pub(crate) passed: usize,
    /// Sections that were judged then.
    pub(crate) all: usize,
    /// Sections that pass now and did not then.
    pub(crate) risen: Vec<String>,
    /// Sections that passed then and do not now.
    pub(crate) fallen: Vec<String>,
}

/// The first screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Overview {
    /// The answer in one sentence.
    pub(crate) sentence: String,
    /// `pass`, `fail`, `not_decidable`.
    #[schema(value_type = String)]
    pub(crate) verdict: OverallVerdict,
    /// Why not, worst first.
    pub(crate) reasons: Vec<ReasonLine>,
    /// Facts that are needed and not there.
    pub(crate) missing_facts: usize,
    /// Sections by state.
    pub(crate) sections: Counts,
    /// By stage.
    pub(crate) stages: Vec<StageLine>,
    /// The county's own indicators.
    pub(crate) groups: Vec<GroupLine>,
    /// Target lines.
    pub(crate) targets: Vec<TargetLine>,
    /// Against last year.
    pub(crate) change: Option<ChangeLine>,
    /// Forms that do not count yet: not submitted, or not approved.
    pub(crate) waiting: usize,
    /// 是否按未审定的数据预览，不是正式结论
    pub(crate) preview: bool,
    /// 等待当前登录人处理的事
    pub(crate) tasks: Vec<TaskLine>,
    /// Content hash of the snapshot.
    pub(crate) snapshot: String,
    /// The standard's id.
    pub(crate) standard: String,
}

/// Puts the screen together.
#[must_use]
pub(crate) fn overview(now: &Evaluation, before: Option<&Evaluation>) -> Overview {
    let sections = counts(now.sections.iter());
    let mut reasons: Vec<&Reason> = now.overall.reasons.iter().collect();
    reasons.sort_by_key(|reason| Reverse(weight(now, reason)));
    Overview {
        sentence: sentence(now, sections),
        verdict: now.overall.verdict,
        reasons: reasons
            .into_iter()
            .map(|reason| ReasonLine {
                verdict: reason.verdict,
                text: reason.text.clone(),
                link: link(&reason.subject),
            })
            .collect(),
        missing_facts: now.overall.missing.len(),
        sections,
        stages: now.stages.iter().map(|stage| stage_line(now, before, stage.stage)).collect(),
        groups: groups(now),
        targets: targets(now),
        change: before.map(|before| change(now, before)),
        waiting: 0,
        preview: false,
        tasks: Vec::new(),
        snapshot: now.snapshot.clone(),
        standard: now.standard.id.clone(),
    }
}

fn sentence(now: &Evaluation, sections: Counts) -> String {
    let Counts { all, passed, .. } = sections;
    let failures = now.overall.certain_failures;
    let missing = now.overall.missing.len();
    let schools = format!("{all} 个参评学段中 {passed} 个达标");
    match now.overall.verdict {
        OverallVerdict::Pass => format!("按现有数据，{}能通过：{schools}。", now.county),
        OverallVerdict::Fail => {
            format!("按现有数据，{}不能通过：{schools}，{failures} 项不符合标准。", now.county)
        }
        OverallVerdict::NotDecidable if failures > 0 => format!(
            "{}还不能判定：缺 {missing} 项数据；已有 {failures} 项确定不符合标准，{schools}。",
            now.county
        ),
        OverallVerdict::NotDecidable => {
            format!("{}还不能判定：缺 {missing} 项数据；{schools}。", now.county)
        }
    }
}

fn counts<'a>(sections: impl Iterator<Item = &'a SectionResult>) -> Counts {
    let mut counts = Counts::default();
    for section in sections.filter(|s| s.verdict != Verdict::NotApplicable) {
        counts.all += 1;
        match section.verdict {
            Verdict::Pass => counts.passed += 1,
            Verdict::Missing => counts.missing += 1,
            _ if section.values.iter().any(|v| v.verdict == Verdict::Fail) => counts.failed += 1,
            _ => counts.near += 1,
        }
    }
    counts
}

/// What fails for certain before what is missing; the county as a whole before single schools; of
/// the schools those that miss most.
fn weight(now: &Evaluation, reason: &Reason) -> (bool, u8, usize, Exact) {
    let failed = reason.verdict == Verdict::Fail;
    let mut parts = reason.subject.split(':');
    match (parts.next(), parts.next(), parts.next()) {
        (Some("coefficient" | "composite"), ..) => (failed, 3, 0, Exact::ZERO),
        (Some("section"), Some(school), Some(stage)) => {
            let of = |s: &&SectionResult| s.school.as_str() == school && s.stage.code() == stage;
            let Some(section) = now.sections.iter().find(of) else {
                return (failed, 1, 0, Exact::ZERO);
            };
            let fails = section.values.iter().filter(|v| v.verdict == Verdict::Fail).count();
            (failed, 1, fails, lacking(now, section))
        }
        _ => (failed, 2, 0, Exact::ZERO),
    }
}

/// What a section lacks, in shares of its thresholds.
fn lacking(now: &Evaluation, section: &SectionResult) -> Exact {
    let parts = section.values.iter().zip(&now.indicators).filter_map(|(value, info)| {
        let limits = info.limits.iter().find(|limits| limits.stage == section.stage)?;
        let threshold = limits.threshold.as_ref()?;
        let found = &value.value.as_ref()?.exact;
        (found < threshold).then(|| (threshold - found).checked_div(threshold))?
    });
    parts.sum()
}

fn link(subject: &str) -> Link {
    let mut parts = subject.split(':');
    let kind = parts.next().unwrap_or_default();
    let (first, second) = (parts.next(), parts.next());
    let mut link = Link { page: "county", school: None, stage: None, indicator: None };
    match kind {
        "section" => {
            link.page = "section";
            link.school = first.and_then(|code| SchoolCode::parse(code).ok());
            link.stage = second.map(str::to_owned);
        }
        "coefficient" | "composite" => {
            link.page = "coefficient";
            link.stage = first.map(str::to_owned);
            link.indicator = second.map(str::to_owned);
        }
        other => link.indicator = Some(other.to_owned()),
    }
    link
}

fn stage_line(now: &Evaluation, before: Option<&Evaluation>, stage: Stage) -> StageLine {
    let of = |evaluation: &Evaluation, code: &str| {
        let result = evaluation.stages.iter().find(|s| s.stage == stage)?;
        let indicator = result.indicators.iter().find(|i| i.code == code)?;
        indicator.coefficient.as_ref().map(|c| c.shown.clone())
    };
    let result = now.stages.iter().find(|s| s.stage == stage);
    let coefficients = result.into_iter().flat_map(|s| &s.indicators).map(|indicator| {
        let info = now.indicators.iter().find(|info| info.code == indicator.code);
        CoefficientLine {
            indicator: indicator.code.clone(),
            zh: info.map(|info| info.short.clone()).unwrap_or_default(),
            shown: indicator.coefficient.as_ref().map(|c| c.shown.clone()),
            limit: indicator.limit.as_ref().map(|limit| limit.to_short(4)),
            verdict: indicator.verdict,
            last_year: before.and_then(|before| of(before, &indicator.code)),
        }
    });
    StageLine {
        stage,
        zh: stage.zh().to_owned(),
        sections: counts(now.sections.iter().filter(|s| s.stage == stage)),
        coefficients: coefficients.collect(),
    }
}

fn groups(now: &Evaluation) -> Vec<GroupLine> {
    now.groups
        .iter()
        .map(|group| {
            let count = |wanted: &[Verdict]| {
                group.indicators.iter().filter(|i| wanted.contains(&i.verdict)).count()
            };
            GroupLine {
                code: group.code.clone(),
                zh: group.zh.clone(),
                verdict: group.verdict,
                indicators: group.indicators.len(),
                passed: count(&[Verdict::Pass]),
                failed: count(&[Verdict::Fail, Verdict::Near]),
                missing: count(&[Verdict::Missing]),
            }
        })
        .collect()
}

fn targets(now: &Evaluation) -> Vec<TargetLine> {
    now.targets
        .iter()
        .map(|target| TargetLine {
            zh: target.zh.clone(),
            year: target.year,
            required: target.required.clone(),
            value: target.value.as_ref().map(|value| value.shown.clone()),
            state: target.state,
            text: target.state.zh().to_owned(),
        })
        .collect()
}

fn change(now: &Evaluation, before: &Evaluation) -> ChangeLine {
    let passed = |evaluation: &Evaluation, section: &SectionResult| {
        let same = |s: &&SectionResult| s.school == section.school && s.stage == section.stage;
        evaluation.sections.iter().find(same).map(|s| s.verdict == Verdict::Pass)
    };
    let (mut risen, mut fallen) = (Vec::new(), Vec::new());
    for section in &now.sections {
        let name = || format!("{} {}", section.name, section.stage);
        match (section.verdict == Verdict::Pass, passed(before, section)) {
            (true, Some(false)) => risen.push(name()),
            (false, Some(true)) => fallen.push(name()),
            _ => {}
        }
    }
    let Counts { all, passed, .. } = counts(before.sections.iter());
    ChangeLine { year: before.year, passed, all, risen, fallen }
}
