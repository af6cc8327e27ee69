//! What the judge says of a year: overview, evaluation, explanations, what-if, forms, map.

pub(crate) mod measured;
mod overview;
mod places;
mod what_if;

use crate::body::{Body, Of, Params, tagged};
use crate::{ApiError, App, Signed};
use access::Action;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use domain::{SchoolCode, SchoolYear, Stage};
use measured::{Measured, measured, restricted, standard_of, visible};
use serde::Deserialize;
use standard::{Options, Query};
use std::sync::Arc;
use store::Which;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Values that a trial may change at most.
const TRIALS: usize = 2000;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(get_overview))
        .routes(routes!(get_evaluation))
        .routes(routes!(get_explanation))
        .routes(routes!(try_values))
        .routes(routes!(get_forms))
        .routes(routes!(get_map))
}

/// Of which year.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Path)]
struct Year {
    /// 学年的起始年份
    #[param(example = 2024)]
    year: i16,
}

/// By which figures and which rules.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct By {
    /// `approved`（审定数据，缺省）或 `submitted`（已提交数据，仅供预览）
    #[serde(default)]
    #[param(value_type = Option<String>)]
    data: Data,
    /// 标准代码；不给时用本县的标准
    standard: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Data {
    #[default]
    Approved,
    Submitted,
}

impl By {
    /// Which figures; a preview needs a right of its own.
    fn which(&self, signed: &Signed) -> Result<Which, ApiError> {
        match self.data {
            Data::Approved => Ok(Which::Approved),
            Data::Submitted => {
                signed.require(Action::PreviewEvaluation)?;
                Ok(Which::Submitted)
            }
        }
    }

    async fn measured(
        &self,
        app: &App,
        signed: &Signed,
        year: i16,
    ) -> Result<Arc<Measured>, ApiError> {
        let which = self.which(signed)?;
        let standard = standard_of(app, signed.county(), self.standard.as_deref()).await?;
        measured(app, signed.county(), known_year(app, signed, year).await?, which, &standard).await
    }
}

/// A school year that the county keeps.
async fn known_year(app: &App, signed: &Signed, year: i16) -> Result<SchoolYear, ApiError> {
    let years = app.store().years(signed.county()).await?;
    let found = years.iter().find(|known| known.year.0 == year).map(|known| known.year);
    found.ok_or_else(|| ApiError::NotFound(format!("{year} 学年")))
}

/// 总览：能不能通过，为什么不能
#[utoipa::path(get, path = "/api/years/{year}/overview", tag = "evaluation", params(Year, By),
    responses((status = 200, body = overview::Overview)))]
async fn get_overview(
    State(app): State<App>,
    signed: Signed,
    headers: HeaderMap,
    Of(Year { year }): Of<Year>,
    Params(by): Params<By>,
) -> Result<Response, ApiError> {
    let now = by.measured(&app, &signed, year).await?;
    // Last year's official figures, where the county has them.
    let last = By { data: Data::Approved, standard: by.standard.clone() };
    let before = last.measured(&app, &signed, year - 1).await.ok();
    let before = before.filter(|before| !before.evaluation.sections.is_empty());
    let visible = visible(&app, signed.county(), signed.scope()).await?;
    let of = |measured: &Measured| match &visible {
        Some(schools) => restricted(&measured.evaluation, schools),
        None => measured.evaluation.clone(),
    };
    let before = before.map(|before| of(&before));
    let mut screen = overview::overview(&of(&now), before.as_ref());
    screen.waiting = now.waiting;
    tagged(&headers, &screen)
}

/// 评估结果
#[utoipa::path(get, path = "/api/years/{year}/evaluation", tag = "evaluation", params(Year, By),
    responses((status = 200, description = "见 docs/evaluation-json.md", body = serde_json::Value)))]
async fn get_evaluation(
    State(app): State<App>,
    signed: Signed,
    headers: HeaderMap,
    Of(Year { year }): Of<Year>,
    Params(by): Params<By>,
) -> Result<Response, ApiError> {
    let measured = by.measured(&app, &signed, year).await?;
    match visible(&app, signed.county(), signed.scope()).await? {
        Some(schools) => tagged(&headers, &restricted(&measured.evaluation, &schools)),
        None => tagged(&headers, &measured.evaluation),
    }
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Wanted {
    /// 指标代码，如 L3、G3、G3.1
    indicator: String,
    /// 学校标识码；不给时说明全县的差异系数或县级指标
    #[param(value_type = Option<String>)]
    school: Option<SchoolCode>,
    /// `primary` 或 `junior`
    #[param(value_type = Option<String>)]
    stage: Option<Stage>,
    #[serde(default)]
    #[param(value_type = Option<String>)]
    data: Data,
    /// 标准代码
    standard: Option<String>,
}

/// 说明一个数是怎么来的，直到单元格
#[utoipa::path(get, path = "/api/years/{year}/explanation", tag = "evaluation", params(Year, Wanted),
    responses((status = 200, description = "公式、代入的数、来源、结论", body = serde_json::Value)))]
async fn get_explanation(
    State(app): State<App>,
    signed: Signed,
    headers: HeaderMap,
    Of(Year { year }): Of<Year>,
    Params(wanted): Params<Wanted>,
) -> Result<Response, ApiError> {
    let by = By { data: wanted.data, standard: wanted.standard.clone() };
    let visible = visible(&app, signed.county(), signed.scope()).await?;
    if let Some(schools) = &visible {
        // Rows of other schools stand behind a coefficient: only who sees them may see those.
        let own = wanted.school.as_ref().is_some_and(|school| schools.contains(school));
        if !own {
            return Err(ApiError::NotFound("这项说明".to_owned()));
        }
    }
    let measured = by.measured(&app, &signed, year).await?;
    let query = Query { school: wanted.school, stage: wanted.stage, indicator: wanted.indicator };
    let told =
        standard::explain(&measured.snapshot, &measured.standard, &Options::default(), &query);
    tagged(&headers, &told.map_err(|error| ApiError::NotFound(error.to_string()))?)
}

/// Figures to try.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"edits": [
    {"school": "3418230001", "stage": "primary", "item": "teachers_backbone", "value": "12"}]}))]
struct Trials {
    /// 要试的数；按先后生效
    edits: Vec<what_if::Trial>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    data: Data,
    /// 标准代码
    standard: Option<String>,
}

/// 试算：改几个数，看结论怎样变；不保存任何数据
#[utoipa::path(post, path = "/api/years/{year}/what-if", tag = "evaluation", params(Year),
    request_body = Trials, responses((status = 200, body = what_if::Delta)))]
async fn try_values(
    State(app): State<App>,
    signed: Signed,
    Of(Year { year }): Of<Year>,
    Body(trials): Body<Trials>,
) -> Result<axum::Json<what_if::Delta>, ApiError> {
    if trials.edits.len() > TRIALS {
        return Err(ApiError::field("edits", format!("一次最多试 {TRIALS} 个数")));
    }
    let by = By { data: trials.data, standard: trials.standard.clone() };
    let visible = visible(&app, signed.county(), signed.scope()).await?;
    if let Some(schools) = &visible {
        for trial in &trials.edits {
            if !trial.school.as_ref().is_some_and(|school| schools.contains(school)) {
                return Err(ApiError::NotFound("要试算的学校".to_owned()));
            }
        }
    }
    let measured = by.measured(&app, &signed, year).await?;
    let tried = tokio::task::spawn_blocking(move || -> Result<what_if::Delta, ApiError> {
        let catalogue = measured.standard.catalogue();
        let mut entries = Vec::with_capacity(trials.edits.len());
        for (index, trial) in trials.edits.iter().enumerate() {
            let at = |message: String| ApiError::field(&format!("edits.{index}"), message);
            entries.push(trial.entry(catalogue).map_err(|error| at(error.to_string()))?);
        }
        let tried = domain::change::with_entries(&measured.snapshot, "试算", &entries, catalogue)
            .map_err(|error| ApiError::field("edits", error.to_string()))?;
        let after = standard::evaluate(&tried, &measured.standard, &Options::default())
            .map_err(|error| ApiError::NotNow(error.to_string()))?;
        let (before, after) = match &visible {
            Some(schools) => {
                (restricted(&measured.evaluation, schools), restricted(&after, schools))
            }
            None => (measured.evaluation.clone(), after),
        };
        Ok(what_if::delta(&before, &after))
    });
    Ok(axum::Json(tried.await.map_err(ApiError::internal)??))
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
    if visible(&app, signed.county(), signed.scope()).await?.is_some() {
        // The forms are the county's: they name every school.
        return Err(ApiError::NotFound("全县表册".to_owned()));
    }
    let measured = by.measured(&app, &signed, year).await?;
    let synthetic = app.store().setting(signed.county(), crate::session::SYNTHETIC).await?;
    let preview = matches!(by.data, Data::Submitted);
    let label = match (synthetic.is_some_and(|(value, _)| value == "1"), preview) {
        (true, false) => Some("合成数据，仅供演示".to_owned()),
        (true, true) => Some("合成数据，未审定，仅供演示".to_owned()),
        (false, true) => Some("未审定数据，仅供预览".to_owned()),
        (false, false) => None,
    };
    let source = app.clone();
    let file = tokio::task::spawn_blocking(move || {
        let standard = &measured.standard;
        let packs = &source.knowledge().source;
        let forms = forms::Forms::load(packs, standard.chain(), standard.catalogue())?;
        let options = forms::Options { label, created: None };
        let evaluations = [(&measured.evaluation, "")];
        forms::workbook(&evaluations, &measured.snapshot, standard.catalogue(), &forms, &options)
    });
    let file = file.await.map_err(ApiError::internal)?.map_err(ApiError::internal)?;
    Ok(workbook(file, "forms.xlsx"))
}

/// A workbook as a download.
pub(crate) fn workbook(file: Vec<u8>, name: &'static str) -> Response {
    const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(XLSX)),
        (
            header::CONTENT_DISPOSITION,
            disposition.unwrap_or(HeaderValue::from_static("attachment")),
        ),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
    ];
    (headers, file).into_response()
}

/// 一张图：各校位置、结论和指标值
#[utoipa::path(get, path = "/api/years/{year}/map", tag = "evaluation", params(Year, By),
    responses((status = 200, body = Vec<places::SchoolOnMap>)))]
async fn get_map(
    State(app): State<App>,
    signed: Signed,
    headers: HeaderMap,
    Of(Year { year }): Of<Year>,
    Params(by): Params<By>,
) -> Result<Response, ApiError> {
    let measured = by.measured(&app, &signed, year).await?;
    let visible = visible(&app, signed.county(), signed.scope()).await?;
    tagged(&headers, &places::places(&measured, visible.as_ref()))
}
