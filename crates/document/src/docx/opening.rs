//! What stands before the body: front sheet, red head, title, addressee.

use super::body::Body;
use super::inline::piece;
use super::page::Section;
use crate::front;
use crate::layout::AREA;

impl Body<'_> {
    pub(super) fn opening(&mut self) {
        let document = self.document;
        if document.front_sheet {
            self.say("JhAnnexTitle", "", front::TITLE);
            self.table(&front::table(document));
            self.say("JhNote", "", front::NOTE);
            self.section(Section { front: true, ..Section::default() });
            self.restart = true;
        }
        if let Some(mark) = &document.mark {
            self.begin("JhMark", "");
            let size = mark_size(mark);
            let look = format!("<w:sz w:val=\"{size}\"/><w:szCs w:val=\"{size}\"/>");
            self.xml.push_str(&piece(mark, &look));
            self.end();
            self.paragraph("JhRedNumber", "", &document.number);
        } else if !document.number.is_empty() {
            self.paragraph("JhCentred", "", &document.number);
        }
        self.paragraph("Title", "", &document.title);
        if !document.addressee.is_empty() {
            self.begin("JhPlain", "");
            self.runs(&document.addressee, false);
            self.words("：", false);
            self.end();
        }
    }
}

/// The size of the red mark in half points: as large as the line has room for, at most 50 pt.
fn mark_size(mark: &str) -> u32 {
    let halves = crate::layout::width(mark).max(1);
    (AREA.0 / 10 * 2 * 9 / 10 / halves).clamp(44, 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_fits_its_line() {
        // Eight characters at 49 pt are 392 pt of the 442 that the line has.
        assert_eq!(mark_size("青山县教育局文件"), 99);
        assert_eq!(mark_size("县府"), 100);
        assert_eq!(mark_size(&"长".repeat(40)), 44);
    }
}
