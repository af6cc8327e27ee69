//! Findings: what is wrong, or worth knowing, in the files of a user, with the place and the
//! remedy. All of them are collected; none of them stops the reading.
//!
//! This module must not know how files are read or what a layout is.

use crate::mapping::Words;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::sync::Arc;

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// 错误: the value is not taken, or the whole is not to be trusted until it is mended.
    Error,
    /// 警告: taken as it stands, and to be looked at by a person.
    Warning,
    /// 提示: nothing is wrong; the user should know what the program did.
    Notice,
}

impl Severity {
    /// The Chinese name.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Self::Error => "错误",
            Self::Warning => "警告",
            Self::Notice => "提示",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.zh())
    }
}

/// A file, a sheet or a cell.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Location {
    /// The file as the user named it, relative to the folder that was opened.
    pub file: Arc<str>,
    /// The sheet; empty for a CSV file or where the whole file is meant.
    pub sheet: Arc<str>,
    /// Zero-based row and column; `None` where the whole sheet is meant.
    pub cell: Option<(u32, u32)>,
}

impl Location {
    /// The whole of a file.
    #[must_use]
    pub fn file(file: &Arc<str>) -> Self {
        Self { file: Arc::clone(file), sheet: Arc::from(""), cell: None }
    }

    /// The whole of a sheet.
    #[must_use]
    pub fn sheet(file: &Arc<str>, sheet: &Arc<str>) -> Self {
        Self { file: Arc::clone(file), sheet: Arc::clone(sheet), cell: None }
    }

    /// A cell, zero-based.
    #[must_use]
    pub fn cell(file: &Arc<str>, sheet: &Arc<str>, row: u32, column: u32) -> Self {
        Self { file: Arc::clone(file), sheet: Arc::clone(sheet), cell: Some((row, column)) }
    }
}

impl fmt::Display for Location {
    /// `学校数据.xlsx › 学校 › C6`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut f = OneLine(f);
        f.write_str(&self.file)?;
        if !self.sheet.is_empty() {
            write!(f, " › {}", self.sheet)?;
        }
        if let Some((row, column)) = self.cell {
            write!(f, " › {}", domain::cell_name(row, column))?;
        }
        Ok(())
    }
}

/// Writes control characters as spaces: names of files and sheets come from outside, and what is
/// shown of a finding is one line that does nothing to a terminal.
struct OneLine<'f, 'b>(&'f mut fmt::Formatter<'b>);

impl fmt::Write for OneLine<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for (number, piece) in text.split(char::is_control).enumerate() {
            if number > 0 {
                self.0.write_str(" ")?;
            }
            self.0.write_str(piece)?;
        }
        Ok(())
    }
}

/// The school that a finding is about, as the file names it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct SchoolName {
    /// 标识码 as it stands in the file; empty if none could be read.
    pub code: Arc<str>,
    /// Name as it stands in the file; empty if none could be read.
    pub name: Arc<str>,
}

/// Something wrong, or worth knowing, in a user's file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Stable code of the kind: `I-CELL-03`. The list stands in [`code`].
    pub code: &'static str,
    /// How much it weighs.
    pub severity: Severity,
    /// Where; `None` for the input as a whole.
    pub location: Option<Location>,
    /// Other places that belong to it: the second cell of a conflict, the inputs of a cross-check.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<Location>,
    /// The school, where it is about one.
    pub school: Option<SchoolName>,
    /// The item's code and Chinese name, where it is about one.
    pub item: Option<ItemName>,
    /// What is wrong, in plain Chinese.
    pub message: String,
    /// What to do, in plain Chinese.
    pub advice: String,
    /// How many findings of this kind stand behind this one without being listed; 0 for most.
    #[serde(skip_serializing_if = "is_zero")]
    pub more: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
fn is_zero(n: &u64) -> bool {
    *n == 0
}

/// The item that a finding is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct ItemName {
    /// The item's code.
    pub code: Arc<str>,
    /// Its Chinese name, with the stage where it has one: `初中 在校生数`.
    pub zh: Arc<str>,
}

impl Finding {
    /// A finding about the input as a whole; add the rest with the other builders.
    #[must_use]
    pub fn new(code: &'static str, severity: Severity, message: impl Into<String>) -> Self {
        Self {
            code,
            severity,
            location: None,
            also: Vec::new(),
            school: None,
            item: None,
            message: message.into(),
            advice: String::new(),
            more: 0,
        }
    }

    /// An error.
    #[must_use]
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Error, message)
    }

    /// A warning.
    #[must_use]
    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Warning, message)
    }

    /// A notice.
    #[must_use]
    pub fn notice(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Notice, message)
    }

    /// With its place.
    #[must_use]
    pub fn at(mut self, location: Location) -> Self {
        self.location = Some(location);
        self
    }

    /// With a further place.
    #[must_use]
    pub fn and_at(mut self, location: Location) -> Self {
        self.also.push(location);
        self
    }

    /// With its school.
    #[must_use]
    pub fn of(mut self, code: &str, name: &str) -> Self {
        self.school = Some(SchoolName { code: code.into(), name: name.into() });
        self
    }

    /// With its item.
    #[must_use]
    pub fn item(mut self, code: &str, zh: &str) -> Self {
        self.item = Some(ItemName { code: code.into(), zh: zh.into() });
        self
    }

    /// With what to do.
    #[must_use]
    pub fn advise(mut self, advice: impl Into<String>) -> Self {
        self.advice = advice.into();
        self
    }
}

impl fmt::Display for Finding {
    /// One line: `错误 I-CELL-03 学校.xlsx › 学校 › C6 青山小学:……。……`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut f = OneLine(f);
        write!(f, "{} {}", self.severity, self.code)?;
        if let Some(location) = &self.location {
            write!(f, " {location}")?;
        }
        if let Some(school) = &self.school {
            let name = if school.name.is_empty() { &school.code } else { &school.name };
            write!(f, " {name}")?;
        }
        write!(f, ":{}", self.message)?;
        if !self.advice.is_empty() {
            write!(f, " {}", self.advice)?;
        }
        Ok(())
    }
}

/// One kind of finding in one sheet: code, file, sheet.
type KindAt = (&'static str, Arc<str>, Arc<str>);

/// Collects findings, in bounded number: a rubbish file must not give a million of them.
#[derive(Debug)]
pub struct Findings {
    kept: Vec<Finding>,
    /// Code, file and sheet → how many there were.
    counts: BTreeMap<KindAt, (u64, Severity)>,
    errors: u64,
    cap: u64,
    /// Words that were not understood, or that a mapping explained.
    pub(crate) words: Words,
}

impl Findings {
    /// A collector that keeps at most `cap` findings of one code in one sheet of one file.
    #[must_use]
    pub fn new(cap: u64) -> Self {
        Self { kept: Vec::new(), counts: BTreeMap::new(), errors: 0, cap, words: Words::default() }
    }

    /// Takes a finding; beyond the cap it is only counted.
    pub fn push(&mut self, finding: Finding) {
        let (file, sheet) = finding.location.as_ref().map_or_else(
            || (Arc::from(""), Arc::from("")),
            |l| (Arc::clone(&l.file), Arc::clone(&l.sheet)),
        );
        if finding.severity == Severity::Error {
            self.errors += 1;
        }
        let (count, _) =
            self.counts.entry((finding.code, file, sheet)).or_insert((0, finding.severity));
        *count += 1;
        if *count <= self.cap {
            self.kept.push(finding);
        }
    }

    /// How many errors were taken, listed or not.
    #[must_use]
    pub fn errors(&self) -> u64 {
        self.errors
    }

    /// Takes all findings of another collector.
    pub fn append(&mut self, other: Self) {
        self.words.append(other.words);
        for finding in other.kept {
            self.push(finding);
        }
        for (key, (count, severity)) in other.counts {
            let hidden = count.saturating_sub(other.cap);
            if hidden > 0 {
                self.counts.entry(key).or_insert((0, severity)).0 += hidden;
                if severity == Severity::Error {
                    self.errors += hidden;
                }
            }
        }
    }

    /// All findings in their order: by file, sheet, row, column, severity, code; what concerns no
    /// place stands last. Behind a capped kind stands one line that says how many more there are.
    #[must_use]
    pub fn sorted(self) -> Vec<Finding> {
        let mut all = self.kept;
        for ((code, file, sheet), (count, severity)) in self.counts {
            let more = count.saturating_sub(self.cap);
            if more == 0 {
                continue;
            }
            let mut last =
                Finding::new(code, severity, format!("以下还有 {more} 条同类问题，未逐条列出。"))
                    .advise("请先处理已列出的，再重新检查。");
            last.more = more;
            if !file.is_empty() {
                last.location = Some(Location { file, sheet, cell: Some((u32::MAX, u32::MAX)) });
            }
            all.push(last);
        }
        all.sort_by(|a, b| {
            let key = |f: &Finding| (f.location.is_none(), f.location.clone());
            key(a)
                .cmp(&key(b))
                .then(a.severity.cmp(&b.severity))
                .then(a.code.cmp(b.code))
                .then_with(|| a.item.cmp(&b.item))
                .then_with(|| a.message.cmp(&b.message))
        });
        for finding in &mut all {
            if finding.more > 0
                && let Some(location) = &mut finding.location
            {
                location.cell = None;
            }
        }
        all
    }
}

/// The codes of all findings of intake. A code never changes its meaning.
pub mod code {
    /// The file cannot be read: what it is and what to do.
    pub const REFUSED: &str = "I-FILE-01";
    /// The content is another format than the file's extension says.
    pub const EXTENSION: &str = "I-FILE-02";
    /// No layout knows the file or the sheet.
    pub const UNKNOWN_LAYOUT: &str = "I-FILE-03";
    /// The school year or the county is not stated, or stated differently.
    pub const YEAR_OR_COUNTY: &str = "I-FILE-04";
    /// Two files are the same, byte by byte; the second is left out.
    pub const SAME_FILE: &str = "I-FILE-05";
    /// Hidden rows, columns or sheets were read.
    pub const HIDDEN: &str = "I-SHEET-01";
    /// A heading is not known; its column is left out.
    pub const UNKNOWN_COLUMN: &str = "I-SHEET-02";
    /// A heading that must be there is not, or stands twice.
    pub const COLUMN: &str = "I-SHEET-03";
    /// A label of an official form is not what the layout expects.
    pub const LABEL: &str = "I-SHEET-04";
    /// Rows that were passed over: blank, sums, a heading once more, an example.
    pub const PASSED_OVER: &str = "I-SHEET-05";
    /// Merged cells or several rows of heading.
    pub const MERGED: &str = "I-SHEET-06";
    /// A second sheet that looks like what was read from the first, and was not read.
    pub const SECOND_SHEET: &str = "I-SHEET-07";
    /// A formula without a stored result.
    pub const NO_CACHED_VALUE: &str = "I-CELL-01";
    /// An error value such as `#DIV/0!`.
    pub const ERROR_VALUE: &str = "I-CELL-02";
    /// Not of the item's type.
    pub const TYPE: &str = "I-CELL-03";
    /// Outside the item's range.
    pub const RANGE: &str = "I-CELL-04";
    /// A unit behind the number that cannot be converted.
    pub const UNIT: &str = "I-CELL-05";
    /// The value was read in another unit or form than it was written, and converted.
    pub const CONVERTED: &str = "I-CELL-06";
    /// A long number that a spreadsheet has rounded: its last digits are lost.
    pub const DIGITS_LOST: &str = "I-CELL-07";
    /// No school code, or not one.
    pub const SCHOOL_CODE: &str = "I-SCHOOL-01";
    /// One school code stands twice.
    pub const DUPLICATE_CODE: &str = "I-SCHOOL-02";
    /// One name with two codes.
    pub const DUPLICATE_NAME: &str = "I-SCHOOL-03";
    /// The kind of school is missing or unknown.
    pub const UNKNOWN_KIND: &str = "I-SCHOOL-04";
    /// Figures for a stage that the school does not have.
    pub const STAGE: &str = "I-SCHOOL-05";
    /// A row names a school that no file describes.
    pub const UNKNOWN_SCHOOL: &str = "I-SCHOOL-06";
    /// Two places say different things of one fact.
    pub const CONFLICT: &str = "I-MERGE-01";
    /// A cross-check does not hold.
    pub const CHECK: &str = "I-CHECK-01";
    /// A value has jumped against last year's.
    pub const JUMP: &str = "I-CHECK-02";
    /// Items that are missing, by item.
    pub const MISSING: &str = "I-CHECK-03";
    /// What was read cannot be a snapshot.
    pub const SEAL: &str = "I-SEAL-01";
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(row: u32) -> Finding {
        let (file, sheet) = (Arc::from("a.xlsx"), Arc::from("学校"));
        Finding::error(code::TYPE, format!("行 {row}")).at(Location::cell(&file, &sheet, row, 2))
    }

    #[test]
    fn a_finding_is_one_line_whatever_the_sheet_is_called() {
        let (file, sheet) = (Arc::from("a\u{1b}[2J.xlsx"), Arc::from("学校\r\n二"));
        let finding = Finding::error(code::TYPE, "坏").at(Location::sheet(&file, &sheet));
        assert_eq!(finding.to_string(), "错误 I-CELL-03 a [2J.xlsx › 学校  二:坏");
    }

    #[test]
    fn a_million_findings_become_a_few() {
        let mut findings = Findings::new(3);
        for row in (0..1000).rev() {
            findings.push(at(row));
        }
        assert_eq!(findings.errors(), 1000);
        let all = findings.sorted();
        assert_eq!(all.len(), 4);
        assert_eq!(all[3].more, 997);
        assert!(all[3].message.contains("以下还有 997 条同类"));
        assert_eq!(all[0].location.as_ref().unwrap().cell, Some((997, 2)));
    }

    #[test]
    fn the_order_does_not_depend_on_the_order_of_arrival() {
        let mut forth = Findings::new(10);
        let mut back = Findings::new(10);
        for row in 0..5 {
            forth.push(at(row));
            back.push(at(4 - row));
        }
        forth.push(Finding::notice(code::MISSING, "缺"));
        let mut other = Findings::new(10);
        other.push(Finding::notice(code::MISSING, "缺"));
        other.append(back);
        let forth = forth.sorted();
        assert_eq!(forth, other.sorted());
        assert_eq!(forth[0].to_string(), "错误 I-CELL-03 a.xlsx › 学校 › C1:行 0");
    }
}
