//! Workbooks put together from their parts, so that a fuzzer is past the container at once.

use crate::files;
use std::io::{Cursor, Write as _};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

pub(crate) const WORKBOOK_HEAD: &str = concat!(
    r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" "#,
    r#"xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>"#
);
pub(crate) const RELATIONS_HEAD: &str = concat!(
    r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">"#,
    r#"<Relationship Id="st" Target="styles.xml" "#,
    r#"Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles"/>"#,
    r#"<Relationship Id="ss" Target="sharedStrings.xml" "#,
    r#"Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"/>"#
);
pub(crate) const SHEET_HEAD: &str = concat!(
    r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" "#,
    r#"xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheetData>"#
);

/// The relation of the workbook to a sheet, by the sheet's number.
pub(crate) fn sheet_relation(number: usize) -> String {
    let kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet";
    let target = format!("worksheets/sheet{number}.xml");
    format!(r#"<Relationship Id="rId{number}" Type="{kind}" Target="{target}"/>"#)
}

/// The parts of a workbook whose parts the input gives: opened and read to the end.
pub(crate) fn xlsx_structured(input: &[u8]) {
    files::open(&of_text(input));
}

/// A workbook from a text: behind each line `=== path` the part of that path. Parts that a
/// workbook needs and the text does not give are put in.
pub(crate) fn of_text(input: &[u8]) -> Vec<u8> {
    const MARK: &[u8] = b"=== ";
    let mut parts: Vec<(String, Vec<u8>)> = Vec::new();
    for line in input.split_inclusive(|byte| *byte == b'\n') {
        if let Some(path) = line.strip_prefix(MARK) {
            let path = String::from_utf8_lossy(path).trim().to_owned();
            if !parts.iter().any(|(other, _)| *other == path) {
                parts.push((path, Vec::new()));
            }
        } else if let Some((_, content)) = parts.last_mut() {
            content.extend_from_slice(line);
        }
    }
    zipped(parts)
}

/// Zips parts, after what is missing of a workbook is put before them.
pub(crate) fn zipped(parts: Vec<(String, Vec<u8>)>) -> Vec<u8> {
    let mut all = Vec::new();
    for (path, content) in standard_parts() {
        if !parts.iter().any(|(given, _)| *given == path) {
            all.push((path, content));
        }
    }
    all.extend(parts);
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (path, content) in all {
        // A path that a container cannot have is left out.
        if out.start_file(path, stored).is_ok() {
            let _ = out.write_all(&content);
        }
    }
    out.finish().map(Cursor::into_inner).unwrap_or_default()
}

fn standard_parts() -> Vec<(String, Vec<u8>)> {
    let types = concat!(
        r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">"#,
        r#"<Default Extension="rels" "#,
        r#"ContentType="application/vnd.openxmlformats-package.relationships+xml"/>"#,
        r#"<Default Extension="xml" ContentType="application/xml"/>"#,
        r#"<Override PartName="/xl/workbook.xml" ContentType="#,
        r#""application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>"#
    );
    let root = concat!(
        r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">"#,
        r#"<Relationship Id="rId1" Target="xl/workbook.xml" Type="#,
        r#""http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/>"#,
        r#"</Relationships>"#
    );
    let sheets = r#"<sheet name="学校" sheetId="1" r:id="rId1"/><sheet name="县区" sheetId="2" state="hidden" r:id="rId2"/>"#;
    let workbook = format!("{WORKBOOK_HEAD}{sheets}</sheets></workbook>");
    let relations =
        format!("{RELATIONS_HEAD}{}{}</Relationships>", sheet_relation(1), sheet_relation(2));
    let styles = concat!(
        r#"<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">"#,
        r#"<fonts count="1"><font/></fonts><fills count="1"><fill/></fills>"#,
        r#"<borders count="1"><border/></borders><cellXfs count="2"><xf numFmtId="0"/>"#,
        r#"<xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>"#
    );
    let sheet = format!("{SHEET_HEAD}</sheetData></worksheet>");
    let strings = r#"<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>"#;
    [
        ("[Content_Types].xml", types),
        ("_rels/.rels", root),
        ("xl/workbook.xml", &workbook),
        ("xl/_rels/workbook.xml.rels", &relations),
        ("xl/styles.xml", styles),
        ("xl/sharedStrings.xml", strings),
        ("xl/worksheets/sheet1.xml", &sheet),
        ("xl/worksheets/sheet2.xml", &sheet),
    ]
    .map(|(path, content)| (path.to_owned(), content.as_bytes().to_vec()))
    .into()
}
