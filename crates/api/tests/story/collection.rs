//! A form on its way: filled, submitted, signed, returned, corrected, approved, locked; and what
//! happens where two people meet in one field, or somebody knocks at another school's door.

use crate::fixture::{Client, House, Kind, county, login, school};
use access::{Department, Role};
use axum::http::Method;
use rstest::rstest;
use serde_json::{Value, json};

const FORM: &str = "/api/submissions/2024/3418230001";

async fn of(house: &House, role: Role) -> Client {
    house.session(&county(), &login(role)).await
}

/// A house in which the year's collection is open.
async fn collecting(kind: Kind) -> Option<(House, Client)> {
    let house = House::peopled(kind).await?;
    let bureau = of(&house, Role::Officer(Department::Evaluation)).await;
    let new = json!({"year": 2024, "title": "2024/2025 学年基础数据", "deadline": "2025-10-15"});
    let opened = bureau.post(&house, "/api/collections", new).await.is(201);
    assert_eq!((opened["id"].as_str(), opened["asked"].as_u64()), (Some("2024-main"), Some(7)));
    Some((house, bureau))
}

async fn save(house: &House, who: &Client, body: Value) -> crate::fixture::Answer {
    who.send(house, Method::PATCH, &format!("{FORM}/draft"), &body).await
}

async fn step(house: &House, who: &Client, step: &str, more: Value) -> crate::fixture::Answer {
    let form = who.get(house, FORM).await.is(200);
    let mut body = json!({"step": step, "version": form["version"]});
    for (key, value) in more.as_object().unwrap() {
        body[key] = value.clone();
    }
    who.post(house, &format!("{FORM}/steps"), body).await
}

fn field<'a>(form: &'a Value, place: &str, item: &str) -> &'a Value {
    let groups = form["groups"].as_array().unwrap();
    let mut fields = groups.iter().flat_map(|group| group["fields"].as_array().unwrap());
    fields.find(|field| field["place"] == place && field["item"] == item).unwrap()
}

#[rstest]
#[tokio::test]
async fn from_the_first_figure_to_the_lock(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let Some((house, bureau)) = collecting(kind).await else { return };
    let clerk = of(&house, Role::Clerk).await;
    let principal = of(&house, Role::Principal).await;
    let form = clerk.get(&house, FORM).await.is(200);
    assert_eq!((form["state"].as_str(), &form["can"]), (Some("draft"), &json!(["save", "submit"])));
    assert_eq!(field(&form, "primary", "teachers")["value"], Value::Null);
    let edits = json!({"version": form["version"], "edits": [
        {"place": "primary", "item": "pupils", "value": "500"},
        {"place": "primary", "item": "teachers", "value": "28"},
        {"place": "primary", "item": "teachers_backbone", "value": "30"},
        {"place": "", "item": "site_area", "value": "12000.50"},
        {"place": "", "item": "indoor_sports_area", "value": "—"},
    ]});
    let saved = save(&house, &clerk, edits.clone()).await.is(200);
    assert_eq!(saved["filled"], 5);
    // More backbone teachers than teachers: said at once, beside both fields.
    let findings = saved["findings"].as_array().unwrap();
    let both = findings.iter().any(|finding| {
        finding["fields"].to_string().contains("teachers_backbone")
            && finding["severity"] == "error"
    });
    assert!(both, "{findings:?}");
    // The same save again, as after a lost connection, changes nothing.
    let again = save(&house, &clerk, edits).await.is(200);
    assert_eq!(again["version"], saved["version"]);
    let form = clerk.get(&house, FORM).await.is(200);
    let teachers = field(&form, "primary", "teachers");
    assert_eq!(teachers["value"], "28");
    assert!(
        teachers["origin"].as_str().unwrap().starts_with("甲clerk（clerk） 2025-10-09"),
        "{teachers}"
    );
    assert_eq!(field(&form, "", "indoor_sports_area")["value"], "—");
    assert_eq!(field(&form, "", "site_area")["value"], "12000.5");

    // A clerk does not sign, a principal does not approve.
    step(&house, &clerk, "submit", json!({})).await.is(200);
    let refused = step(&house, &clerk, "sign", json!({})).await;
    assert_eq!((refused.status.as_u16(), refused.code().as_str()), (403, "H-AUTH-04"));
    let locked = save(
        &house,
        &clerk,
        json!({"version": 99, "edits": [
        {"place": "primary", "item": "teachers", "value": "29"}]}),
    )
    .await;
    assert_eq!((locked.status.as_u16(), locked.code().as_str()), (409, "H-EDIT-03"));
    step(&house, &principal, "sign", json!({})).await.is(200);
    step(&house, &principal, "approve", json!({})).await.is(403);

    // The bureau returns one field, with its reason; without any it may not.
    step(&house, &bureau, "return", json!({})).await.is(422);
    let fields = json!({"fields": [
        {"place": "primary", "item": "teachers_backbone", "reason": "多于专任教师，请核对"}]});
    let returned = step(&house, &bureau, "return", fields).await.is(200);
    assert_eq!(returned["state"], "returned");
    let form = clerk.get(&house, FORM).await.is(200);
    let backbone = field(&form, "primary", "teachers_backbone");
    assert_eq!(backbone["returned_reason"], "多于专任教师，请核对");
    assert_eq!(field(&form, "primary", "teachers")["returned_reason"], Value::Null);
    let corrected = json!({"edits": [{"place": "primary", "item": "teachers_backbone",
        "value": "6", "version": backbone["version"]}]});
    save(&house, &clerk, corrected).await.is(200);
    step(&house, &clerk, "submit", json!({})).await.is(200);
    step(&house, &principal, "sign", json!({})).await.is(200);
    step(&house, &bureau, "approve", json!({})).await.is(200);
    let locked = step(&house, &bureau, "lock", json!({})).await.is(200);
    assert_eq!((locked["state"].as_str(), &locked["can"]), (Some("locked"), &json!(["unlock"])));
    step(&house, &bureau, "unlock", json!({})).await.is(422);

    let revisions = clerk.get(&house, &format!("{FORM}/revisions")).await.is(200);
    assert_eq!(revisions.as_array().unwrap().len(), 2);
    assert_eq!(revisions[1]["approved"], true);
    let difference = clerk.get(&house, &format!("{FORM}/difference?from=1&to=2")).await.is(200);
    assert_eq!(difference.as_array().unwrap().len(), 1, "{difference}");
    assert_eq!((&difference[0]["before"], &difference[0]["after"]), (&json!("30"), &json!("6")));
    assert_eq!(difference[0]["place_zh"], "小学");
    clerk.get(&house, &format!("{FORM}/difference?from=0&to=9")).await.is(404);

    // Who has not sent; the official figures; every step in the audit.
    let progress = bureau.get(&house, "/api/submissions?year=2024").await.is(200);
    assert_eq!((&progress["asked"], &progress["sent"]), (&json!(7), &json!(1)));
    assert_eq!(progress["waiting"].as_array().unwrap().len(), 6);
    let rows = progress["items"].as_array().unwrap();
    let one = rows.iter().find(|row| row["school"] == "3418230001").unwrap();
    assert_eq!((&one["filled"], &one["findings"]["errors"]), (&json!(5), &json!(0)), "{one}");
    assert_eq!(one["districts"], json!(["城关学区"]));
    let audit = house.app.store().verify_audit(&county()).await.unwrap();
    assert!(audit.rows > 20, "{audit:?}");
}

#[tokio::test]
async fn a_second_writer_is_told_and_loses_nothing() {
    let (house, _) = collecting(Kind::Sqlite).await.unwrap();
    let clerk = of(&house, Role::Clerk).await;
    let principal = of(&house, Role::Principal).await;
    let version = clerk.get(&house, FORM).await.is(200)["version"].clone();
    let edit = |item: &str, value: &str| json!({"version": version, "edits": [{"place": "primary", "item": item, "value": value}]});
    save(&house, &clerk, edit("teachers", "28")).await.is(200);
    // Another field from a page that is as old: no conflict.
    save(&house, &principal, edit("pupils", "500")).await.is(200);
    let conflict = save(&house, &principal, edit("teachers", "31")).await;
    let problem = conflict.is(409);
    assert_eq!(problem["code"], "H-EDIT-01");
    assert_eq!(problem["by"], "甲clerk（clerk）");
    assert_eq!(problem["current"]["fields"][0]["value"], "28");
    // Having seen it, it may be replaced.
    let seen = &problem["current"]["fields"][0]["version"];
    let edit = json!({"edits": [
        {"place": "primary", "item": "teachers", "value": "31", "version": seen}]});
    save(&house, &principal, edit).await.is(200);
    let form = clerk.get(&house, FORM).await.is(200);
    assert_eq!(field(&form, "primary", "teachers")["value"], "31");
    // A step on what one has not seen is refused, and so is an edit without a version.
    let stale = json!({"step": "submit", "version": version});
    clerk.post(&house, &format!("{FORM}/steps"), stale).await.is(409);
    let blind = json!({"edits": [{"place": "primary", "item": "pupils", "value": "1"}]});
    save(&house, &clerk, blind).await.is(428);
}

#[tokio::test]
async fn what_is_no_value_is_refused_with_its_place_and_nothing_is_saved() {
    let (house, _) = collecting(Kind::Sqlite).await.unwrap();
    let clerk = of(&house, Role::Clerk).await;
    let bad = json!({"version": 1, "edits": [
        {"place": "primary", "item": "pupils", "value": "500"},
        {"place": "primary", "item": "teachers", "value": "28人"},
        {"place": "primary", "item": "site_area", "value": "1"},
        {"place": "junior", "item": "pupils", "value": "1"},
    ]});
    let problem = save(&house, &clerk, bad).await.is(422);
    let fields: Vec<&str> = problem["fields"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| f["field"].as_str().unwrap())
        .collect();
    assert_eq!(fields, ["edits.1.value", "edits.2.item", "edits.3.item"]);
    let form = clerk.get(&house, FORM).await.is(200);
    assert_eq!((&form["version"], &form["filled"]), (&json!(1), &json!(0)));
    // A value that was forgotten is not one that was emptied.
    let forgotten = json!({"version": 1, "edits": [{"place": "primary", "item": "pupils"}]});
    save(&house, &clerk, forgotten).await.is(422);
    // Out of range is kept, and said.
    let big = json!({"version": 1, "edits": [
        {"place": "primary", "item": "pupils", "value": "-5"}]});
    let saved = save(&house, &clerk, big).await.is(200);
    assert!(saved["findings"].to_string().contains("I-CELL-04"), "{saved}");
}

#[tokio::test]
async fn rosters_grow_and_shrink() {
    let (house, _) = collecting(Kind::Sqlite).await.unwrap();
    let clerk = of(&house, Role::Clerk).await;
    let put = json!({"version": 1, "places": [
        {"put": {"level": "class", "stage": "primary", "grade": 3, "name": "三年级(1)班"}},
        {"put": {"level": "room", "kind": "music", "name": "音乐室1"}}]});
    let saved = save(&house, &clerk, put).await.is(200);
    let form = clerk.get(&house, FORM).await.is(200);
    let class = &form["rosters"]["classes"][0];
    assert_eq!((&class["name"], &class["grade"]), (&json!("三年级(1)班"), &json!(3)));
    assert_eq!(form["rosters"]["rooms"][0]["room"], "music");
    let remove = json!({"version": saved["version"], "places": [{"remove": class["place"]}]});
    save(&house, &clerk, remove).await.is(200);
    let form = clerk.get(&house, FORM).await.is(200);
    assert_eq!(form["rosters"]["classes"], json!([]));
    let wrong = json!({"version": 9, "places": [{"remove": "primary"}]});
    save(&house, &clerk, wrong).await.is(422);
}

#[tokio::test]
async fn another_schools_form_is_not_there() {
    let (house, bureau) = collecting(Kind::Sqlite).await.unwrap();
    let stranger = house.session(&county(), "clerk6").await;
    for path in ["", "/revisions", "/difference?from=0"] {
        stranger.get(&house, &format!("{FORM}{path}")).await.is(404);
    }
    stranger.get(&house, "/api/submissions/2024/county").await.is(404);
    stranger.get(&house, "/api/submissions/2024/nobody").await.is(404);
    for year in [i16::MIN, 0, 1999, 9_999, i16::MAX] {
        for path in ["submissions?year=", "template.xlsx?year="] {
            bureau.get(&house, &format!("/api/{path}{year}")).await.is(404);
        }
        bureau.get(&house, &format!("/api/submissions/{year}/county")).await.is(404);
        bureau.get(&house, &format!("/api/collections?year={year}")).await.is(200);
    }
    let edit = json!({"version": 1, "edits": [{"place": "", "item": "site_area", "value": "1"}]});
    save(&house, &stranger, edit).await.is(404);
    let body = json!({"step": "submit", "version": 1});
    stranger.post(&house, &format!("{FORM}/steps"), body).await.is(404);
    let own = stranger.get(&house, "/api/submissions?year=2024").await.is(200);
    assert_eq!(own["items"].as_array().unwrap().len(), 1);
    assert_eq!(own["items"][0]["school"], school(6).to_string());
    // The county's own form is filled, and signed, by the bureau.
    let county = bureau.get(&house, "/api/submissions/2024/county").await.is(200);
    assert_eq!(county["can"], json!(["save", "submit"]));
    assert!(county["total"].as_u64().unwrap() > 20);
}

#[tokio::test]
async fn what_only_another_standard_wants_is_not_asked_but_stays_where_it_is_filled() {
    let (house, _bureau) = collecting(Kind::Sqlite).await.unwrap();
    let clerk = of(&house, Role::Clerk).await;
    let titles = |form: &Value| -> Vec<String> {
        let groups = form["groups"].as_array().unwrap().iter();
        groups.map(|group| group["title"].as_str().unwrap().to_owned()).collect()
    };
    // The county is judged by the national standard; “633” is that of one county elsewhere.
    let before = clerk.get(&house, FORM).await.is(200);
    assert!(!titles(&before).iter().any(|title| title.contains("633")), "{:?}", titles(&before));
    let edits = json!({"version": before["version"], "edits": [
        {"place": "", "item": "facility_canteen", "value": "true"}]});
    let saved = save(&house, &clerk, edits).await.is(200);
    let after = clerk.get(&house, FORM).await.is(200);
    assert_eq!(field(&after, "", "facility_canteen")["value"], "true");
    let total = before["total"].as_u64().unwrap();
    assert_eq!((&after["filled"], &after["total"]), (&json!(1), &json!(total + 1)));
    assert_eq!((&saved["filled"], &saved["total"]), (&after["filled"], &after["total"]));
    let rows = clerk.get(&house, "/api/submissions?year=2024").await.is(200);
    assert_eq!(rows["items"][0]["total"], after["total"]);
}

#[tokio::test]
async fn a_collection_is_changed_closed_and_opened_again() {
    let (house, bureau) = collecting(Kind::Sqlite).await.unwrap();
    let clerk = of(&house, Role::Clerk).await;
    let path = "/api/collections/2024-main";
    let edit = json!({"version": 1, "closed": true});
    bureau.send(&house, Method::PATCH, path, &edit).await.is(200);
    bureau.send(&house, Method::PATCH, path, &edit).await.is(409);
    let body = json!({"version": 1, "edits": [
        {"place": "primary", "item": "pupils", "value": "500"}]});
    assert_eq!(save(&house, &clerk, body.clone()).await.code(), "H-EDIT-03");
    let open = json!({"version": 2, "closed": false, "items": ["pupils", "teachers"]});
    bureau.send(&house, Method::PATCH, path, &open).await.is(200);
    save(&house, &clerk, body).await.is(200);
    let form = clerk.get(&house, FORM).await.is(200);
    assert_eq!((&form["filled"], &form["total"]), (&json!(1), &json!(2)));
    let bad = json!({"year": 1, "title": "", "items": ["nothing"]});
    let problem = bureau.post(&house, "/api/collections", bad).await.is(422);
    assert_eq!(problem["fields"].as_array().unwrap().len(), 3);
    clerk.post(&house, "/api/collections", json!({"year": 2024, "title": "x"})).await.is(403);
    let all = clerk.get(&house, "/api/collections").await.is(200);
    assert_eq!((&all[0]["asked"], &all[0]["version"]), (&json!(1), &json!(3)));
}

#[tokio::test]
async fn a_template_names_the_schools_that_the_caller_sees() {
    let (house, bureau) = collecting(Kind::Sqlite).await.unwrap();
    let clerk = of(&house, Role::Clerk).await;
    let layouts =
        intake::Layouts::load(&house.app.knowledge().source, &house.app.knowledge().catalogue);
    let layouts = layouts.unwrap();
    let read = |bytes: &[u8]| {
        let options = intake::Options::new(&house.app.knowledge().catalogue, &layouts);
        let intake = intake::read_bytes(&[("t.xlsx", bytes)], &options);
        let snapshot = intake.snapshot().unwrap();
        let facts: usize = snapshot.schools().iter().map(|school| school.facts.len()).sum();
        (snapshot.schools().len(), facts)
    };
    let all = bureau.get(&house, "/api/template.xlsx?year=2024").await;
    assert_eq!(all.status.as_u16(), 200);
    assert_eq!(read(&all.bytes), (6, 0));
    let own = clerk.get(&house, "/api/template.xlsx?year=2024").await;
    assert_eq!(read(&own.bytes), (1, 0));
    clerk.get(&house, "/api/template.xlsx?year=2024&school=3418230006").await.is(404);
}
