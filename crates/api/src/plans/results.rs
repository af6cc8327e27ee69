//! What is made of plans besides the plan itself: the workbook, two plans side by side, a text to
//! begin with.

use super::kept::Kept;
use super::{pose, whole};
use crate::body::{Of, Params, tagged};
use crate::download::{XLSX, download};
use crate::{ApiError, App, Signed};
use access::Action;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use domain::CountyCode;
use invest::Plan;
use invest::scenario::Comparison;
use serde::{Deserialize, Serialize};
use store::plans::PlanState;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The years of a horizon.
const YEARS: std::ops::RangeInclusive<u8> = 1..=15;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(workbook))
        .routes(routes!(compare))
        .routes(routes!(begin_text))
}

/// What the last run of a plan has found.
async fn result(app: &App, county: &CountyCode, id: i64) -> Result<Kept<Plan>, ApiError> {
    let (_, kept) = app.store().plan(county, id).await?;
    let Some(text) = kept else {
        return Err(ApiError::NotNow(format!("规划方案 {id} 还没有测算结果；请先测算")));
    };
    let read = tokio::task::spawn_blocking(move || serde_json::from_str(&text)).await;
    read.map_err(ApiError::internal)?.map_err(ApiError::internal)
}

/// The plan that the county has adopted; `None` where there is none.
///
/// # Errors
/// Those of the database; [`ApiError::Internal`] for a result that this program cannot have kept.
pub(crate) async fn adopted(app: &App, county: &CountyCode) -> Result<Option<Plan>, ApiError> {
    let all = app.store().plans(county).await?;
    let Some(plan) = all.iter().find(|plan| plan.state == PlanState::Adopted) else {
        return Ok(None);
    };
    Ok(result(app, county, plan.id).await?.plan)
}

/// The plan among it.
fn plan_of(kept: Kept<Plan>, id: i64) -> Result<(Plan, Option<Plan>), ApiError> {
    let Some(plan) = kept.plan else {
        let why = format!("规划方案 {id} 的测算结论是做不到，没有规划；请调整方案后重新测算");
        return Err(ApiError::NotNow(why));
    };
    Ok((plan, kept.greedy))
}

/// 规划工作簿
#[utoipa::path(get, path = "/api/plans/{id}/workbook.xlsx", tag = "plans",
    params(("id" = i64, Path)),
    responses((status = 200, description = "xlsx 工作簿", body = Vec<u8>,
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))]
async fn workbook(
    State(app): State<App>,
    signed: Signed,
    Of(id): Of<i64>,
) -> Result<Response, ApiError> {
    whole(&signed, Action::ReadPlans)?;
    let name = app.store().plan(signed.county(), id).await?.0.name;
    let (plan, greedy) = plan_of(result(&app, signed.county(), id).await?, id)?;
    let file = tokio::task::spawn_blocking(move || forms::plan::workbook(&plan, greedy.as_ref()));
    let file = file.await.map_err(ApiError::internal)?.map_err(ApiError::internal)?;
    Ok(download(file, XLSX, "plan.xlsx", &format!("{name}.xlsx")))
}

/// Which plans.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Two {
    /// 前一个方案
    a: i64,
    /// 后一个方案
    b: i64,
}

/// Two plans side by side; in every pair the first figure is that of `a`.
#[derive(Debug, Serialize)]
struct Compared {
    plans: [i64; 2],
    /// SHA-256 of the problem of each: where they differ, so do data, standard or settings.
    problems: [String; 2],
    #[serde(flatten)]
    comparison: Comparison,
}

/// 两个方案对比
#[utoipa::path(get, path = "/api/plans/compare", tag = "plans", params(Two),
    responses((status = 200, description = "见 docs/plan-json.md 的 plan compare",
        body = serde_json::Value, example = json!({
            "plans": [1, 2], "problems": ["9f…", "3c…"], "titles": ["三年达标", "四年达标"],
            "accepted": [true, true], "cost": ["333.7", "301.2"],
            "discounted": ["320.1", "288"], "schools": [6, 5], "shortfall": [0, 0],
            "years": [{"year": 2025, "cost": ["200", "150"], "passed": [6, 5]}],
            "measures": [["校舍改扩建", ["120", "90"]]],
        }))))]
async fn compare(
    State(app): State<App>,
    signed: Signed,
    headers: HeaderMap,
    Params(two): Params<Two>,
) -> Result<Response, ApiError> {
    whole(&signed, Action::ReadPlans)?;
    let (a, _) = plan_of(result(&app, signed.county(), two.a).await?, two.a)?;
    let (b, _) = plan_of(result(&app, signed.county(), two.b).await?, two.b)?;
    let comparison = invest::scenario::compare(&a, &b);
    let problems = [a.problem, b.problem];
    tagged(&headers, &Compared { plans: [two.a, two.b], problems, comparison })
}

/// How the text is to begin.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Wanted {
    /// 规划几年（1 至 15，缺省 5）
    years: Option<u8>,
    /// 造价目录；不给时用第一个
    costs: Option<String>,
}

/// 起草方案：按本县最新审定数据写一份带说明、可以直接用的设定
#[utoipa::path(get, path = "/api/plans/new.toml", tag = "plans", params(Wanted),
    responses((status = 200, description = "TOML 文本", body = String,
        content_type = "application/toml")))]
async fn begin_text(
    State(app): State<App>,
    signed: Signed,
    Params(wanted): Params<Wanted>,
) -> Result<Response, ApiError> {
    whole(&signed, Action::EditPlans)?;
    let years = wanted.years.unwrap_or(5);
    if !YEARS.contains(&years) {
        return Err(ApiError::field("years", "规划期应为 1 至 15 年"));
    }
    let standard = pose::standard_of(&app, signed.county()).await?;
    let source = &app.knowledge().source;
    let known = invest::costs::ids(source);
    let id = wanted.costs.as_ref().or(known.first()).cloned().unwrap_or_default();
    let costs = invest::costs::load(source, standard.catalogue(), &id);
    let costs = costs.map_err(|error| ApiError::field("costs", error.to_string()))?;
    let data = pose::newest(&app, signed.county(), &standard).await?;
    let draft = tokio::task::spawn_blocking(move || {
        let options = standard::Options::default();
        invest::draft::draft(&data.history, &standard, &options, &costs, years)
    });
    let draft = draft.await.map_err(ApiError::internal)?;
    let draft = draft.map_err(|error| ApiError::NotNow(error.to_string()))?;
    let kind = HeaderValue::from_static("application/toml; charset=utf-8");
    // What was left to the county stands at the head, where its first reader looks.
    let note = draft.note.map(|note| format!("# {note}\n")).unwrap_or_default();
    Ok(([(header::CONTENT_TYPE, kind)], format!("{note}{}", draft.text)).into_response())
}
