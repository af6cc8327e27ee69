//! Who may open a personal document, one that names teachers in full: whoever may see names in plain
//! text, over the same schools. Everybody else who sees documents sees that there is one once it is
//! signed, and nothing of what it says.
//!
//! Must not know: how it is sealed, what it says.

use super::material::{Settings, settings};
use crate::{ApiError, App, Signed};
use access::Action;
use document::template::Written;
use std::collections::BTreeMap;
use store::documents::{DocumentRecord, DocumentState};
use store::{Scope, StoreError};

/// May the caller read what a document says?
pub(super) fn may_open(signed: &Signed, record: &DocumentRecord) -> bool {
    !record.subject.personal || signed.caller().may(Action::RevealTeachers)
}

/// Does the caller see that there is such a document?
pub(super) fn is_seen(signed: &Signed, record: &DocumentRecord) -> bool {
    may_open(signed, record)
        || matches!(record.state, DocumentState::Signed | DocumentState::Archived)
}

/// Over which rows the caller may read what a document says.
///
/// # Errors
/// [`ApiError::Forbidden`] for a personal one without the right to see names.
pub(super) async fn scope(
    app: &App,
    signed: &Signed,
    record: &DocumentRecord,
) -> Result<Scope, ApiError> {
    if !record.subject.personal {
        return Ok(signed.scope().clone());
    }
    signed.require(Action::RevealTeachers)?;
    let scope = signed.scope_of(app, Action::RevealTeachers).await?;
    // The right over names may be of other schools than the right over documents.
    app.store().document(signed.county(), record.id, &scope).await?;
    Ok(scope)
}

/// What is chosen for a document and written in it.
#[derive(Debug)]
pub(super) struct Words {
    pub(super) settings: Settings,
    pub(super) written: Written,
    /// Reasons of steps that lie sealed, by the step's number.
    pub(super) reasons: BTreeMap<i64, String>,
}

/// Reads what a person has written. Of a personal document this is a look at it, which the audit keeps.
///
/// # Errors
/// [`ApiError::Forbidden`]; those of the store; [`ApiError::Internal`] for what this program cannot
/// have kept.
pub(super) async fn words(
    app: &App,
    signed: &Signed,
    record: &DocumentRecord,
) -> Result<Words, ApiError> {
    let scope = scope(app, signed, record).await?;
    let (free, reasons) = if record.subject.personal {
        let county = signed.county();
        let words = app.store().reveal_document(county, record.id, &scope, &signed.by()).await?;
        (words.free, words.reasons)
    } else {
        (record.text.free.clone(), BTreeMap::new())
    };
    // What serde says of a text may repeat it.
    let written = serde_json::from_str(&free);
    let corrupt = || StoreError::Corrupt(format!("文书 {} 的文字", record.id));
    let written = written.map_err(|_| ApiError::internal(corrupt()))?;
    Ok(Words { settings: settings(record)?, written, reasons })
}
