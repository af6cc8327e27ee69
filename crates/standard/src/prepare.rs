//! Before judging: branches that are not counted as schools, and small teaching points, join their
//! parent school where the parameters say so.

use crate::evaluation::Excluded;
use crate::{Standard, StandardError};
use domain::{
    Catalogue, Facts, ItemKind, Level, Place, School, SchoolCode, SchoolKind, Section, Snapshot,
    Value,
};
use formula::{Env, Everything, Outcome};
use rust_decimal::Decimal;
use std::borrow::Cow;

/// The snapshot to judge, and what was merged away.
pub(crate) struct Prepared<'a> {
    pub(crate) snapshot: Cow<'a, Snapshot>,
    pub(crate) merged: Vec<Excluded>,
}

fn is(parameters: &[Outcome], index: Option<usize>, wanted: &str) -> bool {
    index
        .and_then(|i| parameters.get(i))
        .is_some_and(|value| matches!(value, Outcome::Code(code) if &**code == wanted))
}

/// Merges what the parameters say is to be merged.
///
/// # Errors
/// [`StandardError::Merge`] where the merged facts are no snapshot.
pub(crate) fn prepare<'a>(
    snapshot: &'a Snapshot,
    standard: &Standard,
    parameters: &[Outcome],
) -> Result<Prepared<'a>, StandardError> {
    let catalogue = &standard.catalogue;
    let branches = is(parameters, standard.branch_parameter, "merged");
    let points = is(parameters, standard.small_point_parameter, "merged");
    let small_point = standard.definitions.iter().find(|d| d.name == "small_point");
    let env = Env {
        snapshot,
        catalogue,
        parameters,
        definitions: &standard.definitions,
        weights: &standard.weights,
        guests: None,
        scope: &Everything,
    };
    let counted = catalogue.id("counted_as_school");
    let joins = |school: &School| -> Option<(SchoolCode, &'static str)> {
        let parent = school.parent.clone()?;
        let uncounted = counted.and_then(|id| school.facts.value(id)) == Some(&Value::Flag(false));
        if branches && uncounted {
            return Some((parent, "不计校数，并入主校"));
        }
        let small = school.kind == SchoolKind::TeachingPoint
            && school.sections.iter().any(|section| {
                let place = Place::Section(snapshot.county(), school, section);
                small_point.is_some_and(|d| d.formula.evaluate(&env, place).flag() == Some(true))
            });
        (points && small).then_some((parent, "不足 50 人的教学点，并入主校"))
    };
    let joining: Vec<(SchoolCode, SchoolCode, &'static str)> = snapshot
        .schools()
        .iter()
        .filter_map(|s| joins(s).map(|(parent, why)| (s.code.clone(), parent, why)))
        .collect();
    if joining.is_empty() {
        return Ok(Prepared { snapshot: Cow::Borrowed(snapshot), merged: Vec::new() });
    }
    let mut draft = snapshot.to_draft();
    let mut merged = Vec::new();
    for (code, parent, why) in &joining {
        let Some(main) = main_school(&joining, parent) else { continue };
        let Some(index) = draft.schools.iter().position(|s| s.code == *code) else { continue };
        let school = draft.schools.remove(index);
        let Some(target) = draft.schools.iter_mut().find(|s| s.code == *main) else {
            draft.schools.push(school);
            continue;
        };
        merged.push(Excluded {
            school: school.code.clone(),
            name: school.name.clone(),
            kind: school.kind,
            stage: None,
            reason: format!("{why}“{}”", target.name),
        });
        join(target, school, catalogue);
    }
    // A campus of a merged school would have lost its parent; it keeps its own row without one.
    let codes: Vec<SchoolCode> = draft.schools.iter().map(|s| s.code.clone()).collect();
    for school in &mut draft.schools {
        if school.parent.as_ref().is_some_and(|parent| !codes.contains(parent)) {
            school.parent = None;
        }
    }
    let snapshot = draft.seal(catalogue)?;
    Ok(Prepared { snapshot: Cow::Owned(snapshot), merged })
}

/// The school that is left in the end: a branch of a branch joins the main school, whichever of the
/// two has the smaller code. `None` where the parents run in a circle: those stay rows of their own.
fn main_school<'a>(
    joining: &'a [(SchoolCode, SchoolCode, &'static str)],
    parent: &'a SchoolCode,
) -> Option<&'a SchoolCode> {
    let mut current = parent;
    for _ in 0..=joining.len() {
        // In the order of codes, as the schools of a snapshot are.
        match joining.binary_search_by(|(code, ..)| code.cmp(current)) {
            Ok(index) => current = &joining.get(index)?.1,
            Err(_) => return Some(current),
        }
    }
    None
}

/// Does the school list its music and art rooms, or say that it has none?
fn lists_rooms(school: &School, catalogue: &Catalogue) -> bool {
    let none = |code: &str| {
        let value = catalogue.id(code).and_then(|id| school.facts.value(id));
        value.and_then(Value::number).is_some_and(|number| number.is_zero())
    };
    !school.rooms.is_empty() || (none("music_rooms") && none("art_rooms"))
}

/// Adds a branch to its parent: quantities are added, the greatest class is the greater one, and
/// what only one of the two knows is missing – except for a stage that only one of them has.
fn join(target: &mut School, branch: School, catalogue: &Catalogue) {
    let listed = lists_rooms(target, catalogue) && lists_rooms(&branch, catalogue);
    add(&mut target.facts, &branch.facts, catalogue, Level::School);
    for section in branch.sections {
        match target.sections.iter_mut().find(|s| s.stage == section.stage) {
            Some(own) => add(&mut own.facts, &section.facts, catalogue, Level::Section),
            None => target.sections.push(Section { attached: true, ..section }),
        }
    }
    let rosters = (target.classes.is_empty(), branch.classes.is_empty());
    if rosters == (false, false) {
        target.classes.extend(branch.classes.into_iter().map(|mut class| {
            class.name = format!("{} {}", branch.name, class.name);
            class
        }));
    } else {
        // Half a roster would count as a whole one.
        target.classes.clear();
    }
    if listed {
        target.rooms.extend(branch.rooms.into_iter().map(|mut room| {
            room.name = format!("{} {}", branch.name, room.name);
            room
        }));
    } else {
        // Rooms of which only one of the two has a list would count as all there are.
        target.rooms.clear();
    }
}

/// Is the item a quantity of which two schools together have the sum?
fn adds_up(code: &str, kind: &ItemKind) -> bool {
    matches!(kind, ItemKind::Count | ItemKind::Amount)
        && !matches!(code, "largest_class" | "grades" | "longitude" | "latitude")
}

fn add(own: &mut Facts, other: &Facts, catalogue: &Catalogue, level: Level) {
    for (id, item) in catalogue.iter().filter(|(_, item)| item.level == level) {
        let greatest = matches!(item.code.as_str(), "largest_class" | "grades");
        if !greatest && !adds_up(&item.code, &item.kind) {
            continue;
        }
        let sum = match (own.get(id), other.get(id)) {
            (Some(a), Some(b)) => match (&a.value, &b.value) {
                (Value::Number(x), Value::Number(y)) => {
                    let value: Option<Decimal> =
                        if greatest { Some(*x.max(y)) } else { x.checked_add(*y) };
                    value.map(|v| domain::Fact { value: Value::Number(v), origin: a.origin })
                }
                (Value::NotApplicable, _) => Some(b.clone()),
                (_, Value::NotApplicable) => Some(a.clone()),
                _ => None,
            },
            _ => None,
        };
        match sum {
            Some(fact) => drop(own.set(id, fact)),
            None => drop(own.remove(id)),
        }
    }
}
