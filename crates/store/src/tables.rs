//! The tables, for what goes over all of them: backup, restore and check. What their columns are is
//! asked of the database; a test sees to it that no table is forgotten.

use crate::db::{Row, Tx, args};
use crate::{Result, StoreError};
use serde::{Deserialize, Serialize};

/// A table.
pub(crate) struct Table {
    pub(crate) name: &'static str,
    /// Its primary key.
    pub(crate) key: &'static [&'static str],
    /// Tables whose rows must be there: the first columns of this one name the whole key of that. A null names nothing.
    pub(crate) parents: &'static [(&'static str, &'static [&'static str])],
    /// Is it backed up? Sessions are not: after a restore everybody signs in again.
    pub(crate) kept: bool,
}

const FORM: &[&str] = &["county", "year", "collection", "school"];

const fn table(
    name: &'static str,
    key: &'static [&'static str],
    parents: &'static [(&'static str, &'static [&'static str])],
) -> Table {
    Table { name, key, parents, kept: true }
}

/// All tables, parents before children.
pub(crate) const TABLES: &[Table] = &[
    table("counties", &["county"], &[]),
    table("districts", &["county", "district"], &[("counties", &["county"])]),
    table("schools", &["county", "school"], &[("counties", &["county"])]),
    table("school_events", &["county", "school", "event"], &[("schools", &["county", "school"])]),
    table(
        "district_schools",
        &["county", "district", "school"],
        &[("districts", &["county", "district"]), ("schools", &["county", "school"])],
    ),
    table("school_years", &["county", "year"], &[("counties", &["county"])]),
    table(
        "collections",
        &["county", "year", "collection"],
        &[("school_years", &["county", "year"])],
    ),
    table("submissions", FORM, &[("collections", &["county", "year", "collection"])]),
    table(
        "submission_revisions",
        &["county", "year", "collection", "school", "revision"],
        &[("submissions", FORM)],
    ),
    table(
        "submission_steps",
        &["county", "year", "collection", "school", "step"],
        &[("submissions", FORM)],
    ),
    table(
        "returned_fields",
        &["county", "year", "collection", "school", "step", "place", "item"],
        &[("submission_steps", &["county", "year", "collection", "school", "step"])],
    ),
    table("sources", &["county", "source"], &[("counties", &["county"])]),
    table(
        "places",
        &["county", "year", "collection", "school", "place", "since"],
        &[("submission_revisions", &["county", "year", "collection", "school", "since"])],
    ),
    table(
        "facts",
        &["county", "year", "collection", "school", "place", "item", "since"],
        &[
            ("submission_revisions", &["county", "year", "collection", "school", "since"]),
            ("sources", &["county", "source"]),
        ],
    ),
    table(
        "draft_fields",
        &["county", "year", "collection", "school", "place", "item"],
        &[("submissions", FORM), ("sources", &["county", "source"])],
    ),
    table(
        "draft_places",
        &["county", "year", "collection", "school", "place"],
        &[("submissions", FORM)],
    ),
    table(
        "attestations",
        &["county", "year", "indicator"],
        &[("school_years", &["county", "year"])],
    ),
    table("snapshots", &["county", "snapshot"], &[("counties", &["county"])]),
    table("evaluations", &["county", "evaluation"], &[("snapshots", &["county", "snapshot"])]),
    table(
        "plans",
        &["county", "plan"],
        &[("counties", &["county"]), ("snapshots", &["county", "snapshot"])],
    ),
    table("plan_frontiers", &["county", "plan"], &[("plans", &["county", "plan"])]),
    table("plan_works", &["county", "plan", "work"], &[("plans", &["county", "plan"])]),
    table("boundaries", &["county"], &[("counties", &["county"])]),
    table("scenarios", &["county", "scenario"], &[("counties", &["county"])]),
    table("documents", &["county", "document"], &[("counties", &["county"])]),
    table(
        "document_revisions",
        &["county", "document", "revision"],
        &[("documents", &["county", "document"])],
    ),
    table(
        "document_steps",
        &["county", "document", "step"],
        &[("documents", &["county", "document"])],
    ),
    table(
        "document_boxes",
        &["county", "document", "part"],
        &[("documents", &["county", "document"])],
    ),
    table("evidence_files", &["county", "sha256"], &[("counties", &["county"])]),
    table("evidence_links", &["county", "link"], &[("evidence_files", &["county", "sha256"])]),
    table("rotations", &["county", "rotation"], &[("school_years", &["county", "year"])]),
    table(
        "rotation_runs",
        &["county", "rotation", "run"],
        &[("rotations", &["county", "rotation"])],
    ),
    table(
        "rotation_notices",
        &["county", "rotation", "notice"],
        &[("rotation_runs", &["county", "rotation", "run"])],
    ),
    table(
        "rotation_objections",
        &["county", "rotation", "objection"],
        &[("rotation_notices", &["county", "rotation", "notice"])],
    ),
    table(
        "rotation_orders",
        &["county", "rotation", "teacher"],
        &[("rotations", &["county", "rotation"])],
    ),
    table(
        "rotation_records",
        &["county", "rotation", "teacher", "record"],
        &[("rotation_orders", &["county", "rotation", "teacher"])],
    ),
    table("mappings", &["county", "layout", "label"], &[]),
    table("users", &["county", "user_id"], &[]),
    table(
        "user_roles",
        &["county", "user_id", "role", "scope_kind", "scope"],
        &[("users", &["county", "user_id"])],
    ),
    Table {
        name: "sessions",
        key: &["county", "token"],
        parents: &[("users", &["county", "user_id"])],
        kept: false,
    },
    table("jobs", &["county", "job"], &[]),
    table(
        "import_corrections",
        &["county", "job", "file", "sheet", "cell_row", "cell_column"],
        &[("jobs", &["county", "job"])],
    ),
    table("accepted_imports", &["county", "job"], &[("jobs", &["county", "job"])]),
    table("import_files", &["county", "job", "number"], &[("jobs", &["county", "job"])]),
    table(
        "reminders",
        &["county", "year", "collection", "school", "reminder"],
        &[("submissions", FORM)],
    ),
    table(
        "explanations",
        &["county", "year", "collection", "school", "place", "item"],
        &[("submissions", FORM)],
    ),
    table("rosters", &["county", "year"], &[("school_years", &["county", "year"])]),
    table(
        "teachers",
        &["county", "year", "number"],
        &[("rosters", &["county", "year"]), ("schools", &["county", "school"])],
    ),
    table("roster_imports", &["county", "import"], &[("school_years", &["county", "year"])]),
    table("exchanges", &["county", "exchange"], &[("school_years", &["county", "year"])]),
    table(
        "exchange_parties",
        &["county", "exchange", "party"],
        &[("exchanges", &["county", "exchange"]), ("schools", &["county", "school"])],
    ),
    table(
        "exchange_entries",
        &["county", "exchange", "entry"],
        &[("exchanges", &["county", "exchange"])],
    ),
    table(
        "exchange_steps",
        &["county", "exchange", "step"],
        &[("exchanges", &["county", "exchange"])],
    ),
    table("trainings", &["county", "training"], &[("school_years", &["county", "year"])]),
    table(
        "training_people",
        &["county", "training", "teacher"],
        &[("trainings", &["county", "training"]), ("schools", &["county", "school"])],
    ),
    table(
        "training_steps",
        &["county", "training", "step"],
        &[("trainings", &["county", "training"])],
    ),
    table("settings", &["county", "name"], &[]),
    table("audit", &["county", "seq"], &[]),
];

impl Table {
    /// The key's columns as a list.
    pub(crate) fn key_list(&self) -> String {
        self.key.join(", ")
    }
}

/// What a column holds.
///
/// In an archive bytes are written as hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnHolds {
    /// A whole number.
    Int,
    /// A text.
    Text,
    /// Bytes.
    Bytes,
}

/// The columns of a table in the order in which it was made.
pub(crate) async fn columns(tx: &mut Tx, table: &str) -> Result<Vec<(String, ColumnHolds)>> {
    let sql = match tx {
        Tx::Sqlite(_) => "select name, lower(type) from pragma_table_info($1) order by cid",
        Tx::Postgres(_) => {
            "select column_name::text, data_type::text from information_schema.columns
             where table_schema = current_schema() and table_name = $1 order by ordinal_position"
        }
    };
    let column = |row: &Row| {
        let holds = match row.str(1)? {
            "integer" | "bigint" => ColumnHolds::Int,
            "text" => ColumnHolds::Text,
            "blob" | "bytea" => ColumnHolds::Bytes,
            other => return Err(StoreError::Structure(format!("{table} 有 {other} 列"))),
        };
        Ok((row.text(0)?, holds))
    };
    tx.all(sql, args![table]).await?.iter().map(column).collect()
}
