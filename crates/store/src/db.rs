//! The thin layer over the two databases: one transaction, one row and one argument type, so that
//! every query is written once. It knows no table.

use crate::{Result, StoreError};
use domain::{CountyCode, SchoolCode, SchoolYear};
use jiff::Timestamp;
use jiff::civil::Date;
use sqlx::postgres::{PgArguments, PgPool, PgRow};
use sqlx::sqlite::{SqliteArguments, SqlitePool, SqliteRow};
use sqlx::{Arguments, AssertSqlSafe, Decode, Postgres, Row as _, SqlSafeStr, Sqlite, Type};
use std::fmt::Write as _;
use std::str::FromStr;

/// The pools. SQLite allows one writer: its connection is queued for in the program, where waiting
/// is fair, rather than in the database, where it is a race.
#[derive(Clone, Debug)]
pub(crate) enum Pools {
    Sqlite { readers: SqlitePool, writer: SqlitePool },
    Postgres(PgPool),
}

/// A value on its way into the database.
#[derive(Clone, Debug)]
pub(crate) enum Arg {
    Int(Option<i64>),
    Text(Option<String>),
    Bytes(Option<Vec<u8>>),
}

/// The arguments of a query, in order.
macro_rules! args {
    ($($value:expr),* $(,)?) => { vec![$($crate::db::Arg::from($value)),*] };
}
pub(crate) use args;

macro_rules! arg_from {
    ($($type:ty, $value:ident => $arg:expr;)*) => {
        $(impl From<$type> for Arg {
            fn from($value: $type) -> Self { $arg }
        })*
    };
}

arg_from! {
    i64, v => Self::Int(Some(v));
    i32, v => Self::Int(Some(i64::from(v)));
    u32, v => Self::Int(Some(i64::from(v)));
    u8, v => Self::Int(Some(i64::from(v)));
    bool, v => Self::Int(Some(i64::from(v)));
    SchoolYear, v => Self::Int(Some(i64::from(v.0)));
    Option<i64>, v => Self::Int(v);
    Option<bool>, v => Self::Int(v.map(i64::from));
    Option<u8>, v => Self::Int(v.map(i64::from));
    &str, v => Self::Text(Some(v.to_owned()));
    &String, v => Self::Text(Some(v.clone()));
    String, v => Self::Text(Some(v));
    &CountyCode, v => Self::Text(Some(v.as_str().to_owned()));
    &SchoolCode, v => Self::Text(Some(v.as_str().to_owned()));
    Option<&str>, v => Self::Text(v.map(str::to_owned));
    Option<String>, v => Self::Text(v);
    Timestamp, v => Self::Text(Some(moment(v)));
    Option<Timestamp>, v => Self::Text(v.map(moment));
    Date, v => Self::Text(Some(v.to_string()));
    Option<Date>, v => Self::Text(v.map(|day| day.to_string()));
    Vec<u8>, v => Self::Bytes(Some(v));
    Option<Vec<u8>>, v => Self::Bytes(v);
}

/// A moment as it is kept: UTC, always six decimals, so that the order of texts is that of time.
pub(crate) fn moment(at: Timestamp) -> String {
    format!("{at:.6}")
}

/// A row on its way out.
pub(crate) enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

impl Row {
    fn get<'r, T>(&'r self, column: usize) -> Result<T>
    where
        T: Decode<'r, Sqlite> + Type<Sqlite> + Decode<'r, Postgres> + Type<Postgres>,
    {
        Ok(match self {
            Self::Sqlite(row) => row.try_get(column)?,
            Self::Postgres(row) => row.try_get(column)?,
        })
    }

    pub(crate) fn int(&self, column: usize) -> Result<i64> {
        self.get(column)
    }

    pub(crate) fn maybe_int(&self, column: usize) -> Result<Option<i64>> {
        self.get(column)
    }

    pub(crate) fn flag(&self, column: usize) -> Result<bool> {
        Ok(self.int(column)? != 0)
    }

    pub(crate) fn text(&self, column: usize) -> Result<String> {
        self.get(column)
    }

    pub(crate) fn str(&self, column: usize) -> Result<&str> {
        self.get(column)
    }

    pub(crate) fn maybe_text(&self, column: usize) -> Result<Option<String>> {
        self.get(column)
    }

    pub(crate) fn bytes(&self, column: usize) -> Result<Vec<u8>> {
        self.get(column)
    }

    pub(crate) fn maybe_bytes(&self, column: usize) -> Result<Option<Vec<u8>>> {
        self.get(column)
    }

    /// A text of a type that can be read from one.
    pub(crate) fn parsed<T: FromStr>(&self, column: usize) -> Result<T> {
        read(self.str(column)?)
    }

    /// The same, where the column may be null.
    pub(crate) fn maybe_parsed<T: FromStr>(&self, column: usize) -> Result<Option<T>> {
        self.maybe_text(column)?.map(|text| read(&text)).transpose()
    }

    /// A text that a function knows.
    pub(crate) fn known<T>(&self, column: usize, find: impl Fn(&str) -> Option<T>) -> Result<T> {
        let text = self.str(column)?;
        find(text).ok_or_else(|| StoreError::Corrupt(format!("“{text}”")))
    }

    pub(crate) fn moment(&self, column: usize) -> Result<Timestamp> {
        self.parsed(column)
    }

    pub(crate) fn year(&self, column: usize) -> Result<SchoolYear> {
        small(self.int(column)?).map(SchoolYear)
    }

    pub(crate) fn school(&self, column: usize) -> Result<SchoolCode> {
        self.known(column, |text| SchoolCode::parse(text).ok())
    }
}

fn read<T: FromStr>(text: &str) -> Result<T> {
    text.parse().map_err(|_| StoreError::Corrupt(format!("“{text}”")))
}

/// A number of the database as one of a narrower type.
pub(crate) fn small<T: TryFrom<i64>>(number: i64) -> Result<T> {
    T::try_from(number).map_err(|_| StoreError::Corrupt(format!("“{number}”")))
}

/// A transaction, for reading or for writing. Dropped without [`Tx::commit`] it never happened.
pub(crate) enum Tx {
    Sqlite(sqlx::Transaction<'static, Sqlite>),
    Postgres(sqlx::Transaction<'static, Postgres>),
}

impl Pools {
    /// A transaction that sees one moment of the database.
    pub(crate) async fn read(&self) -> Result<Tx> {
        Ok(match self {
            Self::Sqlite { readers, .. } => Tx::Sqlite(readers.begin().await?),
            Self::Postgres(pool) => {
                let begin = "begin isolation level repeatable read read only";
                Tx::Postgres(pool.begin_with(begin).await.map_err(|error| gone(pool, error))?)
            }
        })
    }

    /// Tells PostgreSQL how large the tables of facts have become, after many rows at once: until
    /// it finds out by itself, some minutes later, queries take several times as long. SQLite is
    /// told when its connection is closed. What was written stands whether this succeeds or not.
    pub(crate) async fn analyze(&self) {
        if let Self::Postgres(pool) = self {
            let sql = "analyze facts, places, sources, submissions, submission_revisions";
            let _ = sqlx::query(sql).execute(pool).await;
        }
    }

    /// Takes what was overwritten out of SQLite's journal too.
    pub(crate) async fn sweep(&self) -> Result<()> {
        if let Self::Sqlite { writer, .. } = self {
            sqlx::query("pragma wal_checkpoint(truncate)").execute(writer).await?;
        }
        Ok(())
    }

    /// A transaction that writes for one county. One county has one writer at a time on either
    /// database: numbers are given and the audit is chained without gaps or races.
    pub(crate) async fn write(&self, county: &str) -> Result<Tx> {
        match self {
            Self::Sqlite { writer, .. } => {
                Ok(Tx::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await?))
            }
            Self::Postgres(pool) => {
                let tx = pool.begin().await.map_err(|error| gone(pool, error))?;
                let mut tx = Tx::Postgres(tx);
                let lock = "select 1 from pg_advisory_xact_lock(hashtextextended($1, 0))";
                tx.exec(lock, args![county]).await?;
                Ok(tx)
            }
        }
    }
}

/// Waiting for a connection in vain is being busy, unless there is not a single one: then there is
/// no server.
fn gone(pool: &PgPool, error: sqlx::Error) -> StoreError {
    match error {
        sqlx::Error::PoolTimedOut if pool.size() == 0 => {
            StoreError::Unreachable("数据库服务没有应答".to_owned())
        }
        other => other.into(),
    }
}

impl Tx {
    /// Runs a statement and returns how many rows it touched.
    pub(crate) async fn exec(&mut self, sql: impl SqlSafeStr, args: Vec<Arg>) -> Result<u64> {
        Ok(match self {
            Self::Sqlite(tx) => sqlx::query_with(sql, sqlite_arguments(args)?)
                .execute(&mut **tx)
                .await?
                .rows_affected(),
            Self::Postgres(tx) => sqlx::query_with(sql, postgres_arguments(args)?)
                .execute(&mut **tx)
                .await?
                .rows_affected(),
        })
    }

    /// All rows of a query.
    pub(crate) async fn all(&mut self, sql: impl SqlSafeStr, args: Vec<Arg>) -> Result<Vec<Row>> {
        Ok(match self {
            Self::Sqlite(tx) => {
                let rows = sqlx::query_with(sql, sqlite_arguments(args)?).fetch_all(&mut **tx);
                rows.await?.into_iter().map(Row::Sqlite).collect()
            }
            Self::Postgres(tx) => {
                let rows = sqlx::query_with(sql, postgres_arguments(args)?).fetch_all(&mut **tx);
                rows.await?.into_iter().map(Row::Postgres).collect()
            }
        })
    }

    /// The row of a query, if there is one.
    pub(crate) async fn one(
        &mut self,
        sql: impl SqlSafeStr,
        args: Vec<Arg>,
    ) -> Result<Option<Row>> {
        Ok(match self {
            Self::Sqlite(tx) => sqlx::query_with(sql, sqlite_arguments(args)?)
                .fetch_optional(&mut **tx)
                .await?
                .map(Row::Sqlite),
            Self::Postgres(tx) => sqlx::query_with(sql, postgres_arguments(args)?)
                .fetch_optional(&mut **tx)
                .await?
                .map(Row::Postgres),
        })
    }

    /// The number that a query computes.
    pub(crate) async fn number(&mut self, sql: impl SqlSafeStr, args: Vec<Arg>) -> Result<i64> {
        match self.one(sql, args).await? {
            Some(row) => row.int(0),
            None => Err(StoreError::Corrupt("查询没有结果".to_owned())),
        }
    }

    /// Inserts many rows of `columns` values each. `into` is `insert into TABLE (COLUMNS)`.
    pub(crate) async fn insert_all(
        &mut self,
        into: &str,
        columns: usize,
        values: Vec<Arg>,
    ) -> Result<()> {
        self.upsert_all(into, columns, values, "").await
    }

    /// The same with `conflict`, an `on conflict` clause; no two rows may have one key.
    pub(crate) async fn upsert_all(
        &mut self,
        into: &str,
        columns: usize,
        values: Vec<Arg>,
        conflict: &str,
    ) -> Result<()> {
        // SQLite looks for each parameter's name from the first on, so that many at once are slow;
        // PostgreSQL has a round trip for each statement, so that few at once are.
        let most = match self {
            Self::Sqlite(_) => 400,
            Self::Postgres(_) => 6_000,
        };
        let rows = (most / columns.max(1)).max(1);
        let mut values = values.into_iter();
        loop {
            let chunk: Vec<Arg> = values.by_ref().take(rows * columns).collect();
            if chunk.is_empty() {
                return Ok(());
            }
            let mut sql = format!("{into} values ");
            for row in 0..chunk.len() / columns {
                sql.push_str(if row == 0 { "(" } else { ", (" });
                for column in 0..columns {
                    let comma = if column == 0 { "" } else { ", " };
                    let _ = write!(sql, "{comma}${}", row * columns + column + 1);
                }
                sql.push(')');
            }
            sql.push_str(conflict);
            self.exec(AssertSqlSafe(sql), chunk).await?;
        }
    }

    pub(crate) async fn commit(self) -> Result<()> {
        match self {
            Self::Sqlite(tx) => tx.commit().await?,
            Self::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }
}

fn sqlite_arguments(args: Vec<Arg>) -> Result<SqliteArguments> {
    let mut arguments = SqliteArguments::default();
    for arg in args {
        match arg {
            Arg::Int(value) => arguments.add(value),
            Arg::Text(value) => arguments.add(value),
            Arg::Bytes(value) => arguments.add(value),
        }
        .map_err(StoreError::Database)?;
    }
    Ok(arguments)
}

fn postgres_arguments(args: Vec<Arg>) -> Result<PgArguments> {
    let mut arguments = PgArguments::default();
    for arg in args {
        match arg {
            Arg::Int(value) => arguments.add(value),
            Arg::Text(value) => arguments.add(value),
            Arg::Bytes(value) => arguments.add(value),
        }
        .map_err(StoreError::Database)?;
    }
    Ok(arguments)
}
