//! Plans as they travel.

use super::kept::{Brief, Kept};
use super::pose::Grounds;
use crate::ApiError;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::jobs::Job;
use store::plans::PlanRecord;
use store::plans_done::Frontier;
use utoipa::ToSchema;

/// A plan in a list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": 3, "name": "三年达标", "state": "solved", "zh": "已测算", "version": 2,
    "by": "李规划（guihua）", "at": "2025-10-09T08:00:00Z",
    "result": {"possible": true, "accepted": true, "objection": null, "cost": "333.7",
        "discounted": "1675901018/5463635", "schools": 6, "first": 2025, "years": 3,
        "finish": 2027, "proved": true, "bound": "306.400000", "gap": "0.001100", "ended": "",
        "data_year": 2024, "snapshot": "9f…", "waiting": 0, "cancelled": false},
    "job": {"id": 12, "kind": "plan", "state": "done"},
}))]
pub(super) struct PlanRow {
    pub(super) id: i64,
    name: String,
    /// `draft`, `solved`, `impossible` (solved, and there is no plan), `adopted` (the baseline),
    /// `superseded`, `discarded`.
    state: &'static str,
    /// The state in Chinese.
    zh: &'static str,
    /// For the next edit.
    version: i64,
    /// Who changed it last.
    by: String,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// The outcome of the last run in figures; null where there is none.
    result: Option<Headline>,
    /// The last run that was asked for.
    job: Option<JobBrief>,
}

/// The outcome of a run in figures. Money in 万元, exact.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own that a page shows")]
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Headline {
    /// Is there a plan within the money, posts, land and time?
    possible: bool,
    /// Does the judge accept it, and the independent check?
    accepted: bool,
    /// The first objection.
    objection: Option<String>,
    cost: Option<String>,
    discounted: Option<String>,
    /// Schools at which something is done.
    schools: Option<usize>,
    /// First year of the plan …
    first: Option<i16>,
    /// … how many years …
    years: Option<u8>,
    /// … and the year from which on everything satisfies the standard.
    finish: Option<i16>,
    /// Is it proved that no plan costs less?
    proved: bool,
    bound: Option<String>,
    gap: Option<String>,
    /// Why the search ended before its proof.
    ended: String,
    /// The year of the data that it starts from.
    data_year: i16,
    /// Content hash of those data.
    snapshot: String,
    /// Forms of that year that did not count yet.
    waiting: usize,
    /// Was the search ended by somebody?
    cancelled: bool,
}

/// A run.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct JobBrief {
    /// See `/api/jobs/{id}`.
    id: i64,
    /// `plan` or `frontier`.
    kind: String,
    /// `queued`, `running`, `done`, `failed`, `cancelled`.
    state: &'static str,
}

impl From<&Job> for JobBrief {
    fn from(job: &Job) -> Self {
        Self { id: job.id, kind: job.kind.clone(), state: job.state.code() }
    }
}

impl From<Kept<Brief>> for Headline {
    fn from(kept: Kept<Brief>) -> Self {
        let checked = kept.checked.as_ref();
        let plan = kept.plan.as_ref();
        let said = plan.and_then(|plan| plan.objections.first().cloned());
        let found = || checked?.findings.first().map(|finding| finding.text.clone());
        let method = plan.map(|plan| &plan.method);
        Self {
            possible: kept.impossible.is_none(),
            accepted: plan.is_some_and(|plan| plan.accepted)
                && checked.is_some_and(|checked| checked.accepted),
            objection: said.or_else(found),
            cost: plan.map(|plan| plan.cost.clone()),
            discounted: plan.map(|plan| plan.discounted.clone()),
            schools: plan.map(|plan| plan.schools_touched),
            first: plan.map(|plan| plan.settings.first),
            years: plan.map(|plan| plan.settings.years),
            finish: plan.map(|plan| plan.settings.finish),
            proved: method.is_some_and(|method| method.proved),
            bound: method.and_then(|method| method.bound.clone()),
            gap: method.and_then(|method| method.gap.clone()),
            ended: method.map_or_else(String::new, |method| method.ended.clone()),
            data_year: kept.year.0,
            snapshot: kept.snapshot,
            waiting: kept.waiting,
            cancelled: kept.cancelled,
        }
    }
}

impl PlanRow {
    /// A plan with what was kept of its last run.
    pub(super) fn new(
        record: PlanRecord,
        kept: Option<&str>,
        job: Option<&Job>,
    ) -> Result<Self, ApiError> {
        let kept = kept.map(serde_json::from_str::<Kept<Brief>>).transpose();
        let result = kept.map_err(ApiError::internal)?.map(Headline::from);
        let impossible = record.state == store::plans::PlanState::Solved
            && result.as_ref().is_some_and(|result| !result.possible);
        let (state, zh) = if impossible {
            ("impossible", "做不到")
        } else {
            (record.state.code(), record.state.zh())
        };
        Ok(Self {
            id: record.id,
            name: record.name,
            state,
            zh,
            version: record.version,
            by: record.by,
            at: record.at,
            result,
            job: job.map(JobBrief::from),
        })
    }
}

/// A plan with everything.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PlanView {
    #[serde(flatten)]
    row: PlanRow,
    /// The settings, TOML.
    settings: String,
    /// The plan: docs/plan-json.md; null where there is none.
    #[schema(value_type = Option<Object>)]
    plan: Option<Value>,
    /// The plan made school by school, for comparison, in the same shape.
    #[schema(value_type = Option<Object>)]
    greedy: Option<Value>,
    /// The independent check of the plan: `accepted`, `findings`, `years`.
    #[schema(value_type = Option<Object>)]
    checked: Option<Value>,
    /// Why there is no plan: docs/plan-json.md, “When there is no plan”.
    #[schema(value_type = Option<Object>)]
    impossible: Option<Value>,
    /// What has changed since the run, in words; empty while the result is of now.
    stale: Vec<&'static str>,
    /// What each finishing year costs, as it was computed last.
    frontier: Option<FrontierView>,
}

/// What each finishing year costs.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FrontierView {
    /// docs/plan-json.md, `plan frontier`.
    #[schema(value_type = Object)]
    points: Value,
    /// What has changed since, in words; empty while it is of now.
    stale: Vec<&'static str>,
    /// Who asked for it.
    by: String,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

impl FrontierView {
    fn new(kept: Frontier, settings: &str, grounds: &Grounds) -> Result<Self, ApiError> {
        let mut content: Value = serde_json::from_str(&kept.content).map_err(ApiError::internal)?;
        let mut stale = grounds.changed(&kept.snapshot, &kept.standard);
        if super::tag(settings) != kept.settings {
            stale.insert(0, "方案设置已修改");
        }
        let points = content.get_mut("points").map(Value::take).unwrap_or_default();
        Ok(Self { points, stale, by: kept.by, at: kept.at })
    }
}

/// What was kept, as it is.
#[derive(Default, Deserialize)]
struct Whole {
    plan: Option<Value>,
    greedy: Option<Value>,
    checked: Option<Value>,
    impossible: Option<Value>,
    snapshot: Option<String>,
}

impl PlanView {
    pub(super) fn new(
        record: PlanRecord,
        kept: Option<&str>,
        job: Option<&Job>,
        frontier: Option<Frontier>,
        grounds: &Grounds,
    ) -> Result<Self, ApiError> {
        let whole = kept.map(serde_json::from_str::<Whole>).transpose();
        let whole = whole.map_err(ApiError::internal)?.unwrap_or_default();
        let Whole { plan, greedy, checked, impossible, snapshot } = whole;
        let settings = record.settings.clone();
        let text = |key| plan.as_ref().and_then(|plan: &Value| plan.get(key)?.as_str());
        let stale = match &snapshot {
            Some(snapshot) => {
                let standard = text("standard_hash").unwrap_or(&grounds.standard);
                grounds.changed(snapshot, standard)
            }
            None => Vec::new(),
        };
        let frontier = frontier.map(|kept| FrontierView::new(kept, &settings, grounds));
        let row = PlanRow::new(record, kept, job)?;
        let frontier = frontier.transpose()?;
        Ok(Self { row, settings, plan, greedy, checked, impossible, stale, frontier })
    }
}
