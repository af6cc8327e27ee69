//! How much room a text takes: spreadsheets do not fit the height of merged cells by themselves.

use unicode_width::UnicodeWidthStr;

/// Width of a text in half-width characters; a Chinese character is two.
pub(crate) fn width(text: &str) -> usize {
    UnicodeWidthStr::width_cjk(text)
}

/// Lines that a text takes in a column of `columns` half-width characters.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "widths of texts on paper, far below the precision of f64 and never negative"
)]
pub(crate) fn lines(text: &str, columns: f64) -> usize {
    // A cell keeps a little room at both sides, and texts are indented. A line that breaks leaves
    // some room at its end: words and numbers stay whole, and no line begins with a comma.
    let room = (columns - 1.5).max(2.0);
    let broken = (room - 3.0).max(room * 0.75);
    let lines = |line: &str| {
        let width = width(line) as f64;
        if width <= room { 1 } else { (width / broken).ceil() as usize }
    };
    text.split('\n').map(lines).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_takes_two_columns_a_character() {
        assert_eq!(width("小学L1"), 6);
        assert_eq!(lines("小学", 6.0), 1);
        assert_eq!(lines("小学校", 6.0), 2);
        assert_eq!(lines("小\n学", 20.0), 2);
        // Twelve characters fill a line of thirteen, and thirteen want room for their break.
        assert_eq!(lines("小学、初中、高中、幼儿", 23.5), 1);
        assert_eq!(lines("小学、初中、高中、幼儿园、特殊教育", 23.5), 2);
        assert_eq!(lines("", 20.0), 1);
    }
}
