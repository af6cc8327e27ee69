//! Databases that are held, cut off, or opened by several at once: a plain answer, and what
//! was accepted stays.

use crate::fixture::{Kind, by, county, house, options};
use rstest::rstest;
use sqlx::{PgPool, SqlitePool};
use std::time::Duration;
use store::{Database, Store};

#[rstest]
#[case::sqlite(Kind::Sqlite)]
#[case::postgres(Kind::Postgres)]
#[tokio::test]
async fn held_by_another_program(#[case] kind: Kind) {
    let Some((mut options, _folder)) = options(kind).await else { return };
    // Making the tables may take longer than what is waited for afterwards.
    drop(Store::open(&options).await.unwrap());
    options.patience = Duration::from_secs(1);
    let store = Store::open(&options).await.unwrap();
    let (county, zhang) = (county(), by("张三", 0));
    store.audit(&county, &zhang, "before", "", "").await.unwrap();
    let refused = match &options.database {
        Database::Sqlite(file) => {
            let file = options.folder.join(file);
            let pool = SqlitePool::connect(&format!("sqlite:{}", file.display())).await.unwrap();
            let other = pool.begin_with("BEGIN IMMEDIATE").await.unwrap();
            let refused = store.audit(&county, &zhang, "during", "", "").await;
            // Readers wait for nobody.
            assert_eq!(store.verify_audit(&county).await.unwrap().rows, 1);
            other.rollback().await.unwrap();
            refused
        }
        Database::Postgres(address) => {
            let pool = PgPool::connect(address).await.unwrap();
            let mut other = pool.begin().await.unwrap();
            let lock = "select pg_advisory_xact_lock(hashtextextended($1, 0))";
            sqlx::query(lock).bind(county.as_str()).execute(&mut *other).await.unwrap();
            let refused = store.audit(&county, &zhang, "during", "", "").await;
            assert_eq!(store.verify_audit(&county).await.unwrap().rows, 1);
            other.rollback().await.unwrap();
            refused
        }
    };
    assert_eq!(refused.unwrap_err().code(), "ST-DB-02");
    store.audit(&county, &zhang, "after", "", "").await.unwrap();
    assert_eq!(store.verify_audit(&county).await.unwrap().rows, 2);
}

#[tokio::test]
async fn a_server_that_was_restarted_is_found_again() {
    let Some(house) = house(Kind::Postgres).await else { return };
    let Database::Postgres(address) = &house.options.database else { unreachable!() };
    let (store, county) = (&house.store, county());
    store.audit(&county, &by("张三", 0), "before", "", "").await.unwrap();
    let pool = PgPool::connect(address).await.unwrap();
    let cut = "select pg_terminate_backend(pid) from pg_stat_activity
               where datname = current_database() and pid <> pg_backend_pid()";
    sqlx::query(cut).execute(&pool).await.unwrap();
    store.audit(&county, &by("张三", 1), "after", "", "").await.unwrap();
    assert_eq!(store.verify_audit(&county).await.unwrap().rows, 2);
}

#[rstest]
#[case::sqlite(Kind::Sqlite)]
#[case::postgres(Kind::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn opened_by_many_at_once(#[case] kind: Kind) {
    let Some((options, _folder)) = options(kind).await else { return };
    let opening: Vec<_> = (0..6)
        .map(|n| {
            let options = options.clone();
            tokio::spawn(async move {
                let store = Store::open(&options).await.unwrap();
                store.audit(&county(), &by("张三", n), "x", "", "").await.unwrap();
            })
        })
        .collect();
    for each in opening {
        each.await.unwrap();
    }
    let store = Store::open(&options).await.unwrap();
    let report = store.verify_audit(&county()).await.unwrap();
    assert_eq!((report.rows, report.broken), (6, None));
}
