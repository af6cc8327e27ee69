//! The county through files: written by the template and by the official workbooks and read again,
//! it is the same county and nothing in it is remarked upon.

use crate::common::{attested, county, items, packs};
use domain::{Facts, Place, Snapshot};
use intake::Layouts;
use intake::write::{WriteOptions, WrittenFile, snapshot_as, supplement};
use std::collections::BTreeMap;

/// Every fact of a snapshot by its place and item.
fn facts(items: &items::Items, snapshot: &Snapshot) -> BTreeMap<String, String> {
    let title = |place: Place| {
        let code = place.school().map_or("", |school| school.code.as_str());
        format!("{code} {}", place.title())
    };
    snapshot
        .places()
        .flat_map(|place| {
            let facts = place.facts(place.level()).into_iter().flat_map(Facts::iter);
            facts.map(move |(id, fact)| {
                let code = &items.catalogue().item(id).code;
                (format!("{} {code}", title(place)), fact.value.to_string())
            })
        })
        .collect()
}

#[test]
fn both_ways_in_give_the_county_back() {
    let items = items();
    let catalogue = items.catalogue();
    let layouts = Layouts::load(&packs(), catalogue).unwrap();
    let indicators = attested();
    let label = Some("合成数据");
    let options = WriteOptions { catalogue, layouts: &layouts, indicators: &indicators, label };
    let years = county(catalogue, 1, 86);
    let mut ways: BTreeMap<&str, Vec<WrittenFile>> = BTreeMap::new();
    for snapshot in &years {
        let template = snapshot_as("template", snapshot, &options).unwrap();
        ways.entry("template").or_default().extend(template);
    }
    // The official workbooks carry no year: one year at a time.
    let mut official = snapshot_as("jiaoji-2021", &years[2], &options).unwrap();
    official.push(supplement("jiaoji-2021", &years[2], &options).unwrap());
    ways.insert("official", official);
    for (way, files) in ways {
        let files: Vec<(&str, &[u8])> =
            files.iter().map(|file| (file.name.as_str(), file.bytes.as_slice())).collect();
        let intake = intake::read_bytes(
            &files,
            &intake::Options::new(catalogue, &layouts).with_checks(&items),
        );
        let found: Vec<String> = intake.findings.iter().map(ToString::to_string).collect();
        assert!(found.is_empty(), "{way}: {} findings\n{}", found.len(), found.join("\n"));
        assert_eq!(intake.years.len(), if way == "template" { 3 } else { 1 });
        for year in &intake.years {
            let original = years.iter().find(|snapshot| snapshot.year() == year.year).unwrap();
            let read = year.snapshot.as_ref().unwrap();
            let (mut lost, mut kept) = (facts(&items, original), facts(&items, read));
            let before = lost.clone();
            lost.retain(|key, value| kept.get(key) != Some(value));
            kept.retain(|key, value| before.get(key) != Some(value));
            assert!(
                lost.is_empty() && kept.is_empty(),
                "{way} {}: lost {lost:?}, got {kept:?}",
                year.year
            );
            assert_eq!(read.hash(), original.hash(), "{way} {}", year.year);
        }
    }
}
