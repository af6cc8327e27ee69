//! Sheets that are a list: headings, and rows below them, so that they can be filled in, sorted and read
//! by other programs. What is exported has a title over the headings; a template begins with them.
//! Sheets to be printed and signed, with a title over borders, are those of `forms`.
//!
//! Must not know: what stands in the columns.

use domain::SchoolYear;
use rust_xlsxwriter::{Format, Worksheet, XlsxError};

/// Writes the headings with the widths of their columns; the first row stays in sight.
///
/// # Errors
/// Those of the writer.
pub(crate) fn head<H: Into<String>>(
    sheet: &mut Worksheet,
    columns: impl IntoIterator<Item = (H, f64)>,
    format: &Format,
) -> Result<(), XlsxError> {
    for (column, (heading, width)) in (0_u16..).zip(columns) {
        sheet.set_column_width(column, width)?;
        sheet.write_with_format(0, column, heading.into(), format)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    Ok(())
}

/// The same for a sheet that is printed too: across, with the headings on every page.
///
/// # Errors
/// Those of the writer.
pub(crate) fn printed<H: Into<String>>(
    sheet: &mut Worksheet,
    columns: impl IntoIterator<Item = (H, f64)>,
    format: &Format,
) -> Result<(), XlsxError> {
    head(sheet, columns, format)?;
    sheet.set_repeat_rows(0, 0)?.set_landscape();
    Ok(())
}

/// Writes a decimal as a number; what is missing stays blank.
///
/// # Errors
/// Those of the writer.
pub(crate) fn put(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    text: Option<&str>,
) -> Result<(), XlsxError> {
    if let Some(figure) = text.and_then(number) {
        sheet.write(row, column, figure)?;
    }
    Ok(())
}

/// An exact decimal as a number of the spreadsheet.
#[expect(clippy::disallowed_methods, reason = "a spreadsheet knows no other numbers")]
fn number(text: &str) -> Option<f64> {
    domain::Exact::parse(text).ok().map(|exact| exact.to_f64())
}

/// What stands over the headings of a list that is exported.
#[derive(Clone, Debug)]
pub(crate) struct Over {
    /// The county.
    pub(crate) county: String,
    /// The school year.
    pub(crate) year: SchoolYear,
    /// Printed at the head of every page.
    pub(crate) label: Option<&'static str>,
}

/// As [`printed`], below a title with the county, and a line with the school year and the unit; without
/// them the headings come first. The answer is the first row below the headings.
///
/// # Errors
/// Those of the writer.
pub(crate) fn titled<H: Into<String>>(
    sheet: &mut Worksheet,
    over: Option<&Over>,
    [title, unit]: [&str; 2],
    columns: impl IntoIterator<Item = (H, f64)>,
    format: &Format,
) -> Result<u32, XlsxError> {
    let Some(over) = over else {
        printed(sheet, columns, format)?;
        return Ok(1);
    };
    let large = Format::new().set_bold().set_font_size(16);
    sheet.write_with_format(0, 0, format!("{}{title}", over.county), &large)?;
    sheet.write(1, 0, format!("{} 学年　{}　单位：{unit}", over.year, over.county))?;
    for (column, (heading, width)) in (0_u16..).zip(columns) {
        sheet.set_column_width(column, width)?;
        sheet.write_with_format(2, column, heading.into(), format)?;
    }
    sheet.set_freeze_panes(3, 0)?;
    sheet.set_repeat_rows(2, 2)?.set_landscape();
    sheet.set_footer("&C第 &P 页 共 &N 页");
    if let Some(label) = over.label {
        sheet.set_header(format!("&C{label}"));
    }
    Ok(3)
}
