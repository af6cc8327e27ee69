//! Files that come with a form: written to the disk while they come, counted, and gone with the
//! request unless somebody takes them.
//!
//! What a file is for, and whether its content is taken, is asked by whoever receives it.

use crate::{ApiError, App};
use axum::extract::Multipart;
use axum::extract::multipart::{Field, MultipartError, MultipartRejection};
use axum::http::StatusCode;
use std::collections::BTreeMap;
use std::io::{ErrorKind, Write as _};
use tempfile::{NamedTempFile, TempPath};

/// Longest name of a file, characters.
const NAME: usize = 120;
/// Longest field beside the files, bytes.
const FIELD: usize = 8 * 1024;
/// Fields beside the files.
const FIELDS: usize = 16;
/// So many bytes are gathered before they are written.
const PIECE: usize = 1 << 20;

/// A file that has come.
#[derive(Debug)]
pub(crate) struct IncomingFile {
    /// Its name without folders.
    pub(crate) name: String,
    /// Where it lies until it is dropped.
    pub(crate) path: TempPath,
}

/// A form that has come.
#[derive(Debug, Default)]
pub(crate) struct Incoming {
    /// Its fields by name.
    pub(crate) fields: BTreeMap<String, String>,
    /// Its files.
    pub(crate) files: Vec<IncomingFile>,
}

impl Incoming {
    /// A field without spaces around it; empty where there is none.
    pub(crate) fn field(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", |text| text.trim())
    }
}

/// Receives a form with at most `most` files, each of at most `limit` bytes.
///
/// # Errors
/// [`ApiError::MediaType`] for what is no form, [`ApiError::TooLarge`], [`ApiError::Full`],
/// [`ApiError::Malformed`] where it broke off, [`ApiError::Fields`] where there is no file or too
/// many.
pub(crate) async fn receive(
    app: &App,
    form: Result<Multipart, MultipartRejection>,
    most: usize,
    limit: usize,
) -> Result<Incoming, ApiError> {
    let mut form = form.map_err(|_| ApiError::MediaType("multipart/form-data"))?;
    let mut incoming = Incoming::default();
    while let Some(field) = form.next_field().await.map_err(|error| broken(&error))? {
        let name = field.name().unwrap_or_default().to_owned();
        match field.file_name().map(plain) {
            Some(_) if incoming.files.len() >= most => {
                return Err(ApiError::field("file", format!("一次最多上传 {most} 个文件")));
            }
            Some(file) => {
                let path = keep(app, field, limit).await?;
                incoming.files.push(IncomingFile { name: file, path });
            }
            None if incoming.fields.len() >= FIELDS => {
                return Err(ApiError::field(&name, "表单字段过多"));
            }
            None => {
                let text = text(field, &name).await?;
                incoming.fields.insert(name, text);
            }
        }
    }
    if incoming.files.is_empty() {
        return Err(ApiError::field("file", "没有收到文件；请选择要上传的文件"));
    }
    Ok(incoming)
}

async fn text(mut field: Field<'_>, name: &str) -> Result<String, ApiError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(|error| broken(&error))? {
        if bytes.len() + chunk.len() > FIELD {
            return Err(ApiError::field(name, "文字过长"));
        }
        bytes.extend_from_slice(&chunk);
    }
    String::from_utf8(bytes).map_err(|_| ApiError::field(name, "不是 UTF-8 文字"))
}

async fn keep(app: &App, mut field: Field<'_>, limit: usize) -> Result<TempPath, ApiError> {
    let folder = app.store().folder().to_owned();
    let make = move || {
        tempfile::Builder::new().prefix(".upload-").tempfile_in(folder).map_err(|e| disk(&e))
    };
    let mut file = blocking(make).await?;
    let (mut total, mut piece) = (0usize, Vec::new());
    while let Some(chunk) = field.chunk().await.map_err(|error| broken(&error))? {
        total = total.saturating_add(chunk.len());
        if total > limit {
            return Err(ApiError::TooLarge { limit });
        }
        piece.extend_from_slice(&chunk);
        if piece.len() >= PIECE {
            file = append(file, std::mem::take(&mut piece)).await?;
        }
    }
    Ok(append(file, piece).await?.into_temp_path())
}

async fn append(mut file: NamedTempFile, piece: Vec<u8>) -> Result<NamedTempFile, ApiError> {
    blocking(move || file.write_all(&piece).map(|()| file).map_err(|error| disk(&error))).await
}

/// Runs what waits for the disk where it holds nobody up.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ApiError> + Send + 'static,
) -> Result<T, ApiError> {
    tokio::task::spawn_blocking(work).await.map_err(ApiError::internal)?
}

/// What a fault of the disk is called.
pub(crate) fn disk(error: &std::io::Error) -> ApiError {
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => ApiError::Full,
        ErrorKind::NotFound => ApiError::NotFound("文件".to_owned()),
        kind => ApiError::internal(std::io::Error::from(kind)),
    }
}

fn broken(error: &MultipartError) -> ApiError {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => {
            ApiError::TooLarge { limit: crate::router::BODY_LIMIT_SHOWN }
        }
        _ => ApiError::Malformed("上传没有传完；请检查网络后重试".to_owned()),
    }
}

/// The last part of a name, in one line: no folder, no sign that turns the writing round.
pub(crate) fn plain(given: &str) -> String {
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let hidden = |c: &char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}');
    let line: String = last.chars().filter(|c| !c.is_control() && !hidden(c)).take(NAME).collect();
    let line = line.trim().trim_matches('.').trim();
    if line.is_empty() { "未命名".to_owned() } else { line.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn no_name_is_a_path() {
        assert_eq!(plain("../../etc/passwd"), "passwd");
        assert_eq!(plain("C:\\我的文件\\批复.pdf"), "批复.pdf");
        assert_eq!(plain(".."), "未命名");
        assert_eq!(plain("a\u{0}\r\n.pdf"), "a.pdf");
        assert_eq!(plain("fdp.\u{202e}exe"), "fdp.exe");
        assert!(plain(&"长".repeat(500)).chars().count() <= 120);
    }
}
