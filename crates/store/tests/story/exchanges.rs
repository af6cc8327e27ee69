//! Records of exchanges and training projects: whose they are, what they go through, and that nothing
//! that was written freely is found in the database or in the audit.

use crate::fixture::{House, Kind, YEAR, by, county, house, school};
use domain::{SchoolKind, Stage};
use jiff::civil::date;
use rstest::rstest;
use rust_decimal::Decimal;
use store::exchanges::{
    Agreed, EntryText, ExchangeAct as Act, ExchangeState as State, ExchangeWords, Made, Party,
    PartyRole, Way,
};
use store::schools::Event;
use store::trainings::{TrainingAct, TrainingLevel, TrainingPerson, TrainingState, TrainingText};
use store::{AuditFilter, Scope};

/// A county of three schools with an open year.
async fn schools(house: &House) {
    let (store, county, zhang) = (&house.store, county(), by("张三", 1));
    store.put_county(&county, "泾县", &zhang).await.unwrap();
    store.open_year(&county, YEAR, &zhang).await.unwrap();
    for number in 1..=3 {
        let name = format!("第{number}小学");
        let opened = Event::Opened { name, kind: SchoolKind::Primary, parent: None };
        let day = date(2020, 9, 1);
        store.record_event(&county, &school(number), day, opened, "", 0, &zhang).await.unwrap();
    }
}

fn party(role: PartyRole, number: u32, teacher: Option<&str>) -> Party {
    Party { role, school: school(number), teacher: teacher.map(str::to_owned) }
}

fn agreed(way: Way, parties: Vec<Party>) -> Agreed {
    Agreed {
        way,
        stage: Some(Stage::Primary),
        subject: Some("music".to_owned()),
        begins: date(2024, 9, 1),
        ends: date(2025, 6, 30),
        hours: Some(Decimal::new(40, 0)),
        parties,
        evidence: None,
        words: Some(ExchangeWords { note: "王小明".to_owned(), ..ExchangeWords::default() }),
    }
}

#[rstest]
#[case::sqlite(Kind::Sqlite)]
#[case::postgres(Kind::Postgres)]
#[tokio::test]
async fn a_record_from_planned_to_assessed(#[case] kind: Kind) {
    let Some(house) = house(kind).await else { return };
    schools(&house).await;
    let (store, county, zhang) = (&house.store, county(), by("张三", 2));
    let giver = party(PartyRole::Giver, 1, Some("T1"));
    let mentoring =
        agreed(Way::Mentoring, vec![giver.clone(), party(PartyRole::Taker, 2, Some("T2"))]);
    let support = agreed(
        Way::Support,
        vec![party(PartyRole::Giver, 1, None), party(PartyRole::Taker, 3, None)],
    );
    let both = [mentoring.clone(), support];
    let ids = store.add_exchanges(&county, YEAR, &both, Made::Pairing, &zhang).await.unwrap();
    assert_eq!(ids, [1, 2]);
    // A pair that has a record, or stands twice in one request, is not made twice, whoever has looked
    // before; somebody who types one may mean it.
    for made in [Made::Pairing, Made::Import] {
        let again = store.add_exchanges(&county, YEAR, &both[..1], made, &zhang).await;
        assert_eq!(again.unwrap_err().code(), "ST-FIND-02");
    }
    let other = agreed(
        Way::Support,
        vec![party(PartyRole::Giver, 3, None), party(PartyRole::Taker, 2, None)],
    );
    let twice = [other.clone(), other];
    let twice = store.add_exchanges(&county, YEAR, &twice, Made::Pairing, &zhang).await;
    assert_eq!(twice.unwrap_err().code(), "ST-FIND-02");
    assert_eq!(store.exchanges(&county, YEAR, &Scope::County).await.unwrap().len(), 2);

    // A school sees what it takes part in.
    let seen = async |number| {
        let scope = Scope::school(&school(number));
        let found = store.exchanges(&county, YEAR, &scope).await.unwrap();
        found.iter().map(|one| one.id).collect::<Vec<_>>()
    };
    assert_eq!(seen(1).await, [1, 2]);
    assert_eq!(seen(2).await, [1]);
    assert_eq!(seen(3).await, [2]);
    let foreign = store.exchange(&county, 1, &Scope::school(&school(3))).await.unwrap_err();
    assert_eq!(foreign.code(), "ST-FIND-01");
    let kept = store.exchange(&county, 1, &Scope::County).await.unwrap().0;
    assert_eq!(
        (kept.agreed, kept.made, kept.state),
        (mentoring.clone(), Made::Pairing, State::Planned)
    );

    // Hours come when it runs, by a school that takes part.
    let second = Scope::school(&school(2));
    let hours =
        EntryText {
            day: date(2024, 10, 8), hours: Decimal::new(15, 1), what: Some("听课".into())
        };
    let entry = async |scope: &Scope, number: u32| {
        store.add_exchange_entry(&county, 1, scope, Some(&school(number)), &hours, &zhang).await
    };
    assert_eq!(entry(&second, 2).await.unwrap_err().code(), "ST-MOVE-05");
    let step = async |act, seen| {
        store.step_exchange(&county, 1, act, Some("优秀"), "说明", seen, &zhang).await
    };
    assert_eq!(step(Act::Start, 7).await.unwrap_err().code(), "ST-EDIT-01");
    assert_eq!(step(Act::Assess, 1).await.unwrap_err().code(), "ST-MOVE-05");
    assert_eq!(step(Act::Start, 1).await.unwrap(), 2);
    assert_eq!(entry(&second, 2).await.unwrap(), 1);
    assert_eq!(entry(&Scope::County, 1).await.unwrap(), 2);
    assert_eq!(entry(&Scope::school(&school(3)), 3).await.unwrap_err().code(), "ST-FIND-01");
    let (found, entries, _) = store.exchange(&county, 1, &second).await.unwrap();
    assert_eq!((found.given, found.entries, found.version), (Decimal::new(30, 1), 2, 4));
    assert_eq!(entries[0].text, hours);
    // A school takes back its own hours only.
    let other = store.remove_exchange_entry(&county, 1, 2, &second, &zhang).await.unwrap_err();
    assert_eq!(other.code(), "ST-FIND-01");
    store.remove_exchange_entry(&county, 1, 1, &second, &zhang).await.unwrap();

    // What has begun is not deleted.
    let begun = store.remove_exchange(&county, 1, 5, &zhang).await.unwrap_err();
    assert_eq!(begun.code(), "ST-MOVE-05");
    let mut later = mentoring.clone();
    later.hours = None;
    later.parties.push(party(PartyRole::Taker, 3, Some("T3")));
    assert_eq!(store.edit_exchange(&county, 1, &later, 5, &zhang).await.unwrap(), 6);
    assert_eq!(seen(3).await, [1, 2]);
    step(Act::End, 6).await.unwrap();
    step(Act::Assess, 7).await.unwrap();
    let (found, _, steps) = store.exchange(&county, 1, &Scope::County).await.unwrap();
    assert_eq!((found.state, found.grade.as_deref()), (State::Assessed, Some("优秀")));
    assert_eq!(steps.len(), 3);
    assert_eq!(steps[2].reason.as_deref(), Some("说明"));
    let late = store.edit_exchange(&county, 1, &later, 8, &zhang).await.unwrap_err();
    assert_eq!(late.code(), "ST-MOVE-05");
    assert_eq!(step(Act::Reopen, 8).await.unwrap(), 9);
    let found = store.exchange(&county, 1, &Scope::County).await.unwrap().0;
    assert_eq!((found.state, found.grade), (State::Ended, None));

    // What was only planned goes as a whole.
    store.remove_exchange(&county, 2, 1, &zhang).await.unwrap();
    assert_eq!(seen(1).await, [1]);

    // The audit names schools and staff numbers, and nothing that was written freely.
    let rows = store.audit_rows(&county, &AuditFilter::default(), 100).await.unwrap();
    let text: String = rows.iter().map(|row| row.detail.clone()).collect();
    assert!(text.contains("3418230001 T1 → 3418230002 T2"), "{text}");
    assert!(!text.contains("王小明") && !text.contains("听课"), "{text}");
}

#[rstest]
#[case::sqlite(Kind::Sqlite)]
#[case::postgres(Kind::Postgres)]
#[tokio::test]
async fn unknown_schools_and_locked_years_keep_nothing(#[case] kind: Kind) {
    let Some(house) = house(kind).await else { return };
    schools(&house).await;
    let (store, county, zhang) = (&house.store, county(), by("张三", 2));
    let whole = agreed(
        Way::Support,
        vec![party(PartyRole::Giver, 1, None), party(PartyRole::Taker, 2, None)],
    );
    let lost = agreed(
        Way::Support,
        vec![party(PartyRole::Giver, 1, None), party(PartyRole::Taker, 9, None)],
    );
    let both = [whole.clone(), lost];
    let error = store.add_exchanges(&county, YEAR, &both, Made::Typed, &zhang).await.unwrap_err();
    assert_eq!(error.code(), "ST-FIND-01");
    assert!(store.exchanges(&county, YEAR, &Scope::County).await.unwrap().is_empty());
    store
        .add_exchanges(&county, YEAR, std::slice::from_ref(&whole), Made::Typed, &zhang)
        .await
        .unwrap();
    let version = store.years(&county).await.unwrap()[0].version;
    store.lock_year(&county, YEAR, true, "已上报", version, &zhang).await.unwrap();
    for error in [
        store
            .add_exchanges(&county, YEAR, std::slice::from_ref(&whole), Made::Typed, &zhang)
            .await
            .unwrap_err(),
        store.edit_exchange(&county, 1, &whole, 1, &zhang).await.unwrap_err(),
        store.remove_exchange(&county, 1, 1, &zhang).await.unwrap_err(),
    ] {
        assert_eq!(error.code(), "ST-MOVE-03");
    }
}

/// Without the key everything is still there but the words, and nothing writes over them.
#[tokio::test]
async fn without_the_key_records_are_shown_without_their_words() {
    let house = house(Kind::Sqlite).await.unwrap();
    schools(&house).await;
    let (county, zhang) = (county(), by("张三", 2));
    let whole = agreed(
        Way::Support,
        vec![party(PartyRole::Giver, 1, None), party(PartyRole::Taker, 2, None)],
    );
    house
        .store
        .add_exchanges(&county, YEAR, std::slice::from_ref(&whole), Made::Typed, &zhang)
        .await
        .unwrap();
    house.store.close().await;
    let folder = &house.options.folder;
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.extension().is_some_and(|kind| kind == "key") {
            std::fs::remove_file(path).unwrap();
        } else if path.extension().is_some_and(|kind| kind == "db") {
            let bytes = std::fs::read(path).unwrap();
            let words = "王小明".as_bytes();
            assert!(!bytes.windows(words.len()).any(|part| part == words));
        }
    }
    let store = store::Store::open(&house.options).await.unwrap();
    let found = store.exchanges(&county, YEAR, &Scope::County).await.unwrap();
    assert_eq!((found.len(), &found[0].agreed.words), (1, &None));
    store.edit_exchange(&county, 1, &whole, 1, &zhang).await.unwrap_err();
    store.step_exchange(&county, 1, Act::Start, None, "", 1, &zhang).await.unwrap_err();
}

fn project(own: Option<u32>, funds: Option<i64>) -> TrainingText {
    TrainingText {
        school: own.map(school),
        title: "作业设计".to_owned(),
        provider: "县教师发展中心".to_owned(),
        level: if own.is_some() { TrainingLevel::School } else { TrainingLevel::County },
        begins: date(2024, 10, 8),
        ends: date(2024, 10, 12),
        days: Some(Decimal::new(5, 0)),
        hours: Some(Decimal::new(40, 0)),
        funds: funds.map(|funds| Decimal::new(funds, 0)),
        seats: Some(30),
        evidence: None,
        note: Some("主讲：王小明".to_owned()),
    }
}

fn person(teacher: &str, number: u32, hours: Option<i64>) -> TrainingPerson {
    let hours = hours.map(|hours| Decimal::new(hours, 0));
    TrainingPerson { teacher: teacher.to_owned(), school: school(number), hours }
}

#[rstest]
#[case::sqlite(Kind::Sqlite)]
#[case::postgres(Kind::Postgres)]
#[tokio::test]
async fn a_project_credits_hours_when_it_is_accepted(#[case] kind: Kind) {
    let Some(house) = house(kind).await else { return };
    schools(&house).await;
    let (store, county, zhang) = (&house.store, county(), by("张三", 2));
    let id = store.add_training(&county, YEAR, &project(None, Some(12)), &zhang).await.unwrap();
    let own = store.add_training(&county, YEAR, &project(Some(2), None), &zhang).await.unwrap();
    assert_eq!((id, own), (1, 2));
    let first = Scope::school(&school(1));
    let second = Scope::school(&school(2));
    let seen = async |scope: &Scope| {
        let found = store.trainings(&county, YEAR, scope).await.unwrap();
        found.iter().map(|one| one.id).collect::<Vec<_>>()
    };
    assert_eq!((seen(&Scope::County).await, seen(&first).await), (vec![1, 2], vec![1]));
    assert_eq!(seen(&second).await, [1, 2]);

    // A school changes its own proposal, nothing of the county's.
    let text = project(Some(2), Some(3));
    let edit = async |id, scope: &Scope, seen| {
        store.edit_training(&county, id, scope, &text, seen, &zhang).await
    };
    assert_eq!(edit(2, &second, 1).await.unwrap(), 2);
    assert_eq!(edit(1, &second, 1).await.unwrap_err().code(), "ST-FIND-01");
    assert_eq!(edit(2, &first, 2).await.unwrap_err().code(), "ST-FIND-01");

    let step = async |id, act, seen| {
        let reward = Some(Decimal::new(25, 1));
        store.step_training(&county, id, act, reward, "", seen, &zhang).await
    };
    step(2, TrainingAct::Review, 2).await.unwrap();
    assert_eq!(edit(2, &second, 3).await.unwrap_err().code(), "ST-MOVE-05");

    let put = async |scope: &Scope, people: &[TrainingPerson], remove: &[String], seen| {
        store.put_training_people(&county, 1, scope, people, remove, seen, &zhang).await
    };
    let two = [person("T1", 1, Some(40)), person("T2", 2, None)];
    assert_eq!(put(&Scope::County, &two, &[], 1).await.unwrap_err().code(), "ST-MOVE-05");
    step(1, TrainingAct::Review, 1).await.unwrap();
    step(1, TrainingAct::Start, 2).await.unwrap();
    assert_eq!(put(&Scope::County, &two, &[], 3).await.unwrap(), 4);
    // A school puts down its own people, sees them only, and takes away no others.
    assert_eq!(
        put(&second, &[person("T9", 1, None)], &[], 4).await.unwrap_err().code(),
        "ST-FIND-01"
    );
    put(&second, &[person("T3", 2, Some(36))], &["T1".to_owned(), "T2".to_owned()], 4)
        .await
        .unwrap();
    let (found, people, _) = store.training(&county, 1, &second).await.unwrap();
    assert_eq!((found.people, people.len()), (2, 1));
    let (_, people, _) = store.training(&county, 1, &Scope::County).await.unwrap();
    assert_eq!(people, [person("T1", 1, Some(40)), person("T3", 2, Some(36))]);

    // Only an accepted project credits hours, and only those that are known.
    put(&Scope::County, &[person("T4", 3, None)], &[], 5).await.unwrap();
    let credits = async |from, to| {
        let found = store.training_credits(&county, (from, to)).await.unwrap();
        found.iter().map(|one| (one.teacher.clone(), one.hours)).collect::<Vec<_>>()
    };
    assert!(credits(2020, 2024).await.is_empty());
    step(1, TrainingAct::Accept, 6).await.unwrap();
    let found = store.training(&county, 1, &Scope::County).await.unwrap().0;
    assert_eq!((found.state, found.reward), (TrainingState::Accepted, Some(Decimal::new(25, 1))));
    let all = [("T1".to_owned(), Decimal::new(40, 0)), ("T3".to_owned(), Decimal::new(36, 0))];
    assert_eq!(credits(2020, 2024).await, all);
    assert!(credits(2019, 2023).await.is_empty());

    // Nothing of an accepted project is changed or removed.
    assert_eq!(put(&Scope::County, &two, &[], 7).await.unwrap_err().code(), "ST-MOVE-05");
    let gone = store.remove_training(&county, 1, &Scope::County, 7, &zhang).await.unwrap_err();
    assert_eq!(gone.code(), "ST-MOVE-05");
    store.step_training(&county, 2, TrainingAct::Reopen, None, "重报", 3, &zhang).await.unwrap();
    store.remove_training(&county, 2, &second, 4, &zhang).await.unwrap();
    assert_eq!(seen(&second).await, [1]);
    let rows = store.audit_rows(&county, &AuditFilter::default(), 100).await.unwrap();
    assert!(rows.iter().all(|row| !row.detail.contains("王小明")));
}

/// A changed key opens everything that was written before.
#[rstest]
#[case::sqlite(Kind::Sqlite)]
#[case::postgres(Kind::Postgres)]
#[tokio::test]
async fn words_outlive_a_change_of_the_key(#[case] kind: Kind) {
    let Some(house) = house(kind).await else { return };
    schools(&house).await;
    let (store, county, zhang) = (&house.store, county(), by("张三", 2));
    let parties = vec![party(PartyRole::Giver, 1, None), party(PartyRole::Taker, 2, None)];
    let whole = agreed(Way::Support, parties);
    let one = std::slice::from_ref(&whole);
    store.add_exchanges(&county, YEAR, one, Made::Typed, &zhang).await.unwrap();
    store.step_exchange(&county, 1, Act::Start, None, "开学", 1, &zhang).await.unwrap();
    let what = Some("听课".to_owned());
    let entry = EntryText { day: date(2024, 10, 8), hours: Decimal::ONE, what };
    store.add_exchange_entry(&county, 1, &Scope::County, None, &entry, &zhang).await.unwrap();
    let id = store.add_training(&county, YEAR, &project(None, None), &zhang).await.unwrap();
    store.step_training(&county, id, TrainingAct::Review, None, "同意", 1, &zhang).await.unwrap();
    assert_eq!(store.change_key(&by("李四", 3)).await.unwrap().boxes, 5);
    let (found, entries, steps) = store.exchange(&county, 1, &Scope::County).await.unwrap();
    assert_eq!(found.agreed.words, whole.words);
    assert_eq!(
        (entries[0].text.what.as_deref(), steps[0].reason.as_deref()),
        (Some("听课"), Some("开学"))
    );
    let (training, _, steps) = store.training(&county, id, &Scope::County).await.unwrap();
    assert_eq!(training.text.note.as_deref(), Some("主讲：王小明"));
    assert_eq!(steps[0].reason.as_deref(), Some("同意"));
}
