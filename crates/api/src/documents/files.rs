//! Documents as files: Word, and what is read back from an edited one.

use super::material::{Material, kept, unprinted};
use super::{found, may_write, template};
use crate::body::{Of, Params};
use crate::download::{DOCX, download};
use crate::{ApiError, App, Signed};
use axum::extract::State;
use axum::response::Response;
use document::Document;
use document::model::State as Stage;
use serde::Deserialize;
use store::documents::DocumentState;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(docx))
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
    let is_draft = record.state == DocumentState::Draft;
    let number = which.revision.or((!is_draft).then_some(record.revision));
    let name = record.text.title.clone();
    if let Some(number) = number.filter(|number| *number > 0) {
        let (county, scope) = (signed.county(), signed.scope());
        let (_, text) = app.store().document_revision(county, id, number, scope).await?;
        let read = tokio::task::spawn_blocking(move || serde_json::from_str::<Document>(&text));
        let document = read.await.map_err(ApiError::internal)?.map_err(ApiError::internal)?;
        return Ok((document, name));
    }
    if !may_write(signed) {
        return Err(ApiError::NotFound(format!("文书 {id} 的成稿")));
    }
    let material = Material::of(app, signed.county(), record.subject.year).await?;
    let (settings, written) = kept(&record)?;
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
