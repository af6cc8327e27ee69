//! 差距清单: every value below its threshold or missing, and what has to be added, by indicator.

use super::Built;
use crate::context::{Context, limits};
use crate::model::{Cell, Row};
use crate::pack::{Table, bindings};
use crate::rounding;
use domain::{Exact, SchoolCode, Stage};
use standard::evaluation::{Figure, IndicatorInfo, IndicatorValue, SectionResult, Verdict};
use std::collections::BTreeMap;

bindings! {
    /// A column of the list.
    Column {
        /// Code of the indicator.
        Code = "code",
        /// Its name.
        Indicator = "zh",
        /// Stage.
        Stage = "stage",
        /// School code.
        SchoolCode = "school_code",
        /// School name.
        School = "school",
        /// 办学类型.
        Kind = "kind",
        /// 乡镇.
        Township = "township",
        /// Pupils of the section.
        Pupils = "pupils",
        /// The value.
        Value = "value",
        /// The threshold.
        Threshold = "threshold",
        /// The value as a percentage of the threshold, cut off and not rounded up.
        Share = "share",
        /// The verdict.
        Verdict = "verdict",
        /// What is missing in this section.
        Gap = "gap",
        /// What the whole school must add, where the resource is shared by its sections.
        WholeSchool = "whole_school",
        /// The unit of both.
        Unit = "unit",
        /// Why there is no value.
        Reason = "reason",
    }
}

bindings! {
    /// A column of the totals.
    TotalColumn {
        /// Code of the indicator.
        Code = "code",
        /// Its name.
        Indicator = "zh",
        /// Stage, or 合计.
        Stage = "stage",
        /// The threshold.
        Threshold = "threshold",
        /// Sections judged.
        Sections = "sections",
        /// Sections between 85 % and 100 %.
        Near = "near",
        /// Sections below.
        Fail = "fail",
        /// Sections without a value.
        Unknown = "unknown",
        /// What is missing, section by section.
        Gap = "gap",
        /// What the schools must add as wholes.
        WholeSchool = "whole_school",
        /// The unit of both.
        Unit = "unit",
    }
}

/// A row of the list.
struct Gap<'a> {
    info: &'a IndicatorInfo,
    threshold: &'a Exact,
    section: &'a SectionResult,
    value: &'a IndicatorValue,
}

/// All gaps by indicator, then stage, then school code.
fn gaps<'a>(cx: &Context<'a>) -> Vec<Gap<'a>> {
    let e = cx.evaluation;
    let mut gaps = Vec::new();
    for info in &e.indicators {
        for stage in cx.stages() {
            let Some(threshold) = limits(info, stage).and_then(|l| l.threshold.as_ref()) else {
                continue;
            };
            for section in e.sections.iter().filter(|s| s.stage == stage) {
                let Some(value) = section.value(&info.code) else { continue };
                if matches!(value.verdict, Verdict::Near | Verdict::Fail | Verdict::Missing) {
                    gaps.push(Gap { info, threshold, section, value });
                }
            }
        }
    }
    gaps
}

pub(super) fn build(table: &Table<Column>, cx: &Context<'_>) -> Built {
    Built::list(table, gaps(cx), |column, _, gap| cell(column, gap))
}

fn cell(column: Column, gap: &Gap<'_>) -> Cell {
    let Gap { info, threshold, section, value } = gap;
    match column {
        Column::Code => Cell::Centre(info.code.clone()),
        Column::Indicator => Cell::Text(info.short.clone()),
        Column::Stage => Cell::Centre(section.stage.zh().into()),
        Column::SchoolCode => Cell::Centre(section.school.to_string()),
        Column::School => Cell::Text(section.name.clone()),
        Column::Kind => Cell::Centre(section.kind.zh().into()),
        Column::Township => Cell::short(section.township.as_deref()),
        Column::Pupils => {
            section.pupils.as_ref().map_or(Cell::Missing, |n| Cell::shown(&n.to_fixed(0)))
        }
        Column::Value => Cell::figure(value.value.as_ref()),
        Column::Threshold => Cell::shown(&threshold.to_short(6)),
        Column::Share => value.value.as_ref().map_or(Cell::Missing, |f| share(&f.exact, threshold)),
        Column::Verdict => Cell::verdict(value.verdict),
        Column::Gap => amount(value.gap.as_ref(), value.verdict),
        Column::WholeSchool => {
            // A resource of one section alone is that of the school.
            let whole = value.gap_whole_school.as_ref().or(value.gap.as_ref());
            amount(whole, value.verdict)
        }
        Column::Unit => Cell::Centre(info.gap_unit.to_string()),
        Column::Reason => Cell::short(value.reason.as_deref()).left(),
    }
}

fn amount(gap: Option<&Figure>, verdict: Verdict) -> Cell {
    match gap {
        Some(figure) => Cell::shown(&figure.shown),
        None if verdict == Verdict::Missing => Cell::Missing,
        None => Cell::not_applicable(),
    }
}

fn share(value: &Exact, threshold: &Exact) -> Cell {
    rounding::share(value, threshold).map_or_else(Cell::not_applicable, |s| Cell::shown(&s))
}

/// Totals of an indicator in a stage, or over its stages.
struct Total {
    sections: usize,
    near: usize,
    fail: usize,
    unknown: usize,
    /// Sum of the figures as they are printed, so that the list adds up on paper.
    gap: Exact,
    /// What each school must add as a whole; sections that share a resource want the most of them.
    shared: BTreeMap<SchoolCode, Exact>,
    own: Exact,
    decimals: u8,
}

impl Total {
    const fn of(sections: usize, decimals: u8) -> Self {
        Self {
            sections,
            near: 0,
            fail: 0,
            unknown: 0,
            gap: Exact::ZERO,
            shared: BTreeMap::new(),
            own: Exact::ZERO,
            decimals,
        }
    }

    fn add(&mut self, gap: &Gap<'_>) {
        match gap.value.verdict {
            Verdict::Near => self.near += 1,
            Verdict::Fail => self.fail += 1,
            _ => self.unknown += 1,
        }
        let Some((amount, decimals)) = gap.value.gap.as_ref().and_then(printed) else { return };
        self.decimals = self.decimals.max(decimals);
        self.gap = &self.gap + &amount;
        match gap.value.gap_whole_school.as_ref().and_then(printed) {
            None => self.own = &self.own + &amount,
            Some((whole, decimals)) => {
                self.decimals = self.decimals.max(decimals);
                let school = self.shared.entry(gap.section.school.clone()).or_insert(Exact::ZERO);
                if whole > *school {
                    *school = whole;
                }
            }
        }
    }

    /// An amount, with the sign of missing ones where it may still grow.
    fn amount(&self, amount: &Exact) -> Cell {
        Cell::Number {
            shown: amount.to_fixed(self.decimals),
            verdict: (self.unknown > 0).then_some(Verdict::Missing),
        }
    }

    fn whole_school(&self) -> Exact {
        &self.own + &self.shared.values().cloned().sum()
    }
}

/// A figure as printed, and its decimals.
fn printed(figure: &Figure) -> Option<(Exact, u8)> {
    let decimals = figure.shown.split_once('.').map_or(0, |(_, d)| d.len());
    Some((Exact::parse(&figure.shown).ok()?, u8::try_from(decimals).ok()?))
}

/// One row for each indicator and stage, and one for the indicator.
pub(super) fn totals(table: &Table<TotalColumn>, cx: &Context<'_>) -> Built {
    let slots = table.slots(&[]);
    let all = gaps(cx);
    let mut rows = Vec::new();
    for info in &cx.evaluation.indicators {
        let of = all.iter().filter(|g| g.info.code == info.code);
        let decimals = of.filter_map(|g| printed(g.value.gap.as_ref()?)).map(|(_, d)| d).max();
        let mut sum = Total::of(0, decimals.unwrap_or(0));
        let mut stages = 0;
        for stage in cx.stages() {
            let Some(threshold) = limits(info, stage).and_then(|l| l.threshold.as_ref()) else {
                continue;
            };
            stages += 1;
            let sections = cx.evaluation.sections.iter().filter(|s| s.stage == stage).count();
            let mut total = Total::of(sections, sum.decimals);
            sum.sections += sections;
            for gap in all.iter().filter(|g| g.info.code == info.code && g.section.stage == stage) {
                total.add(gap);
                sum.add(gap);
            }
            let cell = |column| total_cell(column, info, Some((stage, threshold)), &total);
            rows.push(Row::Cells(slots.iter().map(|s| cell(s.column.bind)).collect()));
        }
        if stages > 1 {
            let cell = |column| total_cell(column, info, None, &sum);
            rows.push(Row::Total(slots.iter().map(|s| cell(s.column.bind)).collect()));
        }
    }
    if rows.is_empty() {
        rows.push(Row::none());
    }
    Built::new(&slots, rows)
}

fn total_cell(
    column: TotalColumn,
    info: &IndicatorInfo,
    stage: Option<(Stage, &Exact)>,
    total: &Total,
) -> Cell {
    match column {
        TotalColumn::Code => Cell::Centre(info.code.clone()),
        TotalColumn::Indicator => Cell::Text(info.short.clone()),
        TotalColumn::Stage => {
            Cell::Centre(stage.map_or("小计", |(stage, _)| stage.zh()).to_owned())
        }
        TotalColumn::Threshold => {
            stage.map_or(Cell::Empty, |(_, threshold)| Cell::shown(&threshold.to_short(6)))
        }
        TotalColumn::Sections => Cell::count(total.sections),
        TotalColumn::Near => Cell::count(total.near),
        TotalColumn::Fail => Cell::count(total.fail),
        TotalColumn::Unknown => Cell::count(total.unknown),
        TotalColumn::Gap => total.amount(&total.gap),
        TotalColumn::WholeSchool => total.amount(&total.whole_school()),
        TotalColumn::Unit => Cell::Centre(info.gap_unit.to_string()),
    }
}
