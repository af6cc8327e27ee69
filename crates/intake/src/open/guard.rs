//! The one boundary at which a panic of somebody else's code is caught.
//!
//! The reader library indexes into what a file declares and panics on some damaged files. A user's
//! damaged file is no reason to end the program, so every call into that library goes through
//! [`guarded`], and a panic there means [`Refusal::Damaged`]. Of our own only the gathering of cells
//! runs inside.

use super::Refusal;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Runs a call of the reader library.
///
/// The value that a panic may have left half-changed is never used again: the file is refused.
pub(super) fn guarded<T>(call: impl FnOnce() -> T) -> Result<T, Refusal> {
    static QUIET: Once = Once::new();
    // The panic is answered with a finding, so its trace on the terminal would only frighten. All
    // other panics go to the hook that was there before.
    QUIET.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if !GUARDED.get() {
                before(info);
            }
        }));
    });
    let outer = GUARDED.replace(true);
    let result = catch_unwind(AssertUnwindSafe(call));
    GUARDED.set(outer);
    result.map_err(|_| Refusal::Damaged)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_inside_is_a_damaged_file() {
        assert_eq!(guarded(|| 1), Ok(1));
        let empty: Vec<u8> = Vec::new();
        assert_eq!(guarded(|| empty[std::hint::black_box(3)]), Err(Refusal::Damaged));
    }
}
