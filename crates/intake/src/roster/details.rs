//! The tables of single matters beside the table of teachers: joined by the identity number.

use super::cells;
use super::heads::{Head, Sheet, means};
use super::layout::{Condition, Detail, Part, Reading, Shape};
use super::rows::Source;
use crate::cell::shown;
use crate::cell::text::{clean, key};
use crate::finding::{Finding, Findings, Location, code};
use crate::head::Candidate;
use crate::open::{Book, Limits, Refusal, Row};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What the tables say: by identity number (as typed, capitals) and column the text.
#[derive(Default)]
pub(super) struct Details {
    texts: BTreeMap<String, BTreeMap<String, String>>,
    /// The columns whose tables are there.
    columns: BTreeSet<String>,
}

impl Details {
    /// Is there a table for a column?
    pub(super) fn has(&self, column: &str) -> bool {
        self.columns.contains(column)
    }

    /// Fills the columns of a row that the table of teachers leaves blank.
    pub(super) fn complete(&self, cells: &mut BTreeMap<String, String>) {
        let Some(identity) = cells.get("identity") else { return };
        let Some(texts) = self.texts.get(&identity.to_ascii_uppercase()) else { return };
        for (column, text) in texts {
            if !cells.contains_key(column) {
                cells.insert(column.clone(), text.clone());
            }
        }
    }
}

/// Where the parts of a detail stand in its sheet.
struct Places {
    behind: u32,
    key: u32,
    order: Vec<u32>,
    only: Option<u32>,
    except: Option<u32>,
    parts: Vec<Option<u32>>,
}

impl Places {
    fn of(candidate: &Candidate, detail: &Detail) -> Option<Self> {
        let column = |headings: &[String]| {
            headings.iter().find_map(|wanted| {
                let is = |(_, path): &&(u32, Vec<String>)| means(path, &|key| key == wanted);
                candidate.paths.iter().find(is).map(|(column, _)| *column)
            })
        };
        let condition = |condition: Option<&Condition>| column(&condition?.headings);
        let parts: Vec<Option<u32>> =
            detail.parts.iter().map(|part| column(&part.headings)).collect();
        parts.iter().any(Option::is_some).then_some(())?;
        Some(Self {
            behind: candidate.behind,
            key: column(&detail.key)?,
            order: detail
                .order
                .iter()
                .filter_map(|heading| column(std::slice::from_ref(heading)))
                .collect(),
            only: condition(detail.only.as_ref()),
            except: condition(detail.except.as_ref()),
            parts,
        })
    }
}

/// A record: what it is ordered by, and its text.
type Entry = (Vec<String>, String);

/// Reads the tables of single matters that the workbook has.
pub(super) fn gather(
    book: &mut Book,
    sheets: &[Sheet],
    head: &Head<'_>,
    source: &Source<'_>,
    limits: &Limits,
    findings: &mut Findings,
) -> Result<Details, Refusal> {
    let mut details = Details::default();
    for detail in &head.layout.details {
        let mut people: BTreeMap<String, Vec<Entry>> = BTreeMap::new();
        for sheet in sheets {
            let Some(info) = book.sheets().get(sheet.index) else { continue };
            let name: Arc<str> = Arc::from(info.name.as_str());
            if sheet.index == head.sheet || !detail.sheets.contains(&key(&name)) {
                continue;
            }
            let place = Location::sheet(&source.file, &name);
            let found = sheet
                .top
                .candidates(&sheet.shape)
                .filter_map(|candidate| Places::of(&candidate, detail))
                .max_by_key(|places| {
                    let there = places.parts.iter().flatten().count() + places.order.len();
                    (there, std::cmp::Reverse(places.behind))
                });
            let Some(places) = found else {
                let wanted = detail.parts.iter().filter_map(|part| part.headings.first());
                let wanted: Vec<&str> = wanted.map(String::as_str).collect();
                let message =
                    format!("没有找到“身份证件号”和“{}”列，本表没有读入。", wanted.join("”“"));
                findings.push(
                    Finding::warning(code::COLUMN, message)
                        .at(place)
                        .advise("请连同身份证件号一起导出。"),
                );
                continue;
            };
            details.columns.insert(detail.column.clone());
            let mut reader = RecordReader { detail, places, source, lost: 0, unknown: 0 };
            book.rows(sheet.index, limits, &mut |row| {
                if let Some((identity, entry)) = reader.record(row) {
                    people.entry(identity).or_default().push(entry);
                }
            })?;
            reader.say(place, findings);
        }
        for (identity, mut entries) in people {
            // Stable: records of one day stay in the order of the sheet.
            entries.sort_by(|a, b| a.0.cmp(&b.0));
            let text = if detail.all {
                let texts: Vec<String> = entries.into_iter().map(|(_, text)| text).collect();
                texts.join("；")
            } else {
                entries.pop().map(|(_, text)| text).unwrap_or_default()
            };
            if !text.is_empty() {
                let texts = details.texts.entry(identity).or_default();
                texts.entry(detail.column.clone()).or_insert(text);
            }
        }
    }
    Ok(details)
}

struct RecordReader<'a> {
    detail: &'a Detail,
    places: Places,
    source: &'a Source<'a>,
    /// Records whose identity number cannot be read.
    lost: u64,
    /// Names of schools that are none of the county.
    unknown: u64,
}

impl RecordReader<'_> {
    fn record(&mut self, row: &Row<'_, '_>) -> Option<(String, Entry)> {
        if row.index < self.places.behind {
            return None;
        }
        let as_identity = Reading { shape: Shape::Identity, ..Reading::default() };
        let identity = match cells::read(row.get(self.places.key)?, &as_identity, true) {
            Ok(read) if read.text.is_empty() => return None,
            Ok(read) => read.text.to_ascii_uppercase(),
            Err(_) => {
                self.lost += 1;
                return None;
            }
        };
        if !self.counts(row) {
            return None;
        }
        let order = self.places.order.iter();
        let order = order.map(|column| row.get(*column).map(shown).unwrap_or_default()).collect();
        let mut parts = Vec::with_capacity(self.detail.parts.len());
        let mut unknown = 0;
        for (part, column) in self.detail.parts.iter().zip(&self.places.parts) {
            let raw = column.and_then(|column| row.get(column));
            let text = match raw.map(|raw| cells::read(raw, &part.reading, true)) {
                Some(Ok(read)) => self.part(part, &read.text),
                Some(Err(_)) | None => Some(String::new()),
            };
            unknown += u64::from(text.is_none());
            parts.push(text.unwrap_or_default());
        }
        self.unknown += unknown;
        if parts.iter().all(String::is_empty) {
            return None;
        }
        Some((identity, (order, parts.join("|"))))
    }

    /// The text of a part; `None` for a school that is none of the county.
    fn part(&self, part: &Part, text: &str) -> Option<String> {
        // A separator inside a part would make two of it.
        let text = text.replace(['|', '｜', '；', ';'], " ");
        if part.reading.shape != Shape::SchoolName || text.is_empty() {
            return Some(text);
        }
        self.source.schools.code(&text).map(str::to_owned)
    }

    /// Do the conditions hold? Where the sheet has not their column they do.
    fn counts(&self, row: &Row<'_, '_>) -> bool {
        let holds = |condition: Option<&Condition>, column: Option<u32>| {
            let (Some(condition), Some(column)) = (condition, column) else { return None };
            let text = row.get(column).map(|raw| clean(&shown(raw))).unwrap_or_default();
            let bare = text.split_once('-').map_or(text.as_str(), |(_, word)| word);
            Some(condition.values.contains(&text) || condition.values.contains(bare))
        };
        holds(self.detail.only.as_ref(), self.places.only) != Some(false)
            && holds(self.detail.except.as_ref(), self.places.except) != Some(true)
    }

    fn say(&self, place: Location, findings: &mut Findings) {
        if self.lost > 0 {
            let message =
                format!("有 {} 行的身份证件号已丢失末几位，对不上人，没有读入。", self.lost);
            findings.push(
                Finding::error(code::DIGITS_LOST, message)
                    .at(place.clone())
                    .advise("请先把该列设为文本格式，再重新导出。"),
            );
        }
        if self.unknown > 0 {
            let message = format!("有 {} 处单位名称不是本县学校，按未填处理。", self.unknown);
            findings.push(
                Finding::notice(code::UNKNOWN_SCHOOL, message)
                    .at(place)
                    .advise("县外学校不必处理；本县学校请核对校名。"),
            );
        }
    }
}
