//! Kill -9: a child imports and approves in a loop and is killed at random moments. What it had said
//! was accepted is there afterwards, and nothing is half there.
//!
//! The child is this test program again, at the test [`child`], told by the environment what to do.
//! `JUNHENG_CRASHES` sets how many times each database is killed (20).

use crate::fixture::{CATALOGUE, Kind, by, demo, options};
use domain::{SchoolYear, Snapshot};
use rstest::rstest;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};
use store::moves::{Move, State};
use store::submissions::StepRequest;
use store::{Database, FormKey, ImportAs, Options, Scope, Store, Which, collections::MAIN};

const FOLDER: &str = "JUNHENG_CRASH_FOLDER";
const DATABASE: &str = "JUNHENG_CRASH_DATABASE";

/// The demo county as if it were another school year: each import is one year.
fn year(base: &Snapshot, n: i16) -> Snapshot {
    let mut draft = base.to_draft();
    draft.year = SchoolYear(2000 + n);
    draft.seal(&CATALOGUE).unwrap()
}

fn base() -> Snapshot {
    demo(10).pop().unwrap()
}

/// Imports a year and approves it form by form, and says each time what has been accepted.
async fn work(store: &Store, base: &Snapshot, n: i16) {
    let mut out = std::io::stdout();
    let snapshot = year(base, n);
    let county = &snapshot.county().code;
    let clerk = by("科员", i64::from(n));
    store.import(&snapshot, &CATALOGUE, ImportAs::Submitted, &clerk).await.unwrap();
    writeln!(out, "\naccepted import {n}").unwrap();
    let submissions =
        store.submissions(county, snapshot.year(), None, &Scope::County).await.unwrap();
    for mut submission in submissions {
        for step in [Move::Sign, Move::Approve] {
            let (key, version) = (submission.key.clone(), submission.version);
            let request = StepRequest::default();
            let advanced =
                store.advance(&key, step, request, version, &Scope::County, &clerk).await;
            submission = advanced.unwrap();
        }
        let school = submission.key.school.map(|s| s.to_string()).unwrap_or_default();
        writeln!(out, "\naccepted approval {n} {school}").unwrap();
    }
}

/// Nothing by itself; the work of a child that is to be killed.
#[tokio::test]
async fn child() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let mut options = Options::new(folder);
    if let Ok(address) = std::env::var(DATABASE) {
        options = options.database(Database::Postgres(address));
    }
    let store = Store::open(&options).await.unwrap();
    let base = base();
    let done = store.years(&base.county().code).await.unwrap();
    let next = done.iter().map(|y| y.year.0 - 2000).max().unwrap_or(0) + 1;
    println!("\nready");
    for n in next..next + 200 {
        work(&store, &base, n).await;
    }
}

/// Runs the child for a while, kills it, and returns what it had said.
pub(crate) fn run_and_kill(child: &str, options: &Options, after: Duration) -> Vec<String> {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", child, "--nocapture", "--test-threads=1"]);
    command.env(FOLDER, &options.folder);
    if let Database::Postgres(address) = &options.database {
        command.env(DATABASE, address);
    }
    command.stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    let out = BufReader::new(child.stdout.take().unwrap());
    let (send, receive) = channel();
    let reader = std::thread::spawn(move || {
        for line in out.lines().map_while(Result::ok) {
            if send.send(line).is_err() {
                break;
            }
        }
    });
    let mut said = Vec::new();
    // Until it is ready, and then for the time given.
    let mut end = Instant::now() + Duration::from_mins(1);
    loop {
        match receive.recv_timeout(end.saturating_duration_since(Instant::now())) {
            Ok(line) if line == "ready" => end = Instant::now() + after,
            Ok(line) => said.push(line),
            Err(RecvTimeoutError::Timeout) => break,
            Err(RecvTimeoutError::Disconnected) => panic!("the child ended by itself: {said:?}"),
        }
    }
    // SIGKILL on Unix.
    child.kill().unwrap();
    child.wait().unwrap();
    reader.join().unwrap();
    said.extend(receive.try_iter());
    said.retain(|line| line.starts_with("accepted"));
    said
}

/// Everything that was accepted is there, and no import is half there.
async fn inspect(options: &Options, base: &Snapshot, accepted: &[String]) {
    let store = Store::open(options).await.unwrap();
    let report = store.check().await.unwrap();
    assert!(report.is_whole(), "{report:?}");
    let county = &base.county().code;
    let mut approved = Vec::new();
    for found in store.years(county).await.unwrap() {
        let n = found.year.0 - 2000;
        let expected = year(base, n);
        let which = Which::Submitted;
        let whole = store.snapshot_of(county, found.year, which, &CATALOGUE).await.unwrap();
        assert_eq!(whole.snapshot.hash(), expected.hash(), "the import of year {n} is whole");
        approved.push(format!("accepted import {n}"));
        for submission in store.submissions(county, found.year, None, &Scope::County).await.unwrap()
        {
            assert_ne!(submission.state, State::Draft);
            if submission.state == State::Approved {
                let key: &FormKey = &submission.key;
                assert_eq!(key.collection, MAIN);
                let school = key.school.as_ref().map(ToString::to_string).unwrap_or_default();
                approved.push(format!("accepted approval {n} {school}"));
            }
        }
    }
    for line in accepted {
        assert!(approved.contains(line), "lost: {line}");
    }
    store.close().await;
}

#[rstest]
#[case::sqlite(Kind::Sqlite)]
#[case::postgres(Kind::Postgres)]
#[tokio::test]
async fn kill_at_any_moment(#[case] kind: Kind) {
    let Some((options, _folder)) = options(kind).await else { return };
    let crashes = std::env::var("JUNHENG_CRASHES").map_or(20, |n| n.parse().unwrap());
    let base = base();
    let mut random = oorandom::Rand32::new(u64::from(std::process::id()));
    let mut accepted = Vec::new();
    for _ in 0..crashes {
        let after = Duration::from_micros(u64::from(random.rand_range(100..300_000)));
        accepted.extend(run_and_kill("crash::child", &options, after));
        inspect(&options, &base, &accepted).await;
    }
    assert!(!accepted.is_empty(), "the child has done something");
}
