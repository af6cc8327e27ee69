//! The workbook of records: the sheet of records is what an import reads, so that a list can go out,
//! be corrected and come back.

use super::summary::Summary;
use super::view::ExchangeLine;
use crate::sheet::{Over, put, titled};
use domain::Stage;
use rust_xlsxwriter::{DataValidation, Format, FormatAlign, Workbook, Worksheet, XlsxError};
use staffing::Rules;
use store::exchanges::Way;

/// The headings that an import reads, in the order of the template.
pub(super) const HEADINGS: [&str; 11] = [
    "方式",
    "学段",
    "学科",
    "开始日期",
    "结束日期",
    "约定学时",
    "派出学校",
    "派出教师编号",
    "接受学校",
    "接受教师编号",
    "听讲对象",
];

/// Rows that have lists to choose from.
const PREPARED: u32 = 5_000;

/// What is only written.
const MORE: [&str; 6] = ["派出教师", "接受教师", "已登记学时", "状态", "考核等次", "序号"];

const WIDTHS: [f64; 17] = [
    11.0, 8.0, 12.0, 12.0, 12.0, 10.0, 26.0, 14.0, 30.0, 20.0, 20.0, 12.0, 20.0, 12.0, 10.0, 10.0,
    8.0,
];

fn head<'a>(
    sheet: &mut Worksheet,
    over: Option<&Over>,
    words: [&str; 2],
    headings: impl IntoIterator<Item = &'a str>,
    widths: &[f64],
) -> Result<u32, XlsxError> {
    let bold = Format::new().set_bold().set_align(FormatAlign::Center).set_text_wrap();
    titled(sheet, over, words, headings.into_iter().zip(widths.iter().copied()), &bold)
}

fn records(
    book: &mut Workbook,
    lines: &[ExchangeLine],
    rules: &Rules,
    over: Option<&Over>,
) -> Result<(), XlsxError> {
    let sheet = book.add_worksheet().set_name("交流记录")?;
    let words = ["校际交流记录", "学时"];
    let first = head(sheet, over, words, HEADINGS.into_iter().chain(MORE), &WIDTHS)?;
    let until = first + PREPARED;
    let ways: Vec<&str> = Way::ALL.iter().map(|way| way.zh()).collect();
    let choice = DataValidation::new().allow_list_strings(&ways)?;
    sheet.add_data_validation(first, 0, until, 0, &choice)?;
    let stages: Vec<&str> = Stage::COMPULSORY.iter().map(|stage| stage.zh()).collect();
    let choice = DataValidation::new().allow_list_strings(&stages)?;
    sheet.add_data_validation(first, 1, until, 1, &choice)?;
    let list = format!("='说明'!$C$2:$C${}", rules.subjects.len() + 1);
    let choice = DataValidation::new().allow_list_formula(list.as_str().into());
    sheet.add_data_validation(first, 2, until, 2, &choice)?;
    for (row, line) in (first..).zip(lines) {
        let giver = line.giver.as_ref();
        let of = |text: fn(&super::view::PartyView) -> Option<&str>| {
            line.takers.iter().filter_map(text).collect::<Vec<_>>().join("、")
        };
        let texts = [
            (0, line.way_zh.to_owned()),
            (1, line.stage.map(|stage| stage.zh().to_owned()).unwrap_or_default()),
            (2, line.subject_zh.clone().unwrap_or_default()),
            (3, line.begins.to_string()),
            (4, line.ends.to_string()),
            (6, giver.map(|party| party.name.clone()).unwrap_or_default()),
            (7, giver.and_then(|party| party.teacher.clone()).unwrap_or_default()),
            (8, of(|party| Some(&party.name))),
            (9, of(|party| party.teacher.as_deref())),
            (11, giver.and_then(|party| party.person.clone()).unwrap_or_default()),
            (12, of(|party| party.person.as_deref())),
            (14, line.state_zh.to_owned()),
            (15, line.grade.clone().unwrap_or_default()),
        ];
        for (column, text) in texts {
            sheet.write(row, column, text)?;
        }
        put(sheet, row, 5, line.hours.as_deref())?;
        put(sheet, row, 13, Some(&line.given))?;
        put(sheet, row, 16, Some(&line.id.to_string()))?;
    }
    Ok(())
}

fn summed(book: &mut Workbook, summary: &Summary, over: Option<&Over>) -> Result<(), XlsxError> {
    let sheet = book.add_worksheet().set_name("对照目标")?;
    let first = head(
        sheet,
        over,
        ["交流情况与目标对照", "见各行"],
        ["指标", "本学年", "单位", "目标", "缺数原因", "说明"],
        &[40.0, 14.0, 8.0, 12.0, 40.0, 44.0],
    )?;
    for (row, figure) in (first..).zip(&summary.figures) {
        sheet.write(row, 0, figure.zh)?;
        put(sheet, row, 1, figure.value.as_deref())?;
        sheet.write(row, 2, if figure.unit == "1" { "" } else { figure.unit })?;
        put(sheet, row, 3, figure.target.as_deref())?;
        sheet.write(row, 4, figure.why_missing.as_deref().unwrap_or_default())?;
        sheet.write(row, 5, figure.detail.as_deref().unwrap_or_default())?;
        if figure.unit == "1" {
            let share = Format::new().set_num_format("0.0%");
            sheet.set_cell_format(row, 1, &share)?.set_cell_format(row, 3, &share)?;
        }
    }
    let sheet = book.add_worksheet().set_name("分学校")?;
    let headings = [
        "学校标识码",
        "学校",
        "乡镇",
        "城乡",
        "派出记录",
        "接受记录",
        "派出任教",
        "接受任教",
        "已登记学时",
    ];
    let words = ["各校交流情况", "项、人次；已登记学时为学时"];
    let first =
        head(sheet, over, words, headings, &[14.0, 28.0, 14.0, 8.0, 10.0, 10.0, 10.0, 10.0, 12.0])?;
    for (row, school) in (first..).zip(&summary.schools) {
        sheet.write(row, 0, school.school.as_str())?;
        sheet.write(row, 1, &school.name)?;
        sheet.write(row, 2, school.township.as_deref().unwrap_or_default())?;
        sheet.write(row, 3, school.side.map(super::ground::Side::zh).unwrap_or_default())?;
        let counts = [school.gives, school.takes, school.sent, school.received];
        for (column, count) in (4_u16..).zip(counts) {
            put(sheet, row, column, Some(&count.to_string()))?;
        }
        put(sheet, row, 8, Some(&school.given))?;
    }
    let sheet = book.add_worksheet().set_name("分乡镇")?;
    let headings = ["乡镇", "学校", "参加的学校", "记录", "派出任教", "接受任教", "已登记学时"];
    let words = ["各乡镇交流情况", "所、项、人次；已登记学时为学时"];
    let first = head(sheet, over, words, headings, &[16.0, 8.0, 12.0, 8.0, 10.0, 10.0, 12.0])?;
    for (row, town) in (first..).zip(&summary.townships) {
        sheet.write(row, 0, town.township.as_deref().unwrap_or("（缺）"))?;
        let counts = [town.schools, town.with, town.records, town.sent, town.received];
        for (column, count) in (1_u16..).zip(counts) {
            put(sheet, row, column, Some(&count.to_string()))?;
        }
        put(sheet, row, 6, Some(&town.given))?;
    }
    Ok(())
}

/// The workbook; without a summary and without anything over its headings it is the template.
///
/// # Errors
/// Those of the writer.
pub(super) fn workbook(
    lines: &[ExchangeLine],
    summary: Option<&Summary>,
    rules: &Rules,
    over: Option<&Over>,
) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    records(&mut book, lines, rules, over)?;
    if let Some(summary) = summary {
        summed(&mut book, summary, over)?;
    }
    let sheet = book.add_worksheet().set_name("说明")?;
    head(sheet, None, [""; 2], ["列", "怎样填", "学科"], &[16.0, 80.0, 16.0])?;
    let notes = [
        ("方式", "对口帮扶、任教交流、名师带徒、名师讲学"),
        ("派出学校", "对口帮扶必填，写学校名称或标识码；其余方式按教师编号从名册取"),
        ("派出教师编号", "任教交流、名师带徒、名师讲学必填；须在本学年名册中"),
        ("接受学校", "对口帮扶、任教交流必填一所；名师讲学可填多所，用“、”隔开"),
        ("接受教师编号", "名师带徒必填，可填多人，用“、”隔开"),
        ("听讲对象", "名师讲学没有接受学校时填，如“全县小学音乐教师”"),
        ("约定学时", "可空；空白表示没有约定，不是 0"),
        ("其余各列", "导出时写出，导入时不读"),
    ];
    for (row, (column, text)) in (1_u32..).zip(notes) {
        sheet.write(row, 0, column)?.write(row, 1, text)?;
    }
    for (row, subject) in (1_u32..).zip(&rules.subjects) {
        sheet.write(row, 2, &subject.zh)?;
    }
    book.save_to_buffer()
}
