//! Between opening a collection and reviewing it: schools that are late are asked to hurry, and what has
//! moved strangely against last year is explained.

use crate::fixture::{House, Kind, county, login};
use access::{Department, Role};
use axum::http::Method;
use rstest::rstest;
use serde_json::{Value, json};
use store::{By, ImportAs};

async fn open(house: &House, bureau: &crate::fixture::Client) {
    let new = json!({"year": 2024, "title": "基础数据", "deadline": "2024-10-15"});
    bureau.post(house, "/api/collections", new).await.is(201);
}

#[rstest]
#[tokio::test]
async fn a_late_school_sees_that_it_is_asked_for(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let Some(house) = House::peopled(kind).await else { return };
    let bureau = house.session(&county(), &login(Role::Officer(Department::Evaluation))).await;
    let clerk = house.session(&county(), "clerk").await;
    open(&house, &bureau).await;
    let path = "/api/collections/2024-main/reminders";
    clerk.post(&house, path, json!({})).await.is(403);
    bureau.post(&house, path, json!({"message": "字".repeat(201)})).await.is(422);
    bureau.post(&house, path, json!({"schools": ["x"]})).await.is(422);
    bureau.post(&house, "/api/collections/2024-none/reminders", json!({})).await.is(404);

    let one = json!({"schools": ["3418230001"], "message": "请于周五前提交"});
    let sent = bureau.post(&house, path, one.clone()).await.is(200);
    assert_eq!(sent["sent"], json!(["3418230001"]));
    // Not twice within the hour; and to all others at once.
    let again = bureau.post(&house, path, one).await.is(200);
    assert_eq!((&again["sent"], &again["too_soon"]), (&json!([]), &json!(["3418230001"])));
    let all = bureau.post(&house, path, json!({})).await.is(200);
    assert_eq!(all["sent"].as_array().unwrap().len(), 6, "five schools and the county: {all}");
    house.pass(3_600);
    let bureau = house.session(&county(), &login(Role::Officer(Department::Evaluation))).await;
    let clerk = house.session(&county(), "clerk").await;
    let again = bureau.post(&house, path, json!({"schools": ["3418230001"]})).await.is(200);
    assert_eq!(again["sent"], json!(["3418230001"]));

    let mine = clerk.get(&house, "/api/submissions?year=2024").await.is(200);
    assert_eq!(mine["items"].as_array().unwrap().len(), 1);
    assert_eq!(mine["items"][0]["reminded"]["count"], 2);
    let form = clerk.get(&house, "/api/submissions/2024/3418230001").await.is(200);
    assert_eq!(form["reminded"]["count"], 2);
    assert!(form["reminded"]["by"].as_str().unwrap().contains("officer"));
    // Whoever has submitted is left alone.
    let submit = json!({"step": "submit", "version": form["version"]});
    let principal = house.session(&county(), "principal").await;
    let steps = "/api/submissions/2024/3418230001/steps";
    let done = clerk.post(&house, steps, submit.clone()).await;
    if done.status != 200 {
        principal.post(&house, steps, submit).await.is(200);
    }
    let form = clerk.get(&house, "/api/submissions/2024/3418230001").await.is(200);
    assert_eq!((&form["state"], &form["reminded"]), (&json!("submitted"), &Value::Null));
    house.pass(3_600);
    let bureau = house.session(&county(), &login(Role::Officer(Department::Evaluation))).await;
    let late = bureau.post(&house, path, json!({"schools": ["3418230001"]})).await.is(200);
    assert_eq!(late["not_waiting"], json!(["3418230001"]));
    let rows = house.app.store().audit_rows(&county(), &store::AuditFilter::default(), 200).await;
    let said = rows.unwrap().iter().filter(|row| row.action == "collection.remind").count();
    assert_eq!(said, 3);
}

/// A county of two years, with one school's pupils doubled by a slip.
async fn two_years(house: &House) -> (String, String) {
    let knowledge = house.app.knowledge();
    let attested = knowledge.standard("cn-quality-2017").unwrap().attested();
    let options = demo::Options {
        seed: demo::Options::SEED,
        schools: 8,
        year: demo::Options::YEAR,
        catalogue: &knowledge.catalogue,
        attested: &attested,
    };
    let pupils = knowledge.catalogue.id("pupils").unwrap();
    let mut drafts = demo::county(&options).unwrap();
    drafts.sort_by_key(|draft| draft.year);
    let last = drafts.len() - 1;
    let mut doubled = None;
    for (index, mut draft) in drafts.into_iter().enumerate().skip(last - 1) {
        draft.county.code = county();
        if index == last {
            let school = draft.schools.iter_mut().find(|s| !s.sections.is_empty()).unwrap();
            let section = &mut school.sections[0];
            let mut fact = section.facts.get(pupils).unwrap().clone();
            let number = fact.value.number().unwrap() * rust_decimal::Decimal::from(3);
            fact.value = domain::Value::Number(number);
            section.facts.set(pupils, fact);
            doubled = Some((school.code.to_string(), section.stage.code().to_owned()));
        }
        let snapshot = draft.seal(&knowledge.catalogue).unwrap();
        let by = By::new("系统", house.now());
        let (catalogue, which) = (&knowledge.catalogue, ImportAs::Approved);
        house.app.store().import(&snapshot, catalogue, which, &by).await.unwrap();
    }
    doubled.unwrap()
}

#[rstest]
#[tokio::test]
async fn what_has_moved_strangely_is_explained(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let Some(house) = House::peopled(kind).await else { return };
    let (school, stage) = two_years(&house).await;
    let bureau = house.session(&county(), &login(Role::Officer(Department::Evaluation))).await;
    let path = format!("/api/outliers?year={}", demo::Options::YEAR.0);
    let all = bureau.get(&house, &path).await.is(200);
    let all = all["items"].as_array().unwrap();
    let is_it = |row: &&Value| {
        row["school"] == school.as_str()
            && row["place"] == stage.as_str()
            && row["item"] == "pupils"
    };
    let row = all.iter().find(is_it).unwrap_or_else(|| panic!("{all:?}"));
    assert_eq!((&row["check"], &row["explanation"]), (&json!("CHK-JUMP-PUPILS"), &Value::Null));
    assert!(row["change"].as_str().unwrap().ends_with('%'));
    // A school sees its own only, another county's nothing.
    let clerk6 = house.session(&county(), "clerk6").await;
    let theirs = clerk6.get(&house, &path).await.is(200);
    let theirs = theirs["items"].as_array().unwrap();
    assert!(theirs.iter().all(|row| row["school"] == "3418230006"), "{theirs:?}");

    let explain = format!("/api/submissions/{}/{school}/explanations", demo::Options::YEAR.0);
    let words = |text: &str, version: Value| json!({"place": stage, "item": "pupils", "text": text, "version": version});
    clerk6.send(&house, Method::PUT, &explain, &words("别校", json!(0))).await.is(404);
    let put = async |body: Value| bureau.send(&house, Method::PUT, &explain, &body).await;
    put(words("无版本", Value::Null)).await.is(428);
    put(json!({"place": stage, "item": "books", "text": "x", "version": 0})).await.is(422);
    put(words(&"字".repeat(301), json!(0))).await.is(422);
    let first = put(words("并入东村小学", json!(0))).await.is(200);
    assert_eq!(first["version"], 1);
    put(words("并入西村小学", json!(0))).await.is(409);
    let all = bureau.get(&house, &path).await.is(200);
    let row = all["items"].as_array().unwrap().iter().find(is_it).unwrap().clone();
    assert_eq!(row["explanation"]["text"], "并入东村小学");
    let open = bureau.get(&house, &format!("{path}&unexplained=true")).await.is(200);
    assert!(open["items"].as_array().unwrap().iter().find(is_it).is_none());
    let form = format!("/api/submissions/{}/{school}", demo::Options::YEAR.0);
    let form = bureau.get(&house, &form).await.is(200).to_string();
    assert!(form.contains("并入东村小学"));
    put(words("", json!(1))).await.is(200);
    let all = bureau.get(&house, &path).await.is(200);
    let row = all["items"].as_array().unwrap().iter().find(is_it).unwrap().clone();
    assert_eq!(row["explanation"], Value::Null);
}
