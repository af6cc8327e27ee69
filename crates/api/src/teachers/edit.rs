//! Teachers added, changed and taken out by hand. Columns come as text, as in a file, and are read by
//! the same rules; only what changes is sent, so that nobody has to see who it is to mend a rank.

use super::dto::TeacherView;
use super::kept::{Ground, kept};
use super::people::{Found, edits, nameless, reason};
use super::plain;
use super::reading::entry;
use crate::body::{Body, Of};
use crate::evaluation::asked::known_year;
use crate::{ApiError, App, FieldProblem, Signed};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::SchoolYear;
use serde::Deserialize;
use staffing::{Finding, Identity, Roster, RosterRow, Severity};
use std::collections::{BTreeMap, BTreeSet};
use store::Scope;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Longest text of a column, characters.
const TEXT: usize = 2_000;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(add)).routes(routes!(get, put, remove))
}

/// 一名教师（姓名、证件号码隐去，居住地只到乡镇）
#[utoipa::path(get, path = "/api/years/{year}/teachers/{number}", tag = "roster",
    params(("year" = i16, Path, description = "学年的起始年份", example = 2024),
        ("number" = String, Path, description = "教师编号")),
    responses((status = 200, body = TeacherView)))]
async fn get(
    State(app): State<App>,
    signed: Signed,
    Of((year, number)): Of<(i16, String)>,
) -> Result<Json<TeacherView>, ApiError> {
    let year = known_year(&app, &signed, year).await?;
    let found = Found::of(&app, &signed, year, &number).await?;
    Ok(Json(found.view(&app.knowledge().staffing, edits(&signed))?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"fields": {
    "number": "T001201", "name": "（姓名）", "school": "3418230001", "stage": "小学",
    "subject": "数学", "post": "专任教师",
}}))]
struct NewTeacher {
    /// 各列的内容，按列的代码
    fields: BTreeMap<String, String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"fields": {"rank": "中级"}, "version": 1}))]
struct TeacherEdit {
    /// 改动的列，按列的代码；空字符串为清空
    fields: BTreeMap<String, String>,
    /// 所见的版本号
    version: Option<i64>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"reason": "已调出本县", "version": 1}))]
struct TeacherRemoval {
    /// 理由，记入审计；不要写姓名和证件号码
    reason: String,
    /// 所见的版本号
    version: Option<i64>,
}

/// Sets columns; what cannot be is told at the column.
fn set(row: &mut RosterRow, fields: &BTreeMap<String, String>) -> Result<(), ApiError> {
    let mut wrong = Vec::new();
    for (code, text) in fields {
        let known = RosterRow::HEADINGS.iter().any(|(known, _)| known == code);
        if !known {
            wrong.push(FieldProblem::new(format!("fields.{code}"), "没有这一列"));
        } else if text.chars().count() > TEXT || text.chars().any(char::is_control) {
            let message = format!("最多 {TEXT} 字，不能有换行");
            wrong.push(FieldProblem::new(format!("fields.{code}"), message));
        } else if plain::is_hidden(text) {
            let message = "含有已隐去的内容，请重新填写完整";
            wrong.push(FieldProblem::new(format!("fields.{code}"), message));
        } else {
            row.set(code, text);
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(ApiError::Fields(wrong)) }
}

/// The number that is free for a teacher who brings none.
pub(super) fn free_number(taken: &BTreeSet<&str>) -> String {
    let mut next = 1usize;
    loop {
        let number = format!("R{next:05}");
        if !taken.contains(number.as_str()) {
            return number;
        }
        next += 1;
    }
}

/// Was something typed that cannot be read? A file goes on without it; who types it is there to mend it.
fn is_unread(finding: &Finding) -> bool {
    ["T-ROW-05", "T-ROW-06", "T-ROW-09"].contains(&finding.code.as_str())
}

/// A message about a row of a file as it is said of what somebody has typed: there are no rows, and
/// nothing is taken that is wrong.
fn typed(message: &str) -> String {
    let of_files = [
        "，本行没有读入",
        "，本项按未填处理",
        "，本项按缺数处理",
        "，没有读入",
        "，没有计入任何学科",
    ];
    of_files.iter().fold(message.to_owned(), |text, clause| text.replace(clause, ""))
}

/// Refuses a row that cannot be read, or whose changed columns are wrong, each at its column.
async fn expect_sound(
    app: &App,
    signed: &Signed,
    year: SchoolYear,
    row: &RosterRow,
    number: &str,
    changed: &BTreeSet<&str>,
) -> Result<staffing::Teacher, ApiError> {
    let ground = Ground::of(app, signed.county(), year).await?;
    let own = plain::public(row.clone(), number);
    let whole = kept(app, signed.county(), year, &Scope::County).await?;
    let day = whole.as_ref().map_or(store::years::statistics_date(year), |kept| kept.roster.day());
    let rules = &app.knowledge().staffing;
    let (roster, findings) =
        Roster::read(std::slice::from_ref(&own), 1, &ground.snapshot, rules, day);
    let read = roster.teachers().first();
    let heading = |code: &str| {
        RosterRow::HEADINGS.iter().find(|(known, _)| *known == code).map_or("", |(_, zh)| zh)
    };
    let code_of = |finding: &Finding| {
        let found = RosterRow::HEADINGS.iter().find(|(_, zh)| *zh == finding.field);
        found.map_or("", |(code, _)| code)
    };
    let mut wrong: Vec<FieldProblem> = findings
        .into_iter()
        .filter(|finding| finding.severity == Severity::Error || is_unread(finding))
        .filter(|finding| read.is_none() || changed.contains(code_of(finding)))
        .map(|finding| {
            let field = format!("fields.{}", code_of(&finding));
            let mut finding = plain::masked(finding, &own);
            if is_unread(&finding) {
                // What was typed stands in the field; it may be anybody's name.
                finding.message = plain::unquoted(&finding.message).replace("“…”", "所填内容");
            }
            FieldProblem::new(field, format!("{}；{}", typed(&finding.message), finding.remedy))
        })
        .collect();
    if changed.contains("spouse") && !row.spouse.is_empty() && own.spouse.is_empty() {
        let message = format!("“{}”应为教师编号，不要写姓名或证件号码", heading("spouse"));
        wrong.push(FieldProblem::new("fields.spouse", message));
    }
    if let (Some(whole), Ok(identity)) = (&whole, Identity::parse(&row.identity)) {
        let twice = whole.roster.teachers().iter().any(|teacher| {
            teacher.identity.as_ref() == Some(&identity) && *teacher.id.0 != *number
        });
        if twice && changed.contains("identity") {
            let message =
                "名册中已有同一证件号码的教师；一名教师只写一行，在别校任课写在“走教兼课”";
            wrong.push(FieldProblem::new("fields.identity", message));
        }
    }
    match read {
        Some(teacher) if wrong.is_empty() => Ok(teacher.clone()),
        _ if wrong.is_empty() => Err(ApiError::field("fields", "学校、学段或姓名不完整")),
        _ => Err(ApiError::Fields(wrong)),
    }
}

/// 在名册中增加一名教师
#[utoipa::path(post, path = "/api/years/{year}/teachers", tag = "roster",
    params(("year" = i16, Path, description = "学年的起始年份", example = 2024)),
    request_body = NewTeacher, responses((status = 201, body = TeacherView)))]
async fn add(
    State(app): State<App>,
    signed: Signed,
    Of(year): Of<i16>,
    Body(new): Body<NewTeacher>,
) -> Result<(StatusCode, Json<TeacherView>), ApiError> {
    let year = known_year(&app, &signed, year).await?;
    let mut row = RosterRow::default();
    set(&mut row, &new.fields)?;
    if !row.number.is_empty() && !plain::is_number(&row.number) {
        let message = "由字母、数字和“-”“_”“.”组成，最多 32 位，不要用姓名或证件号码";
        return Err(ApiError::field("fields.number", message));
    }
    if row.name.is_empty() {
        return Err(ApiError::field("fields.name", "请填写姓名"));
    }
    if row.number.is_empty() {
        let whole = kept(&app, signed.county(), year, &Scope::County).await?;
        let places = whole.as_ref().map(|kept| &kept.places);
        let taken = places.into_iter().flat_map(|places| places.keys()).map(|id| &*id.0);
        row.number = free_number(&taken.collect());
    }
    let number = row.number.clone();
    let changed = RosterRow::HEADINGS.iter().map(|(code, _)| *code).collect();
    let teacher = expect_sound(&app, &signed, year, &row, &number, &changed).await?;
    let entry = entry(&teacher, &row)?;
    let (county, scope) = (signed.county(), signed.scope());
    app.store().put_teacher(county, year, &entry, "", 0, scope, &signed.by()).await?;
    let found = Found::of(&app, &signed, year, &number).await?;
    Ok((StatusCode::CREATED, Json(found.view(&app.knowledge().staffing, true)?)))
}

/// 修改一名教师
///
/// 只送改动的列；没有送的列保持原样，不需要先查看完整信息。
#[utoipa::path(put, path = "/api/years/{year}/teachers/{number}", tag = "roster",
    params(("year" = i16, Path, description = "学年的起始年份", example = 2024),
        ("number" = String, Path, description = "教师编号")),
    request_body = TeacherEdit, responses((status = 200, body = TeacherView)))]
async fn put(
    State(app): State<App>,
    signed: Signed,
    Of((year, number)): Of<(i16, String)>,
    Body(edit): Body<TeacherEdit>,
) -> Result<Json<TeacherView>, ApiError> {
    let year = known_year(&app, &signed, year).await?;
    let seen = edit.version.ok_or(ApiError::NoVersion)?;
    let (county, scope) = (signed.county(), signed.scope());
    let before = app.store().teacher(county, year, &number, scope).await?;
    let old = plain::row(&before.entry.content)?;
    let mut row = old.clone();
    set(&mut row, &edit.fields)?;
    number.clone_into(&mut row.number);
    let codes = RosterRow::HEADINGS.iter().map(|(code, _)| *code);
    let changed: BTreeSet<&str> =
        codes.filter(|code| *code != "number" && row.get(code) != old.get(code)).collect();
    if edit.fields.get("number").is_some_and(|new| new.trim() != number) {
        let message = "教师编号不能修改；请移出后重新增加";
        return Err(ApiError::field("fields.number", message));
    }
    if row.name.is_empty() && changed.contains("name") {
        return Err(ApiError::field("fields.name", "请填写姓名"));
    }
    if !changed.is_empty() {
        let teacher = expect_sound(&app, &signed, year, &row, &number, &changed).await?;
        let entry = entry(&teacher, &row)?;
        // The audit says which columns, never what stands in them.
        let columns: Vec<&str> = changed.into_iter().collect();
        let columns = columns.join(",");
        app.store().put_teacher(county, year, &entry, &columns, seen, scope, &signed.by()).await?;
    }
    let found = Found::of(&app, &signed, year, &number).await?;
    Ok(Json(found.view(&app.knowledge().staffing, true)?))
}

/// 把一名教师移出名册
#[utoipa::path(delete, path = "/api/years/{year}/teachers/{number}", tag = "roster",
    params(("year" = i16, Path, description = "学年的起始年份", example = 2024),
        ("number" = String, Path, description = "教师编号")),
    request_body = TeacherRemoval, responses((status = 204, description = "已移出")))]
async fn remove(
    State(app): State<App>,
    signed: Signed,
    Of((year, number)): Of<(i16, String)>,
    Body(removal): Body<TeacherRemoval>,
) -> Result<StatusCode, ApiError> {
    let year = known_year(&app, &signed, year).await?;
    let seen = removal.version.ok_or(ApiError::NoVersion)?;
    let reason = reason(&removal.reason)?;
    let (county, scope) = (signed.county(), signed.scope());
    let before = app.store().teacher(county, year, &number, scope).await?;
    nameless(reason, &plain::row(&before.entry.content)?)?;
    app.store().remove_teacher(county, year, &number, reason, seen, scope, &signed.by()).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[cfg(test)]
mod tests {
    use super::*;
    use staffing::TeacherId;

    #[test]
    fn a_free_number_is_one_that_nobody_has() {
        assert_eq!(free_number(&BTreeSet::new()), "R00001");
        assert_eq!(free_number(&BTreeSet::from(["R00001", "R00003"])), "R00002");
        let ids = [TeacherId::from("R00002")];
        assert_eq!(free_number(&ids.iter().map(|id| &*id.0).collect()), "R00001");
    }
}
