//! Progress of long work: a bar on standard error, only where that is a terminal.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A bar over so many steps, named by what is being done; its message follows with the work.
pub(crate) fn bar(what: &'static str, steps: usize) -> ProgressBar {
    let bar = ProgressBar::hidden();
    bar.set_prefix(what);
    bar.set_length(u64::try_from(steps).unwrap_or(u64::MAX));
    if let Ok(style) = ProgressStyle::with_template("{prefix} {bar:24} {pos}/{len} {wide_msg}") {
        bar.set_style(style);
    }
    // Hidden by indicatif itself where standard error is no terminal.
    bar.set_draw_target(ProgressDrawTarget::stderr());
    bar
}
