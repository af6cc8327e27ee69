//! Rosters: from a workbook or CSV file of teachers to rows of text by column code, and findings.
//!
//! What the columns are called is data (`packs/rosters`, see [`RosterLayouts`]); the codes are those of
//! `staffing::RosterRow`. This module must not know what a column means, what a subject or a rank is:
//! what is typed goes on as text, and who makes teachers of it says what is wrong with the text.
//!
//! Rosters hold names and identity numbers, so nothing here quotes a cell, and nothing that holds rows
//! prints or serialises them.

mod cells;
mod details;
mod heads;
mod layout;
mod rows;

pub use layout::{RosterLayout, RosterLayouts};

use crate::cell::text::key;
use crate::finding::{Finding, Findings, Location, code};
use crate::open::{Book, Format, Limits, Refusal};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// What reading a roster needs and what it is asked for.
#[derive(Clone, Debug)]
pub struct RosterOptions<'a> {
    /// The layouts.
    pub layouts: &'a RosterLayouts,
    /// The layout to read by; `None`: the one that the headings fit.
    pub layout: Option<&'a str>,
    /// The schools of the county, for files that name schools without their codes.
    pub schools: SchoolNames,
    /// Bounds.
    pub limits: Limits,
    /// Findings of one kind that are listed; the rest are counted.
    pub findings_of_a_kind: u64,
}

impl<'a> RosterOptions<'a> {
    /// The usual options.
    #[must_use]
    pub fn new(layouts: &'a RosterLayouts) -> Self {
        Self {
            layouts,
            layout: None,
            schools: SchoolNames::default(),
            limits: Limits::default(),
            findings_of_a_kind: 100,
        }
    }

    /// By the layout of an id, whatever the headings say.
    #[must_use]
    pub fn by(mut self, layout: Option<&'a str>) -> Self {
        self.layout = layout;
        self
    }

    /// With the schools of the county, code and name each.
    #[must_use]
    pub fn schools<'s>(mut self, schools: impl IntoIterator<Item = (&'s str, &'s str)>) -> Self {
        self.schools = SchoolNames::new(schools);
        self
    }
}

/// How the names of schools end.
const SUFFIXES: [&str; 8] = ["小学", "中学", "学校", "教学点", "校区", "分校", "初中", "高中"];

/// The codes of schools by their names.
#[derive(Clone, Debug, Default)]
pub struct SchoolNames {
    codes: BTreeMap<String, Option<String>>,
}

impl SchoolNames {
    /// From codes and names; a name that two schools have is none of either.
    pub fn new<'s>(schools: impl IntoIterator<Item = (&'s str, &'s str)>) -> Self {
        let mut codes: BTreeMap<String, Option<String>> = BTreeMap::new();
        for (code, name) in schools {
            codes
                .entry(key(name))
                .and_modify(|known| {
                    if known.as_deref() != Some(code) {
                        *known = None;
                    }
                })
                .or_insert_with(|| Some(code.to_owned()));
        }
        Self { codes }
    }

    /// The code of a name, if there is exactly one.
    pub(crate) fn code(&self, name: &str) -> Option<&str> {
        self.codes.get(&key(name)).and_then(|code| code.as_deref())
    }

    /// Why a name has no code, in Chinese. What does not look like the name of a school may be that of
    /// a person in a wrong column, and is not quoted.
    pub(crate) fn why_none(&self, name: &str) -> String {
        let shown = crate::cell::short(name);
        if self.codes.contains_key(&key(name)) {
            format!("本县有不止一所名为“{shown}”的学校，不知道是哪一所。")
        } else if SUFFIXES.iter().any(|suffix| name.trim().ends_with(suffix)) {
            format!("本县学校中没有名为“{shown}”的学校。")
        } else {
            "这一格写的不是本县学校的标识码或校名。".to_owned()
        }
    }
}

/// What keeps a file from being read as a roster.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RosterError {
    /// `I-OPEN-…`: the file itself.
    #[error("文件“{file}”：{refusal}")]
    Refused {
        /// The file.
        file: String,
        /// Why.
        refusal: Refusal,
    },
    /// `I-ROSTER-01`: no layout fits.
    #[error("文件“{file}”不是认识的教师名册：{}。", nearest_text(nearest.as_ref()))]
    Unknown {
        /// The file.
        file: String,
        /// The nearest layout and the headings that it misses.
        nearest: Option<(String, Vec<String>)>,
    },
    /// `I-ROSTER-02`: more than one layout fits.
    #[error("文件“{file}”的列名同时符合两种版式：{first}，{second}；请指定用哪一种版式读取。")]
    Ambiguous {
        /// The file.
        file: String,
        /// One of them.
        first: String,
        /// The other.
        second: String,
    },
    /// `I-ROSTER-03`: no such layout.
    #[error("没有名为“{id}”的名册版式；可用的有：{}。", known.join("、"))]
    NoSuchLayout {
        /// What was asked for.
        id: String,
        /// What there is.
        known: Vec<String>,
    },
    /// `I-ROSTER-04`: a heading and nothing below it.
    #[error("文件“{file}”{}只有表头，没有教师；请填写后再导入。", of_sheet(sheet))]
    Empty {
        /// The file.
        file: String,
        /// The sheet; empty for a text file, which has none.
        sheet: String,
    },
}

fn of_sheet(sheet: &str) -> String {
    if sheet.is_empty() { String::new() } else { format!("的工作表“{sheet}”") }
}

fn nearest_text(nearest: Option<&(String, Vec<String>)>) -> String {
    match nearest {
        Some((title, missing)) => {
            format!("最接近“{title}”，但缺少“{}”列，请补上列名，或改用名册模板", missing.join("”“"))
        }
        None => "前 15 行中找不到教师名册的列名，请改用名册模板".to_owned(),
    }
}

impl RosterError {
    /// Stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Refused { refusal, .. } => refusal.code(),
            Self::Unknown { .. } => "I-ROSTER-01",
            Self::Ambiguous { .. } => "I-ROSTER-02",
            Self::NoSuchLayout { .. } => "I-ROSTER-03",
            Self::Empty { .. } => "I-ROSTER-04",
        }
    }
}

/// A row of a roster: the text of each column that has one. It is neither printed nor serialised.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct RosterRecord {
    /// The row of the sheet, from one.
    pub row: usize,
    cells: BTreeMap<String, String>,
}

impl RosterRecord {
    /// The text of a column; `None` where it is blank.
    #[must_use]
    pub fn get(&self, column: &str) -> Option<&str> {
        self.cells.get(column).map(String::as_str)
    }

    /// The columns that are filled, code and text.
    pub fn cells(&self) -> impl Iterator<Item = (&str, &str)> {
        self.cells.iter().map(|(column, text)| (column.as_str(), text.as_str()))
    }
}

impl fmt::Debug for RosterRecord {
    /// The row and how many columns are filled: nothing of what stands there.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RosterRecord {{ row: {}, {} cells }}", self.row, self.cells.len())
    }
}

/// A roster as it was read.
#[derive(Clone, Debug)]
pub struct RosterSheet {
    /// The layout's id.
    pub layout: String,
    /// The layout's Chinese title.
    pub title: String,
    /// The sheet; empty for a CSV file.
    pub sheet: String,
    /// The rows in their order; none is blank.
    pub rows: Vec<RosterRecord>,
    /// The headings of the columns that it knows, by their place.
    pub headings: BTreeMap<u32, String>,
    /// What is wrong, or worth knowing, in the order of places.
    pub findings: Vec<Finding>,
    /// How many findings are errors, also those that are not listed one by one.
    pub errors: u64,
}

/// Reads a roster from the bytes of a file: .xlsx, .xls or CSV (UTF-8, GB18030).
///
/// # Errors
/// [`RosterError`]: the file cannot be opened, or is no roster, or two layouts fit it. What is wrong
/// with single cells are findings.
pub fn read(
    bytes: &[u8],
    file: &str,
    options: &RosterOptions<'_>,
) -> Result<RosterSheet, RosterError> {
    let refused = |refusal| RosterError::Refused { file: file.to_owned(), refusal };
    let limits = &options.limits;
    let mut book = Book::open(bytes, limits).map_err(refused)?;
    if book.is_archive() {
        return Err(refused(Refusal::Other { what: "压缩包" }));
    }
    let sheets = heads::sheets(&mut book, limits).map_err(refused)?;
    let found = heads::find(&book, &sheets, options.layouts, options.layout, file)?;
    let name: Arc<str> = Arc::from(file);
    let sheet_name = |index: usize| -> Arc<str> {
        book.sheets().get(index).map_or("", |info| info.name.as_str()).into()
    };
    let head = &found.head;
    let own = sheet_name(head.sheet);
    let mut findings = Findings::new(options.findings_of_a_kind);
    for other in &found.others {
        let message = format!("工作表“{}”也是教师名册，没有读入。", sheet_name(*other));
        findings.push(
            Finding::error(code::SECOND_SHEET, message)
                .at(Location::sheet(&name, &sheet_name(*other)))
                .advise("请把各表的教师合并到一张工作表，或分成几个文件导入。"),
        );
    }
    let source = rows::Source {
        file: Arc::clone(&name),
        sheet: Arc::clone(&own),
        plain: book.format() == Format::Text,
        schools: &options.schools,
    };
    let extra = details::gather(&mut book, &sheets, head, &source, limits, &mut findings)
        .map_err(refused)?;
    if let Some(sheet) = sheets.iter().find(|sheet| sheet.index == head.sheet) {
        let hidden = book.sheets().get(head.sheet).is_some_and(|info| info.hidden);
        let place = Location::sheet(&name, &own);
        crate::context::hidden(&sheet.shape, hidden, &place, &mut findings);
        rows::say_head(head, &sheet.shape, (&source, &extra), &mut findings);
    }
    let shape = book.shape(head.sheet);
    let mut reader = rows::Reader::new(head, &shape, &source, &extra);
    book.rows(head.sheet, limits, &mut |row| reader.row(row, &mut findings)).map_err(refused)?;
    let rows = reader.finish(&mut findings);
    if rows.is_empty() {
        return Err(RosterError::Empty { file: file.to_owned(), sheet: own.to_string() });
    }
    let errors = findings.errors();
    let heading = |place: &usize| head.layout.columns.get(*place).map(|c| c.heading.clone());
    let headings =
        head.columns.iter().filter_map(|(column, place)| Some((*column, heading(place)?)));
    Ok(RosterSheet {
        headings: headings.collect(),
        layout: head.layout.id.clone(),
        title: head.layout.title.clone(),
        sheet: own.to_string(),
        rows,
        findings: findings.sorted(),
        errors,
    })
}
