//! What a worker leaves that ends without a reply.

use super::wire::Reply;
use crate::highs_log::{Log, last_solution};
use crate::round::Rounded;
use crate::{Model, Settings, Solution, SolverError, Status, Stop};
use std::io;
use std::path::Path;
use std::process::{Child, ExitStatus};
use std::thread;
use std::time::{Duration, Instant};

/// How the wait for a worker ended.
pub(super) enum Ended {
    Replied(Reply),
    Stopped(Stop),
    Crashed,
}

/// Waits for a worker that has replied, crashed or been ended; ends it where it lingers (a program
/// that is no worker at all).
pub(super) fn wait(process: &mut Child) -> io::Result<ExitStatus> {
    let started = Instant::now();
    while started.elapsed() < LINGER {
        if let Some(status) = process.try_wait()? {
            return Ok(status);
        }
        thread::park_timeout(Duration::from_millis(2));
    }
    process.kill()?;
    process.wait()
}

/// How long a worker may take to end after its last word.
const LINGER: Duration = Duration::from_secs(2);

/// The best solution that was written, or else the model's start where that is one, with the last
/// bound in the log.
pub(super) fn salvage(
    model: &Model,
    settings: &Settings,
    best: &Path,
    log: &Log,
    stop: Stop,
) -> Solution {
    let solver = crate::in_process().version();
    // HiGHS's model has one column more than ours, the constant of the objective.
    let written = last_solution(best, model.columns() + 1).map(|mut values| {
        values.truncate(model.columns());
        values
    });
    let meets = |values: &Vec<f64>| model.violation(values) <= settings.feasibility;
    let values = written.or_else(|| model.start().filter(meets));
    let mut solution = match values {
        Some(values) => Solution::of(Rounded::of(model, values), Status::Feasible(stop), solver),
        None => Solution::without_values(Status::Unknown(stop), solver),
    };
    if let Some(progress) = log.progress {
        // The log shows ten digits: half a unit of the tenth is taken off to stay a bound.
        solution.set_bound(progress.bound.map(|bound| bound - bound.abs() * 5e-10));
        solution.nodes = progress.nodes;
    }
    solution
}

/// A worker that ended by itself, without a reply.
pub(super) fn crashed(
    model: &Model,
    settings: &Settings,
    best: &Path,
    log: &Log,
    status: io::Result<ExitStatus>,
    last_words: &str,
) -> Result<Solution, SolverError> {
    // The last of them is what the runtime says when HiGHS throws through it, and HiGHS throws
    // for want of memory only.
    let memory = ["memory allocation", "bad_alloc", "out of memory", "foreign exceptions"]
        .iter()
        .any(|words| last_words.contains(words));
    let stop = if memory { Stop::Memory } else { Stop::Trouble };
    let solution = salvage(model, settings, best, log, stop);
    if solution.is_usable() || memory {
        // That the model was too large for the limit is an answer too.
        return Ok(solution);
    }
    let how = status.map_or_else(|error| error.to_string(), |status| status.to_string());
    // The first line says what happened; what follows may be a backtrace.
    let last = last_words.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let how = if last.is_empty() { how } else { format!("{how}：{last}") };
    Err(SolverError::Crashed { how })
}
