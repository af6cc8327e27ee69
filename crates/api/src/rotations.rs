//! Rotations of teachers (交流轮岗): settings and wishes, runs, the public notice with objections and
//! replies, orders and what becomes of them.
//!
//! What a rotation is, how it is found and whether it is lawful is the business of `staffing`; here it
//! is asked from the approved data and the roster, and kept. A rotation is the whole county's: who may
//! make one may so over all schools. Schools see what is shown to the public, objections and orders of
//! their own teachers.
//!
//! Names come masked and go masked. What jobs, logs, addresses and the audit say of teachers are
//! numbers.

mod defaults;
pub(crate) mod files;
mod follow;
mod mode;
mod notice;
mod objections;
mod older;
mod orders;
mod pool;
pub(crate) mod pose;
pub(crate) mod result;
mod runs;
mod steps;
mod subsidies;
mod view;
mod wishes;
mod work;

pub(crate) use defaults::{RuleSource, RulesPack};
pub(crate) use work::run;

use crate::body::{Body, Of, Params, tagged};
use crate::evaluation::{Year, known_year};
use crate::{ApiError, App, Signed};
use access::Action;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use domain::CountyCode;
use jiff::civil::Date;
pub(crate) use objections::kind_zh;
use serde::Deserialize;
use serde_json::Value;
use staffing::rotation::Settings;
use std::collections::BTreeMap;
use store::Scope;
use store::jobs::Job;
use store::rotations::{RotationEdit, RotationRecord, RotationState, RotationText};
use store::rotations_notices::{NoticeRecord, NoticeState};
use store::rotations_objections::{Decision, ObjectionRecord, ObjectionState};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use view::{
    Around, RotationDecision, RotationLine, RotationMay, RotationNotice, RotationView,
    RotationWish, WishSchool,
};
use wishes::WishRow;
use work::Input;

/// The kind of the job that finds a rotation.
pub(crate) const KIND: &str = "rotation";
/// So many of the newest jobs are looked through for those of a rotation.
const JOBS: u32 = 1_000;
/// Longest title, characters.
const TITLE: usize = 60;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, add))
        .routes(routes!(get, edit, remove))
        .merge(defaults::routes())
        .merge(wishes::routes())
        .merge(runs::routes())
        .merge(steps::routes())
        .merge(notice::routes())
        .merge(objections::routes())
        .merge(orders::routes())
        .merge(files::routes())
        .merge(subsidies::routes())
}

/// A rotation names teachers of the whole county: nobody makes half of one.
fn whole(signed: &Signed, action: Action) -> Result<(), ApiError> {
    match signed.scope() {
        Scope::County => Ok(()),
        _ => Err(ApiError::Forbidden(action)),
    }
}

/// Does the caller see what is not published? The personnel office does, and the bureau's leader.
async fn is_inside(app: &App, signed: &Signed) -> Result<bool, ApiError> {
    for action in [Action::EditStaffing, Action::RevealTeachers] {
        if signed.caller().may(action) && signed.scope_of(app, action).await? == Scope::County {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Is a rotation shown to everybody who may look at staffing? From the first day of its notice.
fn is_public(record: &RotationRecord, shown: Option<&NoticeRecord>, today: Date) -> bool {
    match record.state {
        RotationState::Published => shown.is_some_and(|notice| notice.from <= today),
        RotationState::Adopted | RotationState::Closed => true,
        RotationState::Draft | RotationState::Void => false,
    }
}

fn not_found(id: i64) -> ApiError {
    ApiError::NotFound(format!("交流轮岗方案 {id}"))
}

/// A rotation with its wishes.
async fn written(
    app: &App,
    county: &CountyCode,
    id: i64,
) -> Result<(RotationRecord, Vec<WishRow>), ApiError> {
    let (record, wishes) = app.store().rotation(county, id).await?;
    let wishes = serde_json::from_str(&wishes).map_err(ApiError::internal)?;
    Ok((record, wishes))
}

/// A rotation that the caller sees, and whether from the inside.
async fn found(app: &App, signed: &Signed, id: i64) -> Result<(RotationRecord, bool), ApiError> {
    let (record, _) = app.store().rotation(signed.county(), id).await?;
    let inside = is_inside(app, signed).await?;
    if inside {
        return Ok((record, inside));
    }
    let shown = shown(app, signed.county(), id).await?;
    let public = is_public(&record, shown.as_ref(), today(app));
    if public { Ok((record, inside)) } else { Err(not_found(id)) }
}

/// A rotation that the caller may change.
async fn editable(app: &App, signed: &Signed, id: i64) -> Result<RotationRecord, ApiError> {
    whole(signed, Action::EditStaffing)?;
    Ok(app.store().rotation(signed.county(), id).await?.0)
}

/// A rotation and the settings that a run of now would use.
async fn asked(
    app: &App,
    county: &CountyCode,
    id: i64,
) -> Result<(RotationRecord, Settings), ApiError> {
    let (record, wishes) = written(app, county, id).await?;
    let objections = app.store().objections(county, id, &Scope::County).await?;
    let settings = pose::compose(pose::settings_of(&record)?, &wishes, &objections);
    Ok((record, settings))
}

/// The jobs of rotations, newest first, each with the rotation that it is of.
async fn jobs(app: &App, county: &CountyCode) -> Result<Vec<(Input, Job)>, ApiError> {
    let jobs = app.store().jobs(county, JOBS).await?;
    let of = |job: Job| Some((serde_json::from_str::<Input>(&job.input).ok()?, job));
    Ok(jobs.into_iter().filter(|job| job.kind == KIND).filter_map(of).collect())
}

/// The notice that is shown, or by which a rotation was decided.
async fn shown(app: &App, county: &CountyCode, id: i64) -> Result<Option<NoticeRecord>, ApiError> {
    let notices = app.store().notices(county, id).await?;
    let shows = |n: &NoticeRecord| matches!(n.state, NoticeState::Open | NoticeState::Adopted);
    Ok(notices.into_iter().find(shows))
}

/// The scope in which the caller sees objections and orders: his own of reading staffing.
async fn reading_scope(app: &App, signed: &Signed) -> Result<Scope, ApiError> {
    signed.scope_of(app, Action::ReadStaffing).await
}

/// What is known of a rotation besides itself.
async fn around(
    app: &App,
    signed: &Signed,
    record: &RotationRecord,
    jobs: &[(Input, Job)],
    inside: bool,
) -> Result<(Around, Vec<ObjectionRecord>), ApiError> {
    let (store, county, id) = (app.store(), signed.county(), record.id);
    let scope = reading_scope(app, signed).await?;
    let objections = store.objections(county, id, &scope).await?;
    let tag = match asked(app, county, id).await {
        Ok((_, settings)) => pose::tag(&settings)?,
        // Settings of another program: every run is of something else.
        Err(ApiError::NotNow(_)) => String::new(),
        Err(error) => return Err(error),
    };
    let job = jobs.iter().find(|(input, _)| input.rotation == id).map(|(_, job)| job.clone());
    let around = Around {
        runs: store.rotation_runs(county, id).await?,
        notices: store.notices(county, id).await?,
        open_objections: objections.iter().filter(|o| o.state == ObjectionState::Open).count(),
        job,
        now: pose::stamps_now(app, county, record.year, &tag).await?,
        today: today(app),
        inside,
    };
    Ok((around, objections))
}

fn today(app: &App) -> Date {
    app.clock().today()
}

/// 交流轮岗方案列表，新的在前
///
/// 学校只看到已公示的。
#[utoipa::path(get, path = "/api/years/{year}/rotations", tag = "rotations", params(Year),
    responses((status = 200, body = Vec<RotationLine>)))]
async fn list(
    State(app): State<App>,
    signed: Signed,
    headers: HeaderMap,
    Of(Year { year }): Of<Year>,
) -> Result<Response, ApiError> {
    let year = known_year(&app, &signed, year).await?;
    let inside = is_inside(&app, &signed).await?;
    let records = app.store().rotations(signed.county(), year).await?;
    let jobs = jobs(&app, signed.county()).await?;
    let mut lines = Vec::new();
    for record in &records {
        let (around, _) = around(&app, &signed, record, &jobs, inside).await?;
        if inside || is_public(record, around.shown(), around.today) {
            lines.push(RotationLine::of(record, &around));
        }
    }
    tagged(&headers, &lines)
}

/// A new rotation: with the rules' own settings, with others, or with those of another rotation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"title": "2025 年交流轮岗"}))]
struct NewRotation {
    /// 1 to 60 characters.
    title: String,
    /// See `GET /api/years/{year}/rotation-settings`.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    settings: Option<Value>,
    /// The rotation whose settings and wishes are taken.
    #[serde(default)]
    copy_of: Option<i64>,
}

fn check_title(title: &str) -> Result<&str, ApiError> {
    let title = title.trim();
    let fits = (1..=TITLE).contains(&title.chars().count()) && !title.chars().any(char::is_control);
    if fits {
        Ok(title)
    } else {
        Err(ApiError::field("title", format!("名称应为 1 至 {TITLE} 个字")))
    }
}

/// 新建交流轮岗方案
///
/// 不给 `settings` 和 `copy_of` 时用规则包的缺省设置。
#[utoipa::path(post, path = "/api/years/{year}/rotations", tag = "rotations", params(Year),
    request_body = NewRotation, responses((status = 201, body = RotationView)))]
async fn add(
    State(app): State<App>,
    signed: Signed,
    Of(Year { year }): Of<Year>,
    Body(new): Body<NewRotation>,
) -> Result<(StatusCode, Json<RotationView>), ApiError> {
    whole(&signed, Action::EditStaffing)?;
    let year = known_year(&app, &signed, year).await?;
    let title = check_title(&new.title)?.to_owned();
    let (settings, wishes) = match (&new.settings, new.copy_of) {
        (Some(_), Some(_)) => {
            return Err(ApiError::field("settings", "settings 与 copy_of 只给一个"));
        }
        (Some(settings), None) => (pose::read(settings)?, Vec::new()),
        (None, Some(id)) => {
            let (record, wishes) = written(&app, signed.county(), id).await?;
            (pose::settings_of(&record)?, wishes)
        }
        (None, None) => (Settings::of(&app.knowledge().staffing.rotation), Vec::new()),
    };
    let text = RotationText {
        title,
        settings: serde_json::to_string(&settings).map_err(ApiError::internal)?,
        wished: i64::try_from(wishes.len()).unwrap_or(i64::MAX),
        wishes: serde_json::to_string(&wishes).map_err(ApiError::internal)?,
    };
    let record = app.store().add_rotation(signed.county(), year, &text, &signed.by()).await?;
    let view = view_of(&app, &signed, record.id).await?;
    Ok((StatusCode::CREATED, Json(view)))
}

/// A rotation as the caller sees it.
async fn view_of(app: &App, signed: &Signed, id: i64) -> Result<RotationView, ApiError> {
    let (record, inside) = found(app, signed, id).await?;
    let county = signed.county();
    let jobs = jobs(app, county).await?;
    let (around, objections) = around(app, signed, &record, &jobs, inside).await?;
    let may = may(app, signed, &record, &around).await?;
    let next = steps::next(&record, &around, &objections, &may);
    let notices = around.notices.iter().filter(|notice| {
        inside || matches!(notice.state, NoticeState::Open | NoticeState::Adopted)
    });
    let notices = notices.map(|notice| RotationNotice::of(notice, around.today)).collect();
    let line = RotationLine::of(&record, &around);
    let mut view = RotationView {
        line,
        settings: None,
        wish_list: Vec::new(),
        decisions: Vec::new(),
        findings: Vec::new(),
        notices,
        next,
        may,
    };
    if inside {
        let (_, rows) = written(app, county, id).await?;
        // Without a roster or data the wishes are numbers only.
        let ground = match pose::ground(app, county, record.year).await {
            Ok(ground) => Some(ground),
            Err(ApiError::NotNow(_)) => None,
            Err(error) => return Err(error),
        };
        view.settings = Some(serde_json::from_str(&record.settings).map_err(ApiError::internal)?);
        view.wish_list = wishes::shown(ground.as_ref(), &rows);
        view.findings = ground.as_ref().map(|g| wishes::findings(g, &rows)).unwrap_or_default();
        let names = ground.map(|ground| ground.names()).unwrap_or_default();
        view.decisions = decided(&objections, &names);
    }
    Ok(view)
}

fn decided(
    objections: &[ObjectionRecord],
    names: &BTreeMap<domain::SchoolCode, String>,
) -> Vec<RotationDecision> {
    let one = |(objection, decision): (&ObjectionRecord, &Decision)| {
        let (kind, school) = match decision {
            Decision::Fixed(school) => ("fixed", school),
            Decision::Forbidden(school) => ("forbidden", school),
        };
        RotationDecision {
            objection: objection.number,
            teacher: objection.teacher.clone(),
            name: objection.name.clone(),
            kind,
            school: school.clone(),
            school_name: names.get(school).cloned().unwrap_or_default(),
            reason: pose::reason(objection),
        }
    };
    pose::decisions(objections).into_iter().map(one).collect()
}

/// What the caller may do to a rotation.
async fn may(
    app: &App,
    signed: &Signed,
    record: &RotationRecord,
    around: &Around,
) -> Result<RotationMay, ApiError> {
    let everywhere = async |action: Action| -> Result<bool, ApiError> {
        let may = signed.caller().may(action);
        Ok(may && signed.scope_of(app, action).await? == Scope::County)
    };
    let edit = everywhere(Action::EditStaffing).await?;
    let shown = around.shown().filter(|_| record.state == RotationState::Published);
    let days = |notice: &NoticeRecord| (notice.from..=notice.until).contains(&around.today);
    let in_time = shown.is_some_and(|notice| edit || days(notice));
    Ok(RotationMay {
        edit,
        adopt: everywhere(Action::AdoptStaffing).await?,
        object: in_time && signed.caller().may(Action::RaiseObjections),
    })
}

/// 一个交流轮岗方案
#[utoipa::path(get, path = "/api/rotations/{id}", tag = "rotations", params(("id" = i64, Path)),
    responses((status = 200, body = RotationView)))]
async fn get(
    State(app): State<App>,
    signed: Signed,
    headers: HeaderMap,
    Of(id): Of<i64>,
) -> Result<Response, ApiError> {
    tagged(&headers, &view_of(&app, &signed, id).await?)
}

/// Another title, other settings.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"version": 1, "title": "2025 年教师交流"}))]
struct RotationChange {
    /// The version that was seen.
    version: Option<i64>,
    /// Another title; left out: it stays.
    #[serde(default)]
    title: Option<String>,
    /// Other settings; left out: they stay.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    settings: Option<Value>,
}

/// 修改名称或设置
///
/// 只在编制中可改；公示后须先撤回。
#[utoipa::path(patch, path = "/api/rotations/{id}", tag = "rotations",
    params(("id" = i64, Path)), request_body = RotationChange,
    responses((status = 200, body = RotationView)))]
async fn edit(
    State(app): State<App>,
    signed: Signed,
    Of(id): Of<i64>,
    Body(new): Body<RotationChange>,
) -> Result<Json<RotationView>, ApiError> {
    let seen = new.version.ok_or(ApiError::NoVersion)?;
    editable(&app, &signed, id).await?;
    let title = new.title.as_deref().map(check_title).transpose()?;
    let settings = new.settings.as_ref().map(pose::read).transpose()?;
    let settings = settings.as_ref().map(serde_json::to_string).transpose();
    let settings = settings.map_err(ApiError::internal)?;
    let edit = RotationEdit { title, settings: settings.as_deref(), wishes: None };
    app.store().edit_rotation(signed.county(), id, &edit, seen, &signed.by()).await?;
    Ok(Json(view_of(&app, &signed, id).await?))
}

/// Which version is meant.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct SeenBody {
    /// 所见的版本号
    version: Option<i64>,
}

impl SeenBody {
    fn seen(&self) -> Result<i64, ApiError> {
        self.version.ok_or(ApiError::NoVersion)
    }
}

/// 删除方案
///
/// 只能删除从未公示的；公示过的用“作废”。
#[utoipa::path(delete, path = "/api/rotations/{id}", tag = "rotations",
    params(("id" = i64, Path), SeenBody), responses((status = 204)))]
async fn remove(
    State(app): State<App>,
    signed: Signed,
    Of(id): Of<i64>,
    Params(seen): Params<SeenBody>,
) -> Result<StatusCode, ApiError> {
    let seen = seen.seen()?;
    editable(&app, &signed, id).await?;
    app.store().remove_rotation(signed.county(), id, seen, &signed.by()).await?;
    Ok(StatusCode::NO_CONTENT)
}
