//! Workbooks of the roster: the empty template, the masked list, and the template filled with
//! everything in plain text, for which a reason goes into the audit.

use super::people::{RevealReason, reason};
use super::plain;
use super::which::Which;
use crate::body::{Body, Of, Params};
use crate::download::{XLSX, download};
use crate::evaluation::asked::known_year;
use crate::session::label;
use crate::{ApiError, App, Signed};
use axum::extract::State;
use axum::response::Response;
use domain::SchoolYear;
use forms::staffing::template::{Template, empty, filled};
use forms::staffing::{Masthead, roster};
use staffing::Teacher;
use std::sync::Arc;
use store::schools::SchoolState;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(template)).routes(routes!(masked)).routes(routes!(in_full))
}

/// The schools within the scope, code and name.
async fn schools(app: &App, signed: &Signed) -> Result<Vec<(String, String)>, ApiError> {
    let schools = app.store().schools(signed.county(), signed.scope()).await?;
    let open = schools.into_iter().filter(|school| school.state == SchoolState::Open);
    Ok(open.map(|school| (school.code.to_string(), school.name)).collect())
}

/// Writes a workbook where it holds nobody up.
async fn written(
    work: impl FnOnce() -> Result<Vec<u8>, forms::FormsError> + Send + 'static,
) -> Result<Vec<u8>, ApiError> {
    let bytes = tokio::task::spawn_blocking(work).await.map_err(ApiError::internal)?;
    // What is wrong with a workbook might quote a cell of it.
    bytes.map_err(|_| ApiError::internal(std::io::Error::other("a roster could not be written")))
}

/// 教师名册模板
#[utoipa::path(get, path = "/api/roster-template.xlsx", tag = "roster",
    responses((status = 200, description = "工作簿",
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))]
async fn template(State(app): State<App>, signed: Signed) -> Result<Response, ApiError> {
    let (schools, label) = (schools(&app, &signed).await?, label(&app, signed.county()).await?);
    let rules = Arc::clone(&app.knowledge().staffing);
    let created = app.clock().today();
    let work = move || empty(&Template { rules: &rules, schools: &schools, label, created });
    Ok(download(written(work).await?, XLSX, "roster-template.xlsx", "教师名册模板.xlsx"))
}

fn missing(year: SchoolYear) -> ApiError {
    ApiError::NotFound(format!("{year} 学年教师名册"))
}

/// 教师名册（姓名隐去）
///
/// 只导出符合筛选条件的教师，按所选的顺序。
#[utoipa::path(get, path = "/api/years/{year}/roster.xlsx", tag = "roster",
    params(("year" = i16, Path, description = "学年的起始年份", example = 2024), Which),
    responses((status = 200, description = "工作簿",
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))]
async fn masked(
    State(app): State<App>,
    signed: Signed,
    Of(year): Of<i16>,
    Params(which): Params<Which>,
) -> Result<Response, ApiError> {
    let year = known_year(&app, &signed, year).await?;
    let county = signed.county();
    let part = if which.narrows() { "，筛选后的一部分" } else { "" };
    let chosen = which.chosen(&app, &signed, year).await?.ok_or_else(|| missing(year))?;
    let teachers: Vec<Teacher> = chosen.teachers().cloned().collect();
    let (snapshot, day) = (chosen.ground.snapshot, chosen.kept.roster.day());
    let label = label(&app, signed.county()).await?;
    let rules = Arc::clone(&app.knowledge().staffing);
    let (target, people) = (year.0.to_string(), teachers.len());
    let work = move || {
        let masthead = Masthead { day, ..Masthead::of(&snapshot, label) };
        roster::workbook(&teachers, &snapshot, &rules, &masthead)
    };
    let bytes = written(work).await?;
    let detail = format!("{people} 人{part}");
    app.store().audit(county, &signed.by(), "roster.export", &target, &detail).await?;
    let name = format!("教师名册（脱敏）_{target}.xlsx");
    Ok(download(bytes, XLSX, &format!("roster-{target}.xlsx"), &name))
}

/// 教师名册（完整信息）
///
/// 需要写明理由；导出人、人数和理由记入审计。
#[utoipa::path(post, path = "/api/years/{year}/roster/plain.xlsx", tag = "roster",
    params(("year" = i16, Path, description = "学年的起始年份", example = 2024)),
    request_body = RevealReason,
    responses((status = 200, description = "工作簿",
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))]
async fn in_full(
    State(app): State<App>,
    signed: Signed,
    Of(year): Of<i16>,
    Body(asked): Body<RevealReason>,
) -> Result<Response, ApiError> {
    let year = known_year(&app, &signed, year).await?;
    let reason = reason(&asked.reason)?;
    let (schools, label) = (schools(&app, &signed).await?, label(&app, signed.county()).await?);
    let (county, scope) = (signed.county(), signed.scope());
    let (_, before) =
        app.store().teachers(county, year, scope).await?.ok_or_else(|| missing(year))?;
    for record in &before {
        super::people::nameless(reason, &plain::row(&record.entry.content)?)?;
    }
    let records = app.store().reveal_roster(county, year, reason, scope, &signed.by()).await?;
    let rows = records.iter().map(|record| plain::row(&record.entry.content));
    let rows = rows.collect::<Result<Vec<_>, _>>()?;
    let rules = Arc::clone(&app.knowledge().staffing);
    let created = app.clock().today();
    let work =
        move || filled(&Template { rules: &rules, schools: &schools, label, created }, &rows);
    let bytes = written(work).await?;
    let name = format!("教师名册（含个人信息）_{}.xlsx", year.0);
    Ok(download(bytes, XLSX, &format!("roster-plain-{}.xlsx", year.0), &name))
}
