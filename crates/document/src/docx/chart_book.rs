//! The workbook behind a chart, for those who choose 编辑数据 in Word.

use crate::check::number;
use crate::drawing::{Piece, label};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

/// The numbers of a chart as a workbook; empty where it cannot be written, which the package says.
pub(super) fn book(piece: &Piece<'_>) -> Vec<u8> {
    written(piece).unwrap_or_default()
}

fn written(piece: &Piece<'_>) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let created = ExcelDateTime::from_ymd(2000, 1, 1)?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&created));
    let sheet = book.add_worksheet();
    sheet.set_name("Sheet1")?;
    for (row, category) in (1..).zip(piece.categories) {
        sheet.write_string(row, 0, label(category))?;
    }
    let mut column = 1;
    for series in &piece.series {
        sheet.write_string(0, column, &series.name)?;
        for (row, point) in (1..).zip(series.points) {
            if let Some(value) = point.as_ref().and_then(|point| number(&point.text)) {
                sheet.write_number(row, column, value)?;
            }
        }
        column += 1;
    }
    for limit in &piece.chart.limits {
        sheet.write_string(0, column, format!("{} {}", limit.name, limit.text))?;
        for (row, value) in (1..).zip(piece.categories.iter().filter_map(|_| number(&limit.text))) {
            sheet.write_number(row, column, value)?;
        }
        column += 1;
    }
    book.save_to_buffer()
}
