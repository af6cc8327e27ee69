//! Stories: what pack authors and readers of an explanation see.

#![expect(clippy::unwrap_used, reason = "a test that cannot set itself up has failed")]

mod county;
mod errors;
mod explanations;
mod properties;
mod values;
