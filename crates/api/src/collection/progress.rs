//! Progress: who has filled how much, who has sent, who has not.

use super::form::Loaded;
use super::kept::Counts;
use super::remind::FormReminded;
use super::{COUNTY, Subject, school_year};
use crate::body::{Params, tagged};
use crate::evaluation::measured::standard_of_year;
use crate::{ApiError, App, Signed};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use domain::{CountyCode, SchoolCode, SchoolYear};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use standard::Standard;
use std::collections::BTreeMap;
use std::sync::Arc;
use store::collections::{Collection, MAIN};
use store::years::statistics_date;
use store::{Scope, Submission};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Asked {
    /// 学年的起始年份
    year: i16,
    /// 填报任务代码；不给时为本学年的主任务
    collection: Option<String>,
}

/// How far a form is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "school": "3418230001", "name": "实验小学", "districts": ["城关学区"], "state": "draft",
    "state_zh": "草稿", "sent": false, "overdue": true, "filled": 88, "total": 96,
    "updated_at": "2024-10-08T08:00:00Z", "by": "张三（zhangsan）", "due": "2024-10-15",
    "findings": {"errors": 1, "warnings": 2}, "reminded": null, "version": 12,
}))]
struct FormProgress {
    /// 学校标识码；县级表为 `county`
    school: String,
    name: String,
    /// 所属学区、集团的名称
    districts: Vec<String>,
    state: &'static str,
    state_zh: &'static str,
    /// 是否已提交（含已签发、已审定、已锁定）
    sent: bool,
    /// 是否已过截止日期而仍未提交
    overdue: bool,
    filled: usize,
    total: usize,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
    by: String,
    #[schema(value_type = Option<String>, format = Date)]
    due: Option<Date>,
    findings: LiveCounts,
    /// 催报的次数和最近一次
    reminded: Option<FormReminded>,
    version: i64,
}

#[derive(Debug, Serialize, ToSchema)]
struct LiveCounts {
    errors: usize,
    warnings: usize,
}

/// The progress of a collection.
#[derive(Debug, Serialize, ToSchema)]
struct CollectionProgress {
    items: Vec<FormProgress>,
    /// 应填报的单位数
    asked: usize,
    /// 已提交的单位数
    sent: usize,
    /// 已审定的单位数
    approved: usize,
    /// 尚未提交的单位名称
    waiting: Vec<String>,
}

/// 填报进度
#[utoipa::path(get, path = "/api/submissions", tag = "collection", params(Asked),
    responses((status = 200, body = CollectionProgress)))]
async fn list(
    State(app): State<App>,
    signed: Signed,
    headers: HeaderMap,
    Params(asked): Params<Asked>,
) -> Result<Response, ApiError> {
    let (county, year) = (signed.county(), school_year(asked.year)?);
    let code = asked.collection.as_deref().unwrap_or(MAIN);
    let collections = app.store().collections(county, year).await?;
    let Some(collection) = collections.into_iter().find(|known| known.code == code) else {
        if asked.collection.is_some() {
            return Err(ApiError::NotFound(format!("填报任务“{code}”")));
        }
        // A year in which nothing is collected yet has nobody who is late.
        let none =
            CollectionProgress { items: vec![], asked: 0, sent: 0, approved: 0, waiting: vec![] };
        return tagged(&headers, &none);
    };
    let submissions = app.store().submissions(county, year, Some(code), signed.scope()).await?;
    let mut reminders = app.store().reminders(county, year, code, signed.scope()).await?;
    let mut subjects = subjects(&app, county, year, signed.scope()).await?;
    let districts = app.store().districts(county).await?;
    let names: BTreeMap<&str, &str> =
        districts.iter().map(|d| (d.code.as_str(), d.name.as_str())).collect();
    let stamp = app.store().year_stamp(county, year.previous()).await?;
    let standard = standard_of_year(&app, county, year, None).await?;
    let today = crate::clock::day(signed.now());
    let mut items = Vec::with_capacity(submissions.len());
    for submission in submissions {
        let subject = match subjects.remove(&submission.key.school) {
            Some(subject) => subject,
            None => Subject::of(&app, &submission.key).await?,
        };
        let how_far = counts(&app, &submission, &subject, &collection, &standard, &stamp).await?;
        let sent = submission.state.is_submitted();
        let due = collection.plan.deadline;
        let own = subject.districts.iter();
        items.push(FormProgress {
            school: subject.code.as_ref().map_or(COUNTY.to_owned(), ToString::to_string),
            districts: own.filter_map(|d| names.get(d.as_str()).map(ToString::to_string)).collect(),
            name: subject.name,
            state: submission.state.code(),
            state_zh: submission.state.zh(),
            sent,
            overdue: !sent && due.is_some_and(|due| due < today),
            filled: how_far.filled,
            total: how_far.total,
            updated_at: submission.at,
            by: submission.by,
            due,
            findings: LiveCounts { errors: how_far.errors, warnings: how_far.warnings },
            reminded: reminders.remove(&submission.key.school).map(FormReminded::of),
            version: submission.version,
        });
    }
    let overall = CollectionProgress {
        asked: items.len(),
        sent: items.iter().filter(|item| item.sent).count(),
        approved: items.iter().filter(|item| matches!(item.state, "approved" | "locked")).count(),
        waiting: items.iter().filter(|item| !item.sent).map(|item| item.name.clone()).collect(),
        items,
    };
    tagged(&headers, &overall)
}

/// All schools that a scope sees, as they are on the statistics date or else now; and the county.
async fn subjects(
    app: &App,
    county: &CountyCode,
    year: SchoolYear,
    scope: &Scope,
) -> Result<BTreeMap<Option<SchoolCode>, Subject>, ApiError> {
    let mut subjects = BTreeMap::new();
    let then = app.store().schools_on(county, statistics_date(year), scope).await?;
    let mut then: BTreeMap<_, _> = then.into_iter().map(|s| (s.code.clone(), s)).collect();
    for now in app.store().schools(county, scope).await? {
        let (name, kind) = match then.remove(&now.code) {
            Some(then) => (then.name, then.kind),
            None => (now.name, now.kind),
        };
        let code = Some(now.code.clone());
        let subject =
            Subject { code: code.clone(), name, kind: Some(kind), districts: now.districts };
        subjects.insert(code, subject);
    }
    Ok(subjects)
}

/// The counts of a form, made again where the form, the collection, the standard of the year or last
/// year's figures have changed.
async fn counts(
    app: &App,
    submission: &Submission,
    subject: &Subject,
    collection: &Collection,
    standard: &Arc<Standard>,
    last_year: &str,
) -> Result<Counts, ApiError> {
    let key = &submission.key;
    let mut stamp =
        format!("{}/{}/{}/{last_year}", submission.version, collection.version, standard.id());
    if key.school.is_none() {
        // The county's form is checked against those of its schools.
        stamp.push_str(&app.store().year_stamp(&key.county, key.year).await?);
    }
    if let Some(counts) = app.kept().counts(key, &stamp) {
        return Ok(counts);
    }
    // Whether the caller sees it was asked with the list.
    let form = app.store().form(key, &Scope::County).await?;
    let (subject, collection) = (subject.clone(), collection.clone());
    let loaded = Loaded::with(app, form, subject, collection, Arc::clone(standard)).await?;
    let counts = loaded.counts(app.knowledge().items.catalogue());
    app.kept().keep_counts(key.clone(), stamp, counts);
    Ok(counts)
}
