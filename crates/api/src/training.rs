//! Training: projects from proposal to acceptance with who takes part, hours by teacher over the cycle,
//! and what schools spend on it.
//!
//! Projects and their steps are `staffing.edit`. A school proposes its own (校本) with `teacher.edit`
//! over it, and puts down its own teachers and their hours.

mod funds;
mod hours;
mod sheet;
mod short;
mod view;

use crate::body::{Body, Of, Page, Paging, Params, page, tagged};
use crate::download::{XLSX, download};
use crate::evaluation::measured::visible;
use crate::evaluation::{Year, known_year};
use crate::exchanges::Seen;
use crate::exchanges::ground::Ground;
use crate::exchanges::input::{WORDS, figure, words};
use crate::exchanges::rights::Rights;
use crate::{ApiError, App, FieldProblem, Signed};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use domain::{SchoolCode, SchoolYear};
use serde::Deserialize;
use short::Cycle;
use std::collections::{BTreeMap, BTreeSet};
use store::Scope;
use store::trainings::{Training, TrainingAct, TrainingPerson};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use view::{ProjectLine, ProjectText, ProjectView, amount, needs_reason};

/// People of one request.
const PEOPLE: usize = 2_000;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, add))
        .routes(routes!(get, edit, remove))
        .routes(routes!(step))
        .routes(routes!(put_people))
        .routes(routes!(workbook))
        .merge(short::routes())
        .merge(funds::routes())
}

/// 培训项目
///
/// 学校看到全县的项目和本校的校本项目。
#[utoipa::path(get, path = "/api/years/{year}/trainings", tag = "training",
    params(Year, Paging), responses((status = 200, body = Page<ProjectLine>)))]
async fn list(
    State(app): State<App>,
    signed: Signed,
    headers: HeaderMap,
    Of(Year { year }): Of<Year>,
    Params(paging): Params<Paging>,
) -> Result<Response, ApiError> {
    let year = known_year(&app, &signed, year).await?;
    let lines = lines(&app, &signed, year).await?;
    tagged(&headers, &page(lines, &paging, |line| line.id.to_string()))
}

async fn lines(app: &App, signed: &Signed, year: SchoolYear) -> Result<Vec<ProjectLine>, ApiError> {
    let ground = Ground::of(app, signed.county(), year).await?;
    let found = app.store().trainings(signed.county(), year, signed.scope()).await?;
    Ok(found.iter().map(|training| ProjectLine::new(training, &ground)).collect())
}

async fn view(app: &App, signed: &Signed, id: i64, scope: &Scope) -> Result<ProjectView, ApiError> {
    let found = app.store().training(signed.county(), id, scope).await?;
    let ground = Ground::of(app, signed.county(), found.0.year).await?;
    Ok(ProjectView::new(found, &ground, &Rights::of(app, signed).await?))
}

/// 申报培训项目
///
/// 教育局申报各级项目；学校申报本校的校本项目。新项目为“已申报”。
#[utoipa::path(post, path = "/api/years/{year}/trainings", tag = "training", params(Year),
    request_body = ProjectText, responses((status = 201, body = ProjectView)))]
async fn add(
    State(app): State<App>,
    signed: Signed,
    Of(Year { year }): Of<Year>,
    Body(text): Body<ProjectText>,
) -> Result<(StatusCode, Json<ProjectView>), ApiError> {
    let year = known_year(&app, &signed, year).await?;
    let ground = Ground::of(&app, signed.county(), year).await?;
    let own = visible(&app, signed.county(), signed.scope()).await?;
    let new = text.checked(&app, &ground, year, own.as_ref()).await?;
    let id = app.store().add_training(signed.county(), year, &new, &signed.by()).await?;
    Ok((StatusCode::CREATED, Json(view(&app, &signed, id, signed.scope()).await?)))
}

/// 一个培训项目，连同参训教师和经过
#[utoipa::path(get, path = "/api/trainings/{id}", tag = "training", params(("id" = i64, Path)),
    responses((status = 200, body = ProjectView)))]
async fn get(
    State(app): State<App>,
    signed: Signed,
    headers: HeaderMap,
    Of(id): Of<i64>,
) -> Result<Response, ApiError> {
    tagged(&headers, &view(&app, &signed, id, signed.scope()).await?)
}

/// An edit: the whole of what a project is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"project": {
    "title": "小学语文作业设计", "provider": "县教师发展中心", "level": "county",
    "begins": "2024-10-08", "ends": "2024-10-12", "hours": "40", "funds": "12.5",
}, "version": 2}))]
struct ProjectEdit {
    /// 项目的全部内容
    project: ProjectText,
    /// 看到的版本
    version: Option<i64>,
}

/// 修改培训项目
///
/// 验收以前都可以改；学校只能改本校没有评审的项目。
#[utoipa::path(patch, path = "/api/trainings/{id}", tag = "training", params(("id" = i64, Path)),
    request_body = ProjectEdit, responses((status = 200, body = ProjectView)))]
async fn edit(
    State(app): State<App>,
    signed: Signed,
    Of(id): Of<i64>,
    Body(edit): Body<ProjectEdit>,
) -> Result<Json<ProjectView>, ApiError> {
    let seen = edit.version.ok_or(ApiError::NoVersion)?;
    let (county, scope) = (signed.county(), signed.scope());
    let (old, ..) = app.store().training(county, id, scope).await?;
    let ground = Ground::of(&app, county, old.year).await?;
    let own = visible(&app, county, scope).await?;
    let new = edit.project.checked(&app, &ground, old.year, own.as_ref()).await;
    let new = new.map_err(|error| match error {
        ApiError::Fields(fields) => {
            let within = |mut problem: FieldProblem| {
                problem.field = format!("project.{}", problem.field);
                problem
            };
            ApiError::Fields(fields.into_iter().map(within).collect())
        }
        other => other,
    })?;
    app.store().edit_training(county, id, scope, &new, seen, &signed.by()).await?;
    Ok(Json(view(&app, &signed, id, scope).await?))
}

/// 删除一个没有评审的项目
#[utoipa::path(delete, path = "/api/trainings/{id}", tag = "training",
    params(("id" = i64, Path), Seen), responses((status = 204, description = "已删除")))]
async fn remove(
    State(app): State<App>,
    signed: Signed,
    Of(id): Of<i64>,
    Params(seen): Params<Seen>,
) -> Result<StatusCode, ApiError> {
    let seen = seen.version.ok_or(ApiError::NoVersion)?;
    let (county, scope, by) = (signed.county(), signed.scope(), signed.by());
    app.store().remove_training(county, id, scope, seen, &by).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A step.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"act": "accept", "reward": "2.5", "reason": "", "version": 5}))]
struct ProjectStepText {
    /// `review` 评审通过、`start` 开始实施、`accept` 验收通过、`refuse` 不予通过、`reopen` 退回上一步
    #[schema(value_type = String)]
    act: TrainingAct,
    /// 以奖代补（万元）；只用于验收
    reward: Option<String>,
    /// 说明；不予通过和退回必须写
    #[serde(default)]
    reason: String,
    /// 看到的版本
    version: Option<i64>,
}

/// 推进培训项目：评审、实施、验收、不予通过、退回上一步
///
/// 验收后，已登记的学时计入教师的学时；没有登记学时的人不计。
#[utoipa::path(post, path = "/api/trainings/{id}/steps", tag = "training",
    params(("id" = i64, Path)), request_body = ProjectStepText,
    responses((status = 200, body = ProjectView)))]
async fn step(
    State(app): State<App>,
    signed: Signed,
    Of(id): Of<i64>,
    Body(text): Body<ProjectStepText>,
) -> Result<Json<ProjectView>, ApiError> {
    let seen = text.version.ok_or(ApiError::NoVersion)?;
    let mut wrong = Vec::new();
    let reason = words("reason", &text.reason, WORDS, &mut wrong);
    if needs_reason(text.act) && reason.is_empty() {
        wrong.push(FieldProblem::new("reason", format!("“{}”必须写明理由", text.act.zh())));
    }
    let reward = amount("reward", text.reward.as_deref(), &mut wrong);
    if reward.is_some() && text.act != TrainingAct::Accept {
        wrong.push(FieldProblem::new("reward", "以奖代补只在验收时填"));
    }
    if !wrong.is_empty() {
        return Err(ApiError::Fields(wrong));
    }
    let (county, by) = (signed.county(), signed.by());
    app.store().step_training(county, id, text.act, reward, &reason, seen, &by).await?;
    Ok(Json(view(&app, &signed, id, &Scope::County).await?))
}

/// Somebody who is put down.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"teacher": "T000345", "hours": "40"}))]
struct PersonText {
    /// 教师编号，须在本学年名册中
    teacher: String,
    /// 学时；不填为还没有登记
    hours: Option<String>,
}

/// People of a project.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"put": [{"teacher": "T000345", "hours": "40"}], "remove": [], "version": 3}))]
struct PeopleText {
    /// 增加，或改学时
    #[serde(default)]
    put: Vec<PersonText>,
    /// 移除的教师编号
    #[serde(default)]
    remove: Vec<String>,
    /// 看到的版本
    version: Option<i64>,
}

/// 登记参训教师和学时
///
/// 学校登记本校的教师。学时不超过项目的学时。
#[utoipa::path(put, path = "/api/trainings/{id}/people", tag = "training",
    params(("id" = i64, Path)), request_body = PeopleText,
    responses((status = 200, body = ProjectView)))]
async fn put_people(
    State(app): State<App>,
    signed: Signed,
    Of(id): Of<i64>,
    Body(text): Body<PeopleText>,
) -> Result<Json<ProjectView>, ApiError> {
    let seen = text.version.ok_or(ApiError::NoVersion)?;
    if text.put.len() + text.remove.len() > PEOPLE {
        return Err(ApiError::field("put", format!("一次最多 {PEOPLE} 人")));
    }
    let (county, scope) = (signed.county(), signed.scope());
    let store = app.store();
    let (training, ..) = store.training(county, id, scope).await?;
    let (_, there, _) = store.training(county, id, &Scope::County).await?;
    let ground = Ground::of(&app, county, training.year).await?;
    ground.expect_roster()?;
    let own = visible(&app, county, scope).await?;
    let put = people(&text.put, &training, &ground, own.as_ref())?;
    // Only the caller's own are taken away: the others keep their seats.
    let leaves = |person: &TrainingPerson| {
        own.as_ref().is_none_or(|own| own.contains(&person.school))
            && text.remove.contains(&person.teacher)
    };
    let stay = there.iter().filter(|person| !leaves(person));
    let mut numbers: BTreeSet<&str> = stay.map(|person| person.teacher.as_str()).collect();
    numbers.extend(put.iter().map(|person| person.teacher.as_str()));
    if training
        .text
        .seats
        .is_some_and(|seats| i64::try_from(numbers.len()).is_ok_and(|n| n > seats))
    {
        let seats = training.text.seats.unwrap_or_default();
        return Err(ApiError::field("put", format!("超过名额（{seats} 人）；请先修改名额")));
    }
    store.put_training_people(county, id, scope, &put, &text.remove, seen, &signed.by()).await?;
    Ok(Json(view(&app, &signed, id, scope).await?))
}

fn people(
    put: &[PersonText],
    training: &Training,
    ground: &Ground,
    own: Option<&BTreeSet<SchoolCode>>,
) -> Result<Vec<TrainingPerson>, ApiError> {
    let mut wrong = Vec::new();
    let mut by_number: BTreeMap<String, TrainingPerson> = BTreeMap::new();
    for (number, person) in put.iter().enumerate() {
        let field = format!("put.{number}.hours");
        let hours = figure(&field, person.hours.as_deref(), 1_000, &mut wrong);
        let most = training.text.hours;
        if hours.zip(most).is_some_and(|(hours, most)| hours > most) {
            let most = most.unwrap_or_default().normalize();
            wrong.push(FieldProblem::new(field, format!("不能超过项目的 {most} 学时")));
        }
        let teacher = ground.teacher(person.teacher.trim());
        let teacher = teacher.filter(|teacher| own.is_none_or(|own| own.contains(&teacher.school)));
        let Some(teacher) = teacher else {
            let message = "本学年教师名册中没有这个编号，或不是您管理的学校的教师";
            wrong.push(FieldProblem::new(format!("put.{number}.teacher"), message));
            continue;
        };
        let entry = TrainingPerson {
            teacher: teacher.id.to_string(),
            school: teacher.school.clone(),
            hours,
        };
        by_number.insert(entry.teacher.clone(), entry);
    }
    if wrong.is_empty() {
        Ok(by_number.into_values().collect())
    } else {
        Err(ApiError::Fields(wrong))
    }
}

/// 培训工作簿：项目、学时不足的教师、各校完成情况、经费
#[utoipa::path(get, path = "/api/years/{year}/training.xlsx", tag = "training",
    params(Year, Cycle), responses((status = 200, description = "工作簿",
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))]
async fn workbook(
    State(app): State<App>,
    signed: Signed,
    Of(Year { year }): Of<Year>,
    Params(cycle): Params<Cycle>,
) -> Result<Response, ApiError> {
    let year = known_year(&app, &signed, year).await?;
    let bytes = sheet::workbook(&app, &signed, year, &cycle).await?;
    let name = format!("{}学年教师培训.xlsx", year.0);
    Ok(download(bytes, XLSX, "training.xlsx", &name))
}
