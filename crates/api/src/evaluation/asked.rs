//! Of which year, by which figures and which rules: what is asked of an evaluation.

use super::measured::{Measured, measured, standard_of_year};
use crate::{ApiError, App, Signed};
use access::Action;
use domain::SchoolYear;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::Which;

/// Of which year.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct Year {
    /// 学年的起始年份
    #[param(example = 2024)]
    pub(crate) year: i16,
}

/// By which figures and which rules.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct By {
    /// `approved`（审定数据，缺省）或 `submitted`（已提交数据，仅供预览）
    #[serde(default)]
    #[param(value_type = Option<String>)]
    pub(crate) data: Data,
    /// 标准代码；不给时用本县的标准
    pub(crate) standard: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Data {
    #[default]
    /// Those that were approved: the official ones.
    Approved,
    /// Those that were submitted: a preview.
    Submitted,
}

impl Data {
    /// The code in JSON and in the database.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Submitted => "submitted",
        }
    }
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

    pub(crate) async fn measured(
        &self,
        app: &App,
        signed: &Signed,
        year: i16,
    ) -> Result<Arc<Measured>, ApiError> {
        let which = self.which(signed)?;
        let (county, year) = (signed.county(), known_year(app, signed, year).await?);
        let standard = standard_of_year(app, county, year, self.standard.as_deref()).await?;
        measured(app, county, year, which, &standard).await
    }
}

/// A school year that the county keeps.
pub(crate) async fn known_year(
    app: &App,
    signed: &Signed,
    year: i16,
) -> Result<SchoolYear, ApiError> {
    let years = app.store().years(signed.county()).await?;
    let found = years.iter().find(|known| known.year.0 == year).map(|known| known.year);
    found.ok_or_else(|| ApiError::NotFound(format!("{year} 学年")))
}
