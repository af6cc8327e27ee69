//! The value that a template renders into and that every writer reads: [`Document`].
//!
//! It holds what is said, in order, and never how it looks: no fonts, no sizes, no numbers of
//! headings, annexes or pages. Three kinds of text are told apart because they have different owners:
//! the template's own words ([`Run::Text`]), figures of the data ([`Run::Figure`]), and what a person
//! writes ([`Free`]). What nobody knows yet is [`Run::Pending`] and keeps a document from
//! becoming final.
//!
//! Must not know where a figure comes from, nor docx, HTML or any other file.

mod chart;
mod table;
mod walk;

pub use chart::{Chart, ChartKind, Direction, Limit, Point, Series};
pub use table::{Cell, Column, Row, Table};
pub use walk::Visit;

use serde::{Deserialize, Serialize};

/// An official document, complete but for its layout.
///
/// ```
/// use document::model::{Block, Document, Run};
///
/// let mut document = Document::new("关于推进义务教育优质均衡发展的报告");
/// document.blocks.push(Block::heading(1, "基本情况"));
/// document.blocks.push(Block::paragraph(vec![
///     Run::text("全县共有义务教育学校"),
///     Run::figure("county.schools", "42"),
///     Run::text("所。"),
/// ]));
/// assert_eq!(document.figures(), vec![("county.schools", "42")]);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// 发文机关标志, the red head: `青山县教育局文件`. `None`: plain paper without a red head.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mark: Option<String>,
    /// 发文字号: `青教〔2025〕1号`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub number: Vec<Run>,
    /// 标题. A line feed in a text is a line break: long titles are broken by sense.
    pub title: Vec<Run>,
    /// 主送机关, without the colon that the engine puts after it. Empty: nobody is addressed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub addressee: Vec<Run>,
    /// 正文.
    pub blocks: Vec<Block>,
    /// 附件, in their order: listed after the body, numbered by the engine, printed after the rest.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub annexes: Vec<Annex>,
    /// 发文机关署名 and 成文日期.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<Signature>,
    /// 附注, without its brackets: `联系人：…，电话：…`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub note: Vec<Run>,
    /// 版记: whom copies go to, who printed it when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copies: Option<Copies>,
    /// Whether it may still have gaps.
    #[serde(default)]
    pub state: State,
    /// Who reads it.
    #[serde(default)]
    pub audience: Audience,
    /// A line at the head of every page: `合成数据，仅供演示`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// What its figures are bound to.
    #[serde(default)]
    pub provenance: Provenance,
    /// Whether a sheet in front lists the provenance.
    #[serde(default, skip_serializing_if = "is_false")]
    pub front_sheet: bool,
}

/// One piece of a text, in order of reading.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "run", rename_all = "snake_case", deny_unknown_fields)]
pub enum Run {
    /// The template's own words. A line feed is a line break.
    Text {
        /// The words.
        text: String,
        /// Printed bold: the first words of a paragraph, the head of a total.
        #[serde(default, skip_serializing_if = "is_false")]
        strong: bool,
    },
    /// A figure of the data, traced through editing by its key.
    Figure {
        /// The key in the catalogue of figures. A key names the value *and* how it is printed: two
        /// figures of one key show the same text, and 12345 元 and 1.2 万元 are two keys.
        key: String,
        /// What is printed, without its unit where the sentence says the unit.
        text: String,
    },
    /// A gap, printed as `〔待补：…〕` in a draft; blocks the final version.
    Pending {
        /// What is missing, in words for the person who has to find it: `2024年度专项督查次数`.
        what: String,
        /// The key of the figure that is missing, where it is one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        key: Option<String>,
    },
    /// What a person writes within a line or a cell of a table.
    Free(Free),
}

/// What a person writes. It survives a regeneration by its key.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Free {
    /// Unique in the document, from the template.
    pub key: String,
    /// What is to be written here, shown as `〔待补：…〕` while nothing is.
    pub prompt: String,
    /// What was written; a line feed begins a new paragraph, in a run a new line. Empty: nothing yet.
    #[serde(default)]
    pub text: String,
    /// Whether the final version may go without it. An optional one that is empty is printed in
    /// drafts only.
    #[serde(default, skip_serializing_if = "is_false")]
    pub optional: bool,
}

/// A part of the body or of an annex.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "block", rename_all = "snake_case", deny_unknown_fields)]
pub enum Block {
    /// A heading. Its number (一、 （一） 1. （1）) is the engine's, counted within the body and within
    /// each annex anew.
    Heading {
        /// 1 to 4.
        level: u8,
        /// The words, without number and closing mark.
        runs: Vec<Run>,
    },
    /// A paragraph; by default set flush with the first line two characters in.
    Paragraph {
        /// The text.
        runs: Vec<Run>,
        /// How it is set.
        #[serde(default, skip_serializing_if = "is_default")]
        style: ParagraphStyle,
    },
    /// What a person writes, a paragraph or several.
    Free(Free),
    /// A table.
    Table(Table),
    /// A chart.
    Chart(Chart),
    /// What follows begins on a new page.
    Break {
        /// How the paper of the following pages lies.
        paper: Paper,
    },
}

/// How a paragraph is set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ParagraphStyle {
    /// Flush on both sides, first line two characters in.
    #[default]
    Body,
    /// From the left edge, no indent.
    Plain,
    /// In the middle.
    Centred,
    /// To the right.
    Right,
    /// A smaller note below a table or chart.
    Note,
}

/// How a page lies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Paper {
    /// Upright A4.
    #[default]
    Portrait,
    /// A4 across, for wide tables.
    Landscape,
}

/// An attachment (附件).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Annex {
    /// Its name in the list and above it, without `附件1` and without a closing mark.
    pub title: String,
    /// How its first page lies.
    #[serde(default)]
    pub paper: Paper,
    /// Empty: it is listed here and comes as a file of its own.
    #[serde(default)]
    pub blocks: Vec<Block>,
}

/// Who signs, and when.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signature {
    /// The issuing organs, a line each; the seal covers the date.
    pub organs: Vec<Vec<Run>>,
    /// 成文日期: `2025年3月1日`.
    pub date: Vec<Run>,
}

/// 版记, at the end of the last page of the text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Copies {
    /// 抄送, without the word and without the full stop: `县人大常委会办公室，县财政局`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub to: Vec<Run>,
    /// 印发机关.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub printed_by: Vec<Run>,
    /// 印发日期, without the word 印发.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub printed_on: Vec<Run>,
}

/// Whether a document may still have gaps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Gaps are printed as `〔待补：…〕`.
    #[default]
    Draft,
    /// No gap may remain; writers refuse it otherwise.
    Final,
}

/// Who reads a document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Offices.
    #[default]
    Internal,
    /// Everybody: the template has left out what small numbers would disclose.
    Public,
}

/// What the figures of a document are bound to. Kept in every file and read back from it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provenance {
    /// In order of importance: template, snapshots, standards, plan.
    pub sources: Vec<Source>,
    /// Version of the program.
    pub engine: String,
}

/// One of the things that a document is bound to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// What kind of thing.
    pub role: Role,
    /// Its id: of a template or standard the pack's, of a snapshot county and year.
    pub id: String,
    /// Its name as people know it.
    pub title: String,
    /// Its version, where it has one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub version: String,
    /// Its content hash, hexadecimal.
    pub hash: String,
}

/// The kinds of things that a document is bound to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The template.
    Template,
    /// The facts of a county in a school year.
    Snapshot,
    /// The rules.
    Standard,
    /// A plan.
    Plan,
    /// A rotation of teachers.
    Rotation,
}

impl Document {
    /// A draft with a title and nothing else.
    #[must_use]
    pub fn new(title: impl Into<String>) -> Self {
        Self { title: vec![Run::text(title)], ..Self::default() }
    }
}

impl Run {
    /// Words of the template.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text { text: text.into(), strong: false }
    }

    /// Words of the template, bold.
    #[must_use]
    pub fn strong(text: impl Into<String>) -> Self {
        Self::Text { text: text.into(), strong: true }
    }

    /// A figure and what is printed of it.
    #[must_use]
    pub fn figure(key: impl Into<String>, text: impl Into<String>) -> Self {
        Self::Figure { key: key.into(), text: text.into() }
    }

    /// A gap that a person has to fill.
    #[must_use]
    pub fn pending(what: impl Into<String>) -> Self {
        Self::Pending { what: what.into(), key: None }
    }

    /// What is printed.
    #[must_use]
    pub fn shown(&self) -> std::borrow::Cow<'_, str> {
        match self {
            Self::Text { text, .. } | Self::Figure { text, .. } => text.into(),
            Self::Pending { what, .. } => pending_mark(what).into(),
            Self::Free(free) => free.shown(),
        }
    }
}

impl Free {
    /// What is printed in a draft: the text, or the mark of the gap.
    #[must_use]
    pub fn shown(&self) -> std::borrow::Cow<'_, str> {
        if self.is_empty() { pending_mark(&self.prompt).into() } else { (&self.text).into() }
    }

    /// Whether nothing has been written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.text.trim().is_empty()
    }
}

impl Block {
    /// A heading of one text.
    #[must_use]
    pub fn heading(level: u8, text: impl Into<String>) -> Self {
        Self::Heading { level, runs: vec![Run::text(text)] }
    }

    /// A paragraph of the body.
    #[must_use]
    pub fn paragraph(runs: Vec<Run>) -> Self {
        Self::Paragraph { runs, style: ParagraphStyle::Body }
    }
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Template, Self::Snapshot, Self::Standard, Self::Plan, Self::Rotation];

    /// The word in files.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Template => "template",
            Self::Snapshot => "snapshot",
            Self::Standard => "standard",
            Self::Plan => "plan",
            Self::Rotation => "rotation",
        }
    }

    /// The word on a front sheet.
    #[must_use]
    pub fn zh(self) -> &'static str {
        match self {
            Self::Template => "文书模板",
            Self::Snapshot => "数据快照",
            Self::Standard => "评估标准",
            Self::Plan => "规划方案",
            Self::Rotation => "交流轮岗",
        }
    }
}

/// How a gap is printed.
#[must_use]
pub fn pending_mark(what: &str) -> String {
    format!("〔待补：{what}〕")
}

/// What is printed of several runs.
#[must_use]
pub fn plain(runs: &[Run]) -> String {
    runs.iter().map(Run::shown).collect()
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde calls")]
fn is_false(value: &bool) -> bool {
    !*value
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
