//! Pupils of the coming school years, by section and grade.
//!
//! Cohorts move up: last year's second grade is this year's third, times the share that stays.
//! [`forecast`] takes the shares from the last snapshots of the county, the entrants of grade 1
//! from births, entered figures or the trend, and those of grade 7 from the leavers of grade 6;
//! [`BackTest`] says what the method would have been worth for the last known year; [`apply`]
//! makes the facts of a future year so that the judge can evaluate it. What may be entered stands at
//! [`Assumptions`], how one number comes about at [`Basis`].
//!
//! Results are whole pupils from exact ratios; nothing is a binary fraction and nothing is drawn
//! by chance. What is not known is [`Count::Missing`] with its reason, never zero.
//!
//! This crate must not know files, formats, clocks, standards or costs.

mod apply;
mod assumptions;
mod back_test;
mod classes;
mod error;
mod explain;
mod history;
mod intake;
mod project;
mod ratio;
mod result;
mod round;
mod sum;

pub use apply::{ApplyError, apply};
pub use assumptions::{
    Assumptions, Births, Entrants, EntryRate, Feeder, Override, Problem, Scenario, Successor,
};
pub use back_test::{BackTest, Measures, SectionError, StageError};
pub use classes::{ClassNorm, Split};
pub use error::ForecastError;
pub use project::forecast;
pub use ratio::{Observation, StepRatio};
pub use result::{
    Basis, Count, Forecast, GradeForecast, Intake, IntakeSource, MissingReason, Note, Pool,
    SectionForecast, SectionKey, SourceYear, StageTotal, YearForecast,
};
