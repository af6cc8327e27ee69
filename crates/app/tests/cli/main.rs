//! The program as its users meet it: the built binary, its output, its exit codes, its files.

#![cfg(test)]

#[macro_use]
mod common;
mod data;
mod explaining;
mod forecasting;
mod keeping;
mod outputs;
mod pipes;
mod planning;
mod scenarios;
mod shape;
mod stopping;
mod words;
mod wrong_use;
