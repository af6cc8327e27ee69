//! Ends a search in another thread when its job is asked to stop.

use super::JobContext;
use solver::Cancel;
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio::time::sleep;

/// How often a search is asked whether somebody wants it to end.
const GLANCE: Duration = Duration::from_millis(100);

/// Pulls the solver's token when the job is asked to stop, and when the job is gone.
#[derive(Debug)]
pub(crate) struct Stop {
    cancel: Cancel,
    looking: JoinHandle<()>,
}

impl Stop {
    /// Looks at a job from now on.
    pub(crate) fn new(context: &JobContext) -> Self {
        let (cancel, context) = (Cancel::new(), context.clone());
        let token = cancel.clone();
        let looking = tokio::spawn(async move {
            while !context.is_cancelled() {
                sleep(GLANCE).await;
            }
            token.cancel();
        });
        Self { cancel, looking }
    }

    /// The token for the solver.
    pub(crate) fn cancel(&self) -> Cancel {
        self.cancel.clone()
    }
}

impl Drop for Stop {
    fn drop(&mut self) {
        self.cancel.cancel();
        self.looking.abort();
    }
}
