//! The cost catalogue: which measures there are, what one unit adds to which data items, what it
//! costs, how long it takes – all of it data of a pack, dated, sourced and graded.
//!
//! Must not know: years, budgets, schools.

use crate::InvestError;
use domain::{Catalogue, Exact, ItemKind, Level, SchoolKind, Stage};
use packs::{PackError, PackFile, PackSource, Spanned};
use serde::{Deserialize, Serialize};

/// A document that a price comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The key by which prices cite it.
    pub key: String,
    /// Its title.
    pub title: String,
    /// Its number.
    pub number: String,
    /// Its date.
    pub date: toml::value::Datetime,
    /// Grade of certainty: `A`, `B`, `C`, `K`.
    pub grade: String,
    /// A remark.
    #[serde(default)]
    pub note: String,
}

/// What money may be earmarked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Category {
    /// Its code.
    pub code: String,
    /// Chinese name.
    pub zh: String,
}

/// What one unit of a measure does to a data item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adds {
    /// The item's code.
    pub item: String,
    /// What is added, in the item's unit; below zero where something goes away.
    pub amount: Exact,
    /// Only where the item is known; otherwise the measure is not offered there.
    pub if_known: bool,
}

/// What one unit costs, for some kinds of school and stages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Price {
    /// The kinds of school; empty for all.
    pub kinds: Vec<SchoolKind>,
    /// The stages; empty for all.
    pub stages: Vec<Stage>,
    /// 万元 a unit, once, in the year of the decision.
    pub once: Exact,
    /// 万元 a unit and year, from the year in which it is there to the end of the horizon.
    pub yearly: Exact,
    /// The document.
    pub source: String,
    /// Grade of certainty.
    pub grade: String,
}

/// A kind of measure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measure {
    /// Its code: `rooms.build`.
    pub code: String,
    /// Chinese name.
    pub zh: String,
    /// [`Level::School`] or [`Level::Section`].
    pub level: Level,
    /// The stages at which it is offered; empty for all.
    pub stages: Vec<Stage>,
    /// The unit in which it is bought.
    pub unit: String,
    /// It is bought in whole multiples of this.
    pub grid: Exact,
    /// The category of its cost.
    pub category: String,
    /// Years from the decision to the statistics in which it counts; 0: those of the same year.
    pub lead: u8,
    /// What one unit does.
    pub adds: Vec<Adds>,
    /// A new post (编制) a unit?
    pub posts: bool,
    /// Does it take land (limited by school)?
    pub land: bool,
    /// Does it move from one section of the stage to another instead of coming from outside?
    pub moves: bool,
    /// At most this share of an item's value, over the whole horizon.
    pub at_most: Option<(String, Exact)>,
    /// Prices; the last one that fits holds.
    pub prices: Vec<Price>,
}

impl Measure {
    /// Is it bought in whole things (persons, rooms) rather than measured out (㎡, 万元)?
    #[must_use]
    pub fn countable(&self) -> bool {
        !matches!(self.unit.as_str(), "㎡" | "元" | "万元")
    }

    /// The price at a kind of school and, for a section, a stage.
    #[must_use]
    pub fn price(&self, kind: SchoolKind, stage: Option<Stage>) -> Option<&Price> {
        self.prices.iter().rev().find(|price| {
            (price.kinds.is_empty() || price.kinds.contains(&kind))
                && (price.stages.is_empty() || stage.is_some_and(|s| price.stages.contains(&s)))
        })
    }
}

/// A stock that is part of another: it can never be more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Within {
    /// Where both items stand.
    pub level: Level,
    /// The part's item.
    pub part: String,
    /// The whole's item.
    pub whole: String,
    /// In words.
    pub text: String,
}

/// A cost catalogue, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CostCatalogue {
    /// The pack's id.
    pub id: String,
    /// Chinese title.
    pub title: String,
    /// Version.
    pub version: String,
    /// A remark on how to use it.
    pub text: String,
    /// SHA-256 of the file.
    pub hash: String,
    /// The documents.
    pub sources: Vec<Source>,
    /// The categories.
    pub categories: Vec<Category>,
    /// The measures.
    pub measures: Vec<Measure>,
    /// Stocks that are part of others.
    pub within: Vec<Within>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    catalogue: Head,
    source: Vec<Source>,
    category: Vec<Category>,
    measure: Vec<RawMeasure>,
    #[serde(default)]
    within: Vec<RawWithin>,
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

pub(crate) fn price(
    file: &PackFile,
    raw: &RawPrice,
    sources: &[Source],
) -> Result<Price, PackError> {
    let read = |text: &Option<Spanned<String>>| {
        text.as_ref().map_or(Ok(Exact::ZERO), |text| amount(file, text))
    };
    if raw.once.is_none() && raw.yearly.is_none() {
        let help = "写 once（一次性，万元）或 yearly（每年，万元），或两者都写";
        return Err(at(file, &raw.source, "V-FILE-04", "这一条没有单价").with_help(help));
    }
    let key = raw.source.get_ref();
    if !sources.is_empty() && !sources.iter().any(|s| s.key == *key) {
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
pub fn read(file: &PackFile, items: &Catalogue) -> Result<CostCatalogue, PackError> {
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
        sources: document.source,
        categories: document.category,
        measures,
        within,
    })
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
        posts: raw.posts,
        land: raw.land,
        moves: raw.moves,
        at_most,
        prices: raw
            .price
            .iter()
            .map(|p| price(file, p, &document.source))
            .collect::<Result<_, _>>()?,
    })
}
