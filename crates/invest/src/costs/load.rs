//! Reads a cost catalogue: strict TOML, every refusal at its line.

use super::{Adds, Category, CostCatalogue, Measure, NewRoom, Price, Source, Within};
use crate::InvestError;
use domain::{Catalogue, Exact, ItemKind, Level, RoomKind, SchoolKind, Stage};
use packs::{PackError, PackFile, PackSource, Spanned};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    catalogue: Head,
    source: Vec<RawSource>,
    category: Vec<Category>,
    measure: Vec<RawMeasure>,
    #[serde(default)]
    within: Vec<RawWithin>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSource {
    key: String,
    title: String,
    number: String,
    date: toml::value::Datetime,
    grade: String,
    #[serde(default)]
    note: String,
}

impl From<RawSource> for Source {
    fn from(raw: RawSource) -> Self {
        let RawSource { key, title, number, date, grade, note } = raw;
        Self { key, title, number, date: date.to_string(), grade, note }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawRoom {
    kind: RoomKind,
    area: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    id: Spanned<String>,
    title: String,
    version: String,
    #[serde(default)]
    text: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawMeasure {
    code: Spanned<String>,
    zh: String,
    level: Level,
    #[serde(default)]
    stages: Vec<Stage>,
    unit: Spanned<String>,
    grid: Spanned<String>,
    category: Spanned<String>,
    lead: u8,
    adds: Vec<RawAdds>,
    room: Option<RawRoom>,
    #[serde(default)]
    posts: bool,
    #[serde(default)]
    land: bool,
    #[serde(default)]
    moves: bool,
    at_most: Option<RawShare>,
    price: Vec<RawPrice>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawAdds {
    item: Spanned<String>,
    amount: Spanned<String>,
    #[serde(default)]
    if_known: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawShare {
    item: Spanned<String>,
    share: Spanned<String>,
}

/// A price as a pack or a plan's file writes it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawPrice {
    #[serde(default)]
    kinds: Vec<SchoolKind>,
    #[serde(default)]
    stages: Vec<Stage>,
    once: Option<Spanned<String>>,
    yearly: Option<Spanned<String>>,
    source: Spanned<String>,
    grade: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawWithin {
    level: Level,
    part: Spanned<String>,
    whole: Spanned<String>,
    text: String,
}

/// Ids of the cost catalogues of a source, sorted.
#[must_use]
pub fn ids(source: &PackSource) -> Vec<String> {
    source.toml_files("costs").map(|file| stem(file.path())).collect()
}

fn stem(path: &str) -> String {
    path.rsplit('/').next().unwrap_or(path).trim_end_matches(".toml").to_owned()
}

/// Loads the catalogue `costs/<id>.toml`.
///
/// # Errors
/// [`InvestError::UnknownCosts`]; `P-…` and `V-FILE-…` at the line that is wrong.
pub fn load(
    source: &PackSource,
    items: &Catalogue,
    id: &str,
) -> Result<CostCatalogue, InvestError> {
    let known = ids(source);
    if !known.iter().any(|other| other == id) {
        return Err(InvestError::UnknownCosts { id: id.to_owned(), known: known.join("、") });
    }
    let file = source.file(&format!("costs/{id}.toml"))?;
    Ok(read(file, items)?)
}

/// An error at a value of a file.
pub(crate) fn at<T>(
    file: &PackFile,
    place: &Spanned<T>,
    code: &'static str,
    message: &str,
) -> PackError {
    PackError::at(file, place.span(), code, message)
}

/// Reads a decimal, perhaps with `%`.
pub(crate) fn exact(file: &PackFile, text: &Spanned<String>) -> Result<Exact, PackError> {
    let raw = text.get_ref().trim();
    let (number, share) = raw.strip_suffix('%').map_or((raw, false), |n| (n, true));
    let value = Exact::parse(number).map_err(|_| {
        at(file, text, "V-FILE-01", &format!("“{raw}”不是数字"))
            .with_help("写成 \"12.5\" 或 \"95%\"")
    })?;
    Ok(if share { value * Exact::ratio(1, 100) } else { value })
}

/// Reads a decimal that is not below zero.
pub(crate) fn amount(file: &PackFile, text: &Spanned<String>) -> Result<Exact, PackError> {
    let value = exact(file, text)?;
    if value.is_negative() {
        return Err(at(file, text, "V-FILE-02", "金额和数量不能小于零"));
    }
    Ok(value)
}

/// Checks that an item is a quantity of a level.
pub(crate) fn quantity(
    file: &PackFile,
    items: &Catalogue,
    item: &Spanned<String>,
    level: Level,
) -> Result<String, PackError> {
    let code = item.get_ref();
    let found = items.find(code).filter(|(_, found)| {
        found.level == level && matches!(found.kind, ItemKind::Count | ItemKind::Amount)
    });
    if found.is_none() {
        let message = format!("没有{}级的数量数据项“{code}”", level.zh());
        return Err(at(file, item, "V-FILE-03", &message));
    }
    Ok(code.clone())
}

pub(crate) fn price(file: &PackFile, raw: &RawPrice, sources: &[&str]) -> Result<Price, PackError> {
    let read = |text: &Option<Spanned<String>>| {
        text.as_ref().map_or(Ok(Exact::ZERO), |text| amount(file, text))
    };
    if raw.once.is_none() && raw.yearly.is_none() {
        let help = "写 once（一次性，万元）或 yearly（每年，万元），或两者都写";
        return Err(at(file, &raw.source, "V-FILE-04", "这一条没有单价").with_help(help));
    }
    let key = raw.source.get_ref();
    if !sources.is_empty() && !sources.contains(&key.as_str()) {
        return Err(at(file, &raw.source, "V-FILE-05", &format!("没有出处“{key}”")));
    }
    Ok(Price {
        kinds: raw.kinds.clone(),
        stages: raw.stages.clone(),
        once: read(&raw.once)?,
        yearly: read(&raw.yearly)?,
        source: key.clone(),
        grade: raw.grade.clone(),
    })
}

/// Reads a catalogue from its file.
///
/// # Errors
/// `P-TOML-…` and `V-FILE-…` at the line that is wrong.
fn read(file: &PackFile, items: &Catalogue) -> Result<CostCatalogue, PackError> {
    let document: Document = packs::parse(file)?;
    if *document.catalogue.id.get_ref() != stem(file.path()) {
        return Err(at(file, &document.catalogue.id, "V-FILE-06", "id 与文件名不同"));
    }
    let mut measures: Vec<Measure> = Vec::new();
    for raw in &document.measure {
        if measures.iter().any(|m| m.code == *raw.code.get_ref()) {
            return Err(at(file, &raw.code, "V-FILE-07", "措施代码重复"));
        }
        measures.push(measure(file, raw, items, &document)?);
    }
    let mut within = Vec::new();
    for raw in &document.within {
        within.push(Within {
            level: raw.level,
            part: quantity(file, items, &raw.part, raw.level)?,
            whole: quantity(file, items, &raw.whole, raw.level)?,
            text: raw.text.clone(),
        });
    }
    Ok(CostCatalogue {
        id: document.catalogue.id.into_inner(),
        title: document.catalogue.title,
        version: document.catalogue.version,
        text: document.catalogue.text,
        hash: packs::hash_of([file]),
        sources: document.source.into_iter().map(Source::from).collect(),
        categories: document.category,
        measures,
        within,
    })
}

/// A room as a file writes it.
pub(crate) fn room(file: &PackFile, raw: &RawRoom) -> Result<NewRoom, PackError> {
    Ok(NewRoom { kind: raw.kind, area: amount(file, &raw.area)? })
}

fn measure(
    file: &PackFile,
    raw: &RawMeasure,
    items: &Catalogue,
    document: &Document,
) -> Result<Measure, PackError> {
    let level = raw.level;
    if !matches!(level, Level::School | Level::Section) {
        return Err(at(file, &raw.code, "V-FILE-08", "措施只能在校级或学段级"));
    }
    domain::Unit::parse(raw.unit.get_ref())
        .map_err(|error| at(file, &raw.unit, "V-FILE-09", &error.to_string()))?;
    let grid = exact(file, &raw.grid)?;
    if grid <= Exact::ZERO {
        return Err(at(file, &raw.grid, "V-FILE-10", "最小购置单位要大于零"));
    }
    let category = raw.category.get_ref();
    if !document.category.iter().any(|c| c.code == *category) {
        return Err(at(file, &raw.category, "V-FILE-11", &format!("没有资金类别“{category}”")));
    }
    let mut adds = Vec::new();
    for add in &raw.adds {
        adds.push(Adds {
            item: quantity(file, items, &add.item, level)?,
            amount: exact(file, &add.amount)?,
            if_known: add.if_known,
        });
    }
    if raw.price.is_empty() {
        return Err(at(file, &raw.code, "V-FILE-04", "这项措施没有单价"));
    }
    let at_most = match &raw.at_most {
        Some(most) => Some((quantity(file, items, &most.item, level)?, amount(file, &most.share)?)),
        None => None,
    };
    let room = match &raw.room {
        Some(_) if level != Level::School => {
            let message = "功能室归学校所有，写了 room 的措施只能在校级";
            return Err(at(file, &raw.code, "V-FILE-08", message));
        }
        Some(raw) => Some(room(file, raw)?),
        None => None,
    };
    let known: Vec<&str> = document.source.iter().map(|s| s.key.as_str()).collect();
    Ok(Measure {
        code: raw.code.get_ref().clone(),
        zh: raw.zh.clone(),
        level,
        stages: raw.stages.clone(),
        unit: raw.unit.get_ref().clone(),
        grid,
        category: category.clone(),
        lead: raw.lead,
        adds,
        room,
        posts: raw.posts,
        land: raw.land,
        moves: raw.moves,
        at_most,
        prices: raw.price.iter().map(|p| price(file, p, &known)).collect::<Result<_, _>>()?,
    })
}
