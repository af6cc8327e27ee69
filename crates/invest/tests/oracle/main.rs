//! Proofs that plans are right, by ways that share nothing with how they are found: every candidate
//! of tiny counties tried, and instances solved by hand.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod brute;
mod by_hand;
mod candidates;
mod explained;
mod given;
