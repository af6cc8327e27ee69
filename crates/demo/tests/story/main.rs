//! Stories of the demo county: its figures and its files.

#![cfg(test)]

mod common;
mod county;
mod files;
mod verdict;
