//! Plans: the cheapest way to the standard, as settings that a county writes, a run that looks for
//! the plan, and the one that is adopted.
//!
//! What a plan is, how it is found and whether it holds is the business of `invest`; here it is
//! asked from the data that the county has approved, and kept. A plan is the whole county's: who may
//! see or make one may so over all schools.

mod baseline;
mod kept;
mod pose;
mod results;
mod solvers;
mod view;
mod work;

pub(crate) use results::adopted;
pub use solvers::Solvers;
pub(crate) use work::{frontier, run};

use crate::backups::Begun;
use crate::body::{Body, Of, Page, Paging, Params, page, tagged};
use crate::{ApiError, App, FieldProblem, Signed};
use access::Action;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use domain::{CountyCode, SchoolYear, Snapshot};
use kept::Kept;
use serde::Deserialize;
use standard::Standard;
use store::Scope;
use store::jobs::{Job, JobState, NewJob};
use store::plans::{PlanRecord, PlanState};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use view::{PlanRow, PlanView};
use work::{FRONTIER_STEPS, Input, STEPS};

/// The approved data of a year and of the earlier ones that the county keeps, oldest first.
///
/// # Errors
/// [`ApiError::NotNow`] where the year has none; those of the database.
pub(crate) async fn years_up_to(
    app: &App,
    county: &CountyCode,
    year: SchoolYear,
    standard: &Standard,
) -> Result<Vec<Snapshot>, ApiError> {
    Ok(pose::years(app, county, year, standard).await?.history)
}

/// The kind of the job that makes a plan.
pub(crate) const PLAN: &str = "plan";
/// The kind of the job that draws a frontier.
pub(crate) const FRONTIER: &str = "frontier";
/// So many of the newest jobs are looked through for those of a plan.
const JOBS: u32 = 1_000;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, add))
        .routes(routes!(get, discard))
        .routes(routes!(put_settings))
        .routes(routes!(begin_run))
        .routes(routes!(begin_frontier))
        .routes(routes!(adopt))
        .merge(results::routes())
        .merge(baseline::routes())
}

/// The name of some settings: their content.
fn tag(settings: &str) -> String {
    crate::body::etag(settings.as_bytes())
}

/// A plan names schools of the whole county: nobody sees or changes half of one.
fn whole(signed: &Signed, action: Action) -> Result<(), ApiError> {
    match signed.scope() {
        Scope::County => Ok(()),
        _ => Err(ApiError::Forbidden(action)),
    }
}

/// The jobs of plans, newest first, each with the plan that it is of.
async fn jobs(app: &App, county: &CountyCode) -> Result<Vec<(i64, Job)>, ApiError> {
    let jobs = app.store().jobs(county, JOBS).await?;
    let of = |job: Job| {
        let input = serde_json::from_str::<Input>(&job.input).ok()?;
        Some((input.plan, job))
    };
    Ok(jobs
        .into_iter()
        .filter(|job| matches!(job.kind.as_str(), PLAN | FRONTIER))
        .filter_map(of)
        .collect())
}

/// The last run of a plan.
fn last_run(jobs: &[(i64, Job)], plan: i64) -> Option<&Job> {
    jobs.iter().find(|(of, job)| *of == plan && job.kind == PLAN).map(|(_, job)| job)
}

/// 规划方案列表，新的在前
#[utoipa::path(get, path = "/api/plans", tag = "plans", params(Paging),
    responses((status = 200, body = Page<PlanRow>)))]
async fn list(
    State(app): State<App>,
    signed: Signed,
    headers: HeaderMap,
    Params(paging): Params<Paging>,
) -> Result<Response, ApiError> {
    whole(&signed, Action::ReadPlans)?;
    let records = app.store().plans(signed.county()).await?;
    let jobs = jobs(&app, signed.county()).await?;
    let Page { items, next } = page(records, &paging, |record: &PlanRecord| record.id.to_string());
    let mut rows = Vec::with_capacity(items.len());
    for record in items {
        let (record, kept) = app.store().plan(signed.county(), record.id).await?;
        let job = last_run(&jobs, record.id);
        rows.push(PlanRow::new(record, kept.as_deref(), job)?);
    }
    tagged(&headers, &Page { items: rows, next })
}

/// A new plan: with settings of its own, or with those of another.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "name": "三年达标",
    "settings": "[plan]\ntitle = \"三年达标\"\nfirst = 2025\nyears = 3\ncosts = \"cn-county-2023\"\n",
}))]
struct NewPlan {
    /// Its name, 1 to 60 characters.
    name: String,
    /// The settings, TOML; `GET /api/plans/new.toml` gives a text to begin with.
    settings: Option<String>,
    /// The plan whose settings are taken.
    copy_of: Option<i64>,
}

fn check_name(name: &str) -> Result<(), ApiError> {
    let fits =
        (1..=60).contains(&name.trim().chars().count()) && !name.chars().any(char::is_control);
    if fits { Ok(()) } else { Err(ApiError::field("name", "名称应为 1 至 60 个字")) }
}

/// 新建方案
///
/// `settings` 与 `copy_of` 给其中一个。设定有误时返回 422，`fields` 指出行和列。
#[utoipa::path(post, path = "/api/plans", tag = "plans", request_body = NewPlan,
    responses((status = 201, body = PlanView)))]
async fn add(
    State(app): State<App>,
    signed: Signed,
    Body(new): Body<NewPlan>,
) -> Result<(StatusCode, Json<PlanView>), ApiError> {
    whole(&signed, Action::EditPlans)?;
    check_name(&new.name)?;
    let settings = match (new.settings, new.copy_of) {
        (Some(settings), None) => settings,
        (None, Some(id)) => app.store().plan(signed.county(), id).await?.0.settings,
        _ => {
            let message = "settings（设定）与 copy_of（复制哪个方案）给且只给一个";
            return Err(ApiError::Fields(vec![FieldProblem::new("settings", message)]));
        }
    };
    check_settings(&app, &signed, &settings).await?;
    let (county, name) = (signed.county(), new.name.trim());
    let record = app.store().new_plan(county, name, None, &settings, &signed.by()).await?;
    Ok((StatusCode::CREATED, Json(whole_plan(&app, county, record.id).await?)))
}

async fn check_settings(app: &App, signed: &Signed, settings: &str) -> Result<(), ApiError> {
    let standard = pose::standard_of(app, signed.county()).await?;
    let read = pose::read(app, &standard, settings)?;
    pose::expect_fits(app, signed.county(), &standard, settings, &read).await
}

/// A plan with everything that is kept of it.
async fn whole_plan(app: &App, county: &CountyCode, id: i64) -> Result<PlanView, ApiError> {
    let (record, kept) = app.store().plan(county, id).await?;
    let jobs = jobs(app, county).await?;
    let frontier = app.store().frontier(county, id).await?;
    let grounds = pose::grounds(app, county, &record.settings).await?;
    PlanView::new(record, kept.as_deref(), last_run(&jobs, id), frontier, &grounds)
}

/// 一个方案：设定、规划结果或做不到的原因
#[utoipa::path(get, path = "/api/plans/{id}", tag = "plans", params(("id" = i64, Path)),
    responses((status = 200, body = PlanView)))]
async fn get(
    State(app): State<App>,
    signed: Signed,
    headers: HeaderMap,
    Of(id): Of<i64>,
) -> Result<Response, ApiError> {
    whole(&signed, Action::ReadPlans)?;
    tagged(&headers, &whole_plan(&app, signed.county(), id).await?)
}

/// Other settings for a plan.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "version": 1, "name": "四年达标",
    "settings": "[plan]\ntitle = \"四年达标\"\nfirst = 2025\nyears = 4\ncosts = \"cn-county-2023\"\n",
}))]
struct NewSettings {
    /// The version that the edit was made from.
    version: Option<i64>,
    /// Another name; left out: the name stays.
    name: Option<String>,
    /// The settings, TOML.
    settings: String,
}

/// 修改方案的设定
///
/// 设定改变后，原来的测算结果不再属于它，随之清除。已采用的方案不能修改，请复制一份。
#[utoipa::path(put, path = "/api/plans/{id}/settings", tag = "plans", params(("id" = i64, Path)),
    request_body = NewSettings, responses((status = 200, body = PlanView)))]
async fn put_settings(
    State(app): State<App>,
    signed: Signed,
    Of(id): Of<i64>,
    Body(new): Body<NewSettings>,
) -> Result<Json<PlanView>, ApiError> {
    whole(&signed, Action::EditPlans)?;
    let seen = new.version.ok_or(ApiError::NoVersion)?;
    let county = signed.county();
    let (record, _) = app.store().plan(county, id).await?;
    let name = new.name.unwrap_or(record.name);
    check_name(&name)?;
    check_settings(&app, &signed, &new.settings).await?;
    let (by, settings) = (signed.by(), &new.settings);
    app.store().edit_plan(county, id, name.trim(), None, settings, seen, &by).await?;
    Ok(Json(whole_plan(&app, county, id).await?))
}

/// Puts a job of a plan into the queue. Asked again before it has ended, it is the same job.
async fn begin(
    app: &App,
    signed: &Signed,
    record: &PlanRecord,
    kind: &str,
    steps: &[&str],
) -> Result<(StatusCode, Json<Begun>), ApiError> {
    check_settings(app, signed, &record.settings).await?;
    let jobs = jobs(app, signed.county()).await?;
    let over = |state| !matches!(state, JobState::Queued | JobState::Running);
    let ended = jobs.iter().filter(|(of, job)| *of == record.id && job.kind == kind);
    let ended = ended.filter(|(_, job)| over(job.state)).count();
    let input = Input { plan: record.id, settings: tag(&record.settings) };
    let new = NewJob {
        kind: kind.to_owned(),
        input: serde_json::to_string(&input).map_err(ApiError::internal)?,
        steps: steps.iter().map(|&step| step.to_owned()).collect(),
        request: Some(format!("{kind}:{}:{}:{ended}", record.id, record.version)),
    };
    let job = app.store().enqueue(signed.county(), &new, &signed.by()).await?;
    app.board().ring();
    Ok((StatusCode::ACCEPTED, Json(Begun { job: job.id })))
}

/// 测算方案
///
/// 按审定数据测算，进度见 `/api/jobs/{id}`。取消任务时保存目前最好的规划。
#[utoipa::path(post, path = "/api/plans/{id}/run", tag = "plans", params(("id" = i64, Path)),
    responses((status = 202, body = Begun)))]
async fn begin_run(
    State(app): State<App>,
    signed: Signed,
    Of(id): Of<i64>,
) -> Result<(StatusCode, Json<Begun>), ApiError> {
    whole(&signed, Action::EditPlans)?;
    let (record, _) = app.store().plan(signed.county(), id).await?;
    if !matches!(record.state, PlanState::Draft | PlanState::Solved) {
        let why = format!("方案{}，不能重新测算；请复制一份再测算", record.state.zh());
        return Err(ApiError::NotNow(why));
    }
    begin(&app, &signed, &record, PLAN, &STEPS).await
}

/// 求各完成年份的最少投入
///
/// 结果与方案一起保存，见 `/api/plans/{id}` 的 `frontier`；设定、数据或标准改变后标明已过时。
#[utoipa::path(post, path = "/api/plans/{id}/frontier", tag = "plans", params(("id" = i64, Path)),
    responses((status = 202, body = Begun)))]
async fn begin_frontier(
    State(app): State<App>,
    signed: Signed,
    Of(id): Of<i64>,
) -> Result<(StatusCode, Json<Begun>), ApiError> {
    whole(&signed, Action::EditPlans)?;
    let (record, _) = app.store().plan(signed.county(), id).await?;
    begin(&app, &signed, &record, FRONTIER, &FRONTIER_STEPS).await
}

/// Which version is meant.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"version": 2}))]
struct SeenPlan {
    /// The version that was seen.
    version: Option<i64>,
}

/// 采用方案
///
/// 采用后成为本县的基准，以后的进展与它比较；原来的基准转为“已被替代”。
/// 没有达到标准、没有通过复核或做不到的方案不能采用。
#[utoipa::path(post, path = "/api/plans/{id}/adopt", tag = "plans", params(("id" = i64, Path)),
    request_body = SeenPlan, responses((status = 200, body = PlanRow)))]
async fn adopt(
    State(app): State<App>,
    signed: Signed,
    Of(id): Of<i64>,
    Body(seen): Body<SeenPlan>,
) -> Result<Json<PlanRow>, ApiError> {
    whole(&signed, Action::AdoptPlans)?;
    let seen = seen.version.ok_or(ApiError::NoVersion)?;
    let county = signed.county();
    let (_, kept) = app.store().plan(county, id).await?;
    if let Some(text) = &kept {
        let kept: Kept<invest::Plan> = serde_json::from_str(text).map_err(ApiError::internal)?;
        if let Some(why) = kept.objection() {
            return Err(ApiError::NotNow(why));
        }
    }
    let record = app.store().adopt_plan(county, id, seen, &signed.by()).await?;
    let jobs = jobs(&app, county).await?;
    Ok(Json(PlanRow::new(record, kept.as_deref(), last_run(&jobs, id))?))
}

/// Which version is meant, after `?`.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct SeenParam {
    /// 所见的版本号
    version: Option<i64>,
}

/// 放弃方案
///
/// 放弃的方案仍可查看和复制；已采用的方案不能放弃。
#[utoipa::path(delete, path = "/api/plans/{id}", tag = "plans",
    params(("id" = i64, Path), SeenParam), responses((status = 204)))]
async fn discard(
    State(app): State<App>,
    signed: Signed,
    Of(id): Of<i64>,
    Params(seen): Params<SeenParam>,
) -> Result<StatusCode, ApiError> {
    whole(&signed, Action::EditPlans)?;
    let seen = seen.version.ok_or(ApiError::NoVersion)?;
    app.store().discard_plan(signed.county(), id, seen, &signed.by()).await?;
    Ok(StatusCode::NO_CONTENT)
}
