//! The county's boundary with its townships: uploaded once, drawn on every map.

mod geojson;

use crate::body::{Params, tagged};
use crate::incoming::{self, blocking, disk};
use crate::{ApiError, App, Signed};
use axum::Json;
use axum::extract::multipart::MultipartRejection;
use axum::extract::{DefaultBodyLimit, Multipart, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use domain::{Snapshot, Value};
use geojson::{Area, BoundaryCounts};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::{Scope, Which};
use utoipa::ToSchema;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt as _};
use utoipa_axum::routes;

/// Largest file, bytes.
const LARGEST: usize = 20 * 1024 * 1024;
/// Schools that are named because they lie outside.
const NAMED: usize = 20;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get)).routes(
        // The limit is counted while the file comes.
        routes!(put, remove).layer(DefaultBodyLimit::disable()),
    )
}

/// The boundary.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "version": 1, "name": "县界.geojson", "by": "王建国（pinggu）", "at": "2024-10-08T08:00:00Z",
    "geojson": {"type": "FeatureCollection", "features": []},
}))]
struct BoundaryView {
    /// 没有上传过时为 0
    version: i64,
    /// 上传的文件名
    name: Option<String>,
    by: Option<String>,
    #[schema(value_type = Option<String>, format = DateTime)]
    at: Option<Timestamp>,
    /// 各面及其名称；没有上传过时为 `null`
    geojson: serde_json::Value,
}

/// 县界和乡镇界
#[utoipa::path(get, path = "/api/boundary", tag = "map",
    responses((status = 200, body = BoundaryView)))]
async fn get(
    State(app): State<App>,
    signed: Signed,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let view = match app.store().boundary(signed.county()).await? {
        None => BoundaryView {
            version: 0,
            name: None,
            by: None,
            at: None,
            geojson: serde_json::Value::Null,
        },
        Some(kept) => BoundaryView {
            version: kept.version,
            name: Some(kept.name),
            by: Some(kept.by),
            at: Some(kept.at),
            geojson: serde_json::from_str(&kept.content).map_err(ApiError::internal)?,
        },
    };
    tagged(&headers, &view)
}

/// Which boundary the caller has seen.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct SeenBoundary {
    /// 看到的版本；没有上传过的为 0
    version: Option<i64>,
}

/// The upload.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the form for the document")]
struct BoundaryUpload {
    /// GeoJSON 面数据，WGS84 或 CGCS2000 经纬度，不超过 20 MB；面的 `name` 属性为乡镇名
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// What has become of an upload.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "version": 1, "counts": {"areas": 12, "named": 12, "corners": 3401},
    "schools": 86, "outside": [],
}))]
struct BoundaryPut {
    version: i64,
    counts: BoundaryCounts,
    /// 有坐标的学校数
    schools: usize,
    /// 坐标不在县界内的学校（最多列 20 所）：学校坐标或县界的坐标系可能有误
    outside: Vec<String>,
}

/// 上传县界
///
/// 坐标系须为 WGS84 或 CGCS2000 经纬度；其他坐标系、其他图形会被拒绝并说明原因。
#[utoipa::path(put, path = "/api/boundary", tag = "map",
    params(SeenBoundary, ("Idempotency-Key" = Option<String>, Header,
        description = "可以不给：带着同一个版本号重传，第二次会得到 409")),
    request_body(content = BoundaryUpload, content_type = "multipart/form-data"),
    responses((status = 200, body = BoundaryPut)))]
async fn put(
    State(app): State<App>,
    signed: Signed,
    Params(seen): Params<SeenBoundary>,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Json<BoundaryPut>, ApiError> {
    whole_county(&signed)?;
    let incoming = incoming::receive(&app, form, 1, LARGEST).await?;
    let seen = seen.version.ok_or(ApiError::NoVersion)?;
    let Some(file) = incoming.files.into_iter().next() else {
        return Err(ApiError::field("file", "没有收到文件；请选择要上传的文件"));
    };
    let (name, path) = (file.name, file.path);
    let (areas, content) = blocking(move || {
        let text = std::fs::read(&path).map_err(|error| disk(&error))?;
        let areas =
            geojson::read(&text).map_err(|error| ApiError::field("file", error.to_string()))?;
        let content = geojson::write(&areas).to_string();
        Ok((areas, content))
    })
    .await?;
    let county = signed.county();
    let version = app.store().put_boundary(county, &name, &content, seen, &signed.by()).await?;
    let (schools, outside) = match newest(&app, &signed).await? {
        Some(snapshot) => outside(&snapshot, &areas, app.knowledge().items.catalogue()),
        None => (0, Vec::new()),
    };
    Ok(Json(BoundaryPut { version, counts: geojson::counts(&areas), schools, outside }))
}

/// 移除县界
#[utoipa::path(delete, path = "/api/boundary", tag = "map", params(SeenBoundary),
    responses((status = 204, description = "已移除")))]
async fn remove(
    State(app): State<App>,
    signed: Signed,
    Params(seen): Params<SeenBoundary>,
) -> Result<StatusCode, ApiError> {
    whole_county(&signed)?;
    let seen = seen.version.ok_or(ApiError::NoVersion)?;
    app.store().remove_boundary(signed.county(), seen, &signed.by()).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn whole_county(signed: &Signed) -> Result<(), ApiError> {
    if *signed.scope() == Scope::County {
        return Ok(());
    }
    Err(ApiError::NotFound("全县的县界".to_owned()))
}

/// The figures of the newest year, to see whether the schools lie within.
async fn newest(app: &App, signed: &Signed) -> Result<Option<Snapshot>, ApiError> {
    let years = app.store().years(signed.county()).await?;
    let Some(year) = years.first().map(|known| known.year) else { return Ok(None) };
    let catalogue = app.knowledge().items.catalogue();
    let found = app.store().snapshot_of(signed.county(), year, Which::Submitted, catalogue).await?;
    Ok(Some(found.snapshot))
}

/// How many schools have a place, and which of them lie outside.
fn outside(
    snapshot: &Snapshot,
    areas: &[Area],
    catalogue: &domain::Catalogue,
) -> (usize, Vec<String>) {
    let (mut known, mut outside) = (0, Vec::new());
    for school in snapshot.schools() {
        let degrees = |item: &str| match school.facts.value(catalogue.id(item)?)? {
            Value::Number(number) => f64::try_from(*number).ok(),
            _ => None,
        };
        let (Some(east), Some(north)) = (degrees("longitude"), degrees("latitude")) else {
            continue;
        };
        known += 1;
        if outside.len() < NAMED && !areas.iter().any(|area| area.holds((east, north))) {
            outside.push(school.name.clone());
        }
    }
    (known, outside)
}
