//! The files of an accepted import, as they were uploaded.

use super::{blocking, shelf, whole_county};
use crate::body::Of;
use crate::download::download;
use crate::{ApiError, App, Signed};
use axum::extract::State;
use axum::response::Response;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(original))
}

/// 已采用的导入的原始文件
///
/// 与上传时逐字节相同，供核对数据来源；编号为上传的次序，从 0 起。
#[utoipa::path(get, path = "/api/imports/{id}/files/{number}", tag = "imports",
    params(("id" = i64, Path), ("number" = i64, Path)),
    responses((status = 200, description = "原始文件", content_type = "application/octet-stream")))]
async fn original(
    State(app): State<App>,
    signed: Signed,
    Of((id, number)): Of<(i64, i64)>,
) -> Result<Response, ApiError> {
    whole_county(&signed)?;
    let not_found = || ApiError::NotFound(format!("导入 {id} 的文件 {number}"));
    if app.store().accepted(signed.county(), id).await?.is_none() {
        return Err(not_found());
    }
    let all = app.store().uploads(signed.county(), id).await?;
    let kept = all.into_iter().find(|kept| kept.number == number).ok_or_else(not_found)?;
    let bytes = blocking(move || std::fs::read(&kept.path).map_err(shelf::problem)).await?;
    Ok(download(bytes, "application/octet-stream", "upload", &kept.name))
}
