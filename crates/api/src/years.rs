//! School years: opened, locked when they have been reported, unlocked with a reason.

use crate::body::{Body, Of, tagged};
use crate::evaluation::measured::{measured, standard_of_year, standard_setting};
use crate::{ApiError, App, Signed};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use domain::SchoolYear;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::years::YearRecord;
use store::{StoreError, Which};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// No earlier year has statistics of these forms, and none later than this is being counted.
const YEARS: std::ops::RangeInclusive<i16> = 2000..=2100;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, open))
        .routes(routes!(lock))
        .routes(routes!(unlock))
        .routes(routes!(choose))
}

/// A school year.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "year": 2024, "label": "2024/2025", "locked": false, "reason": "", "version": 1,
    "by": "王建国（xtadmin）", "at": "2025-09-01T00:00:00Z",
    "standard": {"id": "cn-quality-2017", "title": "县域义务教育优质均衡发展督导评估",
        "version": 0},
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
    /// The standard that is official for the year.
    standard: OfficialStandard,
}

/// The standard that is official for a year.
#[derive(Debug, Serialize, ToSchema)]
struct OfficialStandard {
    id: String,
    title: String,
    /// For the next choice; zero: the county's standard, none was chosen for the year.
    version: i64,
}

impl YearView {
    async fn of(app: &App, signed: &Signed, record: YearRecord) -> Result<Self, ApiError> {
        let (county, year) = (signed.county(), record.year);
        let standard = standard_of_year(app, county, year, None).await?;
        let chosen = app.store().setting(county, &standard_setting(year)).await?;
        Ok(Self {
            year: record.year.0,
            label: record.year.to_string(),
            locked: record.locked,
            reason: record.reason,
            version: record.version,
            by: record.by,
            at: record.at,
            standard: OfficialStandard {
                id: standard.id().to_owned(),
                title: standard.title().to_owned(),
                version: chosen.map_or(0, |(_, version)| version),
            },
        })
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
    let mut views = Vec::with_capacity(years.len());
    for record in years {
        views.push(YearView::of(&app, &signed, record).await?);
    }
    tagged(&headers, &views)
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"year": 2025}))]
struct Open {
    /// The calendar year in which it begins.
    year: i16,
}

async fn one(app: &App, signed: &Signed, year: SchoolYear) -> Result<YearRecord, ApiError> {
    let years = app.store().years(signed.county()).await?;
    let found = years.into_iter().find(|record| record.year == year);
    found.ok_or_else(|| ApiError::NotFound(format!("{year} 学年")))
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
    let found = one(&app, &signed, year).await?;
    Ok((StatusCode::CREATED, Json(YearView::of(&app, &signed, found).await?)))
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
    let record = app.store().lock_year(county, year, lock, text, seen, &by).await?;
    Ok(Json(YearView::of(app, signed, record).await?))
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

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"standard": "cn-quality-2017", "version": 0}))]
struct Choice {
    /// The id of a standard of the packs, an overlay of the county's own among them.
    standard: String,
    /// The version that the choice was made from; zero where none was made yet.
    version: Option<i64>,
}

/// 选定学年所用的标准
///
/// 评估随即按选定的标准重新进行；已锁定的学年不能改。选择记入审计。
#[utoipa::path(put, path = "/api/years/{year}/standard", tag = "schools",
    params(("year" = i16, Path)), request_body = Choice,
    responses((status = 200, body = YearView)))]
async fn choose(
    State(app): State<App>,
    signed: Signed,
    Of(year): Of<i16>,
    Body(choice): Body<Choice>,
) -> Result<Json<YearView>, ApiError> {
    let seen = choice.version.ok_or(ApiError::NoVersion)?;
    let (county, year) = (signed.county(), SchoolYear(year));
    let record = one(&app, &signed, year).await?;
    if record.locked {
        return Err(StoreError::YearLocked(year).into());
    }
    let standard = app.knowledge().standard(&choice.standard).cloned().ok_or_else(|| {
        let message = format!("规则包中没有标准“{}”", choice.standard);
        ApiError::field("standard", message)
    })?;
    // What cannot judge the year cannot be official for it: the judge says why.
    measured(&app, county, year, Which::Approved, &standard).await?;
    let name = standard_setting(year);
    app.store().put_setting(county, &name, standard.id(), seen, &signed.by()).await?;
    Ok(Json(YearView::of(&app, &signed, record).await?))
}
