//! From the shape of a file to data items: every refusal at its place.

use crate::raw;
use domain::{Item, ItemKind, Range, SourceCell, Unit};
use packs::{PackError, PackFile, Spanned};
use rust_decimal::Decimal;
use serde::Deserialize;
use std::collections::BTreeSet;

/// How sure it is that an official cell holds the item: by official text or form seen (A), by two
/// or more sources (B), by one source (C), by general knowledge (K).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub enum Grade {
    /// Official text or form seen.
    A,
    /// Two or more independent public sources.
    B,
    /// One source.
    C,
    /// General knowledge, to be checked by the user.
    K,
}

impl Grade {
    /// The letter.
    #[must_use]
    pub const fn letter(self) -> char {
        match self {
            Self::A => 'A',
            Self::B => 'B',
            Self::C => 'C',
            Self::K => 'K',
        }
    }
}

/// Names that formulas use for the structure of a snapshot and for the language itself.
const RESERVED: &str = "school_kind stage attached room_kind class_grade is_campus school_year \
    and or not if in where split known applies sum count all any share max min ceil floor round \
    county school section class room true false";

/// One item and the grades of its cells, in the order of the cells.
pub(crate) fn item(file: &PackFile, raw: &raw::Item) -> Result<(Item, Vec<Grade>), PackError> {
    let code = raw.code.get_ref();
    if !is_name(code) {
        let message = format!("数据项代码“{code}”只能由小写字母、数字和下划线组成，以字母开头");
        return Err(refuse(file, &raw.code, "I-CODE-01", message));
    }
    if RESERVED.split_whitespace().any(|name| name == code) {
        let message = format!("“{code}”是公式语言的保留名称，不能用作数据项代码");
        return Err(refuse(file, &raw.code, "I-CODE-03", message));
    }
    for (text, what) in [(&raw.zh, "中文名称"), (&raw.en, "英文名称"), (&raw.definition, "口径")]
    {
        filled(file, text, what)?;
    }
    let cells = raw.cells.iter().map(|cell| {
        filled(file, &cell.form, "报表名称")?;
        filled(file, &cell.at, "单元格")?;
        let (form, at) = (cell.form.get_ref().clone(), cell.at.get_ref().clone());
        Ok(SourceCell { form, cell: at, of: cell.of.clone() })
    });
    let item = Item {
        code: code.clone(),
        zh: raw.zh.get_ref().clone(),
        en: raw.en.get_ref().clone(),
        unit: unit(file, raw)?,
        level: raw.level,
        kind: kind(file, raw)?,
        range: range(file, raw)?,
        cells: cells.collect::<Result<_, PackError>>()?,
        definition: raw.definition.get_ref().clone(),
    };
    Ok((item, raw.cells.iter().map(|cell| cell.grade).collect()))
}

fn unit(file: &PackFile, raw: &raw::Item) -> Result<Unit, PackError> {
    let text = raw.unit.get_ref();
    let unit = Unit::parse(text).map_err(|error| {
        refuse(file, &raw.unit, "I-UNIT-01", error.to_string())
            .with_help("可用单位如 人、班、间、台、册、㎡、元、万元、元/人；没有单位写 \"1\"")
    })?;
    let number = matches!(raw.kind.get_ref(), raw::Kind::Count | raw::Kind::Amount);
    if number || text == "1" {
        return Ok(unit);
    }
    let message = format!("只有数值才有计量单位，这里却是“{text}”");
    Err(refuse(file, &raw.unit, "I-UNIT-02", message).with_help("请写 unit = \"1\""))
}

fn kind(file: &PackFile, raw: &raw::Item) -> Result<ItemKind, PackError> {
    if let (Some(codes), false) = (&raw.codes, matches!(raw.kind.get_ref(), raw::Kind::Code)) {
        let message = "只有类型为 code 的数据项才有代码表";
        return Err(refuse(file, codes, "I-CODES-02", message));
    }
    Ok(match raw.kind.get_ref() {
        raw::Kind::Count => ItemKind::Count,
        raw::Kind::Amount => ItemKind::Amount,
        raw::Kind::Flag => ItemKind::Flag,
        raw::Kind::Year => ItemKind::Year,
        raw::Kind::Date => ItemKind::Date,
        raw::Kind::Text => ItemKind::Text,
        raw::Kind::Code => ItemKind::Code(codes(file, raw)?),
    })
}

fn codes(file: &PackFile, raw: &raw::Item) -> Result<Vec<(String, String)>, PackError> {
    let Some(list) = raw.codes.as_ref().filter(|list| !list.get_ref().is_empty()) else {
        let message = "类型为 code 的数据项要有代码表 codes";
        return Err(refuse(file, &raw.kind, "I-CODES-01", message));
    };
    let mut seen = BTreeSet::new();
    for entry in list.get_ref() {
        for text in [&entry.code, &entry.zh] {
            filled(file, text, "代码和名称")?;
            // A reader of workbooks accepts either, so neither may mean two things.
            if !seen.insert(text.get_ref()) {
                let message = format!("代码表中“{}”出现了两次", text.get_ref());
                return Err(refuse(file, text, "I-CODES-03", message));
            }
        }
    }
    let pair = |e: &raw::CodeLabel| (e.code.get_ref().clone(), e.zh.get_ref().clone());
    Ok(list.get_ref().iter().map(pair).collect())
}

fn range(file: &PackFile, raw: &raw::Item) -> Result<Range, PackError> {
    let Some(spanned) = &raw.range else { return Ok(Range::default()) };
    let range = *spanned.get_ref();
    let kind = raw.kind.get_ref();
    if !matches!(kind, raw::Kind::Count | raw::Kind::Amount | raw::Kind::Year) {
        return Err(refuse(file, spanned, "I-RANGE-02", "只有数值和年份才有取值范围"));
    }
    if let (Some(min), Some(max)) = (range.min, range.max)
        && min > max
    {
        let message = format!("取值范围的下限 {min} 大于上限 {max}");
        return Err(refuse(file, spanned, "I-RANGE-01", message));
    }
    let whole = |bound: Option<Decimal>| bound.is_none_or(|b| b.is_integer());
    let negative = range.min.is_some_and(|min| min < Decimal::ZERO);
    if matches!(kind, raw::Kind::Count) && (negative || !whole(range.min) || !whole(range.max)) {
        let message = "计数的取值范围只能是不小于 0 的整数";
        return Err(refuse(file, spanned, "I-RANGE-03", message));
    }
    Ok(range)
}

/// Lower-case words joined by `_`.
fn is_name(code: &str) -> bool {
    code.starts_with(|c: char| c.is_ascii_lowercase())
        && !code.ends_with('_')
        && !code.contains("__")
        && code.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

/// Refuses a text that is blank or has spaces at its ends.
pub(crate) fn filled(file: &PackFile, text: &Spanned<String>, what: &str) -> Result<(), PackError> {
    let value = text.get_ref();
    if value.trim().is_empty() {
        return Err(refuse(file, text, "I-TEXT-01", format!("{what}不能为空")));
    }
    if value.trim() != value {
        return Err(refuse(file, text, "I-TEXT-02", format!("{what}首尾有多余的空格")));
    }
    Ok(())
}

/// An error at a value of the file.
pub(crate) fn refuse<T>(
    file: &PackFile,
    at: &Spanned<T>,
    code: &'static str,
    message: impl Into<String>,
) -> PackError {
    PackError::at(file, at.span(), code, message)
}
