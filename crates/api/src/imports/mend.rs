//! Mending an import before it is accepted: saying what a word means, and putting a cell right. Both
//! are remembered first; then the files are read anew.

use super::reading::{Ground, read, reading};
use super::words::{Said, WordMeaning, stored};
use super::{Import, ImportView, blocking, shelf, whole_county};
use crate::body::{Body, Of, Page, Paging, Params, page};
use crate::{ApiError, App, FieldProblem, Signed};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::{SchoolCode, SchoolYear};
use intake::layout::CellRef;
use intake::mapping::Topic;
use serde::Deserialize;
use store::Which;
use store::mappings::NewMapping;
use store::uploads::UploadedCell;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Cells or words of one request.
const MOST: usize = 500;
/// Longest text of a cell, characters.
const TEXT: usize = 500;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(cells))
        .routes(routes!(meanings))
        .routes(routes!(list, forget))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"cells": [
    {"file": "学校数据.xlsx", "sheet": "学校", "cell": "C6", "value": "28"},
]}))]
struct CellsCorrected {
    cells: Vec<CellCorrected>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CellCorrected {
    /// 文件名，如发现的问题中所写
    file: String,
    /// 工作表；CSV 文件为空
    #[serde(default)]
    sheet: String,
    /// 单元格，如 `C6`
    cell: String,
    /// 改为；空文字为清空，null 为撤销更正
    value: Option<String>,
}

/// 就地更正单元格
///
/// 上传的文件不变；更正的值在读取时代替单元格的内容，来源写明文件、单元格、更正人和时间。随后重新检查。
#[utoipa::path(put, path = "/api/imports/{id}/cells", tag = "imports", params(("id" = i64, Path)),
    request_body = CellsCorrected, responses((status = 200, body = ImportView)))]
async fn cells(
    State(app): State<App>,
    signed: Signed,
    Of(id): Of<i64>,
    Body(corrected): Body<CellsCorrected>,
) -> Result<Json<ImportView>, ApiError> {
    let import = mendable(&app, &signed, id).await?;
    let mut wrong = Vec::new();
    if corrected.cells.len() > MOST {
        wrong.push(FieldProblem::new("cells", format!("一次最多更正 {MOST} 个单元格")));
    }
    let mut edits = Vec::new();
    for (index, cell) in corrected.cells.into_iter().enumerate() {
        let mut say = |part: &str, message: String| {
            wrong.push(FieldProblem::new(format!("cells.{index}.{part}"), message));
        };
        let known = import.input.files.iter().any(|file| {
            cell.file == file.name
                || cell.file.strip_prefix(&file.name).is_some_and(|rest| rest.starts_with('/'))
        });
        if !known {
            say("file", format!("这次导入中没有文件“{}”", cell.file));
        }
        let text = cell.value.as_deref().unwrap_or_default();
        if text.chars().count() > TEXT || text.chars().any(char::is_control) {
            say("value", format!("内容不能超过 {TEXT} 个字，也不能换行"));
        }
        match CellRef::parse(&cell.cell) {
            None => say("cell", format!("“{}”不是单元格的名称", cell.cell)),
            Some(at) => {
                let (row, column) = (at.row, at.column);
                let cell_of = UploadedCell { file: cell.file, sheet: cell.sheet, row, column };
                edits.push((cell_of, cell.value));
            }
        }
    }
    if !wrong.is_empty() {
        return Err(ApiError::Fields(wrong));
    }
    if !edits.is_empty() {
        app.store().correct_upload(signed.county(), id, &edits, &signed.by()).await?;
    }
    again(&app, &signed, import).await
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"meanings": [
    {"layout": "template", "topic": "kind", "label": "完小", "target": "primary"},
]}))]
struct MeaningsChosen {
    /// 不给任何词时，只按现有的对应关系重新读取
    meanings: Vec<MeaningChosen>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MeaningChosen {
    /// 表样
    layout: String,
    /// `column`、`kind`、`value`、`school`
    topic: String,
    /// 文件中的写法
    label: String,
    /// 所选的选项；学校也可以选标识码本身，表示确是新学校
    target: String,
}

/// 指明不认识的词
///
/// 按县和表样记住，下次导入时自动采用；随后重新读取和检查。
#[utoipa::path(put, path = "/api/imports/{id}/meanings", tag = "imports", params(("id" = i64, Path)),
    request_body = MeaningsChosen, responses((status = 200, body = ImportView)))]
async fn meanings(
    State(app): State<App>,
    signed: Signed,
    Of(id): Of<i64>,
    Body(chosen): Body<MeaningsChosen>,
) -> Result<Json<ImportView>, ApiError> {
    let import = mendable(&app, &signed, id).await?;
    let mut wrong = Vec::new();
    if chosen.meanings.len() > MOST {
        wrong.push(FieldProblem::new("meanings", format!("一次最多指明 {MOST} 个词")));
    }
    let mut new = Vec::new();
    for (index, word) in chosen.meanings.into_iter().enumerate() {
        match meant(&import, &word) {
            Some(topic) => new.push(NewMapping {
                layout: word.layout,
                label: stored(topic, &word.label),
                target: word.target,
            }),
            None => wrong.push(FieldProblem::new(
                format!("meanings.{index}.target"),
                format!("“{}”没有这个选项；请刷新页面后重新选择", word.label),
            )),
        }
    }
    if !wrong.is_empty() {
        return Err(ApiError::Fields(wrong));
    }
    if !new.is_empty() {
        app.store().remember_mappings(signed.county(), &new, &signed.by()).await?;
    }
    again(&app, &signed, import).await
}

/// The topic of a word that is asked about, where the choice is one of those that there are.
fn meant(import: &Import, word: &MeaningChosen) -> Option<Topic> {
    let reading = import.reading.as_ref()?;
    let topic = Topic::from_code(&word.topic)?;
    let asked = reading.unknown.iter().find(|unknown| {
        unknown.topic == word.topic && unknown.layout == word.layout && unknown.label == word.label
    })?;
    let choices = reading.choices.get(&asked.choices)?;
    let is_new_school = topic == Topic::School
        && word.target == word.label
        && SchoolCode::parse(&word.target).is_ok();
    let known = choices.iter().any(|choice| choice.target == word.target);
    (known || is_new_school).then_some(topic)
}

/// An import that is read and neither accepted nor gone.
async fn mendable(app: &App, signed: &Signed, id: i64) -> Result<Import, ApiError> {
    let import = Import::find(app, signed, id).await?;
    match import.state() {
        "waiting" | "refused" => Ok(import),
        "reading" => Err(ApiError::NotNow("文件还在读取；请等读取完成后再修改".to_owned())),
        "accepted" => {
            Err(ApiError::NotNow("这次导入已经采用；请在填报单中修改，或重新上传".to_owned()))
        }
        _ => Err(ApiError::NotNow("这次导入的文件已不在；请重新上传".to_owned())),
    }
}

/// Reads the files anew with all that has been said of them, one import after the other.
async fn again(app: &App, signed: &Signed, import: Import) -> Result<Json<ImportView>, ApiError> {
    let permit = app.kept().reading().await?;
    let (county, year) = (signed.county(), import.input.year);
    let ground = Ground::of(app, county, year, import.job.id).await?;
    let (base, _) = app.kept().snapshot(app, county, SchoolYear(year), Which::Submitted).await?;
    let (reader, input, folder) = (app.clone(), import.input.clone(), import.folder.clone());
    blocking(move || {
        let intake = read(&reader, &input, &ground, None)?;
        let record = reading(&reader, intake, &base, &ground)?;
        shelf::write(&folder, shelf::READING, &record)
    })
    .await?;
    drop(permit);
    let import = Import::find(app, signed, import.job.id).await?;
    Ok(Json(import.view(signed)))
}

/// 记住的对应关系
#[utoipa::path(get, path = "/api/mappings", tag = "imports", params(Paging),
    responses((status = 200, body = Page<WordMeaning>)))]
async fn list(
    State(app): State<App>,
    signed: Signed,
    Params(paging): Params<Paging>,
) -> Result<Json<Page<WordMeaning>>, ApiError> {
    whole_county(&signed)?;
    let said = Said::of(&app, signed.county()).await?;
    let mut all = Vec::with_capacity(said.records.len());
    for record in &said.records {
        all.extend(said.meaning(&app, record, 0)?);
    }
    let key = |word: &WordMeaning| format!("{}/{}/{}", word.layout, word.topic, word.label);
    Ok(Json(page(all, &paging, key)))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Word {
    /// 表样
    layout: String,
    /// `column`、`kind`、`value`、`school`
    topic: String,
    /// 文件中的写法
    label: String,
}

/// 忘记一个对应关系
#[utoipa::path(delete, path = "/api/mappings", tag = "imports", params(Word),
    responses((status = 204, description = "已忘记")))]
async fn forget(
    State(app): State<App>,
    signed: Signed,
    Params(word): Params<Word>,
) -> Result<StatusCode, ApiError> {
    whole_county(&signed)?;
    let not_found = || ApiError::NotFound(format!("“{}”的对应关系", word.label));
    let topic = Topic::from_code(&word.topic).ok_or_else(not_found)?;
    let label = stored(topic, &word.label);
    app.store().forget_mapping(signed.county(), &word.layout, &label, &signed.by()).await?;
    Ok(StatusCode::NO_CONTENT)
}
