//! The sheet 说明 of the template: how to fill it in, and every column.

use super::columns::{Column, Entry};
use super::{SHEET, Template};
use crate::{measure, style};
use rust_xlsxwriter::{FormatAlign, Worksheet, XlsxError};

/// Name of the sheet.
pub(super) const NAME: &str = "说明";

/// Widths of its columns, in half-width characters.
const GRID: [f64; 4] = [18.0, 8.0, 74.0, 30.0];

const RULES: [&str; 8] = [
    "在“教师名册”表中填写，一名教师一行，写在编制所在学校；在别校任课写在“走教兼课”一列。",
    "深色列名为必填；其余没有就留空。留空表示不知道，不会当作“否”或 0。",
    "有下拉列表的列请从列表中选择；列名上的批注写明填法。列名不能改动，列可以调换次序或删去不用的列。",
    "第 2 行是示例，读取时跳过，可以删除。",
    "身份证件号码、标识码、编号已设为文本格式；从别处粘贴时请选“只粘贴文本”，否则长号码的末几位会变成 0。",
    "一格中有多项的，各项用“；”分开，项内用“|”分开。",
    "填好后在“师资—名册”中导入，或用 junheng staffing roster 检查；有问题的行会逐条列出。",
    "名册含个人信息，请用内部渠道传送，用后删除副本；系统中姓名和号码加密保存，查看须写明事由并留下记录。",
];

pub(super) fn write(
    worksheet: &mut Worksheet,
    template: &Template<'_>,
    columns: &[Column],
) -> Result<(), XlsxError> {
    worksheet.set_name(NAME)?.protect();
    worksheet.set_screen_gridlines(false);
    for (at, width) in (0u16..).zip(GRID) {
        worksheet.set_column_width(at, width)?;
    }
    let across = GRID.iter().sum::<f64>();
    let mut row = 0;
    worksheet.merge_range(row, 0, row, 3, "教师名册模板填写说明", &style::title())?;
    worksheet.set_row_height(row, 30)?;
    if let Some(label) = template.label {
        row += 1;
        worksheet.merge_range(row, 0, row, 3, label, &style::line(FormatAlign::Center))?;
    }
    let line = style::line(FormatAlign::Left);
    for (number, rule) in (1..).zip(RULES) {
        row += 1;
        let text = format!("{number}. {rule}");
        worksheet.merge_range(row, 0, row, 3, &text, &line)?;
        worksheet.set_row_height(row, height(measure::lines(&text, across)))?;
    }
    row += 2;
    let head = row;
    for (at, title) in (0u16..).zip(["列名", "必填", "填法", "用于"]) {
        worksheet.write_string_with_format(row, at, title, &style::head())?;
    }
    let left = style::text(FormatAlign::Left, false);
    let centre = style::text(FormatAlign::Center, false);
    for column in columns {
        row += 1;
        let mut how = column.how.clone();
        if let Entry::Word(list) = &column.entry {
            how = format!("{how}可选：{}。", list.join("、"));
        }
        worksheet.write_string_with_format(row, 0, column.heading, &left)?;
        worksheet.write_string_with_format(
            row,
            1,
            if column.needed { "是" } else { "" },
            &centre,
        )?;
        worksheet.write_string_with_format(row, 2, &how, &left)?;
        worksheet.write_string_with_format(row, 3, column.use_, &left)?;
        worksheet.set_row_height(row, height(measure::lines(&how, GRID[2] - 2.0)))?;
    }
    worksheet.set_repeat_rows(head, head)?;
    worksheet.set_paper_size(9);
    worksheet.set_landscape();
    worksheet.set_print_fit_to_pages(1, 0);
    worksheet.set_footer(format!("&L{SHEET}模板&C第 &P 页 共 &N 页"));
    Ok(())
}

/// Points that so many lines take.
fn height(lines: usize) -> f64 {
    f64::from(u32::try_from(lines).unwrap_or(1)) * 14.0 + 6.0
}
