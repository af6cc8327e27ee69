//! The workbook of training: projects, who lacks hours, funds.

use super::funds::FundsSheet;
use super::short::Shortfalls;
use super::view::ProjectLine;
use crate::sheet::{printed, put};
use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};

fn head<const N: usize>(
    sheet: &mut Worksheet,
    headings: [(&str, f64); N],
) -> Result<(), XlsxError> {
    printed(sheet, headings, &Format::new().set_bold().set_text_wrap())
}

fn projects(book: &mut Workbook, lines: &[ProjectLine]) -> Result<(), XlsxError> {
    let sheet = book.add_worksheet().set_name("培训项目")?;
    let headings = [
        ("项目", 36.0),
        ("级别", 8.0),
        ("学校", 24.0),
        ("承办单位", 24.0),
        ("开始", 12.0),
        ("结束", 12.0),
        ("天数", 8.0),
        ("学时", 8.0),
        ("经费（万元）", 12.0),
        ("名额", 8.0),
        ("参训人数", 10.0),
        ("状态", 10.0),
        ("以奖代补（万元）", 14.0),
    ];
    head(sheet, headings)?;
    for (row, line) in (1_u32..).zip(lines) {
        let (begins, ends) = (line.begins.to_string(), line.ends.to_string());
        let texts = [
            (0, line.title.as_str()),
            (1, line.level_zh),
            (2, line.name.as_deref().unwrap_or_default()),
            (3, &line.provider),
            (4, &begins),
            (5, &ends),
            (11, line.state_zh),
        ];
        for (column, text) in texts {
            sheet.write(row, column, text)?;
        }
        let (seats, people) = (line.seats.map(|seats| seats.to_string()), line.people.to_string());
        let figures = [
            (6, line.days.as_deref()),
            (7, line.hours.as_deref()),
            (8, line.funds.as_deref()),
            (9, seats.as_deref()),
            (10, Some(people.as_str())),
            (12, line.reward.as_deref()),
        ];
        for (column, figure) in figures {
            put(sheet, row, column, figure)?;
        }
    }
    Ok(())
}

fn shortfalls(book: &mut Workbook, short: &Shortfalls) -> Result<(), XlsxError> {
    let sheet = book.add_worksheet().set_name("学时不足")?;
    let headings = [
        ("教师编号", 12.0),
        ("姓名", 10.0),
        ("学校", 28.0),
        ("名册学时", 10.0),
        ("项目另计", 10.0),
        ("合计", 8.0),
        ("还缺", 8.0),
        ("每年要补", 10.0),
        ("说明", 60.0),
    ];
    head(sheet, headings)?;
    for (row, one) in (1_u32..).zip(&short.items) {
        sheet.write(row, 0, &*one.teacher.0)?.write(row, 1, one.person.to_string())?;
        sheet.write(row, 2, &one.name)?;
        let figures = [
            (3, Some(one.roster.as_str())),
            (4, Some(one.credited.as_str())),
            (5, Some(one.hours.as_str())),
            (6, Some(one.missing.as_str())),
            (7, one.a_year.as_deref()),
        ];
        for (column, figure) in figures {
            put(sheet, row, column, figure)?;
        }
        let mut notes = Vec::new();
        if one.unreported {
            notes.push("名册中没有培训记录".to_owned());
        }
        if !one.left_out.is_empty() {
            let titles = one.left_out.join("、");
            notes.push(format!("名册中已有同年同级学时，没有另计：{titles}"));
        }
        sheet.write(row, 8, notes.join("；"))?;
    }
    let last = u32::try_from(short.items.len()).unwrap_or(u32::MAX).saturating_add(2);
    let cycle = format!("周期 {}—{}，应有 {} 学时", short.from, short.to, short.wanted);
    sheet.write(last, 0, cycle)?;
    Ok(())
}

fn spent(book: &mut Workbook, funds: &FundsSheet) -> Result<(), XlsxError> {
    let sheet = book.add_worksheet().set_name("培训经费")?;
    let headings = [
        ("学校", 28.0),
        ("乡镇", 14.0),
        ("培训经费（万元）", 14.0),
        ("公用经费预算（万元）", 16.0),
        ("比例", 10.0),
        ("结论", 12.0),
    ];
    head(sheet, headings)?;
    let share = Format::new().set_num_format("0.0%");
    for (row, school) in (1_u32..).zip(&funds.schools) {
        sheet.write(row, 0, &school.name)?;
        sheet.write(row, 1, school.township.as_deref().unwrap_or_default())?;
        put(sheet, row, 2, school.training.as_deref())?;
        put(sheet, row, 3, school.budget.as_deref())?;
        put(sheet, row, 4, school.share.as_deref())?;
        sheet.set_cell_format(row, 4, &share)?;
        let verdict = match school.enough {
            Some(true) => "达到",
            Some(false) => "不足",
            None => "缺数",
        };
        sheet.write(row, 5, verdict)?;
    }
    Ok(())
}

/// Writes the workbook.
///
/// # Errors
/// Those of the writer.
pub(super) fn workbook(
    lines: &[ProjectLine],
    short: &Shortfalls,
    funds: &FundsSheet,
) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    projects(&mut book, lines)?;
    shortfalls(&mut book, short)?;
    spent(&mut book, funds)?;
    book.save_to_buffer()
}
