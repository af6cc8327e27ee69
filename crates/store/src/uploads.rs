//! What is kept of imports: cells that were corrected before accepting, that an import was accepted,
//! and the files as they were uploaded, under the hash of their content beside the evidence files. A
//! figure whose origin is a cell can so be held against its file for as long as the figure is kept.

use crate::audit::note;
use crate::collections::write_json;
use crate::db::{Row, args, small};
use crate::evidence::{Staged, files, on_disk, path};
use crate::{By, Result, Store, StoreError};
use domain::CountyCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::path::PathBuf;

/// A cell of an uploaded file, row and column from zero.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct UploadedCell {
    /// The file, as it was called when it was uploaded.
    pub file: String,
    /// The sheet; empty for CSV.
    pub sheet: String,
    /// Row.
    pub row: u32,
    /// Column.
    pub column: u32,
}

/// What a cell was corrected to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellCorrection {
    /// The cell.
    pub cell: UploadedCell,
    /// The text that is read in its place.
    pub value: String,
    /// Who said so.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// A file of an accepted import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptUpload {
    /// Its number within the import, from zero.
    pub number: i64,
    /// SHA-256 of its content, 64 hexadecimal digits.
    pub sha256: String,
    /// Its size, bytes.
    pub bytes: i64,
    /// As it was called when it was uploaded.
    pub name: String,
    /// Where its content is on disk.
    pub path: PathBuf,
}

fn correction(row: &Row) -> Result<CellCorrection> {
    Ok(CellCorrection {
        cell: UploadedCell {
            file: row.text(0)?,
            sheet: row.text(1)?,
            row: small(row.int(2)?)?,
            column: small(row.int(3)?)?,
        },
        value: row.text(4)?,
        by: row.text(5)?,
        at: row.moment(6)?,
    })
}

impl Store {
    /// Corrects cells of an import's files, or takes corrections back (`None`): all of them or none.
    ///
    /// # Errors
    /// Those of the database; an import that there is not is one.
    pub async fn correct_upload(
        &self,
        county: &CountyCode,
        job: i64,
        edits: &[(UploadedCell, Option<String>)],
        by: &By,
    ) -> Result<()> {
        let mut tx = self.pools.write(county.as_str()).await?;
        for (cell, value) in edits {
            let mut key = args![county, job, &cell.file, &cell.sheet, cell.row, cell.column];
            let sql = match value {
                Some(value) => {
                    key.extend(args![value, &by.person, by.at]);
                    "insert into import_corrections (county, job, file, sheet, cell_row,
                         cell_column, value, changed_by, changed_at)
                     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                     on conflict (county, job, file, sheet, cell_row, cell_column) do update
                         set value = excluded.value, changed_by = excluded.changed_by,
                         changed_at = excluded.changed_at"
                }
                None => {
                    "delete from import_corrections where county = $1 and job = $2 and file = $3
                         and sheet = $4 and cell_row = $5 and cell_column = $6"
                }
            };
            tx.exec(sql, key).await?;
        }
        let said = |(cell, value): &(UploadedCell, Option<String>)| {
            (domain::cell_path(&cell.file, &cell.sheet, cell.row, cell.column), value.clone())
        };
        let detail = write_json(&edits.iter().map(said).collect::<Vec<_>>())?;
        note(&mut tx, county.as_str(), by, "import.correct", &job.to_string(), &detail).await?;
        tx.commit().await
    }

    /// The corrections of an import, by file, sheet and cell.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn upload_corrections(
        &self,
        county: &CountyCode,
        job: i64,
    ) -> Result<Vec<CellCorrection>> {
        let mut tx = self.pools.read().await?;
        let sql = "select file, sheet, cell_row, cell_column, value, changed_by, changed_at
                   from import_corrections where county = $1 and job = $2
                   order by file, sheet, cell_row, cell_column";
        tx.all(sql, args![county, job]).await?.iter().map(correction).collect()
    }

    /// Keeps the files of an import, name and content each, for good. Doing it again is no harm.
    ///
    /// # Errors
    /// [`StoreError::Io`], [`StoreError::Full`], those of the database.
    pub async fn keep_uploads(
        &self,
        county: &CountyCode,
        job: i64,
        uploads: Vec<(String, PathBuf)>,
    ) -> Result<()> {
        let folder = files(&self.folder);
        let to = folder.clone();
        let staged = on_disk(move || {
            let stage = |(name, from): (String, PathBuf)| {
                let mut file = File::open(&from).map_err(StoreError::io("读取", &from))?;
                Ok((Staged::new(&to, &name, &mut file, u64::MAX)?, name))
            };
            uploads.into_iter().map(stage).collect::<Result<Vec<_>>>()
        })
        .await?;
        let mut tx = self.pools.write(county.as_str()).await?;
        Self::lock_files(&mut tx).await?;
        let mut values = Vec::new();
        for (number, (staged, name)) in (0i64..).zip(&staged) {
            let bytes = i64::try_from(staged.bytes).unwrap_or(i64::MAX);
            values.extend(args![county, job, number, &staged.sha256, bytes, name]);
        }
        on_disk(move || staged.into_iter().try_for_each(|(staged, _)| staged.settle(&folder)))
            .await?;
        let into = "insert into import_files (county, job, number, sha256, bytes, name)";
        let again = " on conflict (county, job, number) do update set sha256 = excluded.sha256, \
                     bytes = excluded.bytes, name = excluded.name";
        tx.upsert_all(into, 6, values, again).await?;
        tx.commit().await
    }

    /// The kept files of an import, in their order.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn uploads(&self, county: &CountyCode, job: i64) -> Result<Vec<KeptUpload>> {
        let mut tx = self.pools.read().await?;
        let sql = "select number, sha256, bytes, name from import_files
                   where county = $1 and job = $2 order by number";
        let folder = files(&self.folder);
        let one = |row: &Row| {
            let sha256 = row.text(1)?;
            Ok(KeptUpload {
                number: row.int(0)?,
                path: path(&folder, &sha256),
                sha256,
                bytes: row.int(2)?,
                name: row.text(3)?,
            })
        };
        tx.all(sql, args![county, job]).await?.iter().map(one).collect()
    }

    /// Writes down that an import was accepted, with what was read and taken. The first time counts.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn record_accepted(
        &self,
        county: &CountyCode,
        job: i64,
        content: &str,
        by: &By,
    ) -> Result<()> {
        let mut tx = self.pools.write(county.as_str()).await?;
        let sql = "insert into accepted_imports (county, job, content, changed_by, changed_at)
                   values ($1, $2, $3, $4, $5) on conflict (county, job) do nothing";
        if tx.exec(sql, args![county, job, content, &by.person, by.at]).await? > 0 {
            note(&mut tx, county.as_str(), by, "import.accept", &job.to_string(), "").await?;
        }
        tx.commit().await
    }

    /// What was written down when an import was accepted; `None`: it was not.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn accepted(&self, county: &CountyCode, job: i64) -> Result<Option<String>> {
        let mut tx = self.pools.read().await?;
        let sql = "select content from accepted_imports where county = $1 and job = $2";
        tx.one(sql, args![county, job]).await?.map(|row| row.text(0)).transpose()
    }

    /// Throws away what was kept of an import that was not accepted.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn drop_upload(&self, county: &CountyCode, job: i64, by: &By) -> Result<()> {
        let mut tx = self.pools.write(county.as_str()).await?;
        for sql in [
            "delete from import_corrections where county = $1 and job = $2
                 and not exists (select 1 from accepted_imports a
                     where a.county = $1 and a.job = $2)",
            "delete from import_files where county = $1 and job = $2
                 and not exists (select 1 from accepted_imports a
                     where a.county = $1 and a.job = $2)",
        ] {
            tx.exec(sql, args![county, job]).await?;
        }
        note(&mut tx, county.as_str(), by, "import.remove", &job.to_string(), "").await?;
        tx.commit().await
    }
}
