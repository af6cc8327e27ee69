//! Classes and rooms in the form: added, filled, renamed by taking away and adding, removed; in the
//! draft, in the difference of two versions and in review.

use crate::fixture::{Client, House, Kind, county, login};
use access::{Department, Role};
use axum::http::Method;
use rstest::rstest;
use serde_json::{Value, json};

const FORM: &str = "/api/submissions/2024/3418230001";

async fn save(house: &House, who: &Client, body: Value) -> crate::fixture::Answer {
    who.send(house, Method::PATCH, &format!("{FORM}/draft"), &body).await
}

fn class(grade: u8, name: &str) -> Value {
    json!({"put": {"level": "class", "stage": "primary", "grade": grade, "name": name}})
}

#[rstest]
#[tokio::test]
async fn classes_come_and_go_with_their_figures(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let Some(house) = House::peopled(kind).await else { return };
    let bureau = house.session(&county(), &login(Role::Officer(Department::Evaluation))).await;
    let clerk = house.session(&county(), "clerk").await;
    let new = json!({"year": 2024, "title": "基础数据"});
    bureau.post(&house, "/api/collections", new).await.is(201);
    let form = clerk.get(&house, FORM).await.is(200);
    assert_eq!(form["rosters"]["classes"], json!([]));

    // Rows and their figures in one save; the second of a name has a number.
    let key = "class/primary/1/一年级(1)班";
    let twin = format!("{key}#0002");
    let body = json!({"version": form["version"],
        "places": [class(1, "一年级(1)班"), class(2, "二年级(1)班"),
            {"put": class(1, "一年级(1)班")["put"], "number": 2},
            {"put": {"level": "room", "kind": "music", "name": "音乐室"}}],
        "edits": [{"place": key, "item": "class_size", "value": "42", "version": 0},
            {"place": twin, "item": "class_size", "value": "44", "version": 0},
            {"place": "room/music/音乐室", "item": "room_area", "value": "96", "version": 0}]});
    let saved = save(&house, &clerk, body).await.is(200);
    let form = clerk.get(&house, FORM).await.is(200);
    let classes = form["rosters"]["classes"].as_array().unwrap();
    assert_eq!(classes.len(), 3, "{form}");
    assert_eq!(form["rosters"]["rooms"][0]["fields"][0]["value"], "96");
    // A save that has seen an older form is told where it touches the same row.
    let stale = json!({"version": 0, "places": [{"remove": key}], "edits": []});
    assert_eq!(save(&house, &clerk, stale).await.status, 409);
    let nowhere =
        json!({"version": saved["version"], "places": [{"remove": "class/primary/9/无"}]});
    save(&house, &clerk, nowhere).await.is(422);

    let submit = json!({"step": "submit", "version": saved["version"]});
    let steps = format!("{FORM}/steps");
    let principal = house.session(&county(), "principal").await;
    let done = clerk.post(&house, &steps, submit.clone()).await;
    if done.status != 200 {
        principal.post(&house, &steps, submit).await.is(200);
    }
    // Returned with a reason at a class; one class is taken away, another added.
    let form = clerk.get(&house, FORM).await.is(200);
    let sent_back = json!({"step": "return", "version": form["version"], "fields": [
        {"place": key, "item": "class_size", "reason": "与班级名单不一致"}]});
    let reviewed = principal.post(&house, &steps, sent_back).await;
    reviewed.is(200);
    let form = clerk.get(&house, FORM).await.is(200);
    let returned = form["rosters"]["classes"][0]["fields"][0]["returned_reason"].clone();
    assert_eq!(returned, "与班级名单不一致");
    let body = json!({"version": form["version"],
        "places": [{"remove": twin}, class(3, "三年级(1)班")],
        "edits": [{"place": "class/primary/3/三年级(1)班", "item": "class_size", "value": "40",
            "version": 0}]});
    save(&house, &clerk, body).await.is(200);
    let difference = clerk.get(&house, &format!("{FORM}/difference?from=1")).await.is(200);
    let rows: Vec<(&str, &Value, &Value)> = difference
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["place"].as_str().unwrap(), &row["before"], &row["after"]))
        .collect();
    assert_eq!(
        rows,
        [
            (twin.as_str(), &json!("44"), &Value::Null),
            ("class/primary/3/三年级(1)班", &Value::Null, &json!("40")),
        ]
    );
    assert!(difference.to_string().contains("小学 三年级(1)班"), "{difference}");
    let form = clerk.get(&house, FORM).await.is(200);
    assert_eq!(form["rosters"]["classes"].as_array().unwrap().len(), 3);
}
