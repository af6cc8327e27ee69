//! Access: who may do what, over which part of a county.
//!
//! A person holds *grants*: a [`Role`] over the county, a district or a school, perhaps only between
//! two days. What a role may do is one table ([`may`]); a [`Caller`] is a signed-in person with the
//! grants that hold today, and answers two questions: may he do this ([`Caller::may`]), and over
//! which rows ([`Caller::scope`], a predicate for the store).
//!
//! The three administrators (系统管理员、安全管理员、审计员) are three persons: [`appointment`].
//!
//! Passwords ([`password`], [`hashing`]), lock-out ([`lockout`]), sessions ([`session`]), one-time
//! links and CSRF tokens ([`token`]) are rules here and rows in the store.
//!
//! This crate must not know HTTP, SQL or a clock; the moment comes from the caller. It says what is
//! allowed and never does it.

mod action;
pub mod appointment;
mod caller;
mod error;
pub mod hashing;
pub mod lockout;
pub mod password;
mod role;
pub mod session;
mod table;
pub mod token;

pub use action::Action;
pub use caller::Caller;
pub use error::AccessError;
pub use role::{Department, GuestPage, Role};
pub use table::may;
