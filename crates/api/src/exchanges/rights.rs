//! What somebody may do with records of exchange and of training, beyond seeing them: the bureau over
//! the whole county, a school over its own part.
//!
//! Must not know: which steps a record allows when.

use crate::evaluation::measured::visible;
use crate::{ApiError, App, Signed};
use access::Action;
use domain::SchoolCode;
use std::collections::BTreeSet;
use store::Scope;

/// What somebody may do with records.
#[derive(Debug)]
pub(crate) struct Rights {
    /// Over the whole county.
    pub(crate) county: bool,
    /// The own schools, for which hours and people are entered; `None`: all.
    pub(crate) own: Option<BTreeSet<SchoolCode>>,
}

impl Rights {
    /// Those of a caller.
    ///
    /// # Errors
    /// Those of the database.
    pub(crate) async fn of(app: &App, signed: &Signed) -> Result<Self, ApiError> {
        let county = signed.scope_of(app, Action::EditStaffing).await? == Scope::County;
        let own = if county {
            None
        } else {
            let scope = signed.scope_of(app, Action::EditTeachers).await?;
            visible(app, signed.county(), &scope).await?
        };
        Ok(Self { county, own })
    }
}
