//! Head rows: headings with their groups merged over them, widths, and 口径 as notes.

use super::book::{self, Formats};
use crate::layout::{Column, Field, Target};
use domain::{Catalogue, Item, ItemKind};
use rust_xlsxwriter::{Note, Worksheet, XlsxError};

/// Writes the head rows of columns, begins at `top`; returns the first row below them.
pub(super) fn write(
    worksheet: &mut Worksheet,
    top: u32,
    head_rows: u32,
    columns: &[Column],
    catalogue: &Catalogue,
    formats: &Formats,
) -> Result<u32, XlsxError> {
    let titles = top + head_rows.saturating_sub(1);
    if head_rows > 1 {
        groups(worksheet, top, columns, formats)?;
    }
    let mut lines = 1.0_f64;
    for (number, column) in (0u16..).zip(columns) {
        worksheet.write_string_with_format(titles, number, &column.title, &formats.head)?;
        let width = width(column, catalogue);
        worksheet.set_column_width(number, width)?;
        lines = lines.max((book::text_width(&column.title) / width).ceil());
        if let Some(text) = definition(column.target, catalogue) {
            let height = 40 + 18 * u32::try_from(text.chars().count() / 22).unwrap_or(10);
            let note = Note::new(text)
                .set_author("均衡")
                .add_author_prefix(false)
                .set_width(320)
                .set_height(height.min(400));
            worksheet.insert_note(titles, number, &note)?;
        }
    }
    worksheet.set_row_height(titles, 6.0 + 15.0 * lines.min(5.0))?;
    Ok(titles + 1)
}

/// Columns under one cell of the group row. A group of fifty columns is named again and again, so
/// that whoever has scrolled into its middle still sees whose columns these are.
const SPAN: usize = 8;

fn groups(
    worksheet: &mut Worksheet,
    row: u32,
    columns: &[Column],
    formats: &Formats,
) -> Result<(), XlsxError> {
    worksheet.set_row_height(row, 20)?;
    let mut first = 0u16;
    let runs = columns.chunk_by(|a, b| a.group == b.group);
    for (run, tint) in runs.zip([&formats.group, &formats.group_alternate].into_iter().cycle()) {
        // Parts of equal size: no single column is left at the end of a group.
        let parts = run.len().div_ceil(SPAN).max(1);
        for part in run.chunks(run.len().div_ceil(parts).max(1)) {
            let next = first.saturating_add(u16::try_from(part.len()).unwrap_or(u16::MAX));
            let group = part.first().map_or("", |column| column.group.as_str());
            if part.len() > 1 && !group.is_empty() {
                worksheet.merge_range(row, first, row, next - 1, group, tint)?;
            } else {
                for column in first..next {
                    worksheet.write_string_with_format(row, column, group, tint)?;
                }
            }
            first = next;
        }
    }
    Ok(())
}

/// The width of a column: by what stands in it, and so that its heading takes few lines.
fn width(column: &Column, catalogue: &Catalogue) -> f64 {
    // The unit in its brackets goes to a line of its own; a long name takes two.
    let name = book::text_width(column.title.split(['(', '\u{ff08}']).next().unwrap_or_default());
    let wrapped = if name <= 13.0 { name + 0.6 } else { name / 2.0 + 2.0 };
    match column.target {
        Target::Field(field) => match field {
            Field::Name | Field::IndicatorTitle => 30.0,
            Field::Evidence | Field::Definition => 52.0,
            Field::ItemName => 36.0,
            Field::Code | Field::Parent => 15.0,
            Field::Kind => 18.0,
            Field::Attached(_) | Field::Stage | Field::Grade | Field::Holds => 9.5,
            _ => 14.0_f64.max(wrapped),
        },
        Target::Item { item, .. } => {
            let content = match &catalogue.item(item).kind {
                ItemKind::Code(list) => {
                    list.iter().map(|(_, zh)| book::text_width(zh)).fold(0.0, f64::max)
                }
                ItemKind::Text => 16.0,
                ItemKind::Date => 12.5,
                ItemKind::Amount => 10.5,
                ItemKind::Count | ItemKind::Year | ItemKind::Flag => 8.5,
            };
            content.max(wrapped).clamp(8.5, 22.0)
        }
    }
}

/// The note on a heading: 口径, type and range, and the official form that holds the figure.
fn definition(target: Target, catalogue: &Catalogue) -> Option<String> {
    let Target::Item { item, .. } = target else { return field_note(target) };
    let item = catalogue.item(item);
    let mut text = if item.definition.is_empty() {
        String::new()
    } else {
        format!("口径：{}\n", item.definition)
    };
    text.push_str(&format_rule(item));
    let sources: Vec<String> = item
        .cells
        .iter()
        .map(|cell| format!("{} {}{}", cell.form, cell.cell, cell.of))
        .take(4)
        .collect();
    if !sources.is_empty() {
        text = format!("{text}\n来源：{}", sources.join("；"));
    }
    Some(text)
}

/// What may be filled in, in words: `填 0–5000 之间的整数；不适用填“—”，没有数据留空。`
pub(super) fn format_rule(item: &Item) -> String {
    // A figure is not below zero unless the catalogue says so.
    let least = item.range.min.unwrap_or_default().normalize();
    let range = match item.range.max {
        Some(max) => format!(" {least}–{} 之间的", max.normalize()),
        None => format!("不小于 {least} 的"),
    };
    let what = match &item.kind {
        ItemKind::Count => format!("填{range}整数"),
        ItemKind::Amount => format!("填{range}数"),
        ItemKind::Year => format!("填{range}四位年份"),
        ItemKind::Date => "填日期，如 2024-09-01".to_owned(),
        ItemKind::Flag => "填“是”或“否”".to_owned(),
        ItemKind::Code(_) => "从下拉列表中选择".to_owned(),
        ItemKind::Text => "填文字".to_owned(),
    };
    format!("{what}；不适用填“—”，没有数据留空。")
}

fn field_note(target: Target) -> Option<String> {
    let Target::Field(field) = target else { return None };
    let text = match field {
        Field::Code => "10 位学校（机构）标识码，一校一行，不得重复。",
        Field::Kind => "从下拉列表中选择，不按校名推断。",
        Field::Parent => "校区、分校、教学点填主校的标识码；独立学校留空。",
        Field::Attached(_) => "学校附设本学段班级（如小学附设初中班）的填“是”，否则留空。",
        Field::Grade => "填 1–12：小学 1–6，初中 7–9，高中 10–12。",
        Field::Indicator => "与标准中的指标编号一致，不要改动。",
        Field::Holds => "填“是”或“否”；尚未认定的留空。",
        Field::Evidence => "佐证材料的名称或目录编号，多份用分号隔开。",
        _ => return None,
    };
    Some(text.to_owned())
}
