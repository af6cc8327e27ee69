//! The result: every number with how it came about, ready for JSON.

use crate::{Assumptions, BackTest, Observation, Scenario, StepRatio};
use domain::{Exact, SchoolCode, SchoolYear, Stage};
use serde::Serialize;
use std::ops::RangeInclusive;

/// A section: a school × a stage.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct SectionKey {
    /// The school's code.
    pub school: SchoolCode,
    /// The stage.
    pub stage: Stage,
}

/// The grades of a compulsory stage; none of a senior one, which is not forecast.
pub(crate) const fn grades_of(stage: Stage) -> RangeInclusive<u8> {
    match stage {
        Stage::Primary => 1..=6,
        Stage::Junior => 7..=9,
        Stage::Senior => RangeInclusive::new(1, 0),
    }
}

/// The stage of a grade.
pub(crate) const fn stage_of(grade: u8) -> Option<Stage> {
    match grade {
        1..=6 => Some(Stage::Primary),
        7..=9 => Some(Stage::Junior),
        _ => None,
    }
}

/// A number of pupils, or why there is none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Count {
    /// Whole pupils.
    Known(i64),
    /// Not known: never zero.
    Missing(MissingReason),
    /// `—`: the section does not run the grade.
    NotApplicable,
}

impl Count {
    /// The number, where it is known.
    #[must_use]
    pub const fn known(&self) -> Option<i64> {
        if let Self::Known(pupils) = self { Some(*pupils) } else { None }
    }

    /// Is it missing?
    #[must_use]
    pub const fn is_missing(&self) -> bool {
        matches!(self, Self::Missing(_))
    }
}

/// Why a number is missing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MissingReason {
    /// The cohort is not known: the grade it sat in was left blank in the latest snapshot.
    NotReported {
        /// The snapshot.
        year: SchoolYear,
        /// The grade left blank.
        grade: u8,
    },
    /// Nothing was observed from which a ratio could be taken.
    NoRatio {
        /// The grade before; 0 for the entrants of grade 1.
        from_grade: u8,
    },
    /// There are entrants, and no section took any in the last two years.
    NoShares,
    /// The share of this section in the entrants is not known: blank in the last two snapshots.
    ShareUnknown,
    /// An entered total cannot be shared out because this section's share is not known.
    OtherShareUnknown {
        /// The section whose first grade is blank.
        section: SectionKey,
    },
    /// The leavers of a feeding primary section are not known.
    LeaversUnknown {
        /// The primary section.
        section: SectionKey,
    },
}

/// Which pool the entrants of a first grade are shared out from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Pool {
    /// Grade 1: the county's entrants.
    Entrants,
    /// Grade 7: the county's leavers of grade 6.
    Leavers,
}

/// How one number came about. [`Forecast::explain`] says it in Chinese.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// The grade is not run, or its number is missing (see [`Count`]).
    None,
    /// Entered.
    Entered {
        /// Who says so.
        source: String,
    },
    /// The cohort moved up a grade.
    Progress {
        /// Pupils of the grade below in the year before.
        from: i64,
        /// What the section itself observed at this step.
        own: Vec<Observation>,
        /// The county's ratio at this step.
        pooled: Exact,
        /// (Σ own to + K × pooled) ÷ (Σ own from + K), six decimals.
        ratio: Exact,
        /// What the scenario multiplies it by.
        factor: Exact,
        /// `from × ratio × factor`, before whole pupils.
        exact: Exact,
    },
    /// The lowest grade of a section that begins above the first: a share of the county's grade
    /// below.
    Joined {
        /// Pupils of the grade below in the county, the year before.
        of: i64,
        /// This section's observed share.
        share: Exact,
        /// What the scenario multiplies it by.
        factor: Exact,
        /// Before whole pupils.
        exact: Exact,
    },
    /// A share of the entrants of the county, plus what feeder shares send.
    Share {
        /// Which entrants.
        pool: Pool,
        /// Entrants that are shared out by weights.
        total: i64,
        /// Mean intake of the section over its last two snapshots (less what is fed).
        weight: Exact,
        /// Sum of the weights.
        weights: Exact,
        /// What feeder shares send.
        fed: Exact,
        /// Before whole pupils.
        exact: Exact,
    },
}

impl Basis {
    /// The number before whole pupils; `None` where it was entered or there is none.
    #[must_use]
    pub const fn exact(&self) -> Option<&Exact> {
        match self {
            Self::Progress { exact, .. }
            | Self::Joined { exact, .. }
            | Self::Share { exact, .. } => Some(exact),
            Self::None | Self::Entered { .. } => None,
        }
    }
}

/// Pupils of a section's grade.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GradeForecast {
    /// 1–9.
    pub grade: u8,
    /// Pupils.
    pub pupils: Count,
    /// How the number came about.
    pub basis: Basis,
}

/// Pupils of a section.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SectionForecast {
    /// Which section.
    pub section: SectionKey,
    /// The school's name.
    pub name: String,
    /// All of it: missing where one of its grades is, `—` where it runs none.
    pub pupils: Count,
    /// The grades of the stage in order.
    pub grades: Vec<GradeForecast>,
}

impl SectionForecast {
    /// The forecast of a grade.
    #[must_use]
    pub fn grade(&self, grade: u8) -> Option<&GradeForecast> {
        self.grades.iter().find(|of| of.grade == grade)
    }
}

/// Where the entrants of a first grade come from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum IntakeSource {
    /// Entered for the county.
    Entered,
    /// Births six years before × entry rate.
    Births {
        /// Year of birth.
        year: i16,
        /// Children born.
        children: i64,
        /// Entrants for each birth.
        rate: Exact,
        /// Was the rate entered (else observed)?
        entered: bool,
        /// What the scenario multiplies it by.
        factor: Exact,
    },
    /// The trend of the last first grades: the year before × the observed yearly ratio (which is
    /// taken to be from 0.8 to 1.25, since it is compounded).
    Trend {
        /// Entrants of the year before.
        previous: i64,
        /// Observed yearly ratio.
        ratio: Exact,
        /// What the scenario multiplies it by.
        factor: Exact,
    },
    /// Grade 6 of the year before × the observed ratio of grade 7 to it.
    Leavers {
        /// Pupils of grade 6 the year before.
        leavers: i64,
        /// Observed ratio.
        ratio: Exact,
        /// What the scenario multiplies it by.
        factor: Exact,
    },
}

/// The entrants of a first grade in the county.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Intake {
    /// 1 or 7.
    pub grade: u8,
    /// Pupils expected in all, before overrides of single sections.
    pub total: i64,
    /// Where the number comes from.
    pub source: IntakeSource,
}

/// Pupils of a stage in the county.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StageTotal {
    /// The stage.
    pub stage: Stage,
    /// Pupils of the sections that are known.
    pub pupils: i64,
    /// Sections that are known.
    pub sections: usize,
    /// Sections that are missing: the total is without them.
    pub missing: usize,
}

/// A forecast year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct YearForecast {
    /// The school year.
    pub year: SchoolYear,
    /// The stages of the county.
    pub totals: Vec<StageTotal>,
    /// Entrants of grade 1 and grade 7, where there are any.
    pub intakes: Vec<Intake>,
    /// The sections in the order of their codes and stages.
    pub sections: Vec<SectionForecast>,
}

impl YearForecast {
    /// The forecast of a section.
    #[must_use]
    pub fn section(&self, key: &SectionKey) -> Option<&SectionForecast> {
        let place = self.sections.binary_search_by(|of| of.section.cmp(key)).ok()?;
        self.sections.get(place)
    }
}

/// A snapshot that the forecast rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SourceYear {
    /// Its school year.
    pub year: SchoolYear,
    /// Its content hash.
    pub hash: String,
}

/// A remark on the method or on what was done with the data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Note {
    /// Stable code.
    pub code: &'static str,
    /// In Chinese.
    pub text: String,
}

/// Pupils of the coming years.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Forecast {
    /// County code.
    pub county: String,
    /// The snapshots, oldest first; the last is the base.
    pub history: Vec<SourceYear>,
    /// The scenario.
    pub scenario: Scenario,
    /// What was entered.
    pub assumptions: Assumptions,
    /// The county's ratios by step, with what they were observed from.
    pub ratios: Vec<StepRatio>,
    /// The years, first one first.
    pub years: Vec<YearForecast>,
    /// How the method would have done for the last known year.
    pub back_test: BackTest,
    /// Method and remarks.
    pub notes: Vec<Note>,
}

impl Forecast {
    /// The forecast of a school year.
    #[must_use]
    pub fn year(&self, year: SchoolYear) -> Option<&YearForecast> {
        self.years.iter().find(|of| of.year == year)
    }

    /// Pupils of a section in a year.
    #[must_use]
    pub fn pupils(&self, key: &SectionKey, year: SchoolYear) -> Option<&Count> {
        Some(&self.year(year)?.section(key)?.pupils)
    }
}
