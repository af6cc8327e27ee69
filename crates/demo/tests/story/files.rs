//! The county as files: what is written, labelled, the same each time, never mixed.

use crate::common::{attested, county, items, packs};
use intake::Layouts;
use intake::write::WriteOptions;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Every file below a folder with its bytes.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_string_lossy().into_owned();
                found.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    found
}

#[test]
fn three_years_are_written_both_ways() {
    let items = items();
    let catalogue = items.catalogue();
    let layouts = Layouts::load(&packs(), catalogue).unwrap();
    let indicators = attested();
    let options =
        WriteOptions { catalogue, layouts: &layouts, indicators: &indicators, label: None };
    let years = county(catalogue, 1, 12);
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let written = demo::write(&one.path().join("new"), &years, &options).unwrap();
    assert_eq!(written.years.iter().map(|y| y.workbooks).collect::<Vec<_>>(), [12, 12, 12]);
    let first = files(&one.path().join("new"));
    // A template a year, the workbooks with their supplement, the note.
    assert_eq!(first.len(), 3 + 3 * 13 + 1);
    let note = String::from_utf8(first["说明.txt"].clone()).unwrap();
    assert!(note.starts_with(demo::LABEL) && note.contains("junheng evaluate"), "{note}");
    for name in first.keys().filter(|name| *name != "说明.txt" && !name.contains('/')) {
        assert!(note.contains(name.as_str()), "{name} is not in the note");
    }

    demo::write(two.path(), &years, &options).unwrap();
    assert_eq!(first, files(two.path()), "the same county gives the same bytes");
    // Again into the same folder: nothing new, nothing lost.
    demo::write(two.path(), &years, &options).unwrap();
    assert_eq!(first, files(two.path()));
}

#[test]
fn counties_are_not_mixed() {
    let items = items();
    let catalogue = items.catalogue();
    let layouts = Layouts::load(&packs(), catalogue).unwrap();
    let options = WriteOptions { catalogue, layouts: &layouts, indicators: &[], label: None };
    let folder = tempfile::tempdir().unwrap();
    demo::write(folder.path(), &county(catalogue, 1, 6), &options).unwrap();
    let before = files(folder.path());
    let error = demo::write(folder.path(), &county(catalogue, 1, 3), &options).unwrap_err();
    assert_eq!(error.code(), "M-DIR-01", "{error}");
    assert!(
        before.keys().all(|name| files(folder.path()).contains_key(name)),
        "nothing is deleted"
    );
}
