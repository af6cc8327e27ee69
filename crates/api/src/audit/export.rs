//! The audit as a file: what a filter lets through, as a workbook or as CSV. Taking it along is itself
//! a row of the audit.

use super::{Filter, words};
use crate::body::Params;
use crate::download::{XLSX, download};
use crate::sheet::head;
use crate::{ApiError, App, Signed};
use axum::extract::State;
use axum::response::Response;
use jiff::tz::Offset;
use rust_xlsxwriter::{Format, Workbook, XlsxError};
use serde::Deserialize;
use store::AuditRow;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// So many of the newest rows are taken along at most; a filter by days reaches the others.
const MOST: usize = 50_000;
/// Rows that are read at once.
const PAGE: u32 = 1_000;

const HEADS: [&str; 7] = ["序号", "时间（北京）", "谁", "做了什么", "对象", "详情", "校验值"];
const WIDTHS: [f64; 7] = [8.0, 20.0, 24.0, 22.0, 28.0, 60.0, 68.0];

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(export))
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    #[default]
    Xlsx,
    Csv,
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Wanted {
    /// `xlsx`（缺省）或 `csv`
    #[serde(default)]
    #[param(value_type = Option<String>)]
    kind: Kind,
}

/// 导出审计记录
///
/// 按筛选条件导出最近的至多 5 万条；导出本身也记入审计。
#[utoipa::path(get, path = "/api/audit/export", tag = "audit", params(Filter, Wanted),
    responses((status = 200, description = "xlsx 或 csv 文件", body = Vec<u8>,
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))]
async fn export(
    State(app): State<App>,
    signed: Signed,
    Params(filter): Params<Filter>,
    Params(Wanted { kind }): Params<Wanted>,
) -> Result<Response, ApiError> {
    let mut filter = filter.read(&app, &signed).await?;
    let mut rows = Vec::new();
    while rows.len() < MOST {
        let page = app.store().audit_rows(signed.county(), &filter, PAGE).await?;
        filter.below = page.last().map(|row| row.seq);
        let count = page.len();
        rows.extend(page);
        if count < PAGE as usize {
            break;
        }
    }
    let (county, by, detail) = (signed.county(), signed.by(), format!("{} 条", rows.len()));
    app.store().audit(county, &by, "audit.export", "", &detail).await?;
    let (media, plain, name) = match kind {
        Kind::Xlsx => (XLSX, "audit.xlsx", "审计记录.xlsx"),
        Kind::Csv => ("text/csv; charset=utf-8", "audit.csv", "审计记录.csv"),
    };
    let file = tokio::task::spawn_blocking(move || match kind {
        Kind::Xlsx => workbook(&rows),
        Kind::Csv => Ok(csv(&rows)),
    });
    let file = file.await.map_err(ApiError::internal)?.map_err(ApiError::internal)?;
    Ok(download(file, media, plain, name))
}

/// The cells of a row, in the order of [`HEADS`].
fn cells(row: &AuditRow) -> [String; 7] {
    let at = Offset::constant(8).to_datetime(row.at).strftime("%Y-%m-%d %H:%M:%S").to_string();
    let what = format!("{}（{}）", words::zh(&row.action), row.action);
    let (who, target) = (row.person.clone(), row.target.clone());
    [row.seq.to_string(), at, who, what, target, row.detail.clone(), row.hash.clone()]
}

/// Longest text of a cell, characters: the format holds no more.
const CELL: usize = 32_000;

fn workbook(rows: &[AuditRow]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name("审计记录")?;
    let bold = Format::new().set_bold();
    head(sheet, HEADS.into_iter().zip(WIDTHS), &bold)?;
    for (line, row) in (1_u32..).zip(rows) {
        for (column, text) in (0_u16..).zip(cells(row)) {
            let text: String = text.chars().take(CELL).collect();
            sheet.write_string(line, column, text)?;
        }
    }
    book.save_to_buffer()
}

/// CSV with a byte order mark, so that a spreadsheet reads the Chinese; a text that it would take for
/// a formula begins with an apostrophe.
fn csv(rows: &[AuditRow]) -> Vec<u8> {
    let field = |text: &str| {
        let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
        format!("\"{}{}\"", if formula { "'" } else { "" }, text.replace('"', "\"\""))
    };
    let mut text = String::from("\u{feff}");
    let mut line = |cells: [String; 7]| {
        let fields: Vec<String> = cells.iter().map(|cell| field(cell)).collect();
        text.push_str(&fields.join(","));
        text.push_str("\r\n");
    };
    line(HEADS.map(str::to_owned));
    for row in rows {
        line(cells(row));
    }
    text.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;

    #[test]
    fn csv_cannot_become_a_formula() {
        let row = AuditRow {
            seq: 7,
            at: Timestamp::UNIX_EPOCH,
            person: "张三".to_owned(),
            action: "session.open".to_owned(),
            target: "=1+1".to_owned(),
            detail: "说“\"好\"”".to_owned(),
            previous: String::new(),
            hash: "5f".to_owned(),
        };
        let text = String::from_utf8(csv(&[row])).unwrap();
        let line = text.lines().nth(1).unwrap();
        let wanted = "\"7\",\"1970-01-01 08:00:00\",\"张三\",\"登录（session.open）\",\
                      \"'=1+1\",\"说“\"\"好\"\"”\",\"5f\"";
        assert_eq!(line, wanted);
    }
}
