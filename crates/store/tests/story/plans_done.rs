//! What becomes of plans: frontiers that are kept, works that are recorded of the baseline.

use crate::fixture::{Kind, by, county, house};
use jiff::civil::date;
use rstest::rstest;
use rust_decimal::Decimal;
use store::plans_done::{Done, Frontier};

#[rstest]
#[case::sqlite(Kind::Sqlite)]
#[case::postgres(Kind::Postgres)]
#[tokio::test]
async fn a_frontier_is_kept_until_the_next_one(#[case] kind: Kind) {
    let Some(house) = house(kind).await else { return };
    let (store, county, zhang) = (&house.store, county(), by("张三", 1));
    store.put_county(&county, "泾县", &zhang).await.unwrap();
    let plan = store.new_plan(&county, "方案一", None, "a", &zhang).await.unwrap().id;
    assert_eq!(store.frontier(&county, plan).await.unwrap(), None);
    let mut new = Frontier {
        settings: "s1".to_owned(),
        snapshot: "d1".to_owned(),
        standard: "r1".to_owned(),
        content: "{\"points\":[]}".to_owned(),
        by: "张三".to_owned(),
        at: zhang.at,
    };
    store.put_frontier(&county, plan, &new).await.unwrap();
    new.settings = "s2".to_owned();
    store.put_frontier(&county, plan, &new).await.unwrap();
    assert_eq!(store.frontier(&county, plan).await.unwrap(), Some(new.clone()));
    let error = store.put_frontier(&county, plan + 1, &new).await.unwrap_err();
    assert_eq!(error.code(), "ST-FIND-01");
}

#[rstest]
#[case::sqlite(Kind::Sqlite)]
#[case::postgres(Kind::Postgres)]
#[tokio::test]
async fn works_are_recorded_of_the_baseline_only(#[case] kind: Kind) {
    let Some(house) = house(kind).await else { return };
    let (store, county, zhang) = (&house.store, county(), by("张三", 1));
    store.put_county(&county, "泾县", &zhang).await.unwrap();
    let plan = store.new_plan(&county, "方案一", None, "a", &zhang).await.unwrap();
    let done = Done {
        action: 3,
        day: date(2025, 8, 20),
        quantity: Some(Decimal::new(1205, 1)),
        amount: None,
        note: "竣工验收".to_owned(),
        evidence: None,
    };
    let early = store.add_work(&county, plan.id, &done, &zhang).await.unwrap_err();
    assert_eq!(early.code(), "ST-MOVE-05");
    let plan = store.put_plan_result(&county, plan.id, "{}", plan.version, &zhang).await.unwrap();
    let plan = store.adopt_plan(&county, plan.id, plan.version, &zhang).await.unwrap();
    let first = store.add_work(&county, plan.id, &done, &zhang).await.unwrap();
    let paid = Done { amount: Some(Decimal::new(482, 1)), quantity: None, ..done.clone() };
    let second = store.add_work(&county, plan.id, &paid, &by("李四", 2)).await.unwrap();
    assert_eq!((first.number, second.number), (1, 2));
    let kept = store.works(&county, plan.id).await.unwrap();
    assert_eq!(kept, [first.clone(), second]);
    let stale = store.remove_work(&county, plan.id, 1, 7, &zhang).await.unwrap_err();
    assert_eq!(stale.code(), "ST-EDIT-01");
    store.remove_work(&county, plan.id, 1, first.version, &zhang).await.unwrap();
    let gone = store.remove_work(&county, plan.id, 1, 1, &zhang).await.unwrap_err();
    assert_eq!(gone.code(), "ST-FIND-01");
    // What was taken back is still known.
    let filter =
        store::AuditFilter { action: Some("plan.unwork".to_owned()), ..Default::default() };
    let rows = store.audit_rows(&county, &filter, 10).await.unwrap();
    assert_eq!(rows[0].detail, "措施 3，2025-08-20，数量 120.5：竣工验收");
    assert_eq!(store.works(&county, plan.id).await.unwrap().len(), 1);
}
