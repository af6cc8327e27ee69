//! 不参评学校: sections that are not judged, and why.

use super::Built;
use crate::context::Context;
use crate::model::Cell;
use crate::pack::{Table, bindings};

bindings! {
    /// A column.
    Column {
        /// Running number.
        Number = "number",
        /// School code.
        Code = "school_code",
        /// School name.
        School = "school",
        /// 办学类型.
        Kind = "kind",
        /// Stage, where the school has one.
        Stage = "stage",
        /// Why.
        Reason = "reason",
    }
}

pub(super) fn build(table: &Table<Column>, cx: &Context<'_>) -> Built {
    Built::list(table, &cx.evaluation.excluded, |column, number, excluded| match column {
        Column::Number => Cell::count(number),
        Column::Code => Cell::Centre(excluded.school.to_string()),
        Column::School => Cell::Text(excluded.name.clone()),
        Column::Kind => Cell::Centre(excluded.kind.zh().into()),
        Column::Stage => {
            excluded.stage.map_or_else(Cell::not_applicable, |s| Cell::Centre(s.zh().into()))
        }
        Column::Reason => Cell::Text(excluded.reason.clone()),
    })
}
