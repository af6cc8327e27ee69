//! Backup and restore, from either database to either.

use crate::fixture::{CATALOGUE, House, Kind, at, by, demo, house, options};
use domain::CountyCode;
use rstest::rstest;
use std::io::{Read as _, Write as _};
use std::path::Path;
use store::evidence::{EvidenceSource, EvidenceTarget};
use store::{FormKey, ImportAs, Scope, Store, StoreError, Which, collections::MAIN};

/// A store with something in nearly every table, its county and the hash of its official figures.
async fn furnished(kind: Kind) -> Option<(House, CountyCode, String)> {
    let house = house(kind).await?;
    let store = &house.store;
    let snapshot = demo(8).pop().unwrap();
    let county = snapshot.county().code.clone();
    let zhang = by("张三", 0);
    store.import(&snapshot, &CATALOGUE, ImportAs::Approved, &zhang).await.unwrap();
    let which = Some(Which::Approved);
    store.keep_snapshot(&snapshot, which, &CATALOGUE, &zhang).await.unwrap();
    let plan = store.new_plan(&county, "方案", Some(snapshot.hash()), "", &zhang).await.unwrap();
    store.put_plan_result(&county, plan.id, "{}", plan.version, &zhang).await.unwrap();
    let user = store::users::NewUser {
        login: "a".to_owned(),
        name: "李".to_owned(),
        password: None,
        must_change: false,
        grants: vec![],
    };
    store.add_users(&county, &[user], &zhang).await.unwrap();
    let bytes = EvidenceSource::Bytes(b"%PDF-1.7\n".repeat(1000));
    let file = store.add_evidence(&county, "批复.pdf", bytes, &zhang).await.unwrap();
    let (year, subject) = (snapshot.year(), "G1".to_owned());
    let target = EvidenceTarget { year, school: None, subject };
    store.link_evidence(&county, &file.sha256, &target, "批复", &zhang).await.unwrap();
    Some((house, county, snapshot.hash().to_owned()))
}

fn entries(archive: &Path) -> Vec<(String, Vec<u8>)> {
    let mut zip = zip::ZipArchive::new(std::fs::File::open(archive).unwrap()).unwrap();
    let mut entries: Vec<(String, Vec<u8>)> = (0..zip.len())
        .map(|n| {
            let mut entry = zip.by_index(n).unwrap();
            let mut bytes: Vec<u8> = Vec::new();
            entry.read_to_end(&mut bytes).unwrap();
            (entry.name().unwrap().into_owned(), bytes)
        })
        .collect();
    entries.sort();
    entries
}

#[rstest]
#[tokio::test]
async fn to_either_database_and_back(
    #[values(Kind::Sqlite, Kind::Postgres)] from: Kind,
    #[values(Kind::Sqlite, Kind::Postgres)] to: Kind,
) {
    let Some((house, county, hash)) = furnished(from).await else { return };
    let first = house.folder.path().join("备份/一.zip");
    let manifest = house.store.backup(&first, at(100)).await.unwrap();
    assert_eq!(Store::verify(&first).await.unwrap(), manifest);
    assert_eq!(manifest.files.len(), 1);

    let (options, folder) = options(to).await.unwrap();
    let restored = Store::restore(&first, &options).await.unwrap();
    let year = crate::fixture::YEAR;
    let found = restored.snapshot_of(&county, year, Which::Approved, &CATALOGUE).await.unwrap();
    assert_eq!(found.snapshot.hash(), hash);
    let report = restored.check().await.unwrap();
    assert!(report.is_whole(), "{report:?}");
    assert_eq!(report.files, 1);
    // The copy of the copy is the copy.
    let second = folder.path().join("二.zip");
    restored.backup(&second, at(100)).await.unwrap();
    assert_eq!(entries(&first), entries(&second));
    // And the restored store goes on where the other was.
    let key = FormKey::new(&county, year, MAIN, None);
    let form = restored.form(&key, &Scope::County).await.unwrap();
    let lock = store::moves::Move::Lock;
    let version = form.submission.version;
    let request = store::submissions::StepRequest::default();
    restored.advance(&key, lock, request, version, &Scope::County, &by("李四", 200)).await.unwrap();
    assert!(restored.check().await.unwrap().is_whole());
    // Nothing is overwritten.
    let error = Store::restore(&first, &options).await.unwrap_err();
    assert_eq!(error.code(), "ST-BACK-02");
}

/// A copy of an archive in which something has been done to its entries.
fn altered(
    archive: &Path,
    name: &str,
    alter: impl FnOnce(&mut Vec<(String, Vec<u8>)>),
) -> std::path::PathBuf {
    let mut entries = entries(archive);
    alter(&mut entries);
    let to = archive.with_file_name(name);
    let mut zip = zip::ZipWriter::new(std::fs::File::create(&to).unwrap());
    for (name, bytes) in entries {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(&bytes).unwrap();
    }
    zip.finish().unwrap();
    to
}

#[tokio::test]
async fn a_damaged_archive_is_refused_before_anything_is_written() {
    let (house, ..) = furnished(Kind::Sqlite).await.unwrap();
    let archive = house.folder.path().join("a.zip");
    house.store.backup(&archive, at(1)).await.unwrap();
    let entry = |entries: &mut Vec<(String, Vec<u8>)>, part: &str| {
        entries.iter().position(|(name, _)| name.contains(part)).unwrap()
    };
    let fact = altered(&archive, "fact.zip", |entries| {
        let n = entry(entries, "facts");
        let text = String::from_utf8(entries[n].1.clone()).unwrap();
        entries[n].1 = text.replacen("\"n\"", "\"t\"", 1).into_bytes();
    });
    let missing = altered(&archive, "missing.zip", |entries| {
        let n = entry(entries, "files/");
        entries.remove(n);
    });
    let extra = altered(&archive, "extra.zip", |entries| {
        entries.push(("../../evil".to_owned(), b"x".to_vec()));
    });
    let newer = altered(&archive, "newer.zip", |entries| {
        let n = entry(entries, "manifest");
        let text = String::from_utf8(entries[n].1.clone()).unwrap();
        entries[n].1 = text.replace("\"structure\": ", "\"structure\": 99").into_bytes();
    });
    let cut = archive.with_file_name("cut.zip");
    let bytes = std::fs::read(&archive).unwrap();
    std::fs::write(&cut, &bytes[..bytes.len() / 2]).unwrap();
    for (file, code) in [
        (fact, "ST-BACK-01"),
        (missing, "ST-BACK-01"),
        (extra, "ST-BACK-01"),
        (cut, "ST-BACK-01"),
        (newer, "ST-OPEN-01"),
        (archive.with_file_name("nothing.zip"), "ST-FILE-03"),
    ] {
        let (options, folder) = options(Kind::Sqlite).await.unwrap();
        let error: StoreError = Store::restore(&file, &options).await.unwrap_err();
        assert_eq!(error.code(), code, "{}: {error}", file.display());
        assert!(!options.folder.exists(), "nothing was made");
        drop(folder);
    }
}

#[rstest]
#[case::sqlite(Kind::Sqlite)]
#[case::postgres(Kind::Postgres)]
#[tokio::test]
async fn while_others_write(#[case] kind: Kind) {
    let Some((house, county, _)) = furnished(kind).await else { return };
    let (store, target) = (house.store.clone(), house.folder.path().join("live.zip"));
    let writer = {
        let (store, county) = (store.clone(), county.clone());
        tokio::spawn(async move {
            for n in 0..50 {
                store.audit(&county, &by("张三", n), "test", "", "").await.unwrap();
            }
        })
    };
    let manifest = store.backup(&target, at(1)).await.unwrap();
    writer.await.unwrap();
    let (options, _folder) = options(kind).await.unwrap();
    let restored = Store::restore(&target, &options).await.unwrap();
    let report = restored.check().await.unwrap();
    assert!(report.is_whole(), "one moment of the database: {report:?}");
    assert_eq!(report.audits[county.as_str()].head, manifest.audits[county.as_str()]);
}
