//! The shape of the files of `packs/items`, as TOML. Nothing is judged here.

use crate::Grade;
use domain::{Level, Range};
use packs::Spanned;
use rust_decimal::Decimal;
use serde::Deserialize;
use std::collections::BTreeMap;

/// A file of the items pack: items, checks with their definitions, and jump checks.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct File {
    /// The topic, in Chinese.
    pub(crate) title: String,
    #[serde(default)]
    pub(crate) item: Vec<Item>,
    #[serde(default)]
    pub(crate) define: Vec<Define>,
    #[serde(default)]
    pub(crate) check: Vec<Check>,
    #[serde(default)]
    pub(crate) jump: Vec<Jump>,
    #[serde(default)]
    pub(crate) change: Vec<Change>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Item {
    pub(crate) code: Spanned<String>,
    pub(crate) zh: Spanned<String>,
    pub(crate) en: Spanned<String>,
    pub(crate) unit: Spanned<String>,
    pub(crate) level: Level,
    #[serde(rename = "type")]
    pub(crate) kind: Spanned<Kind>,
    pub(crate) codes: Option<Spanned<Vec<CodeLabel>>>,
    pub(crate) range: Option<Spanned<Range>>,
    pub(crate) definition: Spanned<String>,
    #[serde(default)]
    pub(crate) cells: Vec<Cell>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    Count,
    Amount,
    Flag,
    Code,
    Year,
    Date,
    Text,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CodeLabel {
    pub(crate) code: Spanned<String>,
    pub(crate) zh: Spanned<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Cell {
    pub(crate) form: Spanned<String>,
    #[serde(rename = "cell")]
    pub(crate) at: Spanned<String>,
    #[serde(default)]
    pub(crate) of: String,
    pub(crate) grade: Grade,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Severity {
    Error,
    Warning,
}

/// A named formula for the checks of the same file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Define {
    pub(crate) name: Spanned<String>,
    pub(crate) zh: Spanned<String>,
    pub(crate) level: Level,
    pub(crate) formula: Spanned<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Check {
    pub(crate) code: Spanned<String>,
    pub(crate) zh: Spanned<String>,
    pub(crate) level: Level,
    pub(crate) when: Option<Spanned<String>>,
    pub(crate) rule: Spanned<String>,
    pub(crate) severity: Severity,
    pub(crate) message: Spanned<String>,
    pub(crate) remedy: Spanned<String>,
    pub(crate) violated: Vec<Spanned<Example>>,
    pub(crate) satisfied: Vec<Spanned<Example>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Jump {
    pub(crate) code: Spanned<String>,
    pub(crate) zh: Spanned<String>,
    pub(crate) items: Vec<Spanned<String>>,
    /// Item by item, what to compare with in last year's data; the same items where left out.
    #[serde(default)]
    pub(crate) against: Vec<Spanned<String>>,
    /// What a number may change by, as a part of last year's value.
    #[serde(default)]
    pub(crate) relative: Option<Spanned<Decimal>>,
    /// What a number may change by, in the item's unit.
    #[serde(default)]
    pub(crate) absolute: Option<Spanned<Decimal>>,
    pub(crate) severity: Severity,
    pub(crate) message: Spanned<String>,
    pub(crate) remedy: Spanned<String>,
    pub(crate) violated: Vec<Spanned<JumpExample>>,
    pub(crate) satisfied: Vec<Spanned<JumpExample>>,
}

/// What every number that no jump names may change by.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Change {
    pub(crate) code: Spanned<String>,
    pub(crate) zh: Spanned<String>,
    /// As a part of last year's value.
    pub(crate) relative: Spanned<Decimal>,
    /// Where neither year's value reaches this, in the item's unit, nothing is said.
    pub(crate) least: Spanned<Decimal>,
    pub(crate) message: Spanned<String>,
    pub(crate) remedy: Spanned<String>,
    pub(crate) violated: Vec<Spanned<JumpExample>>,
    pub(crate) satisfied: Vec<Spanned<JumpExample>>,
}

/// A small world in which a check is tried: item codes with values (lists for classes and rooms),
/// and the words `stage` and `school_kind`.
pub(crate) type Example = BTreeMap<String, toml::Value>;

/// One item's value last year and now.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct JumpExample {
    pub(crate) before: toml::Value,
    pub(crate) now: toml::Value,
}
