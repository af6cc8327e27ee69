//! What goes wrong around the server: a database that is held or gone, a clock that jumps. A plain
//! problem document, nothing lost, and it goes on by itself.

use crate::fixture::{Answer, Client, House, Kind, PASSWORD, config, county, login, school};
use access::{Department, Role};
use api::jobs::Runner;
use api::{JobContext, JobKinds};
use axum::http::Method;
use serde_json::{Value, json};
use sqlx::SqlitePool;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use store::jobs::NewJob;
use store::{By, Database};
use tokio::time::{Instant, sleep};

const FORM: &str = "/api/submissions/2024/3418230001";

/// A county whose collection is open, its clerk, and a server that does not wait for long.
async fn collecting(database: Option<Database>) -> (House, Client) {
    let (mut config, folder) = config(Kind::Sqlite).await.unwrap();
    config.store.patience = Duration::from_millis(1_500);
    if let Some(database) = database {
        config.store = config.store.database(database);
    }
    let house = House::with_people(config, Arc::new(folder)).await;
    let planner = house.session(&county(), &login(Role::Officer(Department::Planning))).await;
    let new = json!({"year": 2024, "title": "年度数据", "deadline": "2025-10-15"});
    planner.post(&house, "/api/collections", new).await.is(201);
    let clerk = house.session(&county(), &login(Role::Clerk)).await;
    (house, clerk)
}

async fn save(house: &House, clerk: &Client, value: &str) -> Answer {
    let form = clerk.get(house, FORM).await.json();
    let body = json!({"version": form["version"], "edits": [
        {"place": "", "item": "site_area", "value": value}]});
    clerk.send(house, Method::PATCH, &format!("{FORM}/draft"), &body).await
}

async fn kept(house: &House, clerk: &Client) -> Value {
    let form = clerk.get(house, FORM).await.is(200);
    let groups = form["groups"].as_array().unwrap();
    let mut fields = groups.iter().flat_map(|group| group["fields"].as_array().unwrap());
    fields.find(|field| field["item"] == "site_area").unwrap()["value"].clone()
}

/// It says in plain words what is the matter, and when to come again.
#[track_caller]
fn refused(answer: &Answer, status: u16, code: &str) {
    let problem = answer.json();
    assert_eq!(
        (answer.status.as_u16(), problem["code"].as_str()),
        (status, Some(code)),
        "{problem}"
    );
    assert_eq!(answer.header("content-type"), "application/problem+json");
    assert_eq!(answer.header("retry-after"), "2");
    assert!(problem["detail"].as_str().unwrap().contains("没有保存"));
}

#[tokio::test]
async fn a_database_that_another_program_holds() {
    let (house, clerk) = collecting(None).await;
    save(&house, &clerk, "100").await.is(200);
    let Database::Sqlite(file) = &house.config.store.database else { unreachable!() };
    let file = house.config.store.folder.join(file);
    let pool = SqlitePool::connect(&format!("sqlite:{}", file.display())).await.unwrap();
    let other = pool.begin_with("BEGIN IMMEDIATE").await.unwrap();
    let version = clerk.get(&house, FORM).await.is(200)["version"].clone();
    let body = json!({"version": version, "edits": [
        {"place": "", "item": "site_area", "value": "200"}]});
    let path = format!("{FORM}/draft");
    refused(&clerk.send(&house, Method::PATCH, &path, &body).await, 503, "H-BUSY-01");
    // Who reads waits for nobody, even where the use of the session ought to be noted by now.
    house.pass(600);
    assert_eq!(kept(&house, &clerk).await, "100");
    other.rollback().await.unwrap();
    clerk.send(&house, Method::PATCH, &path, &body).await.is(200);
    assert_eq!(kept(&house, &clerk).await, "200");
}

/// A PostgreSQL of one's own, which may be stopped.
struct Cluster(PathBuf, PathBuf);

impl Cluster {
    fn new() -> Option<Self> {
        let programs = crate::postgres::programs()?;
        let folder = PathBuf::from(format!("/tmp/junheng-postgres-own-{}", std::process::id()));
        let at = folder.display();
        let script = format!(
            "umask 077; mkdir '{at}' && '{}/initdb' -D '{at}/data' -U postgres -A trust \
             -E UTF8 --locale=C.UTF-8 --no-sync >'{at}/made' 2>&1",
            programs.display()
        );
        assert!(crate::postgres::shell(&script).status().unwrap().success());
        let cluster = Self(folder, programs);
        cluster.start();
        Some(cluster)
    }

    fn control(&self, words: &str) {
        let (at, programs) = (self.0.display(), self.1.display());
        let script =
            format!("'{programs}/pg_ctl' -D '{at}/data' -w -t 60 {words} >>'{at}/said' 2>&1");
        assert!(crate::postgres::shell(&script).status().unwrap().success(), "{words}");
    }

    fn start(&self) {
        let at = self.0.display();
        self.control(&format!(
            "-l '{at}/log' -o \"-c fsync=off -c listen_addresses='' \
             -c unix_socket_directories='{at}'\" start"
        ));
    }

    fn address(&self) -> String {
        format!("postgres://postgres@localhost/postgres?host={}", self.0.display())
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let stop = format!(
            "'{}/pg_ctl' -D '{}/data' -m immediate stop",
            self.1.display(),
            self.0.display()
        );
        drop(crate::postgres::shell(&format!("{stop} >/dev/null 2>&1")).status());
        drop(std::fs::remove_dir_all(Path::new(&self.0)));
    }
}

#[tokio::test]
async fn a_database_that_goes_and_comes_again() {
    let Some(cluster) = Cluster::new() else {
        assert!(std::env::var_os("CI").is_none(), "没有 PostgreSQL，无法测试");
        return;
    };
    let (house, clerk) = collecting(Some(Database::Postgres(cluster.address()))).await;
    save(&house, &clerk, "100").await.is(200);
    let version = clerk.get(&house, FORM).await.is(200)["version"].clone();
    cluster.control("-m fast stop");
    let body = json!({"version": version, "edits": [
        {"place": "", "item": "site_area", "value": "200"}]});
    let path = format!("{FORM}/draft");
    for _ in 0..2 {
        refused(&clerk.send(&house, Method::PATCH, &path, &body).await, 503, "H-DB-01");
        refused(&clerk.get(&house, FORM).await, 503, "H-DB-01");
    }
    refused(&house.in_county("clerk", PASSWORD).await, 503, "H-DB-01");
    let health = Client::stranger().get(&house, "/healthz").await;
    assert_eq!(
        (health.status.as_u16(), health.bytes.as_slice()),
        (503, &b"database does not answer\n"[..])
    );
    let metrics = Client::stranger().get(&house, "/metrics").await;
    assert!(String::from_utf8(metrics.bytes).unwrap().contains("junheng_store_up 0"));
    cluster.start();
    // The same session, the same form, the same edit.
    clerk.send(&house, Method::PATCH, &path, &body).await.is(200);
    assert_eq!(kept(&house, &clerk).await, "200");
    assert_eq!(house.app.store().check().await.unwrap().damages, vec![]);
}

#[tokio::test]
async fn a_clock_that_is_set_back_and_forth() {
    let kinds = JobKinds::default().with("stubborn", |context: JobContext| async move {
        if context.attempt() == 1 {
            std::future::pending::<()>().await;
        }
        Ok(json!({"attempt": context.attempt()}))
    });
    let house = House::with_jobs(kinds).await;
    let planner = house.client("officer-planning").await;
    let new = NewJob {
        kind: "stubborn".to_owned(),
        input: "{}".to_owned(),
        steps: vec!["做".to_owned()],
        request: None,
    };
    let (day, by) = (86_400, By::new("张三（zhangsan）", house.now()));
    let id = house.app.store().enqueue(&county(), &new, &by).await.unwrap().id;
    // A day ahead: the session is over, and one that is begun now is of that day.
    house.pass(day);
    planner.get(&house, "/api/session").await.is(401);
    let ahead = house.client("officer-planning").await;
    for _ in 0..6 {
        house.in_county("clerk", "wrong").await;
    }
    assert_eq!(house.in_county("clerk", PASSWORD).await.status.as_u16(), 423);
    let runner = Runner::start(&house.app, true);
    until(&house, &ahead, id, "running").await;
    drop(runner);

    // Set right again. No session lives a day longer, nobody is locked out for a day, and the job
    // whose worker was last heard of tomorrow is taken up at once.
    house.pass(-day + 60);
    ahead.get(&house, "/api/session").await.is(401);
    let clerk = house.client("clerk").await;
    let again = house.client("officer-planning").await;
    let _runner = Runner::start(&house.app, true);
    let job = until(&house, &again, id, "done").await;
    assert_eq!(job["result"]["attempt"], 2);

    // An hour back ends nothing.
    house.pass(-3_600);
    again.get(&house, "/api/session").await.is(200);
    clerk.get(&house, &format!("/api/schools/{}", school(1))).await.is(200);
    assert_eq!(house.app.store().verify_audit(&county()).await.unwrap().broken, None);
}

/// Looks at a job until it is in a state; at most some seconds.
async fn until(house: &House, client: &Client, id: i64, state: &str) -> Value {
    let end = Instant::now() + Duration::from_secs(20);
    loop {
        let job = client.get(house, &format!("/api/jobs/{id}")).await.is(200);
        if job["state"] == state {
            return job;
        }
        assert!(Instant::now() < end, "{job}");
        sleep(Duration::from_millis(10)).await;
    }
}
