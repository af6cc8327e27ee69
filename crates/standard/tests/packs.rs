//! Every embedded standard loads.

use packs::PackSource;
use std::sync::Arc;

#[test]
fn every_embedded_standard_loads() {
    let source = PackSource::embedded();
    let items = items::load(&source).unwrap();
    let catalogue = Arc::new(items.catalogue().clone());
    let ids = standard::load::ids(&source);
    assert!(ids.iter().any(|id| id == "cn-quality-2017"), "{ids:?}");
    for id in ids {
        if let Err(error) = standard::load::load(&source, &catalogue, &id) {
            panic!("{error}");
        }
    }
}
