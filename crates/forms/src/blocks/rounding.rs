//! 四舍五入会改变结论的数值: figures whose verdict would differ if it were taken from what is printed.

use super::Built;
use crate::context::{Context, limits};
use crate::model::Cell;
use crate::pack::{Table, bindings};
use crate::rounding::precise;
use standard::evaluation::Verdict;

bindings! {
    /// A column.
    Column {
        /// Where: the section, the stage, the county.
        Place = "place",
        /// Which indicator.
        Indicator = "zh",
        /// The exact value.
        Exact = "exact",
        /// The value as printed.
        Shown = "shown",
        /// What is required.
        Required = "required",
        /// The verdict, from the exact value.
        Verdict = "verdict",
        /// The verdict from the printed value.
        Rounded = "rounded",
    }
}

struct Flag {
    place: String,
    indicator: String,
    exact: String,
    shown: String,
    required: String,
    verdict: Verdict,
    rounded: Verdict,
}

pub(super) fn build(table: &Table<Column>, cx: &Context<'_>) -> Built {
    Built::list(table, flags(cx), |column, _, flag| match column {
        Column::Place => Cell::Text(flag.place.clone()),
        Column::Indicator => Cell::Text(flag.indicator.clone()),
        Column::Exact => Cell::Centre(flag.exact.clone()),
        Column::Shown => Cell::Centre(flag.shown.clone()),
        Column::Required => Cell::Centre(flag.required.clone()),
        Column::Verdict => Cell::verdict(flag.verdict),
        Column::Rounded => Cell::verdict(flag.rounded),
    })
}

fn flags(cx: &Context<'_>) -> Vec<Flag> {
    let e = cx.evaluation;
    let name = |code: &str| {
        e.indicators
            .iter()
            .find(|i| i.code == code)
            .map_or_else(String::new, |i| format!("{} {}", i.code, i.short))
    };
    let mut flags = Vec::new();
    for section in &e.sections {
        for value in &section.values {
            let (Some(figure), Some(rounded)) = (&value.value, value.verdict_if_rounded) else {
                continue;
            };
            let info = e.indicators.iter().find(|i| i.code == value.code);
            let limits = info.and_then(|i| limits(i, section.stage));
            flags.push(Flag {
                place: format!("{} {}", section.name, section.stage),
                indicator: name(&value.code),
                exact: precise(&figure.exact),
                shown: figure.shown.clone(),
                required: limits.map_or_else(String::new, |l| {
                    let threshold = l.threshold.as_ref().map(|t| format!("≥ {}", t.to_short(6)));
                    let floor = l.floor.as_ref().map(|f| format!("（余项 ≥ {}）", f.to_short(6)));
                    threshold.unwrap_or_default() + &floor.unwrap_or_default()
                }),
                verdict: value.verdict,
                rounded,
            });
        }
    }
    for stage in &e.stages {
        for indicator in &stage.indicators {
            let (Some(coefficient), Some(rounded)) =
                (&indicator.coefficient, indicator.verdict_if_rounded)
            else {
                continue;
            };
            flags.push(Flag {
                place: format!("{}{} 差异系数", e.county, stage.stage),
                indicator: name(&indicator.code),
                exact: coefficient.value.clone(),
                shown: coefficient.shown.clone(),
                required: indicator
                    .limit
                    .as_ref()
                    .map_or_else(String::new, |l| format!("≤ {}", l.to_short(6))),
                verdict: indicator.verdict,
                rounded,
            });
        }
    }
    for part in e.groups.iter().flat_map(|g| &g.indicators).flat_map(|i| &i.parts) {
        let Some(rounded) = part.verdict_if_rounded else { continue };
        flags.push(Flag {
            place: e.county.clone(),
            indicator: format!("{} {}", part.code, part.zh),
            exact: part.value.as_ref().map_or_else(String::new, |f| precise(&f.exact)),
            shown: part.value.as_ref().map_or_else(String::new, |f| f.shown.clone()),
            required: part.required.clone(),
            verdict: part.verdict,
            rounded,
        });
    }
    flags
}
