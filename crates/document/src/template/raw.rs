//! The text of a template as TOML: shapes only, nothing is understood yet.
//!
//! Must not know: figures, documents.

use packs::Spanned;
use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::fmt;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawTemplate {
    pub(super) id: Spanned<String>,
    pub(super) name: String,
    pub(super) about: String,
    #[serde(default)]
    pub(super) standards: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) needs: Vec<Need>,
    #[serde(default)]
    pub(super) of: Subject,
    #[serde(default)]
    pub(super) public: Option<RawPublic>,
    #[serde(default)]
    pub(super) personal: bool,
    pub(super) title: RawWords,
    pub(super) mark: Option<RawWords>,
    pub(super) number: Option<RawWords>,
    pub(super) addressee: Option<RawWords>,
    #[serde(default)]
    pub(super) organs: Vec<RawWords>,
    pub(super) date: Option<RawWords>,
    pub(super) note: Option<RawWords>,
    pub(super) copies: Option<RawWords>,
    pub(super) printed_by: Option<RawWords>,
    pub(super) printed_on: Option<RawWords>,
    pub(super) block: Vec<Spanned<RawBlock>>,
    #[serde(default)]
    pub(super) annex: Vec<RawAnnex>,
    pub(super) example: Vec<RawExample>,
}

/// What a template cannot do without.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    /// The facts of the year, beside their evaluation.
    Snapshot,
    /// The evaluation of the year before.
    Last,
    /// An adopted plan.
    Plan,
    /// A rotation of teachers whose list is or was published.
    Rotation,
    /// A rotation that is decided.
    Adopted,
    /// An objection to a rotation.
    Objection,
}

/// What a document is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// The county.
    #[default]
    County,
    /// One school.
    School,
    /// One township.
    Township,
    /// One objection to a rotation.
    Objection,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawPublic {
    pub(super) below: u32,
}

/// Words, written as a text, as a list of words, or as a choice.
#[derive(Debug)]
pub(super) enum RawWords {
    Text(Spanned<String>),
    List(Vec<RawWords>),
    Choice(Spanned<Box<RawChoice>>),
}

/// Words that bend to the data.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawChoice {
    pub(super) when: Option<Spanned<String>>,
    pub(super) text: Option<RawWords>,
    #[serde(rename = "else")]
    pub(super) otherwise: Option<RawWords>,
    pub(super) by: Option<Spanned<String>>,
    pub(super) pass: Option<RawWords>,
    pub(super) near: Option<RawWords>,
    pub(super) fail: Option<RawWords>,
    pub(super) missing: Option<RawWords>,
    pub(super) not_applicable: Option<RawWords>,
    pub(super) rise: Option<RawWords>,
    pub(super) fall: Option<RawWords>,
    pub(super) level: Option<RawWords>,
    pub(super) unknown: Option<RawWords>,
    pub(super) none: Option<RawWords>,
    pub(super) one: Option<RawWords>,
    pub(super) many: Option<RawWords>,
    pub(super) yes: Option<RawWords>,
    pub(super) no: Option<RawWords>,
    pub(super) each: Option<Spanned<String>>,
    #[serde(rename = "where")]
    pub(super) filter: Option<Spanned<String>>,
    pub(super) join: Option<String>,
}

/// The value inside a span: what is spanned says where it stands, what is inside what it is.
enum Inner {
    Text(String),
    List(Vec<RawWords>),
    Choice(Box<RawChoice>),
}

impl<'de> Deserialize<'de> for RawWords {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = Spanned::<Inner>::deserialize(deserializer)?;
        let span = spanned.span();
        Ok(match spanned.into_inner() {
            Inner::Text(text) => Self::Text(Spanned::new(span, text)),
            Inner::List(list) => Self::List(list),
            Inner::Choice(choice) => Self::Choice(Spanned::new(span, choice)),
        })
    }
}

impl<'de> Deserialize<'de> for Inner {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Words)
    }
}

struct Words;

impl<'de> Visitor<'de> for Words {
    type Value = Inner;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E>(self, text: &str) -> Result<Inner, E> {
        Ok(Inner::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Inner, A::Error> {
        let mut list = Vec::new();
        while let Some(words) = sequence.next_element()? {
            list.push(words);
        }
        Ok(Inner::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Inner, A::Error> {
        let choice = RawChoice::deserialize(MapAccessDeserializer::new(map))?;
        Ok(Inner::Choice(Box::new(choice)))
    }
}

/// A block: one of its kinds, with what repeats or drops it.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawBlock {
    pub(super) when: Option<Spanned<String>>,
    pub(super) each: Option<Spanned<String>>,
    #[serde(rename = "where")]
    pub(super) filter: Option<Spanned<String>>,
    pub(super) none: Option<RawWords>,
    pub(super) heading: Option<RawWords>,
    pub(super) paragraph: Option<RawWords>,
    pub(super) style: Option<Style>,
    pub(super) free: Option<Spanned<String>>,
    pub(super) prompt: Option<RawWords>,
    pub(super) default: Option<RawWords>,
    pub(super) optional: bool,
    pub(super) table: Option<RawTable>,
    pub(super) chart: Option<RawChart>,
    pub(super) forms: Option<Vec<Spanned<String>>>,
    pub(super) page: Option<Lie>,
    pub(super) block: Vec<Spanned<RawBlock>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Style {
    Body,
    Plain,
    Centred,
    Right,
    Note,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Lie {
    #[default]
    Portrait,
    Landscape,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawAnnex {
    pub(super) title: RawWords,
    #[serde(default)]
    pub(super) paper: Lie,
    pub(super) when: Option<Spanned<String>>,
    pub(super) each: Option<Spanned<String>>,
    #[serde(rename = "where")]
    pub(super) filter: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) block: Vec<Spanned<RawBlock>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawTable {
    pub(super) caption: Option<RawWords>,
    pub(super) unit: Option<String>,
    pub(super) each: Vec<Spanned<String>>,
    #[serde(rename = "where")]
    pub(super) filter: Option<Spanned<String>>,
    pub(super) columns: Vec<RawColumn>,
    #[serde(default)]
    pub(super) total: Vec<RawWords>,
    #[serde(default)]
    pub(super) notes: Vec<RawWords>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawColumn {
    pub(super) head: Vec<RawWords>,
    pub(super) cell: RawWords,
    #[serde(default = "width")]
    pub(super) width: u16,
    #[serde(default)]
    pub(super) align: Align,
    pub(super) each: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) merge: bool,
}

const fn width() -> u16 {
    8
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Align {
    #[default]
    Centre,
    Left,
    Right,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawChart {
    pub(super) caption: RawWords,
    #[serde(default)]
    pub(super) kind: Shape,
    #[serde(default)]
    pub(super) unit: String,
    pub(super) each: Spanned<String>,
    #[serde(rename = "where")]
    pub(super) filter: Option<Spanned<String>>,
    pub(super) label: RawWords,
    pub(super) series: Vec<RawSeries>,
    #[serde(default)]
    pub(super) limits: Vec<RawLimit>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Shape {
    #[default]
    Columns,
    Stacked,
    Lines,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawSeries {
    pub(super) name: String,
    pub(super) value: Spanned<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawLimit {
    pub(super) name: String,
    pub(super) value: Spanned<String>,
    pub(super) side: Side,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Side {
    AtLeast,
    AtMost,
}

/// An example: on which county, what must be said and what must not.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawExample {
    pub(super) on: Spanned<String>,
    #[serde(default)]
    pub(super) says: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) never: Vec<Spanned<String>>,
}
