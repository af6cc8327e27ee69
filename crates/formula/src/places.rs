//! Levels and places: what is seen from where, and what an aggregate visits.

use crate::Scope;
use domain::{Level, Place, School, Section, Snapshot};

/// The levels that an aggregate may visit.
pub(crate) const AGGREGATED: [Level; 4] =
    [Level::School, Level::Section, Level::Class, Level::Room];

/// Does `level` lie below `from`, so that it can be aggregated there? Rooms belong to the school
/// and are reached from its sections too.
pub(crate) const fn is_below(level: Level, from: Level) -> bool {
    use Level::{Class, County, Room, School, Section};
    matches!(
        (from, level),
        (County, School | Section | Class | Room)
            | (School, Section | Class | Room)
            | (Section, Class | Room)
    )
}

/// Are facts of `owner` seen from a place of `level`? Its own, and those of what it belongs to.
pub(crate) const fn is_visible(owner: Level, level: Level) -> bool {
    use Level::{Class, County, Room, School, Section};
    matches!(
        (level, owner),
        (_, County)
            | (School | Section | Class | Room, School)
            | (Section | Class, Section)
            | (Class, Class)
            | (Room, Room)
    )
}

/// The place of `level` that a place belongs to; `None` where there is none, as for a class of a
/// stage that its school does not have.
pub(crate) fn above(place: Place<'_>, level: Level) -> Option<Place<'_>> {
    if place.level() == level {
        return Some(place);
    }
    match (level, place) {
        (Level::County, _) => Some(Place::County(place.county())),
        (Level::School, _) => Some(Place::School(place.county(), place.school()?)),
        (Level::Section, Place::Class(county, school, class)) => {
            Some(Place::Section(county, school, school.section(class.stage)?))
        }
        _ => None,
    }
}

/// What an aggregate meets on its way.
pub(crate) enum Visit<'a> {
    /// A place of the level.
    Element(Place<'a>),
    /// A school, or a section, whose classes or rooms are not listed at all.
    Unlisted(Place<'a>),
}

/// Is any of its sections in scope?
fn in_scope(school: &School, scope: &dyn Scope) -> bool {
    school.sections.iter().any(|section| scope.includes(school, section.stage))
}

/// Visits the places of `level` below `place` that are in scope, in the order of the snapshot.
/// The visitor returns `false` to stop.
pub(crate) fn visit<'a>(
    snapshot: &'a Snapshot,
    scope: &dyn Scope,
    place: Place<'a>,
    level: Level,
    visitor: &mut dyn FnMut(Visit<'a>) -> bool,
) {
    let county = place.county();
    match place {
        Place::County(_) => {
            for school in snapshot.schools().iter().filter(|school| in_scope(school, scope)) {
                let below = Place::School(county, school);
                let go_on = if level == Level::School {
                    visitor(Visit::Element(below))
                } else {
                    visit_school(scope, below, school, level, visitor)
                };
                if !go_on {
                    return;
                }
            }
        }
        Place::School(_, school) => {
            visit_school(scope, place, school, level, visitor);
        }
        Place::Section(_, school, section) => {
            if level == Level::Room {
                visit_rooms(place, school, visitor);
            } else if level == Level::Class {
                visit_classes(place, school, section, visitor);
            }
        }
        Place::Class(..) | Place::Room(..) => {}
    }
}

fn visit_school<'a>(
    scope: &dyn Scope,
    place: Place<'a>,
    school: &'a School,
    level: Level,
    visitor: &mut dyn FnMut(Visit<'a>) -> bool,
) -> bool {
    if level == Level::Room {
        return visit_rooms(place, school, visitor);
    }
    let mut sections = school.sections.iter().filter(|s| scope.includes(school, s.stage));
    sections.all(|section| {
        let below = Place::Section(place.county(), school, section);
        if level == Level::Class {
            visit_classes(below, school, section, visitor)
        } else {
            visitor(Visit::Element(below))
        }
    })
}

/// A section without any class in the roster has no roster: its pupils sit somewhere.
fn visit_classes<'a>(
    place: Place<'a>,
    school: &'a School,
    section: &'a Section,
    visitor: &mut dyn FnMut(Visit<'a>) -> bool,
) -> bool {
    let mut classes = school.classes.iter().filter(|class| class.stage == section.stage).peekable();
    if classes.peek().is_none() {
        return visitor(Visit::Unlisted(place));
    }
    classes.all(|class| visitor(Visit::Element(Place::Class(place.county(), school, class))))
}

fn visit_rooms<'a>(
    place: Place<'a>,
    school: &'a School,
    visitor: &mut dyn FnMut(Visit<'a>) -> bool,
) -> bool {
    if school.rooms.is_empty() {
        return visitor(Visit::Unlisted(Place::School(place.county(), school)));
    }
    school
        .rooms
        .iter()
        .all(|room| visitor(Visit::Element(Place::Room(place.county(), school, room))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{
        Class, CountyCode, Draft, Facts, Room, RoomKind, SchoolCode, SchoolKind, SchoolYear, Stage,
    };

    fn school() -> School {
        School {
            code: SchoolCode::parse("3400000001").unwrap(),
            name: "青山学校".into(),
            kind: SchoolKind::Primary,
            parent: None,
            facts: Facts::new(),
            sections: vec![Section { stage: Stage::Primary, attached: false, facts: Facts::new() }],
            classes: [Stage::Primary, Stage::Junior]
                .map(|stage| Class { name: "1班".into(), stage, grade: 1, facts: Facts::new() })
                .into(),
            rooms: vec![Room { name: "1室".into(), kind: RoomKind::Music, facts: Facts::new() }],
        }
    }

    #[test]
    fn what_the_checker_lets_see_the_places_have() {
        let code = CountyCode::parse("340000").unwrap();
        let county = Draft::new(code, "示例县".into(), SchoolYear(2024)).county;
        let school = school();
        let levels = [Level::County, Level::School, Level::Section, Level::Class, Level::Room];
        for place in [
            Place::County(&county),
            Place::School(&county, &school),
            Place::Section(&county, &school, &school.sections[0]),
            Place::Class(&county, &school, &school.classes[0]),
            Place::Room(&county, &school, &school.rooms[0]),
        ] {
            for level in levels {
                let visible = is_visible(level, place.level());
                assert_eq!(visible, place.facts(level).is_some(), "{level} from {place:?}");
                assert_eq!(visible, above(place, level).is_some(), "{level} from {place:?}");
                assert!(!(visible && is_below(level, place.level())));
            }
        }
        // A class of a stage that the school does not have.
        let stray = Place::Class(&county, &school, &school.classes[1]);
        assert!(above(stray, Level::Section).is_none());
        assert!(above(stray, Level::School).is_some());
    }
}
