//! What the import wizard was told about words of a layout: this heading is that item, this word that
//! kind of school. Remembered for the next upload, until somebody takes it back.

use crate::audit::note;
use crate::db::{Row, args};
use crate::{By, Result, Store, StoreError};
use domain::CountyCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What a word of a layout means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MappingRecord {
    /// The layout.
    pub layout: String,
    /// The word, with what it is about before it: `column/学校代码`.
    pub label: String,
    /// What it means.
    pub target: String,
    /// Who said so last.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// A word that gets a meaning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMapping {
    /// The layout.
    pub layout: String,
    /// The word.
    pub label: String,
    /// What it means.
    pub target: String,
}

fn record(row: &Row) -> Result<MappingRecord> {
    Ok(MappingRecord {
        layout: row.text(0)?,
        label: row.text(1)?,
        target: row.text(2)?,
        by: row.text(3)?,
        at: row.moment(4)?,
    })
}

impl Store {
    /// Remembers what words mean, all of them or none; what was remembered before is in the audit.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn remember_mappings(
        &self,
        county: &CountyCode,
        new: &[NewMapping],
        by: &By,
    ) -> Result<()> {
        let mut tx = self.pools.write(county.as_str()).await?;
        for NewMapping { layout, label, target } in new {
            tx.exec(
                "insert into mappings
                     (county, layout, label, item, version, changed_by, changed_at)
                 values ($1, $2, $3, $4, 1, $5, $6)
                 on conflict (county, layout, label) do update set item = excluded.item,
                     version = mappings.version + 1, changed_by = excluded.changed_by,
                     changed_at = excluded.changed_at",
                args![county, layout, label, target, &by.person, by.at],
            )
            .await?;
            let what = format!("{layout}/{label}");
            note(&mut tx, county.as_str(), by, "mapping.put", &what, target).await?;
        }
        tx.commit().await
    }

    /// Forgets what a word means.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn forget_mapping(
        &self,
        county: &CountyCode,
        layout: &str,
        label: &str,
        by: &By,
    ) -> Result<()> {
        let mut tx = self.pools.write(county.as_str()).await?;
        let sql = "delete from mappings where county = $1 and layout = $2 and label = $3";
        if tx.exec(sql, args![county, layout, label]).await? == 0 {
            return Err(StoreError::NotFound(format!("“{label}”的对应关系")));
        }
        let target = format!("{layout}/{label}");
        note(&mut tx, county.as_str(), by, "mapping.forget", &target, "").await?;
        tx.commit().await
    }

    /// All that is remembered, by layout and word.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn mappings(&self, county: &CountyCode) -> Result<Vec<MappingRecord>> {
        let mut tx = self.pools.read().await?;
        let sql = "select layout, label, item, changed_by, changed_at from mappings
                   where county = $1 order by layout, label";
        tx.all(sql, args![county]).await?.iter().map(record).collect()
    }
}
