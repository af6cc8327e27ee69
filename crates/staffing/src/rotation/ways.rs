//! Sets of ways, person by person: which stand in a model, and which are still open.

use super::Problem;
use super::people::Person;

/// Some ways of each person.
#[derive(Clone, Debug)]
pub(crate) struct Ways(Vec<Vec<bool>>);

impl Ways {
    /// All ways, or none.
    pub(crate) fn new(problem: &Problem, all: bool) -> Self {
        Self(problem.people.iter().map(|person| vec![all; person.ways.len()]).collect())
    }

    /// Is the way of this place among the person's?
    pub(crate) fn has(&self, person: usize, way: usize) -> bool {
        self.0.get(person).and_then(|ways| ways.get(way)).is_some_and(|has| *has)
    }

    /// Puts a way in.
    pub(crate) fn put(&mut self, person: usize, way: usize) {
        if let Some(place) = self.0.get_mut(person).and_then(|ways| ways.get_mut(way)) {
            *place = true;
        }
    }

    /// How many they are.
    pub(crate) fn count(&self) -> usize {
        self.0.iter().flatten().filter(|has| **has).count()
    }

    /// Puts in all that are in others.
    pub(crate) fn join(&mut self, others: &Self) {
        for (here, there) in self.0.iter_mut().flatten().zip(others.0.iter().flatten()) {
            *here = *here || *there;
        }
    }

    /// The places of a person's ways.
    pub(crate) fn of(&self, person: usize) -> impl Iterator<Item = usize> + '_ {
        let ways = self.0.get(person).map(Vec::as_slice).unwrap_or_default();
        ways.iter().enumerate().filter_map(|(place, has)| has.then_some(place))
    }

    /// Those that are in `more` but not here, as persons and places.
    pub(crate) fn missing<'a>(&'a self, more: &'a Self) -> impl Iterator<Item = (usize, usize)> {
        let persons = self.0.iter().zip(&more.0).enumerate();
        persons.flat_map(|(person, (here, there))| {
            let places = here.iter().zip(there).enumerate();
            places.filter_map(move |(place, (has, may))| (*may && !has).then_some((person, place)))
        })
    }
}

/// Must all ways of a person stand in every model that looks at him or her?
pub(crate) fn is_whole(person: &Person) -> bool {
    person.spouse.is_some() || person.must
}

/// The few nearest ways of each person that `may` be taken, and those wished for; of couples and of
/// those who must move, all that may.
pub(crate) fn nearest(problem: &Problem, most: usize, may: impl Fn(usize, usize) -> bool) -> Ways {
    let mut ways = Ways::new(problem, false);
    for (at, person) in problem.people.iter().enumerate() {
        let mut near: Vec<(Option<u32>, usize, usize)> = Vec::new();
        for (place, way) in person.ways.iter().enumerate().filter(|(place, _)| may(at, *place)) {
            if is_whole(person) || way.wish.is_some() {
                ways.put(at, place);
            } else {
                near.push((way.distance, way.unit, place));
            }
        }
        near.sort_unstable();
        for (_, _, place) in near.into_iter().take(most) {
            ways.put(at, place);
        }
    }
    ways
}
