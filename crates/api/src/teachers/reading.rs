//! From the rows of uploaded files to what would change in the roster: who is new, different, the same
//! or gone, and what is wrong. It is worked out anew each time it is looked at, against the roster as
//! it is then.

use super::dto::RosterFinding;
use super::edit::free_number;
use super::plain;
use crate::ApiError;
use domain::{SchoolCode, Snapshot};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use staffing::{Finding, Identity, Roster, RosterRow, Rules, Severity, Teacher, TeacherId};
use std::collections::{BTreeMap, BTreeSet};
use store::rosters::{TeacherEntry, TeacherRecord};

/// Files as they lie on the shelf, sealed. Never printed.
#[derive(Serialize, Deserialize)]
pub(super) struct Shelved {
    pub(super) files: Vec<ShelvedFile>,
}

/// A file.
#[derive(Serialize, Deserialize)]
pub(super) struct ShelvedFile {
    pub(super) name: String,
    pub(super) sha256: String,
    /// Id and title of the layout.
    pub(super) layout: (String, String),
    /// Number of the row and its columns.
    pub(super) rows: Vec<(usize, BTreeMap<String, String>)>,
    /// What was wrong with the file.
    pub(super) findings: Vec<RosterFinding>,
}

/// What a proposal is worked out against.
pub(super) struct Base<'a> {
    /// The whole roster.
    pub(super) records: &'a [TeacherRecord],
    /// The schools that the caller may edit; `None`: all.
    pub(super) visible: Option<&'a BTreeSet<SchoolCode>>,
    pub(super) snapshot: &'a Snapshot,
    pub(super) rules: &'a Rules,
    pub(super) day: Date,
}

/// What accepting would do.
#[derive(Default)]
pub(super) struct Proposal {
    pub(super) rows: usize,
    pub(super) added: usize,
    pub(super) changed: usize,
    pub(super) unchanged: usize,
    /// Who is new or different.
    pub(super) put: Vec<TeacherEntry>,
    /// Teachers of the files' schools whom no row of the files names, read or refused.
    pub(super) gone: Vec<String>,
    /// Of those the ones who stand in the files under another number: they go in any case.
    pub(super) renumbered: BTreeSet<String>,
    pub(super) findings: Vec<RosterFinding>,
}

/// The teacher as the store takes it.
pub(super) fn entry(teacher: &Teacher, row: &RosterRow) -> Result<TeacherEntry, ApiError> {
    Ok(TeacherEntry {
        number: teacher.id.to_string(),
        school: teacher.school.clone(),
        stage: teacher.stage,
        post: teacher.post.code().to_owned(),
        subject: teacher.main_subject().unwrap_or_default().to_owned(),
        masked: teacher.name.to_string(),
        content: plain::content(row)?,
    })
}

/// A teacher of a file.
struct Read {
    file: usize,
    teacher: Teacher,
    row: RosterRow,
}

struct Work<'a> {
    base: &'a Base<'a>,
    /// The kept teachers, by number.
    kept: BTreeMap<&'a str, &'a TeacherRecord>,
    /// The numbers of kept identities.
    people: BTreeMap<Identity, &'a str>,
    /// The numbers of all rows and of the people in them, also of rows that were refused.
    brought: BTreeSet<String>,
    proposal: Proposal,
}

/// Works out what accepting would do.
///
/// # Errors
/// A row in its box that cannot be read.
pub(super) fn propose(files: &[ShelvedFile], base: &Base<'_>) -> Result<Proposal, ApiError> {
    let mut work = Work {
        base,
        kept: base.records.iter().map(|r| (r.entry.number.as_str(), r)).collect(),
        people: BTreeMap::new(),
        brought: BTreeSet::new(),
        proposal: Proposal::default(),
    };
    for record in base.records {
        if let Ok(identity) = Identity::parse(&plain::row(&record.entry.content)?.identity) {
            work.people.insert(identity, record.entry.number.as_str());
        }
    }
    let mut read = Vec::new();
    for (number, file) in files.iter().enumerate() {
        read.extend(work.file(number, file, &read));
    }
    work.decide(files, &read)?;
    let mut proposal = work.proposal;
    proposal.findings.sort_by(|a, b| {
        (a.severity, &a.file, a.row, &a.code).cmp(&(b.severity, &b.file, b.row, &b.code))
    });
    Ok(proposal)
}

impl Work<'_> {
    fn visible(&self, school: &SchoolCode) -> bool {
        self.base.visible.is_none_or(|visible| visible.contains(school))
    }

    fn say(&mut self, file: &str, finding: &Finding, school: Option<&SchoolCode>) {
        let school = school.filter(|school| self.visible(school));
        let mut said = RosterFinding::of(finding, school, self.base.snapshot);
        file.clone_into(&mut said.file);
        self.proposal.findings.push(said);
    }

    /// The number of a row: its own, the one that the person is kept under, or a free one.
    fn number(
        &mut self,
        file: &str,
        n: usize,
        row: &RosterRow,
        taken: &BTreeSet<String>,
    ) -> String {
        if plain::is_number(&row.number) {
            return row.number.clone();
        }
        if !row.number.is_empty() {
            let text =
                ("教师编号不合格式，或像姓名、证件号码，已另编号", "由字母、数字和“-”“_”“.”组成");
            let finding = plain::finding("T-ROW-02", Severity::Warning, n, "教师编号", text);
            self.say(file, &finding, None);
        }
        let person = Identity::parse(&row.identity).ok();
        if let Some(known) = person.and_then(|person| self.people.get(&person)) {
            return (*known).to_owned();
        }
        let all = self.kept.keys().copied().chain(taken.iter().map(String::as_str));
        free_number(&all.collect())
    }

    /// Reads the rows of a file; those of schools that are none of the caller's are refused.
    fn file(&mut self, at: usize, file: &ShelvedFile, before: &[Read]) -> Vec<Read> {
        self.proposal.rows += file.rows.len();
        self.proposal.findings.extend(file.findings.iter().cloned());
        let mut taken: BTreeSet<String> = before.iter().map(|r| r.teacher.id.to_string()).collect();
        let earlier = taken.clone();
        let brought = file.rows.iter().filter_map(|(_, columns)| columns.get("number"));
        taken.extend(brought.cloned());
        let mut rows: BTreeMap<usize, (RosterRow, RosterRow)> = BTreeMap::new();
        for (n, columns) in &file.rows {
            let mut row = RosterRow::default();
            for (code, text) in columns {
                row.set(code, text);
            }
            let person = Identity::parse(&row.identity).ok();
            let known = person.and_then(|person| self.people.get(&person));
            self.brought.extend(known.map(|number| (*number).to_owned()));
            self.brought.insert(row.number.clone());
            let school = SchoolCode::parse(&row.school).ok();
            if school.as_ref().is_some_and(|school| !self.visible(school)) {
                let text = ("学校不在您的管理范围内，本行没有读入", "只导入本校的教师");
                let finding = plain::finding("T-ROW-14", Severity::Error, *n, "学校标识码", text);
                self.say(&file.name, &finding, None);
                continue;
            }
            let number = self.number(&file.name, *n, &row, &taken);
            taken.insert(number.clone());
            if earlier.contains(&number) {
                let text = ("教师编号在另一个文件中已有，本行没有读入", "一名教师只写一行");
                let finding = plain::finding("T-DUP-01", Severity::Error, *n, "教师编号", text);
                self.say(&file.name, &finding, school.as_ref());
                continue;
            }
            number.clone_into(&mut row.number);
            let public = plain::public(row.clone(), &number);
            if public.spouse != row.spouse {
                let text = ("配偶教师编号不合格式，没有采用", "填写教师编号，不要写姓名或证件号码");
                let finding =
                    plain::finding("T-ROW-13", Severity::Warning, *n, "配偶教师编号", text);
                self.say(&file.name, &finding, school.as_ref());
            }
            rows.insert(*n, (row, public));
        }
        let numbered = rows.iter().map(|(n, (_, public))| (*n, public));
        let Base { snapshot, rules, day, .. } = *self.base;
        let (roster, findings) = Roster::read_numbered(numbered, snapshot, rules, day);
        for finding in findings {
            let Some((row, public)) = finding.row.and_then(|n| rows.get(&n)) else { continue };
            // The spouse may stand in the roster and not in the file.
            if finding.code == "T-ROW-13" && self.kept.contains_key(public.spouse.as_str()) {
                continue;
            }
            let school = SchoolCode::parse(&row.school).ok();
            let mut finding = plain::masked(finding, row);
            if finding.message.contains('“') {
                finding.message = plain::without_names(&finding.message, &roster);
            }
            self.say(&file.name, &finding, school.as_ref());
        }
        let mut read = Vec::new();
        for teacher in roster.teachers() {
            if let Some((row, _)) = rows.remove(&teacher.row) {
                read.push(Read { file: at, teacher: teacher.clone(), row });
            }
        }
        read
    }

    /// Compares what was read with what is kept.
    fn decide(&mut self, files: &[ShelvedFile], read: &[Read]) -> Result<(), ApiError> {
        let named: BTreeSet<String> = read.iter().map(|r| r.teacher.id.to_string()).collect();
        let schools: BTreeSet<SchoolCode> = read.iter().map(|r| r.teacher.school.clone()).collect();
        let leaving = |record: &TeacherRecord| {
            schools.contains(&record.entry.school) && !named.contains(&record.entry.number)
        };
        let mut met: BTreeMap<Identity, TeacherId> = BTreeMap::new();
        let mut numbers: BTreeSet<&str> = BTreeSet::new();
        for Read { file, teacher, row } in read {
            let file = files.get(*file).map_or("", |file| file.name.as_str());
            let number: &str = &teacher.id.0;
            let known = self.kept.get(number).copied();
            let refuse = |work: &mut Self, code: &str, field: &str, text: (&str, &str)| {
                let mut finding = plain::finding(code, Severity::Error, teacher.row, field, text);
                finding.teacher = Some(teacher.id.clone());
                work.say(file, &finding, Some(&teacher.school));
            };
            if known.is_some_and(|known| !self.visible(&known.entry.school)) {
                let text = (
                    "教师编号在别校的名册中已有，本行没有读入",
                    "核对编号；调入的教师请人事部门办理",
                );
                refuse(self, "T-DUP-01", "教师编号", text);
                continue;
            }
            if let Some(person) = &teacher.identity {
                let other = self.people.get(person).filter(|other| **other != number).copied();
                let record = other.and_then(|other| self.kept.get(other)).copied();
                match record {
                    Some(record) if leaving(record) => {
                        self.proposal.renumbered.insert(record.entry.number.clone());
                    }
                    Some(record) if !named.contains(&record.entry.number) => {
                        let text = "名册中另有同一证件号码的教师，本行没有读入";
                        let remedy = "只保留编制所在学校的一行；在别校任课写在“走教兼课”";
                        refuse(self, "T-DUP-03", "身份证件号码", (text, remedy));
                        continue;
                    }
                    _ => {}
                }
                if met.insert(person.clone(), teacher.id.clone()).is_some() {
                    let text = "另一个文件中有同一证件号码的教师，本行没有读入";
                    refuse(self, "T-DUP-03", "身份证件号码", (text, "一名教师只写一行"));
                    continue;
                }
            }
            numbers.insert(number);
            let entry = entry(teacher, row)?;
            let same = match known {
                Some(known) => plain::alike(&plain::row(&known.entry.content)?, row),
                None => false,
            };
            match known {
                Some(_) if same => self.proposal.unchanged += 1,
                Some(_) => {
                    self.proposal.changed += 1;
                    self.proposal.put.push(entry);
                }
                None => {
                    self.proposal.added += 1;
                    self.proposal.put.push(entry);
                }
            }
        }
        let gone = self.base.records.iter().filter(|record| {
            let number = record.entry.number.as_str();
            let named = self.brought.contains(number) && !self.proposal.renumbered.contains(number);
            schools.contains(&record.entry.school)
                && self.visible(&record.entry.school)
                && !numbers.contains(number)
                && !named
        });
        self.proposal.gone = gone.map(|record| record.entry.number.clone()).collect();
        Ok(())
    }
}
