//! 教师名册模板: the workbook in which schools fill in their teachers, with drop-down lists, notes, an
//! example and locked headings; and the same with rows in it, which is the one list with names in full.
//!
//! What is typed is checked again when it is read: pasting passes by the rules of cells.

mod columns;
mod guide;

use crate::{FormsError, date_time, style};
use columns::{Column, Entry};
use domain::cell_name;
use jiff::civil::Date;
use rust_xlsxwriter::{
    DataValidation, DataValidationErrorStyle, DataValidationRule, DocProperties, ExcelDateTime,
    Format, FormatAlign, Formula, Note, ProtectionOptions, Workbook, Worksheet, XlsxError,
};
use staffing::{RosterRow, Rules};

/// Name of the sheet of teachers.
pub const SHEET: &str = "教师名册";
/// Names of the sheets of schools and of lists.
const SCHOOLS: &str = "学校";
const LISTS: &str = "选项";
/// Rows that have rules: more than a county has teachers.
const PREPARED: u32 = 20_000;
/// Numbers of the paper sizes in the file format.
const A3: u8 = 8;
const A4: u8 = 9;

/// What the template is made for.
#[derive(Clone, Copy, Debug)]
pub struct Template<'a> {
    /// Subjects and exemptions.
    pub rules: &'a Rules,
    /// The schools of the county, code and name; none: any code may stand.
    pub schools: &'a [(String, String)],
    /// Printed at the head of every page.
    pub label: Option<&'a str>,
    /// The day in the file's properties.
    pub created: Date,
}

/// Writes an empty template with an example.
///
/// # Errors
/// [`FormsError::Write`] where a text is longer than a cell can be.
pub fn empty(template: &Template<'_>) -> Result<Vec<u8>, FormsError> {
    let example = columns::example(template);
    write(template, std::slice::from_ref(&example), true)
}

/// Writes the template with rows in it: names and identity numbers in full. Whoever hands this out has
/// checked the right to it and written the look down.
///
/// # Errors
/// [`FormsError::Write`] where a text is longer than a cell can be.
pub fn filled(template: &Template<'_>, rows: &[RosterRow]) -> Result<Vec<u8>, FormsError> {
    write(template, rows, false)
}

fn write(
    template: &Template<'_>,
    rows: &[RosterRow],
    example: bool,
) -> Result<Vec<u8>, FormsError> {
    let failed = |sheet: &str| {
        let sheet = sheet.to_owned();
        move |cause: XlsxError| FormsError::Write { sheet, cause }
    };
    let mut file = Workbook::new();
    let created = template.created;
    let created = date_time(created.year(), created.month(), created.day());
    file.set_properties(
        &DocProperties::new()
            .set_title("教师名册模板")
            .set_author(concat!("均衡 ", env!("CARGO_PKG_VERSION")))
            .set_creation_datetime(&created.map_err(failed(""))?),
    );
    let columns = columns::columns(template);
    guide::write(file.add_worksheet(), template, &columns).map_err(failed(guide::NAME))?;
    let worksheet = file.add_worksheet();
    teachers(worksheet, template, &columns, rows, example).map_err(failed(SHEET))?;
    worksheet.set_active(true);
    if !template.schools.is_empty() {
        schools(file.add_worksheet(), template).map_err(failed(SCHOOLS))?;
    }
    lists(file.add_worksheet(), &columns, template).map_err(failed(LISTS))?;
    file.save_to_buffer().map_err(failed(""))
}

fn entry() -> Format {
    style::text(FormatAlign::Left, false).set_unlocked()
}

/// The letters of a column: `AB`.
fn letters(column: usize) -> String {
    let column = u32::try_from(column).unwrap_or(0);
    cell_name(0, column).chars().filter(char::is_ascii_alphabetic).collect()
}

fn teachers(
    worksheet: &mut Worksheet,
    template: &Template<'_>,
    columns: &[Column],
    rows: &[RosterRow],
    example: bool,
) -> Result<(), XlsxError> {
    worksheet.set_name(SHEET)?;
    let last = u16::try_from(columns.len().saturating_sub(1)).unwrap_or(0);
    let open = entry().set_num_format("@");
    let day = style::day().set_unlocked();
    let number = style::amount(0, false).set_num_format("General").set_unlocked();
    for (at, column) in (0u16..).zip(columns) {
        worksheet.set_column_width(at, column.width)?;
        let format = match column.entry {
            Entry::Day => &day,
            Entry::Number(..) => &number,
            _ => &open,
        };
        worksheet.set_column_format(at, format)?;
        let head = if column.needed { style::needed_head() } else { style::head() };
        worksheet.write_string_with_format(0, at, column.heading, &head)?;
        let note = Note::new(&column.how).set_author("均衡").set_width(260).set_height(130);
        worksheet.insert_note(0, at, &note)?;
        if let Some(rule) = validation(column, usize::from(at), template)? {
            worksheet.add_data_validation(1, at, PREPARED, at, &rule)?;
        }
    }
    worksheet.set_row_height(0, 34)?;
    for (at, row) in (1u32..).zip(rows) {
        for (place, column) in (0u16..).zip(columns) {
            let text = row.get(column.code).unwrap_or_default();
            cell(worksheet, (at, place), column, text, example, [&open, &day, &number])?;
        }
    }
    worksheet.set_freeze_panes(1, 2)?;
    worksheet.autofilter(0, 0, PREPARED, last)?;
    worksheet.set_paper_size(A3);
    worksheet.set_landscape();
    // Two sheets of paper side by side, each with number and name.
    worksheet.set_print_fit_to_pages(2, 0);
    worksheet.set_repeat_columns(0, 1)?;
    worksheet.set_margins(0.4, 0.4, 0.6, 0.6, 0.3, 0.3);
    worksheet.set_repeat_rows(0, 0)?;
    worksheet.set_footer("&L&A&C第 &P 页 共 &N 页");
    if let Some(label) = template.label {
        worksheet.set_header(format!("&C{}", label.replace('&', "&&")));
    }
    worksheet.protect_with_options(&ProtectionOptions {
        format_cells: true,
        format_columns: true,
        format_rows: true,
        insert_rows: true,
        delete_rows: true,
        sort: true,
        use_autofilter: true,
        ..ProtectionOptions::default()
    });
    Ok(())
}

/// A cell of a row: dates as dates and numbers as numbers, where they are.
fn cell(
    worksheet: &mut Worksheet,
    (row, at): (u32, u16),
    column: &Column,
    text: &str,
    example: bool,
    [open, day, number]: [&Format; 3],
) -> Result<(), XlsxError> {
    if text.is_empty() {
        return Ok(());
    }
    let told = |format: &Format| if example { style::example(format) } else { format.clone() };
    match column.entry {
        Entry::Day => {
            if let Ok(date) = text.parse::<Date>()
                && let Ok(date) = moment(date)
            {
                worksheet.write_datetime_with_format(row, at, &date, &told(day))?;
                return Ok(());
            }
        }
        Entry::Number(..) => {
            if let Ok(n) = text.parse::<f64>()
                && n.is_finite()
            {
                worksheet.write_number_with_format(row, at, n, &told(number))?;
                return Ok(());
            }
        }
        _ => {}
    }
    let text: String = text.chars().take(32_000).collect();
    worksheet.write_string_with_format(row, at, text, &told(open))?;
    Ok(())
}

fn moment(date: Date) -> Result<ExcelDateTime, XlsxError> {
    date_time(date.year(), date.month(), date.day())
}

/// The rule of a column's cells.
fn validation(
    column: &Column,
    at: usize,
    template: &Template<'_>,
) -> Result<Option<DataValidation>, XlsxError> {
    let own = letters(at);
    let custom = |formula: String| DataValidation::new().allow_custom(Formula::new(formula));
    let rule = match &column.entry {
        Entry::Text => return Ok(None),
        Entry::Word(list) => {
            let list_at = letters(at);
            let rows = list.len();
            DataValidation::new()
                .allow_list_formula(Formula::new(format!("{LISTS}!${list_at}$1:${list_at}${rows}")))
        }
        Entry::Day => DataValidation::new().allow_date(DataValidationRule::Between(
            ExcelDateTime::from_ymd(1930, 1, 1)?,
            ExcelDateTime::from_ymd(2100, 1, 1)?,
        )),
        Entry::Number(least, most) => {
            DataValidation::new().allow_decimal_number(DataValidationRule::Between(*least, *most))
        }
        Entry::Key => custom(format!(
            "AND(LEN({own}2)<=40,COUNTIF(${own}$2:${own}${},{own}2)=1)",
            PREPARED + 1
        )),
        Entry::Identity => custom(format!("AND(LEN({own}2)=18,ISNUMBER(--LEFT({own}2,17)))")),
        Entry::School if template.schools.is_empty() => {
            // Without the county's schools a code can be looked at only, and a name not even that.
            custom(format!("OR(NOT(ISNUMBER(--{own}2)),LEN({own}2)=10)"))
        }
        Entry::School => DataValidation::new().allow_list_formula(Formula::new(format!(
            "{LISTS}!${own}$1:${own}${}",
            choices(template.schools).len()
        ))),
    };
    let title: String = column.heading.chars().take(30).collect();
    let message: String = column.how.chars().take(220).collect();
    let rule = rule.ignore_blank(true).set_error_title(title)?.set_error_message(message)?;
    Ok(Some(rule.set_error_style(DataValidationErrorStyle::Stop)))
}

/// What stands for a school: its name, which people know, where no other school has it; then its code,
/// which programs know. A drop-down shows one column, so the names come first.
fn choices(schools: &[(String, String)]) -> Vec<&str> {
    let alone = |name: &str| schools.iter().filter(|(_, other)| other.trim() == name).count() == 1;
    let names = schools.iter().map(|(_, name)| name.trim()).filter(|name| alone(name));
    names.chain(schools.iter().map(|(code, _)| code.as_str())).collect()
}

/// The schools with their codes, side by side.
fn schools(worksheet: &mut Worksheet, template: &Template<'_>) -> Result<(), XlsxError> {
    worksheet.set_name(SCHOOLS)?.protect();
    worksheet.set_column_width(0, 16)?;
    worksheet.set_column_width(1, 44)?;
    for (at, head) in (0u16..).zip(["学校标识码", "学校名称"]) {
        worksheet.write_string_with_format(0, at, head, &style::head())?;
    }
    let format = style::text(FormatAlign::Left, false);
    for (row, (code, name)) in (1u32..).zip(template.schools) {
        worksheet.write_string_with_format(row, 0, code, &format)?;
        worksheet.write_string_with_format(row, 1, name, &format)?;
    }
    worksheet.set_freeze_panes(1, 0)?;
    worksheet.set_paper_size(A4);
    worksheet.set_print_fit_to_pages(1, 0);
    worksheet.set_repeat_rows(0, 0)?;
    worksheet.set_footer("&L&A&C第 &P 页 共 &N 页");
    Ok(())
}

/// The lists of the drop-downs, each under the letters of its column.
fn lists(
    worksheet: &mut Worksheet,
    columns: &[Column],
    template: &Template<'_>,
) -> Result<(), XlsxError> {
    worksheet.set_name(LISTS)?.set_hidden(true).protect();
    for (at, column) in (0u16..).zip(columns) {
        let list: Vec<&str> = match &column.entry {
            Entry::Word(list) => list.iter().map(String::as_str).collect(),
            Entry::School => choices(template.schools),
            _ => continue,
        };
        for (row, word) in (0u32..).zip(list) {
            worksheet.write_string(row, at, word)?;
        }
    }
    Ok(())
}
