//! What a cell shows: a fact or a piece of structure as a number, a text or a date.

use super::book::Formats;
use crate::layout::{Field, Target};
use domain::{
    Attestation, Catalogue, Class, Facts, Item, ItemKind, Room, School, Snapshot, Stage, Value,
};
use jiff::civil::Date;
use rust_decimal::Decimal;
use rust_xlsxwriter::{ExcelDateTime, Format, Worksheet, XlsxError};

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// Missing.
    Blank,
    /// A real number.
    Number(Decimal),
    /// A text; codes are texts, too.
    Text(String),
    /// A calendar date.
    Date(Date),
}

/// 是 or 否.
pub(super) const fn flag(yes: bool) -> &'static str {
    if yes { "是" } else { "否" }
}

/// The mark of what does not apply.
pub(super) const NOT_APPLICABLE: &str = "—";

impl Content {
    /// A value of an item: codes by the label of the item's list.
    pub(super) fn of(value: Option<&Value>, item: &Item) -> Self {
        match value {
            None => Self::Blank,
            Some(Value::Number(n)) => Self::Number(*n),
            Some(Value::Flag(yes)) => Self::Text(flag(*yes).to_owned()),
            Some(Value::Code(code)) => {
                let label = match &item.kind {
                    ItemKind::Code(list) => list.iter().find(|(c, _)| **c == **code),
                    _ => None,
                };
                Self::Text(label.map_or_else(|| code.to_string(), |(_, zh)| zh.clone()))
            }
            Some(Value::Text(text)) => Self::Text(text.to_string()),
            Some(Value::Date(date)) => Self::Date(*date),
            Some(Value::NotApplicable) => Self::Text(NOT_APPLICABLE.to_owned()),
        }
    }

    /// The format of an official form's cell: figures and `—` to the right, texts to the left.
    pub(super) fn format<'a>(&self, formats: &'a Formats) -> &'a Format {
        match self {
            Self::Number(_) | Self::Blank => &formats.number,
            Self::Text(text) if text == NOT_APPLICABLE => &formats.number,
            Self::Text(_) => &formats.entry,
            Self::Date(_) => &formats.date,
        }
    }

    fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// Writes it with a format; a date needs one that shows dates.
    pub(super) fn write(
        &self,
        worksheet: &mut Worksheet,
        row: u32,
        column: u16,
        format: &Format,
    ) -> Result<(), XlsxError> {
        match self {
            Self::Blank => worksheet.write_blank(row, column, format)?,
            Self::Number(n) => match exactly(*n) {
                Some(number) => worksheet.write_number_with_format(row, column, number, format)?,
                None => worksheet.write_string_with_format(row, column, n.to_string(), format)?,
            },
            Self::Text(text) => {
                worksheet.write_string_with_format(row, column, super::book::clip(text), format)?
            }
            Self::Date(date) => {
                let parts = u16::try_from(date.year())
                    .ok()
                    .zip(u8::try_from(date.month()).ok())
                    .zip(u8::try_from(date.day()).ok());
                let serial = parts.and_then(|((y, m), d)| ExcelDateTime::from_ymd(y, m, d).ok());
                match serial {
                    Some(serial) => {
                        worksheet.write_datetime_with_format(row, column, &serial, format)?
                    }
                    None => {
                        worksheet.write_string_with_format(row, column, date.to_string(), format)?
                    }
                }
            }
        };
        Ok(())
    }
}

/// The binary number that prints as this decimal; `None` where a spreadsheet, which keeps fifteen
/// digits, would change it.
fn exactly(n: Decimal) -> Option<f64> {
    let number: f64 = n.to_string().parse().ok()?;
    let digits = n.normalize().mantissa().unsigned_abs().checked_ilog10().unwrap_or(0) + 1;
    (digits <= 15).then_some(number)
}

/// What a target holds for a school. A section item without a stage is taken at `stage`.
pub(super) fn school(
    target: Target,
    stage: Option<Stage>,
    school: &School,
    snapshot: &Snapshot,
    catalogue: &Catalogue,
) -> Content {
    match target {
        Target::Item { item, stage: own } => {
            let described = catalogue.item(item);
            let facts: Option<&Facts> = match described.level {
                domain::Level::County => Some(&snapshot.county().facts),
                domain::Level::School => Some(&school.facts),
                domain::Level::Section => {
                    own.or(stage).and_then(|s| school.section(s)).map(|section| &section.facts)
                }
                domain::Level::Class | domain::Level::Room => None,
            };
            Content::of(facts.and_then(|f| f.value(item)), described)
        }
        Target::Field(field) => match field {
            Field::Code => Content::text(school.code.as_str()),
            Field::Name => Content::text(&school.name),
            Field::Kind => Content::text(school.kind.zh()),
            Field::Parent => match &school.parent {
                Some(parent) => Content::text(parent.as_str()),
                None => Content::Blank,
            },
            Field::Attached(stage) => match school.section(stage) {
                Some(section) if section.attached => Content::text(flag(true)),
                _ => Content::Blank,
            },
            Field::CountyName => Content::text(&snapshot.county().name),
            Field::CountyCode => Content::text(snapshot.county().code.as_str()),
            Field::Year => Content::text(snapshot.year().to_string()),
            _ => Content::Blank,
        },
    }
}

/// What a target holds for a class.
pub(super) fn class(target: Target, of: &School, class: &Class, catalogue: &Catalogue) -> Content {
    match target {
        Target::Item { item, .. } => Content::of(class.facts.value(item), catalogue.item(item)),
        Target::Field(Field::Code) => Content::text(of.code.as_str()),
        Target::Field(Field::Name) => Content::text(&of.name),
        Target::Field(Field::Stage) => Content::text(class.stage.zh()),
        Target::Field(Field::Grade) => Content::Number(class.grade.into()),
        Target::Field(Field::ClassName) => Content::text(&class.name),
        Target::Field(_) => Content::Blank,
    }
}

/// What a target holds for a room.
pub(super) fn room(target: Target, of: &School, room: &Room, catalogue: &Catalogue) -> Content {
    match target {
        Target::Item { item, .. } => Content::of(room.facts.value(item), catalogue.item(item)),
        Target::Field(Field::Code) => Content::text(of.code.as_str()),
        Target::Field(Field::Name) => Content::text(&of.name),
        Target::Field(Field::RoomKind) => Content::text(room.kind.zh()),
        Target::Field(Field::RoomName) => Content::text(&room.name),
        Target::Field(_) => Content::Blank,
    }
}

/// What a target holds for an attestation.
pub(super) fn attestation(target: Target, title: &str, row: &Attestation) -> Content {
    let text = |text: &str| {
        if text.is_empty() { Content::Blank } else { Content::text(text) }
    };
    match target {
        Target::Field(Field::Indicator) => Content::text(&row.indicator),
        Target::Field(Field::IndicatorTitle) => text(title),
        Target::Field(Field::Holds) => row.holds.map_or(Content::Blank, |b| Content::text(flag(b))),
        Target::Field(Field::Evidence) => text(&row.evidence),
        Target::Field(Field::Person) => text(&row.person),
        Target::Field(Field::Date) => row.date.map_or(Content::Blank, Content::Date),
        _ => Content::Blank,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_that_a_spreadsheet_would_change_is_written_as_text() {
        assert!(exactly("118.123456".parse().unwrap()).is_some());
        assert!(exactly("999999999999999".parse().unwrap()).is_some());
        assert!(exactly("1234567890.1234567".parse().unwrap()).is_none());
        assert!(exactly(Decimal::ZERO).is_some());
    }
}
