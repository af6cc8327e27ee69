//! A plain annotated workbook, for sources that cannot be edited in place: the cell texts of the
//! original, coloured and noted, and the list of findings.

use super::{LIST_SHEET, Listed, Marks, report, styles};
use crate::cell::shown;
use crate::finding::Severity;
use crate::open::{Book, Limits, Raw, Refusal};
use crate::write::book;
use rust_xlsxwriter::{
    Color, Format, FormatAlign, FormatBorder, IgnoreError, Note, Url, Worksheet, XlsxError,
};
use std::collections::{BTreeMap, BTreeSet};

/// The cells of a sheet.
pub(super) struct PlainSheet {
    /// Its name; for a CSV file the file's name without its ending.
    pub(super) name: String,
    cells: Vec<(u32, u16, Raw<'static>)>,
}

/// The cells of a file that was opened.
pub(super) fn sheets(
    book: &mut Book,
    file: &str,
    limits: &Limits,
) -> Result<Vec<PlainSheet>, Refusal> {
    let text = book.format() == crate::open::Format::Text;
    let stem = file.rsplit(['/', '\\']).next().unwrap_or(file);
    let stem = stem.rsplit_once('.').map_or(stem, |(stem, _)| stem).to_owned();
    let mut sheets = Vec::new();
    for index in 0..book.sheets().len() {
        let name = book.sheets().get(index).map(|info| info.name.clone()).unwrap_or_default();
        // A sheet of a workbook without a name is a chart.
        if name.is_empty() && !text {
            continue;
        }
        let mut cells = Vec::new();
        book.rows(index, limits, &mut |row| {
            for (column, raw) in row.cells {
                if let (Ok(column), true) = (u16::try_from(*column), *column < 16_384) {
                    cells.push((row.index, column, raw.clone().into_owned()));
                }
            }
        })?;
        sheets.push(PlainSheet { name: if text { stem.clone() } else { name }, cells });
    }
    Ok(sheets)
}

/// Writes the plain workbook.
pub(super) fn write(
    sheets: &[PlainSheet],
    listed: &[Listed],
    marks: &Marks,
    remark: &str,
) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = book::workbook("校验结果", None)?;
    let mut taken = Vec::new();
    let mut names = Vec::new();
    for sheet in sheets {
        let name = book::sheet_name(&sheet.name, &mut taken);
        let worksheet = workbook.add_worksheet();
        worksheet.set_name(&name)?;
        copy(worksheet, sheet, marks.get(&sheet.name))?;
        names.push((sheet.name.as_str(), name));
    }
    let name = book::sheet_name(LIST_SHEET, &mut taken);
    let worksheet = workbook.add_worksheet();
    worksheet.set_name(&name)?;
    list(worksheet, listed, remark, &names)?;
    workbook.save_to_buffer()
}

fn fill(severity: Severity) -> Format {
    let value = u32::from_str_radix(styles::colour(severity), 16).unwrap_or(0xff_ff00);
    book::font(Format::new()).set_background_color(Color::RGB(value))
}

fn copy(
    worksheet: &mut Worksheet,
    sheet: &PlainSheet,
    marks: Option<&super::SheetMarks>,
) -> Result<(), XlsxError> {
    let plain = book::font(Format::new());
    let severities = [Severity::Error, Severity::Warning, Severity::Notice].map(|s| (s, fill(s)));
    let format = |severity: Severity| {
        severities.iter().find(|(s, _)| *s == severity).map_or(&plain, |(_, format)| format)
    };
    let mut widest = BTreeMap::new();
    let mut end = (0, 0);
    let mut written = BTreeSet::new();
    for (row, column, cell) in &sheet.cells {
        let at = crate::layout::CellRef { row: *row, column: u32::from(*column) };
        let format = marks.and_then(|m| m.get(&at)).map_or(&plain, |mark| format(mark.severity));
        let text = match cell {
            Raw::Number(number) if number.is_finite() => {
                worksheet.write_number_with_format(*row, *column, *number, format)?;
                shown(cell)
            }
            Raw::Flag(flag) => {
                worksheet.write_boolean_with_format(*row, *column, *flag, format)?;
                shown(cell)
            }
            Raw::Text(text) => {
                worksheet.write_string_with_format(*row, *column, book::clip(text), format)?;
                text.to_string()
            }
            other => {
                worksheet.write_string_with_format(*row, *column, shown(other), format)?;
                shown(other)
            }
        };
        let width = book::text_width(&text);
        let known = widest.entry(*column).or_insert(8.0_f64);
        *known = known.max(width);
        end = (end.0.max(*row), end.1.max(*column));
        written.insert((*row, *column));
    }
    for (column, width) in widest {
        worksheet.set_column_width(column, width.min(40.0))?;
    }
    // Codes are texts on purpose.
    worksheet.ignore_error_range(0, 0, end.0, end.1, IgnoreError::NumberStoredAsText)?;
    for (at, mark) in marks.into_iter().flatten() {
        let Ok(column) = u16::try_from(at.column) else { continue };
        if !written.contains(&(at.row, column)) {
            worksheet.write_blank(at.row, column, format(mark.severity))?;
        }
        if !mark.note.is_empty() {
            let note = Note::new(mark.note.as_str())
                .set_author("均衡校验")
                .add_author_prefix(false)
                .set_width(320)
                .set_height(120);
            worksheet.insert_note(at.row, column, &note)?;
        }
    }
    Ok(())
}

fn list(
    worksheet: &mut Worksheet,
    listed: &[Listed],
    remark: &str,
    names: &[(&str, String)],
) -> Result<(), XlsxError> {
    let title = book::font(Format::new()).set_font_size(14).set_bold();
    let small = book::font(Format::new()).set_font_size(10).set_text_wrap();
    let body = book::font(Format::new())
        .set_border(FormatBorder::Thin)
        .set_border_color(Color::RGB(0xc9_d1da))
        .set_align(FormatAlign::Top)
        .set_text_wrap();
    let head = body
        .clone()
        .set_bold()
        .set_background_color(Color::RGB(0xe6_ecf2))
        .set_align(FormatAlign::Center)
        .set_align(FormatAlign::VerticalCenter);
    let last_column = u16::try_from(report::COLUMNS.len() - 1).unwrap_or(0);
    worksheet.write_string_with_format(0, 0, report::title(listed), &title)?;
    worksheet.merge_range(1, 0, 1, last_column, remark, &small)?;
    worksheet.set_row_height(1, 44)?;
    for (column, (name, width)) in (0..).zip(report::COLUMNS) {
        worksheet.write_string_with_format(report::HEAD, column, name, &head)?;
        worksheet.set_column_width(column, width)?;
    }
    let shown = listed.get(..report::MOST).unwrap_or(listed);
    let mut row = report::HEAD;
    for (number, item) in (1u32..).zip(shown) {
        row += 1;
        worksheet.write_number_with_format(row, 0, number, &body)?;
        for (column, text) in (1..).zip(report::texts(item)) {
            worksheet.write_string_with_format(row, column, book::clip(&text), &body)?;
        }
        let renamed = Listed {
            finding: item.finding,
            sheet: item.sheet.as_ref().and_then(|sheet| {
                names.iter().find(|(old, _)| old == sheet).map(|(_, new)| new.clone())
            }),
            cell: item.cell,
        };
        // A spreadsheet holds 65,530 links; the list ends well before.
        if let (Some(target), Some(cell)) = (report::target(&renamed), item.cell) {
            let url = Url::new(format!("internal:{target}")).set_text(cell.to_string());
            worksheet.write_url_with_format(
                row,
                3,
                url,
                &body
                    .clone()
                    .set_font_color(Color::RGB(0x1d_5fa8))
                    .set_underline(rust_xlsxwriter::FormatUnderline::Single),
            )?;
        }
        let severity = fill(item.finding.severity).set_border(FormatBorder::Thin);
        worksheet.set_cell_format(row, 1, &severity)?;
    }
    worksheet.autofilter(report::HEAD, 0, row.max(report::HEAD + 1), last_column)?;
    worksheet.set_freeze_panes(report::HEAD + 1, 0)?;
    worksheet.set_tab_color(Color::RGB(0xc0_392b));
    worksheet.set_repeat_rows(0, report::HEAD)?;
    book::print(worksheet, book::Paper::A4Landscape, None);
    Ok(())
}
