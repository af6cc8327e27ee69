//! Packs: what a province or county writes.

use crate::world::{judge, world};
use intake::write::{WriteOptions, snapshot_as};
use intake::{Layouts, Options};
use packs::{PackError, PackSource};
use standard::StandardError;

/// A pack file through the loader that its first line names: `# items`, `# checks`, `# standard`,
/// `# example of ID` (of a standard) or `# layout`.
pub(crate) fn pack_toml(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let first = text.lines().next().unwrap_or_default();
    if let Some(id) = first.strip_prefix("# example of ") {
        return example(id, text);
    }
    match first {
        "# checks" => checks(text),
        "# standard" => standard(text),
        "# layout" => layout(text),
        _ => items(text),
    }
}

/// An error of a pack shows its place.
fn refused(error: &PackError) {
    assert!(!error.code().is_empty());
    assert!(error.to_string().starts_with(error.code()), "{error}");
    if let Some(place) = error.excerpt() {
        assert!(place.line >= 1 && place.column >= 1, "{error}");
    }
}

fn refused_standard(error: &StandardError) {
    if let StandardError::Pack(error) = error {
        refused(error);
    }
    assert!(!error.to_string().is_empty());
}

/// A catalogue of its own.
fn items(text: &str) {
    match items::load(&PackSource::memory([("items/fuzz.toml", text)])) {
        Ok(items) => {
            assert_eq!(items.hash().len(), 64);
            assert!(!items::markdown(&items).is_empty() || items.catalogue().is_empty());
            // An example that does not hold is the pack's fault, not the program's.
            let _failures = items.try_examples();
        }
        Err(error) => refused(&error),
    }
}

/// More checks over the common items.
fn checks(text: &str) {
    let world = world();
    let path = "standards/fuzz/checks.toml";
    let packs = world.packs.clone().overlay(PackSource::memory([(path, text)]));
    match items::load(&packs) {
        Ok(items) => {
            // Items that a file brings stand behind the common ones: the county remains valid.
            let _findings = items.run(&world.snapshot, Some(&world.snapshot));
            let _failures = items.try_examples();
        }
        Err(error) => refused(&error),
    }
}

/// A standard, perhaps on the base of another one, that judges the county.
fn standard(text: &str) {
    let world = world();
    let path = "standards/fuzz/standard.toml";
    let packs = world.packs.clone().overlay(PackSource::memory([(path, text)]));
    match standard::load::load(&packs, &world.catalogue, "fuzz") {
        Ok(standard) => judge(&world.snapshot, &standard),
        Err(error) => refused_standard(&error),
    }
}

/// A worked example of one of the program's standards.
fn example(id: &str, text: &str) {
    let world = world();
    if !world.standards.iter().any(|standard| standard.id() == id) {
        return;
    }
    let path = format!("standards/{id}/examples/fuzz.toml");
    let packs = world.packs.clone().overlay(PackSource::memory([(path.as_str(), text)]));
    match standard::example::run(&packs, &world.catalogue, id) {
        Ok(results) => assert!(results.iter().all(|result| !result.checks.is_empty())),
        Err(error) => refused_standard(&error),
    }
}

/// A layout, by which the county is written and read again.
fn layout(text: &str) {
    let world = world();
    let packs = PackSource::memory([("layouts/fuzz.toml", text)]);
    let layouts = match Layouts::load(&packs, &world.catalogue) {
        Ok(layouts) => layouts,
        Err(error) => return refused(&error),
    };
    let writing = WriteOptions { layouts: &layouts, ..world.writing() };
    let reading = Options { layouts: &layouts, ..world.reading_for_county() };
    for layout in layouts.iter() {
        // Names and addresses that a workbook cannot have are refused by the writer.
        let Ok(files) = snapshot_as(&layout.id, &world.snapshot, &writing) else { continue };
        let files: Vec<(&str, &[u8])> =
            files.iter().map(|file| (file.name.as_str(), file.bytes.as_slice())).collect();
        let _intake = intake::read_bytes(&files, &reading);
    }
}
