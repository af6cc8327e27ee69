//! Uploaded rosters that wait for somebody's word: sealed, shown to the one who uploaded them only,
//! and emptied when they are accepted, thrown away or out of time.

use super::{RosterChange, RosterRecord};
use crate::db::{Row, Tx, args};
use crate::seal::Place;
use crate::years::require_open;
use crate::{By, Plain, Result, Scope, Store, StoreError};
use domain::{CountyCode, SchoolYear};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What has become of an upload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportState {
    /// It waits.
    Waiting,
    /// It is in the roster.
    Accepted,
    /// Thrown away.
    Removed,
    /// Nobody said anything in time.
    Expired,
}

impl ImportState {
    /// The code in the database and in JSON.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Accepted => "accepted",
            Self::Removed => "removed",
            Self::Expired => "expired",
        }
    }

    fn from_code(code: &str) -> Option<Self> {
        [Self::Waiting, Self::Accepted, Self::Removed, Self::Expired]
            .into_iter()
            .find(|state| state.code() == code)
    }
}

/// An upload on its way in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRosterImport {
    /// The school year.
    pub year: SchoolYear,
    /// The number of the account that uploaded it.
    pub owner: i64,
    /// The key of the request, so that one that is sent again is the same one.
    pub request: Option<String>,
    /// The name of the file.
    pub file: String,
    /// What was read, and whatever belongs to it: sealed.
    pub content: Plain,
    /// When it is thrown away.
    pub expires_at: Timestamp,
}

/// An upload as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RosterImportRecord {
    /// Number within the county.
    pub id: i64,
    /// The school year.
    pub year: SchoolYear,
    /// The name of the file.
    pub file: String,
    /// What has become of it.
    pub state: ImportState,
    /// What was read; empty when it does not wait any more.
    pub content: Plain,
    /// When it is thrown away.
    pub expires_at: Timestamp,
    /// Who uploaded it.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

const COLUMNS: &str = "select import, year, file, state, seal_key, sealed, expires_at, changed_by, \
                       changed_at from roster_imports where county = $1";

fn what(id: i64) -> String {
    format!("名册导入 {id} ")
}

impl Store {
    fn roster_import_record(&self, county: &CountyCode, row: &Row) -> Result<RosterImportRecord> {
        let id = row.int(0)?;
        let place = Place::of("roster_imports", args![county, id]);
        let content = self.ring.open(&place, row.str(4)?, &row.bytes(5)?, || what(id))?;
        Ok(RosterImportRecord {
            id,
            year: row.year(1)?,
            file: row.text(2)?,
            state: row.known(3, ImportState::from_code)?,
            content,
            expires_at: row.moment(6)?,
            by: row.text(7)?,
            at: row.moment(8)?,
        })
    }

    /// Empties an upload and says what has become of it.
    async fn settle(
        &self,
        tx: &mut Tx,
        county: &CountyCode,
        id: i64,
        state: ImportState,
    ) -> Result<()> {
        let place = Place::of("roster_imports", args![county, id]);
        let own_key = self.ring.seal(tx, county).await?;
        let (key, sealed) = own_key.seal(&place, &Plain::new(Vec::new()))?;
        tx.exec(
            "update roster_imports set state = $3, seal_key = $4, sealed = $5
             where county = $1 and import = $2",
            args![county, id, state.code(), key, sealed],
        )
        .await?;
        Ok(())
    }

    /// Empties what has waited for too long.
    async fn expire(&self, tx: &mut Tx, county: &CountyCode, now: Timestamp) -> Result<()> {
        let sql = "select import from roster_imports
                   where county = $1 and state = 'waiting' and expires_at <= $2 order by import";
        for row in &tx.all(sql, args![county, now]).await? {
            self.settle(tx, county, row.int(0)?, ImportState::Expired).await?;
        }
        Ok(())
    }

    /// Keeps an upload until somebody decides; one that is sent again with the same key is the one
    /// that is there. `true`: it is a new one.
    ///
    /// # Errors
    /// [`StoreError::YearLocked`]; those of sealing and of the database.
    pub async fn shelve_roster(
        &self,
        county: &CountyCode,
        new: &NewRosterImport,
        by: &By,
    ) -> Result<(RosterImportRecord, bool)> {
        let mut tx = self.pools.write(county.as_str()).await?;
        require_open(&mut tx, county, new.year, by).await?;
        self.expire(&mut tx, county, by.at).await?;
        if let Some(request) = &new.request {
            let sql = format!("{COLUMNS} and request = $2");
            let found = tx.one(sqlx::AssertSqlSafe(sql), args![county, request]).await?;
            if let Some(row) = found {
                let record = self.roster_import_record(county, &row)?;
                tx.commit().await?;
                return Ok((record, false));
            }
        }
        let sql = "select coalesce(max(import), 0) + 1 from roster_imports where county = $1";
        let id = tx.number(sql, args![county]).await?;
        let place = Place::of("roster_imports", args![county, id]);
        let (key, sealed) = self.ring.seal(&mut tx, county).await?.seal(&place, &new.content)?;
        tx.exec(
            "insert into roster_imports (county, import, year, owner, request, file, state,
                 seal_key, sealed, expires_at, changed_by, changed_at)
             values ($1, $2, $3, $4, $5, $6, 'waiting', $7, $8, $9, $10, $11)",
            args![
                county,
                id,
                new.year,
                new.owner,
                new.request.clone(),
                &new.file,
                key,
                sealed,
                new.expires_at,
                &by.person,
                by.at
            ],
        )
        .await?;
        tx.commit().await?;
        let record = RosterImportRecord {
            id,
            year: new.year,
            file: new.file.clone(),
            state: ImportState::Waiting,
            content: new.content.clone(),
            expires_at: new.expires_at,
            by: by.person.clone(),
            at: by.at,
        };
        Ok((record, true))
    }

    /// An upload of one's own.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], also for somebody else's; those of opening.
    pub async fn roster_import(
        &self,
        county: &CountyCode,
        id: i64,
        owner: i64,
        now: Timestamp,
    ) -> Result<RosterImportRecord> {
        let mut tx = self.pools.read().await?;
        let mut record = self.own_import(&mut tx, county, id, owner).await?;
        if record.state == ImportState::Waiting && record.expires_at <= now {
            record.state = ImportState::Expired;
            record.content = Plain::new(Vec::new());
        }
        Ok(record)
    }

    async fn own_import(
        &self,
        tx: &mut Tx,
        county: &CountyCode,
        id: i64,
        owner: i64,
    ) -> Result<RosterImportRecord> {
        let sql = format!("{COLUMNS} and import = $2 and owner = $3");
        let row = tx.one(sqlx::AssertSqlSafe(sql), args![county, id, owner]).await?;
        let row = row.ok_or_else(|| StoreError::NotFound(what(id)))?;
        self.roster_import_record(county, &row)
    }

    /// Takes an upload into the roster as `change` says, in one transaction. Doing it twice is doing
    /// it once: `None` where it was accepted before.
    ///
    /// # Errors
    /// [`StoreError::NotNow`] where it waits no more; as [`Store::change_roster`].
    #[expect(clippy::too_many_arguments, reason = "each is of another type")]
    pub async fn accept_roster(
        &self,
        county: &CountyCode,
        id: i64,
        owner: i64,
        change: &RosterChange,
        seen: i64,
        scope: &Scope,
        by: &By,
    ) -> Result<Option<RosterRecord>> {
        let mut tx = self.pools.write(county.as_str()).await?;
        self.expire(&mut tx, county, by.at).await?;
        let import = self.own_import(&mut tx, county, id, owner).await?;
        let state = match import.state {
            ImportState::Waiting => None,
            ImportState::Accepted => return Ok(None),
            ImportState::Removed => Some("已放弃"),
            ImportState::Expired => Some("已过期"),
        };
        if let Some(state) = state {
            // What is out of time has been emptied, whatever is answered.
            tx.commit().await?;
            return Err(StoreError::NotNow { what: what(id), state, action: "采用" });
        }
        let year = import.year;
        let record = self.apply_change(&mut tx, county, year, change, seen, scope, by).await?;
        self.settle(&mut tx, county, id, ImportState::Accepted).await?;
        tx.commit().await?;
        Ok(Some(record))
    }

    /// Throws an upload away; one that does not wait stays as it is.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], also for somebody else's.
    pub async fn drop_roster_import(
        &self,
        county: &CountyCode,
        id: i64,
        owner: i64,
        by: &By,
    ) -> Result<()> {
        let mut tx = self.pools.write(county.as_str()).await?;
        self.expire(&mut tx, county, by.at).await?;
        let sql = "select state from roster_imports
                   where county = $1 and import = $2 and owner = $3";
        let row = tx.one(sql, args![county, id, owner]).await?;
        let row = row.ok_or_else(|| StoreError::NotFound(what(id)))?;
        if row.str(0)? == ImportState::Waiting.code() {
            self.settle(&mut tx, county, id, ImportState::Removed).await?;
        }
        tx.commit().await
    }
}
