//! Corrections: cells of an uploaded file that a person has put right without opening the file. The
//! reader takes the corrected text in place of what stands in the cell; the fact says who said so.
//!
//! This module must not know where corrections are kept or who may make them.

use crate::finding::Location;
use jiff::Timestamp;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a cell is to say, by whom and since when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correction {
    /// The text, as it would be typed into the cell; empty: nothing stands there.
    pub text: Arc<str>,
    /// Who corrected it.
    pub person: Arc<str>,
    /// When.
    pub at: Timestamp,
}

/// A cell that was corrected, with what stood in it before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Corrected {
    /// The cell.
    pub location: Location,
    /// What the file says there.
    pub was: String,
    /// What it was corrected to.
    pub text: Arc<str>,
    /// Who corrected it.
    pub person: Arc<str>,
    /// When.
    pub at: Timestamp,
}

/// The corrections of a sheet, by row and column from zero.
pub(crate) type OfSheet = BTreeMap<u32, BTreeMap<u32, Correction>>;

/// What is corrected, by file, sheet and cell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Corrections {
    sheets: BTreeMap<Arc<str>, BTreeMap<Arc<str>, OfSheet>>,
}

impl Corrections {
    /// Corrects a cell; a later correction replaces an earlier one. A place that is no cell is passed
    /// over.
    pub fn put(&mut self, at: &Location, correction: Correction) {
        let Some((row, column)) = at.cell else { return };
        let sheets = self.sheets.entry(Arc::clone(&at.file)).or_default();
        let rows = sheets.entry(Arc::clone(&at.sheet)).or_default();
        rows.entry(row).or_default().insert(column, correction);
    }

    /// The corrections of a sheet.
    pub(crate) fn of(&self, file: &str, sheet: &str) -> Option<&OfSheet> {
        self.sheets.get(file)?.get(sheet)
    }

    /// The correction of a cell.
    pub(crate) fn find(
        &self,
        file: &str,
        sheet: &str,
        row: u32,
        column: u32,
    ) -> Option<&Correction> {
        if self.sheets.is_empty() {
            return None;
        }
        self.of(file, sheet)?.get(&row)?.get(&column)
    }
}
