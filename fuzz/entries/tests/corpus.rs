//! Every seed of the corpus goes through its entry: what once broke the program does not again.

#![expect(clippy::unwrap_used, reason = "a folder that cannot be read is a failed test")]

use entries::ENTRIES;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// A seed is small, and so are all of them together.
const MOST_BYTES: u64 = 20_000;
const MOST_BYTES_IN_ALL: u64 = 1_000_000;

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../corpus")
}

fn names(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

fn replay(target: &str) {
    let folder = corpus().join(target);
    let entry = entries::entry(target);
    let seeds = names(&folder);
    assert!(!seeds.is_empty(), "no seeds in {}", folder.display());
    for seed in seeds {
        // Shown where the entry panics.
        println!("{target}/{seed}");
        entry(&fs::read(folder.join(&seed)).unwrap());
    }
}

/// One test a target, so that they run side by side and a failure names its target.
macro_rules! targets {
    ($($target:ident)*) => {
        $(#[test]
        fn $target() {
            replay(stringify!($target));
        })*

        #[test]
        fn every_target_has_an_entry_a_corpus_and_a_test() {
            let tested = BTreeSet::from([$(stringify!($target).to_owned()),*]);
            let entries: BTreeSet<String> =
                ENTRIES.iter().map(|(name, _)| (*name).to_owned()).collect();
            let targets: BTreeSet<String> = names(&corpus().join("../fuzz_targets"))
                .iter()
                .map(|file| file.trim_end_matches(".rs").to_owned())
                .collect();
            assert_eq!(tested, entries);
            assert_eq!(tested, targets);
            assert_eq!(tested, names(&corpus()));
        }
    };
}

targets! {
    annotate cell csv formula open pack_toml read_form_cells read_template xlsx_structured
}

#[test]
fn the_corpus_is_small() {
    let mut all = 0;
    for (target, _) in ENTRIES {
        let folder = corpus().join(target);
        for seed in names(&folder) {
            let bytes = fs::metadata(folder.join(&seed)).unwrap().len();
            assert!(bytes <= MOST_BYTES, "{target}/{seed}: {bytes} bytes");
            all += bytes;
        }
    }
    assert!(all <= MOST_BYTES_IN_ALL, "{all} bytes");
}
