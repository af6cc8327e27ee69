//! Stories of reading: what offices hand in, and what the program makes of it.

#[cfg(test)]
mod checks;
#[cfg(test)]
mod common;
#[cfg(test)]
mod layouts;
#[cfg(test)]
mod mapping;
#[cfg(test)]
mod official;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod rosters;
#[cfg(test)]
mod template;
