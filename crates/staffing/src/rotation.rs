//! Rotation: who may be asked to move, and the best lawful assignment.
//!
//! [`eligibility`] says who may be asked. A [`Problem`] is a county's sections, their teachers with
//! the schools that each may go to, and what the judge says of one teacher more or less. [`optimum`]
//! finds the assignment that is best in this order: rules; shortages by subject; sections and values
//! that fail; difference coefficients beyond their limits; points of preferences; commutes; moves.
//! [`stable`] finds the one in which no volunteer is worse off than staying and nobody has a better
//! claim to another's post. [`check`] verifies a result without knowing how it was found.

pub mod check;
mod distance;
mod edits;
pub mod eligibility;
mod follow;
mod goals;
mod impossible;
mod model;
mod people;
mod pool;
mod problem;
mod reasons;
mod respond;
mod result;
mod search;
pub mod settings;
pub mod stable;
mod ways;

pub(crate) use distance::{Map, hectometres};
pub use follow::{Follow, Step};
pub use goals::LevelResult;
pub use impossible::{Broken, Impossible};
pub(crate) use model::float;
pub use problem::Problem;
pub use result::{
    CoefficientShift, FORMAT, Method, Move, Rotation, SectionShift, ShareResult, SubjectShift,
    TeacherNote, ValueShift,
};
pub use search::{Outcome, optimum, optimum_followed};
pub use settings::Settings;
