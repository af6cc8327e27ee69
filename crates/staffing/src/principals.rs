//! Principals' terms: who has served how long, who must move, which schools have no principal, and
//! proposed moves.

mod moves;

pub use moves::{LeaderMove, LeaderStay, Proposals, proposals};

use crate::posts::{is_public, whole};
use crate::teacher::{Teacher, TeacherId};
use crate::words::Role;
use crate::{PersonName, Roster, Rules};
use domain::{Catalogue, Exact, SchoolCode, Snapshot, Stage};
use serde::{Deserialize, Serialize};

/// A principal or vice principal at the present school.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Term {
    /// The teacher.
    pub teacher: TeacherId,
    /// The name, masked.
    pub name: PersonName,
    /// Principal or vice principal.
    pub role: Role,
    /// The school.
    pub school: SchoolCode,
    /// Full years in the post there; `None` where the day of appointment is missing: who has come ten
    /// years ago may lead the school for one.
    pub years: Option<i64>,
    /// The number of the present term, from one.
    pub term: Option<i64>,
    /// Years until the last allowed term ends; zero or less: he or she must move. Without a day of
    /// appointment at least so many, by the arrival at the school, and `None` where that leaves it open.
    pub left: Option<i64>,
    /// What follows, in Chinese.
    pub note: String,
}

/// The principals and vice principals of a roster on its day, those who must move first.
#[must_use]
pub fn terms(roster: &Roster, rules: &Rules) -> Vec<Term> {
    let length = whole(&rules.principals.term.value).max(1);
    let most = whole(&(&rules.principals.term.value * &rules.principals.terms.value));
    let mut list: Vec<Term> = roster
        .teachers()
        .iter()
        .filter(|teacher| teacher.leads())
        .map(|teacher| {
            let since = |from| Teacher::full_years(from, roster.day()).map(i64::from);
            // Nobody leads a school before coming to it.
            let years = since(teacher.appointed.map(|day| teacher.arrived.unwrap_or(day).max(day)));
            let here = since(teacher.arrived);
            let left = years.or(here.filter(|here| *here < most)).map(|years| most - years);
            let note = match (years, here, left) {
                (Some(years), _, Some(left)) if left <= 0 => {
                    format!("任现职 {years} 年，已满 {} 届，应交流", rules.principals.terms.value)
                }
                (Some(years), _, Some(left)) => format!("任现职 {years} 年，还有 {left} 年届满"),
                (None, Some(here), Some(left)) => {
                    format!("没有填任现职日期，到本校 {here} 年，至少还有 {left} 年届满")
                }
                (_, Some(here), _) => {
                    format!("没有填任现职日期，到本校 {here} 年，不能判定任期")
                }
                _ => "没有填任现职日期和到本校日期，不能判定任期".to_owned(),
            };
            Term {
                teacher: teacher.id.clone(),
                name: teacher.name.clone(),
                role: teacher.role,
                school: teacher.school.clone(),
                term: years.map(|years| years / length + 1),
                years,
                left,
                note,
            }
        })
        .collect();
    list.sort_by(|a, b| {
        let key = |t: &Term| (t.left.is_none(), t.left.unwrap_or(0));
        key(a).cmp(&key(b)).then(a.teacher.cmp(&b.teacher))
    });
    list
}

/// Public schools of the compulsory stages without a principal in the roster. Campuses are led from their
/// main school.
#[must_use]
pub fn vacancies(roster: &Roster, snapshot: &Snapshot, catalogue: &Catalogue) -> Vec<SchoolCode> {
    let led = |school: &SchoolCode| {
        roster.teachers().iter().any(|t| t.school == *school && t.role == Role::Principal)
    };
    let schools = snapshot.schools().iter().filter(|school| {
        school.parent.is_none()
            && school.sections.iter().any(|s| Stage::COMPULSORY.contains(&s.stage))
            && is_public(school, catalogue)
            && !led(&school.code)
    });
    schools.map(|school| school.code.clone()).collect()
}

/// Of how many who lead, how many must move: the share of the state's rule.
#[must_use]
pub fn due(terms: &[Term]) -> (usize, Exact) {
    let due = terms.iter().filter(|term| term.left.is_some_and(|left| left <= 0)).count();
    let count = |n: usize| Exact::from(i64::try_from(n).unwrap_or(i64::MAX));
    (due, count(due).checked_div(&count(terms.len())).unwrap_or(Exact::ZERO))
}
