//! Texts as people type them: widths, spaces, separators, units.

use domain::Unit;
use rust_decimal::Decimal;

/// Full-width letters, digits and signs become plain ones, odd spaces plain spaces, invisible
/// characters nothing; the ends are trimmed.
pub(crate) fn clean(text: &str) -> String {
    if text.bytes().all(|b| b.is_ascii_graphic()) {
        return text.to_owned();
    }
    let plain: String = text.chars().filter_map(plain).collect();
    let trimmed = plain.trim();
    if trimmed.len() == plain.len() { plain } else { trimmed.to_owned() }
}

/// For names and free text: only what nobody sees is taken away, and full-width letters and digits
/// become plain ones; punctuation stays as it was typed, for it is printed again.
pub(crate) fn kept(text: &str) -> String {
    let kept = text.chars().filter_map(|c| match plain(c) {
        Some(folded) if folded.is_ascii_punctuation() => Some(c),
        other => other,
    });
    kept.collect::<String>().trim().to_owned()
}

fn plain(c: char) -> Option<char> {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0),
        // No-break and ideographic spaces, and those of all widths.
        '\u{A0}' | '\u{3000}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' => Some(' '),
        // Zero-width characters, marks of direction, the byte-order mark.
        '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}' | '\u{FEFF}' | '\u{AD}' => {
            None
        }
        c if c.is_control() => Some(' '),
        c => Some(c),
    }
}

/// For comparing headings and labels: cleaned, without any space, brackets and quotes of one form.
pub(crate) fn key(text: &str) -> String {
    clean(text)
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '*' | '#' | ':' | '、'))
        .map(|c| match c {
            '（' | '【' | '[' | '〔' | '﹙' => '(',
            '）' | '】' | ']' | '〕' | '﹚' => ')',
            'm' | 'M' => 'm',
            '－' | '–' | '—' | '−' | '~' => '-',
            c => c,
        })
        .collect::<String>()
        .replace("平方米", "㎡")
        .replace("m²", "㎡")
        .replace("m2", "㎡")
}

/// `—` and the signs that forms use in its place.
pub(crate) fn is_not_applicable(clean: &str) -> bool {
    matches!(
        clean,
        "—" | "——" | "–" | "-" | "--" | "―" | "−" | "─" | "──" | "/" | "\\" | "*" | "不适用"
    )
}

/// The number at the beginning of a cleaned text, and what follows it (a unit).
///
/// Separators of thousands are taken away where they stand between groups of three digits; a comma
/// that stands elsewhere makes the text no number, for it may be meant as a decimal point.
pub(crate) fn number(text: &str) -> Option<(Decimal, &str)> {
    // Excel's mark for "this is text" may survive an export.
    let text = text.strip_prefix('\'').unwrap_or(text).trim_start();
    let unsigned = text.strip_prefix(['-', '−', '–', '+']).unwrap_or(text).trim_start();
    let negative = unsigned.len() < text.len() && !text.starts_with('+');
    let end = unsigned
        .find(|c: char| !(c.is_ascii_digit() || matches!(c, ',' | '.' | ' ' | '\'' | '，')))
        .unwrap_or(unsigned.len());
    let (digits, suffix) = unsigned.split_at(end);
    let digits = grouped(digits.trim_end())?;
    if let Some(exponent) = suffix.strip_prefix(['e', 'E'])
        && exponent.trim_start_matches(['+', '-']).bytes().all(|b| b.is_ascii_digit())
        && !exponent.is_empty()
    {
        let scientific = format!("{digits}e{}", exponent.trim_start_matches('+'));
        let number = Decimal::from_scientific(&scientific).ok()?.normalize();
        return Some((if negative { -number } else { number }, ""));
    }
    let number: Decimal = digits.parse().ok()?;
    Some((if negative { -number } else { number }, suffix.trim()))
}

/// Digits without the separators of their groups.
fn grouped(text: &str) -> Option<String> {
    let (whole, fraction) = match text.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (text, None),
    };
    let separator = |c: char| matches!(c, ',' | ' ' | '\'' | '，');
    let mut groups = whole.split(separator);
    let first = groups.next()?;
    let mut digits = first.to_owned();
    for group in groups {
        if group.len() != 3 || first.is_empty() || first.len() > 3 {
            return None;
        }
        digits.push_str(group);
    }
    if digits.is_empty() || digits.len() > 20 {
        return None;
    }
    if let Some(fraction) = fraction {
        // `1200.` is typed often enough and means 1200.
        if fraction.len() > 20 || !fraction.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        if !fraction.is_empty() {
            digits.push('.');
            digits.push_str(fraction);
        }
    }
    Some(digits)
}

/// The unit that a suffix means.
pub(crate) fn unit(suffix: &str) -> Option<Unit> {
    let name = match suffix.trim_matches(['(', ')', '（', '）', ' ', '。']) {
        "平方米" | "平米" | "m2" | "m²" | "M2" | "平方" | "㎡" => "㎡",
        "名" | "位" | "个人" | "人次" => "人",
        "元整" | "块" | "圆" => "元",
        "本" => "册",
        "个班" | "个教学班" => "班",
        "套" | "部" => "台",
        "个" => "个",
        "岁" => return None,
        other => other,
    };
    if name == "1" || name.is_empty() { None } else { Unit::parse(name).ok() }
}

/// A heading without its unit, and the unit: `在校生数(人)`.
pub(crate) fn heading(key: &str) -> (&str, Option<&str>) {
    match key.strip_suffix(')').and_then(|head| head.rsplit_once('(')) {
        Some((base, unit)) if !base.is_empty() => (base, Some(unit)),
        _ => (key, None),
    }
}
