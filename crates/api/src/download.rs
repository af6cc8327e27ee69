//! Files for download: a browser keeps them under their real name and never opens them in our pages.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use std::fmt::Write as _;

/// Media type of xlsx.
pub(crate) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// Media type of docx.
pub(crate) const DOCX: &str =
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

/// Media type of PDF.
pub(crate) const PDF: &str = "application/pdf";

/// A file under its name. `plain` is what a program gets that reads ASCII names only.
pub(crate) fn download(content: Vec<u8>, media: &'static str, plain: &str, name: &str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(media)),
        (header::CONTENT_DISPOSITION, attachment(plain, name)),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
    ];
    (headers, content).into_response()
}

/// `attachment` with a plain name and the real one (RFC 6266).
pub(crate) fn attachment(plain: &str, name: &str) -> HeaderValue {
    let mut real = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            real.push(char::from(byte));
        } else {
            let _ = write!(real, "%{byte:02X}");
        }
    }
    let plain: String =
        plain.chars().filter(|c| c.is_ascii_alphanumeric() || "-._".contains(*c)).collect();
    let text = if real == plain {
        format!("attachment; filename=\"{plain}\"")
    } else {
        format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{real}")
    };
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("attachment"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_twice_and_cannot_break_out() {
        let text = |plain, name| attachment(plain, name).to_str().unwrap().to_owned();
        assert_eq!(text("forms.xlsx", "forms.xlsx"), "attachment; filename=\"forms.xlsx\"");
        assert_eq!(
            text("a\".x", "甲\r\n.x"),
            "attachment; filename=\"a.x\"; filename*=UTF-8''%E7%94%B2%0D%0A.x"
        );
    }
}
