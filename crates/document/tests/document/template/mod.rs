//! Templates: the packs of the program and hand-made ones, on counties of every kind.

#![expect(clippy::unwrap_used, reason = "a test that cannot set itself up has failed")]

mod bad;
pub(crate) mod counties;
mod docs;
mod examples;
mod figures;
mod texts;
