//! Combined exports: one file a stage, one row a school, several merged head rows.

use super::WriteOptions;
use super::book::{self, Formats, Paper};
use super::content::{self, Content};
use crate::layout::{Export, ExportColumn, Field, Layout, Target};
use domain::{School, Snapshot, Stage, Value};
use rust_xlsxwriter::{IgnoreError, Worksheet, XlsxError};
use std::collections::BTreeSet;

/// The item whose column may contain others (`art_contains` of the layout).
pub(super) const ART: &str = "teachers_art";

/// Writes the file of a stage.
pub(super) fn write(
    title: &str,
    layout: &Layout,
    export: &Export,
    stage: Stage,
    snapshot: &Snapshot,
    options: &WriteOptions<'_>,
) -> Result<Vec<u8>, XlsxError> {
    let formats = Formats::new();
    let mut workbook = book::workbook(&layout.title, options.label)?;
    let worksheet = workbook.add_worksheet();
    worksheet.set_name(stage.zh())?;
    let columns = columns(export, stage);
    let depth = columns.iter().map(|c| c.path.len()).max().unwrap_or(1);
    let rows = u32::try_from(depth).unwrap_or(1);
    // The title and the county stand above; headings above the first known one do not matter.
    let top = 2;
    let last = u16::try_from(columns.len().saturating_sub(1)).unwrap_or(u16::MAX);
    let centred = formats.title.clone().set_align(rust_xlsxwriter::FormatAlign::Center);
    if last > 0 {
        worksheet.merge_range(0, 0, 0, last, title, &centred)?;
    }
    worksheet.set_row_height(0, 28)?;
    let place = format!("{} {} 学年", snapshot.county().name, snapshot.year());
    let (place, format) = match options.label {
        Some(label) => (format!("{place} {label}"), &formats.warning),
        None => (place, &formats.given),
    };
    worksheet.write_string_with_format(1, 0, place, format)?;
    head(worksheet, top, rows, &columns, &formats)?;

    let mut row = top + rows;
    for school in snapshot.schools().iter().filter(|s| s.section(stage).is_some()) {
        for (number, column) in (0u16..).zip(&columns) {
            let content = value(column, export, stage, school, snapshot, options);
            content.write(worksheet, row, number, content.format(&formats))?;
        }
        row += 1;
    }
    worksheet.set_freeze_panes(top + rows, 1)?;
    worksheet.ignore_error_range(0, 0, row, last, IgnoreError::NumberStoredAsText)?;
    book::print(worksheet, Paper::A3Landscape, options.label);
    worksheet.set_repeat_rows(0, top + rows - 1)?;
    workbook.save_to_buffer()
}

/// The columns of a stage's file: of several spellings of one thing the first, and nothing of
/// another stage.
fn columns(export: &Export, stage: Stage) -> Vec<&ExportColumn> {
    let mut seen = BTreeSet::new();
    export
        .columns
        .iter()
        .filter(|column| match column.target {
            Target::Field(Field::Ignored) => false,
            Target::Item { stage: Some(own), .. } if own != stage => false,
            target => seen.insert(target),
        })
        .collect()
}

fn value(
    column: &ExportColumn,
    export: &Export,
    stage: Stage,
    school: &School,
    snapshot: &Snapshot,
    options: &WriteOptions<'_>,
) -> Content {
    let catalogue = options.catalogue;
    let own = content::school(column.target, Some(stage), school, snapshot, catalogue);
    let (Content::Number(mut sum), Target::Item { item, .. }) = (own.clone(), column.target) else {
        return own;
    };
    if Some(item) != catalogue.id(ART) {
        return own;
    }
    for part in &export.art_contains {
        match school.section(stage).and_then(|s| s.facts.value(*part)) {
            Some(Value::Number(n)) => sum += n,
            // Without a figure for each part the whole cannot be taken apart again.
            _ => return Content::Blank,
        }
    }
    Content::Number(sum)
}

/// The head rows: equal neighbours of a level under the same heading are one merged cell; a short
/// path is merged down to the last head row.
fn head(
    worksheet: &mut Worksheet,
    top: u32,
    rows: u32,
    columns: &[&ExportColumn],
    formats: &Formats,
) -> Result<(), XlsxError> {
    for (number, column) in (0u16..).zip(columns) {
        let name = column.path.last().map_or("", String::as_str);
        let wide = matches!(column.target, Target::Field(Field::Name));
        worksheet.set_column_width(
            number,
            if wide { 30.0 } else { (book::text_width(name) / 2.0 + 2.0).clamp(11.0, 20.0) },
        )?;
    }
    let mut merged: BTreeSet<(usize, usize)> = BTreeSet::new();
    for first in 0..columns.len() {
        let Some(path) = columns.get(first).map(|c| &c.path) else { continue };
        for (level, name) in path.iter().enumerate() {
            if merged.contains(&(level, first)) {
                continue;
            }
            let leaf = level + 1 == path.len();
            let same = |column: &&&ExportColumn| {
                column.path.len() > level + 1 && column.path.get(..=level) == path.get(..=level)
            };
            let run =
                if leaf { 1 } else { columns.iter().skip(first).take_while(same).count().max(1) };
            merged.extend((first..first + run).map(|column| (level, column)));
            let row = top + u32::try_from(level).unwrap_or(0);
            let bottom = if leaf { top + rows - 1 } else { row };
            let (Ok(left), Ok(right)) = (u16::try_from(first), u16::try_from(first + run - 1))
            else {
                continue;
            };
            if (row, left) == (bottom, right) {
                worksheet.write_string_with_format(row, left, name, &formats.head)?;
            } else {
                worksheet.merge_range(row, left, bottom, right, name, &formats.head)?;
            }
        }
    }
    worksheet.set_row_height(top + rows - 1, 34)?;
    Ok(())
}
