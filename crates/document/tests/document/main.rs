//! Stories of documents: written, converted, edited, read back.

mod office;
mod reading;
mod sample;
mod template;
mod writing;
mod zipped;
