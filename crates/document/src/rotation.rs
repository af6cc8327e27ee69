//! A rotation of teachers (交流轮岗) as documents speak of it: the result of a run, where it stands,
//! the names of those who move, objections.
//!
//! The run is read from the JSON that `staffing::rotation::Rotation` writes, so that a document says
//! what was computed and kept. Names of the run are masked; full names are handed in beside it and are
//! printed by personal templates only.
//!
//! Must not know: how a rotation is found, where it is kept, templates.

use domain::{Exact, SchoolCode, Stage};
use jiff::civil::Date;
use serde::Deserialize;
use staffing::{PersonName, TeacherId};
use standard::evaluation::Verdict;
use std::collections::BTreeMap;

/// Where a rotation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// It is worked on; what is spoken of is its last run.
    Draft,
    /// The list is out for objections.
    Published,
    /// It is decided.
    Adopted,
    /// Its term has ended.
    Closed,
}

/// A rotation.
#[derive(Clone, Debug)]
pub struct Rotation {
    /// Its id where it is kept, with the number of the run: `3-2`.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The hash of what it was computed from.
    pub hash: String,
    /// The rules' pack with its version.
    pub rules: (String, String),
    /// Where it stands.
    pub standing: Standing,
    /// First and last day of the public notice.
    pub notice: Option<(Date, Date)>,
    /// The day on which it was decided.
    pub adopted: Option<Date>,
    /// What was computed.
    pub run: Run,
    /// Full names of those who move or object, where the reader may see them.
    pub names: BTreeMap<TeacherId, PersonName>,
    /// Objections, in the order in which they came.
    pub objections: Vec<Objection>,
}

/// An objection to a published list. Its ground is not for documents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Objection {
    /// Its number.
    pub number: i64,
    /// Who is named in it.
    pub teacher: TeacherId,
    /// That person's name, masked.
    pub masked: String,
    /// The code of that person's school.
    pub school: SchoolCode,
    /// The school's name.
    pub school_name: String,
    /// What it is about, in general.
    pub kind: String,
    /// When it was raised.
    pub raised: Date,
    /// The decision; `None` while it is open.
    pub reply: Option<Reply>,
}

/// The decision on an objection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// Was it right?
    pub upheld: bool,
    /// The reason.
    pub text: String,
    /// What follows from it for the next run, in words; may be empty.
    pub decision: String,
    /// When.
    pub on: Date,
}

/// The result of a run, as far as documents speak of it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Run {
    /// How many teachers were eligible.
    pub eligible: usize,
    /// Who moves, by school and teacher.
    pub moves: Vec<Move>,
    /// Sections before and after.
    pub sections: Vec<Section>,
    /// Coefficients that teachers move.
    pub coefficients: Vec<Coefficient>,
    /// Shares that had to be reached.
    pub shares: Vec<Share>,
    /// Goals in their order.
    pub levels: Vec<Goal>,
}

/// A teacher who moves.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Move {
    /// The teacher.
    pub teacher: TeacherId,
    /// The name, masked.
    pub name: String,
    /// The school that is left.
    pub from: SchoolCode,
    /// Its name.
    pub from_name: String,
    /// The new school.
    pub to: SchoolCode,
    /// Its name.
    pub to_name: String,
    /// The stage.
    pub stage: Stage,
    /// The main subject.
    pub subject: String,
    /// A backbone teacher?
    pub backbone: bool,
    /// Full years at the school that is left.
    pub years: i64,
    /// The number of the wish that is fulfilled.
    pub wish: Option<u32>,
    /// Decided by the bureau?
    pub fixed: bool,
}

/// A section before and after.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Section {
    /// The school.
    pub school: SchoolCode,
    /// Its name.
    pub name: String,
    /// The stage.
    pub stage: Stage,
    /// Who leave.
    pub leave: i64,
    /// Who come.
    pub come: i64,
    /// Teachers before and after.
    pub teachers: (i64, i64),
    /// Teaching posts, where known.
    pub posts: Option<i64>,
    /// Backbone teachers before and after.
    pub backbone: (i64, i64),
    /// Subjects with posts or teachers.
    pub subjects: Vec<Subject>,
}

/// A subject of a section before and after.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Subject {
    /// The subject.
    pub subject: String,
    /// Its posts, where known.
    pub posts: Option<i64>,
    /// Teachers before.
    pub before: i64,
    /// After.
    pub after: i64,
}

/// A coefficient before and after.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Coefficient {
    /// The stage.
    pub stage: Stage,
    /// The indicator.
    pub indicator: String,
    /// Its short name.
    pub zh: String,
    /// The limit.
    pub limit: Option<Exact>,
    /// Before; six decimals.
    pub before: Option<String>,
    /// After.
    pub after: Option<String>,
    /// The verdict before.
    pub before_verdict: Verdict,
    /// After.
    pub after_verdict: Verdict,
}

/// A share that had to be reached.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Share {
    /// Its code.
    pub code: String,
    /// What it says.
    pub zh: String,
    /// Who count.
    pub count: i64,
    /// Of how many.
    pub base: i64,
    /// Is it reached?
    pub holds: bool,
    /// What is asked, per cent.
    pub at_least: String,
}

/// A goal without and with the rotation.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Goal {
    /// `shortage`, `sections`, `values` …
    pub code: String,
    /// Its name.
    pub zh: String,
    /// Its unit.
    pub unit: String,
    /// Without the rotation.
    pub before: String,
    /// With it.
    pub after: String,
}

impl Run {
    /// Reads the JSON of a `staffing::rotation::Rotation`.
    ///
    /// # Errors
    /// What the reader says of a text of another shape.
    pub fn read<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Self::deserialize(from)
    }

    /// The moves by the school that receives, then by the one that is left; as places in the list.
    pub(crate) fn by_receiver(&self) -> Vec<usize> {
        let mut places: Vec<usize> = (0..self.moves.len()).collect();
        let key = |at: &usize| self.moves.get(*at).map(|m| (&m.to, m.stage, &m.from, &m.teacher));
        places.sort_by(|a, b| key(a).cmp(&key(b)));
        places
    }

    /// The schools that give or take, by code, with their names.
    pub(crate) fn schools(&self) -> BTreeMap<&SchoolCode, &str> {
        let leaving = self.moves.iter().map(|m| (&m.from, m.from_name.as_str()));
        let coming = self.moves.iter().map(|m| (&m.to, m.to_name.as_str()));
        leaving.chain(coming).collect()
    }
}
