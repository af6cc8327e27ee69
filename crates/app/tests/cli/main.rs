//! The program as its users meet it: the built binary, its output, its exit codes, its files.

#![cfg(test)]

#[macro_use]
mod common;
mod data;
mod explaining;
mod faults;
mod forecasting;
mod http;
mod keeping;
mod official;
mod outputs;
mod pipes;
mod planning;
// One private PostgreSQL for the stories of several crates, written once.
#[path = "../../../store/tests/story/postgres.rs"]
mod postgres;
mod scenarios;
mod shape;
mod staffing;
mod stopping;
mod words;
mod wrong_use;
