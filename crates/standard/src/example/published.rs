//! Examples that are published tables: their rows must agree by the program's arithmetic, to the
//! precision in which they are printed.

use super::{Check, exact, indicator, near};
use crate::Standard;
use crate::standard::of_stage;
use domain::{Exact, Stage};
use packs::{PackError, PackFile, Spanned};
use serde::Deserialize;

type Text = Spanned<String>;

/// `[[published]]`: rows of a printed table, one entry an indicator.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Example {
    pub(super) name: Text,
    pub(super) source: String,
    stage: Text,
    /// Codes of the indicators, in the order of the rows.
    indicators: Vec<Text>,
    #[serde(default)]
    means: Vec<Text>,
    #[serde(default)]
    deviations: Vec<Text>,
    coefficients: Vec<Text>,
    composite: Text,
    /// How far two printed figures may lie apart.
    tolerance: Text,
    /// Indicators whose coefficient lies above its limit.
    fails: Vec<String>,
    /// Does the composite keep its limit? Only where the standard has one.
    composite_passes: Option<bool>,
}

pub(super) fn run(
    file: &PackFile,
    example: &Example,
    standard: &Standard,
) -> Result<Vec<Check>, PackError> {
    let stage = Stage::from_label(example.stage.get_ref()).ok_or_else(|| {
        super::wrong(file, &example.stage, "学段只能是 primary 或 junior".to_owned())
    })?;
    let numbers = |row: &[Text]| -> Result<Vec<Exact>, PackError> {
        row.iter().map(|text| exact(file, text)).collect()
    };
    let (means, deviations) = (numbers(&example.means)?, numbers(&example.deviations)?);
    let coefficients = numbers(&example.coefficients)?;
    let tolerance = exact(file, &example.tolerance)?;
    let composite = exact(file, &example.composite)?;
    let mut checks = Vec::new();
    if coefficients.len() != example.indicators.len() {
        let message = "差异系数的个数与指标的个数不同".to_owned();
        return Err(super::wrong(file, &example.name, message));
    }
    let mut above = Vec::new();
    for (index, code) in example.indicators.iter().enumerate() {
        let place = indicator(file, code, standard)?;
        let cv = &coefficients[index];
        if let (Some(mean), Some(deviation)) = (means.get(index), deviations.get(index)) {
            let quotient = deviation.checked_div(mean).unwrap_or(Exact::ZERO);
            checks.push(Check {
                what: format!("{} 标准差 ÷ 均值", code.get_ref()),
                expected: cv.to_string(),
                found: quotient.to_fixed(6),
                holds: near(&quotient, cv, &tolerance),
            });
        }
        if let Some(limit) = of_stage(&standard.indicators[place].coefficient, stage)
            && cv > limit
        {
            above.push(code.get_ref().clone());
        }
    }
    let count = Exact::from(i64::try_from(coefficients.len()).unwrap_or(0));
    let mean = coefficients.iter().cloned().sum::<Exact>().checked_div(&count);
    let mean = mean.unwrap_or(Exact::ZERO);
    checks.push(Check {
        what: "综合（各差异系数的平均）".to_owned(),
        expected: composite.to_string(),
        found: mean.to_fixed(6),
        holds: near(&mean, &composite, &tolerance),
    });
    checks.push(Check {
        what: "超过上限的差异系数".to_owned(),
        expected: list(&example.fails),
        found: list(&above),
        holds: above == example.fails,
    });
    let limit = standard.coefficient.as_ref().and_then(|rule| of_stage(&rule.composite, stage));
    if let (Some(expected), Some(limit)) = (example.composite_passes, limit) {
        let found = mean <= *limit;
        let word = |passes: bool| if passes { "达标" } else { "未达标" }.to_owned();
        checks.push(Check {
            what: format!("综合差异系数上限 {}", limit.to_fixed(2)),
            expected: word(expected),
            found: word(found),
            holds: found == expected,
        });
    }
    Ok(checks)
}

fn list(codes: &[String]) -> String {
    if codes.is_empty() { "无".to_owned() } else { codes.join("、") }
}
