//! The audit: who did what and when, append-only, each row chained to the one before by a hash, a
//! chain a county. Every change of the store writes its row in the same transaction.

use crate::db::{Row, Tx, args, moment};
use crate::{By, Result, Store};
use domain::{CountyCode, hex};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sqlx::AssertSqlSafe;
use std::fmt::Write as _;

/// A row of the audit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditRow {
    /// Number within the county, from one, without gaps.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub person: String,
    /// What was done: `submission.approve`.
    pub action: String,
    /// To what: `2024/main/3418230001`.
    pub target: String,
    /// Particulars.
    pub detail: String,
    /// The hash of the row before; empty for the first.
    pub previous: String,
    /// SHA-256 of all of the above, 64 hexadecimal digits.
    pub hash: String,
}

/// What a walk along a chain has found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditReport {
    /// Rows that were walked.
    pub rows: i64,
    /// The hash of the last row. Kept elsewhere it shows later whether rows at the end have gone,
    /// which no chain can show by itself.
    pub head: String,
    /// The first row that does not hold, and why; `None`: all do.
    pub broken: Option<(i64, String)>,
}

/// What to look for in the audit; empty fields look for anything.
#[derive(Clone, Debug, Default)]
pub struct AuditFilter {
    /// Who.
    pub person: Option<String>,
    /// The beginning of the action: `submission.`.
    pub action: Option<String>,
    /// The whole target.
    pub target: Option<String>,
    /// Not before.
    pub from: Option<Timestamp>,
    /// Before.
    pub to: Option<Timestamp>,
    /// Only rows with a smaller number: where the page before ended.
    pub below: Option<i64>,
}

/// The hash of a row: each field with its length, so that no text can imitate a boundary.
fn hash(county: &str, row: &AuditRow) -> String {
    let seq = row.seq.to_string();
    let at = moment(row.at);
    let fields = [
        "junheng-audit-1",
        county,
        &seq,
        &at,
        &row.person,
        &row.action,
        &row.target,
        &row.detail,
        &row.previous,
    ];
    let mut hasher = Sha256::new();
    for field in fields {
        hasher.update(field.len().to_string());
        hasher.update(":");
        hasher.update(field);
    }
    hex(&hasher.finalize())
}

const COLUMNS: &str = "seq, at, person, action, target, detail, previous, hash";

fn row(row: &Row) -> Result<AuditRow> {
    Ok(AuditRow {
        seq: row.int(0)?,
        at: row.moment(1)?,
        person: row.text(2)?,
        action: row.text(3)?,
        target: row.text(4)?,
        detail: row.text(5)?,
        previous: row.text(6)?,
        hash: row.text(7)?,
    })
}

/// Appends a row within the transaction of what it tells of.
pub(crate) async fn note(
    tx: &mut Tx,
    county: &str,
    by: &By,
    action: &str,
    target: &str,
    detail: &str,
) -> Result<()> {
    let last = tx
        .one(
            "select seq, hash from audit where county = $1 order by seq desc limit 1",
            args![county],
        )
        .await?;
    let (seq, previous) = match last {
        Some(row) => (row.int(0)? + 1, row.text(1)?),
        None => (1, String::new()),
    };
    let mut new = AuditRow {
        seq,
        at: by.at,
        person: by.person.clone(),
        action: action.to_owned(),
        target: target.to_owned(),
        detail: detail.to_owned(),
        previous,
        hash: String::new(),
    };
    new.hash = hash(county, &new);
    tx.exec(
        "insert into audit (county, seq, at, person, action, target, detail, previous, hash)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        args![
            county,
            new.seq,
            new.at,
            new.person,
            new.action,
            new.target,
            new.detail,
            new.previous,
            new.hash
        ],
    )
    .await?;
    Ok(())
}

/// Walks the chain of a county.
pub(crate) async fn walk(tx: &mut Tx, county: &str) -> Result<AuditReport> {
    const PAGE: i64 = 2_000;
    let mut report = AuditReport { rows: 0, head: String::new(), broken: None };
    loop {
        let page = tx
            .all(
                "select seq, at, person, action, target, detail, previous, hash from audit
                 where county = $1 and seq > $2 order by seq limit $3",
                args![county, report.rows, PAGE],
            )
            .await?;
        if page.is_empty() {
            return Ok(report);
        }
        for found in &page {
            let expected = report.rows + 1;
            let seq = found.int(0)?;
            let why = match row(found) {
                Ok(row) if row.seq != expected => format!("第 {expected} 行不见了"),
                Ok(row) if row.previous != report.head => "与上一行接不上".to_owned(),
                Ok(row) if row.hash != hash(county, &row) => "内容被改动过".to_owned(),
                Ok(row) => {
                    report.rows = expected;
                    report.head = row.hash;
                    continue;
                }
                Err(error) => error.to_string(),
            };
            report.broken = Some((seq.min(expected), why));
            return Ok(report);
        }
    }
}

impl Store {
    /// Appends a row about something that happened outside of the store: a log-in, an export, a
    /// look at personal data.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn audit(
        &self,
        county: &CountyCode,
        by: &By,
        action: &str,
        target: &str,
        detail: &str,
    ) -> Result<()> {
        let mut tx = self.pools.write(county.as_str()).await?;
        note(&mut tx, county.as_str(), by, action, target, detail).await?;
        tx.commit().await
    }

    /// The newest rows that a filter lets through, newest first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn audit_rows(
        &self,
        county: &CountyCode,
        filter: &AuditFilter,
        limit: u32,
    ) -> Result<Vec<AuditRow>> {
        let mut args = args![county];
        let mut sql = format!("select {COLUMNS} from audit where county = $1");
        let mut add = |condition: &str, arg| {
            args.push(arg);
            let _ = write!(sql, " and {condition}${}", args.len());
        };
        if let Some(person) = &filter.person {
            add("person = ", person.into());
        }
        if let Some(target) = &filter.target {
            add("target = ", target.into());
        }
        if let Some(from) = filter.from {
            add("at >= ", from.into());
        }
        if let Some(to) = filter.to {
            add("at < ", to.into());
        }
        if let Some(below) = filter.below {
            add("seq < ", below.into());
        }
        if let Some(action) = &filter.action {
            // A range rather than `like`: actions are plain words, and this uses no wildcard of
            // the user's.
            add("action >= ", action.into());
            add("action < ", format!("{action}\u{10ffff}").into());
        }
        args.push(limit.into());
        let _ = write!(sql, " order by seq desc limit ${}", args.len());
        let mut tx = self.pools.read().await?;
        tx.all(AssertSqlSafe(sql), args).await?.iter().map(row).collect()
    }

    /// Walks along the chain of a county and recomputes every hash.
    ///
    /// # Errors
    /// Those of the database; a broken chain is no error but the report.
    pub async fn verify_audit(&self, county: &CountyCode) -> Result<AuditReport> {
        let mut tx = self.pools.read().await?;
        walk(&mut tx, county.as_str()).await
    }

    /// The counties that have an audit.
    pub(crate) async fn audited(tx: &mut Tx) -> Result<Vec<String>> {
        let rows = tx.all("select distinct county from audit order by county", args![]).await?;
        rows.iter().map(|row| row.text(0)).collect()
    }
}
