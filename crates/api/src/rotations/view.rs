//! Rotations, runs and notices as they travel.

use super::mode::Mode;
use super::pose::Stamps;
use super::result::{
    Brief, Kept, RotationFinding, RotationImpossible, RotationJudged, RotationPrices,
    RotationResult,
};
use domain::{SchoolCode, Stage};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use serde_json::Value;
use store::jobs::Job;
use store::rotations::{RotationRecord, RunRecord};
use store::rotations_notices::{NoticeRecord, NoticeState};
use utoipa::ToSchema;

/// A job of a rotation.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RotationJob {
    /// See `/api/jobs/{id}`.
    id: i64,
    /// `queued`, `running`, `done`, `failed`, `cancelled`.
    state: &'static str,
}

impl From<&Job> for RotationJob {
    fn from(job: &Job) -> Self {
        Self { id: job.id, state: job.state.code() }
    }
}

/// A public notice.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "number": 1, "run": 2, "from": "2025-07-01", "until": "2025-07-07", "state": "open",
    "zh": "公示中", "over": false, "reason": "", "by": "孙明（sunming）",
    "at": "2025-06-30T09:00:00Z",
}))]
pub(super) struct RotationNotice {
    pub(super) number: i64,
    /// The run that it shows.
    pub(super) run: i64,
    #[schema(value_type = String, format = Date)]
    pub(super) from: Date,
    /// The last day.
    #[schema(value_type = String, format = Date)]
    pub(super) until: Date,
    /// `open`, `withdrawn`, `replaced`, `adopted`.
    pub(super) state: &'static str,
    pub(super) zh: &'static str,
    /// Has the last day passed?
    pub(super) over: bool,
    /// Why it was taken back.
    pub(super) reason: String,
    pub(super) by: String,
    #[schema(value_type = String, format = DateTime)]
    pub(super) at: Timestamp,
}

impl RotationNotice {
    pub(super) fn of(notice: &NoticeRecord, today: Date) -> Self {
        let over = today > notice.until;
        let open = notice.state == NoticeState::Open;
        let zh = match notice.state {
            NoticeState::Open if over => "公示期满",
            NoticeState::Open if today < notice.from => "待公示",
            state => state.zh(),
        };
        Self {
            number: notice.number,
            run: notice.run,
            from: notice.from,
            until: notice.until,
            state: notice.state.code(),
            zh,
            over: open && over,
            reason: notice.reason.clone(),
            by: notice.by.clone(),
            at: notice.at,
        }
    }
}

/// A run in a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "run": 2, "mode": "optimum", "zh": "统筹方案", "possible": true, "moved": 86, "eligible": 812,
    "wished": 60, "granted": 51, "proved": true, "ended": "", "cancelled": false, "findings": 0,
    "stale": [], "published": true, "by": "孙明（sunming）", "at": "2025-06-28T08:00:00Z",
}))]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own that a page shows")]
pub(super) struct RotationRun {
    pub(super) run: i64,
    mode: String,
    zh: &'static str,
    /// Is there a lawful rotation?
    possible: bool,
    /// Teachers who move.
    moved: i64,
    eligible: usize,
    /// Teachers who have asked to move …
    wished: usize,
    /// … and of them those who go where they have asked to.
    granted: usize,
    /// Is every goal proved?
    proved: bool,
    /// Why it ended.
    ended: String,
    /// Was the search ended by somebody?
    cancelled: bool,
    /// Findings of the independent check; with any it cannot be published.
    findings: i64,
    /// What has changed since, in words; empty while it is of now.
    stale: Vec<&'static str>,
    /// Is it the one that is shown to the public, or was decided?
    published: bool,
    by: String,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

impl RotationRun {
    pub(super) fn of(run: &RunRecord, now: Option<&Stamps>, shown: Option<i64>) -> Self {
        // A brief of another version of the program has gaps, and no more.
        let brief: Brief = serde_json::from_str(&run.brief).unwrap_or_default();
        let stale = now.map_or_else(|| vec!["名册或审定数据已不在"], |now| now.changed(run));
        Self {
            run: run.run,
            mode: run.mode.clone(),
            zh: Mode::from_code(&run.mode).map_or("", Mode::zh),
            possible: run.possible,
            moved: run.moved,
            eligible: brief.eligible,
            wished: brief.wished,
            granted: brief.granted,
            proved: brief.proved,
            ended: brief.ended,
            cancelled: brief.cancelled,
            findings: run.findings,
            stale,
            published: shown == Some(run.run),
            by: run.by.clone(),
            at: run.at,
        }
    }
}

/// Id and version of a pack.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RotationPack {
    id: String,
    version: String,
}

/// A run with what it has found.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RotationRunView {
    #[serde(flatten)]
    run: RotationRun,
    /// The rotation; null where there is none.
    result: Option<RotationResult>,
    /// Why there is none.
    impossible: Option<RotationImpossible>,
    /// The findings of the independent check.
    checked: Vec<RotationFinding>,
    /// What each way of rotating costs.
    prices: RotationPrices,
    /// The judge's word by the whole standard; null where there is no rotation.
    judged: Option<RotationJudged>,
    /// The settings with the wishes and decisions of then; null for who may not see those.
    #[schema(value_type = Option<Object>)]
    settings: Option<Value>,
    /// The stamp of the roster.
    roster: String,
    /// Content hash of the approved data.
    snapshot: String,
    standard: RotationPack,
    rules: RotationPack,
}

impl RotationRunView {
    pub(super) fn new(
        run: RotationRun,
        record: &RunRecord,
        settings: Option<Value>,
        kept: Kept,
    ) -> Self {
        let pack = |(id, version): (String, String)| RotationPack { id, version };
        Self {
            run,
            result: kept.result.map(|found| RotationResult::of(&record.mode, found, kept.stays)),
            impossible: kept.impossible.map(|found| RotationImpossible::of(found, kept.stays)),
            checked: kept.checked,
            prices: kept.prices,
            judged: kept.judged,
            settings,
            roster: record.roster.clone(),
            snapshot: record.snapshot.clone(),
            standard: pack(kept.standard),
            rules: pack(kept.rules),
        }
    }
}

/// A rotation in a list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": 3, "year": 2024, "title": "2025 年交流轮岗", "state": "published", "zh": "公示中",
    "version": 6, "by": "孙明（sunming）", "at": "2025-07-01T00:30:00Z", "wishes": 60, "runs": 2,
    "open_objections": 1, "run": null, "job": null,
    "notice": {"number": 1, "run": 2, "from": "2025-07-01", "until": "2025-07-07",
        "state": "open", "zh": "公示中", "over": false, "reason": "", "by": "孙明（sunming）",
        "at": "2025-07-01T00:30:00Z"},
}))]
pub(super) struct RotationLine {
    pub(super) id: i64,
    year: i16,
    title: String,
    /// `draft`, `published`, `adopted`, `closed`, `void`.
    state: &'static str,
    zh: &'static str,
    /// For the next edit.
    version: i64,
    by: String,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// Teachers with wishes.
    wishes: i64,
    /// Runs that are kept.
    runs: usize,
    /// Objections without a reply, as far as the caller sees them.
    open_objections: usize,
    /// The run that is shown to the public, else the newest.
    run: Option<RotationRun>,
    /// The notice that is shown, or by which it was decided.
    notice: Option<RotationNotice>,
    /// The last run that was asked for.
    job: Option<RotationJob>,
}

/// What is known of a rotation besides itself.
pub(super) struct Around {
    pub(super) runs: Vec<RunRecord>,
    pub(super) notices: Vec<NoticeRecord>,
    pub(super) open_objections: usize,
    pub(super) job: Option<Job>,
    pub(super) now: Option<Stamps>,
    pub(super) today: Date,
    /// Does the caller see what is not published?
    pub(super) inside: bool,
}

impl Around {
    /// The notice that is shown, or by which the rotation was decided.
    pub(super) fn shown(&self) -> Option<&NoticeRecord> {
        let shows = |n: &&NoticeRecord| matches!(n.state, NoticeState::Open | NoticeState::Adopted);
        self.notices.iter().find(shows)
    }

    /// A run as the caller sees it.
    pub(super) fn run(&self, run: &RunRecord) -> RotationRun {
        RotationRun::of(run, self.now.as_ref(), self.shown().map(|notice| notice.run))
    }
}

impl RotationLine {
    pub(super) fn of(record: &RotationRecord, around: &Around) -> Self {
        let shown = around.shown();
        let run = shown.and_then(|notice| around.runs.iter().find(|run| run.run == notice.run));
        let newest = around.runs.first().filter(|_| around.inside);
        Self {
            id: record.id,
            year: record.year.0,
            title: record.title.clone(),
            state: record.state.code(),
            zh: record.state.zh(),
            version: record.version,
            by: record.by.clone(),
            at: record.at,
            wishes: if around.inside { record.wished } else { 0 },
            runs: if around.inside { around.runs.len() } else { usize::from(run.is_some()) },
            open_objections: around.open_objections,
            run: run.or(newest).map(|run| around.run(run)),
            notice: shown.map(|notice| RotationNotice::of(notice, around.today)),
            job: around.job.as_ref().filter(|_| around.inside).map(RotationJob::from),
        }
    }
}

/// A school of a wish.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WishSchool {
    pub(super) code: String,
    /// Empty where the data have none of that code.
    pub(super) name: String,
}

/// The wishes of a teacher; what is null is not in the roster.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "teacher": "T0001", "name": "王*", "school": "3418230001", "school_name": "实验小学",
    "stage": "primary", "subject": "语文",
    "schools": [{"code": "3418230002", "name": "城关小学"}],
}))]
pub(super) struct RotationWish {
    pub(super) teacher: String,
    /// The name, masked.
    pub(super) name: Option<String>,
    #[schema(value_type = Option<String>)]
    pub(super) school: Option<SchoolCode>,
    pub(super) school_name: Option<String>,
    #[schema(value_type = Option<String>)]
    pub(super) stage: Option<Stage>,
    pub(super) subject: Option<String>,
    pub(super) schools: Vec<WishSchool>,
}

/// What replies to objections have decided; it binds the next runs.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "objection": 2, "teacher": "T0001", "name": "王*", "kind": "fixed", "school": "3418230001",
    "school_name": "实验小学", "reason": "采纳第 2 号异议",
}))]
pub(super) struct RotationDecision {
    pub(super) objection: i64,
    pub(super) teacher: String,
    pub(super) name: String,
    /// `fixed`: at this school afterwards; `forbidden`: not sent to it.
    pub(super) kind: &'static str,
    #[schema(value_type = String)]
    pub(super) school: SchoolCode,
    pub(super) school_name: String,
    pub(super) reason: String,
}

/// What the caller may do.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RotationMay {
    pub(super) edit: bool,
    pub(super) adopt: bool,
    /// Raise an objection now.
    pub(super) object: bool,
}

/// A rotation with everything that the caller sees of it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RotationView {
    #[serde(flatten)]
    pub(super) line: RotationLine,
    /// See `GET /api/years/{year}/rotation-settings`; null for who sees what is published only.
    #[schema(value_type = Option<Object>)]
    pub(super) settings: Option<Value>,
    pub(super) wish_list: Vec<RotationWish>,
    pub(super) decisions: Vec<RotationDecision>,
    /// What is wrong with the wishes.
    pub(super) findings: Vec<RotationFinding>,
    /// All notices, newest first.
    pub(super) notices: Vec<RotationNotice>,
    /// Acts of `steps` that the caller may do now.
    pub(super) next: Vec<&'static str>,
    pub(super) may: RotationMay,
}
