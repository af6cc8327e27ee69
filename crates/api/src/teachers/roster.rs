//! The roster as a whole: how many stand in it, the day that years are counted at, its columns, and
//! what is wrong with it.

use super::counts;
use super::dto::{RosterFinding, RosterFindingCounts, RosterWord, school_name, word};
use super::kept::{Ground, kept};
use super::plain;
use crate::body::{Body, Of, Page, Paging, Params, page, tagged};
use crate::evaluation::asked::known_year;
use crate::{ApiError, App, Signed};
use access::Action;
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use domain::{SchoolCode, SchoolYear, Stage};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use staffing::{
    BackboneLevel, Degree, ExchangeKind, Post, Rank, Role, Roll, RosterRow, Rules, Sex,
};
use std::collections::BTreeMap;
use store::Scope;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(columns))
        .routes(routes!(get, set_day))
        .routes(routes!(findings))
}

/// The roster of a year.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "roster": {"teachers": 1210, "full_time": 1104, "day": "2024-09-01", "source": "名册.xlsx",
        "version": 3, "stamp": "5f1c", "by": "王建国（renshi）", "at": "2024-10-08T08:00:00Z"},
    "schools": [{"school": "3418230001", "name": "实验小学", "teachers": 64, "backbone": 9}],
    "findings": {"errors": 1, "warnings": 12},
}))]
pub(super) struct RosterView {
    /// 没有名册时为 null
    roster: Option<RosterHead>,
    /// 各校人数
    schools: Vec<RosterSchool>,
    findings: RosterFindingCounts,
}

#[derive(Debug, Serialize, ToSchema)]
struct RosterHead {
    /// 人数（管理范围内）
    teachers: usize,
    /// 其中专任教师
    full_time: usize,
    /// 计算年限的日期
    #[schema(value_type = String, format = Date)]
    day: Date,
    /// 最近导入的文件
    source: String,
    version: i64,
    /// 名册内容的指纹
    stamp: String,
    by: String,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

#[derive(Debug, Serialize, ToSchema)]
struct RosterSchool {
    school: String,
    name: String,
    teachers: usize,
    /// 骨干教师
    backbone: usize,
}

pub(super) async fn view(
    app: &App,
    signed: &Signed,
    year: SchoolYear,
    scope: &Scope,
) -> Result<RosterView, ApiError> {
    let county = signed.county();
    let head = app.store().roster(county, year).await?;
    let own = kept(app, county, year, scope).await?;
    let (Some(head), Some(own)) = (head, own) else {
        return Ok(RosterView { roster: None, schools: Vec::new(), findings: <_>::default() });
    };
    let ground = Ground::of(app, county, year).await?;
    let mut schools: BTreeMap<&SchoolCode, (usize, usize)> = BTreeMap::new();
    for teacher in own.roster.teachers() {
        let school = schools.entry(&teacher.school).or_default();
        school.0 += 1;
        school.1 += usize::from(teacher.is_backbone());
    }
    let teachers = own.roster.teachers();
    let differences = counts::differences(app, &own, &ground.snapshot);
    let severities = own.findings.iter().map(|finding| &finding.severity);
    let findings = severities.chain(differences.iter().map(|finding| &finding.severity));
    Ok(RosterView {
        roster: Some(RosterHead {
            teachers: teachers.len(),
            full_time: teachers.iter().filter(|teacher| teacher.is_full_time()).count(),
            day: own.roster.day(),
            source: head.source,
            version: own.version,
            stamp: own.stamp.clone(),
            by: head.by,
            at: head.at,
        }),
        schools: schools
            .into_iter()
            .map(|(code, (teachers, backbone))| RosterSchool {
                school: code.to_string(),
                name: school_name(&ground.snapshot, code),
                teachers,
                backbone,
            })
            .collect(),
        findings: RosterFindingCounts::of(findings),
    })
}

/// 教师名册概况
#[utoipa::path(get, path = "/api/years/{year}/roster", tag = "roster",
    params(("year" = i16, Path, description = "学年的起始年份", example = 2024)),
    responses((status = 200, body = RosterView)))]
async fn get(
    State(app): State<App>,
    signed: Signed,
    headers: HeaderMap,
    Of(year): Of<i16>,
) -> Result<Response, ApiError> {
    let year = known_year(&app, &signed, year).await?;
    tagged(&headers, &view(&app, &signed, year, signed.scope()).await?)
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"day": "2024-09-01", "version": 3}))]
struct RosterDay {
    /// 计算年限的日期
    #[schema(value_type = String, format = Date)]
    day: Date,
    /// 所见名册的版本号
    version: Option<i64>,
}

/// 设置计算年限的日期
#[utoipa::path(put, path = "/api/years/{year}/roster", tag = "roster",
    params(("year" = i16, Path, description = "学年的起始年份", example = 2024)),
    request_body = RosterDay, responses((status = 200, body = RosterView)))]
async fn set_day(
    State(app): State<App>,
    signed: Signed,
    Of(year): Of<i16>,
    Body(new): Body<RosterDay>,
) -> Result<Json<RosterView>, ApiError> {
    let year = known_year(&app, &signed, year).await?;
    whole_county(&signed)?;
    let seen = new.version.ok_or(ApiError::NoVersion)?;
    if !(year.0..=year.0 + 1).contains(&new.day.year()) {
        return Err(ApiError::field("day", format!("应在 {year} 学年之内")));
    }
    app.store().set_roster_day(signed.county(), year, new.day, seen, &signed.by()).await?;
    Ok(Json(view(&app, &signed, year, signed.scope()).await?))
}

/// What holds for all schools is changed by those who answer for all of them.
pub(super) fn whole_county(signed: &Signed) -> Result<(), ApiError> {
    match signed.scope() {
        Scope::County => Ok(()),
        _ => Err(ApiError::Forbidden(Action::EditTeachers)),
    }
}

/// A column of the roster.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"code": "degree", "zh": "最高学历", "personal": false,
    "choices": [{"code": "bachelor", "zh": "本科"}]}))]
struct RosterColumn {
    code: String,
    /// 列名
    zh: String,
    /// 能识别本人，平时不显示
    personal: bool,
    /// 可选的写法；空为自由填写
    choices: Vec<RosterWord>,
}

fn choices(code: &str, rules: &Rules) -> Vec<RosterWord> {
    macro_rules! all {
        ($list:ty) => {
            <$list>::ALL.iter().map(|value| word!(value)).collect()
        };
    }
    match code {
        "sex" => all!(Sex),
        "stage" => [Stage::Primary, Stage::Junior].iter().map(|stage| word!(stage)).collect(),
        "degree" | "degree_at_hire" => all!(Degree),
        "rank" => all!(Rank),
        "backbone" => all!(BackboneLevel),
        "roll" => all!(Roll),
        "post" => all!(Post),
        "role" => all!(Role),
        "certified" => vec![RosterWord::new("true", "是"), RosterWord::new("false", "否")],
        "subject" => rules.subjects.iter().map(|s| RosterWord::new(&s.code, &s.zh)).collect(),
        // Of columns with several entries, the words of the entries' kind.
        "exchanges" => all!(ExchangeKind),
        "exemptions" => {
            let kinds = rules.rotation.exemptions.iter();
            kinds.map(|kind| RosterWord::new(&kind.code, &kind.zh)).collect()
        }
        _ => Vec::new(),
    }
}

/// 名册的列
#[utoipa::path(get, path = "/api/roster-columns", tag = "roster",
    responses((status = 200, body = Vec<RosterColumn>)))]
async fn columns(
    State(app): State<App>,
    _signed: Signed,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let rules = &app.knowledge().staffing;
    let columns = RosterRow::HEADINGS.iter().map(|(code, zh)| RosterColumn {
        code: (*code).to_owned(),
        zh: (*zh).to_owned(),
        personal: plain::is_personal(code),
        choices: choices(code, rules),
    });
    tagged(&headers, &columns.collect::<Vec<_>>())
}

/// 名册的问题：逐行的问题，以及与报表不一致的数据
#[utoipa::path(get, path = "/api/years/{year}/roster/findings", tag = "roster",
    params(("year" = i16, Path, description = "学年的起始年份", example = 2024), Paging),
    responses((status = 200, body = Page<RosterFinding>)))]
async fn findings(
    State(app): State<App>,
    signed: Signed,
    Of(year): Of<i16>,
    Params(paging): Params<Paging>,
) -> Result<Json<Page<RosterFinding>>, ApiError> {
    let year = known_year(&app, &signed, year).await?;
    let Some(own) = kept(&app, signed.county(), year, signed.scope()).await? else {
        return Ok(Json(Page { items: Vec::new(), next: None }));
    };
    let ground = Ground::of(&app, signed.county(), year).await?;
    let rows = own.findings.iter().map(|finding| {
        let school = finding.teacher.as_ref().and_then(|teacher| own.places.get(teacher));
        RosterFinding::of(finding, school, &ground.snapshot)
    });
    let mut all: Vec<RosterFinding> = rows.collect();
    all.extend(counts::differences(&app, &own, &ground.snapshot));
    all.sort_by(|a, b| (a.severity, &a.school, &a.code).cmp(&(b.severity, &b.school, &b.code)));
    let numbered = all.into_iter().enumerate().collect();
    let one = page(numbered, &paging, |(number, _): &(usize, RosterFinding)| number.to_string());
    let items = one.items.into_iter().map(|(_, finding)| finding).collect();
    Ok(Json(Page { items, next: one.next }))
}
