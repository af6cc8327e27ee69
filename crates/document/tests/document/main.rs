//! Stories of documents: written, converted, edited, read back.

#![cfg(test)]

mod office;
mod reading;
mod sample;
mod template;
mod writing;
mod zipped;
