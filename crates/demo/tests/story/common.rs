//! What the stories share: the items of the program and the county of a seed.

use domain::{Catalogue, Facts, Snapshot, Value};
use items::Items;
use packs::PackSource;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use std::collections::BTreeSet;
use std::path::Path;

pub(crate) fn items() -> Items {
    items::load(&packs()).unwrap()
}

/// The packs of the repository as they are now.
pub(crate) fn packs() -> PackSource {
    PackSource::folder(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../packs"))).unwrap()
}

/// The items that single standards bring for themselves: the county has none of them.
pub(crate) fn local_items() -> BTreeSet<String> {
    let packs = packs();
    let mut codes = BTreeSet::new();
    for id in packs.folders("standards") {
        if let Ok(file) = packs.file(&format!("standards/{id}/items.toml")) {
            codes.extend(items::read_items(file).unwrap().into_iter().map(|item| item.code));
        }
    }
    codes
}

/// What the tests attest.
pub(crate) fn attested() -> Vec<(String, String)> {
    ["G1", "Q3", "V6"].map(|code| (code.to_owned(), format!("指标{code}"))).to_vec()
}

/// The three years, sealed, oldest first.
pub(crate) fn county(catalogue: &Catalogue, seed: u64, schools: usize) -> Vec<Snapshot> {
    let attested = attested();
    let year = demo::Options::YEAR;
    let options = demo::Options { seed, schools, year, catalogue, attested: &attested };
    let drafts = demo::county(&options).unwrap();
    drafts.into_iter().map(|draft| draft.seal(catalogue).unwrap()).collect()
}

/// A number that has to be there.
pub(crate) fn number(catalogue: &Catalogue, facts: &Facts, code: &str) -> Decimal {
    facts.value(catalogue.id(code).unwrap()).and_then(Value::number).unwrap_or_else(|| {
        panic!("{code} is not there");
    })
}

/// A whole number that has to be there.
pub(crate) fn count(catalogue: &Catalogue, facts: &Facts, code: &str) -> i64 {
    number(catalogue, facts, code).to_i64().unwrap()
}

/// Where a value stands out of its item's bounds.
pub(crate) fn out_of_range(catalogue: &Catalogue, snapshot: &Snapshot) -> Vec<String> {
    let mut found = Vec::new();
    for place in snapshot.places() {
        for (id, fact) in place.facts(place.level()).unwrap().iter() {
            let (item, Some(n)) = (catalogue.item(id), fact.value.number()) else { continue };
            let low = item.range.min.unwrap_or(Decimal::ZERO);
            if n < low || item.range.max.is_some_and(|high| n > high) {
                found.push(format!("{} {} {n}", place.title(), item.code));
            }
        }
    }
    found
}
