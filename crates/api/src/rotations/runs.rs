//! Runs: begun as jobs, kept, looked at.

use super::mode::Mode;
use super::older::{kept, stayers};
use super::result::RotationStayer;
use super::view::{RotationRun, RotationRunView};
use super::work::{Input, STEPS};
use super::{KIND, around, asked, found, is_inside, jobs, not_found, pose, shown, whole};
use crate::backups::Begun;
use crate::body::{Body, Of, Page, Paging, Params, page, tagged};
use crate::evaluation::measured::visible;
use crate::{ApiError, App, Signed};
use access::Action;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use domain::SchoolCode;
use serde::Deserialize;
use store::Scope;
use store::jobs::{JobState, NewJob};
use store::rotations::{RotationState, RunRecord};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(begin))
        .routes(routes!(list))
        .routes(routes!(get))
        .routes(routes!(get_stayers))
}

/// Which way.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"mode": "optimum"}))]
struct NewRun {
    /// `optimum`, `claims`, `trading`.
    #[schema(value_type = String)]
    mode: Mode,
}

/// 求解
///
/// 进度见 `/api/jobs/{id}`。取消时保存目前最好的名单；还没有名单的不保存。
#[utoipa::path(post, path = "/api/rotations/{id}/run", tag = "rotations",
    params(("id" = i64, Path)), request_body = NewRun, responses((status = 202, body = Begun)))]
async fn begin(
    State(app): State<App>,
    signed: Signed,
    Of(id): Of<i64>,
    Body(new): Body<NewRun>,
) -> Result<(StatusCode, Json<Begun>), ApiError> {
    whole(&signed, Action::EditStaffing)?;
    let county = signed.county();
    let (record, settings) = asked(&app, county, id).await?;
    if !matches!(record.state, RotationState::Draft | RotationState::Published) {
        let why = format!("方案{}，不能再求解；请复制一份再求解", record.state.zh());
        return Err(ApiError::NotNow(why));
    }
    // What cannot begin is said at once and not by a job.
    pose::approved(&app, county, record.year).await?;
    pose::roster(&app, county, record.year).await?;
    let input = Input { rotation: id, mode: new.mode, asked: pose::tag(&settings)? };
    let of_it = jobs(&app, county).await?;
    let of_it: Vec<_> = of_it.iter().filter(|(of, _)| of.rotation == id).collect();
    let runs = |state| matches!(state, JobState::Queued | JobState::Running);
    if let Some((other, job)) = of_it.iter().find(|(_, job)| runs(job.state)) {
        if (other.mode, &other.asked) == (input.mode, &input.asked) {
            return Ok((StatusCode::ACCEPTED, Json(Begun { job: job.id })));
        }
        let why = format!("这个方案正在求解（任务 {}）；请等它结束，或先取消", job.id);
        return Err(ApiError::NotNow(why));
    }
    let ended = of_it.len();
    let new = NewJob {
        kind: KIND.to_owned(),
        input: serde_json::to_string(&input).map_err(ApiError::internal)?,
        steps: STEPS.iter().map(|&step| step.to_owned()).collect(),
        request: Some(format!("{KIND}:{id}:{}:{ended}", new.mode.code())),
    };
    let job = app.store().enqueue(county, &new, &signed.by()).await?;
    app.board().ring();
    Ok((StatusCode::ACCEPTED, Json(Begun { job: job.id })))
}

/// A run speaks of all schools: who sees some of them only has the notice.
pub(super) fn expect_county(signed: &Signed, id: i64) -> Result<(), ApiError> {
    match signed.scope() {
        Scope::County => Ok(()),
        _ => Err(not_found(id)),
    }
}

/// 求解结果列表，新的在前
#[utoipa::path(get, path = "/api/rotations/{id}/runs", tag = "rotations",
    params(("id" = i64, Path)), responses((status = 200, body = Vec<RotationRun>)))]
async fn list(
    State(app): State<App>,
    signed: Signed,
    headers: HeaderMap,
    Of(id): Of<i64>,
) -> Result<Response, ApiError> {
    expect_county(&signed, id)?;
    let (record, inside) = found(&app, &signed, id).await?;
    let (around, _) = around(&app, &signed, &record, &[], inside).await?;
    let shown = around.shown().map(|notice| notice.run);
    let seen = around.runs.iter().filter(|run| inside || shown == Some(run.run));
    let runs: Vec<RotationRun> = seen.map(|run| around.run(run)).collect();
    tagged(&headers, &runs)
}

/// Which run.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct Which {
    /// 方案编号
    pub(super) id: i64,
    /// 第几次求解
    pub(super) run: i64,
}

/// A run that the caller sees: any from the inside, else the one that is shown.
pub(super) async fn seen(
    app: &App,
    signed: &Signed,
    which: &Which,
) -> Result<(RunRecord, String, String), ApiError> {
    let Which { id, run } = *which;
    let (_, inside) = found(app, signed, id).await?;
    if !inside && shown(app, signed.county(), id).await?.is_none_or(|notice| notice.run != run) {
        return Err(ApiError::NotFound(format!("第 {run} 次求解")));
    }
    Ok(app.store().rotation_run(signed.county(), id, run).await?)
}

/// 一次求解的结果
///
/// 交流名单、各校前后、差异系数、比例、各目标、复核发现、各方式的代价；做不到时说明妨碍的规则。
#[utoipa::path(get, path = "/api/rotations/{id}/runs/{run}", tag = "rotations", params(Which),
    responses((status = 200, body = RotationRunView)))]
async fn get(
    State(app): State<App>,
    signed: Signed,
    headers: HeaderMap,
    Of(which): Of<Which>,
) -> Result<Response, ApiError> {
    expect_county(&signed, which.id)?;
    let (record, settings, result) = seen(&app, &signed, &which).await?;
    let (rotation, inside) = found(&app, &signed, which.id).await?;
    let (around, _) = around(&app, &signed, &rotation, &[], inside).await?;
    let settings = inside.then(|| serde_json::from_str(&settings)).transpose();
    let settings = settings.map_err(ApiError::internal)?;
    let kept = tokio::task::spawn_blocking(move || kept(&result)).await;
    let kept = kept.map_err(ApiError::internal)??;
    tagged(&headers, &RotationRunView::new(around.run(&record), &record, settings, kept))
}

/// Which of those who stay.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Wanted {
    /// 学校标识码
    #[param(value_type = Option<String>)]
    school: Option<SchoolCode>,
    /// 是否符合交流条件
    eligible: Option<bool>,
    /// 是否报了志愿
    wished: Option<bool>,
    /// 教师编号或理由中的文字
    q: Option<String>,
}

/// 留任的教师和理由
///
/// 学校看到公示名单所依据的那次求解中本校的教师。
#[utoipa::path(get, path = "/api/rotations/{id}/runs/{run}/stayers", tag = "rotations",
    params(Which, Wanted, Paging), responses((status = 200, body = Page<RotationStayer>)))]
async fn get_stayers(
    State(app): State<App>,
    signed: Signed,
    headers: HeaderMap,
    Of(which): Of<Which>,
    Params(wanted): Params<Wanted>,
    Params(paging): Params<Paging>,
) -> Result<Response, ApiError> {
    seen(&app, &signed, &which).await?;
    let scope =
        if is_inside(&app, &signed).await? { Scope::County } else { signed.scope().clone() };
    let own = visible(&app, signed.county(), &scope).await?;
    let json = app.store().run_stayers(signed.county(), which.id, which.run).await?;
    let read = tokio::task::spawn_blocking(move || {
        let all = stayers(&json)?;
        let fits = |stayer: &RotationStayer| {
            own.as_ref().is_none_or(|own| own.contains(&stayer.school))
                && wanted.school.as_ref().is_none_or(|school| stayer.school == *school)
                && wanted.eligible.is_none_or(|eligible| stayer.eligible == eligible)
                && wanted.wished.is_none_or(|wished| stayer.wished == wished)
                && wanted.q.as_ref().is_none_or(|q| {
                    let q = q.trim();
                    stayer.teacher.contains(q) || stayer.why.contains(q)
                })
        };
        Ok::<_, ApiError>(all.into_iter().filter(fits).collect::<Vec<_>>())
    });
    let found = read.await.map_err(ApiError::internal)??;
    tagged(&headers, &page(found, &paging, |stayer| stayer.teacher.clone()))
}
