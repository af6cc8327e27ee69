//! The way of a form: typed, submitted, signed, returned field by field, corrected, approved, locked.

use crate::fixture::{CATALOGUE, Kind, YEAR, by, county, house, school};
use domain::{SchoolKind, Stage, Value};
use jiff::civil::date;
use rstest::rstest;
use rust_decimal::Decimal;
use store::collections::CollectionPlan;
use store::drafts::{FieldEdit, PlaceEdit};
use store::moves::{Move, State};
use store::schools::Event;
use store::submissions::{ReturnedField, StepRequest};
use store::{FormKey, PlaceKind, Scope, Store, StoreError, Submission, Which};

fn field(place: &str, item: &str, value: Option<i64>) -> FieldEdit {
    FieldEdit {
        place: place.to_owned(),
        item: item.to_owned(),
        value: value.map(|n| Value::Number(Decimal::from(n))),
        origin: None,
    }
}

/// A county with one nine-year school that is asked to fill.
async fn begin(store: &Store) -> FormKey {
    let (county, system) = (county(), by("系统", 0));
    store.put_county(&county, "泾县", &system).await.unwrap();
    let kind = SchoolKind::NineYear;
    let event = Event::Opened { name: "云岭学校".to_owned(), kind, parent: None };
    let day = date(2000, 9, 1);
    store.record_event(&county, &school(1), day, event, "", 0, &system).await.unwrap();
    let plan = CollectionPlan {
        title: "2024/2025 学年基础数据".to_owned(),
        items: vec!["pupils".to_owned()],
        deadline: Some(date(2024, 10, 15)),
    };
    let who = [Some(school(1)), None];
    let opened = store.open_collection(&county, YEAR, "main", &plan, &who, &system).await.unwrap();
    assert_eq!(opened.plan, plan);
    FormKey::new(&county, YEAR, "main", Some(&school(1)))
}

async fn save(
    store: &Store,
    key: &FormKey,
    fields: &[FieldEdit],
    seen: i64,
    who: &str,
) -> Result<Submission, StoreError> {
    store.save(key, &[], fields, seen, &CATALOGUE, &Scope::County, &by(who, seen + 10)).await
}

async fn step(
    store: &Store,
    key: &FormKey,
    step: Move,
    reason: &str,
    seen: i64,
) -> Result<Submission, StoreError> {
    let request = StepRequest { reason, fields: &[] };
    store.advance(key, step, request, seen, &Scope::County, &by("审核", seen + 100)).await
}

/// What is computed of a year is kept while people type, and made again after every step.
#[rstest]
#[case::sqlite(Kind::Sqlite)]
#[case::postgres(Kind::Postgres)]
#[tokio::test]
async fn typing_changes_no_stamp(#[case] kind: Kind) {
    let Some(house) = house(kind).await else { return };
    let store = &house.store;
    let key = begin(store).await;
    let stamp = async || store.year_stamp(&key.county, YEAR).await.unwrap();
    let mut stamps = vec![stamp().await];
    let v = store.form(&key, &Scope::County).await.unwrap().submission.version;
    let v = save(store, &key, &[field("primary", "pupils", Some(320))], v, "甲").await.unwrap();
    let v = save(store, &key, &[field("junior", "pupils", Some(150))], v.version, "甲").await;
    let mut v = v.unwrap().version;
    assert_eq!(stamp().await, stamps[0]);
    for (move_, reason) in [
        (Move::Submit, ""),
        (Move::Sign, ""),
        (Move::Return, "改"),
        (Move::Submit, ""),
        (Move::Sign, ""),
        (Move::Approve, ""),
        (Move::Lock, ""),
    ] {
        v = step(store, &key, move_, reason, v).await.unwrap().version;
        let now = stamp().await;
        assert!(!stamps.contains(&now), "after {move_:?}");
        stamps.push(now);
    }
}

#[rstest]
#[case::sqlite(Kind::Sqlite)]
#[case::postgres(Kind::Postgres)]
#[tokio::test]
async fn from_draft_to_lock(#[case] kind: Kind) {
    let Some(house) = house(kind).await else { return };
    let store = &house.store;
    let key = begin(store).await;
    let form = store.form(&key, &Scope::County).await.unwrap();
    let places: Vec<_> = form.places.iter().map(|place| place.key.as_str()).collect();
    assert_eq!(places, ["junior", "primary"], "sections of a nine-year school");
    let v = form.submission.version;

    let v = save(store, &key, &[field("primary", "pupils", Some(320))], v, "甲").await.unwrap();
    let v = save(store, &key, &[field("junior", "pupils", Some(150))], v.version, "甲").await;
    let v = v.unwrap().version;
    let class =
        PlaceKind::Class { stage: Stage::Primary, grade: 1, name: "一年级(1)班".to_owned() };
    let edit = [PlaceEdit::Put(class.clone())];
    let size = [field(&class.key(1), "class_size", Some(45))];
    let typist = by("甲", 3);
    let saved = store.save(&key, &edit, &size, v, &CATALOGUE, &Scope::County, &typist).await;
    let v = saved.unwrap().version;

    let submitted = step(store, &key, Move::Submit, "", v).await.unwrap();
    assert_eq!((submitted.state, submitted.revision), (State::Submitted, 1));
    let late = save(store, &key, &[field("primary", "pupils", Some(1))], v, "甲").await;
    assert_eq!(late.unwrap_err().code(), "ST-MOVE-01");
    let signed = step(store, &key, Move::Sign, "", submitted.version).await.unwrap();

    // The bureau returns one field.
    let none = step(store, &key, Move::Return, " ", signed.version).await.unwrap_err();
    assert_eq!(none.code(), "ST-MOVE-02");
    let fields = [ReturnedField {
        place: "primary".to_owned(),
        item: "pupils".to_owned(),
        reason: "与学籍系统相差 20 人".to_owned(),
    }];
    let request = StepRequest { reason: "", fields: &fields };
    let returned = store
        .advance(&key, Move::Return, request, signed.version, &Scope::County, &by("科员", 200))
        .await
        .unwrap();
    let form = store.form(&key, &Scope::County).await.unwrap();
    assert_eq!(form.returned, fields);
    assert_eq!(form.submission.state, State::Returned);

    let v = returned.version;
    let v = save(store, &key, &[field("primary", "pupils", Some(340))], v, "甲").await.unwrap();
    let changed = store.difference(&key, 1, None, &Scope::County).await.unwrap();
    assert_eq!(changed.len(), 1);
    assert_eq!(changed[0].before.as_ref().unwrap().value, Value::Number(320.into()));
    let v = step(store, &key, Move::Submit, "", v.version).await.unwrap();
    assert_eq!(v.revision, 2);
    let v = step(store, &key, Move::Sign, "", v.version).await.unwrap();
    let v = step(store, &key, Move::Approve, "", v.version).await.unwrap();
    assert_eq!((v.state, v.approved), (State::Approved, Some(2)));
    let v = step(store, &key, Move::Lock, "", v.version).await.unwrap();
    let refused = step(store, &key, Move::Return, "更正", v.version).await.unwrap_err();
    assert_eq!(refused.code(), "ST-MOVE-01");
    assert!(refused.to_string().contains("已锁定"), "{refused}");

    let found =
        store.snapshot_of(&key.county, YEAR, Which::Approved, &CATALOGUE).await.unwrap().snapshot;
    let section = found.schools()[0].section(Stage::Primary).unwrap();
    let pupils = section.facts.get(CATALOGUE.id("pupils").unwrap()).unwrap();
    assert_eq!(pupils.value, Value::Number(340.into()));
    assert!(found.origin(pupils.origin).to_string().starts_with("甲 填报于"));
    assert_eq!(found.schools()[0].classes.len(), 1);

    let history = store.field_history(&key, "primary", "pupils", &Scope::County).await.unwrap();
    let said: Vec<_> =
        history.iter().map(|p| (p.fact.value.to_string(), p.since, p.until)).collect();
    assert_eq!(said, [("320".to_owned(), 1, Some(2)), ("340".to_owned(), 2, None)]);

    // Unlocked with a reason and returned, its figures are official no more.
    assert!(step(store, &key, Move::Unlock, "", v.version).await.is_err());
    let v = step(store, &key, Move::Unlock, "更正面积", v.version).await.unwrap();
    assert_eq!((v.state, v.approved), (State::Approved, Some(2)));
    let v = step(store, &key, Move::Return, "更正面积", v.version).await.unwrap();
    assert_eq!((v.state, v.approved), (State::Returned, None));
    let steps = store.steps(&key, &Scope::County).await.unwrap();
    let moves: Vec<_> = steps.iter().map(|s| s.step.zh()).collect();
    assert_eq!(moves, ["提交", "签发", "退回", "提交", "签发", "审定", "锁定", "解锁", "退回"]);
    assert_eq!(steps[2].fields, fields);
    assert!(store.verify_audit(&key.county).await.unwrap().broken.is_none());
}

#[rstest]
#[case::sqlite(Kind::Sqlite)]
#[case::postgres(Kind::Postgres)]
#[tokio::test]
async fn a_second_writer_is_told(#[case] kind: Kind) {
    let Some(house) = house(kind).await else { return };
    let store = &house.store;
    let key = begin(store).await;
    let seen = store.submission(&key, &Scope::County).await.unwrap().version;
    let first =
        save(store, &key, &[field("primary", "pupils", Some(1))], seen, "甲").await.unwrap();
    // Another field of the same form: both may type at once.
    save(store, &key, &[field("junior", "pupils", Some(2))], seen, "乙").await.unwrap();
    let both = [field("junior", "pupils", Some(3)), field("primary", "pupils", Some(3))];
    let error = save(store, &key, &both, seen, "乙").await.unwrap_err();
    let StoreError::Conflict { what, by, found, .. } = &error else { panic!("{error:?}") };
    assert!(what.contains("pupils"));
    assert!(by == "乙" || (by == "甲" && *found == first.version));
    // The whole save was refused.
    let form = store.form(&key, &Scope::County).await.unwrap();
    let junior = form.fields.iter().find(|f| f.place == "junior").unwrap();
    assert_eq!(junior.fact.as_ref().unwrap().value, Value::Number(2.into()));

    // A tab that slept through a submission does not type over it.
    let v = step(store, &key, Move::Submit, "", form.submission.version).await.unwrap();
    let v = step(store, &key, Move::Recall, "", v.version).await.unwrap();
    let stale = save(store, &key, &[field("primary", "pupils", Some(9))], seen, "甲").await;
    assert_eq!(stale.unwrap_err().code(), "ST-EDIT-01");
    // Nobody approves what he has not seen.
    save(store, &key, &[field("primary", "pupils", Some(8))], v.version, "甲").await.unwrap();
    let unseen = step(store, &key, Move::Submit, "", v.version).await.unwrap_err();
    assert_eq!(unseen.code(), "ST-EDIT-01");
}

#[rstest]
#[case::sqlite(Kind::Sqlite)]
#[case::postgres(Kind::Postgres)]
#[tokio::test]
async fn sixteen_writers_at_once(#[case] kind: Kind) {
    let Some(house) = house(kind).await else { return };
    let store = &house.store;
    let key = begin(store).await;
    let seen = store.submission(&key, &Scope::County).await.unwrap().version;
    let writers: Vec<_> = (0..16)
        .map(|n| {
            let (store, key) = (store.clone(), key.clone());
            let fields = [field("primary", "pupils", Some(n))];
            tokio::spawn(async move { save(&store, &key, &fields, seen, &n.to_string()).await })
        })
        .collect();
    let mut saved = 0;
    for writer in writers {
        match writer.await.unwrap() {
            Ok(_) => saved += 1,
            Err(error) => assert_eq!(error.code(), "ST-EDIT-01", "{error:?}"),
        }
    }
    assert_eq!(saved, 1, "one was first, fifteen were told");
}

#[rstest]
#[case::sqlite(Kind::Sqlite)]
#[case::postgres(Kind::Postgres)]
#[tokio::test]
async fn what_cannot_be_typed(#[case] kind: Kind) {
    let Some(house) = house(kind).await else { return };
    let store = &house.store;
    let key = begin(store).await;
    let seen = store.submission(&key, &Scope::County).await.unwrap().version;
    for (place, item, code) in [
        ("primary", "no_such_item", "ST-FACT-01"),
        ("", "pupils", "ST-FACT-01"),
        ("senior", "pupils", "ST-FIND-01"),
    ] {
        let result = save(store, &key, &[field(place, item, Some(1))], seen, "甲").await;
        assert_eq!(result.unwrap_err().code(), code);
    }
    let elsewhere = Scope::school(&school(2));
    assert_eq!(store.form(&key, &elsewhere).await.unwrap_err().code(), "ST-FIND-01");
    let own = FormKey::new(&key.county, YEAR, "main", None);
    assert!(store.form(&own, &Scope::school(&school(1))).await.is_err());
    assert!(store.form(&own, &Scope::County).await.is_ok());

    let year = store.years(&key.county).await.unwrap().remove(0);
    let admin = by("局长", 50);
    let lock = |lock, reason, seen| store.lock_year(&key.county, YEAR, lock, reason, seen, &admin);
    let year = lock(true, "上报", year.version).await.unwrap();
    let locked = save(store, &key, &[field("primary", "pupils", Some(1))], seen, "甲").await;
    assert_eq!(locked.unwrap_err().code(), "ST-MOVE-03");
    assert_eq!(lock(false, "", year.version).await.unwrap_err().code(), "ST-MOVE-02");
    lock(false, "补报", year.version).await.unwrap();
    let plan = CollectionPlan { title: "基础数据".to_owned(), ..CollectionPlan::default() };
    let version = store.collections(&key.county, YEAR).await.unwrap()[0].version;
    store.edit_collection(&key.county, YEAR, "main", &plan, true, version, &admin).await.unwrap();
    let over = save(store, &key, &[field("primary", "pupils", Some(1))], seen, "甲").await;
    assert_eq!(over.unwrap_err().code(), "ST-MOVE-04");
}
