//! A planning problem: a county's years as they come without a plan, the standard, the money.

use crate::InvestError;
use crate::costs::CostCatalogue;
use crate::flow::{Bill, distribute};
use crate::settings::{Committed, Gain, Settings};
use domain::change::{self, Change, Edit};
use domain::{Exact, SchoolCode, SchoolYear, Snapshot};
use rust_decimal::Decimal;
use sha2::{Digest, Sha256};
use standard::{Evaluation, Options, SectionDemand, Standard, evaluate};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

/// A planning problem, checked: everything it names is there.
#[derive(Clone, Debug)]
pub struct Problem {
    /// The standard that judges.
    pub standard: Arc<Standard>,
    /// The same without its county indicators: what money and posts decide.
    pub(crate) resources: Arc<Standard>,
    pub(crate) demand: SectionDemand,
    /// How the judge judges.
    pub options: Options,
    /// What the county has decided.
    pub settings: Settings,
    /// What measures cost.
    pub costs: CostCatalogue,
    /// The county in each year of the horizon, with committed projects, without a plan.
    pub(crate) worlds: Vec<Snapshot>,
    hash: String,
}

impl Problem {
    /// Sets a problem up. `worlds` are the snapshots of the years of the horizon in their order:
    /// the data with the pupils of each year (see crate `forecast`, or [`constant_pupils`]).
    ///
    /// # Errors
    /// [`InvestError`]: the horizon does not follow the data, something is unknown, or committed
    /// projects cost more than there is.
    pub fn new(
        start: &Snapshot,
        worlds: Vec<Snapshot>,
        standard: Arc<Standard>,
        options: Options,
        settings: Settings,
        costs: CostCatalogue,
    ) -> Result<Self, InvestError> {
        let horizon = |found: String| InvestError::Horizon { data: start.year(), found };
        if settings.first != SchoolYear(start.year().0.saturating_add(1)) {
            return Err(horizon(format!("first = {}", settings.first.0)));
        }
        if settings.finish < settings.first || settings.finish > settings.last() {
            return Err(horizon(format!("finish = {}", settings.finish.0)));
        }
        if !settings.horizon().eq(worlds.iter().map(Snapshot::year)) {
            return Err(horizon(format!("{} 个学年的学生数", worlds.len())));
        }
        let demand = standard
            .section_demand()
            .ok_or_else(|| InvestError::NoRule(standard.title().into()))?;
        check_names(start, &standard, &settings, &costs)?;
        check_committed(&settings)?;
        let catalogue = standard.catalogue();
        let worlds = worlds
            .into_iter()
            .map(|world| {
                let edits: Vec<Edit> = settings
                    .committed
                    .iter()
                    .filter(|project| project.opens.is_some_and(|year| year <= world.year()))
                    .filter(|project| project.opens.is_some_and(|year| year > start.year()))
                    .map(committed_edits)
                    .collect::<Result<Vec<_>, _>>()?
                    .concat();
                if edits.is_empty() {
                    return Ok(world);
                }
                let reason = "已定项目建成".to_owned();
                Ok(change::apply(&world, &Change { reason, year: None, edits }, catalogue)?)
            })
            .collect::<Result<Vec<_>, InvestError>>()?;
        let resources = Arc::new(standard.resources_only());
        let hash = hash(start, &worlds, &standard, &options, &settings, &costs)?;
        Ok(Self { standard, resources, demand, options, settings, costs, worlds, hash })
    }

    /// SHA-256 over everything that the problem is made of.
    #[must_use]
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// The county in each year of the horizon without a plan.
    #[must_use]
    pub fn worlds(&self) -> &[Snapshot] {
        &self.worlds
    }

    /// The years of the horizon.
    #[must_use]
    pub fn years(&self) -> Vec<SchoolYear> {
        self.settings.horizon().collect()
    }

    /// The place of the finishing year in the horizon.
    pub(crate) fn finish_index(&self) -> usize {
        usize::try_from(self.settings.finish.0 - self.settings.first.0).unwrap_or(0)
    }

    /// The same problem with other settings.
    ///
    /// # Errors
    /// As [`Problem::new`]; the horizon and the committed projects must stay as they are.
    pub fn with_settings(&self, settings: Settings) -> Result<Self, InvestError> {
        let same = settings.first == self.settings.first
            && settings.years == self.settings.years
            && settings.committed == self.settings.committed;
        if !same || settings.finish < settings.first || settings.finish > settings.last() {
            let data = SchoolYear(self.settings.first.0 - 1);
            return Err(InvestError::Horizon { data, found: "另一规划期".to_owned() });
        }
        let mut other = self.clone();
        let mut hasher = Sha256::new();
        hasher.update(self.hash.as_bytes());
        hasher.update(json(&settings)?.as_bytes());
        other.hash = hex(hasher);
        other.settings = settings;
        Ok(other)
    }

    /// What the judge says of the resources of a snapshot: sections and coefficients.
    pub(crate) fn judge_resources(&self, snapshot: &Snapshot) -> Result<Evaluation, InvestError> {
        Ok(evaluate(snapshot, &self.resources, &self.options)?)
    }
}

/// The years of a horizon with the pupils of the data: no forecast.
///
/// # Errors
/// [`InvestError::Change`] where the snapshot of another year is no snapshot.
pub fn constant_pupils(
    start: &Snapshot,
    settings: &Settings,
    standard: &Standard,
) -> Result<Vec<Snapshot>, InvestError> {
    settings
        .horizon()
        .map(|year| {
            let change =
                Change {
                    reason: "学生数不变".to_owned(), year: Some(year), edits: Vec::new()
                };
            Ok(change::apply(start, &change, standard.catalogue())?)
        })
        .collect()
}

/// An exact number as a decimal of a data item.
pub(crate) fn decimal(value: &Exact) -> Result<Decimal, InvestError> {
    let bad = || InvestError::Number(value.to_string());
    let text = value.to_short(9);
    if Exact::parse(&text).ok().as_ref() != Some(value) {
        return Err(bad());
    }
    text.parse().map_err(|_| bad())
}

fn committed_edits(project: &Committed) -> Result<Vec<Edit>, InvestError> {
    let Some(school) = &project.school else { return Ok(Vec::new()) };
    gain_edits(school, &project.gains)
}

pub(crate) fn gain_edits(school: &SchoolCode, gains: &[Gain]) -> Result<Vec<Edit>, InvestError> {
    gains
        .iter()
        .map(|gain| {
            Ok(Edit {
                school: school.clone(),
                stage: gain.stage,
                item: gain.item.clone(),
                amount: decimal(&gain.amount)?,
            })
        })
        .collect()
}

/// Committed projects must be paid for before anything is planned.
fn check_committed(settings: &Settings) -> Result<(), InvestError> {
    let mut bills: BTreeMap<Bill, Exact> = BTreeMap::new();
    for project in &settings.committed {
        for (year, amount) in &project.payments {
            if *year >= settings.first && *year <= settings.last() {
                let (category, fund) = (project.category.clone(), project.fund.clone());
                let bill = bills.entry(Bill { year: *year, category, fund });
                let bill = bill.or_insert(Exact::ZERO);
                *bill = &*bill + amount;
            }
        }
    }
    let flow = distribute(&bills, &settings.funds);
    let Some((year, unpaid)) = flow.unpaid.first_key_value() else { return Ok(()) };
    let needed: Exact =
        bills.iter().filter(|(b, _)| b.year == *year).map(|(_, amount)| amount.clone()).sum();
    let available = (&needed - unpaid).to_string();
    Err(InvestError::Committed { year: *year, needed: needed.to_string(), available })
}

fn check_names(
    start: &Snapshot,
    standard: &Standard,
    settings: &Settings,
    costs: &CostCatalogue,
) -> Result<(), InvestError> {
    let unknown = |text: String| Err(InvestError::Unknown(text));
    let named = settings
        .land
        .keys()
        .map(|code| (code, "土地上限"))
        .chain(settings.projects.iter().map(|p| (&p.school, "备选项目")))
        .chain(settings.committed.iter().filter_map(|p| Some((p.school.as_ref()?, "已定项目"))));
    for (code, what) in named {
        if start.school(code).is_none() {
            return unknown(format!("{what}写了标识码 {code}，本县数据中没有这所学校"));
        }
    }
    let rules = standard.rules();
    for line in &settings.lines {
        if !rules.iter().any(|rule| rule.code == line.indicator) {
            return unknown(format!("年度目标写了指标“{}”，标准中没有", line.indicator));
        }
    }
    let categories = settings
        .projects
        .iter()
        .map(|p| &p.category)
        .chain(settings.committed.iter().map(|p| &p.category))
        .chain(settings.funds.iter().flat_map(|f| &f.only_for));
    for category in categories {
        if !costs.categories.iter().any(|c| c.code == *category) {
            return unknown(format!("没有资金类别“{category}”"));
        }
    }
    Ok(())
}

fn json<T: serde::Serialize>(value: &T) -> Result<String, InvestError> {
    serde_json::to_string(value).map_err(|error| InvestError::Number(error.to_string()))
}

fn hash(
    start: &Snapshot,
    worlds: &[Snapshot],
    standard: &Standard,
    options: &Options,
    settings: &Settings,
    costs: &CostCatalogue,
) -> Result<String, InvestError> {
    let mut hasher = Sha256::new();
    let mut feed = |part: &str| {
        hasher.update(part.len().to_be_bytes());
        hasher.update(part.as_bytes());
    };
    feed(start.hash());
    for world in worlds {
        feed(world.hash());
    }
    feed(standard.hash());
    for (code, value) in &options.parameters {
        feed(code);
        feed(value);
    }
    feed(&costs.hash);
    for measure in &costs.measures {
        for price in &measure.prices {
            let (once, yearly) = (&price.once, &price.yearly);
            feed(&format!("{} {:?} {:?} {once} {yearly}", measure.code, price.kinds, price.stages));
        }
    }
    feed(&json(settings)?);
    Ok(hex(hasher))
}

fn hex(hasher: Sha256) -> String {
    hasher.finalize().iter().fold(String::with_capacity(64), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
