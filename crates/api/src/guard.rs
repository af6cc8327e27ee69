//! The guard: before any handler, who is it and may he. It acts on the table and knows no handler.

use crate::limits::Bucket;
use crate::signed::{Signed, scope_of};
use crate::table::{self, Need};
use crate::{ApiError, App};
use access::Caller;
use access::token::{Token, same};
use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::Response;
use jiff::Timestamp;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;
use store::Scope;
use store::sessions::Session;
use tokio::time::timeout;

/// The name of the cookie.
pub(crate) const COOKIE: &str = "junheng_session";

/// The header that every change carries.
pub(crate) const CSRF: &str = "x-csrf-token";

/// How long a request waits for the use of its session to be noted.
const NOTE: Duration = Duration::from_secs(2);

/// The address of the one who asks, by which strangers are told apart.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub(crate) IpAddr);

impl Peer {
    /// From the connection, or from the proxy's header where there is one that can be trusted.
    pub(crate) fn of(request: &Request, proxy: bool) -> Self {
        let direct = request
            .extensions()
            .get::<ConnectInfo<SocketAddr>>()
            .map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |info| info.0.ip());
        let forwarded = || {
            let header = request.headers().get_all("x-forwarded-for").into_iter().next_back()?;
            header.to_str().ok()?.rsplit(',').next()?.trim().parse().ok()
        };
        Self(if proxy { forwarded().unwrap_or(direct) } else { direct })
    }
}

/// The token of the cookie.
pub(crate) fn token(headers: &HeaderMap) -> Option<Token> {
    let cookies = headers.get_all(header::COOKIE).into_iter();
    let pairs = cookies.filter_map(|value| value.to_str().ok()).flat_map(|line| line.split(';'));
    let value = |pair: &str| {
        let (name, value) = pair.trim().split_once('=')?;
        (name == COOKIE).then(|| value.to_owned())
    };
    pairs.filter_map(value).find_map(|value| Token::presented(&value))
}

fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// A browser says where a request comes from; another site's page has no business here, signed in
/// or not.
fn from_elsewhere(headers: &HeaderMap) -> bool {
    headers
        .get("sec-fetch-site")
        .is_some_and(|site| !matches!(site.as_bytes(), b"same-origin" | b"none"))
}

/// Lets a request through to its handler, with a [`Signed`] where there is a session.
pub(crate) async fn guard(
    State(app): State<App>,
    path: MatchedPath,
    mut request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    let Some(need) = table::need(request.method(), path.as_str()) else {
        return Err(ApiError::Method);
    };
    let peer = Peer::of(&request, app.config().proxy);
    request.extensions_mut().insert(peer);
    let safe = is_safe(request.method());
    if !safe && from_elsewhere(request.headers()) {
        return Err(ApiError::Csrf);
    }
    let token = token(request.headers());
    let bucket = token.as_ref().map_or(Bucket::Stranger(peer.0), |t| Bucket::Session(t.hash()));
    app.limits().take(bucket)?;
    if need == Need::Nothing {
        return Ok(next.run(request).await);
    }
    let token = token.ok_or(ApiError::NotSignedIn)?;
    let signed = signed(&app, &token, need, safe, request.headers()).await?;
    request.extensions_mut().insert(signed);
    Ok(next.run(request).await)
}

async fn signed(
    app: &App,
    token: &Token,
    need: Need,
    safe: bool,
    headers: &HeaderMap,
) -> Result<Signed, ApiError> {
    let now = app.clock().now();
    let session = app.store().session(&token.hash()).await?.ok_or(ApiError::NotSignedIn)?;
    let rules = app.session_rules(&session.county).await?;
    let expires = rules.expires(session.created, session.seen).min(session.expires);
    if !rules.is_alive(expires, now) {
        return Err(ApiError::NotSignedIn);
    }
    let user = app.store().user(&session.county, session.user).await?;
    if !user.active {
        return Err(ApiError::NotSignedIn);
    }
    if !safe {
        let sent = headers.get(CSRF).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if !same(sent, &session.csrf) {
            return Err(ApiError::Csrf);
        }
    }
    let caller = Caller::new(&user, crate::clock::day(now));
    let scope = match need.action(|action| caller.may(action)) {
        None => Scope::Schools(std::collections::BTreeSet::new()),
        Some(_) if user.must_change => return Err(ApiError::MustChange),
        Some(action) if !caller.may(action) => return Err(ApiError::Forbidden(action)),
        Some(action) => scope_of(app, &session.county, &caller, action).await?,
    };
    let session = touch(app, session, rules, now).await;
    Ok(Signed::new(caller, user, session, scope, now))
}

/// Notes the use of a session where it is worth a write. Where it cannot be written, because the disk
/// is full or somebody holds the database, whoever only reads shall not be refused for it: the next
/// use is noted.
async fn touch(
    app: &App,
    mut session: Session,
    rules: access::session::Rules,
    now: Timestamp,
) -> Session {
    if rules.worth_noting(session.seen, now) {
        let expires = rules.expires(session.created, now);
        let noted = app.store().touch_session(&session.county, &session.token, now, expires);
        match timeout(NOTE, noted).await {
            Ok(Ok(())) => (session.seen, session.expires) = (now, expires),
            Ok(Err(error)) => tracing::warn!(error = %error, "use of a session was not noted"),
            Err(_) => tracing::warn!("use of a session was not noted in time"),
        }
    }
    session
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn the_cookie_is_found_among_others() {
        let token_text = "ab".repeat(32);
        let mut headers = HeaderMap::new();
        let line = format!("a=1; {COOKIE}={token_text}; b=2");
        headers.insert(header::COOKIE, HeaderValue::from_str(&line).unwrap());
        assert_eq!(token(&headers).unwrap().reveal(), token_text);
        headers.insert(header::COOKIE, HeaderValue::from_static("junheng_session=short"));
        assert!(token(&headers).is_none());
        assert!(token(&HeaderMap::new()).is_none());
    }

    #[test]
    fn other_sites_are_told_apart() {
        let from = |site: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert("sec-fetch-site", HeaderValue::from_static(site));
            from_elsewhere(&headers)
        };
        assert!(from("cross-site") && from("same-site"));
        assert!(!from("same-origin") && !from("none") && !from_elsewhere(&HeaderMap::new()));
    }
}
