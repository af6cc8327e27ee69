//! The exchange history of a teacher grows when somebody arrives at another school or comes back, and
//! shrinks when an arrival was recorded in error.

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

/// An arrival that was none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HistoryUndo {
    /// The entry that goes.
    pub(crate) entry: String,
    /// The school at which the teacher is said to have arrived …
    pub(crate) there: SchoolCode,
    /// … on this day, coming …
    pub(crate) day: Date,
    /// … from this one.
    pub(crate) back: SchoolCode,
}

/// What was taken out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct HistoryUndone {
    /// Is the year locked, so that nothing was?
    pub(crate) locked: bool,
    /// Is the teacher at the former school again?
    pub(crate) moved: bool,
    /// Is it known since when, by another year's roster?
    pub(crate) dated: bool,
}

/// Takes an arrival out of a teacher's row; the school goes back only where nobody has changed it since.
/// `None` where the row does not speak of it, or there is none.
///
/// # Errors
/// Those of the store.
pub(crate) async fn take_from_history(
    app: &App,
    county: &CountyCode,
    year: SchoolYear,
    number: &str,
    undo: &HistoryUndo,
    by: &By,
) -> Result<Option<HistoryUndone>, ApiError> {
    let store = app.store();
    for attempt in 1..=PATIENCE {
        let found = match store.teacher(county, year, number, &Scope::County).await {
            Ok(found) => found,
            Err(StoreError::NotFound(_)) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let mut row = plain::row(&found.entry.content)?;
        let mut columns = Vec::new();
        let entries = row.exchanges.split(['；', ';']).map(str::trim);
        let others: Vec<&str> =
            entries.clone().filter(|entry| !entry.is_empty() && *entry != undo.entry).collect();
        if entries.clone().any(|entry| entry == undo.entry) {
            row.exchanges = others.join("；");
            columns.push("exchanges");
        }
        let mut entry = found.entry;
        let mut done = HistoryUndone::default();
        if entry.school == undo.there && row.arrived == undo.day.to_string() {
            let since = since(app, county, year, number, &undo.back).await?;
            (done.moved, done.dated) = (true, since.is_some());
            undo.back.as_str().clone_into(&mut row.school);
            row.arrived = since.unwrap_or_default();
            entry.school = undo.back.clone();
            columns.extend(["school", "arrived"]);
        }
        if columns.is_empty() {
            return Ok(None);
        }
        entry.content = plain::content(&row)?;
        let (columns, scope) = (columns.join(","), &Scope::County);
        match store.put_teacher(county, year, &entry, &columns, found.version, scope, by).await {
            Ok(_) => return Ok(Some(done)),
            Err(StoreError::YearLocked(_)) => {
                return Ok(Some(HistoryUndone { locked: true, ..HistoryUndone::default() }));
            }
            Err(StoreError::Conflict { .. }) if attempt < PATIENCE => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(ApiError::Busy)
}

/// The day on which a teacher came to a school, by the roster of the year before or after.
async fn since(
    app: &App,
    county: &CountyCode,
    year: SchoolYear,
    number: &str,
    school: &SchoolCode,
) -> Result<Option<String>, ApiError> {
    for other in [SchoolYear(year.0 - 1), SchoolYear(year.0 + 1)] {
        let found = match app.store().teacher(county, other, number, &Scope::County).await {
            Ok(found) => found,
            Err(StoreError::NotFound(_)) => continue,
            Err(error) => return Err(error.into()),
        };
        let row = plain::row(&found.entry.content)?;
        if found.entry.school == *school && !row.arrived.is_empty() {
            return Ok(Some(row.arrived));
        }
    }
    Ok(None)
}
