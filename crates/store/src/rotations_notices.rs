//! Public notices (公示) of rotations, and the steps of a rotation's life. A notice shows one run from a
//! day until a day.

use crate::audit::note;
use crate::coded::words;
use crate::db::{Row, Tx, args};
use crate::rotations::{RotationRecord, RotationState, seen_at, what, write};
use crate::rotations_orders::{NewOrder, add_orders, cancel_orders, expect_ended};
use crate::seal::Plain;
use crate::{By, Result, Store, StoreError};
use domain::CountyCode;
use jiff::Timestamp;
use jiff::civil::Date;
use sqlx::AssertSqlSafe;

words! {
    /// Where a notice stands.
    NoticeState {
        /// It is shown.
        Open = "open", "公示中";
        /// It was taken back, with a reason.
        Withdrawn = "withdrawn", "已撤回";
        /// Another run was shown instead.
        Replaced = "replaced", "已重新公示";
        /// The rotation was decided as it was shown.
        Adopted = "adopted", "已按此确定";
    }
}

/// A notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticeRecord {
    /// Number within the rotation.
    pub number: i64,
    /// The run that it shows.
    pub run: i64,
    /// Its first day.
    pub from: Date,
    /// Its last day.
    pub until: Date,
    /// Where it stands.
    pub state: NoticeState,
    /// Why it was taken back.
    pub reason: String,
    /// Who changed it last.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

const NOTICES: &str = "select notice, run, first_day, last_day, state, reason, changed_by, \
                       changed_at from rotation_notices where county = $1 and rotation = $2";

fn notice(row: &Row) -> Result<NoticeRecord> {
    Ok(NoticeRecord {
        number: row.int(0)?,
        run: row.int(1)?,
        from: row.parsed(2)?,
        until: row.parsed(3)?,
        state: row.known(4, NoticeState::from_code)?,
        reason: row.text(5)?,
        by: row.text(6)?,
        at: row.moment(7)?,
    })
}

pub(crate) fn refused(id: i64, state: &'static str, action: &'static str) -> StoreError {
    StoreError::NotNow { what: what(id), state, action }
}

/// The notice that is shown, if there is one.
pub(crate) async fn open_notice(
    tx: &mut Tx,
    county: &CountyCode,
    id: i64,
) -> Result<Option<NoticeRecord>> {
    let sql = AssertSqlSafe(format!("{NOTICES} and state = 'open'"));
    tx.one(sql, args![county, id]).await?.as_ref().map(notice).transpose()
}

/// Ends the notice that is shown.
async fn end_notice(
    tx: &mut Tx,
    county: &CountyCode,
    id: i64,
    (state, reason): (NoticeState, &str),
    by: &By,
) -> Result<()> {
    tx.exec(
        "update rotation_notices set state = $3, reason = $4, changed_by = $5, changed_at = $6
         where county = $1 and rotation = $2 and state = 'open'",
        args![county, id, state.code(), reason, &by.person, by.at],
    )
    .await?;
    Ok(())
}

impl Store {
    /// Shows a run to the public. A notice that is shown already is replaced.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Conflict`]; [`StoreError::NotNow`] for a run without a
    /// rotation, and once the rotation is decided.
    pub async fn publish_rotation(
        &self,
        county: &CountyCode,
        id: i64,
        run: i64,
        (from, until): (Date, Date),
        seen: i64,
        by: &By,
    ) -> Result<RotationRecord> {
        let mut tx = self.pools.write(county.as_str()).await?;
        let allowed = [RotationState::Draft, RotationState::Published];
        let mut rotation = seen_at(&mut tx, county, id, seen, &allowed, "公示").await?;
        let sql = "select possible from rotation_runs
                   where county = $1 and rotation = $2 and run = $3";
        let row = tx.one(sql, args![county, id, run]).await?;
        let row = row.ok_or_else(|| StoreError::NotFound(format!("第 {run} 次求解")))?;
        if !row.flag(0)? {
            return Err(refused(id, "做不到，没有名单", "公示"));
        }
        end_notice(&mut tx, county, id, (NoticeState::Replaced, ""), by).await?;
        let number = tx
            .number(
                "insert into rotation_notices (county, rotation, notice, run, first_day, last_day,
                     state, reason, changed_by, changed_at)
                 values ($1, $2, (select coalesce(max(notice), 0) + 1 from rotation_notices
                     where county = $1 and rotation = $2), $3, $4, $5, 'open', '', $6, $7)
                 returning notice",
                args![county, id, run, from, until, &by.person, by.at],
            )
            .await?;
        rotation.state = RotationState::Published;
        write(&mut tx, county, &mut rotation, by).await?;
        let (target, detail) =
            (format!("{id}/{number}"), format!("第 {run} 次求解，{from} 至 {until}"));
        note(&mut tx, county.as_str(), by, "rotation.publish", &target, &detail).await?;
        tx.commit().await?;
        Ok(rotation)
    }

    /// Takes the notice back; the rotation can be changed again.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Conflict`]; [`StoreError::NotNow`] where none is shown.
    pub async fn withdraw_rotation(
        &self,
        county: &CountyCode,
        id: i64,
        reason: &str,
        seen: i64,
        by: &By,
    ) -> Result<RotationRecord> {
        let mut tx = self.pools.write(county.as_str()).await?;
        let allowed = [RotationState::Published];
        let mut rotation = seen_at(&mut tx, county, id, seen, &allowed, "撤回公示").await?;
        end_notice(&mut tx, county, id, (NoticeState::Withdrawn, reason), by).await?;
        rotation.state = RotationState::Draft;
        write(&mut tx, county, &mut rotation, by).await?;
        note(&mut tx, county.as_str(), by, "rotation.withdraw", &id.to_string(), reason).await?;
        tx.commit().await?;
        Ok(rotation)
    }

    /// Decides the rotation as it was shown: the notice is over, every objection has a reply, and the
    /// orders are made.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Conflict`]; [`StoreError::NotNow`] before the end of the
    /// notice, with an objection that waits, and in another state.
    pub async fn adopt_rotation(
        &self,
        county: &CountyCode,
        id: i64,
        (run, orders): (i64, &[NewOrder]),
        today: Date,
        seen: i64,
        by: &By,
    ) -> Result<RotationRecord> {
        let mut tx = self.pools.write(county.as_str()).await?;
        let allowed = [RotationState::Published];
        let mut rotation = seen_at(&mut tx, county, id, seen, &allowed, "确定").await?;
        let shown = open_notice(&mut tx, county, id).await?;
        let shown = shown.filter(|notice| notice.run == run);
        let shown = shown.ok_or_else(|| refused(id, "没有公示这一次求解", "确定"))?;
        if today <= shown.until {
            return Err(refused(id, "公示期未满", "确定"));
        }
        let sql = "select count(*) from rotation_objections
                   where county = $1 and rotation = $2 and state = 'open'";
        if tx.number(sql, args![county, id]).await? > 0 {
            return Err(refused(id, "有未答复的异议", "确定"));
        }
        end_notice(&mut tx, county, id, (NoticeState::Adopted, ""), by).await?;
        let plain = Plain::new(Vec::new());
        let ring = self.ring.seal(&mut tx, county).await?;
        add_orders(&mut tx, county, id, orders, |place| ring.seal(place, &plain), by).await?;
        rotation.state = RotationState::Adopted;
        write(&mut tx, county, &mut rotation, by).await?;
        let detail = format!("{} 人", orders.len());
        note(&mut tx, county.as_str(), by, "rotation.adopt", &id.to_string(), &detail).await?;
        tx.commit().await?;
        Ok(rotation)
    }

    /// Ends a rotation whose orders have all ended.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Conflict`]; [`StoreError::NotNow`] where somebody is
    /// still on the way or away.
    pub async fn close_rotation(
        &self,
        county: &CountyCode,
        id: i64,
        seen: i64,
        by: &By,
    ) -> Result<RotationRecord> {
        let mut tx = self.pools.write(county.as_str()).await?;
        let allowed = [RotationState::Adopted];
        let mut rotation = seen_at(&mut tx, county, id, seen, &allowed, "结束").await?;
        expect_ended(&mut tx, county, id).await?;
        rotation.state = RotationState::Closed;
        write(&mut tx, county, &mut rotation, by).await?;
        note(&mut tx, county.as_str(), by, "rotation.close", &id.to_string(), "").await?;
        tx.commit().await?;
        Ok(rotation)
    }

    /// Gives a rotation up, for a reason. It stays readable; orders that nobody has followed yet are
    /// not carried out.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Conflict`]; [`StoreError::NotNow`] where somebody has
    /// arrived, and once it is closed.
    pub async fn void_rotation(
        &self,
        county: &CountyCode,
        id: i64,
        reason: &str,
        seen: i64,
        by: &By,
    ) -> Result<RotationRecord> {
        let mut tx = self.pools.write(county.as_str()).await?;
        let allowed = [RotationState::Draft, RotationState::Published, RotationState::Adopted];
        let mut rotation = seen_at(&mut tx, county, id, seen, &allowed, "作废").await?;
        end_notice(&mut tx, county, id, (NoticeState::Withdrawn, reason), by).await?;
        cancel_orders(&mut tx, county, id, by).await?;
        rotation.state = RotationState::Void;
        write(&mut tx, county, &mut rotation, by).await?;
        note(&mut tx, county.as_str(), by, "rotation.void", &id.to_string(), reason).await?;
        tx.commit().await?;
        Ok(rotation)
    }

    /// The notices of a rotation, newest first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn notices(&self, county: &CountyCode, id: i64) -> Result<Vec<NoticeRecord>> {
        let mut tx = self.pools.read().await?;
        let sql = AssertSqlSafe(format!("{NOTICES} order by notice desc"));
        tx.all(sql, args![county, id]).await?.iter().map(notice).collect()
    }
}
