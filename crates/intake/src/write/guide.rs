//! The sheet 说明: how to fill, what each sheet is, and the 口径 of every figure.

use super::book::{self, Formats, Paper};
use super::head::format_rule;
use super::table::Work;
use crate::layout::{Role, Target};
use domain::{Item, Stage};
use rust_xlsxwriter::{Workbook, XlsxError};

/// Name of the sheet.
pub(super) const NAME: &str = "说明";

/// How to fill, one line a rule.
const RULES: [&str; 8] = [
    "灰底为标题和已给内容，不能改动；白底为填报区。工作表保护没有密码，但请不要删除或改写标题。",
    "一所学校（含单列统计的校区、教学点）一行，按 10 位标识码识别，不按校名识别。",
    "没有数据的留空；不适用的填“—”。留空表示缺失，不会当作 0；数值确实为 0 的请填 0。",
    "数字直接填写，不带单位、不带千分位；单位以标题括号内为准，设备值的单位是万元，面积是平方米。",
    "九年一贯制、十二年一贯制、完全中学：学生、班级、教师分学段填；校舍、场地、设备填全校数，由程序分摊。",
    "附设班：在相应学段的“附设班”一列填“是”，再填该学段的学生、班级和教师。",
    "学生、班级、教师数以学年初（9 月 1 日）为准。",
    "填完后用“检查”功能上传；有问题的单元格会着色并加批注，改正后再次上传即可。",
];

const fn purpose(role: Role) -> &'static str {
    match role {
        Role::County => "全县数据，一行一项；上方填县名、行政区划代码和学年",
        Role::Schools => "学校数据，一校一行",
        Role::Classes => "班级名册，一班一行；用于大班额的核对和计算",
        Role::Rooms => "音乐、美术专用教室，一室一行，填每间面积",
        Role::Evidence => "以材料证明的指标，一个指标一行",
    }
}

/// Writes the sheet.
pub(super) fn write(
    workbook: &mut Workbook,
    work: &Work<'_>,
    formats: &Formats,
) -> Result<(), XlsxError> {
    let worksheet = workbook.add_worksheet();
    worksheet.set_name(NAME)?.protect();
    worksheet.set_screen_gridlines(false);
    for (column, width) in [(0, 8), (1, 12), (2, 34), (3, 12), (4, 44), (5, 64)] {
        worksheet.set_column_width(column, width)?;
    }
    let county = work.county.as_ref().map_or(String::new(), |(_, name)| format!("{name} "));
    let title = format!("{}（{county}{} 学年）", work.title, work.year);
    worksheet.write_string_with_format(0, 0, title, &formats.title)?;
    worksheet.set_row_height(0, 30)?;
    let mut row = 1;
    if let Some(label) = work.options.label {
        worksheet.write_string_with_format(row, 0, label, &formats.warning)?;
        row += 1;
    }
    if let Some(other) = work.other {
        let text = format!(
            "本表只含“{}”没有的数据，与其一并上传。有附设班的学校，其附设学段请改用“{}”填报。",
            other.title, work.layout.title
        );
        worksheet.merge_range(row, 0, row, 5, &text, &formats.text)?;
        row += 1;
    }
    row += 1;
    worksheet.write_string_with_format(row, 0, "填报规则", &formats.group)?;
    for (number, rule) in (1u32..).zip(RULES) {
        row += 1;
        worksheet.write_number_with_format(row, 0, number, &formats.text)?;
        worksheet.merge_range(row, 1, row, 5, rule, &formats.text)?;
        worksheet.set_row_height(row, 18)?;
    }
    row += 2;
    worksheet.write_string_with_format(row, 0, "工作表", &formats.group)?;
    for sheet in &work.table.sheets {
        row += 1;
        worksheet.merge_range(row, 0, row, 1, &sheet.name, &formats.given)?;
        worksheet.merge_range(row, 2, row, 5, purpose(sheet.role), &formats.given)?;
    }
    row += 2;
    worksheet.write_string_with_format(row, 0, "口径", &formats.group)?;
    row += 1;
    for (column, head) in (0..).zip(["工作表", "学段", "数据项", "单位", "填法", "口径"])
    {
        worksheet.write_string_with_format(row, column, head, &formats.head)?;
    }
    for (sheet, stages, item) in items(work) {
        row += 1;
        let unit = if item.unit.is_one() { String::new() } else { item.unit.to_string() };
        let stages: Vec<&str> = stages.iter().map(|stage| stage.zh()).collect();
        let texts = [
            sheet.to_owned(),
            stages.join("、"),
            item.zh.clone(),
            unit,
            format_rule(item),
            item.definition.clone(),
        ];
        let mut lines = 2.0_f64;
        for ((column, width), text) in (0..).zip([8.0, 12.0, 34.0, 12.0, 44.0, 64.0]).zip(texts) {
            lines = lines.max((book::text_width(&text) / width).ceil());
            worksheet.write_string_with_format(row, column, book::clip(&text), &formats.given)?;
        }
        worksheet.set_row_height(row, 4.0 + 14.0 * lines)?;
    }
    book::print(worksheet, Paper::A4Landscape, work.options.label);
    Ok(())
}

/// The items of the template, each once a sheet, with the stages for which it is asked.
fn items<'a>(work: &'a Work<'_>) -> Vec<(&'a str, Vec<Stage>, &'a Item)> {
    let catalogue = work.options.catalogue;
    let mut all: Vec<(&str, Vec<Stage>, domain::ItemId)> = Vec::new();
    for sheet in &work.table.sheets {
        let rows = sheet.rows.iter().map(|item| (*item, None));
        let columns = sheet.columns.iter().filter_map(|column| match column.target {
            Target::Item { item, stage } => Some((item, stage)),
            Target::Field(_) => None,
        });
        for (item, stage) in rows.chain(columns) {
            let known = all.iter_mut().find(|(s, _, id)| *s == sheet.name && *id == item);
            match known {
                Some((_, stages, _)) => stages.extend(stage),
                None => all.push((&sheet.name, stage.into_iter().collect(), item)),
            }
        }
    }
    all.into_iter().map(|(sheet, stages, id)| (sheet, stages, catalogue.item(id))).collect()
}
