//! What is shown of a roster: words, findings, and of teachers everything but who they are.

use super::kept::KeptRoster;
use super::plain;
use domain::{SchoolCode, Snapshot, Stage};
use serde::{Deserialize, Serialize};
use staffing::count::training_cycle;
use staffing::rotation::eligibility::{self, Eligibility};
use staffing::{Finding, Roster, RosterRow, Rules, Severity, Teacher, TeacherId};
use std::collections::BTreeMap;
use store::rosters::TeacherRecord;
use utoipa::ToSchema;

/// A word of a closed list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({"code": "math", "zh": "数学"}))]
pub(super) struct RosterWord {
    pub(super) code: String,
    /// 中文名称
    pub(super) zh: String,
}

impl RosterWord {
    pub(super) fn new(code: &str, zh: &str) -> Self {
        Self { code: code.to_owned(), zh: zh.to_owned() }
    }
}

/// A value of one of the closed lists of `staffing` as it is shown.
macro_rules! word {
    ($value:expr) => {{
        let value = $value;
        RosterWord::new(value.code(), value.zh())
    }};
}
pub(super) use word;

/// The word of a subject.
pub(super) fn subject(rules: &Rules, code: &str) -> RosterWord {
    let zh = rules.subject(code).map_or(code, |subject| &subject.zh);
    RosterWord::new(code, zh)
}

/// The name of a school.
pub(super) fn school_name(snapshot: &Snapshot, code: &SchoolCode) -> String {
    snapshot.school(code).map_or_else(|| code.to_string(), |school| school.name.clone())
}

/// Something that is wrong with a roster; nothing personal stands in it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "code": "T-ID-04", "severity": "error", "file": "名册.xlsx", "row": 12, "teacher": "T000010",
    "school": "3418230001", "school_name": "实验小学", "field": "身份证件号码",
    "message": "身份证件号码的校验位不符", "remedy": "对照证件核对并改正",
}))]
pub(super) struct RosterFinding {
    /// 稳定编号
    pub(super) code: String,
    /// `error` 错误、`warning` 警告、`notice` 提示
    #[schema(value_type = String)]
    pub(super) severity: Severity,
    /// 所在文件；不是导入时发现的为空
    pub(super) file: String,
    /// 文件中的行号
    pub(super) row: Option<usize>,
    /// 教师编号
    pub(super) teacher: Option<String>,
    /// 学校标识码
    #[schema(value_type = Option<String>)]
    pub(super) school: Option<SchoolCode>,
    pub(super) school_name: Option<String>,
    /// 列名；不属于某一列的为空
    pub(super) field: String,
    /// 问题
    pub(super) message: String,
    /// 处理办法
    pub(super) remedy: String,
}

impl RosterFinding {
    pub(super) fn of(finding: &Finding, school: Option<&SchoolCode>, snapshot: &Snapshot) -> Self {
        Self {
            code: finding.code.clone(),
            severity: finding.severity,
            file: String::new(),
            row: finding.row,
            teacher: finding.teacher.as_ref().map(ToString::to_string),
            school: school.cloned(),
            school_name: school.map(|code| school_name(snapshot, code)),
            field: finding.field.clone(),
            message: finding.message.clone(),
            remedy: finding.remedy.clone(),
        }
    }
}

/// How many findings there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({"errors": 1, "warnings": 12}))]
pub(super) struct RosterFindingCounts {
    pub(super) errors: usize,
    pub(super) warnings: usize,
}

impl RosterFindingCounts {
    pub(super) fn of<'a>(findings: impl IntoIterator<Item = &'a Severity>) -> Self {
        let mut counts = Self::default();
        for severity in findings {
            match severity {
                Severity::Error => counts.errors += 1,
                Severity::Warning => counts.warnings += 1,
                Severity::Notice => {}
            }
        }
        counts
    }
}

/// What everything that is shown of a teacher is looked up in.
pub(super) struct Desk<'a> {
    pub(super) kept: &'a KeptRoster,
    /// The teachers of all schools: a text may name one of another.
    pub(super) everybody: &'a Roster,
    pub(super) snapshot: &'a Snapshot,
    pub(super) rules: &'a Rules,
    /// Does the caller work with the roster? Evidence of exemptions tells of illnesses.
    pub(super) edits: bool,
}

/// A teacher in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({
    "number": "T000010", "name": "张*明", "school": "3418230001", "school_name": "实验小学",
    "stage": "primary", "subject": {"code": "math", "zh": "数学"},
    "post": {"code": "teacher", "zh": "专任教师"}, "role": {"code": "none", "zh": "无"},
    "rank": {"code": "middle", "zh": "中级"}, "degree": {"code": "bachelor", "zh": "本科"},
    "backbone": null, "certified": true, "years": 7, "eligible": true,
    "findings": {"errors": 0, "warnings": 1},
}))]
pub(super) struct TeacherLine {
    /// 教师编号
    pub(super) number: String,
    /// 姓名（隐去）
    name: String,
    school: String,
    school_name: String,
    #[schema(value_type = String)]
    stage: Stage,
    /// 主要任教学科
    subject: Option<RosterWord>,
    /// 岗位
    post: RosterWord,
    /// 职务
    role: RosterWord,
    /// 职称
    rank: Option<RosterWord>,
    /// 最高学历
    degree: Option<RosterWord>,
    /// 骨干级别
    backbone: Option<RosterWord>,
    /// 持教师资格证；null 为没有填
    certified: Option<bool>,
    /// 到本校满几年
    years: Option<i16>,
    /// 符合交流条件；null 为不能判定
    eligible: Option<bool>,
    findings: RosterFindingCounts,
}

impl TeacherLine {
    pub(super) fn of(teacher: &Teacher, desk: &Desk<'_>) -> Self {
        let eligible = match eligibility::of(teacher, desk.rules, desk.kept.roster.day()) {
            Eligibility::Unknown(_) => None,
            other => Some(other == Eligibility::Eligible),
        };
        let own = desk.kept.findings.iter().filter(|f| f.teacher.as_ref() == Some(&teacher.id));
        Self {
            number: teacher.id.to_string(),
            name: teacher.name.to_string(),
            school: teacher.school.to_string(),
            school_name: school_name(desk.snapshot, &teacher.school),
            stage: teacher.stage,
            subject: teacher.main_subject().map(|code| subject(desk.rules, code)),
            post: word!(teacher.post),
            role: word!(teacher.role),
            rank: teacher.rank.map(|rank| word!(rank)),
            degree: teacher.degree.map(|degree| word!(degree)),
            backbone: teacher.backbone.as_ref().map(|backbone| word!(backbone.level)),
            certified: teacher.certified,
            years: Teacher::full_years(teacher.arrived, desk.kept.roster.day()),
            eligible,
            findings: RosterFindingCounts::of(own.map(|finding| &finding.severity)),
        }
    }
}

/// Whether a teacher may be asked to move.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({"is": "recent", "why": "到本校 3 年，不满 6 年"}))]
pub(super) struct TeacherEligibility {
    /// `eligible`、`outside`、`recent`、`age`、`exempt`、`unknown`
    is: &'static str,
    /// 理由；符合条件时为 null
    why: Option<String>,
}

impl TeacherEligibility {
    fn of(teacher: &Teacher, desk: &Desk<'_>) -> Self {
        let eligibility = eligibility::of(teacher, desk.rules, desk.kept.roster.day());
        let is = match &eligibility {
            Eligibility::Eligible => "eligible",
            Eligibility::Outside(_) => "outside",
            Eligibility::Recent(_) => "recent",
            Eligibility::Age(_) => "age",
            Eligibility::Exempt(_) => "exempt",
            Eligibility::Unknown(_) => "unknown",
        };
        let why = match &eligibility {
            Eligibility::Exempt(evidence) if desk.edits => Some(evidence.clone()),
            other => other.why().map(str::to_owned),
        };
        Self { is, why }
    }
}

/// Lessons elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct TeacherVisit {
    school: String,
    school_name: String,
    subject: Option<RosterWord>,
    /// 周课时
    hours: String,
}

/// A stay elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct TeacherStay {
    /// 开始的学年
    year: i16,
    from: Option<String>,
    from_name: Option<String>,
    to: String,
    to_name: String,
    kind: RosterWord,
}

/// Training of the cycle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct TeacherTraining {
    /// 周期的首年
    from: i16,
    /// 周期的末年
    to: i16,
    /// 应达到的学时
    target: String,
    /// 周期内已有的学时
    hours: String,
    rows: Vec<TrainingRow>,
}

/// Hours of a year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct TrainingRow {
    year: i16,
    /// 承训
    provider: String,
    hours: String,
}

/// Why somebody need not move.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct TeacherExemption {
    kind: RosterWord,
    /// 依据；没有维护名册的权限时为空
    evidence: String,
    until: Option<String>,
    /// 现在是否成立
    holds: bool,
}

/// Everything of a teacher but who it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({
    "number": "T000010", "name": "张*明", "identity": "340*************1X", "age": 41,
    "school": "3418230001", "school_name": "实验小学", "stage": "primary", "hours": "14",
    "home": "青山镇", "fields": {"subject": "数学", "hours": "14"}, "version": 1,
    "eligibility": {"is": "eligible", "why": null},
}))]
pub(super) struct TeacherView {
    #[serde(flatten)]
    line: TeacherLine,
    /// 身份证件号码（隐去）
    identity: Option<String>,
    sex: Option<RosterWord>,
    /// 周岁
    age: Option<i16>,
    subjects: Vec<RosterWord>,
    /// 周课时
    hours: Option<String>,
    degree_at_hire: Option<RosterWord>,
    /// 骨干认定文件
    backbone_basis: String,
    hired: Option<String>,
    arrived: Option<String>,
    /// 编制
    roll: RosterWord,
    visits: Vec<TeacherVisit>,
    exchanges: Vec<TeacherStay>,
    training: TeacherTraining,
    exemptions: Vec<TeacherExemption>,
    /// 居住地，只到乡镇
    home: Option<String>,
    /// 配偶的教师编号
    spouse: Option<String>,
    eligibility: TeacherEligibility,
    /// 本人的问题
    problems: Vec<RosterFinding>,
    /// 各列所填的内容，不含能识别本人的列
    fields: BTreeMap<String, String>,
    version: i64,
    by: String,
    at: String,
}

impl TeacherView {
    pub(super) fn of(
        teacher: &Teacher,
        record: &TeacherRecord,
        row: &RosterRow,
        desk: &Desk<'_>,
    ) -> Self {
        let name = |code: &SchoolCode| school_name(desk.snapshot, code);
        let day = desk.kept.roster.day();
        let (from, to) = training_cycle(desk.rules, desk.snapshot.year());
        let kinds = &desk.rules.rotation.exemptions;
        Self {
            line: TeacherLine::of(teacher, desk),
            identity: teacher.identity.as_ref().map(ToString::to_string),
            sex: teacher.sex.map(|sex| word!(sex)),
            age: Teacher::full_years(teacher.birth, day),
            subjects: teacher.subjects.iter().map(|code| subject(desk.rules, code)).collect(),
            hours: teacher.hours.map(|hours| hours.normalize().to_string()),
            degree_at_hire: teacher.degree_at_hire.map(|degree| word!(degree)),
            backbone_basis: teacher.backbone.as_ref().map_or("", |b| &b.basis).to_owned(),
            hired: teacher.hired.map(|day| day.to_string()),
            arrived: teacher.arrived.map(|day| day.to_string()),
            roll: word!(teacher.roll),
            visits: teacher
                .visits
                .iter()
                .map(|visit| TeacherVisit {
                    school: visit.school.to_string(),
                    school_name: name(&visit.school),
                    subject: visit.subject.as_deref().map(|code| subject(desk.rules, code)),
                    hours: visit.hours.normalize().to_string(),
                })
                .collect(),
            exchanges: teacher
                .exchanges
                .iter()
                .map(|stay| TeacherStay {
                    year: stay.year.0,
                    from: stay.from.as_ref().map(ToString::to_string),
                    from_name: stay.from.as_ref().map(name),
                    to: stay.to.to_string(),
                    to_name: name(&stay.to),
                    kind: word!(stay.kind),
                })
                .collect(),
            training: TeacherTraining {
                from,
                to,
                target: desk.rules.training.hours.value.to_string(),
                hours: teacher.training_hours(from, to).normalize().to_string(),
                rows: teacher
                    .training
                    .iter()
                    .map(|training| TrainingRow {
                        year: training.year,
                        provider: training.provider.clone(),
                        hours: training.hours.normalize().to_string(),
                    })
                    .collect(),
            },
            exemptions: teacher
                .exemptions
                .iter()
                .map(|exemption| {
                    let kind = kinds.iter().find(|kind| kind.code == exemption.code);
                    let zh = kind.map_or(exemption.code.as_str(), |kind| &kind.zh);
                    let in_time = exemption.until.is_none_or(|until| until >= day);
                    TeacherExemption {
                        kind: RosterWord::new(&exemption.code, zh),
                        evidence: shown(desk.edits, &exemption.evidence),
                        until: exemption.until.map(|day| day.to_string()),
                        holds: in_time && !exemption.evidence.is_empty(),
                    }
                })
                // Which illness it is concerns those who work with it only.
                .filter(|_| desk.edits)
                .collect(),
            home: plain::township(&teacher.home.place),
            spouse: teacher.spouse.as_ref().map(ToString::to_string),
            eligibility: TeacherEligibility::of(teacher, desk),
            problems: problems(&teacher.id, desk),
            fields: plain::open_fields(row, desk.everybody, desk.edits),
            version: record.version,
            by: record.by.clone(),
            at: record.at.to_string(),
        }
    }
}

fn shown(may: bool, text: &str) -> String {
    if may { text.to_owned() } else { String::new() }
}

fn problems(id: &TeacherId, desk: &Desk<'_>) -> Vec<RosterFinding> {
    let own = desk.kept.findings.iter().filter(|finding| finding.teacher.as_ref() == Some(id));
    let school = desk.kept.places.get(id);
    own.map(|finding| RosterFinding::of(finding, school, desk.snapshot)).collect()
}

/// What a look on purpose shows.
#[derive(Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({
    "number": "T000010", "name": "（完整姓名）", "identity": "（完整号码）", "birth": "1984-03-12",
    "home": "（完整地址）", "longitude": "118.40", "latitude": "30.69",
}))]
pub(super) struct TeacherPlain {
    number: String,
    name: String,
    identity: String,
    birth: String,
    home: String,
    longitude: String,
    latitude: String,
}

impl TeacherPlain {
    pub(super) fn of(number: &str, row: &RosterRow) -> Self {
        Self {
            number: number.to_owned(),
            name: row.name.clone(),
            identity: row.identity.clone(),
            birth: row.birth.clone(),
            home: row.home.clone(),
            longitude: row.longitude.clone(),
            latitude: row.latitude.clone(),
        }
    }
}
