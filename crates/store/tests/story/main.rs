//! Stories of the store, each on SQLite and on PostgreSQL.

#![cfg(test)]

mod approval;
mod audit;
mod backup;
mod collecting;
mod collections;
mod crash;
mod evidence;
mod exchanges;
mod faults;
mod fixture;
mod jobs;
mod keeping;
mod papers;
mod people;
mod plans_done;
mod postgres;
mod rosters;
mod rotations;
mod round_trip;
mod schema;
mod schools;
mod tried;
