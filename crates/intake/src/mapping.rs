//! What a county has told the reader about words that no layout knows: this heading is that item,
//! this word that kind of school, this old code that school. And the other way: the words of a file
//! that were not understood, with the nearest of what they may mean.
//!
//! A mapping is an input like any other: the same files and the same mapping give the same result.
//! This module must not know where a mapping is kept.

mod near;

use crate::cell::text::key;
use crate::finding::Location;
use crate::layout::{Body, Layouts};
use crate::table::choices::of_sheet;
use domain::{Catalogue, ItemKind, SchoolKind};
pub(crate) use near::nearest;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a word may be about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// A heading of a column, or the name of a row of the county's sheet.
    Column,
    /// A kind of school.
    Kind,
    /// A coded value of an item; the label is `item/word`.
    Value,
    /// A school, by a code or a name that is not its own.
    School,
}

impl Topic {
    /// All topics.
    pub const ALL: [Self; 4] = [Self::Column, Self::Kind, Self::Value, Self::School];

    /// The code: `column`, `kind`, `value`, `school`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Column => "column",
            Self::Kind => "kind",
            Self::Value => "value",
            Self::School => "school",
        }
    }

    /// The topic of a code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|topic| topic.code() == code)
    }
}

/// The target of a column that is not to be read.
pub const IGNORE: &str = "ignore";

/// What words mean, by layout.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mapping {
    words: BTreeMap<(Topic, String), BTreeMap<String, String>>,
}

impl Mapping {
    /// Says what a word means in files of a layout; `target` is that of a [`Choice`].
    pub fn put(&mut self, layout: &str, topic: Topic, label: &str, target: &str) {
        let words = self.words.entry((topic, layout.to_owned())).or_default();
        words.insert(key(label), target.to_owned());
    }

    /// Are two labels one word, whatever their spaces, widths and brackets?
    #[must_use]
    pub fn is_same(label: &str, other: &str) -> bool {
        key(label) == key(other)
    }

    /// What a word means.
    pub(crate) fn find(&self, layout: &str, topic: Topic, label: &str) -> Option<&str> {
        if self.words.is_empty() {
            return None;
        }
        let words = self.words.get(&(topic, layout.to_owned()))?;
        words.get(&key(label)).map(String::as_str)
    }
}

/// Something that a word may mean.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Choice {
    /// Its name in a mapping: `item/primary/teachers`, `field/code`, `ignore`; the code of a kind, of
    /// a school, of a value.
    pub target: String,
    /// What people call it.
    pub zh: String,
}

impl Choice {
    pub(crate) fn new(target: impl Into<String>, zh: impl Into<String>) -> Self {
        Self { target: target.into(), zh: zh.into() }
    }
}

/// A word that was not understood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unknown {
    /// The layout in whose files it stands.
    pub layout: String,
    /// What it is about.
    pub topic: Topic,
    /// The word; for [`Mapping::put`].
    pub label: String,
    /// Whom or what it is about, for people: the name that stands beside a code, the item of a value.
    pub about: String,
    /// Where it stands first: file, sheet, cell.
    pub place: (String, String, String),
    /// How often it stands.
    pub count: u64,
    /// Nothing can be taken before it is known.
    pub needed: bool,
    /// The list of [`crate::Intake::choices`] that it may be chosen from.
    pub choices: String,
    /// The nearest of them, best first.
    pub near: Vec<Choice>,
}

/// A word that a mapping explained.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Applied {
    /// The layout.
    pub layout: String,
    /// What it is about.
    pub topic: Topic,
    /// The word.
    pub label: String,
    /// What it was taken for.
    pub target: String,
    /// How often.
    pub count: u64,
}

/// What people call the target of a word; `None` for one that means nothing any more: the layout or
/// the catalogue has changed since.
#[must_use]
pub fn name_of(
    layouts: &Layouts,
    catalogue: &Catalogue,
    layout: &str,
    topic: Topic,
    label: &str,
    target: &str,
) -> Option<String> {
    match topic {
        Topic::Column => {
            let Body::Table(table) = &layouts.get(layout)?.body else { return None };
            let mut all = table.sheets.iter().flat_map(|sheet| of_sheet(sheet, catalogue));
            all.find(|choice| choice.target == target).map(|choice| choice.zh)
        }
        Topic::Kind => {
            let kind = SchoolKind::ALL.iter().find(|kind| kind.code() == target)?;
            Some(kind.zh().to_owned())
        }
        Topic::Value => {
            let (_, item) = catalogue.find(label.split_once('/')?.0)?;
            let ItemKind::Code(list) = &item.kind else { return None };
            list.iter().find(|(code, _)| code == target).map(|(_, zh)| zh.clone())
        }
        Topic::School => Some(target.to_owned()),
    }
}

/// How many of the nearest are shown.
pub(crate) const NEAR: usize = 5;

/// A word that is asked about, before it is counted.
pub(crate) struct Question<'q> {
    pub(crate) layout: &'q str,
    pub(crate) topic: Topic,
    pub(crate) label: String,
    pub(crate) about: &'q str,
    pub(crate) at: Location,
    pub(crate) needed: bool,
    pub(crate) choices: String,
}

/// The words of a reading: those that were not understood, those that a mapping explained.
#[derive(Debug, Default)]
pub(crate) struct Words {
    unknown: BTreeMap<(Topic, String, String), Unknown>,
    applied: BTreeMap<(Topic, String, String), Applied>,
    choices: BTreeMap<String, Vec<Choice>>,
}

impl Words {
    /// A word is not understood. `choices` makes the whole list, `taken` those of it that are in use.
    pub(crate) fn ask(
        &mut self,
        question: Question<'_>,
        choices: impl FnOnce() -> Vec<Choice>,
        taken: &[String],
    ) {
        let Question { layout, topic, label, about, at, needed, choices: list } = question;
        let all = self.choices.entry(list.clone()).or_insert_with(choices);
        let name = (topic, layout.to_owned(), label.clone());
        let unknown = self.unknown.entry(name).or_insert_with(|| Unknown {
            layout: layout.to_owned(),
            topic,
            near: nearest(topic, &label, about, all, taken),
            label,
            about: about.to_owned(),
            place: place(&at),
            count: 0,
            needed,
            choices: list,
        });
        unknown.count += 1;
        unknown.needed |= needed;
    }

    /// A mapping explained a word.
    pub(crate) fn applied(&mut self, layout: &str, topic: Topic, label: &str, target: &str) {
        let name = (topic, layout.to_owned(), label.to_owned());
        let applied = self.applied.entry(name).or_insert_with(|| Applied {
            layout: layout.to_owned(),
            topic,
            label: label.to_owned(),
            target: target.to_owned(),
            count: 0,
        });
        applied.count += 1;
    }

    /// Takes over the words of another part of the reading.
    pub(crate) fn append(&mut self, other: Self) {
        for (name, theirs) in other.unknown {
            match self.unknown.get_mut(&name) {
                None => {
                    self.unknown.insert(name, theirs);
                }
                Some(mine) => {
                    mine.count += theirs.count;
                    mine.needed |= theirs.needed;
                }
            }
        }
        for (name, theirs) in other.applied {
            let count = theirs.count;
            let mine = self.applied.entry(name).or_insert(Applied { count: 0, ..theirs });
            mine.count += count;
        }
        for (name, list) in other.choices {
            self.choices.entry(name).or_insert(list);
        }
    }

    /// The words that were not understood, what is needed first; those that were explained; the lists.
    pub(crate) fn finish(self) -> (Vec<Unknown>, Vec<Applied>, BTreeMap<String, Vec<Choice>>) {
        let mut unknown: Vec<Unknown> = self.unknown.into_values().collect();
        unknown.sort_by_key(|unknown| !unknown.needed);
        (unknown, self.applied.into_values().collect(), self.choices)
    }
}

fn place(at: &Location) -> (String, String, String) {
    let cell = at.cell.map(|(row, column)| domain::cell_name(row, column));
    (at.file.to_string(), at.sheet.to_string(), cell.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_found_however_it_is_spaced() {
        let mut mapping = Mapping::default();
        mapping.put("template", Topic::Column, "学校 代码（10位）", "field/code");
        let find = |label| mapping.find("template", Topic::Column, label);
        assert_eq!(find("学校代码(10位)"), Some("field/code"));
        assert_eq!(find("学校代码"), None);
        assert_eq!(mapping.find("jiaoji", Topic::Column, "学校代码(10位)"), None);
        assert_eq!(mapping.find("template", Topic::Kind, "学校代码(10位)"), None);
    }
}
