//! 催报: asking those who have not submitted to hurry.

use super::{COUNTY, listed};
use crate::body::{Body, Of};
use crate::{ApiError, App, FieldProblem, Signed};
use access::Action;
use axum::Json;
use axum::extract::State;
use domain::{SchoolCode, SchoolYear};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use store::reminders::Reminded;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Longest message.
const MESSAGE: usize = 200;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(remind))
}

/// That a school was asked to hurry.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "count": 2, "message": "请于周五前提交", "by": "王建国（pinggu）", "at": "2024-10-12T01:00:00Z",
}))]
pub(super) struct FormReminded {
    /// 催报次数
    count: i64,
    /// 最近一次的附言
    message: String,
    /// 最近一次的催报人
    by: String,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

impl FormReminded {
    pub(super) fn of(reminded: Reminded) -> Self {
        let Reminded { count, message, by, at } = reminded;
        Self { count, message, by, at }
    }
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"schools": ["3418230001"], "message": "请于周五前提交"}))]
struct ReminderRequest {
    /// 学校标识码，`county` 为县级表；不给为全部未提交的单位
    schools: Option<Vec<String>>,
    /// 附言，学校会看到
    #[serde(default)]
    message: String,
}

/// Who was asked to hurry.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"sent": ["3418230001"], "too_soon": ["3418230002"], "not_waiting": []}))]
struct RemindersSent {
    /// 已催报的单位
    sent: Vec<String>,
    /// 一小时内刚催过、这次没有再催的单位
    too_soon: Vec<String>,
    /// 已经提交或不在填报之列的单位
    not_waiting: Vec<String>,
}

/// 催报未提交的单位
///
/// 学校的人在首页和填报单上看到；同一单位一小时内不重复催报。
#[utoipa::path(post, path = "/api/collections/{id}/reminders", tag = "collection",
    params(("id" = String, Path, description = "学年-代码", example = "2024-main")),
    request_body = ReminderRequest, responses((status = 200, body = RemindersSent)))]
async fn remind(
    State(app): State<App>,
    signed: Signed,
    Of(id): Of<String>,
    Body(request): Body<ReminderRequest>,
) -> Result<Json<RemindersSent>, ApiError> {
    let not_found = || ApiError::NotFound(format!("填报任务“{id}”"));
    let (year, code) = id.split_once('-').ok_or_else(not_found)?;
    let year = SchoolYear(year.parse().map_err(|_| not_found())?);
    let message = request.message.trim();
    if message.chars().count() > MESSAGE || message.chars().any(char::is_control) {
        let wrong = format!("附言不能超过 {MESSAGE} 个字，也不能换行");
        return Err(ApiError::field("message", wrong));
    }
    let fields = |problem: FieldProblem| ApiError::Fields(vec![problem]);
    let who = request.schools.as_deref().map(listed).transpose().map_err(fields)?;
    let who: Option<BTreeSet<Option<SchoolCode>>> = who.map(|who| who.into_iter().collect());
    let scope = signed.scope_of(&app, Action::ManageCollections).await?;
    let (county, by) = (signed.county(), signed.by());
    let who = who.as_ref();
    let outcome = app.store().remind(county, year, code, who, message, &scope, &by).await?;
    let names = |list: Vec<Option<SchoolCode>>| {
        let name = |school: Option<SchoolCode>| {
            school.map_or_else(|| COUNTY.to_owned(), |code| code.to_string())
        };
        list.into_iter().map(name).collect::<Vec<_>>()
    };
    Ok(Json(RemindersSent {
        sent: names(outcome.sent),
        too_soon: names(outcome.too_soon),
        not_waiting: names(outcome.not_waiting),
    }))
}
