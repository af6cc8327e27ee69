//! Tables, with real spans and heads that the browser repeats on paper.

use super::Writer;
use crate::model::{Cell, Column, ParagraphStyle, Row, Table};
use std::fmt::Write as _;

impl Writer<'_> {
    pub(super) fn table(&mut self, table: &Table) {
        self.html.push_str("<table>");
        if !table.caption.is_empty() || table.unit.is_some() {
            self.html.push_str("<caption>");
            if !table.caption.is_empty() {
                self.tables += 1;
                let number = format!("表{}　", self.tables);
                self.words(&number);
                self.runs(&table.caption);
            }
            if let Some(unit) = &table.unit {
                self.element("span", "jh-unit", &format!("单位：{unit}"));
            }
            self.html.push_str("</caption>");
        }
        self.html.push_str("<colgroup>");
        let all: u32 = table.columns.iter().map(|column| u32::from(column.width.max(1))).sum();
        for column in &table.columns {
            let tenths = u32::from(column.width.max(1)) * 1000 / all.max(1);
            let _ = write!(self.html, "<col style=\"width:{}.{}%\">", tenths / 10, tenths % 10);
        }
        self.html.push_str("</colgroup>");
        self.rows("thead", "th", &table.head, &table.columns);
        if table.rows.is_empty() {
            let count = table.columns.len();
            let _ = write!(self.html, "<tbody><tr><td colspan=\"{count}\">无</td></tr></tbody>");
        }
        self.rows("tbody", "td", &table.rows, &table.columns);
        self.html.push_str("</table>");
        for note in &table.notes {
            self.runs_in("p", "jh-note", note);
        }
    }

    fn rows(&mut self, part: &str, name: &str, rows: &[Row], columns: &[Column]) {
        if rows.is_empty() {
            return;
        }
        let starts = crate::check::grid(rows, columns.len()).unwrap_or_default();
        let _ = write!(self.html, "<{part}>");
        for (row, starts) in rows.iter().zip(&starts) {
            self.begin("tr", if row.strong { "jh-strong" } else { "" });
            for (cell, start) in row.cells.iter().zip(starts) {
                let column = columns.get(*start).filter(|_| name == "td").map(|c| c.align);
                self.cell(name, cell, cell.align.or(column).unwrap_or(ParagraphStyle::Centred));
            }
            self.html.push_str("</tr>");
        }
        let _ = write!(self.html, "</{part}>");
    }

    fn cell(&mut self, name: &str, cell: &Cell, align: ParagraphStyle) {
        let _ = write!(self.html, "<{name}");
        if cell.columns > 1 {
            let _ = write!(self.html, " colspan=\"{}\"", cell.columns);
        }
        if cell.rows > 1 {
            let _ = write!(self.html, " rowspan=\"{}\"", cell.rows);
        }
        self.html.push_str(match align {
            ParagraphStyle::Centred => ">",
            ParagraphStyle::Right => " class=\"jh-right\">",
            ParagraphStyle::Plain | ParagraphStyle::Body | ParagraphStyle::Note => {
                " class=\"jh-left\">"
            }
        });
        self.runs(&cell.runs);
        let _ = write!(self.html, "</{name}>");
    }
}
