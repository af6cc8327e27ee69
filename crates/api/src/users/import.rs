//! Accounts in bulk from a workbook: all of them or none, every mistake with its row, a one-time link
//! for each person.

use super::dto::Names;
use super::once::Sent;
use super::sheet::{self, HEADINGS, LIST};
use super::{Invited, active, check_names, invite};
use crate::body::Params;
use crate::download::{XLSX, download};
use crate::list::{LIMIT, Line};
use crate::{ApiError, App, Signed};
use access::Role;
use access::appointment::{Change, may_give, permit};
use axum::Json;
use axum::extract::multipart::MultipartRejection;
use axum::extract::{DefaultBodyLimit, Multipart, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use store::users::{Grant, GrantScope};
use utoipa::ToSchema;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt as _};
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(template))
        .routes(routes!(import).layer(DefaultBodyLimit::max(LIMIT)))
}

/// 账号导入模板
#[utoipa::path(get, path = "/api/users/template.xlsx", tag = "users",
    responses((status = 200, description = "工作簿",
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))]
async fn template(State(app): State<App>, signed: Signed) -> Result<Response, ApiError> {
    let users = app.store().users(signed.county()).await?;
    let security_admin = active(&users, Role::SecurityAdmin, None);
    let mut roles = Role::all();
    roles.retain(|role| may_give(signed.caller(), *role, security_admin));
    let bytes = tokio::task::spawn_blocking(move || sheet::template(&roles)).await;
    let bytes = bytes.map_err(ApiError::internal)?.map_err(ApiError::internal)?;
    Ok(download(bytes, XLSX, "accounts.xlsx", "账号模板.xlsx"))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct How {
    /// Only say what is wrong, make nothing.
    #[serde(default)]
    check: bool,
}

/// The upload.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the form for the document")]
struct Upload {
    /// The filled template.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// What is wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({
    "row": 3, "column": "学区或学校", "message": "没有名为“实验小学校”的学校；请填写完整校名或标识码",
}))]
struct RowProblem {
    /// Number of the row as the spreadsheet shows it.
    row: u32,
    /// The heading of the column.
    column: &'static str,
    message: String,
}

/// What an import came to: accounts, or everything that is wrong; never some of both.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"rows": 2, "created": [], "problems": []}))]
struct Imported {
    /// Rows that were read.
    rows: usize,
    /// The accounts that were made, each with its one-time link.
    created: Vec<Invited>,
    /// What is wrong; then nothing was made.
    problems: Vec<RowProblem>,
}

/// 批量导入账号
///
/// 有一行不合格就一个账号也不建立；`check=true` 时只检查。带同一个 `Idempotency-Key` 重传同一份文件，
/// 得到同样的结果和链接（服务重新启动前的 15 分钟内）。
#[utoipa::path(post, path = "/api/users/import", tag = "users",
    params(How, ("Idempotency-Key" = Option<String>, Header, description = "客户端生成的幂等键")),
    request_body(content = Upload, content_type = "multipart/form-data"),
    responses((status = 200, body = Imported)))]
async fn import(
    State(app): State<App>,
    signed: Signed,
    Params(how): Params<How>,
    headers: HeaderMap,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Response, ApiError> {
    let mut form = form.map_err(|_| ApiError::MediaType("multipart/form-data"))?;
    let broken = |_| ApiError::Malformed("上传没有传完，或超过 8 MB；请重试".to_owned());
    let mut bytes = None;
    while let Some(field) = form.next_field().await.map_err(broken)? {
        if field.name() == Some("file") {
            bytes = Some(field.bytes().await.map_err(broken)?);
        }
    }
    let bytes = bytes.ok_or_else(|| ApiError::field("file", "请选择要导入的文件"))?;
    let sent = Sent::of(&headers, signed.county(), signed.user().id)?.filter(|_| !how.check);
    let turn = match sent {
        Some(sent) => match app.once().begin(sent, &bytes, signed.now()).await? {
            Ok(answer) => return Ok(Json(answer).into_response()),
            Err(turn) => Some(turn),
        },
        None => None,
    };
    let lines = tokio::task::spawn_blocking(move || LIST.read(&bytes)).await;
    let lines = lines.map_err(ApiError::internal)??;
    let names = Names::of(&app, signed.county()).await?;
    let users = app.store().users(signed.county()).await?;
    let logins = users.iter().map(|user| (user.login.clone(), "系统中已有")).collect();
    let security_admin = active(&users, Role::SecurityAdmin, None);
    let mut sheet = Sheet { names, logins, people: BTreeMap::new(), problems: Vec::new() };
    for line in &lines {
        sheet.line(line);
    }
    sheet.permitted(&signed, security_admin);
    let Sheet { people, problems, .. } = sheet;
    let rows = lines.len();
    if !problems.is_empty() || how.check {
        return Ok(Json(Imported { rows, created: Vec::new(), problems }).into_response());
    }
    let people = people.into_iter().map(|(login, person)| (login, person.name, person.grants));
    let created = invite(&app, signed.county(), &signed, people.collect()).await?;
    let imported = Imported { rows, created, problems };
    if let Some(turn) = turn {
        turn.end(serde_json::to_value(&imported).map_err(ApiError::internal)?, signed.now());
    }
    Ok(Json(imported).into_response())
}

/// Somebody of the sheet; one who has several roles has several rows.
struct Person {
    row: u32,
    name: String,
    grants: Vec<Grant>,
}

/// A sheet while it is judged.
struct Sheet {
    names: Names,
    /// Log-in names that are taken.
    logins: BTreeMap<String, &'static str>,
    people: BTreeMap<String, Person>,
    problems: Vec<RowProblem>,
}

impl Sheet {
    fn wrong(&mut self, row: u32, column: usize, message: impl Into<String>) {
        let column = HEADINGS.get(column).copied().unwrap_or_default();
        self.problems.push(RowProblem { row, column, message: message.into() });
    }

    fn line(&mut self, line: &Line<6>) {
        let [login, name, role, over, from, to] = &line.cells;
        for problem in check_names(login, name) {
            let column = usize::from(problem.field == "name");
            self.wrong(line.row, column, problem.message);
        }
        if let Some(whose) = self.logins.get(login) {
            let message = format!("{whose}登录名“{login}”；请换一个");
            self.wrong(line.row, 0, message);
        }
        if self.people.get(login).is_some_and(|person| person.name != *name) {
            let message = format!("登录名“{login}”在本表中对应两个姓名；一人一个登录名");
            self.wrong(line.row, 1, message);
        }
        let role_found = Role::all().into_iter().find(|known| known.to_string() == *role);
        let Some(role_found) = role_found else {
            let message = format!("没有“{role}”这个角色；请从下拉列表选择");
            return self.wrong(line.row, 2, message);
        };
        let scope = match self.scope(role_found, over) {
            Ok(scope) => scope,
            Err(message) => return self.wrong(line.row, 3, message),
        };
        let (from, to) = match (day(from), day(to)) {
            (Ok(from), Ok(to)) if from.zip(to).is_none_or(|(from, to)| from <= to) => (from, to),
            (Ok(_), Ok(_)) => return self.wrong(line.row, 5, "结束日期早于开始日期"),
            (Err(message), _) => return self.wrong(line.row, 4, message),
            (_, Err(message)) => return self.wrong(line.row, 5, message),
        };
        let grant = Grant { role: role_found.code(), scope, from, to };
        let new = || Person { row: line.row, name: name.clone(), grants: Vec::new() };
        let person = self.people.entry(login.clone()).or_insert_with(new);
        if !person.grants.contains(&grant) {
            person.grants.push(grant);
        }
    }

    fn scope(&self, role: Role, over: &str) -> Result<GrantScope, String> {
        let kinds = role.over();
        let may_be = |kind| kinds.contains(&kind);
        if over.is_empty() || over == "全县" {
            return if may_be("county") {
                Ok(GrantScope::County)
            } else {
                Err(format!("“{role}”须填写所在的学区或学校"))
            };
        }
        if let Some(code) = self.names.school(over).filter(|_| may_be("school")) {
            return Ok(GrantScope::School(code.to_owned()));
        }
        if let Some(code) = self.names.district(over).filter(|_| may_be("district")) {
            return Ok(GrantScope::District(code.to_owned()));
        }
        Err(match (may_be("school"), may_be("district")) {
            (true, _) => format!("没有名为“{over}”的学校，或有重名；请填写完整校名或标识码"),
            (_, true) => format!("没有名为“{over}”的学区；请填写学区名称或代码"),
            _ => format!("“{role}”的范围是全县，这一格应留空"),
        })
    }

    /// Are these roles ones that a person can hold and the caller may give?
    fn permitted(&mut self, signed: &Signed, security_admin: bool) {
        let refused: Vec<(u32, String)> = self
            .people
            .values()
            .filter_map(|person| {
                let after = &person.grants;
                let change = Change { before: &[], after, own: false, security_admin };
                let error = permit(signed.caller(), &change).err()?;
                Some((person.row, error.to_string()))
            })
            .collect();
        for (row, message) in refused {
            self.wrong(row, 2, message);
        }
        self.problems.sort_by_key(|problem| problem.row);
    }
}

/// The day of a cell; an empty one has none.
fn day(text: &str) -> Result<Option<Date>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let iso = text.replace(['/', '.'], "-");
    iso.parse().map(Some).map_err(|_| format!("“{text}”不是日期；请写成 2025-09-01"))
}
