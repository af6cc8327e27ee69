//! Teachers one by one: the masked list and view, and the look at who somebody is, with a reason and
//! a row in the audit.

use super::dto::{Desk, TeacherLine, TeacherPlain, TeacherView};
use super::kept::{Ground, KeptRoster, kept};
use super::plain;
use super::which::{Chosen, Which};
use crate::body::{Body, Of, Paging, Params, page};
use crate::evaluation::asked::known_year;
use crate::{ApiError, App, Signed};
use access::Action;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use domain::{SchoolYear, Snapshot};
use serde::{Deserialize, Serialize};
use staffing::{Rules, Teacher, TeacherId};
use std::sync::Arc;
use store::Scope;
use store::rosters::TeacherRecord;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Shortest and longest reason, characters.
const REASON: std::ops::RangeInclusive<usize> = 4..=200;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(reveal))
}

/// A page of teachers.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"items": [], "next": null, "total": 0}))]
struct TeacherPage {
    items: Vec<TeacherLine>,
    /// 下一页的 `after`；null 为最后一页
    next: Option<String>,
    /// 符合条件的人数
    total: usize,
}

/// 教师名单（姓名、证件号码隐去）
#[utoipa::path(get, path = "/api/years/{year}/teachers", tag = "roster",
    params(("year" = i16, Path, description = "学年的起始年份", example = 2024), Which, Paging),
    responses((status = 200, body = TeacherPage)))]
async fn list(
    State(app): State<App>,
    signed: Signed,
    Of(year): Of<i16>,
    Params(which): Params<Which>,
    Params(paging): Params<Paging>,
) -> Result<Json<TeacherPage>, ApiError> {
    let year = known_year(&app, &signed, year).await?;
    let Some(chosen) = which.chosen(&app, &signed, year).await? else {
        return Ok(Json(TeacherPage { items: Vec::new(), next: None, total: 0 }));
    };
    let Chosen { kept, ground, .. } = &chosen;
    let wanted: Vec<&Teacher> = chosen.teachers().collect();
    let rules = &app.knowledge().staffing;
    let total = wanted.len();
    let one = page(wanted, &paging, |teacher| teacher.id.to_string());
    let (snapshot, edits) = (&*ground.snapshot, edits(&signed));
    let desk = Desk { kept, everybody: &kept.roster, snapshot, rules, edits };
    let items = one.items.into_iter().map(|teacher| TeacherLine::of(teacher, &desk)).collect();
    Ok(Json(TeacherPage { items, next: one.next, total }))
}

/// Does the caller work with the roster?
pub(super) fn edits(signed: &Signed) -> bool {
    signed.caller().may(Action::EditTeachers)
}

/// A teacher with all that is shown of him or her.
pub(super) struct Found {
    kept: Arc<KeptRoster>,
    whole: Arc<KeptRoster>,
    pub(super) snapshot: Arc<Snapshot>,
    pub(super) record: TeacherRecord,
}

impl Found {
    pub(super) async fn of(
        app: &App,
        signed: &Signed,
        year: SchoolYear,
        number: &str,
    ) -> Result<Self, ApiError> {
        let (county, scope) = (signed.county(), signed.scope());
        let record = app.store().teacher(county, year, number, scope).await?;
        let missing = || ApiError::NotFound(format!("教师 {number} "));
        let whole = kept(app, county, year, &Scope::County).await?.ok_or_else(missing)?;
        let kept = kept(app, county, year, scope).await?.ok_or_else(missing)?;
        let snapshot = Ground::of(app, county, year).await?.snapshot;
        Ok(Self { kept, whole, snapshot, record })
    }

    pub(super) fn view(&self, rules: &Rules, edits: bool) -> Result<TeacherView, ApiError> {
        let number = &self.record.entry.number;
        let row = plain::row(&self.record.entry.content)?;
        let teacher = self.kept.roster.teacher(&TeacherId::from(number.as_str()));
        let teacher = teacher.ok_or_else(|| {
            let why = "所在学校或学段已不在本县数据中，无法显示；请先改正学校的资料";
            ApiError::NotNow(format!("教师 {number} {why}"))
        })?;
        let (kept, everybody) = (&*self.kept, &self.whole.roster);
        let desk = Desk { kept, everybody, snapshot: &self.snapshot, rules, edits };
        Ok(TeacherView::of(teacher, &self.record, &row, &desk))
    }
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"reason": "核对职称评审材料"}))]
pub(super) struct RevealReason {
    /// 理由，记入审计；不要写姓名和证件号码
    pub(super) reason: String,
}

/// A reason as it is kept.
pub(super) fn reason(text: &str) -> Result<&str, ApiError> {
    let text = text.trim();
    if REASON.contains(&text.chars().count()) {
        return Ok(text);
    }
    let (least, most) = (REASON.start(), REASON.end());
    Err(ApiError::field("reason", format!("请写明理由，{least} 至 {most} 字")))
}

/// A reason is in the audit for good: it names nobody.
pub(super) fn nameless(reason: &str, row: &staffing::RosterRow) -> Result<(), ApiError> {
    if plain::names(reason, row) {
        let why = "理由会永久记入审计，不要写姓名、证件号码和住址";
        return Err(ApiError::field("reason", why));
    }
    Ok(())
}

/// 查看一名教师的完整信息
///
/// 每次查看都在审计中留下查看人、教师编号和理由。
#[utoipa::path(post, path = "/api/years/{year}/teachers/{number}/reveal", tag = "roster",
    params(("year" = i16, Path, description = "学年的起始年份", example = 2024),
        ("number" = String, Path, description = "教师编号")),
    request_body = RevealReason, responses((status = 200, body = TeacherPlain)))]
async fn reveal(
    State(app): State<App>,
    signed: Signed,
    Of((year, number)): Of<(i16, String)>,
    Body(asked): Body<RevealReason>,
) -> Result<Response, ApiError> {
    let year = known_year(&app, &signed, year).await?;
    let reason = reason(&asked.reason)?;
    let (county, scope) = (signed.county(), signed.scope());
    let before = app.store().teacher(county, year, &number, scope).await?;
    nameless(reason, &plain::row(&before.entry.content)?)?;
    let found =
        app.store().reveal_teacher(county, year, &number, reason, scope, &signed.by()).await?;
    let row = plain::row(&found.entry.content)?;
    let mut headers = HeaderMap::new();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok((headers, Json(TeacherPlain::of(&number, &row))).into_response())
}
