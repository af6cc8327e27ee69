//! What belongs to the pages and counts for nothing: the map's boundary, what was tried and kept.

use crate::fixture::{Kind, YEAR, by, county, house};
use rstest::rstest;
use store::scenarios::ScenarioText;

#[rstest]
#[case::sqlite(Kind::Sqlite)]
#[case::postgres(Kind::Postgres)]
#[tokio::test]
async fn one_boundary_a_county(#[case] kind: Kind) {
    let Some(house) = house(kind).await else { return };
    let (store, county, zhang) = (&house.store, county(), by("张三", 1));
    store.put_county(&county, "泾县", &zhang).await.unwrap();
    assert_eq!(store.boundary(&county).await.unwrap(), None);
    assert_eq!(store.remove_boundary(&county, 0, &zhang).await.unwrap_err().code(), "ST-FIND-01");
    let text = format!("{{\"features\":[{}]}}", "1,".repeat(100_000));
    let put = store.put_boundary(&county, "县界.geojson", &text, 0, &zhang).await.unwrap();
    let stale = store.put_boundary(&county, "b.json", "{}", 0, &zhang).await.unwrap_err();
    assert_eq!((put, stale.code()), (1, "ST-EDIT-01"));
    let li = by("李四", 2);
    assert_eq!(store.put_boundary(&county, "b.json", &text, 1, &li).await.unwrap(), 2);
    let kept = store.boundary(&county).await.unwrap().unwrap();
    assert_eq!((kept.name.as_str(), kept.by.as_str(), kept.at), ("b.json", "李四", li.at));
    assert!(kept.content == text && kept.version == 2);
    assert_eq!(store.remove_boundary(&county, 1, &li).await.unwrap_err().code(), "ST-EDIT-01");
    store.remove_boundary(&county, 2, &li).await.unwrap();
    assert_eq!(store.boundary(&county).await.unwrap(), None);
    let rows = store.audit_rows(&county, &store::AuditFilter::default(), 1).await.unwrap();
    assert_eq!((rows[0].action.as_str(), rows[0].detail.as_str()), ("boundary.remove", "b.json"));
}

fn text(name: &str) -> ScenarioText {
    ScenarioText {
        name: name.to_owned(),
        standard: "cn-quality-2017".to_owned(),
        data: "approved".to_owned(),
        snapshot: "abc".to_owned(),
        edits: "[]".to_owned(),
    }
}

#[rstest]
#[case::sqlite(Kind::Sqlite)]
#[case::postgres(Kind::Postgres)]
#[tokio::test]
async fn scenarios_belong_to_accounts(#[case] kind: Kind) {
    let Some(house) = house(kind).await else { return };
    let (store, county, zhang) = (&house.store, county(), by("张三", 1));
    store.put_county(&county, "泾县", &zhang).await.unwrap();
    let add = async |name: &str, user: i64| {
        store.add_scenario(&county, YEAR, &text(name), user, 2, &zhang).await
    };
    let first = add("多招教师", 7).await.unwrap();
    assert_eq!((first.id, first.version, first.by.as_str()), (1, 1, "张三"));
    assert_eq!(add("多招教师", 7).await.unwrap_err().code(), "ST-FIND-02");
    add("多招教师", 8).await.unwrap();
    let other = add("乙", 7).await.unwrap();
    assert_eq!(add("丙", 7).await.unwrap_err().code(), "ST-MOVE-05", "at most two");

    assert_eq!(store.scenarios(&county, YEAR, None).await.unwrap().len(), 3);
    let mine = store.scenarios(&county, YEAR, Some(7)).await.unwrap();
    assert_eq!(mine.iter().map(|s| s.id).collect::<Vec<_>>(), [other.id, first.id]);
    assert_eq!(store.scenario(&county, first.id, Some(7)).await.unwrap(), first);
    assert!(store.scenario(&county, first.id, Some(8)).await.is_err());
    assert!(store.scenarios(&county, YEAR.previous(), None).await.unwrap().is_empty());

    let put = async |new: &str, user: i64, seen: i64| {
        store.put_scenario(&county, first.id, &text(new), user, seen, &by("张三", 9)).await
    };
    assert_eq!(put("甲", 8, 1).await.unwrap_err().code(), "ST-FIND-01", "not one's own");
    assert_eq!(put("乙", 7, 1).await.unwrap_err().code(), "ST-FIND-02");
    assert_eq!(put("甲", 7, 1).await.unwrap().version, 2);
    assert_eq!(put("甲", 7, 1).await.unwrap_err().code(), "ST-EDIT-01");
    let removed = async |user: i64, seen: i64| {
        store.remove_scenario(&county, first.id, user, seen, &zhang).await
    };
    assert_eq!(removed(8, 2).await.unwrap_err().code(), "ST-FIND-01");
    assert_eq!(removed(7, 1).await.unwrap_err().code(), "ST-EDIT-01");
    removed(7, 2).await.unwrap();
    assert!(store.scenario(&county, first.id, None).await.is_err());
    assert!(store.verify_audit(&county).await.unwrap().broken.is_none());
}
