//! The sections that do not pass, worst first, each with what it lacks.

use super::{LINES, heading, more};
use crate::table::{Grid, Tone, plain, verdict};
use domain::Exact;
use standard::evaluation::{Evaluation, IndicatorValue, SectionResult, Verdict};

/// The sections that fail or cannot be judged.
pub(super) fn failing(text: &mut String, evaluation: &Evaluation) {
    let mut failing: Vec<&SectionResult> = evaluation
        .sections
        .iter()
        .filter(|s| !matches!(s.verdict, Verdict::Pass | Verdict::NotApplicable))
        .collect();
    if failing.is_empty() {
        return;
    }
    // Certain failures first, the fewest reached values, then the farthest from the threshold.
    failing.sort_by_cached_key(|s| {
        (s.verdict != Verdict::Fail, s.reached, worst(evaluation, s), s.school.clone(), s.stage)
    });
    heading(
        text,
        "未达标或不能判定的学校",
        "最差的在前；● 达标 ◐ 余项（不低于标准的 85%） ○ 未达标 ▨ 缺数",
    );
    let mut grid = Grid::new(&["标识码", "学校", "学段", ">达到", "结论", "差在哪里"]);
    for section in failing.iter().take(LINES) {
        let short: Vec<String> = section
            .values
            .iter()
            .filter(|v| matches!(v.verdict, Verdict::Near | Verdict::Fail | Verdict::Missing))
            .map(|v| shortfall(evaluation, section, v))
            .collect();
        let attached = if section.attached { "（附设班）" } else { "" };
        grid.row([
            (section.school.to_string(), Tone::Faint),
            plain(&section.name),
            plain(format!("{}{attached}", section.stage)),
            plain(format!("{}/{}", section.reached, section.values.len())),
            verdict(section.verdict),
            plain(short.join("；")),
        ]);
    }
    text.push_str(&grid.render());
    more(text, failing.len());
}

/// `○ L4 3.21（标准 4.5，缺 120.50 ㎡）`.
fn shortfall(evaluation: &Evaluation, section: &SectionResult, value: &IndicatorValue) -> String {
    let info = evaluation.indicators.iter().find(|i| i.code == value.code);
    let name = info.map_or("", |i| i.short.as_str());
    let sign = value.verdict.sign();
    let Some(figure) = &value.value else { return format!("{sign} {} {name} 缺数", value.code) };
    let threshold = info
        .and_then(|i| i.limits.iter().find(|l| l.stage == section.stage))
        .and_then(|l| l.threshold.as_ref())
        .map_or_else(String::new, ToString::to_string);
    let gap = match (&value.gap, info) {
        (Some(gap), Some(info)) => format!("，缺 {} {}", gap.shown, info.gap_unit),
        _ => String::new(),
    };
    format!("{sign} {} {name} {}（标准 {threshold}{gap}）", value.code, figure.shown)
}

/// The least ratio of a value to its threshold: how far the worst value of a section lies off.
fn worst(evaluation: &Evaluation, section: &SectionResult) -> Option<Exact> {
    section
        .values
        .iter()
        .filter_map(|value| {
            let info = evaluation.indicators.iter().find(|i| i.code == value.code)?;
            let limits = info.limits.iter().find(|l| l.stage == section.stage)?;
            value.value.as_ref()?.exact.checked_div(limits.threshold.as_ref()?)
        })
        .min()
}
