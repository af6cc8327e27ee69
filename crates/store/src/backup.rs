//! Backup and restore. A backup is taken while the store is in use: it reads one moment of the
//! database, on SQLite as on PostgreSQL, and has one form for both, so that what was kept in the one
//! can be restored to the other.

use crate::archive::{self, Manifest, Piece};
use crate::db::{Arg, Row, Tx};
use crate::evidence::{NAMED, files, on_disk, path};
use crate::tables::{ColumnHolds, TABLES, Table, columns};
use crate::{Options, Result, Store, StoreError, migrate};
use jiff::Timestamp;
use serde_json::Value;
use sqlx::AssertSqlSafe;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// Rows a page: few where a row may be large.
fn page(columns: &[(String, ColumnHolds)]) -> usize {
    if columns.iter().any(|(_, holds)| *holds == ColumnHolds::Bytes) { 20 } else { 2_000 }
}

fn value(row: &Row, column: usize, holds: ColumnHolds) -> Result<Value> {
    Ok(match holds {
        ColumnHolds::Int => row.maybe_int(column)?.map_or(Value::Null, Value::from),
        ColumnHolds::Text => row.maybe_text(column)?.map_or(Value::Null, Value::from),
        ColumnHolds::Bytes => {
            row.maybe_bytes(column)?.map_or(Value::Null, |bytes| domain::hex(&bytes).into())
        }
    })
}

fn argument(value: &Value, holds: ColumnHolds) -> Option<Arg> {
    Some(match (holds, value) {
        (ColumnHolds::Int, Value::Null) => Arg::Int(None),
        (ColumnHolds::Int, Value::Number(number)) => Arg::Int(Some(number.as_i64()?)),
        (ColumnHolds::Text, Value::Null) => Arg::Text(None),
        (ColumnHolds::Text, Value::String(text)) => Arg::Text(Some(text.clone())),
        (ColumnHolds::Bytes, Value::Null) => Arg::Bytes(None),
        (ColumnHolds::Bytes, Value::String(digits)) => Arg::Bytes(Some(unhex(digits)?)),
        _ => return None,
    })
}

fn unhex(digits: &str) -> Option<Vec<u8>> {
    let byte = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
    (0..digits.len()).step_by(2).map(byte).collect()
}

/// The reader of the pieces has gone: it says why itself.
fn gone<T>(_: T) -> StoreError {
    StoreError::Task("备份文件写入中断".to_owned())
}

/// Sends a table, page after page.
async fn send_table(tx: &mut Tx, table: &Table, pieces: &Sender<Piece>) -> Result<()> {
    let columns = columns(tx, table.name).await?;
    let names: Vec<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
    let key: Vec<usize> =
        table.key.iter().filter_map(|key| names.iter().position(|name| name == key)).collect();
    let limit = page(&columns);
    pieces.send(Piece::Table(table.name.to_owned(), columns.clone())).await.map_err(gone)?;
    let mut after: Vec<Arg> = Vec::new();
    loop {
        let mut sql = format!("select {} from {}", names.join(", "), table.name);
        if !after.is_empty() {
            let list: Vec<String> = (1..=after.len()).map(|n| format!("${n}")).collect();
            let _ = write!(sql, " where ({}) > ({})", table.key_list(), list.join(", "));
        }
        let _ = write!(sql, " order by {} limit {limit}", table.key_list());
        let rows = tx.all(AssertSqlSafe(sql), after.clone()).await?;
        let mut lines = Vec::new();
        for row in &rows {
            let values = columns.iter().enumerate();
            let line: Vec<Value> = values
                .map(|(column, (_, holds))| value(row, column, *holds))
                .collect::<Result<_>>()?;
            after =
                key.iter().filter_map(|at| argument(line.get(*at)?, columns.get(*at)?.1)).collect();
            serde_json::to_writer(&mut lines, &line)
                .map_err(|error| StoreError::Database(Box::new(error)))?;
            lines.push(b'\n');
        }
        let count = rows.len();
        pieces.send(Piece::Lines(lines, count as u64)).await.map_err(gone)?;
        if count < limit {
            return Ok(());
        }
    }
}

impl Store {
    /// Writes everything that the store keeps into one file, without keeping anybody from working.
    /// The file appears under its name when it is whole. Sessions are left out: after a restore
    /// everybody signs in again.
    ///
    /// # Errors
    /// Those of the database and of the disk; [`StoreError::Corrupt`] when an evidence file is not
    /// what it was.
    pub async fn backup(&self, to: impl AsRef<Path>, at: Timestamp) -> Result<Manifest> {
        let to = to.as_ref().to_owned();
        let (send, receive) = channel(4);
        let thread = tokio::task::spawn_blocking(move || archive::write(&to, receive));
        let outcome = self.send_all(send, at).await;
        let manifest = match thread.await {
            Ok(manifest) => manifest,
            Err(error) => Err(StoreError::Task(error.to_string())),
        };
        match (outcome, manifest) {
            // Each side ends when the other does; the side that says more is the one that failed.
            (Err(StoreError::Task(_)), Err(error)) | (Err(error), _) => Err(error),
            (Ok(()), manifest) => manifest,
        }
    }

    async fn send_all(&self, pieces: Sender<Piece>, at: Timestamp) -> Result<()> {
        let mut tx = self.pools.read().await?;
        for table in TABLES.iter().filter(|table| table.kept) {
            send_table(&mut tx, table, &pieces).await?;
        }
        let mut audits = BTreeMap::new();
        for county in Self::audited(&mut tx).await? {
            let sql = "select hash from audit where county = $1 order by seq desc limit 1";
            let row = tx.one(sql, vec![Arg::from(&county)]).await?;
            audits.insert(county, row.map(|row| row.text(0)).transpose()?.unwrap_or_default());
        }
        let rows = tx.all(NAMED, Vec::new()).await?;
        drop(tx);
        let folder = files(&self.folder);
        for row in &rows {
            let sha256 = row.text(0)?;
            let file = path(&folder, &sha256);
            pieces.send(Piece::File(sha256, file)).await.map_err(gone)?;
        }
        let end = Piece::End { structure: migrate::NEWEST, at, audits };
        pieces.send(end).await.map_err(gone)
    }

    /// Reads a backup from end to end and compares every part with its checksum.
    ///
    /// # Errors
    /// [`StoreError::Archive`] with the first part that is not what it was.
    pub async fn verify(from: impl AsRef<Path>) -> Result<Manifest> {
        let from = from.as_ref().to_owned();
        on_disk(move || archive::verify(&from)).await
    }

    /// Restores a backup into a store of either kind that is new or empty, and opens it. The rows
    /// come in one transaction: all or none.
    ///
    /// # Errors
    /// [`StoreError::NotEmpty`]; [`StoreError::Newer`] for a backup of a newer program;
    /// [`StoreError::Archive`] for a damaged one, before anything is written.
    pub async fn restore(from: impl AsRef<Path>, options: &Options) -> Result<Self> {
        let from = from.as_ref().to_owned();
        let manifest = Self::verify(&from).await?;
        if manifest.structure > migrate::NEWEST {
            let (found, known) = (manifest.structure, migrate::NEWEST);
            return Err(StoreError::Newer { found, known });
        }
        let store = Self::connect(options).await?;
        migrate::migrate_to(&store.pools, manifest.structure).await?;
        let mut tx = store.pools.write("restore").await?;
        for table in TABLES {
            let sql = format!("select count(*) from (select 1 from {} limit 1) t", table.name);
            if tx.number(AssertSqlSafe(sql), Vec::new()).await? > 0 {
                return Err(StoreError::NotEmpty(table.name.to_owned()));
            }
        }
        let (archive, folder) = (from.clone(), files(&store.folder));
        on_disk(move || archive::unpack_files(&archive, &folder)).await?;
        let names: Vec<&str> = TABLES.iter().filter(|t| t.kept).map(|t| t.name).collect();
        if let Some(other) = manifest.tables.keys().find(|name| !names.contains(&name.as_str())) {
            return Err(StoreError::Archive(format!("备份中有不认识的表 {other}")));
        }
        let (send, receive) = channel(4);
        let reader = tokio::task::spawn_blocking(move || archive::send_lines(&from, &names, &send));
        let inserted = insert(&mut tx, &manifest, receive).await;
        let read = reader.await.map_err(|error| StoreError::Task(error.to_string()));
        inserted?;
        read??;
        tx.commit().await?;
        migrate::migrate(&store.pools).await?;
        store.ring.prepare(&store.pools).await?;
        store.pools.analyze().await;
        Ok(store)
    }
}

async fn insert(
    tx: &mut Tx,
    manifest: &Manifest,
    mut lines: Receiver<(&'static str, Vec<archive::Line>)>,
) -> Result<()> {
    while let Some((table, portion)) = lines.recv().await {
        let Some(entry) = manifest.tables.get(table) else { continue };
        let known = columns(tx, table).await?;
        let wrong = || StoreError::Archive(format!("{table} 的内容与表结构不符"));
        let mut names = Vec::new();
        for (name, holds) in &entry.columns {
            if !known.iter().any(|(known, of)| known == name && of == holds) {
                return Err(wrong());
            }
            names.push(name.as_str());
        }
        let mut values = Vec::with_capacity(portion.len() * names.len());
        for line in &portion {
            if line.len() != names.len() {
                return Err(wrong());
            }
            for (value, (_, holds)) in line.iter().zip(&entry.columns) {
                values.push(argument(value, *holds).ok_or_else(wrong)?);
            }
        }
        let into = format!("insert into {table} ({})", names.join(", "));
        tx.insert_all(&into, names.len(), values).await?;
    }
    Ok(())
}
