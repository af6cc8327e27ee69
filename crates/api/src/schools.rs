//! Schools and their history. A school changes by an event with a day, in no other way.

use crate::body::{Body, Of, Params, tagged};
use crate::{ApiError, App, Signed};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use domain::{SchoolCode, SchoolKind};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use store::schools::{Event, EventRecord, School, SchoolState};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(get)).routes(routes!(record))
}

/// A school on a day.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "code": "3418230001", "name": "实验小学", "kind": "211", "kind_zh": "小学", "parent": null,
    "state": "open", "successor": null, "districts": ["D1"], "version": 1,
}))]
pub(crate) struct SchoolView {
    /// 标识码.
    code: String,
    name: String,
    /// Code of the school kind.
    kind: &'static str,
    /// The school kind on the screen.
    kind_zh: &'static str,
    /// The school that it is a campus of.
    parent: Option<String>,
    /// `open`, `merged`, `closed`.
    state: &'static str,
    /// The school that it was merged into.
    successor: Option<String>,
    /// Codes of the districts and groups that it belongs to.
    districts: Vec<String>,
    /// For the next event.
    version: i64,
}

impl From<School> for SchoolView {
    fn from(school: School) -> Self {
        Self {
            code: school.code.to_string(),
            name: school.name,
            kind: school.kind.code(),
            kind_zh: school.kind.zh(),
            parent: school.parent.map(|code| code.to_string()),
            state: match school.state {
                SchoolState::Open => "open",
                SchoolState::Merged => "merged",
                SchoolState::Closed => "closed",
            },
            successor: school.successor.map(|code| code.to_string()),
            districts: school.districts.into_iter().collect(),
            version: school.version,
        }
    }
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct On {
    /// As the schools were on this day; where nothing is said, as they are after all events.
    #[param(value_type = Option<String>, format = Date)]
    on: Option<Date>,
}

/// 学校列表
#[utoipa::path(get, path = "/api/schools", tag = "schools", params(On),
    responses((status = 200, body = Vec<SchoolView>)))]
async fn list(
    State(app): State<App>,
    signed: Signed,
    headers: HeaderMap,
    Params(on): Params<On>,
) -> Result<Response, ApiError> {
    let (county, scope) = (signed.county(), signed.scope());
    let schools = match on.on {
        Some(day) => app.store().schools_on(county, day, scope).await?,
        None => app.store().schools(county, scope).await?,
    };
    tagged(&headers, &schools.into_iter().map(SchoolView::from).collect::<Vec<_>>())
}

/// A school with its history.
#[derive(Debug, Serialize, ToSchema)]
struct SchoolDetail {
    school: SchoolView,
    events: Vec<EventView>,
}

/// Something that happened to a school.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "number": 2, "day": "2025-09-01", "event": {"type": "renamed", "name": "实验学校"},
    "reason": "青教〔2025〕3号", "by": "王建国（xtadmin）", "at": "2025-09-01T00:00:00Z",
}))]
struct EventView {
    number: i64,
    #[schema(value_type = String, format = Date)]
    day: Date,
    event: EventBody,
    /// Why, or by which document.
    reason: String,
    by: String,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

impl From<EventRecord> for EventView {
    fn from(record: EventRecord) -> Self {
        Self {
            number: record.number,
            day: record.day,
            event: EventBody::from(record.event),
            reason: record.reason,
            by: record.by,
            at: record.at,
        }
    }
}

/// What happens to a school.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
enum EventBody {
    /// 设立.
    Opened {
        name: String,
        /// Code or Chinese name of the school kind.
        kind: String,
        /// The school that it is a campus of.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        parent: Option<String>,
    },
    /// 更名.
    Renamed { name: String },
    /// 办学类型变更.
    Converted { kind: String },
    /// 加入学区或集团.
    Joined { district: String },
    /// 退出学区或集团.
    Left { district: String },
    /// 并入.
    Merged { into: String },
    /// 撤销.
    Closed {},
}

impl From<Event> for EventBody {
    fn from(event: Event) -> Self {
        match event {
            Event::Opened { name, kind, parent } => Self::Opened {
                name,
                kind: kind.code().to_owned(),
                parent: parent.map(|code| code.to_string()),
            },
            Event::Renamed { name } => Self::Renamed { name },
            Event::Converted { kind } => Self::Converted { kind: kind.code().to_owned() },
            Event::Joined { district } => Self::Joined { district },
            Event::Left { district } => Self::Left { district },
            Event::Merged { into } => Self::Merged { into: into.to_string() },
            Event::Closed => Self::Closed {},
        }
    }
}

impl EventBody {
    /// The event, its texts read.
    fn read(self) -> Result<Event, ApiError> {
        let kind = |text: &str| {
            let unknown = || format!("没有“{text}”这种办学类型；请从列表中选择");
            SchoolKind::from_label(text).ok_or_else(|| ApiError::field("event.kind", unknown()))
        };
        let school = |field: &str, text: &str| {
            SchoolCode::parse(text).map_err(|_| ApiError::field(field, "学校标识码应为十位数字"))
        };
        let name = |text: String| {
            let text = text.trim().to_owned();
            let fits = (1..=60).contains(&text.chars().count()) && !text.contains(char::is_control);
            if fits {
                Ok(text)
            } else {
                Err(ApiError::field("event.name", "校名应为 1 至 60 个字"))
            }
        };
        Ok(match self {
            Self::Opened { name: given, kind: label, parent } => {
                let parent = parent.map(|code| school("event.parent", &code)).transpose()?;
                Event::Opened { name: name(given)?, kind: kind(&label)?, parent }
            }
            Self::Renamed { name: given } => Event::Renamed { name: name(given)? },
            Self::Converted { kind: label } => Event::Converted { kind: kind(&label)? },
            Self::Joined { district } => Event::Joined { district },
            Self::Left { district } => Event::Left { district },
            Self::Merged { into } => Event::Merged { into: school("event.into", &into)? },
            Self::Closed {} => Event::Closed,
        })
    }
}

/// The code in a path; what cannot be one names no school.
pub(crate) fn school_code(text: &str) -> Result<SchoolCode, ApiError> {
    SchoolCode::parse(text).map_err(|_| ApiError::NotFound(format!("学校 {text}")))
}

/// 一所学校及其变更历史
#[utoipa::path(get, path = "/api/schools/{code}", tag = "schools",
    params(("code" = String, Path)), responses((status = 200, body = SchoolDetail)))]
async fn get(
    State(app): State<App>,
    signed: Signed,
    headers: HeaderMap,
    Of(code): Of<String>,
) -> Result<Response, ApiError> {
    let code = school_code(&code)?;
    let (county, scope) = (signed.county(), signed.scope());
    let events = app.store().history(county, &code, scope).await?;
    let mut schools = app.store().schools(county, &store::Scope::school(&code)).await?;
    let school = schools.pop().ok_or_else(|| ApiError::NotFound(format!("学校 {code}")))?;
    let events = events.into_iter().map(EventView::from).collect();
    tagged(&headers, &SchoolDetail { school: school.into(), events })
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "version": 1, "day": "2025-09-01", "reason": "青教〔2025〕3号",
    "event": {"type": "renamed", "name": "实验学校"},
}))]
struct NewEvent {
    /// The version of the school that the caller has seen; zero for a new school.
    version: Option<i64>,
    /// From which day it holds.
    #[schema(value_type = String, format = Date)]
    day: Date,
    event: EventBody,
    /// Why, or by which document.
    #[serde(default)]
    reason: String,
}

/// 登记学校变更
///
/// 设立、更名、办学类型变更、加入或退出学区、并入、撤销。设立新校时版本号为 0。
#[utoipa::path(post, path = "/api/schools/{code}/events", tag = "schools",
    params(("code" = String, Path)), request_body = NewEvent,
    responses((status = 201, body = SchoolView)))]
async fn record(
    State(app): State<App>,
    signed: Signed,
    Of(code): Of<String>,
    Body(new): Body<NewEvent>,
) -> Result<(StatusCode, Json<SchoolView>), ApiError> {
    let seen = new.version.ok_or(ApiError::NoVersion)?;
    let code =
        SchoolCode::parse(&code).map_err(|_| ApiError::field("code", "学校标识码应为十位数字"))?;
    let (county, by) = (signed.county(), signed.by());
    let event = new.event.read()?;
    let reason = new.reason.trim();
    let school = app.store().record_event(county, &code, new.day, event, reason, seen, &by).await?;
    Ok((StatusCode::CREATED, Json(school.into())))
}
