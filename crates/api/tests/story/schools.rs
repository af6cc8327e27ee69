//! Schools, districts and years: seen within the scope, changed by events and versions.

use crate::fixture::{House, Kind, other_county};
use axum::http::{Method, header};
use rstest::rstest;
use serde_json::{Value, json};

fn codes(list: &Value) -> Vec<String> {
    let code = |school: &Value| school["code"].as_str().unwrap().to_owned();
    list.as_array().unwrap().iter().map(code).collect()
}

#[rstest]
#[case::sqlite(Kind::Sqlite)]
#[case::postgres(Kind::Postgres)]
#[tokio::test]
async fn everybody_sees_his_own(#[case] kind: Kind) {
    let Some(house) = House::peopled(kind).await else { return };
    let seen = async |login: &str| {
        codes(&house.client(login).await.get(&house, "/api/schools").await.is(200))
    };
    assert_eq!(seen("leader").await.len(), 6);
    assert_eq!(seen("district_head").await, ["3418230001", "3418230002", "3418230003"]);
    assert_eq!(seen("clerk").await, ["3418230001"]);
    assert_eq!(seen("clerk6").await, ["3418230006"]);
    let clerk = house.client("clerk").await;
    clerk.get(&house, "/api/schools/3418230001").await.is(200);
    for beyond in ["3418230006", "3418230099", "school", "1%20or%201"] {
        let answer = clerk.get(&house, &format!("/api/schools/{beyond}")).await;
        assert_eq!((answer.status.as_u16(), answer.code().as_str()), (404, "H-FIND-01"));
    }
    assert_eq!(codes(&clerk.get(&house, "/api/districts").await.is(200)), ["D1"]);
    let other = house.session(&other_county(), "planner").await;
    assert_eq!(other.get(&house, "/api/schools").await.is(200), json!([]));
    other.get(&house, "/api/schools/3418230001").await.is(404);
}

#[rstest]
#[case::sqlite(Kind::Sqlite)]
#[case::postgres(Kind::Postgres)]
#[tokio::test]
async fn a_school_is_renamed_merged_and_remembered(#[case] kind: Kind) {
    let Some(house) = House::peopled(kind).await else { return };
    let planner = house.client("officer-planning").await;
    let path = "/api/schools/3418230001/events";
    let event = |version: i64, day: &str, event: Value| json!({"version": version, "day": day, "event": event, "reason": "青教〔2025〕3号"});
    let renamed = event(2, "2025-09-01", json!({"type": "renamed", "name": "实验小学"}));
    let school = planner.post(&house, path, renamed.clone()).await.is(201);
    assert_eq!((&school["name"], &school["version"]), (&json!("实验小学"), &json!(3)));
    let stale = planner.post(&house, path, renamed).await;
    assert_eq!(stale.code(), "H-EDIT-01");
    assert_eq!(stale.json()["current"]["version"], 3);
    let before = planner.get(&house, "/api/schools?on=2024-09-01").await.is(200);
    assert_eq!(before[0]["name"], "第1小学");
    let merged = event(3, "2025-10-01", json!({"type": "merged", "into": "3418230002"}));
    let school = planner.post(&house, path, merged).await.is(201);
    assert_eq!((&school["state"], &school["successor"]), (&json!("merged"), &json!("3418230002")));
    let after = event(4, "2025-11-01", json!({"type": "closed"}));
    let answer = planner.post(&house, path, after).await;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (409, "H-EDIT-03"));
    let detail = planner.get(&house, "/api/schools/3418230001").await.is(200);
    assert_eq!(detail["events"].as_array().unwrap().len(), 4);
    assert_eq!(detail["events"][2]["by"], "甲officer-planning（officer-planning）");

    let new = "/api/schools/3418230010/events";
    let opened = json!({"type": "opened", "name": "新城学校", "kind": "九年一贯制学校"});
    let school = planner.post(&house, new, event(0, "2025-09-01", opened)).await.is(201);
    assert_eq!(school["kind_zh"], "九年一贯制学校");
    for (body, field) in [
        (json!({"type": "converted", "kind": "大学"}), "event.kind"),
        (json!({"type": "renamed", "name": " "}), "event.name"),
        (json!({"type": "merged", "into": "12"}), "event.into"),
    ] {
        let answer = planner.post(&house, new, event(1, "2025-09-02", body)).await.is(422);
        assert_eq!(answer["fields"][0]["field"], field);
    }
    let answer = planner.post(&house, new, json!({"version": 1})).await;
    assert_eq!(answer.code(), "H-BODY-01", "{:?}", answer.json());
}

#[tokio::test]
async fn what_has_not_changed_is_not_sent_again() {
    let house = House::peopled(Kind::Sqlite).await.unwrap();
    let leader = house.client("leader").await;
    let first = leader.get(&house, "/api/schools").await;
    let tag = first.header("etag").to_owned();
    assert_eq!(first.header("cache-control"), "private, no-cache");
    let again = leader.request(Method::GET, "/api/schools").header(header::IF_NONE_MATCH, &tag);
    let again = house.send(again.body(axum::body::Body::empty()).unwrap()).await;
    assert_eq!((again.status.as_u16(), again.bytes.len()), (304, 0));
}

#[tokio::test]
async fn districts_and_years_are_kept() {
    let house = House::peopled(Kind::Sqlite).await.unwrap();
    let planner = house.client("officer-planning").await;
    let new = json!({"code": "G1", "name": "实验教育集团", "kind": "group"});
    let made = planner.post(&house, "/api/districts", new.clone()).await.is(201);
    assert_eq!(made["version"], 1);
    planner.post(&house, "/api/districts", new).await.is(409);
    let edit = json!({"version": 1, "name": "第一教育集团"});
    let edited = planner.send(&house, Method::PATCH, "/api/districts/G1", &edit).await.is(200);
    assert_eq!((&edited["name"], &edited["kind"]), (&json!("第一教育集团"), &json!("group")));
    planner.send(&house, Method::PATCH, "/api/districts/X", &edit).await.is(404);
    let bad = json!({"code": "学区", "name": "", "kind": "group"});
    let answer = planner.post(&house, "/api/districts", bad).await.is(422);
    assert_eq!(answer["fields"].as_array().unwrap().len(), 2);

    planner.post(&house, "/api/years", json!({"year": 2025})).await.is(201);
    planner.post(&house, "/api/years", json!({"year": 25})).await.is(422);
    let judge = house.client("officer-evaluation").await;
    let lock = json!({"version": 1, "reason": "已上报"});
    let locked = judge.post(&house, "/api/years/2024/lock", lock.clone()).await.is(200);
    assert_eq!((&locked["locked"], &locked["version"]), (&json!(true), &json!(2)));
    judge.post(&house, "/api/years/2024/lock", lock).await.is(409);
    let silent = json!({"version": 2, "reason": " "});
    let answer = judge.post(&house, "/api/years/2024/unlock", silent).await.is(422);
    assert_eq!(answer["fields"][0]["field"], "reason");
    let unlock = json!({"version": 2, "reason": "更正班级数"});
    judge.post(&house, "/api/years/2024/unlock", unlock).await.is(200);
    judge.post(&house, "/api/years/1990/lock", json!({"version": 1})).await.is(404);
}
