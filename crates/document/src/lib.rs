//! Official documents (公文): a value that knows its figures, and the ways to print it and read it
//! back.
//!
//! A template renders into a [`Document`]; everything else of this crate reads that value and nothing
//! else. Its sentences are ready, its figures are bound to keys, its headings are not yet numbered:
//! numbers, fonts, pages and places are the engine's business.
//!
//! This crate must not know how a figure is computed: it prints what the evaluation says.

pub mod check;
pub mod compare;
pub mod docx;
mod drawing;
mod error;
pub mod figures;
mod front;
pub mod html;
mod layout;
pub mod model;
mod numbering;
pub mod office;
pub mod read;
pub mod rotation;
pub mod template;
mod trace;

pub use error::DocumentError;
pub use model::Document;
pub use template::Template;
pub use trace::Manifest;
