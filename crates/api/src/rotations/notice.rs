//! The public notice (公示): everybody who moves, masked, for everybody who may look at staffing. Why
//! somebody moves stands in it for those only whose teachers they are.

use super::mode::Mode;
use super::older::kept;
use super::result::{Kept, RotationShare, all};
use super::view::RotationNotice;
use super::{found, not_found, shown, today};
use crate::body::{Of, tagged};
use crate::evaluation::measured::visible;
use crate::{ApiError, App, Signed};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use domain::{SchoolCode, Stage};
use serde::Serialize;
use store::rotations_objections::ObjectionState;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get))
}

/// Somebody on the list.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "number": 1, "teacher": "T0001", "name": "王*", "from": "3418230001",
    "from_name": "实验小学", "to": "3418230002", "to_name": "城关小学", "stage": "primary",
    "subject": "语文", "backbone": true, "own": false, "reasons": [],
}))]
pub(super) struct NoticeRow {
    /// From 1.
    number: usize,
    pub(super) teacher: String,
    /// The name, masked.
    name: String,
    #[schema(value_type = String)]
    from: SchoolCode,
    from_name: String,
    #[schema(value_type = String)]
    to: SchoolCode,
    to_name: String,
    #[schema(value_type = String)]
    stage: Stage,
    subject: String,
    backbone: bool,
    /// A teacher of the caller's.
    own: bool,
    /// Why; for own teachers only.
    reasons: Vec<String>,
}

/// Who leave and come at a school.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct NoticeSchool {
    #[schema(value_type = String)]
    school: SchoolCode,
    name: String,
    #[schema(value_type = String)]
    stage: Stage,
    leave: i64,
    come: i64,
}

/// How many objections there are, as far as the caller sees them.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct NoticeObjections {
    open: usize,
    all: usize,
}

/// A public notice with its list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct NoticeView {
    rotation: i64,
    title: String,
    year: i16,
    /// The state of the rotation.
    state: &'static str,
    zh: &'static str,
    notice: RotationNotice,
    mode: String,
    mode_zh: &'static str,
    moved: usize,
    eligible: usize,
    shares: Vec<RotationShare>,
    moves: Vec<NoticeRow>,
    schools: Vec<NoticeSchool>,
    objections: NoticeObjections,
}

/// 公示名单
///
/// 姓名隐去。交流的理由只给本校教师的学校看。没有公示时返回 404。
#[utoipa::path(get, path = "/api/rotations/{id}/notice", tag = "rotations",
    params(("id" = i64, Path)), responses((status = 200, body = NoticeView)))]
async fn get(
    State(app): State<App>,
    signed: Signed,
    headers: HeaderMap,
    Of(id): Of<i64>,
) -> Result<Response, ApiError> {
    tagged(&headers, &view(&app, &signed, id).await?)
}

/// The notice as the caller sees it.
pub(super) async fn view(app: &App, signed: &Signed, id: i64) -> Result<NoticeView, ApiError> {
    let (record, _) = found(app, signed, id).await?;
    let county = signed.county();
    let notice = shown(app, county, id).await?.ok_or_else(|| not_found(id))?;
    let (run, _, result) = app.store().rotation_run(county, id, notice.run).await?;
    let read = tokio::task::spawn_blocking(move || kept(&result)).await;
    let Kept { result: Some(result), .. } = read.map_err(ApiError::internal)?? else {
        return Err(not_found(id));
    };
    let own = visible(app, county, signed.scope()).await?;
    let is_own = |school: &SchoolCode| own.as_ref().is_none_or(|own| own.contains(school));
    let objections = app.store().objections(county, id, signed.scope()).await?;
    let moves = result.moves.into_iter().zip(1..).map(|(m, number)| {
        let own = is_own(&m.from);
        NoticeRow {
            number,
            teacher: m.teacher.to_string(),
            name: m.name.to_string(),
            from: m.from,
            from_name: m.from_name,
            to: m.to,
            to_name: m.to_name,
            stage: m.stage,
            subject: m.subject,
            backbone: m.backbone,
            own,
            reasons: if own { m.reasons } else { Vec::new() },
        }
    });
    let moves: Vec<NoticeRow> = moves.collect();
    let schools = result.sections.into_iter().filter(|s| s.leave + s.come > 0);
    let schools = schools.map(|section| NoticeSchool {
        school: section.school,
        name: section.name,
        stage: section.stage,
        leave: section.leave,
        come: section.come,
    });
    Ok(NoticeView {
        rotation: id,
        title: record.title,
        year: record.year.0,
        state: record.state.code(),
        zh: record.state.zh(),
        notice: RotationNotice::of(&notice, today(app)),
        mode_zh: Mode::from_code(&run.mode).map_or("", Mode::zh),
        mode: run.mode,
        moved: moves.len(),
        eligible: result.eligible,
        shares: all(result.shares),
        moves,
        schools: schools.collect(),
        objections: NoticeObjections {
            open: objections.iter().filter(|o| o.state == ObjectionState::Open).count(),
            all: objections.len(),
        },
    })
}
