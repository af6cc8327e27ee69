//! The audit: read, taken along as a file, verified. What is written here is only that somebody took
//! it along.

mod export;
mod words;

use crate::body::{Page, Params};
use crate::{ApiError, App, Signed};
use axum::Json;
use axum::extract::State;
use jiff::civil::{Date, Time};
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use store::{AuditFilter, AuditRow, Scope};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(verify)).merge(export::routes())
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// Log-in name, or the whole name of the record.
    who: Option<String>,
    /// The beginning of the action: `submission.`.
    what: Option<String>,
    /// The whole target.
    target: Option<String>,
    /// From this day.
    #[param(value_type = Option<String>, format = Date)]
    from: Option<Date>,
    /// To this day.
    #[param(value_type = Option<String>, format = Date)]
    to: Option<Date>,
    /// At most so many rows (1 to 1000; 200 where nothing is said).
    limit: Option<u32>,
    /// The `next` of the page before.
    after: Option<i64>,
}

impl Filter {
    /// The filter of the store: names and days read.
    async fn read(self, app: &App, signed: &Signed) -> Result<AuditFilter, ApiError> {
        let person = match self.who {
            Some(who) => match app.store().user_by_login(signed.county(), &who).await? {
                Some(user) => Some(crate::signed::person(&user.name, &user.login)),
                None => Some(who),
            },
            None => None,
        };
        let day = SignedDuration::from_hours(24);
        Ok(AuditFilter {
            person,
            action: self.what,
            target: self.target,
            from: self.from.and_then(begin),
            to: self.to.and_then(begin).and_then(|at| at.checked_add(day).ok()),
            below: self.after,
        })
    }
}

/// A row of the audit.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "seq": 42, "at": "2025-10-09T08:00:00Z", "who": "张三（zhangsan）", "what": "session.open",
    "zh": "登录", "target": "7", "target_zh": "7", "detail": "", "detail_zh": "", "hash": "5f1d",
}))]
struct AuditView {
    /// Number within the county, from one, without gaps.
    seq: i64,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    who: String,
    /// The code of the action.
    what: String,
    /// The action in Chinese.
    zh: String,
    target: String,
    /// The object in Chinese: the form of a school, by its name and year.
    target_zh: String,
    detail: String,
    /// The detail in Chinese: what was typed, by the names of the items.
    detail_zh: String,
    /// SHA-256 of the row and the one before.
    hash: String,
}

impl AuditView {
    fn of(row: AuditRow, words: &words::FormWords<'_>) -> Self {
        Self {
            target_zh: words.target(&row),
            detail_zh: words.detail(&row),
            seq: row.seq,
            at: row.at,
            who: row.person,
            zh: words::zh(&row.action).to_owned(),
            what: row.action,
            target: row.target,
            detail: row.detail,
            hash: row.hash,
        }
    }
}

/// The beginning of a day in China.
fn begin(day: Date) -> Option<Timestamp> {
    Offset::constant(8).to_timestamp(day.to_datetime(Time::midnight())).ok()
}

/// 审计记录
#[utoipa::path(get, path = "/api/audit", tag = "audit", params(Filter),
    responses((status = 200, body = Page<AuditView>)))]
async fn list(
    State(app): State<App>,
    signed: Signed,
    Params(filter): Params<Filter>,
) -> Result<Json<Page<AuditView>>, ApiError> {
    let limit = filter.limit.unwrap_or(200).clamp(1, 1000);
    let filter = filter.read(&app, &signed).await?;
    let rows = app.store().audit_rows(signed.county(), &filter, limit + 1).await?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rows.len() > limit;
    // The record names schools by their codes; whoever reads it may know their names.
    let schools = app.store().schools(signed.county(), &Scope::County).await?;
    let schools = schools.into_iter().map(|school| (school.code.to_string(), school.name));
    let catalogue = &app.knowledge().catalogue;
    let words = words::FormWords { schools: schools.collect(), catalogue };
    let items = rows.into_iter().take(limit).map(|row| AuditView::of(row, &words));
    let items: Vec<AuditView> = items.collect();
    let next = if more { items.last().map(|row| row.seq.to_string()) } else { None };
    Ok(Json(Page { items, next }))
}

/// What a walk along the chain has found.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"whole": true, "rows": 42, "head": "5f1d", "broken": null}))]
struct Verified {
    /// Does every row hold?
    whole: bool,
    /// Rows that were walked.
    rows: i64,
    /// The hash of the last row: kept elsewhere, it shows later whether rows at the end have gone.
    head: String,
    broken: Option<Broken>,
}

/// The first row that does not hold.
#[derive(Debug, Serialize, ToSchema)]
struct Broken {
    seq: i64,
    why: String,
}

/// 校验审计链
#[utoipa::path(get, path = "/api/audit/verify", tag = "audit",
    responses((status = 200, body = Verified)))]
async fn verify(State(app): State<App>, signed: Signed) -> Result<Json<Verified>, ApiError> {
    let report = app.store().verify_audit(signed.county()).await?;
    Ok(Json(Verified {
        whole: report.broken.is_none(),
        rows: report.rows,
        head: report.head,
        broken: report.broken.map(|(seq, why)| Broken { seq, why }),
    }))
}
