//! What is kept as it was made: evaluations, plans; and what is remembered: settings, labels.

use crate::fixture::{CATALOGUE, House, Kind, by, county, demo, house};
use domain::Attestation;
use rstest::rstest;
use store::evaluations::EvaluationKey;
use store::plans::PlanState;

/// A store with a kept snapshot of the demo county, and its hash.
async fn with_snapshot(kind: Kind) -> Option<(House, domain::CountyCode, String)> {
    let house = house(kind).await?;
    let snapshot = demo(6).pop().unwrap();
    let county = snapshot.county().code.clone();
    house.store.put_county(&county, &snapshot.county().name, &by("系统", 0)).await.unwrap();
    house.store.keep_snapshot(&snapshot, None, &CATALOGUE, &by("系统", 0)).await.unwrap();
    Some((house, county, snapshot.hash().to_owned()))
}

#[rstest]
#[case::sqlite(Kind::Sqlite)]
#[case::postgres(Kind::Postgres)]
#[tokio::test]
async fn an_evaluation_is_kept_byte_for_byte(#[case] kind: Kind) {
    let Some((house, county, snapshot)) = with_snapshot(kind).await else { return };
    let store = &house.store;
    let key = EvaluationKey {
        snapshot: snapshot.clone(),
        standard: "cn-quality-2017".to_owned(),
        standard_hash: "ab".repeat(32),
        engine: "0.1.0".to_owned(),
    };
    let json = format!("{{\"结论\": \"{}\"}}", "未达标 ".repeat(10_000));
    let kept = store.keep_evaluation(&county, &key, &json, &by("张三", 1)).await.unwrap();
    let again = store.keep_evaluation(&county, &key, "{}", &by("李四", 2)).await.unwrap();
    assert_eq!(kept, again, "the same inputs are the same evaluation");
    let (found, text) = store.evaluation(&county, kept.id).await.unwrap();
    assert_eq!((found, text), (kept, json));
    let newer = EvaluationKey { engine: "0.2.0".to_owned(), ..key.clone() };
    store.keep_evaluation(&county, &newer, "{}", &by("张三", 3)).await.unwrap();
    let listed = store.evaluations(&county, Some(&snapshot)).await.unwrap();
    let engines: Vec<_> = listed.iter().map(|e| e.key.engine.as_str()).collect();
    assert_eq!(engines, ["0.2.0", "0.1.0"]);
    let unknown = EvaluationKey { snapshot: "0".to_owned(), ..key };
    let error = store.keep_evaluation(&county, &unknown, "{}", &by("张三", 4)).await.unwrap_err();
    assert_eq!(error.code(), "ST-FIND-01");
}

#[rstest]
#[case::sqlite(Kind::Sqlite)]
#[case::postgres(Kind::Postgres)]
#[tokio::test]
async fn one_plan_is_the_baseline(#[case] kind: Kind) {
    let Some((house, county, snapshot)) = with_snapshot(kind).await else { return };
    let store = &house.store;
    let zhang = by("张三", 1);
    let first = store.new_plan(&county, "方案一", Some(&snapshot), "[预算]", &zhang).await.unwrap();
    let second = store.new_plan(&county, "方案二", Some(&snapshot), "", &zhang).await.unwrap();
    let early = store.adopt_plan(&county, first.id, first.version, &zhang).await.unwrap_err();
    assert_eq!(early.code(), "ST-MOVE-05");
    let put = |plan: &store::plans::PlanRecord| {
        let (id, version, county, zhang) = (plan.id, plan.version, &county, &zhang);
        async move { store.put_plan_result(county, id, "{\"cost\":\"1\"}", version, zhang).await }
    };
    let first = put(&first).await.unwrap();
    let second = put(&second).await.unwrap();
    let first = store.adopt_plan(&county, first.id, first.version, &zhang).await.unwrap();
    let second = store.adopt_plan(&county, second.id, second.version, &zhang).await.unwrap();
    assert_eq!(second.state, PlanState::Adopted);
    let (old, result) = store.plan(&county, first.id).await.unwrap();
    assert_eq!(old.state, PlanState::Superseded);
    assert_eq!(result.as_deref(), Some("{\"cost\":\"1\"}"));
    // The baseline is not edited under those who are held against it.
    let (id, version) = (second.id, second.version);
    let edit = store.edit_plan(&county, id, "改", None, "", version, &zhang).await;
    assert_eq!(edit.unwrap_err().code(), "ST-MOVE-05");
    let stale = store.adopt_plan(&county, first.id, first.version, &zhang).await.unwrap_err();
    assert_eq!(stale.code(), "ST-EDIT-01");
    // A result belongs to its settings.
    let third = store.new_plan(&county, "方案三", None, "a", &zhang).await.unwrap();
    let third = put(&third).await.unwrap();
    let edited = store.edit_plan(&county, third.id, "方案三", None, "b", third.version, &zhang);
    assert_eq!(edited.await.unwrap().state, PlanState::Draft);
    assert_eq!(store.plan(&county, third.id).await.unwrap().1, None);
    let late = put(&third).await.unwrap_err();
    assert_eq!(late.code(), "ST-EDIT-01", "of settings that have changed since");
    let states: Vec<_> =
        store.plans(&county).await.unwrap().into_iter().map(|plan| plan.state).collect();
    assert_eq!(states, [PlanState::Draft, PlanState::Adopted, PlanState::Superseded]);
}

#[rstest]
#[case::sqlite(Kind::Sqlite)]
#[case::postgres(Kind::Postgres)]
#[tokio::test]
async fn settings_labels_and_attestations(#[case] kind: Kind) {
    let Some(house) = house(kind).await else { return };
    let store = &house.store;
    let (county, zhang) = (county(), by("张三", 1));
    store.put_county(&county, "泾县", &zhang).await.unwrap();
    assert_eq!(store.setting(&county, "标准").await.unwrap(), None);
    let version = store.put_setting(&county, "标准", "cn", 0, &zhang).await.unwrap();
    store.put_setting(&county, "标准", "ah", version, &zhang).await.unwrap();
    let stale = store.put_setting(&county, "标准", "zj", version, &zhang).await.unwrap_err();
    assert_eq!(stale.code(), "ST-EDIT-01");
    assert_eq!(store.setting(&county, "标准").await.unwrap(), Some(("ah".to_owned(), 2)));

    let year = domain::SchoolYear(2024);
    let mut state = Attestation {
        indicator: "G3".to_owned(),
        holds: None,
        evidence: String::new(),
        person: "张三".to_owned(),
        date: None,
    };
    let version = store.attest(&county, year, &state, 0, &zhang).await.unwrap();
    state.holds = Some(true);
    state.date = Some(jiff::civil::date(2024, 10, 1));
    store.attest(&county, year, &state, version, &zhang).await.unwrap();
    let stale = store.attest(&county, year, &state, version, &zhang).await.unwrap_err();
    assert_eq!(stale.code(), "ST-EDIT-01");
    let kept = store.attestations(&county, year).await.unwrap();
    assert_eq!((&kept[0].attestation, kept[0].version), (&state, 2));
    assert_eq!((kept.len(), kept[0].by.as_str(), kept[0].at), (1, "张三", zhang.at));
}
