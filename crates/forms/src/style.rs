//! How cells look. Colour only repeats what sign, word or pattern says already.

use crate::model::Bar;
use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, FormatPattern};
use standard::evaluation::Verdict;

/// Fonts by name: every office suite in the country has them or their substitutes.
const SONG: &str = "宋体";
const FANG: &str = "仿宋";

/// Font sizes in points.
pub(crate) const TITLE: f64 = 16.0;
pub(crate) const BODY: f64 = 10.0;
pub(crate) const NOTE: f64 = 10.0;

const FAIL: Color = Color::RGB(0x00F8_D7D3);
const NEAR: Color = Color::RGB(0x00FD_F0CF);
const HEAD: Color = Color::RGB(0x00EA_EEF3);
const NEEDED: Color = Color::RGB(0x00B9_CCE0);
const BAND: Color = Color::RGB(0x00F5_F7FA);

fn body(font: &str, size: f64) -> Format {
    Format::new()
        .set_font_name(font)
        .set_font_size(size)
        .set_font_charset(134)
        .set_align(FormatAlign::VerticalCenter)
}

/// The title of a sheet.
pub(crate) fn title() -> Format {
    body(SONG, TITLE).set_bold().set_align(FormatAlign::Center)
}

/// A line of text that belongs to no table.
pub(crate) fn line(align: FormatAlign) -> Format {
    body(FANG, NOTE).set_align(align).set_text_wrap()
}

/// The caption of a table.
pub(crate) fn caption() -> Format {
    body(SONG, 11.0).set_bold()
}

fn boxed(font: &str) -> Format {
    body(font, BODY).set_border(FormatBorder::Thin).set_text_wrap()
}

/// A cell of a head.
pub(crate) fn head() -> Format {
    boxed(SONG).set_bold().set_align(FormatAlign::Center).set_background_color(HEAD)
}

/// A cell of a head over what has to be filled in.
pub(crate) fn needed_head() -> Format {
    head().set_background_color(NEEDED)
}

/// The same format for a row that only shows how to fill in.
pub(crate) fn example(format: &Format) -> Format {
    format.clone().set_italic().set_font_color(Color::RGB(0x0070_7070))
}

/// A text across a table.
pub(crate) fn band() -> Format {
    boxed(SONG).set_bold().set_align(FormatAlign::Left).set_indent(1).set_background_color(BAND)
}

/// A cell with a text.
pub(crate) fn text(align: FormatAlign, total: bool) -> Format {
    let indent = u8::from(align == FormatAlign::Left);
    totalled(boxed(SONG).set_align(align).set_indent(indent), total)
}

/// A blank whose figure is missing: hatched, so that it is not taken for an empty one.
pub(crate) fn missing() -> Format {
    boxed(SONG)
        .set_pattern(FormatPattern::LightUp)
        .set_foreground_color(Color::RGB(0x0099_9999))
        .set_background_color(Color::White)
}

/// A figure with so many decimals; the sign of a verdict that is no pass follows it.
pub(crate) fn number(decimals: usize, verdict: Option<Verdict>, total: bool) -> Format {
    let mut pattern = String::from("0");
    if decimals > 0 {
        pattern.push('.');
        pattern.push_str(&"0".repeat(decimals));
    }
    if let Some(verdict) = verdict.filter(|v| signed(*v)) {
        pattern = format!("{pattern}\" {}\"", verdict.sign());
    }
    let format = boxed(SONG).set_align(FormatAlign::Center).set_num_format(pattern);
    totalled(verdict.map_or(format.clone(), |v| coloured(format, v)), total)
}

/// A share in per cent with so many decimals.
pub(crate) fn percent(decimals: usize, total: bool) -> Format {
    let mut pattern = String::from("0");
    if decimals > 0 {
        pattern.push('.');
        pattern.push_str(&"0".repeat(decimals));
    }
    pattern.push('%');
    let format = boxed(SONG).set_align(FormatAlign::Center).set_num_format(pattern);
    totalled(format, total)
}

/// An amount with so many decimals.
pub(crate) fn amount(decimals: usize, total: bool) -> Format {
    let mut pattern = String::from("#,##0");
    if decimals > 0 {
        pattern.push('.');
        pattern.push_str(&"0".repeat(decimals));
    }
    let format = boxed(SONG).unset_text_wrap().set_align(FormatAlign::Right).set_indent(1);
    let format = format.set_num_format(pattern);
    totalled(format, total)
}

/// A day.
pub(crate) fn day() -> Format {
    boxed(SONG).set_align(FormatAlign::Center).set_num_format("yyyy-mm-dd")
}

/// A piece of a bar: filled, and with a sign of the same colour for those who read the cells.
pub(crate) fn bar(bar: Bar) -> Format {
    let tone = match bar {
        Bar::Measure => Color::RGB(0x005B_8DB8),
        Bar::Project => Color::RGB(0x0036_5F8A),
        Bar::Committed => Color::RGB(0x0080_8080),
    };
    let format = boxed(SONG).set_align(FormatAlign::Center);
    format.set_background_color(tone).set_font_color(tone)
}

/// A verdict.
pub(crate) fn verdict(verdict: Verdict) -> Format {
    coloured(boxed(SONG).set_align(FormatAlign::Center), verdict)
}

/// Does the sign go with a figure?
fn signed(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Near | Verdict::Fail | Verdict::Missing)
}

fn coloured(format: Format, verdict: Verdict) -> Format {
    match verdict {
        Verdict::Fail => format.set_bold().set_background_color(FAIL),
        Verdict::Near => format.set_background_color(NEAR),
        Verdict::Missing => format.set_bold(),
        Verdict::Pass | Verdict::NotApplicable => format,
    }
}

fn totalled(format: Format, total: bool) -> Format {
    if total { format.set_bold().set_background_color(BAND) } else { format }
}
