//! What the handler of a job is given.

use crate::{ApiError, App};
use domain::CountyCode;
use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use store::jobs::{Job, Progress};
use store::{By, Store, StoreError};

/// Why a job has not come to a result.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// It was asked to stop.
    #[error("任务已取消")]
    Cancelled,
    /// It cannot be done; the text is for the one who asked for it.
    #[error("{0}")]
    Failed(String),
    /// The store refused.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl JobError {
    /// A reason in Chinese: place, cause, remedy.
    pub fn failed(why: impl std::fmt::Display) -> Self {
        Self::Failed(why.to_string())
    }
}

impl From<ApiError> for JobError {
    fn from(error: ApiError) -> Self {
        Self::Failed(error.to_string())
    }
}

/// How far a job is, in memory: written by the handler, read by pages and by the worker's pulse.
#[derive(Debug, Default)]
pub(crate) struct Live {
    step: AtomicI64,
    done: AtomicI64,
    total: AtomicI64,
    stop: AtomicBool,
    words: Mutex<Words>,
}

/// What a job says of itself besides numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Words {
    /// What it is doing.
    pub(crate) text: String,
    /// Figures by name, exact, as texts: `best`, `bound`, `gap`.
    pub(crate) figures: BTreeMap<&'static str, String>,
}

impl Live {
    pub(crate) fn progress(&self) -> Progress {
        Progress {
            step: self.step.load(Ordering::Relaxed),
            done: self.done.load(Ordering::Relaxed),
            total: self.total.load(Ordering::Relaxed),
        }
    }

    pub(crate) fn words(&self) -> Words {
        self.words.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

/// A job at work: what it was asked, where it writes, and how it tells how far it is. Cheap to clone
/// and usable from any thread.
#[derive(Clone, Debug)]
pub struct JobContext {
    app: App,
    job: Arc<Job>,
    live: Arc<Live>,
}

impl JobContext {
    pub(crate) fn new(app: App, job: Arc<Job>, live: Arc<Live>) -> Self {
        Self { app, job, live }
    }

    /// The server.
    #[must_use]
    pub fn app(&self) -> &App {
        &self.app
    }

    /// The store.
    #[must_use]
    pub fn store(&self) -> &Store {
        self.app.store()
    }

    /// The county.
    #[must_use]
    pub fn county(&self) -> &CountyCode {
        &self.job.county
    }

    /// The number of the job within the county.
    #[must_use]
    pub fn id(&self) -> i64 {
        self.job.id
    }

    /// How often the job was begun: more than one after a restart.
    #[must_use]
    pub fn attempt(&self) -> i64 {
        self.job.attempts
    }

    /// What the job was asked.
    ///
    /// # Errors
    /// [`JobError::Failed`] for what another version of the program has asked.
    pub fn input<T: DeserializeOwned>(&self) -> Result<T, JobError> {
        serde_json::from_str(&self.job.input)
            .map_err(|error| JobError::Failed(format!("任务参数无法读取（{error}）；请重新发起")))
    }

    /// Who asked for the job, at this moment: for what it writes.
    #[must_use]
    pub fn by(&self) -> By {
        By::new(self.job.by.clone(), self.now())
    }

    /// The moment.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.app.clock().now()
    }

    /// When the job was asked for; the same after a restart, so that a name can be made of it.
    #[must_use]
    pub fn asked(&self) -> Timestamp {
        self.job.at
    }

    /// Begins a step, by its place in the steps that the job was enqueued with.
    pub fn step(&self, step: usize) {
        self.live.step.store(i64::try_from(step).unwrap_or(i64::MAX), Ordering::Relaxed);
        self.progress(0, 0);
    }

    /// How far the step is: so many of so many; zero: not known.
    pub fn progress(&self, done: usize, total: usize) {
        self.live.done.store(i64::try_from(done).unwrap_or(i64::MAX), Ordering::Relaxed);
        self.live.total.store(i64::try_from(total).unwrap_or(i64::MAX), Ordering::Relaxed);
    }

    /// What it is doing, Chinese.
    pub fn say(&self, text: impl Into<String>) {
        self.live.words.lock().unwrap_or_else(PoisonError::into_inner).text = text.into();
    }

    /// A figure worth watching: `best`, `bound`, `gap`, as exact text.
    pub fn figure(&self, name: &'static str, value: impl Into<String>) {
        let mut words = self.live.words.lock().unwrap_or_else(PoisonError::into_inner);
        words.figures.insert(name, value.into());
    }

    /// Was it asked to stop? For loops that end in their own way.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.live.is_stopped()
    }

    /// The same, to be passed on with `?`.
    ///
    /// # Errors
    /// [`JobError::Cancelled`].
    pub fn check(&self) -> Result<(), JobError> {
        if self.is_cancelled() { Err(JobError::Cancelled) } else { Ok(()) }
    }

    /// Computes where blocking is allowed.
    ///
    /// # Errors
    /// Those of the work; [`JobError::Failed`] for a panic, which ends the job and not the server.
    pub async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self) -> Result<T, JobError> + Send + 'static,
    ) -> Result<T, JobError> {
        let context = self.clone();
        tokio::task::spawn_blocking(move || work(&context)).await.unwrap_or_else(|error| {
            tracing::error!(error = %error, "job thread ended");
            Err(JobError::Failed(
                "计算中断（程序内部错误）；请重试，仍不行请联系维护人员".to_owned(),
            ))
        })
    }
}
