//! Tables: captions, repeated heads, merged cells, a size of type that fits.

use super::body::Body;
use crate::check::grid;
use crate::layout::{TABLE_SIZES, width};
use crate::model::{Cell, Column, ParagraphStyle, Row, Run, Table, plain};
use std::fmt::Write as _;

/// From the edge of a cell to its text, left and right.
const PADDING: u32 = 57;
/// The least height of a row.
const ROW: u32 = 397;

impl Body<'_> {
    pub(super) fn table(&mut self, table: &Table) {
        let caption = !table.caption.is_empty();
        if caption {
            self.tables += 1;
            self.begin("JhCaption", "");
            let number = format!("表{}　", self.tables);
            self.words(&number, false);
            self.runs(&table.caption, false);
            self.end();
        }
        if let Some(unit) = &table.unit {
            self.say("JhUnit", "", &format!("单位：{unit}"));
        }
        self.leave_text();
        let total = self.width();
        let (size, widths) = (size(&table.columns, total), widths(&table.columns, total));
        let _ = write!(
            self.xml,
            "<w:tbl><w:tblPr><w:tblW w:w=\"{total}\" w:type=\"dxa\"/><w:jc w:val=\"center\"/>\
             <w:tblBorders>{}</w:tblBorders><w:tblLayout w:type=\"fixed\"/><w:tblCellMar>\
             <w:left w:w=\"{PADDING}\" w:type=\"dxa\"/><w:right w:w=\"{PADDING}\" w:type=\"dxa\"/>\
             </w:tblCellMar></w:tblPr><w:tblGrid>",
            ["top", "left", "bottom", "right", "insideH", "insideV"]
                .map(|side| format!(
                    "<w:{side} w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"auto\"/>"
                ))
                .concat()
        );
        for width in &widths {
            let _ = write!(self.xml, "<w:gridCol w:w=\"{width}\"/>");
        }
        self.xml.push_str("</w:tblGrid>");
        let form = Form { widths: &widths, columns: &table.columns, size };
        self.rows(&form, &table.head, true);
        if table.rows.is_empty() {
            let all = u16::try_from(table.columns.len()).unwrap_or(u16::MAX);
            let none = Cell { align: Some(ParagraphStyle::Centred), ..Cell::text("无") };
            self.rows(&form, &[Row::new(vec![none.over(all, 1)])], false);
        }
        self.rows(&form, &table.rows, false);
        self.xml.push_str("</w:tbl>");
        for note in &table.notes {
            self.paragraph("JhNote", "", note);
        }
        if table.notes.is_empty() {
            // Two tables without a paragraph between them would become one.
            self.say("JhNothing", "", "");
        }
    }

    fn rows(&mut self, form: &Form<'_>, rows: &[Row], head: bool) {
        // What a checked table has; rows of a table that is not are left as they come.
        let starts = grid(rows, form.columns.len()).unwrap_or_default();
        // By column: the cell that still goes on below, as its width and its rows to come.
        let mut going: Vec<(usize, u16)> = vec![(0, 0); form.columns.len()];
        for (row, starts) in rows.iter().zip(&starts) {
            let _ = write!(
                self.xml,
                "<w:tr><w:trPr><w:cantSplit/><w:trHeight w:val=\"{ROW}\" w:hRule=\"atLeast\"/>{}\
                 </w:trPr>",
                if head { "<w:tblHeader/>" } else { "" }
            );
            let mut cells = row.cells.iter().zip(starts).peekable();
            let mut at = 0;
            while at < form.columns.len() {
                let here = cells.next_if(|(_, start)| **start == at);
                let (wide, down) = match (here, going.get(at)) {
                    (Some((cell, _)), _) => (usize::from(cell.columns), cell.rows),
                    (None, Some((wide, down))) if *down > 0 => (*wide, *down),
                    (None, _) => break,
                };
                self.cell(form, at, wide, here.map(|(cell, _)| cell), row, head);
                if let Some(place) = going.get_mut(at) {
                    *place = (wide, down.saturating_sub(1));
                }
                at += wide.max(1);
            }
            self.xml.push_str("</w:tr>");
        }
    }

    /// A cell; `None` is the part of one that began above.
    fn cell(
        &mut self,
        form: &Form<'_>,
        at: usize,
        wide: usize,
        cell: Option<&Cell>,
        row: &Row,
        head: bool,
    ) {
        let width: u32 = form.widths.iter().skip(at).take(wide).sum();
        let _ = write!(self.xml, "<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/>");
        if wide > 1 {
            let _ = write!(self.xml, "<w:gridSpan w:val=\"{wide}\"/>");
        }
        match cell {
            Some(cell) if cell.rows > 1 => self.xml.push_str("<w:vMerge w:val=\"restart\"/>"),
            Some(_) => {}
            None => self.xml.push_str("<w:vMerge/>"),
        }
        self.xml.push_str("<w:vAlign w:val=\"center\"/></w:tcPr>");
        let style = format!("{}{}", if head { "JhHead" } else { "JhCell" }, form.size);
        let column = form.columns.get(at).map_or(ParagraphStyle::Centred, |column| column.align);
        let align = cell.and_then(|cell| cell.align);
        let align = align.unwrap_or(if head { ParagraphStyle::Centred } else { column });
        self.begin(&style, jc(align));
        if let Some(cell) = cell {
            self.runs(&cell.runs, row.strong);
        }
        self.end();
        self.seal();
        self.xml.push_str("</w:tc>");
    }
}

/// What all cells of a table have in common.
struct Form<'a> {
    widths: &'a [u32],
    columns: &'a [Column],
    size: u32,
}

/// Cells are centred by their style.
fn jc(style: ParagraphStyle) -> &'static str {
    match style {
        ParagraphStyle::Centred => "",
        ParagraphStyle::Right => "<w:jc w:val=\"right\"/>",
        ParagraphStyle::Body | ParagraphStyle::Plain | ParagraphStyle::Note => {
            "<w:jc w:val=\"left\"/>"
        }
    }
}

/// The widths of the columns in twips, together exactly the whole.
pub(crate) fn widths(columns: &[Column], total: u32) -> Vec<u32> {
    let all: u32 = columns.iter().map(|column| u32::from(column.width.max(1))).sum();
    let mut before = 0;
    let mut edge = 0;
    columns
        .iter()
        .map(|column| {
            before += u32::from(column.width.max(1));
            let next = total * before / all.max(1);
            let width = next - edge;
            edge = next;
            width
        })
        .collect()
}

/// The largest size, in half points, at which the columns have room for their characters.
pub(crate) fn size(columns: &[Column], total: u32) -> u32 {
    let characters: u32 = columns.iter().map(|column| u32::from(column.width.max(1))).sum();
    let count = u32::try_from(columns.len()).unwrap_or(u32::MAX);
    let room = total.saturating_sub(count.saturating_mul(2 * PADDING));
    let fits = |size: &u32| characters * size * 10 <= room;
    let [.., smallest] = TABLE_SIZES;
    TABLE_SIZES.into_iter().find(fits).unwrap_or(smallest)
}

/// The caption of a table or chart as one line, for those who cannot see it.
pub(super) fn caption_line(caption: &[Run]) -> String {
    let line = plain(caption);
    if width(&line) > 0 { line.replace('\n', " ") } else { "图表".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_share_the_whole_width() {
        let columns = [1, 1, 1].map(Column::new);
        assert_eq!(widths(&columns, 100), [33, 33, 34]);
        assert_eq!(widths(&[Column::new(0)], 100), [100]);
    }

    #[test]
    fn the_more_columns_the_smaller_the_type() {
        let sized = |n: usize| size(&vec![Column::new(5); n], 8845);
        assert_eq!((sized(4), sized(8), sized(40)), (21, 18, 15));
    }
}
