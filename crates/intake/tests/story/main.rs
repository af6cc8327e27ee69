//! Stories of reading: what offices hand in, and what the program makes of it.

mod common;
mod layouts;
mod refusals;
mod template;
