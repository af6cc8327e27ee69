//! The roster: every teacher once, and what is wrong with the table it was read from.

use crate::Role;
use crate::finding::{Finding, Severity};
use crate::posts::is_public;
use crate::row::{RosterRow, RowReader};
use crate::teacher::{Teacher, TeacherId};
use crate::{Identity, Rules};
use domain::{Catalogue, SchoolCode, Snapshot};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// The teachers of a county, by their key, as they are on a day: years at a school, ages and
/// eligibility are counted to it, wherever the roster is used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roster {
    teachers: Vec<Teacher>,
    day: Date,
    /// Columns of the table in which nobody has anything.
    absent: BTreeSet<&'static str>,
}

impl Roster {
    /// Reads rows; the first is row `first_row` of the table. Every row that has a school and a
    /// stage is taken unless its teacher stands there already; all faults are findings.
    ///
    /// `as_of` is the day to which the table refers: the statistics date of its school year.
    #[must_use]
    pub fn read(
        rows: &[RosterRow],
        first_row: usize,
        snapshot: &Snapshot,
        rules: &Rules,
        as_of: Date,
    ) -> (Self, Vec<Finding>) {
        let numbered = (first_row..).zip(rows);
        Self::read_numbered(numbered, snapshot, rules, as_of)
    }

    /// As [`Roster::read`], each row with its number in the table: a file may have blank rows.
    pub fn read_numbered<'r>(
        rows: impl IntoIterator<Item = (usize, &'r RosterRow)>,
        snapshot: &Snapshot,
        rules: &Rules,
        as_of: Date,
    ) -> (Self, Vec<Finding>) {
        let mut reader = RowReader::new(rules);
        let read: Vec<Teacher> =
            rows.into_iter().filter_map(|(row, raw)| reader.read(row, raw)).collect();
        let columns = RosterRow::HEADINGS.iter().map(|(code, _)| *code);
        let absent = columns.filter(|code| !reader.filled.contains(code)).collect();
        let mut findings = reader.findings;
        let teachers = Checker { snapshot, as_of, findings: &mut findings }.check(read);
        findings.sort();
        (Self { absent, ..Self::new(teachers, as_of) }, findings)
    }

    /// A roster of teachers whose keys differ; of those with one key the first stays. `day`: the day
    /// that years are counted to.
    #[must_use]
    pub fn new(mut teachers: Vec<Teacher>, day: Date) -> Self {
        teachers.sort_by(|a, b| a.id.cmp(&b.id));
        teachers.dedup_by(|later, first| later.id == first.id);
        Self { teachers, day, absent: BTreeSet::new() }
    }

    /// Other teachers, or some of these, with the day and the columns of this roster.
    #[must_use]
    pub fn with_teachers(&self, teachers: Vec<Teacher>) -> Self {
        Self { absent: self.absent.clone(), ..Self::new(teachers, self.day) }
    }

    /// Has nobody anything in a column, by its code? Then the table says nothing of what hangs on it.
    #[must_use]
    pub fn lacks(&self, column: &str) -> bool {
        self.absent.contains(column)
    }

    /// The day that years are counted to: 1 September of the school year, or the day that the bureau
    /// has set.
    #[must_use]
    pub fn day(&self) -> Date {
        self.day
    }

    /// The teachers, by their key.
    #[must_use]
    pub fn teachers(&self) -> &[Teacher] {
        &self.teachers
    }

    /// The teachers of the sections that a snapshot has: data of some schools may not count yet.
    #[must_use]
    pub fn within(&self, snapshot: &Snapshot) -> Self {
        let there = |teacher: &&Teacher| {
            let school = snapshot.school(&teacher.school);
            school.is_some_and(|school| school.section(teacher.stage).is_some())
        };
        self.with_teachers(self.teachers.iter().filter(there).cloned().collect())
    }

    /// The teachers of public schools: those of private ones are not the bureau's to move. A school
    /// that the snapshot does not have counts as public, since nothing else is known of it.
    #[must_use]
    pub fn of_public(&self, snapshot: &Snapshot, catalogue: &Catalogue) -> Self {
        let public = |teacher: &&Teacher| {
            let school = snapshot.school(&teacher.school);
            school.is_none_or(|school| is_public(school, catalogue))
        };
        self.with_teachers(self.teachers.iter().filter(public).cloned().collect())
    }

    /// The teacher of a key.
    #[must_use]
    pub fn teacher(&self, id: &TeacherId) -> Option<&Teacher> {
        self.index(id).and_then(|at| self.teachers.get(at))
    }

    /// The place of a teacher in [`Roster::teachers`].
    #[must_use]
    pub fn index(&self, id: &TeacherId) -> Option<usize> {
        self.teachers.binary_search_by(|teacher| teacher.id.cmp(id)).ok()
    }
}

/// What only shows when rows are looked at together, or beside the county's schools.
struct Checker<'a> {
    snapshot: &'a Snapshot,
    as_of: Date,
    findings: &'a mut Vec<Finding>,
}

impl Checker<'_> {
    fn say(
        &mut self,
        code: &str,
        severity: Severity,
        teacher: &Teacher,
        field: &str,
        text: (String, &str),
    ) {
        self.findings.push(Finding {
            code: code.to_owned(),
            severity,
            row: Some(teacher.row),
            teacher: Some(teacher.id.clone()),
            field: field.to_owned(),
            message: text.0,
            remedy: text.1.to_owned(),
        });
    }

    fn check(mut self, read: Vec<Teacher>) -> Vec<Teacher> {
        let mut kept: Vec<Teacher> = Vec::with_capacity(read.len());
        let mut numbers: BTreeMap<TeacherId, usize> = BTreeMap::new();
        let mut people: BTreeMap<Identity, (usize, SchoolCode)> = BTreeMap::new();
        for mut teacher in read {
            if !self.place(&teacher) {
                continue;
            }
            if let Some(row) = numbers.get(&teacher.id) {
                let text = format!("教师编号与第 {row} 行相同，本行没有读入");
                let remedy = "一名教师只写一行；在别校任课写在“走教兼课”";
                self.say("T-DUP-01", Severity::Error, &teacher, "教师编号", (text, remedy));
                continue;
            }
            if let Some(identity) = &teacher.identity {
                if let Some((row, school)) = people.get(identity) {
                    let (code, text) = if *school == teacher.school {
                        ("T-DUP-02", format!("证件号码与第 {row} 行相同，本行没有读入"))
                    } else {
                        let text = "同一人在两所学校：证件号码与第";
                        ("T-DUP-03", format!("{text} {row} 行（{school}）相同，本行没有读入"))
                    };
                    let remedy = "只保留编制所在学校的一行；在别校任课写在“走教兼课”";
                    self.say(code, Severity::Error, &teacher, "身份证件号码", (text, remedy));
                    continue;
                }
                people.insert(identity.clone(), (teacher.row, teacher.school.clone()));
            }
            numbers.insert(teacher.id.clone(), teacher.row);
            self.dates(&teacher);
            self.gaps(&teacher);
            self.exchanges(&mut teacher);
            kept.push(teacher);
        }
        self.couples(&mut kept);
        self.principals(&kept);
        kept
    }

    /// Is the school there, with the section?
    fn place(&mut self, teacher: &Teacher) -> bool {
        let Some(school) = self.snapshot.school(&teacher.school) else {
            let text = format!("本县数据中没有标识码为 {} 的学校，本行没有读入", teacher.school);
            let remedy = "核对标识码，或先补报这所学校";
            self.say("T-ROW-10", Severity::Error, teacher, "学校标识码", (text, remedy));
            return false;
        };
        let stages: Vec<_> = school.sections.iter().map(|s| s.stage).collect();
        if !stages.contains(&teacher.stage) {
            let text = format!("{}没有{}部，本行没有读入", school.name, teacher.stage);
            self.say("T-ROW-11", Severity::Error, teacher, "学段", (text, "核对学段"));
            return false;
        }
        let name = school.name.clone();
        for visit in &teacher.visits {
            if self.snapshot.school(&visit.school).is_none() {
                let text = format!("走教的学校 {} 不在本县数据中", visit.school);
                self.say("T-ROW-10", Severity::Warning, teacher, "走教兼课", (text, "核对标识码"));
            } else if visit.school == teacher.school {
                let text = format!("走教的学校就是本校（{name}）");
                let remedy = "本校的课时写在“周课时”";
                self.say("T-ROW-12", Severity::Warning, teacher, "走教兼课", (text, remedy));
            }
        }
        true
    }

    /// Dates that cannot be.
    fn dates(&mut self, teacher: &Teacher) {
        let day = self.as_of;
        let named = [
            ("出生日期", teacher.birth),
            ("参加工作日期", teacher.hired),
            ("到本校日期", teacher.arrived),
            ("任现职日期", teacher.appointed),
        ];
        for (field, date) in named {
            if date.is_some_and(|date| date > day) {
                let text = format!("{field}晚于统计日期 {day}");
                self.say("T-DATE-01", Severity::Error, teacher, field, (text, "核对日期"));
            }
        }
        let pairs = [(named[0], named[1]), (named[1], named[2]), (named[2], named[3])];
        for ((early, from), (late, to)) in pairs {
            if from.zip(to).is_some_and(|(from, to)| to < from) {
                let text = format!("{late}早于{early}");
                self.say("T-DATE-02", Severity::Error, teacher, late, (text, "核对两个日期"));
            }
        }
        let age_when_hired = teacher.hired.and_then(|d| Teacher::full_years(teacher.birth, d));
        if age_when_hired.is_some_and(|age| age < 15) {
            let text = "参加工作时不满 15 周岁".to_owned();
            let remedy = "核对出生日期和参加工作日期";
            self.say("T-DATE-03", Severity::Warning, teacher, "参加工作日期", (text, remedy));
        }
        if Teacher::full_years(teacher.birth, day).is_some_and(|age| age >= 66) {
            let text = "已满 66 周岁，仍在名册中".to_owned();
            self.say("T-DATE-03", Severity::Warning, teacher, "出生日期", (text, "核对是否已退休"));
        }
        let later = [
            ("培训学时", teacher.training.iter().any(|t| t.year > day.year())),
            ("交流经历", teacher.exchanges.iter().any(|e| e.year.0 > day.year())),
        ];
        for (field, _) in later.into_iter().filter(|(_, is_later)| *is_later) {
            let text = format!("{field}的年份晚于统计日期 {day}");
            self.say("T-DATE-01", Severity::Warning, teacher, field, (text, "核对年份"));
        }
        if let (Some(hired), Some(now)) = (teacher.degree_at_hire, teacher.degree)
            && now < hired
        {
            let text = "最高学历低于入职学历".to_owned();
            self.say("T-DATE-04", Severity::Warning, teacher, "最高学历", (text, "核对两项学历"));
        }
    }

    /// What is missing of a full-time teacher and will be missed in a count. Missing is not zero.
    fn gaps(&mut self, teacher: &Teacher) {
        if teacher.leads() && teacher.appointed.is_none() {
            let text = format!("{}没有填“任现职日期”，任期最多按到本校的年数估计", teacher.role);
            let remedy = "补填任本校现职的日期";
            self.say("T-GAP-06", Severity::Warning, teacher, "任现职日期", (text, remedy));
        }
        if !teacher.is_full_time() {
            return;
        }
        let missing = [
            ("最高学历", teacher.degree.is_none()),
            ("主要任教学科", teacher.subjects.is_empty()),
            ("持教师资格证", teacher.certified.is_none()),
            ("到本校日期", teacher.arrived.is_none()),
        ];
        for (field, is_missing) in missing {
            if is_missing {
                let text = format!("专任教师没有填“{field}”，相应的统计数暂按缺数处理");
                self.say("T-GAP-01", Severity::Warning, teacher, field, (text, "补填"));
            }
        }
        for exemption in &teacher.exemptions {
            if exemption.evidence.is_empty() {
                let text = "不交流情形没有依据，不予认定".to_owned();
                let remedy = "补填证明材料的名称";
                self.say("T-GAP-02", Severity::Warning, teacher, "不交流情形", (text, remedy));
            }
        }
    }

    /// An exchange is between two schools. One that cannot be is left out; where it is one of last year,
    /// whether there was another is not known.
    fn exchanges(&mut self, teacher: &mut Teacher) {
        let last = self.snapshot.year().previous();
        for stay in teacher.exchanges.clone() {
            let text = if stay.from.as_ref() == Some(&stay.to) {
                format!("{} 学年的交流，调出和调入是同一所学校", stay.year)
            } else if stay.year == last && self.snapshot.school(&stay.to).is_none() {
                format!("{} 学年的交流，调入学校 {} 不在本县数据中", stay.year, stay.to)
            } else {
                continue;
            };
            let remedy = "改正学校；没有交流的删去这一条";
            self.say("T-ROW-15", Severity::Error, teacher, "交流经历", (text, remedy));
            teacher.exchanges.retain(|known| *known != stay);
            if stay.year == last {
                teacher.unclear.insert("exchanges");
            }
        }
    }

    /// A school has one principal; more are a slip of the roster.
    fn principals(&mut self, teachers: &[Teacher]) {
        let mut first: BTreeMap<&SchoolCode, usize> = BTreeMap::new();
        for teacher in teachers.iter().filter(|teacher| teacher.role == Role::Principal) {
            if let Some(row) = first.get(&teacher.school) {
                let text = format!("本校的校长已有第 {row} 行的一人");
                let remedy = "只保留现任校长；副校长、原校长改填职务";
                self.say("T-DUP-04", Severity::Warning, teacher, "职务", (text, remedy));
            } else {
                first.insert(&teacher.school, teacher.row);
            }
        }
    }

    /// A spouse must be there and name the other; where one side is silent it is taken as said.
    fn couples(&mut self, teachers: &mut [Teacher]) {
        let named: BTreeMap<TeacherId, Option<TeacherId>> =
            teachers.iter().map(|t| (t.id.clone(), t.spouse.clone())).collect();
        let mut answers: BTreeMap<TeacherId, TeacherId> = BTreeMap::new();
        let mut refused: BTreeSet<TeacherId> = BTreeSet::new();
        for teacher in teachers.iter() {
            let Some(spouse) = &teacher.spouse else { continue };
            let text = match named.get(spouse) {
                _ if *spouse == teacher.id => "配偶编号就是本人".to_owned(),
                None => format!("配偶 {spouse} 不在名册中"),
                Some(Some(other)) if *other != teacher.id => {
                    format!("配偶 {spouse} 填写的配偶是另一人")
                }
                Some(Some(_)) => continue,
                Some(None) => match answers.get(spouse) {
                    Some(first) if *first != teacher.id => {
                        format!("另有教师也填写 {spouse} 为配偶")
                    }
                    _ => {
                        answers.insert(spouse.clone(), teacher.id.clone());
                        continue;
                    }
                },
            };
            refused.insert(teacher.id.clone());
            self.say("T-ROW-13", Severity::Warning, teacher, "配偶教师编号", (text, "核对编号"));
        }
        for teacher in teachers {
            if refused.contains(&teacher.id) {
                teacher.spouse = None;
            } else if teacher.spouse.is_none() {
                teacher.spouse = answers.remove(&teacher.id);
            }
        }
    }
}
