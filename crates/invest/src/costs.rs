//! The cost catalogue: which measures there are, what one unit adds to which data items, what it
//! costs, how long it takes – all of it data of a pack, dated, sourced and graded.
//!
//! Must not know: years, budgets, schools.

mod load;

pub(crate) use load::{RawPrice, RawRoom, amount, at, exact, price, quantity, room};
pub use load::{ids, load};

use domain::{Exact, Level, RoomKind, SchoolKind, Stage};
use serde::{Deserialize, Serialize};

/// A document that a price comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// The key by which prices cite it.
    pub key: String,
    /// Its title.
    pub title: String,
    /// Its number.
    pub number: String,
    /// Its date: `2023-05-16`.
    pub date: String,
    /// Grade of certainty: `A`, `B`, `C`, `K`.
    pub grade: String,
    /// A remark.
    pub note: String,
}

/// What money may be earmarked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Category {
    /// Its code.
    pub code: String,
    /// Chinese name.
    pub zh: String,
}

/// What one unit of a measure does to a data item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Adds {
    /// The item's code.
    pub item: String,
    /// What is added, in the item's unit; below zero where something goes away.
    pub amount: Exact,
    /// Only where the item is known; otherwise the measure is not offered there.
    pub if_known: bool,
}

/// A room for the list of rooms of a school (功能室).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewRoom {
    /// What it is for.
    pub kind: RoomKind,
    /// Its area, ㎡.
    pub area: Exact,
}

/// What one unit costs, for some kinds of school and stages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Price {
    /// The kinds of school; empty for all.
    pub kinds: Vec<SchoolKind>,
    /// The stages; empty for all.
    pub stages: Vec<Stage>,
    /// 万元 a unit, once, in the year of the decision.
    pub once: Exact,
    /// 万元 a unit and year, from the year in which it is there to the end of the horizon.
    pub yearly: Exact,
    /// The document.
    pub source: String,
    /// Grade of certainty.
    pub grade: String,
}

/// A kind of measure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measure {
    /// Its code: `rooms.build`.
    pub code: String,
    /// Chinese name.
    pub zh: String,
    /// [`Level::School`] or [`Level::Section`].
    pub level: Level,
    /// The stages at which it is offered; empty for all.
    pub stages: Vec<Stage>,
    /// The unit in which it is bought.
    pub unit: String,
    /// It is bought in whole multiples of this.
    pub grid: Exact,
    /// The category of its cost.
    pub category: String,
    /// Years from the decision to the statistics in which it counts; 0: those of the same year.
    pub lead: u8,
    /// What one unit does.
    pub adds: Vec<Adds>,
    /// The room that one unit adds to the list of rooms, where the school keeps one.
    pub room: Option<NewRoom>,
    /// A new post (编制) a unit?
    pub posts: bool,
    /// Does it take land (limited by school)?
    pub land: bool,
    /// Does it move from one section of the stage to another instead of coming from outside?
    pub moves: bool,
    /// At most this share of an item's value, over the whole horizon.
    pub at_most: Option<(String, Exact)>,
    /// Prices; the last one that fits holds.
    pub prices: Vec<Price>,
}

impl Measure {
    /// Is it bought in whole things (persons, rooms) rather than measured out (㎡, 万元)?
    #[must_use]
    pub fn countable(&self) -> bool {
        !matches!(self.unit.as_str(), "㎡" | "元" | "万元")
    }

    /// The price at a kind of school and, for a section, a stage.
    #[must_use]
    pub fn price(&self, kind: SchoolKind, stage: Option<Stage>) -> Option<&Price> {
        self.prices.iter().rev().find(|price| {
            (price.kinds.is_empty() || price.kinds.contains(&kind))
                && (price.stages.is_empty() || stage.is_some_and(|s| price.stages.contains(&s)))
        })
    }
}

/// A stock that is part of another: it can never be more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Within {
    /// Where both items stand.
    pub level: Level,
    /// The part's item.
    pub part: String,
    /// The whole's item.
    pub whole: String,
    /// In words.
    pub text: String,
}

/// A cost catalogue, checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CostCatalogue {
    /// The pack's id.
    pub id: String,
    /// Chinese title.
    pub title: String,
    /// Version.
    pub version: String,
    /// A remark on how to use it.
    pub text: String,
    /// SHA-256 of the file.
    pub hash: String,
    /// The documents.
    pub sources: Vec<Source>,
    /// The categories.
    pub categories: Vec<Category>,
    /// The measures.
    pub measures: Vec<Measure>,
    /// Stocks that are part of others.
    pub within: Vec<Within>,
}
