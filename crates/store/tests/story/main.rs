//! Stories of the store, each on SQLite and on PostgreSQL.

#![cfg(test)]

mod approval;
mod audit;
mod fixture;
mod postgres;
mod round_trip;
mod schema;
mod schools;
