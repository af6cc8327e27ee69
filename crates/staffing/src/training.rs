//! Training: who will miss the hours of the cycle and by how much, and which schools spend too little.

use crate::count;
use crate::posts::is_public;
use crate::teacher::TeacherId;
use crate::{PersonName, Roster, Rules};
use domain::{Catalogue, Exact, SchoolCode, SchoolYear, Snapshot, Value};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The cycle in which hours can still be made up: the calendar years that the evaluation of the next school
/// year looks at; 2020 to 2024 for 2024. Where nobody asks for another, it is this one.
#[must_use]
pub fn running_cycle(rules: &Rules, year: SchoolYear) -> (i16, i16) {
    count::training_cycle(rules, SchoolYear(year.0.saturating_add(1)))
}

/// The last calendar year that is over on the roster's day: what is missing is spread over the years after.
#[must_use]
pub fn last_over(roster: &Roster) -> i16 {
    roster.day().year() - 1
}

/// A full-time teacher who lacks hours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shortfall {
    /// The teacher.
    pub teacher: TeacherId,
    /// The name, masked.
    pub name: PersonName,
    /// The school.
    pub school: SchoolCode,
    /// Hours in the cycle so far.
    pub hours: Exact,
    /// Hours that are missing.
    pub missing: Exact,
    /// Hours a year in the years that are left; `None` where none is left.
    pub a_year: Option<Exact>,
}

/// Who lacks hours in the cycle of calendar years `from..=to`, `now` being the last year
/// that is over, by what is missing.
#[must_use]
pub fn shortfalls(
    roster: &Roster,
    rules: &Rules,
    (from, to): (i16, i16),
    now: i16,
) -> Vec<Shortfall> {
    let wanted = &rules.training.hours.value;
    let mut list: Vec<Shortfall> = Vec::new();
    for teacher in roster.teachers().iter().filter(|teacher| teacher.is_full_time()) {
        let hours = Exact::from(teacher.training_hours(from, to));
        if hours < *wanted {
            let missing = wanted - &hours;
            let left = i64::from((to - now).max(0));
            list.push(Shortfall {
                teacher: teacher.id.clone(),
                name: teacher.name.clone(),
                school: teacher.school.clone(),
                a_year: missing.checked_div(&Exact::from(left)),
                hours,
                missing,
            });
        }
    }
    list.sort_by(|a, b| b.missing.cmp(&a.missing).then(a.teacher.cmp(&b.teacher)));
    list
}

/// How far the full-time teachers of a school are with the hours of the cycle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Completion {
    /// The school.
    pub school: SchoolCode,
    /// Full-time teachers.
    pub teachers: usize,
    /// Of them with all hours.
    pub done: usize,
    /// Hours that are missing altogether.
    pub missing: Exact,
    /// Their share of those who have all hours; the state asks for all of them.
    pub share: Exact,
}

/// How far each school is in the cycle of calendar years `from..=to`; schools without a full-time
/// teacher in the roster are none of it.
#[must_use]
pub fn completion(roster: &Roster, rules: &Rules, (from, to): (i16, i16)) -> Vec<Completion> {
    let wanted = &rules.training.hours.value;
    let mut schools: BTreeMap<&SchoolCode, (usize, usize, Exact)> = BTreeMap::new();
    for teacher in roster.teachers().iter().filter(|teacher| teacher.is_full_time()) {
        let (teachers, done, missing) =
            schools.entry(&teacher.school).or_insert((0, 0, Exact::ZERO));
        let hours = Exact::from(teacher.training_hours(from, to));
        *teachers += 1;
        if hours < *wanted {
            *missing = &*missing + &(wanted - &hours);
        } else {
            *done += 1;
        }
    }
    let count = |n: usize| Exact::from(i64::try_from(n).unwrap_or(i64::MAX));
    let completion = schools.into_iter().map(|(school, (teachers, done, missing))| Completion {
        school: school.clone(),
        teachers,
        done,
        missing,
        share: count(done).checked_div(&count(teachers)).unwrap_or(Exact::ZERO),
    });
    completion.collect()
}

/// What a school spends on training.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Funds {
    /// The school.
    pub school: SchoolCode,
    /// Training funds, 万元; `None` where missing.
    pub training: Option<Exact>,
    /// The operating budget, 万元.
    pub budget: Option<Exact>,
    /// Their share; `None` where it cannot be computed.
    pub share: Option<Exact>,
    /// Is it enough? `None` where it is not known: missing is not zero.
    pub enough: Option<bool>,
}

/// What the public schools spend on training, by the data of a year.
#[must_use]
pub fn funds(
    snapshot: &Snapshot,
    catalogue: &Catalogue,
    rules: &Rules,
) -> (SchoolYear, Vec<Funds>) {
    let list = snapshot
        .schools()
        .iter()
        .filter(|school| !school.sections.is_empty() && is_public(school, catalogue))
        .map(|school| {
            let number = |item: &str| {
                let id = catalogue.id(item)?;
                school.facts.value(id).and_then(Value::number).map(Exact::from)
            };
            let (training, budget) = (number("training_funds"), number("operating_budget"));
            let share = training.as_ref().zip(budget.as_ref()).and_then(|(t, b)| t.checked_div(b));
            let enough = share.as_ref().map(|share| *share >= rules.training.funds.value);
            Funds { school: school.code.clone(), training, budget, share, enough }
        })
        .collect();
    (snapshot.year(), list)
}
