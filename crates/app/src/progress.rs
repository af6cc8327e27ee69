//! Progress of long work: a bar on standard error, only where that is a terminal.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A bar, named by what is being done; its length and message follow with the work.
pub(crate) fn bar(what: &'static str) -> ProgressBar {
    // Hidden by indicatif itself where standard error is no terminal.
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    bar.set_prefix(what);
    if let Ok(style) = ProgressStyle::with_template("{prefix} {bar:24} {pos}/{len} {wide_msg}") {
        bar.set_style(style);
    }
    bar
}
