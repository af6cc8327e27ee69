//! Stories of a forecast: tiny counties solved by hand, what is missing, what is entered, what
//! opens and closes, and the synthetic county judged in a future year.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod by_hand;
mod demo_county;
mod entered;
mod future;
mod missing;
mod opening;
mod property;
mod tiny;
