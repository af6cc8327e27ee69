//! The server when something goes wrong: killed, without room, without its database, with a clock
//! that jumps. What it had accepted stays, what it could not do it says in a problem document, and it
//! goes on by itself when it can.

#![cfg(unix)]

mod disk;
mod kill;
mod server;
