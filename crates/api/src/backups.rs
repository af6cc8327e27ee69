//! Backups in the data folder: made as a job, listed. Downloading and restoring is for who sits at the
//! server (`junheng restore`): a backup holds everything of every county.

use crate::jobs::{JobContext, JobError};
use crate::{ApiError, App, Signed};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use jiff::Timestamp;
use jiff::tz::Offset;
use serde::Serialize;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use store::Store;
use store::jobs::NewJob;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, begin))
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
