//! The content hash of a snapshot: SHA-256 over a canonical text of its values.

use crate::{Catalogue, Draft, ItemId, Place, SchoolCode, Value};
use rust_decimal::Decimal;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// SHA-256 over a canonical text of the values. Origins stay out: the same facts from two
/// files are the same snapshot.
pub(crate) fn content_hash(draft: &Draft, catalogue: &Catalogue) -> String {
    let mut hasher = Sha256::new();
    let mut line = String::new();
    feed(&mut line, &["junheng-snapshot-1", draft.county.code.as_str(), &draft.county.name]);
    feed(&mut line, &["year", &draft.year.0.to_string()]);
    for a in &draft.county.attestations {
        let holds = a.holds.map_or("", |h| if h { "1" } else { "0" });
        let date = a.date.map(|d| d.to_string()).unwrap_or_default();
        feed(&mut line, &["attestation", &a.indicator, holds, &a.evidence, &a.person, &date]);
    }
    // Facts go in by the order of their codes. The place of each item in that order is found
    // once: there are many places and few items.
    let mut by_code: Vec<(&str, ItemId)> =
        catalogue.iter().map(|(id, item)| (item.code.as_str(), id)).collect();
    by_code.sort_unstable();
    let mut ranks = vec![0usize; by_code.len()];
    let mut codes = Vec::with_capacity(by_code.len());
    for (rank, (code, id)) in by_code.iter().enumerate() {
        ranks[usize::from(id.0)] = rank;
        codes.push(format!("{}:{code}", code.len()));
    }
    let mut sorted = Vec::new();
    let mut text = String::new();
    for place in draft.places() {
        match place {
            Place::County(_) => feed(&mut line, &["county"]),
            Place::School(_, s) => {
                let parent = s.parent.as_ref().map_or("", SchoolCode::as_str);
                feed(&mut line, &["school", s.code.as_str(), &s.name, s.kind.code(), parent]);
            }
            Place::Section(_, _, s) => {
                let attached = if s.attached { "1" } else { "0" };
                feed(&mut line, &["section", s.stage.code(), attached]);
            }
            Place::Class(_, _, c) => {
                feed(&mut line, &["class", c.stage.code(), &c.grade.to_string(), &c.name]);
            }
            Place::Room(_, _, r) => feed(&mut line, &["room", r.kind.code(), &r.name]),
        }
        let Some(facts) = place.facts(place.level()) else { continue };
        sorted.clear();
        sorted.extend(facts.iter().map(|(id, fact)| (ranks[usize::from(id.0)], &fact.value)));
        sorted.sort_unstable_by_key(|(rank, _)| *rank);
        for (rank, value) in &sorted {
            let kind = match value {
                Value::Number(_) => "1:n",
                Value::Flag(_) => "1:f",
                Value::Code(_) => "1:c",
                Value::Text(_) => "1:t",
                Value::Date(_) => "1:d",
                Value::NotApplicable => "1:-",
            };
            text.clear();
            match value {
                Value::Number(n) => number(&mut text, *n),
                _ => {
                    let _ = write!(text, "{value}");
                }
            }
            line.push_str(&codes[*rank]);
            line.push_str(kind);
            feed(&mut line, &[&text]);
        }
        hasher.update(line.as_bytes());
        line.clear();
    }
    hasher.update(line.as_bytes());
    hex(&hasher.finalize())
}

/// Bytes as hexadecimal digits, two each.
///
/// ```
/// assert_eq!(domain::hex(&[0, 10, 255]), "000aff");
/// ```
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Appends a line of parts to what is hashed, each with its length first, so that no text can
/// imitate a separator.
fn feed(line: &mut String, parts: &[&str]) {
    for part in parts {
        digits(line, part.len() as u64);
        line.push(':');
        line.push_str(part);
    }
    line.push('\n');
}

/// Appends a number as [`Value`] prints it, without zeros at the end of its decimals. A county has
/// a million of them, and the formatter of the standard library takes most of the time of a seal.
fn number(text: &mut String, number: Decimal) {
    let (Ok(mut mantissa), mut scale) = (u64::try_from(number.mantissa()), number.scale()) else {
        let _ = write!(text, "{}", Value::Number(number));
        return;
    };
    while scale > 0 && mantissa % 10 == 0 {
        mantissa /= 10;
        scale -= 1;
    }
    let Some(power) = 10u64.checked_pow(scale) else {
        let _ = write!(text, "{}", Value::Number(number));
        return;
    };
    digits(text, mantissa / power);
    if scale > 0 {
        text.push('.');
        let (fraction, mut place) = (mantissa % power, power / 10);
        while place > fraction.max(1) {
            text.push('0');
            place /= 10;
        }
        digits(text, fraction);
    }
}

/// Appends a whole number.
fn digits(text: &mut String, number: u64) {
    if number >= 10 {
        digits(text, number / 10);
    }
    text.push(char::from(b'0' + u8::try_from(number % 10).unwrap_or(0)));
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn numbers_are_hashed_as_they_print(mantissa in -2_000_000i64..2_000_000, scale in 0u32..12) {
            let decimal = Decimal::new(mantissa, scale);
            let mut text = String::new();
            number(&mut text, decimal);
            prop_assert_eq!(text, Value::Number(decimal).to_string());
        }
    }
}
