//! Charts as SVG in the page: same split, scale, labels and colours as in docx.

use super::Writer;
use crate::check::number;
use crate::drawing::{BAR, LIMITS, Piece, SHORT, fails, label, pieces};
use crate::model::{Chart, ChartKind};
use quick_xml::escape::escape;
use std::fmt::Write as _;

/// The drawing, and its plot within it.
const SIZE: (f64, f64) = (680.0, 330.0);
const LEFT: f64 = 52.0;
const TOP: f64 = 28.0;
const RIGHT: f64 = 670.0;

impl Writer<'_> {
    pub(super) fn chart(&mut self, chart: &Chart) {
        self.html.push_str("<figure>");
        for piece in pieces(chart, 24) {
            self.html.push_str(&svg(&piece));
        }
        if !chart.caption.is_empty() {
            self.pictures += 1;
            self.html.push_str("<figcaption>");
            let number = format!("图{}　", self.pictures);
            self.words(&number);
            self.runs(&chart.caption);
            if !chart.unit.is_empty() {
                let unit = format!("（单位：{}）", chart.unit);
                self.words(&unit);
            }
            self.html.push_str("</figcaption>");
        }
        self.html.push_str("</figure>");
    }
}

/// Where values and categories lie.
struct Plot {
    bottom: f64,
    low: f64,
    high: f64,
    step: f64,
}

impl Plot {
    fn y(&self, value: f64) -> f64 {
        let span = (self.high - self.low).max(f64::MIN_POSITIVE);
        self.bottom - (value - self.low) / span * (self.bottom - TOP)
    }

    fn x(&self, index: usize) -> f64 {
        LEFT + self.step * (count(index) + 0.5)
    }
}

/// A count, to place ink.
fn count(n: usize) -> f64 {
    f64::from(u32::try_from(n).unwrap_or(u32::MAX))
}

fn svg(piece: &Piece<'_>) -> String {
    let upright = piece.upright_labels();
    let bottom = SIZE.1 - if upright { 120.0 } else { 24.0 };
    let (low, high) = piece.scale;
    let step = (RIGHT - LEFT) / count(piece.categories.len().max(1));
    let plot = Plot { bottom, low, high, step };
    let mut svg = format!(
        "<svg viewBox=\"0 0 {} {}\" role=\"img\" font-size=\"11\" text-anchor=\"middle\">",
        SIZE.0, SIZE.1
    );
    axes(piece, &plot, upright, &mut svg);
    if piece.chart.kind == ChartKind::Lines {
        lines(piece, &plot, &mut svg);
    } else {
        bars(piece, &plot, &mut svg);
    }
    for (limit, colour) in piece.chart.limits.iter().zip(LIMITS.iter().cycle()) {
        let y = plot.y(number(&limit.text).unwrap_or_default());
        let _ = write!(
            svg,
            "<path d=\"M{LEFT} {y:.1}H{RIGHT}\" stroke=\"#{colour}\" stroke-width=\"1.5\" \
             stroke-dasharray=\"6 4\"/>"
        );
    }
    legend(piece, &mut svg);
    svg.push_str("</svg>");
    svg
}

fn axes(piece: &Piece<'_>, plot: &Plot, upright: bool, svg: &mut String) {
    for tick in 0..=4_u8 {
        let value = plot.low + (plot.high - plot.low) * f64::from(tick) / 4.0;
        let y = plot.y(value);
        let rounded = (value * 1000.0).round() / 1000.0;
        let _ = write!(
            svg,
            "<path d=\"M{LEFT} {y:.1}H{RIGHT}\" stroke=\"#d9d9d9\" stroke-width=\".5\"/>\
             <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{rounded}</text>",
            LEFT - 6.0,
            y + 4.0
        );
    }
    for (index, category) in piece.categories.iter().enumerate() {
        let (x, y, name) = (plot.x(index), plot.bottom, label(category));
        let name = escape(name.as_str());
        if upright {
            let (x, y) = (x + 4.0, y + 6.0);
            let _ = write!(
                svg,
                "<text transform=\"translate({x:.1} {y:.1}) rotate(-90)\" text-anchor=\"end\">{name}</text>"
            );
        } else {
            let _ = write!(svg, "<text x=\"{x:.1}\" y=\"{:.1}\">{name}</text>", y + 16.0);
        }
    }
}

fn bars(piece: &Piece<'_>, plot: &Plot, svg: &mut String) {
    let stacked = piece.chart.kind == ChartKind::Stacked;
    let side = if stacked { 1 } else { piece.series.len().max(1) };
    let wide = plot.step * 0.62 / count(side);
    for index in 0..piece.categories.len() {
        let (mut above, mut below) = (0.0, 0.0);
        for (place, series) in piece.series.iter().enumerate() {
            let Some(Some(point)) = series.points.get(index) else { continue };
            let Some(value) = number(&point.text) else { continue };
            let base = match (stacked, value < 0.0) {
                (false, _) => 0.0,
                (true, true) => below,
                (true, false) => above,
            };
            if value < 0.0 {
                below += value;
            } else {
                above += value;
            }
            let left = plot.x(index) - wide * count(side) / 2.0
                + if stacked { 0.0 } else { wide * count(place) };
            let (from, to) = (plot.y(base), plot.y(base + value));
            let colour = if fails(piece.chart, &point.text) {
                SHORT
            } else {
                BAR.get(place % BAR.len()).copied().unwrap_or(SHORT)
            };
            let _ = write!(
                svg,
                "<rect x=\"{left:.1}\" y=\"{:.1}\" width=\"{wide:.1}\" height=\"{:.1}\" \
                 fill=\"#{colour}\"{}><title>{} {}</title></rect>",
                from.min(to),
                (from - to).abs(),
                key(point.key.as_deref()),
                escape(series.name.as_str()),
                point.text
            );
            if piece.labelled() {
                let y = if stacked { f64::midpoint(from, to) + 4.0 } else { from.min(to) - 3.0 };
                let _ = write!(
                    svg,
                    "<text x=\"{:.1}\" y=\"{y:.1}\" font-size=\"10\">{}</text>",
                    left + wide / 2.0,
                    point.text
                );
            }
        }
    }
}

fn lines(piece: &Piece<'_>, plot: &Plot, svg: &mut String) {
    for (series, colour) in piece.series.iter().zip(BAR.iter().cycle()) {
        let mut path = String::new();
        let mut pen = 'M';
        for (index, point) in series.points.iter().enumerate() {
            let Some((point, value)) = point.as_ref().and_then(|p| Some((p, number(&p.text)?)))
            else {
                pen = 'M';
                continue;
            };
            let (x, y) = (plot.x(index), plot.y(value));
            let _ = write!(path, "{pen}{x:.1} {y:.1}");
            pen = 'L';
            let _ = write!(
                svg,
                "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\" fill=\"#{colour}\"{}/>",
                key(point.key.as_deref())
            );
            if piece.labelled() {
                let _ = write!(
                    svg,
                    "<text x=\"{x:.1}\" y=\"{:.1}\" font-size=\"10\">{}</text>",
                    y - 6.0,
                    point.text
                );
            }
        }
        let _ = write!(
            svg,
            "<path d=\"{path}\" fill=\"none\" stroke=\"#{colour}\" stroke-width=\"1.75\"/>"
        );
    }
}

fn legend(piece: &Piece<'_>, svg: &mut String) {
    let names = piece.series.iter().map(|series| series.name.clone()).zip(BAR.iter().cycle());
    let limits = piece.chart.limits.iter().map(|limit| format!("{} {}", limit.name, limit.text));
    let mut x = LEFT;
    for (name, colour) in names.chain(limits.zip(LIMITS.iter().cycle())) {
        let name = label(&name);
        let _ = write!(
            svg,
            "<rect x=\"{x:.1}\" y=\"6\" width=\"14\" height=\"8\" fill=\"#{colour}\"/>\
             <text x=\"{:.1}\" y=\"14\" text-anchor=\"start\">{}</text>",
            x + 18.0,
            escape(name.as_str())
        );
        x += 34.0 + 11.0 * count(name.chars().count());
    }
}

fn key(key: Option<&str>) -> String {
    key.map(|key| format!(" data-key=\"{}\"", escape(key))).unwrap_or_default()
}
