//! Nobody learns who a teacher is but by a look on purpose: no answer, no line of the log, no row of
//! the audit, no job, no byte of the database or of a backup has a name, a number or a home in it.

use crate::fixture::{Client, House, Kind, county, login};
use crate::staffed::{Known, begun, path as of_rotation, run, staffed, step};
use crate::teachers::{
    ROSTER, Row, TEACHERS, csv, everybody, identity, import, multipart, person, personnel, upload,
};
use access::Role;
use api::TABLE;
use api::jobs::Runner;
use axum::http::Method;
use rstest::rstest;
use serde_json::json;
use std::io::{Cursor, Read as _, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use store::Scope;
use tracing_subscriber::fmt::MakeWriter;

/// Everything that was logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn bytes(&self) -> Vec<u8> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// What must occur nowhere: of a name the two last characters, since the mask shows the first.
fn secrets(rows: &[Row]) -> Vec<String> {
    let mut all = vec!["桃花巷".to_owned()];
    for row in rows {
        all.push(row["name"].chars().skip(2).collect());
        all.push(row["identity"].clone());
    }
    all
}

#[track_caller]
fn expect_clean(bytes: &[u8], secrets: &[String], what: &str) {
    for secret in secrets {
        let found = bytes.windows(secret.len()).any(|part| part == secret.as_bytes());
        let at = bytes.windows(secret.len()).position(|part| part == secret.as_bytes());
        let around = at.map(|at| &bytes[at.saturating_sub(300)..(at + 100).min(bytes.len())]);
        let around = around.map(String::from_utf8_lossy).unwrap_or_default();
        assert!(!found, "{what} has {secret} in it: …{around}…");
    }
    // A workbook or an archive is looked into.
    if bytes.starts_with(b"PK") {
        let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        for number in 0..zip.len() {
            let mut part = zip.by_index(number).unwrap();
            let mut inside = Vec::new();
            part.read_to_end(&mut inside).unwrap();
            let what = format!("{what} › {}", part.name().unwrap());
            drop(part);
            expect_clean(&inside, secrets, &what);
        }
    }
}

fn files(folder: &Path, found: &mut Vec<(String, Vec<u8>)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push((path.display().to_string(), std::fs::read(&path).unwrap()));
        }
    }
}

/// A path of the table that leads somewhere.
fn path(template: &str, number: &str) -> String {
    template
        .replace("{year}", "2024")
        .replace("{id}", "1")
        .replace("{number}", number)
        .replace("{run}", "1")
        .replace("{n}", "1")
        .replace("{teacher}", number)
        .replace("{school}", "3418230001")
        .replace("{code}", "3418230001")
}

#[rstest]
#[tokio::test]
async fn nobody_is_named_anywhere(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(log.clone())
        .with_ansi(false)
        .finish();
    let logging = tracing::subscriber::set_default(subscriber);
    let Some(house) = House::peopled(kind).await else { return };
    let who = personnel(&house).await;
    // A roster with its faults, edits, and an upload that waits.
    let mut rows = everybody();
    rows[1].insert("identity", identity(1).replace("0312", "0313"));
    let name = rows[14]["name"].clone();
    rows[14].insert("rank", name.clone());
    rows[13].insert("rank", name.clone());
    rows[15].insert("exemptions", format!("怀孕|{name}的证明；{name}"));
    let number = rows[16]["identity"].clone();
    rows[16].insert("number", number.clone());
    rows[17].insert("spouse", name);
    let secrets = secrets(&rows);
    let clean = |answer: &crate::fixture::Answer, what: &str| {
        expect_clean(&answer.bytes, &secrets, what);
        for (name, value) in &answer.headers {
            expect_clean(value.as_bytes(), &secrets, &format!("{what}: {name}"));
        }
    };
    import(&house, &who, "a", &rows).await;
    // A file that is called after somebody who stands in it.
    let named = format!("{}{}.csv", rows[3]["name"], rows[3]["identity"]);
    let body = multipart(&named, &csv(&rows));
    let request = who
        .request(Method::POST, &format!("{ROSTER}/imports"))
        .header("content-type", "multipart/form-data; boundary=xyz");
    let uploaded = house.send(request.body(axum::body::Body::from(body)).unwrap()).await;
    clean(&uploaded, "a name of a file");
    let accept = format!("{ROSTER}/imports/{}/accept", uploaded.is(201)["id"]);
    clean(&who.post(&house, &accept, json!({"keep_missing": true})).await, "accept");
    rows.truncate(17);
    clean(&upload(&house, &who, "b", &csv(&rows)).await, "upload");
    clean(&upload(&house, &who, "c", &csv(&rows)[..200]).await, "half a file");
    let wrong = json!({"fields": {"identity": number, "rank": person(1, 1)["name"]}, "version": 1});
    let edit = format!("{TEACHERS}/T0002");
    clean(&who.send(&house, Method::PUT, &edit, &wrong).await, "edit");
    let added = json!({"fields": person(0, 1)});
    clean(&who.post(&house, TEACHERS, added).await, "add");
    clean(&who.post(&house, &format!("{ROSTER}/apply"), json!({})).await, "apply");
    // Every address that can be read, as everybody.
    let mut people: Vec<(String, Client)> = Vec::new();
    for role in Role::all() {
        people.push((role.to_string(), house.session(&county(), &login(role)).await));
    }
    people.push(("clerk6".to_owned(), house.session(&county(), "clerk6").await));
    let mut read = 0;
    for (role, client) in &people {
        for (method, template, _) in TABLE {
            if *method != Method::GET || template.ends_with("/events") {
                continue;
            }
            let answer = client.get(&house, &path(template, "T0001")).await;
            read += usize::from(answer.status == 200);
            clean(&answer, &format!("{template} as {role}"));
        }
        for (query, number) in [("?item=teachers", "T0014"), ("?finding=any", "T0015")] {
            clean(&client.get(&house, &format!("{TEACHERS}{query}")).await, query);
            clean(&client.get(&house, &format!("{TEACHERS}/{number}")).await, number);
        }
    }
    assert!(read > 200, "{read}");
    // The look itself shows it, and leaves a row that does not.
    let look = format!("{TEACHERS}/T0002/reveal");
    let reason = json!({"reason": "核对职称评审材料"});
    let plain = who.post(&house, &look, reason.clone()).await.is(200);
    assert_eq!(plain["name"], rows[2]["name"]);
    assert_eq!(plain["identity"], rows[2]["identity"]);
    assert_eq!(plain["home"], "青山镇桃花巷2号");
    let naming = json!({"reason": format!("核对{}的材料", rows[2]["name"])});
    clean(&who.post(&house, &look, naming).await, "a reason that names");
    who.post(&house, &look, json!({"reason": "看"})).await.is(422);
    for (login, status) in
        [("clerk", 403), ("principal", 404), ("leader", 200), ("security_admin", 403)]
    {
        let client = house.session(&county(), login).await;
        let look = format!("{TEACHERS}/T0006/reveal");
        assert_eq!(client.post(&house, &look, reason.clone()).await.status, status, "{login}");
    }
    // Searching by name or number shows the masked list, to those only who may look, of their own
    // schools only; what was typed stands nowhere.
    let search = format!("{ROSTER}/search");
    for (what, people) in [("name", 2), ("identity", 1)] {
        let asked = json!({"text": rows[2][what]});
        let answer = who.post(&house, &search, asked.clone()).await;
        clean(&answer, "a search");
        let found = answer.is(200);
        assert_eq!(
            (&found["total"], &found["items"][0]["number"]),
            (&json!(people), &json!("T0002"))
        );
        for (login, status) in [("clerk", 403), ("leader", 200), ("security_admin", 403)] {
            let client = house.session(&county(), login).await;
            let answer = client.post(&house, &search, asked.clone()).await;
            assert_eq!(answer.status, status, "{login}");
            clean(&answer, "a search");
        }
    }
    let principal = house.session(&county(), "principal").await;
    let elsewhere = json!({"text": rows[6]["name"]});
    assert_eq!(principal.post(&house, &search, elsewhere).await.is(200)["total"], 0);
    for text in ["王", "1101051949123100", ""] {
        let refused = who.post(&house, &search, json!({"text": text})).await;
        assert_eq!(refused.is(422)["fields"][0]["field"], "text", "{text}");
    }
    let store = house.app.store();
    let filter = store::AuditFilter { action: Some("teacher.search".into()), ..<_>::default() };
    let searches = store.audit_rows(&county(), &filter, 100).await.unwrap();
    let said: Vec<&str> = searches.iter().map(|row| row.detail.as_str()).collect();
    assert_eq!(said.len(), 5, "each search, and no other: {said:?}");
    assert_eq!((said[0], said[1]), ("没有找到", "找到 1 人：T0002"));
    assert!(said[4].starts_with("找到 2 人：T0002、"), "{said:?}");
    let filter = store::AuditFilter { action: Some("teacher.reveal".into()), ..<_>::default() };
    let looks = store.audit_rows(&county(), &filter, 100).await.unwrap();
    let said: Vec<(&str, &str)> =
        looks.iter().map(|row| (row.target.as_str(), row.detail.as_str())).collect();
    assert_eq!(
        said,
        [("2024/T0006", "核对职称评审材料"), ("2024/T0002", "核对职称评审材料")],
        "each look, and no other"
    );
    assert!(looks[1].person.contains("officer-personnel"), "{looks:?}");
    let all = store.audit_rows(&county(), &store::AuditFilter::default(), 10_000).await.unwrap();
    expect_clean(format!("{all:?}").as_bytes(), &secrets, "the audit");
    let jobs = store.jobs(&county(), 1_000).await.unwrap();
    expect_clean(format!("{jobs:?}").as_bytes(), &secrets, "the jobs");
    // The log of all of this, and everything on the disk: database, journal, backup.
    drop(logging);
    let logged = log.bytes();
    assert!(logged.len() > 1_000, "something was logged");
    expect_clean(&logged, &secrets, "the log");
    let archive = store.folder().join("backup.zip");
    store.backup(&archive, house.now()).await.unwrap();
    let mut found = Vec::new();
    files(store.folder(), &mut found);
    assert!(found.iter().any(|(name, _)| name.ends_with("personal.key")));
    for (name, bytes) in &found {
        expect_clean(bytes, &secrets, name);
    }
    // Nor is the key in any of the others.
    let key = found.iter().find(|(name, _)| name.ends_with("personal.key")).unwrap();
    let text = String::from_utf8(key.1.clone()).unwrap();
    let digits = text.lines().find(|line| line.len() == 64).unwrap().to_owned();
    for (name, bytes) in found.iter().filter(|(name, _)| !name.ends_with("personal.key")) {
        expect_clean(bytes, std::slice::from_ref(&digits), name);
    }
    let (_, teachers) =
        store.teachers(&county(), crate::fixture::YEAR, &Scope::County).await.unwrap().unwrap();
    assert_eq!(teachers.len(), 18, "and all of it is there");
}

/// Why somebody need not move may be an illness: who keeps the roster reads it on the teacher's page, and
/// nobody anywhere else.
#[rstest]
#[tokio::test]
async fn a_rotation_does_not_tell_why_somebody_is_spared(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let Some(house) = staffed(kind).await else { return };
    let _runner = Runner::start(&house.app, true);
    let who = personnel(&house).await;
    let (teacher, schools) = Known::of(&house).await.volunteers(1).remove(0);
    let url = format!("{TEACHERS}/{teacher}");
    let fields = json!({"exemptions": "重大疾病|人民医院诊断书"});
    let edit = json!({"version": 1, "fields": fields});
    let edited = who.send(&house, Method::PUT, &url, &edit).await.is(200);
    assert!(edited.to_string().contains("重大疾病（人民医院诊断书）"), "{edited}");
    let id = begun(&house, &who, "大病的一人").await;
    let body = json!({"version": 1, "rows": [{"teacher": teacher, "schools": schools}]});
    let wishes = of_rotation(id, "/wishes");
    let mut said = vec![who.send(&house, Method::PUT, &wishes, &body).await];
    let one = run(&house, &who, id, "claims").await;
    let publish = json!({"act": "publish", "run": one});
    said.push(step(&house, &who, id, publish).await);
    let secrets = ["重大疾病（", "人民医院"].map(str::to_owned);
    for role in Role::all() {
        let client = house.session(&county(), &login(role)).await;
        for (method, template, _) in TABLE {
            if *method == Method::GET && !template.ends_with("/events") {
                let answer = client.get(&house, &path(template, "T0001")).await;
                expect_clean(&answer.bytes, &secrets, &format!("{template} as {role}"));
            }
        }
        let stayers = format!("/runs/{one}/stayers?q={teacher}");
        said.push(client.get(&house, &of_rotation(id, &stayers)).await);
    }
    let told =
        said.iter().filter(|answer| answer.status == 200 && !answer.json()["items"].is_null());
    let told: Vec<_> = told.map(|answer| answer.json()["items"][0]["why"].clone()).collect();
    // Schools do not see those of other schools.
    let told: Vec<_> = told.into_iter().filter(|why| !why.is_null()).collect();
    assert!(told.len() > 3, "{told:?}");
    assert!(told.iter().all(|why| why == "不符合交流条件：有经认定的不交流情形"), "{told:?}");
    for answer in &said {
        expect_clean(&answer.bytes, &secrets, "an answer");
    }
    // Nor is it kept in the open.
    let store = house.app.store();
    let (_, settings, result) = store.rotation_run(&county(), id, one).await.unwrap();
    let stayers = store.run_stayers(&county(), id, one).await.unwrap();
    assert!(stayers.contains("不符合交流条件：有经认定的不交流情形"), "{stayers}");
    assert!(result.contains("不符合交流条件（有经认定的不交流情形）"), "{result}");
    for text in [settings, result, stayers] {
        expect_clean(text.as_bytes(), &secrets, "a kept run");
    }
}

#[tokio::test]
async fn without_the_key_the_roster_says_so_and_the_rest_works() {
    let house = House::peopled(Kind::Sqlite).await.unwrap();
    let who = personnel(&house).await;
    import(&house, &who, "a", &everybody()).await;
    let key = house.app.store().folder().join("personal.key");
    std::fs::remove_file(&key).unwrap();
    let house = house.restarted().await;
    for path in [ROSTER.to_owned(), TEACHERS.to_owned(), format!("{TEACHERS}/T0001")] {
        let answer = who.get(&house, &path).await;
        assert_eq!((answer.status.as_u16(), answer.code().as_str()), (503, "H-KEY-01"), "{path}");
        let problem = answer.json();
        assert_eq!(problem["cause"], "ST-KEY-01");
        assert!(problem["detail"].as_str().unwrap().contains("放回原处"), "{problem}");
    }
    assert_eq!(upload(&house, &who, "b", &csv(&everybody())).await.code(), "H-KEY-01");
    who.get(&house, "/api/schools").await.is(200);
    who.get(&house, "/api/years").await.is(200);
    assert!(!key.exists(), "no second key is made");
}
