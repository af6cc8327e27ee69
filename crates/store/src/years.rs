//! School years: open while they are collected, locked when they have been reported.

use crate::audit::note;
use crate::db::{Row, Tx, args};
use crate::moves::Move;
use crate::{By, Result, Store, StoreError, versioned};
use domain::{CountyCode, SchoolYear};
use jiff::Timestamp;
use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};

/// A school year of a county.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct YearRecord {
    /// The year.
    pub year: SchoolYear,
    /// Is it frozen?
    pub locked: bool,
    /// Why it was locked or unlocked.
    pub reason: String,
    /// For the next edit.
    pub version: i64,
    /// Who opened, locked or unlocked it.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// 学年初: the statistics date of a school year.
#[must_use]
pub fn statistics_date(year: SchoolYear) -> Date {
    date(year.0, 9, 1)
}

fn record(row: &Row) -> Result<YearRecord> {
    Ok(YearRecord {
        version: row.int(0)?,
        by: row.text(1)?,
        at: row.moment(2)?,
        year: row.year(3)?,
        locked: row.str(4)? == "locked",
        reason: row.text(5)?,
    })
}

const COLUMNS: &str = "select version, changed_by, changed_at, year, state, reason \
                       from school_years where county = $1 and year = $2";

/// Makes the year where it is missing; refuses a locked one.
pub(crate) async fn require_open(
    tx: &mut Tx,
    county: &CountyCode,
    year: SchoolYear,
    by: &By,
) -> Result<()> {
    match tx.one(COLUMNS, args![county, year]).await? {
        Some(row) if record(&row)?.locked => Err(StoreError::YearLocked(year)),
        Some(_) => Ok(()),
        None => {
            tx.exec(
                "insert into school_years (county, year, state, reason, version, changed_by,
                     changed_at) values ($1, $2, 'open', '', 1, $3, $4)",
                args![county, year, &by.person, by.at],
            )
            .await?;
            Ok(())
        }
    }
}

impl Store {
    /// Opens a school year; one that is there stays as it is.
    ///
    /// # Errors
    /// [`StoreError::YearLocked`].
    pub async fn open_year(&self, county: &CountyCode, year: SchoolYear, by: &By) -> Result<()> {
        let mut tx = self.pools.write(county.as_str()).await?;
        require_open(&mut tx, county, year, by).await?;
        note(&mut tx, county.as_str(), by, "year.open", &year.0.to_string(), "").await?;
        tx.commit().await
    }

    /// Locks a year: nothing of it can be changed any more. Or unlocks it, with a reason.
    ///
    /// # Errors
    /// [`StoreError::NoReason`] for unlocking without one, [`StoreError::Conflict`],
    /// [`StoreError::NotFound`].
    pub async fn lock_year(
        &self,
        county: &CountyCode,
        year: SchoolYear,
        lock: bool,
        reason: &str,
        seen: i64,
        by: &By,
    ) -> Result<YearRecord> {
        if !lock && reason.trim().is_empty() {
            return Err(StoreError::NoReason(Move::Unlock));
        }
        let what = || format!("{year} 学年");
        let mut tx = self.pools.write(county.as_str()).await?;
        let found = tx.one(COLUMNS, args![county, year]).await?;
        let found = found.ok_or_else(|| StoreError::NotFound(what()))?;
        let version = versioned(Some(&found), seen, what)?;
        let state = if lock { "locked" } else { "open" };
        tx.exec(
            "update school_years set state = $3, reason = $4, version = $5, changed_by = $6,
                 changed_at = $7 where county = $1 and year = $2",
            args![county, year, state, reason, version, &by.person, by.at],
        )
        .await?;
        let action = if lock { "year.lock" } else { "year.unlock" };
        note(&mut tx, county.as_str(), by, action, &year.0.to_string(), reason).await?;
        tx.commit().await?;
        let (by, at) = (by.person.clone(), by.at);
        Ok(YearRecord { year, locked: lock, reason: reason.to_owned(), version, by, at })
    }

    /// All years of a county, latest first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn years(&self, county: &CountyCode) -> Result<Vec<YearRecord>> {
        let mut tx = self.pools.read().await?;
        let rows = tx
            .all(
                "select version, changed_by, changed_at, year, state, reason from school_years
                 where county = $1 order by year desc",
                args![county],
            )
            .await?;
        rows.iter().map(record).collect()
    }
}
