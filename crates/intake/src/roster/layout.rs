//! Layouts of rosters: which heading is which column, and how other programs spell the values. They
//! are data (`packs/rosters`). This module must not know workbooks.

use crate::cell::text::{clean, key};
use packs::{PackError, PackFile, PackSource, Spanned};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// The code of every refusal here; what is no TOML or has an unknown key has the codes of `packs`.
const CODE: &str = "I-LAYOUT-02";

/// All layouts of rosters of an installation, in the order of their files' names.
#[derive(Clone, Debug)]
pub struct RosterLayouts {
    layouts: Vec<RosterLayout>,
}

impl RosterLayouts {
    /// Reads the layouts of `rosters/`.
    ///
    /// # Errors
    /// [`PackError`] with file, line, excerpt and what is wrong: unknown keys, two layouts with one
    /// id, a heading that two columns claim, …
    pub fn load(packs: &PackSource) -> Result<Self, PackError> {
        let mut layouts: Vec<RosterLayout> = Vec::new();
        for file in packs.toml_files("rosters") {
            let parsed: LayoutFile = packs::parse(file)?;
            let id = &parsed.id;
            if layouts.iter().any(|other| other.id == *id.get_ref()) {
                let message = format!("版式代号“{}”已被另一个文件使用。", id.get_ref());
                return Err(PackError::at(file, id.span(), CODE, message));
            }
            layouts.push(parsed.layout(file)?);
        }
        Ok(Self { layouts })
    }

    /// All layouts.
    pub fn iter(&self) -> impl Iterator<Item = &RosterLayout> {
        self.layouts.iter()
    }

    /// The layout of an id, as `roster-template`.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&RosterLayout> {
        self.layouts.iter().find(|layout| layout.id == id)
    }
}

/// A layout: one kind of roster file.
#[derive(Clone, Debug)]
pub struct RosterLayout {
    /// Its name on the command line and in the interface.
    pub id: String,
    /// Chinese title.
    pub title: String,
    /// Where its headings come from.
    pub source: String,
    /// Grade of certainty of that source: A, B, C or K.
    pub grade: String,
    /// Headings (as keys) that a sheet must have to be this roster.
    pub(crate) recognise: Vec<String>,
    /// Headings (as keys) that are known and not needed.
    pub(crate) ignored: BTreeSet<String>,
    /// The columns; of several with one code the first that is there and filled counts.
    pub(crate) columns: Vec<RosterColumn>,
    /// The tables of single matters.
    pub(crate) details: Vec<Detail>,
}

impl RosterLayout {
    /// The codes of all columns that it fills, each once.
    #[must_use]
    pub fn codes(&self) -> BTreeSet<&str> {
        let columns = self.columns.iter().map(|column| column.code.as_str());
        columns.chain(self.details.iter().map(|detail| detail.column.as_str())).collect()
    }

    /// What spellings of values become: code of the column and text.
    pub fn values(&self) -> impl Iterator<Item = (&str, &str)> {
        self.columns.iter().flat_map(|column| {
            column.reading.values.values().map(|value| (column.code.as_str(), value.as_str()))
        })
    }
}

/// A column of the table of teachers.
#[derive(Clone, Debug)]
pub(crate) struct RosterColumn {
    /// The code of the column.
    pub(crate) code: String,
    /// The usual heading.
    pub(crate) heading: String,
    /// All headings and the code, as keys.
    pub(crate) keys: BTreeSet<String>,
    /// Can no row be read without it?
    pub(crate) needed: bool,
    /// How its cells are read.
    pub(crate) reading: Reading,
    /// Values of rows that are none of this roster.
    pub(crate) passed_over: BTreeSet<String>,
}

/// How a cell is read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reading {
    pub(crate) shape: Shape,
    /// Spellings: text in the file → text that the roster knows.
    pub(crate) values: BTreeMap<String, String>,
    /// Units that may stand behind a number.
    pub(crate) units: Vec<String>,
    /// May a code stand before a value, as in `1-男`?
    pub(crate) coded: bool,
    /// Of a cell with several entries (`；`) of several parts (`|`): which parts, from zero, are schools.
    pub(crate) school_parts: Vec<usize>,
}

/// What a cell is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Shape {
    /// Any text.
    #[default]
    Text,
    /// A number of digits that is no quantity: a staff number, a school code.
    Code,
    /// An identity number.
    Identity,
    /// A date, perhaps without its day.
    Date,
    /// A quantity.
    Number,
    /// The name of a school, in place of its code.
    SchoolName,
    /// The code of a school, or its name.
    School,
    /// The year of a date or a year.
    Year,
    /// The first year of the school year of a date: September to August.
    SchoolYear,
}

/// A table of single matters, a row a record.
#[derive(Clone, Debug)]
pub(crate) struct Detail {
    /// Names that its sheet may have, as keys.
    pub(crate) sheets: Vec<String>,
    /// Headings (as keys) of the identity number.
    pub(crate) key: Vec<String>,
    /// The column that it fills.
    pub(crate) column: String,
    /// Are all records taken, or the last only?
    pub(crate) all: bool,
    /// Headings (as keys) by which records are ordered, the first the heaviest.
    pub(crate) order: Vec<String>,
    /// Records that have one of the values here count only; where no sheet column is there, all do.
    pub(crate) only: Option<Condition>,
    /// Records that have one of the values here do not count.
    pub(crate) except: Option<Condition>,
    /// What an entry is made of.
    pub(crate) parts: Vec<Part>,
}

/// A condition on a record.
#[derive(Clone, Debug)]
pub(crate) struct Condition {
    pub(crate) headings: Vec<String>,
    pub(crate) values: BTreeSet<String>,
}

/// A part of an entry.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub(crate) headings: Vec<String>,
    pub(crate) reading: Reading,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LayoutFile {
    id: Spanned<String>,
    title: String,
    source: String,
    grade: Spanned<String>,
    recognise: Spanned<Vec<String>>,
    /// Values may bear the code of their list before them: `1-男`.
    #[serde(default)]
    coded: bool,
    #[serde(default)]
    ignored: Vec<String>,
    column: Vec<ColumnFile>,
    #[serde(default)]
    detail: Vec<DetailFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ColumnFile {
    column: Spanned<String>,
    headings: Spanned<Vec<String>>,
    #[serde(default)]
    needed: bool,
    #[serde(default)]
    shape: Shape,
    #[serde(default)]
    values: BTreeMap<String, String>,
    #[serde(default)]
    units: Vec<String>,
    /// Parts of the entries of a cell that are schools, from one.
    #[serde(default)]
    school_parts: Vec<usize>,
    #[serde(default)]
    passed_over: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DetailFile {
    sheets: Vec<String>,
    key: Vec<String>,
    column: String,
    take: Spanned<String>,
    #[serde(default)]
    order: Vec<String>,
    only: Option<ConditionFile>,
    except: Option<ConditionFile>,
    parts: Vec<PartFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ConditionFile {
    headings: Vec<String>,
    values: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PartFile {
    headings: Vec<String>,
    #[serde(default)]
    shape: Shape,
    #[serde(default)]
    values: BTreeMap<String, String>,
}

fn keys(texts: &[String]) -> Vec<String> {
    texts.iter().map(|text| key(text)).collect()
}

fn cleaned(values: BTreeMap<String, String>) -> BTreeMap<String, String> {
    values.into_iter().map(|(from, to)| (clean(&from), to)).collect()
}

impl LayoutFile {
    fn layout(self, file: &PackFile) -> Result<RosterLayout, PackError> {
        let fail = |span: std::ops::Range<usize>, message: String| {
            Err(PackError::at(file, span, CODE, message))
        };
        if !["A", "B", "C", "K"].contains(&self.grade.get_ref().as_str()) {
            return fail(self.grade.span(), "grade 只能是 A、B、C、K。".to_owned());
        }
        let ignored: BTreeSet<String> = self.ignored.iter().map(|text| key(text)).collect();
        let mut claimed: BTreeSet<String> = ignored.clone();
        let mut columns = Vec::new();
        for column in self.column {
            let Some(heading) = column.headings.get_ref().first().cloned() else {
                return fail(column.headings.span(), "headings 不能为空。".to_owned());
            };
            let mut own: BTreeSet<String> = keys(column.headings.get_ref()).into_iter().collect();
            if let Some(twice) = own.iter().find(|own| !claimed.insert((*own).clone())) {
                let message = format!("列名“{twice}”写了两次，不知道是哪一列。");
                return fail(column.headings.span(), message);
            }
            let code = column.column.get_ref().clone();
            own.insert(key(&code));
            columns.push(RosterColumn {
                code,
                heading,
                keys: own,
                needed: column.needed,
                reading: Reading {
                    shape: column.shape,
                    values: cleaned(column.values),
                    units: column.units,
                    coded: self.coded,
                    school_parts: column
                        .school_parts
                        .iter()
                        .filter_map(|part| part.checked_sub(1))
                        .collect(),
                },
                passed_over: column.passed_over.iter().map(|text| clean(text)).collect(),
            });
        }
        let recognise = keys(self.recognise.get_ref());
        if recognise.is_empty()
            || recognise
                .iter()
                .any(|heading| ignored.contains(heading) || !claimed.contains(heading))
        {
            let message = "recognise 须列出至少一个列名，且都是上面写过的列名。".to_owned();
            return fail(self.recognise.span(), message);
        }
        let mut details = Vec::new();
        for detail in self.detail {
            let all = match detail.take.get_ref().as_str() {
                "last" => false,
                "all" => true,
                _ => return fail(detail.take.span(), "take 只能是 last、all。".to_owned()),
            };
            details.push(detail.detail(all, self.coded, &columns));
        }
        Ok(RosterLayout {
            id: self.id.into_inner(),
            title: self.title,
            source: self.source,
            grade: self.grade.into_inner(),
            recognise,
            ignored,
            columns,
            details,
        })
    }
}

impl DetailFile {
    fn detail(self, all: bool, coded: bool, columns: &[RosterColumn]) -> Detail {
        let condition = |condition: ConditionFile| Condition {
            headings: keys(&condition.headings),
            values: condition.values.iter().map(|text| clean(text)).collect(),
        };
        let code = self.column;
        // Spellings of the column hold for its table, too.
        let usual: BTreeMap<String, String> = columns
            .iter()
            .filter(|column| !all && column.code == code)
            .flat_map(|column| column.reading.values.clone())
            .collect();
        let parts = self.parts.into_iter().map(|part| {
            let mut values = usual.clone();
            values.extend(cleaned(part.values));
            Part {
                headings: keys(&part.headings),
                reading: Reading { shape: part.shape, values, coded, ..Reading::default() },
            }
        });
        Detail {
            sheets: keys(&self.sheets),
            key: keys(&self.key),
            all,
            order: keys(&self.order),
            only: self.only.map(condition),
            except: self.except.map(condition),
            parts: parts.collect(),
            column: code,
        }
    }
}
