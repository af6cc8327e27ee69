//! The rules of signing in that a county may set.

use crate::body::Body;
use crate::state::RULES;
use crate::{ApiError, App, Signed};
use access::session::Rules;
use access::{lockout, password};
use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get, put))
}

/// The rules of signing in.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "idle_minutes": 30, "absolute_minutes": 720, "version": 0,
    "password_length": 10, "free_failures": 5, "first_lock_minutes": 15,
}))]
struct Security {
    /// A session ends after so many minutes without use.
    idle_minutes: i64,
    /// And so many minutes after the log-in anyway.
    absolute_minutes: i64,
    /// For the next edit; zero: nothing was set.
    version: i64,
    /// Least length of a password; fixed.
    password_length: usize,
    /// So many failures in a row are let through; fixed.
    free_failures: i64,
    /// The first lock after that; fixed.
    first_lock_minutes: i64,
}

async fn current(app: &App, signed: &Signed) -> Result<Json<Security>, ApiError> {
    let rules = app.session_rules(signed.county()).await?;
    let kept = app.store().setting(signed.county(), RULES).await?;
    Ok(Json(Security {
        idle_minutes: rules.idle_minutes,
        absolute_minutes: rules.absolute_minutes,
        version: kept.map_or(0, |(_, version)| version),
        password_length: password::SHORTEST,
        free_failures: lockout::FREE,
        first_lock_minutes: lockout::FIRST_MINUTES,
    }))
}

/// 登录安全设置
#[utoipa::path(get, path = "/api/security", tag = "users",
    responses((status = 200, body = Security)))]
async fn get(State(app): State<App>, signed: Signed) -> Result<Json<Security>, ApiError> {
    current(&app, &signed).await
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"idle_minutes": 20, "absolute_minutes": 480, "version": 0}))]
struct SecurityEdit {
    idle_minutes: i64,
    absolute_minutes: i64,
    /// The version that the edit was made from.
    version: Option<i64>,
}

/// 修改登录安全设置
#[utoipa::path(put, path = "/api/security", tag = "users", request_body = SecurityEdit,
    responses((status = 200, body = Security)))]
async fn put(
    State(app): State<App>,
    signed: Signed,
    Body(edit): Body<SecurityEdit>,
) -> Result<Json<Security>, ApiError> {
    let seen = edit.version.ok_or(ApiError::NoVersion)?;
    let rules = Rules { idle_minutes: edit.idle_minutes, absolute_minutes: edit.absolute_minutes };
    if !rules.is_sound() {
        let message = "无操作时限应为 5 至 240 分钟，总时限应为 30 至 1440 分钟且不短于无操作时限";
        return Err(ApiError::field("idle_minutes", message));
    }
    let text = serde_json::to_string(&rules).map_err(ApiError::internal)?;
    app.store().put_setting(signed.county(), RULES, &text, seen, &signed.by()).await?;
    current(&app, &signed).await
}
