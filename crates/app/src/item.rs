//! `junheng item`: the catalogue of data items, to look up what is meant by a name.

use crate::failure::{Exit, Misuse};
use crate::packs_in_use::PacksInUse;
use crate::screen::{self, HEAD, styled};
use crate::table::{Grid, plain};
use domain::{Item, ItemId, ItemKind, Level};
use std::fmt::Write as _;

/// `item list`.
pub(crate) fn list(packs: &PacksInUse, level: Option<Level>) -> anyhow::Result<Exit> {
    let mut text = String::new();
    for topic in packs.items.topics() {
        let mut grid = Grid::new(&["代码", "名称", "单位", "层级", "类型"]);
        for id in &topic.items {
            let item = packs.catalogue.item(*id);
            if level.is_some_and(|level| level != item.level) {
                continue;
            }
            grid.row([
                plain(&item.code),
                plain(&item.zh),
                plain(unit(item)),
                plain(item.level.zh()),
                plain(kind(&item.kind)),
            ]);
        }
        if !grid.is_empty() {
            let _ = writeln!(text, "{}", styled(HEAD, &topic.title));
            text.push_str(&grid.render());
            text.push('\n');
        }
    }
    screen::print(&text)?;
    Ok(Exit::Done)
}

/// `item show CODE`.
pub(crate) fn show(packs: &PacksInUse, code: &str) -> anyhow::Result<Exit> {
    let found: Vec<(ItemId, &Item)> =
        packs.catalogue.iter().filter(|(_, item)| item.code == code || item.zh == code).collect();
    if found.is_empty() {
        let like: Vec<String> = packs
            .catalogue
            .iter()
            .filter(|(_, item)| item.code.contains(code) || item.zh.contains(code))
            .take(10)
            .map(|(_, item)| format!("{}（{}）", item.code, item.zh))
            .collect();
        let hint = if like.is_empty() {
            "用 junheng item list 列出全部".to_owned()
        } else {
            format!("相近的有：{}", like.join("、"))
        };
        return Err(Misuse(format!("没有数据项“{code}”。{hint}")).into());
    }
    let mut text = String::new();
    for (id, item) in found {
        let _ = writeln!(text, "{} {}", styled(HEAD, &item.zh), item.code);
        let _ = writeln!(text, "英文 {}", item.en);
        let _ = writeln!(
            text,
            "层级 {}   类型 {}   单位 {}",
            item.level.zh(),
            kind(&item.kind),
            unit(item)
        );
        let bound = |n: Option<_>| n.map_or("不限".to_owned(), |n: domain::Value| n.to_string());
        let (min, max) = (item.range.min, item.range.max);
        if min.is_some() || max.is_some() {
            let _ = writeln!(
                text,
                "范围 {} 至 {}",
                bound(min.map(domain::Value::Number)),
                bound(max.map(domain::Value::Number))
            );
        }
        let _ = writeln!(text, "口径 {}", item.definition);
        if let ItemKind::Code(list) = &item.kind {
            let list: Vec<_> = list.iter().map(|(code, zh)| format!("{code} {zh}")).collect();
            let _ = writeln!(text, "取值 {}", list.join("、"));
        }
        for (cell, grade) in packs.items.cells(id) {
            let of = if cell.of.is_empty() { String::new() } else { format!("（{}）", cell.of) };
            let _ =
                writeln!(text, "来源 {} {}{of} 确定程度 {}", cell.form, cell.cell, grade.letter());
        }
    }
    screen::print(&text)?;
    Ok(Exit::Done)
}

fn unit(item: &Item) -> String {
    if item.unit.is_one() { String::new() } else { item.unit.to_string() }
}

fn kind(kind: &ItemKind) -> &'static str {
    match kind {
        ItemKind::Count => "整数",
        ItemKind::Amount => "数",
        ItemKind::Flag => "是否",
        ItemKind::Code(_) => "代码",
        ItemKind::Year => "年份",
        ItemKind::Date => "日期",
        ItemKind::Text => "文字",
    }
}
