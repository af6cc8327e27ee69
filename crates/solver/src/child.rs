//! Solving in a process of its own.
//!
//! A solver in C++ can crash, and can take more memory than there is; neither should take the
//! program with it. And a process can be ended at any moment, which a solver in this process
//! cannot. So a [`Child`] starts the same program again with a hidden argument, whose whole work is
//! [`serve`]: a job comes on standard input, the solution goes to standard output.
//!
//! While the worker runs, HiGHS's log tells how far it is, and every better solution is written to
//! a file. A worker that is ended before its reply (cancelled, out of time or memory, crashed)
//! leaves its last solution and bound there: they are the answer then, with
//! [`Status::Feasible`] and the reason.

mod ended;
mod wire;
mod worker;

use crate::highs_log::Log;
use crate::{
    Growing, Model, Settings, Solution, Solver, SolverError, Status, Stop, Version, Watch,
};
use ended::{Ended, salvage};
use std::borrow::Cow;
use std::ffi::OsString;
use std::io::Read;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};
use wire::{Job, Reply};
pub use worker::serve;

/// A [`Solver`] that runs [`in_process`](crate::in_process) in a process of its own.
///
/// Where the process cannot be started at all, it solves in this process instead, unless
/// [`Child::strict`]; cancelling and the memory limit then do not hold.
#[derive(Debug, Clone)]
pub struct Child {
    program: PathBuf,
    arguments: Vec<OsString>,
    memory_limit: Option<u64>,
    grace: Duration,
    strict: bool,
}

/// How long the main loop waits for the reply before it looks at the log, the clock and the token.
const GLANCE: Duration = Duration::from_millis(50);

impl Child {
    /// A worker that is started as `program arguments…` and there calls [`serve`].
    #[must_use]
    pub fn new(
        program: impl Into<PathBuf>,
        arguments: impl IntoIterator<Item = impl Into<OsString>>,
    ) -> Self {
        Self {
            program: program.into(),
            arguments: arguments.into_iter().map(Into::into).collect(),
            memory_limit: None,
            grace: Duration::from_secs(5),
            strict: false,
        }
    }

    /// Limits the worker's address space, in bytes. On Unix only; elsewhere there is no limit.
    ///
    /// Address space is more than memory used: allow for some 200 MB that are mapped and empty.
    #[must_use]
    pub fn memory_limit(mut self, bytes: u64) -> Self {
        self.memory_limit = Some(bytes);
        self
    }

    /// How long after the time limit a worker that does not end by itself is ended. Default 5 s.
    #[must_use]
    pub fn grace(mut self, grace: Duration) -> Self {
        self.grace = grace;
        self
    }

    /// No solving in this process where the worker cannot be started: that is an error then.
    #[must_use]
    pub fn strict(mut self) -> Self {
        self.strict = true;
        self
    }
}

impl Solver for Child {
    fn version(&self) -> Version {
        crate::in_process().version()
    }

    fn solve_watched(
        &self,
        model: &Model,
        settings: &Settings,
        watch: &Watch<'_>,
    ) -> Result<Solution, SolverError> {
        model.check()?;
        settings.check()?;
        if watch.cancel.is_cancelled() {
            let status = Status::Unknown(Stop::Cancelled);
            return Ok(Solution::without_values(status, self.version()));
        }
        let started = Instant::now();
        let mut solution = match self.run(model, settings, watch, started) {
            Err(SolverError::Start { .. }) if !self.strict => {
                crate::in_process().solve_watched(model, settings, watch)
            }
            other => other,
        }?;
        solution.seconds = started.elapsed().as_secs_f64();
        Ok(solution)
    }

    /// In this process: relaxations are short, and their state is what makes them so.
    fn growing(&self, model: &Model) -> Result<Option<Box<dyn Growing>>, SolverError> {
        crate::in_process().growing(model)
    }
}

impl Child {
    fn run(
        &self,
        model: &Model,
        settings: &Settings,
        watch: &Watch<'_>,
        started: Instant,
    ) -> Result<Solution, SolverError> {
        let start = |cause: std::io::Error| SolverError::Start {
            program: self.program.display().to_string(),
            cause: cause.to_string(),
        };
        let folder = tempfile::tempdir().map_err(start)?;
        let log = settings.log.clone().unwrap_or_else(|| folder.path().join("solver.log"));
        let job = Job {
            model: Cow::Borrowed(model),
            settings: Cow::Borrowed(settings),
            memory_limit: self.memory_limit,
            log: log.clone(),
            best: folder.path().join("best.sol"),
        };
        let mut log = Log::follow(&log);
        let mut process = Command::new(&self.program)
            .args(&self.arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(start)?;
        let (mut input, output, errors) =
            (process.stdin.take(), process.stdout.take(), process.stderr.take());
        let (ended, status, last_words) = thread::scope(|scope| {
            let (sender, receiver) = channel();
            // Kept open until the reply: its end would tell the worker that nobody waits.
            let (done, waits) = channel::<()>();
            let job = &job;
            scope.spawn(move || {
                if let Some(input) = &mut input {
                    // A worker that is gone shows in its missing reply.
                    let _ = wire::write(input, job);
                }
                let _ = waits.recv();
            });
            let last_words = scope.spawn(move || {
                let mut text = Vec::new();
                // Bounded, and read to the end so that the worker never waits for us.
                let _ = errors.map(|mut errors| {
                    let read = errors.by_ref().take(1 << 16).read_to_end(&mut text);
                    read.and_then(|_| std::io::copy(&mut errors, &mut std::io::sink()))
                });
                String::from_utf8_lossy(&text).into_owned()
            });
            scope.spawn(move || {
                let reply = output.map(|mut output| wire::read::<Reply>(&mut output));
                let _ = sender.send(reply);
            });
            let deadline = settings.time_limit.map(|limit| limit + self.grace);
            let ended = loop {
                match receiver.recv_timeout(GLANCE) {
                    Ok(Some(Ok(reply))) => break Ended::Replied(reply),
                    Ok(_) | Err(RecvTimeoutError::Disconnected) => break Ended::Crashed,
                    Err(RecvTimeoutError::Timeout) => {}
                }
                if let (true, Some(now), Some(tell)) = (log.poll(), &log.progress, watch.progress) {
                    tell(now);
                }
                if watch.cancel.is_cancelled() {
                    break Ended::Stopped(Stop::Cancelled);
                }
                if deadline.is_some_and(|deadline| started.elapsed() >= deadline) {
                    break Ended::Stopped(Stop::Time);
                }
            };
            if matches!(ended, Ended::Stopped(_)) {
                // Fails only where the process has ended by itself meanwhile.
                let _ = process.kill();
            }
            drop(done);
            let status = ended::wait(&mut process);
            (ended, status, last_words.join().unwrap_or_default())
        });
        log.poll();
        match ended {
            Ended::Replied(Reply::Solved(solution)) => Ok(match solution.status {
                // A solution that was found on the way counts, whatever became of it afterwards.
                Status::Unknown(stop) => {
                    let left = salvage(model, settings, &job.best, &log, stop);
                    if left.is_usable() { left } else { *solution }
                }
                _ => *solution,
            }),
            Ended::Replied(Reply::Failed { solver, message }) => {
                let left = salvage(model, settings, &job.best, &log, Stop::Trouble);
                if left.is_usable() {
                    return Ok(left);
                }
                Err(SolverError::Failed { solver, message })
            }
            Ended::Stopped(stop) => Ok(salvage(model, settings, &job.best, &log, stop)),
            Ended::Crashed => ended::crashed(model, settings, &job.best, &log, status, &last_words),
        }
    }
}
