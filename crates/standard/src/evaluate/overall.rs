//! The overall verdict with all its reasons.

use super::MissingList;
use crate::Standard;
use crate::evaluation::{Evaluation, Overall, OverallVerdict, Reason, Verdict};

/// What stands in an evaluation until it is judged as a whole.
pub(super) fn undecided() -> Overall {
    Overall {
        verdict: OverallVerdict::NotDecidable,
        certain_failures: 0,
        reasons: Vec::new(),
        missing: Vec::new(),
    }
}

/// Everything must hold. Where a needed fact is missing the county cannot be judged, even if
/// something fails already; how much fails for certain is said beside it.
pub(super) fn judge(standard: &Standard, evaluation: &Evaluation, missing: MissingList) -> Overall {
    let mut reasons = Vec::new();
    let mut note = |subject: String, verdict: Verdict, text: String| {
        if matches!(verdict, Verdict::Fail | Verdict::Missing) {
            reasons.push(Reason { subject, verdict, text });
        }
    };
    for stage in &evaluation.stages {
        let (code, name) = (stage.stage.code(), stage.stage.zh());
        for (result, indicator) in stage.indicators.iter().zip(&evaluation.indicators) {
            let limit = result.limit.as_ref().map(|l| l.to_fixed(2)).unwrap_or_default();
            let text = match &result.coefficient {
                Some(cv) => {
                    format!("{name}“{}”差异系数 {}，上限 {limit}", indicator.short, cv.shown)
                }
                None => format!("{name}“{}”差异系数因缺数不能计算", indicator.short),
            };
            note(format!("coefficient:{code}:{}", result.code), result.verdict, text);
        }
        let composite = &stage.composite;
        let limit = composite.limit.as_ref().map(|l| l.to_fixed(2)).unwrap_or_default();
        let text = match &composite.value {
            Some(value) => format!("{name}综合差异系数 {}，上限 {limit}", value.shown),
            None => format!("{name}综合差异系数因缺数不能计算"),
        };
        note(format!("composite:{code}"), composite.verdict, text);
    }
    for (group, rule) in evaluation.groups.iter().zip(&standard.groups) {
        if !rule.decides {
            continue;
        }
        for indicator in &group.indicators {
            let failing: usize = indicator.parts.iter().map(|p| p.failing.len()).sum();
            let detail = if indicator.verdict == Verdict::Missing {
                "缺少数据或佐证".to_owned()
            } else if failing > 0 {
                format!("{failing} 处不符合")
            } else {
                let values: Vec<String> = indicator
                    .parts
                    .iter()
                    .filter(|p| p.verdict == Verdict::Fail)
                    .map(|p| match (&p.value, &p.unit) {
                        (Some(value), Some(unit)) if *unit == domain::Unit::ONE => {
                            format!("{}（要求 {}）", value.shown, p.required)
                        }
                        (Some(value), Some(unit)) => {
                            let unit = unit.to_string();
                            let gap = if unit.starts_with('%') { "" } else { " " };
                            format!("{}{gap}{unit}（要求 {}）", value.shown, p.required)
                        }
                        _ => "未达到".to_owned(),
                    })
                    .collect();
                values.join("，")
            };
            let text = format!("{}“{}”：{detail}", indicator.code, indicator.zh);
            note(indicator.code.clone(), indicator.verdict, text);
        }
    }
    for section in &evaluation.sections {
        let subject = format!("section:{}:{}", section.school, section.stage.code());
        let text = format!("{} {}：{}", section.name, section.stage, section.remark);
        note(subject, section.verdict, text);
    }
    if evaluation.sections.is_empty() {
        let text = "没有参评的学校".to_owned();
        note("sections".to_owned(), Verdict::Missing, text);
    }
    // Failures first; within each kind the order above: coefficients, groups, sections.
    reasons.sort_by_key(|reason| reason.verdict != Verdict::Fail);
    let certain_failures = reasons.iter().filter(|r| r.verdict == Verdict::Fail).count();
    let undecided = reasons.len() > certain_failures;
    let missing = missing.into_facts();
    let verdict = if undecided || !missing.is_empty() {
        OverallVerdict::NotDecidable
    } else if certain_failures > 0 {
        OverallVerdict::Fail
    } else {
        OverallVerdict::Pass
    };
    Overall { verdict, certain_failures, reasons, missing }
}
