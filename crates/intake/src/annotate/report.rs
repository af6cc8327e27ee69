//! The sheet 校验结果: all findings of a file as a list, as a worksheet part.

use super::Listed;
use super::sheet::Colours;
use super::styles::Formats;
use super::xml::safe;
use crate::finding::Severity;
use std::fmt::Write as _;

/// Rows listed at most.
pub(super) const MOST: usize = 50_000;
/// Heading and width (in characters) of the columns.
pub(super) const COLUMNS: [(&str, u32); 9] = [
    ("序号", 6),
    ("级别", 8),
    ("工作表", 16),
    ("单元格", 10),
    ("学校", 28),
    ("数据项", 26),
    ("问题", 60),
    ("怎么办", 48),
    ("代码", 13),
];
/// Zero-based row of the headings.
pub(super) const HEAD: u32 = 2;

/// The title line: `校验结果:错误 3 条,警告 1 条,提示 0 条`.
pub(super) fn title(listed: &[Listed]) -> String {
    if listed.is_empty() {
        return "校验结果：没有发现问题".to_owned();
    }
    let count = |severity: Severity| -> u64 {
        listed
            .iter()
            .filter(|l| l.finding.severity == severity)
            .map(|l| l.finding.more.max(1))
            .sum()
    };
    format!(
        "校验结果：错误 {} 条，警告 {} 条，提示 {} 条",
        count(Severity::Error),
        count(Severity::Warning),
        count(Severity::Notice)
    )
}

/// The texts of a row of the list, in the order of [`COLUMNS`] without the running number.
pub(super) fn texts(listed: &Listed) -> [String; 8] {
    let finding = listed.finding;
    let sheet = finding.location.as_ref().map(|l| l.sheet.to_string()).unwrap_or_default();
    let school = finding.school.as_ref().map_or_else(String::new, |school| {
        let parts = [school.name.as_ref(), school.code.as_ref()];
        parts.into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(" ")
    });
    [
        finding.severity.zh().to_owned(),
        sheet,
        listed.cell.map(|cell| cell.to_string()).unwrap_or_default(),
        school,
        finding.item.as_ref().map(|item| item.zh.to_string()).unwrap_or_default(),
        finding.message.clone(),
        finding.advice.clone(),
        finding.code.to_owned(),
    ]
}

/// The place that a row leads to: `'学校'!C6`.
pub(super) fn target(listed: &Listed) -> Option<String> {
    let cell = listed.cell?;
    let sheet = &listed.sheet.as_ref()?;
    Some(format!("'{}'!{cell}", sheet.replace('\'', "''")))
}

/// The worksheet part.
pub(super) fn worksheet(
    listed: &[Listed],
    remark: &str,
    formats: Formats,
    colours: &Colours,
) -> String {
    let shown = listed.get(..MOST).unwrap_or(listed);
    let last = shown.len() + HEAD as usize + 1;
    let mut out = String::from(concat!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n",
        "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">",
        "<sheetPr><tabColor rgb=\"FFC0392B\"/><pageSetUpPr fitToPage=\"1\"/></sheetPr>",
        "<sheetViews><sheetView showGridLines=\"0\" workbookViewId=\"0\">",
        "<pane ySplit=\"3\" topLeftCell=\"A4\" activePane=\"bottomLeft\" state=\"frozen\"/>",
        "<selection pane=\"bottomLeft\"/></sheetView></sheetViews>",
        "<sheetFormatPr defaultRowHeight=\"15\"/><cols>"
    ));
    for (number, (_, width)) in (1..).zip(COLUMNS) {
        let _ = write!(
            out,
            "<col min=\"{number}\" max=\"{number}\" width=\"{width}\" customWidth=\"1\"/>"
        );
    }
    let _ = write!(
        out,
        "</cols><sheetData><row r=\"1\" ht=\"26\" customHeight=\"1\">{}</row>\
         <row r=\"2\" ht=\"32\" customHeight=\"1\">{}</row>\
         <row r=\"3\" ht=\"22\" customHeight=\"1\">",
        cell(0, 0, formats.title, &title(listed)),
        cell(1, 0, formats.remark, remark)
    );
    for (column, (name, _)) in (0..).zip(COLUMNS) {
        out.push_str(&cell(HEAD, column, formats.head, name));
    }
    out.push_str("</row>");
    let mut links = String::new();
    for (row, item) in (HEAD + 1..).zip(shown) {
        let number = row - HEAD;
        let name = domain::cell_name(row, 0);
        let _ = write!(
            out,
            "<row r=\"{}\"><c r=\"{name}\" s=\"{}\"><v>{number}</v></c>",
            row + 1,
            formats.body
        );
        let target = target(item);
        for (column, text) in (1..).zip(texts(item)) {
            let linked = column == 3 && target.is_some();
            let format = if linked { formats.link } else { formats.body };
            out.push_str(&cell(row, column, format, &text));
        }
        out.push_str("</row>");
        if let Some(target) = target {
            let target = safe(&target);
            let _ = write!(
                links,
                "<hyperlink ref=\"D{}\" location=\"{target}\" display=\"{target}\"/>",
                row + 1
            );
        }
    }
    let _ = write!(
        out,
        "</sheetData><autoFilter ref=\"A3:I{last}\"/><mergeCells count=\"1\"><mergeCell ref=\"A2:I2\"/></mergeCells>"
    );
    if !shown.is_empty() {
        let _ = write!(out, "<conditionalFormatting sqref=\"B4:B{last}\">");
        for (priority, (severity, number)) in (1..).zip(colours) {
            let _ = write!(
                out,
                "<cfRule type=\"expression\" dxfId=\"{number}\" priority=\"{priority}\">\
                 <formula>$B4=\"{}\"</formula></cfRule>",
                severity.zh()
            );
        }
        out.push_str("</conditionalFormatting>");
    }
    if !links.is_empty() {
        let _ = write!(out, "<hyperlinks>{links}</hyperlinks>");
    }
    out.push_str(concat!(
        "<pageMargins left=\"0.5\" right=\"0.5\" top=\"0.6\" bottom=\"0.6\" header=\"0.3\" footer=\"0.3\"/>",
        "<pageSetup paperSize=\"9\" orientation=\"landscape\" fitToHeight=\"0\"/>",
        "<headerFooter><oddFooter>&amp;C第 &amp;P 页 共 &amp;N 页</oddFooter></headerFooter></worksheet>"
    ));
    out
}

fn cell(row: u32, column: u32, format: usize, text: &str) -> String {
    let name = domain::cell_name(row, column);
    if text.is_empty() {
        return format!("<c r=\"{name}\" s=\"{format}\"/>");
    }
    format!(
        "<c r=\"{name}\" s=\"{format}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{}</t></is></c>",
        safe(text)
    )
}
