//! Data items counted from the roster, with the list behind each number.

use crate::finding::{Finding, Severity};
use crate::rotation::eligibility::{self, Eligibility};
use crate::row::heading;
use crate::teacher::{Teacher, TeacherId};
use crate::{Roster, Rules, StaffingError};
use domain::change::{Entry, with_entries};
use domain::{Catalogue, Exact, SchoolCode, SchoolYear, Snapshot, Stage, Value};
use rust_decimal::Decimal;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// The origin of what is counted here.
pub const HOW: &str = "由教师名册统计";

/// A number of a section with the list behind it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Counted {
    /// The school.
    pub school: SchoolCode,
    /// The stage.
    pub stage: Stage,
    /// The data item.
    pub item: String,
    /// The number; `None` where the roster does not say enough of somebody: missing is not zero.
    pub value: Option<Decimal>,
    /// Who is counted.
    pub teachers: Vec<TeacherId>,
    /// Of whom it is not known; where there is anybody, the value is missing.
    pub unknown: Vec<TeacherId>,
}

/// What a teacher is to an item.
enum Of {
    Counts(Decimal),
    No,
    Unknown,
}

fn flag(holds: bool) -> Of {
    if holds { Of::Counts(Decimal::ONE) } else { Of::No }
}

fn known(holds: Option<bool>) -> Of {
    holds.map_or(Of::Unknown, flag)
}

/// Items that are counted: full-time teachers by degree, subject, rank …, in a fixed order.
#[must_use]
pub fn items(rules: &Rules) -> Vec<String> {
    let mut items: BTreeSet<String> = [
        "staff",
        "teachers",
        "teachers_doctor",
        "teachers_master",
        "teachers_bachelor",
        "teachers_college",
        "teachers_below_college",
        "teachers_backbone",
        "teachers_certified",
        "teachers_trained",
        "teachers_training_hours",
        "teachers_rotation_eligible",
        "teachers_rotated",
        "teachers_rotated_backbone",
        "teachers_rank_chief",
        "teachers_rank_senior",
        "teachers_rank_middle",
        "teachers_visiting",
    ]
    .map(str::to_owned)
    .into();
    items.extend(rules.subjects.iter().filter_map(|subject| subject.item.clone()));
    items.into_iter().collect()
}

/// What counts as rotated in a school year: a stay begun in the year before it (上一学年).
#[must_use]
pub fn rotated(teacher: &Teacher, year: SchoolYear) -> bool {
    let last = year.previous();
    teacher.exchanges.iter().any(|e| e.year == last && e.kind.rotates())
}

/// The years of training that an evaluation of a school year looks at: the whole calendar years, five
/// by the rules, that are over on its statistics date; 2019 to 2023 for 2024.
#[must_use]
pub fn training_cycle(rules: &Rules, year: SchoolYear) -> (i16, i16) {
    let years = rules.training.years.value.small_parts().map_or(5, |(n, _)| n);
    (year.0.saturating_sub(i16::try_from(years).unwrap_or(5)), year.0.saturating_sub(1))
}

fn of(
    teacher: &Teacher,
    item: &str,
    rules: &Rules,
    year: SchoolYear,
    eligible: &Eligibility,
) -> Of {
    if item == "staff" {
        return flag(true);
    }
    if teacher.is_unclear("post") {
        return Of::Unknown;
    }
    if !teacher.is_full_time() {
        return Of::No;
    }
    // What was read is certain; what could not be read might be more of the same.
    let read = |holds: bool, column: &str| match holds {
        false if teacher.is_unclear(column) => Of::Unknown,
        holds => flag(holds),
    };
    let hours = || {
        let (from, to) = training_cycle(rules, year);
        teacher.training_hours(from, to)
    };
    match item {
        "teachers" => flag(true),
        "teachers_backbone" => read(teacher.is_backbone(), "backbone"),
        "teachers_certified" => known(teacher.certified),
        "teachers_trained" => read(Exact::from(hours()) >= rules.training.hours.value, "training"),
        "teachers_training_hours" => match hours() {
            _ if teacher.is_unclear("training") => Of::Unknown,
            hours if hours.is_zero() => Of::No,
            hours => Of::Counts(hours),
        },
        "teachers_rotation_eligible" => match eligible {
            Eligibility::Unknown(_) => Of::Unknown,
            other => flag(matches!(other, Eligibility::Eligible)),
        },
        "teachers_rotated" => read(rotated(teacher, year), "exchanges"),
        "teachers_rotated_backbone" => {
            match (
                read(rotated(teacher, year), "exchanges"),
                read(teacher.is_backbone(), "backbone"),
            ) {
                (Of::No, _) | (_, Of::No) => Of::No,
                (Of::Unknown, _) | (_, Of::Unknown) => Of::Unknown,
                (Of::Counts(_), Of::Counts(_)) => flag(true),
            }
        }
        _ if item.starts_with("teachers_rank_") => {
            teacher.rank.map_or(Of::Unknown, |rank| flag(rank.item() == Some(item)))
        }
        _ if rules.subjects.iter().any(|s| s.item.as_deref() == Some(item)) => {
            match teacher.main_subject().and_then(|code| rules.subject(code)) {
                Some(subject) => flag(subject.item.as_deref() == Some(item)),
                None => Of::Unknown,
            }
        }
        _ => teacher.degree.map_or(Of::Unknown, |degree| flag(degree.item() == item)),
    }
}

/// The columns without which an item cannot be counted.
fn columns(item: &str, rules: &Rules) -> &'static [&'static str] {
    match item {
        "staff" | "teachers" => &[],
        "teachers_backbone" => &["backbone"],
        "teachers_certified" => &["certified"],
        "teachers_trained" | "teachers_training_hours" => &["training"],
        "teachers_rotation_eligible" => &["arrived"],
        "teachers_rotated" => &["exchanges"],
        "teachers_rotated_backbone" => &["exchanges", "backbone"],
        "teachers_visiting" => &["visits"],
        _ if item.starts_with("teachers_rank_") => &["rank"],
        _ if rules.subjects.iter().any(|s| s.item.as_deref() == Some(item)) => &["subject"],
        _ => &["degree"],
    }
}

/// Columns that items hang on and in which the roster has nothing of anybody, as findings: these items
/// are not counted.
#[must_use]
pub fn uncounted(roster: &Roster, rules: &Rules) -> Vec<Finding> {
    let needed: BTreeSet<&str> =
        items(rules).iter().flat_map(|item| columns(item, rules)).copied().collect();
    let absent = needed.into_iter().filter(|column| roster.lacks(column));
    absent
        .map(|column| {
            let field = heading(column);
            Finding {
                code: "T-GAP-05".to_owned(),
                severity: Severity::Notice,
                row: None,
                teacher: None,
                message: format!(
                    "名册中没有人填“{field}”，与它有关的数据项不由名册统计，以报表为准"
                ),
                remedy: "名册补填后即由名册统计".to_owned(),
                field,
            }
        })
        .collect()
}

/// Counts every item for every section of the snapshot that has a teacher in the roster, years at the
/// roster's day. A section without any is not counted, nor is an item whose column nobody has filled:
/// their figures stay as they were entered.
#[must_use]
pub fn count(roster: &Roster, snapshot: &Snapshot, rules: &Rules) -> Vec<Counted> {
    let year = snapshot.year();
    let mut sections: BTreeMap<(SchoolCode, Stage), Vec<&Teacher>> = BTreeMap::new();
    for teacher in roster.teachers() {
        sections.entry((teacher.school.clone(), teacher.stage)).or_default().push(teacher);
    }
    let visiting = visiting(roster, rules);
    let mut items = items(rules);
    items.retain(|item| !columns(item, rules).iter().any(|column| roster.lacks(column)));
    let mut list = Vec::with_capacity(sections.len() * items.len());
    for ((school, stage), teachers) in &sections {
        let eligible: Vec<Eligibility> =
            teachers.iter().map(|t| eligibility::of(t, rules, roster.day())).collect();
        for item in &items {
            let mut counted = Counted {
                school: school.clone(),
                stage: *stage,
                item: item.clone(),
                value: Some(Decimal::ZERO),
                teachers: Vec::new(),
                unknown: Vec::new(),
            };
            if item == "teachers_visiting" {
                let guests = visiting.get(&(school.clone(), *stage)).cloned().unwrap_or_default();
                counted.value = Some(Decimal::from(guests.len()));
                counted.teachers = guests;
                list.push(counted);
                continue;
            }
            for (teacher, eligible) in teachers.iter().zip(&eligible) {
                match of(teacher, item, rules, year, eligible) {
                    Of::Counts(amount) => {
                        counted.value = counted.value.map(|value| value + amount);
                        counted.teachers.push(teacher.id.clone());
                    }
                    Of::No => {}
                    Of::Unknown => counted.unknown.push(teacher.id.clone()),
                }
            }
            if !counted.unknown.is_empty() {
                counted.value = None;
            }
            list.push(counted);
        }
    }
    list
}

/// Teachers of PE and art who come from other schools, by the section that they visit: the one of
/// their own stage.
fn visiting(roster: &Roster, rules: &Rules) -> BTreeMap<(SchoolCode, Stage), Vec<TeacherId>> {
    let mut guests: BTreeMap<(SchoolCode, Stage), Vec<TeacherId>> = BTreeMap::new();
    for teacher in roster.teachers() {
        for visit in &teacher.visits {
            let subject = visit.subject.as_deref().or(teacher.main_subject());
            let specialist = subject.and_then(|code| rules.subject(code));
            let list = guests.entry((visit.school.clone(), teacher.stage)).or_default();
            if specialist.is_some_and(|s| s.item.is_some()) && !list.contains(&teacher.id) {
                list.push(teacher.id.clone());
            }
        }
    }
    guests
}

/// The counted figures as entries for [`domain::change::with_entries`], whose reason is [`HOW`].
/// A figure that is missing takes an entered one away: the roster is the one source.
#[must_use]
pub fn entries(counted: &[Counted]) -> Vec<Entry> {
    counted
        .iter()
        .map(|c| Entry {
            school: Some(c.school.clone()),
            stage: Some(c.stage),
            item: c.item.clone(),
            value: c.value.map(Value::Number),
        })
        .collect()
}

/// The county's data with the figures that the roster gives, and where they differ from the form's.
/// Where a county keeps a roster, this is what it is judged by. What it counts of sections that the
/// data do not have is left out.
///
/// # Errors
/// [`StaffingError`] where the catalogue lacks an item that is counted.
pub fn recount(
    snapshot: &Snapshot,
    roster: &Roster,
    rules: &Rules,
    catalogue: &Catalogue,
) -> Result<(Snapshot, Vec<Finding>), StaffingError> {
    let mut counted = count(roster, snapshot, rules);
    // Data of some schools may not count yet; their teachers are counted once they do.
    counted.retain(|c| snapshot.school(&c.school).is_some_and(|s| s.section(c.stage).is_some()));
    let after = with_entries(snapshot, HOW, &entries(&counted), catalogue)?;
    let mut findings = differences(&counted, snapshot, catalogue);
    findings.extend(uncounted(roster, rules));
    Ok((after, findings))
}

/// Where the form says something else than the roster.
#[must_use]
pub fn differences(
    counted: &[Counted],
    snapshot: &Snapshot,
    catalogue: &Catalogue,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for c in counted {
        let Some((id, item)) = catalogue.find(&c.item) else { continue };
        let section = snapshot.school(&c.school).and_then(|school| {
            school.section(c.stage).map(|section| (school.name.as_str(), section))
        });
        let Some((name, section)) = section else { continue };
        let form = section.facts.value(id).and_then(Value::number);
        let (code, message) = match (form, c.value) {
            (Some(form), Some(counted)) if form != counted => (
                "T-DIFF-01",
                format!(
                    "{name} {}“{}”报表为 {}，名册统计为 {}",
                    c.stage,
                    item.zh,
                    form.normalize(),
                    counted.normalize()
                ),
            ),
            (Some(form), None) => (
                "T-DIFF-02",
                format!(
                    "{name} {}“{}”报表为 {}，名册中有 {} 人未填或读不懂，无法统计",
                    c.stage,
                    item.zh,
                    form.normalize(),
                    c.unknown.len()
                ),
            ),
            _ => continue,
        };
        findings.push(Finding {
            code: code.to_owned(),
            severity: Severity::Warning,
            row: None,
            teacher: None,
            field: item.zh.clone(),
            message,
            remedy: "核对名册与报表：以名册为准时改报表，名册漏填时补名册".to_owned(),
        });
    }
    findings
}
