//! What every story begins with: an empty store of either kind, a county, and moments.

use domain::{Catalogue, CountyCode, SchoolCode, SchoolYear, Snapshot};
use jiff::Timestamp;
use std::sync::LazyLock;
use store::{By, Database, Options, Store};
use tempfile::TempDir;

/// On which database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Sqlite,
    Postgres,
}

/// An open store in a folder that goes with it.
pub(crate) struct House {
    pub(crate) store: Store,
    pub(crate) options: Options,
    pub(crate) folder: TempDir,
}

/// Options for a new store; `None` where there is no PostgreSQL.
pub(crate) async fn options(kind: Kind) -> Option<(Options, TempDir)> {
    let folder = tempfile::tempdir().unwrap();
    let options = Options::new(folder.path().join("数据"));
    let options = match kind {
        Kind::Sqlite => options,
        Kind::Postgres => {
            let address = super::postgres::new_database().await?;
            options.database(Database::Postgres(address))
        }
    };
    Some((options, folder))
}

/// A new store; `None` where there is no PostgreSQL.
pub(crate) async fn house(kind: Kind) -> Option<House> {
    let (options, folder) = options(kind).await?;
    let store = Store::open(&options).await.unwrap();
    Some(House { store, options, folder })
}

pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_760_000_000 + seconds).unwrap()
}

pub(crate) fn by(person: &str, seconds: i64) -> By {
    By::new(person, at(seconds))
}

pub(crate) fn county() -> CountyCode {
    CountyCode::parse("341823").unwrap()
}

pub(crate) fn school(number: u32) -> SchoolCode {
    SchoolCode::parse(&format!("34182300{number:02}")).unwrap()
}

pub(crate) const YEAR: SchoolYear = SchoolYear(2024);

pub(crate) static CATALOGUE: LazyLock<Catalogue> =
    LazyLock::new(|| items::load(&packs::PackSource::embedded()).unwrap().catalogue().clone());

/// The last years of the demo county, oldest first.
pub(crate) fn demo(schools: usize) -> Vec<Snapshot> {
    let attested =
        [("G1".to_owned(), "规划布局".to_owned()), ("V1".to_owned(), "一票否决".to_owned())];
    let options =
        demo::Options { seed: 7, schools, year: YEAR, catalogue: &CATALOGUE, attested: &attested };
    let drafts = demo::county(&options).unwrap();
    let mut years: Vec<_> = drafts.into_iter().map(|d| d.seal(&CATALOGUE).unwrap()).collect();
    years.sort_by_key(Snapshot::year);
    years
}
