//! Collections: what is asked of whom, until when.

use super::{YEARS, listed};
use crate::body::{Body, Of, Params, tagged};
use crate::{ApiError, App, FieldProblem, Signed};
use access::Action;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use domain::{SchoolCode, SchoolYear};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use store::Scope;
use store::collections::{Collection, CollectionPlan, MAIN};
use store::schools::SchoolState;
use store::years::statistics_date;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Longest title.
const TITLE: usize = 60;
/// Collections of a year.
const MOST: usize = 50;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, open)).routes(routes!(edit))
}

/// A collection.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "2024-main", "year": 2024, "code": "main", "title": "2024/2025 学年基础数据",
    "items": [], "deadline": "2024-10-15", "closed": false, "version": 1,
    "asked": 81, "sent": 60, "approved": 41,
}))]
struct CollectionView {
    id: String,
    year: i16,
    code: String,
    title: String,
    /// 要求填报的数据项代码；空为全部
    items: Vec<String>,
    #[schema(value_type = Option<String>, format = Date)]
    deadline: Option<Date>,
    closed: bool,
    version: i64,
    /// 当前登录人可见的填报单位数
    asked: usize,
    sent: usize,
    approved: usize,
}

async fn view(
    app: &App,
    signed: &Signed,
    year: SchoolYear,
    of: Collection,
) -> Result<CollectionView, ApiError> {
    let county = signed.county();
    let forms = app.store().submissions(county, year, Some(&of.code), signed.scope()).await?;
    Ok(CollectionView {
        id: format!("{}-{}", year.0, of.code),
        year: year.0,
        code: of.code,
        title: of.plan.title,
        items: of.plan.items,
        deadline: of.plan.deadline,
        closed: of.closed,
        version: of.version,
        asked: forms.len(),
        sent: forms.iter().filter(|form| form.state.is_submitted()).count(),
        approved: forms.iter().filter(|form| form.approved.is_some()).count(),
    })
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct OfYear {
    /// 学年的起始年份；不给时列出所有学年
    year: Option<i16>,
}

/// 填报任务列表
#[utoipa::path(get, path = "/api/collections", tag = "collection", params(OfYear),
    responses((status = 200, body = Vec<CollectionView>)))]
async fn list(
    State(app): State<App>,
    signed: Signed,
    headers: HeaderMap,
    Params(of): Params<OfYear>,
) -> Result<Response, ApiError> {
    let years = match of.year {
        Some(year) => vec![SchoolYear(year)],
        None => app.store().years(signed.county()).await?.iter().map(|year| year.year).collect(),
    };
    let mut all = Vec::new();
    for year in years {
        for collection in app.store().collections(signed.county(), year).await? {
            all.push(view(&app, &signed, year, collection).await?);
        }
    }
    tagged(&headers, &all)
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "year": 2024, "title": "2024/2025 学年基础数据", "deadline": "2024-10-15",
}))]
struct NewCollection {
    /// 学年的起始年份
    year: i16,
    title: String,
    /// 要求填报的数据项代码；不给为全部
    #[serde(default)]
    items: Vec<String>,
    /// 截止日期
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    deadline: Option<Date>,
    /// 应填报的学校标识码，`county` 为县级表；不给为县和全部在办学校
    schools: Option<Vec<String>>,
}

/// 发起填报
///
/// 一个学年的第一个任务是主任务（代码 `main`）；后发起的任务填报同一数据项时，以后者为准。
#[utoipa::path(post, path = "/api/collections", tag = "collection", request_body = NewCollection,
    responses((status = 201, body = CollectionView)))]
async fn open(
    State(app): State<App>,
    signed: Signed,
    Body(new): Body<NewCollection>,
) -> Result<(StatusCode, Json<CollectionView>), ApiError> {
    whole_county(&signed)?;
    let (county, year) = (signed.county(), SchoolYear(new.year));
    let mut wrong = check(&app, &new.title, &new.items);
    if !YEARS.contains(&new.year) {
        let message = format!("学年应在 {} 至 {} 之间", YEARS.start(), YEARS.end());
        wrong.push(FieldProblem::new("year", message));
    }
    let who = match &new.schools {
        None => everybody(&app, &signed, year).await?,
        Some(list) => listed(list).unwrap_or_else(|problem| {
            wrong.push(problem);
            Vec::new()
        }),
    };
    if !wrong.is_empty() {
        return Err(ApiError::Fields(wrong));
    }
    if who.is_empty() {
        return Err(ApiError::field(
            "schools",
            "没有可填报的学校；请先在“系统”中建立学校或导入数据",
        ));
    }
    let there = app.store().collections(county, year).await?;
    if there.len() >= MOST {
        return Err(ApiError::NotNow(format!("一个学年最多 {MOST} 个填报任务")));
    }
    let code = match there.len() {
        0 => MAIN.to_owned(),
        n => format!("c{}", n + 1),
    };
    let plan = plan(&new.title, new.items, new.deadline);
    let opened =
        app.store().open_collection(county, year, &code, &plan, &who, &signed.by()).await?;
    Ok((StatusCode::CREATED, Json(view(&app, &signed, year, opened).await?)))
}

fn plan(title: &str, mut items: Vec<String>, deadline: Option<Date>) -> CollectionPlan {
    items.sort_unstable();
    items.dedup();
    CollectionPlan { title: title.trim().to_owned(), items, deadline }
}

/// Collections are the bureau's.
fn whole_county(signed: &Signed) -> Result<(), ApiError> {
    match signed.scope() {
        Scope::County => Ok(()),
        _ => Err(ApiError::Forbidden(Action::ManageCollections)),
    }
}

fn check(app: &App, title: &str, items: &[String]) -> Vec<FieldProblem> {
    let mut wrong = Vec::new();
    let length = title.trim().chars().count();
    if !(1..=TITLE).contains(&length) || title.chars().any(char::is_control) {
        wrong.push(FieldProblem::new("title", format!("名称应为 1 至 {TITLE} 个字")));
    }
    let catalogue = app.knowledge().items.catalogue();
    let unknown = items.iter().position(|code| catalogue.id(code).is_none());
    if let Some(index) = unknown {
        let field = format!("items.{index}");
        wrong.push(FieldProblem::new(field, "没有这个数据项；请从目录中选择"));
    }
    wrong
}

/// The county and all of its schools that are open and have anything to fill.
async fn everybody(
    app: &App,
    signed: &Signed,
    year: SchoolYear,
) -> Result<Vec<Option<SchoolCode>>, ApiError> {
    let county = signed.county();
    let then = app.store().schools_on(county, statistics_date(year), &Scope::County).await?;
    let open = then.into_iter().filter(|school| school.state == SchoolState::Open);
    let mut who: Vec<Option<SchoolCode>> = open.map(|school| Some(school.code)).collect();
    if who.is_empty() {
        // A county that has just been set up knows its schools from later on.
        let now = app.store().schools(county, &Scope::County).await?;
        let open = now.into_iter().filter(|school| school.state == SchoolState::Open);
        who.extend(open.map(|school| Some(school.code)));
    }
    if !who.is_empty() {
        who.push(None);
    }
    Ok(who)
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"version": 1, "deadline": "2024-10-20"}))]
struct CollectionEdit {
    /// 修改所依据的版本号
    version: Option<i64>,
    title: Option<String>,
    items: Option<Vec<String>>,
    /// 新的截止日期
    #[schema(value_type = Option<String>, format = Date)]
    deadline: Option<Date>,
    /// 结束填报，或重新开放
    closed: Option<bool>,
    /// 增加的填报单位
    #[serde(default)]
    schools: Vec<String>,
}

/// 修改、结束或重新开放填报任务
#[utoipa::path(patch, path = "/api/collections/{id}", tag = "collection",
    params(("id" = String, Path, description = "学年-代码", example = "2024-main")),
    request_body = CollectionEdit, responses((status = 200, body = CollectionView)))]
async fn edit(
    State(app): State<App>,
    signed: Signed,
    Of(id): Of<String>,
    Body(edit): Body<CollectionEdit>,
) -> Result<Json<CollectionView>, ApiError> {
    whole_county(&signed)?;
    let seen = edit.version.ok_or(ApiError::NoVersion)?;
    let not_found = || ApiError::NotFound(format!("填报任务“{id}”"));
    let (year, code) = id.split_once('-').ok_or_else(not_found)?;
    let year = SchoolYear(year.parse().map_err(|_| not_found())?);
    let county = signed.county();
    let known = app.store().collections(county, year).await?;
    let found = known.into_iter().find(|known| known.code == code).ok_or_else(not_found)?;
    let title = edit.title.unwrap_or(found.plan.title);
    let items = edit.items.unwrap_or(found.plan.items);
    let wrong = check(&app, &title, &items);
    if !wrong.is_empty() {
        return Err(ApiError::Fields(wrong));
    }
    let more = listed(&edit.schools).map_err(|problem| ApiError::Fields(vec![problem]))?;
    let plan = plan(&title, items, edit.deadline.or(found.plan.deadline));
    let closed = edit.closed.unwrap_or(found.closed);
    let by = signed.by();
    app.store().edit_collection(county, year, code, &plan, closed, seen, &by).await?;
    if !more.is_empty() {
        app.store().ask_schools(county, year, code, &more, &by).await?;
    }
    let known = app.store().collections(county, year).await?;
    let found = known.into_iter().find(|known| known.code == code).ok_or_else(not_found)?;
    Ok(Json(view(&app, &signed, year, found).await?))
}
