//! The HTTP interface: everything that the pages do, as a documented API.
//!
//! # How a request is answered
//!
//! [`Server`] → outer layers (`outer`: request id, log, metrics, headers; size, time, compression) →
//! the router, one module a capability → `guard`: who is it, may he → the handler.
//!
//! **One table** (`table`) says of every endpoint what it needs: nothing, a session, or an
//! [`access::Action`]. The guard acts on that table and nothing else: an endpoint that is not in it
//! is refused, and a test holds it against the OpenAPI document. A handler gets a
//! [`Signed`]: the caller, the county, and the scope of the endpoint's action, which it hands to the
//! store as a predicate. What is outside of it is not found (404), never forbidden.
//!
//! **Errors** are problem documents (RFC 9457) with stable codes: [`ApiError`].
//!
//! **Long work** is a job: a handler registered by its kind gets a [`JobContext`] with steps,
//! progress and cancel. See [`jobs`] for what a handler must keep to.
//!
//! # To add an endpoint
//!
//! Write the handler with `#[utoipa::path]` in the module of its capability, mount it in the module's
//! `routes()`, add its line to `table`, and look at the difference of the snapshots that the tests
//! print: the document, and who may.
//!
//! This crate must not know how a value is computed or kept; it asks `standard`, `store` and the
//! others, and says what they say.

#![recursion_limit = "256"]

mod attestations;
mod audit;
mod backups;
mod body;
mod boundary;
mod clock;
mod collection;
mod config;
mod districts;
mod documents;
mod download;
mod evaluation;
mod evidence;
mod exchanges;
mod guard;
mod health;
mod imports;
mod incoming;
pub mod jobs;
mod knowledge;
mod limits;
mod links;
mod list;
mod metrics;
mod openapi;
mod outer;
mod pairings;
mod plans;
mod posts;
mod principals;
mod problem;
mod rotations;
mod router;
mod scenarios;
mod schools;
mod security;
mod server;
mod session;
mod setup;
mod sheet;
mod signed;
mod standards;
mod state;
mod table;
mod teachers;
mod training;
mod users;
mod web;
mod years;

pub use clock::Clock;
pub use config::{Config, RateLimits};
pub use jobs::{JobContext, JobError, JobKinds};
pub use knowledge::Knowledge;
pub use openapi::document;
pub use plans::Solvers;
pub use problem::{ApiError, FieldProblem};
pub use router::router;
pub use server::{ServeError, Server, serve};
pub use signed::Signed;
pub use state::App;
pub use table::{Need, TABLE};
pub use teachers::keep_roster;
