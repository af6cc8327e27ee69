//! Writing: templates, and snapshots by a layout.
pub(crate) mod book;
