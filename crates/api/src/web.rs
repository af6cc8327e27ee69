//! The web application, embedded: hashed files for ever, the page itself always asked for anew. Where
//! the web application was not built there is one plain page that says so.

use crate::ApiError;
use crate::body::{etag, has};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;
use std::borrow::Cow;

/// What `npm run build` has made.
#[derive(RustEmbed)]
#[folder = "../../web/dist"]
#[allow_missing = true]
struct Dist;

const PLAIN: &str = include_str!("plain.html");

/// Was the web application built before the program was?
pub(crate) fn is_built() -> bool {
    Dist::get("index.html").is_some()
}

/// Everything that is no endpoint.
pub(crate) async fn serve(request: Request) -> Response {
    let path = request.uri().path();
    if path.starts_with("/api/") || path == "/api" {
        return ApiError::NoRoute.into_response();
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return ApiError::Method.into_response();
    }
    let name = path.trim_start_matches('/');
    // Pages of the application are addresses without a dot in their last part.
    let is_page = !name.rsplit('/').next().unwrap_or_default().contains('.');
    let name = if is_page { "index.html" } else { name };
    match Dist::get(name) {
        Some(file) => answer(request.headers(), name, file.data),
        None if is_page => answer(request.headers(), "index.html", PLAIN.as_bytes().into()),
        None => ApiError::NoRoute.into_response(),
    }
}

fn answer(headers: &HeaderMap, name: &str, content: Cow<'static, [u8]>) -> Response {
    let caching = if name.starts_with("assets/") {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let mut response = StatusCode::NOT_MODIFIED.into_response();
    let tag = etag(&content);
    if !has(headers, &tag) {
        response = content.into_response();
        let kind = HeaderValue::from_static(media(name));
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
    }
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    response
}

/// The media type of a file of the application.
fn media(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" | "geojson" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "woff2" => "font/woff2",
        "wasm" => "application/wasm",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_are_scripts() {
        assert_eq!(media("assets/index-a1.mjs"), "text/javascript; charset=utf-8");
        assert_eq!(media("nothing"), "application/octet-stream");
    }

    #[test]
    fn the_plain_page_needs_no_script() {
        assert!(PLAIN.contains("<!doctype html>") && !PLAIN.contains("<script"));
    }
}
