//! One row of a roster as it is typed, all text, and how it becomes a teacher.
//!
//! Several entries of one cell are separated by `；` or `;`, their parts by `|`:
//! visits `标识码|学科|课时`, exchanges `学年|调出|调入|方式`, training `年份|承训|学时`, exemptions
//! `类别|依据|截止日期`.

use crate::finding::{Finding, Severity};
use crate::secret::{Identity, PersonName};
use crate::teacher::{Backbone, Exchange, Exemption, Home, Teacher, TeacherId, Training, Visit};
use crate::words::{BackboneLevel, Degree, ExchangeKind, Post, Rank, Role, Roll, Sex};
use crate::{Rules, rules};
use domain::{SchoolCode, SchoolYear, Stage};
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::Deserialize;
use std::collections::BTreeSet;

macro_rules! columns {
    ($($(#[$doc:meta])* $field:ident = $zh:literal;)*) => {
        /// A row of text; an empty text is nothing. Headings are those of [`RosterRow::HEADINGS`].
        ///
        /// It holds names and numbers as typed, so it is neither printed nor serialised.
        #[derive(Clone, Default, Deserialize)]
        #[serde(deny_unknown_fields, default)]
        pub struct RosterRow { $($(#[$doc])* pub $field: String,)* }

        impl RosterRow {
            /// Every column: its code and its Chinese heading, in the order of the template.
            pub const HEADINGS: &'static [(&'static str, &'static str)] =
                &[$((stringify!($field), $zh),)*];

            /// Sets the column of a code or a heading; `false` where there is none of that name.
            pub fn set(&mut self, column: &str, text: &str) -> bool {
                match column {
                    $(stringify!($field) | $zh => self.$field = text.trim().to_owned(),)*
                    _ => return false,
                }
                true
            }

            /// The text of a column by its code or heading.
            #[must_use]
            pub fn get(&self, column: &str) -> Option<&str> {
                match column {
                    $(stringify!($field) | $zh => Some(&self.$field),)*
                    _ => None,
                }
            }
        }
    };
}

columns! {
    /// A staff number; where it is empty the row's own number stands for it.
    number = "教师编号";
    /// The name.
    name = "姓名";
    /// The identity number.
    identity = "身份证件号码";
    /// Sex.
    sex = "性别";
    /// Date of birth.
    birth = "出生日期";
    /// School code.
    school = "学校标识码";
    /// Stage.
    stage = "学段";
    /// Main subject.
    subject = "主要任教学科";
    /// Further subjects.
    subjects = "兼任学科";
    /// Lessons a week.
    hours = "周课时";
    /// Degree when hired.
    degree_at_hire = "入职学历";
    /// Highest degree.
    degree = "最高学历";
    /// Rank.
    rank = "职称";
    /// Backbone level.
    backbone = "骨干级别";
    /// Its document.
    backbone_basis = "骨干认定文件";
    /// Certificate: 是 or 否.
    certified = "持教师资格证";
    /// Hired.
    hired = "参加工作日期";
    /// Come to the school.
    arrived = "到本校日期";
    /// Roll.
    roll = "编制";
    /// Post.
    post = "岗位";
    /// Duty.
    role = "职务";
    /// Appointed to the present post as principal or vice principal of the school.
    appointed = "任现职日期";
    /// Lessons elsewhere.
    visits = "走教兼课";
    /// Stays elsewhere.
    exchanges = "交流经历";
    /// Training.
    training = "培训学时";
    /// Exemptions.
    exemptions = "不交流情形";
    /// Home.
    home = "居住地";
    /// Longitude of the home.
    longitude = "居住地经度";
    /// Latitude of the home.
    latitude = "居住地纬度";
    /// Staff number of the spouse.
    spouse = "配偶教师编号";
}

impl RosterRow {
    /// A row of columns, code or heading and text; columns of other names are left out.
    pub fn of<'t>(cells: impl IntoIterator<Item = (&'t str, &'t str)>) -> Self {
        let mut row = Self::default();
        for (column, text) in cells {
            row.set(column, text);
        }
        row
    }

    /// The columns that are filled, code and text, in the order of [`RosterRow::HEADINGS`].
    pub fn cells(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let filled = |(code, _): &(&'static str, &str)| {
            self.get(code).filter(|text| !text.is_empty()).map(|text| (*code, text))
        };
        Self::HEADINGS.iter().filter_map(filled)
    }
}

/// Reads rows one after the other and keeps what is wrong.
pub(crate) struct RowReader<'a> {
    pub(crate) rules: &'a Rules,
    pub(crate) findings: Vec<Finding>,
    /// Columns in which any row has anything.
    pub(crate) filled: BTreeSet<&'static str>,
    row: usize,
    id: Option<TeacherId>,
    /// Columns of the present row that cannot be read.
    unclear: BTreeSet<&'static str>,
}

/// The Chinese heading of a column's code.
pub(crate) fn heading(field: &str) -> String {
    let found = RosterRow::HEADINGS.iter().find(|(code, _)| *code == field);
    found.map_or(field, |(_, zh)| zh).to_owned()
}

impl<'a> RowReader<'a> {
    pub(crate) fn new(rules: &'a Rules) -> Self {
        Self {
            rules,
            findings: Vec::new(),
            filled: BTreeSet::new(),
            row: 0,
            id: None,
            unclear: BTreeSet::new(),
        }
    }

    fn say(&mut self, code: &str, severity: Severity, field: &str, text: [&str; 2]) {
        self.findings.push(Finding {
            code: code.to_owned(),
            severity,
            row: Some(self.row),
            teacher: self.id.clone(),
            field: heading(field),
            message: text[0].to_owned(),
            remedy: text[1].to_owned(),
        });
    }

    /// The teacher of a row; `None`, with findings, where school, stage or name are not known.
    pub(crate) fn read(&mut self, row: usize, raw: &RosterRow) -> Option<Teacher> {
        self.row = row;
        self.unclear.clear();
        self.filled.extend(raw.cells().map(|(code, _)| code));
        let number = raw.number.trim();
        // A number that is an identity number would carry it into every list.
        let looks_personal = Identity::parse(number).is_ok();
        let id = if number.is_empty() || looks_personal {
            TeacherId(format!("R{row:05}").into())
        } else {
            TeacherId::from(number)
        };
        self.id = Some(id.clone());
        if looks_personal {
            let text = ["教师编号是身份证件号码，已改用行号", "请用不含个人信息的编号"];
            self.say("T-ROW-02", Severity::Warning, "number", text);
        }
        let school = SchoolCode::parse(raw.school.trim()).map_err(|error| {
            let message = format!("学校标识码不正确：{error}");
            self.say("T-ROW-03", Severity::Error, "school", [&message, "填写 10 位学校标识码"]);
        });
        let stage = Stage::from_label(raw.stage.trim());
        if stage.is_none() {
            let text = ["没有这样的学段，本行没有读入", "填写小学、初中或高中"];
            self.say("T-ROW-03", Severity::Error, "stage", text);
        }
        let (Ok(school), Some(stage)) = (school, stage) else { return None };
        let name = PersonName::new(&raw.name);
        if name.is_empty() {
            let text = ["没有姓名", "补填姓名"];
            self.say("T-ROW-04", Severity::Warning, "name", text);
        }
        let identity = self.identity(&raw.identity);
        let own_sex = self.word("sex", &raw.sex, Sex::from_label);
        let own_birth = self.date("birth", &raw.birth);
        let (sex, birth) = self.person(identity.as_ref(), own_sex, own_birth);
        let post = self.word("post", &raw.post, Post::from_label).unwrap_or(Post::Teacher);
        let roll = self.word("roll", &raw.roll, Roll::from_label).unwrap_or(Roll::Established);
        Some(Teacher {
            id,
            row,
            name,
            identity,
            sex,
            birth,
            school,
            stage,
            subjects: self.subjects(raw),
            hours: self.number("hours", &raw.hours),
            degree_at_hire: self.word("degree_at_hire", &raw.degree_at_hire, Degree::from_label),
            degree: self.word("degree", &raw.degree, Degree::from_label),
            rank: self.word("rank", &raw.rank, Rank::from_label),
            backbone: self.backbone(raw),
            certified: self.word("certified", &raw.certified, yes),
            hired: self.date("hired", &raw.hired),
            arrived: self.date("arrived", &raw.arrived),
            roll,
            post,
            role: self.word("role", &raw.role, Role::from_label).unwrap_or(Role::None),
            appointed: self.date("appointed", &raw.appointed),
            visits: self.entries("visits", &raw.visits, 3, Self::visit),
            exchanges: self.entries("exchanges", &raw.exchanges, 4, Self::exchange),
            training: self.entries("training", &raw.training, 3, Self::training),
            exemptions: self.entries("exemptions", &raw.exemptions, 3, Self::exemption),
            home: self.home(raw),
            spouse: Some(raw.spouse.trim()).filter(|s| !s.is_empty()).map(TeacherId::from),
            unclear: std::mem::take(&mut self.unclear),
        })
    }

    fn identity(&mut self, text: &str) -> Option<Identity> {
        if text.trim().is_empty() {
            return None;
        }
        Identity::parse(text)
            .map_err(|error| {
                let text = [&error.to_string(), "对照证件核对并改正"];
                self.say(error.code(), Severity::Error, "identity", text.map(|t| t as &str));
            })
            .ok()
    }

    /// Sex and birth from their columns and the identity number, which must agree.
    fn person(
        &mut self,
        identity: Option<&Identity>,
        sex: Option<Sex>,
        birth: Option<Date>,
    ) -> (Option<Sex>, Option<Date>) {
        let Some(identity) = identity else { return (sex, birth) };
        let told = if identity.is_male() { Sex::Male } else { Sex::Female };
        if sex.is_some_and(|sex| sex != told) {
            let text = ["性别与身份证件号码不一致", "核对性别和证件号码"];
            self.say("T-ID-05", Severity::Warning, "sex", text);
        }
        if birth.is_some() && birth != identity.birth() {
            let text = ["出生日期与身份证件号码不一致", "核对出生日期和证件号码"];
            self.say("T-ID-05", Severity::Warning, "birth", text);
        }
        (sex.or(Some(told)), birth.or(identity.birth()))
    }

    fn word<T>(
        &mut self,
        field: &'static str,
        text: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        if text.trim().is_empty() {
            return None;
        }
        let found = read(text);
        if found.is_none() {
            self.unclear.insert(field);
            let message = format!("不认识“{}”，本项按缺数处理", text.trim());
            self.say("T-ROW-05", Severity::Warning, field, [&message, "改用模板下拉列表中的写法"]);
        }
        found
    }

    fn number(&mut self, field: &str, text: &str) -> Option<Decimal> {
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        let number = bounded(text, WEEK);
        if number.is_none() {
            let message = format!("“{text}”不是 0 到 {WEEK} 之间的数，本项按未填处理");
            let remedy = format!("填写 0 到 {WEEK} 之间的数");
            self.say("T-ROW-05", Severity::Warning, field, [&message, &remedy]);
        }
        number
    }

    fn date(&mut self, field: &'static str, text: &str) -> Option<Date> {
        if text.trim().is_empty() {
            return None;
        }
        let date = date_of(text);
        if date.is_none() {
            self.unclear.insert(field);
            let message = format!("“{}”不是日期，本项按未填处理", text.trim());
            self.say("T-ROW-06", Severity::Warning, field, [&message, "写成 2018-09-01"]);
        }
        date
    }

    fn subjects(&mut self, raw: &RosterRow) -> Vec<String> {
        let rules = self.rules;
        let mut subjects: Vec<String> = Vec::new();
        let further = raw.subjects.split(['；', ';', '、', '，', ',']);
        for (field, label) in [("subject", raw.subject.as_str())]
            .into_iter()
            .chain(further.map(|label| ("subjects", label)))
        {
            if label.trim().is_empty() {
                continue;
            }
            match rules.subject_of(label) {
                Some(rules::Subject { code, .. }) if !subjects.contains(code) => {
                    subjects.push(code.clone());
                }
                Some(_) => {}
                None => {
                    self.unclear.insert(field);
                    let message = format!("没有学科“{}”，没有计入任何学科", label.trim());
                    self.say(
                        "T-ROW-07",
                        Severity::Error,
                        field,
                        [&message, "改用规则包中的学科名称，或在规则包中增加这种写法"],
                    );
                }
            }
        }
        // A further subject is not the main one because that cannot be read.
        if self.unclear.contains("subject") {
            subjects.clear();
        }
        subjects
    }

    fn backbone(&mut self, raw: &RosterRow) -> Option<Backbone> {
        let text = raw.backbone.trim();
        if matches!(text, "" | "无" | "否" | "—") {
            return None;
        }
        // 县级骨干教师 says the level as 县级 does.
        let level = |text: &str| {
            let short = text.strip_suffix("教师").unwrap_or(text);
            BackboneLevel::from_label(short.strip_suffix("骨干").unwrap_or(short))
        };
        let level = self.word("backbone", text, level)?;
        let basis = raw.backbone_basis.trim().to_owned();
        if basis.is_empty() {
            let text = ["骨干教师没有认定文件", "补填认定文件的名称和文号，督导时要出示"];
            self.say("T-ROW-08", Severity::Warning, "backbone_basis", text);
        }
        Some(Backbone { level, basis })
    }

    /// The entries of a cell; those that cannot be read are left out, with a finding.
    fn entries<T>(
        &mut self,
        field: &'static str,
        text: &str,
        parts: usize,
        read: impl Fn(&Rules, &[&str]) -> Option<T>,
    ) -> Vec<T> {
        let mut list = Vec::new();
        for entry in text.split(['；', ';']).map(str::trim).filter(|entry| !entry.is_empty()) {
            let mut cells: Vec<&str> = entry.split(['|', '｜']).map(str::trim).collect();
            cells.resize(parts.max(cells.len()), "");
            match read(self.rules, &cells) {
                Some(value) if cells.len() == parts => list.push(value),
                _ => {
                    self.unclear.insert(field);
                    let message = format!("“{entry}”读不懂，没有读入");
                    let remedy = "各项用“；”分开，项内用“|”分开，写法见模板批注";
                    self.say("T-ROW-09", Severity::Warning, field, [&message, remedy]);
                }
            }
        }
        list
    }

    fn visit(rules: &Rules, cells: &[&str]) -> Option<Visit> {
        let subject = rules.subject_of(cells[1]).map(|subject| subject.code.clone());
        if subject.is_none() && !cells[1].is_empty() {
            return None;
        }
        Some(Visit {
            school: SchoolCode::parse(cells[0]).ok()?,
            subject,
            hours: bounded(cells[2], WEEK)?,
        })
    }

    fn exchange(_: &Rules, cells: &[&str]) -> Option<Exchange> {
        let from = match cells[1] {
            "" => None,
            code => Some(SchoolCode::parse(code).ok()?),
        };
        Some(Exchange {
            year: SchoolYear(year(cells[0])?),
            from,
            to: SchoolCode::parse(cells[2]).ok()?,
            kind: match cells[3] {
                "" => ExchangeKind::Rotation,
                label => ExchangeKind::from_label(label)?,
            },
        })
    }

    fn training(_: &Rules, cells: &[&str]) -> Option<Training> {
        Some(Training {
            year: year(cells[0])?,
            provider: cells[1].to_owned(),
            hours: bounded(cells[2], YEAR)?,
        })
    }

    fn exemption(rules: &Rules, cells: &[&str]) -> Option<Exemption> {
        let kinds = &rules.rotation.exemptions;
        let kind = kinds.iter().find(|kind| kind.code == cells[0] || kind.zh == cells[0])?;
        let until = match cells[2] {
            "" => None,
            text => Some(date_of(text)?),
        };
        Some(Exemption { code: kind.code.clone(), evidence: cells[1].to_owned(), until })
    }

    fn home(&mut self, raw: &RosterRow) -> Home {
        let number = |text: &str, most: i64| {
            let number = text.trim().parse::<Decimal>().ok()?;
            (number.abs() <= Decimal::from(most)).then_some(number)
        };
        let position = number(&raw.longitude, 180).zip(number(&raw.latitude, 90));
        if position.is_none() && !(raw.longitude.is_empty() && raw.latitude.is_empty()) {
            let text = ["居住地经纬度不完整或不正确，没有读入", "两项都写成十进制度数"];
            self.say("T-ROW-05", Severity::Warning, "longitude", text);
        }
        Home { place: raw.home.trim().to_owned(), position }
    }
}

/// Hours of a week, at most; lessons are fewer.
const WEEK: i64 = 168;

/// Hours of a year, at most: no record of training has more.
const YEAR: i64 = 9000;

/// A number from zero to the greatest that is possible: sums of it stay numbers.
fn bounded(text: &str, most: i64) -> Option<Decimal> {
    let number = text.parse::<Decimal>().ok()?;
    (Decimal::ZERO..=Decimal::from(most)).contains(&number).then_some(number)
}

/// The year of a record.
fn year(text: &str) -> Option<i16> {
    text.parse().ok().filter(|year| (1950..=2200).contains(year))
}

fn yes(text: &str) -> Option<bool> {
    match text.trim() {
        "是" | "有" | "1" | "true" => Some(true),
        "否" | "无" | "0" | "false" => Some(false),
        _ => None,
    }
}

/// Reads `2018-09-01`, `2018/9/1`, `2018.9.1`, `20180901`, `2018年9月1日`; without a day the first,
/// without a month January.
pub(crate) fn date_of(text: &str) -> Option<Date> {
    let text = text.trim();
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    let parts: Vec<&str> = match text.len() {
        8 if digits => vec![text.get(..4)?, text.get(4..6)?, text.get(6..)?],
        6 if digits => vec![text.get(..4)?, text.get(4..)?],
        _ => text
            .split(['-', '/', '.', '年', '月', '日'])
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .collect(),
    };
    let number = |place: usize| parts.get(place).map_or(Some(1), |part| part.parse::<i16>().ok());
    if parts.is_empty() || parts.len() > 3 {
        return None;
    }
    let (month, day) = (i8::try_from(number(1)?).ok()?, i8::try_from(number(2)?).ok()?);
    let year = number(0)?;
    Date::new(year, month, day).ok().filter(|_| (1900..2200).contains(&year))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_people_write_them() {
        let wanted = Date::new(2018, 9, 1).ok();
        for text in ["2018-09-01", "2018/9/1", "2018.9", "20180901", "201809", "2018年9月1日"] {
            assert_eq!(date_of(text), wanted, "{text}");
        }
        assert_eq!(date_of("2018"), Date::new(2018, 1, 1).ok());
        for text in ["", "九月", "2018-13-01", "0018-09-01", "1-2-3-4"] {
            assert_eq!(date_of(text), None, "{text}");
        }
    }

    #[test]
    fn columns_are_found_by_code_and_heading() {
        let mut row = RosterRow::default();
        assert!(row.set("姓名", " 张三 ") && row.set("subject", "体育"));
        assert!(!row.set("备注", "x"));
        assert_eq!((row.get("name"), row.get("主要任教学科")), (Some("张三"), Some("体育")));
    }
}
