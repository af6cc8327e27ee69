//! Records as the pages see them: parties with names of schools and masked names of people.

use super::ground::{Ground, Side};
use super::rights::Rights;
use domain::{SchoolCode, Stage};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use staffing::Rules;
use store::exchanges::{
    Entry, Exchange, ExchangeAct, ExchangeState, ExchangeStep, Made, Party, PartyRole, Way,
};
use utoipa::ToSchema;

/// Who takes part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({
    "school": "3418230001", "name": "实验小学", "township": "城关镇", "side": "urban",
    "teacher": "T000012", "person": "王*芳",
}))]
pub(crate) struct PartyView {
    #[schema(value_type = String)]
    pub(crate) school: SchoolCode,
    /// 学校名称
    pub(crate) name: String,
    /// 乡镇；缺数为 `null`
    pub(crate) township: Option<String>,
    /// 城区、镇区、乡村；缺数为 `null`
    pub(crate) side: Option<Side>,
    /// 教师编号；学校参加时为 `null`
    pub(crate) teacher: Option<String>,
    /// 姓名（已遮盖）；名册中没有时为 `null`
    pub(crate) person: Option<String>,
}

impl PartyView {
    pub(crate) fn new(party: &Party, ground: &Ground) -> Self {
        let place = ground.schools.get(&party.school);
        Self {
            name: ground.name(&party.school),
            township: place.and_then(|place| place.township.clone()),
            side: place.and_then(|place| place.side),
            person: party.teacher.as_deref().and_then(|number| ground.person(number)),
            teacher: party.teacher.clone(),
            school: party.school.clone(),
        }
    }
}

/// A record in a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": 3, "year": 2024, "way": "mentoring", "way_zh": "名师带徒", "state": "running",
    "state_zh": "进行中", "made_zh": "结对建议", "stage": "primary", "subject": "music",
    "subject_zh": "音乐", "begins": "2024-09-01", "ends": "2025-06-30", "hours": "40",
    "given": "12.5", "entries": 6, "grade": null, "evidence": null, "giver": null, "takers": [],
    "version": 4, "by": "赵人事（renshi）", "at": "2024-10-08T08:00:00Z",
}))]
pub(crate) struct ExchangeLine {
    pub(crate) id: i64,
    /// 学年的起始年份
    pub(crate) year: i16,
    #[schema(value_type = String)]
    pub(crate) way: Way,
    pub(crate) way_zh: &'static str,
    #[schema(value_type = String)]
    pub(crate) state: ExchangeState,
    pub(crate) state_zh: &'static str,
    /// 由来：登记、结对建议、导入
    #[schema(value_type = String)]
    made: Made,
    made_zh: &'static str,
    #[schema(value_type = Option<String>)]
    pub(crate) stage: Option<Stage>,
    pub(crate) subject: Option<String>,
    pub(crate) subject_zh: Option<String>,
    #[schema(value_type = String, format = Date)]
    pub(crate) begins: Date,
    #[schema(value_type = String, format = Date)]
    pub(crate) ends: Date,
    /// 约定学时；没有约定为 `null`
    pub(crate) hours: Option<String>,
    /// 已登记学时
    pub(crate) given: String,
    /// 登记了几次
    entries: usize,
    /// 考核等次
    pub(crate) grade: Option<String>,
    /// 佐证材料编号，见 `/api/evidence/{id}`
    evidence: Option<i64>,
    pub(crate) giver: Option<PartyView>,
    pub(crate) takers: Vec<PartyView>,
    pub(crate) version: i64,
    by: String,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

impl ExchangeLine {
    pub(crate) fn new(exchange: &Exchange, ground: &Ground, rules: &Rules) -> Self {
        let agreed = &exchange.agreed;
        let takers = exchange.parties(PartyRole::Taker);
        let subject_zh = agreed.subject.as_deref().map(|code| rules.subject_zh(code).to_owned());
        Self {
            id: exchange.id,
            year: exchange.year.0,
            way: agreed.way,
            way_zh: agreed.way.zh(),
            state: exchange.state,
            state_zh: exchange.state.zh(),
            made: exchange.made,
            made_zh: exchange.made.zh(),
            stage: agreed.stage,
            subject: agreed.subject.clone(),
            subject_zh,
            begins: agreed.begins,
            ends: agreed.ends,
            hours: agreed.hours.map(|hours| hours.normalize().to_string()),
            given: exchange.given.normalize().to_string(),
            entries: exchange.entries,
            grade: exchange.grade.clone(),
            evidence: agreed.evidence,
            giver: exchange.giver().map(|party| PartyView::new(party, ground)),
            takers: takers.map(|party| PartyView::new(party, ground)).collect(),
            version: exchange.version,
            by: exchange.by.clone(),
            at: exchange.at,
        }
    }
}

/// Hours of a day.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "number": 1, "school": "3418230009", "name": "山前小学", "day": "2024-10-08", "hours": "1.5",
    "what": "听课、评课", "by": "周校长（shanqian）", "at": "2024-10-08T08:00:00Z", "removable": true,
}))]
struct EntryView {
    number: i64,
    /// 登记的学校；教育局登记为 `null`
    #[schema(value_type = Option<String>)]
    school: Option<SchoolCode>,
    name: Option<String>,
    #[schema(value_type = String, format = Date)]
    day: Date,
    hours: String,
    /// 内容；密钥不在时为 `null`
    what: Option<String>,
    by: String,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// 当前登录人可否撤回
    removable: bool,
}

/// A step that was taken.
#[derive(Debug, Serialize, ToSchema)]
struct ExchangeStepView {
    #[schema(value_type = String)]
    act: ExchangeAct,
    act_zh: &'static str,
    grade: Option<String>,
    /// 说明；密钥不在时为 `null`
    reason: Option<String>,
    by: String,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

/// A step that can be taken now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
struct MayView {
    #[schema(value_type = String)]
    act: ExchangeAct,
    act_zh: &'static str,
    needs_reason: bool,
    needs_grade: bool,
}

/// Must a step say why?
pub(super) const fn needs_reason(act: ExchangeAct) -> bool {
    matches!(act, ExchangeAct::Void | ExchangeAct::Reopen)
}

/// Can somebody enter hours of a record?
fn enters(rights: &Rights, exchange: &Exchange) -> bool {
    exchange.state.takes_hours()
        && rights.own.as_ref().is_none_or(|schools| {
            exchange.agreed.parties.iter().any(|party| schools.contains(&party.school))
        })
}

/// A record with all that belongs to it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ExchangeView {
    #[serde(flatten)]
    line: ExchangeLine,
    /// 听讲对象；密钥不在时为 `null`，其余两项相同
    audience: Option<String>,
    /// 成效
    results: Option<String>,
    /// 备注
    note: Option<String>,
    days: Vec<EntryView>,
    steps: Vec<ExchangeStepView>,
    /// 现在可以做的步骤
    may: Vec<MayView>,
    /// 可否修改
    editable: bool,
    /// 可否登记学时
    enters: bool,
    /// 可否删除
    removable: bool,
}

impl ExchangeView {
    pub(super) fn new(
        (exchange, entries, steps): (Exchange, Vec<Entry>, Vec<ExchangeStep>),
        ground: &Ground,
        rules: &Rules,
        rights: &Rights,
    ) -> Self {
        let enters = enters(rights, &exchange);
        let own = |entry: &Entry| match (&rights.own, &entry.school) {
            (None, _) => true,
            (Some(schools), Some(school)) => schools.contains(school),
            (Some(_), None) => false,
        };
        let days = entries.into_iter().map(|entry| EntryView {
            removable: enters && own(&entry),
            number: entry.number,
            name: entry.school.as_ref().map(|school| ground.name(school)),
            school: entry.school,
            day: entry.text.day,
            hours: entry.text.hours.normalize().to_string(),
            what: entry.text.what,
            by: entry.by,
            at: entry.at,
        });
        let steps = steps.into_iter().map(|step| ExchangeStepView {
            act: step.act,
            act_zh: step.act.zh(),
            grade: step.grade,
            reason: step.reason,
            by: step.by,
            at: step.at,
        });
        let acts = ExchangeAct::ALL.iter().copied();
        let acts = acts.filter(|act| rights.county && exchange.state.after(*act).is_some());
        let may = acts.map(|act| MayView {
            act,
            act_zh: act.zh(),
            needs_reason: needs_reason(act),
            needs_grade: act == ExchangeAct::Assess,
        });
        let words = exchange.agreed.words.clone();
        Self {
            days: days.collect(),
            steps: steps.collect(),
            may: may.collect(),
            editable: rights.county && exchange.state.is_open() && words.is_some(),
            enters,
            removable: rights.county
                && exchange.state == ExchangeState::Planned
                && exchange.entries == 0,
            audience: words.as_ref().map(|words| words.audience.clone()),
            results: words.as_ref().map(|words| words.results.clone()),
            note: words.map(|words| words.note),
            line: ExchangeLine::new(&exchange, ground, rules),
        }
    }
}
