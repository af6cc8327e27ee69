//! Objections to the public notice, and the bureau's replies. Ground and reply are for the school of
//! the teacher and for the bureau; they are kept sealed.

use super::{RotationRecord, RotationState, found, pose, shown, today, whole};
use crate::body::{Body, Of, tagged};
use crate::teachers::kept;
use crate::{ApiError, App, Signed};
use access::Action;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use domain::{CountyCode, SchoolCode, SchoolYear};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use staffing::TeacherId;
use staffing::posts::is_public;
use std::collections::BTreeMap;
use store::Scope;
use store::rotations_objections::{
    Decision, NewObjection, ObjectionRecord, ObjectionState, ObjectionWords, Reply,
};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Longest ground or reply, characters.
const WORDS: usize = 2_000;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, add)).routes(routes!(reply))
}

/// What an objection is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum ObjectionKind {
    /// The roster or the reasons say something that is not so.
    Facts,
    /// The teacher need not rotate.
    Exempt,
    /// Hardship.
    Hardship,
    /// The procedure.
    Procedure,
    /// Something else.
    Other,
}

impl ObjectionKind {
    pub(super) const ALL: [Self; 5] =
        [Self::Facts, Self::Exempt, Self::Hardship, Self::Procedure, Self::Other];

    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Facts => "facts",
            Self::Exempt => "exempt",
            Self::Hardship => "hardship",
            Self::Procedure => "procedure",
            Self::Other => "other",
        }
    }

    pub(super) const fn zh(self) -> &'static str {
        match self {
            Self::Facts => "情况有误",
            Self::Exempt => "符合不交流情形",
            Self::Hardship => "生活困难",
            Self::Procedure => "程序问题",
            Self::Other => "其他",
        }
    }

    fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// What an objection of a kept code is about, in general: the word, or the code where none is known.
pub(crate) fn kind_zh(code: &str) -> String {
    ObjectionKind::of(code).map_or(code, |kind| kind.zh()).to_owned()
}

/// What follows from a reply.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(example = json!({"fixed": "3418230001"}))]
enum ObjectionDecision {
    /// The teacher is at this school afterwards.
    #[schema(value_type = String)]
    Fixed(SchoolCode),
    /// The teacher is not sent to this school.
    #[schema(value_type = String)]
    Forbidden(SchoolCode),
}

impl From<&Decision> for ObjectionDecision {
    fn from(decision: &Decision) -> Self {
        match decision {
            Decision::Fixed(school) => Self::Fixed(school.clone()),
            Decision::Forbidden(school) => Self::Forbidden(school.clone()),
        }
    }
}

impl From<ObjectionDecision> for Decision {
    fn from(decision: ObjectionDecision) -> Self {
        match decision {
            ObjectionDecision::Fixed(school) => Self::Fixed(school),
            ObjectionDecision::Forbidden(school) => Self::Forbidden(school),
        }
    }
}

/// An objection.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "number": 2, "notice": 1, "teacher": "T0001", "name": "王*", "school": "3418230001",
    "school_name": "实验小学", "kind": "hardship", "kind_zh": "生活困难",
    "ground": "家中有重病老人需要照料", "by": "李校长（lixiao）", "at": "2025-07-03T02:00:00Z",
    "state": "upheld", "zh": "已采纳", "reply": "情况属实，本次不交流",
    "decision": {"fixed": "3418230001"}, "decision_zh": "留在实验小学",
    "replied_by": "孙明（sunming）", "replied_at": "2025-07-04T02:00:00Z", "version": 2,
}))]
struct Objection {
    /// Number within the rotation.
    number: i64,
    /// The notice that it was raised against.
    notice: i64,
    teacher: String,
    /// The name, masked.
    name: String,
    #[schema(value_type = String)]
    school: SchoolCode,
    school_name: String,
    kind: String,
    kind_zh: &'static str,
    /// Null where the key that has sealed it is missing.
    ground: Option<String>,
    /// Who has raised it.
    by: String,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// `open`, `upheld`, `rejected`.
    state: &'static str,
    zh: &'static str,
    reply: Option<String>,
    decision: Option<ObjectionDecision>,
    decision_zh: Option<String>,
    replied_by: Option<String>,
    #[schema(value_type = Option<String>, format = DateTime)]
    replied_at: Option<Timestamp>,
    /// For the reply.
    version: i64,
}

impl Objection {
    fn of(record: ObjectionRecord, names: &BTreeMap<SchoolCode, String>) -> Self {
        let name =
            |school: &SchoolCode| names.get(school).cloned().unwrap_or_else(|| school.to_string());
        let told = record.decision.as_ref().map(|decision| match decision {
            Decision::Fixed(school) if *school == record.school => format!("留在{}", name(school)),
            Decision::Fixed(school) => format!("交流到{}", name(school)),
            Decision::Forbidden(school) => format!("不交流到{}", name(school)),
        });
        let replied = record.state != ObjectionState::Open;
        let (ground, reply) = match record.words {
            Some(ObjectionWords { ground, reply }) => (Some(ground), Some(reply)),
            None => (None, None),
        };
        Self {
            number: record.number,
            notice: record.notice,
            school_name: name(&record.school),
            teacher: record.teacher,
            name: record.name,
            school: record.school,
            kind_zh: ObjectionKind::of(&record.kind).map_or("", ObjectionKind::zh),
            kind: record.kind,
            ground,
            by: record.raised_by,
            at: record.raised_at,
            state: record.state.code(),
            zh: record.state.zh(),
            reply,
            decision: record.decision.as_ref().map(Into::into),
            decision_zh: told,
            replied_by: replied.then_some(record.by),
            replied_at: replied.then_some(record.at),
            version: record.version,
        }
    }
}

/// The names of all schools.
pub(super) async fn school_names(
    app: &App,
    county: &CountyCode,
) -> Result<BTreeMap<SchoolCode, String>, ApiError> {
    let schools = app.store().schools(county, &Scope::County).await?;
    Ok(schools.into_iter().map(|school| (school.code, school.name)).collect())
}

/// Refuses a text with the name of a teacher in it: it would stand in the audit for good.
pub(super) async fn names_nobody(
    app: &App,
    county: &CountyCode,
    year: SchoolYear,
    field: &str,
    text: &str,
) -> Result<(), ApiError> {
    let Some(kept) = kept(app, county, year, &Scope::County).await? else { return Ok(()) };
    let named = kept.roster.teachers().iter().any(|teacher| {
        let name = teacher.name.reveal();
        name.chars().count() > 1 && text.contains(name)
    });
    if named {
        return Err(ApiError::field(
            field,
            "文字中有教师的姓名；这里的文字会记入审计，请改用教师编号",
        ));
    }
    Ok(())
}

/// 异议列表
///
/// 学校看到本校教师的异议，局机关看到全部。
#[utoipa::path(get, path = "/api/rotations/{id}/objections", tag = "rotations",
    params(("id" = i64, Path)), responses((status = 200, body = Vec<Objection>)))]
async fn list(
    State(app): State<App>,
    signed: Signed,
    headers: HeaderMap,
    Of(id): Of<i64>,
) -> Result<Response, ApiError> {
    found(&app, &signed, id).await?;
    let names = school_names(&app, signed.county()).await?;
    let all = app.store().objections(signed.county(), id, signed.scope()).await?;
    // Grounds are for who may raise them, and for those who see more than what is published.
    let reads = signed.caller().may(Action::RaiseObjections)
        || signed.caller().may(Action::EditStaffing)
        || super::is_inside(&app, &signed).await?;
    let seen = all.into_iter().map(|mut objection| {
        if !reads {
            objection.words = None;
        }
        Objection::of(objection, &names)
    });
    tagged(&headers, &seen.collect::<Vec<_>>())
}

/// An objection to be raised.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"teacher": "T0001", "kind": "hardship", "ground": "家中有重病老人需要照料"}))]
struct ObjectionText {
    /// The teacher's number.
    teacher: String,
    kind: ObjectionKind,
    /// The ground; kept sealed.
    ground: String,
}

fn words(field: &str, text: &str) -> Result<String, ApiError> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > WORDS {
        return Err(ApiError::field(field, format!("请填写，最多 {WORDS} 字")));
    }
    Ok(text.to_owned())
}

/// 提出异议
///
/// 学校只能为本校教师提出，并且在公示期内；局机关在确定以前都可以登记。
#[utoipa::path(post, path = "/api/rotations/{id}/objections", tag = "rotations",
    params(("id" = i64, Path)), request_body = ObjectionText,
    responses((status = 201, body = Objection)))]
async fn add(
    State(app): State<App>,
    signed: Signed,
    Of(id): Of<i64>,
    Body(new): Body<ObjectionText>,
) -> Result<(StatusCode, Json<Objection>), ApiError> {
    let county = signed.county();
    let (record, _) = found(&app, &signed, id).await?;
    let ground = words("ground", &new.ground)?;
    let notice = shown(&app, county, id).await?;
    let Some(notice) = notice.filter(|_| record.state == RotationState::Published) else {
        let why = format!("方案目前为“{}”，不在公示中，不能提出异议", record.state.zh());
        return Err(ApiError::NotNow(why));
    };
    if !signed.caller().may(Action::EditStaffing) {
        // The leader sees what is going to be shown, and objects to nothing before it is.
        if today(&app) < notice.from {
            let why = format!("公示从 {} 开始，尚不能提出异议", notice.from);
            return Err(ApiError::NotNow(why));
        }
        if today(&app) > notice.until {
            let why = format!("公示已于 {} 结束；如有异议，请联系教育局人事股", notice.until);
            return Err(ApiError::NotNow(why));
        }
    }
    let own = kept(&app, county, record.year, signed.scope()).await?;
    let id_of = TeacherId::from(new.teacher.trim());
    let teacher = own.as_ref().and_then(|own| own.roster.teacher(&id_of));
    let teacher = teacher.ok_or_else(|| ApiError::NotFound("这名教师".to_owned()))?;
    let objection = NewObjection {
        teacher: teacher.id.to_string(),
        name: teacher.name.to_string(),
        school: teacher.school.clone(),
        kind: new.kind.code().to_owned(),
        ground,
    };
    let (scope, by) = (signed.scope(), signed.by());
    let kept = app.store().add_objection(county, id, &objection, scope, &by).await?;
    let names = school_names(&app, county).await?;
    Ok((StatusCode::CREATED, Json(Objection::of(kept, &names))))
}

/// A reply.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"version": 1, "upheld": true, "reply": "情况属实，本次不交流",
    "decision": {"fixed": "3418230001"}}))]
struct ObjectionReply {
    /// The version that was seen.
    version: Option<i64>,
    /// Was it found right?
    upheld: bool,
    /// In words; kept sealed.
    reply: String,
    /// What follows; it binds the next run.
    #[serde(default)]
    decision: Option<ObjectionDecision>,
}

/// Which objection.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Path)]
struct Which {
    /// 方案编号
    id: i64,
    /// 异议编号
    number: i64,
}

/// 答复异议
///
/// 采纳时可以决定教师的去向（留在本校、定在某校、不到某校），决定计入以后的求解。
#[utoipa::path(post, path = "/api/rotations/{id}/objections/{number}/reply", tag = "rotations",
    params(Which), request_body = ObjectionReply, responses((status = 200, body = Objection)))]
async fn reply(
    State(app): State<App>,
    signed: Signed,
    Of(Which { id, number }): Of<Which>,
    Body(new): Body<ObjectionReply>,
) -> Result<Json<Objection>, ApiError> {
    whole(&signed, Action::EditStaffing)?;
    let seen = new.version.ok_or(ApiError::NoVersion)?;
    let county = signed.county();
    let (record, _) = found(&app, &signed, id).await?;
    let text = words("reply", &new.reply)?;
    if new.decision.is_some() && !new.upheld {
        return Err(ApiError::field("decision", "不予采纳的异议没有去向决定"));
    }
    let objections = app.store().objections(county, id, &Scope::County).await?;
    let objection = objections.iter().find(|objection| objection.number == number);
    let objection = objection.ok_or_else(|| ApiError::NotFound(format!("第 {number} 号异议")))?;
    let decision = new.decision.map(Decision::from);
    if let Some(decision) = &decision {
        expect_possible(&app, county, &record, objection, decision).await?;
    }
    let reply = Reply { upheld: new.upheld, words: text, decision };
    let kept = app.store().reply_objection(county, id, number, &reply, seen, &signed.by()).await?;
    let names = school_names(&app, county).await?;
    Ok(Json(Objection::of(kept, &names)))
}

/// Refuses a decision that no run could keep: a school that is not there or not of the stage; and of a
/// school to which the teacher shall go, one that takes no part, or a teacher who is not moved.
async fn expect_possible(
    app: &App,
    county: &CountyCode,
    record: &RotationRecord,
    objection: &ObjectionRecord,
    decision: &Decision,
) -> Result<(), ApiError> {
    let (Decision::Fixed(school) | Decision::Forbidden(school)) = decision;
    let roster = pose::roster(app, county, record.year).await?;
    let data = pose::approved(app, county, record.year).await?;
    let teacher = roster.roster.teacher(&TeacherId::from(objection.teacher.as_str()));
    let refuse = |why: &str| Err(ApiError::field("decision", why));
    let Some(found) = data.snapshot.school(school) else { return refuse("没有这所学校") };
    if teacher.is_some_and(|teacher| found.section(teacher.stage).is_none()) {
        return refuse("这所学校没有这名教师的学段");
    }
    let Decision::Fixed(_) = decision else { return Ok(()) };
    let Some(teacher) = teacher else {
        return refuse("名册中已没有这名教师，不能决定去向");
    };
    if !is_public(found, data.standard.catalogue()) {
        return refuse("这所学校是民办学校，不参加交流");
    }
    if pose::settings_of(record)?.closed.contains(school) {
        return refuse("方案设置中这所学校不参加交流");
    }
    // Who stays need not be somebody who could move.
    if teacher.school == *school {
        return Ok(());
    }
    if !teacher.is_full_time() {
        return refuse("这名教师不是专任教师，不能决定交流到别的学校");
    }
    if teacher.main_subject().is_none() {
        return refuse("名册中没有这名教师的任教学科，不能决定交流到别的学校");
    }
    Ok(())
}
