//! The catalogue as a page of the documentation.

use crate::{Items, Severity};
use domain::{ItemId, ItemKind, Level, Range};
use std::fmt::Write as _;

/// The catalogue as Markdown: a table a topic, with every item's code, name, unit, level, type,
/// range, 口径 and official cells, and a table of the checks. Same catalogue, same bytes.
#[must_use]
pub fn markdown(items: &Items) -> String {
    let mut page = String::from(HEAD);
    for topic in items.topics() {
        let _ = write!(page, "\n## {}\n\n{COLUMNS}", topic.title);
        for id in &topic.items {
            page.push_str(&row(items, *id));
        }
    }
    page.push_str(CHECKS);
    for check in items.checks() {
        let when = check.when().map(|when| format!("当 {} 时：", when.to_chinese()));
        let rule = when.unwrap_or_default() + &check.rule().to_chinese();
        page.push_str(&check_row(check.code(), check.zh(), check.level(), check.severity(), &rule));
    }
    for jump in items.jumps() {
        let names = jump.items().iter().map(|(now, before)| {
            let name = |id| items.catalogue().item(id).zh.as_str();
            if now == before {
                name(*now).to_owned()
            } else {
                format!("{}（对上年{}）", name(*now), name(*before))
            }
        });
        let rule = names.collect::<Vec<_>>().join("、");
        page.push_str(&check_row(jump.code(), jump.zh(), jump.level(), jump.severity(), &rule));
    }
    page
}

const CHECKS: &str = "\n## 检查\n\n\
缺少数据时检查不作声,缺数另行列出。与上年比较的检查列出所比的数据项。\n\n\
| 代码 | 名称 | 层级 | 程度 | 规则 |\n|---|---|---|---|---|\n";

fn check_row(code: &str, zh: &str, level: Level, severity: Severity, rule: &str) -> String {
    let severity = match severity {
        Severity::Error => "错误",
        Severity::Warning => "提醒",
    };
    let rule = rule.replace('|', "\\|").replace('\n', " ");
    format!("| `{code}` | {zh} | {} | {severity} | {rule} |\n", level.zh())
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
