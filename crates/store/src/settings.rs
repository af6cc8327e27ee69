//! Settings of a county, and what the import wizard was told about labels.

use crate::audit::note;
use crate::db::args;
use crate::{By, Result, Store, versioned};
use domain::CountyCode;
use std::collections::BTreeMap;

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

    /// Remembers that a label of a layout means an item; what was remembered before is in the audit.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn remember_mapping(
        &self,
        county: &CountyCode,
        layout: &str,
        label: &str,
        item: &str,
        by: &By,
    ) -> Result<()> {
        let mut tx = self.pools.write(county.as_str()).await?;
        tx.exec(
            "insert into mappings (county, layout, label, item, version, changed_by, changed_at)
             values ($1, $2, $3, $4, 1, $5, $6)
             on conflict (county, layout, label) do update set item = excluded.item,
                 version = mappings.version + 1, changed_by = excluded.changed_by,
                 changed_at = excluded.changed_at",
            args![county, layout, label, item, &by.person, by.at],
        )
        .await?;
        let target = format!("{layout}/{label}");
        note(&mut tx, county.as_str(), by, "mapping.put", &target, item).await?;
        tx.commit().await
    }

    /// Forgets what a label means.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn forget_mapping(
        &self,
        county: &CountyCode,
        layout: &str,
        label: &str,
        by: &By,
    ) -> Result<()> {
        let mut tx = self.pools.write(county.as_str()).await?;
        let sql = "delete from mappings where county = $1 and layout = $2 and label = $3";
        tx.exec(sql, args![county, layout, label]).await?;
        let target = format!("{layout}/{label}");
        note(&mut tx, county.as_str(), by, "mapping.forget", &target, "").await?;
        tx.commit().await
    }

    /// What is remembered of a layout: item by label.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn mappings(
        &self,
        county: &CountyCode,
        layout: &str,
    ) -> Result<BTreeMap<String, String>> {
        let mut tx = self.pools.read().await?;
        let sql = "select label, item from mappings where county = $1 and layout = $2";
        let rows = tx.all(sql, args![county, layout]).await?;
        rows.iter().map(|row| Ok((row.text(0)?, row.text(1)?))).collect()
    }
}
