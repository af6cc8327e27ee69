//! Imports of workbooks: upload, read, look at what was found, accept or throw away.
//!
//! An import is a job whose files lie beside the database until somebody decides ([`shelf`]). Nothing
//! of them is taken before that; accepting is one transaction of the store, all of it or nothing.
//! Doing any of this twice is doing it once.
//!
//! This module must not know what a layout looks like or which states a form goes through.

mod accept;
mod annotated;
mod mend;
mod originals;
mod reading;
mod shelf;
mod upload;
mod words;

pub(crate) use reading::run;

use crate::body::{Of, Page, Paging, Params, page, tagged};
use crate::{ApiError, App, Signed};
use accept::{ImportAccepted, Kept};
use access::Action;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use domain::CountyCode;
use jiff::Timestamp;
use reading::{ImportCounts, ImportFile, ImportFinding, ImportSummary, Reading};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;
use store::jobs::{Job, JobState};
use store::{ImportAs, Scope};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use words::{ImportChoice, ImportCorrected, ImportUnknown, WordMeaning};

/// The kind of the job.
pub(crate) const KIND: &str = "import";
/// The newest jobs, among which imports are looked for.
const JOBS: u32 = 1_000;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(upload::routes())
        .merge(accept::routes())
        .merge(annotated::routes())
        .merge(mend::routes())
        .merge(originals::routes())
        .routes(routes!(list))
        .routes(routes!(get, remove))
}

/// What the job is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Input {
    /// The school year.
    year: i16,
    /// The folder of the files.
    folder: String,
    files: Vec<UploadedFile>,
}

/// A file as it was uploaded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
struct UploadedFile {
    /// 文件名
    name: String,
    bytes: u64,
    sha256: String,
}

/// An import.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": 12, "job": 12, "year": 2024, "state": "waiting", "by": "王建国（pinggu）",
    "at": "2024-10-08T08:00:00Z", "error": null, "uploads": [
        {"name": "学校数据.xlsx", "bytes": 182_311, "sha256": "0123456789abcdef"}],
    "files": [], "counts": {"errors": 0, "warnings": 3, "notices": 1}, "findings": [],
    "unknown": [], "choices": {}, "meanings": [], "corrected": [],
    "summary": null, "accepted": null, "can": ["draft", "submitted", "approved"],
}))]
struct ImportView {
    id: i64,
    /// 任务编号，见 `/api/jobs/{id}`
    job: i64,
    /// 学年的起始年份
    year: i16,
    /// `reading` 正在读取、`waiting` 等待确认、`refused` 不能导入、`accepted` 已导入、`failed` 读取失败、`cancelled` 已取消、`removed` 已删除
    state: &'static str,
    by: String,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// 读取失败的原因
    error: Option<String>,
    /// 上传的文件
    uploads: Vec<UploadedFile>,
    /// 读取的文件及识别出的表样
    files: Vec<ImportFile>,
    counts: ImportCounts,
    findings: Vec<ImportFinding>,
    /// 没有认出的词，须指明的在前
    unknown: Vec<ImportUnknown>,
    /// 不认识的词可以选的选项，按清单名称
    choices: BTreeMap<String, Vec<ImportChoice>>,
    /// 按记住的对应关系读取的词
    meanings: Vec<WordMeaning>,
    /// 就地更正过的单元格
    corrected: Vec<ImportCorrected>,
    /// 确认后会改动什么
    summary: Option<ImportSummary>,
    accepted: Option<ImportAccepted>,
    /// 当前登录人可以按什么状态导入
    #[schema(value_type = Vec<String>)]
    can: Vec<ImportAs>,
}

/// An import in a list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": 12, "year": 2024, "state": "waiting", "by": "王建国（pinggu）",
    "at": "2024-10-08T08:00:00Z", "files": ["学校数据.xlsx"],
    "counts": {"errors": 0, "warnings": 3, "notices": 1},
}))]
struct ImportLine {
    id: i64,
    year: i16,
    state: &'static str,
    by: String,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    files: Vec<String>,
    counts: ImportCounts,
}

/// An import with what lies in its folder.
struct Import {
    job: Job,
    input: Input,
    folder: PathBuf,
    there: bool,
    reading: Option<Reading>,
    accepted: Option<ImportAccepted>,
}

impl Import {
    /// The import of a job, if it is one.
    async fn of(app: &App, county: &CountyCode, job: Job) -> Result<Self, ApiError> {
        let not_found = || ApiError::NotFound(format!("导入 {}", job.id));
        if job.kind != KIND {
            return Err(not_found());
        }
        let input: Input = serde_json::from_str(&job.input).map_err(|_| not_found())?;
        let folder = shelf::folder(app.store(), &input.folder);
        if let Some(kept) = app.store().accepted(county, job.id).await? {
            let Kept { accepted, reading } =
                serde_json::from_str(&kept).map_err(ApiError::internal)?;
            return Ok(Self {
                job,
                input,
                folder,
                there: false,
                reading,
                accepted: Some(accepted),
            });
        }
        let look = folder.clone();
        let (there, reading) =
            blocking(move || Ok((look.is_dir(), shelf::read(&look, shelf::READING)?))).await?;
        Ok(Self { job, input, folder, there, reading, accepted: None })
    }

    async fn find(app: &App, signed: &Signed, id: i64) -> Result<Self, ApiError> {
        whole_county(signed)?;
        let not_found = |_| ApiError::NotFound(format!("导入 {id}"));
        let job = app.store().job(signed.county(), id).await.map_err(not_found)?;
        Self::of(app, signed.county(), job).await
    }

    fn state(&self) -> &'static str {
        match (self.job.state, &self.accepted, &self.reading) {
            (_, Some(_), _) => "accepted",
            _ if !self.there => "removed",
            (JobState::Queued | JobState::Running, ..) => "reading",
            (JobState::Failed, ..) => "failed",
            (JobState::Cancelled, ..) => "cancelled",
            (JobState::Done, _, Some(reading)) if reading.snapshot.is_some() => "waiting",
            (JobState::Done, ..) => "refused",
        }
    }

    fn view(self, signed: &Signed) -> ImportView {
        let state = self.state();
        let can = if state == "waiting" { accept::may_as(signed) } else { Vec::new() };
        let reading = self.reading.unwrap_or_default();
        ImportView {
            id: self.job.id,
            job: self.job.id,
            year: self.input.year,
            state,
            by: self.job.by,
            at: self.job.at,
            error: self.job.failure,
            uploads: self.input.files,
            files: reading.files,
            counts: reading.counts,
            findings: reading.findings,
            unknown: reading.unknown,
            choices: reading.choices,
            meanings: reading.meanings,
            corrected: reading.corrected,
            summary: reading.summary,
            accepted: self.accepted,
            can,
        }
    }
}

/// A file may hold any school of the county: whoever imports answers for all of it.
fn whole_county(signed: &Signed) -> Result<(), ApiError> {
    match signed.scope() {
        Scope::County => Ok(()),
        _ => Err(ApiError::Forbidden(Action::ImportData)),
    }
}

/// Work with files, where it holds nobody up.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ApiError> + Send + 'static,
) -> Result<T, ApiError> {
    tokio::task::spawn_blocking(work).await.map_err(ApiError::internal)?
}

/// 导入记录
#[utoipa::path(get, path = "/api/imports", tag = "imports", params(Paging),
    responses((status = 200, body = Page<ImportLine>)))]
async fn list(
    State(app): State<App>,
    signed: Signed,
    Params(paging): Params<Paging>,
) -> Result<Json<Page<ImportLine>>, ApiError> {
    whole_county(&signed)?;
    let jobs = app.store().jobs(signed.county(), JOBS).await?;
    let mine = jobs.into_iter().filter(|job| job.kind == KIND).collect();
    let jobs = page(mine, &paging, |job: &Job| job.id.to_string());
    let mut items = Vec::with_capacity(jobs.items.len());
    for job in jobs.items {
        let import = Import::of(&app, signed.county(), job).await?;
        items.push(ImportLine {
            id: import.job.id,
            year: import.input.year,
            state: import.state(),
            counts: import.reading.as_ref().map(|reading| reading.counts).unwrap_or_default(),
            files: import.input.files.into_iter().map(|file| file.name).collect(),
            by: import.job.by,
            at: import.job.at,
        });
    }
    Ok(Json(Page { items, next: jobs.next }))
}

/// 一次导入：识别出的表样、发现的问题、确认后会改动什么
#[utoipa::path(get, path = "/api/imports/{id}", tag = "imports", params(("id" = i64, Path)),
    responses((status = 200, body = ImportView)))]
async fn get(
    State(app): State<App>,
    signed: Signed,
    headers: HeaderMap,
    Of(id): Of<i64>,
) -> Result<Response, ApiError> {
    let import = Import::find(&app, &signed, id).await?;
    tagged(&headers, &import.view(&signed))
}

/// 放弃一次导入，删除上传的文件；已经采用的不能删除
#[utoipa::path(delete, path = "/api/imports/{id}", tag = "imports", params(("id" = i64, Path)),
    responses((status = 204, description = "已删除")))]
async fn remove(
    State(app): State<App>,
    signed: Signed,
    Of(id): Of<i64>,
) -> Result<StatusCode, ApiError> {
    let import = Import::find(&app, &signed, id).await?;
    let county = signed.county();
    if matches!(import.job.state, JobState::Queued | JobState::Running) {
        app.store().cancel(county, id, &signed.by()).await?;
        if let Some(live) = app.board().live(county, id) {
            live.stop();
        }
    }
    if import.accepted.is_some() {
        let why = "这次导入已经采用，上传的文件作为数据来源的凭据保存，不能删除";
        return Err(ApiError::NotNow(why.to_owned()));
    }
    if import.there {
        app.store().drop_upload(county, id, &signed.by()).await?;
        let folder = import.folder;
        blocking(move || shelf::remove(&folder)).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}
