//! Stories of whole plans, told through the public interface.

#![expect(clippy::unwrap_used, reason = "a story may stop at the first surprise")]

mod common;
mod demo_county;
mod files;
mod refusals;
mod scenarios;
mod tiny;
