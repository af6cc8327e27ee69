//! Values of fields as texts: how they are read from a page, and how they are shown on one.

use domain::{Item, ItemKind, Origin, Value};
use jiff::civil::Date;
use jiff::tz::Offset;
use rust_decimal::Decimal;

/// Longest text of a field.
const LONGEST: usize = 500;

/// What a page sends for “does not apply”.
pub(crate) const NOT_APPLICABLE: &str = "—";

/// Reads what was typed into a field; empty is nothing. What is of the right type and out of range
/// is taken: that is a finding.
///
/// # Errors
/// What is expected, in Chinese.
pub(crate) fn read(item: &Item, text: &str) -> Result<Option<Value>, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    if text == NOT_APPLICABLE {
        return Ok(Some(Value::NotApplicable));
    }
    let value = match &item.kind {
        ItemKind::Count | ItemKind::Year => {
            let whole = number(text).filter(|number| number.fract().is_zero());
            Value::Number(whole.ok_or("要填整数")?)
        }
        ItemKind::Amount => Value::Number(number(text).ok_or("要填数字，不带单位和千位分隔符")?),
        ItemKind::Flag => match text {
            "true" | "是" => Value::Flag(true),
            "false" | "否" => Value::Flag(false),
            _ => return Err("要填“是”或“否”".to_owned()),
        },
        ItemKind::Code(codes) => {
            let known = codes.iter().find(|(code, zh)| code == text || zh == text);
            let Some((code, _)) = known else {
                let known: Vec<&str> = codes.iter().map(|(_, zh)| zh.as_str()).collect();
                return Err(format!("只能填：{}", known.join("、")));
            };
            Value::Code(code.as_str().into())
        }
        ItemKind::Date => {
            let day: Result<Date, _> = text.parse();
            Value::Date(day.map_err(|_| "要填日期，如 2024-09-01")?)
        }
        ItemKind::Text => {
            if text.chars().count() > LONGEST || text.chars().any(char::is_control) {
                return Err(format!("文字不能超过 {LONGEST} 个字，也不能换行"));
            }
            Value::Text(text.into())
        }
    };
    Ok(Some(value))
}

/// A number as written, with all its digits; none where it has more than can be kept.
fn number(text: &str) -> Option<Decimal> {
    let plain = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'-' | b'+'));
    if plain { Decimal::from_str_exact(text).ok() } else { None }
}

/// What is wrong with a value that was taken: out of the item's bounds.
pub(crate) fn out_of_range(item: &Item, value: &Value) -> Option<String> {
    let number = value.number()?;
    let least = match item.kind {
        ItemKind::Count | ItemKind::Amount => item.range.min.or(Some(Decimal::ZERO)),
        _ => item.range.min,
    };
    let low = least.is_some_and(|least| number < least);
    let high = item.range.max.is_some_and(|most| number > most);
    if !low && !high {
        return None;
    }
    let shown = |bound: Option<Decimal>| bound.map(|bound| bound.normalize().to_string());
    Some(match (shown(least), shown(item.range.max)) {
        (Some(least), Some(most)) => format!("应在 {least} 至 {most} 之间"),
        (Some(least), None) => format!("应不小于 {least}"),
        (None, Some(most)) => format!("应不大于 {most}"),
        (None, None) => String::new(),
    })
}

/// A value as it travels: exact digits, codes of lists, `true` or `false`, ISO dates, `—`.
pub(crate) fn shown(value: &Value) -> String {
    match value {
        Value::Flag(flag) => flag.to_string(),
        other => other.to_string(),
    }
}

/// Where a value comes from, in words.
pub(crate) fn origin(origin: &Origin) -> String {
    match origin {
        Origin::Entry { person, at } => {
            let at = Offset::constant(8).to_datetime(*at);
            format!("{person} {} 填报", at.strftime("%Y-%m-%d %H:%M"))
        }
        Origin::Corrected { file, sheet, row, column, person, at } => {
            let cell = domain::cell_path(file, sheet, *row, *column);
            let at = Offset::constant(8).to_datetime(*at);
            format!("{cell}，{person} {} 更正", at.strftime("%Y-%m-%d %H:%M"))
        }
        other => other.to_string(),
    }
}

/// The kind of an item: `count`, `amount`, `flag`, `code`, `year`, `date`, `text`.
pub(crate) const fn kind(kind: &ItemKind) -> &'static str {
    match kind {
        ItemKind::Count => "count",
        ItemKind::Amount => "amount",
        ItemKind::Flag => "flag",
        ItemKind::Code(_) => "code",
        ItemKind::Year => "year",
        ItemKind::Date => "date",
        ItemKind::Text => "text",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Level, Range, Unit};
    use proptest::prelude::*;

    fn item(kind: ItemKind, max: Option<i64>) -> Item {
        Item {
            code: "x".into(),
            zh: "某项".into(),
            en: "X".into(),
            unit: Unit::ONE,
            level: Level::School,
            kind,
            range: Range { min: None, max: max.map(Decimal::from) },
            cells: Vec::new(),
            definition: String::new(),
        }
    }

    #[test]
    fn nothing_and_not_applicable_are_two_things_and_neither_is_zero() {
        let count = item(ItemKind::Count, None);
        assert_eq!(read(&count, "  "), Ok(None));
        assert_eq!(read(&count, "—"), Ok(Some(Value::NotApplicable)));
        assert_eq!(read(&count, "0"), Ok(Some(Value::Number(Decimal::ZERO))));
    }

    #[test]
    fn what_is_no_value_is_refused_and_what_is_out_of_range_is_a_finding() {
        let count = item(ItemKind::Count, Some(10));
        for text in ["12人", "1,200", "1.5", "1e5", "NaN", "一", "９"] {
            assert!(read(&count, text).is_err(), "{text}");
        }
        let big = read(&count, "11").unwrap().unwrap();
        assert_eq!(out_of_range(&count, &big).unwrap(), "应在 0 至 10 之间");
        let minus = read(&count, "-1").unwrap().unwrap();
        assert!(out_of_range(&count, &minus).is_some());
        let amount = item(ItemKind::Amount, None);
        let exact = read(&amount, "0.1000000000000000000000000001").unwrap().unwrap();
        assert_eq!(shown(&exact), "0.1000000000000000000000000001");
        assert!(read(&amount, "0.10000000000000000000000000000000001").is_err());
        let list = item(ItemKind::Code(vec![("7".into(), "县级教育部门".into())]), None);
        assert_eq!(read(&list, "县级教育部门"), Ok(Some(Value::Code("7".into()))));
        assert!(read(&list, "8").is_err());
    }

    proptest! {
        #[test]
        fn a_shown_number_reads_back(mantissa in any::<i64>(), scale in 0u32..12) {
            let value = Value::Number(Decimal::new(mantissa, scale).normalize());
            let amount = item(ItemKind::Amount, None);
            prop_assert_eq!(read(&amount, &shown(&value)), Ok(Some(value)));
        }

        #[test]
        fn no_text_panics(text in ".{0,40}") {
            for kind in [ItemKind::Count, ItemKind::Amount, ItemKind::Date, ItemKind::Text] {
                let _ = read(&item(kind, None), &text);
            }
        }
    }
}
