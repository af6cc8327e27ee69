//! The workers: they claim jobs, run their handlers, and keep telling the store that they live.

use crate::App;
use crate::jobs::{JobContext, JobError, Live};
use access::token::Token;
use jiff::SignedDuration;
use std::sync::Arc;
use std::time::Duration;
use store::StoreError;
use store::jobs::{Job, Outcome, Progress};
use tokio::sync::OnceCell;
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};

/// A worker that has not been heard of for so long is taken for dead.
const SILENCE: SignedDuration = SignedDuration::from_secs(30);
/// How often a worker tells how far it is where there is news, and where there is none.
const PULSE: Duration = Duration::from_secs(1);
const REST: u32 = 5;
/// How often the queue is looked into without a bell: for jobs of another server's.
const LOOK: Duration = Duration::from_secs(5);
/// A job is begun so often at most.
const ATTEMPTS: i64 = 3;

/// The workers of a server. Dropping it stops them where they are, as a kill would; their jobs are
/// taken up again by the next server.
#[derive(Debug)]
pub struct Runner {
    app: App,
    workers: Vec<JoinHandle<()>>,
}

impl Drop for Runner {
    fn drop(&mut self) {
        // First those who would write down that a job was cancelled, then what computes.
        self.workers.iter().for_each(JoinHandle::abort);
        self.app.board().stop();
    }
}

impl Runner {
    /// Starts the workers. `alone`: no other server works on this database, so that whatever was at
    /// work before now has lost its worker and is taken up at once.
    #[must_use]
    pub fn start(app: &App, alone: bool) -> Self {
        let name = Token::random().map(|token| token.hash()).unwrap_or_default();
        let name = name.get(..12).unwrap_or("worker").to_owned();
        let orphaned = Arc::new(OnceCell::new());
        let workers = (0..app.config().workers.max(1)).map(|n| {
            let (app, orphaned) = (app.clone(), Arc::clone(&orphaned));
            let name = format!("{name}-{n}");
            tokio::spawn(async move {
                if alone {
                    orphaned.get_or_init(|| orphan(&app)).await;
                }
                work(&app, &name).await;
            })
        });
        Self { app: app.clone(), workers: workers.collect() }
    }
}

/// Takes the jobs of a server that has gone from its workers.
async fn orphan(app: &App) {
    while let Err(error) = app.store().orphan_jobs().await {
        tracing::warn!(error = %error, "jobs of the server before cannot be taken up yet");
        sleep(LOOK).await;
    }
}

async fn work(app: &App, name: &str) {
    let kinds = app.board().kinds().kinds();
    loop {
        let now = app.clock().now();
        let silent = now.checked_sub(SILENCE).unwrap_or(now);
        match app.store().claim(&kinds, name, now, silent).await {
            Ok(Some(job)) => {
                run(app, name, Arc::new(job)).await;
                continue;
            }
            Ok(None) => {}
            Err(error) => tracing::warn!(error = %error, "queue cannot be read"),
        }
        // A bell or a while, whichever is first.
        let _ = timeout(LOOK, app.board().bell.notified()).await;
    }
}

async fn run(app: &App, name: &str, job: Arc<Job>) {
    let (county, id) = (job.county.clone(), job.id);
    let live = Arc::new(Live::default());
    if job.cancel {
        live.stop();
    }
    app.board().begin(&county, id, &live);
    app.metrics().running().inc();
    // It goes with the worker: a pulse without one would keep the job from the next server.
    let pulse = beat(app.clone(), name.to_owned(), Arc::clone(&job), Arc::clone(&live));
    let pulse = Abort(tokio::spawn(pulse));
    let outcome = outcome(app, &job, &live).await;
    drop(pulse);
    // Hours of computing are not thrown away because the disk is full for a minute.
    while let Err(error) = end(app, name, &job, &live, &outcome).await {
        tracing::error!(job = id, error = %error, "end of a job cannot be kept yet");
        sleep(LOOK).await;
    }
    app.board().end(&county, id);
    app.metrics().running().dec();
    let word = match &outcome {
        Outcome::Done(_) => "done",
        Outcome::Failed(_) => "failed",
        Outcome::Cancelled => "cancelled",
    };
    app.metrics().job(&job.kind, word);
    tracing::info!(job = id, kind = job.kind, outcome = word, "job ended");
}

/// Keeps the last word of the progress, then the end. A job that is another's by now is left to it.
async fn end(
    app: &App,
    name: &str,
    job: &Job,
    live: &Live,
    outcome: &Outcome,
) -> Result<(), StoreError> {
    let (county, now) = (&job.county, app.clock().now());
    app.store().report(county, job.id, name, live.progress(), now).await?;
    app.store().finish(county, job.id, name, outcome, now).await?;
    Ok(())
}

async fn outcome(app: &App, job: &Arc<Job>, live: &Arc<Live>) -> Outcome {
    if job.cancel {
        return Outcome::Cancelled;
    }
    if job.attempts > ATTEMPTS {
        let why = "任务执行中服务器已三次中断，不再自动重试；请检查数据量与内存后重新发起";
        return Outcome::Failed(why.to_owned());
    }
    let Some(handler) = app.board().kinds().get(&job.kind) else {
        return Outcome::Failed(format!("本版程序不认识“{}”任务", job.kind));
    };
    let context = JobContext::new(app.clone(), Arc::clone(job), Arc::clone(live));
    // A task of its own: a panic ends the job, not the worker.
    let mut task = Abort(tokio::spawn(handler(context)));
    match (&mut task.0).await {
        Ok(Ok(value)) => Outcome::Done(value.to_string()),
        Ok(Err(JobError::Cancelled)) => Outcome::Cancelled,
        Ok(Err(error)) => Outcome::Failed(error.to_string()),
        Err(error) => {
            tracing::error!(job = job.id, error = %error, "job ended by a panic");
            Outcome::Failed("任务中断（程序内部错误）；请重试，仍不行请联系维护人员".to_owned())
        }
    }
}

/// A task that goes with whoever waits for it.
struct Abort<T>(JoinHandle<T>);

impl<T> Drop for Abort<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Writes down how far a job is, and hears whether it shall stop.
async fn beat(app: App, name: String, job: Arc<Job>, live: Arc<Live>) {
    let mut ticks = interval(PULSE);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut told, mut silent) = (Progress::default(), 0);
    loop {
        ticks.tick().await;
        let progress = live.progress();
        silent += 1;
        if progress == told && silent < REST {
            continue;
        }
        (told, silent) = (progress, 0);
        match app.store().report(&job.county, job.id, &name, progress, app.clock().now()).await {
            Ok(true) => {}
            Ok(false) => live.stop(),
            Err(error) => tracing::warn!(job = job.id, error = %error, "pulse was not kept"),
        }
    }
}
