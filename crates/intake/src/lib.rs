//! Intake: from the workbooks and CSV files of a county to facts with their origin, and findings
//! for everything that is wrong in them.
//!
//! What stands where is data (`packs/layouts`, see [`layout`]); what the items are is data
//! (`packs/items`). This crate must not know any standard or verdict.

pub mod annotate;
mod cell;
mod checks;
mod context;
pub mod correction;
mod export;
pub mod finding;
mod form_cells;
mod head;
pub mod layout;
pub mod mapping;
pub mod open;
mod part;
mod read;
pub mod roster;
mod table;
pub mod write;

pub use correction::{Corrected, Correction, Corrections};
pub use finding::{Finding, Findings, ItemName, Location, SchoolName, Severity};
pub use layout::Layouts;
pub use mapping::Mapping;
pub use read::{FileRead, Intake, Options, Progress, Year, read, read_bytes};
