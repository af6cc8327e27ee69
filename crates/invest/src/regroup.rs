//! What changes the pupils themselves: entrants that go to a neighbour, schools that are closed.
//!
//! Both are decisions in the settings; here they happen to the years of the horizon, before
//! anything is built or bought. Nothing is invented: where a figure is missing that is needed, the
//! decision is refused. Whether classes grow too large is for the judge.
//!
//! Shifts come first, so that the pupils of a school that is closed later go on with it.

mod merge;
mod shift;

use crate::InvestError;
use crate::settings::Settings;
use domain::{Catalogue, Exact, Fact, Facts, ItemId, OriginId, SchoolCode, Snapshot, Stage, Value};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use std::collections::BTreeMap;

/// The years of the horizon with the shifts and merges of the settings.
///
/// # Errors
/// [`InvestError::Regroup`], the first that cannot be carried out, and why.
pub(crate) fn regroup(
    bare: &[Snapshot],
    settings: &Settings,
    catalogue: &Catalogue,
) -> Result<Vec<Snapshot>, InvestError> {
    check(settings).map_err(InvestError::Regroup)?;
    if settings.shifts.is_empty() && settings.merges.is_empty() {
        return Ok(bare.to_vec());
    }
    let items = Items::of(catalogue).map_err(InvestError::Regroup)?;
    let mut rising = shift::Rising::new(settings);
    bare.iter()
        .map(|world| {
            let mut draft = world.to_draft();
            rising.year(&mut draft, world, &items).map_err(InvestError::Regroup)?;
            merge::all(&mut draft, settings, &items).map_err(InvestError::Regroup)?;
            draft.seal(catalogue).map_err(|error| InvestError::Change(error.into()))
        })
        .collect()
}

/// What contradicts itself, whatever the data say.
fn check(settings: &Settings) -> Result<(), String> {
    let mut shares: BTreeMap<(&SchoolCode, Stage), Exact> = BTreeMap::new();
    for shift in &settings.shifts {
        let what = format!("{} 至 {} 的{}新生调剂", shift.from, shift.to, shift.stage);
        if shift.from == shift.to {
            return Err(format!("{what}写的是同一所学校"));
        }
        if !Stage::COMPULSORY.contains(&shift.stage) {
            return Err(format!("{what}：只有小学和初中的新生可以调剂"));
        }
        if shift.share <= Exact::ZERO {
            return Err(format!("{what}：比例应大于 0"));
        }
        if !settings.horizon().any(|year| year == shift.since) {
            return Err(format!("{what}：{} 学年不在规划期内", shift.since));
        }
        let all = shares.entry((&shift.from, shift.stage)).or_insert(Exact::ZERO);
        *all = &*all + &shift.share;
        if *all > Exact::ONE {
            return Err(format!("{what}：{} 调出的比例合计超过 100%", shift.from));
        }
    }
    for merge in &settings.merges {
        let what = format!("{} 并入 {}", merge.from, merge.to);
        if merge.from == merge.to {
            return Err(format!("{what}：写的是同一所学校"));
        }
        if !settings.horizon().any(|year| year == merge.year) {
            return Err(format!("{what}：{} 学年不在规划期内", merge.year));
        }
        let committed = settings.committed.iter().filter(|p| {
            let counted = !p.gains.is_empty() || !p.rooms.is_empty();
            counted && p.opens.is_some_and(|year| year >= settings.first)
        });
        let building = committed.filter_map(|p| Some((p.school.as_ref()?, &p.zh)));
        let offered = settings.projects.iter().map(|p| (&p.school, &p.zh));
        if let Some((_, zh)) = building.chain(offered).find(|(school, _)| **school == merge.from) {
            return Err(format!("{what}：撤并的学校还有项目“{zh}”，请先改项目或撤并"));
        }
    }
    Ok(())
}

/// The items that are read and written.
struct Items<'a> {
    catalogue: &'a Catalogue,
    pupils: ItemId,
    grades: Vec<(u8, ItemId)>,
    grades_run: ItemId,
    classes: ItemId,
    largest: ItemId,
    bands: Vec<ItemId>,
    parts: Vec<ItemId>,
    /// Items of a section of which the larger counts, not the sum.
    larger: Vec<ItemId>,
    /// Items of a school that can be carried away.
    movable: Vec<ItemId>,
}

impl<'a> Items<'a> {
    fn of(catalogue: &'a Catalogue) -> Result<Self, String> {
        let id = |code: &str| {
            catalogue.id(code).ok_or_else(|| format!("数据项目录缺少 {code}，不能调剂或撤并"))
        };
        let ids = |codes: &[&str]| codes.iter().map(|code| id(code)).collect::<Result<_, _>>();
        let grade = |grade: u8| Ok((grade, id(&format!("pupils_grade_{grade}"))?));
        Ok(Self {
            catalogue,
            pupils: id("pupils")?,
            grades: (1..=9).map(grade).collect::<Result<_, String>>()?,
            grades_run: id("grades")?,
            classes: id("classes")?,
            largest: id("largest_class")?,
            bands: ids(&forecast::Split::ITEMS)?,
            parts: ids(&["pupils_boarding", "pupils_migrant", "pupils_left_behind"])?,
            larger: ids(&["largest_class", "grades", "schooling_years"])?,
            movable: ids(&["equipment_value", "computers", "books"])?,
        })
    }

    /// The items of the grades of a stage.
    fn grades_of(&self, stage: Stage) -> impl Iterator<Item = (u8, ItemId)> {
        let of = if stage == Stage::Primary { 1..=6 } else { 7..=9 };
        self.grades.iter().copied().filter(move |(grade, _)| of.contains(grade))
    }

    fn zh(&self, item: ItemId) -> &'a str {
        &self.catalogue.item(item).zh
    }
}

/// A whole number of a section; `None` where it is missing or does not apply.
fn count(facts: &Facts, item: ItemId) -> Option<i64> {
    facts.value(item).and_then(Value::number).and_then(|number| number.to_i64())
}

fn set(facts: &mut Facts, item: ItemId, number: i64, origin: OriginId) {
    facts.set(item, Fact { value: Value::Number(Decimal::from(number)), origin });
}
