//! The structure of the database: migrations, and the file that shows the whole of it.

use crate::fixture::{Kind, house, options};
use rstest::rstest;
use sqlx::{PgPool, Row as _, SqlitePool};
use store::{Database, Store};

async fn sqlite_structure(pool: &SqlitePool) -> Vec<String> {
    let sql = "select sql from sqlite_master
               where sql is not null and name not like '\\_sqlx%' escape '\\' order by name";
    let rows = sqlx::query(sql).fetch_all(pool).await.unwrap();
    let texts = rows.iter().map(|row| row.get::<String, _>(0));
    texts.map(|text| text.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

async fn postgres_structure(pool: &PgPool) -> Vec<String> {
    let sql = "
        select format('%s.%s %s %s %s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
                   a.attnotnull, coalesce(l.collname, '')) as line
        from pg_attribute a join pg_class c on c.oid = a.attrelid
        left join pg_collation l on l.oid = a.attcollation
        where c.relnamespace = 'public'::regnamespace and a.attnum > 0 and c.relkind = 'r'
            and c.relname not like '\\_sqlx%'
        union all
        select conrelid::regclass || ' ' || pg_get_constraintdef(oid) from pg_constraint
        where connamespace = 'public'::regnamespace and conrelid::regclass::text not like '\\_sqlx%'
        union all
        select indexdef from pg_indexes
        where schemaname = 'public' and tablename not like '\\_sqlx%'
        union all
        select pg_get_triggerdef(oid) from pg_trigger where not tgisinternal
        union all
        select prosrc from pg_proc where pronamespace = 'public'::regnamespace
        order by 1";
    let rows = sqlx::query(sql).fetch_all(pool).await.unwrap();
    rows.iter().map(|row| row.get::<String, _>(0)).collect()
}

#[tokio::test]
async fn sqlite_migrated_is_the_schema_file() {
    let house = house(Kind::Sqlite).await.unwrap();
    let file = house.options.folder.join("junheng.db");
    let migrated = SqlitePool::connect(&format!("sqlite:{}", file.display())).await.unwrap();
    let fresh = SqlitePool::connect("sqlite::memory:").await.unwrap();
    sqlx::raw_sql(include_str!("../../schema/sqlite.sql")).execute(&fresh).await.unwrap();
    let structure = sqlite_structure(&migrated).await;
    assert!(structure.len() > 35);
    assert_eq!(structure, sqlite_structure(&fresh).await);
}

#[tokio::test]
async fn postgres_migrated_is_the_schema_file() {
    let Some(house) = house(Kind::Postgres).await else { return };
    let Database::Postgres(address) = &house.options.database else { unreachable!() };
    let migrated = PgPool::connect(address).await.unwrap();
    let address = crate::postgres::new_database().await.unwrap();
    let fresh = PgPool::connect(&address).await.unwrap();
    sqlx::raw_sql(include_str!("../../schema/postgres.sql")).execute(&fresh).await.unwrap();
    let structure = postgres_structure(&migrated).await;
    assert!(structure.len() > 200);
    assert_eq!(structure, postgres_structure(&fresh).await);
}

#[rstest]
#[case::sqlite(Kind::Sqlite)]
#[case::postgres(Kind::Postgres)]
#[tokio::test]
async fn a_newer_database_is_refused_in_one_sentence(#[case] kind: Kind) {
    let Some((options, _folder)) = options(kind).await else { return };
    let store = Store::open(&options).await.unwrap();
    store.ping().await.unwrap();
    store.close().await;
    let newer = "insert into _sqlx_migrations
        (version, description, installed_on, success, checksum, execution_time)
        values (999, 'later', current_timestamp, true, '', 0)";
    match &options.database {
        Database::Sqlite(file) => {
            let file = options.folder.join(file);
            let pool = SqlitePool::connect(&format!("sqlite:{}", file.display())).await.unwrap();
            sqlx::raw_sql(newer).execute(&pool).await.unwrap();
            pool.close().await;
        }
        Database::Postgres(address) => {
            let pool = PgPool::connect(address).await.unwrap();
            sqlx::raw_sql(newer).execute(&pool).await.unwrap();
            pool.close().await;
        }
    }
    let error = Store::open(&options).await.unwrap_err();
    assert_eq!(error.code(), "ST-OPEN-01");
    assert!(error.to_string().contains("999"), "{error}");
    assert!(error.to_string().contains("新版程序"), "{error}");
}

#[tokio::test]
async fn an_address_without_a_server_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let mut options = store::Options::new(folder.path());
    options.patience = std::time::Duration::from_secs(2);
    let address = "postgres://junheng:secret@localhost/junheng?host=/nowhere";
    let options = options.database(Database::Postgres(address.to_owned()));
    let error = Store::open(&options).await.unwrap_err();
    assert!(["ST-DB-02", "ST-DB-03"].contains(&error.code()), "{error:?}");
    assert!(!error.to_string().contains("secret"));
}

#[tokio::test]
async fn a_file_that_is_no_database_says_so() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("junheng.db"), "not a database".repeat(100)).unwrap();
    let error = Store::open(&store::Options::new(folder.path())).await.unwrap_err();
    assert_eq!(error.code(), "ST-DB-05", "{error:?}");
}

#[rstest]
#[case::sqlite(Kind::Sqlite)]
#[case::postgres(Kind::Postgres)]
#[tokio::test]
async fn no_table_is_forgotten_by_check_and_backup(#[case] kind: Kind) {
    let Some(house) = house(kind).await else { return };
    let tables: Vec<String> = match &house.options.database {
        Database::Sqlite(file) => {
            let file = house.options.folder.join(file);
            let pool = SqlitePool::connect(&format!("sqlite:{}", file.display())).await.unwrap();
            let sql = "select name from sqlite_master where type = 'table'
                       and name not like 'sqlite%' and name not like '\\_sqlx%' escape '\\'
                       order by name";
            let rows = sqlx::query(sql).fetch_all(&pool).await.unwrap();
            rows.iter().map(|row| row.get(0)).collect()
        }
        Database::Postgres(address) => {
            let pool = PgPool::connect(address).await.unwrap();
            let sql = "select tablename::text from pg_tables where schemaname = 'public'
                       and tablename not like '\\_sqlx%' order by tablename collate \"C\"";
            let rows = sqlx::query(sql).fetch_all(&pool).await.unwrap();
            rows.iter().map(|row| row.get(0)).collect()
        }
    };
    let checked: Vec<String> = house.store.check().await.unwrap().rows.into_keys().collect();
    assert_eq!(checked, tables);
    let archive = house.folder.path().join("a.zip");
    let kept: Vec<String> = house
        .store
        .backup(&archive, crate::fixture::at(0))
        .await
        .unwrap()
        .tables
        .into_keys()
        .collect();
    let without_sessions: Vec<String> =
        tables.into_iter().filter(|name| name != "sessions").collect();
    assert_eq!(kept, without_sessions);
}
