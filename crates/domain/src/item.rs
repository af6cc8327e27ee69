//! Data items: what may be known of a county, a school, a section, a class or a room.

use crate::Unit;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// What an item describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// 县: one value for the county.
    County,
    /// 校: one value a school.
    School,
    /// 学段: one value a section (a school × a stage).
    Section,
    /// 班: one value a class.
    Class,
    /// 室: one value a room.
    Room,
}

impl Level {
    /// The code used in packs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::County => "county",
            Self::School => "school",
            Self::Section => "section",
            Self::Class => "class",
            Self::Room => "room",
        }
    }

    /// The Chinese name.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Self::County => "县",
            Self::School => "校",
            Self::Section => "学段",
            Self::Class => "班",
            Self::Room => "室",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// The type of an item's value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemKind {
    /// A whole number, not below zero.
    Count,
    /// A decimal, not below zero unless the range says otherwise.
    Amount,
    /// 是 or 否.
    Flag,
    /// One of a closed list: code and Chinese label.
    Code(Vec<(String, String)>),
    /// A calendar year.
    Year,
    /// A calendar date.
    Date,
    /// Free text.
    Text,
}

/// Inclusive bounds of a numeric item, in the item's unit. A value outside is an error finding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Range {
    /// Least value.
    pub min: Option<Decimal>,
    /// Greatest value.
    pub max: Option<Decimal>,
}

/// The official form and cell from which an item comes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceCell {
    /// The form: `教基4155`, `基础基312`, `申报表Ⅳ`, `联合导出`.
    pub form: String,
    /// The cell, or the header path of an export.
    pub cell: String,
    /// The stage or school kinds that the cell is for, in words; empty = all.
    #[serde(default)]
    pub of: String,
}

/// A data item of the catalogue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Its name in formulas, JSON and the API: lower-case words joined by `_`.
    pub code: String,
    /// Chinese name, as users see it.
    pub zh: String,
    /// English name.
    pub en: String,
    /// Unit; [`Unit::ONE`] for flags, codes, years, dates and texts.
    pub unit: Unit,
    /// What it describes.
    pub level: Level,
    /// The type of its values.
    pub kind: ItemKind,
    /// Bounds.
    pub range: Range,
    /// Where official forms hold it; empty for an item that no form holds.
    pub cells: Vec<SourceCell>,
    /// 口径: what is counted and what is not, in one or two sentences.
    pub definition: String,
}

/// The place of an item in its [`Catalogue`]; only meaningful together with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ItemId(pub u16);

/// Why items do not make a catalogue.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CatalogueError {
    /// `D-CAT-01`: two items have the same code.
    #[error("数据项代码“{0}”重复定义")]
    DuplicateCode(String),
    /// `D-CAT-02`: two items of one level have the same Chinese name.
    #[error("数据项名称“{name}”在同一层级重复：{first} 与 {second}")]
    DuplicateName {
        /// The Chinese name.
        name: String,
        /// Code of the first item.
        first: String,
        /// Code of the second item.
        second: String,
    },
    /// `D-CAT-03`: more items than an [`ItemId`] can number.
    #[error("数据项超过 65535 个")]
    TooMany,
}

/// The catalogue of data items, in the order of its files.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    items: Vec<Item>,
    by_code: BTreeMap<String, ItemId>,
}

impl Catalogue {
    /// Builds a catalogue.
    ///
    /// # Errors
    /// [`CatalogueError`] where a code, or a Chinese name within a level, stands twice.
    pub fn new(items: Vec<Item>) -> Result<Self, CatalogueError> {
        let mut catalogue = Self::default();
        catalogue.extend(items)?;
        Ok(catalogue)
    }

    /// Appends items (of a local standard); the ids of those already there stay as they are.
    ///
    /// # Errors
    /// As [`Catalogue::new`].
    pub fn extend(&mut self, items: Vec<Item>) -> Result<(), CatalogueError> {
        for item in items {
            let id = u16::try_from(self.items.len()).map_err(|_| CatalogueError::TooMany)?;
            if self.by_code.contains_key(&item.code) {
                return Err(CatalogueError::DuplicateCode(item.code));
            }
            if let Some(twin) =
                self.items.iter().find(|other| other.level == item.level && other.zh == item.zh)
            {
                return Err(CatalogueError::DuplicateName {
                    name: item.zh,
                    first: twin.code.clone(),
                    second: item.code,
                });
            }
            self.by_code.insert(item.code.clone(), ItemId(id));
            self.items.push(item);
        }
        Ok(())
    }

    /// The item of a code.
    #[must_use]
    pub fn find(&self, code: &str) -> Option<(ItemId, &Item)> {
        let id = *self.by_code.get(code)?;
        Some((id, self.item(id)))
    }

    /// The id of a code.
    #[must_use]
    pub fn id(&self, code: &str) -> Option<ItemId> {
        self.by_code.get(code).copied()
    }

    /// The item of an id of this catalogue.
    ///
    /// # Panics
    /// When the id belongs to another, longer catalogue.
    #[must_use]
    pub fn item(&self, id: ItemId) -> &Item {
        &self.items[usize::from(id.0)]
    }

    /// The item of one level with a Chinese name.
    #[must_use]
    pub fn named(&self, level: Level, zh: &str) -> Option<(ItemId, &Item)> {
        self.iter().find(|(_, item)| item.level == level && item.zh == zh)
    }

    /// All items in catalogue order.
    pub fn iter(&self) -> impl Iterator<Item = (ItemId, &Item)> {
        self.items.iter().zip(0u16..).map(|(item, index)| (ItemId(index), item))
    }

    /// How many items there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Is it empty?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }
}
