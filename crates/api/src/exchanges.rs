//! Records of the four ways of exchange (对口帮扶, 任教交流, 名师带徒, 名师讲学): made by the bureau,
//! seen by every school that takes part, which enters the hours of its days.
//!
//! Agreeing, steps and targets are `staffing.edit`; hours are entered with that right or, by a school
//! that takes part, with `teacher.edit` over it.

pub(crate) mod ground;
mod import;
pub(crate) mod input;
mod laid_down;
pub(crate) mod rights;
mod sheet;
mod summary;
mod view;

use crate::body::{Body, Of, Page, Paging, Params, page, tagged};
use crate::download::{XLSX, download};
use crate::evaluation::measured::visible;
use crate::evaluation::{Year, known_year};
use crate::sheet::Over;
use crate::{ApiError, App, FieldProblem, Signed, session};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use domain::{SchoolCode, SchoolYear};
use ground::Ground;
use input::{AgreedText, WORDS, figure, words};
use jiff::civil::Date;
use rights::Rights;
use serde::Deserialize;
use store::exchanges::{EntryText, Exchange, ExchangeAct, ExchangeState, Made, Way};
use store::{Scope, StoreError, Which};
use summary::{Summary, Targets};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use view::{ExchangeLine, ExchangeView, needs_reason};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, add))
        .routes(routes!(get, edit, remove))
        .routes(routes!(step))
        .routes(routes!(enter))
        .routes(routes!(take_back))
        .routes(routes!(get_summary))
        .routes(routes!(put_targets))
        .routes(routes!(workbook))
        .merge(laid_down::routes())
        .merge(import::routes())
}

/// Which records are wanted.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Wanted {
    /// 方式：`support`、`rotation`、`mentoring`、`lecture`
    #[param(value_type = Option<String>)]
    way: Option<Way>,
    /// 状态
    #[param(value_type = Option<String>)]
    state: Option<ExchangeState>,
    /// 参加的学校
    #[param(value_type = Option<String>)]
    school: Option<SchoolCode>,
    /// 参加学校所在乡镇
    township: Option<String>,
    /// 教师编号
    teacher: Option<String>,
}

impl Wanted {
    fn fits(&self, exchange: &Exchange, ground: &Ground) -> bool {
        let parties = &exchange.agreed.parties;
        self.way.is_none_or(|way| exchange.agreed.way == way)
            && self.state.is_none_or(|state| exchange.state == state)
            && self.school.as_ref().is_none_or(|school| parties.iter().any(|p| p.school == *school))
            && self
                .teacher
                .as_ref()
                .is_none_or(|teacher| parties.iter().any(|p| p.teacher.as_ref() == Some(teacher)))
            && self.township.as_ref().is_none_or(|township| {
                parties.iter().any(|party| {
                    let place = ground.schools.get(&party.school);
                    place.and_then(|place| place.township.as_ref()) == Some(township)
                })
            })
    }
}

async fn lines(
    app: &App,
    signed: &Signed,
    year: SchoolYear,
    wanted: &Wanted,
) -> Result<Vec<ExchangeLine>, ApiError> {
    let ground = Ground::of(app, signed.county(), year).await?;
    let rules = &app.knowledge().staffing;
    let found = app.store().exchanges(signed.county(), year, signed.scope()).await?;
    let found = found.iter().filter(|exchange| wanted.fits(exchange, &ground));
    Ok(found.map(|exchange| ExchangeLine::new(exchange, &ground, rules)).collect())
}

/// 交流记录
///
/// 学校只看到本校参加的记录。姓名一律遮盖。
#[utoipa::path(get, path = "/api/years/{year}/exchanges", tag = "exchanges",
    params(Year, Wanted, Paging), responses((status = 200, body = Page<ExchangeLine>)))]
async fn list(
    State(app): State<App>,
    signed: Signed,
    headers: HeaderMap,
    Of(Year { year }): Of<Year>,
    Params(wanted): Params<Wanted>,
    Params(paging): Params<Paging>,
) -> Result<Response, ApiError> {
    let year = known_year(&app, &signed, year).await?;
    let lines = lines(&app, &signed, year, &wanted).await?;
    tagged(&headers, &page(lines, &paging, |line| line.id.to_string()))
}

async fn view(
    app: &App,
    signed: &Signed,
    id: i64,
    scope: &Scope,
) -> Result<ExchangeView, ApiError> {
    let found = app.store().exchange(signed.county(), id, scope).await?;
    let ground = Ground::of(app, signed.county(), found.0.year).await?;
    let rights = Rights::of(app, signed).await?;
    Ok(ExchangeView::new(found, &ground, &app.knowledge().staffing, &rights))
}

/// 登记一项交流
///
/// 新记录为“计划”。派出方和接受方：对口帮扶为学校与学校，任教交流为教师与学校，名师带徒为教师与教师，
/// 名师讲学为教师与学校（或写明听讲对象）。教师以编号表示，须在本学年名册中；自由填写的文字封存保存。
#[utoipa::path(post, path = "/api/years/{year}/exchanges", tag = "exchanges", params(Year),
    request_body = AgreedText, responses((status = 201, body = ExchangeView)))]
async fn add(
    State(app): State<App>,
    signed: Signed,
    Of(Year { year }): Of<Year>,
    Body(text): Body<AgreedText>,
) -> Result<(StatusCode, Json<ExchangeView>), ApiError> {
    let year = known_year(&app, &signed, year).await?;
    let ground = Ground::of(&app, signed.county(), year).await?;
    let agreed = text.checked(&app, &ground, year).await?;
    let (county, by) = (signed.county(), signed.by());
    let ids = app.store().add_exchanges(county, year, &[agreed], Made::Typed, &by).await?;
    let id = ids.first().copied().unwrap_or_default();
    Ok((StatusCode::CREATED, Json(view(&app, &signed, id, &Scope::County).await?)))
}

/// 一项交流，连同逐日学时和经过
#[utoipa::path(get, path = "/api/exchanges/{id}", tag = "exchanges", params(("id" = i64, Path)),
    responses((status = 200, body = ExchangeView)))]
async fn get(
    State(app): State<App>,
    signed: Signed,
    headers: HeaderMap,
    Of(id): Of<i64>,
) -> Result<Response, ApiError> {
    tagged(&headers, &view(&app, &signed, id, signed.scope()).await?)
}

/// An edit: the whole of what was agreed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"agreed": {
    "way": "support", "stage": "primary", "begins": "2024-09-01", "ends": "2025-06-30",
    "giver": {"school": "3418230001"}, "takers": [{"school": "3418230009"}],
}, "version": 2}))]
struct ExchangeEdit {
    /// 约定的全部内容；方式不能改
    agreed: AgreedText,
    /// 看到的版本
    version: Option<i64>,
}

/// 修改约定
///
/// 考核或放弃以前都可以改；方式不能改。
#[utoipa::path(patch, path = "/api/exchanges/{id}", tag = "exchanges", params(("id" = i64, Path)),
    request_body = ExchangeEdit, responses((status = 200, body = ExchangeView)))]
async fn edit(
    State(app): State<App>,
    signed: Signed,
    Of(id): Of<i64>,
    Body(edit): Body<ExchangeEdit>,
) -> Result<Json<ExchangeView>, ApiError> {
    let seen = edit.version.ok_or(ApiError::NoVersion)?;
    let county = signed.county();
    let (old, ..) = app.store().exchange(county, id, &Scope::County).await?;
    if old.agreed.way != edit.agreed.way {
        return Err(ApiError::field("agreed.way", "方式不能改；请删除后重新登记"));
    }
    let ground = Ground::of(&app, county, old.year).await?;
    let agreed = edit.agreed.checked(&app, &ground, old.year).await.map_err(within_agreed)?;
    app.store().edit_exchange(county, id, &agreed, seen, &signed.by()).await?;
    Ok(Json(view(&app, &signed, id, &Scope::County).await?))
}

/// The fields of what was agreed, as they stand in an edit.
fn within_agreed(error: ApiError) -> ApiError {
    match error {
        ApiError::Fields(fields) => {
            let within = |mut problem: FieldProblem| {
                problem.field = format!("agreed.{}", problem.field);
                problem
            };
            ApiError::Fields(fields.into_iter().map(within).collect())
        }
        other => other,
    }
}

/// Which version the caller has seen.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Seen {
    /// 看到的版本
    pub(crate) version: Option<i64>,
}

/// 删除一项没有开始的交流
#[utoipa::path(delete, path = "/api/exchanges/{id}", tag = "exchanges",
    params(("id" = i64, Path), Seen), responses((status = 204, description = "已删除")))]
async fn remove(
    State(app): State<App>,
    signed: Signed,
    Of(id): Of<i64>,
    Params(seen): Params<Seen>,
) -> Result<StatusCode, ApiError> {
    let seen = seen.version.ok_or(ApiError::NoVersion)?;
    app.store().remove_exchange(signed.county(), id, seen, &signed.by()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A step.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"act": "assess", "grade": "优秀", "reason": "", "version": 5}))]
struct StepText {
    /// `start` 开始、`end` 结束、`assess` 考核、`void` 放弃、`reopen` 退回上一步
    #[schema(value_type = String)]
    act: ExchangeAct,
    /// 考核等次，见规则
    grade: Option<String>,
    /// 说明；放弃和退回必须写
    #[serde(default)]
    reason: String,
    /// 看到的版本
    version: Option<i64>,
}

/// 推进一项交流：开始、结束、考核、放弃、退回上一步
#[utoipa::path(post, path = "/api/exchanges/{id}/steps", tag = "exchanges",
    params(("id" = i64, Path)), request_body = StepText,
    responses((status = 200, body = ExchangeView)))]
async fn step(
    State(app): State<App>,
    signed: Signed,
    Of(id): Of<i64>,
    Body(text): Body<StepText>,
) -> Result<Json<ExchangeView>, ApiError> {
    let seen = text.version.ok_or(ApiError::NoVersion)?;
    let mut wrong = Vec::new();
    let reason = words("reason", &text.reason, WORDS, &mut wrong);
    if needs_reason(text.act) && reason.is_empty() {
        wrong.push(FieldProblem::new("reason", format!("“{}”必须写明理由", text.act.zh())));
    }
    let grades = &app.knowledge().staffing.exchange.grades;
    let grade = text.grade.filter(|_| text.act == ExchangeAct::Assess);
    if text.act == ExchangeAct::Assess && !grade.as_ref().is_some_and(|g| grades.contains(g)) {
        let message = format!("考核等次应为：{}", grades.join("、"));
        wrong.push(FieldProblem::new("grade", message));
    }
    if !wrong.is_empty() {
        return Err(ApiError::Fields(wrong));
    }
    let (county, by) = (signed.county(), signed.by());
    let (store, grade) = (app.store(), grade.as_deref());
    store.step_exchange(county, id, text.act, grade, &reason, seen, &by).await?;
    Ok(Json(view(&app, &signed, id, &Scope::County).await?))
}

/// Hours of a day.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"day": "2024-10-08", "hours": "1.5", "what": "听课、评课"}))]
struct NewEntry {
    #[schema(value_type = String, format = Date)]
    day: Date,
    /// 学时，不超过 24
    hours: String,
    /// 内容，不超过 200 字；不要写姓名
    #[serde(default)]
    what: String,
}

/// 登记一天的学时
///
/// 教育局可以为任何记录登记；学校为本校参加的记录登记，只能撤回本校登记的。
#[utoipa::path(post, path = "/api/exchanges/{id}/entries", tag = "exchanges",
    params(("id" = i64, Path)), request_body = NewEntry,
    responses((status = 201, body = ExchangeView)))]
async fn enter(
    State(app): State<App>,
    signed: Signed,
    Of(id): Of<i64>,
    Body(new): Body<NewEntry>,
) -> Result<(StatusCode, Json<ExchangeView>), ApiError> {
    let (county, scope) = (signed.county(), signed.scope());
    let (found, ..) = app.store().exchange(county, id, scope).await?;
    let mut wrong = Vec::new();
    let hours = figure("hours", Some(&new.hours), 24, &mut wrong);
    let what = words("what", &new.what, 200, &mut wrong);
    let today = crate::clock::day(signed.now());
    if new.day < found.agreed.begins || new.day > found.agreed.ends {
        let (first, last) = (found.agreed.begins, found.agreed.ends);
        let message = format!("应在约定的 {first} 至 {last} 之间");
        wrong.push(FieldProblem::new("day", message));
    } else if new.day > today {
        wrong.push(FieldProblem::new("day", "日期不能晚于今天"));
    }
    let Some(hours) = hours.filter(|_| wrong.is_empty()) else {
        if wrong.is_empty() {
            wrong.push(FieldProblem::new("hours", "请填学时"));
        }
        return Err(ApiError::Fields(wrong));
    };
    let own = visible(&app, county, scope).await?;
    let school = own.and_then(|own| {
        let mut parties = found.agreed.parties.iter();
        parties.find(|party| own.contains(&party.school)).map(|party| party.school.clone())
    });
    let entry = EntryText { day: new.day, hours, what: Some(what) };
    let (store, by) = (app.store(), signed.by());
    store.add_exchange_entry(county, id, scope, school.as_ref(), &entry, &by).await?;
    Ok((StatusCode::CREATED, Json(view(&app, &signed, id, scope).await?)))
}

/// 撤回登记的学时
#[utoipa::path(delete, path = "/api/exchanges/{id}/entries/{number}", tag = "exchanges",
    params(("id" = i64, Path), ("number" = i64, Path)),
    responses((status = 200, body = ExchangeView)))]
async fn take_back(
    State(app): State<App>,
    signed: Signed,
    Of((id, number)): Of<(i64, i64)>,
) -> Result<Json<ExchangeView>, ApiError> {
    let (county, scope, by) = (signed.county(), signed.scope(), signed.by());
    app.store().remove_exchange_entry(county, id, number, scope, &by).await?;
    Ok(Json(view(&app, &signed, id, scope).await?))
}

fn setting(year: SchoolYear) -> String {
    format!("exchange.targets.{}", year.0)
}

async fn targets(app: &App, signed: &Signed, year: SchoolYear) -> Result<Targets, ApiError> {
    let set = app.store().setting(signed.county(), &setting(year)).await?;
    let Some((text, version)) = set else {
        return Ok(Targets { version: Some(0), ..Targets::default() });
    };
    let known: Targets = serde_json::from_str(&text).map_err(ApiError::internal)?;
    Ok(Targets { version: Some(version), ..known })
}

async fn summed(app: &App, signed: &Signed, year: SchoolYear) -> Result<Summary, ApiError> {
    let county = signed.county();
    let ground = Ground::of(app, county, year).await?;
    let found = app.store().exchanges(county, year, signed.scope()).await?;
    let visible = visible(app, county, signed.scope()).await?;
    let targets = targets(app, signed, year).await?;
    let rules = &app.knowledge().staffing;
    Ok(summary::summary(&found, &ground, rules, targets, visible.as_ref(), year))
}

/// 交流汇总：分方式、分学校、分乡镇，与目标对照
///
/// 比例精确计算；缺数时说明缺什么。`figures` 只有看得到全县的人才有。
#[utoipa::path(get, path = "/api/years/{year}/exchanges/summary", tag = "exchanges", params(Year),
    responses((status = 200, body = Summary)))]
async fn get_summary(
    State(app): State<App>,
    signed: Signed,
    headers: HeaderMap,
    Of(Year { year }): Of<Year>,
) -> Result<Response, ApiError> {
    let year = known_year(&app, &signed, year).await?;
    tagged(&headers, &summed(&app, &signed, year).await?)
}

/// 设定本学年的交流目标
#[utoipa::path(put, path = "/api/years/{year}/exchanges/targets", tag = "exchanges", params(Year),
    request_body = Targets, responses((status = 200, body = Summary)))]
async fn put_targets(
    State(app): State<App>,
    signed: Signed,
    Of(Year { year }): Of<Year>,
    Body(new): Body<Targets>,
) -> Result<Json<Summary>, ApiError> {
    let year = known_year(&app, &signed, year).await?;
    let seen = new.version.ok_or(ApiError::NoVersion)?;
    let kept = Targets { version: None, ..new };
    let text = serde_json::to_string(&kept).map_err(ApiError::internal)?;
    let (county, by) = (signed.county(), signed.by());
    app.store().put_setting(county, &setting(year), &text, seen, &by).await?;
    Ok(Json(summed(&app, &signed, year).await?))
}

/// What a workbook holds.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Sheet {
    /// 只要空表（导入模板）
    #[serde(default)]
    empty: bool,
}

/// 交流记录工作簿
///
/// 第一张表就是导入的格式；姓名遮盖，以教师编号为准。
#[utoipa::path(get, path = "/api/years/{year}/exchanges.xlsx", tag = "exchanges",
    params(Year, Sheet), responses((status = 200, description = "工作簿",
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))]
async fn workbook(
    State(app): State<App>,
    signed: Signed,
    Of(Year { year }): Of<Year>,
    Params(sheet): Params<Sheet>,
) -> Result<Response, ApiError> {
    let year = known_year(&app, &signed, year).await?;
    let rules = std::sync::Arc::clone(&app.knowledge().staffing);
    let (lines, summary, over) = if sheet.empty {
        (Vec::new(), None, None)
    } else {
        let lines = lines(&app, &signed, year, &Wanted::default()).await?;
        let county = signed.county();
        let (snapshot, _) = app.kept().snapshot(&app, county, year, Which::Submitted).await?;
        let over = Over {
            county: snapshot.county().name.clone(),
            year,
            label: session::label(&app, county).await?,
        };
        (lines, Some(summed(&app, &signed, year).await?), Some(over))
    };
    let write = move || sheet::workbook(&lines, summary.as_ref(), &rules, over.as_ref());
    let bytes = tokio::task::spawn_blocking(write).await.map_err(ApiError::internal)?;
    let name = if sheet.empty {
        "交流记录模板.xlsx".to_owned()
    } else {
        format!("{}学年交流记录.xlsx", year.0)
    };
    Ok(download(bytes.map_err(ApiError::internal)?, XLSX, "exchanges.xlsx", &name))
}

/// The records that count against a new one: of the same way, not given up.
pub(crate) async fn standing(
    app: &App,
    signed: &Signed,
    year: SchoolYear,
) -> Result<Vec<Exchange>, StoreError> {
    let mut found = app.store().exchanges(signed.county(), year, &Scope::County).await?;
    found.retain(|exchange| exchange.state != ExchangeState::Void);
    Ok(found)
}
