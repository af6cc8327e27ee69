//! Every refusal of the loader, one bad file each: laid over the real packs, so that the file is
//! the only thing wrong.

use packs::PackSource;
use std::fs;
use std::path::Path;

#[test]
fn every_bad_file_is_refused_at_its_place() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bad");
    let mut names: Vec<_> =
        fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert!(!names.is_empty());
    let refusals: Vec<_> = names
        .iter()
        .map(|name| {
            let name = name.to_str().unwrap();
            let text = fs::read_to_string(folder.join(name)).unwrap();
            // Sorts behind the real files: of two that collide, the bad one is the second.
            let path = format!("items/z-{name}");
            let packs = PackSource::embedded().overlay(PackSource::memory([(&*path, &*text)]));
            match items::load(&packs) {
                Ok(_) => format!("{name} 没有被拒绝\n"),
                // The words of a formula's refusal are the formula crate's to change.
                Err(error) if error.code().starts_with("F-") => {
                    let excerpt = error.excerpt().unwrap();
                    let said = format!("\u{ff1a}{}", excerpt.message);
                    format!("{}\n", error.to_string().replace(&said, ""))
                }
                Err(error) => format!("{error}\n"),
            }
        })
        .collect();
    assert!(refusals.iter().all(|text| !text.contains("没有被拒绝")), "{refusals:#?}");
    insta::assert_snapshot!(refusals.join("\n"));
}

#[test]
fn a_standard_brings_items_of_its_own() {
    let text = |extra: &str| {
        let item = "[[item]]\ncode = \"spare_tracks\"\nzh = \"备用跑道数\"\nen = \"Tracks\"\nunit = \"个\"\n\
                    level = \"school\"\ntype = \"count\"\ndefinition = \"备用跑道条数。\"\n";
        format!("title = \"本地\"\n{item}{extra}")
    };
    let file = |extra: &str| packs::PackFile::new("standards/x/items.toml", &text(extra));
    let read = items::read_items(&file("")).unwrap();
    let items = items::load(&PackSource::embedded()).unwrap();
    let mut catalogue = items.catalogue().clone();
    catalogue.extend(read).unwrap();
    assert_eq!(catalogue.len(), items.catalogue().len() + 1);

    let local = PackSource::memory([("standards/x/items.toml", &*text(""))]);
    let both = items::load(&PackSource::embedded().overlay(local)).unwrap();
    assert_eq!(both.catalogue().len(), catalogue.len());
    assert_ne!(both.hash(), items.hash());

    let jump = "[[jump]]\ncode = \"CHK-X\"\nzh = \"x\"\nitems = []\nseverity = \"error\"\n\
                message = \"x\"\nremedy = \"x\"\nviolated = []\nsatisfied = []\n";
    assert_eq!(items::read_items(&file(jump)).unwrap_err().code(), "I-CHECK-05");
}
