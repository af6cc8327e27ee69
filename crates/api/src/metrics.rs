//! What is counted, for Prometheus. Routes and statuses; never a name or a school.

use crate::{ApiError, App};
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use prometheus_client::encoding::{EncodeLabelSet, text::encode};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use std::time::Duration;
use tokio::time::timeout;

/// So long a monitor waits for the database.
const SOON: Duration = Duration::from_secs(3);

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Request {
    method: String,
    route: String,
    status: u16,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Route {
    route: String,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Kind {
    kind: String,
    outcome: String,
}

/// The counters.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<Request, Counter>,
    durations: Family<Route, Histogram, fn() -> Histogram>,
    sign_ins: Family<Kind, Counter>,
    jobs: Family<Kind, Counter>,
    running: Gauge,
    waiting: Gauge,
    sessions: Gauge,
    store: Gauge,
    free: Gauge,
}

fn histogram() -> Histogram {
    Histogram::new([0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0])
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("junheng");
        let requests = Family::default();
        let durations = Family::new_with_constructor(histogram as fn() -> Histogram);
        let (sign_ins, jobs) = (Family::default(), Family::default());
        let (running, waiting): (Gauge, Gauge) = Default::default();
        let (sessions, store, free): (Gauge, Gauge, Gauge) = Default::default();
        registry.register("http_requests", "Requests by route and status", requests.clone());
        registry.register(
            "http_request_duration_seconds",
            "Time from a request to the head of its answer",
            durations.clone(),
        );
        registry.register("sign_ins", "Log-ins by outcome", sign_ins.clone());
        registry.register("jobs", "Jobs that have ended, by kind and outcome", jobs.clone());
        registry.register("jobs_running", "Jobs at work in this server", running.clone());
        registry.register("jobs_waiting", "Jobs that nobody has begun", waiting.clone());
        registry.register("sessions", "Sessions that have not ended", sessions.clone());
        registry.register("disk_free_bytes", "Free on the disk of the data folder", free.clone());
        registry.register("store_up", "Does the database answer?", store.clone());
        Self {
            registry,
            requests,
            durations,
            sign_ins,
            jobs,
            running,
            waiting,
            sessions,
            store,
            free,
        }
    }
}

impl Metrics {
    pub(crate) fn request(&self, method: &str, route: &str, status: u16, took: Duration) {
        let (method, route) = (method.to_owned(), route.to_owned());
        self.durations.get_or_create(&Route { route: route.clone() }).observe(took.as_secs_f64());
        self.requests.get_or_create(&Request { method, route, status }).inc();
    }

    pub(crate) fn sign_in(&self, outcome: &str) {
        let kind = Kind { kind: "password".to_owned(), outcome: outcome.to_owned() };
        self.sign_ins.get_or_create(&kind).inc();
    }

    pub(crate) fn job(&self, kind: &str, outcome: &str) {
        let kind = Kind { kind: kind.to_owned(), outcome: outcome.to_owned() };
        self.jobs.get_or_create(&kind).inc();
    }

    pub(crate) fn running(&self) -> &Gauge {
        &self.running
    }
}

/// Does the database answer soon? A monitor does not wait as long as a clerk does.
async fn answers(app: &App) -> bool {
    timeout(SOON, app.store().ping()).await.is_ok_and(|answer| answer.is_ok())
}

/// Looks at what is not counted as it happens. What cannot be known stays as it was last known.
async fn look(app: &App) {
    let (metrics, store, now) = (app.metrics(), app.store(), app.clock().now());
    let answers = answers(app).await;
    metrics.store.set(i64::from(answers));
    if answers && let Ok(sessions) = store.count_sessions(now).await {
        metrics.sessions.set(sessions);
    }
    if answers && let Ok(waiting) = store.waiting_jobs().await {
        metrics.waiting.set(waiting);
    }
    if let Some(free) = crate::health::free(store.folder()) {
        metrics.free.set(i64::try_from(free).unwrap_or(i64::MAX));
    }
}

/// `GET /metrics`.
pub(crate) async fn metrics(State(app): State<App>) -> Result<Response, ApiError> {
    let metrics = app.metrics();
    look(&app).await;
    let mut text = String::new();
    encode(&mut text, &metrics.registry).map_err(ApiError::internal)?;
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    Ok(([(header::CONTENT_TYPE, HeaderValue::from_static(kind))], text).into_response())
}

/// `GET /healthz`: 200 where the database answers.
pub(crate) async fn healthz(State(app): State<App>) -> Response {
    let (status, text) = if answers(&app).await {
        (StatusCode::OK, "ok\n")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "database does not answer\n")
    };
    (status, [(header::CONTENT_TYPE, HeaderValue::from_static("text/plain"))], text).into_response()
}
