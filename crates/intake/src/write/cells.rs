//! Official workbooks, one a school: labels and values at the addresses of the layout.

use super::WriteOptions;
use super::book::{self, Formats, Paper};
use super::content::{self, Content};
use crate::layout::{CellRef, CellSheet, CellValue, Cells, Layout, Target};
use domain::{Catalogue, School, Snapshot, Value};
use rust_decimal::Decimal;
use rust_xlsxwriter::{IgnoreError, Worksheet, XlsxError};
use std::collections::BTreeMap;

/// Writes the workbook of a school.
pub(super) fn write(
    layout: &Layout,
    cells: &Cells,
    snapshot: &Snapshot,
    school: &School,
    options: &WriteOptions<'_>,
) -> Result<Vec<u8>, XlsxError> {
    let formats = Formats::new();
    let mut workbook = book::workbook(&layout.title, options.label)?;
    for sheet in cells.sheets.iter().filter(|sheet| sheet.is_for(school.kind)) {
        let worksheet = workbook.add_worksheet();
        worksheet.set_name(&sheet.name)?;
        Form { sheet, snapshot, school, options, formats: &formats }.write(worksheet)?;
    }
    workbook.save_to_buffer()
}

struct Form<'a> {
    sheet: &'a CellSheet,
    snapshot: &'a Snapshot,
    school: &'a School,
    options: &'a WriteOptions<'a>,
    formats: &'a Formats,
}

impl Form<'_> {
    fn write(&self, worksheet: &mut Worksheet) -> Result<(), XlsxError> {
        let catalogue = self.options.catalogue;
        let mut labels: BTreeMap<CellRef, String> =
            self.sheet.labels_for(self.school.kind).map(|l| (l.at, l.text.clone())).collect();
        let mut values: BTreeMap<CellRef, Content> = BTreeMap::new();
        // A value that is only read (a flag made of a figure) is not written: the figure is.
        let written = || self.sheet.values_for(self.school.kind).filter(|v| !v.positive);
        for value in written() {
            let content = self.value(value);
            // The whole stands in the first cell; what does not apply or is missing, in all.
            let rest = match &content {
                Content::Number(_) => Content::Number(Decimal::ZERO),
                other => other.clone(),
            };
            for (number, at) in value.cells.iter().enumerate() {
                let content = if number == 0 { content.clone() } else { rest.clone() };
                // A cell that holds a fact and names the county by its first digits: the fact, and
                // where it is missing the cell is blank.
                if matches!(value.target, Target::Item { .. }) {
                    values.insert(*at, content);
                } else {
                    values.entry(*at).or_insert(content);
                }
            }
        }
        for value in written() {
            caption(value, &values, &mut labels, catalogue);
        }
        let title = self.title(&labels);
        let used = || labels.keys().chain(values.keys());
        let end = CellRef {
            row: used().map(|c| c.row).max().unwrap_or(0),
            column: used().map(|c| c.column).max().unwrap_or(0).max(5),
        };
        self.frame(worksheet, &labels, &values, end)?;
        heading(worksheet, &labels, &values, end, &title, self.formats)?;
        if let Some(label) = self.options.label {
            let taken = |row: u32| labels.keys().chain(values.keys()).any(|at| at.row == row);
            // A row of the heading that the layout does not look at.
            if let Some(row) = [1, 0].into_iter().find(|row| !taken(*row)) {
                worksheet.write_string_with_format(row, 0, label, &self.formats.warning)?;
            }
        }
        book::print(worksheet, Paper::A4Landscape, self.options.label);
        worksheet.ignore_error_range(
            0,
            0,
            end.row,
            u16::try_from(end.column).unwrap_or(u16::MAX),
            IgnoreError::NumberStoredAsText,
        )?;
        Ok(())
    }

    /// What a value's first cell shows: the sum of what it contains, in the form's unit.
    fn value(&self, value: &CellValue) -> Content {
        let catalogue = self.options.catalogue;
        let plain = content::school(value.target, None, self.school, self.snapshot, catalogue);
        let Content::Number(mut sum) = plain else { return plain };
        if let Target::Item { stage, .. } = value.target {
            let facts = match stage {
                Some(stage) => self.school.section(stage).map(|section| &section.facts),
                None => Some(&self.school.facts),
            };
            for item in &value.contains {
                match facts.and_then(|f| f.value(*item)) {
                    Some(Value::Number(n)) => sum += n,
                    Some(Value::NotApplicable) => {}
                    // A sum with an unknown part is unknown.
                    _ => return Content::Blank,
                }
            }
        }
        match sum.checked_div(value.factor) {
            Some(number) => Content::Number(number),
            None => Content::Blank,
        }
    }

    fn title(&self, labels: &BTreeMap<CellRef, String>) -> String {
        let base = format!("{} {}", self.sheet.name, self.sheet.title);
        // The label of the heading row is a word that the title must hold.
        let told = labels.iter().filter(|(at, _)| at.row <= 1).map(|(_, text)| text);
        told.fold(base, |title, word| {
            if title.contains(word.as_str()) { title } else { format!("{title}({word})") }
        })
    }

    fn frame(
        &self,
        worksheet: &mut Worksheet,
        labels: &BTreeMap<CellRef, String>,
        values: &BTreeMap<CellRef, Content>,
        end: CellRef,
    ) -> Result<(), XlsxError> {
        for column in 0..=end.column {
            let Ok(number) = u16::try_from(column) else { break };
            let inside = |cell: &&CellRef| cell.column == column && cell.row > 1;
            let label = labels
                .iter()
                .filter(|(at, _)| inside(at))
                .map(|(_, text)| book::text_width(text).min(26.0));
            let value =
                values.iter().filter(|(at, _)| inside(at)).map(|(_, content)| match content {
                    Content::Text(text) => book::text_width(text).min(34.0),
                    _ => 11.0,
                });
            worksheet.set_column_width(number, label.chain(value).fold(9.0, f64::max))?;
            for row in 2..=end.row {
                let at = CellRef { row, column };
                if let Some(text) = labels.get(&at) {
                    worksheet.write_string_with_format(row, number, text, &self.formats.head)?;
                } else if let Some(content) = values.get(&at) {
                    content.write(worksheet, row, number, content.format(self.formats))?;
                } else {
                    worksheet.write_blank(row, number, &self.formats.number)?;
                }
            }
        }
        Ok(())
    }
}

/// A caption to the left of a value that has no label there, so that a person can read the
/// form. It is put only where no label and no value stands.
fn caption(
    value: &CellValue,
    values: &BTreeMap<CellRef, Content>,
    labels: &mut BTreeMap<CellRef, String>,
    catalogue: &Catalogue,
) {
    let Some(at) = value.cells.first().copied() else { return };
    let Target::Item { item, stage } = value.target else { return };
    let free = |cell: &CellRef| !values.contains_key(cell) && !labels.contains_key(cell);
    let above = CellRef { row: at.row.saturating_sub(1), column: at.column };
    let left = CellRef { row: at.row, column: at.column.saturating_sub(1) };
    let titled = labels.keys().any(|l| {
        (l.row == at.row && l.column < at.column) || (l.column == at.column && l.row < at.row)
    });
    if titled {
        return;
    }
    let place = if at.row > 3 && free(&above) { above } else { left };
    if place != at && place.row > 1 && free(&place) {
        let stage = stage.map_or("", |stage| stage.zh());
        labels.insert(place, format!("{stage}{}", catalogue.item(item).zh));
    }
}

/// The title over the form, in the cell where the layout looks for it, and who fills it.
fn heading(
    worksheet: &mut Worksheet,
    labels: &BTreeMap<CellRef, String>,
    values: &BTreeMap<CellRef, Content>,
    end: CellRef,
    title: &str,
    formats: &Formats,
) -> Result<(), XlsxError> {
    let taken = |row: u32| values.keys().any(|at| at.row == row);
    let looked_at = labels.keys().find(|at| at.row <= 1).copied();
    let at = looked_at.unwrap_or(CellRef { row: 0, column: 0 });
    if taken(at.row) {
        return Ok(());
    }
    let (Ok(first), Ok(last)) = (u16::try_from(at.column), u16::try_from(end.column)) else {
        return Ok(());
    };
    let format = formats.title.clone().set_align(rust_xlsxwriter::FormatAlign::Center);
    if last > first {
        worksheet.merge_range(at.row, first, at.row, last, title, &format)?;
    } else {
        worksheet.write_string_with_format(at.row, first, title, &format)?;
    }
    worksheet.set_row_height(at.row, 28)?;
    Ok(())
}
