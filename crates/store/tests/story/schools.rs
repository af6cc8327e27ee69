//! Schools: what they are on a day, who may see them.

use crate::fixture::{Kind, by, county, house, school};
use domain::SchoolKind;
use jiff::civil::date;
use rstest::rstest;
use std::collections::BTreeSet;
use store::schools::{Event, School, SchoolState};
use store::{DistrictKind, Scope, Store};

fn opened(name: &str, kind: SchoolKind) -> Event {
    Event::Opened { name: name.to_owned(), kind, parent: None }
}

async fn event(store: &Store, n: u32, day: (i16, i8, i8), event: Event, seen: i64) -> School {
    let (county, code, day) = (county(), school(n), date(day.0, day.1, day.2));
    store.record_event(&county, &code, day, event, "县教字", seen, &by("李四", 1)).await.unwrap()
}

#[rstest]
#[case::sqlite(Kind::Sqlite)]
#[case::postgres(Kind::Postgres)]
#[tokio::test]
async fn a_school_has_a_history(#[case] kind: Kind) {
    let Some(house) = house(kind).await else { return };
    let store = &house.store;
    let county = county();
    store.put_county(&county, "泾县", &by("系统", 0)).await.unwrap();
    let system = by("系统", 0);
    let (district, group) = (DistrictKind::District, DistrictKind::Group);
    store.put_district(&county, "D1", "城关学区", district, 0, &system).await.unwrap();
    store.put_district(&county, "G1", "城关教育集团", group, 0, &system).await.unwrap();
    event(store, 1, (1990, 9, 1), opened("城关小学", SchoolKind::Primary), 0).await;
    event(store, 2, (2001, 9, 1), opened("东山小学", SchoolKind::Primary), 0).await;
    event(store, 1, (2010, 9, 1), Event::Converted { kind: SchoolKind::NineYear }, 1).await;
    // Entered later, happened before.
    event(store, 1, (2005, 9, 1), Event::Renamed { name: "城关一小".to_owned() }, 2).await;
    let join = |district: &str| Event::Joined { district: district.to_owned() };
    event(store, 1, (2012, 1, 1), join("D1"), 3).await;
    event(store, 1, (2013, 1, 1), join("G1"), 4).await;
    event(store, 2, (2012, 1, 1), join("D1"), 1).await;
    let merged = event(store, 2, (2020, 8, 1), Event::Merged { into: school(1) }, 2).await;
    assert_eq!((merged.state, merged.successor), (SchoolState::Merged, Some(school(1))));

    let names = |schools: Vec<School>| {
        schools.into_iter().map(|s| (s.name, s.kind, s.state)).collect::<Vec<_>>()
    };
    let on = async |y| store.schools_on(&county, date(y, 9, 1), &Scope::County).await;
    let first = |name: &str, kind| (name.to_owned(), kind, SchoolState::Open);
    assert_eq!(names(on(1980).await.unwrap()), []);
    assert_eq!(names(on(2000).await.unwrap()), [first("城关小学", SchoolKind::Primary)]);
    assert_eq!(names(on(2006).await.unwrap())[0], first("城关一小", SchoolKind::Primary));
    assert_eq!(names(on(2019).await.unwrap())[1], first("东山小学", SchoolKind::Primary));
    assert_eq!(names(on(2020).await.unwrap())[1].2, SchoolState::Merged);
    let now = store.schools(&county, &Scope::County).await.unwrap();
    assert_eq!(now, on(2024).await.unwrap(), "the row is what follows from the events");
    assert_eq!(now[0].districts, BTreeSet::from(["D1".to_owned(), "G1".to_owned()]));
    let districts = store.districts(&county).await.unwrap();
    assert_eq!(districts[0].schools, BTreeSet::from([school(1), school(2)]));

    // Contradictions change nothing.
    for (n, seen, day, wrong, code) in [
        (2, 3, date(2021, 1, 1), Event::Closed, "ST-SCHOOL-01"),
        (1, 5, date(1980, 1, 1), Event::Closed, "ST-SCHOOL-01"),
        (1, 5, date(2021, 1, 1), Event::Merged { into: school(1) }, "ST-SCHOOL-01"),
        (1, 5, date(2021, 1, 1), Event::Merged { into: school(9) }, "ST-FIND-01"),
        (1, 5, date(2021, 1, 1), join("D9"), "ST-FIND-01"),
        (1, 4, date(2021, 1, 1), Event::Closed, "ST-EDIT-01"),
        (9, 3, date(2021, 1, 1), Event::Closed, "ST-FIND-01"),
    ] {
        let (school, li) = (school(n), by("李四", 2));
        let result = store.record_event(&county, &school, day, wrong, "", seen, &li);
        assert_eq!(result.await.unwrap_err().code(), code);
    }
    assert_eq!(store.schools(&county, &Scope::County).await.unwrap(), now);
}

#[rstest]
#[case::sqlite(Kind::Sqlite)]
#[case::postgres(Kind::Postgres)]
#[tokio::test]
async fn a_scope_is_part_of_the_query(#[case] kind: Kind) {
    let Some(house) = house(kind).await else { return };
    let store = &house.store;
    let county = county();
    store.put_county(&county, "泾县", &by("系统", 0)).await.unwrap();
    let district = DistrictKind::District;
    store.put_district(&county, "D1", "东", district, 0, &by("系统", 0)).await.unwrap();
    for n in 1..=3 {
        event(store, n, (2000, 9, 1), opened(&format!("第{n}小学"), SchoolKind::Primary), 0).await;
    }
    event(store, 2, (2000, 9, 1), Event::Joined { district: "D1".to_owned() }, 1).await;
    let seen = async |scope: &Scope| {
        let schools = store.schools(&county, scope).await.unwrap();
        schools.into_iter().map(|s| s.code).collect::<Vec<_>>()
    };
    assert_eq!(seen(&Scope::County).await, [school(1), school(2), school(3)]);
    assert_eq!(seen(&Scope::district("D1")).await, [school(2)]);
    assert_eq!(seen(&Scope::district("D1' or 1=1 --")).await, []);
    assert_eq!(seen(&Scope::school(&school(3))).await, [school(3)]);
    assert_eq!(seen(&Scope::Schools(BTreeSet::new())).await, []);
    assert_eq!(seen(&Scope::Districts(BTreeSet::new())).await, []);
    assert!(store.history(&county, &school(1), &Scope::district("D1")).await.is_err());
    assert_eq!(store.history(&county, &school(2), &Scope::district("D1")).await.unwrap().len(), 2);
}
