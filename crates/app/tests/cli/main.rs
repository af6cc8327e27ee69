//! The program as its users meet it: the built binary, its output, its exit codes, its files.

#![cfg(test)]

#[macro_use]
mod common;
mod data;
mod explaining;
mod outputs;
mod pipes;
mod shape;
mod words;
mod wrong_use;
