//! A worksheet part: colours laid over cells, and the tie to the drawing of the notes.
//!
//! The colours are conditional formats that always hold. So no cell, no style and no row of the
//! sheet is touched, whatever state it is in, and taking the colours away again leaves what was
//! there before, even after a spreadsheet program has saved the file in between.

use super::package::{PackageError, namespace};
use super::xml::{Edits, Element, outline};
use crate::finding::Severity;
use crate::layout::CellRef;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// Children of a worksheet in the order that the format prescribes.
const ORDER: &[&str] = &[
    "sheetPr",
    "dimension",
    "sheetViews",
    "sheetFormatPr",
    "cols",
    "sheetData",
    "sheetCalcPr",
    "sheetProtection",
    "protectedRanges",
    "scenarios",
    "autoFilter",
    "sortState",
    "dataConsolidate",
    "customSheetViews",
    "mergeCells",
    "phoneticPr",
    "conditionalFormatting",
    "dataValidations",
    "hyperlinks",
    "printOptions",
    "pageMargins",
    "pageSetup",
    "headerFooter",
    "rowBreaks",
    "colBreaks",
    "customProperties",
    "cellWatches",
    "ignoredErrors",
    "smartTags",
    "drawing",
    "legacyDrawing",
    "legacyDrawingHF",
    "drawingHF",
    "picture",
    "oleObjects",
    "controls",
    "webPublishItems",
    "tableParts",
    "extLst",
];
/// The formula of our formats: always true, and it says whose they are.
const MARK: &str = "N(\"均衡校验\")=0";
/// Cell ranges in one format at most.
const RANGES: usize = 400;
const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

/// Numbers of the three differential formats in the workbook's styles.
pub(super) type Colours = BTreeMap<Severity, usize>;

struct Sheet {
    all: Vec<Element>,
}

impl Sheet {
    fn read(xml: &str) -> Result<Self, PackageError> {
        let inside = ["mergeCell", "cfRule", "formula"];
        let all = outline(xml, |depth, name| depth <= 1 || inside.contains(&name))?;
        match all.first() {
            Some(root) if root.name() == "worksheet" && !root.empty => Ok(Self { all }),
            _ => Err(PackageError::Xml),
        }
    }

    fn root(&self) -> Result<&Element, PackageError> {
        self.all.first().ok_or(PackageError::Xml)
    }

    fn children<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.all.iter().filter(move |e| e.depth == 1 && e.name() == name)
    }

    fn rules(&self) -> impl Iterator<Item = &Element> {
        self.all.iter().filter(|e| e.name() == "cfRule")
    }

    /// Inserts a child where the format wants it.
    fn insert(&self, edits: &mut Edits, name: &str, text: &str) -> Result<(), PackageError> {
        let rank = |name: &str| ORDER.iter().position(|n| *n == name).unwrap_or(ORDER.len() - 2);
        let root = self.root()?;
        let next = self.all.iter().find(|e| e.depth == 1 && rank(e.name()) >= rank(name));
        edits.insert(next.map_or(root.inner.end, |e| e.span.start), text);
        Ok(())
    }
}

/// A sheet without our colours; `None` where it had none.
pub(super) fn clean(xml: &str) -> Result<Option<String>, PackageError> {
    let sheet = Sheet::read(xml)?;
    let ours: BTreeSet<usize> = sheet
        .rules()
        .filter(|rule| xml.get(rule.inner.clone()).is_some_and(|inner| inner.contains("均衡校验")))
        .map(|rule| rule.span.start)
        .collect();
    if ours.is_empty() {
        return Ok(None);
    }
    let mut edits = Edits::default();
    for format in sheet.children("conditionalFormatting") {
        let (gone, kept): (Vec<&Element>, Vec<&Element>) = sheet
            .rules()
            .filter(|rule| format.holds(rule))
            .partition(|rule| ours.contains(&rule.span.start));
        if gone.is_empty() {
            continue;
        }
        if kept.is_empty() {
            edits.replace(format.span.clone(), "");
        } else {
            for rule in gone {
                edits.replace(rule.span.clone(), "");
            }
        }
    }
    Ok(Some(edits.apply(xml)))
}

/// The cells that hold what a reader sees in each cell: a cell under a merge is shown by the merge's
/// first cell.
pub(super) fn anchors(
    xml: &str,
    cells: &BTreeSet<CellRef>,
) -> Result<BTreeMap<CellRef, CellRef>, PackageError> {
    let sheet = Sheet::read(xml)?;
    let mut anchors: BTreeMap<CellRef, CellRef> = cells.iter().map(|cell| (*cell, *cell)).collect();
    for merge in sheet.all.iter().filter(|e| e.name() == "mergeCell") {
        let range = merge.attribute(xml, "ref").unwrap_or_default();
        let Some((first, last)) = range.split_once(':') else { continue };
        let (Some(first), Some(last)) = (CellRef::parse(first), CellRef::parse(last)) else {
            continue;
        };
        if first.row > last.row {
            continue;
        }
        let inside = first..=CellRef { row: last.row, column: u32::MAX };
        for (cell, anchor) in anchors.range_mut(inside) {
            if (first.column..=last.column).contains(&cell.column) {
                *anchor = first;
            }
        }
    }
    Ok(anchors)
}

/// A sheet with colours, and with the relationship id of the drawing of its notes where it had
/// none. The sheet holds no colours of ours.
pub(super) fn mark(
    xml: &str,
    cells: &BTreeMap<CellRef, Severity>,
    colours: &Colours,
    drawing: Option<&str>,
) -> Result<String, PackageError> {
    let sheet = Sheet::read(xml)?;
    let space = namespace(sheet.root()?, MAIN);
    let mut edits = Edits::default();
    let mut priority = 0;
    let mut formats = String::new();
    for (severity, number) in colours {
        let chosen: Vec<CellRef> =
            cells.iter().filter(|(_, s)| *s == severity).map(|(cell, _)| *cell).collect();
        for ranges in ranges(&chosen).chunks(RANGES) {
            priority += 1;
            let _ = write!(
                formats,
                "<conditionalFormatting{space} sqref=\"{}\"><cfRule type=\"expression\" \
                 dxfId=\"{number}\" priority=\"{priority}\"><formula>{MARK}</formula></cfRule>\
                 </conditionalFormatting>",
                ranges.join(" ")
            );
        }
    }
    if !formats.is_empty() {
        sheet.insert(&mut edits, "conditionalFormatting", &formats)?;
        renumber(xml, &sheet, priority, &mut edits);
    }
    if let Some(id) = drawing {
        let strict = xml.contains("http://purl.oclc.org/ooxml/spreadsheetml/main");
        let office = if strict {
            "http://purl.oclc.org/ooxml/officeDocument/relationships"
        } else {
            "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        };
        let tie = format!("<legacyDrawing{space} xmlns:r=\"{office}\" r:id=\"{id}\"/>");
        sheet.insert(&mut edits, "legacyDrawing", &tie)?;
    }
    Ok(edits.apply(xml))
}

/// The user's own formats keep their order, behind ours.
fn renumber(xml: &str, sheet: &Sheet, ours: u32, edits: &mut Edits) {
    let mut theirs: Vec<(u32, &Element)> = sheet
        .rules()
        .map(|rule| {
            (rule.attribute(xml, "priority").and_then(|p| p.parse().ok()).unwrap_or(0), rule)
        })
        .collect();
    theirs.sort_by_key(|(priority, rule)| (*priority, rule.span.start));
    for (number, (_, rule)) in (ours + 1..).zip(theirs) {
        edits.set_attribute(xml, rule, "priority", &number.to_string());
    }
}

/// The relationship id of the sheet's drawing of notes.
pub(super) fn drawing(xml: &str) -> Result<Option<String>, PackageError> {
    let sheet = Sheet::read(xml)?;
    Ok(sheet.children("legacyDrawing").next().and_then(|e| e.attribute(xml, "id")))
}

/// A sheet that is no longer tied to a drawing of notes.
pub(super) fn untie(xml: &str) -> Result<String, PackageError> {
    let sheet = Sheet::read(xml)?;
    let mut edits = Edits::default();
    for tie in sheet.children("legacyDrawing") {
        edits.replace(tie.span.clone(), "");
    }
    Ok(edits.apply(xml))
}

/// Cells as ranges down the columns: `C6:C9`, `D7`.
fn ranges(cells: &[CellRef]) -> Vec<String> {
    let mut cells = cells.to_vec();
    cells.sort_by_key(|cell| (cell.column, cell.row));
    let mut out = Vec::new();
    let mut rest = cells.into_iter().peekable();
    while let Some(first) = rest.next() {
        let mut last = first;
        while let Some(next) =
            rest.next_if(|next| next.column == last.column && next.row == last.row + 1)
        {
            last = next;
        }
        out.push(if first == last { first.to_string() } else { format!("{first}:{last}") });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(name: &str) -> CellRef {
        CellRef::parse(name).unwrap()
    }

    const SHEET: &str = "<worksheet><sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></c></row></sheetData>\
        <mergeCells count=\"1\"><mergeCell ref=\"B2:D4\"/></mergeCells>\
        <conditionalFormatting sqref=\"A1\"><cfRule type=\"x\" priority=\"2\"/><cfRule priority=\"1\"/></conditionalFormatting>\
        <pageMargins/><tableParts/></worksheet>";

    #[test]
    fn colours_come_and_go_and_the_users_formats_stay() {
        let cells = [("A1", Severity::Error), ("A2", Severity::Error), ("C9", Severity::Notice)]
            .map(|(c, s)| (at(c), s))
            .into();
        let colours = Colours::from([(Severity::Error, 4), (Severity::Notice, 6)]);
        let marked = mark(SHEET, &cells, &colours, Some("rId9")).unwrap();
        assert!(
            marked.contains("sqref=\"A1:A2\"") && marked.contains("dxfId=\"6\" priority=\"2\"")
        );
        assert!(marked.contains("<cfRule type=\"x\" priority=\"4\"/><cfRule priority=\"3\"/>"));
        let tie = marked.find("<legacyDrawing").unwrap();
        assert!(
            marked.find("<pageMargins/>").unwrap() < tie
                && tie < marked.find("<tableParts/>").unwrap()
        );
        assert_eq!(drawing(&marked).unwrap().as_deref(), Some("rId9"));

        let cleaned = clean(&untie(&marked).unwrap()).unwrap().unwrap();
        let again = mark(&cleaned, &cells, &colours, Some("rId9")).unwrap();
        assert_eq!(again, marked);
        assert!(clean(SHEET).unwrap().is_none());
    }

    #[test]
    fn rules_that_a_program_put_beside_ours_stay() {
        let mixed = format!(
            "<worksheet><sheetData/><conditionalFormatting sqref=\"A1\"><cfRule priority=\"1\"><formula>{MARK}</formula></cfRule><cfRule priority=\"2\"/></conditionalFormatting></worksheet>"
        );
        let cleaned = clean(&mixed).unwrap().unwrap();
        assert!(cleaned.contains("priority=\"2\"") && !cleaned.contains("均衡"));
    }

    #[test]
    fn a_cell_under_a_merge_is_shown_by_its_first_cell() {
        let cells = [at("C3"), at("E3"), at("B2")].into();
        let anchors = anchors(SHEET, &cells).unwrap();
        assert_eq!(anchors[&at("C3")], at("B2"));
        assert_eq!(anchors[&at("E3")], at("E3"));
        let odd = SHEET.replace("B2:D4", "D4:B2");
        assert_eq!(super::anchors(&odd, &cells).unwrap()[&at("C3")], at("C3"));
    }

    #[test]
    fn an_empty_root_or_another_document_is_refused() {
        assert!(clean("<html/>").is_err());
        assert!(clean("<worksheet/>").is_err());
        assert!(clean("").is_err());
    }
}
