//! The teachers of a county: who they are, where posts are short, and how a rotation closes the
//! gaps best, lawfully, and so that every teacher can read why.
//!
//! A [`Roster`] is read from rows of text; what is wrong with them are [`Finding`]s. [`count`] counts
//! the data items from it, with the list behind each number. [`posts`] says how many posts a section
//! should have, and which subjects are short. [`rotation`] finds the best rotation by a mixed integer
//! model, or a stable one that makes no volunteer worse off; either is applied to the snapshot as a
//! [`domain::change::Change`] and judged by the judge. [`pairing`], [`principals`] and [`training`]
//! propose pairings and list terms that end and hours that will be missing. The numbers of all rules
//! come from a pack ([`rules`]).
//!
//! Names and identity numbers are of types that print masked ([`Identity`], [`PersonName`]).
//!
//! This crate must not know files on disk, workbooks, databases, HTTP or clocks other than a time
//! limit.

pub mod assign;
mod error;
mod finding;
mod row;
pub mod rules;
mod secret;
mod teacher;
mod words;

pub mod count;
pub mod pairing;
pub mod posts;
pub mod principals;
pub mod roster;
pub mod rotation;
pub mod training;

pub use error::StaffingError;
pub use finding::{Finding, Severity};
pub use roster::Roster;
pub use row::RosterRow;
pub use rules::Rules;
pub use secret::{Identity, IdentityError, PersonName};
pub use teacher::{Backbone, Exchange, Exemption, Home, Teacher, TeacherId, Training, Visit};
pub use words::{BackboneLevel, Degree, ExchangeKind, Post, Rank, Role, Roll, Sex};
