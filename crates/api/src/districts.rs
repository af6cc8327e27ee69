//! Districts (学区) and groups (集团). Which schools belong to one follows from the schools' events.

use crate::body::{Body, Of, tagged};
use crate::{ApiError, App, FieldProblem, Signed};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use store::{District, DistrictKind, Scope};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, add)).routes(routes!(edit))
}

/// A district or a group.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "code": "D1", "name": "城关学区", "kind": "district", "schools": ["3418230001"], "version": 1,
}))]
struct DistrictView {
    code: String,
    name: String,
    /// `district` or `group`.
    kind: &'static str,
    /// The schools that belong to it now and that the caller may see.
    schools: Vec<String>,
    /// For the next edit.
    version: i64,
}

const fn kind_code(kind: DistrictKind) -> &'static str {
    match kind {
        DistrictKind::District => "district",
        DistrictKind::Group => "group",
    }
}

impl From<District> for DistrictView {
    fn from(district: District) -> Self {
        Self {
            code: district.code,
            name: district.name,
            kind: kind_code(district.kind),
            schools: district.schools.iter().map(ToString::to_string).collect(),
            version: district.version,
        }
    }
}

/// The districts, with those of their schools that a scope lets through; a district without any is
/// not seen by who does not see the county.
pub(crate) async fn seen(app: &App, signed: &Signed) -> Result<Vec<District>, ApiError> {
    let mut districts = app.store().districts(signed.county()).await?;
    if *signed.scope() != Scope::County {
        let schools = app.store().schools(signed.county(), signed.scope()).await?;
        for district in &mut districts {
            district.schools.retain(|code| schools.iter().any(|school| school.code == *code));
        }
        districts.retain(|district| !district.schools.is_empty());
    }
    Ok(districts)
}

/// 学区与集团列表
#[utoipa::path(get, path = "/api/districts", tag = "schools",
    responses((status = 200, body = Vec<DistrictView>)))]
async fn list(
    State(app): State<App>,
    signed: Signed,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let districts = seen(&app, &signed).await?;
    tagged(&headers, &districts.into_iter().map(DistrictView::from).collect::<Vec<_>>())
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"code": "D1", "name": "城关学区", "kind": "district"}))]
struct NewDistrict {
    /// Chosen by the county: letters and digits.
    code: String,
    name: String,
    /// `district` or `group`.
    kind: DistrictKindName,
}

#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum DistrictKindName {
    District,
    Group,
}

impl From<DistrictKindName> for DistrictKind {
    fn from(name: DistrictKindName) -> Self {
        match name {
            DistrictKindName::District => Self::District,
            DistrictKindName::Group => Self::Group,
        }
    }
}

fn check(code: &str, name: &str) -> Vec<FieldProblem> {
    let mut wrong = Vec::new();
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-';
    if !(1..=20).contains(&code.len()) || !code.chars().all(fits) {
        wrong.push(FieldProblem::new("code", "代码应为 1 至 20 个字母、数字或横线"));
    }
    if !(1..=50).contains(&name.trim().chars().count()) || name.chars().any(char::is_control) {
        wrong.push(FieldProblem::new("name", "名称应为 1 至 50 个字"));
    }
    wrong
}

async fn one(app: &App, signed: &Signed, code: &str) -> Result<District, ApiError> {
    let all = app.store().districts(signed.county()).await?;
    let found = all.into_iter().find(|district| district.code == code);
    found.ok_or_else(|| ApiError::NotFound(format!("学区或集团 {code}")))
}

/// 新建学区或集团
#[utoipa::path(post, path = "/api/districts", tag = "schools", request_body = NewDistrict,
    responses((status = 201, body = DistrictView)))]
async fn add(
    State(app): State<App>,
    signed: Signed,
    Body(new): Body<NewDistrict>,
) -> Result<(StatusCode, Json<DistrictView>), ApiError> {
    let wrong = check(&new.code, &new.name);
    if !wrong.is_empty() {
        return Err(ApiError::Fields(wrong));
    }
    let (county, by, name) = (signed.county(), signed.by(), new.name.trim());
    app.store().put_district(county, &new.code, name, new.kind.into(), 0, &by).await?;
    Ok((StatusCode::CREATED, Json(one(&app, &signed, &new.code).await?.into())))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"version": 1, "name": "城关第一学区"}))]
struct DistrictEdit {
    /// The version that the edit was made from.
    version: Option<i64>,
    name: Option<String>,
    kind: Option<DistrictKindName>,
}

/// 修改学区或集团
#[utoipa::path(patch, path = "/api/districts/{code}", tag = "schools",
    params(("code" = String, Path)), request_body = DistrictEdit,
    responses((status = 200, body = DistrictView)))]
async fn edit(
    State(app): State<App>,
    signed: Signed,
    Of(code): Of<String>,
    Body(edit): Body<DistrictEdit>,
) -> Result<Json<DistrictView>, ApiError> {
    let seen = edit.version.ok_or(ApiError::NoVersion)?;
    let found = one(&app, &signed, &code).await?;
    let name = edit.name.unwrap_or_else(|| found.name.clone());
    let wrong = check(&code, &name);
    if !wrong.is_empty() {
        return Err(ApiError::Fields(wrong));
    }
    let kind = edit.kind.map_or(found.kind, DistrictKind::from);
    let (county, by) = (signed.county(), signed.by());
    app.store().put_district(county, &code, name.trim(), kind, seen, &by).await?;
    Ok(Json(one(&app, &signed, &code).await?.into()))
}
