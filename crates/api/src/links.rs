//! One-time links: how somebody gets a first password, or a new one, without anybody else knowing
//! it. The token stands behind `#` in the address and comes in a body, so that no log holds it.

use crate::body::Body;
use crate::guard::Peer;
use crate::limits::Bucket;
use crate::setup::password_problem;
use crate::signed::person;
use crate::{ApiError, App};
use access::token::{LINK_LIFE, Link, Token};
use axum::Json;
use axum::extract::{Extension, State};
use axum::http::StatusCode;
use domain::CountyCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::By;
use store::users::User;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(open)).routes(routes!(set_password))
}

/// A link, for whoever gives it to its owner.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({
    "path": "/link#token=341823.7.0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
    "expires_at": "2025-10-12T08:00:00Z",
}))]
pub(crate) struct OneTimeLink {
    /// What follows the address of the server. It is shown once.
    pub(crate) path: String,
    /// No use after.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) expires_at: Timestamp,
}

/// A new secret for an account: what is kept in the place of the password's hash, and the token.
pub(crate) fn secret(now: Timestamp) -> Result<(String, Token, Timestamp), ApiError> {
    let token = Token::random()?;
    let link = Link::new(&token, now, LINK_LIFE);
    Ok((link.keep(), token, link.expires()))
}

/// The link of an account's secret: county and number say whose it is, the rest is the secret.
pub(crate) fn link(
    county: &CountyCode,
    user: i64,
    token: &Token,
    expires: Timestamp,
) -> OneTimeLink {
    let path = format!("/link#token={county}.{user}.{}", token.reveal());
    OneTimeLink { path, expires_at: expires }
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "token": "341823.7.0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
}))]
struct Presented {
    /// What stands behind `token=` in the link.
    token: String,
}

/// Whose link it is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "login": "zhangsan", "name": "张三", "expires_at": "2025-10-12T08:00:00Z",
}))]
struct Whose {
    login: String,
    name: String,
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
}

/// 查看一次性链接属于谁
#[utoipa::path(post, path = "/api/links/open", tag = "setup", request_body = Presented,
    responses((status = 200, body = Whose)))]
async fn open(
    State(app): State<App>,
    Extension(peer): Extension<Peer>,
    Body(presented): Body<Presented>,
) -> Result<Json<Whose>, ApiError> {
    app.limits().take(Bucket::SignInAddress(peer.0))?;
    let (_, user, expires_at) = find(&app, &presented.token).await?;
    Ok(Json(Whose { login: user.login, name: user.name, expires_at }))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "token": "341823.7.0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
    "password": "Qing-shan4102",
}))]
struct NewPassword {
    /// What stands behind `token=` in the link.
    token: String,
    /// The password from now on.
    password: String,
}

/// 用一次性链接设置密码
#[utoipa::path(post, path = "/api/links/use", tag = "setup", request_body = NewPassword,
    responses((status = 204, description = "密码已设置，可以登录；链接已失效")))]
async fn set_password(
    State(app): State<App>,
    Extension(peer): Extension<Peer>,
    Body(new): Body<NewPassword>,
) -> Result<StatusCode, ApiError> {
    app.limits().take(Bucket::SignInAddress(peer.0))?;
    let (county, user, _) = find(&app, &new.token).await?;
    if let Some(field) = password_problem(&new.password, &user.login) {
        return Err(ApiError::Fields(vec![field]));
    }
    let hash = app.hash(new.password).await?;
    // Hashing takes a while, in which the link may have been used.
    find(&app, &new.token).await?;
    let by = By::new(person(&user.name, &user.login), app.clock().now());
    app.store().set_password(&county, user.id, &hash, false, &by).await?;
    app.store().end_sessions_of(&county, user.id, None, &by).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The account that a token opens.
async fn find(app: &App, presented: &str) -> Result<(CountyCode, User, Timestamp), ApiError> {
    let closed = || ApiError::LinkClosed;
    let mut parts = presented.trim().splitn(3, '.');
    let mut part = || parts.next().ok_or_else(closed);
    let county = CountyCode::parse(part()?).map_err(|_| closed())?;
    let id = part()?.parse().map_err(|_| closed())?;
    let token = Token::presented(part()?).ok_or_else(closed)?;
    let user = app.store().user(&county, id).await.map_err(|_| closed())?;
    let link = user.password.as_deref().and_then(Link::kept).ok_or_else(closed)?;
    if !user.active || !link.opens(&token, app.clock().now()) {
        return Err(closed());
    }
    Ok((county, user, link.expires()))
}
