//! Accounts: who there is, with which roles over which part of the tree. Plain persistence; what a
//! password must be and what a role may do is `access`'s business.

use crate::audit::note;
use crate::db::{Arg, Row, Tx, args};
use crate::{By, Result, Store, StoreError, versioned};
use domain::CountyCode;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sqlx::AssertSqlSafe;

/// Over what a role is held.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "over", content = "code")]
pub enum GrantScope {
    /// The whole county.
    County,
    /// A district or group, by its code.
    District(String),
    /// A school, by its code.
    School(String),
}

/// A role that an account holds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Grant {
    /// The role, in the words of `access`.
    pub role: String,
    /// Over what.
    pub scope: GrantScope,
    /// From this day, as for a proxy.
    pub from: Option<Date>,
    /// To this day.
    pub to: Option<Date>,
}

/// An account to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewUser {
    /// Log-in name, unique within the county.
    pub login: String,
    /// The person's name.
    pub name: String,
    /// Hash of the password; `None`: cannot sign in with one.
    pub password: Option<String>,
    /// Must it be changed at the next log-in?
    pub must_change: bool,
    /// Roles.
    pub grants: Vec<Grant>,
}

/// An account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Number within the county.
    pub id: i64,
    /// Log-in name.
    pub login: String,
    /// The person's name.
    pub name: String,
    /// Hash of the password.
    pub password: Option<String>,
    /// Must it be changed at the next log-in?
    pub must_change: bool,
    /// May it sign in at all?
    pub active: bool,
    /// Failed log-ins since the last good one.
    pub failures: i64,
    /// No log-in before.
    pub locked_until: Option<Timestamp>,
    /// Roles.
    pub grants: Vec<Grant>,
    /// For the next edit.
    pub version: i64,
}

const USER: &str = "u.version, u.changed_by, u.changed_at, u.user_id, u.login, u.name, u.password, \
                    u.must_change, u.state, u.failures, u.locked_until";

fn user(row: &Row) -> Result<User> {
    Ok(User {
        version: row.int(0)?,
        id: row.int(3)?,
        login: row.text(4)?,
        name: row.text(5)?,
        password: row.maybe_text(6)?,
        must_change: row.flag(7)?,
        active: row.str(8)? == "active",
        failures: row.int(9)?,
        locked_until: row.maybe_parsed(10)?,
        grants: Vec::new(),
    })
}

/// The accounts that a condition finds, with their roles, by number.
async fn find(
    tx: &mut Tx,
    county: &CountyCode,
    condition: &str,
    mut args: Vec<Arg>,
) -> Result<Vec<User>> {
    args.insert(0, county.into());
    let sql = format!(
        "select {USER}, r.role, r.scope_kind, r.scope, r.from_day, r.to_day from users u
         left join user_roles r on r.county = u.county and r.user_id = u.user_id
         where u.county = $1{condition}
         order by u.user_id, r.role, r.scope_kind, r.scope"
    );
    let mut users: Vec<User> = Vec::new();
    for row in &tx.all(AssertSqlSafe(sql), args).await? {
        let id = row.int(3)?;
        if users.last().is_none_or(|last| last.id != id) {
            users.push(user(row)?);
        }
        if let (Some(user), Some(role)) = (users.last_mut(), row.maybe_text(11)?) {
            let code = row.text(13)?;
            let scope = match row.str(12)? {
                "district" => GrantScope::District(code),
                "school" => GrantScope::School(code),
                _ => GrantScope::County,
            };
            let (from, to) = (row.maybe_parsed(14)?, row.maybe_parsed(15)?);
            user.grants.push(Grant { role, scope, from, to });
        }
    }
    Ok(users)
}

async fn grant(tx: &mut Tx, county: &CountyCode, id: i64, grants: &[Grant]) -> Result<()> {
    let mut values = Vec::new();
    for grant in grants {
        let (kind, code) = match &grant.scope {
            GrantScope::County => ("county", ""),
            GrantScope::District(code) => ("district", code.as_str()),
            GrantScope::School(code) => ("school", code.as_str()),
        };
        values.extend(args![county, id, &grant.role, kind, code, grant.from, grant.to]);
    }
    let into =
        "insert into user_roles (county, user_id, role, scope_kind, scope, from_day, to_day)";
    tx.insert_all(into, 7, values).await
}

impl Store {
    /// Makes accounts, all of them or none, and returns their numbers.
    ///
    /// # Errors
    /// [`StoreError::Exists`] with the log-in name that is taken.
    pub async fn add_users(
        &self,
        county: &CountyCode,
        users: &[NewUser],
        by: &By,
    ) -> Result<Vec<i64>> {
        let mut tx = self.pools.write(county.as_str()).await?;
        let mut ids = Vec::with_capacity(users.len());
        for new in users {
            let row = tx
                .one(
                    "insert into users (county, user_id, login, name, password, must_change, state,
                         failures, version, changed_by, changed_at)
                     values ($1, (select coalesce(max(user_id), 0) + 1 from users
                         where county = $1), $2, $3, $4, $5, 'active', 0, 1, $6, $7)
                     on conflict (county, login) do nothing returning user_id",
                    args![
                        county,
                        &new.login,
                        &new.name,
                        new.password.as_deref(),
                        new.must_change,
                        &by.person,
                        by.at
                    ],
                )
                .await?;
            let taken = || StoreError::Exists(format!("登录名“{}”", new.login));
            let id = row.ok_or_else(taken)?.int(0)?;
            grant(&mut tx, county, id, &new.grants).await?;
            let detail = crate::collections::write_json(&new.grants)?;
            note(&mut tx, county.as_str(), by, "user.add", &new.login, &detail).await?;
            ids.push(id);
        }
        tx.commit().await?;
        Ok(ids)
    }

    /// Changes name, roles, and whether the account may sign in.
    ///
    /// # Errors
    /// [`StoreError::Conflict`], [`StoreError::NotFound`].
    #[expect(clippy::too_many_arguments, reason = "each is of another meaning")]
    pub async fn edit_user(
        &self,
        county: &CountyCode,
        id: i64,
        name: &str,
        active: bool,
        grants: &[Grant],
        seen: i64,
        by: &By,
    ) -> Result<i64> {
        let mut tx = self.pools.write(county.as_str()).await?;
        let found = tx
            .one(
                "select version, changed_by, changed_at from users
                 where county = $1 and user_id = $2",
                args![county, id],
            )
            .await?;
        let what = || format!("账号 {id} ");
        let found = found.ok_or_else(|| StoreError::NotFound(what()))?;
        let version = versioned(Some(&found), seen, what)?;
        let state = if active { "active" } else { "disabled" };
        tx.exec(
            "update users set name = $3, state = $4, version = $5, changed_by = $6, changed_at = $7
             where county = $1 and user_id = $2",
            args![county, id, name, state, version, &by.person, by.at],
        )
        .await?;
        let sql = "delete from user_roles where county = $1 and user_id = $2";
        tx.exec(sql, args![county, id]).await?;
        grant(&mut tx, county, id, grants).await?;
        let detail = format!("{state} {}", crate::collections::write_json(grants)?);
        note(&mut tx, county.as_str(), by, "user.edit", &id.to_string(), &detail).await?;
        tx.commit().await?;
        Ok(version)
    }

    /// Sets the hash of a password, and forgets failed log-ins.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn set_password(
        &self,
        county: &CountyCode,
        id: i64,
        hash: &str,
        must_change: bool,
        by: &By,
    ) -> Result<()> {
        let mut tx = self.pools.write(county.as_str()).await?;
        let touched = tx
            .exec(
                "update users set password = $3, must_change = $4, failures = 0,
                     locked_until = null, version = version + 1, changed_by = $5, changed_at = $6
                 where county = $1 and user_id = $2",
                args![county, id, hash, must_change, &by.person, by.at],
            )
            .await?;
        if touched == 0 {
            return Err(StoreError::NotFound(format!("账号 {id}")));
        }
        note(&mut tx, county.as_str(), by, "user.password", &id.to_string(), "").await?;
        tx.commit().await
    }

    /// Counts a failed log-in (`locked_until`: what `access` makes of it, given the new count), or
    /// forgets all of them after a good one (`None`). Returns the count.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn count_failure(
        &self,
        county: &CountyCode,
        id: i64,
        locked_until: Option<&(dyn Fn(i64) -> Option<Timestamp> + Sync)>,
        by: &By,
    ) -> Result<i64> {
        let mut tx = self.pools.write(county.as_str()).await?;
        let sql = "select failures from users where county = $1 and user_id = $2";
        let row = tx.one(sql, args![county, id]).await?;
        let before = row.ok_or_else(|| StoreError::NotFound(format!("账号 {id}")))?.int(0)?;
        let failures = if locked_until.is_some() { before + 1 } else { 0 };
        let until = locked_until.and_then(|rule| rule(failures));
        tx.exec(
            "update users set failures = $3, locked_until = $4 where county = $1 and user_id = $2",
            args![county, id, failures, until],
        )
        .await?;
        if failures > 0 {
            let detail = format!("第 {failures} 次");
            note(&mut tx, county.as_str(), by, "user.failure", &id.to_string(), &detail).await?;
        }
        tx.commit().await?;
        Ok(failures)
    }

    /// The account of a log-in name.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn user_by_login(&self, county: &CountyCode, login: &str) -> Result<Option<User>> {
        let mut tx = self.pools.read().await?;
        Ok(find(&mut tx, county, " and u.login = $2", args![login]).await?.pop())
    }

    /// The account of a number.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn user(&self, county: &CountyCode, id: i64) -> Result<User> {
        let mut tx = self.pools.read().await?;
        let found = find(&mut tx, county, " and u.user_id = $2", args![id]).await?.pop();
        found.ok_or_else(|| StoreError::NotFound(format!("账号 {id}")))
    }

    /// All accounts of a county.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn users(&self, county: &CountyCode) -> Result<Vec<User>> {
        let mut tx = self.pools.read().await?;
        find(&mut tx, county, "", args![]).await
    }
}
