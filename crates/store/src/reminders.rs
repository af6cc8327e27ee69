//! 催报: those who have not submitted are asked to hurry. Nobody is asked twice within the time that a
//! person needs to do something about it.

use crate::audit::note;
use crate::collections::{find, write_json};
use crate::db::args;
use crate::facts::{school_read, school_text};
use crate::submissions::list;
use crate::{By, Result, Scope, Store, StoreError};
use domain::{CountyCode, SchoolCode, SchoolYear};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A school is not asked again within this time.
pub const QUIET: SignedDuration = SignedDuration::from_hours(1);

/// The reminders that a school, or the county under `None`, has got in a collection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reminded {
    /// How many.
    pub count: i64,
    /// What the last one said.
    pub message: String,
    /// Who sent it.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// What came of a reminder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reminders {
    /// Who was reminded; `None` is the county's own form.
    pub sent: Vec<Option<SchoolCode>>,
    /// Who had been reminded a short while before, and was not again.
    pub too_soon: Vec<Option<SchoolCode>>,
    /// Who was named and has submitted already, or was not asked to fill anything.
    pub not_waiting: Vec<Option<SchoolCode>>,
}

impl Store {
    /// Reminds those of a collection who have not submitted: `who` of them, or all that the scope
    /// sees.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for a collection that there is not, [`StoreError::CollectionClosed`].
    #[expect(clippy::too_many_arguments, reason = "each is of another type")]
    pub async fn remind(
        &self,
        county: &CountyCode,
        year: SchoolYear,
        collection: &str,
        who: Option<&BTreeSet<Option<SchoolCode>>>,
        message: &str,
        scope: &Scope,
        by: &By,
    ) -> Result<Reminders> {
        let mut tx = self.pools.write(county.as_str()).await?;
        match find(&mut tx, county, year, collection).await? {
            None => return Err(StoreError::NotFound(format!("采集任务“{collection}”"))),
            Some(found) if found.closed => {
                return Err(StoreError::CollectionClosed(found.plan.title));
            }
            Some(_) => {}
        }
        let last = last(&mut tx, county, year, collection).await?;
        let mut outcome = Reminders::default();
        let mut named = who.cloned().unwrap_or_default();
        let mut values = Vec::new();
        for submission in list(&mut tx, county, year, Some(collection), scope).await? {
            let school = submission.key.school;
            if who.is_some() && !named.remove(&school) {
                continue;
            }
            if submission.state.is_submitted() {
                if who.is_some() {
                    outcome.not_waiting.push(school);
                }
                continue;
            }
            let before = last.get(&school);
            if before.is_some_and(|before| by.at.duration_since(before.at) < QUIET) {
                outcome.too_soon.push(school);
                continue;
            }
            let number = before.map_or(1, |before| before.count + 1);
            let text = school_text(school.as_ref());
            values
                .extend(args![county, year, collection, text, number, message, &by.person, by.at]);
            outcome.sent.push(school);
        }
        outcome.not_waiting.extend(named);
        if outcome.sent.is_empty() {
            return Ok(outcome);
        }
        let into = "insert into reminders (county, year, collection, school, reminder, message, \
                    changed_by, changed_at)";
        tx.insert_all(into, 8, values).await?;
        let target = format!("{}/{collection}", year.0);
        let sent: Vec<&str> = outcome.sent.iter().map(|s| school_text(s.as_ref())).collect();
        let detail = write_json(&(message, sent))?;
        note(&mut tx, county.as_str(), by, "collection.remind", &target, &detail).await?;
        tx.commit().await?;
        Ok(outcome)
    }

    /// Who has been reminded in a collection, of those that a scope sees.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn reminders(
        &self,
        county: &CountyCode,
        year: SchoolYear,
        collection: &str,
        scope: &Scope,
    ) -> Result<BTreeMap<Option<SchoolCode>, Reminded>> {
        let mut tx = self.pools.read().await?;
        let seen = list(&mut tx, county, year, Some(collection), scope).await?;
        let seen: BTreeSet<_> = seen.into_iter().map(|s| s.key.school).collect();
        let mut all = last(&mut tx, county, year, collection).await?;
        all.retain(|school, _| seen.contains(school));
        Ok(all)
    }
}

/// The last reminder of each, with how many there were.
async fn last(
    tx: &mut crate::db::Tx,
    county: &CountyCode,
    year: SchoolYear,
    collection: &str,
) -> Result<BTreeMap<Option<SchoolCode>, Reminded>> {
    let sql = "select school, reminder, message, changed_by, changed_at from reminders
               where county = $1 and year = $2 and collection = $3 order by school, reminder";
    let mut last = BTreeMap::new();
    for row in &tx.all(sql, args![county, year, collection]).await? {
        let (count, message) = (row.int(1)?, row.text(2)?);
        let reminded = Reminded { count, message, by: row.text(3)?, at: row.moment(4)? };
        last.insert(school_read(row, 0)?, reminded);
    }
    Ok(last)
}
