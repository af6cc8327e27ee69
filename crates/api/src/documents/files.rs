//! Documents as files: Word, PDF where LibreOffice is installed, the page that a browser shows and
//! prints; and what is read back from an edited Word file.

use super::material::{Material, unprinted};
use super::personal::{self, Words};
use super::{found, may_write, template};
use crate::body::{Of, Params};
use crate::download::{DOCX, PDF, download};
use crate::incoming::{self, blocking, disk};
use crate::{ApiError, App, Signed};
use axum::Json;
use axum::extract::multipart::MultipartRejection;
use axum::extract::{DefaultBodyLimit, Multipart, State};
use axum::response::{Html, Response};
use document::Document;
use document::model::State as Stage;
use document::office::{LIMIT, Office, OfficeError};
use serde::{Deserialize, Serialize};
use store::StoreError;
use store::documents::DocumentState;
use tokio::sync::Semaphore;
use utoipa::ToSchema;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt as _};
use utoipa_axum::routes;

/// Largest edited file, bytes.
const LARGEST: usize = 20 * 1024 * 1024;

/// LibreOffice takes a core and some hundred megabytes: one at a time.
static OFFICE: Semaphore = Semaphore::const_new(1);

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(docx))
        .routes(routes!(pdf))
        .routes(routes!(preview))
        // The limit is counted file by file.
        .routes(routes!(verify).layer(DefaultBodyLimit::disable()))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Which {
    /// 第几稿；不给时：起草中的为当前内容，其余为最近一稿
    revision: Option<i64>,
}

/// The content that is meant: a version as it was put forward, or the draft as it would be now.
async fn content(
    app: &App,
    signed: &Signed,
    id: i64,
    which: &Which,
) -> Result<(Document, String), ApiError> {
    let (record, _) = found(app, signed, id).await?;
    let scope = personal::scope(app, signed, &record).await?;
    let is_draft = record.state == DocumentState::Draft;
    let number = which.revision.or((!is_draft).then_some(record.revision));
    let name = record.text.title.clone();
    if let Some(number) = number.filter(|number| *number > 0) {
        let (store, county) = (app.store(), signed.county());
        let (_, text) = if record.subject.personal {
            store.reveal_revision(county, id, number, &scope, &signed.by()).await?
        } else {
            store.document_revision(county, id, number, &scope).await?
        };
        let read = tokio::task::spawn_blocking(move || serde_json::from_str::<Document>(&text));
        let read = read.await.map_err(ApiError::internal)?;
        // What serde says of a text may repeat it.
        let corrupt = || StoreError::Corrupt(format!("文书 {id} 的第 {number} 稿"));
        let document = read.map_err(|_| ApiError::internal(corrupt()))?;
        return Ok((document, name));
    }
    if !may_write(signed) {
        return Err(ApiError::NotFound(format!("文书 {id} 的成稿")));
    }
    let Words { settings, written, .. } = personal::words(app, signed, &record).await?;
    let material = Material::of_document(app, signed.county(), &record).await?;
    let template = template(app, &record.subject.template)?;
    Ok((material.fill(template, settings, written, Stage::Draft).await?, name))
}

/// 文书（Word）
#[utoipa::path(get, path = "/api/documents/{id}/file.docx", tag = "documents",
    params(("id" = i64, Path), Which),
    responses((status = 200, description = "Word 文件（GB/T 9704 版式）", content_type =
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document")))]
async fn docx(
    State(app): State<App>,
    signed: Signed,
    Of(id): Of<i64>,
    Params(which): Params<Which>,
) -> Result<Response, ApiError> {
    let (document, name) = content(&app, &signed, id, &which).await?;
    let written = tokio::task::spawn_blocking(move || document::docx::write(&document));
    let file = written.await.map_err(ApiError::internal)?.map_err(unprinted)?;
    app.store()
        .audit(signed.county(), &signed.by(), "document.export", &id.to_string(), &name)
        .await?;
    Ok(download(file, DOCX, &format!("document-{id}.docx"), &format!("{name}.docx")))
}

/// 文书（PDF）
///
/// 由服务器上的 LibreOffice 从 Word 文件转换而来；没有安装的，说明如何安装，也可以在浏览器中打印预览。
#[utoipa::path(get, path = "/api/documents/{id}/file.pdf", tag = "documents",
    params(("id" = i64, Path), Which),
    responses((status = 200, description = "PDF 文件", content_type = "application/pdf")))]
async fn pdf(
    State(app): State<App>,
    signed: Signed,
    Of(id): Of<i64>,
    Params(which): Params<Which>,
) -> Result<Response, ApiError> {
    let (document, name) = content(&app, &signed, id, &which).await?;
    let one = OFFICE.acquire().await.map_err(ApiError::internal)?;
    let made = blocking(move || {
        // The place is given back when LibreOffice has ended, not when the one who asked has left.
        let _one = one;
        let office = Office::find().map_err(unconverted)?;
        let docx = document::docx::write(&document).map_err(unprinted)?;
        office.pdf(&docx, LIMIT).map_err(unconverted)
    });
    let file = made.await?;
    app.store()
        .audit(signed.county(), &signed.by(), "document.export", &id.to_string(), &name)
        .await?;
    Ok(download(file, PDF, &format!("document-{id}.pdf"), &format!("{name}.pdf")))
}

fn unconverted(error: OfficeError) -> ApiError {
    match error {
        OfficeError::Io(error) => disk(&error),
        other => ApiError::NotNow(other.to_string()),
    }
}

/// 文书预览（网页）
///
/// 与 Word 文件同一内容、同样的页面设置，可以直接打印。
#[utoipa::path(get, path = "/api/documents/{id}/preview", tag = "documents",
    params(("id" = i64, Path), Which),
    responses((status = 200, description = "网页", body = String, content_type = "text/html")))]
async fn preview(
    State(app): State<App>,
    signed: Signed,
    Of(id): Of<i64>,
    Params(which): Params<Which>,
) -> Result<Html<String>, ApiError> {
    let (document, _) = content(&app, &signed, id, &which).await?;
    let page = blocking(move || document::html::page(&document).map_err(unprinted));
    Ok(Html(page.await?))
}

/// The edited file.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the form for the document")]
struct EditedDocument {
    /// 从这里下载、后来改过的 .docx，不超过 20 MB
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// What an edited file says otherwise.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"figures": 128, "differences": [
    {"key": "county.schools.count", "message": "第 4 段“现有学校”之后：文件中为 43，应为 42（county.schools.count）"}]}))]
struct DocumentCheck {
    /// 核对了多少个数字
    figures: usize,
    /// 与现在的数据不一致之处；空：全部一致
    differences: Vec<DocumentDifference>,
}

#[derive(Debug, Serialize, ToSchema)]
struct DocumentDifference {
    /// 数字的编码
    key: String,
    /// 在哪里，文件中是什么，应是什么
    message: String,
}

/// 核对改过的 Word 文件
///
/// 读回文件中的每个数字，与现在的审定数据比较；改动、丢失、重复和来历不明的逐处列出。
#[utoipa::path(post, path = "/api/documents/{id}/verify", tag = "documents",
    params(("id" = i64, Path)),
    request_body(content = EditedDocument, content_type = "multipart/form-data"),
    responses((status = 200, body = DocumentCheck)))]
async fn verify(
    State(app): State<App>,
    signed: Signed,
    Of(id): Of<i64>,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Json<DocumentCheck>, ApiError> {
    let mut incoming = incoming::receive(&app, form, 1, LARGEST).await?;
    let (record, _) = found(&app, &signed, id).await?;
    if record.subject.personal {
        // What is read back has names in it, and so has the answer.
        personal::scope(&app, &signed, &record).await?;
        let (id, by) = (id.to_string(), signed.by());
        app.store().audit(signed.county(), &by, "document.reveal", &id, "核对改过的文件").await?;
    }
    let material = Material::of_document(&app, signed.county(), &record).await?;
    let template = template(&app, &record.subject.template)?;
    let file = incoming.files.pop().ok_or_else(|| ApiError::field("file", "没有收到文件"))?;
    let check = blocking(move || {
        let bytes = std::fs::read(&file.path).map_err(|error| disk(&error))?;
        let read = document::read::read_back(&bytes);
        let read = read.map_err(|error| ApiError::File(error.to_string()))?;
        let differences = material.compare(&template, &read).into_iter().map(|difference| {
            let message = difference.to_string();
            DocumentDifference { key: difference.key, message }
        });
        Ok(DocumentCheck { figures: read.figures.len(), differences: differences.collect() })
    });
    Ok(Json(check.await?))
}
