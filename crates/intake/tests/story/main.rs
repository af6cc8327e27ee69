//! Stories of reading: what offices hand in, and what the program makes of it.

mod checks;
mod common;
mod layouts;
mod official;
mod refusals;
mod template;
