//! A county of 10,000 schools in 80 columns, as a workbook of the template.

use intake::Layouts;
use intake::layout::{Field, Role, Target};
use packs::PackSource;
use rust_xlsxwriter::{Workbook, XlsxError};
use std::path::Path;

/// Schools of the county.
pub(crate) const ROWS: u32 = 10_000;
/// Columns of the sheet 学校.
pub(crate) const COLUMNS: u16 = 80;

/// Writes the workbook: nine-year schools, whole numbers and, in every seventh column, decimals.
pub(crate) fn write(path: &Path) -> Result<(), XlsxError> {
    let packs = PackSource::embedded();
    let Ok(items) = items::load(&packs) else {
        return Err(XlsxError::ParameterError("packs".into()));
    };
    let Ok(layouts) = Layouts::load(&packs, items.catalogue()) else {
        return Err(XlsxError::ParameterError("layouts".into()));
    };
    let columns: Vec<_> = layouts
        .template(domain::SchoolYear(2024))
        .and_then(|(_, table)| table.sheet(Role::Schools))
        .map(|sheet| {
            let numeric = |target: &Target| match target {
                Target::Field(field) => matches!(field, Field::Code | Field::Name | Field::Kind),
                Target::Item { item, stage } => {
                    let kind = &items.catalogue().item(*item).kind;
                    *stage != Some(domain::Stage::Senior)
                        && matches!(kind, domain::ItemKind::Count | domain::ItemKind::Amount)
                }
            };
            sheet.columns.iter().filter(|c| numeric(&c.target)).take(COLUMNS.into()).collect()
        })
        .unwrap_or_default();
    let mut book = Workbook::new();
    let county = book.add_worksheet();
    county.set_name("县区")?;
    for (row, (label, text)) in
        (0u32..).zip([("县(市、区)名称", "示例县"), ("行政区划代码", "349999"), ("学年", "2024")])
    {
        county.write(row, 0, label)?;
        county.write(row, 1, text)?;
    }
    for (column, text) in (0u16..).zip(["项目", "数值", "单位", "口径"]) {
        county.write(4, column, text)?;
    }
    let sheet = book.add_worksheet();
    sheet.set_name("学校")?;
    for (at, column) in (0u16..).zip(&columns) {
        sheet.write(0, at, &column.group)?;
        sheet.write(1, at, &column.title)?;
    }
    for row in 0..ROWS {
        for (at, column) in (0u16..).zip(&columns) {
            let line = row + 2;
            match column.target {
                Target::Field(Field::Code) => {
                    sheet.write(line, at, format!("21340{row:05}"))?;
                }
                Target::Field(Field::Name) => {
                    sheet.write(line, at, format!("第{row}九年一贯制学校"))?;
                }
                Target::Field(_) => {
                    sheet.write(line, at, "九年一贯制学校")?;
                }
                Target::Item { item, .. } => {
                    let number = f64::from((row * 7 + u32::from(at) * 13) % 90 + 10);
                    let is_amount = items.catalogue().item(item).kind == domain::ItemKind::Amount;
                    let number = if is_amount { number + 0.25 } else { number };
                    sheet.write(line, at, number)?;
                }
            }
        }
    }
    book.save(path)
}
