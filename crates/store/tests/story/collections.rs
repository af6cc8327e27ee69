//! Years with more than one collection, files that cannot be taken, and who is waited for.

use crate::fixture::{CATALOGUE, House, Kind, by, demo, house};
use domain::{SchoolCode, Snapshot, Stage, Value};
use rstest::rstest;
use std::collections::BTreeSet;
use store::collections::{CollectionPlan, MAIN};
use store::drafts::FieldEdit;
use store::moves::{Move, State};
use store::submissions::StepRequest;
use store::{FormKey, ImportAs, Scope, Store, Submission, Which};

async fn with_county(kind: Kind, import_as: ImportAs) -> Option<(House, Snapshot)> {
    let house = house(kind).await?;
    let snapshot = demo(12).pop().unwrap();
    house.store.import(&snapshot, &CATALOGUE, import_as, &by("张三", 0)).await.unwrap();
    Some((house, snapshot))
}

async fn step(store: &Store, found: &Submission, step: Move, reason: &str) -> Submission {
    let request = StepRequest { reason, fields: &[] };
    let (key, version, li) = (&found.key, found.version, by("李四", found.version));
    store.advance(key, step, request, version, &Scope::County, &li).await.unwrap()
}

#[rstest]
#[case::sqlite(Kind::Sqlite)]
#[case::postgres(Kind::Postgres)]
#[tokio::test]
async fn the_later_collection_counts(#[case] kind: Kind) {
    let Some((house, snapshot)) = with_county(kind, ImportAs::Approved).await else { return };
    let store = &house.store;
    let (county, year) = (&snapshot.county().code, snapshot.year());
    let code = snapshot.schools().iter().find(|s| s.section(Stage::Primary).is_some()).unwrap();
    let code = code.code.clone();
    let plan = CollectionPlan { title: "补充采集".to_owned(), ..CollectionPlan::default() };
    let who = [Some(code.clone())];
    store.open_collection(county, year, "more", &plan, &who, &by("张三", 1)).await.unwrap();
    let twice = store.open_collection(county, year, "more", &plan, &who, &by("张三", 1)).await;
    assert_eq!(twice.unwrap_err().code(), "ST-FIND-02");
    let stranger = [Some(SchoolCode::parse("0000000000").unwrap())];
    let unknown = store.ask_schools(county, year, "more", &stranger, &by("张三", 1)).await;
    assert_eq!(unknown.unwrap_err().code(), "ST-FIND-01");

    let key = FormKey::new(county, year, "more", Some(&code));
    let item = CATALOGUE.id("pupils").unwrap();
    let pupils = |snapshot: &Snapshot| {
        let section = snapshot.school(&code).unwrap().section(Stage::Primary).unwrap();
        section.facts.value(item).cloned()
    };
    let of = |which| store.snapshot_of(county, year, which, &CATALOGUE);
    let edit = [FieldEdit {
        place: "primary".to_owned(),
        item: "pupils".to_owned(),
        value: Some(Value::Number(777.into())),
        origin: None,
    }];
    let county_wide = Scope::County;
    let saved = store.save(&key, &[], &edit, 1, &CATALOGUE, &county_wide, &by("甲", 2)).await;
    let found = step(store, &saved.unwrap(), Move::Submit, "").await;
    assert_eq!(of(Which::Approved).await.unwrap().snapshot.hash(), snapshot.hash());
    let preview = of(Which::Submitted).await.unwrap().snapshot;
    assert_eq!(pupils(&preview), Some(Value::Number(777.into())));
    let found = step(store, &found, Move::Sign, "").await;
    step(store, &found, Move::Approve, "").await;
    let official = of(Which::Approved).await.unwrap();
    assert_eq!(pupils(&official.snapshot), Some(Value::Number(777.into())));
    assert_eq!(official.waiting, []);
    // Nothing but this one figure is different.
    assert_eq!(official.snapshot.schools().len(), snapshot.schools().len());
}

#[rstest]
#[case::sqlite(Kind::Sqlite)]
#[case::postgres(Kind::Postgres)]
#[tokio::test]
async fn a_file_is_taken_whole_or_not_at_all(#[case] kind: Kind) {
    let Some((house, snapshot)) = with_county(kind, ImportAs::Approved).await else { return };
    let store = &house.store;
    let (county, year) = (&snapshot.county().code, snapshot.year());
    let last = snapshot.schools().last().unwrap().code.clone();
    let key = FormKey::new(county, year, MAIN, Some(&last));
    let found = store.submission(&key, &Scope::County).await.unwrap();
    step(store, &found, Move::Lock, "").await;

    let mut draft = snapshot.to_draft();
    let item = CATALOGUE.id("pupils").unwrap();
    for section in draft.schools.iter_mut().flat_map(|school| &mut school.sections) {
        section.facts.remove(item);
    }
    let other = draft.seal(&CATALOGUE).unwrap();
    let rows = store.check().await.unwrap().rows;
    for import_as in [ImportAs::Draft, ImportAs::Submitted, ImportAs::Approved] {
        let refused = store.import(&other, &CATALOGUE, import_as, &by("张三", 9)).await;
        assert_eq!(refused.unwrap_err().code(), "ST-MOVE-01");
    }
    assert_eq!(store.check().await.unwrap().rows, rows);
    let official = store.snapshot_of(county, year, Which::Approved, &CATALOGUE).await.unwrap();
    assert_eq!(official.snapshot.hash(), snapshot.hash());

    // Unlocked it is taken, and every figure that went is an ended row, not a lost one.
    let found = store.submission(&key, &Scope::County).await.unwrap();
    step(store, &found, Move::Unlock, "更正").await;
    let report = store.import(&other, &CATALOGUE, ImportAs::Approved, &by("张三", 10)).await;
    let sections: usize = snapshot.schools().iter().map(|school| school.sections.len()).sum();
    assert_eq!(report.unwrap().facts, sections);
    let official = store.snapshot_of(county, year, Which::Approved, &CATALOGUE).await.unwrap();
    assert_eq!(official.snapshot.hash(), other.hash());
    let history = store.difference(&key, 1, Some(2), &Scope::school(&last)).await.unwrap();
    assert!(history.iter().all(|d| d.item == "pupils" && d.after.is_none()));
    assert!(store.check().await.unwrap().is_whole());
}

#[rstest]
#[case::sqlite(Kind::Sqlite)]
#[case::postgres(Kind::Postgres)]
#[tokio::test]
async fn a_campus_waits_for_its_main_school(#[case] kind: Kind) {
    let Some((house, snapshot)) = with_county(kind, ImportAs::Approved).await else { return };
    let store = &house.store;
    let (county, year) = (&snapshot.county().code, snapshot.year());
    // The second school becomes a campus of the first.
    let mut draft = snapshot.to_draft();
    let main = draft.schools[0].code.clone();
    draft.schools[1].parent = Some(main.clone());
    let campus = draft.schools[1].code.clone();
    let linked = draft.seal(&CATALOGUE).unwrap();
    store.import(&linked, &CATALOGUE, ImportAs::Approved, &by("张三", 1)).await.unwrap();
    let of = |which| store.snapshot_of(county, year, which, &CATALOGUE);
    assert_eq!(of(Which::Approved).await.unwrap().snapshot.hash(), linked.hash());
    let key = FormKey::new(county, year, MAIN, Some(&main));
    let found = store.submission(&key, &Scope::County).await.unwrap();
    step(store, &found, Move::Return, "面积有误").await;
    let official = of(Which::Approved).await.unwrap();
    assert_eq!(official.orphans, [campus]);
    assert_eq!(official.waiting, [(key, State::Returned)]);
    assert_eq!(official.snapshot.schools().len(), linked.schools().len() - 2);

    // Who has not submitted, as far as one may see.
    let some: BTreeSet<_> = snapshot.schools()[..3].iter().map(|s| s.code.clone()).collect();
    let seen = store.submissions(county, year, Some(MAIN), &Scope::Schools(some)).await.unwrap();
    let states: Vec<_> = seen.iter().map(|s| s.state).collect();
    assert_eq!(states, [State::Returned, State::Approved, State::Approved]);
}
