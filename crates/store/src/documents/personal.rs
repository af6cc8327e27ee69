//! Personal documents: those that name teachers in full. What they say lies sealed, and whoever opens
//! it leaves a row in the audit, which names nobody.
//!
//! What a template is, and who may open one, is not known here.

use super::{DocumentRevision, found, what};
use crate::audit::note;
use crate::db::{Arg, Tx, args};
use crate::documents::revision;
use crate::pack::unpacked;
use crate::seal::{Place, Plain, random};
use crate::{By, Result, Scope, Store, StoreError};
use domain::{CountyCode, hex};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::fmt;

const TABLE: &str = "document_boxes";
/// Random bytes before a version: its hash, which stands in the open, must not let anybody try names.
const SALT: usize = 32;

/// A part of a personal document that lies in a box.
#[derive(Clone, Copy, Debug)]
pub(super) enum Part {
    /// What people wrote.
    Free,
    /// A version that was put forward.
    Version(i64),
    /// The reason of a step.
    Reason(i64),
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Free => f.write_str("free"),
            Self::Version(number) => write!(f, "version-{number}"),
            Self::Reason(step) => write!(f, "reason-{step}"),
        }
    }
}

/// What people have written in a personal document and about it.
#[derive(Clone, PartialEq, Eq)]
pub struct DocumentWords {
    /// What a person wrote, by the keys of the template, JSON.
    pub free: String,
    /// Reasons of steps, by the step's number.
    pub reasons: BTreeMap<i64, String>,
}

impl fmt::Debug for DocumentWords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DocumentWords({} bytes)", self.free.len())
    }
}

/// The hash of a version together with its salt.
fn digest(salted: &[u8]) -> String {
    hex(&Sha256::digest(salted))
}

/// A packed version as it goes into its box, and the hash that stands in the open.
pub(super) fn salted(packed: &[u8]) -> Result<(String, Plain)> {
    let mut bytes = random::<SALT>()?.to_vec();
    bytes.extend_from_slice(packed);
    Ok((digest(&bytes), Plain::new(bytes)))
}

fn key(county: &CountyCode, id: i64, part: Part) -> Vec<Arg> {
    args![county, id, part.to_string()]
}

/// A box that cannot be read as what it is.
fn corrupt(id: i64) -> StoreError {
    StoreError::Corrupt(format!("{}的封存内容", what(id)))
}

impl Store {
    /// Puts a part into its box, or another text into the box.
    pub(super) async fn put_part(
        &self,
        tx: &mut Tx,
        county: &CountyCode,
        (id, part): (i64, Part),
        plain: &Plain,
        by: &By,
    ) -> Result<()> {
        let place = Place::of(TABLE, key(county, id, part));
        let (seal_key, sealed) = self.ring.seal(tx, county).await?.seal(&place, plain)?;
        tx.exec(
            "insert into document_boxes (county, document, part, seal_key, sealed, changed_by,
                 changed_at) values ($1, $2, $3, $4, $5, $6, $7)
             on conflict (county, document, part) do update set seal_key = excluded.seal_key,
                 sealed = excluded.sealed, changed_by = excluded.changed_by,
                 changed_at = excluded.changed_at",
            args![county, id, part.to_string(), seal_key, sealed, &by.person, by.at],
        )
        .await?;
        Ok(())
    }

    async fn part(&self, tx: &mut Tx, county: &CountyCode, id: i64, part: Part) -> Result<Plain> {
        let sql = "select seal_key, sealed from document_boxes
                   where county = $1 and document = $2 and part = $3";
        let row = tx.one(sql, key(county, id, part)).await?;
        let row = row.ok_or_else(|| StoreError::NotFound(format!("{}的封存内容", what(id))))?;
        let place = Place::of(TABLE, key(county, id, part));
        self.ring.open(&place, row.str(0)?, &row.bytes(1)?, || what(id))
    }

    /// Opens what people have written in a personal document and about it, with a row in the audit.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], also outside the scope and for a document that is not personal; those
    /// of keys and boxes.
    pub async fn reveal_document(
        &self,
        county: &CountyCode,
        id: i64,
        scope: &Scope,
        by: &By,
    ) -> Result<DocumentWords> {
        let mut tx = self.pools.write(county.as_str()).await?;
        found(&mut tx, county, id, scope).await?;
        let text =
            |plain: &Plain| String::from_utf8(plain.reveal().to_vec()).map_err(|_| corrupt(id));
        let free = text(&self.part(&mut tx, county, id, Part::Free).await?)?;
        let sql = "select step from document_steps where county = $1 and document = $2";
        let mut reasons = BTreeMap::new();
        for row in &tx.all(sql, args![county, id]).await? {
            let step = row.int(0)?;
            match self.part(&mut tx, county, id, Part::Reason(step)).await {
                Ok(plain) => drop(reasons.insert(step, text(&plain)?)),
                Err(StoreError::NotFound(_)) => {}
                Err(error) => return Err(error),
            }
        }
        note(&mut tx, county.as_str(), by, "document.reveal", &id.to_string(), "正文").await?;
        tx.commit().await?;
        Ok(DocumentWords { free, reasons })
    }

    /// Opens a version of a personal document, with a row in the audit.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], also outside the scope and for a document that is not personal;
    /// [`StoreError::Corrupt`]; those of keys and boxes.
    pub async fn reveal_revision(
        &self,
        county: &CountyCode,
        id: i64,
        number: i64,
        scope: &Scope,
        by: &By,
    ) -> Result<(DocumentRevision, String)> {
        let mut tx = self.pools.write(county.as_str()).await?;
        found(&mut tx, county, id, scope).await?;
        let sql = "select revision, sha256, changed_by, changed_at from document_revisions
                   where county = $1 and document = $2 and revision = $3";
        let missing = || StoreError::NotFound(format!("文书 {id} 的第 {number} 稿"));
        let row = tx.one(sql, args![county, id, number]).await?.ok_or_else(missing)?;
        let revision = revision(&row)?;
        let plain = self.part(&mut tx, county, id, Part::Version(number)).await?;
        let content = plain.reveal().get(SALT..).ok_or_else(|| corrupt(id))?;
        if digest(plain.reveal()) != revision.sha256 {
            return Err(StoreError::Corrupt(format!("文书 {id} 的第 {number} 稿")));
        }
        let content = unpacked(content)?;
        let detail = format!("第 {number} 稿");
        note(&mut tx, county.as_str(), by, "document.reveal", &id.to_string(), &detail).await?;
        tx.commit().await?;
        Ok((revision, content))
    }
}
