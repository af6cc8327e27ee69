//! The process in which plans are solved: started by the program itself, so that a solver that
//! crashes, takes all memory or will not end takes no plan with it.
//!
//! [`serve`] is the worker's side, [`Guarded`] the program's: it asks a worker, and turns whatever
//! becomes of it into an answer, with a record of what stopped it.

use anyhow::Context as _;
use solver::child::Child;
use solver::{Model, Settings, Solution, Solver, SolverError, Status, Stop, Version, Watch};
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};

/// The hidden command.
const COMMAND: &str = "solve-worker";

/// Solves one model for the program that started this one.
pub(crate) fn serve() -> ExitCode {
    // Ctrl-C reaches every process of the terminal. It is meant for the one that waits for the
    // plan: it ends the worker in its own time. Where no handler can be set, a worker that dies
    // with its last solution saved is as good.
    drop(ctrlc::set_handler(|| {}));
    solver::child::serve()
}

/// Why the last searches ended early.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Trouble {
    /// The worst stop there was.
    pub(crate) stop: Option<Stop>,
    /// What a worker said that crashed.
    pub(crate) said: Option<String>,
}

impl Trouble {
    /// In a sentence; `None` where nothing stopped the solver.
    pub(crate) fn zh(&self) -> Option<String> {
        Some(match self.stop? {
            Stop::Time => "到了时间上限（可用 --time-limit 延长）".to_owned(),
            Stop::Nodes => "到了搜索节点上限".to_owned(),
            Stop::Cancelled => "用户要求结束".to_owned(),
            Stop::Memory => "内存不够（可用 --memory 提高上限）".to_owned(),
            Stop::Trouble => match &self.said {
                Some(said) => format!("求解器异常退出：{said}"),
                None => "求解器异常退出".to_owned(),
            },
        })
    }

    fn note(&mut self, stop: Stop) {
        // A crash matters more than a clock.
        let weight = |stop: Stop| match stop {
            Stop::Nodes => 0,
            Stop::Time => 1,
            Stop::Trouble => 2,
            Stop::Memory => 3,
            Stop::Cancelled => 4,
        };
        if self.stop.is_none_or(|known| weight(known) < weight(stop)) {
            self.stop = Some(stop);
        }
    }
}

/// A solver in a process of its own, whose failures are answers: a search that meets one goes on
/// with the best plan that it has.
pub(crate) struct Guarded {
    child: Child,
    trouble: Mutex<Trouble>,
}

impl Guarded {
    /// With so many MB for the worker.
    ///
    /// # Errors
    /// Where the program cannot find itself.
    pub(crate) fn new(megabytes: u32) -> anyhow::Result<Self> {
        let program =
            std::env::current_exe().context("A-PLAN-01 找不到本程序的文件，无法启动求解进程")?;
        let child = Child::new(program, [COMMAND]).memory_limit(u64::from(megabytes) << 20);
        Ok(Self { child, trouble: Mutex::default() })
    }

    /// What stopped the solver since it was last asked, or nothing.
    pub(crate) fn trouble(&self) -> Trouble {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn note(&self, stop: Stop, said: Option<String>) {
        let mut trouble = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        trouble.note(stop);
        if said.is_some() {
            trouble.said = said;
        }
    }
}

impl Solver for Guarded {
    fn version(&self) -> Version {
        self.child.version()
    }

    fn solve_watched(
        &self,
        model: &Model,
        settings: &Settings,
        watch: &Watch<'_>,
    ) -> Result<Solution, SolverError> {
        match self.child.solve_watched(model, settings, watch) {
            Ok(solution) => {
                if let Status::Feasible(stop) | Status::Unknown(stop) = solution.status {
                    self.note(stop, None);
                }
                Ok(solution)
            }
            Err(SolverError::Crashed { how } | SolverError::Failed { message: how, .. }) => {
                self.note(Stop::Trouble, Some(how));
                Ok(nothing(self.version()))
            }
            Err(other) => Err(other),
        }
    }
}

/// The answer of a worker that is gone without one.
fn nothing(solver: Version) -> Solution {
    Solution {
        status: Status::Unknown(Stop::Trouble),
        values: Vec::new(),
        objective: None,
        bound: None,
        violation: 0.0,
        nodes: 0,
        iterations: 0,
        duals: None,
        solver,
        seconds: 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_stop_is_told() {
        let mut trouble = Trouble::default();
        assert_eq!(trouble.zh(), None);
        trouble.note(Stop::Time);
        trouble.note(Stop::Memory);
        trouble.note(Stop::Time);
        assert!(trouble.zh().unwrap().contains("内存"));
    }

    #[test]
    fn a_worker_that_is_none_is_an_answer() {
        let guarded =
            Guarded { child: Child::new("/bin/false", [COMMAND]), trouble: Mutex::default() };
        let mut model = Model::new();
        model.integer("x", 0.0, 9.0, 1.0);
        let solution = guarded.solve(&model, &Settings::default()).unwrap();
        assert!(!solution.is_usable());
        assert!(guarded.trouble().zh().unwrap().starts_with("求解器异常退出"));
    }
}
