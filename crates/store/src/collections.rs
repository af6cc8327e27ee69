//! Collections: what is asked of whom in a school year, and until when.

use crate::audit::note;
use crate::db::{Arg, Row, Tx, args};
use crate::facts::school_text;
use crate::years::require_open;
use crate::{By, Result, Store, StoreError, versioned};
use domain::{CountyCode, SchoolCode, SchoolYear};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The code of the collection that a whole file is imported into: the year's own.
pub const MAIN: &str = "main";

/// What a collection asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CollectionPlan {
    /// Its title: `2024/2025 学年基础数据`.
    pub title: String,
    /// The codes of the items that are asked for; empty: all of the catalogue.
    pub items: Vec<String>,
    /// The last day.
    pub deadline: Option<Date>,
}

/// A collection of a year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Collection {
    /// Its code within the year.
    pub code: String,
    /// Place in the year; where two collections hold one fact, the later one counts.
    pub ordinal: i64,
    /// What it asks for.
    pub plan: CollectionPlan,
    /// Over: nothing can be typed or submitted any more.
    pub closed: bool,
    /// For the next edit.
    pub version: i64,
}

fn collection(row: &Row) -> Result<Collection> {
    Ok(Collection {
        version: row.int(0)?,
        code: row.text(3)?,
        ordinal: row.int(4)?,
        plan: CollectionPlan {
            title: row.text(5)?,
            items: read_json(row.str(6)?)?,
            deadline: row.maybe_parsed(7)?,
        },
        closed: row.str(8)? == "closed",
    })
}

/// JSON of the database.
pub(crate) fn read_json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|error| StoreError::Corrupt(error.to_string()))
}

/// JSON for the database.
pub(crate) fn write_json<T: Serialize + ?Sized>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|error| StoreError::Database(Box::new(error)))
}

const COLUMNS: &str = "select version, changed_by, changed_at, collection, ordinal, title, items, \
                       deadline, state from collections where county = $1 and year = $2";

/// The collection of a code, within a transaction.
pub(crate) async fn find(
    tx: &mut Tx,
    county: &CountyCode,
    year: SchoolYear,
    code: &str,
) -> Result<Option<Collection>> {
    let sql = sqlx::AssertSqlSafe(format!("{COLUMNS} and collection = $3"));
    tx.one(sql, args![county, year, code]).await?.map(|row| collection(&row)).transpose()
}

/// Adds a collection at the end of a year's.
pub(crate) async fn add(
    tx: &mut Tx,
    county: &CountyCode,
    year: SchoolYear,
    code: &str,
    plan: &CollectionPlan,
    by: &By,
) -> Result<()> {
    tx.exec(
        "insert into collections (county, year, collection, ordinal, title, items, deadline, state,
             version, changed_by, changed_at)
         values ($1, $2, $3, (select coalesce(max(ordinal), 0) + 1 from collections
             where county = $1 and year = $2), $4, $5, $6, 'open', 1, $7, $8)",
        args![
            county,
            year,
            code,
            &plan.title,
            write_json(&plan.items)?,
            plan.deadline,
            &by.person,
            by.at
        ],
    )
    .await?;
    Ok(())
}

/// Makes a draft for each of those who must fill and have none yet.
pub(crate) async fn ask(
    tx: &mut Tx,
    county: &CountyCode,
    year: SchoolYear,
    code: &str,
    who: &[Option<SchoolCode>],
    by: &By,
) -> Result<()> {
    let rows = tx
        .all(
            "select school from submissions where county = $1 and year = $2 and collection = $3",
            args![county, year, code],
        )
        .await?;
    let mut there = rows.iter().map(|row| row.text(0)).collect::<Result<Vec<_>>>()?;
    let mut values: Vec<Arg> = Vec::new();
    for school in who {
        let school = school_text(school.as_ref()).to_owned();
        if there.contains(&school) {
            continue;
        }
        values.extend(args![county, year, code, &school, "draft", 0, 1, &by.person, by.at]);
        there.push(school);
    }
    let into = "insert into submissions (county, year, collection, school, state, revision, \
                version, changed_by, changed_at)";
    tx.insert_all(into, 9, values).await
}

impl Store {
    /// Opens a collection and asks those who must fill it; `None` among them is the county itself.
    ///
    /// # Errors
    /// [`StoreError::Exists`], [`StoreError::YearLocked`], [`StoreError::NotFound`] for an unknown
    /// school.
    pub async fn open_collection(
        &self,
        county: &CountyCode,
        year: SchoolYear,
        code: &str,
        plan: &CollectionPlan,
        who: &[Option<SchoolCode>],
        by: &By,
    ) -> Result<Collection> {
        let mut tx = self.pools.write(county.as_str()).await?;
        require_open(&mut tx, county, year, by).await?;
        if find(&mut tx, county, year, code).await?.is_some() {
            return Err(StoreError::Exists(format!("采集任务“{}”", plan.title)));
        }
        add(&mut tx, county, year, code, plan, by).await?;
        self.ask_known(&mut tx, county, year, code, who, by).await?;
        let target = format!("{}/{code}", year.0);
        note(&mut tx, county.as_str(), by, "collection.open", &target, &plan.title).await?;
        let found = find(&mut tx, county, year, code).await?;
        tx.commit().await?;
        found.ok_or_else(|| StoreError::NotFound(format!("采集任务“{code}”")))
    }

    async fn ask_known(
        &self,
        tx: &mut Tx,
        county: &CountyCode,
        year: SchoolYear,
        code: &str,
        who: &[Option<SchoolCode>],
        by: &By,
    ) -> Result<()> {
        let rows = tx.all("select school from schools where county = $1", args![county]).await?;
        let known = rows.iter().map(|row| row.school(0)).collect::<Result<Vec<_>>>()?;
        if let Some(school) = who.iter().flatten().find(|school| !known.contains(school)) {
            return Err(StoreError::NotFound(format!("学校 {school}")));
        }
        ask(tx, county, year, code, who, by).await
    }

    /// Asks more schools to fill an open collection; those that were asked already stay as they are.
    ///
    /// # Errors
    /// As [`Store::open_collection`].
    pub async fn ask_schools(
        &self,
        county: &CountyCode,
        year: SchoolYear,
        code: &str,
        who: &[Option<SchoolCode>],
        by: &By,
    ) -> Result<()> {
        let mut tx = self.pools.write(county.as_str()).await?;
        require_open(&mut tx, county, year, by).await?;
        if find(&mut tx, county, year, code).await?.is_none() {
            return Err(StoreError::NotFound(format!("采集任务“{code}”")));
        }
        self.ask_known(&mut tx, county, year, code, who, by).await?;
        let target = format!("{}/{code}", year.0);
        let detail = format!("{} 个填报单位", who.len());
        note(&mut tx, county.as_str(), by, "collection.ask", &target, &detail).await?;
        tx.commit().await
    }

    /// Changes what a collection asks for, closes it or opens it again.
    ///
    /// # Errors
    /// [`StoreError::Conflict`], [`StoreError::NotFound`], [`StoreError::YearLocked`].
    #[expect(clippy::too_many_arguments, reason = "each is of another type")]
    pub async fn edit_collection(
        &self,
        county: &CountyCode,
        year: SchoolYear,
        code: &str,
        plan: &CollectionPlan,
        closed: bool,
        seen: i64,
        by: &By,
    ) -> Result<i64> {
        let what = || format!("采集任务“{}”", plan.title);
        let mut tx = self.pools.write(county.as_str()).await?;
        require_open(&mut tx, county, year, by).await?;
        let sql = sqlx::AssertSqlSafe(format!("{COLUMNS} and collection = $3"));
        let found = tx.one(sql, args![county, year, code]).await?;
        let found = found.ok_or_else(|| StoreError::NotFound(what()))?;
        let version = versioned(Some(&found), seen, what)?;
        tx.exec(
            "update collections set title = $4, items = $5, deadline = $6, state = $7, version = $8,
                 changed_by = $9, changed_at = $10
             where county = $1 and year = $2 and collection = $3",
            args![
                county,
                year,
                code,
                &plan.title,
                write_json(&plan.items)?,
                plan.deadline,
                if closed { "closed" } else { "open" },
                version,
                &by.person,
                by.at
            ],
        )
        .await?;
        let action = if closed { "collection.close" } else { "collection.edit" };
        let target = format!("{}/{code}", year.0);
        note(&mut tx, county.as_str(), by, action, &target, &plan.title).await?;
        tx.commit().await?;
        Ok(version)
    }

    /// The collections of a year, in their order.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn collections(
        &self,
        county: &CountyCode,
        year: SchoolYear,
    ) -> Result<Vec<Collection>> {
        let sql = sqlx::AssertSqlSafe(format!("{COLUMNS} order by ordinal"));
        let mut tx = self.pools.read().await?;
        tx.all(sql, args![county, year]).await?.iter().map(collection).collect()
    }
}
