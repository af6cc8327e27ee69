//! The rows of a roster's sheet.

use super::cells::{self, Note};
use super::details::Details;
use super::heads::Head;
use super::layout::{RosterColumn, Shape as Kind};
use super::{RosterRecord, SchoolNames};
use crate::cell::shown;
use crate::cell::text::{clean, key};
use crate::finding::{Finding, Findings, Location, code};
use crate::open::{Raw, Row, Shape};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Where rows come from.
pub(super) struct Source<'a> {
    pub(super) file: Arc<str>,
    pub(super) sheet: Arc<str>,
    /// A text file, in which every number is text.
    pub(super) plain: bool,
    pub(super) schools: &'a SchoolNames,
}

impl Source<'_> {
    pub(super) fn whole(&self) -> Location {
        Location::sheet(&self.file, &self.sheet)
    }

    fn at(&self, row: u32, column: u32) -> Location {
        Location::cell(&self.file, &self.sheet, row, column)
    }
}

/// What the heading itself gives to say.
pub(super) fn say_head(
    head: &Head<'_>,
    shape: &Shape,
    (source, extra): (&Source<'_>, &Details),
    findings: &mut Findings,
) {
    let top = head.behind.saturating_sub(u32::try_from(head.depth).unwrap_or(1));
    let merged = shape.merged.iter().any(|area| area.bottom >= top && area.top < head.behind);
    if head.depth > 1 {
        let also = if merged { "，有合并单元格" } else { "" };
        let message = format!("表头占 {} 行{also}，已按最下一行的列名读取。", head.depth);
        findings.push(
            Finding::notice(code::MERGED, message)
                .at(source.at(top, 0))
                .advise("请核对各列是否读对；一行表头最稳妥。"),
        );
    }
    let last = head.behind.saturating_sub(1);
    for (column, heading) in &head.twice {
        findings.push(
            Finding::error(code::COLUMN, format!("列“{heading}”出现了两次，只读前一列。"))
                .at(source.at(last, *column))
                .advise("请删除多余的一列。"),
        );
    }
    for (column, heading) in &head.unknown {
        findings.push(
            Finding::warning(code::UNKNOWN_COLUMN, format!("不认识列“{heading}”，没有读入。"))
                .at(source.at(last, *column))
                .advise("不需要的列可以不管；需要的，请改用名册模板中的列名。"),
        );
    }
    let there: BTreeSet<&str> = head
        .columns
        .values()
        .filter_map(|place| head.layout.columns.get(*place))
        .map(|column| column.code.as_str())
        .collect();
    let mut said = BTreeSet::new();
    let mut optional = Vec::new();
    for column in &head.layout.columns {
        let is_there = there.contains(column.code.as_str()) || extra.has(&column.code);
        if is_there || !said.insert(column.code.as_str()) {
            continue;
        }
        let needed = head.layout.columns.iter().any(|c| c.code == column.code && c.needed);
        if needed {
            let message = format!("缺少必需的列“{}”。", column.heading);
            findings.push(
                Finding::error(code::COLUMN, message)
                    .at(source.whole())
                    .advise("请补上这一列后重新导入。"),
            );
        } else {
            optional.push(column.heading.as_str());
        }
    }
    if !optional.is_empty() {
        let message = format!("没有这些列，均按未填处理：{}。", optional.join("、"));
        findings.push(
            Finding::notice(code::COLUMN, message)
                .at(source.whole())
                .advise("要由名册统计的，请补上相应的列。"),
        );
    }
}

/// Is a text meant as the code of a school? Codes are digits; whether it is one is asked elsewhere.
fn is_code(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_digit())
}

/// Rows that were passed over, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Passed {
    Blank,
    Head,
    Sum,
    Example,
    Other,
}

/// Reads the rows behind the heading.
pub(super) struct Reader<'a> {
    head: &'a Head<'a>,
    source: &'a Source<'a>,
    extra: &'a Details,
    /// Merged areas over several rows below the heading: where they begin and their last row.
    merged: BTreeMap<(u32, u32), u32>,
    /// By column: up to which row a merged cell reaches, and its text.
    carried: BTreeMap<u32, (u32, String)>,
    carries: u64,
    records: Vec<RosterRecord>,
    notes: BTreeMap<(usize, Note), (u64, Location)>,
    passed: BTreeMap<Passed, Vec<u32>>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(
        head: &'a Head<'a>,
        shape: &Shape,
        source: &'a Source<'a>,
        extra: &'a Details,
    ) -> Self {
        let below = shape.merged.iter().filter(|area| {
            area.top >= head.behind && area.bottom > area.top && area.left == area.right
        });
        Self {
            head,
            source,
            extra,
            merged: below.map(|area| ((area.top, area.left), area.bottom)).collect(),
            carried: BTreeMap::new(),
            carries: 0,
            records: Vec::new(),
            notes: BTreeMap::new(),
            passed: BTreeMap::new(),
        }
    }

    /// Takes a row; those of the heading and above are none of it.
    pub(super) fn row(&mut self, row: &Row<'_, '_>, findings: &mut Findings) {
        if row.index < self.head.behind {
            return;
        }
        if let Some(why) = self.no_teacher(row) {
            self.passed.entry(why).or_default().push(row.index);
            return;
        }
        let mut record = RosterRecord { row: row.index as usize + 1, cells: BTreeMap::new() };
        let layout = self.head.layout;
        // In the order of the layout, so that of several columns for one code the first counts.
        let mut places: Vec<(usize, u32)> =
            self.head.columns.iter().map(|(column, place)| (*place, *column)).collect();
        places.sort_unstable();
        for (place, column) in places {
            let Some(known) = layout.columns.get(place) else { continue };
            let text = self.cell(row, column, (place, known), findings);
            if !text.is_empty() && !record.cells.contains_key(&known.code) {
                record.cells.insert(known.code.clone(), text);
            }
        }
        self.extra.complete(&mut record.cells);
        let passed = layout.columns.iter().any(|known| {
            record.cells.get(&known.code).is_some_and(|text| known.passed_over.contains(text))
        });
        if passed {
            self.passed.entry(Passed::Other).or_default().push(row.index);
        } else {
            self.records.push(record);
        }
    }

    /// The text of a cell; what is wrong with it is said.
    fn cell(
        &mut self,
        row: &Row<'_, '_>,
        column: u32,
        (place, known): (usize, &RosterColumn),
        findings: &mut Findings,
    ) -> String {
        let Some(raw) = row.get(column) else {
            return match self.carried.get(&column) {
                Some((until, text)) if row.index <= *until => {
                    self.carries += 1;
                    text.clone()
                }
                _ => String::new(),
            };
        };
        let text = match cells::read(raw, &known.reading, self.source.plain) {
            Ok(read) => {
                if let Some(note) = read.note {
                    let at = self.source.at(row.index, column);
                    self.notes.entry((place, note)).or_insert((0, at)).0 += 1;
                }
                read.text
            }
            Err(fault) => {
                let (code, message, advice) = fault.say();
                findings.push(
                    Finding::error(code, message)
                        .at(self.source.at(row.index, column))
                        .advise(advice),
                );
                String::new()
            }
        };
        let at = || self.source.at(row.index, column);
        let text = match known.reading.shape {
            _ if text.is_empty() => text,
            Kind::SchoolName => self.school(&text, at(), findings),
            Kind::School if !is_code(&text) => self.school(&text, at(), findings),
            _ if !known.reading.school_parts.is_empty() => {
                self.entries(&text, &known.reading.school_parts, &at, findings)
            }
            _ => text,
        };
        if let Some(until) = self.merged.get(&(row.index, column)) {
            self.carried.insert(column, (*until, text.clone()));
        }
        text
    }

    fn school(&self, name: &str, at: Location, findings: &mut Findings) -> String {
        if let Some(code) = self.source.schools.code(name) {
            return code.to_owned();
        }
        findings.push(
            Finding::error(code::UNKNOWN_SCHOOL, self.source.schools.why_none(name))
                .at(at)
                .advise("请核对校名，或填写 10 位学校标识码（列名“学校标识码”）。"),
        );
        String::new()
    }

    /// Entries of a cell with codes in the place of the names of schools; what is no school is said and
    /// stays as it was typed.
    fn entries(
        &self,
        text: &str,
        schools: &[usize],
        at: &dyn Fn() -> Location,
        findings: &mut Findings,
    ) -> String {
        let mut named = false;
        let mut entry = |entry: &str| {
            let parts = entry.split(['|', '｜']).enumerate().map(|(place, part)| {
                let name = part.trim();
                if !schools.contains(&place) || name.is_empty() || is_code(name) {
                    return part;
                }
                let code = self.source.schools.code(name);
                if code.is_none() {
                    findings.push(
                        Finding::warning(code::UNKNOWN_SCHOOL, self.source.schools.why_none(name))
                            .at(at())
                            .advise("请核对校名，或改填 10 位学校标识码。"),
                    );
                }
                named |= code.is_some();
                code.unwrap_or(part)
            });
            parts.collect::<Vec<_>>().join("|")
        };
        let read = text.split(['；', ';']).map(&mut entry).collect::<Vec<_>>().join("；");
        if named { read } else { text.to_owned() }
    }

    /// Why a row is no teacher, if so.
    fn no_teacher(&self, row: &Row<'_, '_>) -> Option<Passed> {
        let mut filled = 0usize;
        let mut heads = 0usize;
        for (column, raw) in row.cells {
            let Some(known) = self
                .head
                .columns
                .get(column)
                .and_then(|place| self.head.layout.columns.get(*place))
            else {
                continue;
            };
            // A formula without a value is something.
            let text = match raw {
                Raw::Text(text) => clean(text),
                Raw::NoValue => "=".to_owned(),
                other => shown(other),
            };
            if text.is_empty() {
                continue;
            }
            filled += 1;
            let first_words = matches!(known.code.as_str(), "number" | "name");
            if first_words && (text.starts_with("示例") || text.starts_with("例:")) {
                return Some(Passed::Example);
            }
            if ["合计", "总计", "小计", "填表人", "填报人", "制表人"]
                .iter()
                .any(|word| text.starts_with(word))
            {
                return Some(Passed::Sum);
            }
            if known.keys.contains(&key(&text)) {
                heads += 1;
            }
        }
        // The word before a sum may stand in a column that is not read.
        let sum = row.cells.iter().any(|(_, raw)| {
            let text = key(&shown(raw));
            text == "合计" || text == "总计"
        });
        match filled {
            0 => Some(Passed::Blank),
            _ if heads >= 3 && heads * 2 >= filled => Some(Passed::Head),
            _ if sum => Some(Passed::Sum),
            _ => None,
        }
    }

    /// The rows, and what is to be said of all of them together.
    pub(super) fn finish(self, findings: &mut Findings) -> Vec<RosterRecord> {
        for ((place, note), (count, at)) in self.notes {
            let heading = self.head.layout.columns.get(place).map_or("", |c| c.heading.as_str());
            findings.push(
                Finding::notice(code::CONVERTED, note.message(heading, count))
                    .at(at)
                    .advise(note.advice()),
            );
        }
        if self.carries > 0 {
            let message =
                format!("有 {} 格在合并单元格内，已按合并区左上角的内容读入。", self.carries);
            findings.push(
                Finding::warning(code::MERGED, message)
                    .at(self.source.whole())
                    .advise("请取消合并并逐行填写，以免读错。"),
            );
        }
        for (why, rows) in self.passed {
            let (what, advice) = match why {
                Passed::Blank => ("没有内容", "不必处理。"),
                Passed::Head => ("是重复的表头", "不必处理；导入前删除更好。"),
                Passed::Sum => ("是合计或落款，不是教师", "不必处理；导入前删除更好。"),
                Passed::Example => ("是示例", "不必处理；填完后可以删除示例行。"),
                Passed::Other => ("不属于义务教育和高中学段", "幼儿园、中职等教师不必列入。"),
            };
            let shown: Vec<String> =
                rows.iter().take(10).map(|row| (row + 1).to_string()).collect();
            let etc = if rows.len() > 10 { "等" } else { "" };
            let count = rows.len();
            let message =
                format!("有 {count} 行{what}（第 {} 行{etc}），没有读入。", shown.join("、"));
            let first = rows.first().copied().unwrap_or_default();
            findings.push(
                Finding::notice(code::PASSED_OVER, message)
                    .at(self.source.at(first, 0))
                    .advise(advice),
            );
        }
        self.records
    }
}
