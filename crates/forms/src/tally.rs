//! What forms count and add up from facts where no rule does: schools of a kind, pupils of a stage.
//! One source for the workbook and for documents.
//!
//! Must not know: forms, standards, how a figure is printed.

use domain::{Catalogue, Exact, Level, Place, School, SchoolKind, Section, Snapshot, Stage, Value};

/// A figure of the county.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known {
    /// It is known.
    Number(Exact),
    /// `—`: the question does not arise.
    NotApplicable,
    /// Why it is not known, in Chinese; empty where it was not entered.
    Missing(String),
}

/// A numeric item of the county itself.
#[must_use]
pub fn item(snapshot: &Snapshot, catalogue: &Catalogue, code: &str) -> Known {
    let place = Place::County(snapshot.county());
    known(value(catalogue, place, Level::County, code))
}

/// A numeric item of a school or a section.
#[must_use]
pub fn at(place: Place<'_>, catalogue: &Catalogue, code: &str) -> Known {
    let level = catalogue.find(code).map_or(Level::County, |(_, item)| item.level);
    known(value(catalogue, place, level, code))
}

fn known(value: Option<&Value>) -> Known {
    match value {
        Some(Value::Number(n)) => Known::Number((*n).into()),
        Some(Value::NotApplicable) => Known::NotApplicable,
        _ => Known::Missing(String::new()),
    }
}

/// Schools of a kind, those with at least so many pupils.
#[must_use]
pub fn schools(
    snapshot: &Snapshot,
    catalogue: &Catalogue,
    kind: SchoolKind,
    least: Option<i64>,
) -> Known {
    let mut count = 0i64;
    let mut unknown = 0usize;
    let of_kind = snapshot.schools().iter().filter(|s| s.kind == kind);
    for school in of_kind.filter(|s| counts(snapshot, catalogue, s)) {
        match least.map(|least| (least, pupils(snapshot, catalogue, school))) {
            None => count += 1,
            Some((least, Some(pupils))) if pupils >= least.into() => count += 1,
            Some((_, Some(_))) => {}
            Some((_, None)) => unknown += 1,
        }
    }
    if unknown > 0 {
        return Known::Missing(format!("{unknown} 所缺在校生数"));
    }
    Known::Number(count.into())
}

/// An item of sections added up over all sections of a stage.
#[must_use]
pub fn sum(snapshot: &Snapshot, catalogue: &Catalogue, stage: Stage, code: &str) -> Known {
    let mut total = Exact::ZERO;
    let mut unknown = 0usize;
    for school in snapshot.schools() {
        let Some(section) = school.section(stage) else { continue };
        let place = Place::Section(snapshot.county(), school, section);
        match value(catalogue, place, Level::Section, code) {
            Some(Value::Number(n)) => total = total + Exact::from(*n),
            Some(Value::NotApplicable) => {}
            _ => unknown += 1,
        }
    }
    if unknown > 0 {
        return Known::Missing(format!("{unknown} 个{stage}部缺数"));
    }
    Known::Number(total)
}

fn value<'a>(
    catalogue: &Catalogue,
    place: Place<'a>,
    level: Level,
    code: &str,
) -> Option<&'a Value> {
    Snapshot::fact(place, level, catalogue.id(code)?).map(|fact| &fact.value)
}

/// Does the school count as one? 是否计校数 where it is known, else: campuses do not.
fn counts(snapshot: &Snapshot, catalogue: &Catalogue, school: &School) -> bool {
    let place = Place::School(snapshot.county(), school);
    match value(catalogue, place, Level::School, "counted_as_school") {
        Some(Value::Flag(counted)) => *counted,
        _ => school.parent.is_none(),
    }
}

/// Pupils of all sections; `None` where one is missing.
fn pupils(snapshot: &Snapshot, catalogue: &Catalogue, school: &School) -> Option<Exact> {
    let of = |section: &Section| {
        let place = Place::Section(snapshot.county(), school, section);
        match value(catalogue, place, Level::Section, "pupils")? {
            Value::Number(n) => Some(Exact::from(*n)),
            Value::NotApplicable => Some(Exact::ZERO),
            _ => None,
        }
    };
    school.sections.iter().map(of).sum::<Option<Exact>>()
}
