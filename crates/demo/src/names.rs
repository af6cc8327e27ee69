//! Invented names. The county, its townships and its schools exist nowhere.

use crate::dice::{Dice, Subject};

/// 青禾市, a county-level city: only these and districts have 城区 in the urban–rural classes, so
/// that a county (县) could not show all of them.
pub(crate) const COUNTY: &str = "青禾市";
/// No division has this code: county-level cities of a prefecture `00` do not exist.
pub(crate) const COUNTY_CODE: &str = "340089";
/// The first digits of the schools' codes; five follow.
pub(crate) const SCHOOL_PREFIX: &str = "21340";

const FIRST: [&str; 20] = [
    "芷", "穗", "霁", "桐", "菱", "岚", "苇", "稻", "砚", "荻", "榆", "蒲", "澹", "杼", "茗", "筠",
    "葭", "栎", "棠", "溆",
];
const SECOND: [&str; 12] = ["坞", "畈", "渚", "垛", "桠", "埭", "圩", "泷", "墩", "浜", "垟", "岙"];

/// A township of the county.
pub(crate) struct Township {
    /// `芷坞镇`.
    pub(crate) name: String,
    /// 镇 or 街道; else a 乡.
    pub(crate) town: bool,
    /// Offset from the county seat in millionths of a degree: east, north.
    pub(crate) offset: (i64, i64),
}

/// The townships; the first is the county seat. At most 200 (as many as the combinations of names
/// carry, and more than any county has).
pub(crate) fn townships(seed: u64, schools: usize) -> Vec<Township> {
    let count = (schools * 14).div_ceil(86).clamp(2, 200);
    let mut dice = Dice::new(seed, Subject::Townships, 0);
    let mut pairs: Vec<(&str, &str)> =
        FIRST.iter().flat_map(|a| SECOND.iter().map(move |b| (*a, *b))).collect();
    dice.shuffle(&mut pairs);
    let mut list = vec![Township { name: "禾城街道".to_owned(), town: true, offset: (0, 0) }];
    for (a, b) in pairs.into_iter().take(count - 1) {
        let town = dice.chance(600);
        let offset = (dice.between(-240_000, 240_000), dice.between(-200_000, 200_000));
        let end = if town { "镇" } else { "乡" };
        list.push(Township { name: format!("{a}{b}{end}"), town, offset });
    }
    list
}

/// A whole number in Chinese: 1 is 一, 12 is 十二, 105 is 一百零五. Above 9999 in digits.
pub(crate) fn numeral(n: usize) -> String {
    const DIGITS: [&str; 10] = ["零", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    if n == 0 || n > 9999 {
        return n.to_string();
    }
    let mut text = String::new();
    let mut gap = false;
    for (power, name) in [(1000, "千"), (100, "百"), (10, "十"), (1, "")] {
        let digit = n / power % 10;
        if digit == 0 {
            gap = !text.is_empty();
            continue;
        }
        if gap {
            text.push_str(DIGITS[0]);
            gap = false;
        }
        // 十二 rather than 一十二.
        if !(digit == 1 && power == 10 && text.is_empty()) {
            text.push_str(DIGITS.get(digit).copied().unwrap_or_default());
        }
        text.push_str(name);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_chinese() {
        let words = [(1, "一"), (10, "十"), (12, "十二"), (20, "二十"), (105, "一百零五")];
        for (n, word) in words {
            assert_eq!(numeral(n), word);
        }
        assert_eq!(numeral(110), "一百一十");
        assert_eq!(numeral(2003), "二千零三");
    }

    #[test]
    fn townships_have_names_of_their_own() {
        for schools in [1, 86, 3000] {
            let mut names: Vec<_> = townships(5, schools).into_iter().map(|t| t.name).collect();
            let count = names.len();
            assert!((2..=200).contains(&count));
            names.sort();
            names.dedup();
            assert_eq!(names.len(), count);
        }
    }
}
