//! The front sheet on demand: what the figures of a document are bound to.

use crate::model::{Cell, Document, ParagraphStyle, Row, Table};

/// Above the front sheet.
pub(crate) const TITLE: &str = "数据来源与版本说明";
/// Below it.
pub(crate) const NOTE: &str = "文中数字均由上列数据快照按上列评估标准算得。校验码相同，数字即相同；\
     改动后的文件可用“junheng document verify”核对。";

/// The table of the front sheet: what the document is bound to.
pub(crate) fn table(document: &Document) -> Table {
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
    let engine = row(["生成程序", "均衡", "—", &document.provenance.engine, "—"]);
    table.rows.push(engine);
    for row in &mut table.rows {
        if let Some(name) = row.cells.get_mut(1) {
            let runs = std::mem::take(&mut name.runs);
            *name = Cell { align: Some(ParagraphStyle::Plain), ..Cell::new(runs) };
        }
    }
    table
}
