//! The worker's side: one job from standard input, one reply to standard output.

use super::wire::{self, Job, Reply};
use crate::{Solution, SolverError};
use std::io::{self, Read};
use std::process::ExitCode;
use std::thread;

/// Reads a job from standard input, solves it, writes the reply to standard output.
///
/// The whole of a hidden subcommand. It ends by itself when the program that started it is gone,
/// which shows in the end of its standard input.
///
/// Exit code 0 when a reply was written (a failure of the solver is a reply too), 3 otherwise.
#[must_use]
pub fn serve() -> ExitCode {
    match work() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Standard error may be closed; there is nobody left to tell then.
            let _ = io::Write::write_all(&mut io::stderr(), format!("{error}\n").as_bytes());
            ExitCode::from(3)
        }
    }
}

fn work() -> Result<(), SolverError> {
    let job: Job<'static> = wire::read(&mut io::stdin().lock())?;
    // Before the limit: a thread's stack is address space.
    thread::Builder::new()
        .name("guard".to_owned())
        .spawn(guard)
        .map_err(|error| start("thread", &error))?;
    limit_memory(job.memory_limit)?;
    let reply = match solve(&job) {
        Ok(solution) => Reply::Solved(Box::new(solution)),
        Err(SolverError::Failed { solver, message }) => Reply::Failed { solver, message },
        Err(other) => Reply::Failed { solver: String::new(), message: other.to_string() },
    };
    wire::write(&mut io::stdout().lock(), &reply)
}

/// Ends the worker when the program that started it is gone. The program keeps the pipe open and
/// silent while it wants the reply.
fn guard() {
    let mut byte = [0];
    while matches!(io::stdin().lock().read(&mut byte), Ok(1..)) {}
    // Not `exit`: it would wait for what the solver is in the middle of.
    std::process::abort();
}

#[cfg(feature = "highs")]
fn solve(job: &Job<'_>) -> Result<Solution, SolverError> {
    let files = crate::highs::Files { log: &job.log, best: Some(&job.best) };
    crate::highs::run(&job.model, &job.settings, &files)
}

#[cfg(not(feature = "highs"))]
fn solve(job: &Job<'_>) -> Result<Solution, SolverError> {
    use crate::Solver;
    crate::Small.solve(&job.model, &job.settings)
}

/// Limits this process's address space, so that a solver that grows without end fails alone.
#[cfg(unix)]
fn limit_memory(limit: Option<u64>) -> Result<(), SolverError> {
    use rlimit::Resource;
    // No core file of gigabytes when the limit strikes.
    let _ = Resource::CORE.set(0, 0);
    let Some(limit) = limit else { return Ok(()) };
    // A limit already lower stays.
    let (_, hard) = Resource::AS.get().map_err(|error| start("setrlimit", &error))?;
    let limit = limit.min(hard);
    Resource::AS.set(limit, limit).map_err(|error| start("setrlimit", &error))
}

fn start(what: &str, error: &io::Error) -> SolverError {
    SolverError::Start { program: what.to_owned(), cause: error.to_string() }
}

/// Windows limits memory by job objects, which need code that is not safe: no limit there.
#[cfg(not(unix))]
fn limit_memory(_limit: Option<u64>) -> Result<(), SolverError> {
    Ok(())
}
