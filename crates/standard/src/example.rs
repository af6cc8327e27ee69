//! Worked examples: written in a pack as data, run as tests.
//!
//! An example is either a small county with expected results, or a published table whose rows must
//! agree with each other by the program's own arithmetic.

mod county;
mod expect;
mod published;

use crate::{Standard, StandardError, load};
use domain::Catalogue;
use packs::{PackError, PackFile, PackSource, Spanned};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// One file of `standards/<id>/examples/`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    county: Vec<county::Example>,
    #[serde(default)]
    published: Vec<published::Example>,
}

/// One expectation of an example and what was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What is compared, in Chinese.
    pub what: String,
    /// What the example says.
    pub expected: String,
    /// What the judge says.
    pub found: String,
    /// Do they agree?
    pub holds: bool,
}

/// An example and its checks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExampleResult {
    /// Its name.
    pub name: String,
    /// Where its figures come from.
    pub source: String,
    /// The file of the pack.
    pub file: String,
    /// The checks; an example without any is refused when it is read.
    pub checks: Vec<Check>,
}

impl ExampleResult {
    /// Do all checks hold?
    #[must_use]
    pub fn holds(&self) -> bool {
        self.checks.iter().all(|check| check.holds)
    }
}

/// Runs all examples of a standard.
///
/// # Errors
/// [`StandardError`] where the standard or an example cannot be read; a check that does not hold is
/// part of the result.
pub fn run(
    source: &PackSource,
    catalogue: &Arc<Catalogue>,
    id: &str,
) -> Result<Vec<ExampleResult>, StandardError> {
    let standard = load::load(source, catalogue, id)?;
    let mut results = Vec::new();
    for file in source.toml_files(&format!("standards/{id}/examples")) {
        let parsed: File = packs::parse(file)?;
        for example in &parsed.county {
            let checks = county::run(file, example, &standard)?;
            results.push(result(file, &example.name, &example.source, checks)?);
        }
        for example in &parsed.published {
            let checks = published::run(file, example, &standard)?;
            results.push(result(file, &example.name, &example.source, checks)?);
        }
    }
    Ok(results)
}

fn result(
    file: &PackFile,
    name: &Spanned<String>,
    source: &str,
    checks: Vec<Check>,
) -> Result<ExampleResult, PackError> {
    if checks.is_empty() {
        return Err(wrong(file, name, format!("算例“{}”没有任何预期", name.get_ref())));
    }
    Ok(ExampleResult {
        name: name.get_ref().clone(),
        source: source.to_owned(),
        file: file.path().to_owned(),
        checks,
    })
}

/// An error in an example, at a value.
fn wrong<T>(file: &PackFile, place: &Spanned<T>, message: String) -> PackError {
    PackError::at(file, place.span(), "S-EXAMPLE-01", message)
}

/// The place of an indicator in the standard.
fn indicator(
    file: &PackFile,
    code: &Spanned<String>,
    standard: &Standard,
) -> Result<usize, PackError> {
    let wanted = code.get_ref();
    standard
        .indicators
        .iter()
        .position(|i| i.code == *wanted)
        .ok_or_else(|| wrong(file, code, format!("标准没有指标“{wanted}”")))
}

/// Reads an exact number.
fn exact(file: &PackFile, text: &Spanned<String>) -> Result<domain::Exact, PackError> {
    let raw = text.get_ref();
    domain::Exact::parse(raw).map_err(|_| wrong(file, text, format!("“{raw}”不是数字")))
}

/// Does a found number lie within the tolerance of the expected one?
fn near(found: &domain::Exact, expected: &domain::Exact, tolerance: &domain::Exact) -> bool {
    let gap = found - expected;
    let gap = if gap.is_negative() { -gap } else { gap };
    gap <= *tolerance
}
