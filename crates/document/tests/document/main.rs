//! Stories of documents: written, converted, edited, read back.

mod sample;
mod template;
mod writing;
