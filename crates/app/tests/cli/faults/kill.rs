//! Kill -9 at random moments of imports and approvals under load. After each restart: everything that
//! was answered with 2xx is there, no import is half there, jobs go on or say that they were
//! interrupted, the chain of the audit holds, `junheng verify` finds nothing.
//!
//! `JUNHENG_CRASHES` sets how many times the server is killed (12, on PostgreSQL 3).

use super::server::{
    COUNTY, How, ITEM, People, SCHOOLS, Serving, colleague, good, run, set_up, wait, workbook,
};
use crate::http::Browser;
use serde_json::{Value, json};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::ScopedJoinHandle;
use std::time::{Duration, Instant};

/// The year in which schools type, submit, sign and are approved or returned.
const FORMS: i16 = 2024;
/// The year whose figures are imported over and over, each time with another figure.
const IMPORTS: i16 = 2023;
/// Schools that type.
const STAFFED: usize = 4;

/// What was answered with 2xx, and what was asked for last and perhaps done.
#[derive(Clone, Debug)]
struct Known<T> {
    accepted: T,
    asked: Option<T>,
}

impl<T: Clone + PartialEq + std::fmt::Debug> Known<T> {
    fn new(accepted: T) -> Self {
        Self { accepted, asked: None }
    }

    /// What is there after a restart; from now on it is known.
    #[track_caller]
    fn found(&mut self, found: T, what: &str) {
        let asked = self.asked.take();
        let fits = found == self.accepted || Some(&found) == asked.as_ref();
        assert!(fits, "{what}: accepted {:?}, asked {asked:?}, found {found:?}", self.accepted);
        self.accepted = found;
    }
}

/// A school's people at work on one form: a figure, then submit, sign, approve, return.
struct Desk {
    code: String,
    clerk: Browser,
    head: Browser,
    bureau: Browser,
    figure: Known<i64>,
    state: Known<String>,
}

/// Counts what was done, over all rounds.
#[derive(Debug, Default)]
struct Tally {
    saves: AtomicUsize,
    steps: AtomicUsize,
    imports: AtomicUsize,
    uploads: AtomicUsize,
    reads: AtomicUsize,
}

fn count(counter: &AtomicUsize) {
    counter.fetch_add(1, Ordering::Relaxed);
}

/// The figure of a form, and its state.
fn look(browser: &mut Browser, year: i16, school: &str) -> std::io::Result<(i64, String, Value)> {
    let form = good_read(browser, &format!("/api/submissions/{year}/{school}"))?;
    let groups = form["groups"].as_array().into_iter().flatten();
    let mut fields = groups.flat_map(|group| group["fields"].as_array().into_iter().flatten());
    let field = fields.find(|field| field["item"] == ITEM && field["place"] == "");
    let figure = field.and_then(|field| field["value"].as_str()).and_then(|text| text.parse().ok());
    let state = form["state"].as_str().unwrap_or_default().to_owned();
    Ok((figure.unwrap_or(-1), state, form))
}

/// A read that succeeds, or a server that has gone.
fn good_read(browser: &mut Browser, path: &str) -> std::io::Result<Value> {
    let answer = browser.get(path)?;
    assert!(answer.is_good(), "{path}: {} {}", answer.status, answer.text());
    Ok(answer.json())
}

impl Desk {
    /// Works until the server has gone.
    fn work(&mut self, tally: &Tally) -> std::io::Result<()> {
        loop {
            let path = format!("/api/submissions/{FORMS}/{}", self.code);
            match self.state.accepted.as_str() {
                "returned" | "draft" => {
                    let mut version = good_read(&mut self.clerk, &path)?["version"].clone();
                    for _ in 0..3 {
                        let next = self.figure.accepted + 1;
                        self.figure.asked = Some(next);
                        let edits = json!([{"place": "", "item": ITEM, "value": next.to_string()}]);
                        let saved = self.clerk.json(
                            "PATCH",
                            &format!("{path}/draft"),
                            &json!({"version": version, "edits": edits}),
                        )?;
                        assert!(saved.is_good(), "{}", saved.text());
                        version = saved.json()["version"].clone();
                        self.figure = Known::new(next);
                        count(&tally.saves);
                    }
                    self.step(&path, "submit", "submitted", tally)?;
                }
                "submitted" => self.step(&path, "sign", "signed", tally)?,
                "signed" => self.step(&path, "approve", "approved", tally)?,
                _ => self.step(&path, "return", "returned", tally)?,
            }
        }
    }

    fn step(&mut self, path: &str, step: &str, to: &str, tally: &Tally) -> std::io::Result<()> {
        let who = match step {
            "submit" => &mut self.clerk,
            "sign" => &mut self.head,
            _ => &mut self.bureau,
        };
        let version = good_read(who, path)?["version"].clone();
        let body = json!({"step": step, "version": version, "reason": "请核对"});
        self.state.asked = Some(to.to_owned());
        let answer = who.post(&format!("{path}/steps"), &body)?;
        assert!(answer.is_good(), "{step}: {}", answer.text());
        self.state = Known::new(to.to_owned());
        count(&tally.steps);
        Ok(())
    }
}

/// Imports a year over and over.
struct Importer {
    bureau: Browser,
    /// The figure of the year.
    figure: Known<i64>,
    /// Uploads that were answered with 202.
    uploads: Vec<i64>,
}

impl Importer {
    fn work(&mut self, tally: &Tally) -> std::io::Result<()> {
        loop {
            let next = self.figure.accepted + 1;
            let file = workbook(IMPORTS, next);
            // Asked again after a kill, it is the same key where no answer was seen: one upload.
            let key = format!("{next}-{}", tally.uploads.load(Ordering::Relaxed));
            let to = format!("/api/imports?year={IMPORTS}");
            let begun = self.bureau.upload(&to, &key, &file)?;
            assert_eq!(begun.status, 202, "{}", begun.text());
            let id = begun.json()["import"].as_i64().unwrap();
            self.uploads.push(id);
            count(&tally.uploads);
            let path = format!("/api/imports/{id}");
            let import = wait(&mut self.bureau, &path, |import| import["state"] != "reading")?;
            assert_eq!(import["state"], "waiting", "{import}");
            self.figure.asked = Some(next);
            let done = self.bureau.post(&format!("{path}/accept"), &json!({"as": "approved"}))?;
            assert!(done.is_good(), "{}", done.text());
            self.figure = Known::new(next);
            count(&tally.imports);
        }
    }

    /// Every upload that was taken in is there, comes to an end, and can be cleared away.
    fn settle(&mut self) {
        for id in self.uploads.drain(..) {
            let path = format!("/api/imports/{id}");
            let end = |import: &Value| import["state"] != "reading";
            let import = wait(&mut self.bureau, &path, end).unwrap();
            let state = import["state"].as_str().unwrap();
            let told = state == "failed" && import["error"].as_str().unwrap().contains("三次中断");
            assert!(matches!(state, "waiting" | "accepted") || told, "{import}");
            if state == "accepted" {
                // What was taken from it stands in the store; the file stays as its voucher.
                continue;
            }
            let removed = self.bureau.json("DELETE", &path, &Value::Null).unwrap();
            assert_eq!(removed.status, 204, "{}", removed.text());
        }
    }
}

/// Works until the server is killed: every desk, the importer, and two who read.
fn load(
    desks: &mut [Desk],
    importer: &mut Importer,
    readers: &[Browser],
    after: Duration,
    serving: Serving,
    tally: &Tally,
) {
    let readers: Vec<Browser> = readers.iter().map(|one| one.at(&serving.address)).collect();
    std::thread::scope(|scope| {
        let mut workers = Vec::new();
        for desk in desks.iter_mut() {
            workers.push(scope.spawn(|| desk.work(tally)));
        }
        workers.push(scope.spawn(|| importer.work(tally)));
        for mut reader in readers {
            workers.push(scope.spawn(move || {
                loop {
                    for year in [FORMS, IMPORTS] {
                        good_read(&mut reader, &format!("/api/years/{year}/overview"))?;
                        good_read(&mut reader, &format!("/api/submissions?year={year}"))?;
                        count(&tally.reads);
                        // A session asks fifty times a second at most.
                        std::thread::park_timeout(Duration::from_millis(50));
                    }
                }
            }));
        }
        let end = Instant::now() + after;
        while Instant::now() < end && !workers.iter().any(ScopedJoinHandle::is_finished) {
            std::thread::park_timeout(Duration::from_millis(1));
        }
        // SIGKILL.
        drop(serving);
        for worker in workers {
            // An error is the connection that broke; a panic is a finding, and goes on here.
            worker.join().unwrap().unwrap_err();
        }
    });
}

/// After a restart, over the interface and over the store.
fn inspect(people: &mut People, desks: &mut [Desk], importer: &mut Importer) {
    let bureau = &mut people.bureau;
    for desk in desks {
        let (figure, state, _) = look(bureau, FORMS, &desk.code).unwrap();
        desk.figure.found(figure, &format!("figure of {}", desk.code));
        desk.state.found(state, &format!("state of {}", desk.code));
    }
    let listed = good_read(bureau, &format!("/api/submissions?year={IMPORTS}")).unwrap();
    let mut figures = Vec::new();
    for line in listed["items"].as_array().unwrap() {
        assert_eq!(line["state"], "approved", "{line}");
        let school = line["school"].as_str().unwrap();
        if school != "county" {
            figures.push(look(bureau, IMPORTS, school).unwrap().0);
        }
    }
    assert_eq!(figures.len(), SCHOOLS, "{listed}");
    assert!(figures.iter().all(|figure| *figure == figures[0]), "half imported: {figures:?}");
    importer.figure.found(figures[0], "import");
    importer.settle();
    let running = |jobs: &Value| {
        let items = jobs["items"].as_array().unwrap();
        items.iter().all(|job| !matches!(job["state"].as_str(), Some("queued" | "running")))
    };
    wait(bureau, "/api/jobs", running).unwrap();
}

fn kill(folder: &Path, how: &How) {
    // On PostgreSQL another server might live: a job of one that was killed waits for half a minute.
    let usual = if how.database.is_some() { 3 } else { 12 };
    let crashes = std::env::var("JUNHENG_CRASHES").map_or(usual, |n| n.parse().unwrap());
    let serving = Serving::start(folder, how);
    let mut people = set_up(&serving, FORMS, STAFFED);
    super::server::import(&mut people.bureau, IMPORTS, 1, "years", "approved").unwrap();
    let mut desks = Vec::new();
    for (code, clerk, head) in std::mem::take(&mut people.schools) {
        let (figure, state, _) = look(&mut people.bureau, FORMS, &code).unwrap();
        let bureau = colleague(&serving);
        let (figure, state) = (Known::new(figure), Known::new(state));
        desks.push(Desk { code, clerk, head, bureau, figure, state });
    }
    let readers = [colleague(&serving), colleague(&serving)];
    let bureau = colleague(&serving);
    let mut importer = Importer { bureau, figure: Known::new(1), uploads: Vec::new() };
    let (tally, mut next) = (Tally::default(), Some(serving));
    let mut random = oorandom::Rand32::new(u64::from(std::process::id()));
    for crash in 1..=crashes {
        let serving = next.take().unwrap();
        let after = Duration::from_millis(u64::from(random.rand_range(20..1_500)));
        load(&mut desks, &mut importer, &readers, after, serving, &tally);
        let (code, said) = run(folder, how, &["verify"]);
        assert!(code == 0 && said.contains("数据完好"), "{said}");
        let (code, said) = run(folder, how, &["audit", "verify"]);
        assert!(code == 0 && said.contains("审计链完整") && said.contains(COUNTY), "{said}");
        let serving = Serving::start(folder, how);
        assert_eq!(serving.token, None, "there are accounts");
        people.bureau = people.bureau.at(&serving.address);
        importer.bureau = importer.bureau.at(&serving.address);
        for desk in &mut desks {
            for browser in [&mut desk.clerk, &mut desk.head, &mut desk.bureau] {
                *browser = browser.at(&serving.address);
            }
        }
        inspect(&mut people, &mut desks, &mut importer);
        next = Some(serving);
        if crash % 10 == 0 {
            eprintln!("{crash} kills: {tally:?}");
        }
    }
    eprintln!("{crashes} kills: {tally:?}; nothing lost, nothing half done");
    assert!(tally.saves.into_inner() > 0 && tally.steps.into_inner() > 0);
    good(people.bureau.get("/api/session"));
}

#[test]
fn at_any_moment_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    kill(folder.path(), &How::default());
}

#[tokio::test]
async fn at_any_moment_on_postgresql() {
    let Some(database) = crate::postgres::new_database().await else { return };
    let folder = tempfile::tempdir().unwrap();
    let how = How { database: Some(database), ..How::default() };
    tokio::task::spawn_blocking(move || kill(folder.path(), &how)).await.unwrap();
}
