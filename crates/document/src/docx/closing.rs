//! What stands behind the body: attachments, signature and seal, note, copies to.

use super::body::Body;
use crate::layout::{CHARACTER, LINE, width};
use crate::model::{Run, plain};
use std::fmt::Write as _;

/// From the date to the right edge: four characters, where the seal covers the date.
const DATE_INDENT: u32 = 4 * CHARACTER;

/// Width, columns, style, words before, runs, words behind.
type CopiesCell<'a> = (u32, u32, &'a str, &'a str, &'a [Run], &'a str);

impl Body<'_> {
    pub(super) fn closing(&mut self) {
        self.attachments();
        self.signature();
        if !self.document.note.is_empty() {
            let note = &self.document.note;
            self.begin("JhBody", "");
            self.words("（", false);
            self.runs(note, false);
            self.words("）", false);
            self.end();
        }
    }

    /// 附件：, a line below the body; names that run on hang below their first character.
    fn attachments(&mut self) {
        let annexes = &self.document.annexes;
        let several = annexes.len() > 1;
        for (index, annex) in annexes.iter().enumerate() {
            let number = if several { format!("{}. ", index + 1) } else { String::new() };
            // Two characters in, 附件： takes three more.
            let word = if index == 0 { 3 * CHARACTER } else { 0 };
            let hang = word + width(&number) * CHARACTER / 2;
            let left = 5 * CHARACTER + width(&number) * CHARACTER / 2;
            let before = if index == 0 {
                format!("<w:spacing w:before=\"{LINE}\"/>")
            } else {
                String::new()
            };
            self.begin(
                "JhPlain",
                &format!("{before}<w:ind w:left=\"{left}\" w:hanging=\"{hang}\"/>"),
            );
            let lead = if index == 0 { "附件：" } else { "" };
            self.words(&format!("{lead}{number}{}", annex.title), false);
            self.end();
        }
    }

    /// Organs in the middle above the date, with room for the seal.
    fn signature(&mut self) {
        let Some(signature) = &self.document.signature else { return };
        let half = CHARACTER / 2;
        let date = width(&plain(&signature.date)) * half;
        let widest = signature.organs.iter().map(|organ| width(&plain(organ)) * half).max();
        // Where an organ is longer than the date, the date moves in so that both keep one middle.
        let overhang = widest.unwrap_or(0).saturating_sub(date) / 2;
        let date_indent = DATE_INDENT.max(overhang);
        for (index, organ) in signature.organs.iter().enumerate() {
            let own = width(&plain(organ)) * half;
            let indent = (date_indent + date / 2).saturating_sub(own / 2);
            let before = if index == 0 { 2 * LINE } else { LINE };
            let properties =
                format!("<w:spacing w:before=\"{before}\"/><w:ind w:right=\"{indent}\"/>");
            self.paragraph("JhOrgan", &properties, organ);
        }
        if !signature.date.is_empty() {
            let before = if signature.organs.is_empty() { 2 * LINE } else { 0 };
            let properties =
                format!("<w:spacing w:before=\"{before}\"/><w:ind w:right=\"{date_indent}\"/>");
            self.paragraph("JhDate", &properties, &signature.date);
        }
    }

    /// 版记, at the foot of the last page: a table that floats to the bottom of the type area.
    pub(super) fn copies(&mut self) {
        let Some(copies) = &self.document.copies else { return };
        let printed = !copies.printed_by.is_empty() || !copies.printed_on.is_empty();
        if copies.to.is_empty() && !printed {
            return;
        }
        self.leave_text();
        let total = self.width();
        let halves = [total / 2, total - total / 2];
        let _ = write!(
            self.xml,
            "<w:tbl><w:tblPr><w:tblpPr w:vertAnchor=\"margin\" w:horzAnchor=\"margin\" \
             w:tblpXSpec=\"left\" w:tblpYSpec=\"bottom\"/><w:tblW w:w=\"{total}\" w:type=\"dxa\"/>\
             <w:tblBorders><w:top w:val=\"single\" w:sz=\"8\" w:space=\"0\" w:color=\"auto\"/>\
             <w:bottom w:val=\"single\" w:sz=\"8\" w:space=\"0\" w:color=\"auto\"/>\
             <w:insideH w:val=\"single\" w:sz=\"6\" w:space=\"0\" w:color=\"auto\"/></w:tblBorders>\
             <w:tblLayout w:type=\"fixed\"/></w:tblPr><w:tblGrid><w:gridCol w:w=\"{}\"/>\
             <w:gridCol w:w=\"{}\"/></w:tblGrid>",
            halves[0], halves[1]
        );
        if !copies.to.is_empty() {
            self.copies_row(&[(total, 2, "JhCopies", "抄送：", &copies.to, "。")]);
        }
        if printed {
            let on = if copies.printed_on.is_empty() { "" } else { "印发" };
            self.copies_row(&[
                (halves[0], 1, "JhPrinted", "", &copies.printed_by, ""),
                (halves[1], 1, "JhPrintedOn", "", &copies.printed_on, on),
            ]);
        }
        self.xml.push_str("</w:tbl>");
        self.say("JhNothing", "", "");
    }

    fn copies_row(&mut self, cells: &[CopiesCell<'_>]) {
        self.xml.push_str("<w:tr><w:trPr><w:cantSplit/></w:trPr>");
        for (width, span, style, before, runs, behind) in cells {
            let _ = write!(
                self.xml,
                "<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/><w:gridSpan w:val=\"{span}\"/>\
                 </w:tcPr>"
            );
            self.begin(style, "");
            self.words(before, false);
            self.runs(runs, false);
            self.words(behind, false);
            self.end();
            self.seal();
            self.xml.push_str("</w:tc>");
        }
        self.xml.push_str("</w:tr>");
    }
}
