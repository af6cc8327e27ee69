//! The router: the modules' routes, guarded, within the outer layers.

use crate::guard::{Peer, guard};
use crate::{
    ApiError, App, attestations, audit, backups, boundary, collection, districts, documents,
    evaluation, evidence, exchanges, health, imports, jobs, links, metrics, openapi, outer,
    pairings, plans, posts, principals, rotations, scenarios, schools, security, session, setup,
    standards, teachers, training, users, web, years,
};
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::timeout::TimeoutLayer;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;

/// What a refused body is told where the layer does not say its limit.
pub(crate) const BODY_LIMIT_SHOWN: usize = 2 * 1024 * 1024;

/// The endpoints of all modules.
fn endpoints() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(setup::routes())
        .merge(links::routes())
        .merge(session::routes())
        .merge(users::routes())
        .merge(security::routes())
        .merge(schools::routes())
        .merge(districts::routes())
        .merge(years::routes())
        .merge(evaluation::routes())
        .merge(scenarios::routes())
        .merge(boundary::routes())
        .merge(attestations::routes())
        .merge(evidence::routes())
        .merge(standards::routes())
        .merge(plans::routes())
        .merge(posts::routes())
        .merge(rotations::routes())
        .merge(documents::routes())
        .merge(teachers::routes())
        .merge(exchanges::routes())
        .merge(pairings::routes())
        .merge(principals::routes())
        .merge(training::routes())
        .merge(jobs::routes())
        .merge(collection::routes())
        .merge(imports::routes())
        .merge(audit::routes())
        .merge(backups::routes())
        .merge(health::routes())
}

/// What the handlers say of themselves.
pub(crate) fn document() -> OpenApi {
    endpoints().into_openapi()
}

/// The whole application.
pub fn router(app: App) -> Router {
    let (api, document) = endpoints().split_for_parts();
    let document = openapi::finish(document);
    let (limit, patience) = (app.config().body_limit, app.config().patience);
    Router::new()
        .merge(api.route_layer(from_fn_with_state(app.clone(), guard)))
        .route("/healthz", get(metrics::healthz))
        .route("/metrics", get(metrics::metrics).layer(from_fn(near_only)))
        .route("/openapi.json", get(async || Json(document)))
        .fallback(web::serve)
        .layer(DefaultBodyLimit::max(limit))
        .layer(TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, patience))
        .layer(CatchPanicLayer::custom(outer::panicked))
        .layer(from_fn(explained))
        .layer(CompressionLayer::new())
        .layer(from_fn_with_state(app.clone(), outer::outer))
        .with_state(app)
}

/// Counts are for those on the same machine: a monitor there, not whoever reaches the pages.
async fn near_only(request: Request, next: Next) -> Response {
    let near = Peer::of(&request, false).0.is_loopback()
        && !request.headers().contains_key("x-forwarded-for");
    if near { next.run(request).await } else { ApiError::NoRoute.into_response() }
}

/// Gives a problem document to answers of the layers and the router that have none.
async fn explained(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    match response.status() {
        StatusCode::GATEWAY_TIMEOUT if !has_content(&response) => ApiError::Timeout.into_response(),
        StatusCode::METHOD_NOT_ALLOWED if !has_content(&response) => {
            let allow = response.headers().get(header::ALLOW).cloned();
            let mut problem = ApiError::Method.into_response();
            if let Some(allow) = allow {
                problem.headers_mut().insert(header::ALLOW, allow);
            }
            problem
        }
        _ => response,
    }
}

fn has_content(response: &Response) -> bool {
    response.headers().contains_key(header::CONTENT_TYPE)
}
