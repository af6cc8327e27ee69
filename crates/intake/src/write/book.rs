//! What all workbooks of ours have in common: properties, fonts, sheet names, widths, print set-up.

use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet,
    XlsxError,
};

/// The font of all cells: on every office computer, with upright figures of one width.
const FONT: &str = "宋体";

/// A workbook with a title, a label such as 合成数据 where there is one, and no clock in it: the
/// same content gives the same bytes.
pub(crate) fn workbook(title: &str, label: Option<&str>) -> Result<Workbook, XlsxError> {
    let mut properties = DocProperties::new()
        .set_title(title)
        .set_author("均衡")
        .set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?);
    if let Some(label) = label {
        properties = properties.set_subject(label).set_keywords(label).set_comment(label);
    }
    let mut workbook = Workbook::new();
    workbook.set_properties(&properties);
    Ok(workbook)
}

/// A format in our font.
pub(crate) fn font(format: Format) -> Format {
    format.set_font_name(FONT).set_font_size(11).set_font_charset(134)
}

/// A name that a sheet may have and that no other sheet of `taken` has.
pub(crate) fn sheet_name(wanted: &str, taken: &mut Vec<String>) -> String {
    let clean: String = wanted
        .chars()
        .map(|c| if "[]:*?/\\".contains(c) || c.is_control() { '_' } else { c })
        .take(28)
        .collect();
    let clean = clean.trim_matches('\'').trim();
    let base = if clean.is_empty() { "表" } else { clean };
    let mut name = base.to_owned();
    let mut number = 1;
    while taken.contains(&name.to_lowercase()) {
        number += 1;
        name = format!("{base}{number}");
    }
    taken.push(name.to_lowercase());
    name
}

/// A text cut to what a cell can hold.
pub(crate) fn clip(text: &str) -> String {
    text.chars().take(32_000).collect()
}

/// The column width that a text takes, in the width of a digit.
pub(crate) fn text_width(text: &str) -> f64 {
    let longest = text
        .lines()
        .map(|line| line.chars().map(|c| if c.is_ascii() { 1.05 } else { 2.1 }).sum::<f64>());
    longest.fold(0.0, f64::max) + 1.2
}

/// Paper and direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Paper {
    /// Wide tables.
    A3Landscape,
    /// Lists.
    A4Landscape,
    /// Texts and forms.
    A4Portrait,
}

/// Print set-up: paper, as wide as the page, page x of y, and the label at the top of each page.
pub(crate) fn print(worksheet: &mut Worksheet, paper: Paper, label: Option<&str>) {
    worksheet.set_paper_size(if paper == Paper::A3Landscape { 8 } else { 9 });
    if paper != Paper::A4Portrait {
        worksheet.set_landscape();
    }
    worksheet.set_print_fit_to_pages(1, 0);
    worksheet.set_margins(0.5, 0.5, 0.7, 0.7, 0.3, 0.3);
    worksheet.set_footer("&L&A&R第 &P 页 共 &N 页");
    if let Some(label) = label {
        // An ampersand begins a command in a page head.
        worksheet.set_header(format!("&R&10{}", clip(label).replace('&', "&&")));
    }
}

/// A file name that every system takes.
pub(crate) fn file_name(stem: &str, extension: &str) -> String {
    let clean: String = stem
        .chars()
        .map(|c| if "\\/:*?\"<>|".contains(c) || c.is_control() { '_' } else { c })
        .take(80)
        .collect();
    format!("{}.{extension}", clean.trim().trim_end_matches('.'))
}

/// The cell formats of tables and forms.
pub(crate) struct Formats {
    /// A title.
    pub(crate) title: Format,
    /// A label such as 合成数据.
    pub(crate) warning: Format,
    /// Running text, wrapped.
    pub(crate) text: Format,
    /// A heading over several columns.
    pub(crate) group: Format,
    /// The same for every other group, so that neighbours are told apart.
    pub(crate) group_alternate: Format,
    /// A heading.
    pub(crate) head: Format,
    /// A cell that is given and locked.
    pub(crate) given: Format,
    /// A cell to be filled with a number.
    pub(crate) number: Format,
    /// A cell to be filled with a text; what looks like a number stays a text.
    pub(crate) entry: Format,
    /// A cell to be filled with a date.
    pub(crate) date: Format,
}

impl Formats {
    /// All formats.
    pub(crate) fn new() -> Self {
        let line = |format: Format| {
            font(format)
                .set_border(FormatBorder::Thin)
                .set_border_color(Color::RGB(0xb8_c2cc))
                .set_align(FormatAlign::VerticalCenter)
        };
        let head = line(Format::new())
            .set_background_color(Color::RGB(0xe6_ecf2))
            .set_align(FormatAlign::Center)
            .set_text_wrap();
        Self {
            title: font(Format::new()).set_font_size(16).set_bold(),
            warning: font(Format::new()).set_bold().set_font_color(Color::RGB(0xb0_2a1e)),
            text: font(Format::new()).set_text_wrap().set_align(FormatAlign::Top),
            group: head.clone().set_bold().set_background_color(Color::RGB(0xd3_dde8)),
            group_alternate: head.clone().set_bold().set_background_color(Color::RGB(0xb9_cce0)),
            given: line(Format::new()).set_background_color(Color::RGB(0xf4_f6f8)).set_text_wrap(),
            number: line(Format::new()).set_unlocked().set_align(FormatAlign::Right),
            entry: line(Format::new()).set_unlocked().set_num_format("@").set_text_wrap(),
            date: line(Format::new())
                .set_unlocked()
                .set_num_format("yyyy-mm-dd")
                .set_align(FormatAlign::Center),
            head,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_are_taken_by_every_system() {
        assert_eq!(file_name("1_a/b:c.", "xlsx"), "1_a_b_c.xlsx");
    }

    #[test]
    fn sheet_names_are_legal_and_different() {
        let mut taken = Vec::new();
        assert_eq!(sheet_name("a[1]/b", &mut taken), "a_1__b");
        assert_eq!(sheet_name("A_1__B", &mut taken), "A_1__B2");
        assert_eq!(sheet_name("''", &mut taken), "表");
        assert_eq!(sheet_name(&"长".repeat(60), &mut taken).chars().count(), 28);
    }
}
