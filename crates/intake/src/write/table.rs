//! The template workbook, empty or filled from a snapshot.

use super::book::{self, Formats, Paper};
use super::content::{self, Content};
use super::validation::{self, Area, Lists};
use super::{WriteOptions, guide, head, supply};
use crate::layout::{Field, Layout, Role, Table, TableSheet, Target};
use domain::{Attestation, CountyCode, ItemKind, SchoolYear, Snapshot};
use rust_xlsxwriter::{Format, IgnoreError, ProtectionOptions, Worksheet, XlsxError};

/// A template to be written.
pub(super) struct Work<'a> {
    /// Sheets and columns.
    pub(super) table: &'a Table,
    /// Title of the workbook.
    pub(super) title: &'a str,
    /// The layout of the template.
    pub(super) layout: &'a Layout,
    /// The layout that the workbook supplements: what its files supply is left blank.
    pub(super) other: Option<&'a Layout>,
    /// The school year.
    pub(super) year: SchoolYear,
    /// The county.
    pub(super) county: Option<(CountyCode, String)>,
    /// What to fill in; `None`: nothing.
    pub(super) snapshot: Option<&'a Snapshot>,
    /// Catalogue, indicators, label.
    pub(super) options: &'a WriteOptions<'a>,
}

/// Writes the workbook.
pub(super) fn write(work: &Work<'_>) -> Result<Vec<u8>, XlsxError> {
    let formats = Formats::new();
    let mut workbook = book::workbook(work.title, work.options.label)?;
    guide::write(&mut workbook, work, &formats)?;
    let mut lists = Lists::default();
    let codes = codes_of(work);
    for sheet in &work.table.sheets {
        let worksheet = workbook.add_worksheet();
        worksheet.set_name(&sheet.name)?;
        match sheet.role {
            Role::County => county(worksheet, sheet, work, &formats, &mut lists)?,
            _ => rows(worksheet, sheet, work, codes.as_deref(), &formats, &mut lists)?,
        }
    }
    lists.write(&mut workbook)?;
    if let Some(index) = work.table.sheets.iter().position(|s| s.role == Role::Schools) {
        // The schools are what most people come for; 说明 stands before them.
        workbook.worksheet_from_index(index + 1)?.set_active(true);
    }
    workbook.save_to_buffer()
}

/// Rows of entry that a sheet is prepared for.
const fn prepared(role: Role) -> u32 {
    match role {
        Role::Schools => 2_000,
        Role::Classes => 30_000,
        Role::Rooms => 6_000,
        Role::County | Role::Evidence => 200,
    }
}

/// The cells of the sheet 学校 in which the codes stand.
fn codes_of(work: &Work<'_>) -> Option<String> {
    let sheet = work.table.sheet(Role::Schools)?;
    let column = sheet.columns.iter().position(|c| c.target == Target::Field(Field::Code))?;
    let letters: String = domain::cell_name(0, u32::try_from(column).ok()?)
        .chars()
        .filter(char::is_ascii_alphabetic)
        .collect();
    let first = sheet.head_row() + sheet.head_rows + 1;
    let last = first + prepared(Role::Schools);
    Some(format!("'{}'!${letters}${first}:${letters}${last}", sheet.name.replace('\'', "''")))
}

/// Headings locked, entry cells open; columns and rows may be sized, sorted and filtered.
fn protect(worksheet: &mut Worksheet) {
    let options = ProtectionOptions {
        format_cells: true,
        format_columns: true,
        format_rows: true,
        insert_rows: true,
        delete_rows: true,
        sort: true,
        use_autofilter: true,
        ..ProtectionOptions::default()
    };
    worksheet.protect_with_options(&options);
}

fn entry<'a>(target: Target, work: &Work<'_>, formats: &'a Formats) -> &'a Format {
    match target {
        Target::Item { item, .. } => match work.options.catalogue.item(item).kind {
            ItemKind::Count | ItemKind::Amount | ItemKind::Year => &formats.number,
            ItemKind::Date => &formats.date,
            ItemKind::Flag | ItemKind::Code(_) | ItemKind::Text => &formats.entry,
        },
        Target::Field(Field::Grade | Field::Value) => &formats.number,
        Target::Field(Field::Date) => &formats.date,
        Target::Field(_) => &formats.entry,
    }
}

/// One row a school, class, room or indicator.
fn rows(
    worksheet: &mut Worksheet,
    sheet: &TableSheet,
    work: &Work<'_>,
    codes: Option<&str>,
    formats: &Formats,
    lists: &mut Lists,
) -> Result<(), XlsxError> {
    let catalogue = work.options.catalogue;
    let top = sheet.head_row();
    let open = Format::new().set_unlocked();
    let width = u16::try_from(sheet.columns.len()).unwrap_or(u16::MAX);
    // Everything is open but what is written as locked: so rows can be put in and taken away.
    worksheet.set_column_range_format(0, 16_383, &open)?;
    let first = head::write(worksheet, top, sheet.head_rows, &sheet.columns, catalogue, formats)?;
    let contents = contents(sheet, work);
    let filled = u32::try_from(contents.len()).unwrap_or(u32::MAX);
    let last =
        (first + prepared(sheet.role)).max(first.saturating_add(filled + 500)).min(1_048_575);
    for (number, column) in (0u16..).zip(&sheet.columns) {
        let area = Area { first, last, column: number };
        let codes = if sheet.role == Role::Schools { None } else { codes };
        validation::apply(worksheet, area, column.target, catalogue, codes, lists)?;
        let format = entry(column.target, work, formats);
        worksheet.set_column_format(
            number,
            &format.clone().set_border(rust_xlsxwriter::FormatBorder::None),
        )?;
        let locked = sheet.role == Role::Evidence
            && matches!(column.target, Target::Field(Field::Indicator | Field::IndicatorTitle));
        let format = if locked { &formats.given } else { format };
        for (row, cells) in (first..).zip(&contents) {
            let content = cells.get(usize::from(number)).unwrap_or(&Content::Blank);
            content.write(worksheet, row, number, format)?;
        }
        // Lines for the eye where nothing is filled in yet.
        for row in first + filled..first.saturating_add(filled.max(30)) {
            Content::Blank.write(worksheet, row, number, entry(column.target, work, formats))?;
        }
    }
    let fixed = if sheet.role == Role::Schools { 2.min(width) } else { 0 };
    worksheet.set_freeze_panes(first, fixed)?;
    if width > 0 {
        worksheet.autofilter(first - 1, 0, last, width - 1)?;
        worksheet.ignore_error_range(first, 0, last, width - 1, IgnoreError::NumberStoredAsText)?;
    }
    worksheet.set_selection(first, 0, first, 0)?;
    print(worksheet, sheet.role, work);
    worksheet.set_repeat_rows(top, first - 1)?;
    if fixed > 0 {
        worksheet.set_repeat_columns(0, fixed - 1)?;
    }
    protect(worksheet);
    Ok(())
}

fn print(worksheet: &mut Worksheet, role: Role, work: &Work<'_>) {
    if role == Role::Schools {
        book::print(worksheet, Paper::A3Landscape, work.options.label);
        // Far too wide for one page: pages side by side, each with code and name.
        worksheet.set_print_fit_to_pages(0, 0).set_print_scale(70);
    } else {
        book::print(worksheet, Paper::A4Landscape, work.options.label);
    }
}

/// What stands in the rows of a sheet.
fn contents(sheet: &TableSheet, work: &Work<'_>) -> Vec<Vec<Content>> {
    let catalogue = work.options.catalogue;
    let row = |cell: &dyn Fn(Target) -> Content| -> Vec<Content> {
        sheet.columns.iter().map(|column| cell(column.target)).collect()
    };
    if sheet.role == Role::Evidence {
        return attestations(work)
            .iter()
            .map(|(title, attestation)| {
                row(&|target| content::attestation(target, title, attestation))
            })
            .collect();
    }
    let Some(snapshot) = work.snapshot else { return Vec::new() };
    let schools = snapshot.schools().iter();
    match sheet.role {
        Role::Schools => schools
            .map(|school| {
                row(&|target| {
                    let supplied = !matches!(target, Target::Field(Field::Code | Field::Name))
                        && work.other.is_some_and(|l| supply::holds(l, school, target, catalogue));
                    if supplied {
                        Content::Blank
                    } else {
                        content::school(target, None, school, snapshot, catalogue)
                    }
                })
            })
            .collect(),
        Role::Classes => schools
            .flat_map(|school| school.classes.iter().map(move |class| (school, class)))
            .map(|(school, class)| row(&|target| content::class(target, school, class, catalogue)))
            .collect(),
        Role::Rooms => schools
            .flat_map(|school| school.rooms.iter().map(move |room| (school, room)))
            .map(|(school, room)| row(&|target| content::room(target, school, room, catalogue)))
            .collect(),
        Role::County | Role::Evidence => Vec::new(),
    }
}

/// The rows of the sheet 佐证: the indicators of the standard, and what else the snapshot holds.
fn attestations(work: &Work<'_>) -> Vec<(String, Attestation)> {
    let known = work.snapshot.map_or(&[][..], |s| &s.county().attestations);
    let find = |code: &str| known.iter().find(|a| a.indicator == *code);
    let empty = |code: &str| Attestation {
        indicator: code.to_owned(),
        holds: None,
        evidence: String::new(),
        person: String::new(),
        date: None,
    };
    let listed =
        work.options.indicators.iter().map(|(code, title)| {
            (title.clone(), find(code).cloned().unwrap_or_else(|| empty(code)))
        });
    let others = known
        .iter()
        .filter(|a| work.options.indicators.iter().all(|(code, _)| *code != a.indicator))
        .map(|a| (String::new(), a.clone()));
    listed.chain(others).collect()
}

/// One row an item, with the county and the school year above.
fn county(
    worksheet: &mut Worksheet,
    sheet: &TableSheet,
    work: &Work<'_>,
    formats: &Formats,
    lists: &mut Lists,
) -> Result<(), XlsxError> {
    let catalogue = work.options.catalogue;
    for cell in &sheet.fixed {
        let (Ok(label), Ok(column)) = (cell.label_at.column.try_into(), cell.at.column.try_into())
        else {
            continue;
        };
        worksheet.write_string_with_format(cell.label_at.row, label, &cell.label, &formats.head)?;
        let content = match (cell.field, &work.county) {
            (Field::Year, _) => Content::Text(work.year.to_string()),
            (Field::CountyName, Some((_, name))) => Content::Text(name.clone()),
            (Field::CountyCode, Some((code, _))) => Content::Text(code.to_string()),
            _ => Content::Blank,
        };
        content.write(worksheet, cell.at.row, column, &formats.entry)?;
        let area = Area { first: cell.at.row, last: cell.at.row, column };
        validation::apply(worksheet, area, Target::Field(cell.field), catalogue, None, lists)?;
    }
    let top = sheet.head_row();
    let first = head::write(worksheet, top, sheet.head_rows, &sheet.columns, catalogue, formats)?;
    let mut last = first;
    for (row, id) in (first..).zip(&sheet.rows) {
        last = row;
        let item = catalogue.item(*id);
        for (number, column) in (0u16..).zip(&sheet.columns) {
            let content = match column.target {
                Target::Field(Field::ItemName) => Content::Text(item.zh.clone()),
                Target::Field(Field::Unit) if !item.unit.is_one() => {
                    Content::Text(item.unit.to_string())
                }
                Target::Field(Field::Definition) => Content::Text(item.definition.clone()),
                Target::Field(Field::Value) => {
                    let value = work.snapshot.and_then(|s| s.county().facts.value(*id));
                    let target = Target::Item { item: *id, stage: None };
                    Content::of(value, item).write(
                        worksheet,
                        row,
                        number,
                        entry(target, work, formats),
                    )?;
                    let area = Area { first: row, last: row, column: number };
                    validation::apply(worksheet, area, target, catalogue, None, lists)?;
                    continue;
                }
                _ => Content::Blank,
            };
            content.write(worksheet, row, number, &formats.given)?;
        }
        let lines = (book::text_width(&item.definition) / 52.0).ceil().max(1.0);
        worksheet.set_row_height(row, 5.0 + 14.0 * lines)?;
    }
    worksheet.ignore_error_range(0, 0, last, 3, IgnoreError::NumberStoredAsText)?;
    worksheet.set_freeze_panes(first, 0)?;
    book::print(worksheet, Paper::A4Portrait, work.options.label);
    worksheet.set_repeat_rows(top, first - 1)?;
    protect(worksheet);
    Ok(())
}
