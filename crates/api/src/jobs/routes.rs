//! Jobs as pages see them.

use crate::body::{Of, Page, Paging, Params};
use crate::{ApiError, App, Signed};
use axum::Json;
use axum::extract::State;
use axum::response::Sse;
use axum::response::sse::{Event, KeepAlive};
use futures_util::{Stream, stream};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use std::convert::Infallible;
use std::time::Duration;
use store::jobs::{Job, JobState, Progress};
use tokio::time::sleep;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// How often a page that watches is told news.
const NEWS: Duration = Duration::from_millis(500);
/// A watch ends after so many looks: the browser asks anew, and its session is checked again.
const LOOKS: u32 = 1_200;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(get))
        .routes(routes!(events))
        .routes(routes!(cancel))
}

/// A job.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(example = json!({
    "id": 12, "kind": "backup", "state": "running", "by": "王建国（xtadmin）",
    "created_at": "2025-10-09T08:00:00Z", "ended_at": null,
    "steps": [{"name": "写入备份", "state": "running", "done": 3, "total": 0}],
    "progress": {"text": "正在写入"}, "result": null, "error": null, "cancelling": false,
}))]
pub(crate) struct JobView {
    id: i64,
    kind: String,
    /// `queued`, `running`, `done`, `failed`, `cancelled`.
    state: &'static str,
    /// Who asked for it.
    by: String,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    ended_at: Option<Timestamp>,
    steps: Vec<StepView>,
    progress: ProgressView,
    /// What came of it.
    #[schema(value_type = Option<Object>)]
    result: Option<Value>,
    /// Why it failed.
    error: Option<String>,
    /// Was it asked to stop, and has not yet?
    cancelling: bool,
}

/// A step of a job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
struct StepView {
    name: String,
    /// `waiting`, `running`, `done`, `stopped`.
    state: &'static str,
    done: i64,
    /// Zero: not known.
    total: i64,
}

/// What a job says of itself; exact figures as texts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
struct ProgressView {
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    best: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bound: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gap: Option<String>,
}

pub(crate) fn view(app: &App, job: &Job) -> JobView {
    let live = app.board().live(&job.county, job.id).filter(|_| job.state == JobState::Running);
    let kept = Progress { step: job.step, done: job.done, total: job.total };
    let at = live.as_ref().map_or(kept, |live| live.progress());
    let words = live.map(|live| live.words()).unwrap_or_default();
    let figure = |name| words.figures.get(name).cloned();
    let step = |(n, name): (usize, &String)| {
        let n = i64::try_from(n).unwrap_or(i64::MAX);
        let (state, done, total) = match job.state {
            JobState::Done => ("done", 0, 0),
            JobState::Queued => ("waiting", 0, 0),
            _ if n < at.step => ("done", 0, 0),
            _ if n > at.step => ("waiting", 0, 0),
            JobState::Running => ("running", at.done, at.total),
            _ => ("stopped", at.done, at.total),
        };
        StepView { name: name.clone(), state, done, total }
    };
    let progress = ProgressView {
        best: figure("best"),
        bound: figure("bound"),
        gap: figure("gap"),
        text: words.text,
    };
    JobView {
        id: job.id,
        kind: job.kind.clone(),
        state: job.state.code(),
        by: job.by.clone(),
        created_at: job.at,
        ended_at: job.ended,
        steps: job.steps.iter().enumerate().map(step).collect(),
        progress,
        result: job.result.as_deref().and_then(|text| serde_json::from_str(text).ok()),
        error: job.failure.clone(),
        cancelling: job.cancel && job.state == JobState::Running,
    }
}

/// 任务列表
#[utoipa::path(get, path = "/api/jobs", tag = "jobs", params(Paging),
    responses((status = 200, body = Page<JobView>)))]
async fn list(
    State(app): State<App>,
    signed: Signed,
    Params(paging): Params<Paging>,
) -> Result<Json<Page<JobView>>, ApiError> {
    // The newest thousand: older ones are in the audit.
    let jobs = app.store().jobs(signed.county(), 1_000).await?;
    let all = jobs.iter().map(|job| view(&app, job)).collect();
    Ok(Json(crate::body::page(all, &paging, |job: &JobView| job.id.to_string())))
}

/// 一个任务
#[utoipa::path(get, path = "/api/jobs/{id}", tag = "jobs", params(("id" = i64, Path)),
    responses((status = 200, body = JobView)))]
async fn get(
    State(app): State<App>,
    signed: Signed,
    Of(id): Of<i64>,
) -> Result<Json<JobView>, ApiError> {
    let job = app.store().job(signed.county(), id).await?;
    Ok(Json(view(&app, &job)))
}

/// 取消任务
#[utoipa::path(post, path = "/api/jobs/{id}/cancel", tag = "jobs", params(("id" = i64, Path)),
    responses((status = 200, body = JobView)))]
async fn cancel(
    State(app): State<App>,
    signed: Signed,
    Of(id): Of<i64>,
) -> Result<Json<JobView>, ApiError> {
    let job = app.store().cancel(signed.county(), id, &signed.by()).await?;
    if let Some(live) = app.board().live(signed.county(), id) {
        live.stop();
    }
    Ok(Json(view(&app, &job)))
}

/// 任务进展（服务器推送）
///
/// 每有变化推送一条 `job` 事件，任务结束后推送最后一条并断开。
#[utoipa::path(get, path = "/api/jobs/{id}/events", tag = "jobs", params(("id" = i64, Path)),
    responses((status = 200, content_type = "text/event-stream", body = JobView)))]
async fn events(
    State(app): State<App>,
    signed: Signed,
    Of(id): Of<i64>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, ApiError> {
    app.store().job(signed.county(), id).await?;
    let watch = Watch { app, signed, id, told: None, looks: 0 };
    Ok(Sse::new(stream::unfold(watch, Watch::next)).keep_alive(KeepAlive::default()))
}

/// Somebody who watches a job.
struct Watch {
    app: App,
    signed: Signed,
    id: i64,
    told: Option<JobView>,
    looks: u32,
}

impl Watch {
    /// The next news, and none after the job has ended.
    async fn next(mut self) -> Option<(Result<Event, Infallible>, Self)> {
        let ended = |job: &JobView| !matches!(job.state, "queued" | "running");
        if self.told.as_ref().is_some_and(ended) {
            return None;
        }
        while self.looks < LOOKS {
            if self.looks > 0 {
                sleep(NEWS).await;
            }
            self.looks += 1;
            let job = self.app.store().job(self.signed.county(), self.id).await.ok()?;
            let job = view(&self.app, &job);
            if self.told.as_ref() != Some(&job) {
                let event = Event::default().event("job").json_data(&job).ok()?;
                self.told = Some(job);
                return Some((Ok(event), self));
            }
        }
        None
    }
}
