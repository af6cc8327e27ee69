//! The roster of a county's teachers: kept sealed, read here, shown masked.
//!
//! Whoever needs the teachers of a year asks [`kept`]. Names and identity numbers leave in plain text
//! by [`reveal`](people) only, with a reason and a row in the audit.
//!
//! This module must not know how rows are sealed, nor what a column means.

mod counts;
mod dto;
mod edit;
mod files;
mod given;
pub(crate) mod history;
mod imports;
mod kept;
mod people;
mod plain;
mod reading;
mod roster;
mod search;
mod which;

pub use given::keep_roster;
pub(crate) use kept::{KeptRoster, Rosters, kept};

use crate::App;
use utoipa_axum::router::OpenApiRouter;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(roster::routes())
        .merge(imports::routes())
        .merge(people::routes())
        .merge(search::routes())
        .merge(edit::routes())
        .merge(counts::routes())
        .merge(files::routes())
}
