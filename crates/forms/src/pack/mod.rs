//! Packs of forms: titles, heads, notes and page set-up as data, each cell bound by name to what
//! the evaluation or the snapshot says.
//!
//! Must not know: how blocks get their figures, how a workbook is written.

mod bind;
mod load;
mod raw;
mod spec;
mod template;

pub(crate) use bind::{Bind, EACH, bindings};
pub(crate) use load::Reader;
pub(crate) use raw::{RawColumn, RawRow};
pub(crate) use spec::{GroupChoice, NamedRow, SheetSpec, Slot, Table, head};
use template::Template;

/// The forms of a standard: sheets in order, with everything that is words.
#[derive(Clone, Debug)]
pub struct Forms {
    id: String,
    title: String,
    hash: String,
    pub(crate) sheets: Vec<SheetSpec>,
    pub(crate) remarks: Vec<Remark>,
}

/// A sentence that goes into the notes of every sheet where a parameter was used with a value out
/// of the ordinary (the relief rules).
#[derive(Clone, Debug)]
pub(crate) struct Remark {
    pub(crate) parameter: String,
    pub(crate) unless: Vec<String>,
    pub(crate) text: Template,
}

impl Forms {
    /// Name of the pack: `quality-2017`, `generic`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Chinese title.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// SHA-256 of the folder of form packs.
    #[must_use]
    pub fn hash(&self) -> &str {
        &self.hash
    }
}
