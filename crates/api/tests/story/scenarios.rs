//! Sandboxes under a name: kept, opened, renamed, stale, and one's own.

use crate::evaluation::{measured, of};
use crate::fixture::{Client, Kind};
use access::{Department, Role};
use axum::http::Method;
use rstest::rstest;
use serde_json::{Value, json};

#[rstest]
#[tokio::test]
async fn a_scenario_lives(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let Some((house, snapshot, school)) = measured(kind).await else { return };
    let planner = of(&house, Role::Officer(Department::Planning)).await;
    let leader = of(&house, Role::Leader).await;
    let list = "/api/years/2024/scenarios";
    let stage = snapshot.schools()[0].sections[0].stage;
    let edits = json!([{"school": school.as_str(), "stage": stage.code(),
        "item": "teachers_backbone", "value": "99"}]);
    let new = json!({"name": " 多招骨干 ", "edits": edits});
    let made = planner.post(&house, list, new.clone()).await.is(201);
    assert_eq!((&made["name"], &made["stale"]), (&json!("多招骨干"), &json!(false)));
    let figure = &made["figures"][0];
    assert_eq!((&figure["value"], &figure["unit"]), (&json!("99"), &json!("人")), "{figure}");
    assert!(figure["place"].as_str().unwrap().starts_with(&snapshot.schools()[0].name));
    assert!(figure["before"].is_string());
    let twice = planner.post(&house, list, new).await;
    assert_eq!((twice.status.as_u16(), twice.code().as_str()), (409, "H-EDIT-02"));
    for (wrong, field) in [
        (json!({"name": "", "edits": edits}), "name"),
        (json!({"name": "空", "edits": []}), "edits"),
        (json!({"name": "错", "edits": [{"item": "no_such_item", "value": "1"}]}), "edits"),
        (
            json!({"name": "错", "edits": [{"school": school.as_str(), "stage": stage.code(),
            "item": "teachers", "value": "两"}]}),
            "edits.0",
        ),
    ] {
        let refused = planner.post(&house, list, wrong).await.is(422);
        assert_eq!(refused["fields"][0]["field"], field, "{refused}");
    }

    let path = format!("/api/scenarios/{}", made["id"]);
    let seen = leader.get(&house, &path).await.is(200);
    assert_eq!((&seen["own"], &seen["figures"]), (&json!(false), &made["figures"]));
    let rename = json!({"name": "多招骨干教师", "version": 1});
    let patch = async |who: &Client, body: &Value| {
        who.send(&house, Method::PATCH, &path, body).await.status.as_u16()
    };
    assert_eq!(patch(&leader, &rename).await, 404, "not one's own");
    assert_eq!(patch(&planner, &json!({"name": "x"})).await, 428, "no version");
    assert_eq!(patch(&planner, &rename).await, 200);
    assert_eq!(patch(&planner, &rename).await, 409);

    // The county moves on; the scenario says so, and is fresh again when it is saved again.
    let officer = of(&house, Role::Officer(Department::Evaluation)).await;
    let state = json!({"holds": false, "evidence": "无", "person": "王建国",
        "date": "2024-10-20", "version": 1});
    let attest = "/api/years/2024/attestations/G1";
    officer.send(&house, Method::PUT, attest, &state).await.is(200);
    let lines = leader.get(&house, list).await.is(200);
    let line = &lines["items"][0];
    assert_eq!((&line["name"], &line["stale"]), (&json!("多招骨干教师"), &json!(true)));
    let again = json!({"edits": edits, "version": 2});
    assert_eq!(patch(&planner, &again).await, 200);
    assert_eq!(leader.get(&house, &path).await.is(200)["stale"], false);

    let remove = async |who: &Client, version: i64| {
        let path = format!("{path}?version={version}");
        who.send(&house, Method::DELETE, &path, &json!({})).await.status.as_u16()
    };
    assert_eq!((remove(&leader, 3).await, remove(&planner, 2).await), (404, 409));
    assert_eq!((remove(&planner, 3).await, remove(&planner, 3).await), (204, 404));
    assert_eq!(leader.get(&house, list).await.is(200)["items"], json!([]));
}
