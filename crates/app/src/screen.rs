//! Writing to the terminal: colours where they are wanted, plain text everywhere else.
//!
//! Everything is written with ANSI styles; on the way out they are dropped unless the stream is a
//! terminal (`NO_COLOR`, `CLICOLOR_FORCE` and `TERM=dumb` are respected).

use anstyle::{AnsiColor, Style};
use anyhow::Context as _;
use std::io::{self, IsTerminal as _, Write as _};

/// A heading.
pub(crate) const HEAD: Style = Style::new().bold();
/// What is in order.
pub(crate) const GOOD: Style = AnsiColor::Green.on_default().bold();
/// What fails, and errors.
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();
/// What needs a look: near, missing, warnings.
pub(crate) const CARE: Style = AnsiColor::Yellow.on_default();
/// What may be passed over.
pub(crate) const FAINT: Style = Style::new().dimmed();

/// What was being done when standard output refused.
const WRITING: &str = "A-OUT-01 正在写到标准输出，没有写完";

/// Writes a result to standard output.
///
/// # Errors
/// The stream's; a closed pipe is told apart by [`crate::failure::report`].
pub(crate) fn print(text: &str) -> anyhow::Result<()> {
    let mut out = anstream::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).context(WRITING)
}

/// Writes bytes for another program to standard output: never styled, never touched.
///
/// # Errors
/// As [`print()`].
pub(crate) fn pass_on(bytes: &[u8]) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(bytes).and_then(|()| out.flush()).context(WRITING)
}

/// Says something beside the result, on standard error. That nobody listens is no reason to fail.
pub(crate) fn note(text: &str) {
    let mut err = anstream::stderr().lock();
    drop(writeln!(err, "{text}"));
}

/// Below this nothing is gained by wrapping.
const NARROWEST: u16 = 40;

/// The width of the terminal that standard output goes to; `None` where it is none.
pub(crate) fn width() -> Option<u16> {
    if !io::stdout().is_terminal() {
        return None;
    }
    // A terminal that does not know its width says 0.
    terminal_size::terminal_size().map(|(width, _)| width.0).filter(|width| *width >= NARROWEST)
}

/// A text in a style.
pub(crate) fn styled(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}
