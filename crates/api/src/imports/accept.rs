//! Accepting: what was read becomes the year's figures, in one transaction.

use super::reading::{Ground, Reading, read};
use super::{Import, ImportView, blocking, shelf};
use crate::body::{Body, Of};
use crate::{ApiError, App, Signed};
use access::Action;
use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::ImportAs;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(accept))
}

/// That an import was accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(super) struct ImportAccepted {
    /// `draft`、`submitted`、`approved`
    #[serde(rename = "as")]
    #[schema(value_type = String)]
    import_as: ImportAs,
    by: String,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// 改动的填报单数
    changed: usize,
    /// 内容相同、没有改动的填报单数
    unchanged: usize,
    /// 增、删、改的数据项数
    facts: usize,
    /// 数据快照的指纹
    snapshot: String,
}

/// Findings that are kept of an accepted import.
const FINDINGS: usize = 500;

/// What is written down of an accepted import.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Kept {
    pub(super) accepted: ImportAccepted,
    pub(super) reading: Option<Reading>,
}

/// As what the caller may take figures.
pub(super) fn may_as(signed: &Signed) -> Vec<ImportAs> {
    let caller = signed.caller();
    let all = [ImportAs::Draft, ImportAs::Submitted, ImportAs::Approved];
    all.into_iter().filter(|import_as| caller.may(right(*import_as))).collect()
}

const fn right(import_as: ImportAs) -> Action {
    match import_as {
        ImportAs::Draft => Action::FillSubmissions,
        ImportAs::Submitted => Action::SubmitSubmissions,
        ImportAs::Approved => Action::ReviewSubmissions,
    }
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"as": "submitted"}))]
struct ImportDecision {
    /// `draft` 作为草稿交学校核对、`submitted` 作为学校已提交、`approved` 作为已审定
    #[serde(rename = "as")]
    #[schema(value_type = String)]
    import_as: ImportAs,
}

/// 确认导入
///
/// 全部导入，或者全部不导入；已经确认过的，再次确认不会重复导入。
#[utoipa::path(post, path = "/api/imports/{id}/accept", tag = "imports",
    params(("id" = i64, Path)), request_body = ImportDecision,
    responses((status = 200, body = ImportView)))]
async fn accept(
    State(app): State<App>,
    signed: Signed,
    Of(id): Of<i64>,
    Body(decision): Body<ImportDecision>,
) -> Result<Json<ImportView>, ApiError> {
    let import_as = decision.import_as;
    let mut import = Import::find(&app, &signed, id).await?;
    signed.require(right(import_as))?;
    match import.state() {
        "waiting" => {}
        "accepted" => return Ok(Json(import.view(&signed))),
        "reading" => return Err(ApiError::NotNow("文件还在读取；请等读取完成后再确认".to_owned())),
        _ => {
            let why = "这次导入不能确认；请按发现的问题改正文件后重新上传";
            return Err(ApiError::NotNow(why.to_owned()));
        }
    }
    let ground = Ground::of(&app, signed.county(), import.input.year, id).await?;
    let permit = app.kept().reading().await?;
    let (reader, input) = (app.clone(), import.input.clone());
    let intake = blocking(move || read(&reader, &input, &ground, None)).await?;
    drop(permit);
    let looked_at = import.reading.as_ref().and_then(|reading| reading.snapshot.clone());
    let snapshot = intake.years.into_iter().filter_map(|year| year.snapshot).next_back();
    let same = |snapshot: &domain::Snapshot| looked_at.as_deref() == Some(snapshot.hash());
    let Some(snapshot) = snapshot.filter(same) else {
        let why = "文件的读取结果与检查时不同（程序或规则已更新）；请重新上传后再确认";
        return Err(ApiError::NotNow(why.to_owned()));
    };
    let (catalogue, by) = (&app.knowledge().catalogue, signed.by());
    // The files first: a figure whose origin is a cell must find its file for as long as it is kept.
    let paths = (0..import.input.files.len()).map(|number| shelf::file(&import.folder, number));
    let names = import.input.files.iter().map(|file| file.name.clone());
    app.store().keep_uploads(signed.county(), id, names.zip(paths).collect()).await?;
    let report = app.store().import(&snapshot, catalogue, import_as, &by).await?;
    let accepted = ImportAccepted {
        import_as,
        by: by.person.clone(),
        at: by.at,
        changed: report.changed,
        unchanged: report.unchanged,
        facts: report.facts,
        snapshot: snapshot.hash().to_owned(),
    };
    if let Some(reading) = &mut import.reading {
        reading.findings.truncate(FINDINGS);
        reading.choices.clear();
        reading.unknown.clear();
    }
    let kept = Kept { accepted: accepted.clone(), reading: import.reading.clone() };
    let record = serde_json::to_string(&kept).map_err(ApiError::internal)?;
    // A server that is killed before this line is asked again, and finds nothing left to change.
    app.store().record_accepted(signed.county(), id, &record, &by).await?;
    let folder = import.folder.clone();
    blocking(move || shelf::remove(&folder)).await?;
    import.accepted = Some(accepted);
    Ok(Json(import.view(&signed)))
}
