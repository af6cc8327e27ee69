//! School years: opened, locked when they have been reported, unlocked with a reason.

use crate::body::{Body, Of, tagged};
use crate::{ApiError, App, Signed};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use domain::SchoolYear;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::years::YearRecord;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// No earlier year has statistics of these forms, and none later than this is being counted.
const YEARS: std::ops::RangeInclusive<i16> = 2000..=2100;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, open)).routes(routes!(lock)).routes(routes!(unlock))
}

/// A school year.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "year": 2024, "label": "2024/2025", "locked": false, "reason": "", "version": 1,
    "by": "王建国（xtadmin）", "at": "2025-09-01T00:00:00Z",
}))]
struct YearView {
    /// The calendar year in which it begins.
    year: i16,
    label: String,
    locked: bool,
    /// Why it was locked or unlocked.
    reason: String,
    /// For the next edit.
    version: i64,
    by: String,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

impl From<YearRecord> for YearView {
    fn from(record: YearRecord) -> Self {
        Self {
            year: record.year.0,
            label: record.year.to_string(),
            locked: record.locked,
            reason: record.reason,
            version: record.version,
            by: record.by,
            at: record.at,
        }
    }
}

/// 学年列表
#[utoipa::path(get, path = "/api/years", tag = "schools",
    responses((status = 200, body = Vec<YearView>)))]
async fn list(
    State(app): State<App>,
    signed: Signed,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let years = app.store().years(signed.county()).await?;
    tagged(&headers, &years.into_iter().map(YearView::from).collect::<Vec<_>>())
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"year": 2025}))]
struct Open {
    /// The calendar year in which it begins.
    year: i16,
}

/// 开设学年
#[utoipa::path(post, path = "/api/years", tag = "schools", request_body = Open,
    responses((status = 201, body = YearView)))]
async fn open(
    State(app): State<App>,
    signed: Signed,
    Body(open): Body<Open>,
) -> Result<(StatusCode, Json<YearView>), ApiError> {
    if !YEARS.contains(&open.year) {
        return Err(ApiError::field("year", "学年应为 2000 至 2100 之间的起始年份"));
    }
    let year = SchoolYear(open.year);
    app.store().open_year(signed.county(), year, &signed.by()).await?;
    let years = app.store().years(signed.county()).await?;
    let found = years.into_iter().find(|record| record.year == year);
    let found = found.ok_or_else(|| ApiError::NotFound(format!("{year} 学年")))?;
    Ok((StatusCode::CREATED, Json(found.into())))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"version": 1, "reason": "已完成年度上报"}))]
struct Reason {
    /// The version that the edit was made from.
    version: Option<i64>,
    /// Why; needed for unlocking.
    #[serde(default)]
    reason: String,
}

async fn set(
    app: &App,
    signed: &Signed,
    year: i16,
    lock: bool,
    reason: Reason,
) -> Result<Json<YearView>, ApiError> {
    let seen = reason.version.ok_or(ApiError::NoVersion)?;
    let (county, by) = (signed.county(), signed.by());
    let text = reason.reason.trim();
    let year = SchoolYear(year);
    Ok(Json(app.store().lock_year(county, year, lock, text, seen, &by).await?.into()))
}

/// 锁定学年
#[utoipa::path(post, path = "/api/years/{year}/lock", tag = "schools",
    params(("year" = i16, Path)), request_body = Reason,
    responses((status = 200, body = YearView)))]
async fn lock(
    State(app): State<App>,
    signed: Signed,
    Of(year): Of<i16>,
    Body(reason): Body<Reason>,
) -> Result<Json<YearView>, ApiError> {
    set(&app, &signed, year, true, reason).await
}

/// 解锁学年
#[utoipa::path(post, path = "/api/years/{year}/unlock", tag = "schools",
    params(("year" = i16, Path)), request_body = Reason,
    responses((status = 200, body = YearView)))]
async fn unlock(
    State(app): State<App>,
    signed: Signed,
    Of(year): Of<i16>,
    Body(reason): Body<Reason>,
) -> Result<Json<YearView>, ApiError> {
    set(&app, &signed, year, false, reason).await
}
