//! What a county decides for one rotation: the pack's numbers, which it may change, and what it adds
//! to them: where teachers may go, wishes, fixed moves.

use crate::TeacherId;
use crate::rules::{RotationRules, Share};
use domain::{Exact, SchoolCode};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Between which schools teachers move; always in both directions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "schools")]
pub enum Scope {
    /// All schools that take part.
    #[default]
    County,
    /// Within school districts or education groups, each a list of schools.
    Groups(Vec<Vec<SchoolCode>>),
    /// Between partner schools.
    Partners(Vec<(SchoolCode, SchoolCode)>),
}

/// What a section's number of teachers may become.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Balance {
    /// Between what it is and what its posts are: towards the posts, never away from them.
    #[default]
    TowardsPosts,
    /// As it is: every leaver is replaced.
    Strict,
}

/// What is asked of the difference coefficients.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Coefficients {
    /// As little as possible beyond their limits; below them they do not matter.
    #[default]
    Meet,
    /// As low as possible.
    Lower,
}

/// A distance that is known: from a place or a school to a school, kilometres by road.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Distance {
    /// A home's place name, or a school code.
    pub from: String,
    /// The school.
    pub to: SchoolCode,
    /// Kilometres.
    pub km: Exact,
}

/// A decision that a rotation must keep: where a teacher is afterwards. The own school: he or she
/// stays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fixed {
    /// The teacher.
    pub teacher: TeacherId,
    /// The school.
    pub school: SchoolCode,
    /// Why: an objection upheld, a decision of the bureau.
    #[serde(default)]
    pub reason: String,
}

/// Points of discontent, in whole numbers; the sum is kept small.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Points {
    /// For the r-th wish: r − 1 times this.
    pub step: u32,
    /// For a teacher who moves without having asked to.
    pub unasked: u32,
    /// For one who has wishes and is sent elsewhere.
    pub elsewhere: u32,
    /// For one who has wishes and stays.
    pub unfulfilled: u32,
}

impl Default for Points {
    fn default() -> Self {
        Self { step: 1, unasked: 8, elsewhere: 10, unfulfilled: 4 }
    }
}

/// How long is searched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Seconds at most.
    pub seconds: u32,
    /// The solver's seed.
    pub seed: u32,
    /// Where there are many ways and a tree has ended at the pivots that it is allowed: a goal of wishes,
    /// commutes or moves is good enough within this share of its value.
    pub gap: Exact,
    /// Up to so many ways (teacher × school) the solver's own search ends what a tree has left open,
    /// whatever it takes. Beyond, it is allowed so many nodes, and the gap above holds.
    #[serde(default = "few")]
    pub few: u32,
}

const fn few() -> u32 {
    3_000
}

impl Default for Limits {
    fn default() -> Self {
        Self { seconds: 300, seed: 0, gap: Exact::ratio(1, 100), few: few() }
    }
}

/// What a county decides for one rotation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Shares to be reached.
    pub shares: Vec<Share>,
    /// Of a section's teachers at most this share leaves; one may always.
    pub leave_section: Exact,
    /// Of a subject's teachers in a section at most this share leaves; one may always.
    pub leave_subject: Exact,
    /// Of a section's backbone teachers at least this share is there afterwards.
    pub keep_backbone: Exact,
    /// From home to the new school at most, kilometres; not for what a teacher has asked for.
    pub commute: Exact,
    /// Road over straight line, where no distance is given.
    pub detour: Exact,
    /// Between the schools of a couple at most, kilometres, where one of them moves.
    pub couple: Exact,
    /// Between which schools teachers move.
    #[serde(default)]
    pub scope: Scope,
    /// Schools that take no part.
    #[serde(default)]
    pub closed: BTreeSet<SchoolCode>,
    /// What a section's number of teachers may become.
    #[serde(default)]
    pub balance: Balance,
    /// A section that passes the standard must pass afterwards.
    #[serde(default = "yes")]
    pub keep_passing: bool,
    /// What is asked of the coefficients.
    #[serde(default)]
    pub coefficients: Coefficients,
    /// Only teachers who have asked move, and only where they have asked to.
    #[serde(default)]
    pub voluntary_only: bool,
    /// Wishes: the schools that a teacher prefers to his or her own, best first.
    #[serde(default)]
    pub preferences: BTreeMap<TeacherId, Vec<SchoolCode>>,
    /// Known distances.
    #[serde(default)]
    pub distances: Vec<Distance>,
    /// Decisions that must be kept.
    #[serde(default)]
    pub fixed: Vec<Fixed>,
    /// Assignments that must not be.
    #[serde(default)]
    pub forbidden: BTreeSet<(TeacherId, SchoolCode)>,
    /// Points of discontent.
    #[serde(default)]
    pub points: Points,
    /// How long is searched.
    #[serde(default)]
    pub limits: Limits,
}

const fn yes() -> bool {
    true
}

/// The longest search, seconds.
const LONGEST_SEARCH: u32 = 3_600;
/// The longest way, kilometres.
const FARTHEST: i64 = 10_000;

impl Settings {
    /// What means nothing in the settings: the field and why, in Chinese. Wherever settings come from,
    /// this is asked first.
    #[must_use]
    pub fn faults(&self) -> Vec<(&'static str, String)> {
        let mut faults = Vec::new();
        let mut say = |field, message: String| faults.push((field, message));
        let shares = self.shares.iter().map(|share| ("shares", &share.at_least));
        let parts = [
            ("leave_section", &self.leave_section),
            ("leave_subject", &self.leave_subject),
            ("keep_backbone", &self.keep_backbone),
            ("limits.gap", &self.limits.gap),
        ];
        for (field, share) in shares.chain(parts) {
            if share.is_negative() || *share > Exact::ONE {
                say(field, "比例应在 0 与 1 之间".to_owned());
            }
        }
        let is_way = |km: &Exact| !km.is_negative() && *km <= Exact::from(FARTHEST);
        for (field, length) in [("commute", &self.commute), ("couple", &self.couple)] {
            if !is_way(length) {
                say(field, format!("里程应在 0 与 {FARTHEST} 公里之间"));
            }
        }
        if self.detour < Exact::ONE || self.detour > Exact::from(10) {
            say("detour", "绕行系数应在 1 与 10 之间".to_owned());
        }
        for distance in self.distances.iter().filter(|distance| !is_way(&distance.km)) {
            say("distances", format!("{} 到 {} 的里程不对", distance.from, distance.to));
        }
        if !(1..=LONGEST_SEARCH).contains(&self.limits.seconds) {
            say("limits.seconds", format!("求解时间应为 1 至 {LONGEST_SEARCH} 秒"));
        }
        let mut seen = BTreeSet::new();
        for fixed in &self.fixed {
            if !seen.insert(&fixed.teacher) {
                say("fixed", format!("教师 {} 指定了两次", fixed.teacher));
            }
        }
        faults
    }

    /// The pack's numbers and nothing else.
    #[must_use]
    pub fn of(rules: &RotationRules) -> Self {
        Self {
            shares: rules.shares.clone(),
            leave_section: rules.leave_section.value.clone(),
            leave_subject: rules.leave_subject.value.clone(),
            keep_backbone: rules.keep_backbone.value.clone(),
            commute: rules.commute.value.clone(),
            detour: rules.detour.value.clone(),
            couple: rules.couple.value.clone(),
            scope: Scope::default(),
            closed: BTreeSet::new(),
            balance: Balance::default(),
            keep_passing: true,
            coefficients: Coefficients::default(),
            voluntary_only: false,
            preferences: BTreeMap::new(),
            distances: Vec::new(),
            fixed: Vec::new(),
            forbidden: BTreeSet::new(),
            points: Points::default(),
            limits: Limits::default(),
        }
    }
}
