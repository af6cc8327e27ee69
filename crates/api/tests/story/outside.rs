//! What every answer has, whatever it is about, and what is answered to nonsense.

use crate::fixture::{Client, House, Kind, county};
use axum::body::Body;
use axum::http::{Method, Request, header};
use serde_json::json;

/// Every kind of answer: a page, a file, JSON, a workbook, an empty one, one that has not changed, a
/// stream, and every kind of refusal.
#[tokio::test]
async fn headers_protect_every_answer() {
    let house = House::peopled(Kind::Sqlite).await.unwrap();
    let (stranger, planner) = (Client::stranger(), house.client("officer-planning").await);
    let admin = house.client("system_admin").await;
    let tag = planner.get(&house, "/api/years").await.header("etag").to_owned();
    let known = planner.request(Method::GET, "/api/years").header(header::IF_NONE_MATCH, tag);
    let forged = Client { csrf: None, ..planner.clone() };
    let job = admin.post(&house, "/api/backups", json!({})).await.is(202)["job"].clone();
    planner.post(&house, &format!("/api/jobs/{job}/cancel"), json!({})).await.is(200);
    let answers = [
        (stranger.get(&house, "/").await, 200),
        (stranger.get(&house, "/schools/1").await, 200),
        (stranger.get(&house, "/healthz").await, 200),
        (stranger.get(&house, "/metrics").await, 200),
        (stranger.get(&house, "/openapi.json").await, 200),
        (planner.get(&house, "/api/schools").await, 200),
        (admin.get(&house, "/api/users/template.xlsx").await, 200),
        (planner.get(&house, &format!("/api/jobs/{job}/events")).await, 200),
        (house.send(known.body(Body::empty()).unwrap()).await, 304),
        (stranger.get(&house, "/api/session").await, 401),
        (planner.get(&house, "/api/audit").await, 403),
        (forged.post(&house, "/api/years", json!({"year": 2030})).await, 403),
        (stranger.get(&house, "/nothing.js").await, 404),
        (planner.get(&house, "/api/nothing").await, 404),
        (planner.send(&house, Method::PUT, "/api/years", &json!({})).await, 405),
        (planner.post(&house, "/api/years", json!({"year": 1})).await, 422),
        (planner.send(&house, Method::DELETE, "/api/session", &json!({})).await, 204),
    ];
    for (answer, status) in answers {
        assert_eq!(answer.status.as_u16(), status, "{:?}", answer.json());
        let policy = answer.header("content-security-policy");
        for part in ["default-src 'self'", "script-src 'self';", "object-src 'none'"] {
            assert!(policy.contains(part), "{status}: {part}");
        }
        assert!(policy.contains("base-uri 'none'") && policy.contains("frame-ancestors 'none'"));
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{status}");
        assert_eq!(answer.header("x-frame-options"), "DENY", "{status}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{status}");
        assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin", "{status}");
        assert_eq!(answer.header("strict-transport-security"), "", "only behind https");
        assert_eq!(answer.header("x-request-id").len(), 16);
        for name in ["server", "x-powered-by", "access-control-allow-origin"] {
            assert_eq!(answer.header(name), "", "{status}: {name}");
        }
    }
    let given = Request::get("/healthz").header("x-request-id", "from-a-proxy-1");
    let answer = house.send(given.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.header("x-request-id"), "from-a-proxy-1");
}

/// One session that asks without end is told to wait, with a number; another's is not.
#[tokio::test]
async fn whoever_asks_without_end_has_to_wait() {
    let (mut config, folder) = crate::fixture::config(Kind::Sqlite).await.unwrap();
    (config.limits.session, config.limits.stranger) = ((5, 2_000), (3, 60_000));
    let house = House::with_people(config, std::sync::Arc::new(folder)).await;
    let clerk = house.session(&county(), "clerk").await;
    for _ in 0..5 {
        clerk.get(&house, "/api/session").await.is(200);
    }
    let refused = clerk.get(&house, "/api/session").await;
    assert_eq!((refused.header("retry-after"), refused.code().as_str()), ("2", "H-RATE-01"));
    assert_eq!(refused.header("content-type"), "application/problem+json");
    refused.is(429);
    let other = house.session(&county(), "clerk").await;
    other.get(&house, "/api/session").await.is(200);
    house.pass(2);
    clerk.get(&house, "/api/session").await.is(200);
    let stranger = Client::stranger();
    for _ in 0..3 {
        stranger.get(&house, "/api/session").await.is(401);
    }
    stranger.get(&house, "/api/session").await.is(429);
    // Pages and the monitor's questions are not counted.
    stranger.get(&house, "/").await.is(200);
    stranger.get(&house, "/healthz").await.is(200);
}

#[tokio::test]
async fn nonsense_is_answered_with_a_problem() {
    let house = House::peopled(Kind::Sqlite).await.unwrap();
    let planner = house.client("officer-planning").await;
    let raw = async |method: Method, path: &str, kind: &str, body: Vec<u8>| {
        let request = planner.request(method, path).header(header::CONTENT_TYPE, kind);
        house.send(request.body(Body::from(body)).unwrap()).await
    };
    let years = "/api/years";
    let cases = [
        (raw(Method::GET, "/api/nothing", "", vec![]).await, 404, "H-FIND-02"),
        (raw(Method::PUT, "/api/years", "", vec![]).await, 405, "H-FIND-03"),
        (raw(Method::POST, years, "text/plain", b"{}".to_vec()).await, 415, "H-BODY-03"),
        (raw(Method::POST, years, "application/json", b"{".to_vec()).await, 400, "H-BODY-02"),
        (raw(Method::POST, years, "application/json", b"{}".to_vec()).await, 422, "H-BODY-01"),
        (raw(Method::POST, years, "application/json", vec![b' '; 3 << 20]).await, 413, "H-BODY-04"),
        (raw(Method::GET, "/api/schools?on=tomorrow", "", vec![]).await, 400, "H-BODY-02"),
        (raw(Method::DELETE, "/", "", vec![]).await, 405, "H-FIND-03"),
        (raw(Method::GET, "/missing.mjs", "", vec![]).await, 404, "H-FIND-02"),
    ];
    for (answer, status, code) in cases {
        let (found, kind) = (answer.status.as_u16(), answer.header("content-type").to_owned());
        let problem = answer.json();
        assert_eq!((found, problem["code"].as_str().unwrap_or("")), (status, code), "{problem}");
        assert_eq!(kind, "application/problem+json");
        assert_eq!(problem["status"], status);
        assert_eq!(problem["type"], json!(format!("urn:junheng:problem:{code}")));
        assert!(!problem["detail"].as_str().unwrap().is_ascii());
    }
}

#[tokio::test]
async fn pages_come_from_the_program() {
    let house = House::empty(Kind::Sqlite).await.unwrap();
    let stranger = Client::stranger();
    let page = stranger.get(&house, "/schools/3418230001").await;
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(page.header("cache-control"), "no-cache");
    let again = Request::get("/").header(header::IF_NONE_MATCH, page.header("etag"));
    let again = house.send(again.body(Body::empty()).unwrap()).await;
    assert_eq!((again.status.as_u16(), again.bytes.len()), (304, 0));
    let squeezed = Request::get("/openapi.json").header(header::ACCEPT_ENCODING, "gzip, br");
    let squeezed = house.send(squeezed.body(Body::empty()).unwrap()).await;
    assert!(["br", "gzip"].contains(&squeezed.header("content-encoding")));
}

#[tokio::test]
async fn counts_tell_routes_and_no_names() {
    let house = House::peopled(Kind::Sqlite).await.unwrap();
    let clerk = house.client("clerk").await;
    clerk.get(&house, "/api/schools/3418230001").await.is(200);
    let stranger = Client::stranger();
    let metrics = stranger.get(&house, "/metrics").await;
    let text = String::from_utf8(metrics.bytes.clone()).unwrap();
    let line = "junheng_http_requests_total{method=\"GET\",route=\"/api/schools/{code}\",\
                status=\"200\"} 1";
    assert!(text.contains(line), "{text}");
    assert!(text.contains("junheng_http_request_duration_seconds_bucket"));
    assert!(text.contains("junheng_sign_ins_total{kind=\"password\",outcome=\"ok\"} 1"));
    assert!(text.contains("junheng_store_up 1"));
    assert!(text.contains("junheng_sessions 1") && text.contains("junheng_jobs_waiting 0"));
    assert!(text.contains("junheng_disk_free_bytes "));
    assert!(!text.contains("clerk") && !text.contains("3418230001"));
    let from_afar = Request::get("/metrics").header("x-forwarded-for", "10.0.0.1");
    house.send(from_afar.body(Body::empty()).unwrap()).await.is(404);
    assert_eq!(stranger.get(&house, "/healthz").await.bytes, b"ok\n");
}
