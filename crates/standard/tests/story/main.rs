//! Stories: what the judge says of counties that are made so that one thing decides.

#![expect(clippy::unwrap_used, reason = "a test that cannot set itself up has failed")]

mod attested;
mod complete;
mod indicators;
mod limits;
mod make;
mod missing;
mod refusals;
mod rule;
mod thresholds;
