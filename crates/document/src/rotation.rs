//! A rotation of teachers (交流轮岗) as documents speak of it: the result of a run, where it stands,
//! the names of those who move, objections.
//!
//! The run is a [`staffing::rotation::Rotation`], or is read from the JSON that it writes, so that a
//! document says what was computed and kept. Its names are printed masked; full names are handed in
//! beside it and are printed by personal templates only.
//!
//! Must not know: how a rotation is found, where it is kept, templates.

use domain::SchoolCode;
use jiff::civil::Date;
use serde::Deserialize;
use staffing::rotation::{CoefficientShift, LevelResult, Move, SectionShift, ShareResult};
use staffing::{PersonName, TeacherId};
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

/// The result of a run, as far as documents speak of it. Names in it are printed masked, as their type
/// prints them.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Run {
    /// How many teachers were eligible.
    pub eligible: usize,
    /// Who moves, by school and teacher.
    pub moves: Vec<Move>,
    /// Sections before and after.
    pub sections: Vec<SectionShift>,
    /// Coefficients that teachers move.
    pub coefficients: Vec<CoefficientShift>,
    /// Shares that had to be reached.
    pub shares: Vec<ShareResult>,
    /// Goals in their order.
    pub levels: Vec<LevelResult>,
}

impl From<staffing::rotation::Rotation> for Run {
    /// What is not for documents is left behind.
    fn from(found: staffing::rotation::Rotation) -> Self {
        Self {
            eligible: found.eligible,
            moves: found.moves,
            sections: found.sections,
            coefficients: found.coefficients,
            shares: found.shares,
            levels: found.levels,
        }
    }
}

impl Run {
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
