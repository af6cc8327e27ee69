//! What each fuzz target does with its input: an entry is a function of bytes that panics where the
//! program breaks a promise.
//!
//! The targets (`fuzz/fuzz_targets`) hand their input to an entry and the test of this crate hands
//! it every seed of the corpus, so that both try the same thing. This crate must not know the
//! fuzzer: it needs no special compiler and no flags.

mod annotate;
mod bytes;
mod expression;
mod files;
mod pack;
mod package;
mod sheets;
mod tables;
mod world;

/// An entry: it returns, or the program is wrong.
pub type Entry = fn(&[u8]);

/// All entries, by the names of their targets and of their folders in the corpus.
pub const ENTRIES: &[(&str, Entry)] = &[
    ("annotate", annotate::annotate),
    ("cell", tables::cell),
    ("csv", files::csv),
    ("formula", expression::formula),
    ("open", files::open),
    ("pack_toml", pack::pack_toml),
    ("read_form_cells", tables::read_form_cells),
    ("read_template", tables::read_template),
    ("xlsx_structured", package::xlsx_structured),
];

/// The entry of a target.
///
/// # Panics
/// If there is none of this name.
#[must_use]
pub fn entry(target: &str) -> Entry {
    let found = ENTRIES.iter().find(|(name, _)| *name == target);
    let Some((_, entry)) = found else { panic!("no entry for the target {target}") };
    *entry
}
