//! What a caller hears of a running solve, and how it ends one.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A token that ends a solve from another thread (or a signal handler). Clones are the same token.
#[derive(Debug, Clone, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// A token that nobody has pulled.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks the solve to end; it does so with its best solution so far.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether somebody has asked.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Where a running solve stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Progress {
    /// Seconds since the solver began.
    pub seconds: f64,
    /// The value of the best solution so far.
    pub objective: Option<f64>,
    /// What no solution can beat.
    pub bound: Option<f64>,
    /// Nodes of the search tree closed so far.
    pub nodes: u64,
}

impl Progress {
    /// |value − bound| / |value|, where both are known.
    #[must_use]
    pub fn gap(&self) -> Option<f64> {
        crate::solution::gap(self.objective?, self.bound?)
    }
}

/// The caller's side of a running solve: a token to end it, a callback that hears of it.
///
/// The callback runs on the thread that waits for the solver, between two and ten times a second
/// at most, and only when something has changed.
#[derive(Clone, Default)]
pub struct Watch<'a> {
    /// Ends the solve.
    pub cancel: Cancel,
    /// Hears where it stands.
    pub progress: Option<&'a (dyn Fn(&Progress) + Sync)>,
}

impl<'a> Watch<'a> {
    /// Nobody watches.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A watch with this token.
    #[must_use]
    pub fn cancelled_by(mut self, cancel: &Cancel) -> Self {
        self.cancel = cancel.clone();
        self
    }

    /// A watch whose progress is heard.
    #[must_use]
    pub fn heard_by(mut self, progress: &'a (dyn Fn(&Progress) + Sync)) -> Self {
        self.progress = Some(progress);
        self
    }
}

impl fmt::Debug for Watch<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch")
            .field("cancel", &self.cancel)
            .field("progress", &self.progress.is_some())
            .finish()
    }
}
