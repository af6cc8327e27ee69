//! Scenarios (试算方案): what somebody has tried in a sandbox and kept under a name. They hold figures
//! to try, never facts, and count for nothing.

use crate::audit::note;
use crate::db::{Row, Tx, args};
use crate::{By, Result, Store, StoreError, versioned};
use domain::{CountyCode, SchoolYear};
use jiff::Timestamp;
use sqlx::AssertSqlSafe;

/// What a scenario says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScenarioText {
    /// Its name.
    pub name: String,
    /// The id of the standard that it was judged by.
    pub standard: String,
    /// `approved` or `submitted`: over which figures it was tried.
    pub data: String,
    /// Content hash of the snapshot that it was tried on.
    pub snapshot: String,
    /// The figures, JSON.
    pub edits: String,
}

/// A scenario as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scenario {
    /// Number within the county.
    pub id: i64,
    /// The school year.
    pub year: SchoolYear,
    /// What it says.
    pub text: ScenarioText,
    /// The account that it belongs to.
    pub user: i64,
    /// For the next edit.
    pub version: i64,
    /// Who changed it last.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

const COLUMNS: &str = "select version, changed_by, changed_at, scenario, year, name, standard, \
                       data, snapshot, edits, user_id from scenarios where county = $1";

fn scenario(row: &Row) -> Result<Scenario> {
    Ok(Scenario {
        version: row.int(0)?,
        by: row.text(1)?,
        at: row.moment(2)?,
        id: row.int(3)?,
        year: row.year(4)?,
        text: ScenarioText {
            name: row.text(5)?,
            standard: row.text(6)?,
            data: row.text(7)?,
            snapshot: row.text(8)?,
            edits: row.text(9)?,
        },
        user: row.int(10)?,
    })
}

fn what(id: i64) -> String {
    format!("试算方案 {id} ")
}

/// The condition that lets only the scenarios of one account through.
fn of(user: Option<i64>, args: &mut Vec<crate::db::Arg>) -> String {
    let Some(user) = user else { return String::new() };
    args.push(user.into());
    format!(" and user_id = ${}", args.len())
}

/// A scenario that is edited by the one to whom it belongs, and its next version.
async fn own(
    tx: &mut Tx,
    county: &CountyCode,
    id: i64,
    user: i64,
    seen: i64,
) -> Result<(Scenario, i64)> {
    let sql = AssertSqlSafe(format!("{COLUMNS} and scenario = $2 and user_id = $3"));
    let row = tx.one(sql, args![county, id, user]).await?;
    let row = row.ok_or_else(|| StoreError::NotFound(what(id)))?;
    let version = versioned(Some(&row), seen, || what(id))?;
    Ok((scenario(&row)?, version))
}

impl Store {
    /// The scenarios of a year, by name; only those of an account where one is named.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn scenarios(
        &self,
        county: &CountyCode,
        year: SchoolYear,
        user: Option<i64>,
    ) -> Result<Vec<Scenario>> {
        let mut args = args![county, year];
        let of = of(user, &mut args);
        let sql = format!("{COLUMNS} and year = $2{of} order by name, scenario");
        let mut tx = self.pools.read().await?;
        tx.all(AssertSqlSafe(sql), args).await?.iter().map(scenario).collect()
    }

    /// One scenario; only if it is of an account where one is named.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn scenario(
        &self,
        county: &CountyCode,
        id: i64,
        user: Option<i64>,
    ) -> Result<Scenario> {
        let mut args = args![county, id];
        let of = of(user, &mut args);
        let sql = format!("{COLUMNS} and scenario = $2{of}");
        let mut tx = self.pools.read().await?;
        let row = tx.one(AssertSqlSafe(sql), args).await?;
        scenario(&row.ok_or_else(|| StoreError::NotFound(what(id)))?)
    }

    /// Keeps a new scenario of an account, at most `most` of them a year.
    ///
    /// # Errors
    /// [`StoreError::Exists`] where the account has one of that name in the year;
    /// [`StoreError::NotNow`] where it has too many.
    pub async fn add_scenario(
        &self,
        county: &CountyCode,
        year: SchoolYear,
        text: &ScenarioText,
        user: i64,
        most: i64,
        by: &By,
    ) -> Result<Scenario> {
        let mut tx = self.pools.write(county.as_str()).await?;
        unnamed(&mut tx, county, year, &text.name, user, 0).await?;
        let sql = "select count(*) from scenarios where county = $1 and year = $2 and user_id = $3";
        if tx.number(sql, args![county, year, user]).await? >= most {
            return Err(StoreError::NotNow {
                what: "试算方案".to_owned(),
                state: "已达上限",
                action: "再保存；请先删除不再需要的",
            });
        }
        let id = tx
            .number(
                "insert into scenarios (county, scenario, year, name, standard, data, snapshot,
                     edits, user_id, version, changed_by, changed_at)
                 values ($1, (select coalesce(max(scenario), 0) + 1 from scenarios
                     where county = $1), $2, $3, $4, $5, $6, $7, $8, 1, $9, $10)
                 returning scenario",
                args![
                    county,
                    year,
                    &text.name,
                    &text.standard,
                    &text.data,
                    &text.snapshot,
                    &text.edits,
                    user,
                    &by.person,
                    by.at
                ],
            )
            .await?;
        note(&mut tx, county.as_str(), by, "scenario.add", &id.to_string(), &text.name).await?;
        tx.commit().await?;
        let (by, at) = (by.person.clone(), by.at);
        Ok(Scenario { id, year, text: text.clone(), user, version: 1, by, at })
    }

    /// Puts another text in the place of a scenario's, which must be the account's own.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Conflict`], [`StoreError::Exists`].
    pub async fn put_scenario(
        &self,
        county: &CountyCode,
        id: i64,
        text: &ScenarioText,
        user: i64,
        seen: i64,
        by: &By,
    ) -> Result<Scenario> {
        let mut tx = self.pools.write(county.as_str()).await?;
        let (old, version) = own(&mut tx, county, id, user, seen).await?;
        unnamed(&mut tx, county, old.year, &text.name, user, id).await?;
        tx.exec(
            "update scenarios set name = $3, standard = $4, data = $5, snapshot = $6, edits = $7,
                 version = $8, changed_by = $9, changed_at = $10
             where county = $1 and scenario = $2",
            args![
                county,
                id,
                &text.name,
                &text.standard,
                &text.data,
                &text.snapshot,
                &text.edits,
                version,
                &by.person,
                by.at
            ],
        )
        .await?;
        note(&mut tx, county.as_str(), by, "scenario.put", &id.to_string(), &text.name).await?;
        tx.commit().await?;
        let (by, at) = (by.person.clone(), by.at);
        Ok(Scenario { text: text.clone(), version, by, at, ..old })
    }

    /// Removes a scenario, which must be the account's own.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Conflict`].
    pub async fn remove_scenario(
        &self,
        county: &CountyCode,
        id: i64,
        user: i64,
        seen: i64,
        by: &By,
    ) -> Result<()> {
        let mut tx = self.pools.write(county.as_str()).await?;
        let (old, _) = own(&mut tx, county, id, user, seen).await?;
        let sql = "delete from scenarios where county = $1 and scenario = $2";
        tx.exec(sql, args![county, id]).await?;
        let name = &old.text.name;
        note(&mut tx, county.as_str(), by, "scenario.remove", &id.to_string(), name).await?;
        tx.commit().await
    }
}

/// Refuses a name that the account has given to another of its scenarios of the year.
async fn unnamed(
    tx: &mut Tx,
    county: &CountyCode,
    year: SchoolYear,
    name: &str,
    user: i64,
    but: i64,
) -> Result<()> {
    let sql = "select count(*) from scenarios where county = $1 and year = $2 and name = $3
                   and user_id = $4 and scenario <> $5";
    if tx.number(sql, args![county, year, name, user, but]).await? > 0 {
        return Err(StoreError::Exists(format!("名为“{name}”的试算方案")));
    }
    Ok(())
}
