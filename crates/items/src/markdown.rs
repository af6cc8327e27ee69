//! The catalogue as a page of the documentation.

use crate::Items;
use domain::{ItemId, ItemKind, Range};
use std::fmt::Write as _;

/// The catalogue as Markdown: a table a topic, with every item's code, name, unit, level, type,
/// range, 口径 and official cells. Same catalogue, same bytes.
#[must_use]
pub fn markdown(items: &Items) -> String {
    let mut page = String::from(HEAD);
    for topic in items.topics() {
        let _ = write!(page, "\n## {}\n\n{COLUMNS}", topic.title);
        for id in &topic.items {
            page.push_str(&row(items, *id));
        }
    }
    page
}

const HEAD: &str = "# 数据项目录\n\n\
本页由 `packs/items` 生成。层级:县、校、学段(学校 × 学段)、班、室。\
出处后的字母是可靠程度:A 见过正式文件或表样,B 两个以上来源,C 一个来源,K 一般常识,使用前请核对。\n";

const COLUMNS: &str =
    "| 代码 | 名称 | 单位 | 层级 | 类型 | 口径 | 出处 |\n|---|---|---|---|---|---|---|\n";

fn row(items: &Items, id: ItemId) -> String {
    let item = items.catalogue().item(id);
    let unit = if item.unit.is_one() { String::new() } else { item.unit.to_string() };
    let kind = kind(&item.kind) + &range(item.range);
    let cells: Vec<_> = items
        .cells(id)
        .map(|(cell, grade)| {
            let of = if cell.of.is_empty() { String::new() } else { format!("({})", cell.of) };
            format!("{} {}{of} {}", cell.form, cell.cell, grade.letter())
        })
        .collect();
    let columns = [
        format!("`{}`", item.code),
        item.zh.clone(),
        unit,
        item.level.zh().to_owned(),
        kind,
        item.definition.clone(),
        cells.join("<br>"),
    ];
    let columns: Vec<_> = columns.iter().map(|text| text.replace('|', "\\|")).collect();
    format!("| {} |\n", columns.join(" | "))
}

fn kind(kind: &ItemKind) -> String {
    match kind {
        ItemKind::Count => "整数".into(),
        ItemKind::Amount => "数值".into(),
        ItemKind::Flag => "是/否".into(),
        ItemKind::Year => "年份".into(),
        ItemKind::Date => "日期".into(),
        ItemKind::Text => "文字".into(),
        ItemKind::Code(list) => {
            let list: Vec<_> = list.iter().map(|(code, zh)| format!("{code} {zh}")).collect();
            format!("代码：{}", list.join("、"))
        }
    }
}

fn range(range: Range) -> String {
    match (range.min, range.max) {
        (None, None) => String::new(),
        (Some(min), None) => format!(",≥ {min}"),
        (None, Some(max)) => format!(",≤ {max}"),
        (Some(min), Some(max)) => format!(",{min}–{max}"),
    }
}
