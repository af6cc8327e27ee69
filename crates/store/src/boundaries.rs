//! Where a county and its townships lie, for the map: one GeoJSON text a county, packed. What the
//! text must hold is asked where it is taken in; here it is a text.

use crate::audit::note;
use crate::db::args;
use crate::pack::{packed, unpacked};
use crate::{By, Result, Store, StoreError, versioned};
use domain::CountyCode;
use jiff::Timestamp;

/// A boundary as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Boundary {
    /// The name of the file that it came from.
    pub name: String,
    /// GeoJSON.
    pub content: String,
    /// For the next edit.
    pub version: i64,
    /// Who put it there.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

const FOUND: &str = "select version, changed_by, changed_at, name, content from boundaries \
                     where county = $1";

impl Store {
    /// The boundary of a county; `None` where none was given.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn boundary(&self, county: &CountyCode) -> Result<Option<Boundary>> {
        let mut tx = self.pools.read().await?;
        let row = tx.one(FOUND, args![county]).await?;
        row.map(|row| {
            Ok(Boundary {
                version: row.int(0)?,
                by: row.text(1)?,
                at: row.moment(2)?,
                name: row.text(3)?,
                content: unpacked(&row.bytes(4)?)?,
            })
        })
        .transpose()
    }

    /// Puts a boundary in the place of the one that is there; `seen` is the version that the caller
    /// has seen, zero for none. Returns the new version.
    ///
    /// # Errors
    /// [`StoreError::Conflict`].
    pub async fn put_boundary(
        &self,
        county: &CountyCode,
        name: &str,
        content: &str,
        seen: i64,
        by: &By,
    ) -> Result<i64> {
        let content = packed(content)?;
        let mut tx = self.pools.write(county.as_str()).await?;
        let found = tx.one(FOUND, args![county]).await?;
        let version = versioned(found.as_ref(), seen, || "县界".to_owned())?;
        tx.exec(
            "insert into boundaries (county, name, content, version, changed_by, changed_at)
             values ($1, $2, $3, $4, $5, $6)
             on conflict (county) do update set name = excluded.name, content = excluded.content,
                 version = excluded.version, changed_by = excluded.changed_by,
                 changed_at = excluded.changed_at",
            args![county, name, content, version, &by.person, by.at],
        )
        .await?;
        note(&mut tx, county.as_str(), by, "boundary.put", county.as_str(), name).await?;
        tx.commit().await?;
        Ok(version)
    }

    /// Takes the boundary away.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Conflict`].
    pub async fn remove_boundary(&self, county: &CountyCode, seen: i64, by: &By) -> Result<()> {
        let mut tx = self.pools.write(county.as_str()).await?;
        let what = || "县界".to_owned();
        let row = tx.one(FOUND, args![county]).await?;
        let row = row.ok_or_else(|| StoreError::NotFound(what()))?;
        versioned(Some(&row), seen, what)?;
        tx.exec("delete from boundaries where county = $1", args![county]).await?;
        let name = row.str(3)?;
        note(&mut tx, county.as_str(), by, "boundary.remove", county.as_str(), name).await?;
        tx.commit().await
    }
}
