//! What a county decides before it plans: horizon, money by source and year, posts, land, target
//! lines, projects.
//!
//! Money is in 万元 throughout, exactly.

use crate::costs::NewRoom;
use crate::pupils::Pupils;
use domain::{Exact, SchoolCode, SchoolYear, Stage};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A source of money.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fund {
    /// Its code: `central`, `province`, `county`, `town`, `donated` …
    pub code: String,
    /// Chinese name.
    pub zh: String,
    /// The categories it may pay for; empty for all (no earmark).
    pub only_for: Vec<String>,
    /// May what is left over be spent in later years (结转)?
    pub carry: bool,
    /// 万元 by year; every year of the horizon is there.
    pub budget: BTreeMap<SchoolYear, Exact>,
}

impl Fund {
    /// May it pay for a category?
    #[must_use]
    pub fn pays(&self, category: &str) -> bool {
        self.only_for.is_empty() || self.only_for.iter().any(|only| only == category)
    }
}

/// A yearly target line: so large a share of sections reaches the threshold of an indicator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// The indicator's code.
    pub indicator: String,
    /// By the figures of this year.
    pub year: SchoolYear,
    /// The least share, of one.
    pub at_least: Exact,
}

/// What a project adds at a school.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gain {
    /// The item's code.
    pub item: String,
    /// The section, for an item of level section.
    pub stage: Option<Stage>,
    /// What is added, in the item's unit.
    pub amount: Exact,
}

/// A lumpy project: it is built as a whole, or not at all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Project {
    /// Its code.
    pub code: String,
    /// Chinese name.
    pub zh: String,
    /// The school.
    pub school: SchoolCode,
    /// The category of its cost.
    pub category: String,
    /// 万元, paid in the year of the start.
    pub cost: Exact,
    /// Years from the start to the statistics in which it counts.
    pub lead: u8,
    /// First and last year in which it may start.
    pub starts: (SchoolYear, SchoolYear),
    /// What it adds.
    pub gains: Vec<Gain>,
    /// Rooms that it adds to the school's list of rooms.
    pub rooms: Vec<NewRoom>,
}

/// A project that is decided already: its money is spent and its rooms come, whatever is planned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Committed {
    /// Its code.
    pub code: String,
    /// Chinese name.
    pub zh: String,
    /// The school; `None` for a project of the county or of a school that is not there yet.
    pub school: Option<SchoolCode>,
    /// The category of its cost.
    pub category: String,
    /// The fund that pays; `None` for any that may.
    pub fund: Option<String>,
    /// 万元 by year; years before the horizon are on record only.
    pub payments: BTreeMap<SchoolYear, Exact>,
    /// The first year whose statistics count it; `None` where it adds nothing that is counted.
    pub opens: Option<SchoolYear>,
    /// What it adds at the school.
    pub gains: Vec<Gain>,
    /// Rooms that it adds to the school's list of rooms.
    pub rooms: Vec<NewRoom>,
    /// A remark.
    pub note: String,
}

impl Committed {
    /// All its money, 万元.
    #[must_use]
    pub fn total(&self) -> Exact {
        self.payments.values().cloned().sum()
    }
}

/// A share of a section's entrants goes to a neighbour, year after year; they stay there as they
/// move up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shift {
    /// The school that takes fewer.
    pub from: SchoolCode,
    /// The school that takes more.
    pub to: SchoolCode,
    /// The stage, one of the compulsory ones.
    pub stage: Stage,
    /// The share of the entrants of `from` in each year, of one; whole pupils, rounded down.
    pub share: Exact,
    /// The first year of entrants.
    pub since: SchoolYear,
}

/// A school, as a rule a teaching point, is closed; its pupils, teachers and movable things go to
/// another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Merge {
    /// The school that is closed.
    pub from: SchoolCode,
    /// The school that takes it over.
    pub to: SchoolCode,
    /// The first year without it.
    pub year: SchoolYear,
}

/// What the outer step may propose beyond the county's own shifts and merges.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outer {
    /// The share of a section's entrants that may go to a neighbour, of one; zero: no shifts.
    pub share: Exact,
    /// May teaching points and campuses be merged?
    pub merge: bool,
    /// At most so many proposals are tried.
    pub tries: u32,
    /// Which schools are neighbours; empty: those of one township.
    pub neighbours: Vec<[SchoolCode; 2]>,
}

/// Bounds on the search.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Seconds for the whole search.
    pub seconds: u32,
    /// Relative gap at which a plan counts as proved, of one: `0.001`.
    pub gap: Exact,
    /// Seed of the solver.
    pub seed: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { seconds: 120, gap: Exact::ratio(1, 1000), seed: 1 }
    }
}

/// Everything that a county decides before it plans.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// The plan's name.
    pub title: String,
    /// First year of the horizon: the one after the data.
    pub first: SchoolYear,
    /// How many years.
    pub years: u8,
    /// The year from which on every section and every coefficient must satisfy the standard.
    pub finish: SchoolYear,
    /// Yearly discount of cost, of one.
    pub discount: Exact,
    /// The pupils of the horizon.
    pub pupils: Pupils,
    /// County indicators, or parts of them, that must hold at every school from the finishing year
    /// on: `G3`, `G3.1`. `None`: all that some measure of the catalogue can bring about.
    pub conditions: Option<Vec<String>>,
    /// 万元 that it is worth to touch one school less (the third aim); zero switches it off.
    pub per_school: Exact,
    /// 万元 that it is worth to take one action less (the third aim); zero switches it off.
    pub per_action: Exact,
    /// The weights of the third aim, looked for at no cost beyond the gap: a school that is touched,
    /// an action. Both zero switch it off.
    pub touch: [Exact; 2],
    /// Sources of money; none: money is unlimited and only counted.
    pub funds: Vec<Fund>,
    /// New posts by year; `None`: unlimited.
    pub posts: Option<BTreeMap<SchoolYear, Exact>>,
    /// ㎡ of additional grounds by school.
    pub land: BTreeMap<SchoolCode, Exact>,
    /// ㎡ of additional grounds at a school that is not listed; `None`: unlimited.
    pub land_elsewhere: Option<Exact>,
    /// Measures that the county does not use.
    pub without: Vec<String>,
    /// Target lines.
    pub lines: Vec<Line>,
    /// Lumpy projects on offer.
    pub projects: Vec<Project>,
    /// Projects decided already.
    pub committed: Vec<Committed>,
    /// Entrants that go to a neighbour.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shifts: Vec<Shift>,
    /// Schools that are closed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub merges: Vec<Merge>,
    /// What [`crate::outer::improve`] may propose; `None`: nothing. It makes no other problem.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outer: Option<Outer>,
    /// Bounds on the search.
    pub limits: Limits,
}

impl Settings {
    /// A plan without limits of money, posts and land.
    #[must_use]
    pub fn unlimited(data: SchoolYear, years: u8) -> Self {
        let first = SchoolYear(data.0.saturating_add(1));
        Self {
            title: "规划".to_owned(),
            first,
            years,
            finish: SchoolYear(data.0.saturating_add(i16::from(years))),
            discount: Exact::ratio(3, 100),
            pupils: Pupils::Constant,
            conditions: None,
            per_school: Exact::ZERO,
            per_action: Exact::ZERO,
            touch: [Exact::from(3), Exact::ONE],
            funds: Vec::new(),
            posts: None,
            land: BTreeMap::new(),
            land_elsewhere: None,
            without: Vec::new(),
            lines: Vec::new(),
            projects: Vec::new(),
            committed: Vec::new(),
            shifts: Vec::new(),
            merges: Vec::new(),
            outer: None,
            limits: Limits::default(),
        }
    }

    /// The years of the horizon.
    pub fn horizon(&self) -> impl Iterator<Item = SchoolYear> + use<> {
        let first = self.first.0;
        (0..i16::from(self.years)).map(move |i| SchoolYear(first.saturating_add(i)))
    }

    /// The last year of the horizon.
    #[must_use]
    pub fn last(&self) -> SchoolYear {
        SchoolYear(self.first.0.saturating_add(i16::from(self.years)) - 1)
    }

    /// What one 万元 of a year is worth at the first year of the horizon.
    #[must_use]
    pub fn discounted(&self, year: SchoolYear) -> Exact {
        let rate = &Exact::ONE + &self.discount;
        let elapsed = u8::try_from(year.0.saturating_sub(self.first.0)).unwrap_or(0);
        Exact::ONE.checked_div(&rate.pow(elapsed)).unwrap_or(Exact::ONE)
    }
}
