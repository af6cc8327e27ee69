//! 封面: what was judged by what, and how it came out.

use super::Built;
use crate::context::Context;
use crate::model::{Cell, Row};
use crate::pack::{NamedRow, Table, bindings};
use standard::evaluation::{OverallVerdict, Verdict};

bindings! {
    /// A column of label and value.
    FieldColumn {
        /// The label.
        Label = "label",
        /// The value.
        Value = "value",
    }
}

bindings! {
    /// A value of the cover.
    Field {
        /// County name and code.
        County = "county",
        /// School year and date of the statistics.
        Year = "year",
        /// Title, id and version of the standard.
        Standard = "standard",
        /// Hash of the standard.
        StandardHash = "standard_hash",
        /// Hash of the snapshot.
        Snapshot = "snapshot",
        /// Pack of forms and its hash.
        Forms = "forms",
        /// Version of the program.
        Engine = "engine",
        /// How the coefficient was computed.
        Coefficient = "coefficient",
        /// The overall verdict.
        Verdict = "verdict",
        /// How many rules fail for certain.
        Failures = "failures",
        /// How many facts are missing.
        Missing = "missing",
        /// Sections judged and not judged.
        Scope = "scope",
    }
}

bindings! {
    /// A column of the stages at a glance.
    StageColumn {
        /// The stage.
        Stage = "stage",
        /// Sections judged.
        Sections = "sections",
        /// Sections that pass.
        Passed = "passed",
        /// Sections that fail.
        Failed = "failed",
        /// Sections that cannot be decided.
        Unknown = "unknown",
        /// Share that passes.
        Share = "share",
        /// Coefficients within their limits, of those that have one.
        Coefficients = "coefficients",
        /// The composite.
        Composite = "composite",
    }
}

bindings! {
    /// A column of the groups at a glance.
    GroupColumn {
        /// Name.
        Group = "group",
        /// Indicators.
        Indicators = "indicators",
        /// Indicators that pass.
        Passed = "passed",
        /// Indicators that fail.
        Failed = "failed",
        /// Indicators that cannot be decided.
        Unknown = "unknown",
        /// The verdict.
        Verdict = "verdict",
    }
}

bindings! {
    /// A column of the reasons.
    ReasonColumn {
        /// Running number.
        Number = "number",
        /// Fail or missing.
        Verdict = "verdict",
        /// The reason.
        Reason = "reason",
    }
}

bindings! {
    /// A column of the parameters.
    ParameterColumn {
        /// Name.
        Parameter = "zh",
        /// The value used.
        Value = "value",
        /// Grade of certainty.
        Grade = "grade",
        /// Source.
        Source = "source",
    }
}

pub(super) fn fields(
    table: &Table<FieldColumn>,
    rows: &[NamedRow<Field>],
    cx: &Context<'_>,
) -> Built {
    Built::list(table, rows, |column, _, row| match column {
        FieldColumn::Label => Cell::Centre(row.label.clone()),
        FieldColumn::Value => field(row.bind, cx),
    })
}

fn field(field: Field, cx: &Context<'_>) -> Cell {
    let e = cx.evaluation;
    let text = match field {
        Field::County => format!("{}（行政区划代码 {}）", e.county, e.county_code),
        Field::Year => format!("{} 学年（统计时点 {}）", e.year, cx.date()),
        Field::Standard => {
            format!("{}（{}，版本 {}）", e.standard.title, e.standard.id, e.standard.version)
        }
        Field::StandardHash => e.standard.hash.clone(),
        Field::Snapshot => e.snapshot.clone(),
        Field::Forms => {
            let hash = cx.forms.hash().get(..12).unwrap_or_default();
            format!("{}（{}，{hash}）", cx.forms.title(), cx.forms.id())
        }
        Field::Engine => format!("均衡 {}", e.engine),
        Field::Coefficient => e.coefficient_form.clone(),
        Field::Verdict => {
            return Cell::Verdict(overall(e.overall.verdict), e.overall.verdict.zh().to_owned());
        }
        Field::Failures => match e.overall.certain_failures {
            0 => "没有已经确定不符合的规则".into(),
            n => format!("{n} 条规则已确定不符合，补齐缺数也不会改变"),
        },
        Field::Missing => match e.overall.missing.len() {
            0 => "评估所需数据齐全".into(),
            n => format!("评估还缺 {n} 个数据，见“缺数清单”"),
        },
        Field::Scope => {
            format!("参评 {} 个学段，不参评 {} 个", e.sections.len(), e.excluded.len())
        }
    };
    Cell::Text(text)
}

/// The verdict whose sign goes with the overall one.
fn overall(verdict: OverallVerdict) -> Verdict {
    match verdict {
        OverallVerdict::Pass => Verdict::Pass,
        OverallVerdict::Fail => Verdict::Fail,
        OverallVerdict::NotDecidable => Verdict::Missing,
    }
}

pub(super) fn stages(table: &Table<StageColumn>, cx: &Context<'_>) -> Built {
    Built::list(table, &cx.evaluation.stages, |column, _, stage| match column {
        StageColumn::Stage => Cell::Centre(stage.stage.zh().into()),
        StageColumn::Sections => Cell::count(stage.sections),
        StageColumn::Passed => Cell::count(stage.passed),
        StageColumn::Failed => Cell::count(stage.failed),
        StageColumn::Unknown => Cell::count(stage.missing),
        StageColumn::Share | StageColumn::Composite if stage.sections == 0 => {
            Cell::not_applicable()
        }
        StageColumn::Share => Cell::figure(stage.share.as_ref()),
        StageColumn::Coefficients => {
            let limited = || stage.indicators.iter().filter(|i| i.limit.is_some());
            if stage.sections == 0 || limited().count() == 0 {
                return Cell::not_applicable();
            }
            let passed = limited().filter(|i| i.verdict == Verdict::Pass).count();
            Cell::Centre(format!("{passed} / {}", limited().count()))
        }
        StageColumn::Composite => stage.composite.value.as_ref().map_or(Cell::Missing, |r| {
            Cell::Number { shown: r.shown.clone(), verdict: Some(stage.composite.verdict) }
        }),
    })
}

pub(super) fn groups(table: &Table<GroupColumn>, cx: &Context<'_>) -> Built {
    Built::list(table, &cx.evaluation.groups, |column, _, group| {
        let count =
            |of: Verdict| Cell::count(group.indicators.iter().filter(|i| i.verdict == of).count());
        match column {
            GroupColumn::Group => Cell::Centre(group.zh.clone()),
            GroupColumn::Indicators => Cell::count(group.indicators.len()),
            GroupColumn::Passed => count(Verdict::Pass),
            GroupColumn::Failed => count(Verdict::Fail),
            GroupColumn::Unknown => count(Verdict::Missing),
            GroupColumn::Verdict => Cell::verdict(group.verdict),
        }
    })
}

pub(super) fn reasons(table: &Table<ReasonColumn>, cx: &Context<'_>) -> Built {
    let overall = &cx.evaluation.overall;
    let mut built = Built::list(table, &overall.reasons, |column, number, reason| match column {
        ReasonColumn::Number => Cell::count(number),
        ReasonColumn::Verdict => Cell::verdict(reason.verdict),
        ReasonColumn::Reason => Cell::Text(reason.text.clone()),
    });
    if overall.reasons.is_empty() && overall.verdict == OverallVerdict::Pass {
        built.rows = vec![Row::Line("（各项规则均已达到）".into())];
    }
    built
}

pub(super) fn parameters(table: &Table<ParameterColumn>, cx: &Context<'_>) -> Built {
    Built::list(table, &cx.evaluation.parameters, |column, _, parameter| match column {
        ParameterColumn::Parameter => Cell::Text(parameter.zh.clone()),
        ParameterColumn::Value => Cell::Centre(parameter.value.clone()),
        ParameterColumn::Grade => Cell::Centre(parameter.grade.clone()),
        ParameterColumn::Source => Cell::Text(parameter.source.clone()),
    })
}
