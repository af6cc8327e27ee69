//! The first start: no account anywhere, one link on the terminal, one first administrator. There is
//! no default password.

use crate::body::{Body, Params};
use crate::guard::Peer;
use crate::limits::Bucket;
use crate::signed::person;
use crate::{ApiError, App, FieldProblem};
use access::token::{Link, SETUP_LIFE, Token};
use access::{AccessError, Role, password};
use axum::extract::{Extension, State};
use axum::http::StatusCode;
use axum::{Json, response::IntoResponse};
use domain::CountyCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::{Mutex, PoisonError};
use store::users::{Grant, GrantScope, NewUser};
use store::{By, Store};
use tokio::sync::Mutex as AsyncMutex;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(state, set_up))
}

/// The one-time link of a first start. It lives as long as the server: a restart makes a new one.
pub(crate) struct Setup {
    link: Mutex<Option<(Token, Link)>>,
    /// One set-up at a time: two browsers with one link make one administrator.
    turn: AsyncMutex<()>,
}

impl fmt::Debug for Setup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Setup")
    }
}

impl Setup {
    /// A link where there is no account.
    pub(crate) async fn new(store: &Store, now: Timestamp) -> Result<Self, crate::ServeError> {
        let mut link = None;
        if !has_accounts(store).await? {
            let token = Token::random()?;
            link = Some((token.clone(), Link::new(&token, now, SETUP_LIFE)));
        }
        Ok(Self { link: Mutex::new(link), turn: AsyncMutex::new(()) })
    }

    pub(crate) fn token(&self) -> Option<String> {
        let link = self.link.lock().unwrap_or_else(PoisonError::into_inner);
        link.as_ref().map(|(token, _)| token.reveal().to_owned())
    }

    fn opens(&self, token: &str, now: Timestamp) -> bool {
        let link = self.link.lock().unwrap_or_else(PoisonError::into_inner);
        let token = Token::presented(token);
        token.zip(link.as_ref()).is_some_and(|(token, (_, link))| link.opens(&token, now))
    }

    fn close(&self) {
        *self.link.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

async fn has_accounts(store: &Store) -> Result<bool, store::StoreError> {
    for county in store.counties().await? {
        if !store.users(&county.code).await?.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A county as pages show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"code": "341823", "name": "青山县"}))]
pub(crate) struct CountyName {
    /// 行政区划代码, six digits.
    pub(crate) code: String,
    /// Its name.
    pub(crate) name: String,
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Presented {
    /// The token of the link.
    token: Option<String>,
}

/// Whether the first administrator is still to be made.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"county": null, "needed": true, "valid": true}))]
struct SetupState {
    /// The county that is kept already; null: the set-up asks for it.
    county: Option<CountyName>,
    /// Is there no account yet?
    needed: bool,
    /// Does the token open the set-up?
    valid: bool,
}

/// 是否需要初始化
#[utoipa::path(get, path = "/api/setup", tag = "setup", params(Presented),
    responses((status = 200, body = SetupState)))]
async fn state(
    State(app): State<App>,
    Params(presented): Params<Presented>,
) -> Result<Json<SetupState>, ApiError> {
    let needed = app.setup().token().is_some();
    let valid = app.setup().opens(&presented.token.unwrap_or_default(), app.clock().now());
    // What is kept is told to the holder of the link only.
    let county = if valid { only_county(&app).await? } else { None };
    Ok(Json(SetupState { county, needed, valid }))
}

async fn only_county(app: &App) -> Result<Option<CountyName>, ApiError> {
    let counties = app.store().counties().await?;
    Ok(counties
        .into_iter()
        .next()
        .map(|county| CountyName { code: county.code.to_string(), name: county.name }))
}

/// The first administrator.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "token": "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
    "login": "xtadmin", "name": "王建国", "password": "Qing-shan4102",
    "county": {"code": "341823", "name": "青山县"},
}))]
struct FirstAdministrator {
    /// The token of the link.
    token: String,
    /// Log-in name.
    login: String,
    /// The person's name.
    name: String,
    /// The password.
    password: String,
    /// The county, where none is kept yet.
    county: Option<CountyName>,
}

/// 建立第一位系统管理员
#[utoipa::path(post, path = "/api/setup", tag = "setup", request_body = FirstAdministrator,
    responses((status = 201, description = "已建立，可以登录")))]
async fn set_up(
    State(app): State<App>,
    Extension(peer): Extension<Peer>,
    Body(first): Body<FirstAdministrator>,
) -> Result<impl IntoResponse, ApiError> {
    app.limits().take(Bucket::SignInAddress(peer.0))?;
    let now = app.clock().now();
    if !app.setup().opens(&first.token, now) {
        return Err(ApiError::LinkClosed);
    }
    let _turn = app.setup().turn.lock().await;
    if !app.setup().opens(&first.token, now) || has_accounts(app.store()).await? {
        return Err(ApiError::LinkClosed);
    }
    let kept = only_county(&app).await?;
    let mut fields = crate::users::check_names(&first.login, &first.name);
    fields.extend(password_problem(&first.password, &first.login));
    let county = kept.clone().or(first.county).unwrap_or_else(|| {
        fields.push(FieldProblem::new("county", "请填写本县的行政区划代码和名称"));
        CountyName { code: String::new(), name: String::new() }
    });
    let code = CountyCode::parse(&county.code);
    if !county.code.is_empty() && code.is_err() {
        fields.push(FieldProblem::new("county.code", "行政区划代码应为六位数字"));
    }
    if !county.code.is_empty() && county.name.trim().is_empty() {
        fields.push(FieldProblem::new("county.name", "县名不能为空"));
    }
    let Ok(code) = code else { return Err(ApiError::Fields(fields)) };
    if !fields.is_empty() {
        return Err(ApiError::Fields(fields));
    }
    let by = By::new(person(first.name.trim(), &first.login), now);
    let hash = app.hash(first.password).await?;
    if kept.is_none() {
        app.store().put_county(&code, county.name.trim(), &by).await?;
    }
    let user = NewUser {
        login: first.login,
        name: first.name.trim().to_owned(),
        password: Some(hash),
        must_change: false,
        grants: vec![Grant {
            role: Role::SystemAdmin.code(),
            scope: GrantScope::County,
            from: None,
            to: None,
        }],
    };
    app.store().add_users(&code, &[user], &by).await?;
    app.setup().close();
    Ok(StatusCode::CREATED)
}

/// What is wrong with a password, as a field.
pub(crate) fn password_problem(text: &str, login: &str) -> Option<FieldProblem> {
    match password::check(text, login) {
        Err(error @ AccessError::WeakPassword(_)) => {
            Some(FieldProblem::new("password", error.to_string()))
        }
        _ => None,
    }
}
