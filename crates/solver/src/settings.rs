//! How a solve is to be run.

use crate::SolverError;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::time::Duration;

/// How a solve is to be run. [`Settings::default`] is reproducible: one thread, seed 0, no time
/// limit.
///
/// A time limit ends a solve at a moment that depends on the machine, so two runs that reach it may
/// differ. Where a stop must be reproducible, limit the nodes instead.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// Stop after this time with the best solution so far.
    pub time_limit: Option<Duration>,
    /// Stop when |value − bound| ≤ `gap` · |value|. Default 10⁻⁶.
    pub gap: f64,
    /// Stop when |value − bound| ≤ `absolute_gap`. Default 10⁻⁶.
    pub absolute_gap: f64,
    /// Threads of the solver. Default 1; more than one may give up reproducibility.
    pub threads: u32,
    /// The seed of the solver's random choices. Default 0.
    pub seed: u32,
    /// Stop after so many nodes of the search tree.
    pub node_limit: Option<u64>,
    /// Leave out searches within the search (RINS, RENS, restarts): for models whose relaxation is
    /// so near that they only cost time.
    pub light: bool,
    /// How far a row may be off and still count as met. Default 10⁻⁶.
    pub feasibility: f64,
    /// Where the solver writes its own log, for people who know it; nowhere by default.
    pub log: Option<PathBuf>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            time_limit: None,
            gap: 1e-6,
            absolute_gap: 1e-6,
            threads: 1,
            seed: 0,
            node_limit: None,
            light: false,
            feasibility: 1e-6,
            log: None,
        }
    }
}

impl Settings {
    /// The same settings with a time limit.
    #[must_use]
    pub fn within(mut self, limit: Duration) -> Self {
        self.time_limit = Some(limit);
        self
    }

    /// The same settings with another relative gap.
    #[must_use]
    pub fn to_gap(mut self, gap: f64) -> Self {
        self.gap = gap;
        self
    }

    /// Refuses settings that mean nothing.
    ///
    /// # Errors
    ///
    /// [`SolverError::Setting`] for a gap or tolerance that is negative, infinite or no number, and
    /// for no thread at all.
    pub fn check(&self) -> Result<(), SolverError> {
        let setting = |name, value: String, why| Err(SolverError::Setting { name, value, why });
        for (name, value) in [("gap", self.gap), ("absolute_gap", self.absolute_gap)] {
            if !value.is_finite() || value < 0.0 {
                return setting(name, value.to_string(), "必须是不小于 0 的数");
            }
        }
        if !(1e-10..=1e-2).contains(&self.feasibility) {
            return setting(
                "feasibility",
                self.feasibility.to_string(),
                "必须在 1e-10 到 0.01 之间",
            );
        }
        if self.threads == 0 {
            return setting("threads", "0".to_owned(), "至少为 1");
        }
        Ok(())
    }
}
