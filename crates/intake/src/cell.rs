//! Cleaning: from what a cell says to a value of an item, or to what is wrong with it.
//!
//! This module must not know where the cell stands.

mod date;
mod flag;
pub(crate) mod text;

pub(crate) use flag::flag;

use crate::finding::code;
use crate::open::Raw;
use domain::{Exact, Item, ItemKind, Unit, Value};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use std::collections::BTreeMap;
use text::{clean, is_not_applicable, kept};

/// A value that was read.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Read {
    /// The value.
    pub(crate) value: Value,
    /// How it was converted, in Chinese, where the user should know.
    pub(crate) note: Option<String>,
}

/// What is wrong with a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) code: &'static str,
    pub(crate) message: String,
    pub(crate) advice: String,
}

impl Problem {
    fn new(code: &'static str, message: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { code, message: message.into(), advice: advice.into() }
    }
}

/// Spellings of codes that a layout accepts: text in the file → code.
pub(crate) type Labels = BTreeMap<String, String>;

/// Reads a cell as a value of an item. `unit` is the unit that the heading or the row states, if it
/// is another than the item's. `Ok(None)`: blank, the fact is missing.
pub(crate) fn read<'a>(
    raw: &Raw<'_>,
    item: &Item,
    unit: Option<&Unit>,
    labels: impl FnOnce() -> Option<&'a Labels>,
) -> Result<Option<Read>, Problem> {
    let plain = |value| Ok(Some(Read { value, note: None }));
    // The common case first, without any text: a number for a numeric item.
    if let (Raw::Number(n), ItemKind::Count | ItemKind::Amount) = (raw, &item.kind) {
        let number = decimal(*n).ok_or_else(|| not_a(item, &n.to_string()))?;
        return match unit {
            None => in_range(number, item).and_then(plain),
            Some(unit) => converted(number, unit, item).map(Some),
        };
    }
    let text = match raw {
        Raw::NoValue => {
            return Err(Problem::new(
                code::NO_CACHED_VALUE,
                "单元格是公式，文件中没有保存计算结果。",
                "请用 WPS 或 Excel 打开文件，等公式算完后保存，再重新导入。",
            ));
        }
        Raw::Error(error) => {
            return Err(Problem::new(
                code::ERROR_VALUE,
                format!("单元格是错误值 {error}。"),
                "请改正公式或直接填写数值；没有数据就留空，不适用填“—”。",
            ));
        }
        Raw::Text(text) => {
            let text = clean(text);
            if text.is_empty() {
                return Ok(None);
            }
            if is_not_applicable(&text) {
                return plain(Value::NotApplicable);
            }
            Some(text)
        }
        Raw::Number(_) | Raw::Flag(_) | Raw::Date(_) => None,
    };
    match &item.kind {
        ItemKind::Count | ItemKind::Amount => match (&text, raw) {
            (Some(text), _) => quantity(text, unit, item).map(Some),
            (_, Raw::Date(_)) => Err(Problem::new(
                code::TYPE,
                "这里应填数字，单元格却是日期格式。",
                "请把单元格格式改为“常规”后重新填写数字。",
            )),
            _ => Err(not_a(item, "是/否")),
        },
        ItemKind::Flag => match flag(raw) {
            Some(flag) => plain(Value::Flag(flag)),
            None => Err(not_a(item, &shown(raw))),
        },
        ItemKind::Code(list) => {
            let text = text.unwrap_or_else(|| shown(raw));
            match coded(&text, list, labels()) {
                Some(code) => plain(Value::Code(code.into())),
                None => Err(not_a(item, &text)),
            }
        }
        ItemKind::Year => year(raw, text.as_deref()).map_or_else(
            || Err(not_a(item, &shown(raw))),
            |year| in_range(year, item).and_then(plain),
        ),
        ItemKind::Date => date::read(raw)
            .map_or_else(|| Err(not_a(item, &shown(raw))), |date| plain(Value::Date(date))),
        ItemKind::Text => plain(Value::Text(shown(raw).into())),
    }
}

pub(crate) use date::read as date;

/// The cell as text, for keys, names and messages.
pub(crate) fn shown(raw: &Raw<'_>) -> String {
    match raw {
        Raw::Text(text) => kept(text),
        Raw::Number(n) => decimal(*n).map_or_else(|| n.to_string(), |d| d.normalize().to_string()),
        Raw::Flag(flag) => if *flag { "是" } else { "否" }.to_owned(),
        Raw::Date(Some(date)) => date.to_string(),
        Raw::Date(None) => "(日期)".to_owned(),
        Raw::Error(error) => error.to_string(),
        Raw::NoValue => String::new(),
    }
}

/// The decimal that a spreadsheet shows for a stored number: at most 15 significant digits.
///
/// A workbook may store 17 digits of a binary fraction (`0.30000000000000004`), of which no program
/// shows more than 15; what the user saw and meant is the number of 15 digits.
pub(crate) fn decimal(n: f64) -> Option<Decimal> {
    if !n.is_finite() || n.abs() >= 1e15 {
        return None;
    }
    // Nearly all numbers are whole or have two decimals. Where dividing back gives the same binary
    // number, the short decimal is the one of at most 15 digits.
    for (scale, power) in [(0, 1.0), (2, 100.0)] {
        let scaled = (n * power).round();
        if scaled.abs() < 1e15
            && (scaled / power).to_bits() == n.to_bits()
            && let Some(mantissa) = scaled.to_i64()
        {
            let decimal = Decimal::new(mantissa, scale);
            return Some(if scale == 0 { decimal } else { decimal.normalize() });
        }
    }
    let text = format!("{n:.14e}");
    Decimal::from_scientific(&text).ok().map(|d| d.normalize())
}

/// The number of a cell that states no unit, for sums of cells.
pub(crate) fn plain_number(raw: &Raw<'_>) -> Option<Decimal> {
    match raw {
        Raw::Number(n) => decimal(*n),
        Raw::Text(text) => {
            text::number(&clean(text)).filter(|(_, unit)| unit.is_empty()).map(|(number, _)| number)
        }
        _ => None,
    }
}

fn not_a(item: &Item, found: &str) -> Problem {
    let found = short(found);
    let (wanted, advice) = match &item.kind {
        ItemKind::Count => ("整数", "请填写整数，不写单位和说明文字。".to_owned()),
        ItemKind::Amount => ("数字", "请填写数字，不写单位和说明文字。".to_owned()),
        ItemKind::Flag => ("“是”或“否”", "请填“是”或“否”。".to_owned()),
        ItemKind::Year => ("年份", "请填四位年份，如 2012。".to_owned()),
        ItemKind::Date => ("日期", "请按 2024-10-08 的形式填写。".to_owned()),
        ItemKind::Text => ("文字", String::new()),
        ItemKind::Code(list) => {
            let labels: Vec<&str> = list.iter().map(|(_, label)| label.as_str()).take(12).collect();
            ("规定的选项", format!("请从下列选项中选填：{}。", labels.join("、")))
        }
    };
    Problem::new(code::TYPE, format!("“{found}”不是{wanted}。"), advice)
}

/// Long texts are cut in messages.
pub(crate) fn short(text: &str) -> String {
    match text.char_indices().nth(24) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}

fn in_range(number: Decimal, item: &Item) -> Result<Value, Problem> {
    if item.kind == ItemKind::Count && !number.is_integer() {
        return Err(not_a(item, &number.to_string()));
    }
    let min = item.range.min.unwrap_or(Decimal::ZERO);
    let max = item.range.max;
    if number >= min && max.is_none_or(|max| number <= max) {
        return Ok(Value::Number(number));
    }
    let unit = if item.unit.is_one() { String::new() } else { format!(" {}", item.unit) };
    let bounds = match max {
        Some(max) => format!("应在 {min} 到 {max}{unit} 之间"),
        None => format!("不能小于 {min}{unit}"),
    };
    Err(Problem::new(
        code::RANGE,
        format!("{number}{unit} 超出范围，{bounds}。"),
        "请核对数值和计量单位。",
    ))
}

/// A number in a unit that is stated beside it.
fn converted(number: Decimal, from: &Unit, item: &Item) -> Result<Read, Problem> {
    if from.is_same(&item.unit) {
        return Ok(Read { value: in_range(number, item)?, note: None });
    }
    let wrong = || {
        Problem::new(
            code::UNIT,
            format!("计量单位“{from}”不能换算成“{}”。", item.unit),
            format!("请以“{}”为单位填写数字。", item.unit),
        )
    };
    if !from.is_compatible(&item.unit) {
        return Err(wrong());
    }
    let factor = item.unit.factor_from(from);
    let result = multiplied(number, &factor).ok_or_else(wrong)?;
    let note = format!("{number} {from}，已换算为 {result} {}。", item.unit);
    Ok(Read { value: in_range(result, item)?, note: Some(note) })
}

fn multiplied(number: Decimal, factor: &Exact) -> Option<Decimal> {
    let numerator: Decimal = factor.numerator().to_string().parse().ok()?;
    let denominator: Decimal = factor.denominator().to_string().parse().ok()?;
    Some(number.checked_mul(numerator)?.checked_div(denominator)?.normalize())
}

/// A number in text, perhaps with separators and a unit behind it.
fn quantity(text: &str, stated: Option<&Unit>, item: &Item) -> Result<Read, Problem> {
    let (number, suffix) = text::number(text).ok_or_else(|| not_a(item, text))?;
    if suffix.is_empty() {
        return match stated {
            Some(unit) => converted(number, unit, item),
            None => Ok(Read { value: in_range(number, item)?, note: None }),
        };
    }
    let Some(unit) = text::unit(suffix) else {
        return Err(Problem::new(
            code::UNIT,
            format!("“{}”中的“{}”不是认识的计量单位。", short(text), short(suffix)),
            format!("请只填写数字，单位为“{}”。", item.unit),
        ));
    };
    converted(number, &unit, item)
}

/// The code of a text: itself a code, an official label, or a spelling of the layout.
fn coded<'a>(
    text: &str,
    list: &'a [(String, String)],
    labels: Option<&'a Labels>,
) -> Option<&'a str> {
    let own = list.iter().find(|(code, label)| code == text || clean(label) == text);
    own.map(|(code, _)| code.as_str())
        .or_else(|| labels.and_then(|labels| labels.get(text)).map(String::as_str))
        // Forms print code and label together: `121 镇中心区`.
        .or_else(|| {
            list.iter()
                .find(|(code, label)| {
                    text.strip_prefix(code.as_str())
                        .is_some_and(|rest| rest.trim_matches([' ', '-', ':', '.']) == label)
                })
                .map(|(code, _)| code.as_str())
        })
}

fn year(raw: &Raw<'_>, text: Option<&str>) -> Option<Decimal> {
    let year = match (raw, text) {
        (Raw::Number(n), _) => decimal(*n)?,
        (Raw::Date(Some(date)), _) => Decimal::from(date.year()),
        (_, Some(text)) => {
            let digits = text.trim_end_matches('年').trim();
            match digits.parse::<u16>() {
                Ok(year) => Decimal::from(year),
                Err(_) => Decimal::from(date::read(raw)?.year()),
            }
        }
        _ => return None,
    };
    (year.is_integer() && (Decimal::from(1000)..=Decimal::from(2999)).contains(&year))
        .then_some(year)
}

#[cfg(test)]
mod tests;
