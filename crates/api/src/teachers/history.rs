//! The exchange history of a teacher grows when somebody arrives at another school or comes back.

use super::plain;
use crate::{ApiError, App};
use domain::{CountyCode, SchoolCode, SchoolYear};
use jiff::civil::Date;
use store::{By, Scope, StoreError};

/// Times that it is tried anew when somebody else edits the same teacher.
const PATIENCE: usize = 3;

/// What happened to a teacher.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HistoryChange {
    /// The entry of the column `exchanges`: `学年|调出|调入|方式`.
    pub(crate) entry: String,
    /// The school that the roll has moved to, and the day; `None`: it has not.
    pub(crate) school: Option<(SchoolCode, Date)>,
}

/// What was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct HistoryDone {
    /// Does the entry stand in the roster?
    pub(crate) added: bool,
    /// Was the school changed? A roster says how things were on its day, so what came later does not
    /// change the school in it.
    pub(crate) moved: bool,
}

/// Adds an entry to a teacher's exchange history; one that is there already is not added again. A
/// year that is locked stays as it is.
///
/// # Errors
/// [`ApiError::NotFound`] for a teacher who is not in the roster of the year; those of the store.
pub(crate) async fn add_to_history(
    app: &App,
    county: &CountyCode,
    year: SchoolYear,
    number: &str,
    change: &HistoryChange,
    by: &By,
) -> Result<HistoryDone, ApiError> {
    let store = app.store();
    let head = store.roster(county, year).await?;
    let head = head.ok_or_else(|| ApiError::NotFound(format!("{year} 学年教师名册")))?;
    for attempt in 1..=PATIENCE {
        let found = store.teacher(county, year, number, &Scope::County).await?;
        let mut row = plain::row(&found.entry.content)?;
        let mut columns = Vec::new();
        let known = row.exchanges.split(['；', ';']).any(|entry| entry.trim() == change.entry);
        if !known {
            let before = row.exchanges.trim_end_matches(['；', ';', ' ']);
            let sign = if before.is_empty() { "" } else { "；" };
            row.exchanges = format!("{before}{sign}{}", change.entry);
            columns.push("exchanges");
        }
        let mut entry = found.entry;
        let moves = change.school.as_ref().filter(|(_, day)| *day <= head.day);
        if let Some((school, day)) = moves.filter(|(school, _)| *school != entry.school) {
            school.as_str().clone_into(&mut row.school);
            row.arrived = day.to_string();
            entry.school = school.clone();
            columns.extend(["school", "arrived"]);
            // It was a post at the school that is left.
            if !row.appointed.is_empty() {
                row.appointed.clear();
                columns.push("appointed");
            }
        }
        let done = HistoryDone { added: true, moved: moves.is_some() };
        if columns.is_empty() {
            return Ok(done);
        }
        entry.content = plain::content(&row)?;
        let (columns, scope) = (columns.join(","), &Scope::County);
        match store.put_teacher(county, year, &entry, &columns, found.version, scope, by).await {
            Ok(_) => return Ok(done),
            Err(StoreError::YearLocked(_)) => {
                return Ok(HistoryDone { added: false, moved: false });
            }
            Err(StoreError::Conflict { .. }) if attempt < PATIENCE => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(ApiError::Busy)
}
