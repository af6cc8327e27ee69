//! Documents that name teachers: who may draft, open and sign them, what others see, and that no name
//! stands in the database, in the audit or in a document for everybody.

use crate::evaluation::{measured, of};
use crate::fixture::{Client, House, Kind, YEAR, county};
use crate::papers::{fill, step, text_of};
use access::{Department, Role};
use domain::{SchoolCode, Snapshot};
use jiff::civil::date;
use rstest::rstest;
use serde_json::{Value, json};
use staffing::{PersonName, TeacherId};
use std::collections::BTreeMap;
use store::rosters::{RosterChange, TeacherEntry};
use store::rotations::{NewRun, RotationText};
use store::rotations_objections::{Decision, NewObjection, Reply};
use store::{AuditFilter, By, Plain, Scope};

const LIST: &str = "/api/years/2024/documents";

/// Two teachers who change places.
struct Two {
    numbers: [String; 2],
    names: [String; 2],
    schools: [SchoolCode; 2],
}

/// A roster with names, and a rotation of two teachers that was shown to the public.
async fn shown(house: &House, snapshot: &Snapshot) -> Two {
    let (store, county, by) = (house.app.store(), county(), By::new("人事", house.now()));
    let knowledge = house.app.knowledge();
    let options = demo::Options {
        seed: demo::Options::SEED,
        schools: 12,
        year: demo::Options::YEAR,
        catalogue: &knowledge.catalogue,
        attested: &[],
    };
    let mut put = Vec::new();
    let mut rows = BTreeMap::new();
    for cells in demo::teachers(&options).unwrap() {
        let columns: BTreeMap<&str, String> = cells.into_iter().collect();
        let school = SchoolCode::parse(&columns["school"]).unwrap();
        put.push(TeacherEntry {
            number: columns["number"].clone(),
            school: school.clone(),
            stage: domain::Stage::Primary,
            post: "teacher".to_owned(),
            subject: "chinese".to_owned(),
            masked: PersonName::new(&columns["name"]).to_string(),
            content: Plain::new(serde_json::to_vec(&columns).unwrap()),
        });
        rows.entry(school).or_insert_with(|| columns.clone());
    }
    let change = RosterChange { put, gone: Vec::new(), source: "名册.xlsx".to_owned() };
    store.change_roster(&county, YEAR, &change, 0, &Scope::County, &by).await.unwrap();

    let schools = [0, 1].map(|at| snapshot.schools()[at].code.clone());
    let row = |at: usize| &rows[&schools[at]];
    let two = Two {
        numbers: [row(0)["number"].clone(), row(1)["number"].clone()],
        names: [row(0)["name"].clone(), row(1)["name"].clone()],
        schools: schools.clone(),
    };
    let moved = |from: usize, to: usize| {
        json!({"teacher": TeacherId::from(&*two.numbers[from]),
            "name": PersonName::new(&two.names[from]), "from": schools[from],
            "from_name": snapshot.schools()[from].name, "to": schools[to],
            "to_name": snapshot.schools()[to].name, "stage": "primary", "subject": "语文",
            "backbone": from == 0, "years": 7, "wish": null, "fixed": false,
            "reasons": []})
    };
    let section = |at: usize| {
        json!({"school": schools[at], "name": snapshot.schools()[at].name, "stage": "primary",
            "leave": 1, "come": 1, "teachers": [40, 40], "posts": 42, "backbone": [9, 9],
            "subjects": [], "values": []})
    };
    let result = json!({"rules": ["cn-county-2024", "2024.1"], "result": {"eligible": 18,
        "moves": [moved(0, 1), moved(1, 0)], "sections": [section(0), section(1)],
        "coefficients": [], "levels": [], "shares": [{"code": "eligible", "zh": "交流教师不少于 10%",
            "count": 2, "base": 18, "holds": true, "at_least": "10"}]}});
    let text = RotationText {
        title: "2025年教师交流轮岗".to_owned(),
        settings: "{}".to_owned(),
        wishes: "{}".to_owned(),
        wished: 0,
    };
    let rotation = store.add_rotation(&county, YEAR, &text, &by).await.unwrap();
    let run = NewRun {
        job: 1,
        mode: "optimum".to_owned(),
        asked: "a".to_owned(),
        roster: "b".to_owned(),
        snapshot: "c".to_owned(),
        standard: "d".to_owned(),
        rules: "e".to_owned(),
        possible: true,
        moved: 2,
        findings: 0,
        brief: "{}".to_owned(),
        settings: "{}".to_owned(),
        result: result.to_string(),
        stayers: "[]".to_owned(),
    };
    store.add_rotation_run(&county, rotation.id, &run, &by).await.unwrap();
    let days = (date(2025, 7, 1), date(2025, 7, 7));
    store.publish_rotation(&county, rotation.id, 1, days, 1, &by).await.unwrap();
    two
}

/// The school objects and is answered.
async fn answered(house: &House, two: &Two) {
    let (store, county, by) = (house.app.store(), county(), By::new("人事", house.now()));
    let objection = NewObjection {
        teacher: two.numbers[0].clone(),
        name: PersonName::new(&two.names[0]).to_string(),
        school: two.schools[0].clone(),
        kind: "hardship".to_owned(),
        ground: "家中有人生病".to_owned(),
    };
    store.add_objection(&county, 1, &objection, &Scope::County, &by).await.unwrap();
    let reply = Reply {
        upheld: true,
        words: "经核实情况属实。".to_owned(),
        decision: Some(Decision::Fixed(two.schools[0].clone())),
    };
    store.reply_objection(&county, 1, 1, &reply, 1, &by).await.unwrap();
}

/// The text of a document's file.
async fn file(house: &House, who: &Client, path: &str) -> String {
    let answer = who.get(house, &format!("{path}/file.docx")).await;
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.code());
    text_of(&answer.bytes)
}

/// Puts a draft forward and has it signed.
async fn signed(house: &House, writer: &Client, leader: &Client, made: &Value) -> String {
    let path = format!("/api/documents/{}", made["id"]);
    let view = fill(house, writer, made).await;
    let body = json!({"act": "submit", "version": view["version"]});
    let (status, view) = step(house, writer, &made["id"], body).await;
    assert_eq!(status, 200, "{view}");
    let body = json!({"act": "sign", "version": view["version"]});
    let (status, view) = step(house, leader, &made["id"], body).await;
    assert_eq!(status, 200, "{view}");
    path
}

#[rstest]
#[tokio::test]
async fn names_are_for_those_who_may_see_them(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let Some((house, snapshot, _)) = measured(kind).await else { return };
    let personnel = of(&house, Role::Officer(Department::Personnel)).await;
    let planner = of(&house, Role::Officer(Department::Planning)).await;
    let leader = of(&house, Role::Leader).await;
    let head = house.session(&county(), "head").await;
    let lacks = async |who: &Client, id: &str| {
        let all = who.get(&house, "/api/years/2024/document-templates").await.is(200);
        let found = all.as_array().unwrap().iter().find(|one| one["id"] == id).cloned();
        found.map(|one| one["lacks"].clone())
    };
    assert_eq!(lacks(&personnel, "rotation-notice").await.unwrap()[0], "已公示的教师交流轮岗方案");
    assert_eq!(lacks(&planner, "rotation-order").await, None, "not for who may not see names");
    let early = personnel.post(&house, LIST, json!({"template": "rotation-order"})).await;
    assert!(early.is(409)["detail"].as_str().unwrap().contains("已决定的教师交流轮岗方案"));

    let two = shown(&house, &snapshot).await;
    assert_eq!(lacks(&personnel, "rotation-notice").await.unwrap(), json!([]));
    assert_eq!(lacks(&personnel, "rotation-order").await.unwrap()[0], "已决定的教师交流轮岗方案");
    answered(&house, &two).await;

    // The notice is for everybody: masked, also for who may see names.
    let notice = personnel.post(&house, LIST, json!({"template": "rotation-notice"})).await.is(201);
    let text = file(&house, &personnel, &format!("/api/documents/{}", notice["id"])).await;
    let masked = two.names.each_ref().map(|name| PersonName::new(name).to_string());
    assert!(text.contains(&masked[0]) && text.contains(&masked[1]), "{text}");
    assert!(two.names.iter().all(|name| !text.contains(name)) && text.contains("共7天"));
    assert!(!text.contains(&two.numbers[0]));

    // The reply names one teacher, and not what was said of him.
    let about = json!({"template": "objection-reply", "about": "1"});
    let reply = personnel.post(&house, LIST, about).await.is(201);
    assert_eq!((&reply["school"], &reply["personal"]), (&json!(two.schools[0]), &json!(true)));
    let path = format!("/api/documents/{}", reply["id"]);
    let text = file(&house, &personnel, &path).await;
    assert!(text.contains(&two.names[0]) && text.contains("生活困难"), "{text}");
    assert!(text.contains("经核实情况属实。") && text.contains("该教师留任"), "{text}");
    assert!(!text.contains("家中有人生病"));
    let nothing = json!({"template": "objection-reply", "about": "9"});
    let told = personnel.post(&house, LIST, nothing).await.is(422);
    assert_eq!(told["fields"][0]["field"], "about");

    // Its title is the program's; who may not see names sees no draft, and of what is signed that it is.
    assert!(!reply["title"].as_str().unwrap().contains(&two.names[0]));
    let own = json!({"template": "objection-reply", "about": "1", "title": two.names[0]});
    let told = personnel.post(&house, LIST, own).await.is(422);
    assert_eq!(told["fields"][0]["field"], "title");
    let titled = json!({"title": "x", "version": 1});
    let answer = personnel.send(&house, axum::http::Method::PATCH, &path, &titled).await;
    assert_eq!(answer.status.as_u16(), 422);
    assert_eq!(planner.get(&house, &path).await.status.as_u16(), 404);
    let about = json!({"template": "objection-reply", "about": "1"});
    assert_eq!(planner.post(&house, LIST, about).await.status.as_u16(), 403);
    let listed = async |who: &Client| {
        let all = who.get(&house, LIST).await.is(200)["items"].clone();
        all.as_array().unwrap().iter().map(|line| line["id"].clone()).collect::<Vec<_>>()
    };
    assert!(!listed(&planner).await.contains(&reply["id"]));
    signed(&house, &personnel, &leader, &reply).await;
    assert!(listed(&planner).await.contains(&reply["id"]));
    let view = planner.get(&house, &path).await.is(200);
    let closed = (&view["readable"], &view["fields"], &view["may"], &view["pending"]);
    assert_eq!(closed, (&json!(false), &json!([]), &json!([]), &json!([])));
    for way in ["preview", "file.docx", "file.pdf", "preview?revision=1"] {
        let answer = planner.get(&house, &format!("{path}/{way}")).await;
        assert_eq!(answer.status.as_u16(), 403, "{way}");
    }
    let filed = json!({"act": "archive", "version": view["version"]});
    assert_eq!(step(&house, &planner, &reply["id"], filed).await.0, 403);

    // The school of the teacher reads what is signed; another school does not know of it.
    let text = file(&house, &head, &path).await;
    assert!(text.contains(&two.names[0]));
    let other = of(&house, Role::Principal).await;
    assert_eq!(other.get(&house, &path).await.status.as_u16(), 404);
    let clerk = of(&house, Role::Clerk).await;
    assert_eq!(clerk.get(&house, &path).await.status.as_u16(), 404);
    assert_eq!(file(&house, &leader, &path).await, text);

    // While the notice is taken back its paper cannot be filled, and opens all the same.
    let by = By::new("人事", house.now());
    let (store, day) = (house.app.store(), date(2025, 7, 8));
    let now = store.rotation(&county(), 1).await.unwrap().0.version;
    let back = store.withdraw_rotation(&county(), 1, "名单有误", now, &by).await.unwrap();
    let view = personnel.get(&house, &format!("/api/documents/{}", notice["id"])).await.is(200);
    assert!(view["pending"][0].as_str().unwrap().contains("已公示的教师交流轮岗方案"), "{view}");
    assert_eq!((&view["editable"], &view["fields"]), (&json!(false), &json!([])));
    let days = (date(2025, 7, 1), date(2025, 7, 7));
    store.publish_rotation(&county(), 1, 1, days, back.version, &by).await.unwrap();

    // Once it is decided: the order for all schools, the slip for one.
    let now = store.rotation(&county(), 1).await.unwrap().0.version;
    store.adopt_rotation(&county(), 1, (1, &[]), day, now, &by).await.unwrap();
    let order = personnel.post(&house, LIST, json!({"template": "rotation-order"})).await.is(201);
    let order = signed(&house, &personnel, &leader, &order).await;
    let text = file(&house, &personnel, &order).await;
    assert!(two.names.iter().all(|name| text.contains(name)) && text.contains("2名教师交流轮岗"));
    let about = json!({"template": "school-transfer", "about": two.schools[0]});
    let slip = personnel.post(&house, LIST, about).await.is(201);
    let slip = signed(&house, &personnel, &leader, &slip).await;
    // Both are told to the school: who leaves and who comes.
    let text = file(&house, &head, &slip).await;
    assert!(two.names.iter().all(|name| text.contains(name)), "{text}");
    assert_eq!(
        head.get(&house, &order).await.status.as_u16(),
        404,
        "the county's is not a school's"
    );
    for path in [&order, &slip] {
        assert_eq!(other.get(&house, path).await.status.as_u16(), 404);
        let closed = planner.get(&house, &format!("{path}/preview")).await;
        assert_eq!(closed.status.as_u16(), 403);
    }

    // Each look is a row, and no row names anybody.
    let rows =
        house.app.store().audit_rows(&county(), &AuditFilter::default(), 1000).await.unwrap();
    let by_head = rows.iter().filter(|row| row.person.contains("head"));
    assert_eq!(by_head.filter(|row| row.action == "document.reveal").count(), 2);
    assert!(rows.iter().filter(|row| row.action == "document.reveal").count() >= 6);
    for name in &two.names {
        assert!(rows.iter().all(|row| !format!("{row:?}").contains(name.as_str())), "{name}");
    }
    for path in files(&house.config.store.folder) {
        let bytes = std::fs::read(&path).unwrap();
        for name in &two.names {
            assert!(!bytes.windows(name.len()).any(|w| w == name.as_bytes()), "{path:?}");
        }
    }
}

fn files(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { all.extend(files(&path)) } else { all.push(path) }
    }
    all
}
