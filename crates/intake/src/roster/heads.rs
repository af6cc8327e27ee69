//! Which sheet is a roster, by which layout, and which of its columns is what.

use super::RosterError;
use super::layout::{RosterLayout, RosterLayouts};
use crate::cell::text::heading;
use crate::head::{Candidate, Top};
use crate::open::{Book, Limits, Refusal, Shape};
use std::collections::BTreeMap;

/// The first rows of a sheet.
pub(super) struct Sheet {
    pub(super) index: usize,
    pub(super) shape: Shape,
    pub(super) top: Top,
}

/// The first rows of all sheets.
pub(super) fn sheets(book: &mut Book, limits: &Limits) -> Result<Vec<Sheet>, Refusal> {
    let mut sheets = Vec::new();
    for index in 0..book.sheets().len() {
        let mut top = Top::default();
        book.rows(index, limits, &mut |row| {
            if !top.is_full() {
                top.keep(row);
            }
        })?;
        sheets.push(Sheet { index, shape: book.shape(index), top });
    }
    Ok(sheets)
}

/// The heading of a roster.
pub(super) struct Head<'a> {
    pub(super) layout: &'a RosterLayout,
    /// The sheet in the workbook.
    pub(super) sheet: usize,
    /// The row behind the heading, zero-based.
    pub(super) behind: u32,
    /// Rows of the heading.
    pub(super) depth: usize,
    /// Column of the sheet → place in the layout's columns.
    pub(super) columns: BTreeMap<u32, usize>,
    /// Columns that no layout knows, with their headings.
    pub(super) unknown: Vec<(u32, String)>,
    /// Columns whose heading stands there a second time.
    pub(super) twice: Vec<(u32, String)>,
}

/// Does a heading mean one of the keys? Its unit or format in brackets may follow:
/// `出生日期(yyyy-mm-dd)`.
pub(super) fn means(path: &[String], keys: &dyn Fn(&str) -> bool) -> bool {
    let Some(last) = path.last() else { return false };
    keys(last) || keys(heading(last).0) || keys(&path.concat())
}

impl<'a> Head<'a> {
    fn of(candidate: &Candidate, layout: &'a RosterLayout, sheet: usize) -> Self {
        let mut head = Self {
            layout,
            sheet,
            behind: candidate.behind,
            depth: candidate.depth,
            columns: BTreeMap::new(),
            unknown: Vec::new(),
            twice: Vec::new(),
        };
        for (column, path) in &candidate.paths {
            let place = layout
                .columns
                .iter()
                .position(|known| means(path, &|key| known.keys.contains(key)));
            match place {
                Some(place) if head.columns.values().any(|known| *known == place) => {
                    head.twice.push((*column, path.join(" › ")));
                }
                Some(place) => {
                    head.columns.insert(*column, place);
                }
                None if means(path, &|key| layout.ignored.contains(key)) => {}
                None => head.unknown.push((*column, path.join(" › "))),
            }
        }
        head
    }

    /// Headings of `recognise` that are not there.
    fn missing(&self) -> Vec<&'a str> {
        let layout = self.layout;
        let has = |wanted: &str| {
            self.columns.values().filter_map(|place| layout.columns.get(*place)).any(|found| {
                found.keys.contains(wanted)
                    || layout
                        .columns
                        .iter()
                        .any(|other| other.code == found.code && other.keys.contains(wanted))
            })
        };
        layout.recognise.iter().map(String::as_str).filter(|wanted| !has(wanted)).collect()
    }

    /// The best stretch of a sheet's first rows as the heading of a layout.
    fn best(sheet: &Sheet, layout: &'a RosterLayout) -> Option<Self> {
        sheet
            .top
            .candidates(&sheet.shape)
            .map(|candidate| Self::of(&candidate, layout, sheet.index))
            .max_by_key(|head| {
                let order = std::cmp::Reverse((head.depth, head.behind));
                (std::cmp::Reverse(head.missing().len()), head.columns.len(), order)
            })
    }
}

/// What was found.
pub(super) struct Found<'a> {
    pub(super) head: Head<'a>,
    /// Further sheets that are rosters too.
    pub(super) others: Vec<usize>,
}

/// Finds the roster of a workbook: the first visible sheet that a layout recognises, else a hidden
/// one.
pub(super) fn find<'a>(
    book: &Book,
    sheets: &[Sheet],
    layouts: &'a RosterLayouts,
    wanted: Option<&str>,
    file: &str,
) -> Result<Found<'a>, RosterError> {
    let known: Vec<&RosterLayout> = match wanted {
        None => layouts.iter().collect(),
        Some(id) => vec![layouts.get(id).ok_or_else(|| RosterError::NoSuchLayout {
            id: id.to_owned(),
            known: layouts.iter().map(|l| format!("{}（{}）", l.id, l.title)).collect(),
        })?],
    };
    let is_hidden = |sheet: &&Sheet| book.sheets().get(sheet.index).is_some_and(|info| info.hidden);
    let (hidden, visible): (Vec<&Sheet>, Vec<&Sheet>) = sheets.iter().partition(is_hidden);
    let mut nearest: Option<Head<'_>> = None;
    for group in [visible, hidden] {
        let mut fits: Vec<Vec<Head<'_>>> = Vec::new();
        for sheet in group {
            let mut here = Vec::new();
            for head in known.iter().filter_map(|layout| Head::best(sheet, layout)) {
                if head.missing().is_empty() {
                    here.push(head);
                } else if nearest.as_ref().is_none_or(|n| closeness(&head) > closeness(n)) {
                    nearest = Some(head);
                }
            }
            if !here.is_empty() {
                fits.push(here);
            }
        }
        let mut fits = fits.into_iter();
        let Some(first) = fits.next() else { continue };
        let others = fits.filter_map(|heads| heads.first().map(|head| head.sheet)).collect();
        let mut heads = first.into_iter();
        return match (heads.next(), heads.next()) {
            (Some(head), None) => Ok(Found { head, others }),
            (Some(head), Some(second)) => Err(RosterError::Ambiguous {
                file: file.to_owned(),
                first: format!("{}（{}）", head.layout.title, head.layout.id),
                second: format!("{}（{}）", second.layout.title, second.layout.id),
            }),
            (None, _) => continue,
        };
    }
    let missing = |head: &Head<'_>| head.missing().iter().map(|m| (*m).to_owned()).collect();
    Err(RosterError::Unknown {
        file: file.to_owned(),
        nearest: nearest
            .filter(|head| !head.columns.is_empty())
            .map(|head| (head.layout.title.clone(), missing(&head))),
    })
}

/// The more, the nearer: few headings missing, then many known.
fn closeness(head: &Head<'_>) -> (std::cmp::Reverse<usize>, usize) {
    (std::cmp::Reverse(head.missing().len()), head.columns.len())
}
