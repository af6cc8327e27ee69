//! A running search on the screen, and Ctrl-C: once for the best plan so far, twice to end.

use crate::cli::LimitArgs;
use crate::screen;
use crate::worker::{Guarded, Trouble};
use anyhow::Context as _;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use solver::{Cancel, Progress, Solver, Watch};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Seconds between two lines where there is no terminal.
const EVERY: u64 = 10;

/// A solver, the token that ends it, and the line that shows how far it is.
pub(super) struct Search {
    solver: Guarded,
    cancel: Cancel,
    board: Board,
}

impl Search {
    /// Gets ready: from now on Ctrl-C asks for the best plan so far.
    ///
    /// # Errors
    /// Where no signal can be heard or the program cannot find itself.
    pub(super) fn begin(what: &'static str, limits: &LimitArgs) -> anyhow::Result<Self> {
        let cancel = Cancel::new();
        let token = cancel.clone();
        ctrlc::set_handler(move || {
            #[expect(
                clippy::disallowed_methods,
                reason = "whoever asks twice wants out at once; files take their names when whole"
            )]
            if token.is_cancelled() {
                // 128 + SIGINT, as a shell says it of a program that Ctrl-C has ended.
                std::process::exit(130);
            }
            token.cancel();
            screen::note("\n收到 Ctrl-C，正在取回目前最好的规划；再按一次立即退出");
        })
        .context("A-PLAN-02 无法接收 Ctrl-C 信号")?;
        Ok(Self { solver: Guarded::new(limits.memory)?, cancel, board: Board::new(what) })
    }

    /// Runs a search that looks for no plan: its figures are no costs and are not shown.
    pub(super) fn ask<T>(
        &self,
        what: &'static str,
        search: impl FnOnce(&dyn Solver, &Watch<'_>) -> T,
    ) -> T {
        let hear = |_: &Progress| {
            let seconds = self.board.begun.elapsed().as_secs();
            self.board.say(&format!("{what} {seconds} 秒（Ctrl-C 结束）"), seconds, false);
        };
        let watch = Watch::new().cancelled_by(&self.cancel).heard_by(&hear);
        search(&self.solver, &watch)
    }

    /// Runs a search with solver and watch.
    pub(super) fn run<T>(&self, search: impl FnOnce(&dyn Solver, &Watch<'_>) -> T) -> T {
        let hear = |progress: &Progress| self.board.show(progress);
        let watch = Watch::new().cancelled_by(&self.cancel).heard_by(&hear);
        search(&self.solver, &watch)
    }

    /// What stopped the solver, if anything did.
    pub(super) fn trouble(&self) -> Trouble {
        self.solver.trouble()
    }

    /// Has the user asked to end?
    pub(super) fn is_cancelled(&self) -> bool {
        self.cancel.is_cancelled()
    }
}

impl Drop for Search {
    fn drop(&mut self) {
        self.board.bar.finish_and_clear();
    }
}

/// The line on the terminal, or a line now and then where there is none.
struct Board {
    what: &'static str,
    bar: ProgressBar,
    begun: Instant,
    /// Seconds at which the last line was written.
    said: AtomicU64,
    /// Has a first plan been told?
    found: AtomicBool,
}

impl Board {
    fn new(what: &'static str) -> Self {
        let bar = ProgressBar::new_spinner();
        bar.set_draw_target(ProgressDrawTarget::stderr());
        if let Ok(style) = ProgressStyle::with_template("{spinner} {wide_msg}") {
            bar.set_style(style);
        }
        bar.set_message(format!("{what} …"));
        if !bar.is_hidden() {
            bar.enable_steady_tick(Duration::from_millis(250));
        }
        Self {
            what,
            bar,
            begun: Instant::now(),
            said: AtomicU64::new(0),
            found: AtomicBool::new(false),
        }
    }

    fn show(&self, progress: &Progress) {
        let seconds = self.begun.elapsed().as_secs();
        // The first plan is news at once: from now on there is something to be had by Ctrl-C.
        let first = progress.objective.is_some() && !self.found.swap(true, Ordering::Relaxed);
        self.say(&line(self.what, progress, seconds), seconds, first);
    }

    /// Shows a line on the terminal, or writes it where there is none: at once if it is news, else
    /// now and then.
    fn say(&self, text: &str, seconds: u64, news: bool) {
        if !self.bar.is_hidden() {
            self.bar.set_message(text.to_owned());
            return;
        }
        if news || seconds >= self.said.load(Ordering::Relaxed) + EVERY {
            self.said.store(seconds, Ordering::Relaxed);
            screen::note(text);
        }
    }
}

/// Where a search stands, in one line.
fn line(what: &str, progress: &Progress, seconds: u64) -> String {
    let money = |figure: Option<f64>| figure.map_or("—".to_owned(), |f| format!("{f:.2} 万元"));
    let gap = progress.gap().map_or("—".to_owned(), |gap| format!("{:.2}%", gap * 100.0));
    format!(
        "{what} {seconds} 秒 · 目前最好 {} · 下界 {} · 差距 {gap}（Ctrl-C 取目前最好的规划）",
        money(progress.objective),
        money(progress.bound),
    )
}
