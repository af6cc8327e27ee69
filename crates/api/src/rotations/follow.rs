//! What is recorded of an order enters the teacher's exchange history in the roster, and leaves it again
//! where an arrival is taken back.

use crate::teachers::history::{
    HistoryChange, HistoryUndo, HistoryUndone, add_to_history, take_from_history,
};
use crate::{ApiError, App, Signed};
use domain::{CountyCode, SchoolCode, SchoolYear};
use jiff::civil::Date;
use serde::Serialize;
use staffing::ExchangeKind;
use store::Scope;
use store::rotations_orders::{NewRecord, OrderRecord};
use utoipa::ToSchema;

/// The month in which teachers report for the school year to come.
const REPORTING: i8 = 8;

/// What a record has done to the roster.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"year": 2025, "exchanges": "2025|3418230001|3418230002|任教交流",
    "school": true, "note": "学校改为 3418230002"}))]
pub(super) struct RosterEffect {
    /// The school year of the roster.
    year: i16,
    /// The entry that was added to the exchange history; null: none was.
    exchanges: Option<String>,
    /// Was the school changed?
    school: bool,
    /// In words.
    note: String,
}

/// The school year in which somebody who reports on a day begins.
fn school_year(day: Date) -> SchoolYear {
    SchoolYear(if day.month() >= REPORTING { day.year() } else { day.year() - 1 })
}

/// An entry of the column `exchanges`.
fn history_entry(
    year: SchoolYear,
    from: &SchoolCode,
    to: &SchoolCode,
    kind: ExchangeKind,
) -> String {
    format!("{}|{from}|{to}|{}", year.0, kind.zh())
}

/// Writes into the roster what an arrival or a return means for it, or takes it out again.
///
/// # Errors
/// Those of the store where it is not known which roster is meant.
pub(super) async fn follow(
    app: &App,
    signed: &Signed,
    rotation: SchoolYear,
    (before, record): (&OrderRecord, &OrderRecord),
    told: &NewRecord,
) -> Result<Option<RosterEffect>, ApiError> {
    let (order, county) = (&record.order, signed.county());
    let (day, from, to, kind) = match told {
        NewRecord::Arrive(day, _) => (*day, &order.from, &order.to, ExchangeKind::Rotation),
        // Without the roll nothing moves back.
        NewRecord::Return(day) if record.roll => {
            (*day, &order.to, &order.from, ExchangeKind::Transfer)
        }
        NewRecord::Unarrive(_) => return take_back(app, signed, rotation, before).await,
        _ => return Ok(None),
    };
    let began = school_year(day);
    let entry = history_entry(began, from, to, kind);
    let years = [began, rotation];
    let year = home(app, county, &years, &order.teacher).await?;
    let Some(year) = year else {
        let note = "名册中已没有这名教师，交流经历没有记入".to_owned();
        return Ok(Some(RosterEffect { year: rotation.0, exchanges: None, school: false, note }));
    };
    let school = record.roll.then(|| (to.clone(), day));
    let change = HistoryChange { entry: entry.clone(), school };
    let done = add_to_history(app, county, year, &order.teacher, &change, &signed.by()).await;
    let done = match done {
        Ok(done) => done,
        // The record of the order stands; the page says what is left to do by hand.
        Err(error) => {
            let note = format!("名册没有改动：{error}；请在名册中补记“{entry}”");
            return Ok(Some(RosterEffect { year: year.0, exchanges: None, school: false, note }));
        }
    };
    let note = match (done.added, done.moved) {
        (false, _) => "名册所在学年已锁定，交流经历没有记入".to_owned(),
        (true, true) => format!("已记入 {year} 学年名册的交流经历，学校改为 {to}"),
        (true, false) if record.roll => {
            format!("已记入 {year} 学年名册的交流经历；名册的统计日期早于 {day}，学校不变")
        }
        (true, false) => format!("已记入 {year} 学年名册的交流经历；编制不动，学校不变"),
    };
    let exchanges = done.added.then_some(entry);
    Ok(Some(RosterEffect { year: year.0, exchanges, school: done.moved, note }))
}

/// The first of some years whose roster has a teacher.
async fn home(
    app: &App,
    county: &CountyCode,
    years: &[SchoolYear],
    teacher: &str,
) -> Result<Option<SchoolYear>, ApiError> {
    for year in years {
        match app.store().teacher(county, *year, teacher, &Scope::County).await {
            Ok(_) => return Ok(Some(*year)),
            Err(store::StoreError::NotFound(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(None)
}

/// Takes an arrival out of every roster that it was written into.
async fn take_back(
    app: &App,
    signed: &Signed,
    rotation: SchoolYear,
    before: &OrderRecord,
) -> Result<Option<RosterEffect>, ApiError> {
    let (order, county) = (&before.order, signed.county());
    let Some(day) = before.arrived else { return Ok(None) };
    let began = school_year(day);
    let undo = HistoryUndo {
        entry: history_entry(began, &order.from, &order.to, ExchangeKind::Rotation),
        there: order.to.clone(),
        back: order.from.clone(),
        day,
    };
    let mut years = vec![began, rotation];
    years.dedup();
    let (mut notes, mut school, mut first) = (Vec::new(), false, None);
    for year in &years {
        match take_from_history(app, county, *year, &order.teacher, &undo, &signed.by()).await {
            Ok(None) => {}
            Ok(Some(done)) => {
                first = first.or(Some(*year));
                school |= done.moved;
                notes.push(undone(*year, done, &undo));
            }
            // The record of the order stands; the page says what is left to do by hand.
            Err(error) => notes
                .push(format!("{year} 学年名册没有改动：{error}；请在名册中删去“{}”", undo.entry)),
        }
    }
    if notes.is_empty() {
        notes.push("名册中没有这次到岗的记载，没有改动".to_owned());
    }
    let year = first.unwrap_or(rotation).0;
    Ok(Some(RosterEffect { year, exchanges: None, school, note: notes.join("；") }))
}

/// What was taken out of a roster, in words.
fn undone(year: SchoolYear, done: HistoryUndone, undo: &HistoryUndo) -> String {
    let HistoryUndo { entry, back, .. } = undo;
    match done {
        HistoryUndone { locked: true, .. } => {
            format!("{year} 学年已锁定，名册没有改动；解锁后请删去“{entry}”")
        }
        HistoryUndone { moved: false, .. } => {
            format!("已从 {year} 学年名册的交流经历中删去“{entry}”")
        }
        HistoryUndone { dated: true, .. } => {
            format!("已从 {year} 学年名册的交流经历中删去“{entry}”，学校改回 {back}")
        }
        HistoryUndone { .. } => format!(
            "已从 {year} 学年名册的交流经历中删去“{entry}”，学校改回 {back}；到本校日期已不可考，请补填"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn who_reports_in_august_begins_the_year_to_come() {
        assert_eq!(school_year(date(2025, 8, 25)), SchoolYear(2025));
        assert_eq!(school_year(date(2026, 2, 20)), SchoolYear(2025));
        assert_eq!(school_year(date(2025, 7, 31)), SchoolYear(2024));
    }
}
