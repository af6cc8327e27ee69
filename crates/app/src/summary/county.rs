//! What the county itself must show, and the lines of its own plan.

use super::heading;
use crate::table::{Grid, Tone, plain, verdict};
use standard::evaluation::{CountyIndicator, Evaluation, FailingPlace, PartResult, Verdict};
use std::fmt::Write as _;

/// Characters of evidence that are shown.
const EVIDENCE: usize = 30;
/// Values of parts that are shown in one row.
const VALUES: usize = 3;
/// Failing places that are named.
const PLACES: usize = 3;

/// The county indicators by group.
pub(super) fn groups(text: &mut String, evaluation: &Evaluation) {
    for group in &evaluation.groups {
        let count =
            |wanted: Verdict| group.indicators.iter().filter(|i| i.verdict == wanted).count();
        let remark = format!(
            "{}；达标 {}，未达标 {}，缺数 {}",
            group.verdict.zh(),
            count(Verdict::Pass),
            count(Verdict::Fail) + count(Verdict::Near),
            count(Verdict::Missing)
        );
        heading(text, &group.zh, &remark);
        let mut grid = Grid::new(&["指标", "名称", "结论", ">数值", "要求和说明"]);
        for indicator in &group.indicators {
            rows(&mut grid, indicator);
        }
        text.push_str(&grid.render());
    }
}

/// One row for an indicator of one part or with nothing to see in its parts, else a row a part.
fn rows(grid: &mut Grid, indicator: &CountyIndicator) {
    if let [part] = indicator.parts.as_slice() {
        row(grid, &indicator.code, &indicator.zh, part);
        return;
    }
    let settled = indicator.parts.iter().all(|part| {
        matches!(part.verdict, Verdict::Pass | Verdict::NotApplicable)
            && part.verdict_if_rounded.is_none()
    });
    let judged = || indicator.parts.iter().filter(|part| part.verdict == Verdict::Pass);
    let (values, remark) = if settled {
        let values: Vec<String> = judged().map(value).filter(|v| !v.is_empty()).collect();
        let values = if values.len() <= VALUES { values.join("、") } else { String::new() };
        (values, format!("{} 项全部达标", judged().count()))
    } else {
        (String::new(), String::new())
    };
    grid.row([
        plain(&indicator.code),
        plain(&indicator.zh),
        verdict(indicator.verdict),
        plain(values),
        plain(if judged().count() == 0 { String::new() } else { remark }),
    ]);
    if !settled {
        for part in &indicator.parts {
            row(grid, &format!(" {}", part.code), &format!("  {}", part.zh), part);
        }
    }
}

fn row(grid: &mut Grid, code: &str, zh: &str, part: &PartResult) {
    grid.row([
        plain(code),
        plain(zh),
        verdict(part.verdict),
        plain(value(part)),
        plain(remark(part)),
    ]);
}

fn value(part: &PartResult) -> String {
    let Some(figure) = &part.value else { return String::new() };
    match &part.unit {
        Some(unit) if unit.is_one() => figure.shown.clone(),
        Some(unit) if matches!(unit.to_string().as_str(), "%" | "‰") => {
            format!("{}{unit}", figure.shown)
        }
        Some(unit) => format!("{} {unit}", figure.shown),
        None => figure.shown.clone(),
    }
}

/// What is required, where it fails, or what it rests on.
fn remark(part: &PartResult) -> String {
    if part.attested {
        return attested(part);
    }
    let mut remarks = Vec::new();
    if !part.required.is_empty() {
        remarks.push(part.required.clone());
    }
    if let Some(checked) = part.checked {
        let failing = part.failing.len();
        if failing > 0 {
            let mut some: Vec<String> =
                part.failing.iter().take(PLACES).map(failing_place).collect();
            if failing > PLACES {
                some.push("…".to_owned());
            }
            remarks.push(format!("{checked} 处中 {failing} 处不符合：{}", some.join("、")));
        } else if part.verdict == Verdict::Pass {
            remarks.push(format!("{checked} 处全部符合"));
        }
    }
    remarks.extend(part.reason.clone());
    if let Some(other) = part.verdict_if_rounded {
        remarks.push(format!("按印出的数判断会成为“{}”", other.zh()));
    }
    remarks.join("；")
}

/// Who answers for it and since when; the evidence only where it does not suffice.
fn attested(part: &PartResult) -> String {
    let Some(attestation) = &part.attestation else {
        return "待填佐证材料、责任人和日期".to_owned();
    };
    let date = attestation.date.map(|d| format!(" {d}")).unwrap_or_default();
    let who = format!("佐证：{}{date}", attestation.person);
    if part.verdict == Verdict::Pass {
        return who;
    }
    let mut remarks: Vec<String> = part.reason.clone().into_iter().collect();
    remarks.push(who);
    if !attestation.evidence.is_empty() {
        remarks.push(clip(&attestation.evidence));
    }
    remarks.join("；")
}

fn failing_place(place: &FailingPlace) -> String {
    match &place.value {
        Some(value) => format!("{} {value}", place.place),
        None => place.place.clone(),
    }
}

/// A text that is long elsewhere, short enough for a line.
fn clip(text: &str) -> String {
    if text.chars().count() <= EVIDENCE {
        return text.to_owned();
    }
    text.chars().take(EVIDENCE - 1).chain(['…']).collect()
}

/// The county's own plan, where the standard has one.
pub(super) fn targets(text: &mut String, evaluation: &Evaluation) {
    if evaluation.targets.is_empty() && evaluation.phases.is_empty() {
        return;
    }
    heading(text, "分年度目标", "");
    for phase in &evaluation.phases {
        let here = if phase.current { "　← 现在" } else { "" };
        let _ = writeln!(text, "  {} 至 {} {}{here}", phase.from, phase.to, phase.zh);
    }
    let mut grid = Grid::new(&["代码", "目标", "学年", ">要求", ">现值", "进度"]);
    for target in &evaluation.targets {
        grid.row([
            plain(&target.code),
            plain(&target.zh),
            plain(target.year.to_string()),
            plain(&target.required),
            plain(target.value.as_ref().map_or("缺", |v| v.shown.as_str())),
            (target.state.zh().to_owned(), Tone::from(target.state)),
        ]);
    }
    text.push_str(&grid.render());
}
