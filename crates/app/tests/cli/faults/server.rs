//! A server of the built program over a folder of its own, with people who are signed in.

use crate::http::{Answer, Browser};
use serde_json::{Value, json};
use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, LazyLock};

/// The password of everybody.
pub(crate) const PASSWORD: &str = "Qing-shan4102";

/// How the program is started.
#[derive(Clone, Debug, Default)]
pub(crate) struct How {
    /// Not the database in the folder.
    pub(crate) database: Option<String>,
    /// A shell's words before the program, which become it in the end; nothing: `exec`.
    pub(crate) before: &'static str,
}

/// A server that is killed when nobody holds it any more.
#[derive(Debug)]
pub(crate) struct Serving {
    child: Child,
    pub(crate) address: String,
    pub(crate) token: Option<String>,
}

impl Drop for Serving {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Serving {
    /// Starts a server on a free port and waits until it has said where it is. Its log goes to
    /// `log` beside the data.
    pub(crate) fn start(folder: &Path, how: &How) -> Self {
        let log = File::options().create(true).append(true).open(folder.join("log")).unwrap();
        let mut command = Command::new("sh");
        let program = env!("CARGO_BIN_EXE_junheng");
        let before = if how.before.is_empty() { "exec" } else { how.before };
        command.args(["-c", &format!("{before} \"$@\""), "sh", program]);
        command.args(["serve", "--data", "数据", "--listen", "127.0.0.1:0"]);
        if let Some(database) = &how.database {
            command.args(["--database", database]);
        }
        command.current_dir(folder).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log);
        let mut child = command.spawn().unwrap();
        let mut said = Vec::new();
        for line in BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok) {
            let last = line.contains("Ctrl-C");
            said.push(line);
            if last {
                break;
            }
        }
        let after = |mark: &str| {
            let found = said.iter().find_map(|line| line.split_once(mark).map(|(_, rest)| rest));
            found.map(|rest| rest.split(['/', ' ']).next().unwrap_or_default().to_owned())
        };
        let Some(address) = after("http://") else {
            let log = std::fs::read_to_string(folder.join("log")).unwrap_or_default();
            panic!("the server has not started: {said:?}\n{log}");
        };
        Self { child, address, token: after("/setup#token=") }
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }
}

/// Runs a command of the program over the same data.
pub(crate) fn run(folder: &Path, how: &How, args: &[&str]) -> (i32, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_junheng"));
    command.args(args).args(["--data", "数据"]).current_dir(folder).stdin(Stdio::null());
    if let Some(database) = &how.database {
        command.args(["--database", database]);
    }
    let output = command.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    (output.status.code().unwrap_or(-1), text)
}

/// The catalogue, the layouts and the items of the packs in the program.
struct Packs {
    catalogue: Arc<domain::Catalogue>,
    layouts: intake::Layouts,
    attested: Vec<(String, String)>,
}

static PACKS: LazyLock<Packs> = LazyLock::new(|| {
    let source = packs::PackSource::embedded();
    let catalogue = Arc::new(items::load(&source).unwrap().catalogue().clone());
    let layouts = intake::Layouts::load(&source, &catalogue).unwrap();
    let standard = standard::load::load(&source, &catalogue, "cn-quality-2017").unwrap();
    let attested = standard.attested();
    Packs { catalogue, layouts, attested }
});

/// So many schools has the county.
pub(crate) const SCHOOLS: usize = 8;
/// The county.
pub(crate) const COUNTY: &str = "341823";
/// What the stories change, of every school: square metres.
pub(crate) const ITEM: &str = "indoor_sports_area";

/// The county of a year as a workbook of the template, in which every school has so much of [`ITEM`].
pub(crate) fn workbook(year: i16, area: i64) -> Vec<u8> {
    let packs = &*PACKS;
    let options = demo::Options {
        seed: demo::Options::SEED,
        schools: SCHOOLS,
        year: demo::Options::YEAR,
        catalogue: &packs.catalogue,
        attested: &packs.attested,
    };
    let mut draft = demo::county(&options).unwrap().pop().unwrap();
    draft.year = domain::SchoolYear(year);
    // The county that is set up below, whose code leads those of its schools.
    draft.county.code = domain::CountyCode::parse(COUNTY).unwrap();
    let item = packs.catalogue.id(ITEM).unwrap();
    let value = domain::Value::Number(area.into());
    let origin = draft.origin(domain::Origin::Derived { how: "试验".into() });
    for school in &mut draft.schools {
        school.facts.set(item, domain::Fact { value: value.clone(), origin });
    }
    let snapshot = draft.seal(&packs.catalogue).unwrap();
    let options = intake::write::WriteOptions {
        catalogue: &packs.catalogue,
        layouts: &packs.layouts,
        indicators: &packs.attested,
        label: None,
    };
    let mut files = intake::write::snapshot_as("template", &snapshot, &options).unwrap();
    files.pop().unwrap().bytes
}

/// The people of the county, signed in.
#[derive(Debug)]
pub(crate) struct People {
    pub(crate) system: Browser,
    pub(crate) bureau: Browser,
    /// Of each school: code, clerk, principal.
    pub(crate) schools: Vec<(String, Browser, Browser)>,
}

#[track_caller]
pub(crate) fn good(answer: std::io::Result<Answer>) -> Value {
    let answer = answer.unwrap();
    assert!(answer.is_good(), "{} {}", answer.status, answer.text());
    answer.json()
}

/// Sets up the county of a new server: the first administrator, a year's figures as approved, and
/// clerks and principals of the first schools.
pub(crate) fn set_up(serving: &Serving, year: i16, staffed: usize) -> People {
    let address = &serving.address;
    let token = serving.token.clone().unwrap();
    let first = json!({"token": token, "login": "system", "name": "系统", "password": PASSWORD,
        "county": {"code": COUNTY, "name": "青禾市"}});
    good(Browser::new(address).post("/api/setup", &first));
    let mut system = Browser::new(address);
    good(system.sign_in("system", PASSWORD));
    let mut bureau = account(&mut system, "bureau", "officer", Some("evaluation"), None);
    import(&mut bureau, year, 1, "first", "approved").unwrap();
    let schools = good(system.get("/api/schools"));
    let codes = schools.as_array().unwrap().iter().filter_map(|school| school["code"].as_str());
    let mut people = Vec::new();
    for (n, code) in codes.take(staffed).enumerate() {
        let clerk = account(&mut system, &format!("clerk{n}"), "clerk", None, Some(code));
        let head = account(&mut system, &format!("head{n}"), "principal", None, Some(code));
        people.push((code.to_owned(), clerk, head));
    }
    People { system, bureau, schools: people }
}

/// One more session of the bureau's officer: requests of one session are limited.
pub(crate) fn colleague(serving: &Serving) -> Browser {
    let mut browser = Browser::new(&serving.address);
    good(browser.sign_in("bureau", PASSWORD));
    browser
}

/// Makes an account and signs it in.
fn account(
    system: &mut Browser,
    login: &str,
    role: &str,
    department: Option<&str>,
    school: Option<&str>,
) -> Browser {
    let scope = match school {
        Some(code) => json!({"kind": "school", "code": code}),
        None => json!({"kind": "county"}),
    };
    let mut grant = json!({"role": role, "scope": scope});
    if let Some(department) = department {
        grant["department"] = json!(department);
    }
    let body = json!({"login": login, "name": format!("{login}甲"), "grants": [grant]});
    let made = good(system.post("/api/users", &body));
    let token = made["link"]["path"].as_str().unwrap().split_once('=').unwrap().1.to_owned();
    let mut browser = system.at_nobody();
    good(browser.post("/api/links/use", &json!({"token": token, "password": PASSWORD})));
    good(browser.sign_in(login, PASSWORD));
    browser
}

/// Uploads a workbook, waits until it is read, and accepts it. Returns what it came to; an error is a
/// server that has gone.
pub(crate) fn import(
    bureau: &mut Browser,
    year: i16,
    area: i64,
    key: &str,
    import_as: &str,
) -> std::io::Result<Value> {
    let file = workbook(year, area);
    let begun = bureau.upload(&format!("/api/imports?year={year}"), key, &file)?;
    assert_eq!(begun.status, 202, "{}", begun.text());
    let path = format!("/api/imports/{}", begun.json()["import"]);
    let import = wait(bureau, &path, |import| import["state"] != "reading")?;
    assert_eq!(import["state"], "waiting", "{import}");
    let accepted = bureau.post(&format!("{path}/accept"), &json!({"as": import_as}))?;
    assert!(accepted.is_good(), "{}", accepted.text());
    Ok(accepted.json())
}

/// Looks at something until it is as wanted, for a while.
pub(crate) fn wait(
    browser: &mut Browser,
    path: &str,
    is_done: impl Fn(&Value) -> bool,
) -> std::io::Result<Value> {
    let end = std::time::Instant::now() + std::time::Duration::from_mins(1);
    loop {
        let answer = browser.get(path)?;
        let value = answer.json();
        if answer.is_good() && is_done(&value) {
            return Ok(value);
        }
        assert!(std::time::Instant::now() < end, "{path}: {} {}", answer.status, answer.text());
        std::thread::park_timeout(std::time::Duration::from_millis(50));
    }
}
