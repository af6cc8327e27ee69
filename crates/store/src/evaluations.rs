//! Evaluations as the judge has made them: JSON, with everything that is needed to make them again.

use crate::audit::note;
use crate::db::{Row, args};
use crate::pack::{packed, unpacked};
use crate::{By, Result, Store, StoreError};
use domain::CountyCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What an evaluation follows from: the same three give the same bytes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct EvaluationKey {
    /// Content hash of the snapshot.
    pub snapshot: String,
    /// Id of the standard.
    pub standard: String,
    /// Hash of the standard.
    pub standard_hash: String,
    /// Version of the program.
    pub engine: String,
}

/// A kept evaluation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvaluationRecord {
    /// Number within the county.
    pub id: i64,
    /// What it follows from.
    pub key: EvaluationKey,
    /// Who had it made.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

fn record(row: &Row) -> Result<EvaluationRecord> {
    Ok(EvaluationRecord {
        id: row.int(0)?,
        key: EvaluationKey {
            snapshot: row.text(1)?,
            standard: row.text(2)?,
            standard_hash: row.text(3)?,
            engine: row.text(4)?,
        },
        by: row.text(5)?,
        at: row.moment(6)?,
    })
}

impl Store {
    /// Keeps an evaluation of a kept snapshot; one of the same key stays as it is.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for a snapshot that is not kept.
    pub async fn keep_evaluation(
        &self,
        county: &CountyCode,
        key: &EvaluationKey,
        json: &str,
        by: &By,
    ) -> Result<EvaluationRecord> {
        let content = packed(json)?;
        let mut tx = self.pools.write(county.as_str()).await?;
        let found = tx
            .one(
                "select evaluation, snapshot, standard, standard_hash, engine, changed_by, changed_at
                 from evaluations where county = $1 and snapshot = $2 and standard = $3
                     and standard_hash = $4 and engine = $5",
                args![county, &key.snapshot, &key.standard, &key.standard_hash, &key.engine],
            )
            .await?;
        if let Some(row) = found {
            return record(&row);
        }
        let sql = "select count(*) from snapshots where county = $1 and snapshot = $2";
        if tx.number(sql, args![county, &key.snapshot]).await? == 0 {
            return Err(StoreError::NotFound(format!("数据快照 {}", key.snapshot)));
        }
        let id = tx
            .number(
                "insert into evaluations (county, evaluation, snapshot, standard, standard_hash,
                     engine, content, changed_by, changed_at)
                 values ($1, (select coalesce(max(evaluation), 0) + 1 from evaluations
                     where county = $1), $2, $3, $4, $5, $6, $7, $8)
                 returning evaluation",
                args![
                    county,
                    &key.snapshot,
                    &key.standard,
                    &key.standard_hash,
                    &key.engine,
                    content,
                    &by.person,
                    by.at
                ],
            )
            .await?;
        let detail = format!("{} {}", key.standard, key.snapshot);
        note(&mut tx, county.as_str(), by, "evaluation.keep", &id.to_string(), &detail).await?;
        tx.commit().await?;
        Ok(EvaluationRecord { id, key: key.clone(), by: by.person.clone(), at: by.at })
    }

    /// A kept evaluation and its JSON, byte for byte.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn evaluation(
        &self,
        county: &CountyCode,
        id: i64,
    ) -> Result<(EvaluationRecord, String)> {
        let mut tx = self.pools.read().await?;
        let row = tx
            .one(
                "select evaluation, snapshot, standard, standard_hash, engine, changed_by,
                     changed_at, content
                 from evaluations where county = $1 and evaluation = $2",
                args![county, id],
            )
            .await?;
        let row = row.ok_or_else(|| StoreError::NotFound(format!("评估 {id}")))?;
        Ok((record(&row)?, unpacked(&row.bytes(7)?)?))
    }

    /// The kept evaluations, newest first; of one snapshot or of all.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn evaluations(
        &self,
        county: &CountyCode,
        snapshot: Option<&str>,
    ) -> Result<Vec<EvaluationRecord>> {
        let mut tx = self.pools.read().await?;
        let rows = tx
            .all(
                "select evaluation, snapshot, standard, standard_hash, engine, changed_by, changed_at
                 from evaluations where county = $1 and ($2 = '' or snapshot = $2)
                 order by evaluation desc",
                args![county, snapshot.unwrap_or_default()],
            )
            .await?;
        rows.iter().map(record).collect()
    }
}
