//! Stories: what the judge says of counties that are made so that one thing decides.

#![expect(clippy::unwrap_used, reason = "a test that cannot set itself up has failed")]

mod attested;
mod complete;
mod explanations;
mod indicators;
mod json;
mod limits;
mod make;
mod merging;
mod missing;
mod own_packs;
mod parameters;
mod properties;
mod refusals;
mod relief;
mod rule;
mod thresholds;
