//! What the judge says of a year: overview, evaluation, explanations, what-if, forms, map.

pub(crate) mod asked;
mod forms;
mod lines;
pub(crate) mod measured;
mod needs;
mod overview;
mod places;
mod tasks;
mod trial;
mod what_if;

use crate::body::{Of, Params, tagged};
use crate::{ApiError, App, Signed};
pub(crate) use asked::{By, Data, Year, known_year};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use domain::{SchoolCode, Stage};
use measured::{seen, visible};
use serde::Deserialize;
use standard::{Options, Query};
pub(crate) use trial::{require_visible, trial_entries};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
pub(crate) use what_if::Trial;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(get_overview))
        .routes(routes!(get_evaluation))
        .routes(routes!(get_explanation))
        .merge(trial::routes())
        .merge(forms::routes())
        .merge(needs::routes())
        .routes(routes!(get_map))
}

/// 总览：能不能通过，为什么不能
#[utoipa::path(get, path = "/api/years/{year}/overview", tag = "evaluation", params(Year, By),
    responses((status = 200, body = overview::Overview)))]
async fn get_overview(
    State(app): State<App>,
    signed: Signed,
    headers: HeaderMap,
    Of(Year { year }): Of<Year>,
    Params(by): Params<By>,
) -> Result<Response, ApiError> {
    let now = by.measured(&app, &signed, year).await?;
    // Last year's official figures, where the county has them.
    let last = By { data: Data::Approved, standard: by.standard.clone() };
    let before = last.measured(&app, &signed, year - 1).await.ok();
    let before = before.filter(|before| !before.evaluation.sections.is_empty());
    let visible = visible(&app, signed.county(), signed.scope()).await?;
    let before = before.as_ref().map(|before| seen(&before.evaluation, visible.as_ref()));
    let now_seen = seen(&now.evaluation, visible.as_ref());
    let mut screen = overview::overview(&now_seen, before.as_deref());
    screen.waiting = now.waiting;
    screen.preview = by.data == Data::Submitted;
    if let Some(plan) = crate::plans::adopted(&app, signed.county()).await? {
        let own = lines::lines(&plan.title, &plan.settings.lines, &now.evaluation);
        screen.targets.extend(own);
    }
    screen.tasks = tasks::tasks(&app, &signed, &now).await?;
    tagged(&headers, &screen)
}

/// 评估结果
#[utoipa::path(get, path = "/api/years/{year}/evaluation", tag = "evaluation", params(Year, By),
    responses((status = 200, description = "见 docs/evaluation-json.md", body = serde_json::Value)))]
async fn get_evaluation(
    State(app): State<App>,
    signed: Signed,
    headers: HeaderMap,
    Of(Year { year }): Of<Year>,
    Params(by): Params<By>,
) -> Result<Response, ApiError> {
    let measured = by.measured(&app, &signed, year).await?;
    let visible = visible(&app, signed.county(), signed.scope()).await?;
    tagged(&headers, &seen(&measured.evaluation, visible.as_ref()))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Wanted {
    /// 指标代码，如 L3、G3、G3.1
    indicator: String,
    /// 学校标识码；不给时说明全县的差异系数或县级指标
    #[param(value_type = Option<String>)]
    school: Option<SchoolCode>,
    /// `primary` 或 `junior`
    #[param(value_type = Option<String>)]
    stage: Option<Stage>,
    #[serde(default)]
    #[param(value_type = Option<String>)]
    data: Data,
    /// 标准代码
    standard: Option<String>,
}

/// 说明一个数是怎么来的，直到单元格
#[utoipa::path(get, path = "/api/years/{year}/explanation", tag = "evaluation", params(Year, Wanted),
    responses((status = 200, description = "公式、代入的数、来源、结论", body = serde_json::Value)))]
async fn get_explanation(
    State(app): State<App>,
    signed: Signed,
    headers: HeaderMap,
    Of(Year { year }): Of<Year>,
    Params(wanted): Params<Wanted>,
) -> Result<Response, ApiError> {
    let by = By { data: wanted.data, standard: wanted.standard.clone() };
    let visible = visible(&app, signed.county(), signed.scope()).await?;
    if let Some(schools) = &visible {
        // Rows of other schools stand behind a coefficient: only who sees them may see those.
        let own = wanted.school.as_ref().is_some_and(|school| schools.contains(school));
        if !own {
            return Err(ApiError::NotFound("这项说明".to_owned()));
        }
    }
    let measured = by.measured(&app, &signed, year).await?;
    let query = Query { school: wanted.school, stage: wanted.stage, indicator: wanted.indicator };
    let told =
        standard::explain(&measured.snapshot, &measured.standard, &Options::default(), &query);
    tagged(&headers, &told.map_err(|error| ApiError::NotFound(error.to_string()))?)
}

/// 一张图：各校位置、结论和指标值
#[utoipa::path(get, path = "/api/years/{year}/map", tag = "evaluation", params(Year, By),
    responses((status = 200, body = Vec<places::SchoolOnMap>)))]
async fn get_map(
    State(app): State<App>,
    signed: Signed,
    headers: HeaderMap,
    Of(Year { year }): Of<Year>,
    Params(by): Params<By>,
) -> Result<Response, ApiError> {
    let measured = by.measured(&app, &signed, year).await?;
    let visible = visible(&app, signed.county(), signed.scope()).await?;
    tagged(&headers, &places::places(&measured, visible.as_ref()))
}
