//! Long work: a queue in the store, a few workers in the server, a handler for each kind of job.
//!
//! # What a handler must keep to
//!
//! A handler is `async fn(JobContext) -> Result<serde_json::Value, JobError>`, registered with
//! [`JobKinds::with`] under its kind. A server may be killed at any moment; after a restart the same job
//! is given to a handler anew, from its beginning. So:
//!
//! 1. *All or nothing.* What a job writes, it writes in one transaction of the store, at its end. What
//!    it writes into files goes under a temporary name first.
//! 2. *Twice is once.* A handler that was killed after its write and before its end is called again; it
//!    finds what is there and comes to the same result.
//! 3. *It can be stopped.* It calls [`JobContext::check`] between pieces of work, and passes the error on.
//! 4. *It says where it is*: [`JobContext::step`], [`JobContext::progress`], [`JobContext::say`]. They cost
//!    nothing: the worker writes them down about once a second.
//! 5. *It blocks nobody.* Computing goes into [`JobContext::blocking`].
//!
//! A job whose server was killed three times in the middle of it is given up as failed: it is probably
//! what kills the server.

mod context;
mod kinds;
mod routes;
mod runner;
mod stop;

pub(crate) use context::Live;
pub use context::{JobContext, JobError};
pub use kinds::JobKinds;
pub(crate) use routes::routes;
pub use runner::Runner;
pub(crate) use stop::Stop;

use domain::CountyCode;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Notify;

/// What is at work in this server: the progress of each job, and a bell for new ones.
#[derive(Debug)]
pub(crate) struct Board {
    kinds: JobKinds,
    live: Mutex<BTreeMap<(CountyCode, i64), Arc<Live>>>,
    bell: Notify,
}

impl Board {
    pub(crate) fn new(kinds: &JobKinds) -> Self {
        let kinds = kinds
            .clone()
            .with("backup", crate::backups::make)
            .with(crate::imports::KIND, crate::imports::run)
            .with(crate::plans::PLAN, crate::plans::run)
            .with(crate::plans::FRONTIER, crate::plans::frontier)
            .with(crate::rotations::KIND, crate::rotations::run);
        Self { kinds, live: Mutex::default(), bell: Notify::new() }
    }

    pub(crate) fn kinds(&self) -> &JobKinds {
        &self.kinds
    }

    /// The progress of a job that is at work in this server.
    pub(crate) fn live(&self, county: &CountyCode, id: i64) -> Option<Arc<Live>> {
        let live = self.live.lock().unwrap_or_else(PoisonError::into_inner);
        live.get(&(county.clone(), id)).cloned()
    }

    fn begin(&self, county: &CountyCode, id: i64, job: &Arc<Live>) {
        let mut live = self.live.lock().unwrap_or_else(PoisonError::into_inner);
        live.insert((county.clone(), id), Arc::clone(job));
    }

    fn end(&self, county: &CountyCode, id: i64) {
        let mut live = self.live.lock().unwrap_or_else(PoisonError::into_inner);
        live.remove(&(county.clone(), id));
    }

    /// Tells what computes in threads of its own to end: nobody waits for it any more.
    fn stop(&self) {
        let live = self.live.lock().unwrap_or_else(PoisonError::into_inner);
        live.values().for_each(|job| job.stop());
    }

    /// Tells a worker that there is a new job.
    pub(crate) fn ring(&self) {
        self.bell.notify_one();
    }
}
