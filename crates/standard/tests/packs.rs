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

#[test]
fn every_example_of_every_standard_holds() {
    let source = PackSource::embedded();
    let items = items::load(&source).unwrap();
    let catalogue = Arc::new(items.catalogue().clone());
    let mut count = 0;
    let mut wrong = Vec::new();
    for id in standard::load::ids(&source) {
        let results = match standard::example::run(&source, &catalogue, &id) {
            Ok(results) => results,
            Err(error) => panic!("{error}"),
        };
        assert!(!results.is_empty(), "{id} has no examples");
        for result in results {
            count += result.checks.len();
            for check in result.checks.iter().filter(|c| !c.holds) {
                wrong.push(format!(
                    "{id} {}: {}: expected {}, found {}",
                    result.name, check.what, check.expected, check.found
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count > 60, "{count} checks");
}
