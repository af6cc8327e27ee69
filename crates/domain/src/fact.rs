//! Facts: values with their origin.

use crate::ItemId;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{self, TimeZone};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;

/// The value of a fact. A missing value is no value: the fact is absent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A number in the item's unit, with the digits of its entry.
    Number(Decimal),
    /// 是 or 否.
    Flag(bool),
    /// A code of the item's closed list.
    Code(Box<str>),
    /// Free text.
    Text(Box<str>),
    /// A calendar date.
    Date(Date),
    /// `—`: the item does not apply here. Neither zero nor missing.
    NotApplicable,
}

impl Value {
    /// The number, if it is one.
    #[must_use]
    pub fn number(&self) -> Option<Decimal> {
        if let Self::Number(n) = self { Some(*n) } else { None }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(n) => write!(f, "{}", n.normalize()),
            Self::Flag(b) => f.write_str(if *b { "是" } else { "否" }),
            Self::Code(t) | Self::Text(t) => f.write_str(t),
            Self::Date(d) => write!(f, "{d}"),
            Self::NotApplicable => f.write_str("—"),
        }
    }
}

/// Where a fact comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// A cell of a workbook or a CSV file.
    Cell {
        /// File name, without folders that only the author knows.
        file: Arc<str>,
        /// Sheet name; empty for CSV.
        sheet: Arc<str>,
        /// Zero-based row.
        row: u32,
        /// Zero-based column.
        column: u32,
    },
    /// A cell whose value a person corrected after the file was read; the file stays as it was.
    Corrected {
        /// File name, as of [`Origin::Cell`].
        file: Arc<str>,
        /// Sheet name; empty for CSV.
        sheet: Arc<str>,
        /// Zero-based row.
        row: u32,
        /// Zero-based column.
        column: u32,
        /// Who corrected it.
        person: Arc<str>,
        /// When.
        at: Timestamp,
    },
    /// A person entered it.
    Entry {
        /// Who.
        person: Arc<str>,
        /// When.
        at: Timestamp,
    },
    /// Counted or computed from other facts of the snapshot.
    Derived {
        /// From what and how, in Chinese: `按班级名册计数`.
        how: Arc<str>,
    },
    /// Written in a pack, as the input of an example.
    Given {
        /// The example or the source it cites.
        source: Arc<str>,
    },
}

impl fmt::Display for Origin {
    /// `文件 › 工作表 › C6`, `张三 填报于 2024-10-08 09:30`, …
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cell { file, sheet, row, column } => {
                f.write_str(&cell_path(file, sheet, *row, *column))
            }
            Self::Corrected { file, sheet, row, column, person, at } => {
                let cell = cell_path(file, sheet, *row, *column);
                write!(f, "{cell}，{person} 更正于 {}", clock(*at))
            }
            Self::Entry { person, at } => write!(f, "{person} 填报于 {}", clock(*at)),
            Self::Derived { how } => f.write_str(how),
            Self::Given { source } => f.write_str(source),
        }
    }
}

/// A moment as the clocks of China show it, to the minute.
fn clock(at: Timestamp) -> String {
    at.to_zoned(TimeZone::fixed(tz::offset(8))).strftime("%Y-%m-%d %H:%M").to_string()
}

/// `文件 › 工作表 › C6`; the sheet is left out where it has no name.
#[must_use]
pub fn cell_path(file: &str, sheet: &str, row: u32, column: u32) -> String {
    let cell = cell_name(row, column);
    if sheet.is_empty() {
        format!("{file} › {cell}")
    } else {
        format!("{file} › {sheet} › {cell}")
    }
}

/// The name of a cell as spreadsheets print it: row 5, column 2 (from zero) is `C6`.
#[must_use]
pub fn cell_name(row: u32, column: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = u64::from(column) + 1;
    while rest > 0 {
        let digit = u8::try_from((rest - 1) % 26).unwrap_or(0);
        letters.push(char::from(b'A' + digit));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect::<String>() + &(u64::from(row) + 1).to_string()
}

/// The place of an origin in its snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OriginId(pub u32);

/// A value and where it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// The value.
    pub value: Value,
    /// Its origin.
    pub origin: OriginId,
}

/// The facts of one county, school, section, class or room, at most one an item.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts(Vec<(ItemId, Fact)>);

impl Facts {
    /// No facts.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// The fact of an item; `None` is *missing*.
    #[must_use]
    pub fn get(&self, item: ItemId) -> Option<&Fact> {
        self.0.binary_search_by_key(&item, |(id, _)| *id).ok().map(|i| &self.0[i].1)
    }

    /// The value of an item; `None` is *missing*.
    #[must_use]
    pub fn value(&self, item: ItemId) -> Option<&Value> {
        self.get(item).map(|fact| &fact.value)
    }

    /// Sets the fact of an item and returns the one that stood there.
    pub fn set(&mut self, item: ItemId, fact: Fact) -> Option<Fact> {
        match self.0.binary_search_by_key(&item, |(id, _)| *id) {
            Ok(i) => Some(std::mem::replace(&mut self.0[i].1, fact)),
            Err(i) => {
                self.0.insert(i, (item, fact));
                None
            }
        }
    }

    /// Takes the fact of an item away: it is missing from now on.
    pub fn remove(&mut self, item: ItemId) -> Option<Fact> {
        let i = self.0.binary_search_by_key(&item, |(id, _)| *id).ok()?;
        Some(self.0.remove(i).1)
    }

    /// All facts in catalogue order.
    pub fn iter(&self) -> impl Iterator<Item = (ItemId, &Fact)> {
        self.0.iter().map(|(id, fact)| (*id, fact))
    }

    /// How many facts there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Are there none?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_tells_who_and_when_by_the_clock_on_the_wall() {
        let at = "2024-10-08T17:30:09.123456Z".parse().unwrap();
        let origin = Origin::Entry { person: "林月".into(), at };
        assert_eq!(origin.to_string(), "林月 填报于 2024-10-09 01:30");
    }

    #[test]
    fn cells_are_named_as_in_a_spreadsheet() {
        assert_eq!(cell_name(0, 0), "A1");
        assert_eq!(cell_name(5, 25), "Z6");
        assert_eq!(cell_name(5, 26), "AA6");
        assert_eq!(cell_name(1_048_575, 16_383), "XFD1048576");
    }

    #[test]
    fn facts_keep_one_value_an_item() {
        let fact = |n| Fact { value: Value::Number(Decimal::new(n, 0)), origin: OriginId(0) };
        let mut facts = Facts::new();
        assert_eq!(facts.set(ItemId(3), fact(1)), None);
        assert_eq!(facts.set(ItemId(1), fact(2)), None);
        assert_eq!(facts.set(ItemId(3), fact(4)), Some(fact(1)));
        assert_eq!(facts.get(ItemId(3)), Some(&fact(4)));
        assert_eq!(facts.get(ItemId(2)), None);
        assert_eq!(facts.iter().map(|(id, _)| id.0).collect::<Vec<_>>(), [1, 3]);
    }
}
