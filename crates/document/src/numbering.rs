//! The numbers that are computed and never typed: headings, tables, charts, annexes.

/// Numbers of headings: 一、 （一） 1. （1）, each counted within the heading above it.
#[derive(Debug, Default)]
pub(crate) struct Headings([u32; 4]);

impl Headings {
    /// The number of the next heading of a level (1 to 4), with its mark.
    pub(crate) fn next(&mut self, level: u8) -> String {
        let index = usize::from(level.clamp(1, 4)) - 1;
        let mut count = 0;
        for (i, counter) in self.0.iter_mut().enumerate() {
            if i == index {
                *counter += 1;
                count = *counter;
            } else if i > index {
                *counter = 0;
            }
        }
        match index {
            0 => format!("{}、", chinese(count)),
            1 => format!("（{}）", chinese(count)),
            2 => format!("{count}."),
            _ => format!("（{count}）"),
        }
    }
}

/// A number in Chinese, as headings count: 十、十一、二十、一百零五. From 10 000 on in digits.
pub(crate) fn chinese(number: u32) -> String {
    const DIGITS: [&str; 10] = ["零", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    const PLACES: [(u32, &str); 4] = [(1000, "千"), (100, "百"), (10, "十"), (1, "")];
    if number == 0 || number >= 10_000 {
        return number.to_string();
    }
    let mut text = String::new();
    let mut gap = false;
    for (place, name) in PLACES {
        let digit = number / place % 10;
        if digit == 0 {
            gap = true;
            continue;
        }
        if gap && !text.is_empty() {
            text.push('零');
        }
        gap = false;
        // 十一, not 一十一, where nothing stands before it.
        if !(place == 10 && digit == 1 && text.is_empty()) {
            text.push_str(DIGITS.get(digit as usize).unwrap_or(&""));
        }
        text.push_str(name);
    }
    text
}

/// The word above an annex: 附件 where there is one, 附件1 where there are several.
pub(crate) fn annex(index: usize, of: usize) -> String {
    if of > 1 { format!("附件{}", index + 1) } else { "附件".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_numbers() {
        let pairs = [
            (1, "一"),
            (10, "十"),
            (11, "十一"),
            (20, "二十"),
            (99, "九十九"),
            (100, "一百"),
            (105, "一百零五"),
            (110, "一百一十"),
            (1001, "一千零一"),
            (1010, "一千零一十"),
            (9999, "九千九百九十九"),
            (10_000, "10000"),
        ];
        for (number, text) in pairs {
            assert_eq!(chinese(number), text);
        }
    }

    #[test]
    fn a_heading_counts_within_the_one_above() {
        let mut headings = Headings::default();
        let numbers: Vec<_> =
            [1, 2, 3, 4, 4, 3, 2, 3, 1, 2].map(|level| headings.next(level)).into();
        assert_eq!(
            numbers,
            ["一、", "（一）", "1.", "（1）", "（2）", "2.", "（二）", "1.", "二、", "（一）"]
        );
    }
}
