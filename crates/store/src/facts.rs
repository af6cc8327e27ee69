//! Facts and places as they are kept: values as text with their kind, origins as a source and a
//! cell, sections, classes and rooms as rows with a key.

use crate::db::{Arg, Row, Tx, args, small};
use crate::{Result, StoreError};
use domain::{CountyCode, Origin, RoomKind, SchoolCode, Stage, Value};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::str::FromStr;
use std::sync::Arc;

/// A value and where it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactRecord {
    /// The value.
    pub value: Value,
    /// Its origin.
    pub origin: Origin,
}

/// What a place within a school's form is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "level")]
pub enum PlaceKind {
    /// A section.
    Section {
        /// Its stage.
        stage: Stage,
        /// 附设班: not a stage of the school's kind.
        attached: bool,
    },
    /// A class of the roster.
    Class {
        /// Its stage.
        stage: Stage,
        /// Its grade, 1–12.
        grade: u8,
        /// Its name.
        name: String,
    },
    /// A special room of the roster.
    Room {
        /// What it is for.
        kind: RoomKind,
        /// Its name.
        name: String,
    },
}

/// A place within a school's form. The form itself (the school, or the county) has the key `""`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaceRecord {
    /// Its key, that facts name.
    pub key: String,
    /// What it is.
    pub kind: PlaceKind,
}

impl PlaceKind {
    /// The key of a place: `primary`, `class/primary/3/三年级(2)班`, `room/music/音乐室1`. Of twins
    /// in one roster each after the first has its number: `…#0002`.
    #[must_use]
    pub fn key(&self, number: usize) -> String {
        let key = match self {
            Self::Section { stage, .. } => stage.code().to_owned(),
            Self::Class { stage, grade, name } => format!("class/{}/{grade}/{name}", stage.code()),
            Self::Room { kind, name } => format!("room/{}/{name}", kind.code()),
        };
        if number > 1 { format!("{key}#{number:04}") } else { key }
    }

    /// The level of facts that stand at this place.
    #[must_use]
    pub const fn level(&self) -> domain::Level {
        match self {
            Self::Section { .. } => domain::Level::Section,
            Self::Class { .. } => domain::Level::Class,
            Self::Room { .. } => domain::Level::Room,
        }
    }

    /// Level, stage, grade, kind, name, attached: the columns.
    pub(crate) fn columns(&self) -> [Arg; 6] {
        let level = self.level().code();
        match self {
            Self::Section { stage, attached } => [
                level.into(),
                stage.code().into(),
                None::<i64>.into(),
                None::<&str>.into(),
                "".into(),
                (*attached).into(),
            ],
            Self::Class { stage, grade, name } => [
                level.into(),
                stage.code().into(),
                (*grade).into(),
                None::<&str>.into(),
                name.into(),
                false.into(),
            ],
            Self::Room { kind, name } => [
                level.into(),
                None::<&str>.into(),
                None::<i64>.into(),
                kind.code().into(),
                name.into(),
                false.into(),
            ],
        }
    }

    /// Read back from six columns, the first of which is `at`.
    pub(crate) fn read(row: &Row, at: usize) -> Result<Self> {
        let stage = || row.known(at + 1, Stage::from_label);
        Ok(match row.str(at)? {
            "section" => Self::Section { stage: stage()?, attached: row.flag(at + 5)? },
            "class" => Self::Class {
                stage: stage()?,
                grade: small(row.int(at + 2)?)?,
                name: row.text(at + 4)?,
            },
            "room" => Self::Room { kind: row.known(at + 3, room_kind)?, name: row.text(at + 4)? },
            other => return Err(StoreError::Corrupt(format!("“{other}”"))),
        })
    }
}

/// The kind of room of a code.
pub(crate) fn room_kind(code: &str) -> Option<RoomKind> {
    [RoomKind::Music, RoomKind::Art].into_iter().find(|kind| kind.code() == code)
}

/// The kind and the text of a value. Numbers keep the digits of their entry.
pub(crate) fn write_value(value: &Value) -> (&'static str, String) {
    match value {
        Value::Number(number) => ("n", number.to_string()),
        Value::Flag(flag) => ("f", if *flag { "1" } else { "0" }.to_owned()),
        Value::Code(code) => ("c", code.to_string()),
        Value::Text(text) => ("t", text.to_string()),
        Value::Date(day) => ("d", day.to_string()),
        Value::NotApplicable => ("-", String::new()),
    }
}

/// A value of its kind and text.
pub(crate) fn read_value(kind: &str, text: &str) -> Result<Value> {
    let wrong = || StoreError::Corrupt(format!("{kind}“{text}”"));
    Ok(match kind {
        "n" => Value::Number(rust_decimal::Decimal::from_str(text).map_err(|_| wrong())?),
        "f" => Value::Flag(match text {
            "1" => true,
            "0" => false,
            _ => return Err(wrong()),
        }),
        "c" => Value::Code(text.into()),
        "t" => Value::Text(text.into()),
        "d" => Value::Date(text.parse().map_err(|_| wrong())?),
        "-" => Value::NotApplicable,
        _ => return Err(wrong()),
    })
}

type SourceText = (&'static str, String, String);

/// Stands between the sheet, the moment and the person of a corrected cell, which is kept as a cell:
/// no sheet has a control character in its name.
const APART: char = '\u{1f}';

/// The source of an origin, and its row and column.
fn source_of(origin: &Origin) -> (SourceText, Option<i64>, Option<i64>) {
    match origin {
        Origin::Cell { file, sheet, row, column } => (
            ("cell", file.to_string(), sheet.to_string()),
            Some(i64::from(*row)),
            Some(i64::from(*column)),
        ),
        Origin::Corrected { file, sheet, row, column, person, at } => (
            ("cell", file.to_string(), format!("{sheet}{APART}{at}{APART}{person}")),
            Some(i64::from(*row)),
            Some(i64::from(*column)),
        ),
        Origin::Entry { person, at } => (("entry", person.to_string(), at.to_string()), None, None),
        Origin::Derived { how } => (("derived", how.to_string(), String::new()), None, None),
        Origin::Given { source } => (("given", source.to_string(), String::new()), None, None),
    }
}

/// The sources that a transaction has met, so that each is looked up once.
#[derive(Default)]
pub(crate) struct SourceBook {
    ids: BTreeMap<SourceText, i64>,
}

impl SourceBook {
    /// Source, row and column of an origin: three columns.
    pub(crate) async fn columns(
        &mut self,
        tx: &mut Tx,
        county: &CountyCode,
        origin: &Origin,
    ) -> Result<[Arg; 3]> {
        let (source, row, column) = source_of(origin);
        if let Some(id) = self.ids.get(&source) {
            return Ok([(*id).into(), row.into(), column.into()]);
        }
        let id = tx
            .number(
                "insert into sources (county, source, kind, first, second)
                 values ($1, (select coalesce(max(source), 0) + 1 from sources
                     where county = $1), $2, $3, $4)
                 on conflict (county, kind, first, second) do update set first = excluded.first
                 returning source",
                args![county, source.0, &source.1, &source.2],
            )
            .await?;
        self.ids.insert(source, id);
        Ok([id.into(), row.into(), column.into()])
    }
}

/// Reads facts from rows whose columns `at..` are kind, value, source kind, first, second, row and
/// column; texts that repeat are shared.
#[derive(Default)]
pub(crate) struct FactReader {
    texts: BTreeMap<String, Arc<str>>,
}

/// The columns that [`FactReader`] reads; `f` is the table of facts, `o` that of sources.
pub(crate) const FACT: &str =
    "f.kind, f.value, o.kind, o.first, o.second, f.source_row, f.source_column";

impl FactReader {
    fn shared(&mut self, text: &str) -> Arc<str> {
        if let Some(found) = self.texts.get(text) {
            return Arc::clone(found);
        }
        let new: Arc<str> = Arc::from(text);
        self.texts.insert(text.to_owned(), Arc::clone(&new));
        new
    }

    fn corrected(
        &mut self,
        file: Arc<str>,
        sheet: &str,
        correction: &str,
        row: u32,
        column: u32,
    ) -> Result<Origin> {
        let wrong = || StoreError::Corrupt(format!("更正“{correction}”"));
        let (at, person) = correction.split_once(APART).ok_or_else(wrong)?;
        Ok(Origin::Corrected {
            file,
            sheet: self.shared(sheet),
            row,
            column,
            person: self.shared(person),
            at: at.parse().map_err(|_| wrong())?,
        })
    }

    pub(crate) fn read(&mut self, row: &Row, at: usize) -> Result<FactRecord> {
        let value = read_value(row.str(at)?, row.str(at + 1)?)?;
        let origin = self.origin(row, at + 2)?;
        Ok(FactRecord { value, origin })
    }

    /// The origin alone, of five columns.
    pub(crate) fn origin(&mut self, row: &Row, at: usize) -> Result<Origin> {
        let first = self.shared(row.str(at + 1)?);
        Ok(match row.str(at)? {
            "cell" => {
                let text = row.str(at + 2)?;
                let (cell_row, column) = (small(row.int(at + 3)?)?, small(row.int(at + 4)?)?);
                match text.split_once(APART) {
                    None => {
                        let sheet = self.shared(text);
                        Origin::Cell { file: first, sheet, row: cell_row, column }
                    }
                    Some((sheet, correction)) => {
                        self.corrected(first, sheet, correction, cell_row, column)?
                    }
                }
            }
            "entry" => Origin::Entry { person: first, at: row.parsed::<Timestamp>(at + 2)? },
            "derived" => Origin::Derived { how: first },
            "given" => Origin::Given { source: first },
            other => return Err(StoreError::Corrupt(format!("“{other}”"))),
        })
    }
}

/// The places and facts of one form at one revision: `facts` by place and item.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Content {
    pub(crate) places: BTreeMap<String, PlaceKind>,
    pub(crate) facts: BTreeMap<(String, String), FactRecord>,
}

/// Text of the school column: the county's own form has none.
pub(crate) fn school_text(school: Option<&SchoolCode>) -> &str {
    school.map_or("", SchoolCode::as_str)
}

/// The school of a school column.
pub(crate) fn school_read(row: &Row, column: usize) -> Result<Option<SchoolCode>> {
    if row.str(column)?.is_empty() { Ok(None) } else { row.school(column).map(Some) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rust_decimal::Decimal;

    proptest! {
        #[test]
        fn numbers_keep_their_digits(mantissa in any::<i64>(), scale in 0u32..20) {
            let number = Decimal::new(mantissa, scale);
            let (kind, text) = write_value(&Value::Number(number));
            let Value::Number(back) = read_value(kind, &text).unwrap() else { panic!("{text}") };
            prop_assert_eq!((back.mantissa(), back.scale()), (number.mantissa(), number.scale()));
        }
    }

    #[test]
    fn every_kind_of_value_comes_back() {
        for value in [
            Value::Flag(true),
            Value::Flag(false),
            Value::Code("111".into()),
            Value::Text("  城关镇\n".into()),
            Value::Text("".into()),
            Value::Date(jiff::civil::date(2024, 9, 1)),
            Value::NotApplicable,
        ] {
            let (kind, text) = write_value(&value);
            assert_eq!(read_value(kind, &text).unwrap(), value);
        }
        assert!(read_value("n", "NaN").is_err());
        assert!(read_value("f", "yes").is_err());
        assert!(read_value("?", "").is_err());
    }

    #[test]
    fn twins_have_keys_of_their_own() {
        let class = PlaceKind::Class { stage: Stage::Primary, grade: 3, name: "3班".into() };
        assert_eq!(class.key(1), "class/primary/3/3班");
        assert_eq!(class.key(2), "class/primary/3/3班#0002");
    }
}
