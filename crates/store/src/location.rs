//! Where a store is: a data folder, and in it an SQLite file, or a PostgreSQL database beside it.

use crate::{KeySource, Result, StoreError};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

/// Which database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Database {
    /// SQLite, in this file; a relative name stands in the data folder.
    Sqlite(PathBuf),
    /// PostgreSQL, by its address.
    Postgres(String),
}

impl Default for Database {
    fn default() -> Self {
        Self::Sqlite(PathBuf::from("junheng.db"))
    }
}

impl FromStr for Database {
    type Err = StoreError;

    /// `sqlite`, `sqlite:FILE` or `postgres://user@host/name` (also `postgresql://`).
    fn from_str(address: &str) -> Result<Self> {
        match address.split_once(':') {
            None if address == "sqlite" => Ok(Self::default()),
            Some(("sqlite", file)) if !file.trim_start_matches('/').is_empty() => {
                Ok(Self::Sqlite(PathBuf::from(file.strip_prefix("//").unwrap_or(file))))
            }
            Some(("postgres" | "postgresql", rest)) if rest.starts_with("//") => {
                Ok(Self::Postgres(address.to_owned()))
            }
            // The address may hold a password: only its kind is repeated.
            Some((kind, _)) => Err(StoreError::Address(format!("{kind}:…"))),
            None => Err(StoreError::Address(address.to_owned())),
        }
    }
}

/// How a store is opened.
#[derive(Clone, Debug)]
pub struct Options {
    /// The data folder: the SQLite file and the evidence files. Made where it is missing.
    pub folder: PathBuf,
    /// The database.
    pub database: Database,
    /// Where the key of personal data is.
    pub key: KeySource,
    /// How many readers may be at work at once.
    pub readers: u32,
    /// How long a writer waits for another one before it says that the database is busy.
    pub patience: Duration,
    /// Largest evidence file, bytes.
    pub evidence_limit: u64,
}

impl Options {
    /// SQLite in a data folder, with the settings that suit a county.
    #[must_use]
    pub fn new(folder: impl AsRef<Path>) -> Self {
        Self {
            folder: folder.as_ref().to_owned(),
            database: Database::default(),
            key: KeySource::default(),
            readers: 8,
            patience: Duration::from_secs(15),
            evidence_limit: 50 * 1024 * 1024,
        }
    }

    /// The same with another database.
    #[must_use]
    pub fn database(mut self, database: Database) -> Self {
        self.database = database;
        self
    }

    /// The same with the key of personal data elsewhere.
    #[must_use]
    pub fn key(mut self, key: KeySource) -> Self {
        self.key = key;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_name_one_of_two_databases() {
        let sqlite = |file: &str| Database::Sqlite(PathBuf::from(file));
        assert_eq!("sqlite".parse::<Database>().unwrap(), sqlite("junheng.db"));
        assert_eq!("sqlite:a/b.db".parse::<Database>().unwrap(), sqlite("a/b.db"));
        assert_eq!("sqlite:///a/b.db".parse::<Database>().unwrap(), sqlite("/a/b.db"));
        let address = "postgres://junheng@127.0.0.1/junheng";
        assert_eq!(address.parse::<Database>().unwrap(), Database::Postgres(address.to_owned()));
        for wrong in ["", "mysql://root:secret@host/x", "sqlite:", "postgres:x", "junheng.db"] {
            let error = wrong.parse::<Database>().unwrap_err();
            assert_eq!(error.code(), "ST-OPEN-03");
            assert!(!error.to_string().contains("secret"));
        }
    }
}
