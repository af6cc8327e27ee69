//! Sections and teachers of a rotation, with everything that bounds them as whole numbers.

use super::respond::Judged;
use crate::TeacherId;
use domain::{SchoolCode, Stage};
use std::collections::BTreeMap;

/// A section with the bounds of its rules. Bounds are on the change, in persons.
#[derive(Clone, Debug)]
pub(crate) struct Unit {
    pub(crate) school: SchoolCode,
    pub(crate) name: String,
    pub(crate) stage: Stage,
    pub(crate) residence: Option<crate::rules::Among>,
    pub(crate) teachers: i64,
    pub(crate) backbone: i64,
    /// Least and greatest change of the number of teachers.
    pub(crate) head: (i64, i64),
    /// The posts that the change leads towards, where they are known.
    pub(crate) posts: Option<i64>,
    /// How many may leave.
    pub(crate) leave: i64,
    /// By subject: how many are there, the posts, how many may leave, the least change.
    pub(crate) subjects: BTreeMap<usize, SubjectBounds>,
    /// Least change of the number of backbone teachers.
    pub(crate) backbone_least: i64,
    pub(crate) judged: Option<Judged>,
}

/// The bounds of a subject at a section.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct SubjectBounds {
    pub(crate) have: i64,
    pub(crate) posts: Option<i64>,
    pub(crate) leave: i64,
    pub(crate) least: i64,
}

impl SubjectBounds {
    /// Teachers missing after a change.
    pub(crate) fn shortage(&self, change: i64) -> i64 {
        self.posts.map_or(0, |posts| (posts - self.have - change).max(0))
    }
}

/// What makes two teachers count alike wherever they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Kind {
    pub(crate) stage: Stage,
    pub(crate) subject: usize,
    pub(crate) backbone: bool,
    /// The place in [`Worth`]s.
    pub(crate) worth: usize,
}

/// n of one teacher by unit and indicator; empty where the judge does not judge the unit.
pub(crate) type Worth = Vec<Vec<i64>>;

/// A place that a teacher may go to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Way {
    pub(crate) unit: usize,
    /// The number of the wish, from one.
    pub(crate) wish: Option<u32>,
    /// From home, in hundreds of metres; unknown counts as the greatest allowed.
    pub(crate) distance: Option<u32>,
    /// Points of discontent less those of staying, which may be below zero.
    pub(crate) points: i64,
}

/// A teacher who may move.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) id: TeacherId,
    /// The place in the roster.
    pub(crate) teacher: usize,
    pub(crate) unit: usize,
    pub(crate) kind: usize,
    pub(crate) subject: usize,
    pub(crate) backbone: bool,
    pub(crate) eligible: bool,
    /// Full years at the school.
    pub(crate) years: i64,
    pub(crate) ways: Vec<Way>,
    /// Points of staying.
    pub(crate) stay: i64,
    /// Must move to the unit of its only way.
    pub(crate) must: bool,
    /// The spouse, where he or she may move too.
    pub(crate) spouse: Option<usize>,
}

/// What a teacher who counts in these items is worth, by unit.
pub(crate) fn worth(units: &[Unit], items: &[String]) -> Worth {
    units
        .iter()
        .map(|unit| {
            let Some(judged) = &unit.judged else { return Vec::new() };
            let mut sum = vec![0; judged.values.len()];
            for gains in items.iter().filter_map(|item| judged.gains.get(item)) {
                for (sum, gain) in sum.iter_mut().zip(gains) {
                    *sum += gain;
                }
            }
            sum
        })
        .collect()
}
