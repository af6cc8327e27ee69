//! A county bureau at its busiest: two hundred people signed in to the real server, on the loopback,
//! over a county of a hundred schools. Clerks type and every pause is a save; principals and officers
//! look. Then one officer who tries figures in a county of three hundred schools.
//!
//! `cargo bench -p junheng-app --bench load`; `JUNHENG_LOAD_SECONDS` sets how long (30). It says how
//! busy the machine was with other things, because that is in the figures too.

#![expect(clippy::expect_used, reason = "a benchmark may stop at the first surprise")]

#[path = "../tests/cli/http.rs"]
#[expect(dead_code, reason = "shared with the tests, which ask for more")]
mod http;

use access::token::Token;
use domain::{Catalogue, CountyCode, Snapshot};
use http::Browser;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader};
use std::num::NonZero;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use store::sessions::Session;
use store::users::{Grant, GrantScope, NewUser};
use store::{By, ImportAs, Options, Store};

/// The demo county's latest year, and the one that is collected.
const YEAR: i16 = 2024;
const COLLECTED: i16 = 2025;
/// Pause of a person between two things, milliseconds: 500 to 1,500.
const PAUSE: (u32, u32) = (500, 1_500);
/// Before anything is counted.
const WARM_UP: Duration = Duration::from_secs(5);

/// A server of the release program.
struct Serving(Child, String);

impl Drop for Serving {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

fn serve(folder: &Path) -> Serving {
    let mut command = Command::new(env!("CARGO_BIN_EXE_junheng"));
    command.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(folder);
    command.env("JUNHENG_LOG", "warn").stdin(Stdio::null()).stdout(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    let lines = BufReader::new(child.stdout.take().expect("it says something")).lines();
    let mut lines = lines.map_while(Result::ok);
    let first = lines.find_map(|line| line.split_once("http://").map(|(_, rest)| rest.to_owned()));
    let address = first.expect("it says where it is");
    std::thread::spawn(move || lines.for_each(drop));
    Serving(child, address)
}

/// A number of `/proc/PID/status`, kilobytes.
fn kilobytes(serving: &Serving, name: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", serving.0.id()));
    let status = status.unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|line| line.trim_matches([':', ' ', '\t', 'k', 'B']).parse().ok()).unwrap_or(0)
}

/// Time on a processor, seconds: of a process, or of all (`/proc/stat`, without idle).
fn processor(of: Option<u32>) -> f64 {
    let path = of.map_or("/proc/stat".to_owned(), |id| format!("/proc/{id}/stat"));
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let numbers = |text: &str| -> Vec<f64> {
        text.split_whitespace().map(|word| word.parse().unwrap_or(0.0)).collect()
    };
    let ticks = if of.is_some() {
        let fields = numbers(text.rsplit_once(')').map_or("", |(_, rest)| rest));
        fields.iter().skip(11).take(2).sum::<f64>()
    } else {
        let fields = numbers(text.lines().next().unwrap_or_default());
        fields.iter().sum::<f64>() - fields.get(4).unwrap_or(&0.0) - fields.get(5).unwrap_or(&0.0)
    };
    ticks / 100.0
}

/// A county of so many schools with three years of approved figures, and signed-in people.
struct County {
    folder: tempfile::TempDir,
    schools: Vec<String>,
    officers: Vec<(String, String)>,
    /// With the number of the school.
    clerks: Vec<(usize, String, String)>,
    principals: Vec<(usize, String, String)>,
}

fn snapshots(schools: usize, catalogue: &Arc<Catalogue>) -> Vec<Snapshot> {
    let source = packs::PackSource::embedded();
    let standard = standard::load::load(&source, catalogue, "cn-quality-2017");
    let attested = standard.expect("the packs are sound").attested();
    let options = demo::Options {
        seed: demo::Options::SEED,
        schools,
        year: demo::Options::YEAR,
        catalogue,
        attested: &attested,
    };
    let drafts = demo::county(&options).expect("the demo county can be made");
    let seal = |draft: domain::Draft| draft.seal(catalogue).expect("and is a snapshot");
    let mut snapshots: Vec<Snapshot> = drafts.into_iter().map(seal).collect();
    snapshots.sort_by_key(Snapshot::year);
    snapshots
}

async fn county(schools: usize, people: usize) -> store::Result<County> {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let store = Store::open(&Options::new(folder.path())).await?;
    let items = items::load(&packs::PackSource::embedded()).expect("the packs are sound");
    let catalogue = Arc::new(items.catalogue().clone());
    #[expect(clippy::disallowed_methods, reason = "sessions begin at the moment")]
    let now = Timestamp::now();
    let by = By::new("压测", now);
    let snapshots = snapshots(schools, &catalogue);
    for snapshot in &snapshots {
        store.import(snapshot, &catalogue, ImportAs::Approved, &by).await?;
    }
    let latest = snapshots.last().expect("there are three years");
    let code = latest.county().code.clone();
    let schools: Vec<String> = latest.schools().iter().map(|s| s.code.to_string()).collect();
    let mut made = County { folder, schools, officers: vec![], clerks: vec![], principals: vec![] };
    for n in 0..people {
        let school = (n / 2) % made.schools.len();
        let of_school = GrantScope::School(made.schools[school].clone());
        let (role, scope) = match n {
            _ if n % 10 == 9 => ("officer:planning", GrantScope::County),
            _ if n % 2 == 0 => ("clerk", of_school),
            _ => ("principal", of_school),
        };
        let (cookie, csrf) = sign_in(&store, &code, n, role, scope, now).await?;
        match role {
            "clerk" => made.clerks.push((school, cookie, csrf)),
            "principal" => made.principals.push((school, cookie, csrf)),
            _ => made.officers.push((cookie, csrf)),
        }
    }
    store.close().await;
    Ok(made)
}

/// An account with a session, as signing in would have left it.
async fn sign_in(
    store: &Store,
    county: &CountyCode,
    n: usize,
    role: &str,
    scope: GrantScope,
    now: Timestamp,
) -> store::Result<(String, String)> {
    let login = format!("user{n}");
    let grant = Grant { role: role.to_owned(), scope, from: None, to: None };
    let user = NewUser {
        name: format!("第{n}人"),
        login: login.clone(),
        password: None,
        must_change: false,
        grants: vec![grant],
    };
    let by = By::new(login, now);
    let ids = store.add_users(county, &[user], &by).await?;
    let token = Token::random().expect("there is chance");
    let session = Session {
        county: county.clone(),
        token: token.hash(),
        user: ids.first().copied().unwrap_or_default(),
        csrf: token.csrf(),
        created: now,
        seen: now,
        expires: now + SignedDuration::from_mins(30),
    };
    store.open_session(&session, &by).await?;
    Ok((token.reveal().to_owned(), token.csrf()))
}

fn browser(address: &str, cookie: &str, csrf: &str) -> Browser {
    let mut browser = Browser::new(address);
    (browser.cookie, browser.csrf) = (Some(cookie.to_owned()), Some(csrf.to_owned()));
    browser
}

/// What was measured: what it was, and how long it took.
type Taken = Vec<(&'static str, Duration)>;

/// Somebody at work until told to stop.
struct Person<'a> {
    browser: Browser,
    random: oorandom::Rand32,
    stop: &'a AtomicBool,
    begun: Instant,
    taken: Taken,
}

impl Person<'_> {
    fn goes_on(&mut self) -> bool {
        let pause = u64::from(self.random.rand_range(PAUSE.0..PAUSE.1));
        std::thread::park_timeout(Duration::from_millis(pause));
        !self.stop.load(Ordering::Relaxed)
    }

    fn ask(&mut self, what: &'static str, method: &str, path: &str, body: &Value) -> Value {
        let text = if body.is_null() { String::new() } else { body.to_string() };
        // As a browser asks; only a form has to be read.
        let is_form = what == "save" || what == "form";
        let squeezed = [("accept-encoding", "gzip, br")];
        let more = if is_form { &[][..] } else { &squeezed[..] };
        let begun = Instant::now();
        let answer = self.browser.send(method, path, "application/json", more, text.as_bytes());
        let took = begun.elapsed();
        let answer = answer.expect("the server answers");
        assert!(answer.is_good(), "{method} {path}: {} {}", answer.status, answer.text());
        if begun.duration_since(self.begun) > WARM_UP {
            self.taken.push((what, took));
        }
        if is_form { answer.json() } else { Value::Null }
    }

    fn look(&mut self, what: &'static str, path: &str) -> Value {
        self.ask(what, "GET", path, &Value::Null)
    }

    /// A clerk: opens the form, types field after field.
    fn fill(mut self, school: &str) -> Taken {
        let path = format!("/api/submissions/{COLLECTED}/{school}");
        while self.goes_on() {
            let form = self.look("form", &path);
            let mut version = form["version"].clone();
            for _ in 0..8 {
                if !self.goes_on() {
                    break;
                }
                let edit = |item: &str, value: u32| json!({"place": "", "item": item, "value": value.to_string()});
                let figure = self.random.rand_range(1_000..9_000);
                let edits = [edit("site_area", figure), edit("building_area", figure / 2)];
                let body = json!({"version": version, "edits": edits});
                let saved = self.ask("save", "PATCH", &format!("{path}/draft"), &body);
                version = saved["version"].clone();
            }
        }
        self.taken
    }

    /// A principal: where the school stands, why, and how the form is coming on.
    fn follow(mut self, school: &str) -> Taken {
        let year = format!("/api/years/{YEAR}");
        while self.goes_on() {
            self.look("overview", &format!("{year}/overview"));
            self.goes_on();
            self.look("evaluation", &format!("{year}/evaluation"));
            self.goes_on();
            self.look("form", &format!("/api/submissions/{COLLECTED}/{school}"));
        }
        self.taken
    }

    /// An officer: the whole county.
    fn oversee(mut self, school: &str) -> Taken {
        let year = format!("/api/years/{YEAR}");
        let why = format!("{year}/explanation?indicator=L3&school={school}");
        let pages = [
            ("overview", format!("{year}/overview")),
            ("evaluation", format!("{year}/evaluation")),
            ("progress", format!("/api/submissions?year={COLLECTED}")),
            ("map", format!("{year}/map")),
            ("explanation", why),
        ];
        while self.goes_on() {
            let at = self.random.rand_range(0..5) as usize;
            if let Some((what, path)) = pages.get(at) {
                self.look(what, path);
            }
        }
        self.taken
    }
}

/// The share of durations that lie below, in milliseconds.
fn percentile(sorted: &[Duration], percent: usize) -> f64 {
    let at = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
    sorted.get(at).map_or(0.0, |took| took.as_secs_f64() * 1_000.0)
}

fn tell(what: &str, mut all: Vec<Duration>) {
    all.sort();
    println!(
        "| {what} | {} | {:.1} | {:.1} | {:.1} |",
        all.len(),
        percentile(&all, 50),
        percentile(&all, 99),
        percentile(&all, 100)
    );
}

fn two_hundred_people(seconds: u64) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime can be made");
    let county = runtime.block_on(county(100, 200)).expect("the county is kept");
    let serving = serve(county.folder.path());
    let first = county.officers.first().expect("there are officers");
    let mut officer = browser(&serving.1, &first.0, &first.1);
    let open = |officer: &mut Browser, path: &str, body: Value| {
        let answer = officer.post(path, &body).expect("the server answers");
        assert!(answer.is_good(), "{}", answer.text());
    };
    open(&mut officer, "/api/years", json!({"year": COLLECTED}));
    let collection = json!({"year": COLLECTED, "title": "年度数据", "deadline": "2099-10-15"});
    open(&mut officer, "/api/collections", collection);

    let (stop, begun) = (AtomicBool::new(false), Instant::now());
    let person = |n: usize, cookie: &str, csrf: &str| Person {
        browser: browser(&serving.1, cookie, csrf),
        random: oorandom::Rand32::new(n as u64),
        stop: &stop,
        begun,
        taken: Vec::new(),
    };
    let (mut all, mut shares) = (Taken::new(), (0.0, 0.0));
    std::thread::scope(|scope| {
        let mut people = Vec::new();
        for (n, (school, cookie, csrf)) in county.clerks.iter().enumerate() {
            let (person, school) = (person(n, cookie, csrf), &county.schools[*school]);
            people.push(scope.spawn(move || person.fill(school)));
        }
        for (n, (school, cookie, csrf)) in county.principals.iter().enumerate() {
            let (person, school) = (person(1_000 + n, cookie, csrf), &county.schools[*school]);
            people.push(scope.spawn(move || person.follow(school)));
        }
        for (n, (cookie, csrf)) in county.officers.iter().enumerate() {
            let (person, school) = (person(2_000 + n, cookie, csrf), &county.schools[n]);
            people.push(scope.spawn(move || person.oversee(school)));
        }
        std::thread::park_timeout(WARM_UP);
        let busy = |id: Option<u32>| processor(id);
        let own = std::process::id();
        let before = (busy(Some(serving.0.id())), busy(None), busy(Some(own)));
        std::thread::park_timeout(Duration::from_secs(seconds));
        let server = busy(Some(serving.0.id())) - before.0;
        let others = busy(None) - before.1 - server - (busy(Some(own)) - before.2);
        let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
        let cores = f64::from(u32::try_from(cores).unwrap_or(1));
        let of_all =
            |time: f64| time / (Duration::from_secs(seconds).as_secs_f64() * cores) * 100.0;
        shares = (of_all(server), of_all(others));
        stop.store(true, Ordering::Relaxed);
        for person in people {
            all.extend(person.join().expect("nobody was refused"));
        }
    });
    println!("\n200 people, 100 schools, {seconds} s, times in ms\n");
    println!("| what | requests | p50 | p99 | slowest |\n|---|---:|---:|---:|---:|");
    let of = |wanted: &dyn Fn(&str) -> bool| -> Vec<Duration> {
        all.iter().filter(|(what, _)| wanted(what)).map(|(_, took)| *took).collect()
    };
    for what in ["overview", "evaluation", "map", "explanation", "progress", "form"] {
        tell(what, of(&|known| known == what));
    }
    tell("**all reads**", of(&|what| what != "save"));
    tell("**saves**", of(&|what| what == "save"));
    let memory = (kilobytes(&serving, "VmHWM"), kilobytes(&serving, "VmRSS"));
    println!("\nserver: {} MB at most, {} MB at the end", memory.0 / 1_024, memory.1 / 1_024);
    println!("processors: {:.0} % the server, {:.0} % others", shares.0, shares.1);
}

fn what_if() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime can be made");
    let county = runtime.block_on(county(300, 10)).expect("the county is kept");
    let serving = serve(county.folder.path());
    let (cookie, csrf) = county.officers.first().expect("there is an officer");
    let mut officer = browser(&serving.1, cookie, csrf);
    let path = format!("/api/years/{YEAR}/what-if");
    let mut first = None;
    let mut all = Vec::new();
    for n in 0..60_usize {
        let school = &county.schools[n * 4];
        let body = json!({"edits": [
            {"school": school, "item": "site_area", "value": (9_000 + n).to_string()}]});
        let begun = Instant::now();
        let answer = officer.post(&path, &body).expect("the server answers");
        let took = begun.elapsed();
        assert!(answer.is_good(), "{}", answer.text());
        if first.is_none() {
            first = Some(took);
        } else {
            all.push(took);
        }
        // A session asks fifty times a second at most.
        std::thread::park_timeout(Duration::from_millis(25));
    }
    println!("\nwhat-if, 300 schools, one person, times in ms\n");
    println!("| what | requests | p50 | p99 | slowest |\n|---|---:|---:|---:|---:|");
    tell("the first, which measures the year", first.into_iter().collect());
    tell("each further one", all);
    println!("\nserver: {} MB at most", kilobytes(&serving, "VmHWM") / 1_024);
}

fn main() {
    let seconds = std::env::var("JUNHENG_LOAD_SECONDS").ok().and_then(|n| n.parse().ok());
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    println!("load before: {}", load.trim());
    two_hundred_people(seconds.unwrap_or(30));
    what_if();
}
