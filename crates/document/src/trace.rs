//! How figures and free paragraphs are found again in a file that people have edited: the names that
//! the writer and the reader of docx agree on.
//!
//! A figure is held twice. A hidden bookmark (`_jh7`) encloses it: every word processor keeps
//! bookmarks, but typing over exactly what one encloses may remove it. Within it a content control
//! (`w:sdt`) with the key as its tag stays when its content is typed over, but older LibreOffice
//! drops the tag. What bookmark 7 stands for, and which text was issued, is written in a part of
//! custom XML that the word processor carries along without looking at it.

use crate::model::{Audience, Source, State};

/// The namespace of the custom XML part.
pub(crate) const NAMESPACE: &str = "urn:junheng:document:1";
/// Before the names of the document properties that repeat the sources.
pub(crate) const PROPERTY: &str = "junheng.";
/// Before the number of a figure in the name of its bookmark. The underscore hides it.
pub(crate) const FIGURE: &str = "_jh";
/// Before the number of a free paragraph.
pub(crate) const FREE: &str = "_jf";
/// Before the key of a free text in the tag of its content control.
pub(crate) const FREE_TAG: &str = "free:";
/// The longest tag that Word keeps.
pub(crate) const LONGEST_TAG: usize = 64;
/// So many figures get a content control beside their bookmark; a file with many thousand of them
/// opens slowly, and figures beyond these are cells of long tables.
pub(crate) const CONTROLS: usize = 3000;

/// What a docx file says about itself: written into it, and read back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifest {
    /// Whether it was issued as a draft.
    pub state: State,
    /// Whom it was issued for.
    pub audience: Audience,
    /// Version of the program that issued it.
    pub engine: String,
    /// What its figures were bound to.
    pub sources: Vec<Source>,
    /// The figures as issued, in order: key and text. The n-th stands in bookmark n.
    pub figures: Vec<(String, String)>,
    /// The free paragraphs as issued, in order: key and prompt. The n-th stands in bookmark n.
    pub free: Vec<(String, String)>,
}
