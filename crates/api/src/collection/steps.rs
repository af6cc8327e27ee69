//! The way of a form: submit, sign, return, approve, lock; its revisions and their differences.

use super::live::FieldName;
use super::{Subject, Within, may, moves, rights, values};
use crate::body::{Body, Of, Params, tagged};
use crate::{ApiError, App, FieldProblem, Signed};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use domain::Stage;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::drafts::Form;
use store::moves::Move;
use store::submissions::{ReturnedField, StepRequest};
use store::{FormKey, PlaceKind};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Fields that one return may name.
const FIELDS: usize = 500;
/// Longest reason.
const REASON: usize = 500;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(take))
        .routes(routes!(revisions))
        .routes(routes!(difference))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"step": "return", "version": 14, "fields": [
    {"place": "primary", "item": "teachers", "reason": "与教师名册不一致，请核对"},
]}))]
struct StepRequested {
    /// `submit` 提交、`recall` 撤回、`sign` 签发、`return` 退回、`approve` 审定、`lock` 锁定、`unlock` 解锁
    step: String,
    /// 所看到的版本号
    version: Option<i64>,
    /// 理由；退回（未指明数据项时）和解锁必填
    #[serde(default)]
    reason: String,
    /// 退回的数据项
    #[serde(default)]
    fields: Vec<FieldReturned>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct FieldReturned {
    /// 位置；空为学校（或县）本身
    #[serde(default)]
    place: String,
    item: String,
    reason: String,
}

/// Where a form stands after a step.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "state": "submitted", "state_zh": "已提交", "version": 15, "revision": 1, "approved": null,
    "can": ["recall"],
}))]
struct FormStanding {
    state: &'static str,
    state_zh: &'static str,
    version: i64,
    revision: i64,
    approved: Option<i64>,
    can: Vec<&'static str>,
}

/// 提交、签发、退回、审定、锁定、解锁、撤回
#[utoipa::path(post, path = "/api/submissions/{year}/{school}/steps", tag = "collection",
    params(("year" = i16, Path, description = "学年的起始年份", example = 2024),
        ("school" = String, Path, description = "学校标识码，或 county"), Within),
    request_body = StepRequested, responses((status = 200, body = FormStanding)))]
async fn take(
    State(app): State<App>,
    signed: Signed,
    Of((year, school)): Of<(i16, String)>,
    Params(within): Params<Within>,
    Body(request): Body<StepRequested>,
) -> Result<Json<FormStanding>, ApiError> {
    let key = within.key(&signed, year, &school)?;
    let data = [Move::Save, Move::ImportSubmitted, Move::ImportApproved];
    let step = Move::from_code(&request.step).filter(|step| !data.contains(step));
    let step = step.ok_or_else(|| ApiError::field("step", "没有这个步骤"))?;
    // Whoever does not see the form is told that there is none, before anything else.
    let submission = app.store().submission(&key, signed.scope()).await?;
    let subject = Subject::of(&app, &key).await?;
    if !may(&app, &signed, &subject, step, submission.state).await? {
        let right = rights(step, submission.state, key.school.is_some()).first();
        return Err(right.map_or(ApiError::NoRoute, |right| ApiError::Forbidden(*right)));
    }
    let seen = request.version.ok_or(ApiError::NoVersion)?;
    let fields = returned(&app, &signed, &key, step, &request).await?;
    let request = StepRequest { reason: request.reason.trim(), fields: &fields };
    let (scope, by) = (signed.scope(), signed.by());
    let after = app.store().advance(&key, step, request, seen, scope, &by).await?;
    let can = moves(&app, &signed, &subject, after.state).await?;
    Ok(Json(FormStanding {
        state: after.state.code(),
        state_zh: after.state.zh(),
        version: after.version,
        revision: after.revision,
        approved: after.approved,
        can,
    }))
}

/// The fields of a return, each of them one of the form's.
async fn returned(
    app: &App,
    signed: &Signed,
    key: &FormKey,
    step: Move,
    request: &StepRequested,
) -> Result<Vec<ReturnedField>, ApiError> {
    let mut wrong = Vec::new();
    if request.reason.chars().count() > REASON {
        wrong.push(FieldProblem::new("reason", format!("理由不能超过 {REASON} 个字")));
    }
    if step != Move::Return && !request.fields.is_empty() {
        wrong.push(FieldProblem::new("fields", "只有退回时可以指明数据项"));
    }
    if request.fields.len() > FIELDS {
        wrong.push(FieldProblem::new("fields", format!("一次最多退回 {FIELDS} 项")));
    }
    if !wrong.is_empty() {
        return Err(ApiError::Fields(wrong));
    }
    if request.fields.is_empty() {
        return Ok(Vec::new());
    }
    let form = app.store().form(key, signed.scope()).await?;
    let mut fields: Vec<ReturnedField> = Vec::new();
    for (index, field) in request.fields.iter().enumerate() {
        let mut say = |part: &str, message: String| {
            wrong.push(FieldProblem::new(format!("fields.{index}.{part}"), message));
        };
        let length = field.reason.trim().chars().count();
        if !(1..=REASON).contains(&length) {
            say("reason", format!("请写明退回原因（{REASON} 字以内）"));
        }
        if !is_field(app, &form, &field.place, &field.item) {
            say("item", "填报单中没有这一项".to_owned());
        }
        let again = |known: &ReturnedField| known.place == field.place && known.item == field.item;
        if fields.iter().any(again) {
            say("item", "同一项只能退回一次".to_owned());
        }
        fields.push(ReturnedField {
            place: field.place.clone(),
            item: field.item.clone(),
            reason: field.reason.trim().to_owned(),
        });
    }
    if wrong.is_empty() { Ok(fields) } else { Err(ApiError::Fields(wrong)) }
}

/// Is it a field of the form, filled or not?
pub(super) fn is_field(app: &App, form: &Form, place: &str, item: &str) -> bool {
    let own = match &form.submission.key.school {
        Some(_) => domain::Level::School,
        None => domain::Level::County,
    };
    let found = form.places.iter().find(|known| known.key == place);
    let level = match found {
        Some(found) => found.kind.level(),
        None if place.is_empty() => own,
        None => return false,
    };
    let catalogue = app.knowledge().items.catalogue();
    catalogue.find(item).is_some_and(|(_, item)| item.level == level)
}

/// A revision.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "number": 1, "name": "实验小学", "by": "张三（zhangsan）", "at": "2024-10-08T08:00:00Z",
    "approved": false, "newest": true,
}))]
struct RevisionView {
    number: i64,
    /// 提交时的校名
    name: String,
    by: String,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// 是否为现行的审定数据
    approved: bool,
    newest: bool,
}

/// 提交过的各版
#[utoipa::path(get, path = "/api/submissions/{year}/{school}/revisions", tag = "collection",
    params(("year" = i16, Path, description = "学年的起始年份", example = 2024),
        ("school" = String, Path, description = "学校标识码，或 county"), Within),
    responses((status = 200, body = Vec<RevisionView>)))]
async fn revisions(
    State(app): State<App>,
    signed: Signed,
    headers: HeaderMap,
    Of((year, school)): Of<(i16, String)>,
    Params(within): Params<Within>,
) -> Result<Response, ApiError> {
    let key = within.key(&signed, year, &school)?;
    let submission = app.store().submission(&key, signed.scope()).await?;
    let all = app.store().revisions(&key, signed.scope()).await?;
    let view = |revision: store::revisions::Revision| RevisionView {
        number: revision.number,
        name: revision.identity.name,
        by: revision.by,
        at: revision.at,
        approved: submission.approved == Some(revision.number),
        newest: submission.revision == revision.number,
    };
    tagged(&headers, &all.into_iter().map(view).collect::<Vec<_>>())
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Between {
    /// 较早的一版；0 为空表
    from: i64,
    /// 较晚的一版；不给时为当前草稿
    to: Option<i64>,
    /// 填报任务代码；不给时为本学年的主任务
    collection: Option<String>,
}

/// A field that differs.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "place": "primary", "item": "teachers", "place_zh": "小学", "zh": "专任教师数",
    "before": "27", "after": "28", "origin": "张三（zhangsan） 2024-10-08 16:00 填报",
}))]
struct DifferenceView {
    #[serde(flatten)]
    field: FieldName,
    /// 位置的名称；学校（或县）本身为空
    place_zh: String,
    zh: String,
    /// 原值；未填为 null
    before: Option<String>,
    /// 新值；未填为 null
    after: Option<String>,
    /// 新值的来源
    origin: Option<String>,
}

/// 两版之间的差异
#[utoipa::path(get, path = "/api/submissions/{year}/{school}/difference", tag = "collection",
    params(("year" = i16, Path, description = "学年的起始年份", example = 2024),
        ("school" = String, Path, description = "学校标识码，或 county"), Between),
    responses((status = 200, body = Vec<DifferenceView>)))]
async fn difference(
    State(app): State<App>,
    signed: Signed,
    headers: HeaderMap,
    Of((year, school)): Of<(i16, String)>,
    Params(between): Params<Between>,
) -> Result<Response, ApiError> {
    let key = super::form_key(&signed, year, between.collection.as_deref(), &school)?;
    let submission = app.store().submission(&key, signed.scope()).await?;
    let known = 0..=submission.revision;
    let exists = known.contains(&between.from) && between.to.is_none_or(|to| known.contains(&to));
    if !exists {
        return Err(ApiError::NotFound("要比较的版次".to_owned()));
    }
    let store = app.store();
    let all = store.difference(&key, between.from, between.to, signed.scope()).await?;
    let form = store.form(&key, signed.scope()).await?;
    let catalogue = app.knowledge().items.catalogue();
    let view = |difference: store::revisions::Difference| {
        let value =
            |fact: &Option<store::FactRecord>| fact.as_ref().map(|fact| values::shown(&fact.value));
        let known = catalogue.find(&difference.item);
        DifferenceView {
            place_zh: place_zh(&form, &difference.place),
            zh: known.map_or_else(|| difference.item.clone(), |(_, item)| item.zh.clone()),
            before: value(&difference.before),
            after: value(&difference.after),
            origin: difference.after.as_ref().map(|fact| values::origin(&fact.origin)),
            field: FieldName { place: difference.place, item: difference.item },
        }
    };
    tagged(&headers, &all.into_iter().map(view).collect::<Vec<_>>())
}

/// What a place is called; one that the form no longer has, by its key.
fn place_zh(form: &Form, place: &str) -> String {
    match form.places.iter().find(|known| known.key == place).map(|known| &known.kind) {
        Some(PlaceKind::Section { stage, .. }) => stage.zh().to_owned(),
        Some(PlaceKind::Class { stage, name, .. }) => format!("{} {name}", stage.zh()),
        Some(PlaceKind::Room { kind, name }) => format!("{} {name}", kind.zh()),
        None => Stage::from_label(place).map_or_else(|| place.to_owned(), |s| s.zh().to_owned()),
    }
}
