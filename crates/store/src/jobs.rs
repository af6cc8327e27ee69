//! Jobs: long work as rows. What a job does is another crate's business; here is its queue, its
//! progress, its result, and who is at it.

use crate::audit::note;
use crate::collections::{read_json, write_json};
use crate::db::{Row, Tx, args};
use crate::{By, Result, Store, StoreError};
use domain::CountyCode;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sqlx::AssertSqlSafe;
use std::fmt::Write as _;

/// Where a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// 等待.
    Queued,
    /// 进行中.
    Running,
    /// 完成.
    Done,
    /// 失败.
    Failed,
    /// 已取消.
    Cancelled,
}

impl JobState {
    const ALL: [Self; 5] = [Self::Queued, Self::Running, Self::Done, Self::Failed, Self::Cancelled];

    /// The code in the database and in JSON.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// A job to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewJob {
    /// What kind of work.
    pub kind: String,
    /// What it needs, JSON.
    pub input: String,
    /// The names of its steps, Chinese.
    pub steps: Vec<String>,
    /// The caller's key: asked twice with one key, it is done once.
    pub request: Option<String>,
}

/// A job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// The county.
    pub county: CountyCode,
    /// Number within the county.
    pub id: i64,
    /// What kind of work.
    pub kind: String,
    /// What it needs, JSON.
    pub input: String,
    /// Where it stands.
    pub state: JobState,
    /// The names of its steps.
    pub steps: Vec<String>,
    /// The step it is at, from zero.
    pub step: i64,
    /// How far the step is …
    pub done: i64,
    /// … of how much; zero: not known.
    pub total: i64,
    /// What came of it, JSON.
    pub result: Option<String>,
    /// Why it failed, Chinese.
    pub failure: Option<String>,
    /// Has somebody asked it to stop?
    pub cancel: bool,
    /// Who is at it.
    pub worker: Option<String>,
    /// When the worker was last heard of.
    pub heartbeat: Option<Timestamp>,
    /// How often it was begun.
    pub attempts: i64,
    /// Who asked for it.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// When it ended.
    pub ended: Option<Timestamp>,
}

/// How far a job is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// The step, from zero.
    pub step: i64,
    /// How far it is …
    pub done: i64,
    /// … of how much; zero: not known.
    pub total: i64,
}

/// How a job ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// With a result, JSON.
    Done(String),
    /// Not, with the reason in Chinese.
    Failed(String),
    /// Because somebody asked it to stop.
    Cancelled,
}

const COLUMNS: &str = "county, job, kind, input, state, steps, step, done, total, result, failure, \
                       cancel, worker, heartbeat, attempts, created_by, created_at, ended_at";

fn job(row: &Row) -> Result<Job> {
    Ok(Job {
        county: row.known(0, |text| CountyCode::parse(text).ok())?,
        id: row.int(1)?,
        kind: row.text(2)?,
        input: row.text(3)?,
        state: row.known(4, JobState::from_code)?,
        steps: read_json(row.str(5)?)?,
        step: row.int(6)?,
        done: row.int(7)?,
        total: row.int(8)?,
        result: row.maybe_text(9)?,
        failure: row.maybe_text(10)?,
        cancel: row.flag(11)?,
        worker: row.maybe_text(12)?,
        heartbeat: row.maybe_parsed(13)?,
        attempts: row.int(14)?,
        by: row.text(15)?,
        at: row.moment(16)?,
        ended: row.maybe_parsed(17)?,
    })
}

/// No two clocks of servers over one database differ so much; a worker that was heard of later than
/// this from now was heard of before a clock was set back.
const AHEAD: SignedDuration = SignedDuration::from_mins(10);

/// Nobody is at the job. `$1`: silent since; `$2`: too far ahead; `$3`: how own workers' names begin.
const FREE: &str = "(state = 'queued' or (state = 'running'
    and substr(coalesce(worker, ''), 1, length($3)) <> $3 and (heartbeat < $1 or heartbeat > $2)))";

async fn get(tx: &mut Tx, county: &CountyCode, id: i64) -> Result<Job> {
    let sql = format!("select {COLUMNS} from jobs where county = $1 and job = $2");
    match tx.one(AssertSqlSafe(sql), args![county, id]).await? {
        Some(row) => job(&row),
        None => Err(StoreError::NotFound(format!("任务 {id}"))),
    }
}

impl Store {
    /// Puts a job into the queue. Asked again with the same key it returns the job that is there.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn enqueue(&self, county: &CountyCode, new: &NewJob, by: &By) -> Result<Job> {
        let mut tx = self.pools.write(county.as_str()).await?;
        if let Some(request) = &new.request {
            let sql = "select job from jobs where county = $1 and request = $2";
            if let Some(row) = tx.one(sql, args![county, request]).await? {
                return get(&mut tx, county, row.int(0)?).await;
            }
        }
        let id = tx
            .number(
                "insert into jobs (county, job, kind, input, state, steps, step, done, total, cancel,
                     attempts, request, created_by, created_at)
                 values ($1, (select coalesce(max(job), 0) + 1 from jobs where county = $1), $2, $3,
                     'queued', $4, 0, 0, 0, 0, 0, $5, $6, $7)
                 returning job",
                args![
                    county,
                    &new.kind,
                    &new.input,
                    write_json(&new.steps)?,
                    new.request.as_deref(),
                    &by.person,
                    by.at
                ],
            )
            .await?;
        note(&mut tx, county.as_str(), by, "job.enqueue", &id.to_string(), &new.kind).await?;
        let job = get(&mut tx, county, id).await?;
        tx.commit().await?;
        Ok(job)
    }

    /// Takes their workers from all jobs that are at work, whatever the clock says: for a server that
    /// has begun and knows that no other is there.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn orphan_jobs(&self) -> Result<()> {
        for county in self.counties().await? {
            let mut tx = self.pools.write(county.code.as_str()).await?;
            let sql = "update jobs set worker = null, heartbeat = $2
                       where county = $1 and state = 'running'";
            tx.exec(sql, args![&county.code, Timestamp::UNIX_EPOCH]).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    /// Takes the oldest job of these kinds that nobody is at: one that waits, or one whose worker
    /// has not been heard of since `silent_since`, as after a restart, or was last heard of far in
    /// the future, as after a clock was set back.
    ///
    /// Workers of one server share the part of their names before the last hyphen. They know of each
    /// other whether they live, and take nothing from each other.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn claim(
        &self,
        kinds: &[&str],
        worker: &str,
        now: Timestamp,
        silent_since: Timestamp,
    ) -> Result<Option<Job>> {
        let mut list = String::new();
        let ahead = now.checked_add(AHEAD).unwrap_or(Timestamp::MAX);
        let own = worker.rsplit_once('-').map_or(worker, |(server, _)| server);
        let own = format!("{own}-");
        let mut args = args![silent_since, ahead, &own];
        for kind in kinds {
            args.push((*kind).into());
            let comma = if list.is_empty() { "" } else { ", " };
            let _ = write!(list, "{comma}${}", args.len());
        }
        if list.is_empty() {
            return Ok(None);
        }
        let sql = format!(
            "select county, job from jobs where {FREE} and kind in ({list})
             order by created_at, county, job limit 16"
        );
        let found = {
            let mut tx = self.pools.read().await?;
            tx.all(AssertSqlSafe(sql), args).await?
        };
        for row in &found {
            let (county, id) = (row.known(0, |text| CountyCode::parse(text).ok())?, row.int(1)?);
            let mut tx = self.pools.write(county.as_str()).await?;
            let sql = format!(
                "update jobs set state = 'running', worker = $6, heartbeat = $7,
                     attempts = attempts + 1
                 where county = $4 and job = $5 and {FREE}"
            );
            let args = args![silent_since, ahead, &own, &county, id, worker, now];
            let taken = tx.exec(AssertSqlSafe(sql), args).await?;
            if taken == 1 {
                let job = get(&mut tx, &county, id).await?;
                tx.commit().await?;
                return Ok(Some(job));
            }
        }
        Ok(None)
    }

    /// Tells how far a job is and that its worker is alive. Returns whether it may go on: `false`
    /// when it was asked to stop, or is no longer this worker's.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn report(
        &self,
        county: &CountyCode,
        id: i64,
        worker: &str,
        progress: Progress,
        now: Timestamp,
    ) -> Result<bool> {
        let mut tx = self.pools.write(county.as_str()).await?;
        let row = tx
            .one(
                "update jobs set step = $4, done = $5, total = $6, heartbeat = $7
                 where county = $1 and job = $2 and worker = $3 and state = 'running'
                 returning cancel",
                args![county, id, worker, progress.step, progress.done, progress.total, now],
            )
            .await?;
        let goes_on = row.map(|row| row.flag(0)).transpose()? == Some(false);
        tx.commit().await?;
        Ok(goes_on)
    }

    /// Ends a job. Returns `false`, and changes nothing, when it is no longer this worker's.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn finish(
        &self,
        county: &CountyCode,
        id: i64,
        worker: &str,
        outcome: &Outcome,
        now: Timestamp,
    ) -> Result<bool> {
        let (state, result, failure) = match outcome {
            Outcome::Done(result) => (JobState::Done, Some(result.as_str()), None),
            Outcome::Failed(why) => (JobState::Failed, None, Some(why.as_str())),
            Outcome::Cancelled => (JobState::Cancelled, None, None),
        };
        let mut tx = self.pools.write(county.as_str()).await?;
        let ended = tx
            .exec(
                "update jobs set state = $4, result = $5, failure = $6, heartbeat = $7,
                     ended_at = $7
                 where county = $1 and job = $2 and worker = $3 and state = 'running'",
                args![county, id, worker, state.code(), result, failure, now],
            )
            .await?;
        tx.commit().await?;
        Ok(ended == 1)
    }

    /// Asks a job to stop; one that still waits is cancelled at once.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn cancel(&self, county: &CountyCode, id: i64, by: &By) -> Result<Job> {
        let mut tx = self.pools.write(county.as_str()).await?;
        get(&mut tx, county, id).await?;
        tx.exec(
            "update jobs set cancel = 1,
                 ended_at = case when state = 'queued' then $3 else ended_at end,
                 state = case when state = 'queued' then 'cancelled' else state end
             where county = $1 and job = $2 and state in ('queued', 'running')",
            args![county, id, by.at],
        )
        .await?;
        note(&mut tx, county.as_str(), by, "job.cancel", &id.to_string(), "").await?;
        let job = get(&mut tx, county, id).await?;
        tx.commit().await?;
        Ok(job)
    }

    /// How many jobs wait, of all counties.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn waiting_jobs(&self) -> Result<i64> {
        let mut tx = self.pools.read().await?;
        tx.number("select count(*) from jobs where state = 'queued'", args![]).await
    }

    /// A job.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn job(&self, county: &CountyCode, id: i64) -> Result<Job> {
        let mut tx = self.pools.read().await?;
        get(&mut tx, county, id).await
    }

    /// The newest jobs of a county, newest first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn jobs(&self, county: &CountyCode, limit: u32) -> Result<Vec<Job>> {
        let mut tx = self.pools.read().await?;
        let sql =
            format!("select {COLUMNS} from jobs where county = $1 order by job desc limit $2");
        tx.all(AssertSqlSafe(sql), args![county, limit]).await?.iter().map(job).collect()
    }
}
