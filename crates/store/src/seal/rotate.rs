//! Changing the key, and what can be said of it. All boxes are sealed anew, county by county, each in
//! one transaction; the old key leaves its file when no box needs it any more. Stopped at any moment,
//! every box opens, and doing it again ends it.

use super::ring::{count, key_of};
use super::{KEY, Place, SEALED, SealKey, random};
use crate::audit::note;
use crate::db::{Arg, Row, Tx, args};
use crate::tables::{ColumnHolds, columns};
use crate::{By, Result, Store, StoreError};
use domain::CountyCode;
use serde::{Deserialize, Serialize};
use sqlx::AssertSqlSafe;
use std::collections::BTreeMap;

/// A key without its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fingerprint {
    /// Its id, 16 hexadecimal digits, as it stands beside the boxes.
    pub id: String,
    /// Does it seal? The first one does.
    pub seals: bool,
}

/// What is known of the keys and of what they have sealed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyReport {
    /// Where the keys are.
    pub place: String,
    /// The keys; empty where they are missing or cannot be read.
    pub keys: Vec<Fingerprint>,
    /// Boxes by the id of the key that opens them.
    pub boxes: BTreeMap<String, i64>,
    /// Why boxes do not open, in words; `None`: they do, or there are none.
    pub trouble: Option<String>,
}

/// What a change of the key has done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resealed {
    /// The id of the key that seals now.
    pub id: String,
    /// Boxes that were sealed anew.
    pub boxes: i64,
}

fn argument(row: &Row, column: usize, holds: ColumnHolds) -> Result<Arg> {
    Ok(match holds {
        ColumnHolds::Int => Arg::Int(row.maybe_int(column)?),
        ColumnHolds::Text => Arg::Text(row.maybe_text(column)?),
        ColumnHolds::Bytes => Arg::Bytes(row.maybe_bytes(column)?),
    })
}

impl Store {
    /// What is known of the keys, and whether everything that is sealed opens.
    ///
    /// # Errors
    /// Those of the database; keys that are missing or wrong are no error but the report.
    pub async fn keys(&self) -> Result<KeyReport> {
        let mut tx = self.pools.read().await?;
        let mut report = KeyReport { place: self.ring.place(), ..KeyReport::default() };
        let keys = self.ring.reload();
        if let Ok(keys) = &keys {
            let known = keys.iter().zip(0..);
            let known = known.map(|(key, at)| Fingerprint { id: key.id.clone(), seals: at == 0 });
            report.keys = known.collect();
        }
        for name in SEALED {
            let sql = format!("select seal_key, count(*) from {name} group by seal_key");
            for row in &tx.all(AssertSqlSafe(sql), args![]).await? {
                *report.boxes.entry(row.text(0)?).or_default() += row.int(1)?;
            }
        }
        report.trouble = match keys {
            _ if report.boxes.is_empty() => None,
            Err(error) => Some(error.to_string()),
            Ok(keys) => {
                let stranger = report.boxes.keys().find(|id| keys.iter().all(|k| k.id != **id));
                stranger.map(|id| StoreError::KeyWrong { id: id.clone() }.to_string())
            }
        };
        Ok(report)
    }

    /// Boxes that do not open although their key is there, by table: somebody has changed or moved
    /// them.
    pub(crate) async fn broken_boxes(&self, tx: &mut Tx) -> Result<Vec<(&'static str, i64)>> {
        let mut broken = Vec::new();
        let Ok(keys) = self.ring.keys() else { return Ok(broken) };
        for name in SEALED {
            let mut bad = 0;
            for (key, _, place, sealed) in boxes(tx, name, None).await? {
                let key = keys.iter().find(|known| known.id == key);
                bad += i64::from(key.is_some_and(|key| key.open(&place, &sealed).is_none()));
            }
            if bad > 0 {
                broken.push((*name, bad));
            }
        }
        Ok(broken)
    }

    /// Changes the key: makes a new one, seals everything anew and forgets the old ones. Where keys
    /// are given as text, the first of them is the new one and they are left to whoever gave them.
    ///
    /// A server may work meanwhile.
    ///
    /// # Errors
    /// [`StoreError::KeyMissing`], [`StoreError::KeyWrong`], [`StoreError::KeyFile`],
    /// [`StoreError::BoxBroken`]: nothing is changed then that would not open any more.
    pub async fn change_key(&self, by: &By) -> Result<Resealed> {
        let old = match self.ring.reload() {
            // Nothing is sealed: there is nothing to lose.
            Err(StoreError::KeyMissing { .. })
                if count(&mut self.pools.read().await?).await? == 0 =>
            {
                std::sync::Arc::default()
            }
            other => other?,
        };
        if self.ring.file().is_some() {
            let copies = old.iter().map(|key| SealKey::new(*key.key));
            let keys: Vec<SealKey> =
                std::iter::once(SealKey::new(random::<KEY>()?)).chain(copies).collect();
            self.ring.write(&keys, true)?;
        }
        let keys = self.ring.reload()?;
        let first = keys.first().map(|key| key.id.clone()).unwrap_or_default();
        let mut boxes = 0;
        for county in self.counties().await? {
            boxes += self.reseal(&county.code, &first, by).await?;
        }
        if self.ring.file().is_some() {
            let left = self.keys().await?.boxes;
            let kept = keys.iter().filter(|key| key.id == first || left.contains_key(&key.id));
            let kept: Vec<SealKey> = kept.map(|key| SealKey::new(*key.key)).collect();
            self.ring.write(&kept, true)?;
            self.ring.reload()?;
        }
        // Pages with boxes of the old key are overwritten, and so is the journal.
        self.pools.sweep().await?;
        Ok(Resealed { id: first, boxes })
    }

    async fn reseal(&self, county: &CountyCode, first: &str, by: &By) -> Result<i64> {
        let mut tx = self.pools.write(county.as_str()).await?;
        let own_key = self.ring.seal(&mut tx, county).await?;
        let mut count = 0;
        for name in SEALED {
            let columns = key_of(name);
            for (id, key, place, sealed) in boxes(&mut tx, name, Some(county)).await? {
                if id == first {
                    continue;
                }
                let what = || format!("{name} 的一行");
                let plain = self.ring.open(&place, &id, &sealed, what)?;
                let (id, sealed) = own_key.seal(&place, &plain)?;
                let own: Vec<String> = columns
                    .iter()
                    .zip(3..)
                    .map(|(column, number)| format!("{column} = ${number}"))
                    .collect();
                let own = own.join(" and ");
                let sql = format!("update {name} set seal_key = $1, sealed = $2 where {own}");
                let mut values = args![id, sealed];
                values.extend(key);
                tx.exec(AssertSqlSafe(sql), values).await?;
                count += 1;
            }
        }
        if count > 0 {
            note(&mut tx, county.as_str(), by, "key.change", first, &count.to_string()).await?;
        }
        tx.commit().await?;
        Ok(count)
    }
}

/// The boxes of a table: id of the key, key of the row, place, box.
async fn boxes(
    tx: &mut Tx,
    name: &str,
    county: Option<&CountyCode>,
) -> Result<Vec<(String, Vec<Arg>, Place, Vec<u8>)>> {
    let key = key_of(name);
    let holds: BTreeMap<String, ColumnHolds> = columns(tx, name).await?.into_iter().collect();
    let list = key.join(", ");
    let (within, args) = match county {
        Some(county) => (" where county = $1", args![county]),
        None => ("", args![]),
    };
    let sql = format!("select seal_key, sealed, {list} from {name}{within} order by {list}");
    let mut found = Vec::new();
    for row in &tx.all(AssertSqlSafe(sql), args).await? {
        let mut values = Vec::with_capacity(key.len());
        for (at, column) in key.iter().enumerate() {
            let holds = holds.get(*column).copied().unwrap_or(ColumnHolds::Text);
            values.push(argument(row, at + 2, holds)?);
        }
        let place = Place::of(name, &values);
        found.push((row.text(0)?, values, place, row.bytes(1)?));
    }
    Ok(found)
}
