//! Everything that must not get in, as somebody uploads it: each time a plain sentence in Chinese, and
//! nothing half done.

use crate::fixture::{Answer, Client, House, Kind, county};
use crate::imports::{bureau, demo, read, upload};
use axum::body::{Body, Bytes};
use axum::http::{Method, header};
use rstest::rstest;
use serde_json::{Value, json};
use std::io::{Cursor, Write as _};
use zip::write::SimpleFileOptions;

/// A workbook whose one sheet is small on the way and huge when it is unpacked.
fn bomb() -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default();
    for name in ["[Content_Types].xml", "xl/workbook.xml"] {
        zip.start_file(name, options).unwrap();
        zip.write_all(b"<x/>").unwrap();
    }
    zip.start_file("xl/worksheets/sheet1.xml", options).unwrap();
    let zeros = vec![b' '; 1 << 20];
    for _ in 0..260 {
        zip.write_all(&zeros).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// Is the text for people: Chinese, one sentence, no word of a program?
fn is_plain(text: &str) -> bool {
    let chinese = text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    let inner = ["Error", "error", "panic", "None", "unwrap", "/tmp", "\n"];
    chinese && !inner.iter().any(|word| text.contains(word))
}

#[track_caller]
fn refused(import: &Value) -> String {
    assert_eq!(import["state"], "refused", "{import}");
    let findings = import["findings"].as_array().unwrap();
    for finding in findings {
        assert!(is_plain(finding["message"].as_str().unwrap()), "{finding}");
    }
    let first = findings.iter().find(|finding| finding["severity"] != "notice").unwrap();
    assert!(is_plain(first["remedy"].as_str().unwrap()), "{first}");
    first["message"].as_str().unwrap().to_owned()
}

/// How much there is in the store beside people: nothing of a refused file may be in it.
async fn facts(house: &House) -> i64 {
    house.app.store().check().await.unwrap().rows["facts"]
}

#[rstest]
#[case::truncated("半个.xlsx", "不完整或已损坏")]
#[case::page("导出.xls", "网页")]
#[case::bomb("大.xlsx", "解压后超过")]
#[case::nothing("空.xlsx", "0 字节")]
#[case::rubbish("六十兆.xlsx", "不是认识的版式")]
#[tokio::test]
async fn a_file_that_is_no_workbook_is_refused(#[case] name: &str, #[case] said: &str) {
    let house = House::peopled(Kind::Sqlite).await.unwrap();
    let who = bureau(&house).await;
    let (_, good) = demo(&house, &county());
    let bytes = match name {
        "半个.xlsx" => good[..good.len() / 3].to_vec(),
        "导出.xls" => b"<html><body><table><tr><td>1</td></tr></table></body></html>".to_vec(),
        "大.xlsx" => bomb(),
        "空.xlsx" => Vec::new(),
        _ => vec![0xfe; 60 << 20],
    };
    let begun = upload(&house, &who, "a", &[(name, &bytes)]).await.is(202);
    let import = read(&house, &who, begun["import"].as_i64().unwrap()).await;
    let message = refused(&import);
    assert!(message.contains(said), "{message}");
    let accept = format!("/api/imports/{}/accept", import["id"]);
    let problem = who.post(&house, &accept, json!({"as": "approved"})).await;
    assert_eq!((problem.status.as_u16(), problem.code().as_str()), (409, "H-EDIT-03"));
    assert_eq!(facts(&house).await, 0);
    // One bad file keeps the good ones of the same upload out, too: half a county is no county.
    let files: [(&str, &[u8]); 2] = [("学校数据.xlsx", &good), (name, &bytes)];
    if bytes.len() < 1 << 20 {
        let begun = upload(&house, &who, "b", &files).await.is(202);
        refused(&read(&house, &who, begun["import"].as_i64().unwrap()).await);
        assert_eq!(facts(&house).await, 0);
    }
}

#[track_caller]
fn problem(answer: &Answer, status: u16) -> Value {
    let document = answer.json();
    assert_eq!(answer.status.as_u16(), status, "{document}");
    assert_eq!(answer.header("content-type"), "application/problem+json");
    assert!(is_plain(document["detail"].as_str().unwrap()), "{document}");
    document
}

async fn raw(house: &House, who: &Client, kind: &str, body: Body) -> Answer {
    let request = who
        .request(Method::POST, "/api/imports?year=2024")
        .header(header::CONTENT_TYPE, kind)
        .header("idempotency-key", "raw");
    house.send(request.body(body).unwrap()).await
}

fn shelf(house: &House) -> usize {
    let folder = house.app.store().folder().join("imports");
    std::fs::read_dir(folder).map_or(0, Iterator::count)
}

#[tokio::test]
async fn what_is_no_upload_is_a_problem_and_leaves_nothing() {
    let house = House::peopled(Kind::Sqlite).await.unwrap();
    let who = bureau(&house).await;
    problem(&raw(&house, &who, "application/json", Body::from("{}")).await, 415);
    problem(&raw(&house, &who, "multipart/form-data", Body::from("x")).await, 415);
    let form = "multipart/form-data; boundary=xyz";
    problem(&raw(&house, &who, form, Body::from("no parts")).await, 400);
    let head =
        "--xyz\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.xlsx\"\r\n\r\n";
    problem(&raw(&house, &who, form, Body::from(format!("{head}cut in the mi"))).await, 400);
    // More than the server takes at once.
    let much = format!("{head}{}\r\n--xyz--\r\n", " ".repeat(65 << 20));
    let document = problem(&raw(&house, &who, form, Body::from(much)).await, 413);
    assert_eq!(document["code"], "H-BODY-04");
    assert_eq!(shelf(&house), 0);
    let jobs = house.app.store().jobs(&county(), 10).await.unwrap();
    assert!(jobs.is_empty());
}

#[tokio::test]
async fn a_line_that_breaks_leaves_nothing() {
    let house = House::peopled(Kind::Sqlite).await.unwrap();
    let who = bureau(&house).await;
    let head =
        "--xyz\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.xlsx\"\r\n\r\n";
    let pieces = vec![
        Ok(Bytes::from(head)),
        Ok(Bytes::from(vec![b'x'; 3 << 20])),
        Err(std::io::Error::from(std::io::ErrorKind::ConnectionReset)),
    ];
    let body = Body::from_stream(futures_util::stream::iter(pieces));
    problem(&raw(&house, &who, "multipart/form-data; boundary=xyz", body).await, 400);
    assert_eq!(shelf(&house), 0);
}

#[tokio::test]
async fn a_name_is_never_a_path() {
    let house = House::peopled(Kind::Sqlite).await.unwrap();
    let who = bureau(&house).await;
    let (_, good) = demo(&house, &county());
    let names = ["../../../junheng.db", "..\\..\\x\t\u{202e}y.xlsx", "....", &"长".repeat(300)];
    let files: Vec<(&str, &[u8])> = names.iter().map(|name| (*name, good.as_slice())).collect();
    let begun = upload(&house, &who, "n", &files).await.is(202);
    let import = read(&house, &who, begun["import"].as_i64().unwrap()).await;
    let uploads = import["uploads"].as_array().unwrap();
    for upload in uploads {
        let name = upload["name"].as_str().unwrap();
        let odd = |c: char| c.is_control() || matches!(c, '/' | '\\');
        assert!(!name.contains(odd) && name != ".." && name.chars().count() <= 120, "{name:?}");
    }
    assert_eq!(uploads[0]["name"], "junheng.db");
    assert!(house.app.store().ping().await.is_ok());
    let data = house.app.store().folder().to_owned();
    let above = std::fs::read_dir(data.parent().unwrap()).unwrap().flatten();
    assert!(above.map(|entry| entry.path()).all(|path| path == data), "nothing beside the data");
}

#[tokio::test]
async fn one_key_is_one_import_and_a_cancelled_one_takes_nothing() {
    let house = House::peopled(Kind::Sqlite).await.unwrap();
    let who = bureau(&house).await;
    let (_, good) = demo(&house, &county());
    let files: [(&str, &[u8]); 1] = [("学校数据.xlsx", &good)];
    let (one, two) =
        tokio::join!(upload(&house, &who, "k", &files), upload(&house, &who, "k", &files));
    assert_eq!(one.is(202), two.is(202));
    assert_eq!(shelf(&house), 1);
    let other: [(&str, &[u8]); 1] = [("学校数据.xlsx", b"other")];
    problem(&upload(&house, &who, "k", &other).await, 422);
    assert_eq!(shelf(&house), 1);

    let begun = upload(&house, &who, "c", &files).await.is(202);
    let id = begun["import"].as_i64().unwrap();
    who.post(&house, &format!("/api/jobs/{id}/cancel"), json!({})).await.is(200);
    let import = read(&house, &who, id).await;
    assert_eq!(import["state"], "cancelled", "{import}");
    let path = format!("/api/imports/{id}/accept");
    problem(&who.post(&house, &path, json!({"as": "draft"})).await, 409);
    let mend = json!({"cells": []});
    let path = format!("/api/imports/{id}/cells");
    problem(&who.send(&house, Method::PUT, &path, &mend).await, 409);
    assert_eq!(facts(&house).await, 0);
}
