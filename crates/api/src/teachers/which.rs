//! Which teachers somebody asks for, and in which order: for the list on the page and for the workbook
//! of the same list.

use super::counts;
use super::kept::{Ground, KeptRoster, kept};
use crate::{ApiError, App, Signed};
use domain::SchoolYear;
use serde::Deserialize;
use staffing::rotation::eligibility::{self, Eligibility};
use staffing::{Post, Rules, Teacher, TeacherId};
use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Which teachers.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Which {
    /// 学校标识码；统计项为 `teachers_visiting` 时是接受走教的学校
    school: Option<String>,
    /// `primary`、`junior`
    stage: Option<String>,
    /// 主要任教学科的代码
    subject: Option<String>,
    /// 岗位的代码
    post: Option<String>,
    /// 职称的代码
    rank: Option<String>,
    /// 骨干级别的代码；`any` 为各级骨干
    backbone: Option<String>,
    /// 是否符合交流条件：`yes`、`no`、`unknown` 不能判定
    eligible: Option<String>,
    /// 只要计入这个统计项的教师，见 `/api/years/{year}/roster/counts`
    item: Option<String>,
    /// 只要有这种问题的教师；`any` 为有任何问题的
    finding: Option<String>,
    /// 教师编号中的一部分；姓名和证件号码不能出现在地址中
    q: Option<String>,
    /// 排序：`number` 编号、`school` 学校、`subject` 学科、`rank` 职称、`years` 到本校年限；前加 `-` 为倒序
    sort: Option<String>,
}

/// The teachers that were asked for, in the order that was asked for.
pub(super) struct Chosen {
    pub(super) kept: Arc<KeptRoster>,
    pub(super) ground: Ground,
    /// Their places in the roster: a page shows few of them, so none is copied.
    places: Vec<usize>,
}

impl Chosen {
    pub(super) fn teachers(&self) -> impl Iterator<Item = &Teacher> {
        self.places.iter().filter_map(|at| self.kept.roster.teachers().get(*at))
    }
}

/// By what a list is sorted; of equals the lower number comes first.
#[derive(Clone, Copy)]
enum Key {
    Number,
    School,
    Subject,
    Rank,
    Years,
}

impl Which {
    /// Is anything asked for but all?
    pub(super) fn narrows(&self) -> bool {
        let texts = [
            &self.school,
            &self.stage,
            &self.subject,
            &self.post,
            &self.rank,
            &self.backbone,
            &self.eligible,
            &self.item,
            &self.finding,
            &self.q,
        ];
        texts.iter().any(|text| text.as_ref().is_some_and(|text| !text.trim().is_empty()))
    }

    /// Looks them up; `None` where the year has no roster.
    pub(super) async fn chosen(
        mut self,
        app: &App,
        signed: &Signed,
        year: SchoolYear,
    ) -> Result<Option<Chosen>, ApiError> {
        let codes: Vec<&str> = Post::ALL.iter().map(|post| post.code()).collect();
        known("post", self.post.as_ref(), &codes, "没有这种岗位")?;
        let states = ["yes", "no", "unknown"];
        known("eligible", self.eligible.as_ref(), &states, "应为 yes、no 或 unknown")?;
        let order = self.order()?;
        let Some(kept) = kept(app, signed.county(), year, signed.scope()).await? else {
            return Ok(None);
        };
        let ground = Ground::of(app, signed.county(), year).await?;
        let rules = &app.knowledge().staffing;
        let mut only: Option<BTreeSet<TeacherId>> = None;
        if let Some(item) = self.item.clone().filter(|item| !item.is_empty()) {
            let item = item.as_str();
            let visited = self.school.take_if(|_| item == counts::VISITING);
            let behind = counts::behind(&kept, &ground.snapshot, rules, item, visited.as_deref());
            only = Some(behind.ok_or_else(|| ApiError::field("item", "名册不统计这一项"))?);
        }
        if let Some(code) = self.finding.as_deref().filter(|code| !code.is_empty()) {
            let with = found(&kept, code);
            only = Some(match only {
                Some(only) => only.intersection(&with).cloned().collect(),
                None => with,
            });
        }
        let wanted = kept.roster.teachers().iter().enumerate().filter(|(_, teacher)| {
            only.as_ref().is_none_or(|only| only.contains(&teacher.id))
                && self.wants(teacher, rules, &kept)
        });
        let mut wanted: Vec<(usize, &Teacher)> = wanted.collect();
        if let Some((key, backwards)) = order {
            let day = kept.roster.day();
            wanted.sort_by(|(_, one), (_, other)| {
                let found = key.compare(one, other, day, rules);
                if backwards { found.reverse() } else { found }
            });
        }
        let places = wanted.into_iter().map(|(at, _)| at).collect();
        Ok(Some(Chosen { kept, ground, places }))
    }

    fn order(&self) -> Result<Option<(Key, bool)>, ApiError> {
        let Some(sort) = self.sort.as_deref().filter(|sort| !sort.is_empty()) else {
            return Ok(None);
        };
        let (backwards, name) = match sort.strip_prefix('-') {
            Some(name) => (true, name),
            None => (false, sort),
        };
        let key = match name {
            "number" => Key::Number,
            "school" => Key::School,
            "subject" => Key::Subject,
            "rank" => Key::Rank,
            "years" => Key::Years,
            _ => return Err(ApiError::field("sort", "不能按这一项排序")),
        };
        Ok(Some((key, backwards)))
    }

    fn wants(&self, teacher: &Teacher, rules: &Rules, kept: &KeptRoster) -> bool {
        let is = |asked: &Option<String>, own: &str| {
            asked.as_ref().is_none_or(|asked| asked.is_empty() || asked == own)
        };
        let part = self.q.as_ref().map(|q| q.trim().to_ascii_lowercase());
        let level = teacher.backbone.as_ref().map(|backbone| backbone.level.code());
        let is_backbone = match self.backbone.as_deref() {
            None | Some("") => true,
            Some("any") => teacher.is_backbone(),
            Some(asked) => level == Some(asked),
        };
        is(&self.school, teacher.school.as_str())
            && is(&self.stage, teacher.stage.code())
            && is(&self.subject, teacher.main_subject().unwrap_or_default())
            && is(&self.post, teacher.post.code())
            && is(&self.rank, teacher.rank.map(staffing::Rank::code).unwrap_or_default())
            && is_backbone
            && part.is_none_or(|q| teacher.id.0.to_ascii_lowercase().contains(&q))
            && is(&self.eligible, eligible(teacher, rules, kept))
    }
}

/// A code that must be one of a list, where one is given.
fn known(field: &str, asked: Option<&String>, codes: &[&str], why: &str) -> Result<(), ApiError> {
    match asked.filter(|asked| !asked.is_empty()) {
        Some(asked) if !codes.contains(&asked.as_str()) => Err(ApiError::field(field, why)),
        _ => Ok(()),
    }
}

fn eligible(teacher: &Teacher, rules: &Rules, kept: &KeptRoster) -> &'static str {
    match eligibility::of(teacher, rules, kept.roster.day()) {
        Eligibility::Eligible => "yes",
        Eligibility::Unknown(_) => "unknown",
        _ => "no",
    }
}

/// The numbers of those with a finding.
fn found(kept: &KeptRoster, code: &str) -> BTreeSet<TeacherId> {
    let own = kept.findings.iter().filter(|finding| code == "any" || finding.code == code);
    own.filter_map(|finding| finding.teacher.clone()).collect()
}

impl Key {
    fn compare(
        self,
        one: &Teacher,
        other: &Teacher,
        day: jiff::civil::Date,
        rules: &Rules,
    ) -> Ordering {
        let subject = |teacher: &Teacher| {
            let code = teacher.main_subject();
            rules.subjects.iter().position(|subject| Some(subject.code.as_str()) == code)
        };
        // Who has none stands behind all others.
        let last = |place: Option<usize>| place.unwrap_or(usize::MAX);
        match self {
            Self::Number => one.id.cmp(&other.id),
            Self::School => (&one.school, one.stage).cmp(&(&other.school, other.stage)),
            Self::Subject => last(subject(one)).cmp(&last(subject(other))),
            Self::Rank => {
                let rank = |teacher: &Teacher| (teacher.rank.is_none(), teacher.rank);
                rank(one).cmp(&rank(other))
            }
            Self::Years => {
                let years = |teacher: &Teacher| Teacher::full_years(teacher.arrived, day);
                years(one).cmp(&years(other))
            }
        }
    }
}
