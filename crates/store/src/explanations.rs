//! 说明: why a value is as it is, in the words of those who filled it in. A value that has moved
//! strangely is not wrong by itself; whoever reviews it wants to know why.

use crate::audit::note;
use crate::db::{Row, args};
use crate::facts::school_read;
use crate::submissions::get;
use crate::years::require_open;
use crate::{By, FormKey, Result, Scope, Store, versioned};
use domain::{CountyCode, SchoolCode, SchoolYear};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::AssertSqlSafe;
use std::fmt::Write as _;

/// What was said of a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    /// The school; `None`: the county's own form.
    pub school: Option<SchoolCode>,
    /// The place's key.
    pub place: String,
    /// The item's code.
    pub item: String,
    /// The text; empty: it was taken back.
    pub text: String,
    /// For the next edit.
    pub version: i64,
    /// Who wrote it.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

fn explanation(row: &Row) -> Result<Explanation> {
    Ok(Explanation {
        school: school_read(row, 0)?,
        place: row.text(1)?,
        item: row.text(2)?,
        text: row.text(3)?,
        version: row.int(4)?,
        by: row.text(5)?,
        at: row.moment(6)?,
    })
}

impl Store {
    /// Explains a field of a form; an empty text takes the explanation back. `seen` is the version
    /// that the caller has seen, zero for none. Returns the new version.
    ///
    /// # Errors
    /// [`crate::StoreError::Conflict`], [`crate::StoreError::YearLocked`]; [`crate::StoreError::NotFound`], also where the
    /// form is not within the scope.
    #[expect(clippy::too_many_arguments, reason = "each is of another meaning")]
    pub async fn explain(
        &self,
        key: &FormKey,
        place: &str,
        item: &str,
        text: &str,
        seen: i64,
        scope: &Scope,
        by: &By,
    ) -> Result<i64> {
        let mut tx = self.pools.write(key.county.as_str()).await?;
        get(&mut tx, key, scope).await?;
        require_open(&mut tx, &key.county, key.year, by).await?;
        let mut args = key.columns();
        args.extend(args![place, item]);
        let sql = "select version, changed_by, changed_at, content from explanations
                   where county = $1 and year = $2 and collection = $3 and school = $4
                       and place = $5 and item = $6";
        let found = tx.one(sql, args.clone()).await?;
        if let Some(row) = &found
            && row.str(3)? == text
        {
            return row.int(0);
        }
        let version = versioned(found.as_ref(), seen, || format!("“{item}”的说明"))?;
        args.extend(args![text, version, &by.person, by.at]);
        tx.exec(
            "insert into explanations (county, year, collection, school, place, item, content,
                 version, changed_by, changed_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
             on conflict (county, year, collection, school, place, item) do update
                 set content = excluded.content, version = excluded.version,
                 changed_by = excluded.changed_by, changed_at = excluded.changed_at",
            args,
        )
        .await?;
        let target = format!("{key}/{place}/{item}");
        note(&mut tx, key.county.as_str(), by, "submission.explain", &target, text).await?;
        tx.commit().await?;
        Ok(version)
    }

    /// What was said of the fields of a collection, of the forms that a scope sees; of one form where
    /// a school is named (`Some(None)`: the county's own).
    ///
    /// # Errors
    /// Those of the database.
    pub async fn explanations(
        &self,
        county: &CountyCode,
        year: SchoolYear,
        collection: &str,
        school: Option<Option<&SchoolCode>>,
        scope: &Scope,
    ) -> Result<Vec<Explanation>> {
        let mut args = args![county, year, collection];
        let mut sql = "select school, place, item, content, version, changed_by, changed_at
                       from explanations where county = $1 and year = $2 and collection = $3"
            .to_owned();
        sql.push_str(&scope.condition("school", &mut args));
        if let Some(school) = school {
            args.push(crate::facts::school_text(school).into());
            let _ = write!(sql, " and school = ${}", args.len());
        }
        sql.push_str(" order by school, place, item");
        let mut tx = self.pools.read().await?;
        tx.all(AssertSqlSafe(sql), args).await?.iter().map(explanation).collect()
    }
}

impl Explanation {
    /// Was it taken back? Such a row only keeps its version.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }
}
