//! Posts by the rules' pack (县管校聘): how many a section should have, how many lessons each subject
//! takes, and where somebody is missing or to spare, with the reason for every number.

mod changes;

pub use changes::{PostChange, changes};

use crate::roster::Roster;
use crate::rules::{By, Combine, Figure, PostRule, Rules};
use domain::{Catalogue, Exact, School, SchoolCode, SchoolYear, Section, Snapshot, Stage, Value};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a rule gives to a section.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// The rule's code.
    pub rule: String,
    /// What it says.
    pub zh: String,
    /// Of how many: pupils, classes, boarding pupils.
    pub basis: Exact,
    /// Posts that it gives.
    pub posts: Exact,
    /// Does it decide? Of alternatives only the greatest does.
    pub counts: bool,
    /// Source and grade.
    pub source: (String, String),
}

/// A subject at a section.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubjectPosts {
    /// The subject's code.
    pub subject: String,
    /// Chinese name.
    pub zh: String,
    /// Lessons a week.
    pub lessons: Exact,
    /// Teachers that they take, exactly.
    pub need: Exact,
    /// The same as whole posts, halves up; the rest is for visiting teachers.
    pub posts: i64,
    /// Full-time teachers of this main subject in the roster.
    pub have: i64,
    /// Posts without a teacher.
    pub shortage: i64,
    /// Teachers beyond the posts.
    pub surplus: i64,
    /// Lessons a week that teachers of other schools give here (走教, 跨校兼课).
    pub lessons_in: Exact,
    /// Lessons a week that the section's own teachers give elsewhere.
    pub lessons_out: Exact,
    /// Lessons a week for which there is nobody: what the section teaches, less the full loads of its
    /// own teachers, less what visitors give, and what its own give elsewhere on top.
    pub uncovered: Exact,
    /// Is its shortage structural?
    pub structural: bool,
}

/// The posts of a section.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SectionPosts {
    /// The school.
    pub school: SchoolCode,
    /// Its name.
    pub name: String,
    /// The stage.
    pub stage: Stage,
    /// Pupils, where known.
    pub pupils: Option<Exact>,
    /// Classes, where known.
    pub classes: Option<Exact>,
    /// Staff posts (编制); `None` where a figure is missing that could change them.
    pub quota: Option<i64>,
    /// Of them for teaching.
    pub teaching: Option<i64>,
    /// Staff: of the roster, else of the form.
    pub staff: Option<i64>,
    /// Full-time teachers, likewise.
    pub teachers: Option<i64>,
    /// Staff beyond the quota; below zero: missing.
    pub balance: Option<i64>,
    /// What each rule gives.
    pub reasons: Vec<Reason>,
    /// By subject; empty without classes or roster.
    pub subjects: Vec<SubjectPosts>,
    /// What could not be computed and why, in Chinese.
    pub notes: Vec<String>,
}

/// A subject over the county.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubjectTotal {
    /// The stage.
    pub stage: Stage,
    /// The subject's code.
    pub subject: String,
    /// Chinese name.
    pub zh: String,
    /// Posts, teachers, shortages and surpluses of all sections.
    pub posts: i64,
    /// Teachers.
    pub have: i64,
    /// Sum of the shortages.
    pub shortage: i64,
    /// Sum of the surpluses.
    pub surplus: i64,
    /// Of the shortage, what moving teachers of the subject can close.
    pub movable: i64,
    /// Lessons a week given at other schools.
    pub visiting: Exact,
    /// Lessons a week for which there is nobody.
    pub uncovered: Exact,
    /// Is it structural?
    pub structural: bool,
}

/// The posts of every public section of the county's compulsory stages.
#[must_use]
pub fn posts(
    snapshot: &Snapshot,
    catalogue: &Catalogue,
    roster: Option<&Roster>,
    rules: &Rules,
) -> Vec<SectionPosts> {
    let world = World { catalogue, rules, people: roster.map(People::of) };
    let mut list = Vec::new();
    for school in snapshot.schools() {
        if !is_public(school, catalogue) {
            continue;
        }
        for section in school.sections.iter().filter(|s| Stage::COMPULSORY.contains(&s.stage)) {
            list.push(world.section(school, section));
        }
    }
    list
}

/// The posts of coming years: of the snapshots that a forecast makes, with today's roster.
#[must_use]
pub fn over_years(
    snapshots: &[Snapshot],
    catalogue: &Catalogue,
    roster: Option<&Roster>,
    rules: &Rules,
) -> Vec<(SchoolYear, Vec<SectionPosts>)> {
    snapshots.iter().map(|s| (s.year(), posts(s, catalogue, roster, rules))).collect()
}

/// The subjects over all sections, by stage, in the order of the rules.
#[must_use]
pub fn totals(sections: &[SectionPosts], rules: &Rules) -> Vec<SubjectTotal> {
    let mut list = Vec::new();
    for stage in Stage::COMPULSORY {
        for subject in &rules.subjects {
            let rows = sections
                .iter()
                .filter(|section| section.stage == stage)
                .flat_map(|section| &section.subjects)
                .filter(|row| row.subject == subject.code);
            let mut total = SubjectTotal {
                stage,
                subject: subject.code.clone(),
                zh: subject.zh.clone(),
                posts: 0,
                have: 0,
                shortage: 0,
                surplus: 0,
                movable: 0,
                visiting: Exact::ZERO,
                uncovered: Exact::ZERO,
                structural: subject.structural,
            };
            for row in rows {
                total.posts += row.posts;
                total.have += row.have;
                total.shortage += row.shortage;
                total.surplus += row.surplus;
                total.visiting = &total.visiting + &row.lessons_in;
                total.uncovered = &total.uncovered + &row.uncovered;
            }
            total.movable = total.shortage.min(total.surplus);
            if total.posts + total.have > 0 {
                list.push(total);
            }
        }
    }
    list
}

/// Is a school the county's to staff? Private schools are not.
#[must_use]
pub fn is_public(school: &School, catalogue: &Catalogue) -> bool {
    let sponsor = catalogue.id("sponsor").and_then(|id| school.facts.value(id));
    !matches!(sponsor, Some(Value::Code(code)) if &**code == "10")
}

/// A subject at a section.
type Taught = (SchoolCode, Stage, String);

/// Staff, full-time teachers, and these by main subject, by section; lessons given at other schools.
struct People {
    staff: BTreeMap<(SchoolCode, Stage), (i64, i64)>,
    /// How many have a post that could not be read.
    unclear: BTreeMap<(SchoolCode, Stage), i64>,
    subjects: BTreeMap<Taught, i64>,
    /// Lessons that visitors give at a section, and those that its own teachers give elsewhere.
    visits: BTreeMap<Taught, (Exact, Exact)>,
}

impl People {
    fn of(roster: &Roster) -> Self {
        let mut people = Self {
            staff: BTreeMap::new(),
            unclear: BTreeMap::new(),
            subjects: BTreeMap::new(),
            visits: BTreeMap::new(),
        };
        for teacher in roster.teachers() {
            let place = (teacher.school.clone(), teacher.stage);
            if teacher.is_unclear("post") {
                *people.unclear.entry(place.clone()).or_default() += 1;
            }
            let counts = people.staff.entry(place).or_default();
            counts.0 += 1;
            if teacher.is_full_time() {
                counts.1 += 1;
                if let Some(subject) = teacher.main_subject() {
                    let key = (teacher.school.clone(), teacher.stage, subject.to_owned());
                    *people.subjects.entry(key).or_default() += 1;
                }
            }
            for visit in teacher.visits.iter().filter(|visit| visit.school != teacher.school) {
                let subject = visit.subject.as_deref().or(teacher.main_subject());
                let Some(subject) = subject else { continue };
                let at = |school: &SchoolCode| (school.clone(), teacher.stage, subject.to_owned());
                let hours = Exact::from(visit.hours);
                let none = || (Exact::ZERO, Exact::ZERO);
                let (here, _) = people.visits.entry(at(&visit.school)).or_insert_with(none);
                *here = &*here + &hours;
                let (_, elsewhere) = people.visits.entry(at(&teacher.school)).or_insert_with(none);
                *elsewhere = &*elsewhere + &hours;
            }
        }
        people
    }
}

struct World<'a> {
    catalogue: &'a Catalogue,
    rules: &'a Rules,
    people: Option<People>,
}

impl World<'_> {
    fn number(&self, section: &Section, item: &str) -> Option<Exact> {
        let id = self.catalogue.id(item)?;
        section.facts.value(id).and_then(Value::number).map(Exact::from)
    }

    fn section(&self, school: &School, section: &Section) -> SectionPosts {
        let stage = section.stage;
        let of_roster = self
            .people
            .as_ref()
            .and_then(|people| people.staff.get(&(school.code.clone(), stage)).copied());
        let of_form = |item| self.number(section, item).map(|n| whole(&n));
        let mut posts = SectionPosts {
            school: school.code.clone(),
            name: school.name.clone(),
            stage,
            pupils: self.number(section, "pupils"),
            classes: self.number(section, "classes"),
            quota: None,
            teaching: None,
            staff: of_roster.map(|(staff, _)| staff).or_else(|| of_form("staff")),
            teachers: of_roster.map(|(_, teachers)| teachers).or_else(|| of_form("teachers")),
            balance: None,
            reasons: Vec::new(),
            subjects: Vec::new(),
            notes: Vec::new(),
        };
        self.quota(school, section, &mut posts);
        self.subjects(school, &mut posts);
        posts
    }

    /// The greatest of the alternatives and the supplements, rounded up to whole posts; none where a
    /// figure is missing that could change the result.
    fn quota(&self, school: &School, section: &Section, posts: &mut SectionPosts) {
        let Some(pupils) = posts.pupils.clone() else {
            posts.notes.push("缺“在校生数”，不能核定岗位".to_owned());
            return;
        };
        let mut open: Vec<(&PostRule, &str)> = Vec::new();
        for rule in self.rules.posts.iter().filter(|rule| rule.stages.contains(&posts.stage)) {
            if rule.pupils_below.as_ref().is_some_and(|below| pupils >= *below) {
                continue;
            }
            let (item, basis) = match rule.by {
                By::Pupils => ("pupils", Some(pupils.clone())),
                By::Classes => ("classes", posts.classes.clone()),
                By::Boarders => ("pupils_boarding", self.boarders(school, section)),
                By::Section => ("", Some(Exact::ONE)),
            };
            match basis {
                Some(basis) => posts.reasons.push(reason(rule, basis)),
                None => open.push((rule, item)),
            }
        }
        // What is missing lies between nothing and the pupils: each class has one, each boarder is one.
        let least = self.decide(&mut posts.reasons);
        let mut most = posts.reasons.clone();
        most.extend(open.iter().map(|(rule, _)| reason(rule, pupils.clone())));
        let known = self.decide(&mut most) == least;
        for (rule, item) in open {
            let zh = self.catalogue.find(item).map_or(item, |(_, item)| item.zh.as_str());
            let what = if known { "不影响岗位数" } else { "不能核定岗位" };
            posts.notes.push(format!("缺“{zh}”，“{}”没有计算，{what}", rule.zh));
        }
        if !known {
            posts.reasons.iter_mut().for_each(|reason| reason.counts = false);
            return;
        }
        posts.quota = Some(least);
        let share = self.rules.teaching.iter().find(|(stage, _)| *stage == posts.stage);
        posts.teaching =
            share.map(|(_, Figure { value, .. })| whole(&(value * &Exact::from(least)).ceil()));
        posts.balance = posts.staff.map(|staff| staff - least);
    }

    /// Boarding pupils; none where the school says that it is no boarding school.
    fn boarders(&self, school: &School, section: &Section) -> Option<Exact> {
        let boarding = self.catalogue.id("boarding_school").and_then(|id| school.facts.value(id));
        let none = (boarding == Some(&Value::Flag(false))).then_some(Exact::ZERO);
        self.number(section, "pupils_boarding").or(none)
    }

    /// Says of each reason whether it decides, and the posts that those give together.
    fn decide(&self, reasons: &mut [Reason]) -> i64 {
        let alternative = |reason: &Reason| {
            let rule = self.rules.posts.iter().find(|rule| rule.code == reason.rule);
            rule.is_some_and(|rule| rule.combine == Combine::Max)
        };
        let greatest = reasons
            .iter()
            .enumerate()
            .filter(|(_, reason)| alternative(reason))
            .max_by(|(i, a), (j, b)| a.posts.cmp(&b.posts).then(j.cmp(i)))
            .map(|(at, _)| at);
        for (at, reason) in reasons.iter_mut().enumerate() {
            reason.counts = Some(at) == greatest || !alternative(reason);
        }
        let sum: Exact = reasons.iter().filter(|r| r.counts).map(|r| r.posts.clone()).sum();
        whole(&sum.ceil())
    }

    fn subjects(&self, school: &School, posts: &mut SectionPosts) {
        // A section that nobody has entered yet is not one without teachers: missing is not zero.
        let people = self
            .people
            .as_ref()
            .filter(|people| people.staff.contains_key(&(school.code.clone(), posts.stage)));
        let Some(people) = people else {
            posts.notes.push("没有教师名册，不能按学科核算".to_owned());
            return;
        };
        if let Some(n) = people.unclear.get(&(school.code.clone(), posts.stage)) {
            posts.notes.push(format!("有 {n} 人的“岗位”没有读懂，暂按专任教师核算"));
        }
        let classes = classes_by_grade(school, posts);
        if classes.is_none() {
            posts.notes.push("缺班级数，不能按学科核算需要".to_owned());
        }
        for subject in &self.rules.subjects {
            let key = (school.code.clone(), posts.stage, subject.code.clone());
            let have = people.subjects.get(&key).copied().unwrap_or_default();
            let lessons = subject.lessons(posts.stage);
            let taught: Exact =
                lessons.zip(classes.as_ref()).map_or(Exact::ZERO, |(l, classes)| {
                    l.hours.iter().zip(classes).map(|(h, c)| h * c).sum()
                });
            let need = lessons.and_then(|l| taught.checked_div(&l.load)).unwrap_or(Exact::ZERO);
            let wanted = whole(&(&need + &Exact::ratio(1, 2)).floor());
            let (lessons_in, lessons_out) =
                people.visits.get(&key).cloned().unwrap_or((Exact::ZERO, Exact::ZERO));
            if have == 0 && need.is_zero() && lessons_in.is_zero() && lessons_out.is_zero() {
                continue;
            }
            if lessons.is_none() && have > 0 {
                posts.notes.push(format!(
                    "{}教师 {have} 人：规则没有{}这门课的课时，不计余缺，也不计入相近学科",
                    subject.zh, posts.stage
                ));
            }
            let covered = lessons.map_or(Exact::ZERO, |l| &l.load * &Exact::from(have));
            let open = &(&(&taught + &lessons_out) - &lessons_in) - &covered;
            let uncovered = if taught.is_zero() { Exact::ZERO } else { open.max(Exact::ZERO) };
            posts.subjects.push(SubjectPosts {
                subject: subject.code.clone(),
                zh: subject.zh.clone(),
                lessons: taught,
                need,
                posts: wanted,
                have,
                lessons_in,
                lessons_out,
                uncovered,
                shortage: (wanted - have).max(0),
                // Without classes nothing is known of the need, and nobody is to spare.
                surplus: if classes.is_some() && lessons.is_some() {
                    (have - wanted).max(0)
                } else {
                    0
                },
                structural: subject.structural,
            });
        }
    }
}

fn reason(rule: &PostRule, basis: Exact) -> Reason {
    Reason {
        rule: rule.code.clone(),
        zh: rule.zh.clone(),
        posts: &basis * &rule.per_unit,
        basis,
        counts: false,
        source: rule.source.clone(),
    }
}

/// Classes by grade from the first of the stage: of the list of classes, else spread evenly.
fn classes_by_grade(school: &School, posts: &SectionPosts) -> Option<Vec<Exact>> {
    let (first, grades) = match posts.stage {
        Stage::Primary => (1u8, 6u8),
        Stage::Junior => (7, 3),
        Stage::Senior => return None,
    };
    let listed = school.classes.iter().filter(|class| class.stage == posts.stage);
    let mut counts = vec![0i64; usize::from(grades)];
    let mut any = false;
    for class in listed {
        any = true;
        // A class of several grades takes the lessons of its own grade.
        let at = usize::from(class.grade.saturating_sub(first));
        if let Some(count) = counts.get_mut(at) {
            *count += 1;
        }
    }
    if any {
        return Some(counts.into_iter().map(Exact::from).collect());
    }
    let classes = posts.classes.clone()?;
    let each = classes.checked_div(&Exact::from(i64::from(grades)))?;
    Some(vec![each; usize::from(grades)])
}

/// A whole number as one; beyond its range the greatest.
pub(crate) fn whole(value: &Exact) -> i64 {
    value.floor().small_parts().map_or(i64::MAX, |(n, _)| n)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_is_the_floor() {
        assert_eq!(whole(&Exact::parse("2.99").unwrap()), 2);
        assert_eq!(whole(&Exact::parse("-0.5").unwrap()), -1);
    }
}
