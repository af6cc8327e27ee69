//! Changes: what a plan, a finished project or a transfer does to a snapshot.
//!
//! Whatever changes the world is a [`Change`], and [`apply`] makes the next snapshot of it; the
//! result is believed only when the judge has judged it. A change never invents: adding to a fact
//! that is missing, or that does not apply, is refused, and so is a stock that would fall below
//! zero.

use crate::{
    Catalogue, Draft, Exact, Fact, Facts, ItemKind, Level, Origin, OriginId, Room, RoomKind,
    SchoolCode, SchoolYear, SealError, Snapshot, Stage, Value,
};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// One thing that changes: so much more (or less) of an item at a school or a section.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edit {
    /// The school.
    pub school: SchoolCode,
    /// The section, for an item of level [`Level::Section`]; `None` for an item of the school.
    pub stage: Option<Stage>,
    /// The item's code.
    pub item: String,
    /// What is added, in the item's unit; below zero where something goes away.
    pub amount: Decimal,
}

/// A room that comes to the list of rooms of a school. Counts of rooms among the school's own facts
/// are not touched: they are edits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewRoom {
    /// The school.
    pub school: SchoolCode,
    /// Its name; it need not differ from those of other rooms.
    pub name: String,
    /// What it is for.
    pub kind: RoomKind,
    /// What is known of it: quantities of level [`Level::Room`] by their codes.
    pub facts: Vec<(String, Decimal)>,
}

/// A fact put in the place of another, for trying out: “what if this school had 40 teachers?”
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The school; `None` for a fact of the county.
    pub school: Option<SchoolCode>,
    /// The section, for an item of level [`Level::Section`].
    pub stage: Option<Stage>,
    /// The item's code.
    pub item: String,
    /// The new value; `None` takes the fact away.
    pub value: Option<Value>,
}

/// The snapshot with some facts in the place of others. Unlike [`apply`] this invents, so its result
/// is for trying out only; the origin of every new fact says so.
///
/// # Errors
/// [`ChangeError`]: an unknown place or item, or facts that are no snapshot.
pub fn with_entries(
    snapshot: &Snapshot,
    reason: &str,
    entries: &[Entry],
    catalogue: &Catalogue,
) -> Result<Snapshot, ChangeError> {
    let mut draft = snapshot.to_draft();
    let origin = draft.origin(Origin::Derived { how: Arc::from(reason) });
    for entry in entries {
        let level = match (&entry.school, entry.stage) {
            (None, _) => Level::County,
            (Some(_), None) => Level::School,
            (Some(_), Some(_)) => Level::Section,
        };
        let known = catalogue.find(&entry.item).filter(|(_, item)| item.level == level);
        let Some((id, item)) = known else {
            let item = entry.item.clone();
            return Err(ChangeError::NoItem { item, level: level.zh() });
        };
        let facts = match &entry.school {
            None => Some(&mut draft.county.facts),
            Some(code) => {
                let school = draft.schools.iter_mut().find(|school| school.code == *code);
                match (school, entry.stage) {
                    (Some(school), None) => Some(&mut school.facts),
                    (Some(school), Some(stage)) => {
                        school.sections.iter_mut().find(|s| s.stage == stage).map(|s| &mut s.facts)
                    }
                    (None, _) => None,
                }
            }
        };
        let Some(facts) = facts else {
            let school = entry.school.as_ref().map(ToString::to_string).unwrap_or_default();
            let stage = entry.stage.map_or("", Stage::zh);
            let place = format!("{school} {stage}").trim().to_owned();
            return Err(ChangeError::UnknownPlace { place, item: item.zh.clone() });
        };
        match &entry.value {
            Some(value) => facts.set(id, Fact { value: value.clone(), origin }),
            None => facts.remove(id),
        };
    }
    Ok(draft.seal(catalogue)?)
}

/// A set of edits with one reason, perhaps in a later school year.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// Why, in Chinese; it becomes the origin of the changed facts.
    pub reason: String,
    /// The school year of the result; `None` keeps that of the snapshot.
    pub year: Option<SchoolYear>,
    /// What changes; several edits of one fact add up.
    pub edits: Vec<Edit>,
    /// Rooms that come.
    #[serde(default)]
    pub rooms: Vec<NewRoom>,
}

/// Why a change cannot be applied.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChangeError {
    /// `D-CHG-01`: the school or the section is not in the snapshot.
    #[error("本县数据中没有 {place}，不能改动它的“{item}”")]
    UnknownPlace {
        /// The place in words.
        place: String,
        /// The item.
        item: String,
    },
    /// `D-CHG-02`: the catalogue has no such item at this level, or it is no quantity.
    #[error("数据项“{item}”不是{level}级的数量，不能增减")]
    NotAQuantity {
        /// The item.
        item: String,
        /// The level in Chinese.
        level: &'static str,
    },
    /// `D-CHG-05`: the catalogue has no such item at this level.
    #[error("没有{level}级的数据项“{item}”")]
    NoItem {
        /// The item.
        item: String,
        /// The level in Chinese.
        level: &'static str,
    },
    /// `D-CHG-03`: the fact to be changed is missing or does not apply; missing is not zero.
    #[error("{place} 的“{item}”没有数据，不能在其上增减；请先补报")]
    MissingFact {
        /// The place in words.
        place: String,
        /// The item.
        item: String,
    },
    /// `D-CHG-04`: the fact would fall below zero, grow beyond any number, or not stay whole.
    #[error("{place} 的“{item}”由 {from} 变动 {by} 后不是有效的数")]
    OutOfBounds {
        /// The place in words.
        place: String,
        /// The item.
        item: String,
        /// The value before.
        from: Decimal,
        /// The amount.
        by: Decimal,
    },
    /// The changed facts are no snapshot.
    #[error(transparent)]
    Seal(#[from] SealError),
}

/// The snapshot after a change.
///
/// # Errors
/// [`ChangeError`], the first edit that cannot be made; the snapshot given is untouched.
pub fn apply(
    snapshot: &Snapshot,
    change: &Change,
    catalogue: &Catalogue,
) -> Result<Snapshot, ChangeError> {
    let mut draft = snapshot.to_draft();
    if let Some(year) = change.year {
        draft.year = year;
    }
    let origin = draft.origin(Origin::Derived { how: Arc::from(change.reason.as_str()) });
    for edit in &change.edits {
        let level = if edit.stage.is_some() { Level::Section } else { Level::School };
        let known = catalogue.find(&edit.item).filter(|(_, item)| {
            item.level == level && matches!(item.kind, ItemKind::Count | ItemKind::Amount)
        });
        let Some((id, item)) = known else {
            let item = edit.item.clone();
            return Err(ChangeError::NotAQuantity { item, level: level.zh() });
        };
        let place = || match edit.stage {
            Some(stage) => format!("{} {stage}", edit.school),
            None => edit.school.to_string(),
        };
        let school = draft.schools.iter_mut().find(|school| school.code == edit.school);
        let facts: Option<&mut Facts> = match (school, edit.stage) {
            (Some(school), None) => Some(&mut school.facts),
            (Some(school), Some(stage)) => {
                school.sections.iter_mut().find(|s| s.stage == stage).map(|s| &mut s.facts)
            }
            (None, _) => None,
        };
        let Some(facts) = facts else {
            return Err(ChangeError::UnknownPlace { place: place(), item: item.zh.clone() });
        };
        let Some(from) = facts.value(id).and_then(Value::number) else {
            return Err(ChangeError::MissingFact { place: place(), item: item.zh.clone() });
        };
        let whole = |value: &Decimal| item.kind != ItemKind::Count || value.fract().is_zero();
        let least = item.range.min.unwrap_or(Decimal::ZERO);
        match from.checked_add(edit.amount).filter(|value| *value >= least && whole(value)) {
            Some(value) => facts.set(id, Fact { value: Value::Number(value), origin }),
            None => {
                return Err(ChangeError::OutOfBounds {
                    place: place(),
                    item: item.zh.clone(),
                    from,
                    by: edit.amount,
                });
            }
        };
    }
    for room in &change.rooms {
        draft_room(&mut draft, room, origin, catalogue)?;
    }
    Ok(draft.seal(catalogue)?)
}

fn draft_room(
    draft: &mut Draft,
    room: &NewRoom,
    origin: OriginId,
    catalogue: &Catalogue,
) -> Result<(), ChangeError> {
    let school = draft.schools.iter_mut().find(|school| school.code == room.school);
    let Some(school) = school else {
        let (place, item) = (room.school.to_string(), room.name.clone());
        return Err(ChangeError::UnknownPlace { place, item });
    };
    let mut facts = Facts::new();
    for (code, value) in &room.facts {
        let known = catalogue.find(code).filter(|(_, item)| {
            item.level == Level::Room && matches!(item.kind, ItemKind::Count | ItemKind::Amount)
        });
        let Some((id, _)) = known else {
            let (item, level) = (code.clone(), Level::Room.zh());
            return Err(ChangeError::NotAQuantity { item, level });
        };
        facts.set(id, Fact { value: Value::Number(*value), origin });
    }
    school.rooms.push(Room { name: room.name.clone(), kind: room.kind, facts });
    Ok(())
}

/// A fact's number at a school or one of its sections, exactly; `None` where it is missing.
#[must_use]
pub fn amount_at(
    snapshot: &Snapshot,
    catalogue: &Catalogue,
    school: &SchoolCode,
    stage: Option<Stage>,
    item: &str,
) -> Option<Exact> {
    let id = catalogue.id(item)?;
    let school = snapshot.school(school)?;
    let facts = match stage {
        Some(stage) => &school.section(stage)?.facts,
        None => &school.facts,
    };
    facts.value(id).and_then(Value::number).map(Exact::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CountyCode, Item, Range, School, SchoolKind, Section, Unit};

    fn item(code: &str, level: Level, kind: ItemKind) -> Item {
        Item {
            code: code.into(),
            zh: code.into(),
            en: code.into(),
            unit: Unit::ONE,
            level,
            kind,
            range: Range::default(),
            cells: vec![],
            definition: String::new(),
        }
    }

    fn world() -> (Catalogue, Snapshot, SchoolCode) {
        let catalogue = Catalogue::new(vec![
            item("area", Level::School, ItemKind::Amount),
            item("teachers", Level::Section, ItemKind::Count),
            item("room_area", Level::Room, ItemKind::Amount),
        ])
        .unwrap();
        let county = CountyCode::parse("340000").unwrap();
        let mut draft = Draft::new(county, "示例县".into(), SchoolYear(2024));
        let origin = draft.origin(Origin::Given { source: "test".into() });
        let code = SchoolCode::parse("3400000001").unwrap();
        let mut facts = Facts::new();
        let area = catalogue.id("area").unwrap();
        facts.set(area, Fact { value: Value::Number(Decimal::new(1000, 1)), origin });
        draft.schools.push(School {
            code: code.clone(),
            name: "一校".into(),
            kind: SchoolKind::Primary,
            parent: None,
            facts,
            sections: vec![Section { stage: Stage::Primary, attached: false, facts: Facts::new() }],
            classes: vec![],
            rooms: vec![],
        });
        let snapshot = draft.seal(&catalogue).unwrap();
        (catalogue, snapshot, code)
    }

    fn change(code: &SchoolCode, stage: Option<Stage>, item: &str, amount: &str) -> Change {
        let edit = Edit {
            school: code.clone(),
            stage,
            item: item.into(),
            amount: amount.parse().unwrap(),
        };
        Change {
            reason: "测试".into(),
            year: Some(SchoolYear(2025)),
            edits: vec![edit],
            rooms: vec![],
        }
    }

    #[test]
    fn a_change_adds_and_says_why() {
        let (catalogue, before, code) = world();
        let after = apply(&before, &change(&code, None, "area", "12.5"), &catalogue).unwrap();
        assert_eq!(after.year(), SchoolYear(2025));
        assert_eq!(
            amount_at(&after, &catalogue, &code, None, "area"),
            Some(Exact::parse("112.5").unwrap())
        );
        let fact = after.schools()[0].facts.get(catalogue.id("area").unwrap()).unwrap();
        assert_eq!(after.origin(fact.origin).to_string(), "测试");
    }

    #[test]
    fn facts_are_tried_out() {
        let (catalogue, before, code) = world();
        let entry = |stage, item: &str, value| Entry {
            school: Some(code.clone()),
            stage,
            item: item.into(),
            value,
        };
        let forty = Some(Value::Number(Decimal::from(40)));
        let tried = with_entries(
            &before,
            "试算",
            &[entry(Some(Stage::Primary), "teachers", forty.clone()), entry(None, "area", None)],
            &catalogue,
        )
        .unwrap();
        let at = |stage, item| amount_at(&tried, &catalogue, &code, stage, item);
        assert_eq!(at(Some(Stage::Primary), "teachers"), Some(Exact::from(40)));
        assert_eq!(at(None, "area"), None);
        let wrong = [entry(None, "teachers", forty)];
        let refused = with_entries(&before, "试算", &wrong, &catalogue).unwrap_err();
        assert!(matches!(refused, ChangeError::NoItem { .. }), "{refused}");
    }

    #[test]
    fn a_room_comes_to_the_list() {
        let (catalogue, before, code) = world();
        let mut room = NewRoom {
            school: code,
            name: "音乐教室".into(),
            kind: RoomKind::Music,
            facts: vec![("room_area".into(), Decimal::from(96))],
        };
        let with = |room: &NewRoom| Change { rooms: vec![room.clone()], ..Change::default() };
        let after = apply(&before, &with(&room), &catalogue).unwrap();
        assert_eq!(after.schools()[0].rooms.len(), 1);
        assert_ne!(after.hash(), before.hash());
        room.facts = vec![("area".into(), Decimal::from(96))];
        let refused = apply(&before, &with(&room), &catalogue).unwrap_err();
        assert!(matches!(refused, ChangeError::NotAQuantity { .. }), "{refused}");
    }

    #[test]
    fn a_change_never_invents() {
        let (catalogue, before, code) = world();
        let refused = |c: &Change| apply(&before, c, &catalogue).unwrap_err();
        let below = refused(&change(&code, None, "area", "-100.01"));
        assert!(matches!(below, ChangeError::OutOfBounds { .. }), "{below}");
        let missing = refused(&change(&code, Some(Stage::Primary), "teachers", "1"));
        assert!(matches!(missing, ChangeError::MissingFact { .. }), "{missing}");
        let level = refused(&change(&code, None, "teachers", "1"));
        assert!(matches!(level, ChangeError::NotAQuantity { .. }), "{level}");
        let place = refused(&change(&code, Some(Stage::Junior), "teachers", "1"));
        assert!(matches!(place, ChangeError::UnknownPlace { .. }), "{place}");
    }
}
