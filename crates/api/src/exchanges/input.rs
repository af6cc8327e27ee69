//! What is typed of a record, checked against schools, roster and rules.

use super::ground::Ground;
use crate::{ApiError, App, FieldProblem};
use domain::{SchoolCode, SchoolYear, Stage};
use jiff::civil::{Date, date};
use rust_decimal::Decimal;
use serde::Deserialize;
use store::exchanges::{Agreed, ExchangeWords, Party, PartyRole, Way};
use utoipa::ToSchema;

/// Longest free text, characters.
pub(crate) const WORDS: usize = 1_000;
/// Pupils of a mentor.
const PUPILS: usize = 20;
/// Schools of a lecture.
const SCHOOLS: usize = 100;
/// Most hours of a record.
const HOURS: i64 = 5_000;

/// Who takes part: a school, or a teacher of the roster.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"school": "3418230001", "teacher": null}))]
pub(crate) struct PartyText {
    /// 学校标识码；给了教师编号时以名册为准
    #[schema(value_type = Option<String>)]
    pub(crate) school: Option<SchoolCode>,
    /// 教师编号
    pub(crate) teacher: Option<String>,
}

/// What was agreed.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "way": "mentoring", "stage": "primary", "subject": "music", "begins": "2024-09-01",
    "ends": "2025-06-30", "hours": "40", "giver": {"teacher": "T000012"},
    "takers": [{"teacher": "T000345"}], "evidence": null, "audience": "", "results": "", "note": "",
}))]
pub(crate) struct AgreedText {
    /// `support` 对口帮扶、`rotation` 任教交流、`mentoring` 名师带徒、`lecture` 名师讲学
    #[schema(value_type = String)]
    pub(crate) way: Way,
    /// 学段
    #[schema(value_type = Option<String>)]
    pub(crate) stage: Option<Stage>,
    /// 学科代码
    pub(crate) subject: Option<String>,
    #[schema(value_type = String, format = Date)]
    pub(crate) begins: Date,
    #[schema(value_type = String, format = Date)]
    pub(crate) ends: Date,
    /// 约定学时；不填为没有约定
    pub(crate) hours: Option<String>,
    /// 派出方：对口帮扶为学校，其余为教师
    pub(crate) giver: PartyText,
    /// 接受方：学校；名师带徒为教师
    #[serde(default)]
    pub(crate) takers: Vec<PartyText>,
    /// 佐证材料编号
    pub(crate) evidence: Option<i64>,
    /// 听讲对象（名师讲学）
    #[serde(default)]
    pub(crate) audience: String,
    /// 成效
    #[serde(default)]
    pub(crate) results: String,
    /// 备注
    #[serde(default)]
    pub(crate) note: String,
}

/// A decimal above zero with at most two places; empty is missing.
pub(crate) fn figure(
    field: &str,
    text: Option<&str>,
    most: i64,
    wrong: &mut Vec<FieldProblem>,
) -> Option<Decimal> {
    let text = text.map(str::trim).filter(|text| !text.is_empty())?;
    let fits = |figure: &Decimal| {
        *figure > Decimal::ZERO && *figure <= Decimal::from(most) && figure.normalize().scale() <= 2
    };
    let read = Decimal::from_str_exact(text).ok().filter(fits).map(|figure| figure.normalize());
    if read.is_none() {
        let message = format!("应为大于 0、不超过 {most} 的数，最多两位小数，如 40 或 1.5");
        wrong.push(FieldProblem::new(field, message));
    }
    read
}

/// A free text, without signs that turn or hide.
pub(crate) fn words(field: &str, text: &str, most: usize, wrong: &mut Vec<FieldProblem>) -> String {
    let text = text.trim();
    let odd = |c: char| c.is_control() && c != '\n';
    if text.chars().count() > most || text.chars().any(odd) {
        wrong.push(FieldProblem::new(field, format!("不超过 {most} 字")));
    }
    text.to_owned()
}

/// The days that a record of a school year may begin on.
pub(crate) fn term(year: SchoolYear) -> (Date, Date) {
    (date(year.0, 7, 1), date(year.0 + 1, 8, 31))
}

/// A checker that gathers everything that is wrong.
struct Checker<'a> {
    ground: &'a Ground,
    wrong: Vec<FieldProblem>,
}

impl Checker<'_> {
    fn say(&mut self, field: &str, message: impl Into<String>) {
        self.wrong.push(FieldProblem::new(field, message));
    }

    fn school(&mut self, field: &str, role: PartyRole, text: &PartyText) -> Option<Party> {
        if text.teacher.as_ref().is_some_and(|number| !number.trim().is_empty()) {
            self.say(field, "这里填学校，不填教师");
            return None;
        }
        let Some(school) = &text.school else {
            self.say(field, "请选择学校");
            return None;
        };
        if !self.ground.schools.contains_key(school) {
            self.say(field, format!("本县没有标识码为 {school} 的学校"));
            return None;
        }
        Some(Party { role, school: school.clone(), teacher: None })
    }

    fn teacher(&mut self, field: &str, role: PartyRole, text: &PartyText) -> Option<Party> {
        let number = text.teacher.as_deref().map(str::trim).filter(|number| !number.is_empty());
        let Some(number) = number else {
            self.say(field, "请填教师编号");
            return None;
        };
        let Some(teacher) = self.ground.teacher(number) else {
            // What was typed is not repeated: it may be an identity number.
            self.say(field, "本学年教师名册中没有这个编号；请从名册中选择");
            return None;
        };
        let school = teacher.school.clone();
        Some(Party { role, school, teacher: Some(teacher.id.to_string()) })
    }

    fn parties(&mut self, text: &AgreedText) -> Vec<Party> {
        let giver = match text.way {
            Way::Support => self.school("giver", PartyRole::Giver, &text.giver),
            _ => self.teacher("giver", PartyRole::Giver, &text.giver),
        };
        let (least, most, who) = match text.way {
            Way::Support | Way::Rotation => (1, 1, "一所学校"),
            Way::Mentoring => (1, PUPILS, "1 至 20 名教师"),
            Way::Lecture => (0, SCHOOLS, "不超过 100 所学校"),
        };
        if text.takers.len() < least || text.takers.len() > most {
            self.say("takers", format!("接受方应为{who}"));
            return Vec::new();
        }
        let mut parties: Vec<Party> = giver.into_iter().collect();
        for (number, taker) in text.takers.iter().enumerate() {
            let field = format!("takers.{number}");
            let party = match text.way {
                Way::Mentoring => self.teacher(&field, PartyRole::Taker, taker),
                _ => self.school(&field, PartyRole::Taker, taker),
            };
            let Some(party) = party else { continue };
            let same = |other: &Party| {
                party.teacher == other.teacher
                    && (party.teacher.is_some() || party.school == other.school)
            };
            let home = matches!(text.way, Way::Support | Way::Rotation)
                && parties.first().is_some_and(|giver| giver.school == party.school);
            if home {
                self.say(&field, "派出方和接受方是同一所学校");
            } else if parties.iter().any(same) {
                self.say(&field, "重复");
            } else {
                parties.push(party);
            }
        }
        if text.way == Way::Lecture && text.takers.is_empty() && text.audience.trim().is_empty() {
            self.say("audience", "没有选择学校时，请写明听讲对象，如“全县小学音乐教师”");
        }
        parties
    }
}

impl AgreedText {
    /// What is to be kept, where all of it can be. An evidence file is looked for in the store.
    ///
    /// # Errors
    /// [`ApiError::Fields`] with everything that is wrong; [`ApiError::NotNow`] where a teacher is
    /// named and no roster is kept.
    pub(crate) async fn checked(
        &self,
        app: &App,
        ground: &Ground,
        year: SchoolYear,
    ) -> Result<Agreed, ApiError> {
        if self.way != Way::Support {
            ground.expect_roster()?;
        }
        let (agreed, mut wrong) = self.read(app, ground, year);
        if let Some(id) = self.evidence
            && app.store().evidence_link(&ground.county, id, &store::Scope::County).await.is_err()
        {
            let message = format!("没有编号为 {id} 的佐证材料");
            wrong.push(FieldProblem::new("evidence", message));
        }
        if wrong.is_empty() { Ok(agreed) } else { Err(ApiError::Fields(wrong)) }
    }

    /// The same without the store: what it reads as, and what is wrong.
    pub(crate) fn read(
        &self,
        app: &App,
        ground: &Ground,
        year: SchoolYear,
    ) -> (Agreed, Vec<FieldProblem>) {
        let mut checker = Checker { ground, wrong: Vec::new() };
        let parties = checker.parties(self);
        let subject = self.subject.as_deref().map(str::trim).filter(|text| !text.is_empty());
        let known = subject.and_then(|text| app.knowledge().staffing.subject_of(text));
        if subject.is_some() && known.is_none() {
            checker.say("subject", "没有这个学科；请从列表中选择");
        }
        let (first, last) = term(year);
        if self.begins < first || self.begins > last {
            let message = format!("{year} 学年的记录应在 {first} 至 {last} 之间开始");
            checker.say("begins", message);
        }
        let longest = date(year.0 + 4, 8, 31);
        if self.ends < self.begins || self.ends > longest {
            checker.say("ends", "结束日期不能早于开始日期，也不能超过三年");
        }
        let own = parties.iter().find_map(|party| stage_of(ground, party));
        let stage = self.stage.or(own);
        if stage == Some(Stage::Senior) {
            checker.say("stage", "学段应为小学或初中");
        }
        let mut wrong = checker.wrong;
        let hours = figure("hours", self.hours.as_deref(), HOURS, &mut wrong);
        let words = ExchangeWords {
            audience: words("audience", &self.audience, 200, &mut wrong),
            results: words("results", &self.results, WORDS, &mut wrong),
            note: words("note", &self.note, WORDS, &mut wrong),
        };
        wrong.sort_by(|a, b| a.field.cmp(&b.field));
        wrong.dedup_by(|a, b| a.field == b.field);
        let agreed = Agreed {
            way: self.way,
            stage,
            subject: known.map(|subject| subject.code.clone()),
            begins: self.begins,
            ends: self.ends,
            hours,
            parties,
            evidence: self.evidence,
            words: Some(words),
        };
        (agreed, wrong)
    }
}

/// The stage of the teacher of a party.
fn stage_of(ground: &Ground, party: &Party) -> Option<Stage> {
    ground.teacher(party.teacher.as_deref()?).map(|teacher| teacher.stage)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_exact_and_bounded() {
        let mut wrong = Vec::new();
        let mut read = |text: &str| figure("hours", Some(text), 100, &mut wrong);
        assert_eq!(read("1.50"), Some(Decimal::new(15, 1)));
        assert_eq!(read(" 40 "), Some(Decimal::from(40)));
        assert_eq!(read(""), None);
        for odd in ["0", "-1", "101", "1.234", "四十", "1e3", "NaN"] {
            assert_eq!(read(odd), None, "{odd}");
        }
        assert_eq!(wrong.len(), 7);
    }

    #[test]
    fn a_school_year_has_its_days() {
        assert_eq!(term(SchoolYear(2024)), (date(2024, 7, 1), date(2025, 8, 31)));
    }
}
