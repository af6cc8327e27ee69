//! A county with data, teachers and people of its schools, and what stories of rotations do with it.

use crate::fixture::{Client, House, Kind, county, grant, login};
use crate::teachers::{Row, import, personnel};
use access::Role;
use domain::change::{Change, apply};
use domain::{SchoolCode, Snapshot};
use serde_json::{Value, json};
use staffing::rotation::eligibility::{Eligibility, of_all, statistics_day};
use staffing::{Roster, RosterRow, Rules};
use standard::{Options, evaluate};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use store::users::{GrantScope, NewUser};
use store::{AuditFilter, By, ImportAs, Which};
use tokio::time::{Instant, sleep};

pub(crate) const YEAR: domain::SchoolYear = crate::fixture::YEAR;
pub(crate) const DAY: i64 = 24 * 60 * 60;

pub(crate) fn demo_options(house: &House) -> (Vec<(String, String)>, usize) {
    let attested = house.app.knowledge().standard("cn-quality-2017").unwrap().attested();
    (attested, 10)
}

/// Two approved years of a county of ten schools.
pub(crate) async fn schools(house: &House) {
    schools_with(house, |_| ()).await;
}

/// The same, each year changed before it is sealed.
pub(crate) async fn schools_with(house: &House, mut change: impl FnMut(&mut domain::Draft)) {
    let knowledge = house.app.knowledge();
    let (attested, schools) = demo_options(house);
    let options = demo::Options {
        seed: demo::Options::SEED,
        schools,
        year: demo::Options::YEAR,
        catalogue: &knowledge.catalogue,
        attested: &attested,
    };
    let by = By::new("审核人", house.now());
    for mut draft in demo::county(&options).unwrap().into_iter().skip(1) {
        draft.county.code = county();
        draft.county.name = "青山县".to_owned();
        change(&mut draft);
        let snapshot = draft.seal(&knowledge.catalogue).unwrap();
        let store = house.app.store();
        store.import(&snapshot, &knowledge.catalogue, ImportAs::Approved, &by).await.unwrap();
    }
}

/// Its teachers.
pub(crate) fn rows(house: &House) -> Vec<Row> {
    let (attested, schools) = demo_options(house);
    let options = demo::Options {
        seed: demo::Options::SEED,
        schools,
        year: demo::Options::YEAR,
        catalogue: &house.app.knowledge().catalogue,
        attested: &attested,
    };
    let rows = demo::teachers(&options).unwrap();
    rows.into_iter().map(|row| row.into_iter().collect()).collect()
}

pub(crate) async fn staff(house: &House) {
    schools(house).await;
    let who = personnel(house).await;
    import(house, &who, "demo", &rows(house)).await;
}

/// A house with that county; `None` where there is no such database.
pub(crate) async fn staffed(kind: Kind) -> Option<House> {
    let house = House::peopled(kind).await?;
    staff(&house).await;
    Some(house)
}

/// Somebody who holds a role at a school.
pub(crate) async fn at_school(house: &House, role: Role, code: &str) -> Client {
    let name = format!("{}-{code}", login(role));
    let new = NewUser {
        login: name.clone(),
        name: format!("乙{name}"),
        password: None,
        must_change: false,
        grants: vec![grant(role, GrantScope::School(code.to_owned()))],
    };
    let by = By::new("开办", house.now());
    let store = house.app.store();
    if store.user_by_login(&county(), &name).await.unwrap().is_none() {
        store.add_users(&county(), &[new], &by).await.unwrap();
    }
    house.session(&county(), &name).await
}

/// The county's teachers as the program reads them, and its data with their counts.
pub(crate) struct Known {
    pub(crate) roster: Roster,
    pub(crate) rules: Arc<Rules>,
    pub(crate) snapshot: Snapshot,
    /// Names in plain text, which must stand nowhere.
    pub(crate) names: Vec<String>,
}

impl Known {
    pub(crate) async fn of(house: &House) -> Self {
        let knowledge = house.app.knowledge();
        let rules = Arc::clone(&knowledge.staffing);
        let catalogue = &knowledge.catalogue;
        let store = house.app.store();
        let data = store.snapshot_of(&county(), YEAR, Which::Approved, catalogue).await.unwrap();
        let read = rows(house).into_iter().map(|row| {
            let mut typed = RosterRow::default();
            for (column, text) in &row {
                assert!(typed.set(column, text));
            }
            typed
        });
        let read: Vec<RosterRow> = read.collect();
        let names = read.iter().map(|row| row.name.clone()).collect();
        let day = statistics_day(YEAR);
        let (roster, _) = Roster::read(&read, 1, &data.snapshot, &rules, day);
        let counted = staffing::count::recount(&data.snapshot, &roster, &rules, catalogue);
        Self { roster, rules, snapshot: counted.unwrap().0, names }
    }

    /// Eligible teachers of primary schools, each with other schools that have their stage.
    pub(crate) fn volunteers(&self, many: usize) -> Vec<(String, Vec<String>)> {
        let eligible = of_all(&self.roster, &self.rules);
        let teachers = self.roster.teachers().iter().zip(eligible);
        let teachers = teachers.filter(|(_, e)| *e == Eligibility::Eligible).map(|(t, _)| t);
        let mut seen = BTreeSet::new();
        teachers
            .filter(|teacher| seen.insert((teacher.school.clone(), teacher.subjects.first())))
            .take(many)
            .map(|teacher| {
                let others = self.snapshot.schools().iter().filter(|school| {
                    school.code != teacher.school && school.section(teacher.stage).is_some()
                });
                (teacher.id.to_string(), others.take(3).map(|s| s.code.to_string()).collect())
            })
            .collect()
    }
}

pub(crate) fn path(id: i64, rest: &str) -> String {
    format!("/api/rotations/{id}{rest}")
}

pub(crate) async fn begun(house: &House, who: &Client, title: &str) -> i64 {
    let url = format!("/api/years/{}/rotations", YEAR.0);
    let view = who.post(house, &url, json!({"title": title})).await.is(201);
    assert_eq!((&view["state"], &view["zh"]), (&json!("draft"), &json!("编制中")));
    view["id"].as_i64().unwrap()
}

pub(crate) async fn until(
    house: &House,
    who: &Client,
    job: &Value,
    fits: impl Fn(&Value) -> bool,
) -> Value {
    let end = Instant::now() + Duration::from_mins(4);
    loop {
        let seen = who.get(house, &format!("/api/jobs/{}", job["job"])).await.is(200);
        if fits(&seen) {
            return seen;
        }
        assert!(Instant::now() < end, "{seen}");
        sleep(Duration::from_millis(20)).await;
    }
}

pub(crate) fn over(job: &Value) -> bool {
    !matches!(job["state"].as_str(), Some("queued" | "running"))
}

/// Runs a rotation and gives the number of the run.
pub(crate) async fn run(house: &House, who: &Client, id: i64, mode: &str) -> i64 {
    let job = who.post(house, &path(id, "/run"), json!({"mode": mode})).await.is(202);
    let job = until(house, who, &job, over).await;
    assert_eq!(job["state"], "done", "{job}");
    job["result"]["run"].as_i64().unwrap()
}

pub(crate) async fn version(house: &House, who: &Client, id: i64) -> i64 {
    who.get(house, &path(id, "")).await.is(200)["version"].as_i64().unwrap()
}

pub(crate) async fn step(
    house: &House,
    who: &Client,
    id: i64,
    mut body: Value,
) -> crate::fixture::Answer {
    body["version"] = json!(version(house, who, id).await);
    who.post(house, &path(id, "/steps"), body).await
}

pub(crate) fn list(value: &Value) -> &Vec<Value> {
    value.as_array().unwrap()
}

pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

/// Every verdict and figure of a result is the judge's on the changed data.
pub(crate) fn judged(known: &Known, house: &House, result: &Value) {
    let standard = house.app.knowledge().standard("cn-quality-2017").unwrap();
    let change: Change = serde_json::from_value(result["change"].clone()).unwrap();
    assert!(!change.edits.is_empty());
    let after = apply(&known.snapshot, &change, &house.app.knowledge().catalogue).unwrap();
    let after = evaluate(&after, standard, &Options::default()).unwrap();
    let before = evaluate(&known.snapshot, standard, &Options::default()).unwrap();
    let mut looked = 0;
    for section in list(&result["sections"]) {
        let code = SchoolCode::parse(text(&section["school"])).unwrap();
        let find = |evaluation: &standard::Evaluation| {
            let same = |s: &&standard::evaluation::SectionResult| {
                s.school == code && json!(s.stage) == section["stage"]
            };
            evaluation.sections.iter().find(same).cloned()
        };
        let (Some(then), Some(now)) = (find(&before), find(&after)) else {
            assert_eq!(section["verdict"], Value::Null);
            continue;
        };
        for value in list(&section["values"]) {
            let (was, is) = (
                then.value(text(&value["indicator"])).unwrap(),
                now.value(text(&value["indicator"])).unwrap(),
            );
            assert_eq!(value["before"], json!(was.value.as_ref().map(|v| &v.shown)));
            assert_eq!(value["after"], json!(is.value.as_ref().map(|v| &v.shown)));
            assert_eq!(value["after_verdict"], json!(is.verdict));
            looked += 1;
        }
    }
    for row in list(&result["coefficients"]) {
        let found = after.stages.iter().find(|s| json!(s.stage) == row["stage"]).unwrap();
        let found = found.indicators.iter().find(|i| row["indicator"] == i.code).unwrap();
        assert_eq!(row["after"], json!(found.coefficient.as_ref().map(|c| &c.value)));
        assert_eq!(row["after_verdict"], json!(found.verdict));
        looked += 1;
    }
    assert!(looked > 20, "{looked}");
}

/// Nothing that is kept in the open or said aloud names anybody.
pub(crate) async fn nameless(house: &House, known: &Known, more: &[&Value]) {
    let store = house.app.store();
    let rows = store.audit_rows(&county(), &AuditFilter::default(), 5_000).await.unwrap();
    let jobs = store.jobs(&county(), 100).await.unwrap();
    let mut said: Vec<String> = rows.iter().map(|r| format!("{} {}", r.target, r.detail)).collect();
    said.extend(jobs.iter().map(|job| format!("{} {:?}", job.input, job.result)));
    said.extend(more.iter().map(ToString::to_string));
    let said = said.join("\n");
    for name in known.names.iter().filter(|name| name.chars().count() > 2) {
        assert!(!said.contains(name.as_str()), "{name}");
    }
}
