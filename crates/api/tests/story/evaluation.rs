//! The county is measured: what a leader reads, what a principal sees of it, what a trial changes.

use crate::fixture::{Client, House, Kind, county, login};
use access::Role;
use axum::http::{Method, Request, header};
use domain::{SchoolCode, Snapshot};
use rstest::rstest;
use serde_json::{Value, json};
use standard::{Evaluation, Options};
use std::fmt::Write as _;
use store::users::{Grant, GrantScope, NewUser};
use store::{By, ImportAs};

/// A house with two approved years of a small county; the second one, and one of its schools.
pub(crate) async fn measured(kind: Kind) -> Option<(House, Snapshot, SchoolCode)> {
    let house = House::peopled(kind).await?;
    let knowledge = house.app.knowledge();
    let attested = knowledge.standard("cn-quality-2017").unwrap().attested();
    let options = demo::Options {
        seed: demo::Options::SEED,
        schools: 12,
        year: demo::Options::YEAR,
        catalogue: &knowledge.catalogue,
        attested: &attested,
    };
    let by = By::new("审核人", house.now());
    let mut last = None;
    for mut draft in demo::county(&options).unwrap().into_iter().skip(1) {
        draft.county.code = county();
        draft.county.name = "青山县".to_owned();
        let snapshot = draft.seal(&knowledge.catalogue).unwrap();
        let store = house.app.store();
        store.import(&snapshot, &knowledge.catalogue, ImportAs::Approved, &by).await.unwrap();
        last = Some(snapshot);
    }
    let snapshot = last.unwrap();
    let school = snapshot.schools()[0].code.clone();
    let principal = NewUser {
        login: "head".to_owned(),
        name: "校长".to_owned(),
        password: None,
        must_change: false,
        grants: vec![Grant {
            role: Role::Principal.code(),
            scope: GrantScope::School(school.to_string()),
            from: None,
            to: None,
        }],
    };
    house.app.store().add_users(&county(), &[principal], &by).await.unwrap();
    Some((house, snapshot, school))
}

fn judged(house: &House, snapshot: &Snapshot) -> Evaluation {
    let standard = house.app.knowledge().standard("cn-quality-2017").unwrap();
    standard::evaluate(snapshot, standard, &Options::default()).unwrap()
}

pub(crate) async fn of(house: &House, role: Role) -> Client {
    house.session(&county(), &login(role)).await
}

#[rstest]
#[tokio::test]
async fn the_pages_say_what_the_judge_says(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let Some((house, snapshot, _)) = measured(kind).await else { return };
    let year = snapshot.year().0;
    let direct = judged(&house, &snapshot);
    let leader = of(&house, Role::Leader).await;
    let answer = leader.get(&house, &format!("/api/years/{year}/evaluation")).await;
    let tag = answer.header("etag").to_owned();
    // The same county by another way gives the same verdicts to the byte.
    assert_eq!(answer.is(200), serde_json::to_value(&direct).unwrap());
    let again = leader
        .request(Method::GET, &format!("/api/years/{year}/evaluation"))
        .header(header::IF_NONE_MATCH, tag);
    let again: Request<_> = again.body(axum::body::Body::empty()).unwrap();
    assert_eq!(house.send(again).await.status.as_u16(), 304);

    let screen = leader.get(&house, &format!("/api/years/{year}/overview")).await.is(200);
    assert_eq!(screen["verdict"], serde_json::to_value(direct.overall.verdict).unwrap());
    assert_eq!(screen["sections"]["all"], direct.sections.len());
    assert_eq!(screen["reasons"].as_array().unwrap().len(), direct.overall.reasons.len());
    assert_eq!(screen["change"]["year"], year - 1);
    assert!(screen["sentence"].as_str().unwrap().contains("青山县"), "{screen}");
    let map = leader.get(&house, &format!("/api/years/{year}/map")).await.is(200);
    assert_eq!(map.as_array().unwrap().len(), snapshot.schools().len());
    let unknown = leader.get(&house, "/api/years/1999/overview").await;
    assert_eq!((unknown.status.as_u16(), unknown.code().as_str()), (404, "H-FIND-01"));
    let unknown = leader.get(&house, &format!("/api/years/{year}/overview?standard=x")).await;
    unknown.is(404);
}

#[tokio::test]
async fn a_principal_sees_the_own_school_only() {
    let (house, snapshot, school) = measured(Kind::Sqlite).await.unwrap();
    let year = snapshot.year().0;
    let head = house.session(&county(), "head").await;
    let seen = head.get(&house, &format!("/api/years/{year}/evaluation")).await.is(200);
    let sections = seen["sections"].as_array().unwrap();
    assert!(!sections.is_empty());
    assert!(sections.iter().all(|section| section["school"] == school.as_str()), "{seen}");
    // No other school's name is anywhere in what is sent.
    let text = seen.to_string();
    for other in snapshot.schools().iter().filter(|other| other.code != school) {
        assert!(!text.contains(other.code.as_str()), "{}", other.name);
    }
    let explain = |school: &str| {
        format!("/api/years/{year}/explanation?indicator=L1&school={school}&stage={}", stage(&seen))
    };
    let told = head.get(&house, &explain(school.as_str())).await.is(200);
    assert!(told[0]["conclusion"].as_array().is_some_and(|lines| !lines.is_empty()), "{told}");
    let other = snapshot.schools()[1].code.as_str();
    head.get(&house, &explain(other)).await.is(404);
    head.get(&house, &format!("/api/years/{year}/explanation?indicator=L1")).await.is(404);
}

fn stage(evaluation: &Value) -> String {
    evaluation["sections"][0]["stage"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_trial_changes_verdicts_and_keeps_nothing() {
    let (house, snapshot, school) = measured(Kind::Sqlite).await.unwrap();
    let year = snapshot.year().0;
    let planner = of(&house, Role::Officer(access::Department::Planning)).await;
    let before = planner.get(&house, &format!("/api/years/{year}/evaluation")).await.is(200);
    let path = format!("/api/years/{year}/what-if");
    let trial = |item: &str, value: Value| {
        json!({"edits": [{"school": school.as_str(), "stage": stage(&before), "item": item,
            "value": value}]})
    };
    let worse = planner.post(&house, &path, trial("teachers_backbone", json!("0"))).await.is(200);
    let changed = worse["sections"].as_array().unwrap();
    assert!(changed.iter().any(|section| section["school"] == school.as_str()
        && section["values"].as_array().unwrap().iter().any(|v| v["indicator"] == "L2")));
    assert!(worse["coefficients"].as_array().unwrap().iter().any(|c| c["indicator"] == "L2"));
    // Taken away: the county cannot be judged any more, and it says so.
    let missing = planner.post(&house, &path, trial("teachers", Value::Null)).await.is(200);
    assert_eq!(missing["after"], "not_decidable");
    let refused = planner.post(&house, &path, trial("teachers", json!("二十"))).await;
    assert_eq!(refused.json()["fields"][0]["field"], "edits.0");
    refused.is(422);
    planner.post(&house, &path, trial("no_such_item", json!("1"))).await.is(422);
    let after = planner.get(&house, &format!("/api/years/{year}/evaluation")).await.is(200);
    assert_eq!(after, before);
}

#[tokio::test]
async fn the_forms_are_a_workbook_with_the_same_figures() {
    let (house, snapshot, _) = measured(Kind::Sqlite).await.unwrap();
    let year = snapshot.year().0;
    let officer = of(&house, Role::Officer(access::Department::Evaluation)).await;
    let answer = officer.get(&house, &format!("/api/years/{year}/forms.xlsx")).await;
    assert_eq!(answer.status.as_u16(), 200);
    assert!(answer.header("content-disposition").contains("attachment"));
    let standard = house.app.knowledge().standard("cn-quality-2017").unwrap();
    let knowledge = house.app.knowledge();
    let pack = forms::Forms::load(&knowledge.source, standard.chain(), standard.catalogue());
    let evaluation = judged(&house, &snapshot);
    let direct = forms::workbook(
        &[(&evaluation, "")],
        &snapshot,
        standard.catalogue(),
        &pack.unwrap(),
        &forms::Options { label: None, created: None },
    );
    assert!(answer.bytes == direct.unwrap(), "the same bytes");
}

/// What stands on the screen is what stands in the workbook, sheet by sheet and figure by figure.
#[tokio::test]
async fn the_forms_on_the_screen_are_the_workbook() {
    let (house, ..) = measured(Kind::Sqlite).await.unwrap();
    let officer = of(&house, Role::Officer(access::Department::Evaluation)).await;
    let file = officer.get(&house, "/api/years/2024/forms.xlsx").await;
    let mut book: calamine::Xlsx<_> =
        calamine::Reader::new(std::io::Cursor::new(file.bytes)).unwrap();
    let first = officer.get(&house, "/api/years/2024/forms").await.is(200);
    let names: Vec<String> = first["sheets"]
        .as_array()
        .unwrap()
        .iter()
        .map(|sheet| sheet["name"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(names, calamine::Reader::sheet_names(&book));
    let mut compared = 0;
    for name in &names {
        let path = format!("/api/years/2024/forms?sheet={}", encoded(name));
        let page = officer.get(&house, &path).await.is(200);
        let range = calamine::Reader::worksheet_range(&mut book, name).unwrap();
        let stored = range.used_cells().filter_map(|(_, _, cell)| match cell {
            calamine::Data::Float(number) => Some(*number),
            _ => None,
        });
        let tables = page["sheet"]["tables"].as_array().unwrap();
        let cells = tables.iter().flat_map(|table| table["rows"].as_array().unwrap());
        let cells = cells.flat_map(|row| row["cells"].as_array().unwrap());
        let shown = cells.filter(|cell| cell["kind"] == "figure").filter_map(|cell| {
            let text = cell["text"].as_str().unwrap();
            text.split(' ').next().unwrap().parse::<f64>().ok()
        });
        let (shown, stored): (Vec<f64>, Vec<f64>) = (shown.collect(), stored.collect());
        assert_eq!(shown, stored, "{name}");
        compared += shown.len();
    }
    assert!(compared > 400, "{compared}");
    officer.get(&house, "/api/years/2024/forms?sheet=x").await.is(404);
    let head = house.session(&county(), "head").await;
    head.get(&house, "/api/years/2024/forms").await.is(403);
    let rows = house.app.store();
    let filter =
        store::AuditFilter { action: Some("evaluation.export".to_owned()), ..Default::default() };
    assert_eq!(
        rows.audit_rows(&county(), &filter, 9).await.unwrap().len(),
        1,
        "an export is audited"
    );
}

fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut all, byte| {
        let _ = write!(all, "%{byte:02X}");
        all
    })
}

/// What waits depends on who looks; what a school needs is told to those who see the school.
#[rstest]
#[tokio::test]
async fn each_one_is_told_what_waits_and_what_the_own_school_needs(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let Some((house, snapshot, school)) = measured(kind).await else { return };
    let year = snapshot.year().0;
    let store = house.app.store();
    let by = By::new("审核人", house.now());
    let key = store::FormKey::new(&county(), snapshot.year(), "main", Some(&school));
    let head = house.session(&county(), "head").await;
    let own = format!("/api/years/{year}/needs/{school}");
    head.get(&house, &own).await.is(200);
    let sent_back =
        store::submissions::StepRequest { reason: "人数有误", ..Default::default() };
    let form = store.submission(&key, &store::Scope::County).await.unwrap();
    let seen = form.version;
    let (step, scope) = (store::moves::Move::Return, store::Scope::County);
    store.advance(&key, step, sent_back, seen, &scope, &by).await.unwrap();
    let open = json!({"holds": null, "version": 1});
    let officer = of(&house, Role::Officer(access::Department::Evaluation)).await;
    let attest = format!("/api/years/{year}/attestations/G1");
    officer.send(&house, Method::PUT, &attest, &open).await.is(200);

    let overview = format!("/api/years/{year}/overview");
    let tasks = async |who: &Client| {
        let screen = who.get(&house, &overview).await.is(200);
        let tasks = screen["tasks"].as_array().unwrap().clone();
        tasks.into_iter().map(|t| (t["kind"].as_str().unwrap().to_owned(), t)).collect::<Vec<_>>()
    };
    let mine = tasks(&head).await;
    assert_eq!(mine.len(), 1, "{mine:?}");
    assert_eq!((mine[0].0.as_str(), &mine[0].1["link"]["school"]), ("correct", &json!(school)));
    let bureau = tasks(&officer).await;
    assert_eq!(bureau.last().unwrap().1["text"], "1 项县级指标的佐证还没有登记齐", "{bureau:?}");
    let leader = of(&house, Role::Leader).await;
    assert!(tasks(&leader).await.is_empty());
    let preview = leader.get(&house, &format!("{overview}?data=submitted")).await.is(200);
    assert_eq!(preview["preview"], true);

    let needs = |school: &str| format!("/api/years/{year}/needs/{school}");
    let mut lines = 0;
    for one in snapshot.schools().iter().filter(|one| one.code != school) {
        let found = officer.get(&house, &needs(one.code.as_str())).await.is(200);
        for line in found["lines"].as_array().unwrap() {
            lines += 1;
            assert!(!line["zh"].as_str().unwrap().is_empty(), "{line}");
        }
    }
    assert!(lines > 0);
    // What was returned counts no more: officially the school has nothing to stand on.
    head.get(&house, &own).await.is(404);
    head.get(&house, &needs(snapshot.schools()[1].code.as_str())).await.is(404);
}
