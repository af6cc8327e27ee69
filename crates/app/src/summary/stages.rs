//! By stage: the share of sections that pass, and the coefficients against their limits.

use super::heading;
use crate::screen::{CARE, styled};
use crate::table::{Grid, Tone, Toned, plain, verdict};
use standard::evaluation::{Evaluation, Rounded, StageIndicator, StageResult};
use std::fmt::Write as _;

/// The share of sections that pass, as a cell.
pub(super) fn share(stage: &StageResult) -> Toned {
    let tone =
        if stage.sections > 0 && stage.passed == stage.sections { Tone::Good } else { Tone::Bad };
    match &stage.share {
        Some(share) => (format!("{}%", share.shown), tone),
        None => plain("—"),
    }
}

/// How many sections pass, by stage.
pub(super) fn shares(text: &mut String, evaluation: &Evaluation) {
    // A standard without section indicators does not judge schools one by one.
    if evaluation.indicators.is_empty() {
        return;
    }
    heading(text, "学校达标", "每校每学段");
    let mut grid = Grid::new(&["学段", ">参评", ">达标", ">未达标", ">缺数", ">达标比例"]);
    for stage in &evaluation.stages {
        let count = |n: usize, tone: Tone| (n.to_string(), if n == 0 { Tone::Plain } else { tone });
        grid.row([
            plain(stage.stage.to_string()),
            plain(stage.sections.to_string()),
            count(stage.passed, Tone::Good),
            count(stage.failed, Tone::Bad),
            count(stage.missing, Tone::Care),
            share(stage),
        ]);
    }
    text.push_str(&grid.render());
}

/// Means, coefficients and limits, a table a stage.
pub(super) fn coefficients(text: &mut String, evaluation: &Evaluation) {
    if evaluation.coefficient_form.is_empty() {
        return;
    }
    heading(text, "差异系数", &evaluation.coefficient_form);
    for stage in evaluation.stages.iter().filter(|stage| stage.sections > 0) {
        text.push_str(&table(evaluation, stage).render());
        let composite = &stage.composite;
        let limit = composite.limit.as_ref().map_or_else(
            || "只列示，不作结论".to_owned(),
            |limit| format!("上限 {} {}", limit.to_fixed(2), composite.verdict.zh()),
        );
        let _ = writeln!(
            text,
            "   {}综合（各项差异系数的平均）{}：{limit}",
            stage.stage,
            rounded(composite.value.as_ref())
        );
        for indicator in &stage.indicators {
            if let Some(other) = indicator.verdict_if_rounded {
                let note = format!(
                    "   注意：{} {} 按印出的数判断会成为“{}”",
                    stage.stage,
                    indicator.code,
                    other.zh()
                );
                let _ = writeln!(text, "{}", styled(CARE, &note));
            }
        }
        text.push('\n');
    }
    text.truncate(text.trim_end_matches('\n').len() + 1);
}

fn table(evaluation: &Evaluation, stage: &StageResult) -> Grid {
    let compared = stage.indicators.iter().any(|i| i.other_forms.is_some());
    let name = stage.stage.to_string();
    let mut heads = vec![
        name.as_str(),
        "指标",
        ">达到标准",
        ">全县均值",
        ">标准差",
        ">差异系数",
        ">上限",
        "结论",
    ];
    if compared {
        heads.extend([">不加权", ">样本", "其他算法"]);
    }
    let mut grid = Grid::new(&heads);
    for indicator in &stage.indicators {
        let info = evaluation.indicators.iter().find(|i| i.code == indicator.code);
        let limits = info.and_then(|i| i.limits.iter().find(|l| l.stage == stage.stage));
        let reached = match limits.and_then(|l| l.threshold.as_ref()) {
            Some(_) => plain(format!("{}/{}", indicator.reached, stage.sections)),
            None => plain("—"),
        };
        let mut row = vec![
            plain(&indicator.code),
            plain(info.map_or("", |i| i.short.as_str())),
            reached,
            plain(rounded(indicator.mean.as_ref())),
            plain(rounded(indicator.deviation.as_ref())),
            (rounded(indicator.coefficient.as_ref()), indicator.verdict.into()),
            plain(indicator.limit.as_ref().map_or("—".to_owned(), |l| l.to_fixed(2))),
            verdict(indicator.verdict),
        ];
        if compared {
            row.extend(others(indicator));
        }
        grid.row(row);
    }
    grid
}

fn others(indicator: &StageIndicator) -> [Toned; 3] {
    match &indicator.other_forms {
        None => [plain("—"), plain("—"), plain("")],
        Some(other) => [
            plain(&other.unweighted.shown),
            plain(rounded(other.sample.as_ref())),
            if other.changes_verdict {
                ("结论会不同".to_owned(), Tone::Care)
            } else {
                ("结论相同".to_owned(), Tone::Faint)
            },
        ],
    }
}

fn rounded(value: Option<&Rounded>) -> String {
    value.map_or_else(|| "缺".to_owned(), |v| v.shown.clone())
}
