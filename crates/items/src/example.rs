//! The examples of the checks: a pair of cases each, tried by [`crate::Items::try_examples`].

use crate::raw;
use crate::read::refuse;
use domain::{
    Catalogue, Class, CountyCode, Draft, Fact, Facts, Item, ItemId, ItemKind, Level, Origin,
    OriginId, Room, RoomKind, School, SchoolCode, SchoolKind, SchoolYear, SealError, Section,
    Snapshot, Stage, Value,
};
use packs::{PackError, PackFile, Spanned};
use rust_decimal::Decimal;

/// A county with one school and one section, in which a check is tried.
#[derive(Clone, Debug)]
pub(crate) struct Example {
    stage: Stage,
    kind: SchoolKind,
    /// Items with their values: one, but as many as there are for a class or a room.
    values: Vec<(ItemId, Level, Vec<Value>)>,
    /// The line of the pack file.
    pub(crate) line: usize,
}

impl Example {
    pub(crate) fn read(
        file: &PackFile,
        raw: &Spanned<raw::Example>,
        catalogue: &Catalogue,
    ) -> Result<Self, PackError> {
        let wrong = |message: String| refuse(file, raw, "I-EXAMPLE-01", message);
        let line = file.position(raw.span().start).0;
        let (mut stage, mut kind) = (Stage::Primary, SchoolKind::Primary);
        let mut values = Vec::new();
        for (key, given) in raw.get_ref() {
            let text = given.as_str().unwrap_or_default();
            match key.as_str() {
                "stage" => {
                    stage = Stage::from_label(text)
                        .ok_or_else(|| wrong(format!("没有学段“{text}”")))?;
                }
                "school_kind" => {
                    kind = SchoolKind::from_label(text)
                        .ok_or_else(|| wrong(format!("没有办学类型“{text}”")))?;
                }
                code => {
                    let (id, item) = catalogue
                        .find(code)
                        .ok_or_else(|| wrong(format!("没有代码为“{code}”的数据项")))?;
                    let list = given.as_array().map_or(std::slice::from_ref(given), Vec::as_slice);
                    let list: Result<Vec<_>, _> = list.iter().map(|one| value(item, one)).collect();
                    let list = list.map_err(|why| refuse(file, raw, "I-EXAMPLE-02", why))?;
                    values.push((id, item.level, list));
                }
            }
        }
        Ok(Self { stage, kind, values, line })
    }

    /// The county of the example.
    pub(crate) fn snapshot(&self, catalogue: &Catalogue) -> Result<Snapshot, SealError> {
        let (Ok(county), Ok(code)) = (CountyCode::parse("000000"), SchoolCode::parse("0000000000"))
        else {
            // Both texts are digits of the right number.
            return Err(SealError::DuplicateAttestation("示例".into()));
        };
        let mut draft = Draft::new(county, "示例县".into(), SchoolYear(2024));
        let origin = draft
            .origin(Origin::Given { source: format!("第 {} 行的示例", self.line).into() });
        let single = |level| {
            let mut facts = Facts::new();
            for (id, _, list) in self.values.iter().filter(|(_, l, _)| *l == level) {
                if let Some(value) = list.first() {
                    facts.set(*id, Fact { value: value.clone(), origin });
                }
            }
            facts
        };
        draft.county.facts = single(Level::County);
        let section = Section { stage: self.stage, attached: false, facts: single(Level::Section) };
        let rows = |level| rows(&self.values, level, origin).into_iter().zip(1..);
        let classes = rows(Level::Class).map(|(facts, n): (Facts, u32)| Class {
            name: format!("{n}班"),
            stage: self.stage,
            grade: 1,
            facts,
        });
        let rooms = rows(Level::Room).map(|(facts, n): (Facts, u32)| Room {
            name: format!("{n}室"),
            kind: RoomKind::Music,
            facts,
        });
        let (classes, rooms) = (classes.collect(), rooms.collect());
        draft.schools.push(School {
            code,
            name: "示例学校".into(),
            kind: self.kind,
            parent: None,
            facts: single(Level::School),
            sections: vec![section],
            classes,
            rooms,
        });
        draft.seal(catalogue)
    }
}

/// One set of facts a row: the n-th values of the items of a level.
fn rows(values: &[(ItemId, Level, Vec<Value>)], level: Level, origin: OriginId) -> Vec<Facts> {
    let mut rows: Vec<Facts> = Vec::new();
    for (id, _, list) in values.iter().filter(|(_, l, _)| *l == level) {
        rows.resize_with(rows.len().max(list.len()), Facts::new);
        for (row, value) in rows.iter_mut().zip(list) {
            row.set(*id, Fact { value: value.clone(), origin });
        }
    }
    rows
}

/// A value of an example as the item's kind wants it; why not, in Chinese.
pub(crate) fn value(item: &Item, given: &toml::Value) -> Result<Value, String> {
    use toml::Value as T;
    let bad = || format!("“{}”的示例值 {given} 类型不对", item.zh);
    Ok(match (&item.kind, given) {
        (_, T::String(text)) if text == "—" => Value::NotApplicable,
        (ItemKind::Count | ItemKind::Amount | ItemKind::Year, T::Integer(n)) => {
            Value::Number(Decimal::from(*n))
        }
        // The shortest decimal that reads back as the same float is the one that was written.
        (ItemKind::Amount, T::Float(x)) => Value::Number(x.to_string().parse().map_err(|_| bad())?),
        (ItemKind::Flag, T::Boolean(b)) => Value::Flag(*b),
        (ItemKind::Code(list), T::String(code)) if list.iter().any(|(known, _)| known == code) => {
            Value::Code(code.as_str().into())
        }
        (ItemKind::Text, T::String(text)) => Value::Text(text.as_str().into()),
        _ => return Err(bad()),
    })
}
