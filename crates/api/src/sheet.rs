//! Sheets that are a list and nothing else: headings in the first row, and rows below them, so that
//! they can be filled in, sorted and read by other programs. Sheets to be printed and signed, with a
//! title over borders, are those of `forms`.
//!
//! Must not know: what stands in the columns.

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
