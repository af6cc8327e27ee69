//! What a run has found: kept as the rotation itself, sent in the shape of the API. Names of a kept
//! rotation are masked, and nothing here can unmask them.

use domain::change::Change;
use domain::{Exact, SchoolCode, Stage};
use serde::{Deserialize, Serialize};
use staffing::rotation::{
    CoefficientShift, Impossible, LevelResult, Method, Move, Rotation, SectionShift, ShareResult,
    TeacherNote,
};
use staffing::{Finding, PersonName, Severity, TeacherId};
use standard::evaluation::Verdict;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Something to be looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "code": "T-WISH-01", "severity": "warning", "zh": "警告", "teacher": "T0001",
    "field": "交流志愿", "message": "志愿 3418230099 不存在、没有小学部或不参加交流",
    "remedy": "改填参加交流的学校",
}))]
pub(crate) struct RotationFinding {
    /// Stable code.
    pub(crate) code: String,
    /// `error`, `warning`, `notice`.
    #[schema(value_type = String)]
    pub(crate) severity: Severity,
    /// The same in Chinese.
    pub(crate) zh: String,
    /// The teacher's number; null where it is no matter of one.
    pub(crate) teacher: Option<String>,
    /// The column, in Chinese.
    pub(crate) field: String,
    /// What is wrong.
    pub(crate) message: String,
    /// What to do.
    pub(crate) remedy: String,
}

impl From<&Finding> for RotationFinding {
    fn from(finding: &Finding) -> Self {
        Self {
            code: finding.code.clone(),
            severity: finding.severity,
            zh: finding.severity.zh().to_owned(),
            teacher: finding.teacher.as_ref().map(ToString::to_string),
            field: finding.field.clone(),
            message: finding.message.clone(),
            remedy: finding.remedy.clone(),
        }
    }
}

/// A teacher who moves, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct RotationMove {
    /// The teacher's number.
    pub(crate) teacher: String,
    /// The name, masked.
    pub(crate) name: String,
    #[schema(value_type = String)]
    pub(crate) from: SchoolCode,
    pub(crate) from_name: String,
    #[schema(value_type = String)]
    pub(crate) to: SchoolCode,
    pub(crate) to_name: String,
    #[schema(value_type = String)]
    pub(crate) stage: Stage,
    /// The main subject in Chinese.
    pub(crate) subject: String,
    pub(crate) backbone: bool,
    /// Full years at the school that is left.
    pub(crate) years: i64,
    /// The number of the wish, from 1.
    pub(crate) wish: Option<u32>,
    /// From home to the new school, km.
    pub(crate) km: Option<String>,
    /// Decided by the bureau.
    pub(crate) fixed: bool,
    /// Why moved and why here.
    pub(crate) reasons: Vec<String>,
}

impl From<Move> for RotationMove {
    fn from(found: Move) -> Self {
        Self {
            teacher: found.teacher.to_string(),
            name: found.name.to_string(),
            from: found.from,
            from_name: found.from_name,
            to: found.to,
            to_name: found.to_name,
            stage: found.stage,
            subject: found.subject,
            backbone: found.backbone,
            years: found.years,
            wish: found.wish,
            km: found.km,
            fixed: found.fixed,
            reasons: found.reasons,
        }
    }
}

/// A teacher who stays, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "teacher": "T0007", "name": "李*", "school": "3418230001", "school_name": "实验小学",
    "stage": "primary", "eligible": false, "wished": false,
    "why": "不符合交流条件：在本校任教 3 年，不足 6 年",
}))]
pub(crate) struct RotationStayer {
    pub(crate) teacher: String,
    /// The name, masked.
    pub(crate) name: String,
    #[schema(value_type = String)]
    pub(crate) school: SchoolCode,
    pub(crate) school_name: String,
    #[schema(value_type = String)]
    pub(crate) stage: Stage,
    pub(crate) eligible: bool,
    /// Had asked to move.
    pub(crate) wished: bool,
    pub(crate) why: String,
}

impl RotationStayer {
    fn of(note: TeacherNote, names: &BTreeMap<SchoolCode, String>) -> Self {
        Self {
            teacher: note.teacher.to_string(),
            name: note.name.to_string(),
            school_name: names.get(&note.school).cloned().unwrap_or_default(),
            school: note.school,
            stage: note.stage,
            eligible: note.eligible,
            wished: note.wished,
            why: note.why,
        }
    }
}

impl From<RotationStayer> for TeacherNote {
    fn from(stayer: RotationStayer) -> Self {
        Self {
            teacher: TeacherId(stayer.teacher.into()),
            name: PersonName::new(&stayer.name),
            school: stayer.school,
            stage: stayer.stage,
            eligible: stayer.eligible,
            wished: stayer.wished,
            why: stayer.why,
        }
    }
}

/// A subject of a section before and after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct RotationSubject {
    pub(crate) subject: String,
    /// Its posts, where it has any.
    pub(crate) posts: Option<i64>,
    pub(crate) before: i64,
    pub(crate) after: i64,
}

/// A value of a section before and after, as forms print it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct RotationValue {
    pub(crate) indicator: String,
    pub(crate) zh: String,
    pub(crate) before: Option<String>,
    pub(crate) after: Option<String>,
    #[schema(value_type = String)]
    pub(crate) before_verdict: Verdict,
    #[schema(value_type = String)]
    pub(crate) after_verdict: Verdict,
}

/// A section before and after; in every pair the first is before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct RotationSection {
    #[schema(value_type = String)]
    pub(crate) school: SchoolCode,
    pub(crate) name: String,
    #[schema(value_type = String)]
    pub(crate) stage: Stage,
    /// Who leave.
    pub(crate) leave: i64,
    /// Who come.
    pub(crate) come: i64,
    pub(crate) teachers: (i64, i64),
    /// Teaching posts.
    pub(crate) posts: Option<i64>,
    pub(crate) backbone: (i64, i64),
    pub(crate) subjects: Vec<RotationSubject>,
    /// The values that teachers move.
    pub(crate) values: Vec<RotationValue>,
    /// The verdict on the section; null where it is not judged.
    #[schema(value_type = Option<Vec<String>>)]
    pub(crate) verdict: Option<(Verdict, Verdict)>,
}

impl From<SectionShift> for RotationSection {
    fn from(shift: SectionShift) -> Self {
        let subjects = shift.subjects.into_iter().map(|subject| RotationSubject {
            subject: subject.subject,
            posts: subject.posts,
            before: subject.before,
            after: subject.after,
        });
        let values = shift.values.into_iter().map(|value| RotationValue {
            indicator: value.indicator,
            zh: value.zh,
            before: value.before,
            after: value.after,
            before_verdict: value.before_verdict,
            after_verdict: value.after_verdict,
        });
        Self {
            school: shift.school,
            name: shift.name,
            stage: shift.stage,
            leave: shift.leave,
            come: shift.come,
            teachers: shift.teachers,
            posts: shift.posts,
            backbone: shift.backbone,
            subjects: subjects.collect(),
            values: values.collect(),
            verdict: shift.verdict,
        }
    }
}

/// A difference coefficient before and after, by the judge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct RotationCoefficient {
    #[schema(value_type = String)]
    pub(crate) stage: Stage,
    pub(crate) indicator: String,
    pub(crate) zh: String,
    /// The limit, exact.
    #[schema(value_type = Option<String>)]
    pub(crate) limit: Option<Exact>,
    /// Two decimals.
    pub(crate) limit_shown: Option<String>,
    /// Six decimals.
    pub(crate) before: Option<String>,
    pub(crate) after: Option<String>,
    #[schema(value_type = String)]
    pub(crate) before_verdict: Verdict,
    #[schema(value_type = String)]
    pub(crate) after_verdict: Verdict,
}

impl From<CoefficientShift> for RotationCoefficient {
    fn from(shift: CoefficientShift) -> Self {
        Self {
            stage: shift.stage,
            indicator: shift.indicator,
            zh: shift.zh,
            limit_shown: shift.limit.as_ref().map(|limit| limit.to_fixed(2)),
            limit: shift.limit,
            before: shift.before,
            after: shift.after,
            before_verdict: shift.before_verdict,
            after_verdict: shift.after_verdict,
        }
    }
}

/// A share that is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct RotationShare {
    pub(crate) code: String,
    pub(crate) zh: String,
    /// Who count …
    pub(crate) count: i64,
    /// … of how many.
    pub(crate) base: i64,
    /// Per cent, one decimal; null of nobody.
    pub(crate) share: Option<String>,
    /// What is asked, per cent.
    pub(crate) at_least: String,
    pub(crate) holds: bool,
}

impl From<ShareResult> for RotationShare {
    fn from(share: ShareResult) -> Self {
        Self {
            code: share.code,
            zh: share.zh,
            count: share.count,
            base: share.base,
            share: share.share,
            at_least: share.at_least,
            holds: share.holds,
        }
    }
}

/// A goal: its value without and with the rotation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct RotationLevel {
    pub(crate) code: String,
    pub(crate) zh: String,
    pub(crate) unit: String,
    pub(crate) before: String,
    pub(crate) after: String,
    /// How far from the best it may be; `0` where proved.
    pub(crate) gap: String,
    pub(crate) proved: bool,
}

impl From<LevelResult> for RotationLevel {
    fn from(level: LevelResult) -> Self {
        Self {
            code: level.code,
            zh: level.zh,
            unit: level.unit,
            before: level.before,
            after: level.after,
            gap: level.gap,
            proved: level.proved,
        }
    }
}

/// How a rotation was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct RotationMethod {
    pub(crate) name: String,
    pub(crate) solver: String,
    pub(crate) seed: u32,
    pub(crate) solves: usize,
    /// Ways that there were to choose from.
    pub(crate) ways: usize,
    pub(crate) proved: bool,
    /// Why it ended.
    pub(crate) ended: String,
}

impl From<Method> for RotationMethod {
    fn from(method: Method) -> Self {
        Self {
            name: method.name,
            solver: method.solver,
            seed: method.seed,
            solves: method.solves,
            ways: method.ways,
            proved: method.proved,
            ended: method.ended,
        }
    }
}

/// A rotation that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct RotationResult {
    pub(crate) mode: String,
    pub(crate) eligible: usize,
    pub(crate) moves: Vec<RotationMove>,
    pub(crate) sections: Vec<RotationSection>,
    pub(crate) coefficients: Vec<RotationCoefficient>,
    pub(crate) shares: Vec<RotationShare>,
    /// Goals in their order.
    pub(crate) levels: Vec<RotationLevel>,
    pub(crate) method: RotationMethod,
    /// What had to be left aside.
    pub(crate) findings: Vec<RotationFinding>,
    /// How many stay: see `stayers`.
    pub(crate) stays: usize,
    /// What it does to the data: `reason`, `edits`.
    #[schema(value_type = Object)]
    pub(crate) change: Change,
}

impl RotationResult {
    /// A kept rotation; `stays`: how many stay, who are kept apart.
    pub(super) fn of(mode: &str, rotation: Rotation, stays: usize) -> Self {
        Self {
            mode: mode.to_owned(),
            eligible: rotation.eligible,
            moves: all(rotation.moves),
            sections: all(rotation.sections),
            coefficients: all(rotation.coefficients),
            shares: all(rotation.shares),
            levels: all(rotation.levels),
            method: rotation.method.into(),
            findings: rotation.findings.iter().map(Into::into).collect(),
            stays,
            change: rotation.change,
        }
    }
}

/// Each in the shape of the API.
pub(super) fn all<A, B: From<A>>(list: Vec<A>) -> Vec<B> {
    list.into_iter().map(Into::into).collect()
}

/// Who stays, in the order of the numbers.
pub(super) fn stayers(
    notes: Vec<TeacherNote>,
    names: &BTreeMap<SchoolCode, String>,
) -> Vec<RotationStayer> {
    notes.into_iter().map(|note| RotationStayer::of(note, names)).collect()
}

/// A rule that would have to give.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct RotationBroken {
    /// `share`, `leave`, `subject_leave`, `subject_least`, `backbone`, `head`, `passing`, `fixed`.
    pub(crate) rule: String,
    /// Where and what.
    pub(crate) zh: String,
    /// By how many persons.
    pub(crate) by: String,
}

/// That there is no lawful rotation: the least that would have to give, and what would do then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct RotationImpossible {
    pub(crate) broken: Vec<RotationBroken>,
    pub(crate) nearest: Option<RotationResult>,
}

impl RotationImpossible {
    pub(super) fn of(found: Impossible, stays: usize) -> Self {
        let broken = found.broken.into_iter().map(|broken| RotationBroken {
            rule: broken.rule,
            zh: broken.zh,
            by: broken.by,
        });
        let nearest = found.nearest.map(|nearest| RotationResult::of("nearest", nearest, stays));
        Self { broken: broken.collect(), nearest }
    }
}

/// A word with its code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct RotationWord {
    pub(crate) code: String,
    pub(crate) zh: String,
}

impl RotationWord {
    pub(super) fn new(code: &str, zh: &str) -> Self {
        Self { code: code.to_owned(), zh: zh.to_owned() }
    }
}

/// A goal with each way of rotating.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct RotationPrice {
    pub(crate) code: String,
    pub(crate) zh: String,
    pub(crate) unit: String,
    pub(crate) before: String,
    /// In the order of `modes`; null where that way has no answer.
    pub(crate) after: Vec<Option<String>>,
}

/// What each way of rotating costs, goal by goal.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct RotationPrices {
    pub(crate) modes: Vec<RotationWord>,
    pub(crate) rows: Vec<RotationPrice>,
}

/// What the judge says by the whole standard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct RotationVerdict {
    /// Sections that are judged.
    pub(crate) sections: usize,
    /// Of them not passing.
    pub(crate) failing: usize,
    /// `pass`, `fail`, `not_decidable`.
    pub(crate) verdict: String,
    pub(crate) zh: String,
}

/// The judge's word before and after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct RotationJudged {
    pub(crate) before: RotationVerdict,
    pub(crate) after: RotationVerdict,
}

/// What is kept of a run.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Kept {
    /// What was found, without those who stay: they are kept beside it.
    pub(super) result: Option<Rotation>,
    pub(super) impossible: Option<Impossible>,
    /// How many stay, with the rotation or the nearest that works.
    pub(super) stays: usize,
    /// The findings of the independent check.
    pub(super) checked: Vec<RotationFinding>,
    pub(super) prices: RotationPrices,
    pub(super) judged: Option<RotationJudged>,
    /// Id and version of the standard and of the rules.
    pub(super) standard: (String, String),
    pub(super) rules: (String, String),
}

/// As much of a run as a list shows.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Brief {
    pub(super) eligible: usize,
    /// Teachers who have asked to move …
    pub(super) wished: usize,
    /// … and of them those who go where they have asked to.
    pub(super) granted: usize,
    pub(super) proved: bool,
    pub(super) ended: String,
    /// Was the search ended by somebody?
    pub(super) cancelled: bool,
}
