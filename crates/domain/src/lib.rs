//! The vocabulary of the program: what a county's compulsory schools are made of.
//!
//! Exact numbers, units, stages, school kinds, years, data items, facts with their origin, and the
//! [`Snapshot`]: the immutable set of facts of one county in one school year. Every other crate
//! speaks in these words.
//!
//! This crate must not know files, formats, clocks, databases or HTTP; it has no input or output
//! and nothing asynchronous.

pub mod change;
mod code;
mod exact;
mod fact;
mod hash;
mod item;
mod school;
mod snapshot;
mod unit;
mod year;

pub use code::{CodeError, CountyCode, SchoolCode};
pub use exact::{Exact, ExactError};
pub use fact::{Fact, Facts, Origin, OriginId, Value, cell_name, cell_path};
pub use hash::hex;
pub use item::{Catalogue, CatalogueError, Item, ItemId, ItemKind, Level, Range, SourceCell};
pub use school::{Residence, SchoolKind, Sponsor, Stage};
pub use snapshot::{
    Attestation, Class, County, Draft, Place, Room, RoomKind, School, SealError, Section, Snapshot,
};
pub use unit::{Unit, UnitError};
pub use year::SchoolYear;
