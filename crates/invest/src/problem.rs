//! A planning problem: a county's years as they come without a plan, the standard, the money.

use crate::InvestError;
use crate::costs::{CostCatalogue, NewRoom};
use crate::flow::{Bill, distribute};
use crate::regroup::regroup;
use crate::settings::{Gain, Limits, Settings};
use domain::change::{self, Change, Edit};
use domain::{Exact, SchoolCode, SchoolYear, Snapshot, hex};
use rust_decimal::Decimal;
use sha2::{Digest, Sha256};
use standard::{Evaluation, Options, SectionDemand, Standard, evaluate};
use std::collections::BTreeMap;
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
    /// The county in each year of the horizon, with shifts, merges and committed projects, without
    /// a plan.
    pub(crate) worlds: Vec<Snapshot>,
    /// The data, and the years with their pupils alone: what other settings start from.
    start: Arc<Snapshot>,
    bare: Arc<Vec<Snapshot>>,
    hash: String,
}

impl Problem {
    /// Sets a problem up. `worlds` are the snapshots of the years of the horizon in their order:
    /// the data with the pupils of each year (see [`crate::worlds`]). The shifts and merges of the
    /// settings are applied to them, then what is committed.
    ///
    /// # Errors
    /// [`InvestError`]: the horizon does not follow the data, something is unknown, a shift or a
    /// merge cannot be carried out, or committed projects cost more than there is.
    pub fn new(
        start: &Snapshot,
        worlds: Vec<Snapshot>,
        standard: Arc<Standard>,
        options: Options,
        settings: Settings,
        costs: CostCatalogue,
    ) -> Result<Self, InvestError> {
        let (start, bare) = (Arc::new(start.clone()), Arc::new(worlds));
        Self::pose(start, bare, standard, options, settings, costs)
    }

    fn pose(
        start: Arc<Snapshot>,
        bare: Arc<Vec<Snapshot>>,
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
        if !settings.horizon().eq(bare.iter().map(Snapshot::year)) {
            return Err(horizon(format!("{} 个学年的学生数", bare.len())));
        }
        let demand = standard
            .section_demand()
            .ok_or_else(|| InvestError::NoRule(standard.title().into()))?;
        check_names(&start, &standard, &settings, &costs)?;
        check_committed(&settings)?;
        let catalogue = standard.catalogue();
        let worlds = regroup(&bare, &settings, catalogue)?
            .into_iter()
            .map(|world| {
                let reason = "已定项目建成".to_owned();
                let mut built = Change { reason, ..Change::default() };
                for project in &settings.committed {
                    let opened = |year: SchoolYear| year > start.year() && year <= world.year();
                    if let Some(school) = &project.school
                        && project.opens.is_some_and(opened)
                    {
                        gains(&mut built, school, &project.zh, &project.gains, &project.rooms)?;
                    }
                }
                if built.edits.is_empty() && built.rooms.is_empty() {
                    return Ok(world);
                }
                Ok(change::apply(&world, &built, catalogue)?)
            })
            .collect::<Result<Vec<_>, InvestError>>()?;
        let resources = Arc::new(standard.resources_only());
        let hash = hash(&start, &worlds, &standard, &options, &settings, &costs)?;
        Ok(Self {
            standard,
            resources,
            demand,
            options,
            settings,
            costs,
            worlds,
            start,
            bare,
            hash,
        })
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

    /// The same problem with other settings; it is the one that [`Problem::new`] makes of them.
    ///
    /// # Errors
    /// As [`Problem::new`]; the horizon and its pupils must stay as they are.
    pub fn with_settings(&self, settings: Settings) -> Result<Self, InvestError> {
        if settings.pupils != self.settings.pupils {
            let (data, found) = (self.start.year(), "另一种学生数".to_owned());
            return Err(InvestError::Horizon { data, found });
        }
        let (start, bare) = (Arc::clone(&self.start), Arc::clone(&self.bare));
        let (standard, options) = (Arc::clone(&self.standard), self.options.clone());
        Self::pose(start, bare, standard, options, settings, self.costs.clone())
    }

    /// What the judge says of the resources of a snapshot: sections and coefficients.
    pub(crate) fn judge_resources(&self, snapshot: &Snapshot) -> Result<Evaluation, InvestError> {
        Ok(evaluate(snapshot, &self.resources, &self.options)?)
    }
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

/// What a project adds at its school, for a change.
pub(crate) fn gains(
    change: &mut Change,
    school: &SchoolCode,
    zh: &str,
    gains: &[Gain],
    rooms: &[NewRoom],
) -> Result<(), InvestError> {
    for gain in gains {
        change.edits.push(Edit {
            school: school.clone(),
            stage: gain.stage,
            item: gain.item.clone(),
            amount: decimal(&gain.amount)?,
        });
    }
    for room in rooms {
        change.rooms.push(new_room(school, zh, room)?);
    }
    Ok(())
}

/// A room of the cost catalogue as one of a school.
pub(crate) fn new_room(
    school: &SchoolCode,
    name: &str,
    room: &NewRoom,
) -> Result<change::NewRoom, InvestError> {
    Ok(change::NewRoom {
        school: school.clone(),
        name: name.to_owned(),
        kind: room.kind,
        facts: vec![("room_area".to_owned(), decimal(&room.area)?)],
    })
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
        .chain(settings.committed.iter().filter_map(|p| Some((p.school.as_ref()?, "已定项目"))))
        .chain(settings.shifts.iter().flat_map(|s| [(&s.from, "新生调剂"), (&s.to, "新生调剂")]))
        .chain(settings.merges.iter().flat_map(|m| [(&m.from, "学校撤并"), (&m.to, "学校撤并")]))
        .chain(
            settings.outer.iter().flat_map(|o| &o.neighbours).flatten().map(|s| (s, "相邻学校")),
        );
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
    for code in settings.conditions.iter().flatten() {
        if !crate::conditions::exists(standard, code) {
            return unknown(format!("conditions 写了“{code}”，标准中没有这样逐校核对的县级指标"));
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

/// How long and for what is searched does not make another problem.
fn without_limits(settings: &Settings) -> Settings {
    Settings { limits: Limits::default(), outer: None, ..settings.clone() }
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
    feed(&json(&without_limits(settings))?);
    Ok(hex(&hasher.finalize()))
}
