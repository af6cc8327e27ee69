//! Stories of the API, through the whole router, each on SQLite and on PostgreSQL where it matters.

#![cfg(test)]

mod accounts;
mod boundary;
mod collection;
mod document;
mod evaluation;
mod evidence;
mod exchanges;
mod faults;
mod fixture;
mod hostile;
mod imports;
mod imports_mend;
mod jobs;
mod outside;
mod papers;
mod papers_personal;
mod plans;
// One private PostgreSQL for the stories of both crates, written once.
#[path = "../../../store/tests/story/postgres.rs"]
mod postgres;
mod privacy;
mod proposals;
mod reminders;
mod rights;
mod rosters;
mod rotations;
mod rotations_decisions;
mod scenarios;
mod schools;
mod shape;
mod sign_in;
mod staffed;
mod standards;
mod system;
mod teachers;
