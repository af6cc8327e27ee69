//! Where packs are read: embedded in the binary, from a folder given by the user, or both.
//!
//! A [`PackSource`] is a set of text files by path, read once, so that what is listed, parsed and
//! hashed is the same. [`parse`] is strict: what a type does not know is refused, and every
//! refusal is a [`PackError`] with file, line, column and the line itself. Layers above report
//! their own refusals at a place of a pack file by [`PackError::at`].
//!
//! This crate must not know what packs mean: no items, no formulas, no standards.

mod error;
mod file;
mod hash;
mod message;
mod parse;
mod source;

pub use error::{Excerpt, PackError};
pub use file::PackFile;
pub use parse::parse;
pub use source::{PackSource, hash_of};
pub use toml::Spanned;
