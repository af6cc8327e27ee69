//! What the method is worth: the last known year, forecast from the years before it.

use crate::history::{History, YearRows};
use crate::project::Projection;
use crate::result::{SectionForecast, SectionKey, grades_of};
use crate::{Assumptions, Scenario};
use domain::{Exact, SchoolYear, Stage};
use serde::Serialize;

/// The back-test, or why there is none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BackTest {
    /// It needs a year more than the forecast itself.
    NotPossible {
        /// Why, in Chinese.
        reason: String,
    },
    /// The errors.
    Done {
        /// The year that was forecast and is known.
        year: SchoolYear,
        /// Sections known in both: the pupils of all their grades.
        county: Measures,
        /// The same by stage.
        stages: Vec<StageError>,
        /// Each section by its grades.
        sections: Vec<SectionError>,
        /// Sections of the year that could not be compared: opened in that year, or not known.
        left_out: usize,
    },
}

/// Errors of some forecasts against what was counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Measures {
    /// How many numbers are compared.
    pub compared: usize,
    /// Their forecast sum, in pupils.
    pub forecast: i64,
    /// Their actual sum.
    pub actual: i64,
    /// Mean of |forecast − actual|, in pupils.
    pub mean_absolute: Exact,
    /// Mean of |forecast − actual| ÷ actual, as a share, over those whose actual is above zero;
    /// `None` where there is none.
    pub mean_absolute_percentage: Option<Exact>,
    /// Mean of forecast − actual, in pupils: above zero where too many were forecast.
    pub bias: Exact,
}

/// The error of a stage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StageError {
    /// The stage.
    pub stage: Stage,
    /// Over its sections.
    pub measures: Measures,
}

/// The error of a section.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SectionError {
    /// The section.
    pub section: SectionKey,
    /// The school's name.
    pub name: String,
    /// Over its grades.
    pub measures: Measures,
}

impl Measures {
    /// Of pairs (forecast, actual); `None` of none.
    #[must_use]
    pub fn of(pairs: &[(i64, i64)]) -> Option<Self> {
        let number = Exact::from(i64::try_from(pairs.len()).ok()?);
        let off: Vec<i64> = pairs.iter().map(|(forecast, actual)| forecast - actual).collect();
        let absolute: i64 = off.iter().map(|off| off.abs()).sum();
        let shares: Vec<Exact> = pairs
            .iter()
            .filter_map(|(forecast, actual)| {
                Exact::from((forecast - actual).abs()).checked_div(&Exact::from(*actual))
            })
            // A share of a thousand sections has a denominator of a thousand factors.
            .map(|share| share.round(6))
            .collect();
        let percentages = i64::try_from(shares.len()).ok()?;
        Some(Self {
            compared: pairs.len(),
            forecast: pairs.iter().map(|(forecast, _)| forecast).sum(),
            actual: pairs.iter().map(|(_, actual)| actual).sum(),
            mean_absolute: Exact::from(absolute).checked_div(&number)?,
            mean_absolute_percentage: shares
                .into_iter()
                .sum::<Exact>()
                .checked_div(&Exact::from(percentages)),
            bias: Exact::from(off.iter().sum::<i64>()).checked_div(&number)?,
        })
    }
}

impl BackTest {
    /// The same method, middle scenario, on the years before the last; what was entered for the
    /// years to come has no part in it, births have.
    pub(crate) fn run(history: &History, given: &Assumptions) -> Self {
        let impossible = |reason: &str| Self::NotPossible { reason: reason.to_owned() };
        let Some((actual, earlier)) = history.years().split_last() else {
            return impossible("没有数据");
        };
        if earlier.len() < 2 {
            return impossible("只有两个学年的数据，不能回测；有三个相连学年后即可回测");
        }
        let Some(before) = History::new(earlier.to_vec(), history.schools.clone()) else {
            return impossible("回测年之前没有两个相连学年的数据");
        };
        let entry_rates = given.entry_rates.iter().filter(|rate| rate.year <= actual.year);
        let then = Assumptions {
            years: 1,
            scenario: Scenario::Middle,
            credibility: given.credibility,
            births: given.births.clone(),
            entry_rates: entry_rates.cloned().collect(),
            ..Assumptions::default()
        };
        let projection = Projection::of(&before, &then);
        let forecast = projection.years.first().map_or(&[][..], |year| &year.sections);
        compare(actual, forecast)
    }
}

fn compare(actual: &YearRows, forecast: &[SectionForecast]) -> BackTest {
    let mut sections = Vec::new();
    let mut sums: Vec<(Stage, (i64, i64))> = Vec::new();
    for section in forecast {
        let Some(pairs) = grades(actual, section) else { continue };
        let Some(measures) = Measures::of(&pairs) else { continue };
        sums.push((section.section.stage, (measures.forecast, measures.actual)));
        let (section, name) = (section.section.clone(), section.name.clone());
        sections.push(SectionError { section, name, measures });
    }
    let all: Vec<(i64, i64)> = sums.iter().map(|(_, pair)| *pair).collect();
    let Some(county) = Measures::of(&all) else {
        let reason = "没有一个学段在回测年前后都有完整的分年级人数".to_owned();
        return BackTest::NotPossible { reason };
    };
    let stages = Stage::COMPULSORY
        .into_iter()
        .filter_map(|stage| {
            let of = sums.iter().filter(|(of, _)| *of == stage);
            let pairs: Vec<(i64, i64)> = of.map(|(_, pair)| *pair).collect();
            Some(StageError { stage, measures: Measures::of(&pairs)? })
        })
        .collect();
    let left_out = actual.rows.len().saturating_sub(sections.len());
    BackTest::Done { year: actual.year, county, stages, sections, left_out }
}

/// Forecast and actual pupils of the grades of a section: a grade that only one of them runs counts
/// as none there. `None` where a number is not known, or the section runs no grade.
fn grades(actual: &YearRows, forecast: &SectionForecast) -> Option<Vec<(i64, i64)>> {
    let row = actual.rows.get(&forecast.section)?;
    forecast.pupils.known()?;
    let mut pairs = Vec::new();
    for grade in grades_of(forecast.section.stage) {
        let expected = forecast.grade(grade)?.pupils.known();
        if !row.runs(grade) && expected.is_none() {
            continue;
        }
        let counted = if row.runs(grade) { row.known(grade)? } else { 0 };
        pairs.push((expected.unwrap_or(0), counted));
    }
    Some(pairs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_by_hand() {
        // Off by +2 of 40 and −1 of 0.
        let found = Measures::of(&[(42, 40), (0, 1)]).unwrap();
        assert_eq!((found.forecast, found.actual), (42, 41));
        assert_eq!(found.mean_absolute, Exact::ratio(3, 2));
        assert_eq!(found.bias, Exact::ratio(1, 2));
        // 2/40 and 1/1.
        assert_eq!(found.mean_absolute_percentage, Some(Exact::parse("0.525").unwrap()));
        assert_eq!(Measures::of(&[]), None);
        assert_eq!(Measures::of(&[(1, 0)]).unwrap().mean_absolute_percentage, None);
    }
}
