//! Opening files: from bytes of unknown origin to rows of cells, in bounded memory.
//!
//! What a file is, its bytes say and not its name. A container (zip, OLE) is taken apart here with
//! every size counted while it is unpacked, and the reader library is handed a clean copy in which
//! no declared size lies. This module must not know layouts, items or schools.

mod biff;
mod book;
mod folder;
mod guard;
mod limits;
mod refusal;
mod shape;
mod sniff;
mod text;
mod zipped;

pub use book::{Book, Raw, Row, SheetInfo};
pub use folder::{Found, find};
pub use limits::Limits;
pub use refusal::Refusal;
pub use shape::{Area, Shape};
pub use sniff::{Format, sniff};
