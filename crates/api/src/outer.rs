//! What happens to every request, whatever it is about: a number, a line in the log, a count, the
//! headers that tell browsers what our pages may do.

use crate::{ApiError, App};
use access::token::Token;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::any::Any;
use std::time::Instant;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What a page of ours may do: load from us, and nothing else. Styles within elements are how the
/// drawing libraries place things; scripts are files.
const POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
                      img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; \
                      worker-src 'self' blob:; object-src 'none'; base-uri 'none'; \
                      form-action 'self'; frame-ancestors 'none'";

/// The number that somebody gave the request, where it is one, or a new one.
fn number(headers: &HeaderMap) -> Option<HeaderValue> {
    let given = headers.get(REQUEST_ID).filter(|value| {
        let fits = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-';
        (8..=64).contains(&value.len()) && value.as_bytes().iter().all(fits)
    });
    given.cloned().or_else(|| {
        let token = Token::random().ok()?;
        HeaderValue::from_str(token.reveal().get(..16)?).ok()
    })
}

/// The outermost layer that is ours.
pub(crate) async fn outer(State(app): State<App>, request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let number = number(request.headers());
    let method = request.method().clone();
    let is_api = request.uri().path().starts_with("/api/");
    // The route, not the address: an address may hold what is nobody's business.
    let matched = request.extensions().get::<MatchedPath>();
    let route = matched.map_or("(file)", MatchedPath::as_str).to_owned();
    let mut response = next.run(request).await;
    let took = begun.elapsed();
    let status = response.status().as_u16();
    app.metrics().request(method.as_str(), &route, status, took);
    let id = number.as_ref().and_then(|value| value.to_str().ok()).unwrap_or_default();
    let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
    tracing::info!(id, method = %method, route, status, micros, "request");
    let headers = response.headers_mut();
    if let Some(number) = number {
        headers.insert(REQUEST_ID, number);
    }
    if is_api {
        let fresh = HeaderValue::from_static("no-store");
        headers.entry(header::CACHE_CONTROL).or_insert(fresh);
    }
    protect(headers, app.config().https);
    response
}

fn protect(headers: &mut HeaderMap, https: bool) {
    let mut set = |name, value| headers.insert(name, HeaderValue::from_static(value));
    set(header::CONTENT_SECURITY_POLICY, POLICY);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::X_FRAME_OPTIONS, "DENY");
    set(header::REFERRER_POLICY, "same-origin");
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    set(
        HeaderName::from_static("permissions-policy"),
        "camera=(), microphone=(), geolocation=(), payment=()",
    );
    if https {
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains");
    }
}

/// The answer to a panic: a problem document, and the message in the log.
#[expect(clippy::needless_pass_by_value, reason = "the layer hands it over like this")]
pub(crate) fn panicked(panic: Box<dyn Any + Send + 'static>) -> Response {
    let text = panic
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
        .unwrap_or_default();
    ApiError::internal(Panic(text)).into_response()
}

/// A panic of a handler.
#[derive(Debug, thiserror::Error)]
#[error("panic: {0}")]
struct Panic(String);
