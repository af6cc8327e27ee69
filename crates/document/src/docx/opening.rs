//! What stands before the body: front sheet, red head, title, addressee.

use super::body::Body;
use super::inline::piece;
use super::page::Section;
use crate::layout::AREA;
use crate::model::{Cell, Column, Document, Row, Table};

impl Body<'_> {
    pub(super) fn opening(&mut self) {
        let document = self.document;
        if document.front_sheet {
            self.say("JhAnnexTitle", "", FRONT_TITLE);
            self.table(&front_table(document));
            self.say("JhNote", "", FRONT_NOTE);
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

/// Above the front sheet.
pub(crate) const FRONT_TITLE: &str = "数据来源与版本说明";
/// Below it.
pub(crate) const FRONT_NOTE: &str = "文中数字均由上列数据快照按上列评估标准算得。校验码相同，数字即相同；\
     改动后的文件可用“junheng document verify”核对。";

/// The table of the front sheet: what the document is bound to.
pub(crate) fn front_table(document: &Document) -> Table {
    let mut table = Table::new(&[
        (6, "类别"),
        (12, "名称"),
        (8, "编号"),
        (5, "版本"),
        (22, "校验码（SHA-256）"),
    ]);
    let row = |texts: [&str; 5]| Row::texts(texts);
    for source in &document.provenance.sources {
        let dash = |text: &str| if text.is_empty() { "—".to_owned() } else { text.to_owned() };
        table.rows.push(row([
            source.role.zh(),
            &source.title,
            &dash(&source.id),
            &dash(&source.version),
            &source.hash,
        ]));
    }
    let mut engine = row(["生成程序", "均衡", "—", &document.provenance.engine, "—"]);
    engine.cells.truncate(5);
    table.rows.push(engine);
    table.columns = [6, 12, 8, 5, 22].map(Column::new).into();
    for row in &mut table.rows {
        if let Some(name) = row.cells.get_mut(1) {
            let runs = std::mem::take(&mut name.runs);
            *name = Cell { align: Some(crate::model::ParagraphStyle::Plain), ..Cell::new(runs) };
        }
    }
    table
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
