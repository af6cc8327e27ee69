//! The sheet of the county: name, code and school year above, one row an item below.

use super::{Sheet, choices};
use crate::cell::text::{key, unit};
use crate::cell::{short, shown};
use crate::context::Who;
use crate::finding::{Finding, Location, code};
use crate::head::{Kept, label, owned};
use crate::layout::{Field, FixedCell};
use crate::mapping::{IGNORE, Topic};
use crate::open::{Book, Raw, Refusal, Row};
use crate::part::Said;
use domain::{CountyCode, Level, SchoolYear};

/// More rows than a sheet of one county can have.
const MOST_ROWS: usize = 5_000;

pub(super) fn read(
    book: &mut Book,
    index: usize,
    sheet: &mut Sheet<'_, '_>,
) -> Result<(), Refusal> {
    let mut rows: Vec<Kept> = Vec::new();
    let limits = sheet.context.limits;
    book.rows(index, limits, &mut |row| {
        if rows.len() < MOST_ROWS {
            rows.push(owned(row));
        }
    })?;
    let layout = sheet.layout;
    for fixed in &layout.fixed {
        said(&rows, fixed, sheet);
    }
    items(&rows, sheet);
    Ok(())
}

/// A labelled cell: at its place, or wherever in the first rows the label stands.
fn said(rows: &[Kept], fixed: &FixedCell, sheet: &mut Sheet<'_, '_>) {
    let wanted = key(&fixed.label);
    let is_label = |raw: &Raw<'_>| label(Some(raw)) == wanted;
    let right = fixed.at.column.saturating_sub(fixed.label_at.column);
    let found = rows.iter().take(12).find_map(|(row, cells)| {
        let column = cells.iter().find(|(_, raw)| is_label(raw))?.0;
        Some((*row, column + right, cells))
    });
    let Some((row, column, cells)) = found else {
        sheet.findings.push(
            Finding::error(
                code::LABEL,
                format!("{} 应为“{}”，没有找到。", fixed.label_at, fixed.label),
            )
            .at(sheet.source.at(fixed.label_at.row, fixed.label_at.column))
            .advise("请使用本程序的模板，不要移动表头上方的内容。"),
        );
        return;
    };
    let raw = cells.iter().find(|(c, _)| *c == column).map(|(_, raw)| raw);
    let text = raw.map(shown).unwrap_or_default();
    if text.is_empty() {
        return;
    }
    let at = sheet.source.at(row, column);
    let part = &mut *sheet.part;
    let understood = match fixed.field {
        Field::CountyName => {
            part.county_name = Some(Said { value: text.clone(), at: at.clone() });
            true
        }
        Field::CountyCode => match CountyCode::parse(&text) {
            Ok(value) => {
                part.county_code = Some(Said { value, at: at.clone() });
                true
            }
            Err(_) => false,
        },
        Field::Year => match school_year(&text) {
            Some(value) => {
                part.year = Some(Said { value, at: at.clone() });
                true
            }
            None => false,
        },
        _ => true,
    };
    if !understood {
        part.broken = true;
        let example = if fixed.field == Field::Year { "2024 或 2024/2025" } else { "6 位数字" };
        sheet.findings.push(
            Finding::error(
                code::YEAR_OR_COUNTY,
                format!("{}“{}”读不懂，应为 {example}。", fixed.label, short(&text)),
            )
            .at(at)
            .advise("请改正后重新导入。"),
        );
    }
}

/// `2024`, `2024/2025`, `2024-2025学年`.
pub(crate) fn school_year(text: &str) -> Option<SchoolYear> {
    let text =
        text.trim_end_matches("学年度").trim_end_matches("学年").trim_end_matches('年').trim();
    let mut parts =
        text.split(['/', '-', '–', '—', '~', '至']).map(str::trim).filter(|p| !p.is_empty());
    let first: i16 = parts.next()?.trim_end_matches('年').parse().ok()?;
    if !(2000..=2100).contains(&first) {
        return None;
    }
    match parts.next() {
        None => Some(SchoolYear(first)),
        Some(second) => {
            let second: i16 = second.trim_end_matches('年').parse().ok()?;
            let next = first + 1;
            (parts.next().is_none() && (second == next || second == next % 100))
                .then_some(SchoolYear(first))
        }
    }
}

struct Head {
    behind: u32,
    name: u32,
    value: u32,
    unit: Option<u32>,
}

fn items(rows: &[Kept], sheet: &mut Sheet<'_, '_>) {
    let title = |field: Field| {
        sheet
            .layout
            .columns
            .iter()
            .find(|c| c.target == crate::layout::Target::Field(field))
            .map(|c| key(&c.title))
            .unwrap_or_default()
    };
    let (name, value, unit_title) =
        (title(Field::ItemName), title(Field::Value), title(Field::Unit));
    let head = rows.iter().find_map(|(index, cells)| {
        let find = |wanted: &str| {
            cells.iter().find(|(_, raw)| label(Some(raw)) == wanted).map(|(column, _)| *column)
        };
        Some(Head {
            behind: *index,
            name: find(&name)?,
            value: find(&value)?,
            unit: find(&unit_title),
        })
    });
    let Some(head) = head else {
        sheet.findings.push(
            Finding::error(code::COLUMN, "找不到表头“项目”和“数值”，县级数据未读入。")
                .at(sheet.source.whole())
                .advise("请使用本程序的模板。"),
        );
        return;
    };
    let mut seen = std::collections::BTreeMap::new();
    for (index, cells) in rows.iter().filter(|(index, _)| *index > head.behind) {
        let row = Row { index: *index, cells };
        item(&row, &head, &mut seen, sheet);
    }
}

fn item(
    row: &Row<'_, '_>,
    head: &Head,
    seen: &mut std::collections::BTreeMap<domain::ItemId, u32>,
    sheet: &mut Sheet<'_, '_>,
) {
    let name = label(row.get(head.name));
    let Some(raw) = row.get(head.value) else { return };
    if name.is_empty() {
        return;
    }
    let words = sheet.context.words;
    let base = crate::cell::text::heading(&name).0;
    let found = words.named(Level::County, &name).or_else(|| words.named(Level::County, base));
    let found = found.or_else(|| mapped(&name, sheet));
    let place = |column: u32| -> Location { sheet.source.at(row.index, column) };
    let Some(item) = found else {
        let id = sheet.context.layout.id.as_str();
        let is_left_out = words.mapping.find(id, Topic::Column, &name) == Some(IGNORE);
        let foot = ["填报人", "审核人", "负责人", "注", "说明"];
        if is_left_out {
            sheet.findings.words.applied(id, Topic::Column, &name, IGNORE);
        } else if !foot.iter().any(|word| name.starts_with(word)) {
            let question = choices::question(sheet, name.clone(), place(head.name), false);
            let layout = sheet.layout;
            let all = || choices::of_sheet(layout, words.catalogue);
            sheet.findings.words.ask(question, all, &[]);
            sheet.findings.push(
                Finding::notice(code::UNKNOWN_COLUMN, format!("不认识的项目“{name}”，未读入。"))
                    .at(place(head.name))
                    .advise("请使用模板中的项目名称。"),
            );
        }
        return;
    };
    let about = sheet.context.item(item);
    if let Some(first) = seen.insert(item, row.index) {
        sheet.findings.push(
            Finding::error(
                code::COLUMN,
                format!("项目“{}”与第 {} 行重复，只读前一行。", about.zh, first + 1),
            )
            .at(place(head.name))
            .item(&about.code, &about.zh)
            .advise("请删除多余的一行。"),
        );
        return;
    }
    let stated = head.unit.and_then(|column| row.get(column)).map(shown).unwrap_or_default();
    let unit = if stated.is_empty() || about.unit.to_string() == stated {
        None
    } else {
        unit(&stated).filter(|u| !u.is_same(&about.unit))
    };
    let value = sheet.context.value(
        raw,
        (item, None, unit.as_ref()),
        || place(head.value),
        Who::default(),
        sheet.findings,
    );
    if let Some(value) = value {
        let fact = sheet.source.fact(&mut sheet.part.origins, value, row.index, head.value);
        sheet.part.county.set(item, fact);
    }
}

/// The item that the county has said the name of a row means.
fn mapped(name: &str, sheet: &mut Sheet<'_, '_>) -> Option<domain::ItemId> {
    let (id, words) = (sheet.context.layout.id.as_str(), sheet.context.words);
    let target = words.mapping.find(id, Topic::Column, name)?;
    let (item, _) = choices::item_of(target, words.catalogue)
        .filter(|(item, _)| words.catalogue.item(*item).level == Level::County)?;
    sheet.findings.words.applied(id, Topic::Column, name, target);
    Some(item)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn school_years_are_written_in_many_ways() {
        for text in
            ["2024", "2024/2025", "2024-2025学年", "2024—2025", "2024学年", "2024年", "2024/25"]
        {
            assert_eq!(school_year(text), Some(SchoolYear(2024)), "{text}");
        }
        for text in ["24", "2024/2026", "今年", "", "2024/2025/2026"] {
            assert_eq!(school_year(text), None, "{text}");
        }
    }
}
