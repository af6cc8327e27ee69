//! What of a sheet is not in its cells: merged areas, hidden rows and columns.
//!
//! The reader library does not tell what is hidden, and reads a whole sheet to tell what is merged;
//! both are found here by searching the sheet's XML for the few places that say so.

use crate::layout::CellRef;
use memchr::memmem;
use std::collections::BTreeSet;

/// A rectangle of cells, zero-based, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Area {
    /// First row.
    pub top: u32,
    /// First column.
    pub left: u32,
    /// Last row.
    pub bottom: u32,
    /// Last column.
    pub right: u32,
}

/// What is merged and what is hidden in a sheet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shape {
    /// Merged areas.
    pub merged: Vec<Area>,
    /// Zero-based hidden rows.
    pub hidden_rows: BTreeSet<u32>,
    /// Spans of hidden columns, zero-based, both ends included.
    pub hidden_columns: Vec<(u32, u32)>,
}

/// More merged areas or hidden rows than this are not remembered: no honest sheet has them.
pub(super) const MOST: usize = 200_000;

impl Shape {
    /// Is the column hidden?
    #[must_use]
    pub fn hides_column(&self, column: u32) -> bool {
        self.hidden_columns.iter().any(|(first, last)| (*first..=*last).contains(&column))
    }

    /// The top left cell of the merged area that holds a cell, if another cell than itself.
    #[must_use]
    pub fn origin(&self, row: u32, column: u32) -> Option<(u32, u32)> {
        self.merged
            .iter()
            .find(|a| (a.top..=a.bottom).contains(&row) && (a.left..=a.right).contains(&column))
            .map(|a| (a.top, a.left))
            .filter(|origin| *origin != (row, column))
    }

    /// Reads the shape from a worksheet's XML.
    pub(super) fn of_xml(xml: &[u8]) -> Self {
        let mut shape = Self::default();
        // Merged areas stand behind all cells.
        if let Some(end) = memmem::rfind(xml, b"mergeCells>") {
            let head = xml.get(..end).unwrap_or_default();
            let start = memmem::rfind(head, b"mergeCells").unwrap_or(end);
            let part = head.get(start..).unwrap_or_default();
            for at in memmem::find_iter(part, b"ref=\"").take(MOST) {
                shape.merged.extend(quoted(part, at + 5).and_then(area));
            }
        }
        for at in memmem::find_iter(xml, b" hidden=\"").take(MOST) {
            if !matches!(quoted(xml, at + 9), Some("1" | "true")) {
                continue;
            }
            let before = xml.get(..at).unwrap_or_default();
            let Some(open) = memchr::memrchr(b'<', before) else { continue };
            let close = xml
                .get(at..)
                .and_then(|rest| memchr::memchr(b'>', rest))
                .map_or(xml.len(), |length| at + length);
            let Some(tag) = xml.get(open..close).and_then(|t| std::str::from_utf8(t).ok()) else {
                continue;
            };
            let name = tag.trim_start_matches('<').split([' ', '\n', '\r', '\t']).next();
            match name.and_then(|n| n.rsplit(':').next()) {
                Some("row") => shape.hidden_rows.extend(number(tag, "r").and_then(below_one)),
                Some("col") => {
                    if let (Some(first), Some(last)) = (
                        number(tag, "min").and_then(below_one),
                        number(tag, "max").and_then(below_one),
                    ) {
                        shape.hidden_columns.push((first, last));
                    }
                }
                _ => {}
            }
        }
        shape
    }
}

fn below_one(n: u32) -> Option<u32> {
    n.checked_sub(1)
}

/// The text from `at` to the next quotation mark.
fn quoted(bytes: &[u8], at: usize) -> Option<&str> {
    let rest = bytes.get(at..)?;
    let end = memchr::memchr(b'"', rest.get(..rest.len().min(64))?)?;
    std::str::from_utf8(rest.get(..end)?).ok()
}

fn number(tag: &str, name: &str) -> Option<u32> {
    attribute(tag, name)?.parse().ok()
}

/// The value of an attribute of a start tag; good enough for names and numbers, entities stay.
pub(super) fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = tag;
    loop {
        let at = rest.find(name)?;
        let before = rest.get(..at)?.chars().next_back();
        rest = rest.get(at + name.len()..)?;
        if before.is_some_and(char::is_whitespace)
            && let Some(value) = rest.trim_start().strip_prefix('=')
        {
            let value = value.trim_start();
            let quote = value.chars().next().filter(|c| ['"', '\''].contains(c))?;
            return value.get(1..)?.split(quote).next();
        }
    }
}

fn area(text: &str) -> Option<Area> {
    let (first, last) = text.split_once(':').unwrap_or((text, text));
    let (first, last) = (CellRef::parse(first)?, CellRef::parse(last)?);
    Some(Area { top: first.row, left: first.column, bottom: last.row, right: last.column })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_is_merged_and_hidden() {
        let xml =
            br#"<worksheet><cols><col min="2" max="3" width="9" hidden="1"/></cols><sheetData>
          <row r="4" spans="1:3" hidden="1"><c r="A4"/></row><row hidden="0" r="5"/></sheetData>
          <mergeCells count="1"><mergeCell ref="A1:C2"/></mergeCells></worksheet>"#;
        let shape = Shape::of_xml(xml);
        assert_eq!(shape.merged, [Area { top: 0, left: 0, bottom: 1, right: 2 }]);
        assert_eq!(shape.hidden_rows.iter().copied().collect::<Vec<_>>(), [3]);
        assert!(shape.hides_column(2) && !shape.hides_column(3));
        assert_eq!(shape.origin(1, 2), Some((0, 0)));
        assert_eq!(shape.origin(0, 0), None);
    }

    #[test]
    fn attributes_are_found_by_their_whole_name() {
        let tag = r#"<sheet name="A" sheetId="1" r:id='rId7'"#;
        assert_eq!(attribute(tag, "r:id"), Some("rId7"));
        assert_eq!(attribute(tag, "id"), None);
        assert_eq!(attribute(tag, "sheetId"), Some("1"));
    }
}
