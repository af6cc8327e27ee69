//! What the packs say, as pages: the standards with their clauses and worked examples, the data items
//! with 口径, what measures cost. It reads; a pack is changed as a file, not here.

mod view;

use crate::body::{Of, Params, tagged};
use crate::evaluation::measured::standard_of;
use crate::{ApiError, App, Signed};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use domain::Level;
use invest::costs::CostCatalogue;
use serde::Deserialize;
use standard::Standard;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use view::{CostHead, ExampleView, Examples, ItemView, StandardHead, StandardView};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(get))
        .routes(routes!(run_examples))
        .routes(routes!(items))
        .routes(routes!(costs))
        .routes(routes!(cost))
}

/// A standard by its id.
fn named<'a>(app: &'a App, id: &str) -> Result<&'a Arc<Standard>, ApiError> {
    app.knowledge().standard(id).ok_or_else(|| ApiError::NotFound(format!("标准“{id}”")))
}

/// 标准列表
#[utoipa::path(get, path = "/api/standards", tag = "standards",
    responses((status = 200, body = Vec<StandardHead>)))]
async fn list(
    State(app): State<App>,
    signed: Signed,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let own = standard_of(&app, signed.county(), None).await?;
    let heads = app.knowledge().standards.values();
    let heads: Vec<_> = heads.map(|standard| StandardHead::of(standard, own.id())).collect();
    tagged(&headers, &heads)
}

/// 一个标准：依据、参数、总则、规则与条款，公式写成中文
#[utoipa::path(get, path = "/api/standards/{id}", tag = "standards",
    params(("id" = String, Path, example = "cn-quality-2017")),
    responses((status = 200, body = StandardView)))]
async fn get(
    State(app): State<App>,
    signed: Signed,
    headers: HeaderMap,
    Of(id): Of<String>,
) -> Result<Response, ApiError> {
    let own = standard_of(&app, signed.county(), None).await?;
    tagged(&headers, &StandardView::of(named(&app, &id)?, own.id()))
}

/// 运行一个标准自带的算例
///
/// 每个算例逐处列出预期值、算出的值和是否相符；不读也不改本县的数据。
#[utoipa::path(post, path = "/api/standards/{id}/examples", tag = "standards",
    params(("id" = String, Path, example = "cn-quality-2017")),
    responses((status = 200, body = Examples)))]
async fn run_examples(
    State(app): State<App>,
    _signed: Signed,
    Of(id): Of<String>,
) -> Result<Json<Examples>, ApiError> {
    named(&app, &id)?;
    let source = app.clone();
    let run = tokio::task::spawn_blocking(move || {
        let knowledge = source.knowledge();
        standard::example::run(&knowledge.source, &knowledge.catalogue, &id)
    });
    let results = run.await.map_err(ApiError::internal)?;
    let results = results.map_err(|error| ApiError::NotNow(error.to_string()))?;
    let examples: Vec<ExampleView> = results.into_iter().map(ExampleView::from).collect();
    let holds = examples.iter().all(|example| example.holds);
    Ok(Json(Examples { holds, examples }))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct WantedItems {
    /// `county`、`school`、`section`、`class`、`room`；不给时列出全部
    #[param(value_type = Option<String>)]
    level: Option<Level>,
}

/// 数据项目录：名称、单位、取值、口径、出自哪张官方表的哪一格
#[utoipa::path(get, path = "/api/items", tag = "standards", params(WantedItems),
    responses((status = 200, body = Vec<ItemView>)))]
async fn items(
    State(app): State<App>,
    _signed: Signed,
    headers: HeaderMap,
    Params(wanted): Params<WantedItems>,
) -> Result<Response, ApiError> {
    let mut views = ItemView::all(&app.knowledge().items);
    views.retain(|view| wanted.level.is_none_or(|level| view.level == level.code()));
    tagged(&headers, &views)
}

/// A cost catalogue of the packs.
fn costs_of(app: &App, id: &str) -> Result<CostCatalogue, ApiError> {
    let knowledge = app.knowledge();
    invest::costs::load(&knowledge.source, &knowledge.catalogue, id).map_err(ApiError::internal)
}

/// 造价目录列表
#[utoipa::path(get, path = "/api/costs", tag = "plans",
    responses((status = 200, body = Vec<CostHead>)))]
async fn costs(
    State(app): State<App>,
    _signed: Signed,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let ids = invest::costs::ids(&app.knowledge().source);
    let heads = ids.iter().map(|id| costs_of(&app, id).map(CostHead::from));
    tagged(&headers, &heads.collect::<Result<Vec<_>, _>>()?)
}

/// 一个造价目录：措施、单价、依据和确定程度
#[utoipa::path(get, path = "/api/costs/{id}", tag = "plans",
    params(("id" = String, Path, example = "cn-county-2023")),
    responses((status = 200, description = "见 docs/plan-json.md 的 costs",
        body = serde_json::Value)))]
async fn cost(
    State(app): State<App>,
    _signed: Signed,
    headers: HeaderMap,
    Of(id): Of<String>,
) -> Result<Response, ApiError> {
    if !invest::costs::ids(&app.knowledge().source).contains(&id) {
        return Err(ApiError::NotFound(format!("造价目录“{id}”")));
    }
    tagged(&headers, &costs_of(&app, &id)?)
}
