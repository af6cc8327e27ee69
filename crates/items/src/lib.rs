//! The data items that may be known of a county, and the cross-checks between them.
//!
//! [`load`] reads `packs/items`: the catalogue (code, names, unit, level, type, range, 口径,
//! official cells) and the checks, which are formulas over the items and comparisons with last
//! year. [`Items::run`] tries every check on a snapshot and reports what is wrong as findings.
//!
//! This crate must not know workbooks, standards or verdicts: it knows what an item is, not where
//! a file has it and not what a rule makes of it.

mod check;
mod example;
mod finding;
mod jump;
mod load;
mod markdown;
mod outlier;
mod raw;
mod read;
mod run;
mod template;
mod words;

pub use check::{Check, Severity};
pub use finding::{CheckFinding, CheckPlace, CheckedFact};
pub use jump::Jump;
pub use load::{Items, Topic, load, read_items};
pub use markdown::markdown;
pub use outlier::{Change, Outlier, Size};
pub use read::Grade;
pub use run::ExampleFailure;
