//! 表Ⅱ-2: one row a section, primary first.

use super::Built;
use crate::context::{Context, limits};
use crate::model::{Cell, Row};
use crate::pack::{Table, bindings};
use domain::{Exact, Sponsor, Stage};
use standard::evaluation::{IndicatorInfo, IndicatorValue, SectionResult, Verdict};

bindings! {
    /// A column.
    Column {
        /// Running number within the stage.
        Number = "number",
        /// School code.
        Code = "school_code",
        /// School name.
        School = "school",
        /// 办学类型.
        Kind = "kind",
        /// 乡镇.
        Township = "township",
        /// 举办者类型代码.
        Sponsor = "sponsor",
        /// Pupils.
        Pupils = "pupils",
        /// 年级数.
        Grades = "grades",
        /// 班级数.
        Classes = "classes",
        /// One column for every indicator.
        Indicator = "indicator",
        /// How many indicators are reached.
        Reached = "reached",
        /// The verdict of the section.
        Verdict = "verdict",
        /// 备注.
        Remark = "remark",
    }
}

pub(super) fn build(table: &Table<Column>, cx: &Context<'_>) -> Built {
    let slots = table.slots(&cx.evaluation.indicators);
    let mut rows = Vec::new();
    let numerals = ["一", "二", "三"];
    for (stage, numeral) in cx.stages().zip(numerals) {
        rows.push(Row::Band(band(cx, stage, numeral)));
        let sections = cx.evaluation.sections.iter().filter(|s| s.stage == stage);
        let before = rows.len();
        for (i, section) in sections.enumerate() {
            let cell = |column, indicator| cell(column, indicator, i + 1, section);
            let cells = slots.iter().map(|s| cell(s.column.bind, s.indicator)).collect();
            rows.push(Row::Cells(cells));
        }
        if rows.len() == before {
            rows.push(Row::Line("（无参评学校）".into()));
        }
    }
    Built::new(&slots, rows)
}

/// `一、小学（参评 12 所）　达标值：L1 ≥ 4.2 …`
fn band(cx: &Context<'_>, stage: Stage, numeral: &str) -> String {
    let count = cx.evaluation.sections.iter().filter(|s| s.stage == stage).count();
    let mut text = format!("{numeral}、{stage}（参评 {count} 所）");
    let thresholds: Vec<_> = cx
        .evaluation
        .indicators
        .iter()
        .filter_map(|i| Some((i, limits(i, stage)?.threshold.as_ref()?)))
        .map(|(i, t)| format!("{} ≥ {}", i.code, t.to_short(6)))
        .collect();
    if !thresholds.is_empty() {
        text = format!("{text}　达标值：{}", thresholds.join("　"));
    }
    text
}

fn cell(
    column: Column,
    indicator: Option<&IndicatorInfo>,
    number: usize,
    section: &SectionResult,
) -> Cell {
    match column {
        Column::Number => Cell::count(number),
        Column::Code => Cell::Centre(section.school.to_string()),
        Column::School => Cell::Text(section.name.clone()),
        Column::Kind => Cell::Centre(section.kind.zh().into()),
        Column::Township => Cell::short(section.township.as_deref()),
        Column::Sponsor => sponsor(section.sponsor.as_deref()),
        Column::Pupils => whole(section.pupils.as_ref()),
        Column::Grades => whole(section.grades.as_ref()),
        Column::Classes => whole(section.classes.as_ref()),
        Column::Indicator => {
            indicator.and_then(|i| section.value(&i.code)).map_or(Cell::Empty, value)
        }
        Column::Reached => Cell::count(section.reached),
        Column::Verdict => verdict(section),
        Column::Remark => Cell::Text(remark(section)),
    }
}

/// The code as the number that the official form asks for.
fn sponsor(code: Option<&str>) -> Cell {
    match code {
        None | Some("") => Cell::Missing,
        Some(code) if Sponsor::from_label(code).is_some() => Cell::Number {
            shown: Sponsor::from_label(code).map_or("", Sponsor::code).into(),
            verdict: None,
        },
        Some(other) => Cell::Centre(other.into()),
    }
}

fn whole(n: Option<&Exact>) -> Cell {
    n.map_or(Cell::Missing, |n| Cell::shown(&n.to_fixed(0)))
}

/// A value with the sign of a verdict that is no pass.
pub(super) fn value(value: &IndicatorValue) -> Cell {
    match (&value.value, value.verdict) {
        (None, Verdict::NotApplicable) => Cell::not_applicable(),
        (None, _) => Cell::Missing,
        (Some(figure), verdict) => {
            Cell::Number { shown: figure.shown.clone(), verdict: Some(verdict) }
        }
    }
}

/// `● 达标`, or the name that the standard's own rule gives the grade.
pub(super) fn verdict(section: &SectionResult) -> Cell {
    match section.verdict {
        Verdict::NotApplicable => Cell::not_applicable(),
        Verdict::Missing => Cell::verdict(Verdict::Missing),
        other if section.grade.is_empty() => Cell::verdict(other),
        other => Cell::Verdict(other, section.grade.clone()),
    }
}

/// The judge's remark, one line a verdict.
fn remark(section: &SectionResult) -> String {
    let lines: Vec<_> =
        section.remark.split([';', '；']).map(|l| l.trim().replace(':', "：")).collect();
    lines.join("\n")
}
