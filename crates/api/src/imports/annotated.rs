//! The uploaded files with what is wrong written into their cells, for those who filled them.

use super::reading::{Ground, read};
use super::{Import, blocking, shelf};
use crate::body::Of;
use crate::download::download;
use crate::{ApiError, App, Signed};
use axum::extract::State;
use axum::response::Response;
use intake::annotate::annotate;
use intake::open::Limits;
use std::io::{Cursor, Write as _};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(annotated))
}

/// 标注了问题的文件
///
/// 每个有问题的文件一份：问题写在单元格的批注里，另有一张清单。
#[utoipa::path(get, path = "/api/imports/{id}/annotated.zip", tag = "imports",
    params(("id" = i64, Path)),
    responses((status = 200, description = "zip 压缩包", content_type = "application/zip")))]
async fn annotated(
    State(app): State<App>,
    signed: Signed,
    Of(id): Of<i64>,
) -> Result<Response, ApiError> {
    let import = Import::find(&app, &signed, id).await?;
    if !import.there || import.reading.is_none() {
        return Err(ApiError::NotFound("标注的文件".to_owned()));
    }
    let ground = Ground::of(&app, signed.county(), import.input.year, id).await?;
    let permit = app.kept().reading().await?;
    let reader = app.clone();
    let bytes = blocking(move || write(&reader, &import, &ground)).await?;
    drop(permit);
    Ok(download(bytes, "application/zip", "annotated.zip", "校验批注.zip"))
}

fn write(app: &App, import: &Import, ground: &Ground) -> Result<Vec<u8>, ApiError> {
    let intake = read(app, &import.input, ground, None)?;
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let mut remarks = String::new();
    for (number, file) in import.input.files.iter().enumerate() {
        let own = |finding: &intake::Finding| {
            finding.location.as_ref().is_some_and(|at| *at.file == *file.name)
        };
        if !intake.findings.iter().any(own) {
            continue;
        }
        let source = std::fs::read(shelf::file(&import.folder, number)).map_err(shelf::problem)?;
        match annotate(&source, &file.name, &intake.findings, &Limits::default()) {
            Ok(copy) => {
                let stem = file.name.rsplit_once('.').map_or(file.name.as_str(), |(stem, _)| stem);
                let name = format!("{stem}_校验.{}", copy.extension);
                zip.start_file(name, options).map_err(ApiError::internal)?;
                zip.write_all(&copy.bytes).map_err(ApiError::internal)?;
            }
            Err(error) => {
                remarks.push_str(&error.to_string());
                remarks.push('\n');
            }
        }
    }
    // What stands in no file, and files that cannot be written into.
    let elsewhere = |finding: &&intake::Finding| match &finding.location {
        None => true,
        Some(at) => !import.input.files.iter().any(|file| *file.name == *at.file),
    };
    for finding in intake.findings.iter().filter(elsewhere) {
        remarks.push_str(&finding.to_string());
        remarks.push('\n');
    }
    zip.start_file("其他问题.txt", options).map_err(ApiError::internal)?;
    let text = if remarks.is_empty() { "没有其他问题。\n" } else { &remarks };
    zip.write_all(text.as_bytes()).map_err(ApiError::internal)?;
    Ok(zip.finish().map_err(ApiError::internal)?.into_inner())
}
