//! Scenarios (试算方案): a sandbox kept under a name, to be opened again and shown to others.
//!
//! A scenario holds figures to try and what they were tried on; verdicts are made anew when it is
//! opened. Who sees the whole county sees everybody's; a narrower view sees its own. Only the one
//! who has made it changes it.

use crate::body::{Body, Of, Page, Paging, Params, page, tagged};
use crate::evaluation::measured::{Measured, visible};
use crate::evaluation::{By, Data, Trial, Year, require_visible, trial_entries};
use crate::{ApiError, App, Signed};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use domain::{Level, Place, Stage, Value};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::Scope;
use store::scenarios::{Scenario, ScenarioText};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Scenarios of one account in one year.
const MOST: i64 = 100;
/// Figures of one scenario.
const EDITS: usize = 500;
/// Longest name, characters.
const NAME: usize = 60;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, add)).routes(routes!(get, put, remove))
}

/// A scenario in a list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": 3, "name": "增加 20 名骨干教师", "year": 2024, "data": "approved",
    "standard": "cn-quality-2017", "edits": 4, "by": "王建国（pinggu）",
    "at": "2024-10-08T08:00:00Z", "own": true, "stale": false, "version": 1,
}))]
struct ScenarioLine {
    id: i64,
    name: String,
    /// 学年的起始年份
    year: i16,
    /// `approved` 或 `submitted`
    #[schema(value_type = String)]
    data: Data,
    /// 标准代码
    standard: String,
    /// 试了几个数
    edits: usize,
    by: String,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// 是否当前登录人自己的
    own: bool,
    /// 保存以后数据已变动，结论可能不同
    stale: bool,
    version: i64,
}

/// A scenario with its figures.
#[derive(Debug, Serialize, ToSchema)]
struct ScenarioView {
    #[serde(flatten)]
    line: ScenarioLine,
    figures: Vec<ScenarioFigure>,
}

/// A figure that is tried, with the words to show it by.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "school": "3418230001", "stage": "primary", "item": "teachers_backbone", "value": "12",
    "place": "实验小学 小学", "zh": "县级以上骨干教师", "unit": "人", "before": "8",
}))]
struct ScenarioFigure {
    #[serde(flatten)]
    trial: Trial,
    /// 学校和学段
    place: String,
    /// 数据项名称
    zh: String,
    unit: String,
    /// 现在的数；缺数为 `null`
    before: Option<String>,
}

/// What is to be kept.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "增加骨干教师", "edits": [
    {"school": "3418230001", "stage": "primary", "item": "teachers_backbone", "value": "12"}]}))]
struct NewScenario {
    name: String,
    /// 要试的数；按先后生效
    edits: Vec<Trial>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    data: Data,
    /// 标准代码
    standard: Option<String>,
}

/// An edit.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "增加骨干教师（二）", "version": 1}))]
struct ScenarioEdit {
    /// 新名称；不给时不变
    name: Option<String>,
    /// 新的数；不给时不变
    edits: Option<Vec<Trial>>,
    /// 看到的版本
    version: Option<i64>,
}

/// Which version the caller has seen.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct SeenScenario {
    /// 看到的版本
    version: Option<i64>,
}

/// Whose scenarios a caller sees; `None`: everybody's.
fn whose(signed: &Signed) -> Option<i64> {
    (*signed.scope() != Scope::County).then_some(signed.user().id)
}

fn trials(scenario: &Scenario) -> Result<Vec<Trial>, ApiError> {
    serde_json::from_str(&scenario.text.edits).map_err(ApiError::internal)
}

fn by_of(scenario: &Scenario) -> By {
    let data = if scenario.text.data == "submitted" { Data::Submitted } else { Data::Approved };
    By { data, standard: Some(scenario.text.standard.clone()) }
}

async fn line(app: &App, signed: &Signed, scenario: &Scenario) -> Result<ScenarioLine, ApiError> {
    let by = by_of(scenario);
    // A standard that is gone, or data that may not be seen any more, makes it stale as well.
    let now = by.measured(app, signed, scenario.year.0).await.ok();
    Ok(ScenarioLine {
        id: scenario.id,
        name: scenario.text.name.clone(),
        year: scenario.year.0,
        data: by.data,
        standard: scenario.text.standard.clone(),
        edits: trials(scenario)?.len(),
        by: scenario.by.clone(),
        at: scenario.at,
        own: scenario.user == signed.user().id,
        stale: now.is_none_or(|now| now.evaluation.snapshot != scenario.text.snapshot),
        version: scenario.version,
    })
}

/// 试算方案
#[utoipa::path(get, path = "/api/years/{year}/scenarios", tag = "evaluation",
    params(Year, Paging), responses((status = 200, body = Page<ScenarioLine>)))]
async fn list(
    State(app): State<App>,
    signed: Signed,
    headers: HeaderMap,
    Of(Year { year }): Of<Year>,
    Params(paging): Params<Paging>,
) -> Result<Response, ApiError> {
    let year = crate::evaluation::known_year(&app, &signed, year).await?;
    let mut lines = Vec::new();
    for scenario in app.store().scenarios(signed.county(), year, whose(&signed)).await? {
        lines.push(line(&app, &signed, &scenario).await?);
    }
    tagged(&headers, &page(lines, &paging, |line| line.id.to_string()))
}

/// 一个试算方案
#[utoipa::path(get, path = "/api/scenarios/{id}", tag = "evaluation", params(("id" = i64, Path)),
    responses((status = 200, body = ScenarioView)))]
async fn get(
    State(app): State<App>,
    signed: Signed,
    headers: HeaderMap,
    Of(id): Of<i64>,
) -> Result<Response, ApiError> {
    let scenario = app.store().scenario(signed.county(), id, whose(&signed)).await?;
    let line = line(&app, &signed, &scenario).await?;
    let measured = by_of(&scenario).measured(&app, &signed, scenario.year.0).await?;
    let trials = trials(&scenario)?;
    // The schools that may be seen may have changed since.
    require_visible(visible(&app, signed.county(), signed.scope()).await?.as_ref(), &trials)?;
    let figures = trials.into_iter().map(|trial| figure(&measured, trial)).collect();
    tagged(&headers, &ScenarioView { line, figures })
}

/// 保存试算方案
#[utoipa::path(post, path = "/api/years/{year}/scenarios", tag = "evaluation", params(Year),
    request_body = NewScenario, responses((status = 201, body = ScenarioView)))]
async fn add(
    State(app): State<App>,
    signed: Signed,
    Of(Year { year }): Of<Year>,
    Body(new): Body<NewScenario>,
) -> Result<(StatusCode, Json<ScenarioView>), ApiError> {
    let name = name(&new.name)?;
    let by = By { data: new.data, standard: new.standard };
    let measured = by.measured(&app, &signed, year).await?;
    let edits = checked(&app, &signed, &measured, &new.edits).await?;
    let text = ScenarioText {
        name,
        standard: measured.standard.id().to_owned(),
        data: new.data.code().to_owned(),
        snapshot: measured.evaluation.snapshot.clone(),
        edits,
    };
    let (county, year, user) = (signed.county(), measured.evaluation.year, signed.user().id);
    let kept = app.store().add_scenario(county, year, &text, user, MOST, &signed.by()).await?;
    let line = line(&app, &signed, &kept).await?;
    let figures = new.edits.into_iter().map(|trial| figure(&measured, trial)).collect();
    Ok((StatusCode::CREATED, Json(ScenarioView { line, figures })))
}

/// 修改试算方案
///
/// 改名，或换成新的一组数（以现有数据为准）。只能改自己的。
#[utoipa::path(patch, path = "/api/scenarios/{id}", tag = "evaluation", params(("id" = i64, Path)),
    request_body = ScenarioEdit, responses((status = 200, body = ScenarioLine)))]
async fn put(
    State(app): State<App>,
    signed: Signed,
    Of(id): Of<i64>,
    Body(edit): Body<ScenarioEdit>,
) -> Result<Json<ScenarioLine>, ApiError> {
    let seen = edit.version.ok_or(ApiError::NoVersion)?;
    let (county, user) = (signed.county(), signed.user().id);
    let old = app.store().scenario(county, id, Some(user)).await?;
    let mut text = old.text.clone();
    if let Some(new) = &edit.name {
        text.name = name(new)?;
    }
    if let Some(edits) = &edit.edits {
        let measured = by_of(&old).measured(&app, &signed, old.year.0).await?;
        text.edits = checked(&app, &signed, &measured, edits).await?;
        text.snapshot.clone_from(&measured.evaluation.snapshot);
    }
    let kept = app.store().put_scenario(county, id, &text, user, seen, &signed.by()).await?;
    Ok(Json(line(&app, &signed, &kept).await?))
}

/// 删除试算方案
#[utoipa::path(delete, path = "/api/scenarios/{id}", tag = "evaluation",
    params(("id" = i64, Path), SeenScenario), responses((status = 204, description = "已删除")))]
async fn remove(
    State(app): State<App>,
    signed: Signed,
    Of(id): Of<i64>,
    Params(seen): Params<SeenScenario>,
) -> Result<StatusCode, ApiError> {
    let seen = seen.version.ok_or(ApiError::NoVersion)?;
    let (county, user) = (signed.county(), signed.user().id);
    app.store().remove_scenario(county, id, user, seen, &signed.by()).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn name(text: &str) -> Result<String, ApiError> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > NAME || text.chars().any(char::is_control) {
        return Err(ApiError::field("name", format!("请填名称，不超过 {NAME} 个字")));
    }
    Ok(text.to_owned())
}

/// The figures as they are kept, where all of them can be tried.
async fn checked(
    app: &App,
    signed: &Signed,
    measured: &Measured,
    edits: &[Trial],
) -> Result<String, ApiError> {
    if edits.is_empty() || edits.len() > EDITS {
        return Err(ApiError::field("edits", format!("应有 1 至 {EDITS} 个数")));
    }
    let visible = visible(app, signed.county(), signed.scope()).await?;
    require_visible(visible.as_ref(), edits)?;
    let catalogue = measured.standard.catalogue();
    let entries = trial_entries(edits, catalogue)?;
    domain::change::with_entries(&measured.snapshot, "试算", &entries, catalogue)
        .map_err(|error| ApiError::field("edits", error.to_string()))?;
    serde_json::to_string(edits).map_err(ApiError::internal)
}

/// A figure with the words to show it by, and what stands there now.
fn figure(measured: &Measured, trial: Trial) -> ScenarioFigure {
    let (snapshot, catalogue) = (&measured.snapshot, measured.standard.catalogue());
    let county = snapshot.county();
    let school = trial.school.as_ref().and_then(|code| snapshot.school(code));
    let section = school.zip(trial.stage).and_then(|(school, stage)| school.section(stage));
    let name = school.map_or(county.name.as_str(), |school| school.name.as_str());
    let at = match (school, section) {
        (Some(school), Some(section)) => Place::Section(county, school, section),
        (Some(school), None) => Place::School(county, school),
        (None, _) => Place::County(county),
    };
    let found = catalogue.find(&trial.item);
    let value = found.and_then(|(id, item)| {
        let place = if item.level == Level::Section { section.map(|_| at) } else { Some(at) };
        place?.facts(item.level)?.value(id)
    });
    ScenarioFigure {
        place: match trial.stage.map(Stage::zh) {
            Some(stage) => format!("{name} {stage}"),
            None => name.to_owned(),
        },
        zh: found.map_or_else(|| trial.item.clone(), |(_, item)| item.zh.clone()),
        unit: found.map_or_else(String::new, |(_, item)| item.unit.to_string()),
        before: value.map(|value| match value {
            Value::Number(number) => number.normalize().to_string(),
            Value::Flag(flag) => (if *flag { "是" } else { "否" }).to_owned(),
            Value::Code(text) | Value::Text(text) => text.to_string(),
            Value::Date(date) => date.to_string(),
            Value::NotApplicable => "—".to_owned(),
        }),
        trial,
    }
}
