//! A [`Document`] as docx after GB/T 9704.
//!
//! The parts of the package are written as XML directly; why no library does it is recorded in
//! `docs/decisions/`. The same document gives the same bytes: ids are counted, times are fixed.
//!
//! Must not know what a figure means, nor how a file is read back; the names for that are shared in
//! `trace`.

mod body;
mod chart;
mod chart_book;
mod closing;
mod inline;
mod opening;
mod package;
mod page;
mod parts;
mod style;
mod table;
mod xml;

use crate::check::check;
use crate::error::DocumentError;
use crate::model::Document;
use body::Body;
use package::Package;

/// The document as a docx file.
///
/// ```
/// use document::{Document, docx};
///
/// let file = docx::write(&Document::new("关于开学工作的通知"))?;
/// assert!(file.starts_with(b"PK"));
/// # Ok::<(), document::DocumentError>(())
/// ```
///
/// # Errors
/// [`DocumentError::Shape`] and [`DocumentError::Gaps`] as [`check`] says them,
/// [`DocumentError::Write`].
pub fn write(document: &Document) -> Result<Vec<u8>, DocumentError> {
    check(document)?;
    let mut package = Package::default();
    let written = Body::write(document);
    parts::add(document, written, &mut package)?;
    package.finish()
}
