//! Templates: the packs of the program and hand-made ones, on counties of every kind.

pub(crate) mod counties;
mod examples;
mod texts;
