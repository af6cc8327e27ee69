//! What schools spend on training, of their operating budget, and what projects cost. Missing is not
//! zero: a school whose figures are missing is neither enough nor too little.

use crate::body::{Of, tagged};
use crate::evaluation::measured::visible;
use crate::evaluation::{Year, known_year};
use crate::exchanges::ground::Ground;
use crate::{ApiError, App, Signed};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use domain::{Exact, SchoolCode, SchoolYear};
use rust_decimal::Decimal;
use serde::Serialize;
use store::Which;
use store::trainings::{Training, TrainingLevel, TrainingState};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get_funds))
}

/// A school's training funds.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "school": "3418230001", "name": "实验小学", "township": "城关镇", "training": "3.2",
    "budget": "80", "share": "0.04", "enough": false,
}))]
pub(super) struct FundsView {
    #[schema(value_type = String)]
    pub(super) school: SchoolCode,
    pub(super) name: String,
    pub(super) township: Option<String>,
    /// 教师培训经费（万元）；缺数为 `null`
    pub(super) training: Option<String>,
    /// 公用经费预算（万元）；缺数为 `null`
    pub(super) budget: Option<String>,
    /// 比例（精确分数）；算不出为 `null`
    pub(super) share: Option<String>,
    /// 是否足够；算不出为 `null`
    pub(super) enough: Option<bool>,
}

/// Projects of a level.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "level": "county", "zh": "县培", "projects": 4, "accepted": 2, "funds": "36.5",
    "funds_missing": 1, "reward": "5", "people": 210,
}))]
pub(super) struct LevelFunds {
    #[schema(value_type = String)]
    level: TrainingLevel,
    zh: &'static str,
    projects: usize,
    accepted: usize,
    /// 有经费数的项目之和（万元）
    funds: String,
    /// 没有经费数的项目
    funds_missing: usize,
    /// 以奖代补之和（万元）
    reward: String,
    people: usize,
}

/// What is spent on training.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FundsSheet {
    /// 学校应达到的比例，及其来源
    pub(super) at_least: String,
    pub(super) source: String,
    pub(super) grade: String,
    /// 学校按审定数据；应达未达的在前
    pub(super) schools: Vec<FundsView>,
    pub(super) enough: usize,
    pub(super) short: usize,
    /// 缺数、不能判定的学校
    pub(super) unknown: usize,
    /// 全部学校之和（万元）；有学校缺数时为 `null`
    pub(super) training: Option<String>,
    pub(super) budget: Option<String>,
    pub(super) share: Option<String>,
    /// 培训项目，按级别；不含未通过的
    pub(super) levels: Vec<LevelFunds>,
}

/// What the schools that the caller sees spend, those that spend too little first.
pub(super) async fn rows(
    app: &App,
    signed: &Signed,
    year: SchoolYear,
) -> Result<Vec<staffing::training::Funds>, ApiError> {
    let (county, knowledge) = (signed.county(), app.knowledge());
    let (snapshot, _) = app.kept().snapshot(app, county, year, Which::Approved).await?;
    let own = visible(app, county, signed.scope()).await?;
    let (_, mut rows) =
        staffing::training::funds(&snapshot, &knowledge.catalogue, &knowledge.staffing);
    rows.retain(|row| own.as_ref().is_none_or(|own| own.contains(&row.school)));
    rows.sort_by_key(|row| match row.enough {
        Some(false) => 0,
        None => 1,
        Some(true) => 2,
    });
    Ok(rows)
}

pub(super) async fn funds(
    app: &App,
    signed: &Signed,
    year: SchoolYear,
) -> Result<FundsSheet, ApiError> {
    let (county, knowledge) = (signed.county(), app.knowledge());
    let ground = Ground::of(app, county, year).await?;
    let rule = &knowledge.staffing.training.funds;
    let rows = rows(app, signed, year).await?;
    let count = |what| rows.iter().filter(|row| row.enough == what).count();
    let sum = |of: fn(&staffing::training::Funds) -> Option<&Exact>| -> Option<Exact> {
        if rows.is_empty() {
            return None;
        }
        rows.iter().map(|row| of(row).cloned()).sum()
    };
    let (training, budget) = (sum(|row| row.training.as_ref()), sum(|row| row.budget.as_ref()));
    let share = training.as_ref().zip(budget.as_ref()).and_then(|(t, b)| t.checked_div(b));
    let projects = app.store().trainings(county, year, signed.scope()).await?;
    let text = |exact: Option<Exact>| exact.map(|exact| exact.to_string());
    Ok(FundsSheet {
        at_least: rule.value.to_string(),
        source: rule.source.clone(),
        grade: rule.grade.clone(),
        enough: count(Some(true)),
        short: count(Some(false)),
        unknown: count(None),
        training: text(training),
        budget: text(budget),
        share: text(share),
        levels: TrainingLevel::ALL.iter().map(|level| level_funds(*level, &projects)).collect(),
        schools: rows
            .into_iter()
            .map(|row| FundsView {
                name: ground.name(&row.school),
                township: ground.schools.get(&row.school).and_then(|p| p.township.clone()),
                training: text(row.training),
                budget: text(row.budget),
                share: text(row.share),
                enough: row.enough,
                school: row.school,
            })
            .collect(),
    })
}

fn level_funds(level: TrainingLevel, projects: &[Training]) -> LevelFunds {
    let own: Vec<&Training> = projects
        .iter()
        .filter(|p| p.text.level == level && p.state != TrainingState::Refused)
        .collect();
    let funds: Decimal = own.iter().filter_map(|project| project.text.funds).sum();
    let reward: Decimal = own.iter().filter_map(|project| project.reward).sum();
    LevelFunds {
        level,
        zh: level.zh(),
        projects: own.len(),
        accepted: own.iter().filter(|p| p.state == TrainingState::Accepted).count(),
        funds: funds.normalize().to_string(),
        funds_missing: own.iter().filter(|project| project.text.funds.is_none()).count(),
        reward: reward.normalize().to_string(),
        people: own.iter().map(|project| project.people).sum(),
    }
}

/// 培训经费：各校占公用经费的比例，各级项目的投入
///
/// 学校的数取自审定数据；缺数不是 0，也不算达到。
#[utoipa::path(get, path = "/api/years/{year}/training/funds", tag = "training", params(Year),
    responses((status = 200, body = FundsSheet)))]
async fn get_funds(
    State(app): State<App>,
    signed: Signed,
    headers: HeaderMap,
    Of(Year { year }): Of<Year>,
) -> Result<Response, ApiError> {
    let year = known_year(&app, &signed, year).await?;
    tagged(&headers, &funds(&app, &signed, year).await?)
}
