//! The expression language of the packs.
//!
//! A formula is a short infix text over data items: `teachers_above / pupils in 人/百人`. It is
//! read once, when a pack is loaded, into one typed tree whose units agree ([`Formula::parse`]);
//! the tree is then evaluated exactly ([`Formula::evaluate`]), explained in Chinese with every
//! fact it used ([`Formula::explain`]), asked for what it lacks ([`Formula::missing`]), and
//! printed ([`Formula::to_canonical`], [`Formula::to_chinese`]).
//!
//! Four rules hold everywhere:
//! - missing is not zero: what depends on a missing fact is [`Outcome::Missing`];
//! - `—` (does not apply) is neither: arithmetic and comparison with it give `—`, and `and`,
//!   `or` and the aggregates pass over it;
//! - division by zero is an outcome ([`Outcome::Undefined`]), never a panic;
//! - no binary floating point.
//!
//! This crate must not know packs, files, standards or verdicts.

mod call;
mod check;
mod chinese;
mod distance;
mod env;
mod error;
mod evaluate;
mod explain;
mod explanation;
mod fold;
mod formula;
mod kind;
mod missing;
mod number;
mod outcome;
mod parse;
mod places;
mod source;
mod token;
mod tree;
mod value;
mod vocabulary;

pub use distance::nearest;
pub use env::{Definition, Env, Everything, Guests, Scope};
pub use error::{FormulaError, Problem};
pub use explanation::{
    AggregateNote, ConditionNote, Contribution, Explanation, InputFact, ParameterNote, Part, Shown,
    SplitNote, SplitShare,
};
pub use formula::Formula;
pub use kind::Type;
pub use missing::{MissingInput, MissingReason};
pub use outcome::Outcome;
pub use vocabulary::{NameError, Vocabulary};
