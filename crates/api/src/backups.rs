//! Backups in the data folder: made as a job, listed, verified, taken along. A backup holds everything
//! of every county: where the server has more than one, taking it along is for who sits at the server,
//! as restoring always is (`junheng restore`).

use crate::body::Of;
use crate::download::attachment;
use crate::jobs::{JobContext, JobError};
use crate::{ApiError, App, Signed};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::Stream;
use jiff::Timestamp;
use jiff::tz::Offset;
use serde::Serialize;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use store::Store;
use store::jobs::NewJob;
use tokio::io::AsyncReadExt as _;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, begin)).routes(routes!(take)).routes(routes!(verify))
}

fn folder(store: &Store) -> PathBuf {
    store.folder().join("backups")
}

/// A backup.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[schema(example = json!({
    "name": "junheng-20251009-160000.zip", "bytes": 1_048_576, "at": "2025-10-09T08:00:03Z",
}))]
struct BackupView {
    name: String,
    bytes: u64,
    /// When the file was finished.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

/// 备份列表
#[utoipa::path(get, path = "/api/backups", tag = "system",
    responses((status = 200, body = Vec<BackupView>)))]
async fn list(State(app): State<App>, _signed: Signed) -> Result<Json<Vec<BackupView>>, ApiError> {
    let folder = folder(app.store());
    let read = tokio::task::spawn_blocking(move || read(&folder)).await;
    Ok(Json(read.map_err(ApiError::internal)?.map_err(ApiError::internal)?))
}

fn has_extension(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension.eq_ignore_ascii_case("zip"))
}

/// The backups of a folder, newest first.
fn read(folder: &Path) -> std::io::Result<Vec<BackupView>> {
    let mut backups = Vec::new();
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(backups),
        Err(error) => return Err(error),
    };
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let about = entry.metadata()?;
        if about.is_file() && name.starts_with("junheng-") && has_extension(&name) {
            let at = Timestamp::try_from(about.modified()?).unwrap_or_default();
            backups.push(BackupView { name, bytes: about.len(), at });
        }
    }
    backups.sort_by(|one, other| other.name.cmp(&one.name));
    Ok(backups)
}

/// The path of a backup that is listed; no other name leads anywhere.
async fn listed(app: &App, name: &str) -> Result<PathBuf, ApiError> {
    let folder = folder(app.store());
    let path = folder.join(name);
    let read = tokio::task::spawn_blocking(move || read(&folder)).await;
    let backups = read.map_err(ApiError::internal)?.map_err(ApiError::internal)?;
    let found = backups.iter().any(|backup| backup.name == name);
    if found { Ok(path) } else { Err(ApiError::NotFound(format!("备份 {name}"))) }
}

/// 下载备份
///
/// 备份含全部数据，请妥善保管；下载记入审计。服务器上有多个县时不能在网页下载。
#[utoipa::path(get, path = "/api/backups/{name}", tag = "system", params(("name" = String, Path)),
    responses((status = 200, description = "zip 备份文件", body = Vec<u8>,
        content_type = "application/zip")))]
async fn take(
    State(app): State<App>,
    signed: Signed,
    Of(name): Of<String>,
) -> Result<Response, ApiError> {
    let path = listed(&app, &name).await?;
    if app.store().counties().await?.len() > 1 {
        let why = "备份含有本服务器上各县的数据，不能在网页下载；请由管理服务器的人员取用";
        return Err(ApiError::NotNow(why.to_owned()));
    }
    let file = tokio::fs::File::open(&path).await.map_err(ApiError::internal)?;
    let length = file.metadata().await.map_err(ApiError::internal)?.len();
    let (county, by) = (signed.county(), signed.by());
    app.store().audit(county, &by, "backup.download", &name, "").await?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/zip")),
        (header::CONTENT_LENGTH, HeaderValue::from(length)),
        (header::CONTENT_DISPOSITION, attachment(&name, &name)),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
    ];
    Ok((headers, axum::body::Body::from_stream(portions(file))).into_response())
}

/// A file in portions, so that a backup of any size takes little memory.
fn portions(file: tokio::fs::File) -> impl Stream<Item = std::io::Result<Vec<u8>>> {
    futures_util::stream::try_unfold(file, async |mut file| {
        let mut portion = vec![0; 256 * 1024];
        let count = file.read(&mut portion).await?;
        portion.truncate(count);
        Ok((count > 0).then_some((portion, file)))
    })
}

/// What a backup holds.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"whole": true, "why": null, "rows": 5120, "files": 12}))]
struct BackupVerified {
    /// Is every part what it was?
    whole: bool,
    /// The first part that is not.
    why: Option<String>,
    /// Rows of all tables.
    rows: u64,
    /// Evidence files.
    files: usize,
}

/// 校验备份
#[utoipa::path(post, path = "/api/backups/{name}/verify", tag = "system",
    params(("name" = String, Path)), responses((status = 200, body = BackupVerified)))]
async fn verify(
    State(app): State<App>,
    _signed: Signed,
    Of(name): Of<String>,
) -> Result<Json<BackupVerified>, ApiError> {
    let path = listed(&app, &name).await?;
    Ok(Json(match Store::verify(&path).await {
        Ok(manifest) => BackupVerified {
            whole: true,
            why: None,
            rows: manifest.tables.values().map(|table| table.rows).sum(),
            files: manifest.files.len(),
        },
        Err(error) => {
            BackupVerified { whole: false, why: Some(error.to_string()), rows: 0, files: 0 }
        }
    }))
}

/// The newest backup; `None` where there is none.
pub(crate) async fn newest(app: &App) -> Option<Timestamp> {
    let folder = folder(app.store());
    let read = tokio::task::spawn_blocking(move || read(&folder)).await;
    read.ok()?.ok()?.into_iter().map(|backup| backup.at).max()
}

/// A job that was begun.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Begun {
    /// Its number: see `/api/jobs/{id}`.
    pub(crate) job: i64,
}

/// 立即备份
#[utoipa::path(post, path = "/api/backups", tag = "system",
    responses((status = 202, body = Begun)))]
async fn begin(
    State(app): State<App>,
    signed: Signed,
) -> Result<(StatusCode, Json<Begun>), ApiError> {
    let new = NewJob {
        kind: "backup".to_owned(),
        input: "{}".to_owned(),
        steps: vec!["写入备份".to_owned(), "校验备份".to_owned()],
        request: None,
    };
    let job = app.store().enqueue(signed.county(), &new, &signed.by()).await?;
    app.board().ring();
    Ok((StatusCode::ACCEPTED, Json(Begun { job: job.id })))
}

/// The job: a backup named after the moment that it was asked for, so that after a restart it is
/// the same file.
pub(crate) async fn make(context: JobContext) -> Result<Value, JobError> {
    let folder = folder(context.store());
    std::fs::create_dir_all(&folder)
        .map_err(|error| JobError::failed(format!("无法建立备份文件夹：{error}")))?;
    let name = Offset::constant(8).to_datetime(context.asked()).strftime("junheng-%Y%m%d-%H%M%S");
    let name = format!("{name}-{}.zip", context.id());
    let path = folder.join(&name);
    context.step(0);
    context.say(format!("正在写入 {name}"));
    context.store().backup(&path, context.now()).await?;
    context.check()?;
    context.step(1);
    context.say("正在逐项校验");
    let manifest = Store::verify(&path).await?;
    let rows: u64 = manifest.tables.values().map(|table| table.rows).sum();
    Ok(json!({ "name": name, "rows": rows, "files": manifest.files.len() }))
}
