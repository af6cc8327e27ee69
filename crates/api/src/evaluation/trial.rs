//! Trying figures: asked, judged, answered; nothing is kept.

use super::asked::{By, Data, Year};
use super::measured::{seen, visible};
use super::what_if::{Delta, Trial, delta};
use crate::body::{Body, Of};
use crate::{ApiError, App, Signed};
use axum::extract::State;
use domain::change::Entry;
use domain::{Catalogue, SchoolCode};
use serde::Deserialize;
use standard::Options;
use std::collections::BTreeSet;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Values that a trial may change at most.
const TRIALS: usize = 2000;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(try_values))
}

/// Refuses figures of schools that the caller does not see, or of the county where he sees schools
/// only.
///
/// # Errors
/// [`ApiError::NotFound`].
pub(crate) fn require_visible(
    visible: Option<&BTreeSet<SchoolCode>>,
    trials: &[Trial],
) -> Result<(), ApiError> {
    let Some(schools) = visible else { return Ok(()) };
    let seen = |trial: &Trial| trial.school.as_ref().is_some_and(|school| schools.contains(school));
    if trials.iter().all(seen) {
        return Ok(());
    }
    Err(ApiError::NotFound("要试算的学校".to_owned()))
}

/// The figures as entries of a snapshot.
///
/// # Errors
/// [`ApiError::Fields`], which names the first that is none of its item.
pub(crate) fn trial_entries(
    trials: &[Trial],
    catalogue: &Catalogue,
) -> Result<Vec<Entry>, ApiError> {
    let entries = trials.iter().enumerate().map(|(index, trial)| {
        let at = |message: String| ApiError::field(&format!("edits.{index}"), message);
        trial.entry(catalogue).map_err(|error| at(error.to_string()))
    });
    entries.collect()
}

/// Figures to try.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"edits": [
    {"school": "3418230001", "stage": "primary", "item": "teachers_backbone", "value": "12"}]}))]
struct Trials {
    /// 要试的数；按先后生效
    edits: Vec<Trial>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    data: Data,
    /// 标准代码
    standard: Option<String>,
}

/// 试算：改几个数，看结论怎样变；不保存任何数据
#[utoipa::path(post, path = "/api/years/{year}/what-if", tag = "evaluation", params(Year),
    request_body = Trials, responses((status = 200, body = Delta)))]
async fn try_values(
    State(app): State<App>,
    signed: Signed,
    Of(Year { year }): Of<Year>,
    Body(trials): Body<Trials>,
) -> Result<axum::Json<Delta>, ApiError> {
    if trials.edits.len() > TRIALS {
        return Err(ApiError::field("edits", format!("一次最多试 {TRIALS} 个数")));
    }
    let by = By { data: trials.data, standard: trials.standard.clone() };
    let visible = visible(&app, signed.county(), signed.scope()).await?;
    require_visible(visible.as_ref(), &trials.edits)?;
    let measured = by.measured(&app, &signed, year).await?;
    let tried = tokio::task::spawn_blocking(move || -> Result<Delta, ApiError> {
        let catalogue = measured.standard.catalogue();
        let entries = trial_entries(&trials.edits, catalogue)?;
        let tried = domain::change::with_entries(&measured.snapshot, "试算", &entries, catalogue)
            .map_err(|error| ApiError::field("edits", error.to_string()))?;
        let after = standard::evaluate(&tried, &measured.standard, &Options::default())
            .map_err(|error| ApiError::NotNow(error.to_string()))?;
        let of = |evaluation| seen(evaluation, visible.as_ref());
        Ok(delta(&of(&measured.evaluation), &of(&after)))
    });
    Ok(axum::Json(tried.await.map_err(ApiError::internal)??))
}
