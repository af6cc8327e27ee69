//! Sections: paper, margins, grid, headers and footers.

use super::inline::piece;
use crate::layout::{AREA, BOTTOM, FOOTER, HEADER, LEFT, LINE, PAGE, RIGHT, TOP};
use crate::model::{Document, Paper};
use std::fmt::Write as _;

/// A part of the document with pages of one kind.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Section {
    /// How its pages lie.
    pub(super) paper: Paper,
    /// A front sheet has no page number; the pages behind it count from 1.
    pub(super) front: bool,
    /// Whether pages count from 1 here.
    pub(super) restart: bool,
}

impl Section {
    /// `w:sectPr`.
    pub(super) fn xml(self, document: &Document) -> String {
        let mut xml = String::from("<w:sectPr>");
        if head_line(document).is_some() {
            xml.push_str(
                "<w:headerReference w:type=\"default\" r:id=\"rId3\"/>\
                 <w:headerReference w:type=\"even\" r:id=\"rId4\"/>",
            );
        }
        let (odd, even) = if self.front { ("rId5", "rId5") } else { ("rId1", "rId2") };
        let _ = write!(
            xml,
            "<w:footerReference w:type=\"default\" r:id=\"{odd}\"/>\
             <w:footerReference w:type=\"even\" r:id=\"{even}\"/><w:type w:val=\"nextPage\"/>"
        );
        // A page across is the upright one turned clockwise: its binding edge is on top.
        let ((width, height), orient, [top, right, bottom, left]) = match self.paper {
            Paper::Portrait => (PAGE, "", [TOP, RIGHT, BOTTOM, LEFT]),
            Paper::Landscape => {
                ((PAGE.1, PAGE.0), " w:orient=\"landscape\"", [LEFT, TOP, RIGHT, BOTTOM])
            }
        };
        let footer = if self.paper == Paper::Portrait { FOOTER } else { FOOTER.min(RIGHT / 2) };
        let restart = if self.restart { " w:start=\"1\"" } else { "" };
        let _ = write!(
            xml,
            "<w:pgSz w:w=\"{width}\" w:h=\"{height}\"{orient}/>\
             <w:pgMar w:top=\"{top}\" w:right=\"{right}\" w:bottom=\"{bottom}\" w:left=\"{left}\" \
             w:header=\"{HEADER}\" w:footer=\"{footer}\" w:gutter=\"0\"/>\
             <w:pgNumType w:fmt=\"decimal\"{restart}/><w:cols w:space=\"425\"/>\
             <w:docGrid w:type=\"lines\" w:linePitch=\"{LINE}\"/>\
             </w:sectPr>"
        );
        xml
    }
}

/// The line at the head of every page.
pub(super) fn head_line(document: &Document) -> Option<String> {
    let draft = document.is_draft().then_some("草稿");
    let parts: Vec<&str> = draft.into_iter().chain(document.label.as_deref()).collect();
    (!parts.is_empty()).then(|| parts.join("　"))
}

/// A header part.
pub(super) fn header(line: &str) -> String {
    format!(
        "<w:hdr {}><w:p><w:pPr><w:pStyle w:val=\"Header\"/></w:pPr>{}</w:p></w:hdr>",
        super::parts::NAMESPACES,
        piece(line, "")
    )
}

/// A footer part: the number on the outer side, one character in.
pub(super) fn footer(side: Option<Side>) -> String {
    let Some(side) = side else {
        return format!(
            "<w:ftr {}><w:p><w:pPr><w:pStyle w:val=\"Footer\"/></w:pPr></w:p></w:ftr>",
            super::parts::NAMESPACES
        );
    };
    let (indent, set) = match side {
        Side::Right => ("w:right=\"280\" w:rightChars=\"100\"", "right"),
        Side::Left => ("w:left=\"280\" w:leftChars=\"100\"", "left"),
    };
    format!(
        "<w:ftr {}><w:p><w:pPr><w:pStyle w:val=\"Footer\"/><w:ind {indent}/><w:jc w:val=\"{set}\"/>\
         </w:pPr><w:r><w:t xml:space=\"preserve\">－ </w:t></w:r>\
         <w:r><w:fldChar w:fldCharType=\"begin\"/></w:r>\
         <w:r><w:instrText xml:space=\"preserve\"> PAGE </w:instrText></w:r>\
         <w:r><w:fldChar w:fldCharType=\"separate\"/></w:r><w:r><w:t>1</w:t></w:r>\
         <w:r><w:fldChar w:fldCharType=\"end\"/></w:r>\
         <w:r><w:t xml:space=\"preserve\"> －</w:t></w:r></w:p></w:ftr>",
        super::parts::NAMESPACES
    )
}

/// The outer side of a page.
#[derive(Clone, Copy, Debug)]
pub(super) enum Side {
    /// Of an odd page.
    Right,
    /// Of an even page.
    Left,
}

/// The type area of a page across, for what is as wide as the page.
pub(super) const fn area(paper: Paper) -> (u32, u32) {
    match paper {
        Paper::Portrait => AREA,
        Paper::Landscape => (AREA.1, AREA.0),
    }
}
