//! The pupils of the coming years: those of the data, or a forecast, as the county decides in its
//! plan. How a forecast comes about is the business of crate `forecast`.

use crate::InvestError;
use crate::settings::Settings;
use domain::change::{self, Change};
use domain::{SchoolYear, Snapshot};
use forecast::{Assumptions, ClassNorm};
use serde::{Deserialize, Serialize};
use standard::Standard;

/// Whose pupils a plan is made for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "method", rename_all = "snake_case")]
pub enum Pupils {
    /// As many in every year, in the same classes, as in the data.
    #[default]
    Constant,
    /// As forecast, in the fewest classes that the norm allows.
    Forecast {
        /// What the forecast is told; its `years` are those of the plan.
        assumptions: Assumptions,
        /// Pupils a class.
        norm: ClassNorm,
    },
}

/// The snapshots of the years of a horizon, without a plan. The last of `history` is the data; a
/// forecast reads the earlier ones too.
///
/// # Errors
/// [`InvestError::Forecast`] where there is no forecast; [`InvestError::Change`] where the facts of
/// a year are no snapshot.
pub fn worlds(
    history: &[Snapshot],
    settings: &Settings,
    standard: &Standard,
) -> Result<Vec<Snapshot>, InvestError> {
    let Some(start) = history.last() else {
        let found = "没有数据".to_owned();
        return Err(InvestError::Horizon { data: SchoolYear(settings.first.0 - 1), found });
    };
    match &settings.pupils {
        Pupils::Constant => settings
            .horizon()
            .map(|year| {
                let reason = "学生数不变".to_owned();
                let change = Change { reason, year: Some(year), ..Change::default() };
                Ok(change::apply(start, &change, standard.catalogue())?)
            })
            .collect(),
        Pupils::Forecast { assumptions, norm } => {
            let catalogue = standard.catalogue();
            let assumptions = Assumptions { years: settings.years, ..assumptions.clone() };
            let forecast = forecast::forecast(catalogue, history, &assumptions)
                .map_err(|error| InvestError::Forecast(error.code(), error.to_string()))?;
            settings
                .horizon()
                .map(|year| {
                    let draft = forecast::apply(catalogue, start, &forecast, year, *norm)
                        .map_err(|error| InvestError::Forecast(error.code(), error.to_string()))?;
                    draft.seal(catalogue).map_err(|error| InvestError::Change(error.into()))
                })
                .collect()
        }
    }
}
