//! Annotated copies: a user's workbook with the cells that have findings coloured and noted, and
//! with the sheet 校验结果 that lists all findings.
//!
//! Packages (.xlsx, .xlsm) are edited in place: only what is ours is added, every other part is
//! copied byte by byte, so nothing of the user's is lost, known to this program or not. Whatever
//! cannot be edited so (.xls, .csv, a damaged package) becomes a plain workbook with the same cell
//! texts, and says so. An annotated copy that is annotated again shows the new findings only.
//!
//! This module must not know how findings come about, nor layouts.

mod comments;
mod direct;
mod package;
mod plain;
mod report;
mod shapes;
mod sheet;
mod styles;
mod xml;

use crate::finding::{Finding, Severity};
use crate::layout::CellRef;
use crate::open::{Book, Limits, Refusal};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Name of the sheet that lists the findings; a number is added where the user has such a sheet.
pub(crate) const LIST_SHEET: &str = "校验结果";
/// Cells that get a note at most; the others are coloured and listed.
const NOTED: usize = 10_000;
/// Cells that are coloured at most; the others are listed.
const COLOURED: usize = 200_000;
/// Findings written out in one note at most.
const IN_ONE_NOTE: usize = 6;

/// Why there is no annotated copy.
#[derive(Debug, thiserror::Error)]
pub enum AnnotateError {
    /// `I-ANNOTATE-01`: the file cannot be read at all.
    #[error("{file}：不能写入标注：{source}")]
    Refused {
        /// The file.
        file: String,
        /// Why it cannot be read.
        source: Refusal,
    },
    /// `I-ANNOTATE-02`: the file is an archive of workbooks: each of them is annotated by itself.
    #[error("{0}：压缩包不能写入标注，请解压后重新检查。")]
    Archive(String),
    /// `I-ANNOTATE-03`: the plain copy could not be written.
    #[error("{file}：无法写出标注副本：{reason}")]
    Write {
        /// The file.
        file: String,
        /// What the writer says.
        reason: String,
    },
}

/// An annotated copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Annotated {
    /// The workbook. The same source and findings give the same bytes.
    pub bytes: Vec<u8>,
    /// The file's ending: that of the original, or `xlsx` for a plain copy.
    pub extension: String,
    /// `true`: the original with our marks; `false`: a plain workbook with the same cell texts.
    pub in_place: bool,
}

/// A finding as it is listed, with the cell that it leads to.
struct Listed<'a> {
    finding: &'a Finding,
    sheet: Option<String>,
    cell: Option<CellRef>,
}

/// What a cell shows.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Mark {
    severity: Severity,
    /// Empty: no note.
    note: String,
}

type SheetMarks = BTreeMap<CellRef, Mark>;
type Marks = BTreeMap<String, SheetMarks>;

/// Writes an annotated copy of a file.
///
/// `file` is the file as the findings name it; findings of other files are left out, those about
/// the input as a whole are listed. `limits` bound what is unpacked.
///
/// # Errors
/// [`AnnotateError`] where the file can neither be edited nor be written anew.
pub fn annotate(
    source: &[u8],
    file: &str,
    findings: &[Finding],
    limits: &Limits,
) -> Result<Annotated, AnnotateError> {
    let own = |f: &&Finding| f.location.as_ref().is_none_or(|l| l.file.as_ref() == file);
    let own: Vec<&Finding> = findings.iter().filter(own).collect();
    let (marks, remark) = marks(&own, file, "");
    let listing = listed(&own, file, "");
    let direct = direct::annotate(source, limits.unpacked_bytes, &listing, &marks, &remark);
    // What is broken in a way that a reader bears may not bear an addition: such a copy is not
    // handed out where the original can be read and be written anew.
    let opens = |bytes: &[u8]| Book::open(bytes, limits).is_ok();
    if let Ok(bytes) = direct
        && (opens(&bytes) || !opens(source))
    {
        let ending = file.rsplit('.').next().unwrap_or_default().to_lowercase();
        let known = ["xlsx", "xlsm", "xltx", "xltm"].contains(&ending.as_str());
        let extension = if known { ending } else { "xlsx".to_owned() };
        return Ok(Annotated { bytes, extension, in_place: true });
    }
    let refused = |source| AnnotateError::Refused { file: file.to_owned(), source };
    let mut book = Book::open(source, limits).map_err(refused)?;
    if book.is_archive() {
        return Err(AnnotateError::Archive(file.to_owned()));
    }
    let sheets = plain::sheets(&mut book, file, limits).map_err(refused)?;
    let first = sheets.first().map_or("", |sheet| sheet.name.as_str());
    let (marks, remark) = self::marks(&own, file, first);
    let remark = format!(
        "原文件不是 .xlsx，或其结构无法原样改写：本文件按原单元格内容重新生成，未保留原有格式。{remark}"
    );
    let bytes = plain::write(&sheets, &listed(&own, file, first), &marks, &remark)
        .map_err(|e| AnnotateError::Write { file: file.to_owned(), reason: e.to_string() })?;
    Ok(Annotated { bytes, extension: "xlsx".to_owned(), in_place: false })
}

/// The cell of a place, if it is one of this file; `unnamed` is the sheet of a file without sheets.
fn cell_of(
    location: &crate::finding::Location,
    file: &str,
    unnamed: &str,
) -> Option<(String, CellRef)> {
    let (row, column) = location.cell?;
    if location.file.as_ref() != file || row >= 1_048_576 || column >= 16_384 {
        return None;
    }
    let sheet = if location.sheet.is_empty() { unnamed } else { &location.sheet };
    (!sheet.is_empty()).then(|| (sheet.to_owned(), CellRef { row, column }))
}

fn listed<'a>(findings: &[&'a Finding], file: &str, unnamed: &str) -> Vec<Listed<'a>> {
    findings
        .iter()
        .map(|finding| {
            let place = finding.location.as_ref().and_then(|l| cell_of(l, file, unnamed));
            let (sheet, cell) = place.unzip();
            Listed { finding, sheet, cell }
        })
        .collect()
}

/// The marks of all cells and the remark that goes with the list.
fn marks(findings: &[&Finding], file: &str, unnamed: &str) -> (Marks, String) {
    let mut places: BTreeMap<(String, CellRef), Vec<&Finding>> = BTreeMap::new();
    for finding in findings {
        for location in finding.location.iter().chain(&finding.also) {
            if let Some(place) = cell_of(location, file, unnamed) {
                let there = places.entry(place).or_default();
                if !there.iter().any(|f| std::ptr::eq(*f, *finding)) {
                    there.push(finding);
                }
            }
        }
    }
    let mut remark = String::from(
        "红色为错误，黄色为警告，蓝色为提示；单元格批注写明问题和办法。点击“单元格”一列可跳转。\
         改正后请重新检查，旧的标注会自动清除。",
    );
    if places.len() > NOTED {
        let _ = write!(remark, "批注只写前 {NOTED} 个单元格，其余只着色。");
    }
    if places.len() > COLOURED {
        let _ = write!(remark, "着色只到前 {COLOURED} 个单元格，其余见下表。");
    }
    if findings.len() > report::MOST {
        let _ = write!(remark, "下表只列前 {} 条。", report::MOST);
    }
    let mut marks = Marks::new();
    for (number, ((sheet, cell), found)) in places.into_iter().enumerate().take(COLOURED) {
        let severity = found.iter().map(|f| f.severity).min().unwrap_or(Severity::Notice);
        let note = if number < NOTED { note(&found) } else { String::new() };
        marks.entry(sheet).or_default().insert(cell, Mark { severity, note });
    }
    (marks, remark)
}

/// The text of a note: each finding with what to do, the gravest first.
fn note(findings: &[&Finding]) -> String {
    let mut sorted = findings.to_vec();
    sorted.sort_by_key(|f| f.severity);
    let mut parts: Vec<String> = sorted
        .iter()
        .take(IN_ONE_NOTE)
        .map(|f| {
            let message = shortened(&f.message);
            if f.advice.is_empty() {
                format!("【{}】{message}", f.severity.zh())
            } else {
                format!("【{}】{message}\n办法：{}", f.severity.zh(), shortened(&f.advice))
            }
        })
        .collect();
    if sorted.len() > IN_ONE_NOTE {
        parts.push(format!("另有 {} 条，见工作表“{}”。", sorted.len() - IN_ONE_NOTE, LIST_SHEET));
    }
    parts.join("\n")
}

fn shortened(text: &str) -> String {
    const MOST: usize = 400;
    if text.chars().count() <= MOST {
        return text.to_owned();
    }
    text.chars().take(MOST).chain(['…']).collect()
}

#[cfg(test)]
mod tests;
