//! What every story begins with: a server without a socket, a county with schools and a person of
//! every role, and a clock that the story turns.

use access::hashing::{Cost, hash};
use access::token::Token;
use access::{Department, Role};
use api::{App, Clock, Config, JobKinds, RateLimits};
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use domain::{CountyCode, SchoolCode, SchoolKind, SchoolYear};
use http_body_util::BodyExt as _;
use jiff::Timestamp;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, LazyLock};
use store::schools::Event;
use store::sessions::Session;
use store::users::{Grant, GrantScope, NewUser};
use store::{By, Database, DistrictKind, Options};
use tempfile::TempDir;
use tower::ServiceExt as _;

/// On which database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Sqlite,
    Postgres,
}

/// The password of everybody.
pub(crate) const PASSWORD: &str = "Qing-shan4102";
static HASH: LazyLock<String> = LazyLock::new(|| hash(PASSWORD, Cost::LEAST).unwrap());

/// A server without a socket.
pub(crate) struct House {
    pub(crate) app: App,
    pub(crate) router: Router,
    pub(crate) config: Config,
    seconds: Arc<AtomicI64>,
    folder: Arc<TempDir>,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or(Value::Null)
    }

    pub(crate) fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }

    #[track_caller]
    pub(crate) fn is(self, status: u16) -> Value {
        let text = String::from_utf8_lossy(&self.bytes).into_owned();
        assert_eq!(self.status.as_u16(), status, "{text}");
        self.json()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

/// Somebody with a browser: cookie and token.
#[derive(Clone, Debug, Default)]
pub(crate) struct Client {
    pub(crate) cookie: Option<String>,
    pub(crate) csrf: Option<String>,
}

impl Client {
    pub(crate) fn stranger() -> Self {
        Self::default()
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> axum::http::request::Builder {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(cookie) = &self.cookie {
            request = request.header(header::COOKIE, format!("junheng_session={cookie}"));
        }
        if let Some(csrf) = &self.csrf {
            request = request.header("x-csrf-token", csrf);
        }
        request
    }

    pub(crate) async fn get(&self, house: &House, path: &str) -> Answer {
        house.send(self.request(Method::GET, path).body(Body::empty()).unwrap()).await
    }

    pub(crate) async fn send(
        &self,
        house: &House,
        method: Method,
        path: &str,
        body: &Value,
    ) -> Answer {
        let request = self.request(method, path).header(header::CONTENT_TYPE, "application/json");
        house.send(request.body(Body::from(body.to_string())).unwrap()).await
    }

    pub(crate) async fn post(&self, house: &House, path: &str, body: Value) -> Answer {
        self.send(house, Method::POST, path, &body).await
    }
}

pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_760_000_000 + seconds).unwrap()
}

pub(crate) fn county() -> CountyCode {
    CountyCode::parse("341823").unwrap()
}

pub(crate) fn other_county() -> CountyCode {
    CountyCode::parse("341824").unwrap()
}

pub(crate) fn school(number: u32) -> SchoolCode {
    SchoolCode::parse(&format!("34182300{number:02}")).unwrap()
}

pub(crate) const YEAR: SchoolYear = SchoolYear(2024);

pub(crate) async fn config(kind: Kind) -> Option<(Config, TempDir)> {
    let folder = tempfile::tempdir().unwrap();
    let mut options = Options::new(folder.path().join("数据"));
    if kind == Kind::Postgres {
        let address = crate::postgres::new_database().await?;
        options = options.database(Database::Postgres(address));
    }
    let mut config = Config::new(options);
    config.cost = Cost::LEAST;
    let many = (100_000, 1);
    config.limits =
        RateLimits { sign_in_address: many, sign_in_login: many, stranger: many, session: many };
    Some((config, folder))
}

impl House {
    /// A server with nothing in it; `None` where there is no such database.
    pub(crate) async fn empty(kind: Kind) -> Option<Self> {
        let (config, folder) = config(kind).await?;
        Some(Self::with(config, Arc::new(folder)).await)
    }

    /// A server with the county and its people.
    pub(crate) async fn peopled(kind: Kind) -> Option<Self> {
        let (config, folder) = config(kind).await?;
        let house = Self::with(config, Arc::new(folder)).await;
        people(&house).await;
        Some(house)
    }

    /// The same county, with handlers for jobs.
    pub(crate) async fn with_jobs(kinds: JobKinds) -> Self {
        let (mut config, folder) = config(Kind::Sqlite).await.unwrap();
        config.jobs = kinds;
        Self::with_people(config, Arc::new(folder)).await
    }

    /// The same county, set up otherwise.
    pub(crate) async fn with_people(config: Config, folder: Arc<TempDir>) -> Self {
        let house = Self::with(config, folder).await;
        people(&house).await;
        house
    }

    pub(crate) async fn with(mut config: Config, folder: Arc<TempDir>) -> Self {
        let seconds = Arc::new(AtomicI64::new(0));
        let clock = Arc::clone(&seconds);
        config.clock = Clock::new(move || at(clock.load(Ordering::Relaxed)));
        let app = App::open(config.clone()).await.unwrap();
        Self { router: api::router(app.clone()), app, config, seconds, folder }
    }

    /// The same data after a restart, with the clock where it was.
    pub(crate) async fn restarted(&self) -> Self {
        let folder = Arc::clone(&self.folder);
        let house = Self::with(self.config.clone(), folder).await;
        house.seconds.store(self.seconds.load(Ordering::Relaxed), Ordering::Relaxed);
        house
    }

    /// Lets time pass.
    pub(crate) fn pass(&self, seconds: i64) {
        self.seconds.fetch_add(seconds, Ordering::Relaxed);
    }

    pub(crate) fn now(&self) -> Timestamp {
        at(self.seconds.load(Ordering::Relaxed))
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes().to_vec();
        Answer { status: parts.status, headers: parts.headers, bytes }
    }

    /// Signs in with a password, as a page does.
    pub(crate) async fn sign_in(&self, login: &str, password: &str) -> Answer {
        let body = json!({ "login": login, "password": password });
        Client::stranger().post(self, "/api/session", body).await
    }

    /// The same where the store keeps several counties.
    pub(crate) async fn in_county(&self, login: &str, password: &str) -> Answer {
        let body = json!({ "login": login, "password": password, "county": "341823" });
        Client::stranger().post(self, "/api/session", body).await
    }

    /// Signs in and remembers what a browser remembers.
    pub(crate) async fn client(&self, login: &str) -> Client {
        let answer = self.in_county(login, PASSWORD).await;
        assert_eq!(answer.status, StatusCode::OK, "{login}: {:?}", answer.json());
        browser(&answer)
    }

    /// A session without the password, for stories that need hundreds.
    pub(crate) async fn session(&self, county: &CountyCode, login: &str) -> Client {
        let store = self.app.store();
        let user = store.user_by_login(county, login).await.unwrap().unwrap();
        let token = Token::random().unwrap();
        let session = Session {
            county: county.clone(),
            token: token.hash(),
            user: user.id,
            csrf: token.csrf(),
            created: self.now(),
            seen: self.now(),
            expires: self.now() + jiff::SignedDuration::from_mins(30),
        };
        store.open_session(&session, &By::new(login, self.now())).await.unwrap();
        Client { cookie: Some(token.reveal().to_owned()), csrf: Some(token.csrf()) }
    }
}

/// What a browser keeps of a log-in.
pub(crate) fn browser(answer: &Answer) -> Client {
    let cookie = answer.header("set-cookie");
    let cookie = cookie.split(';').next().and_then(|pair| pair.split_once('=')).map(|(_, v)| v);
    Client {
        cookie: cookie.map(str::to_owned),
        csrf: answer.json()["csrf"].as_str().map(str::to_owned),
    }
}

/// One log-in a role: its name is the role's code, `:` written as `-`.
pub(crate) fn login(role: Role) -> String {
    role.code().replace(':', "-")
}

pub(crate) fn grant(role: Role, scope: GrantScope) -> Grant {
    Grant { role: role.code(), scope, from: None, to: None }
}

/// Where a role of the county's people is held.
fn scope(role: Role) -> GrantScope {
    match role {
        Role::DistrictHead => GrantScope::District("D1".to_owned()),
        Role::Principal | Role::Clerk => GrantScope::School(school(1).to_string()),
        _ => GrantScope::County,
    }
}

fn user(login: &str, grants: Vec<Grant>) -> NewUser {
    NewUser {
        login: login.to_owned(),
        name: format!("甲{login}"),
        password: Some(HASH.clone()),
        must_change: false,
        grants,
    }
}

/// Six schools, two districts, a person of every role; a clerk of another school, and another county.
async fn people(house: &House) {
    let store = house.app.store();
    let by = By::new("开办", house.now());
    let county = county();
    store.put_county(&county, "青山县", &by).await.unwrap();
    store.open_year(&county, YEAR, &by).await.unwrap();
    for (code, name) in [("D1", "城关学区"), ("D2", "山区学区")] {
        let kind = DistrictKind::District;
        store.put_district(&county, code, name, kind, 0, &by).await.unwrap();
    }
    let day = jiff::civil::date(2020, 9, 1);
    for number in 1..=6 {
        let opened = Event::Opened {
            name: format!("第{number}小学"),
            kind: SchoolKind::Primary,
            parent: None,
        };
        let code = school(number);
        store.record_event(&county, &code, day, opened, "", 0, &by).await.unwrap();
        let district = if number <= 3 { "D1" } else { "D2" };
        let joined = Event::Joined { district: district.to_owned() };
        store.record_event(&county, &code, day, joined, "", 1, &by).await.unwrap();
    }
    let mut users: Vec<NewUser> = Role::all()
        .into_iter()
        .map(|role| user(&login(role), vec![grant(role, scope(role))]))
        .collect();
    let of_six = GrantScope::School(school(6).to_string());
    users.push(user("clerk6", vec![grant(Role::Clerk, of_six)]));
    store.add_users(&county, &users, &by).await.unwrap();
    let other = other_county();
    store.put_county(&other, "白水县", &by).await.unwrap();
    let officer = grant(Role::Officer(Department::Planning), GrantScope::County);
    let admin = grant(Role::SystemAdmin, GrantScope::County);
    let users = [user("planner", vec![officer]), user("admin", vec![admin])];
    store.add_users(&other, &users, &by).await.unwrap();
}
