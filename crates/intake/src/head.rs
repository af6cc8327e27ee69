//! Headings: from one to three rows of text, merged or not, to a path for each column.

use crate::cell::text::key;
use crate::open::{Raw, Row, Shape};
use std::collections::BTreeMap;

/// Rows that are looked through for the heading.
pub(crate) const LOOK: usize = 15;
/// The most rows that a heading has.
const DEEPEST: usize = 4;

/// A row that is kept: its index and its cells.
pub(crate) type Kept = (u32, Vec<(u32, Raw<'static>)>);

/// A row of its own.
pub(crate) fn owned(row: &Row<'_, '_>) -> Kept {
    let cells = row.cells.iter().map(|(column, raw)| (*column, raw.clone().into_owned()));
    (row.index, cells.collect())
}

/// The first rows of a sheet, kept until the heading is found.
#[derive(Debug, Default)]
pub(crate) struct Top {
    kept: Vec<Kept>,
    rows: Vec<(u32, BTreeMap<u32, String>)>,
}

impl Top {
    /// Keeps a row.
    pub(crate) fn keep(&mut self, row: &Row<'_, '_>) {
        let texts = row
            .cells
            .iter()
            .map(|(column, raw)| (*column, crate::cell::shown(raw)))
            .filter(|(_, text)| !text.is_empty())
            .collect();
        self.rows.push((row.index, texts));
        self.kept.push(owned(row));
    }

    /// Is there nothing in the sheet?
    pub(crate) fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// Are enough rows kept?
    pub(crate) fn is_full(&self) -> bool {
        self.kept.len() >= LOOK
    }

    /// The kept rows from a row on.
    pub(crate) fn behind(&self, row: u32) -> impl Iterator<Item = Row<'_, 'static>> {
        self.kept
            .iter()
            .filter(move |(index, _)| *index >= row)
            .map(|(index, cells)| Row { index: *index, cells })
    }

    /// Every stretch of rows that may be the heading: the zero-based row behind it, and the path of
    /// each column.
    pub(crate) fn candidates<'a>(
        &'a self,
        shape: &'a Shape,
    ) -> impl Iterator<Item = Candidate> + 'a {
        (0..self.rows.len()).flat_map(move |start| {
            (1..=DEEPEST).filter_map(move |depth| self.candidate(start, depth, shape))
        })
    }

    fn candidate(&self, start: usize, depth: usize, shape: &Shape) -> Option<Candidate> {
        let rows = self.rows.get(start..start + depth)?;
        let first = rows.first()?.0;
        let last = rows.last()?.0;
        // An empty row ends a heading.
        if last - first + 1 != u32::try_from(depth).ok()? {
            return None;
        }
        let columns: std::collections::BTreeSet<u32> =
            rows.iter().flat_map(|(_, texts)| texts.keys().copied()).collect();
        let paths = columns
            .into_iter()
            .map(|column| (column, path(rows, column, shape)))
            .filter(|(_, path)| !path.is_empty())
            .collect();
        Some(Candidate { behind: last + 1, depth, paths })
    }
}

/// Rows that may be the heading.
#[derive(Debug)]
pub(crate) struct Candidate {
    /// The row behind it.
    pub(crate) behind: u32,
    /// Its rows.
    pub(crate) depth: usize,
    /// Column → headings from top to bottom, as keys (see [`key`]).
    pub(crate) paths: Vec<(u32, Vec<String>)>,
}

/// The headings above a column. A heading that stands over several columns, merged or not, stands
/// in the first of them: to the right of it the cells are empty while a row below is not.
fn path(rows: &[(u32, BTreeMap<u32, String>)], column: u32, shape: &Shape) -> Vec<String> {
    let mut path: Vec<String> = Vec::new();
    for (depth, (row, texts)) in rows.iter().enumerate() {
        let own = texts.get(&column);
        let below = rows.iter().skip(depth + 1).any(|(_, texts)| texts.contains_key(&column));
        let merged = shape.origin(*row, column).filter(|(top, _)| top == row);
        let text = match (own, merged) {
            (Some(own), _) => Some(own),
            (None, Some((_, left))) => texts.get(&left),
            (None, None) if below => texts.range(..column).next_back().map(|(_, text)| text),
            (None, None) => None,
        };
        let Some(text) = text.map(|text| key(text)).filter(|text| !text.is_empty()) else {
            continue;
        };
        if path.last() != Some(&text) {
            path.push(text);
        }
    }
    path
}

/// A cell as text for comparing with a label.
pub(crate) fn label(raw: Option<&Raw<'_>>) -> String {
    raw.map(|raw| key(&crate::cell::shown(raw))).unwrap_or_default()
}
