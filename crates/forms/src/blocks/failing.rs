//! 不符合明细: every place that fails a county indicator checked place by place.

use super::Built;
use crate::context::Context;
use crate::model::Cell;
use crate::pack::{Table, bindings};
use standard::evaluation::{CountyIndicator, FailingPlace, PartResult};

bindings! {
    /// A column.
    Column {
        /// Running number.
        Number = "number",
        /// Code of the part.
        Code = "part_code",
        /// The indicator.
        Indicator = "zh",
        /// What the part asks.
        Part = "part",
        /// School code.
        School = "school_code",
        /// The place.
        Place = "place",
        /// The value found.
        Value = "value",
        /// What is required.
        Required = "required",
    }
}

struct Failure<'a>(&'a CountyIndicator, &'a PartResult, &'a FailingPlace);

/// `None` where the standard checks nothing place by place.
pub(super) fn build(table: &Table<Column>, cx: &Context<'_>) -> Option<Built> {
    let parts = || {
        let indicators = cx.evaluation.groups.iter().flat_map(|g| &g.indicators);
        indicators.flat_map(|i| i.parts.iter().map(move |p| (i, p)))
    };
    if !parts().any(|(_, p)| p.checked.is_some() || !p.failing.is_empty()) {
        return None;
    }
    let failures = parts().flat_map(|(i, p)| p.failing.iter().map(move |f| Failure(i, p, f)));
    Some(Built::list(
        table,
        failures,
        |column, number, Failure(indicator, part, place)| match column {
            Column::Number => Cell::count(number),
            Column::Code => Cell::Centre(part.code.clone()),
            Column::Indicator => Cell::Text(indicator.zh.clone()),
            Column::Part => Cell::Text(part.zh.clone()),
            Column::School => Cell::short(place.school.as_ref().map(domain::SchoolCode::as_str)),
            Column::Place => Cell::Text(place.place.clone()),
            Column::Value => Cell::short(place.value.as_deref()),
            Column::Required => Cell::Centre(part.required.clone()),
        },
    ))
}
