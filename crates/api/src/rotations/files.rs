//! Workbooks of a rotation: the whole result of a run, the list for the public notice, the orders.
//! Names in them are masked.

use super::objections::school_names;
use super::older::{self, kept};
use super::orders::month;
use super::result::{Kept, all};
use super::runs::{Which, expect_county, seen};
use super::{found, not_found, shown};
use crate::body::Of;
use crate::download::{XLSX, download};
use crate::session;
use crate::sheet::printed;
use crate::{ApiError, App, Signed};
use axum::extract::State;
use axum::response::Response;
use domain::{CountyCode, SchoolCode, SchoolYear};
use forms::staffing::{Masthead, notice, rotation};
use rust_xlsxwriter::{Format, FormatAlign, Workbook, XlsxError};
use staffing::rotation::Rotation;
use staffing::rotation::eligibility::statistics_day;
use std::collections::BTreeMap;
use store::rotations_orders::OrderRecord;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(workbook))
        .routes(routes!(notice_list))
        .routes(routes!(order_list))
}

/// What a run has found, or else the nearest that works.
fn of_run(json: &str) -> Result<Rotation, ApiError> {
    let Kept { result, impossible, .. } = kept(json)?;
    let found = result.or_else(|| impossible.and_then(|impossible| impossible.nearest));
    found.ok_or_else(|| ApiError::NotNow("这次求解没有名单".to_owned()))
}

/// What stands over every sheet.
struct Head {
    county: String,
    label: Option<&'static str>,
}

impl Head {
    async fn of(app: &App, county: &CountyCode) -> Result<Self, ApiError> {
        let all = app.store().counties().await?;
        let own = all.into_iter().find(|known| known.code == *county);
        Ok(Self {
            county: own.map(|known| known.name).unwrap_or_default(),
            label: session::label(app, county).await?,
        })
    }

    fn masthead(&self, year: SchoolYear) -> Masthead<'_> {
        let day = statistics_day(year);
        Masthead { county: &self.county, year, day, label: self.label }
    }
}

/// 交流方案工作簿
#[utoipa::path(get, path = "/api/rotations/{id}/runs/{run}/workbook.xlsx", tag = "rotations",
    params(Which),
    responses((status = 200, description = "xlsx 工作簿", body = Vec<u8>,
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))]
async fn workbook(
    State(app): State<App>,
    signed: Signed,
    Of(which): Of<Which>,
) -> Result<Response, ApiError> {
    expect_county(&signed, which.id)?;
    let county = signed.county();
    let (_, _, json) = seen(&app, &signed, &which).await?;
    let (record, _) = found(&app, &signed, which.id).await?;
    let stayers = app.store().run_stayers(county, which.id, which.run).await?;
    let (head, year) = (Head::of(&app, county).await?, record.year);
    let work = move || {
        let mut found = of_run(&json)?;
        found.stays = all(older::stayers(&stayers)?);
        rotation::workbook(&found, &head.masthead(year)).map_err(ApiError::internal)
    };
    let file = tokio::task::spawn_blocking(work).await.map_err(ApiError::internal)??;
    let name = format!("{}第{}次求解.xlsx", record.title, which.run);
    Ok(download(file, XLSX, "rotation.xlsx", &name))
}

/// 公示名单（姓名隐去）
#[utoipa::path(get, path = "/api/rotations/{id}/notice.xlsx", tag = "rotations",
    params(("id" = i64, Path)),
    responses((status = 200, description = "xlsx 工作簿", body = Vec<u8>,
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))]
async fn notice_list(
    State(app): State<App>,
    signed: Signed,
    Of(id): Of<i64>,
) -> Result<Response, ApiError> {
    let county = signed.county();
    let (record, _) = found(&app, &signed, id).await?;
    let public = shown(&app, county, id).await?.ok_or_else(|| not_found(id))?;
    let (_, _, json) = app.store().rotation_run(county, id, public.run).await?;
    let (head, year) = (Head::of(&app, county).await?, record.year);
    let days = Some((public.from, public.until));
    let work = move || {
        let found = of_run(&json)?;
        notice::workbook(&found, days, &head.masthead(year)).map_err(ApiError::internal)
    };
    let file = tokio::task::spawn_blocking(work).await.map_err(ApiError::internal)??;
    Ok(download(file, XLSX, "notice.xlsx", &format!("{}公示名单.xlsx", record.title)))
}

/// 调令台账（姓名隐去）
///
/// 学校得到本校调出和调入的。
#[utoipa::path(get, path = "/api/rotations/{id}/orders.xlsx", tag = "rotations",
    params(("id" = i64, Path)),
    responses((status = 200, description = "xlsx 工作簿", body = Vec<u8>,
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))]
async fn order_list(
    State(app): State<App>,
    signed: Signed,
    Of(id): Of<i64>,
) -> Result<Response, ApiError> {
    let county = signed.county();
    let (record, _) = found(&app, &signed, id).await?;
    let orders = app.store().orders(county, id, signed.scope()).await?;
    let (names, head) = (school_names(&app, county).await?, Head::of(&app, county).await?);
    let work = move || register(&orders, &names, &head);
    let file = tokio::task::spawn_blocking(work).await.map_err(ApiError::internal)?;
    let name = format!("{}调令台账.xlsx", record.title);
    Ok(download(file.map_err(ApiError::internal)?, XLSX, "orders.xlsx", &name))
}

/// The columns of the register and their widths.
const COLUMNS: [(&str, f64); 15] = [
    ("教师编号", 12.0),
    ("姓名", 9.0),
    ("学段", 7.0),
    ("学科", 12.0),
    ("骨干", 6.0),
    ("调出学校", 28.0),
    ("调入学校", 28.0),
    ("期限起", 12.0),
    ("期限止", 12.0),
    ("状态", 12.0),
    ("到岗", 12.0),
    ("返回或留任", 12.0),
    ("编制随迁", 9.0),
    ("补助（元/月）", 12.0),
    ("考核", 10.0),
];

fn register(
    orders: &[OrderRecord],
    names: &BTreeMap<SchoolCode, String>,
    head: &Head,
) -> Result<Vec<u8>, XlsxError> {
    let bold = Format::new().set_bold().set_align(FormatAlign::Center);
    let plain = Format::new().set_num_format("@");
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("调令台账")?;
    printed(sheet, COLUMNS, &bold)?;
    sheet.set_freeze_panes(1, 2)?;
    if let Some(label) = head.label {
        sheet.set_header(format!("&C{label}"));
    }
    let name = |school: &SchoolCode| names.get(school).map_or("", String::as_str).to_owned();
    let day = |day: Option<jiff::civil::Date>| day.map(|day| day.to_string()).unwrap_or_default();
    let yes = |flag: bool| if flag { "是" } else { "" }.to_owned();
    for (row, record) in (1u32..).zip(orders) {
        let order = &record.order;
        let subsidy = record.subsidy.as_ref().map(|subsidy| {
            let until = subsidy.until.map_or_else(|| "期满".to_owned(), month);
            format!("{}（{} 至 {until}）", subsidy.yuan.normalize(), month(subsidy.from))
        });
        let grade = record.assessment.as_ref().map(|assessment| assessment.grade.clone());
        let cells = [
            order.teacher.clone(),
            order.name.clone(),
            order.stage.zh().to_owned(),
            order.subject.clone(),
            yes(order.backbone),
            name(&order.from),
            name(&order.to),
            order.starts.to_string(),
            day(order.ends),
            record.state.zh().to_owned(),
            day(record.arrived),
            day(record.ended),
            yes(record.roll && record.arrived.is_some()),
            subsidy.unwrap_or_default(),
            grade.unwrap_or_default(),
        ];
        for (column, cell) in (0u16..).zip(cells) {
            sheet.write_with_format(row, column, cell, &plain)?;
        }
    }
    book.save_to_buffer()
}
