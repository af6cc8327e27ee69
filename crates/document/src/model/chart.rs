//! Charts: what is drawn, as the decimals that are printed, so that a chart cannot differ from its
//! table.

use super::Run;
use serde::{Deserialize, Serialize};

/// A chart over categories (schools, indicators, years).
///
/// A chart of more categories than a page can show is drawn as several with the same scale.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chart {
    /// Printed below, in the middle; numbered 图1, 图2 … by the engine within the document.
    pub caption: Vec<Run>,
    /// What it looks like.
    #[serde(default)]
    pub kind: ChartKind,
    /// The unit of the values, at the axis: `万元`. Empty: a pure number.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub unit: String,
    /// The categories, from the left.
    pub categories: Vec<String>,
    /// The series, each with a point for every category.
    pub series: Vec<Series>,
    /// Lines across that values must reach or keep below.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub limits: Vec<Limit>,
}

/// What a chart looks like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChartKind {
    /// Columns side by side.
    #[default]
    Columns,
    /// Columns one on the other: amounts by year and kind.
    Stacked,
    /// Lines with marks: what changes over years.
    Lines,
}

/// A series.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Series {
    /// Its name in the legend.
    pub name: String,
    /// A point for every category; `None` is missing, and leaves a gap.
    pub points: Vec<Option<Point>>,
}

/// A value of a chart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Point {
    /// The value as printed, a plain decimal without unit, `%` or separators: `0.482`.
    pub text: String,
    /// The key of the figure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}

/// A line across a chart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// Its name in the legend: `标准值`.
    pub name: String,
    /// The value, a plain decimal.
    pub text: String,
    /// On which side values are good; those on the other side are drawn in another tone.
    pub direction: Direction,
}

/// On which side of a limit values are good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// The limit or more.
    AtLeast,
    /// The limit or less.
    AtMost,
}

impl Point {
    /// A value without a key.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), key: None }
    }
}
