//! How the server is, for the one who runs it.

use crate::{ApiError, App, Signed};
use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use serde::Serialize;
use std::path::Path;
use store::Database;
use store::jobs::JobState;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get))
}

/// How the server is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "version": "0.1.0", "now": "2025-10-09T08:00:00Z", "database": "sqlite", "answers": true,
    "web": true, "standards": ["cn-quality-2017"], "items": 240, "workers": 2,
    "jobs": {"queued": 0, "running": 1, "failed": 0}, "data_bytes": 52_428_800,
    "free_bytes": 21_474_836_480_u64, "newest_backup": "2025-10-08T18:00:00Z",
}))]
struct Health {
    /// Version of the program.
    version: &'static str,
    /// The server's clock.
    #[schema(value_type = String, format = DateTime)]
    now: Timestamp,
    /// `sqlite` or `postgresql`.
    database: &'static str,
    /// Does the database answer?
    answers: bool,
    /// Does the program hold the web application?
    web: bool,
    /// Ids of the standards.
    standards: Vec<String>,
    /// How many data items the packs have.
    items: usize,
    /// How many jobs run at once.
    workers: usize,
    jobs: Jobs,
    /// Size of the database file; null for `PostgreSQL`.
    data_bytes: Option<u64>,
    /// What is free on the disk of the data folder; null where the system does not say.
    free_bytes: Option<u64>,
    /// When the newest backup was finished; null: there is none.
    #[schema(value_type = Option<String>, format = DateTime)]
    newest_backup: Option<Timestamp>,
}

/// What is free on the disk of a folder, for programs without special rights.
#[cfg(unix)]
pub(crate) fn free(folder: &Path) -> Option<u64> {
    let about = rustix::fs::statvfs(folder).ok()?;
    Some(about.f_bavail.saturating_mul(about.f_frsize))
}

#[cfg(not(unix))]
pub(crate) fn free(_folder: &Path) -> Option<u64> {
    None
}

/// Jobs of the county by state, among its newest thousand.
#[derive(Debug, Serialize, ToSchema)]
struct Jobs {
    queued: usize,
    running: usize,
    failed: usize,
}

/// 运行状况
#[utoipa::path(get, path = "/api/health", tag = "system",
    responses((status = 200, body = Health)))]
async fn get(State(app): State<App>, signed: Signed) -> Result<Json<Health>, ApiError> {
    let jobs = app.store().jobs(signed.county(), 1_000).await?;
    let count = |state| jobs.iter().filter(|job| job.state == state).count();
    let jobs = Jobs {
        queued: count(JobState::Queued),
        running: count(JobState::Running),
        failed: count(JobState::Failed),
    };
    Ok(Json(Health {
        version: env!("CARGO_PKG_VERSION"),
        now: signed.now(),
        database: match app.config().store.database {
            Database::Sqlite(_) => "sqlite",
            Database::Postgres(_) => "postgresql",
        },
        answers: app.store().ping().await.is_ok(),
        web: crate::web::is_built(),
        standards: app.knowledge().standards.keys().cloned().collect(),
        items: app.knowledge().catalogue.len(),
        workers: app.config().workers,
        jobs,
        data_bytes: match &app.config().store.database {
            Database::Sqlite(file) => {
                std::fs::metadata(app.store().folder().join(file)).ok().map(|about| about.len())
            }
            Database::Postgres(_) => None,
        },
        free_bytes: free(app.store().folder()),
        newest_backup: crate::backups::newest(&app).await,
    }))
}
