//! A planning problem from the settings of a plan and the approved data of the county: what the
//! command line reads from files, read from the store.

use crate::evaluation::measured::{Measured, measured};
use crate::{ApiError, App, FieldProblem};
use domain::{CountyCode, SchoolYear, Snapshot};
use invest::costs::CostCatalogue;
use invest::file::PlanFile;
use invest::settings::Settings;
use invest::{InvestError, Problem};
use packs::{Excerpt, PackError, PackFile};
use standard::{Options, Standard};
use std::sync::Arc;
use store::{StoreError, Which};

/// What a plan's file is called in messages.
const TITLE: &str = "方案";
/// The longest text of settings, bytes: a county of a thousand schools with a line for each takes
/// a tenth.
const LONGEST: usize = 1 << 20;
/// The longest search that the server takes on, seconds.
const LONGEST_SEARCH: u32 = 3_600;

/// The standard that the county is judged by.
pub(super) async fn standard_of(app: &App, county: &CountyCode) -> Result<Arc<Standard>, ApiError> {
    crate::evaluation::measured::standard_of(app, county, None).await
}

/// Reads the settings of a plan.
///
/// # Errors
/// [`ApiError::Fields`] at the line and column that is wrong.
pub(super) fn read(app: &App, standard: &Standard, text: &str) -> Result<PlanFile, ApiError> {
    if text.len() > LONGEST {
        return Err(ApiError::field("settings", format!("方案不能超过 {LONGEST} 字节")));
    }
    let file = PackFile::new(TITLE, text);
    let read = invest::file::read(&file, &app.knowledge().source, standard.catalogue());
    let read = read.map_err(|error| refused(&error))?;
    if read.settings.limits.seconds > LONGEST_SEARCH {
        let message = format!("求解时间 seconds 最多 {LONGEST_SEARCH} 秒");
        return Err(ApiError::field("settings", message));
    }
    Ok(read)
}

/// A refusal at its place.
fn refused(error: &InvestError) -> ApiError {
    let InvestError::Pack(PackError::At(at)) = error else {
        return ApiError::field("settings", error.to_string());
    };
    ApiError::Fields(vec![at_place(at)])
}

/// A mistake with its line and column.
fn at_place(at: &Excerpt) -> FieldProblem {
    let help = if at.help.is_empty() { String::new() } else { format!("；{}", at.help) };
    let (line, column) = (at.line, at.column);
    let message = format!("{} 第 {line} 行第 {column} 列：{}{help}", at.code, at.message);
    FieldProblem::new("settings", message).at(line, column)
}

/// Refuses settings that name what the county's data do not have, each at its line. Without any
/// approved data nothing can be said yet.
///
/// # Errors
/// [`ApiError::Fields`].
pub(super) async fn expect_fits(
    app: &App,
    county: &CountyCode,
    standard: &Arc<Standard>,
    text: &str,
    read: &PlanFile,
) -> Result<(), ApiError> {
    let data = SchoolYear(read.settings.first.0.saturating_sub(1));
    let Some(data) = judged(app, county, data, standard).await? else { return Ok(()) };
    let file = PackFile::new(TITLE, text);
    let wrong = invest::misplaced(&file, &read.settings, &data.snapshot, standard);
    if wrong.is_empty() {
        return Ok(());
    }
    let problems = wrong.iter().map(|error| match error {
        PackError::At(at) => at_place(at),
        other => FieldProblem::new("settings", other.to_string()),
    });
    Err(ApiError::Fields(problems.collect()))
}

/// A year as the judge sees it; `None` where the county has no approved data of it.
async fn judged(
    app: &App,
    county: &CountyCode,
    year: SchoolYear,
    standard: &Arc<Standard>,
) -> Result<Option<Arc<Measured>>, ApiError> {
    let known = app.store().years(county).await?;
    if known.iter().all(|record| record.year != year) {
        return Ok(None);
    }
    match measured(app, county, year, Which::Approved, standard).await {
        Ok(found) if found.snapshot.schools().is_empty() => Ok(None),
        Ok(found) => Ok(Some(found)),
        Err(ApiError::NotNow(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// What a result rests on, as it is now; compared with what was kept, it tells what has changed.
#[derive(Debug, Default)]
pub(super) struct Grounds {
    /// Content hash of the approved data of the data year, where there are some.
    pub(super) snapshot: Option<String>,
    /// SHA-256 of the standard.
    pub(super) standard: String,
}

impl Grounds {
    /// What has changed since, in words.
    pub(super) fn changed(&self, snapshot: &str, standard: &str) -> Vec<&'static str> {
        let mut changed = Vec::new();
        if self.snapshot.as_deref().is_some_and(|now| now != snapshot) {
            changed.push("审定数据已变化");
        }
        if self.standard != standard {
            changed.push("标准已变化");
        }
        changed
    }
}

/// What the settings of a plan rest on now.
pub(super) async fn grounds(
    app: &App,
    county: &CountyCode,
    settings: &str,
) -> Result<Grounds, ApiError> {
    let standard = standard_of(app, county).await?;
    let hash = standard.hash().to_owned();
    // Settings of an older program may be refused by this one: then nothing is said of the data.
    let Ok(file) = read(app, &standard, settings) else {
        return Ok(Grounds { snapshot: None, standard: hash });
    };
    let year = SchoolYear(file.settings.first.0.saturating_sub(1));
    let found = judged(app, county, year, &standard).await?;
    Ok(Grounds { snapshot: found.map(|data| data.snapshot.hash().to_owned()), standard: hash })
}

/// The approved data of the years up to one, and what does not count yet.
pub(super) struct Years {
    /// Oldest first; the last one is the data.
    pub(super) history: Vec<Snapshot>,
    /// Forms of the data year that are not approved.
    pub(super) waiting: usize,
}

impl Years {
    /// The data.
    pub(super) fn data(&self) -> Option<&Snapshot> {
        self.history.last()
    }
}

/// Why there are no years to plan from.
pub(super) enum NoYears {
    /// The data year has no approved data.
    NoData(SchoolYear),
    /// The store refused.
    Store(StoreError),
}

impl From<StoreError> for NoYears {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<NoYears> for ApiError {
    fn from(error: NoYears) -> Self {
        match error {
            NoYears::NoData(year) => Self::NotNow(format!(
                "没有 {year} 学年的审定数据，不能规划；请先审定该学年数据，或改方案的 first"
            )),
            NoYears::Store(error) => error.into(),
        }
    }
}

/// The approved data of a year and of the earlier ones that the county keeps.
pub(super) async fn years(
    app: &App,
    county: &CountyCode,
    data: SchoolYear,
    standard: &Standard,
) -> Result<Years, NoYears> {
    let store = app.store();
    let mut known: Vec<SchoolYear> =
        store.years(county).await?.into_iter().map(|record| record.year).collect();
    known.retain(|year| *year <= data);
    known.sort_unstable();
    let mut years = Years { history: Vec::new(), waiting: 0 };
    for year in known {
        let found = store.snapshot_of(county, year, Which::Approved, standard.catalogue()).await?;
        if !found.snapshot.schools().is_empty() {
            years.history.push(found.snapshot);
            years.waiting = found.waiting.len();
        }
    }
    match years.data() {
        Some(last) if last.year() == data => Ok(years),
        _ => Err(NoYears::NoData(data)),
    }
}

/// The newest year that has approved data.
pub(super) async fn newest(
    app: &App,
    county: &CountyCode,
    standard: &Standard,
) -> Result<Years, ApiError> {
    let mut known = app.store().years(county).await?;
    known.sort_by_key(|record| std::cmp::Reverse(record.year));
    for record in known {
        match years(app, county, record.year, standard).await {
            Err(NoYears::NoData(_)) => {}
            found => return Ok(found?),
        }
    }
    let why = "还没有审定的学年数据，不能起草方案；请先导入或审定一个学年的数据";
    Err(ApiError::NotNow(why.to_owned()))
}

/// Poses the problem: the pupils of the coming years are worked out here.
///
/// # Errors
/// [`InvestError`] where settings and data do not go together.
pub(super) fn problem(
    years: &Years,
    standard: &Arc<Standard>,
    settings: Settings,
    costs: CostCatalogue,
) -> Result<Problem, InvestError> {
    let worlds = invest::worlds(&years.history, &settings, standard)?;
    let Some(data) = years.data() else {
        let found = "没有数据".to_owned();
        return Err(InvestError::Horizon { data: SchoolYear(settings.first.0 - 1), found });
    };
    Problem::new(data, worlds, Arc::clone(standard), Options::default(), settings, costs)
}
