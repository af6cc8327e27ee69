//! The structure of the database: migrations in the binary, two folders with the same names.
//! `schema/` holds the whole structure as it is after all of them; a test sees to it.

use crate::db::Pools;
use crate::{Result, StoreError};
use sqlx::SqlSafeStr;
use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};

/// Version, name, and the text for SQLite and for PostgreSQL. A migration that has been released
/// is never edited.
const MIGRATIONS: &[(i64, &str, &str, &str)] = &[
    (
        1,
        "house",
        include_str!("../migrations/sqlite/0001_house.sql"),
        include_str!("../migrations/postgres/0001_house.sql"),
    ),
    (
        2,
        "map and scenarios",
        include_str!("../migrations/sqlite/0002_map_and_scenarios.sql"),
        include_str!("../migrations/postgres/0002_map_and_scenarios.sql"),
    ),
    (
        3,
        "collecting",
        include_str!("../migrations/sqlite/0003_collecting.sql"),
        include_str!("../migrations/postgres/0003_collecting.sql"),
    ),
    (
        4,
        "documents",
        include_str!("../migrations/sqlite/0004_documents.sql"),
        include_str!("../migrations/postgres/0004_documents.sql"),
    ),
    (
        5,
        "plans carried out",
        include_str!("../migrations/sqlite/0005_plans_carried_out.sql"),
        include_str!("../migrations/postgres/0005_plans_carried_out.sql"),
    ),
    (
        6,
        "rosters",
        include_str!("../migrations/sqlite/0006_rosters.sql"),
        include_str!("../migrations/postgres/0006_rosters.sql"),
    ),
    (
        7,
        "exchanges and training",
        include_str!("../migrations/sqlite/0007_exchanges_and_training.sql"),
        include_str!("../migrations/postgres/0007_exchanges_and_training.sql"),
    ),
    (
        8,
        "rotations",
        include_str!("../migrations/sqlite/0008_rotations.sql"),
        include_str!("../migrations/postgres/0008_rotations.sql"),
    ),
    (
        9,
        "personal documents",
        include_str!("../migrations/sqlite/0009_personal_documents.sql"),
        include_str!("../migrations/postgres/0009_personal_documents.sql"),
    ),
];

/// The newest version that this program knows.
pub(crate) const NEWEST: i64 = MIGRATIONS[MIGRATIONS.len() - 1].0;

fn migrator(choose: fn(&(i64, &str, &'static str, &'static str)) -> &'static str) -> Migrator {
    let migrations = MIGRATIONS.iter().map(|each| {
        let sql = choose(each).into_sql_str();
        Migration::new(each.0, each.1.into(), MigrationType::Simple, sql, false)
    });
    Migrator::with_migrations(migrations.collect())
}

/// Brings the database to the newest version.
pub(crate) async fn migrate(pools: &Pools) -> Result<()> {
    migrate_to(pools, NEWEST).await
}

/// Brings the database to a version, not beyond it.
pub(crate) async fn migrate_to(pools: &Pools, version: i64) -> Result<()> {
    let outcome = match pools {
        Pools::Sqlite { writer, .. } => {
            // PostgreSQL is locked by the migrator; here the transaction keeps a second program
            // from making the same tables at the same time.
            let mut tx = writer.begin_with("BEGIN IMMEDIATE").await?;
            let outcome = migrator(|each| each.2).run_direct(Some(version), &mut *tx, false).await;
            if outcome.is_ok() {
                tx.commit().await?;
            }
            outcome
        }
        Pools::Postgres(pool) => migrator(|each| each.3).run_to(version, pool).await,
    };
    outcome.map_err(|error| match error {
        MigrateError::VersionMissing(found) if found > NEWEST => {
            StoreError::Newer { found, known: NEWEST }
        }
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => error.into(),
        other => StoreError::Structure(other.to_string()),
    })
}
