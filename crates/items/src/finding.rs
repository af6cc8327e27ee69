//! What the checks report.

use crate::Severity;
use domain::{Fact, ItemId, OriginId, Place, SchoolCode, Stage, Value};

/// A place in words and codes, free of the snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckPlace {
    /// The school's code; `None` for the county.
    pub school: Option<SchoolCode>,
    /// The stage of a section or a class.
    pub stage: Option<Stage>,
    /// The name of a class or a room.
    pub row: Option<String>,
    /// The place in words: `青山九年一贯制学校 初中`.
    pub title: String,
}

impl CheckPlace {
    /// The place of a snapshot.
    #[must_use]
    pub fn of(place: Place) -> Self {
        let row = match place {
            Place::Class(_, _, class) => Some(class.name.clone()),
            Place::Room(_, _, room) => Some(room.name.clone()),
            _ => None,
        };
        let school = place.school().map(|school| school.code.clone());
        Self { school, stage: place.stage(), row, title: place.title() }
    }
}

/// A fact that a check looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedFact {
    /// The item.
    pub item: ItemId,
    /// Where the fact stands, if that lies below the place of the finding: a class of the roster.
    pub below: Option<CheckPlace>,
    /// Its value.
    pub value: Value,
    /// Its origin, in the snapshot that was checked.
    pub origin: OriginId,
    /// Last year's value, where the check compares with it.
    pub before: Option<Value>,
}

impl CheckedFact {
    pub(crate) fn new(item: ItemId, at: Place, finding: Place, fact: &Fact) -> Self {
        let below = (at.level() > finding.level()).then(|| CheckPlace::of(at));
        Self { item, below, value: fact.value.clone(), origin: fact.origin, before: None }
    }
}

/// A check that does not hold at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckFinding {
    /// The check's stable code.
    pub check: String,
    /// The check's Chinese name.
    pub title: String,
    /// How bad it is.
    pub severity: Severity,
    /// Where.
    pub place: CheckPlace,
    /// The facts it looked at; their origins lead to the cells.
    pub facts: Vec<CheckedFact>,
    /// What is wrong, in Chinese, with the figures.
    pub message: String,
    /// What to do, in Chinese.
    pub remedy: String,
}
