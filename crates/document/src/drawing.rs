//! What docx and HTML decide alike about a chart: how it is split, its scale, its labels, which
//! values fall short.
//!
//! Numbers are binary here: they place ink. What is printed beside the ink is the text of the point.

use crate::check::number;
use crate::model::{Chart, ChartKind, Direction, Point};

/// The longest label at the axis, in characters.
const LABEL: usize = 12;
/// So many values carry their number.
const LABELLED: usize = 24;

/// The colours of series; told apart in grey too.
pub(crate) const BAR: [&str; 6] = ["2F5597", "9DC3E6", "7F7F7F", "A9D18E", "FFC000", "D9D9D9"];
/// The colours of limits.
pub(crate) const LIMITS: [&str; 3] = ["C00000", "7030A0", "000000"];
/// What does not reach the limit.
pub(crate) const SHORT: &str = "ED7D31";

/// A chart, or the part of one that has room on a page.
pub(crate) struct Piece<'a> {
    pub(crate) chart: &'a Chart,
    pub(crate) categories: &'a [String],
    pub(crate) series: Vec<Slice<'a>>,
    /// The lowest and highest value at the axis, the same for all parts.
    pub(crate) scale: (f64, f64),
}

/// The part of a series.
pub(crate) struct Slice<'a> {
    pub(crate) name: String,
    pub(crate) points: &'a [Option<Point>],
}

/// Splits a chart into parts of at most so many categories, about equally large.
pub(crate) fn pieces(chart: &Chart, most: usize) -> Vec<Piece<'_>> {
    let count = chart.categories.len();
    let parts = count.div_ceil(most.max(1)).max(1);
    let size = count.div_ceil(parts).max(1);
    let scale = scale(chart);
    let mut pieces = Vec::with_capacity(parts);
    for part in 0..parts {
        let (from, to) = ((part * size).min(count), ((part + 1) * size).min(count));
        let series = chart.series.iter().map(|series| Slice {
            name: series.name.clone(),
            points: series.points.get(from..to).unwrap_or_default(),
        });
        pieces.push(Piece {
            chart,
            categories: chart.categories.get(from..to).unwrap_or_default(),
            series: series.collect(),
            scale,
        });
    }
    pieces
}

impl Piece<'_> {
    /// Whether each value carries its number: where there is room for them.
    pub(crate) fn labelled(&self) -> bool {
        self.categories.len() * self.series.len() <= LABELLED
    }

    /// Whether the labels at the axis stand upright: where they would not fit side by side.
    pub(crate) fn upright_labels(&self) -> bool {
        let longest = self.categories.iter().map(|c| label(c).chars().count()).max().unwrap_or(0);
        // About 44 characters of the size of labels have room in a line.
        self.categories.len() * (longest + 1) > 44
    }

    /// The number format: as many decimals as the most exact point is printed with.
    pub(crate) fn format(&self) -> String {
        let points = self.series.iter().flat_map(|series| series.points).flatten();
        let decimals =
            points.map(|p| p.text.split_once('.').map_or(0, |(_, tail)| tail.len())).max();
        match decimals.unwrap_or(0) {
            0 => "0".to_owned(),
            n => format!("0.{}", "0".repeat(n.min(10))),
        }
    }
}

/// A category at the axis, cut where it is too long.
pub(crate) fn label(category: &str) -> String {
    let flat: String = category.chars().filter(|c| !c.is_control()).collect();
    if flat.chars().count() <= LABEL {
        return flat;
    }
    flat.chars().take(LABEL - 1).chain(['…']).collect()
}

/// Whether a value of a chart of one series is on the wrong side of its only limit.
pub(crate) fn fails(chart: &Chart, value: &str) -> bool {
    let ([limit], [_], ChartKind::Columns) = (&*chart.limits, &*chart.series, chart.kind) else {
        return false;
    };
    let (Some(value), Some(bound)) = (number(value), number(&limit.text)) else { return false };
    match limit.direction {
        Direction::AtLeast => value < bound,
        Direction::AtMost => value > bound,
    }
}

/// From a round number at or below the lowest value, and zero, to one above the highest.
fn scale(chart: &Chart) -> (f64, f64) {
    let value = |point: &Option<Point>| point.as_ref().and_then(|p| number(&p.text));
    let (mut low, mut high) = (0.0_f64, 0.0_f64);
    for index in 0..chart.categories.len() {
        let (mut below, mut above) = (0.0, 0.0);
        for series in &chart.series {
            let Some(value) = series.points.get(index).and_then(value) else { continue };
            let stacked = chart.kind == ChartKind::Stacked;
            if value < 0.0 {
                below = if stacked { below + value } else { value.min(below) };
            } else {
                above = if stacked { above + value } else { value.max(above) };
            }
        }
        low = low.min(below);
        high = high.max(above);
    }
    for limit in chart.limits.iter().filter_map(|limit| number(&limit.text)) {
        low = low.min(limit);
        high = high.max(limit);
    }
    (-round(-low), round(high * 1.08).max(if low < 0.0 { 0.0 } else { f64::MIN_POSITIVE }))
}

/// The next of 1, 2, 2.5, 4, 5, 6, 8, 10 times a power of ten; zero stays.
fn round(value: f64) -> f64 {
    if value <= 0.0 || !value.is_finite() {
        return 0.0;
    }
    let power = 10_f64.powf(value.log10().floor());
    let steps = [1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0];
    let step = steps.into_iter().find(|step| step * power >= value).unwrap_or(10.0);
    let rounded = step * power;
    // 0.6000000000000001 is no number to print.
    format!("{rounded:.10}").parse().unwrap_or(rounded)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Limit, Series};

    fn chart(values: &[&str], limit: &str) -> Chart {
        let points = values.iter().map(|value| Some(Point::new(*value))).collect();
        Chart {
            categories: (0..values.len()).map(|i| format!("第{i}所学校")).collect(),
            series: vec![Series { name: "值".into(), points }],
            limits: vec![Limit {
                name: "标准值".into(),
                text: limit.into(),
                direction: Direction::AtLeast,
            }],
            ..Chart::default()
        }
    }

    #[test]
    fn a_hundred_schools_are_drawn_in_parts_of_one_scale() {
        let values: Vec<_> = (0..100).map(|i| i.to_string()).collect();
        let texts: Vec<_> = values.iter().map(String::as_str).collect();
        let chart = chart(&texts, "50");
        let parts = pieces(&chart, 24);
        assert_eq!(parts.iter().map(|p| p.categories.len()).collect::<Vec<_>>(), [20; 5]);
        assert!(
            parts.iter().all(|p| format!("{:?}", p.scale) == "(-0.0, 120.0)"),
            "{:?}",
            parts[0].scale
        );
    }

    #[test]
    fn a_chart_without_values_has_a_scale_all_the_same() {
        let empty = chart(&[], "0");
        let parts = pieces(&empty, 24);
        assert_eq!(parts.len(), 1);
        assert!(parts[0].scale.0 < parts[0].scale.1);
    }

    #[test]
    fn values_short_of_the_limit_are_told_apart() {
        let chart = chart(&["4.2", "4.19"], "4.2");
        assert!(!fails(&chart, "4.2") && fails(&chart, "4.19"));
    }

    #[test]
    fn long_names_are_cut() {
        assert_eq!(label("青山县第一小学"), "青山县第一小学");
        assert_eq!(label(&"名".repeat(200)).chars().count(), 12);
    }
}
