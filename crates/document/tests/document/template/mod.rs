//! Templates: the packs of the program and hand-made ones, on counties of every kind.

mod bad;
pub(crate) mod counties;
mod docs;
mod examples;
mod figures;
mod paper;
mod texts;
