//! Settings of a county.

use crate::audit::note;
use crate::db::args;
use crate::{By, Result, Store, versioned};
use domain::CountyCode;

impl Store {
    /// A setting with its version; `None` where nothing was set.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn setting(&self, county: &CountyCode, name: &str) -> Result<Option<(String, i64)>> {
        let mut tx = self.pools.read().await?;
        let sql = "select value, version from settings where county = $1 and name = $2";
        let row = tx.one(sql, args![county, name]).await?;
        row.map(|row| Ok((row.text(0)?, row.int(1)?))).transpose()
    }

    /// Sets something; `seen` is the version that the caller has seen, zero for none.
    ///
    /// # Errors
    /// [`crate::StoreError::Conflict`].
    pub async fn put_setting(
        &self,
        county: &CountyCode,
        name: &str,
        value: &str,
        seen: i64,
        by: &By,
    ) -> Result<i64> {
        let mut tx = self.pools.write(county.as_str()).await?;
        let found = tx
            .one(
                "select version, changed_by, changed_at from settings
                 where county = $1 and name = $2",
                args![county, name],
            )
            .await?;
        let version = versioned(found.as_ref(), seen, || format!("设置“{name}”"))?;
        tx.exec(
            "insert into settings (county, name, value, version, changed_by, changed_at)
             values ($1, $2, $3, $4, $5, $6)
             on conflict (county, name) do update set value = excluded.value,
                 version = excluded.version, changed_by = excluded.changed_by,
                 changed_at = excluded.changed_at",
            args![county, name, value, version, &by.person, by.at],
        )
        .await?;
        note(&mut tx, county.as_str(), by, "setting.put", name, value).await?;
        tx.commit().await?;
        Ok(version)
    }
}
