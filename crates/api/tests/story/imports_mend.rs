//! An import that is not understood at once: words are explained and remembered, cells are put right on
//! the page, and the next upload needs neither.

use crate::fixture::{Client, House, Kind, county};
use crate::imports::{bureau, read, upload};
use axum::http::Method;
use rstest::rstest;
use serde_json::{Value, json};
use store::{FormKey, Scope};

const FILE: &str = ",,,小学,小学\n\
    学校识别号,学校名称,办学类型,在校生数(人),专任教师数(人)\n\
    3418230001,第1小学,完小,一百多,12\n\
    第二小学,第2小学,完小,200,15\n";

async fn read_file(house: &House, who: &Client, key: &str, text: &str) -> Value {
    let begun = upload(house, who, key, &[("学校.csv", text.as_bytes())]).await.is(202);
    read(house, who, begun["import"].as_i64().unwrap()).await
}

async fn put(house: &House, who: &Client, import: &Value, what: &str, body: Value) -> Value {
    let path = format!("/api/imports/{}/{what}", import["id"]);
    who.send(house, Method::PUT, &path, &body).await.is(200)
}

fn meaning(unknown: &Value, target: &str) -> Value {
    json!({"layout": unknown["layout"], "topic": unknown["topic"], "label": unknown["label"],
        "target": target})
}

fn unknown<'a>(import: &'a Value, label: &str) -> &'a Value {
    let all = import["unknown"].as_array().unwrap();
    all.iter().find(|unknown| unknown["label"] == label).unwrap_or_else(|| panic!("{all:?}"))
}

#[rstest]
#[tokio::test]
async fn what_is_unknown_is_explained_once(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let Some(house) = House::peopled(kind).await else { return };
    let who = bureau(&house).await;
    let import = read_file(&house, &who, "a", FILE).await;
    assert_eq!(import["state"], "refused");
    let column = unknown(&import, "学校识别号");
    assert_eq!(
        (&column["needed"], &column["near"][0]["target"]),
        (&json!(true), &json!("field/code"))
    );
    assert!(import["choices"][column["choices"].as_str().unwrap()].as_array().unwrap().len() > 20);

    // A choice that there is not is refused, and nothing is remembered.
    let path = format!("/api/imports/{}/meanings", import["id"]);
    let wrong = json!({"meanings": [meaning(column, "item/no_such_item")]});
    who.send(&house, Method::PUT, &path, &wrong).await.is(422);
    assert_eq!(who.get(&house, "/api/mappings").await.is(200)["items"], json!([]));

    let chosen = json!({"meanings": [meaning(column, "field/code")]});
    let import = put(&house, &who, &import, "meanings", chosen).await;
    let school = unknown(&import, "第二小学");
    assert_eq!(school["near"][0]["target"], "3418230002", "{school}");
    let kind = unknown(&import, "完小");
    assert_eq!((&kind["count"], &kind["topic"]), (&json!(1), &json!("kind")));
    let chosen = json!({"meanings": [meaning(school, "3418230002"), meaning(kind, "primary")]});
    let import = put(&house, &who, &import, "meanings", chosen).await;
    assert_eq!((&import["state"], &import["unknown"]), (&json!("waiting"), &json!([])));
    assert_eq!(import["meanings"].as_array().unwrap().len(), 3);

    // The next upload needs no word: it is read by what was said, and says so.
    let next = read_file(&house, &who, "b", &FILE.replace("200", "201")).await;
    assert_eq!(next["state"], "waiting", "{next}");
    let used = next["meanings"].as_array().unwrap();
    let school = used.iter().find(|word| word["topic"] == "school").unwrap();
    assert_eq!(school["zh"], "第2小学（3418230002）");
    assert!(school["by"].as_str().unwrap().contains("officer"), "{school}");

    // What was said can be listed and taken back; then the same file is not understood again.
    let listed = who.get(&house, "/api/mappings").await.is(200);
    assert_eq!(listed["items"].as_array().unwrap().len(), 3);
    let word = "layout=template&topic=kind&label=%E5%AE%8C%E5%B0%8F";
    let path = format!("/api/mappings?{word}");
    who.send(&house, Method::DELETE, &path, &json!({})).await.is(204);
    who.send(&house, Method::DELETE, &path, &json!({})).await.is(404);
    let again = put(&house, &who, &next, "meanings", json!({"meanings": []})).await;
    assert_eq!(again["state"], "refused");
    unknown(&again, "完小");
    let rows = house.app.store().audit_rows(&county(), &store::AuditFilter::default(), 200).await;
    let rows = rows.unwrap();
    let said = rows.iter().filter(|row| row.action.starts_with("mapping.")).count();
    assert_eq!(said, 4);
}

#[rstest]
#[tokio::test]
async fn a_cell_is_put_right_on_the_page(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let Some(house) = House::peopled(kind).await else { return };
    let who = bureau(&house).await;
    let text = FILE.replace("完小", "小学").replace("学校识别号", "学校标识码");
    let text = text.replace("\n第二小学,", "\n3418230002,");
    let import = read_file(&house, &who, "a", &text).await;
    let wrong = import["findings"].as_array().unwrap();
    let wrong = wrong.iter().find(|finding| finding["code"] == "I-CELL-03").unwrap();
    assert_eq!((&wrong["cell"], &wrong["file"]), (&json!("D3"), &json!("学校.csv")));

    let path = format!("/api/imports/{}/cells", import["id"]);
    let cell = |cell: &str, value: Value| json!({"cells": [{"file": "学校.csv", "sheet": "", "cell": cell, "value": value}]});
    who.send(&house, Method::PUT, &path, &cell("D0", json!("1"))).await.is(422);
    who.send(&house, Method::PUT, &path, &cell("D3", json!("1\n2"))).await.is(422);
    let other = json!({"cells": [{"file": "别的.csv", "cell": "D3", "value": "1"}]});
    who.send(&house, Method::PUT, &path, &other).await.is(422);
    let clerk = house.session(&county(), "clerk").await;
    clerk.send(&house, Method::PUT, &path, &cell("D3", json!("130"))).await.is(403);

    let errors = import["counts"]["errors"].as_u64().unwrap();
    let mended = put(&house, &who, &import, "cells", cell("D3", json!("130"))).await;
    assert_eq!(mended["counts"]["errors"], errors - 1, "{}", mended["findings"]);
    assert!(!mended["findings"].to_string().contains("一百多"));
    let corrected = &mended["corrected"][0];
    assert_eq!((&corrected["was"], &corrected["value"]), (&json!("一百多"), &json!("130")));
    // Checks run anew: a wrong correction is a finding as well. Taken back, the file speaks again.
    let worse = put(&house, &who, &import, "cells", cell("D3", json!("-5"))).await;
    assert!(worse["findings"].to_string().contains("I-CELL-04"), "{}", worse["findings"]);
    let back = put(&house, &who, &import, "cells", cell("D3", Value::Null)).await;
    assert!(back["corrected"] == json!([]) && back["findings"].to_string().contains("一百多"));
    put(&house, &who, &import, "cells", cell("D3", json!("130"))).await;

    let accept = format!("/api/imports/{}/accept", import["id"]);
    let accepted = who.post(&house, &accept, json!({"as": "submitted"})).await.is(200);
    assert_eq!(accepted["corrected"].as_array().unwrap().len(), 1);
    who.send(&house, Method::PUT, &path, &cell("D3", json!("131"))).await.is(409);
    let school = crate::fixture::school(1);
    let key = FormKey::new(&county(), crate::fixture::YEAR, "main", Some(&school));
    let form = house.app.store().form(&key, &Scope::County).await.unwrap();
    let pupils = form.fields.iter().find(|f| f.place == "primary" && f.item == "pupils").unwrap();
    let fact = pupils.fact.as_ref().unwrap();
    assert_eq!(fact.value.to_string(), "130");
    let origin = fact.origin.to_string();
    assert!(origin.starts_with("学校.csv › D3，") && origin.contains("更正于"), "{origin}");
    let page = who.get(&house, "/api/submissions/2024/3418230001").await.is(200).to_string();
    assert!(page.contains("学校.csv › D3，") && page.contains(" 更正"));
    let report = house.app.store().check().await.unwrap();
    assert!(report.is_whole() && report.files == 1, "{report:?}");
}
