//! Drop-downs and ranges of entry cells. A mistake is met where it is made; the reading checks all
//! again, because pasting passes by these rules.

use super::content::{NOT_APPLICABLE, flag};
use super::head::format_rule;
use crate::layout::{Field, Target};
use domain::{Catalogue, Item, ItemKind, RoomKind, SchoolKind, Stage, cell_name};
use rust_xlsxwriter::{
    DataValidation, DataValidationErrorStyle, Format, Formula, Workbook, Worksheet, XlsxError,
};
use std::collections::BTreeMap;

/// Name of the hidden sheet that holds the long lists.
pub(super) const LISTS: &str = "选项";
/// Characters of a list that fit into a cell's rule.
const SHORT: usize = 250;

/// The drop-down lists of a workbook: short ones stand in the rule, long ones in a hidden sheet.
#[derive(Default)]
pub(super) struct Lists {
    long: BTreeMap<Vec<String>, u16>,
}

impl Lists {
    fn rule(&mut self, options: Vec<String>) -> Result<DataValidation, XlsxError> {
        let characters: usize = options.iter().map(|o| o.chars().count() + 1).sum();
        if characters <= SHORT && options.iter().all(|o| !o.contains(',')) {
            return DataValidation::new().allow_list_strings(&options);
        }
        let next = u16::try_from(self.long.len()).unwrap_or(u16::MAX);
        let rows = options.len();
        let column = *self.long.entry(options).or_insert(next);
        let letters: String =
            cell_name(0, u32::from(column)).chars().filter(char::is_ascii_alphabetic).collect();
        Ok(DataValidation::new()
            .allow_list_formula(Formula::new(format!("{LISTS}!${letters}$1:${letters}${rows}"))))
    }

    /// Adds the hidden sheet, if there are long lists.
    pub(super) fn write(self, workbook: &mut Workbook) -> Result<(), XlsxError> {
        if self.long.is_empty() {
            return Ok(());
        }
        let worksheet = workbook.add_worksheet();
        worksheet.set_name(LISTS)?.set_hidden(true).protect();
        let plain = super::book::font(Format::new());
        for (options, column) in self.long {
            for (row, option) in (0..).zip(options) {
                worksheet.write_string_with_format(row, column, option, &plain)?;
            }
        }
        Ok(())
    }
}

/// The cells that a rule is for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Area {
    /// First row.
    pub(super) first: u32,
    /// Last row.
    pub(super) last: u32,
    /// Column.
    pub(super) column: u16,
}

impl Area {
    fn name(self) -> String {
        cell_name(self.first, u32::from(self.column))
    }

    fn absolute(self) -> String {
        let letters: String = self.name().chars().filter(char::is_ascii_alphabetic).collect();
        format!("${letters}${}:${letters}${}", self.first + 1, self.last + 1)
    }
}

/// Gives the cells of a target their rule.
///
/// `codes`: the range of another sheet in which a school code must stand; `None` where the codes
/// themselves are entered.
pub(super) fn apply(
    worksheet: &mut Worksheet,
    area: Area,
    target: Target,
    catalogue: &Catalogue,
    codes: Option<&str>,
    lists: &mut Lists,
) -> Result<(), XlsxError> {
    let rule = match target {
        Target::Item { item, .. } => item_rule(catalogue.item(item), area, lists)?,
        Target::Field(field) => field_rule(field, area, codes, lists)?,
    };
    if let Some(rule) = rule {
        worksheet.add_data_validation(area.first, area.column, area.last, area.column, &rule)?;
    }
    Ok(())
}

/// The rule of an item's cells, `None` for free text.
pub(super) fn item_rule(
    item: &Item,
    area: Area,
    lists: &mut Lists,
) -> Result<Option<DataValidation>, XlsxError> {
    let cell = area.name();
    let not_applicable = || std::iter::once(NOT_APPLICABLE.to_owned());
    let rule = match &item.kind {
        ItemKind::Text => return Ok(None),
        ItemKind::Flag => lists.rule(
            [flag(true), flag(false)]
                .map(str::to_owned)
                .into_iter()
                .chain(not_applicable())
                .collect(),
        )?,
        ItemKind::Code(list) => {
            lists.rule(list.iter().map(|(_, zh)| zh.clone()).chain(not_applicable()).collect())?
        }
        ItemKind::Date => custom(format!("OR({cell}=\"{NOT_APPLICABLE}\",ISNUMBER({cell}))")),
        ItemKind::Count | ItemKind::Amount | ItemKind::Year => {
            let mut parts = vec![format!("ISNUMBER({cell})")];
            let least = item.range.min.unwrap_or_default().normalize();
            parts.push(format!("{cell}>={least}"));
            if let Some(max) = item.range.max {
                parts.push(format!("{cell}<={}", max.normalize()));
            }
            if !matches!(item.kind, ItemKind::Amount) {
                parts.push(format!("INT({cell})={cell}"));
            }
            custom(format!("OR({cell}=\"{NOT_APPLICABLE}\",AND({}))", parts.join(",")))
        }
    };
    refuse(rule, &item.zh, &format_rule(item)).map(Some)
}

fn field_rule(
    field: Field,
    area: Area,
    codes: Option<&str>,
    lists: &mut Lists,
) -> Result<Option<DataValidation>, XlsxError> {
    let cell = area.name();
    let texts = |list: &[&str]| list.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>();
    let (rule, title, message) = match field {
        Field::Code => match codes {
            None => (
                custom(format!(
                    "AND(LEN({cell})=10,ISNUMBER(--{cell}),COUNTIF({},{cell})=1)",
                    area.absolute()
                )),
                "学校标识码",
                "请填 10 位数字的学校标识码，且不能与其他行重复。",
            ),
            Some(codes) => (
                custom(format!("COUNTIF({codes},{cell})>0")),
                "学校标识码",
                "这个标识码不在工作表“学校”中。请先在“学校”表中填写该校，或核对标识码。",
            ),
        },
        Field::Parent => (
            custom(format!("AND(LEN({cell})=10,ISNUMBER(--{cell}))")),
            "主校标识码",
            "请填主校的 10 位标识码；独立学校留空。",
        ),
        Field::CountyCode => (
            custom(format!("AND(LEN({cell})=6,ISNUMBER(--{cell}))")),
            "行政区划代码",
            "请填 6 位数字的县级行政区划代码。",
        ),
        Field::Kind => (
            lists.rule(SchoolKind::ALL.iter().map(|kind| kind.zh().to_owned()).collect())?,
            "办学类型",
            "请从下拉列表中选择办学类型。",
        ),
        Field::Attached(_) => {
            (lists.rule(texts(&["是", "否"]))?, "附设班", "请填“是”，没有附设班的留空。")
        }
        Field::Stage => (
            lists.rule(Stage::ALL.iter().map(|stage| stage.zh().to_owned()).collect())?,
            "学段",
            "请选择小学、初中或高中。",
        ),
        Field::Grade => (
            custom(format!("AND(ISNUMBER({cell}),{cell}>=1,{cell}<=12,INT({cell})={cell})")),
            "年级",
            "请填 1–12 的整数：小学 1–6，初中 7–9，高中 10–12。",
        ),
        Field::RoomKind => (
            lists.rule(texts(&[RoomKind::Music.zh(), RoomKind::Art.zh()]))?,
            "教室类型",
            "请从下拉列表中选择。",
        ),
        Field::Holds => {
            (lists.rule(texts(&["是", "否"]))?, "是否达到", "请填“是”或“否”，尚未认定的留空。")
        }
        Field::Date => (custom(format!("ISNUMBER({cell})")), "日期", "请填日期，如 2024-10-08。"),
        _ => return Ok(None),
    };
    refuse(rule, title, message).map(Some)
}

fn custom(formula: String) -> DataValidation {
    DataValidation::new().allow_custom(Formula::new(formula))
}

fn refuse(rule: DataValidation, title: &str, message: &str) -> Result<DataValidation, XlsxError> {
    let title: String = title.chars().take(30).collect();
    let message: String = message.chars().take(220).collect();
    rule.ignore_blank(true)
        .set_error_title(title)?
        .set_error_message(message)
        .map(|rule| rule.set_error_style(DataValidationErrorStyle::Stop))
}
