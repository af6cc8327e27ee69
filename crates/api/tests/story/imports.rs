//! Files on their way in: uploaded, read, looked at, accepted; and everything that must not get in.

use crate::fixture::{Answer, Client, House, Kind, county, login, other_county};
use access::{Department, Role};
use api::jobs::Runner;
use axum::body::Body;
use axum::http::{Method, header};
use domain::Snapshot;
use intake::write::{WriteOptions, snapshot_as};
use rstest::rstest;
use serde_json::{Value, json};
use standard::Options;
use std::time::Duration;

pub(crate) async fn bureau(house: &House) -> Client {
    house.session(&county(), &login(Role::Officer(Department::Evaluation))).await
}

/// A small demo county as the workbook of the template, under a county code.
pub(crate) fn demo(house: &House, code: &domain::CountyCode) -> (Snapshot, Vec<u8>) {
    let knowledge = house.app.knowledge();
    let attested = knowledge.standard("cn-quality-2017").unwrap().attested();
    let options = demo::Options {
        seed: demo::Options::SEED,
        schools: 8,
        year: demo::Options::YEAR,
        catalogue: &knowledge.catalogue,
        attested: &attested,
    };
    let mut draft = demo::county(&options).unwrap().pop().unwrap();
    draft.county.code = code.clone();
    draft.county.name = "青山县".to_owned();
    let snapshot = draft.seal(&knowledge.catalogue).unwrap();
    let layouts = intake::Layouts::load(&knowledge.source, &knowledge.catalogue).unwrap();
    let options = WriteOptions {
        catalogue: &knowledge.catalogue,
        layouts: &layouts,
        indicators: &attested,
        label: None,
    };
    let file = snapshot_as("template", &snapshot, &options).unwrap().pop().unwrap();
    (snapshot, file.bytes)
}

pub(crate) async fn upload(
    house: &House,
    who: &Client,
    key: &str,
    files: &[(&str, &[u8])],
) -> Answer {
    let mut body = Vec::new();
    for (name, bytes) in files {
        let head = format!(
            "--xyz\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--xyz--\r\n");
    let request = who
        .request(Method::POST, "/api/imports?year=2024")
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=xyz")
        .header("idempotency-key", key);
    house.send(request.body(Body::from(body)).unwrap()).await
}

/// Lets the workers work until the import is read.
pub(crate) async fn read(house: &House, who: &Client, id: i64) -> Value {
    let runner = Runner::start(&house.app, true);
    for _ in 0..600 {
        let import = who.get(house, &format!("/api/imports/{id}")).await.is(200);
        if import["state"] != "reading" {
            drop(runner);
            return import;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the import was not read");
}

#[rstest]
#[tokio::test]
async fn a_workbook_becomes_the_years_figures(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let Some(house) = House::peopled(kind).await else { return };
    let who = bureau(&house).await;
    let (snapshot, bytes) = demo(&house, &county());
    let begun = upload(&house, &who, "k1", &[("学校数据.xlsx", &bytes)]).await.is(202);
    let id = begun["import"].as_i64().unwrap();
    // The same once more, before and after a restart: one import.
    let again = upload(&house, &who, "k1", &[("学校数据.xlsx", &bytes)]).await.is(202);
    assert_eq!(again, begun);
    upload(&house, &who, "k1", &[("别的.xlsx", b"x")]).await.is(422);
    let house = house.restarted().await;
    assert_eq!(who.get(&house, &format!("/api/imports/{id}")).await.is(200)["state"], "reading");
    let early = json!({"as": "approved"});
    who.post(&house, &format!("/api/imports/{id}/accept"), early.clone()).await.is(409);

    let import = read(&house, &who, id).await;
    assert_eq!(import["state"], "waiting", "{import}");
    assert_eq!(import["files"][0]["layout"], "template");
    assert_eq!(import["counts"]["errors"], 0, "{}", import["findings"]);
    assert_eq!(import["summary"]["new"], 8);
    // Nothing of it has been taken.
    let year = &snapshot.year();
    let which = store::Which::Submitted;
    let catalogue = &house.app.knowledge().catalogue;
    let now = house.app.store().snapshot_of(&county(), *year, which, catalogue).await.unwrap();
    assert!(now.snapshot.schools().is_empty());

    let path = format!("/api/imports/{id}/accept");
    let accepted = who.post(&house, &path, early.clone()).await.is(200);
    assert_eq!(
        (&accepted["state"], &accepted["accepted"]["changed"]),
        (&json!("accepted"), &json!(9))
    );
    assert_eq!(accepted["accepted"]["snapshot"], snapshot.hash());
    let which = store::Which::Approved;
    let now = house.app.store().snapshot_of(&county(), *year, which, catalogue).await.unwrap();
    assert_eq!(now.snapshot.hash(), snapshot.hash());
    let standard = house.app.knowledge().standard("cn-quality-2017").unwrap();
    let direct = standard::evaluate(&snapshot, standard, &Options::default()).unwrap();
    let page = who.get(&house, &format!("/api/years/{}/evaluation", year.0)).await.is(200);
    let direct = serde_json::to_value(&direct).unwrap();
    assert_eq!((&page["overall"], &page["sections"]), (&direct["overall"], &direct["sections"]));
    // What was uploaded is kept, byte for byte, and cannot be thrown away.
    let original = who.get(&house, &format!("/api/imports/{id}/files/0")).await;
    assert_eq!(original.bytes, bytes);
    assert!(original.header("content-disposition").contains("%E5%AD%A6%E6%A0%A1"));
    who.get(&house, &format!("/api/imports/{id}/files/1")).await.is(404);
    who.send(&house, Method::DELETE, &format!("/api/imports/{id}"), &json!({})).await.is(409);
    let shelf = house.app.store().folder().join("imports");
    assert_eq!(std::fs::read_dir(shelf).unwrap().count(), 0);
    // Accepting again, or another upload of the same figures, changes nothing.
    assert_eq!(
        who.post(&house, &path, early.clone()).await.is(200)["accepted"],
        accepted["accepted"]
    );
    let begun = upload(&house, &who, "k2", &[("学校数据.xlsx", &bytes)]).await.is(202);
    let second = begun["import"].as_i64().unwrap();
    let import = read(&house, &who, second).await;
    assert_eq!(
        (&import["summary"]["unchanged"], &import["summary"]["facts"]),
        (&json!(8), &json!(0))
    );
    let path = format!("/api/imports/{second}/accept");
    let accepted = who.post(&house, &path, early).await.is(200);
    assert_eq!(accepted["accepted"]["changed"], 0);
    let all = who.get(&house, "/api/imports").await.is(200);
    assert_eq!(all["items"].as_array().unwrap().len(), 2);
    assert!(house.app.store().verify_audit(&county()).await.unwrap().rows > 5);
}

#[tokio::test]
async fn what_is_wrong_is_said_with_its_cell_and_keeps_out() {
    let house = House::peopled(Kind::Sqlite).await.unwrap();
    let who = bureau(&house).await;
    let (_, other) = demo(&house, &other_county());
    let begun = upload(&house, &who, "a", &[("邻县.xlsx", &other)]).await.is(202);
    let import = read(&house, &who, begun["import"].as_i64().unwrap()).await;
    assert_eq!(import["state"], "refused");
    assert!(import["findings"].to_string().contains("341824"), "{}", import["findings"]);
    let path = format!("/api/imports/{}/accept", import["id"]);
    who.post(&house, &path, json!({"as": "approved"})).await.is(409);

    // Rubbish, a truncated workbook, a name that wants to be a path.
    let (_, good) = demo(&house, &county());
    let half = &good[..good.len() / 2];
    let files: [(&str, &[u8]); 3] =
        [("../../evil.xlsx", b"PK\x03\x04rubbish"), ("半个.xlsx", half), ("空.xlsx", b"")];
    let begun = upload(&house, &who, "b", &files).await.is(202);
    let id = begun["import"].as_i64().unwrap();
    let import = read(&house, &who, id).await;
    assert_eq!(import["state"], "refused");
    assert_eq!(import["uploads"][0]["name"], "evil.xlsx");
    let findings = import["findings"].as_array().unwrap();
    let refused = findings.iter().filter(|finding| finding["code"] == "I-FILE-01");
    assert!(refused.count() >= 2, "{findings:?}");
    assert!(findings.iter().all(|finding| !finding["message"].as_str().unwrap().is_empty()));
    let zip = who.get(&house, &format!("/api/imports/{id}/annotated.zip")).await;
    assert_eq!((zip.status.as_u16(), zip.header("content-type")), (200, "application/zip"));
    assert!(zip.bytes.starts_with(b"PK"));

    // Thrown away: its files are gone, its number is not taken again.
    let path = format!("/api/imports/{id}");
    who.send(&house, Method::DELETE, &path, &json!({})).await.is(204);
    who.send(&house, Method::DELETE, &path, &json!({})).await.is(204);
    assert_eq!(who.get(&house, &path).await.is(200)["state"], "removed");
    who.get(&house, &format!("{path}/annotated.zip")).await.is(404);
    let folder = house.app.store().folder().join("imports");
    assert_eq!(std::fs::read_dir(folder).unwrap().count(), 1);
}

#[tokio::test]
async fn an_upload_that_is_too_large_or_no_upload_leaves_nothing() {
    let mut house = House::peopled(Kind::Sqlite).await.unwrap();
    let who = bureau(&house).await;
    who.post(&house, "/api/imports?year=2024", json!({})).await.is(415);
    upload(&house, &who, "c", &[]).await.is(422);
    house.config.upload_limit = 1_000;
    let small = house.restarted().await;
    let problem = upload(&small, &who, "d", &[("大.xlsx", &[7; 2_000])]).await;
    assert_eq!((problem.status.as_u16(), problem.code().as_str()), (413, "H-BODY-04"));
    let folder = small.app.store().folder().join("imports");
    assert_eq!(std::fs::read_dir(folder).unwrap().count(), 0);
    let clerk = small.session(&county(), "clerk").await;
    upload(&small, &clerk, "e", &[("a.xlsx", b"x")]).await.is(403);
}
