//! The adopted plan held against what has happened (执行): what was done of each action, and what the
//! newest approved year shows of each section beside what the plan had expected of that year.
//!
//! Nothing here changes the plan. A record says that something was done; whether the section passes
//! is the judge's word alone.

use super::whole;
use crate::body::{Body, Of, Params, tagged};
use crate::evaluation::measured::{Measured, measured};
use crate::{ApiError, App, FieldProblem, Signed};
use access::Action;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use domain::{Exact, Stage};
use invest::Plan;
use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use standard::evaluation::Verdict;
use std::collections::BTreeMap;
use std::sync::Arc;
use store::plans::{PlanRecord, PlanState};
use store::plans_done::{Done, Work};
use store::{Scope, Which};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Longest note of a record, characters.
const NOTE: usize = 500;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get)).routes(routes!(add)).routes(routes!(remove))
}

/// How an action stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Standing {
    /// 完成.
    Done,
    /// 按期: not done, and the day by which the plan counts on it is still to come.
    OnTime,
    /// 滞后: not done, and that day has passed.
    Late,
}

/// The adopted plan; `plan` is null where the county has adopted none.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"plan": {
    "id": 3, "name": "三年达标", "version": 4, "by": "李规划（guihua）",
    "at": "2025-10-09T08:00:00Z", "today": "2026-09-10", "done": 1, "on_time": 4, "late": 1,
    "cost": "333.7", "paid": "48.2", "year": 2025, "years": [], "actions": [], "sections": [],
}}))]
struct Baseline {
    plan: Option<Progress>,
}

/// Progress of the adopted plan. Money in 万元, exact.
#[derive(Debug, Serialize, ToSchema)]
struct Progress {
    id: i64,
    name: String,
    version: i64,
    /// Who adopted it, and when.
    by: String,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// The day against which it is held.
    #[schema(value_type = String, format = Date)]
    today: Date,
    done: usize,
    on_time: usize,
    late: usize,
    /// What the actions cost within the horizon.
    cost: String,
    /// What was paid by the records.
    paid: String,
    /// The newest year with approved data.
    year: Option<i16>,
    years: Vec<YearProgress>,
    actions: Vec<ActionProgress>,
    /// Empty where the newest data are older than the plan's first year.
    sections: Vec<SectionProgress>,
}

/// A year of the plan.
#[derive(Debug, Default, Serialize, ToSchema)]
struct YearProgress {
    year: i16,
    /// Actions that are to count from this year on, and of them done and late ones.
    actions: usize,
    done: usize,
    late: usize,
    /// What they cost, and what was paid for them.
    cost: String,
    paid: String,
    sections: usize,
    /// Sections that the plan expects to pass …
    expected: usize,
    /// … and that pass by the approved data of the year; null where there are none yet.
    found: Option<usize>,
}

/// An action of the plan.
#[derive(Debug, Serialize, ToSchema)]
struct ActionProgress {
    /// Its number within the plan.
    number: usize,
    zh: String,
    school: String,
    name: String,
    #[schema(value_type = Option<String>)]
    stage: Option<Stage>,
    /// The first year whose statistics count it.
    counts: i16,
    /// The day by which the plan counts on it.
    ends: String,
    quantity: String,
    unit: String,
    cost: String,
    state: Standing,
    /// 完成、按期、滞后
    zh_state: &'static str,
    /// The sum of the recorded quantities.
    done_quantity: String,
    paid: String,
    works: Vec<WorkView>,
}

/// A record of something that was done.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "number": 1, "action": 3, "day": "2026-08-20", "quantity": "120.5", "amount": "48.2",
    "note": "竣工验收", "evidence": null, "version": 1, "by": "李规划（guihua）",
    "at": "2026-08-21T08:00:00Z",
}))]
struct WorkView {
    number: i64,
    action: i64,
    #[schema(value_type = String, format = Date)]
    day: Date,
    /// How much; null: the whole action.
    quantity: Option<String>,
    /// 万元; null: not known yet.
    amount: Option<String>,
    note: String,
    /// See `/api/evidence/{id}`.
    evidence: Option<i64>,
    version: i64,
    by: String,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

impl From<Work> for WorkView {
    fn from(work: Work) -> Self {
        let text = |figure: Option<Decimal>| figure.map(|figure| figure.normalize().to_string());
        Self {
            number: work.number,
            action: work.done.action,
            day: work.done.day,
            quantity: text(work.done.quantity),
            amount: text(work.done.amount),
            note: work.done.note,
            evidence: work.done.evidence,
            version: work.version,
            by: work.by,
            at: work.at,
        }
    }
}

/// A section: what the plan expected of the year, and what the judge says of the approved data.
#[derive(Debug, Serialize, ToSchema)]
struct SectionProgress {
    school: String,
    name: String,
    #[schema(value_type = String)]
    stage: Stage,
    #[schema(value_type = String)]
    expected: Verdict,
    #[schema(value_type = String)]
    found: Verdict,
}

/// The plan that the county has adopted.
async fn adopted(app: &App, signed: &Signed) -> Result<Option<(PlanRecord, Plan)>, ApiError> {
    let plans = app.store().plans(signed.county()).await?;
    let Some(record) = plans.into_iter().find(|plan| plan.state == PlanState::Adopted) else {
        return Ok(None);
    };
    let plan = super::adopted(app, signed.county()).await?;
    Ok(plan.map(|plan| (record, plan)))
}

/// 执行进度：已采用的规划与实际完成情况、最新评估的对照
#[utoipa::path(get, path = "/api/baseline", tag = "plans",
    responses((status = 200, body = Baseline)))]
async fn get(
    State(app): State<App>,
    signed: Signed,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    whole(&signed, Action::ReadPlans)?;
    let Some((record, plan)) = adopted(&app, &signed).await? else {
        return tagged(&headers, &Baseline { plan: None });
    };
    let works = app.store().works(signed.county(), record.id).await?;
    let newest = newest(&app, &signed).await?;
    let today = crate::clock::day(signed.now());
    let progress = held(record, &plan, works, newest.as_deref(), today);
    tagged(&headers, &Baseline { plan: Some(progress) })
}

/// The newest year with approved data, judged.
async fn newest(app: &App, signed: &Signed) -> Result<Option<Arc<Measured>>, ApiError> {
    let county = signed.county();
    let standard = super::pose::standard_of(app, county).await?;
    // Newest first.
    for known in app.store().years(county).await? {
        let found = measured(app, county, known.year, Which::Approved, &standard).await;
        // A year that the standard does not hold for is no measure of the plan.
        match found {
            Ok(found) if !found.evaluation.sections.is_empty() => return Ok(Some(found)),
            Ok(_) | Err(ApiError::NotNow(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}

/// Holds a plan against what was recorded and what the newest data show.
fn held(
    record: PlanRecord,
    plan: &Plan,
    works: Vec<Work>,
    newest: Option<&Measured>,
    today: Date,
) -> Progress {
    let mut by_action: BTreeMap<i64, Vec<Work>> = BTreeMap::new();
    for work in works {
        by_action.entry(work.done.action).or_default().push(work);
    }
    let mut years: BTreeMap<i16, (YearProgress, Exact, Exact)> = BTreeMap::new();
    let data = newest.map(|found| found.snapshot.year());
    for outcome in &plan.years {
        let found = newest.filter(|_| data == Some(outcome.year));
        let passing = |found: &Measured| {
            found.evaluation.sections.iter().filter(|s| s.verdict == Verdict::Pass).count()
        };
        let year = YearProgress {
            year: outcome.year.0,
            sections: outcome.sections,
            expected: outcome.passed,
            found: found.map(passing),
            ..YearProgress::default()
        };
        years.insert(outcome.year.0, (year, Exact::ZERO, Exact::ZERO));
    }
    let mut actions = Vec::with_capacity(plan.actions.len());
    let (mut done, mut on_time, mut late) = (0, 0, 0);
    let (mut cost, mut paid) = (Exact::ZERO, Exact::ZERO);
    for action in &plan.actions {
        let number = i64::try_from(action.number).unwrap_or_default();
        let works = by_action.remove(&number).unwrap_or_default();
        let sum = |figure: fn(&Work) -> Option<Decimal>| -> Exact {
            works.iter().filter_map(figure).map(Exact::from).sum()
        };
        let (counted, spent) = (sum(|work| work.done.quantity), sum(|work| work.done.amount));
        // Teachers who leave are counted below zero.
        let asked = action.quantity.clone().max(-action.quantity.clone());
        let whole = works.iter().any(|work| work.done.quantity.is_none()) || counted >= asked;
        let due = action.ends.parse::<Date>().ok();
        let state = match (whole && !works.is_empty(), due) {
            (true, _) => Standing::Done,
            (false, Some(due)) if due < today => Standing::Late,
            (false, _) => Standing::OnTime,
        };
        let (times, zh_state) = match state {
            Standing::Done => (&mut done, "完成"),
            Standing::OnTime => (&mut on_time, "按期"),
            Standing::Late => (&mut late, "滞后"),
        };
        *times += 1;
        cost = &cost + &action.cost;
        paid = &paid + &spent;
        if let Some((year, costs, spendings)) = years.get_mut(&action.counts.0) {
            year.actions += 1;
            year.done += usize::from(state == Standing::Done);
            year.late += usize::from(state == Standing::Late);
            *costs = &*costs + &action.cost;
            *spendings = &*spendings + &spent;
        }
        actions.push(ActionProgress {
            number: action.number,
            zh: action.zh.clone(),
            school: action.school.to_string(),
            name: action.name.clone(),
            stage: action.stage,
            counts: action.counts.0,
            ends: action.ends.clone(),
            quantity: action.quantity.to_string(),
            unit: action.unit.clone(),
            cost: action.cost.to_string(),
            state,
            zh_state,
            done_quantity: counted.to_string(),
            paid: spent.to_string(),
            works: works.into_iter().map(WorkView::from).collect(),
        });
    }
    let years = years.into_values().map(|(year, cost, paid)| YearProgress {
        cost: cost.to_string(),
        paid: paid.to_string(),
        ..year
    });
    Progress {
        id: record.id,
        name: record.name,
        version: record.version,
        by: record.by,
        at: record.at,
        today,
        done,
        on_time,
        late,
        cost: cost.to_string(),
        paid: paid.to_string(),
        year: data.map(|year| year.0),
        years: years.collect(),
        actions,
        sections: newest.map(|found| sections(plan, found)).unwrap_or_default(),
    }
}

/// What the plan expected of the sections in the year of the data, and what the judge says.
fn sections(plan: &Plan, found: &Measured) -> Vec<SectionProgress> {
    let Some(year) = plan.years.iter().find(|year| year.year == found.snapshot.year()) else {
        return Vec::new();
    };
    let verdict_of = |school, stage| {
        let mut sections = found.evaluation.sections.iter();
        let same = sections.find(|section| &section.school == school && section.stage == stage);
        same.map(|section| section.verdict)
    };
    let outcomes = year.section_outcomes.iter();
    outcomes
        .map(|outcome| SectionProgress {
            school: outcome.school.to_string(),
            name: outcome.name.clone(),
            stage: outcome.stage,
            expected: outcome.verdict,
            // A section that the data do not have shows nothing.
            found: verdict_of(&outcome.school, outcome.stage).unwrap_or(Verdict::Missing),
        })
        .collect()
}

/// Something that was done.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "plan": 3, "action": 3, "day": "2026-08-20", "quantity": "120.5", "amount": "48.2",
    "note": "竣工验收", "evidence": null,
}))]
struct NewWork {
    /// The adopted plan, so that nothing is recorded of another one by mistake.
    plan: i64,
    /// The number of the action.
    action: i64,
    /// The day on which it was done.
    #[schema(value_type = String, format = Date)]
    day: Date,
    /// How much; left out: the whole action.
    quantity: Option<String>,
    /// What was paid, 万元; left out: not known yet.
    amount: Option<String>,
    /// In words, at most 500 characters.
    #[serde(default)]
    note: String,
    /// The number of a kept evidence file.
    evidence: Option<i64>,
}

/// A figure of a record: a decimal that is not below zero.
fn figure(field: &str, text: Option<&String>, wrong: &mut Vec<FieldProblem>) -> Option<Decimal> {
    let text = text.map(|text| text.trim()).filter(|text| !text.is_empty())?;
    let fits = |figure: &Decimal| *figure >= Decimal::ZERO && *figure <= Decimal::from(100_000_000);
    let read = Decimal::from_str_exact(text).ok().filter(fits);
    if read.is_none() {
        wrong.push(FieldProblem::new(field, "应为不小于 0 的数，如 120.5"));
    }
    read
}

/// 登记完成情况
///
/// 只能登记已采用的规划。不填数量表示整项完成。
#[utoipa::path(post, path = "/api/baseline/works", tag = "plans", request_body = NewWork,
    responses((status = 201, body = WorkView)))]
async fn add(
    State(app): State<App>,
    signed: Signed,
    Body(new): Body<NewWork>,
) -> Result<(StatusCode, Json<WorkView>), ApiError> {
    whole(&signed, Action::EditPlans)?;
    let mut wrong = Vec::new();
    let quantity = figure("quantity", new.quantity.as_ref(), &mut wrong);
    let amount = figure("amount", new.amount.as_ref(), &mut wrong);
    let note = new.note.trim().to_owned();
    if note.chars().count() > NOTE || note.chars().any(char::is_control) {
        wrong.push(FieldProblem::new("note", format!("说明不超过 {NOTE} 字，且不能换行")));
    }
    if new.day > crate::clock::day(signed.now()) {
        wrong.push(FieldProblem::new("day", "完成日期不能晚于今天"));
    }
    let adopted = adopted(&app, &signed).await?;
    let (_, plan) = adopted.filter(|(record, _)| record.id == new.plan).ok_or_else(|| {
        let why = "这个方案不是已采用的方案；请刷新页面后重新登记";
        ApiError::NotNow(why.to_owned())
    })?;
    if !plan.actions.iter().any(|action| i64::try_from(action.number) == Ok(new.action)) {
        wrong.push(FieldProblem::new("action", format!("规划中没有第 {} 项措施", new.action)));
    }
    if let Some(id) = new.evidence
        && app.store().evidence_link(signed.county(), id, &Scope::County).await.is_err()
    {
        wrong.push(FieldProblem::new("evidence", format!("没有编号为 {id} 的佐证材料")));
    }
    if !wrong.is_empty() {
        return Err(ApiError::Fields(wrong));
    }
    let (action, day, evidence) = (new.action, new.day, new.evidence);
    let done = Done { action, day, quantity, amount, note, evidence };
    let work = app.store().add_work(signed.county(), new.plan, &done, &signed.by()).await?;
    Ok((StatusCode::CREATED, Json(work.into())))
}

/// Which record is meant.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Seen {
    /// 方案编号
    plan: Option<i64>,
    /// 所见的版本号
    version: Option<i64>,
}

/// 撤销一条登记
///
/// 登记有误时撤销；原来的内容留在审计记录中。
#[utoipa::path(delete, path = "/api/baseline/works/{number}", tag = "plans",
    params(("number" = i64, Path), Seen), responses((status = 204)))]
async fn remove(
    State(app): State<App>,
    signed: Signed,
    Of(number): Of<i64>,
    Params(seen): Params<Seen>,
) -> Result<StatusCode, ApiError> {
    whole(&signed, Action::EditPlans)?;
    let version = seen.version.ok_or(ApiError::NoVersion)?;
    let (Some(plan), county) = (seen.plan, signed.county()) else {
        return Err(ApiError::Malformed("缺少参数 plan".to_owned()));
    };
    app.store().remove_work(county, plan, number, version, &signed.by()).await?;
    Ok(StatusCode::NO_CONTENT)
}
