//! Values of figures, and how they are printed: the exact number behind every text, official
//! decimals, 万元 or 亿元 by size, names with 等.
//!
//! Must not know: templates, documents.

use super::Thing;
use domain::{Exact, Unit};
use standard::evaluation::{Figure, OverallVerdict, Rounded, Verdict};

/// 元 in a 万元, and 万元 in an 亿元.
const TEN_THOUSAND: i64 = 10_000;

/// A number and how it is printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Number {
    /// The exact value, in per cent for shares and in 万元 for amounts; six decimals where the exact
    /// one is irrational.
    pub(crate) exact: Exact,
    /// What is printed.
    pub(crate) shown: String,
}

/// What a figure comes to.
#[derive(Clone, Debug)]
pub(crate) enum Value<'a> {
    /// Words of the data: names, dates.
    Text(String),
    /// A number.
    Number(Number),
    /// A verdict of the judge.
    Verdict(Verdict),
    /// 是 or 否.
    Flag(bool),
    /// Things, in their order.
    List(Vec<Thing<'a>>),
    /// `—`.
    NotApplicable,
    /// It is not known, and why; the reason may be empty.
    Missing(String),
    /// How it has moved since last year; `None` where that is not known.
    Direction(Option<std::cmp::Ordering>),
}

impl Value<'_> {
    /// A field was asked of a thing that has none: a fault of the tables, shown as missing.
    pub(crate) const fn none() -> Self {
        Self::Missing(String::new())
    }

    pub(crate) fn text(text: &str) -> Self {
        let text = tidy(text);
        if text.is_empty() { Self::none() } else { Self::Text(text) }
    }

    pub(crate) fn count(n: usize) -> Self {
        Self::whole(Exact::from(i64::try_from(n).unwrap_or(i64::MAX)))
    }

    pub(crate) fn whole(exact: Exact) -> Self {
        let shown = exact.to_short(2);
        Self::Number(Number { exact, shown })
    }

    pub(crate) fn plain(exact: &Exact) -> Self {
        Self::Number(Number { exact: exact.clone(), shown: exact.to_short(6) })
    }

    /// 万元 or 亿元.
    pub(crate) fn amount(exact: Exact) -> Self {
        let shown = amount(&exact);
        Self::Number(Number { exact, shown })
    }

    pub(crate) fn figure(figure: Option<&Figure>, reason: Option<&str>) -> Self {
        match figure {
            Some(f) => Self::Number(Number { exact: f.exact.clone(), shown: f.shown.clone() }),
            None => Self::Missing(tidy(reason.unwrap_or_default())),
        }
    }

    /// A figure whose rounded value would turn the verdict is printed with as many decimals as it
    /// takes.
    pub(crate) fn judged(
        figure: Option<&Figure>,
        turned: Option<Verdict>,
        reason: Option<&str>,
    ) -> Self {
        match (figure, turned) {
            (Some(f), Some(_)) => {
                let shown = forms::rounding::precise(&f.exact);
                Self::Number(Number { exact: f.exact.clone(), shown })
            }
            _ => Self::figure(figure, reason),
        }
    }

    pub(crate) fn rounded(rounded: Option<&Rounded>, turned: Option<Verdict>) -> Self {
        let Some(r) = rounded else { return Self::none() };
        let Ok(exact) = Exact::parse(&r.value) else { return Self::none() };
        let shown = if turned.is_some() { r.value.clone() } else { r.shown.clone() };
        Self::Number(Number { exact, shown })
    }

    /// A share in per cent that is a count among others: one that is not all never prints as 100%.
    pub(crate) fn share_of(part: usize, all: usize) -> Self {
        let of = |n: usize| Exact::from(i64::try_from(n).unwrap_or(i64::MAX));
        let Some(share) = of(part).checked_div(&of(all)) else { return Self::NotApplicable };
        let exact = share * Exact::from(100);
        let rounded = exact.to_fixed(1);
        let shown = if part < all && rounded == "100.0" {
            forms::rounding::share(&of(part), &of(all)).unwrap_or(rounded)
        } else {
            rounded
        };
        Self::Number(Number { exact, shown: format!("{shown}%") })
    }

    /// What is to be added, with its unit: no idle zeros, and 万元 where there are many 元, cut upwards
    /// so that what is printed is enough.
    pub(crate) fn lacking(exact: &Exact, unit: Option<&Unit>) -> Self {
        let yuan = unit.is_some_and(|u| u.to_string() == "元");
        let ten_thousand = Exact::from(TEN_THOUSAND);
        let shown = match unit {
            Some(_) if yuan && *exact >= ten_thousand => {
                let hundreds = (exact * &Exact::ratio(1, 100)).ceil();
                format!("{}万元", (hundreds * Exact::ratio(1, 100)).to_short(2))
            }
            Some(unit) => format!("{}{unit}", exact.to_short(2)),
            None => exact.to_short(2),
        };
        Self::Number(Number { exact: exact.clone(), shown })
    }

    /// With its unit behind it.
    pub(crate) fn with_unit(self, unit: Option<&Unit>) -> Self {
        match (self, unit) {
            (Self::Number(mut number), Some(unit)) if !unit.is_one() => {
                number.shown.push_str(&unit.to_string());
                Self::Number(number)
            }
            (other, _) => other,
        }
    }

    pub(crate) const fn number(&self) -> Option<&Number> {
        if let Self::Number(number) = self { Some(number) } else { None }
    }
}

/// 亿元 where that says all in two decimals, 万元 otherwise: amounts in a text must add up.
fn amount(exact: &Exact) -> String {
    let size = if exact.is_negative() { -exact.clone() } else { exact.clone() };
    if size >= Exact::from(TEN_THOUSAND)
        && let Some(large) = exact.checked_div(&Exact::from(TEN_THOUSAND))
    {
        let two = large.to_short(2);
        if Exact::parse(&two).is_ok_and(|back| back == large) {
            return format!("{two}亿元");
        }
    }
    format!("{}万元", exact.to_short(2))
}

/// 万元 whatever the size, without the unit: for columns of tables.
pub(crate) fn in_ten_thousand(exact: &Exact) -> String {
    exact.to_short(2)
}

/// The words of a pack as they stand in a running Chinese text: no spaces between characters and
/// numbers, full-width brackets, commas and colons beside characters.
pub(crate) fn tidy(text: &str) -> String {
    let text: Vec<char> = text.trim().chars().collect();
    let at = |i: Option<usize>| i.and_then(|i| text.get(i)).copied();
    let near = |i: usize, of: fn(char) -> bool| {
        [at(i.checked_sub(1)), at(Some(i + 1))].into_iter().flatten().any(of)
    };
    let mut full = vec![false; text.len()];
    let mut open = Vec::new();
    for (i, c) in text.iter().enumerate() {
        match c {
            '(' => open.push(i),
            // A pair is set alike.
            ')' => {
                if let Some(start) = open.pop() {
                    let wide = near(start, is_chinese) || near(i, is_chinese);
                    for place in [start, i] {
                        if let Some(full) = full.get_mut(place) {
                            *full = wide;
                        }
                    }
                }
            }
            _ => {}
        }
    }
    let mut out = String::with_capacity(text.len() * 3);
    for (i, &c) in text.iter().enumerate() {
        match c {
            ' ' if near(i, is_wide) || at(i.checked_sub(1)) == Some(' ') => {}
            '(' if full.get(i) == Some(&true) => out.push('（'),
            ')' if full.get(i) == Some(&true) => out.push('）'),
            ';' if near(i, is_chinese) => out.push('；'),
            ',' if near(i, is_chinese) => out.push('，'),
            ':' if near(i, is_chinese) => out.push('：'),
            _ => out.push(c),
        }
    }
    out
}

/// A Chinese character or mark.
const fn is_chinese(c: char) -> bool {
    matches!(c, '\u{3000}'..='\u{303f}' | '\u{4e00}'..='\u{9fff}' | '\u{ff00}'..='\u{ffef}' | '“' | '”')
}

/// The same, and signs that stand close to numbers.
const fn is_wide(c: char) -> bool {
    is_chinese(c) || matches!(c, '≥' | '≤' | '㎡' | '○' | '●' | '◐' | '⌈' | '⌉')
}

/// The overall verdict in the words of single ones.
pub(crate) const fn overall(verdict: OverallVerdict) -> Verdict {
    match verdict {
        OverallVerdict::Pass => Verdict::Pass,
        OverallVerdict::Fail => Verdict::Fail,
        OverallVerdict::NotDecidable => Verdict::Missing,
    }
}

/// A verdict in running text.
pub(crate) const fn verdict_zh(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "达标",
        Verdict::Near => "接近达标",
        Verdict::Fail => "未达标",
        Verdict::Missing => "缺数待定",
        Verdict::NotApplicable => "—",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(value: &Value<'_>) -> String {
        value.number().unwrap().shown.clone()
    }

    #[test]
    fn amounts_print_by_size() {
        let amount = |text: &str| shown(&Value::amount(Exact::parse(text).unwrap()));
        assert_eq!(amount("333.5"), "333.5万元");
        assert_eq!(amount("9999.99"), "9999.99万元");
        assert_eq!(amount("35160"), "35160万元");
        assert_eq!(amount("16000"), "1.6亿元");
        assert_eq!(amount("35493.5"), "35493.5万元");
        assert_eq!(amount("0"), "0万元");
    }

    #[test]
    fn a_share_that_is_not_all_never_prints_as_all() {
        assert_eq!(shown(&Value::share_of(2999, 3000)), "99.9%");
        assert_eq!(shown(&Value::share_of(3000, 3000)), "100.0%");
        assert_eq!(shown(&Value::share_of(55, 59)), "93.2%");
        assert!(matches!(Value::share_of(0, 0), Value::NotApplicable));
    }

    #[test]
    fn words_of_packs_fit_into_running_text() {
        assert_eq!(tidy("教师 5 年 360 学时培训完成率 100%"), "教师5年360学时培训完成率100%");
        assert_eq!(tidy("≤ 2000 人（一贯制 ≤ 2500 人）"), "≤2000人（一贯制≤2500人）");
        assert_eq!(tidy("Smart  Board X"), "Smart Board X");
        assert_eq!(tidy("体育、艺术(美术、音乐)专任教师"), "体育、艺术（美术、音乐）专任教师");
        assert_eq!(tidy("CV = √(Σ(P/S)(x−X)²) ÷ X"), "CV = √(Σ(P/S)(x−X)²) ÷ X");
    }

    #[test]
    fn what_lacks_is_printed_so_that_it_is_enough() {
        let yuan = Unit::parse("元").unwrap();
        let lacking =
            |text: &str| shown(&Value::lacking(&Exact::parse(text).unwrap(), Some(&yuan)));
        assert_eq!(lacking("169000"), "16.9万元");
        assert_eq!(lacking("32259.82"), "3.23万元");
        assert_eq!(lacking("9999.5"), "9999.5元");
    }
}
