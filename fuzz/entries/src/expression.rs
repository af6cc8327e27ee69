//! The expression language.

use crate::world::{World, world};
use domain::{Exact, Place};
use formula::{Env, Everything, Formula, Guests, Outcome, Vocabulary};
use std::collections::BTreeSet;

/// Any text as a formula at every level, and where it is one, everything there is to do with it.
pub(crate) fn formula(input: &[u8]) {
    let Ok(source) = std::str::from_utf8(input) else { return };
    let world = world();
    let vocabulary = Vocabulary::new(&world.catalogue);
    let mut read = BTreeSet::new();
    for place in places(world) {
        let level = place.level();
        match Formula::parse(source, &vocabulary, level) {
            Ok(formula) => {
                if read.insert(level) {
                    prints(&vocabulary, &formula);
                }
                evaluates(world, &formula, place);
            }
            Err(error) => {
                assert!(source.get(error.span()).is_some(), "{error:?}");
                assert!(error.line() >= 1 && error.column() >= 1);
                assert_eq!(error.excerpt().lines().count(), 2, "{error:?}");
                assert!(error.to_string().contains(error.code()));
            }
        }
    }
}

/// A few places of each level.
fn places(world: &World) -> Vec<Place<'_>> {
    let county = world.snapshot.county();
    let mut places = vec![Place::County(county)];
    for school in world.snapshot.schools().iter().take(3) {
        places.push(Place::School(county, school));
        places.extend(school.sections.iter().map(|s| Place::Section(county, school, s)));
        places.extend(school.classes.iter().take(1).map(|c| Place::Class(county, school, c)));
        places.extend(school.rooms.iter().map(|r| Place::Room(county, school, r)));
    }
    places
}

/// What is printed is the same formula again.
fn prints(vocabulary: &Vocabulary<'_>, formula: &Formula) {
    let printed = formula.to_canonical();
    let again = Formula::parse(&printed, vocabulary, formula.level());
    let again = again.unwrap_or_else(|error| panic!("printed as {printed}: {error}"));
    assert_eq!(&again, formula, "printed as {printed}");
    assert_eq!(again.to_canonical(), printed);
    assert!(again.result().is_same(formula.result()));
    assert!(!formula.to_chinese().is_empty());
}

/// Result, explanation and list of what is missing agree.
fn evaluates(world: &World, formula: &Formula, place: Place<'_>) {
    let weights = [Exact::from(1), Exact::ratio(11, 10), Exact::ratio(132, 100)];
    let weight = Exact::ratio(1, 2);
    let guests =
        world.catalogue.id("kindergarten_pupils").map(|item| Guests { item, weight: &weight });
    let env = Env {
        snapshot: &world.snapshot,
        catalogue: &world.catalogue,
        parameters: &[],
        definitions: &[],
        weights: &weights,
        guests,
        scope: &Everything,
    };
    let outcome = formula.evaluate(&env, place);
    let explanation = formula.explain(&env, place);
    assert_eq!(explanation.result.outcome, outcome);
    assert!(explanation.render().ends_with('\n'));
    let missing = formula.missing(&env, place);
    assert_eq!(missing.is_empty(), outcome != Outcome::Missing);
}
