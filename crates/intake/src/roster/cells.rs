//! From a cell to the text that a roster's column takes, or what is wrong with it.
//!
//! Nothing here quotes a cell: rosters hold names and identity numbers.

use super::layout::{Reading, Shape};
use crate::cell::text::{clean, kept, number};
use crate::cell::{date, decimal, shown};
use crate::open::Raw;
use jiff::civil::Date;

/// A text for a column, and what was done to get it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Read {
    pub(super) text: String,
    pub(super) note: Option<Note>,
}

/// What was done to a cell and the user should know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Note {
    /// A date that was stored as the number of a day.
    DateNumber,
    /// A number that was stored as text.
    TextNumber,
    /// Full-width letters or digits.
    FullWidth,
}

impl Note {
    /// What is said of `count` cells of a column.
    pub(super) fn message(self, heading: &str, count: u64) -> String {
        let what = match self {
            Self::DateNumber => "日期存成了数字，已按表格程序的日序号换算成日期",
            Self::TextNumber => "数存成了文本，已按数读入",
            Self::FullWidth => "用了全角字母或数字，已换成半角",
        };
        format!("“{heading}”一列有 {count} 格{what}。")
    }

    /// What to do about it.
    pub(super) const fn advice(self) -> &'static str {
        match self {
            Self::DateNumber => "请抽查几行；把该列设为日期格式可免去换算。",
            Self::TextNumber => "不必改；把该列设为数值格式可免去换算。",
            Self::FullWidth => "不必改；以后请用半角输入。",
        }
    }
}

/// What keeps a cell from being read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// A formula whose result is not in the file.
    NoValue,
    /// An error value.
    Error,
    /// A long number that the spreadsheet has rounded.
    DigitsLost,
    /// A date that is none of the calendar.
    NoDate,
}

impl Fault {
    /// Code, message and advice.
    pub(super) fn say(self) -> (&'static str, &'static str, &'static str) {
        use crate::finding::code;
        match self {
            Self::NoValue => (
                code::NO_CACHED_VALUE,
                "单元格是公式，文件中没有保存计算结果，本格按未填处理。",
                "请用 WPS 或 Excel 打开文件，等公式算完后保存，再重新导入。",
            ),
            Self::Error => (
                code::ERROR_VALUE,
                "单元格是错误值，本格按未填处理。",
                "请改正公式或直接填写；没有数据就留空。",
            ),
            Self::DigitsLost => (
                code::DIGITS_LOST,
                "长号码存成了数（如 1.23E+17），末几位已经丢失，本格按未填处理。",
                "请先把该列设为文本格式，再从原始数据重新填写号码；改格式不能找回丢失的数字。",
            ),
            Self::NoDate => (
                code::TYPE,
                "单元格是日期格式，却不是日历上的日期，本格按未填处理。",
                "请核对后写成 2018-09-01。",
            ),
        }
    }
}

/// Reads a cell. `plain`: from a text file, in which every number is text.
pub(super) fn read(raw: &Raw<'_>, reading: &Reading, plain: bool) -> Result<Read, Fault> {
    match raw {
        Raw::NoValue => return Err(Fault::NoValue),
        Raw::Error(_) => return Err(Fault::Error),
        Raw::Date(None) => return Err(Fault::NoDate),
        _ => {}
    }
    let wide = match raw {
        Raw::Text(text) => text.chars().any(is_wide),
        _ => false,
    };
    let mut read = match reading.shape {
        Shape::Text | Shape::SchoolName => label(raw, reading),
        Shape::Code | Shape::Identity | Shape::School => digits(raw)?,
        Shape::Date => day(raw),
        Shape::Number => quantity(raw, reading, plain),
        Shape::Year => period(raw, |year, _| year),
        Shape::SchoolYear => period(raw, |year, month| if month < 8 { year - 1 } else { year }),
    };
    if wide && read.note.is_none() && !read.text.is_empty() {
        read.note = Some(Note::FullWidth);
    }
    Ok(read)
}

/// Full-width letters and digits; full-width punctuation is how Chinese is written.
fn is_wide(c: char) -> bool {
    matches!(c, '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ')
}

fn plain(text: String) -> Read {
    Read { text, note: None }
}

fn label(raw: &Raw<'_>, reading: &Reading) -> Read {
    let Raw::Text(text) = raw else { return plain(shown(raw)) };
    let cleaned = clean(text);
    let bare = if reading.coded { without_code(&cleaned) } else { &cleaned };
    let known = reading.values.get(&cleaned).or_else(|| reading.values.get(bare));
    match known {
        Some(value) => plain(value.clone()),
        None if bare.len() < cleaned.len() => plain(bare.to_owned()),
        None => plain(kept(text)),
    }
}

/// `1-男` → `男`: a code of the system's lists, a hyphen, a word that does not begin with a digit.
fn without_code(text: &str) -> &str {
    text.split_once('-')
        .filter(|(code, word)| {
            (1..=4).contains(&code.len())
                && code.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
                && word.chars().next().is_some_and(|c| !c.is_ascii())
        })
        .map_or(text, |(_, word)| word.trim())
}

fn digits(raw: &Raw<'_>) -> Result<Read, Fault> {
    match raw {
        Raw::Number(n) => match decimal(*n) {
            Some(number) if number.is_integer() => Ok(plain(number.normalize().to_string())),
            _ => Err(Fault::DigitsLost),
        },
        Raw::Text(text) => {
            let text: String = clean(text).chars().filter(|c| !c.is_whitespace()).collect();
            let text = text.trim_start_matches('\'');
            if is_scientific(text) { Err(Fault::DigitsLost) } else { Ok(plain(text.to_owned())) }
        }
        other => Ok(plain(shown(other))),
    }
}

/// `1.10105E+17`, as a spreadsheet prints a number that it could not keep.
fn is_scientific(text: &str) -> bool {
    text.split_once(['E', 'e']).is_some_and(|(mantissa, exponent)| {
        mantissa.contains('.')
            && mantissa.bytes().all(|b| b.is_ascii_digit() || b == b'.')
            && exponent.trim_start_matches('+').bytes().all(|b| b.is_ascii_digit())
            && !exponent.is_empty()
    })
}

/// Is it the number of a day from 1927 to 2119?
fn is_serial(n: f64) -> bool {
    (10_000.0..80_400.0).contains(&n) && n.fract() == 0.0
}

fn day(raw: &Raw<'_>) -> Read {
    let serial = |n: f64| {
        let day = date(&Raw::Number(n))?;
        Some(Read { text: day.to_string(), note: Some(Note::DateNumber) })
    };
    match raw {
        Raw::Number(n) if is_serial(*n) => serial(*n).unwrap_or_default(),
        Raw::Text(text) => {
            let text = clean(text);
            let number = text.parse::<f64>().ok().filter(|n| text.len() == 5 && is_serial(*n));
            number.and_then(serial).unwrap_or_else(|| match date(raw) {
                Some(day) => plain(day.to_string()),
                None => plain(text),
            })
        }
        other => plain(shown(other)),
    }
}

fn quantity(raw: &Raw<'_>, reading: &Reading, from_text: bool) -> Read {
    let Raw::Text(text) = raw else { return plain(shown(raw)) };
    let cleaned = clean(text);
    match number(&cleaned) {
        Some((number, "")) => {
            let note = if from_text { None } else { Some(Note::TextNumber) };
            Read { text: number.normalize().to_string(), note }
        }
        Some((number, unit)) if reading.units.iter().any(|known| known == unit) => {
            plain(number.normalize().to_string())
        }
        _ => plain(cleaned),
    }
}

/// A year by the year and month of a date; blank where there is none to be read.
fn period(raw: &Raw<'_>, of: impl Fn(i16, i8) -> i16) -> Read {
    let month_of = |text: &str| -> Option<(i16, i8)> {
        let mut parts = text.split(['-', '/', '.', '年', '月']).filter(|part| !part.is_empty());
        let (first, second) = (parts.next()?, parts.next());
        match (first.len(), second) {
            (4, second) => {
                let month = second.and_then(|month| month.parse().ok());
                Some((first.parse().ok()?, month.unwrap_or(9)))
            }
            (6.., None) => Some((first.get(..4)?.parse().ok()?, first.get(4..6)?.parse().ok()?)),
            _ => None,
        }
    };
    let dated = |day: Date| (day.year(), day.month());
    let found = match raw {
        Raw::Date(day) => day.map(dated),
        Raw::Number(n) if is_serial(*n) => date(raw).map(dated),
        other => month_of(&clean(&shown(other))),
    };
    plain(found.map(|(year, month)| of(year, month).to_string()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::borrow::Cow;

    fn of(shape: Shape) -> Reading {
        Reading { shape, ..Reading::default() }
    }

    fn text(text: &str) -> Raw<'_> {
        Raw::Text(Cow::Borrowed(text))
    }

    fn read_as(shape: Shape, raw: &Raw<'_>) -> (String, Option<Note>) {
        let read = read(raw, &of(shape), false).unwrap();
        (read.text, read.note)
    }

    #[test]
    fn long_numbers_that_were_rounded_are_refused() {
        for raw in [Raw::Number(1.101_051_949_123_1e17), text("1.10105E+17"), text("1.1e17")] {
            assert_eq!(read(&raw, &of(Shape::Identity), false), Err(Fault::DigitsLost));
        }
        let id = "11010519491231002X";
        assert_eq!(read_as(Shape::Identity, &text(id)).0, id);
        assert_eq!(read_as(Shape::Identity, &Raw::Number(130_503_670_401_001.0)).0.len(), 15);
        assert_eq!(read_as(Shape::Code, &Raw::Number(3_134_000_001.0)).0, "3134000001");
        assert_eq!(
            read_as(Shape::Code, &text("　３１３４０００００１")),
            ("3134000001".to_owned(), Some(Note::FullWidth))
        );
    }

    #[test]
    fn days_stored_as_numbers_are_dates_again() {
        let wanted = ("2018-09-01".to_owned(), Some(Note::DateNumber));
        assert_eq!(read_as(Shape::Date, &Raw::Number(43_344.0)), wanted);
        assert_eq!(read_as(Shape::Date, &text("43344")), wanted);
        assert_eq!(read_as(Shape::Date, &Raw::Number(201_809.0)), ("201809".to_owned(), None));
        assert_eq!(read_as(Shape::Date, &text("2018年9月1日")).0, "2018-09-01");
        assert_eq!(read_as(Shape::Date, &text("2018.09")).0, "2018.09");
        assert_eq!(read(&Raw::Date(None), &of(Shape::Date), false), Err(Fault::NoDate));
    }

    #[test]
    fn numbers_may_be_text_and_have_units() {
        let reading = Reading { units: vec!["节".to_owned()], ..of(Shape::Number) };
        assert_eq!(read_as(Shape::Number, &text("12")), ("12".to_owned(), Some(Note::TextNumber)));
        assert_eq!(read(&text("12"), &reading, true).unwrap().note, None);
        assert_eq!(read(&text("12节"), &reading, false).unwrap().text, "12");
        assert_eq!(read(&text("约12"), &reading, false).unwrap().text, "约12");
    }

    #[test]
    fn codes_before_values_are_taken_away_and_spellings_replaced() {
        let values = [("大学本科毕业", "本科")].map(|(a, b)| (a.to_owned(), b.to_owned()));
        let reading = Reading { values: values.into(), coded: true, ..of(Shape::Text) };
        let read = |t: &str| read(&text(t), &reading, false).unwrap().text;
        assert_eq!(read("21-大学本科毕业"), "本科");
        assert_eq!(read("1-男"), "男");
        assert_eq!(read("3-201室"), "3-201室");
        assert_eq!(read("欧阳-明"), "欧阳-明");
    }

    #[test]
    fn school_years_begin_in_autumn() {
        let year = |raw: &Raw<'_>| read_as(Shape::SchoolYear, raw).0;
        assert_eq!(year(&text("2019-09")), "2019");
        assert_eq!(year(&text("202003")), "2019");
        assert_eq!(year(&Raw::Number(202_003.0)), "2019");
        assert_eq!(year(&Raw::Date(Date::new(2020, 8, 15).ok())), "2020");
        assert_eq!(year(&text("不详")), "");
        assert_eq!(read_as(Shape::Year, &text("2021年度")).0, "2021");
    }
}
