//! The official forms: as a workbook, and sheet by sheet on the screen, from the same rows.

use super::asked::{By, Data, Year};
use super::measured::{Measured, visible};
use crate::body::{Of, Params, tagged};
use crate::download::{XLSX, download};
use crate::{ApiError, App, Signed};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use forms::printed::{Cell, Row, Sheet, Table};
use forms::{Forms, FormsError};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get_forms)).routes(routes!(get_sheet))
}

/// The forms are the county's: they name every school.
async fn whole(
    app: &App,
    signed: &Signed,
    by: &By,
    year: i16,
) -> Result<(Arc<Measured>, Option<String>), ApiError> {
    if visible(app, signed.county(), signed.scope()).await?.is_some() {
        return Err(ApiError::NotFound("全县表册".to_owned()));
    }
    let measured = by.measured(app, signed, year).await?;
    let synthetic = crate::session::is_synthetic(app, signed.county()).await?;
    let preview = by.data == Data::Submitted;
    let label = match (synthetic, preview) {
        (true, false) => Some(crate::session::MADE_UP.to_owned()),
        (true, true) => Some("合成数据，未审定，仅供演示".to_owned()),
        (false, true) => Some("未审定数据，仅供预览".to_owned()),
        (false, false) => None,
    };
    Ok((measured, label))
}

fn pack(app: &App, measured: &Measured) -> Result<Forms, FormsError> {
    let standard = &measured.standard;
    Forms::load(&app.knowledge().source, standard.chain(), standard.catalogue())
}

/// 申报表 Ⅰ–Ⅵ 和差距清单
#[utoipa::path(get, path = "/api/years/{year}/forms.xlsx", tag = "evaluation", params(Year, By),
    responses((status = 200, description = "xlsx 工作簿",
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))]
async fn get_forms(
    State(app): State<App>,
    signed: Signed,
    Of(Year { year }): Of<Year>,
    Params(by): Params<By>,
) -> Result<Response, ApiError> {
    let (measured, label) = whole(&app, &signed, &by, year).await?;
    let (source, target) = (app.clone(), format!("{year}/{}", by.data.code()));
    let snapshot = measured.evaluation.snapshot.clone();
    let file = tokio::task::spawn_blocking(move || {
        let catalogue = measured.standard.catalogue();
        let options = forms::Options { label, created: None };
        let evaluations = [(&measured.evaluation, "")];
        let pack = pack(&source, &measured)?;
        forms::workbook(&evaluations, &measured.snapshot, catalogue, &pack, &options)
    });
    let file = file.await.map_err(ApiError::internal)?.map_err(ApiError::internal)?;
    let (county, by) = (signed.county(), signed.by());
    app.store().audit(county, &by, "evaluation.export", &target, &snapshot).await?;
    Ok(download(file, XLSX, "forms.xlsx", &format!("{year}学年报表.xlsx")))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct WantedSheet {
    /// 表名，如 `表Ⅱ-1`；不给时为第一张
    sheet: Option<String>,
}

/// A form on the screen.
#[derive(Debug, Serialize, ToSchema)]
struct FormSheets {
    /// 全部表
    sheets: Vec<SheetName>,
    sheet: SheetView,
    /// 印在每页上的标记，如“未审定数据，仅供预览”
    label: Option<String>,
    /// 数据快照
    snapshot: String,
}

/// A form in the list of them.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"name": "表Ⅲ", "title": "表Ⅲ　县域义务教育校际均衡情况"}))]
struct SheetName {
    name: String,
    title: String,
}

/// A form.
#[derive(Debug, Serialize, ToSchema)]
struct SheetView {
    name: String,
    title: String,
    /// 表头下左、右两行字
    under: [String; 2],
    /// 是否横向
    landscape: bool,
    tables: Vec<FormTable>,
    /// 填表说明
    notes: Vec<String>,
    /// 填报人、审核人等
    foot: Option<String>,
}

/// A table of a form.
#[derive(Debug, Serialize, ToSchema)]
struct FormTable {
    caption: Option<String>,
    head_rows: u16,
    head: Vec<FormHead>,
    /// 每列占表头网格的几列
    spans: Vec<u16>,
    /// 每列宽，以半角字符计
    widths: Vec<f64>,
    rows: Vec<FormRow>,
}

/// A cell of a head; rows and columns count from zero inside the head.
#[derive(Debug, Serialize, ToSchema)]
struct FormHead {
    row: u16,
    column: u16,
    rows: u16,
    columns: u16,
    text: String,
}

/// A row of a form.
#[derive(Debug, Serialize, ToSchema)]
struct FormRow {
    /// `band` 通栏文字、`cells`、`total` 合计
    kind: &'static str,
    cells: Vec<FormCell>,
}

/// A cell of a form.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"kind": "figure", "text": "0.312", "rows": 1}))]
struct FormCell {
    /// `empty` 不必填、`missing` 缺数、`text`、`figure` 数、`band`
    kind: &'static str,
    text: String,
    /// 占几行
    rows: usize,
}

impl From<Sheet> for SheetView {
    fn from(sheet: Sheet) -> Self {
        Self {
            name: sheet.name,
            title: sheet.title,
            under: sheet.under,
            landscape: sheet.landscape,
            tables: sheet.tables.into_iter().map(FormTable::from).collect(),
            notes: sheet.notes,
            foot: sheet.foot,
        }
    }
}

impl From<Table> for FormTable {
    fn from(table: Table) -> Self {
        let rows = (0..table.rows.len()).map(|at| row(&table.rows, at)).collect();
        Self {
            rows,
            caption: table.caption,
            head_rows: table.head.rows,
            head: table
                .head
                .cells
                .into_iter()
                .map(|cell| FormHead {
                    row: cell.row,
                    column: cell.column,
                    rows: cell.rows,
                    columns: cell.columns,
                    text: cell.text,
                })
                .collect(),
            spans: table.spans,
            widths: table.widths,
        }
    }
}

fn cells(row: &Row) -> Option<&[Cell]> {
    match row {
        Row::Band(_) => None,
        Row::Cells(cells) | Row::Total(cells) => Some(cells),
    }
}

/// A row without the cells that belong to one above, which reaches down to them instead.
fn row(rows: &[Row], at: usize) -> FormRow {
    let kind = match rows.get(at) {
        Some(Row::Total(_)) => "total",
        Some(Row::Cells(_)) => "cells",
        Some(Row::Band(text)) => {
            let band = FormCell { kind: "band", text: text.clone(), rows: 1 };
            return FormRow { kind: "band", cells: vec![band] };
        }
        None => "band",
    };
    let reach = |column: usize| {
        let below = rows.iter().skip(at + 1);
        let up = |row: &&Row| {
            cells(row).is_some_and(|cells| matches!(cells.get(column), Some(Cell::Up)))
        };
        1 + below.take_while(up).count()
    };
    let own = rows.get(at).and_then(cells).unwrap_or_default();
    let shown = own.iter().enumerate().filter_map(|(column, cell)| {
        let (kind, text) = match cell {
            Cell::Up => return None,
            Cell::Empty => ("empty", String::new()),
            Cell::Missing => ("missing", String::new()),
            Cell::Text(text) => ("text", text.clone()),
            Cell::Figure(text) => ("figure", text.clone()),
        };
        Some(FormCell { kind, text, rows: reach(column) })
    });
    FormRow { kind, cells: shown.collect() }
}

/// 申报表 Ⅰ–Ⅵ（逐张）
///
/// 与下载的工作簿出自同样的行，数字不会不同。
#[utoipa::path(get, path = "/api/years/{year}/forms", tag = "evaluation",
    params(Year, By, WantedSheet), responses((status = 200, body = FormSheets)))]
async fn get_sheet(
    State(app): State<App>,
    signed: Signed,
    headers: HeaderMap,
    Of(Year { year }): Of<Year>,
    Params(by): Params<By>,
    Params(wanted): Params<WantedSheet>,
) -> Result<Response, ApiError> {
    let (measured, label) = whole(&app, &signed, &by, year).await?;
    let snapshot = measured.evaluation.snapshot.clone();
    let source = app.clone();
    let sheets = tokio::task::spawn_blocking(move || {
        let pack = pack(&source, &measured)?;
        let ids: Vec<String> = pack.ids().map(str::to_owned).collect();
        let catalogue = measured.standard.catalogue();
        let (evaluation, facts) = (&measured.evaluation, &measured.snapshot);
        Ok(forms::printed::sheets(evaluation, facts, catalogue, &pack, &ids))
    });
    let sheets: Result<Vec<Sheet>, FormsError> = sheets.await.map_err(ApiError::internal)?;
    let sheets = sheets.map_err(ApiError::internal)?;
    let line = |sheet: &Sheet| SheetName { name: sheet.name.clone(), title: sheet.title.clone() };
    let names = sheets.iter().map(line).collect();
    let is_wanted =
        |sheet: &Sheet| wanted.sheet.as_ref().is_none_or(|wanted| sheet.name == *wanted);
    let found = sheets.into_iter().find(is_wanted);
    let missing = || format!("表“{}”", wanted.sheet.clone().unwrap_or_default());
    let sheet = SheetView::from(found.ok_or_else(|| ApiError::NotFound(missing()))?);
    tagged(&headers, &FormSheets { sheets: names, sheet, label, snapshot })
}
