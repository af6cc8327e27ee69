//! Training: projects from proposal to acceptance with who takes part, hours by teacher over the cycle,
//! and what schools spend on it.
//!
//! Projects and their steps are `staffing.edit`. A school proposes its own (校本) with `teacher.edit`
//! over it, and puts down its own teachers and their hours.

mod hours;
mod sheet;
mod view;

use crate::body::{Body, Of, Page, Paging, Params, page, tagged};
use crate::download::{XLSX, download};
use crate::evaluation::measured::visible;
use crate::evaluation::{Year, known_year};
use crate::exchanges::Seen;
use crate::exchanges::ground::Ground;
use crate::exchanges::input::{WORDS, figure, words};
use crate::{ApiError, App, FieldProblem, Signed};
use access::Action;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use domain::{Exact, SchoolCode, SchoolYear};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use staffing::{PersonName, TeacherId};
use std::collections::{BTreeMap, BTreeSet};
use store::trainings::{Training, TrainingAct, TrainingLevel, TrainingPerson, TrainingState};
use store::{Scope, Which};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use view::{ProjectLine, ProjectText, ProjectView, Rights, amount, needs_reason};

/// People of one request.
const PEOPLE: usize = 2_000;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, add))
        .routes(routes!(get, edit, remove))
        .routes(routes!(step))
        .routes(routes!(put_people))
        .routes(routes!(get_shortfalls))
        .routes(routes!(get_funds))
        .routes(routes!(workbook))
}

async fn rights(app: &App, signed: &Signed) -> Result<Rights, ApiError> {
    let county = signed.scope_of(app, Action::EditStaffing).await? == Scope::County;
    let own = match county {
        true => None,
        false => {
            let scope = signed.scope_of(app, Action::EditTeachers).await?;
            visible(app, signed.county(), &scope).await?
        }
    };
    Ok(Rights { county, own })
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
    Ok(ProjectView::new(found, &ground, &rights(app, signed).await?))
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
    let mut numbers: BTreeSet<&str> = there.iter().map(|p| p.teacher.as_str()).collect();
    numbers.retain(|number| !text.remove.iter().any(|gone| gone == number));
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

/// Which cycle.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Cycle {
    /// 周期的第一年（公历）；不给时为下一学年评估所看的周期
    from: Option<i16>,
    /// 学校标识码
    #[param(value_type = Option<String>)]
    school: Option<SchoolCode>,
}

/// A full-time teacher who lacks hours.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "teacher": "T000345", "person": "李*", "school": "3418230009", "name": "山前小学",
    "roster": "288", "credited": "40", "hours": "328", "missing": "32", "a_year": "32",
    "left_out": [], "unreported": false,
}))]
struct ShortfallView {
    #[schema(value_type = String)]
    teacher: TeacherId,
    /// 姓名（已遮盖）
    #[schema(value_type = String)]
    person: PersonName,
    #[schema(value_type = String)]
    school: SchoolCode,
    name: String,
    /// 名册中的学时
    roster: String,
    /// 已验收项目另外计入的学时
    credited: String,
    /// 合计
    hours: String,
    /// 还缺
    missing: String,
    /// 余下各年每年要补；没有余下的年份为 `null`
    a_year: Option<String>,
    /// 没有另计的项目：名册中已有同年同级的学时
    left_out: Vec<String>,
    /// 名册中没有任何培训记录
    unreported: bool,
}

/// Who lacks hours in a cycle.
#[derive(Debug, Serialize, ToSchema)]
struct Shortfalls {
    /// 本学年有没有教师名册
    roster: bool,
    /// 周期的第一年和最后一年（公历）
    from: i16,
    to: i16,
    /// 余下几年（含还没有过完的一年）
    years_left: i16,
    /// 周期内应有的学时
    wanted: String,
    /// 专任教师人数
    teachers: usize,
    /// 其中学时不足的人数
    short: usize,
    /// 可选的周期：第一年
    cycles: Vec<i16>,
    items: Vec<ShortfallView>,
    /// 下一页；没有时为 `null`
    next: Option<String>,
}

async fn short(
    app: &App,
    signed: &Signed,
    year: SchoolYear,
    cycle: &Cycle,
) -> Result<Shortfalls, ApiError> {
    let rules = &app.knowledge().staffing;
    let years = rules.training.years.value.small_parts().map_or(5, |(years, _)| years);
    let years = i16::try_from(years).unwrap_or(5).max(1);
    // From the cycle of this year's evaluation to the one that has just begun.
    let cycles: Vec<i16> = (year.0 - years..=year.0).collect();
    let from = cycle.from.unwrap_or(year.0 - years + 1);
    if !cycles.contains(&from) {
        let (first, last) = (year.0 - years, year.0);
        return Err(ApiError::field("from", format!("周期的第一年应为 {first} 至 {last}")));
    }
    let to = from + years - 1;
    let ground = Ground::of(app, signed.county(), year).await?;
    let mut view = Shortfalls {
        roster: false,
        from,
        to,
        years_left: 0,
        wanted: rules.training.hours.value.to_string(),
        teachers: 0,
        short: 0,
        cycles,
        items: Vec::new(),
        next: None,
    };
    let kept = crate::teachers::kept(app, signed.county(), year, signed.scope()).await?;
    let Some(kept) = kept else { return Ok(view) };
    let done = kept.day.year() - 1;
    view.years_left = (to - done).max(0).min(years);
    view.roster = true;
    let credits = app.store().training_credits(signed.county(), (from, to), signed.scope()).await?;
    let ledger = hours::ledger(&kept.roster, &credits, rules, (from, to), done);
    view.teachers = ledger.teachers;
    view.short = ledger.short.len();
    let wanted = |school: &SchoolCode| cycle.school.as_ref().is_none_or(|asked| asked == school);
    let short = ledger.short.into_iter().filter(|short| wanted(&short.school));
    let rows = short.map(|short| {
        let hours = ledger.hours.get(&short.teacher);
        let zero = || Exact::ZERO.to_string();
        ShortfallView {
            name: ground.name(&short.school),
            roster: hours.map_or_else(zero, |hours| hours.roster.to_string()),
            credited: hours.map_or_else(zero, |hours| hours.credited.to_string()),
            left_out: hours.map(|hours| hours.left_out.clone()).unwrap_or_default(),
            unreported: hours.is_some_and(|hours| hours.unreported),
            hours: short.hours.to_string(),
            missing: short.missing.to_string(),
            a_year: short.a_year.map(|hours| hours.to_string()),
            person: short.name,
            teacher: short.teacher,
            school: short.school,
        }
    });
    view.items = rows.collect();
    Ok(view)
}

/// 学时不足的专任教师
///
/// 学时＝名册所记＋已验收项目另外计入的；名册中已有同年同级学时的，项目学时不再另计，列在 `left_out`。
#[utoipa::path(get, path = "/api/years/{year}/training/shortfalls", tag = "training",
    params(Year, Cycle, Paging), responses((status = 200, body = Shortfalls)))]
async fn get_shortfalls(
    State(app): State<App>,
    signed: Signed,
    headers: HeaderMap,
    Of(Year { year }): Of<Year>,
    Params(cycle): Params<Cycle>,
    Params(paging): Params<Paging>,
) -> Result<Response, ApiError> {
    let year = known_year(&app, &signed, year).await?;
    let mut view = short(&app, &signed, year, &cycle).await?;
    let rows = std::mem::take(&mut view.items);
    let Page { items, next } = page(rows, &paging, |row| row.teacher.to_string());
    tagged(&headers, &Shortfalls { items, next, ..view })
}

/// A school's training funds.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "school": "3418230001", "name": "实验小学", "township": "城关镇", "training": "3.2",
    "budget": "80", "share": "1/25", "enough": false,
}))]
struct FundsView {
    #[schema(value_type = String)]
    school: SchoolCode,
    name: String,
    township: Option<String>,
    /// 教师培训经费（万元）；缺数为 `null`
    training: Option<String>,
    /// 公用经费预算（万元）；缺数为 `null`
    budget: Option<String>,
    /// 比例（精确分数）；算不出为 `null`
    share: Option<String>,
    /// 是否足够；算不出为 `null`
    enough: Option<bool>,
}

/// Projects of a level.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "level": "county", "zh": "县培", "projects": 4, "accepted": 2, "funds": "36.5",
    "funds_missing": 1, "reward": "5", "people": 210,
}))]
struct LevelFunds {
    #[schema(value_type = String)]
    level: TrainingLevel,
    zh: &'static str,
    projects: usize,
    accepted: usize,
    /// 有经费数的项目之和（万元）
    funds: String,
    /// 没有经费数的项目
    funds_missing: usize,
    /// 以奖代补之和（万元）
    reward: String,
    people: usize,
}

/// What is spent on training.
#[derive(Debug, Serialize, ToSchema)]
struct FundsSheet {
    /// 学校应达到的比例，及其来源
    at_least: String,
    source: String,
    grade: String,
    /// 学校按审定数据；应达未达的在前
    schools: Vec<FundsView>,
    enough: usize,
    short: usize,
    /// 缺数、不能判定的学校
    unknown: usize,
    /// 全部学校之和（万元）；有学校缺数时为 `null`
    training: Option<String>,
    budget: Option<String>,
    share: Option<String>,
    /// 培训项目，按级别；不含未通过的
    levels: Vec<LevelFunds>,
}

async fn funds(app: &App, signed: &Signed, year: SchoolYear) -> Result<FundsSheet, ApiError> {
    let (county, knowledge) = (signed.county(), app.knowledge());
    let (snapshot, _) = app.kept().snapshot(app, county, year, Which::Approved).await?;
    let ground = Ground::of(app, county, year).await?;
    let own = visible(app, county, signed.scope()).await?;
    let rule = &knowledge.staffing.training.funds;
    let (_, mut rows) =
        staffing::training::funds(&snapshot, &knowledge.catalogue, &knowledge.staffing);
    rows.retain(|row| own.as_ref().is_none_or(|own| own.contains(&row.school)));
    rows.sort_by_key(|row| match row.enough {
        Some(false) => 0,
        None => 1,
        Some(true) => 2,
    });
    let count = |what| rows.iter().filter(|row| row.enough == what).count();
    let sum = |of: fn(&staffing::training::Funds) -> Option<&Exact>| -> Option<Exact> {
        if rows.is_empty() {
            return None;
        }
        rows.iter().map(|row| of(row).cloned()).sum()
    };
    let (training, budget) = (sum(|row| row.training.as_ref()), sum(|row| row.budget.as_ref()));
    let share = training.as_ref().zip(budget.as_ref()).and_then(|(t, b)| t.checked_div(b));
    let projects = app.store().trainings(county, year, signed.scope()).await?;
    let text = |exact: Option<Exact>| exact.map(|exact| exact.to_string());
    Ok(FundsSheet {
        at_least: rule.value.to_string(),
        source: rule.source.clone(),
        grade: rule.grade.clone(),
        enough: count(Some(true)),
        short: count(Some(false)),
        unknown: count(None),
        training: text(training),
        budget: text(budget),
        share: text(share),
        levels: TrainingLevel::ALL.iter().map(|level| level_funds(*level, &projects)).collect(),
        schools: rows
            .into_iter()
            .map(|row| FundsView {
                name: ground.name(&row.school),
                township: ground.schools.get(&row.school).and_then(|p| p.township.clone()),
                training: text(row.training),
                budget: text(row.budget),
                share: text(row.share),
                enough: row.enough,
                school: row.school,
            })
            .collect(),
    })
}

fn level_funds(level: TrainingLevel, projects: &[Training]) -> LevelFunds {
    let own: Vec<&Training> = projects
        .iter()
        .filter(|p| p.text.level == level && p.state != TrainingState::Refused)
        .collect();
    let funds: Decimal = own.iter().filter_map(|project| project.text.funds).sum();
    let reward: Decimal = own.iter().filter_map(|project| project.reward).sum();
    LevelFunds {
        level,
        zh: level.zh(),
        projects: own.len(),
        accepted: own.iter().filter(|p| p.state == TrainingState::Accepted).count(),
        funds: funds.normalize().to_string(),
        funds_missing: own.iter().filter(|project| project.text.funds.is_none()).count(),
        reward: reward.normalize().to_string(),
        people: own.iter().map(|project| project.people).sum(),
    }
}

/// 培训经费：各校占公用经费的比例，各级项目的投入
///
/// 学校的数取自审定数据；缺数不是 0，也不算达到。
#[utoipa::path(get, path = "/api/years/{year}/training/funds", tag = "training", params(Year),
    responses((status = 200, body = FundsSheet)))]
async fn get_funds(
    State(app): State<App>,
    signed: Signed,
    headers: HeaderMap,
    Of(Year { year }): Of<Year>,
) -> Result<Response, ApiError> {
    let year = known_year(&app, &signed, year).await?;
    tagged(&headers, &funds(&app, &signed, year).await?)
}

/// 培训工作簿：项目、学时不足的教师、经费
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
    let lines = lines(&app, &signed, year).await?;
    let short = short(&app, &signed, year, &cycle).await?;
    let funds = funds(&app, &signed, year).await?;
    let write = move || sheet::workbook(&lines, &short, &funds);
    let bytes = tokio::task::spawn_blocking(write).await.map_err(ApiError::internal)?;
    let name = format!("{}学年教师培训.xlsx", year.0);
    Ok(download(bytes.map_err(ApiError::internal)?, XLSX, "training.xlsx", &name))
}
