//! Accounts: who there is and with which roles. Who may give which role is `access`'s business.

pub(crate) mod dto;
mod import;
pub(crate) mod once;
mod sheet;

use crate::body::{Body, Of, Page, Paging, Params, page};
use crate::links::{OneTimeLink, link, secret};
use crate::{ApiError, App, FieldProblem, Signed};
use access::appointment::{Change, may_give, may_touch, permit};
use access::{AccessError, Role};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::CountyCode;
use dto::{Account, GrantView, Names};
use serde::{Deserialize, Serialize};
use store::users::{NewUser, User};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, add))
        .routes(routes!(get, edit))
        .routes(routes!(reset))
        .routes(routes!(roles))
        .merge(import::routes())
}

/// What is wrong with a log-in name and a name.
pub(crate) fn check_names(login: &str, name: &str) -> Vec<FieldProblem> {
    let mut wrong = Vec::new();
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    if !(3..=32).contains(&login.len()) || !login.chars().all(fits) {
        let message = "登录名应为 3 至 32 个字母、数字、点、横线或下划线";
        wrong.push(FieldProblem::new("login", message));
    }
    let length = name.trim().chars().count();
    if !(1..=50).contains(&length) || name.chars().any(char::is_control) {
        wrong.push(FieldProblem::new("name", "姓名应为 1 至 50 个字"));
    }
    wrong
}

/// 账号列表
#[utoipa::path(get, path = "/api/users", tag = "users", params(Paging),
    responses((status = 200, body = Page<Account>)))]
async fn list(
    State(app): State<App>,
    signed: Signed,
    Params(paging): Params<Paging>,
) -> Result<Json<Page<Account>>, ApiError> {
    let users = app.store().users(signed.county()).await?;
    let names = Names::of(&app, signed.county()).await?;
    let all = users.iter().map(|user| names.account(user, signed.now())).collect();
    Ok(Json(page(all, &paging, |account: &Account| account.id.to_string())))
}

/// 一个账号
#[utoipa::path(get, path = "/api/users/{id}", tag = "users", params(("id" = i64, Path)),
    responses((status = 200, body = Account)))]
async fn get(
    State(app): State<App>,
    signed: Signed,
    Of(id): Of<i64>,
) -> Result<Json<Account>, ApiError> {
    let user = app.store().user(signed.county(), id).await?;
    let names = Names::of(&app, signed.county()).await?;
    Ok(Json(names.account(&user, signed.now())))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "login": "zhangsan", "name": "张三",
    "grants": [{"role": "clerk", "scope": {"kind": "school", "code": "3418230001"}}],
}))]
struct NewAccount {
    /// Log-in name: letters, digits, `.`, `_`, `-`.
    login: String,
    /// The person's name.
    name: String,
    /// Roles.
    grants: Vec<GrantView>,
}

/// A new account, or a new link for one.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Invited {
    id: i64,
    login: String,
    name: String,
    link: OneTimeLink,
}

/// 新建账号
///
/// 账号没有初始密码：把返回的一次性链接交给本人，由本人设置密码。
#[utoipa::path(post, path = "/api/users", tag = "users", request_body = NewAccount,
    responses((status = 201, body = Invited)))]
async fn add(
    State(app): State<App>,
    signed: Signed,
    Body(new): Body<NewAccount>,
) -> Result<(StatusCode, Json<Invited>), ApiError> {
    let county = signed.county();
    let mut wrong = check_names(&new.login, &new.name);
    let names = Names::of(&app, county).await?;
    let grants = names.read(&new.grants).unwrap_or_else(|problems| {
        wrong.extend(problems);
        Vec::new()
    });
    if !wrong.is_empty() {
        return Err(ApiError::Fields(wrong));
    }
    let users = app.store().users(county).await?;
    let security_admin = active(&users, Role::SecurityAdmin, None);
    let change = Change { before: &[], after: &grants, own: false, security_admin };
    permit(signed.caller(), &change)?;
    let (kept, token, expires) = secret(signed.now())?;
    let user = NewUser {
        login: new.login.clone(),
        name: new.name.trim().to_owned(),
        password: Some(kept),
        must_change: false,
        grants,
    };
    let ids = app.store().add_users(county, &[user], &signed.by()).await?;
    let id = ids.first().copied().unwrap_or_default();
    let link = link(county, id, &token, expires);
    Ok((StatusCode::CREATED, Json(Invited { id, login: new.login, name: new.name, link })))
}

/// Does an active account hold a role, besides one?
fn active(users: &[User], role: Role, besides: Option<i64>) -> bool {
    let others = users.iter().filter(|user| user.active && Some(user.id) != besides);
    others.into_iter().any(|user| user.grants.iter().any(|g| Role::of(g) == Some(role)))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"version": 1, "active": false}))]
struct AccountEdit {
    /// The version that the edit was made from.
    version: Option<i64>,
    /// The person's name.
    name: Option<String>,
    /// May it sign in?
    active: Option<bool>,
    /// All roles from now on.
    grants: Option<Vec<GrantView>>,
}

/// 修改账号
///
/// 修改角色或停用后，该账号的登录随即退出。
#[utoipa::path(patch, path = "/api/users/{id}", tag = "users", params(("id" = i64, Path)),
    request_body = AccountEdit, responses((status = 200, body = Account)))]
async fn edit(
    State(app): State<App>,
    signed: Signed,
    Of(id): Of<i64>,
    Body(edit): Body<AccountEdit>,
) -> Result<Json<Account>, ApiError> {
    let county = signed.county();
    let seen = edit.version.ok_or(ApiError::NoVersion)?;
    let users = app.store().users(county).await?;
    let not_found = || ApiError::NotFound(format!("账号 {id}"));
    let user = users.iter().find(|user| user.id == id).ok_or_else(not_found)?;
    let names = Names::of(&app, county).await?;
    let name = edit.name.unwrap_or_else(|| user.name.clone());
    let active_after = edit.active.unwrap_or(user.active);
    let grants = match &edit.grants {
        Some(views) => names.read(views).map_err(ApiError::Fields)?,
        None => user.grants.clone(),
    };
    let own = id == signed.user().id;
    let security_admin = active(&users, Role::SecurityAdmin, None);
    let change = Change { before: &user.grants, after: &grants, own, security_admin };
    let renamed = check_names(&user.login, &name);
    if !renamed.is_empty() {
        return Err(ApiError::Fields(renamed));
    }
    if edit.grants.is_some() {
        permit(signed.caller(), &change)?;
    }
    if name != user.name || active_after != user.active {
        may_touch(signed.caller(), &user.grants)?;
    }
    keeps_administrators(&users, user, active_after.then_some(&grants))?;
    let by = signed.by();
    app.store().edit_user(county, id, name.trim(), active_after, &grants, seen, &by).await?;
    if !active_after || grants != user.grants {
        app.store().end_sessions_of(county, id, None, &by).await?;
    }
    let user = app.store().user(county, id).await?;
    Ok(Json(names.account(&user, signed.now())))
}

/// The last system and the last security administrator stay: without them nobody could make others.
fn keeps_administrators(
    users: &[User],
    user: &User,
    after: Option<&Vec<store::users::Grant>>,
) -> Result<(), ApiError> {
    for role in [Role::SystemAdmin, Role::SecurityAdmin] {
        let holds = |grants: &[store::users::Grant]| {
            grants.iter().any(|grant| Role::of(grant) == Some(role))
        };
        let loses = user.active && holds(&user.grants) && !after.is_some_and(|g| holds(g));
        if loses && !active(users, role, Some(user.id)) {
            return Err(AccessError::Last(role).into());
        }
    }
    Ok(())
}

/// 重置密码
///
/// 原密码立即失效；把返回的一次性链接交给本人。
#[utoipa::path(post, path = "/api/users/{id}/reset", tag = "users", params(("id" = i64, Path)),
    responses((status = 200, body = Invited)))]
async fn reset(
    State(app): State<App>,
    signed: Signed,
    Of(id): Of<i64>,
) -> Result<Json<Invited>, ApiError> {
    let county = signed.county();
    let user = app.store().user(county, id).await?;
    may_touch(signed.caller(), &user.grants)?;
    if id == signed.user().id {
        return Err(ApiError::NotNow("不能重置自己的密码；请用“修改密码”".to_owned()));
    }
    let (kept, token, expires) = secret(signed.now())?;
    let by = signed.by();
    app.store().set_password(county, id, &kept, false, &by).await?;
    app.store().end_sessions_of(county, id, None, &by).await?;
    let link = link(county, id, &token, expires);
    Ok(Json(Invited { id, login: user.login, name: user.name, link }))
}

/// A role that can be given.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "role": "officer", "department": "planning", "page": null, "zh": "股室干部（规划财务）",
    "over": ["county"], "can": ["plan.edit"], "administrator": false, "grantable": true,
}))]
struct RoleView {
    role: &'static str,
    department: Option<&'static str>,
    page: Option<&'static str>,
    zh: String,
    /// What it can be held over.
    over: Vec<&'static str>,
    /// Codes of what it may do.
    can: Vec<&'static str>,
    /// Is it one of the three administrators?
    administrator: bool,
    /// May the caller give it?
    grantable: bool,
}

/// 角色及其权限
#[utoipa::path(get, path = "/api/roles", tag = "users",
    responses((status = 200, body = Vec<RoleView>)))]
async fn roles(State(app): State<App>, signed: Signed) -> Result<Json<Vec<RoleView>>, ApiError> {
    let users = app.store().users(signed.county()).await?;
    let security_admin = active(&users, Role::SecurityAdmin, None);
    let view = |role: Role| RoleView {
        role: role.kind(),
        department: role.part().filter(|_| matches!(role, Role::Officer(_))),
        page: role.part().filter(|_| matches!(role, Role::Guest(_))),
        zh: role.to_string(),
        over: role.over(),
        can: role.can().into_iter().map(access::Action::code).collect(),
        administrator: role.is_administrator(),
        grantable: may_give(signed.caller(), role, security_admin),
    };
    Ok(Json(Role::all().into_iter().map(view).collect()))
}

/// Makes accounts of a list, each with a link, all of them or none.
async fn invite(
    app: &App,
    county: &CountyCode,
    signed: &Signed,
    people: Vec<(String, String, Vec<store::users::Grant>)>,
) -> Result<Vec<Invited>, ApiError> {
    let mut users = Vec::with_capacity(people.len());
    let mut secrets = Vec::with_capacity(people.len());
    for (login, name, grants) in people {
        let (kept, token, expires) = secret(signed.now())?;
        users.push(NewUser { login, name, password: Some(kept), must_change: false, grants });
        secrets.push((token, expires));
    }
    let ids = app.store().add_users(county, &users, &signed.by()).await?;
    let invited = ids.into_iter().zip(users).zip(secrets);
    Ok(invited
        .map(|((id, user), (token, expires))| Invited {
            id,
            login: user.login,
            name: user.name,
            link: link(county, id, &token, expires),
        })
        .collect())
}
