//! Extractors that say what is wrong in a problem document, and answers with a version.

use crate::ApiError;
use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

/// A JSON body.
#[derive(Debug)]
pub(crate) struct Body<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        match axum::Json::<T>::from_request(request, state).await {
            Ok(axum::Json(value)) => Ok(Self(value)),
            Err(rejection) => Err(json_problem(&rejection)),
        }
    }
}

fn json_problem(rejection: &JsonRejection) -> ApiError {
    match rejection {
        JsonRejection::MissingJsonContentType(_) => ApiError::MediaType("application/json"),
        // What serde says names the field first: `grants[0].role: unknown variant …`.
        JsonRejection::JsonDataError(error) => {
            let said = error.body_text();
            let said = said.split_once(": ").map_or(said.as_str(), |(_, rest)| rest);
            let (field, what) = said.split_once(": ").unwrap_or(("", said));
            let is_field = !field.is_empty() && !field.contains(' ');
            let message = format!("格式不对（{}）", if is_field { what } else { said });
            ApiError::field(if is_field { field } else { "" }, message)
        }
        JsonRejection::JsonSyntaxError(_) => ApiError::Malformed("不是有效的 JSON".to_owned()),
        other if other.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            ApiError::TooLarge { limit: crate::router::BODY_LIMIT_SHOWN }
        }
        _ => ApiError::Malformed("内容没有传完".to_owned()),
    }
}

/// The parameters after `?`.
#[derive(Debug)]
pub(crate) struct Params<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Params<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let Query(value) = Query::<T>::from_request_parts(parts, state).await.map_err(
            |rejection: QueryRejection| {
                ApiError::Malformed(format!("地址中 ? 之后的参数不对（{}）", rejection.body_text()))
            },
        )?;
        Ok(Self(value))
    }
}

/// The parameters within the path. What cannot be one names nothing: it is not found.
#[derive(Debug)]
pub(crate) struct Of<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Of<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let Path(value) = Path::<T>::from_request_parts(parts, state)
            .await
            .map_err(|_: PathRejection| ApiError::NotFound("地址所指的内容".to_owned()))?;
        Ok(Self(value))
    }
}

/// JSON with an `ETag` of its content; 304 without a body where the caller has it already.
pub(crate) fn tagged<T: Serialize>(headers: &HeaderMap, value: &T) -> Result<Response, ApiError> {
    let text = serde_json::to_vec(value).map_err(ApiError::internal)?;
    let tag = etag(&text);
    let caching = [
        (header::ETAG, HeaderValue::from_str(&tag).map_err(ApiError::internal)?),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache")),
    ];
    if has(headers, &tag) {
        return Ok((StatusCode::NOT_MODIFIED, caching).into_response());
    }
    let json = [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))];
    Ok((caching, json, text).into_response())
}

/// The tag of some content. Weak, because it may be compressed on its way.
pub(crate) fn etag(content: &[u8]) -> String {
    let hash = Sha256::digest(content);
    let mut tag = String::from("W/\"");
    for byte in hash.iter().take(16) {
        tag.push(char::from_digit(u32::from(byte >> 4), 16).unwrap_or('0'));
        tag.push(char::from_digit(u32::from(byte & 15), 16).unwrap_or('0'));
    }
    tag.push('"');
    tag
}

/// Does the caller have the content of this tag?
pub(crate) fn has(headers: &HeaderMap, tag: &str) -> bool {
    let bare = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    let tags = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    tags.is_some_and(|tags| {
        tags.trim() == "*" || tags.split(',').any(|known| bare(known) == bare(tag))
    })
}

/// A list, a page at a time.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Page<T> {
    /// The rows of this page.
    pub(crate) items: Vec<T>,
    /// What to pass as `after` for the next page; null: this is the last one.
    pub(crate) next: Option<String>,
}

/// Which page.
#[derive(Debug, serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Paging {
    /// At most so many rows (1 to 1000; 200 where nothing is said).
    pub(crate) limit: Option<u32>,
    /// The `next` of the page before.
    pub(crate) after: Option<String>,
}

impl Paging {
    pub(crate) fn limit(&self) -> usize {
        usize::try_from(self.limit.unwrap_or(200).clamp(1, 1000)).unwrap_or(200)
    }
}

/// A page out of everything, in the order of a key.
pub(crate) fn page<T>(all: Vec<T>, paging: &Paging, key: impl Fn(&T) -> String) -> Page<T> {
    let start = match &paging.after {
        None => 0,
        Some(after) => all.iter().position(|item| key(item) == *after).map_or(all.len(), |n| n + 1),
    };
    let limit = paging.limit();
    let more = all.len() > start.saturating_add(limit);
    let items: Vec<T> = all.into_iter().skip(start).take(limit).collect();
    let next = if more { items.last().map(&key) } else { None };
    Page { items, next }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_follow_each_other() {
        let all: Vec<u32> = (0..7).collect();
        let (mut after, mut seen) = (None, Vec::new());
        for _ in 0..4 {
            let paging = Paging { limit: Some(3), after };
            let page = page(all.clone(), &paging, ToString::to_string);
            seen.extend(page.items);
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(seen, all);
        let lost = Paging { limit: None, after: Some("99".to_owned()) };
        assert!(page(all, &lost, ToString::to_string).items.is_empty());
    }

    #[test]
    fn tags_compare_weakly() {
        let tag = etag(b"x");
        let mut headers = HeaderMap::new();
        assert!(!has(&headers, &tag));
        let line = format!("\"other\", {}", tag.trim_start_matches("W/"));
        headers.insert(header::IF_NONE_MATCH, HeaderValue::from_str(&line).unwrap());
        assert!(has(&headers, &tag) && !has(&headers, &etag(b"y")));
    }
}
