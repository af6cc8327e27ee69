//! Projects as the pages see them, and as they are typed.

use crate::exchanges::ground::Ground;
use crate::exchanges::input::{WORDS, figure, words};
use crate::exchanges::rights::Rights;
use crate::{ApiError, App, FieldProblem};
use domain::{SchoolCode, SchoolYear};
use jiff::Timestamp;
use jiff::civil::{Date, date};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use store::trainings::{
    Training, TrainingAct, TrainingLevel, TrainingPerson, TrainingState, TrainingStep, TrainingText,
};
use utoipa::ToSchema;

/// What is typed of a project.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "school": null, "title": "小学语文作业设计", "provider": "县教师发展中心", "level": "county",
    "begins": "2024-10-08", "ends": "2024-10-12", "days": "5", "hours": "40", "funds": "12.5",
    "seats": 60, "evidence": null, "note": "",
}))]
pub(super) struct ProjectText {
    /// 校本项目的学校
    #[schema(value_type = Option<String>)]
    pub(super) school: Option<SchoolCode>,
    title: String,
    /// 承办单位
    provider: String,
    /// `nation` 国培、`province` 省培、`city` 市培、`county` 县培、`school` 校本
    #[schema(value_type = String)]
    pub(super) level: TrainingLevel,
    #[schema(value_type = String, format = Date)]
    begins: Date,
    /// 学时记入这一天所在的年份
    #[schema(value_type = String, format = Date)]
    ends: Date,
    /// 天数
    days: Option<String>,
    /// 参加全程的学时
    hours: Option<String>,
    /// 经费（万元）；不填为缺数，不是 0
    funds: Option<String>,
    /// 名额
    seats: Option<i64>,
    /// 佐证材料编号
    evidence: Option<i64>,
    /// 备注；不要写姓名
    #[serde(default)]
    note: String,
}

/// An amount of money: zero is one.
pub(super) fn amount(
    field: &str,
    text: Option<&str>,
    wrong: &mut Vec<FieldProblem>,
) -> Option<Decimal> {
    let text = text.map(str::trim).filter(|text| !text.is_empty())?;
    let most = Decimal::from(100_000);
    let fits = |figure: &Decimal| {
        *figure >= Decimal::ZERO && *figure <= most && figure.normalize().scale() <= 6
    };
    let read = Decimal::from_str_exact(text).ok().filter(fits).map(|figure| figure.normalize());
    if read.is_none() {
        wrong.push(FieldProblem::new(field, "应为不小于 0 的万元数，如 12.5"));
    }
    read
}

fn line(field: &str, text: &str, most: usize, wrong: &mut Vec<FieldProblem>) -> String {
    let text = text.trim();
    let fits = (1..=most).contains(&text.chars().count()) && !text.chars().any(char::is_control);
    if !fits {
        wrong.push(FieldProblem::new(field, format!("请填写，不超过 {most} 字")));
    }
    text.to_owned()
}

impl ProjectText {
    /// What is to be kept, where all of it can be. `own`: the schools that the caller may speak for;
    /// `None`: the county.
    ///
    /// # Errors
    /// [`ApiError::Fields`].
    pub(super) async fn checked(
        &self,
        app: &App,
        ground: &Ground,
        year: SchoolYear,
        own: Option<&BTreeSet<SchoolCode>>,
    ) -> Result<TrainingText, ApiError> {
        let mut wrong = Vec::new();
        let mut say = |field: &str, message: String| {
            wrong.push(FieldProblem::new(field, message));
        };
        match (&self.school, self.level) {
            (None, TrainingLevel::School) => say("school", "校本项目请选择学校".to_owned()),
            (Some(_), level) if level != TrainingLevel::School => {
                say("school", "只有校本项目填学校".to_owned());
            }
            (Some(school), _) if !ground.schools.contains_key(school) => {
                say("school", format!("本县没有标识码为 {school} 的学校"));
            }
            _ => {}
        }
        let speaks = |own: &BTreeSet<SchoolCode>| {
            self.school.as_ref().is_some_and(|school| own.contains(school))
        };
        if own.is_some_and(|own| !speaks(own)) {
            say("level", "学校只能申报本校的校本项目".to_owned());
        }
        let (first, last) = (date(year.0, 7, 1), date(year.0 + 1, 8, 31));
        if self.begins < first || self.begins > last {
            say("begins", format!("{year} 学年的项目应在 {first} 至 {last} 之间开始"));
        }
        if self.ends < self.begins || self.ends > date(year.0 + 2, 12, 31) {
            say("ends", "结束日期不能早于开始日期，也不能超过两年".to_owned());
        }
        if self.seats.is_some_and(|seats| !(1..=100_000).contains(&seats)) {
            say("seats", "名额应为大于 0 的整数".to_owned());
        }
        if let Some(id) = self.evidence
            && app.store().evidence_link(&ground.county, id, &store::Scope::County).await.is_err()
        {
            say("evidence", format!("没有编号为 {id} 的佐证材料"));
        }
        let text = TrainingText {
            school: self.school.clone(),
            title: line("title", &self.title, 100, &mut wrong),
            provider: line("provider", &self.provider, 60, &mut wrong),
            level: self.level,
            begins: self.begins,
            ends: self.ends,
            days: figure("days", self.days.as_deref(), 366, &mut wrong),
            hours: figure("hours", self.hours.as_deref(), 1_000, &mut wrong),
            funds: amount("funds", self.funds.as_deref(), &mut wrong),
            seats: self.seats,
            evidence: self.evidence,
            note: Some(words("note", &self.note, WORDS, &mut wrong)),
        };
        if wrong.is_empty() { Ok(text) } else { Err(ApiError::Fields(wrong)) }
    }
}

fn text(figure: Option<Decimal>) -> Option<String> {
    figure.map(|figure| figure.normalize().to_string())
}

/// A project in a list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": 3, "year": 2024, "school": null, "name": null, "title": "小学语文作业设计",
    "provider": "县教师发展中心", "level": "county", "level_zh": "县培", "begins": "2024-10-08",
    "ends": "2024-10-12", "days": "5", "hours": "40", "funds": "12.5", "seats": 60, "people": 58,
    "state": "running", "state_zh": "实施中", "reward": null, "evidence": null, "version": 4,
    "by": "赵人事（renshi）", "at": "2024-10-08T08:00:00Z",
}))]
pub(super) struct ProjectLine {
    pub(super) id: i64,
    year: i16,
    /// 校本项目的学校
    #[schema(value_type = Option<String>)]
    pub(super) school: Option<SchoolCode>,
    /// 学校名称
    pub(super) name: Option<String>,
    pub(super) title: String,
    pub(super) provider: String,
    #[schema(value_type = String)]
    pub(super) level: TrainingLevel,
    pub(super) level_zh: &'static str,
    #[schema(value_type = String, format = Date)]
    pub(super) begins: Date,
    #[schema(value_type = String, format = Date)]
    pub(super) ends: Date,
    pub(super) days: Option<String>,
    /// 参加全程的学时
    pub(super) hours: Option<String>,
    /// 经费（万元）；缺数为 `null`
    pub(super) funds: Option<String>,
    pub(super) seats: Option<i64>,
    /// 全县参训人数
    pub(super) people: usize,
    #[schema(value_type = String)]
    pub(super) state: TrainingState,
    pub(super) state_zh: &'static str,
    /// 以奖代补（万元）
    pub(super) reward: Option<String>,
    evidence: Option<i64>,
    version: i64,
    by: String,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

impl ProjectLine {
    pub(super) fn new(training: &Training, ground: &Ground) -> Self {
        let of = &training.text;
        Self {
            id: training.id,
            year: training.year.0,
            name: of.school.as_ref().map(|school| ground.name(school)),
            school: of.school.clone(),
            title: of.title.clone(),
            provider: of.provider.clone(),
            level: of.level,
            level_zh: of.level.zh(),
            begins: of.begins,
            ends: of.ends,
            days: text(of.days),
            hours: text(of.hours),
            funds: text(of.funds),
            seats: of.seats,
            people: training.people,
            state: training.state,
            state_zh: training.state.zh(),
            reward: text(training.reward),
            evidence: of.evidence,
            version: training.version,
            by: training.by.clone(),
            at: training.at,
        }
    }
}

/// Somebody who takes part.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "teacher": "T000345", "person": "李*", "school": "3418230009", "name": "山前小学", "hours": "40",
}))]
struct PersonView {
    teacher: String,
    /// 姓名（已遮盖）；名册中没有时为 `null`
    person: Option<String>,
    #[schema(value_type = String)]
    school: SchoolCode,
    name: String,
    /// 学时；还没有登记为 `null`
    hours: Option<String>,
}

/// A step that was taken.
#[derive(Debug, Serialize, ToSchema)]
struct ProjectStep {
    #[schema(value_type = String)]
    act: TrainingAct,
    act_zh: &'static str,
    reward: Option<String>,
    /// 说明；密钥不在时为 `null`
    reason: Option<String>,
    by: String,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

/// A step that can be taken now.
#[derive(Debug, Serialize, ToSchema)]
struct ProjectMay {
    #[schema(value_type = String)]
    act: TrainingAct,
    act_zh: &'static str,
    needs_reason: bool,
    takes_reward: bool,
}

/// Must a step say why?
pub(super) const fn needs_reason(act: TrainingAct) -> bool {
    matches!(act, TrainingAct::Refuse | TrainingAct::Reopen)
}

/// A project with all that belongs to it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ProjectView {
    #[serde(flatten)]
    line: ProjectLine,
    /// 备注；密钥不在时为 `null`
    note: Option<String>,
    /// 参训教师；学校只看到本校的
    persons: Vec<PersonView>,
    steps: Vec<ProjectStep>,
    /// 现在可以做的步骤
    may: Vec<ProjectMay>,
    editable: bool,
    /// 可否登记参训教师
    enters: bool,
    removable: bool,
}

impl ProjectView {
    pub(super) fn new(
        (training, people, steps): (Training, Vec<TrainingPerson>, Vec<TrainingStep>),
        ground: &Ground,
        rights: &Rights,
    ) -> Self {
        let proposed = training.state == TrainingState::Proposed;
        let own = |school: &SchoolCode| rights.own.as_ref().is_some_and(|own| own.contains(school));
        let is_own = training.text.school.as_ref().is_some_and(own);
        let speaks = rights.county || rights.own.as_ref().is_some_and(|own| !own.is_empty());
        let persons = people.into_iter().map(|person| PersonView {
            person: ground.person(&person.teacher),
            name: ground.name(&person.school),
            hours: text(person.hours),
            teacher: person.teacher,
            school: person.school,
        });
        let steps = steps.into_iter().map(|step| ProjectStep {
            act: step.act,
            act_zh: step.act.zh(),
            reward: text(step.reward),
            reason: step.reason,
            by: step.by,
            at: step.at,
        });
        let acts = TrainingAct::ALL.iter().copied();
        let acts = acts.filter(|act| rights.county && training.state.after(*act).is_some());
        let may = acts.map(|act| ProjectMay {
            act,
            act_zh: act.zh(),
            needs_reason: needs_reason(act),
            takes_reward: act == TrainingAct::Accept,
        });
        let open = training.state.is_open() && training.text.note.is_some();
        Self {
            persons: persons.collect(),
            steps: steps.collect(),
            may: may.collect(),
            editable: open && (rights.county || (is_own && proposed)),
            enters: speaks && training.state.takes_people(),
            removable: proposed && (rights.county || is_own),
            note: training.text.note.clone(),
            line: ProjectLine::new(&training, ground),
        }
    }
}
