//! What a formula is evaluated with.

use crate::{Formula, Outcome};
use domain::{Catalogue, Exact, ItemId, School, Snapshot, Stage};

/// Which sections an aggregate visits. A school is in scope when any of its sections is.
pub trait Scope: Sync {
    /// Is the school's section of a stage in scope?
    fn includes(&self, school: &School, stage: Stage) -> bool;
}

/// The scope that holds every section.
#[derive(Clone, Copy, Debug)]
pub struct Everything;

impl Scope for Everything {
    fn includes(&self, _: &School, _: Stage) -> bool {
        true
    }
}

/// A named formula that other formulas may use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// Its name in formulas.
    pub name: String,
    /// Its Chinese name.
    pub zh: String,
    /// What it stands for.
    pub formula: Formula,
}

/// Persons of a school who belong to none of its sections and yet take a share in `split`: the
/// children of attached kindergarten classes, where a standard gives them a weight.
#[derive(Clone, Copy, Debug)]
pub struct Guests<'a> {
    /// The item of the school that counts them.
    pub item: ItemId,
    /// The weight of one of them.
    pub weight: &'a Exact,
}

/// Everything outside the formula and the place: facts, values of parameters, definitions.
#[derive(Clone, Copy)]
pub struct Env<'a> {
    /// The facts.
    pub snapshot: &'a Snapshot,
    /// The catalogue that the snapshot and the formulas were made with.
    pub catalogue: &'a Catalogue,
    /// Values of the parameters, by the index that [`crate::Vocabulary::parameter`] gave. A
    /// parameter without a value is [`Outcome::Missing`].
    pub parameters: &'a [Outcome],
    /// The definitions, by the index that [`crate::Vocabulary::definition`] gave. A definition
    /// uses only those before it; a use of itself or of a later one, and the ninth within
    /// one another, is [`Outcome::Undefined`].
    pub definitions: &'a [Definition],
    /// Weights of the stages in `split`, by [`Stage::index`].
    pub weights: &'a [Exact; 3],
    /// Who else takes a share in `split`; nearly always nobody.
    pub guests: Option<Guests<'a>>,
    /// What the aggregates visit.
    pub scope: &'a dyn Scope,
}
