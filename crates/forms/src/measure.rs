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
    // A cell keeps a little room at both sides, texts are indented, a wide character never splits.
    let room = (columns - 2.0).max(2.0);
    text.split('\n').map(|line| ((width(line) as f64 / room).ceil() as usize).max(1)).sum()
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
        assert_eq!(lines("", 20.0), 1);
    }
}
