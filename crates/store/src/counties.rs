//! Counties, and their districts (学区) and groups (集团).

use crate::audit::note;
use crate::db::{Row, args};
use crate::{By, Result, Store, StoreError};
use domain::{CountyCode, SchoolCode};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A county that the store keeps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct County {
    /// 行政区划代码.
    pub code: CountyCode,
    /// Its name.
    pub name: String,
    /// For the next edit.
    pub version: i64,
}

/// What kind of alliance of schools.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DistrictKind {
    /// 学区.
    District,
    /// 教育集团.
    Group,
}

impl DistrictKind {
    const fn code(self) -> &'static str {
        match self {
            Self::District => "district",
            Self::Group => "group",
        }
    }

    fn from_code(code: &str) -> Option<Self> {
        [Self::District, Self::Group].into_iter().find(|kind| kind.code() == code)
    }
}

/// A district or a group. A school may belong to one of each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct District {
    /// Its code, chosen by the county.
    pub code: String,
    /// Its name.
    pub name: String,
    /// District or group.
    pub kind: DistrictKind,
    /// The schools that belong to it now.
    pub schools: BTreeSet<SchoolCode>,
    /// For the next edit.
    pub version: i64,
}

fn county(row: &Row) -> Result<County> {
    Ok(County {
        code: row.known(0, |text| CountyCode::parse(text).ok())?,
        name: row.text(1)?,
        version: row.int(2)?,
    })
}

impl Store {
    /// Adds a county, or renames the one of this code.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn put_county(&self, code: &CountyCode, name: &str, by: &By) -> Result<County> {
        let mut tx = self.pools.write(code.as_str()).await?;
        let row = tx
            .one(
                "insert into counties (county, name, version, changed_by, changed_at)
                 values ($1, $2, 1, $3, $4)
                 on conflict (county) do update set name = excluded.name,
                     version = counties.version + 1, changed_by = excluded.changed_by,
                     changed_at = excluded.changed_at
                 returning county, name, version",
                args![code, name, &by.person, by.at],
            )
            .await?
            .ok_or_else(|| StoreError::NotFound(format!("县 {code}")))?;
        let county = county(&row)?;
        note(&mut tx, code.as_str(), by, "county.put", code.as_str(), name).await?;
        tx.commit().await?;
        Ok(county)
    }

    /// All counties, by code.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn counties(&self) -> Result<Vec<County>> {
        let mut tx = self.pools.read().await?;
        let rows =
            tx.all("select county, name, version from counties order by county", args![]).await?;
        rows.iter().map(county).collect()
    }

    /// Adds a district or changes its name and kind; `seen` is the version that the caller has
    /// seen, zero for a new one.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when another has changed it since.
    pub async fn put_district(
        &self,
        county: &CountyCode,
        code: &str,
        name: &str,
        kind: DistrictKind,
        seen: i64,
        by: &By,
    ) -> Result<i64> {
        let mut tx = self.pools.write(county.as_str()).await?;
        let found = tx
            .one(
                "select version, changed_by, changed_at from districts
                 where county = $1 and district = $2",
                args![county, code],
            )
            .await?;
        let version = crate::versioned(found.as_ref(), seen, || format!("学区“{name}”"))?;
        tx.exec(
            "insert into districts (county, district, name, kind, version, changed_by, changed_at)
             values ($1, $2, $3, $4, $5, $6, $7)
             on conflict (county, district) do update set name = excluded.name,
                 kind = excluded.kind, version = excluded.version,
                 changed_by = excluded.changed_by, changed_at = excluded.changed_at",
            args![county, code, name, kind.code(), version, &by.person, by.at],
        )
        .await?;
        note(&mut tx, county.as_str(), by, "district.put", code, name).await?;
        tx.commit().await?;
        Ok(version)
    }

    /// All districts and groups with their schools, by code.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn districts(&self, county: &CountyCode) -> Result<Vec<District>> {
        let mut tx = self.pools.read().await?;
        let rows = tx
            .all(
                "select d.district, d.name, d.kind, d.version, m.school from districts d
                 left join district_schools m on m.county = d.county and m.district = d.district
                 where d.county = $1 order by d.district, m.school",
                args![county],
            )
            .await?;
        let mut districts: Vec<District> = Vec::new();
        for row in &rows {
            let code = row.text(0)?;
            if districts.last().is_none_or(|last| last.code != code) {
                districts.push(District {
                    code,
                    name: row.text(1)?,
                    kind: row.known(2, DistrictKind::from_code)?,
                    schools: BTreeSet::new(),
                    version: row.int(3)?,
                });
            }
            if let (Some(district), Some(_)) = (districts.last_mut(), row.maybe_text(4)?) {
                district.schools.insert(row.school(4)?);
            }
        }
        Ok(districts)
    }
}
