//! A school that is closed. Its pupils, classes and teachers go to another school, and what can
//! be carried; rooms and grounds stay behind.

use super::Items;
use crate::settings::{Merge, Settings};
use domain::{Draft, Fact, Facts, ItemId, ItemKind, Origin, OriginId, SchoolCode, Value};
use std::collections::BTreeSet;

/// Closes the schools that are closed by the year of the draft, in the order of their years.
pub(super) fn all(draft: &mut Draft, settings: &Settings, items: &Items<'_>) -> Result<(), String> {
    let mut due: Vec<&Merge> = settings.merges.iter().filter(|m| m.year <= draft.year).collect();
    due.sort_by_key(|merge| merge.year);
    for merge in due {
        one(draft, merge, items)?;
    }
    Ok(())
}

fn one(draft: &mut Draft, merge: &Merge, items: &Items<'_>) -> Result<(), String> {
    let find = |draft: &Draft, code: &SchoolCode| {
        draft.schools.iter().position(|school| school.code == *code)
    };
    let closed =
        |code: &SchoolCode| format!("{} 学年没有学校 {code}（已撤并？），不能撤并", draft.year);
    let from = find(draft, &merge.from).ok_or_else(|| closed(&merge.from))?;
    find(draft, &merge.to).ok_or_else(|| closed(&merge.to))?;
    let campus = draft.schools.iter().find(|s| s.parent.as_ref() == Some(&merge.from));
    if let Some(campus) = campus {
        let (name, from) = (&campus.name, &merge.from);
        return Err(format!("{name} 以 {from} 为主校，{from} 不能撤并"));
    }
    let from = draft.schools.remove(from);
    let how = format!("学校撤并：{} 自 {} 学年起并入", from.name, merge.year).into();
    let origin = draft.origin(Origin::Derived { how });
    let Some(to) = draft.schools.iter_mut().find(|school| school.code == merge.to) else {
        return Err(format!("没有学校 {}，不能撤并", merge.to));
    };
    for section in &from.sections {
        let stage = section.stage;
        let place = format!("{} 并入 {}（{stage}）", from.name, to.name);
        let Some(other) = to.sections.iter_mut().find(|s| s.stage == stage) else {
            return Err(format!("{place}：{} 没有{stage}部", to.name));
        };
        let all: BTreeSet<ItemId> =
            section.facts.iter().chain(other.facts.iter()).map(|(item, _)| item).collect();
        for item in all {
            add(&section.facts, &mut other.facts, item, items, origin)
                .map_err(|why| format!("{place}：{why}"))?;
        }
    }
    for item in &items.movable {
        let place = format!("{} 并入 {}", from.name, to.name);
        add(&from.facts, &mut to.facts, *item, items, origin)
            .map_err(|why| format!("{place}：{why}"))?;
    }
    to.classes.extend(from.classes);
    Ok(())
}

/// Adds a quantity of one place to that of another, or keeps the larger. `—` adds nothing.
fn add(
    from: &Facts,
    to: &mut Facts,
    item: ItemId,
    items: &Items<'_>,
    origin: OriginId,
) -> Result<(), String> {
    let known = items.catalogue.item(item);
    if !matches!(known.kind, ItemKind::Count | ItemKind::Amount) {
        return Ok(());
    }
    let missing =
        |at: &str| Err(format!("{at}没有“{}”，另一所学校有，不能相加；请先补报", known.zh));
    let number = match (from.value(item), to.value(item)) {
        (None, Some(_)) => return missing("撤并的学校"),
        (Some(_), None) => return missing("并入的学校"),
        (Some(Value::Number(from)), Some(Value::Number(to))) if items.larger.contains(&item) => {
            (*from).max(*to)
        }
        (Some(Value::Number(from)), Some(Value::Number(to))) => {
            from.checked_add(*to).ok_or_else(|| format!("“{}”相加后超出范围", known.zh))?
        }
        (Some(Value::Number(from)), Some(_)) => *from,
        (None, None) | (Some(_), Some(_)) => return Ok(()),
    };
    to.set(item, Fact { value: Value::Number(number), origin });
    Ok(())
}
