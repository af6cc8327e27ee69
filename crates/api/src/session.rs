//! Signing in and out, and what a page needs to know about who is signed in.

use crate::body::Body;
use crate::guard::{COOKIE, Peer};
use crate::limits::Bucket;
use crate::setup::{CountyName, password_problem};
use crate::signed::person;
use crate::users::dto::GrantView;
use crate::{ApiError, App, Signed};
use access::token::Token;
use access::{Action, Caller, hashing, lockout};
use axum::Json;
use axum::extract::{Extension, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::CountyCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::By;
use store::sessions::Session;
use store::users::User;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The setting that marks a county of made-up data.
const SYNTHETIC: &str = "synthetic";
/// The setting that holds the id of the county's standard.
pub(crate) const STANDARD: &str = "standard";

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(sign_in, get, sign_out)).routes(routes!(change_password))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"login": "zhangsan", "password": "Qing-shan4102"}))]
struct Credentials {
    /// Log-in name.
    login: String,
    /// Password.
    password: String,
    /// The county's code, where the server keeps several.
    county: Option<String>,
}

/// Who is signed in.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "user": {"id": 7, "login": "zhangsan", "name": "张三", "must_change": false, "grants": [
        {"role": "clerk", "zh": "学校填报员",
         "scope": {"kind": "school", "code": "3418230001", "name": "实验小学"}},
    ]},
    "can": ["submission.read", "submission.fill"],
    "csrf": "0123456789abcdef",
    "county": {"code": "341823", "name": "青山县"},
    "years": [{"year": 2024, "label": "2024/2025", "locked": false}],
    "year": 2024,
    "standard": {"id": "cn-quality-2017", "title": "县域义务教育优质均衡发展督导评估"},
    "expires_at": "2025-10-09T08:30:00Z",
    "synthetic": false,
}))]
pub(crate) struct SessionView {
    user: UserView,
    /// Codes of the actions that the caller may do, over whatever.
    can: Vec<&'static str>,
    /// To be sent back as `X-CSRF-Token` with every change.
    csrf: String,
    county: CountyName,
    years: Vec<YearName>,
    /// The year that pages begin with: the latest, locked or not.
    year: Option<i16>,
    standard: Option<StandardName>,
    /// When the session ends if nothing is done.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
    /// Is it a county of made-up data?
    synthetic: bool,
}

#[derive(Debug, Serialize, ToSchema)]
struct UserView {
    id: i64,
    login: String,
    name: String,
    /// Must the password be changed before anything else?
    must_change: bool,
    grants: Vec<GrantView>,
}

#[derive(Debug, Serialize, ToSchema)]
struct YearName {
    year: i16,
    label: String,
    locked: bool,
}

#[derive(Debug, Serialize, ToSchema)]
struct StandardName {
    id: String,
    title: String,
}

/// 登录
#[utoipa::path(post, path = "/api/session", tag = "session", request_body = Credentials,
    responses((status = 200, body = SessionView),
        (status = 401, description = "登录名或密码不正确", body = crate::problem::Problem,
            content_type = "application/problem+json"),
        (status = 423, description = "账号已临时锁定", body = crate::problem::Problem,
            content_type = "application/problem+json")))]
async fn sign_in(
    State(app): State<App>,
    Extension(peer): Extension<Peer>,
    Body(given): Body<Credentials>,
) -> Result<Response, ApiError> {
    app.limits().take(Bucket::SignInAddress(peer.0))?;
    app.limits().take(Bucket::SignInLogin(given.login.chars().take(64).collect()))?;
    let outcome = verify(&app, given).await;
    app.metrics().sign_in(match &outcome {
        Ok(_) => "ok",
        Err(ApiError::Locked { .. }) => "locked",
        Err(_) => "refused",
    });
    let (county, user) = outcome?;
    let now = app.clock().now();
    let token = Token::random()?;
    let rules = app.session_rules(&county).await?;
    let session = Session {
        county: county.clone(),
        token: token.hash(),
        user: user.id,
        csrf: token.csrf(),
        created: now,
        seen: now,
        expires: rules.expires(now, now),
    };
    let by = By::new(person(&user.name, &user.login), now);
    app.store().open_session(&session, &by).await?;
    let caller = Caller::new(&user, crate::clock::day(now));
    let view = view(&app, &caller, &user, &session).await?;
    let cookie = cookie(&app, token.reveal(), rules.absolute_minutes.saturating_mul(60));
    Ok(([(header::SET_COOKIE, cookie?)], Json(view)).into_response())
}

fn cookie(app: &App, value: &str, seconds: i64) -> Result<HeaderValue, ApiError> {
    let secure = if app.config().https { "; Secure" } else { "" };
    let line =
        format!("{COOKIE}={value}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}");
    HeaderValue::from_str(&line).map_err(ApiError::internal)
}

/// The county of a log-in: the one that was named, or the only one.
async fn county_of(app: &App, named: Option<&str>) -> Result<Option<CountyCode>, ApiError> {
    if let Some(named) = named {
        return Ok(CountyCode::parse(named).ok());
    }
    let mut counties = app.store().counties().await?;
    if counties.len() > 1 {
        return Err(ApiError::field("county", "本服务器有多个县；请先选择所在的县"));
    }
    Ok(counties.pop().map(|county| county.code))
}

async fn verify(app: &App, given: Credentials) -> Result<(CountyCode, User), ApiError> {
    let county = county_of(app, given.county.as_deref()).await?;
    let found = match &county {
        Some(county) => app.store().user_by_login(county, given.login.trim()).await?,
        None => None,
    };
    let Some((county, user)) = county.zip(found) else {
        // As long as for a name that there is.
        app.verify(given.password, app.decoy().to_owned()).await?;
        return Err(ApiError::BadLogin);
    };
    let now = app.clock().now();
    if let Some(until) = user.locked_until.filter(|_| lockout::is_locked(user.locked_until, now)) {
        return Err(ApiError::Locked { until });
    }
    let kept = user.password.clone().unwrap_or_else(|| app.decoy().to_owned());
    let password = given.password;
    let right = app.verify(password.clone(), kept.clone()).await?;
    let by = By::new(person(&user.name, &user.login), now);
    if !right || !user.active {
        let rule = move |failures| lockout::until(failures, now);
        let failures = app.store().count_failure(&county, user.id, Some(&rule), &by).await?;
        return Err(match lockout::until(failures, now) {
            Some(until) => ApiError::Locked { until },
            None => ApiError::BadLogin,
        });
    }
    if user.failures > 0 {
        app.store().count_failure(&county, user.id, None, &by).await?;
    }
    if hashing::is_outdated(&kept, app.config().cost) {
        let hash = app.hash(password).await?;
        app.store().set_password(&county, user.id, &hash, user.must_change, &by).await?;
    }
    Ok((county, user))
}

/// Are the county's data made up?
///
/// # Errors
/// Those of the database.
pub(crate) async fn is_synthetic(app: &App, county: &CountyCode) -> Result<bool, ApiError> {
    let set = app.store().setting(county, SYNTHETIC).await?;
    Ok(set.is_some_and(|(value, _)| value == "1"))
}

/// What stands in every file of a county whose data are made up.
pub(crate) const MADE_UP: &str = "合成数据，仅供演示";

/// The line that a file of the county must carry; `None` where its data are real.
///
/// # Errors
/// Those of the database.
pub(crate) async fn label(
    app: &App,
    county: &CountyCode,
) -> Result<Option<&'static str>, ApiError> {
    Ok(is_synthetic(app, county).await?.then_some(MADE_UP))
}

async fn view(
    app: &App,
    caller: &Caller,
    user: &User,
    session: &Session,
) -> Result<SessionView, ApiError> {
    let county = &session.county;
    let counties = app.store().counties().await?;
    let name = counties.into_iter().find(|kept| kept.code == *county).map(|kept| kept.name);
    let years = app.store().years(county).await?;
    let year = years.iter().map(|year| year.year.0).max();
    let can = if user.must_change { Vec::new() } else { caller.can() };
    let chosen = app.store().setting(county, STANDARD).await?.map(|(id, _)| id);
    let id = chosen.unwrap_or_else(|| app.config().standard.clone());
    let standard = app.knowledge().standard(&id).map(|standard| StandardName {
        id: standard.id().to_owned(),
        title: standard.title().to_owned(),
    });
    Ok(SessionView {
        user: UserView {
            id: user.id,
            login: user.login.clone(),
            name: user.name.clone(),
            must_change: user.must_change,
            grants: crate::users::dto::grants(app, county, &user.grants).await?,
        },
        can: can.into_iter().map(Action::code).collect(),
        csrf: session.csrf.clone(),
        county: CountyName { code: county.to_string(), name: name.unwrap_or_default() },
        years: years
            .iter()
            .map(|year| YearName {
                year: year.year.0,
                label: year.year.to_string(),
                locked: year.locked,
            })
            .collect(),
        year,
        standard,
        expires_at: session.expires,
        synthetic: is_synthetic(app, county).await?,
    })
}

/// 当前登录人
#[utoipa::path(get, path = "/api/session", tag = "session",
    responses((status = 200, body = SessionView)))]
async fn get(State(app): State<App>, signed: Signed) -> Result<Json<SessionView>, ApiError> {
    Ok(Json(view(&app, signed.caller(), signed.user(), signed.session()).await?))
}

/// 退出登录
#[utoipa::path(delete, path = "/api/session", tag = "session",
    responses((status = 204, description = "已退出")))]
async fn sign_out(State(app): State<App>, signed: Signed) -> Result<Response, ApiError> {
    app.store().end_session(signed.county(), &signed.session().token, &signed.by()).await?;
    let cookie = cookie(&app, "", 0)?;
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]).into_response())
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"old": "Qing-shan4102", "new": "Huang-he2051x"}))]
struct Change {
    /// The password until now.
    old: String,
    /// The password from now on.
    new: String,
}

/// 修改自己的密码
#[utoipa::path(put, path = "/api/session/password", tag = "session", request_body = Change,
    responses((status = 204, description = "已修改；其他设备上的登录已退出")))]
async fn change_password(
    State(app): State<App>,
    signed: Signed,
    Body(change): Body<Change>,
) -> Result<StatusCode, ApiError> {
    let user = signed.user();
    app.limits().take(Bucket::SignInLogin(user.login.clone()))?;
    let kept = user.password.clone().unwrap_or_default();
    if !app.verify(change.old.clone(), kept).await? {
        return Err(ApiError::field("old", "原密码不正确"));
    }
    if change.old == change.new {
        return Err(ApiError::field("new", "新密码不能与原密码相同"));
    }
    if let Some(mut field) = password_problem(&change.new, &user.login) {
        "new".clone_into(&mut field.field);
        return Err(ApiError::Fields(vec![field]));
    }
    let hash = app.hash(change.new).await?;
    let (county, by) = (signed.county(), signed.by());
    app.store().set_password(county, user.id, &hash, false, &by).await?;
    let but = Some(signed.session().token.as_str());
    app.store().end_sessions_of(county, user.id, but, &by).await?;
    Ok(StatusCode::NO_CONTENT)
}
