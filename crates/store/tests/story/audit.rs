//! The audit: append-only, chained, and a change of any row shows.

use crate::fixture::{House, Kind, at, by, county, house};
use rstest::rstest;
use sqlx::{AssertSqlSafe, PgPool, SqlitePool};
use store::{AuditFilter, Database};

/// Runs SQL behind the store's back.
pub(crate) async fn tamper(house: &House, sql: &str) -> Result<(), sqlx::Error> {
    let sql = AssertSqlSafe(sql.to_owned());
    match &house.options.database {
        Database::Sqlite(file) => {
            let file = house.options.folder.join(file);
            let pool = SqlitePool::connect(&format!("sqlite:{}", file.display())).await?;
            let done = sqlx::raw_sql(sql).execute(&pool).await.map(|_| ());
            pool.close().await;
            done
        }
        Database::Postgres(address) => {
            let pool = PgPool::connect(address).await?;
            let done = sqlx::raw_sql(sql).execute(&pool).await.map(|_| ());
            pool.close().await;
            done
        }
    }
}

async fn without_triggers(house: &House, sql: &str) {
    let drop = match house.options.database {
        Database::Sqlite(_) => {
            "drop trigger if exists audit_no_update; drop trigger if exists audit_no_delete;"
        }
        Database::Postgres(_) => "drop trigger if exists audit_no_change on audit;",
    };
    tamper(house, &format!("{drop} {sql}")).await.unwrap();
}

#[rstest]
#[case::sqlite(Kind::Sqlite)]
#[case::postgres(Kind::Postgres)]
#[tokio::test]
async fn rows_are_never_changed(#[case] kind: Kind) {
    let Some(house) = house(kind).await else { return };
    let store = &house.store;
    let county = county();
    for n in 0..5 {
        let detail = format!("第 {n} 次");
        store.audit(&county, &by("张三", n), "session.open", "张三", &detail).await.unwrap();
    }
    store.audit(&county, &by("李四", 5), "export", "2024", "").await.unwrap();
    let sound = store.verify_audit(&county).await.unwrap();
    assert_eq!((sound.rows, sound.broken), (6, None));

    for sql in ["update audit set person = '王五' where seq = 3", "delete from audit where seq = 6"]
    {
        let error = tamper(&house, sql).await.unwrap_err();
        assert!(error.to_string().contains("audit rows are never"), "{error}");
    }
    if kind == Kind::Postgres {
        assert!(tamper(&house, "truncate audit").await.is_err());
    }
    assert_eq!(store.verify_audit(&county).await.unwrap().head, sound.head);

    let filter = AuditFilter { person: Some("张三".to_owned()), ..AuditFilter::default() };
    let page = store.audit_rows(&county, &filter, 2).await.unwrap();
    assert_eq!(page.iter().map(|row| row.seq).collect::<Vec<_>>(), [5, 4]);
    let filter = AuditFilter { below: Some(4), ..filter };
    assert_eq!(store.audit_rows(&county, &filter, 9).await.unwrap().len(), 3);
    let filter = AuditFilter {
        action: Some("session.".to_owned()),
        from: Some(at(1)),
        to: Some(at(3)),
        ..AuditFilter::default()
    };
    assert_eq!(store.audit_rows(&county, &filter, 9).await.unwrap().len(), 2);
}

#[rstest]
#[case::sqlite(Kind::Sqlite)]
#[case::postgres(Kind::Postgres)]
#[tokio::test]
async fn the_first_bad_row_is_named(#[case] kind: Kind) {
    for (harm, row) in [
        ("update audit set detail = 'x' where seq = 3", Some(3)),
        ("update audit set at = '2020-01-01T00:00:00.000000Z' where seq = 1", Some(1)),
        ("delete from audit where seq = 2", Some(2)),
        ("update audit set hash = previous where seq = 4", Some(4)),
        ("update audit set county = '110101' where seq = 5", None),
    ] {
        let Some(house) = house(kind).await else { return };
        let county = county();
        for n in 0..5 {
            house.store.audit(&county, &by("张三", n), "a", "b", "c").await.unwrap();
        }
        let head = house.store.verify_audit(&county).await.unwrap().head;
        without_triggers(&house, harm).await;
        let report = house.store.verify_audit(&county).await.unwrap();
        assert_eq!(report.broken.as_ref().map(|(row, _)| *row), row, "{harm}: {report:?}");
        // The end of a chain can be cut off; its head, kept elsewhere, tells.
        assert_ne!(report.head, head);
    }
}
