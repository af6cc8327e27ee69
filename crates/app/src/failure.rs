//! How a command ends: the exit codes, and what is said when it fails.
//!
//! 0 done · 1 findings of severity error, an example that does not hold, a plan that is not accepted,
//! or a fault while working · 2 wrong use: bad arguments, no such file, standard or school · 3 the
//! solver was stopped before its proof. A reader that closes the pipe early has seen what it wanted:
//! that is success.

use crate::screen::{self, BAD};
use standard::StandardError;
use std::io::ErrorKind;
use std::process::ExitCode;

/// How a command ended that did what it was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Nothing to complain about.
    Done,
    /// The data have findings of severity error, an example does not hold, there is no plan, or the
    /// judge does not accept it.
    Findings,
    /// The solver was stopped before its proof: by the user, for want of time or memory, by a crash.
    Stopped,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        match exit {
            Exit::Done => Self::SUCCESS,
            Exit::Findings => Self::from(1),
            Exit::Stopped => Self::from(3),
        }
    }
}

/// The user asked for something that is not there or makes no sense.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Misuse(pub(crate) String);

/// Says what went wrong and returns the exit code.
pub(crate) fn report(error: &anyhow::Error) -> ExitCode {
    if is_closed_pipe(error) {
        return ExitCode::SUCCESS;
    }
    let mut text = format!("{BAD}错误{BAD:#} {error}");
    // `transparent` errors say the same as their cause; it is said once.
    let mut last = error.to_string();
    for cause in error.chain().skip(1) {
        let said = cause.to_string();
        if said != last && !last.contains(&said) {
            text.push_str("\n  原因：");
            text.push_str(&said);
        }
        last = said;
    }
    screen::note(&text);
    ExitCode::from(if is_wrong_use(error) { 2 } else { 1 })
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause.downcast_ref::<std::io::Error>().is_some_and(|e| e.kind() == ErrorKind::BrokenPipe)
    })
}

fn is_wrong_use(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        if let Some(error) = cause.downcast_ref::<StandardError>() {
            return matches!(
                error,
                StandardError::Unknown { .. }
                    | StandardError::UnknownParameter { .. }
                    | StandardError::BadParameter { .. }
                    | StandardError::NothingToExplain(_)
                    | StandardError::NotInForce { .. }
            );
        }
        if let Some(error) = cause.downcast_ref::<demo::DemoError>() {
            use demo::DemoError::{Schools, Year};
            return matches!(error, Schools { .. } | Year { .. });
        }
        if let Some(error) = cause.downcast_ref::<intake::write::WriteError>() {
            use intake::write::WriteError::{NoLayout, NoSupplement, NoTemplate};
            return matches!(error, NoLayout(_) | NoTemplate(_) | NoSupplement(_));
        }
        cause.is::<Misuse>()
    })
}
