//! Every refusal of the loader. Each entry of `tests/bad` is laid over the sound pack in
//! `tests/sound` and is the only thing wrong with it: a file is added to the pack, a folder brings
//! files that stand in the place of the sound ones, and an inner folder `over` is a standard that
//! builds on it.

use crate::make::{catalogue, load, packs};
use packs::PackSource;
use standard::{Standard, StandardError};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

pub(crate) type Files = BTreeMap<String, String>;

fn tests(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder)
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// The files of a folder as those of a standard.
fn read(folder: &Path, id: &str, files: &mut Files) {
    for name in names(folder) {
        let path = folder.join(&name);
        if path.is_dir() {
            read(&path, &name, files);
        } else {
            files.insert(format!("standards/{id}/{name}"), fs::read_to_string(path).unwrap());
        }
    }
}

pub(crate) fn sound() -> Files {
    let mut files = Files::new();
    read(&tests("sound"), "probe", &mut files);
    files
}

pub(crate) fn load_from(files: &Files) -> Result<Standard, StandardError> {
    let source = PackSource::memory(files.iter().map(|(path, text)| (&**path, &**text)));
    let over = files.contains_key("standards/over/standard.toml");
    // A circle is entered at the bottom; everything else is loaded from the top.
    let id = if over && !files["standards/probe/standard.toml"].contains("base") {
        "over"
    } else {
        "probe"
    };
    standard::load::load(&source, catalogue(), id)
}

#[test]
fn the_sound_pack_has_nothing_wrong() {
    let standard = load_from(&sound()).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(standard.id(), "probe");
    assert_eq!(standard.rules().len(), 4);
}

#[test]
fn every_fault_is_refused_at_its_place() {
    let mut said = String::new();
    let mut accepted = Vec::new();
    for name in names(&tests("bad")) {
        let mut files = sound();
        let path = tests("bad").join(&name);
        if path.is_dir() {
            read(&path, "probe", &mut files);
        } else {
            // Sorts behind the sound files: of two that collide, the bad one is the second.
            let file = format!("standards/probe/z-{name}");
            files.insert(file, fs::read_to_string(path).unwrap());
        }
        match load_from(&files) {
            Ok(_) => accepted.push(name),
            // The words of a formula's refusal are the formula crate's to change.
            Err(StandardError::Pack(error)) if error.code().starts_with("F-") => {
                let excerpt = error.excerpt().unwrap();
                let words = format!("\u{ff1a}{}", excerpt.message);
                let rest = error.to_string().replace(&words, "");
                writeln!(said, "{name}\n{rest}\n").unwrap();
            }
            Err(error) => writeln!(said, "{name}\n{error}\n").unwrap(),
        }
    }
    assert_eq!(accepted, [""; 0], "not refused");
    insta::assert_snapshot!("refusals", said);
}

#[test]
fn a_standard_that_is_not_there_is_refused_with_those_that_are() {
    let error = standard::load::load(packs(), catalogue(), "cn-quality-2018").unwrap_err();
    assert!(error.to_string().starts_with("S-STD-01"), "{error}");
    for id in standard::load::ids(packs()) {
        assert!(error.to_string().contains(&id), "{error}");
        assert_eq!(load(&id).id(), id);
    }
}

#[test]
fn an_overlay_replaces_what_it_says_it_replaces() {
    let mut files = sound();
    read(&tests("bad/overlay-redefines"), "probe", &mut files);
    let path = "standards/over/indicators.toml";
    let text = files[path].replace("zh = ", "replaces = true\nthreshold = { both = \"6\" }\nzh = ");
    files.insert(path.to_owned(), text);
    let over = load_from(&files).unwrap_or_else(|error| panic!("{error}"));
    let rules = over.rules();
    assert_eq!(rules.len(), 4);
    assert_eq!((&*rules[0].code, &*rules[0].zh), ("A1", "又一项教师"));
    assert!(rules[0].clause.starts_with("丙意见"), "{}", rules[0].clause);
    let alone = load_from(&sound()).unwrap();
    assert_ne!(alone.hash(), over.hash());
    assert_eq!(over.base(), Some("probe"));
}
