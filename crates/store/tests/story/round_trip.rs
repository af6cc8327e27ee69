//! A county goes in as a whole and comes out as the same county.

use crate::fixture::{CATALOGUE, Kind, by, demo, house};
use domain::{Origin, Place, Snapshot, Value};
use rstest::rstest;
use store::moves::State;
use store::{FormKey, ImportAs, Scope, Which, collections::MAIN};

/// Every fact with its place, value and origin.
fn facts(snapshot: &Snapshot) -> Vec<(String, String, Value, Origin)> {
    let mut facts = Vec::new();
    for place in snapshot.places() {
        for (id, fact) in place.facts(Place::level(place)).unwrap().iter() {
            facts.push((
                place.title(),
                CATALOGUE.item(id).code.clone(),
                fact.value.clone(),
                snapshot.origin(fact.origin).clone(),
            ));
        }
    }
    facts
}

#[rstest]
#[case::sqlite(Kind::Sqlite)]
#[case::postgres(Kind::Postgres)]
#[tokio::test]
async fn three_years_of_a_county(#[case] kind: Kind) {
    let Some(house) = house(kind).await else { return };
    let store = &house.store;
    let years = demo(30);
    for (snapshot, n) in years.iter().zip(0..) {
        let report =
            store.import(snapshot, &CATALOGUE, ImportAs::Approved, &by("张三", n)).await.unwrap();
        assert_eq!(report.changed, snapshot.schools().len() + 1);
        assert_eq!(report.facts, facts(snapshot).len());
    }
    for snapshot in &years {
        let (county, year) = (&snapshot.county().code, snapshot.year());
        let found = store.snapshot_of(county, year, Which::Approved, &CATALOGUE).await.unwrap();
        assert_eq!(found.snapshot.hash(), snapshot.hash());
        assert_eq!((found.waiting, found.orphans), (vec![], vec![]));
        assert_eq!(facts(&found.snapshot), facts(snapshot), "values and origins");
    }
    // The same file again changes nothing.
    let last = years.last().unwrap();
    let report = store.import(last, &CATALOGUE, ImportAs::Approved, &by("张三", 9)).await.unwrap();
    assert_eq!((report.changed, report.facts), (0, 0));
}

#[rstest]
#[case::sqlite(Kind::Sqlite)]
#[case::postgres(Kind::Postgres)]
#[tokio::test]
async fn a_file_changes_only_what_it_says_otherwise(#[case] kind: Kind) {
    let Some(house) = house(kind).await else { return };
    let store = &house.store;
    let snapshot = demo(6).pop().unwrap();
    let (county, year) = (&snapshot.county().code, snapshot.year());
    let import = async |snapshot: &Snapshot, n: i64| {
        store.import(snapshot, &CATALOGUE, ImportAs::Approved, &by("张三", n)).await.unwrap()
    };
    import(&snapshot, 0).await;
    // The same figures in a file of another name.
    let mut copy = snapshot.to_draft();
    for origin in &mut copy.origins {
        *origin = Origin::Given { source: "副本".into() };
    }
    let copy = copy.seal(&CATALOGUE).unwrap();
    assert_eq!(import(&copy, 1).await.changed, 0);
    // One school, one figure of it another, and not a word on the county.
    let mut part = copy.to_draft();
    part.county.facts = domain::Facts::new();
    part.schools.retain(|school| school.parent.is_none() && school.facts.len() > 1);
    part.schools.truncate(1);
    let school = part.schools[0].code.clone();
    let (item, fact) = part.schools[0].facts.iter().next().unwrap();
    let (item, fact) = (item, fact.clone());
    assert_ne!(fact.value, Value::NotApplicable);
    part.schools[0].facts.set(item, domain::Fact { value: Value::NotApplicable, ..fact });
    let report = import(&part.seal(&CATALOGUE).unwrap(), 2).await;
    assert_eq!((report.changed, report.facts), (1, 1));
    assert_eq!(report.not_in_file.len(), snapshot.schools().len() - 1);
    let found = store.snapshot_of(county, year, Which::Approved, &CATALOGUE).await.unwrap();
    assert_eq!(found.snapshot.county().facts.len(), snapshot.county().facts.len());
    let (now, before) = (facts(&found.snapshot), facts(&snapshot));
    let other: Vec<_> = now.iter().filter(|fact| !before.contains(fact)).collect();
    assert_eq!(other.len(), 1, "all others with the origins of the first file");
    assert_eq!(other[0].3, Origin::Given { source: "副本".into() });
    assert!(found.snapshot.school(&school).is_some());
}

#[rstest]
#[case::sqlite(Kind::Sqlite)]
#[case::postgres(Kind::Postgres)]
#[tokio::test]
async fn only_approved_figures_are_official(#[case] kind: Kind) {
    let Some(house) = house(kind).await else { return };
    let store = &house.store;
    let snapshot = demo(12).pop().unwrap();
    let (county, year) = (snapshot.county().code.clone(), snapshot.year());
    let of = |which| store.snapshot_of(&county, year, which, &CATALOGUE);
    store.import(&snapshot, &CATALOGUE, ImportAs::Draft, &by("张三", 0)).await.unwrap();
    let found = of(Which::Submitted).await.unwrap();
    assert_eq!(found.snapshot.schools().len(), 0);
    assert_eq!(found.waiting.len(), 13);
    store.import(&snapshot, &CATALOGUE, ImportAs::Submitted, &by("张三", 1)).await.unwrap();
    assert_eq!(of(Which::Submitted).await.unwrap().snapshot.hash(), snapshot.hash());
    let found = of(Which::Approved).await.unwrap();
    assert_eq!(found.snapshot.schools().len(), 0);
    assert!(found.waiting.iter().all(|(_, state)| *state == State::Submitted));
    // What had been typed became a revision of its own.
    let key = FormKey::new(&county, year, MAIN, Some(&snapshot.schools()[0].code));
    assert_eq!(store.revisions(&key, &Scope::County).await.unwrap().len(), 2);
    assert_eq!(store.difference(&key, 1, Some(2), &Scope::County).await.unwrap(), []);
}

#[rstest]
#[case::sqlite(Kind::Sqlite)]
#[case::postgres(Kind::Postgres)]
#[tokio::test]
async fn kept_snapshots_stay_as_they_were(#[case] kind: Kind) {
    let Some(house) = house(kind).await else { return };
    let store = &house.store;
    let years = demo(8);
    let snapshot = years.last().unwrap();
    let county = &snapshot.county().code;
    store.put_county(county, &snapshot.county().name, &by("系统", 0)).await.unwrap();
    for (n, year) in (0..).zip(&years) {
        store.keep_snapshot(year, None, &CATALOGUE, &by("系统", n)).await.unwrap();
    }
    let again = store.keep_snapshot(snapshot, None, &CATALOGUE, &by("王五", 9)).await.unwrap();
    assert_eq!(again.by, "系统");
    let back = store.snapshot(county, snapshot.hash(), &CATALOGUE).await.unwrap();
    assert_eq!(&back, snapshot);
    let listed = store.snapshots(county, None).await.unwrap();
    assert_eq!(listed.len(), years.len());
    assert_eq!(listed[0].hash, snapshot.hash());
    assert_eq!(store.snapshots(county, Some(years[0].year())).await.unwrap().len(), 1);
    let missing = store.snapshot(county, "0", &CATALOGUE).await.unwrap_err();
    assert_eq!(missing.code(), "ST-FIND-01");
}
