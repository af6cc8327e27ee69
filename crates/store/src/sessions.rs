//! Sessions: who is signed in. Of a token only its hash is kept.

use crate::audit::note;
use crate::db::{Row, args, moment};
use crate::{By, Result, Store};
use domain::CountyCode;
use jiff::Timestamp;

/// A session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The county of the account.
    pub county: CountyCode,
    /// Hash of the token that the browser holds.
    pub token: String,
    /// The account.
    pub user: i64,
    /// What forms must send back.
    pub csrf: String,
    /// When it began.
    pub created: Timestamp,
    /// When it was last used.
    pub seen: Timestamp,
    /// No use after.
    pub expires: Timestamp,
}

fn session(row: &Row) -> Result<Session> {
    Ok(Session {
        county: row.known(0, |text| CountyCode::parse(text).ok())?,
        token: row.text(1)?,
        user: row.int(2)?,
        csrf: row.text(3)?,
        created: row.moment(4)?,
        seen: row.moment(5)?,
        expires: row.moment(6)?,
    })
}

impl Store {
    /// Begins a session.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn open_session(&self, new: &Session, by: &By) -> Result<()> {
        let mut tx = self.pools.write(new.county.as_str()).await?;
        tx.exec(
            "insert into sessions (county, token, user_id, csrf, created_at, seen_at, expires_at)
             values ($1, $2, $3, $4, $5, $6, $7)",
            args![&new.county, &new.token, new.user, &new.csrf, new.created, new.seen, new.expires],
        )
        .await?;
        let target = new.user.to_string();
        note(&mut tx, new.county.as_str(), by, "session.open", &target, "").await?;
        tx.commit().await
    }

    /// The session of a token's hash, used or not.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn session(&self, token: &str) -> Result<Option<Session>> {
        let mut tx = self.pools.read().await?;
        let row = tx
            .one(
                "select county, token, user_id, csrf, created_at, seen_at, expires_at
                 from sessions where token = $1",
                args![token],
            )
            .await?;
        row.map(|row| session(&row)).transpose()
    }

    /// The sessions of an account, newest first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn sessions_of(&self, county: &CountyCode, user: i64) -> Result<Vec<Session>> {
        let mut tx = self.pools.read().await?;
        let rows = tx
            .all(
                "select county, token, user_id, csrf, created_at, seen_at, expires_at
                 from sessions where county = $1 and user_id = $2
                 order by created_at desc, token",
                args![county, user],
            )
            .await?;
        rows.iter().map(session).collect()
    }

    /// How many sessions have not ended, of all counties.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn count_sessions(&self, now: Timestamp) -> Result<i64> {
        let mut tx = self.pools.read().await?;
        tx.number("select count(*) from sessions where expires_at > $1", args![now]).await
    }

    /// Notes that a session is in use and until when it may be; a moment that lies before the one
    /// noted changes nothing.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn touch_session(
        &self,
        county: &CountyCode,
        token: &str,
        seen: Timestamp,
        expires: Timestamp,
    ) -> Result<()> {
        let mut tx = self.pools.write(county.as_str()).await?;
        tx.exec(
            "update sessions set seen_at = $3, expires_at = $4
             where county = $1 and token = $2 and seen_at < $3",
            args![county, token, seen, expires],
        )
        .await?;
        tx.commit().await
    }

    /// Ends a session.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn end_session(&self, county: &CountyCode, token: &str, by: &By) -> Result<()> {
        let mut tx = self.pools.write(county.as_str()).await?;
        let sql = "delete from sessions where county = $1 and token = $2";
        if tx.exec(sql, args![county, token]).await? > 0 {
            note(&mut tx, county.as_str(), by, "session.end", &by.person, "").await?;
        }
        tx.commit().await
    }

    /// Ends all sessions of an account but one, as after a change of its password or roles.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn end_sessions_of(
        &self,
        county: &CountyCode,
        user: i64,
        but: Option<&str>,
        by: &By,
    ) -> Result<u64> {
        let mut tx = self.pools.write(county.as_str()).await?;
        let sql = "delete from sessions where county = $1 and user_id = $2 and token <> $3";
        let ended = tx.exec(sql, args![county, user, but.unwrap_or_default()]).await?;
        if ended > 0 {
            let detail = format!("{ended} 个会话");
            note(&mut tx, county.as_str(), by, "session.end", &user.to_string(), &detail).await?;
        }
        tx.commit().await?;
        Ok(ended)
    }

    /// Removes the sessions of a county that have expired, and those that have not been used since
    /// `idle`.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn sweep_sessions(
        &self,
        county: &CountyCode,
        now: Timestamp,
        idle: Timestamp,
    ) -> Result<u64> {
        let mut tx = self.pools.write(county.as_str()).await?;
        let sql = "delete from sessions where county = $1 and (expires_at <= $2 or seen_at < $3)";
        let swept = tx.exec(sql, args![county, moment(now), moment(idle)]).await?;
        tx.commit().await?;
        Ok(swept)
    }
}
