//! What every answer has, whatever it is about, and what is answered to nonsense.

use crate::fixture::{Client, House, Kind};
use axum::body::Body;
use axum::http::{Method, Request, header};
use serde_json::json;

#[tokio::test]
async fn headers_protect_pages() {
    let house = House::empty(Kind::Sqlite).await.unwrap();
    for path in ["/", "/schools/1", "/api/session", "/healthz", "/nothing.js"] {
        let answer = Client::stranger().get(&house, path).await;
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("script-src 'self';") && policy.contains("frame-ancestors 'none'"));
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "same-origin");
        assert_eq!(answer.header("strict-transport-security"), "", "only behind https");
        assert_eq!(answer.header("x-request-id").len(), 16);
    }
    let given = Request::get("/healthz").header("x-request-id", "from-a-proxy-1");
    let answer = house.send(given.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.header("x-request-id"), "from-a-proxy-1");
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
    assert!(!text.contains("clerk") && !text.contains("3418230001"));
    let from_afar = Request::get("/metrics").header("x-forwarded-for", "10.0.0.1");
    house.send(from_afar.body(Body::empty()).unwrap()).await.is(404);
    assert_eq!(stranger.get(&house, "/healthz").await.bytes, b"ok\n");
}
