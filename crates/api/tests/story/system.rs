//! What the administrators see to: the standard of a year, the audit as a file, backups, health.

use crate::fixture::{House, Kind};
use axum::http::Method;
use calamine::{Data, Reader as _, Xlsx};
use rstest::rstest;
use serde_json::json;
use std::io::Cursor;

#[rstest]
#[tokio::test]
async fn the_standard_of_a_year_is_chosen(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let Some(house) = House::peopled(kind).await else { return };
    let admin = house.client("system_admin").await;
    let years = admin.get(&house, "/api/years").await.is(200);
    let year = &years[0];
    assert_eq!(
        (&year["standard"]["id"], &year["standard"]["version"]),
        (&json!("cn-quality-2017"), &json!(0))
    );
    let path = format!("/api/years/{}/standard", year["year"]);
    let other = json!({"standard": "cn-basic-2012", "version": 0});
    let chosen = admin.send(&house, Method::PUT, &path, &other).await.is(200);
    assert_eq!(chosen["standard"]["id"], "cn-basic-2012");
    assert_eq!(admin.send(&house, Method::PUT, &path, &other).await.is(409)["code"], "H-EDIT-01");
    let unknown = json!({"standard": "none", "version": 1});
    assert_eq!(
        admin.send(&house, Method::PUT, &path, &unknown).await.is(422)["fields"][0]["field"],
        "standard"
    );
    // The evaluation follows.
    let officer = house.client("officer-evaluation").await;
    let evaluation = format!("/api/years/{}/evaluation", year["year"]);
    let judged = officer.get(&house, &evaluation).await.is(200);
    assert_eq!(judged["standard"]["id"], "cn-basic-2012");
    // A locked year keeps its standard.
    let lock = format!("/api/years/{}/lock", year["year"]);
    officer.post(&house, &lock, json!({"version": year["version"]})).await.is(200);
    let back = json!({"standard": "cn-quality-2017", "version": 1});
    let refused = admin.send(&house, Method::PUT, &path, &back).await;
    assert_eq!(refused.status, 409);
}

#[rstest]
#[tokio::test]
async fn the_audit_is_taken_along(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let Some(house) = House::peopled(kind).await else { return };
    let auditor = house.client("auditor").await;
    let seen = auditor.get(&house, "/api/audit?what=session.&limit=1000").await.is(200);
    let rows = seen["items"].as_array().unwrap();
    assert_eq!(rows[0]["zh"], "登录");
    let file = auditor.get(&house, "/api/audit/export?what=session.").await;
    assert!(file.header("content-disposition").contains("audit.xlsx"));
    let mut book = Xlsx::new(Cursor::new(file.bytes.clone())).unwrap();
    let sheet = book.worksheet_range("审计记录").unwrap();
    assert_eq!(sheet.height(), rows.len() + 1);
    let hash = Data::String(rows[0]["hash"].as_str().unwrap().to_owned());
    assert_eq!(sheet.get_value((1, 6)), Some(&hash));
    let text = auditor.get(&house, "/api/audit/export?kind=csv&what=session.").await;
    let text = String::from_utf8(text.bytes).unwrap();
    assert_eq!(text.lines().count(), rows.len() + 1);
    // Both times it is known who took it.
    let taken = auditor.get(&house, "/api/audit?what=audit.export").await.is(200);
    assert_eq!(taken["items"].as_array().unwrap().len(), 2);
    assert_eq!(taken["items"][0]["detail"], format!("{} 条", rows.len()));
}

#[tokio::test]
async fn backups_are_verified_and_kept_from_other_counties() {
    let house = House::peopled(Kind::Sqlite).await.unwrap();
    let admin = house.client("system_admin").await;
    let folder = house.app.store().folder().join("backups");
    std::fs::create_dir_all(&folder).unwrap();
    let name = "junheng-20251009-160000-1.zip";
    house.app.store().backup(folder.join(name), house.now()).await.unwrap();
    std::fs::write(folder.join("junheng-broken.zip"), b"PK").unwrap();
    let path = format!("/api/backups/{name}");
    let verified = admin.post(&house, &format!("{path}/verify"), json!({})).await.is(200);
    assert_eq!((&verified["whole"], &verified["why"]), (&json!(true), &json!(null)));
    assert!(verified["rows"].as_u64().unwrap() > 10);
    let broken = admin.post(&house, "/api/backups/junheng-broken.zip/verify", json!({})).await;
    assert_eq!(broken.is(200)["whole"], false);
    // It holds both counties: neither may take it along.
    assert_eq!(admin.get(&house, &path).await.code(), "H-EDIT-03");
    // No name leads out of the folder.
    admin.get(&house, "/api/backups/..%2Fjunheng.db").await.is(404);
    admin.get(&house, "/api/backups/junheng.db").await.is(404);
    let health = admin.get(&house, "/api/health").await.is(200);
    assert!(health["newest_backup"].is_string() && health["data_bytes"].as_u64().unwrap() > 0);
}
