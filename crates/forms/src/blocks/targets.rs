//! Target lines and phases of a county's own plan.

use super::Built;
use crate::context::Context;
use crate::model::Cell;
use crate::pack::{Table, bindings};
use standard::evaluation::{TargetState, Verdict};

bindings! {
    /// A column of the target lines.
    Column {
        /// Code.
        Code = "code",
        /// What is aimed at.
        Target = "zh",
        /// The school year by whose figures it is judged.
        Year = "year",
        /// What is required.
        Required = "required",
        /// The value at the snapshot.
        Value = "value",
        /// Its state.
        State = "state",
    }
}

bindings! {
    /// A column of the phases.
    PhaseColumn {
        /// Name.
        Phase = "zh",
        /// First month.
        From = "from",
        /// Last month.
        To = "to",
        /// Does the statistics date lie in it?
        Current = "current",
    }
}

pub(super) fn build(table: &Table<Column>, cx: &Context<'_>) -> Built {
    Built::list(table, &cx.evaluation.targets, |column, _, target| match column {
        Column::Code => Cell::Centre(target.code.clone()),
        Column::Target => Cell::Text(target.zh.clone()),
        Column::Year => Cell::Centre(target.year.to_string()),
        Column::Required => Cell::Centre(target.required.clone()),
        Column::Value => Cell::figure(target.value.as_ref()),
        Column::State => Cell::Verdict(sign(target.state), target.state.zh().into()),
    })
}

/// The verdict whose sign goes with a state.
fn sign(state: TargetState) -> Verdict {
    match state {
        TargetState::Met | TargetState::Early => Verdict::Pass,
        TargetState::OnCourse | TargetState::AtRisk => Verdict::Near,
        TargetState::Late => Verdict::Fail,
        TargetState::Missing => Verdict::Missing,
    }
}

pub(super) fn phases(table: &Table<PhaseColumn>, cx: &Context<'_>) -> Built {
    Built::list(table, &cx.evaluation.phases, |column, _, phase| match column {
        PhaseColumn::Phase => Cell::Text(phase.zh.clone()),
        PhaseColumn::From => Cell::Centre(phase.from.clone()),
        PhaseColumn::To => Cell::Centre(phase.to.clone()),
        PhaseColumn::Current => Cell::short(phase.current.then_some("● 当前阶段")),
    })
}
