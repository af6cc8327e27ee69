//! How long a county of a hundred schools takes on its way into the store and out again (SQLite).

#![expect(clippy::expect_used, reason = "a benchmark may stop at the first surprise")]

use divan::Bencher;
use domain::{Catalogue, Snapshot};
use jiff::Timestamp;
use std::sync::LazyLock;
use store::collections::MAIN;
use store::drafts::FieldEdit;
use store::{By, FormKey, ImportAs, Options, Scope, Store, Which};
use tempfile::TempDir;
use tokio::runtime::Runtime;

fn main() {
    divan::main();
}

static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| Runtime::new().expect("a runtime can be made"));

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| {
    let items = items::load(&packs::PackSource::embedded());
    items.expect("the packs in the binary are sound").catalogue().clone()
});

static COUNTY: LazyLock<Snapshot> = LazyLock::new(|| {
    let (year, catalogue) = (domain::SchoolYear(2024), &CATALOGUE);
    let options = demo::Options { seed: 1, schools: 100, year, catalogue, attested: &[] };
    let draft = demo::county(&options).ok().and_then(|mut years| years.pop());
    draft.and_then(|d| d.seal(&CATALOGUE).ok()).expect("the demo county is a snapshot")
});

fn by() -> By {
    By::new("bench", Timestamp::UNIX_EPOCH)
}

fn empty() -> (Store, TempDir) {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let store = RUNTIME.block_on(Store::open(&Options::new(folder.path())));
    (store.expect("a new store opens"), folder)
}

fn import(store: &Store, import_as: ImportAs) {
    let done = RUNTIME.block_on(store.import(&COUNTY, &CATALOGUE, import_as, &by()));
    done.expect("the county is imported");
}

#[divan::bench(args = [ImportAs::Draft, ImportAs::Approved], sample_count = 10)]
fn import_a_county(bencher: Bencher<'_, '_>, import_as: ImportAs) {
    LazyLock::force(&COUNTY);
    bencher.with_inputs(empty).bench_values(|(store, folder)| {
        import(&store, import_as);
        (store, folder)
    });
}

#[divan::bench(sample_count = 10)]
fn snapshot_of_a_county(bencher: Bencher<'_, '_>) {
    let (store, _folder) = empty();
    import(&store, ImportAs::Approved);
    let county = &COUNTY.county().code;
    bencher.bench_local(|| {
        let found = store.snapshot_of(county, COUNTY.year(), Which::Approved, &CATALOGUE);
        RUNTIME.block_on(found).expect("the county is sealed")
    });
}

/// One field, as it is typed: begin, check, write, chain the audit, sync to disk.
#[divan::bench(sample_count = 100)]
fn save_a_field(bencher: Bencher<'_, '_>) {
    let (store, _folder) = empty();
    import(&store, ImportAs::Draft);
    let school = COUNTY.schools().first().map(|school| &school.code);
    let key = FormKey::new(&COUNTY.county().code, COUNTY.year(), MAIN, school);
    let fields = [FieldEdit {
        place: String::new(),
        item: "building_area".to_owned(),
        value: Some(domain::Value::Number(1.into())),
        origin: None,
    }];
    let by = by();
    bencher.bench_local(|| {
        let saved = store.save(&key, &[], &fields, i64::MAX, &CATALOGUE, &Scope::County, &by);
        RUNTIME.block_on(saved).expect("the field is saved")
    });
}
