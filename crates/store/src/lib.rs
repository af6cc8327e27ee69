//! The store: everything that a county keeps, in SQLite or in PostgreSQL.
//!
//! # The model in five minutes
//!
//! **A county leads every key.** All functions take the county's code first, and every table begins
//! with it, so that one program serves one county from a file and a province from one server.
//!
//! **A school has a history.** It was opened, renamed, joined to a district, merged or closed on a
//! day ([`schools`]); what it is on any day follows from its events.
//!
//! **A year is collected.** A school year ([`years`]) has collections ([`collections`]): a title,
//! the items, the deadline, who must fill. Each who must fill has a *submission* ([`submissions`]),
//! named by a [`FormKey`]; the form of the county itself has no school.
//!
//! **A submission has a draft and revisions.** What is typed goes into the draft, field by field
//! ([`drafts`]). Submitting makes a *revision* of it. A revision never changes: a fact that is
//! replaced stays, with the revision from which and the one before which it held. A submission goes
//! 草稿 → 已提交 → 已签发 → 已审定 → 已锁定, or back with reasons; [`moves`] is the only place that
//! knows which step is allowed when. The last approved revision is the official one.
//!
//! **Facts become snapshots.** [`Store::snapshot_of`] seals the approved (or the submitted) facts of
//! a year into a [`domain::Snapshot`], with all origins; [`Store::import`] is the way back, for a
//! whole file, in one transaction. Snapshots, evaluations and plans are kept as they were made.
//!
//! **A second writer is told.** Everything that can be edited has a version. A writer says which one
//! it has seen; if another has written since, it gets [`StoreError::Conflict`] with who and when, and
//! nothing is overwritten.
//!
//! **Every change is audited** ([`Store::audit_rows`]), in its own transaction, in a chain of hashes.
//!
//! **Personal data are sealed** ([`seal`]) with a key that lies outside the database and outside its
//! backups; all else works without that key.
//!
//! **Whose rows are seen is a part of the query** ([`Scope`]), never a filter afterwards.
//!
//! ```
//! use store::{By, Options, Scope, Store};
//! # tokio::runtime::Runtime::new().unwrap().block_on(async {
//! # let folder = tempfile::tempdir().unwrap();
//! let store = Store::open(&Options::new(folder.path())).await?;
//! let county = domain::CountyCode::parse("341823").unwrap();
//! let by = By::new("张三", "2026-09-01T08:00:00Z".parse().unwrap());
//! store.put_county(&county, "泾县", &by).await?;
//! assert!(store.schools(&county, &Scope::County).await?.is_empty());
//! assert_eq!(store.verify_audit(&county).await?.rows, 1);
//! # store::Result::Ok(())
//! # }).unwrap();
//! ```
//!
//! # Two databases, one text
//!
//! Queries are written once: `$1`, `on conflict … returning`, integers, texts and bytes only.
//! Each write is one transaction: `BEGIN IMMEDIATE` on SQLite, a lock on the county on PostgreSQL,
//! so that a county has one writer at a time on either. Readers see one moment and wait for nobody.
//!
//! # What the store must not know
//!
//! Who may do what (`access`), what a figure means (`standard`), HTTP, clocks: the moment of a change
//! comes from the caller, in a [`By`].

mod archive;
mod attestations;
mod audit;
mod backup;
pub mod boundaries;
mod boxed;
mod check;
mod coded;
pub mod collections;
mod counties;
mod db;
pub mod documents;
pub mod drafts;
mod error;
pub mod evaluations;
pub mod evidence;
pub mod exchanges;
pub mod explanations;
mod facts;
mod import;
pub mod jobs;
mod location;
pub mod mappings;
mod media;
mod migrate;
pub mod moves;
mod pack;
pub mod plans;
pub mod plans_done;
pub mod reminders;
pub mod revisions;
pub mod rosters;
pub mod rotations;
pub mod rotations_notices;
pub mod rotations_objections;
pub mod rotations_orders;
pub mod scenarios;
pub mod schools;
mod scope;
pub mod seal;
pub mod sessions;
mod settings;
mod snapshot_json;
pub mod snapshots;
mod stamp;
pub mod submissions;
mod tables;
pub mod trainings;
pub mod uploads;
pub mod users;
pub mod years;

pub use archive::{Manifest, TableEntry};
pub use attestations::AttestationRecord;
pub use audit::{AuditFilter, AuditReport, AuditRow};
pub use check::{CheckReport, Damage};
pub use counties::{County, District, DistrictKind};
pub use error::{Result, StoreError};
pub use facts::{FactRecord, PlaceKind, PlaceRecord};
pub use import::{ImportAs, ImportReport};
pub use location::{Database, Options};
pub use media::Media;
pub use scope::Scope;
pub use seal::{KeySource, Plain};
pub use snapshots::{Which, YearSnapshot};
pub use submissions::{FormKey, Submission};
pub use tables::ColumnHolds;

use db::Pools;
use jiff::Timestamp;
use sqlx::Connection as _;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Who does something, and when: the origin of a change and its row of the audit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct By {
    /// Who: the name of an account, or of a part of the program.
    pub person: String,
    /// When.
    pub at: Timestamp,
}

impl By {
    /// Who and when.
    #[must_use]
    pub fn new(person: impl Into<String>, at: Timestamp) -> Self {
        Self { person: person.into(), at }
    }
}

/// An open store. Cheap to clone; all clones share their connections.
#[derive(Clone, Debug)]
pub struct Store {
    pools: Pools,
    ring: seal::Ring,
    folder: Arc<Path>,
    evidence_limit: u64,
}

impl Store {
    /// Opens a store, makes it where there is none, and brings its structure up to date.
    ///
    /// # Errors
    /// [`StoreError::Newer`] for a database of a newer program; [`StoreError::Unreachable`] and
    /// others when it cannot be opened.
    pub async fn open(options: &Options) -> Result<Self> {
        let store = Self::connect(options).await?;
        migrate::migrate(&store.pools).await?;
        store.ring.prepare(&store.pools).await?;
        Ok(store)
    }

    /// Opens a store as it is.
    async fn connect(options: &Options) -> Result<Self> {
        std::fs::create_dir_all(&options.folder)
            .map_err(StoreError::io("建立数据文件夹", &options.folder))?;
        let pools = match &options.database {
            Database::Sqlite(file) => patient(&options.folder.join(file), options).await?,
            Database::Postgres(address) => postgres(address, options).await?,
        };
        let folder = Arc::from(options.folder.as_path());
        let ring = seal::Ring::new(&options.key, &options.folder);
        Ok(Self { pools, ring, folder, evidence_limit: options.evidence_limit })
    }

    /// Waits until everything that is under way has ended, and closes all connections.
    pub async fn close(self) {
        match self.pools {
            Pools::Sqlite { readers, writer } => {
                readers.close().await;
                writer.close().await;
            }
            Pools::Postgres(pool) => pool.close().await,
        }
    }

    /// The data folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Does the database answer?
    ///
    /// # Errors
    /// Those of the database.
    pub async fn ping(&self) -> Result<()> {
        self.pools.read().await?.number("select 1 + count(*) from counties", vec![]).await?;
        Ok(())
    }
}

/// Opens a file, again and again for as long as a writer waits: while one program sets up the
/// journal of a new file, SQLite tells another that it is busy without waiting at all.
async fn patient(file: &PathBuf, options: &Options) -> Result<Pools> {
    let begun = Instant::now();
    loop {
        match sqlite(file, options).await {
            Err(StoreError::Busy) if begun.elapsed() < options.patience => {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            done => return done,
        }
    }
}

async fn sqlite(file: &PathBuf, options: &Options) -> Result<Pools> {
    let connect = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        // Not NORMAL: what was accepted must survive a power cut too.
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(options.patience)
        .pragma("trusted_schema", "off")
        // What is deleted is overwritten: no page keeps a teacher who has left.
        .pragma("secure_delete", "on")
        .pragma("journal_size_limit", "67108864");
    let writer = SqlitePoolOptions::new()
        .max_connections(1)
        // Where there is no room SQLite ends a transaction by itself, and the driver, whose own end of
        // it then fails, would take the connection to be within one for ever.
        .after_release(|connection, _| {
            Box::pin(async move {
                connection.ping().await?;
                Ok(!connection.is_in_transaction())
            })
        })
        .acquire_timeout(options.patience)
        .connect_with(connect.clone().optimize_on_close(true, None))
        .await?;
    let readers = SqlitePoolOptions::new()
        .max_connections(options.readers.max(1))
        .acquire_timeout(options.patience)
        .connect_with(connect.pragma("query_only", "on"))
        .await?;
    Ok(Pools::Sqlite { readers, writer })
}

async fn postgres(address: &str, options: &Options) -> Result<Pools> {
    let patience = format!("{}ms", options.patience.as_millis());
    // What sqlx says of a bad address may repeat the password.
    let connect = PgConnectOptions::from_str(address)
        .map_err(|_| StoreError::Address("postgres://…".to_owned()))?
        .application_name("junheng")
        .options([("lock_timeout", patience.as_str()), ("timezone", "UTC")]);
    let pool = PgPoolOptions::new()
        .max_connections(options.readers.max(2))
        .acquire_timeout(options.patience)
        .connect_with(connect)
        .await?;
    Ok(Pools::Postgres(pool))
}

/// The version that an edit makes, from the row that is there (its version, who and when in the
/// first three columns) and the version that the caller has seen (zero: none).
fn versioned(found: Option<&db::Row>, seen: i64, what: impl FnOnce() -> String) -> Result<i64> {
    match found {
        None if seen == 0 => Ok(1),
        None => Err(StoreError::NotFound(what())),
        Some(row) => next_version(row.int(0)?, (&row.text(1)?, row.moment(2)?), seen, what),
    }
}

/// The same where the record has been read already: its version, and who changed it last and when.
fn next_version(
    found: i64,
    (by, at): (&str, Timestamp),
    seen: i64,
    what: impl FnOnce() -> String,
) -> Result<i64> {
    if found == seen {
        return Ok(seen + 1);
    }
    Err(StoreError::Conflict { what: what(), seen, found, by: by.to_owned(), at })
}
