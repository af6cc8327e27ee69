//! Charts as DrawingML: drawn by the word processor with its own type, editable, no picture and no
//! font in the file.

use super::body::Body;
use super::chart_book::book;
use super::package::Package;
use super::page::area;
use super::parts::FIRST_CHART;
use super::table::caption_line;
use super::xml::text;
use crate::check::number;
use crate::drawing::{BAR, LIMITS, Piece, SHORT, fails, label, pieces};
use crate::error::DocumentError;
use crate::model::{Chart, ChartKind, Paper};
use std::fmt::Write as _;

/// Twips to English Metric Units.
const EMU: u32 = 635;
/// How high a chart is, in twips: 80 mm.
const HEIGHT: u32 = 4535;

/// A chart part on its way into the package.
pub(super) struct ChartPart {
    xml: String,
    book: Vec<u8>,
}

impl ChartPart {
    /// Adds the chart, its numbers as a workbook behind it, and their relationships.
    pub(super) fn add(
        self,
        number: usize,
        main: &str,
        package: &mut Package,
    ) -> Result<(), DocumentError> {
        let id = package.relate(main, "chart", &format!("charts/chart{number}.xml"));
        let expected = format!("rId{}", FIRST_CHART + number - 1);
        if id != expected || self.book.is_empty() {
            let cause = format!("{id} ≠ {expected}");
            return Err(DocumentError::Write { part: format!("chart{number}.xml"), cause });
        }
        let name = format!("word/charts/chart{number}.xml");
        let book = format!("embeddings/Microsoft_Excel_Worksheet{number}.xlsx");
        package.relate(&name, "package", &format!("../{book}"));
        package.xml(
            &name,
            "application/vnd.openxmlformats-officedocument.drawingml.chart+xml",
            &self.xml,
        );
        package.part(&format!("word/{book}"), "", self.book);
        Ok(())
    }
}

impl Body<'_> {
    pub(super) fn chart(&mut self, chart: &Chart) {
        let wide = if self.paper == Paper::Portrait { 24 } else { 36 };
        for piece in pieces(chart, wide) {
            self.charts.push(ChartPart { xml: space(&piece), book: book(&piece) });
            let (number, (width, _)) = (self.charts.len(), area(self.paper));
            let description = format!("{}。{}", caption_line(&chart.caption), spoken(&piece));
            self.begin("JhChart", "");
            let _ = write!(
                self.xml,
                "<w:r><w:drawing><wp:inline distT=\"0\" distB=\"0\" distL=\"0\" distR=\"0\">\
                 <wp:extent cx=\"{}\" cy=\"{}\"/><wp:docPr id=\"{number}\" name=\"图 {number}\" \
                 descr=\"{}\"/><wp:cNvGraphicFramePr/>\
                 <a:graphic xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\">\
                 <a:graphicData uri=\"http://schemas.openxmlformats.org/drawingml/2006/chart\">\
                 <c:chart xmlns:c=\"http://schemas.openxmlformats.org/drawingml/2006/chart\" \
                 r:id=\"rId{}\"/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>",
                width * EMU,
                HEIGHT * EMU,
                text(&description),
                FIRST_CHART + number - 1
            );
            self.end();
        }
        if chart.caption.is_empty() {
            return;
        }
        self.pictures += 1;
        self.begin("JhChartCaption", "");
        let lead = format!("图{}　", self.pictures);
        self.words(&lead, false);
        self.runs(&chart.caption, false);
        if !chart.unit.is_empty() {
            let unit = format!("（单位：{}）", chart.unit);
            self.words(&unit, false);
        }
        self.end();
    }
}

/// The numbers of a chart in words, for those who hear it read.
fn spoken(piece: &Piece<'_>) -> String {
    const MOST: usize = 12;
    let mut text = String::new();
    for series in piece.series.iter().take(MOST) {
        let _ = write!(text, "{}：", series.name);
        for (category, point) in piece.categories.iter().zip(series.points).take(MOST) {
            let value = point.as_ref().map_or("缺数", |point| point.text.as_str());
            let _ = write!(text, "{} {value}，", label(category));
        }
    }
    text
}

/// `c:chartSpace`.
fn space(piece: &Piece<'_>) -> String {
    let chart = piece.chart;
    let mut xml = String::from(
        "<c:chartSpace xmlns:c=\"http://schemas.openxmlformats.org/drawingml/2006/chart\" \
         xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" \
         xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\">\
         <c:roundedCorners val=\"0\"/><c:chart><c:autoTitleDeleted val=\"1\"/><c:plotArea><c:layout/>",
    );
    let lines = chart.kind == ChartKind::Lines;
    if !lines {
        let stacked = chart.kind == ChartKind::Stacked;
        let _ = write!(
            xml,
            "<c:barChart><c:barDir val=\"col\"/><c:grouping val=\"{}\"/><c:varyColors val=\"0\"/>",
            if stacked { "stacked" } else { "clustered" }
        );
        for index in 0..piece.series.len() {
            xml.push_str(&series(piece, index));
        }
        let overlap = if stacked { "<c:overlap val=\"100\"/>" } else { "" };
        let _ = write!(
            xml,
            "<c:gapWidth val=\"60\"/>{overlap}<c:axId val=\"1\"/><c:axId val=\"2\"/></c:barChart>"
        );
    }
    if lines || !chart.limits.is_empty() {
        xml.push_str("<c:lineChart><c:grouping val=\"standard\"/><c:varyColors val=\"0\"/>");
        if lines {
            for index in 0..piece.series.len() {
                xml.push_str(&series(piece, index));
            }
        }
        for index in 0..chart.limits.len() {
            xml.push_str(&limit(piece, index));
        }
        xml.push_str("<c:marker val=\"1\"/><c:axId val=\"1\"/><c:axId val=\"2\"/></c:lineChart>");
    }
    xml.push_str(&axes(piece));
    let legend = if piece.series.len() + chart.limits.len() > 1 {
        "<c:legend><c:legendPos val=\"t\"/><c:overlay val=\"0\"/></c:legend>"
    } else {
        ""
    };
    let _ = write!(
        xml,
        "</c:plotArea>{legend}<c:plotVisOnly val=\"1\"/><c:dispBlanksAs val=\"gap\"/></c:chart>\
         <c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>{}\
         <c:externalData r:id=\"rId1\"><c:autoUpdate val=\"0\"/></c:externalData></c:chartSpace>",
        type_of(900, None)
    );
    xml
}

fn series(piece: &Piece<'_>, index: usize) -> String {
    let Some(one) = piece.series.get(index) else { return String::new() };
    let colour = BAR.get(index % BAR.len()).copied().unwrap_or(SHORT);
    let lines = piece.chart.kind == ChartKind::Lines;
    let mut xml = head(index, &one.name);
    if lines {
        let _ = write!(
            xml,
            "<c:spPr><a:ln w=\"22225\"><a:solidFill><a:srgbClr val=\"{colour}\"/></a:solidFill></a:ln>\
             </c:spPr><c:marker><c:symbol val=\"{}\"/><c:size val=\"6\"/><c:spPr>{}</c:spPr></c:marker>",
            ["circle", "square", "triangle", "diamond"].get(index % 4).copied().unwrap_or("circle"),
            fill(colour)
        );
    } else {
        let _ = write!(xml, "<c:spPr>{}</c:spPr><c:invertIfNegative val=\"0\"/>", fill(colour));
        for (at, point) in one.points.iter().enumerate() {
            if point.as_ref().is_some_and(|point| fails(piece.chart, &point.text)) {
                let _ = write!(
                    xml,
                    "<c:dPt><c:idx val=\"{at}\"/><c:invertIfNegative val=\"0\"/><c:bubble3D val=\"0\"/>\
                     <c:spPr>{}</c:spPr></c:dPt>",
                    fill(SHORT)
                );
            }
        }
    }
    if piece.labelled() {
        let place = match piece.chart.kind {
            ChartKind::Columns => "outEnd",
            ChartKind::Stacked => "ctr",
            ChartKind::Lines => "t",
        };
        let _ = write!(
            xml,
            "<c:dLbls><c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>{}\
             <c:dLblPos val=\"{place}\"/><c:showLegendKey val=\"0\"/>\
             <c:showVal val=\"1\"/><c:showCatName val=\"0\"/><c:showSerName val=\"0\"/>\
             <c:showPercent val=\"0\"/><c:showBubbleSize val=\"0\"/></c:dLbls>",
            type_of(800, None)
        );
    }
    xml.push_str(&categories(piece));
    let points = one.points.iter().map(|point| point.as_ref().map(|point| point.text.as_str()));
    xml.push_str(&values(piece, index, points));
    xml.push_str(if lines { "<c:smooth val=\"0\"/></c:ser>" } else { "</c:ser>" });
    xml
}

fn limit(piece: &Piece<'_>, index: usize) -> String {
    let Some(one) = piece.chart.limits.get(index) else { return String::new() };
    let place = piece.series.len() + index;
    let colour = LIMITS.get(index % LIMITS.len()).copied().unwrap_or(SHORT);
    let points = piece.categories.iter().map(|_| Some(one.text.as_str()));
    format!(
        "{}<c:spPr><a:ln w=\"19050\"><a:solidFill><a:srgbClr val=\"{colour}\"/></a:solidFill>\
         <a:prstDash val=\"dash\"/></a:ln></c:spPr><c:marker><c:symbol val=\"none\"/></c:marker>{}{}\
         <c:smooth val=\"0\"/></c:ser>",
        head(place, &format!("{} {}", one.name, one.text)),
        categories(piece),
        values(piece, place, points)
    )
}

fn head(index: usize, name: &str) -> String {
    format!(
        "<c:ser><c:idx val=\"{index}\"/><c:order val=\"{index}\"/><c:tx><c:strRef>\
         <c:f>Sheet1!${}$1</c:f><c:strCache><c:ptCount val=\"1\"/><c:pt idx=\"0\"><c:v>{}</c:v></c:pt>\
         </c:strCache></c:strRef></c:tx>",
        column(index),
        text(name)
    )
}

fn categories(piece: &Piece<'_>) -> String {
    let count = piece.categories.len();
    let mut xml = format!(
        "<c:cat><c:strRef><c:f>Sheet1!$A$2:$A${}</c:f><c:strCache><c:ptCount val=\"{count}\"/>",
        count + 1
    );
    for (index, category) in piece.categories.iter().enumerate() {
        let _ = write!(xml, "<c:pt idx=\"{index}\"><c:v>{}</c:v></c:pt>", text(&label(category)));
    }
    xml.push_str("</c:strCache></c:strRef></c:cat>");
    xml
}

fn values<'a>(
    piece: &Piece<'_>,
    index: usize,
    points: impl Iterator<Item = Option<&'a str>>,
) -> String {
    let (count, letter) = (piece.categories.len(), column(index));
    let mut xml = format!(
        "<c:val><c:numRef><c:f>Sheet1!${letter}$2:${letter}${}</c:f><c:numCache>\
         <c:formatCode>{}</c:formatCode><c:ptCount val=\"{count}\"/>",
        count + 1,
        piece.format()
    );
    for (index, point) in points.enumerate() {
        if let Some(value) = point.filter(|value| number(value).is_some()) {
            let _ = write!(xml, "<c:pt idx=\"{index}\"><c:v>{value}</c:v></c:pt>");
        }
    }
    xml.push_str("</c:numCache></c:numRef></c:val>");
    xml
}

fn axes(piece: &Piece<'_>) -> String {
    let turn = if piece.upright_labels() { Some(-5_400_000) } else { None };
    let (low, high) = piece.scale;
    format!(
        "<c:catAx><c:axId val=\"1\"/><c:scaling><c:orientation val=\"minMax\"/></c:scaling>\
         <c:delete val=\"0\"/><c:axPos val=\"b\"/><c:numFmt formatCode=\"General\" sourceLinked=\"0\"/>\
         <c:majorTickMark val=\"none\"/><c:minorTickMark val=\"none\"/><c:tickLblPos val=\"low\"/>\
         <c:spPr><a:ln w=\"6350\">{line}</a:ln></c:spPr>{labels}<c:crossAx val=\"2\"/>\
         <c:crosses val=\"autoZero\"/><c:auto val=\"0\"/><c:lblAlgn val=\"ctr\"/>\
         <c:lblOffset val=\"100\"/><c:tickLblSkip val=\"1\"/><c:noMultiLvlLbl val=\"1\"/></c:catAx>\
         <c:valAx><c:axId val=\"2\"/><c:scaling><c:orientation val=\"minMax\"/><c:max val=\"{high}\"/>\
         <c:min val=\"{low}\"/></c:scaling><c:delete val=\"0\"/><c:axPos val=\"l\"/>\
         <c:majorGridlines><c:spPr><a:ln w=\"3175\">{pale}</a:ln></c:spPr></c:majorGridlines>\
         <c:numFmt formatCode=\"General\" sourceLinked=\"0\"/><c:majorTickMark val=\"none\"/>\
         <c:minorTickMark val=\"none\"/><c:tickLblPos val=\"nextTo\"/><c:spPr><a:ln><a:noFill/></a:ln>\
         </c:spPr><c:crossAx val=\"1\"/><c:crosses val=\"autoZero\"/>\
         <c:crossBetween val=\"between\"/></c:valAx>",
        line = fill("808080"),
        pale = fill("D9D9D9"),
        labels = type_of(800, turn)
    )
}

fn fill(colour: &str) -> String {
    format!("<a:solidFill><a:srgbClr val=\"{colour}\"/></a:solidFill>")
}

/// `c:txPr`: Song type of a size in hundredths of a point, turned where the labels are many.
fn type_of(size: u32, turn: Option<i32>) -> String {
    let turn = turn.map(|turn| format!(" rot=\"{turn}\" vert=\"horz\"")).unwrap_or_default();
    let face = crate::layout::SONG.name;
    format!(
        "<c:txPr><a:bodyPr{turn}/><a:lstStyle/><a:p><a:pPr><a:defRPr sz=\"{size}\">\
         <a:latin typeface=\"{face}\"/><a:ea typeface=\"{face}\"/></a:defRPr></a:pPr>\
         <a:endParaRPr lang=\"zh-CN\"/></a:p></c:txPr>"
    )
}

/// The letter of the column of a series in the workbook behind the chart.
fn column(index: usize) -> char {
    char::from(b'B' + u8::try_from(index.min(24)).unwrap_or(24))
}
