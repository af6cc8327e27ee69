//! Dates as people write them.

use super::text::clean;
use crate::open::Raw;
use jiff::ToSpan;
use jiff::civil::Date;
use rust_decimal::prelude::ToPrimitive;

/// The date of a cell: a date cell, the serial number of one, or a text such as `2024年10月8日`.
pub(crate) fn read(raw: &Raw<'_>) -> Option<Date> {
    match raw {
        Raw::Date(date) => *date,
        // 1927 to 2119: serial numbers of days since 30 December 1899.
        Raw::Number(n) if (10_000.0..80_400.0).contains(n) => {
            Date::new(1899, 12, 30).ok()?.checked_add(n.floor().to_i32()?.days()).ok()
        }
        Raw::Number(n) => compact(&n.to_string()),
        Raw::Text(text) => parse(&clean(text)),
        _ => None,
    }
}

fn parse(text: &str) -> Option<Date> {
    let day = text.split([' ', 'T']).next()?;
    let mut parts = day
        .split(['-', '/', '.', '年', '月', '日', '号'])
        .map(str::trim)
        .filter(|part| !part.is_empty());
    let (Some(year), Some(month), Some(day), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return compact(text);
    };
    if year.len() != 4 {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

/// `20241008`.
fn compact(text: &str) -> Option<Date> {
    if text.len() != 8 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    Date::new(
        text.get(..4)?.parse().ok()?,
        text.get(4..6)?.parse().ok()?,
        text.get(6..)?.parse().ok()?,
    )
    .ok()
}
