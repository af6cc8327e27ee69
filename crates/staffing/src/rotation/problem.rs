//! A rotation to be found, checked: everything that it names is there.

use super::distance::hectometres;
use super::edits::{Rotated, items_of, rotated};
use super::eligibility::{self, Eligibility};
use super::people::{Kind, Person, SubjectBounds, Unit, Worth};
use super::respond::{Response, respond};
use super::settings::{Balance, Settings};
use crate::finding::{Finding, Severity};
use crate::posts::{SectionPosts, is_public, whole};
use crate::rules::{Among, Of, Share};
use crate::teacher::Teacher;
use crate::{Roster, Rules, StaffingError};
use domain::change::amount_at;
use domain::hex;
use domain::{Exact, School, SchoolCode, Snapshot, Stage, Value};
use sha2::{Digest, Sha256};
use standard::{Options, Standard};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A rotation to be found.
#[derive(Clone, Debug)]
pub struct Problem {
    /// The county's data.
    pub snapshot: Arc<Snapshot>,
    /// Its teachers.
    pub roster: Arc<Roster>,
    /// The rules' pack.
    pub rules: Arc<Rules>,
    /// The standard that judges.
    pub standard: Arc<Standard>,
    /// How the judge judges.
    pub options: Options,
    /// What the county has decided.
    pub settings: Settings,
    /// Posts by section; empty where none are known.
    pub posts: Arc<[SectionPosts]>,
    /// What had to be left aside: wishes for schools that are not there, sections without a roster.
    pub findings: Vec<Finding>,
    /// The eligibility of every teacher, in the order of the roster.
    pub eligibility: Vec<Eligibility>,
    pub(crate) units: Vec<Unit>,
    pub(crate) kinds: Vec<Kind>,
    pub(crate) worths: Vec<Worth>,
    pub(crate) people: Vec<Person>,
    pub(crate) response: Response,
    pub(crate) rotated: Arc<Rotated>,
    /// Codes of subjects by their place.
    pub(crate) subjects: Vec<String>,
    /// Distances between the schools of units, for couples.
    pub(crate) couple_limit: u32,
    pub(crate) between: BTreeMap<(usize, usize), Option<u32>>,
    hash: String,
}

impl Problem {
    /// Sets a problem up. `posts` are those of [`crate::posts::posts`]; without them numbers of
    /// teachers stay as they are and no subject counts as short.
    ///
    /// # Errors
    /// [`StaffingError`]: decisions about teachers or schools that are not there, or the judge cannot
    /// judge the snapshot.
    pub fn new(
        snapshot: Arc<Snapshot>,
        roster: Arc<Roster>,
        rules: Arc<Rules>,
        standard: Arc<Standard>,
        options: Options,
        settings: Settings,
        posts: &[SectionPosts],
    ) -> Result<Self, StaffingError> {
        if let Some((field, message)) = settings.faults().into_iter().next() {
            return Err(StaffingError::Setting(format!("设置 {field}：{message}")));
        }
        let eligibility = eligibility::of_all(&roster, &rules);
        let eligible: Vec<bool> =
            eligibility.iter().map(|e| matches!(e, Eligibility::Eligible)).collect();
        let mut items: BTreeSet<String> = BTreeSet::new();
        for teacher in roster.teachers() {
            items.extend(items_of(teacher, &rules, snapshot.year()));
        }
        let items: Vec<String> = items.into_iter().collect();
        let response = respond(&snapshot, &standard, &options, &items)?;
        let hash = hash(&snapshot, &roster, &rules, &standard, &options, posts, &settings);
        let mut problem = Self {
            rotated: Arc::new(rotated(&roster, &eligible)),
            subjects: rules.subjects.iter().map(|s| s.code.clone()).collect(),
            couple_limit: hectometres(&settings.couple),
            findings: Vec::new(),
            units: Vec::new(),
            kinds: Vec::new(),
            worths: Vec::new(),
            people: Vec::new(),
            between: BTreeMap::new(),
            posts: posts.into(),
            snapshot,
            roster,
            rules,
            standard,
            options,
            settings,
            eligibility,
            response,
            hash,
        };
        problem.set_units(posts);
        problem.set_people()?;
        problem.set_couples();
        problem.check_form()?;
        Ok(problem)
    }

    /// Whoever may leave must be counted in the form: else the data could fall below zero.
    fn check_form(&self) -> Result<(), StaffingError> {
        let catalogue = self.standard.catalogue();
        let mut counts: BTreeMap<(usize, String), i64> = BTreeMap::new();
        for person in self.people.iter().filter(|person| !person.ways.is_empty()) {
            let Some(teacher) = self.teacher(person) else { continue };
            for item in items_of(teacher, &self.rules, self.snapshot.year()) {
                *counts.entry((person.unit, item)).or_default() += 1;
            }
        }
        for ((unit, item), roster) in counts {
            let Some(unit) = self.units.get(unit) else { continue };
            let form = amount_at(&self.snapshot, catalogue, &unit.school, Some(unit.stage), &item);
            if let Some(form) = form.filter(|form| *form < Exact::from(roster)) {
                let zh = catalogue.find(&item).map_or(item.clone(), |(_, item)| item.zh.clone());
                return Err(StaffingError::Contradiction {
                    place: format!("{}（{}）", unit.name, unit.stage),
                    item: zh,
                    form: form.to_string(),
                    roster,
                });
            }
        }
        Ok(())
    }

    /// The same problem with other settings.
    ///
    /// # Errors
    /// As [`Problem::new`].
    pub fn with_settings(&self, settings: Settings) -> Result<Self, StaffingError> {
        Self::new(
            Arc::clone(&self.snapshot),
            Arc::clone(&self.roster),
            Arc::clone(&self.rules),
            Arc::clone(&self.standard),
            self.options.clone(),
            settings,
            &self.posts,
        )
    }

    /// SHA-256 over everything that the problem is made of; how long is searched is no part of it.
    #[must_use]
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// How many teachers may be asked to move.
    #[must_use]
    pub fn eligible(&self) -> usize {
        self.eligibility.iter().filter(|e| matches!(e, Eligibility::Eligible)).count()
    }

    pub(crate) fn teacher(&self, person: &Person) -> Option<&Teacher> {
        self.roster.teachers().get(person.teacher)
    }

    fn set_units(&mut self, posts: &[SectionPosts]) {
        let catalogue = self.standard.catalogue();
        let mut staff: BTreeMap<(&SchoolCode, Stage), Vec<(usize, &Teacher)>> = BTreeMap::new();
        for (at, teacher) in self.roster.teachers().iter().enumerate() {
            let there = staff.entry((&teacher.school, teacher.stage)).or_default();
            if teacher.is_full_time() {
                there.push((at, teacher));
            }
        }
        let (mut units, mut findings) = (Vec::new(), Vec::new());
        for school in self.snapshot.schools() {
            if !is_public(school, catalogue) || self.settings.closed.contains(&school.code) {
                continue;
            }
            for section in school.sections.iter().filter(|s| Stage::COMPULSORY.contains(&s.stage)) {
                // Nobody is known there: who is missing or to spare is not known either.
                let Some(teachers) = staff.get(&(&school.code, section.stage)) else {
                    findings.push(without_roster(school, section.stage));
                    continue;
                };
                let posts =
                    posts.iter().find(|p| p.school == school.code && p.stage == section.stage);
                units.push(self.unit(school, section.stage, teachers, posts));
            }
        }
        self.units = units;
        self.findings.extend(findings);
    }

    fn unit(
        &self,
        school: &School,
        stage: Stage,
        teachers: &[(usize, &Teacher)],
        posts: Option<&SectionPosts>,
    ) -> Unit {
        let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        let all = count(teachers.len());
        let backbone = count(teachers.iter().filter(|(_, t)| t.is_backbone()).count());
        let kept = whole(&(&self.settings.keep_backbone * &Exact::from(backbone)).ceil());
        let target = posts.and_then(|p| p.teaching);
        let head = match (self.settings.balance, target) {
            (Balance::TowardsPosts, Some(target)) => ((target - all).min(0), (target - all).max(0)),
            _ => (0, 0),
        };
        let residence = self.standard.catalogue().id("residence");
        Unit {
            school: school.code.clone(),
            name: school.name.clone(),
            stage,
            residence: residence.and_then(|id| school.facts.value(id)).and_then(among),
            teachers: all,
            backbone,
            head,
            posts: target,
            leave: may_leave(&self.settings.leave_section, all),
            subjects: self.subject_bounds(teachers, posts),
            backbone_least: kept.min(backbone) - backbone,
            judged: self.response.sections.get(&(school.code.clone(), stage)).cloned(),
        }
    }

    fn subject_bounds(
        &self,
        teachers: &[(usize, &Teacher)],
        posts: Option<&SectionPosts>,
    ) -> BTreeMap<usize, SubjectBounds> {
        let mut subjects: BTreeMap<usize, SubjectBounds> = BTreeMap::new();
        for (_, teacher) in teachers {
            if let Some(at) = self.subject(teacher) {
                subjects.entry(at).or_default().have += 1;
            }
        }
        for row in posts.map(|p| p.subjects.as_slice()).unwrap_or_default() {
            if let Some(at) = self.subjects.iter().position(|code| *code == row.subject) {
                // A subject without fixed hours has no posts that could be short.
                subjects.entry(at).or_default().posts =
                    (!row.lessons.is_zero()).then_some(row.posts);
            }
        }
        for bounds in subjects.values_mut() {
            bounds.leave = may_leave(&self.settings.leave_subject, bounds.have);
            // Not below the posts, or not lower than now; a subject is never emptied.
            let floor = bounds.posts.map_or(bounds.have.min(1), |posts| posts.min(bounds.have));
            bounds.least = floor - bounds.have;
        }
        subjects
    }

    pub(crate) fn subject(&self, teacher: &Teacher) -> Option<usize> {
        let code = teacher.main_subject()?;
        self.subjects.iter().position(|known| known == code)
    }

    /// n of one teacher of a kind at a unit, for an indicator.
    pub(crate) fn gain(&self, unit: usize, kind: usize, k: usize) -> i64 {
        let worth = self.kinds.get(kind).and_then(|kind| self.worths.get(kind.worth));
        worth.and_then(|units| units.get(unit)).and_then(|ks| ks.get(k)).copied().unwrap_or(0)
    }

    /// Teachers that a share is taken of, where that does not depend on the moves.
    pub(crate) fn share_base(&self, share: &Share) -> Option<i64> {
        let catalogue = self.standard.catalogue();
        let residence = catalogue.id("residence");
        let mut sum = 0;
        for school in self.snapshot.schools().iter().filter(|s| is_public(s, catalogue)) {
            let place = residence.and_then(|id| school.facts.value(id)).and_then(among);
            if share.among != Among::All && place != Some(share.among) {
                continue;
            }
            for section in school.sections.iter().filter(|s| Stage::COMPULSORY.contains(&s.stage)) {
                let key = (school.code.clone(), section.stage);
                sum += match share.of {
                    Of::Moved => return None,
                    Of::Eligible => self.rotated.eligible.get(&key).copied().unwrap_or(0),
                    Of::Teachers => self
                        .unit_of(&school.code, section.stage)
                        .and_then(|unit| self.units.get(unit))
                        .map_or(0, |unit| unit.teachers),
                };
            }
        }
        Some(sum)
    }

    /// Does leaving this unit count for a share?
    pub(crate) fn counts_in(&self, share: &Share, unit: usize) -> bool {
        share.among == Among::All
            || self.units.get(unit).is_some_and(|unit| unit.residence == Some(share.among))
    }

    /// The unit of a school and a stage.
    pub(crate) fn unit_of(&self, school: &SchoolCode, stage: Stage) -> Option<usize> {
        self.units.iter().position(|unit| unit.school == *school && unit.stage == stage)
    }
}

/// A section that takes no part because the roster has nobody of it.
fn without_roster(school: &School, stage: Stage) -> Finding {
    Finding {
        code: "T-GAP-04".to_owned(),
        severity: Severity::Warning,
        row: None,
        teacher: None,
        field: "学校标识码".to_owned(),
        message: format!(
            "名册中没有{}（{stage}）的教师，缺多少人不能判定，不参加交流",
            school.name
        ),
        remedy: "录入该校教师名册后再排交流".to_owned(),
    }
}

/// A share of so many, rounded down; one may always leave.
fn may_leave(share: &Exact, of: i64) -> i64 {
    whole(&(share * &Exact::from(of)).floor()).max(1).min(of)
}

fn among(value: &Value) -> Option<Among> {
    let Value::Code(code) = value else { return None };
    match &**code {
        "111" | "112" => Some(Among::Urban),
        "121" | "122" | "123" => Some(Among::Town),
        "210" | "220" => Some(Among::Rural),
        _ => None,
    }
}

fn hash(
    snapshot: &Snapshot,
    roster: &Roster,
    rules: &Rules,
    standard: &Standard,
    options: &Options,
    posts: &[SectionPosts],
    settings: &Settings,
) -> String {
    let mut hasher = Sha256::new();
    let mut feed = |part: &str| {
        hasher.update(part.len().to_be_bytes());
        hasher.update(part.as_bytes());
    };
    feed(snapshot.hash());
    feed(&rules.hash);
    feed(standard.hash());
    for (code, value) in &options.parameters {
        feed(code);
        feed(value);
    }
    feed(&roster.day().to_string());
    // Names and numbers print masked, but births and homes do not: the hash leaves, they do not.
    for teacher in roster.teachers() {
        feed(&format!("{teacher:?}"));
    }
    for section in posts {
        feed(&format!("{section:?}"));
    }
    let limits = super::settings::Limits::default();
    feed(&format!("{:?}", Settings { limits, ..settings.clone() }));
    hex(&hasher.finalize())
}
