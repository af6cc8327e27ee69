//! Small hand-made files for the stories.

use domain::{Catalogue, Level, School, Snapshot, Stage, Value};
use intake::{Finding, Intake, Layouts, Options};
use items::Items;
use packs::PackSource;
use rust_xlsxwriter::Workbook;
use std::io::Write as _;
use std::path::Path;
use std::sync::OnceLock;
use tempfile::TempDir;

pub(crate) struct Packs {
    pub(crate) items: Items,
    pub(crate) layouts: Layouts,
}

pub(crate) fn packs() -> &'static Packs {
    static PACKS: OnceLock<Packs> = OnceLock::new();
    PACKS.get_or_init(|| {
        let source = PackSource::embedded();
        let items = items::load(&source).unwrap();
        let layouts = Layouts::load(&source, items.catalogue()).unwrap();
        Packs { items, layouts }
    })
}

pub(crate) fn catalogue() -> &'static Catalogue {
    packs().items.catalogue()
}

/// A row of cells: what is a number becomes one, `'12` stays text, blanks stay blank.
pub(crate) type Rows<'a> = Vec<Vec<&'a str>>;

pub(crate) fn fill(book: &mut Workbook, name: &str, rows: &Rows<'_>) {
    let sheet = book.add_worksheet();
    sheet.set_name(name).unwrap();
    for (row, cells) in (0u32..).zip(rows) {
        for (column, cell) in (0u16..).zip(cells) {
            if cell.is_empty() {
                continue;
            }
            if let Ok(number) = cell.parse::<f64>() {
                sheet.write_number(row, column, number).unwrap();
            } else {
                sheet.write_string(row, column, cell.strip_prefix('\'').unwrap_or(cell)).unwrap();
            }
        }
    }
}

pub(crate) fn workbook(sheets: &[(&str, Rows<'_>)]) -> Vec<u8> {
    let mut book = Workbook::new();
    for (name, rows) in sheets {
        fill(&mut book, name, rows);
    }
    book.save_to_buffer().unwrap()
}

pub(crate) fn county<'a>() -> (&'static str, Rows<'a>) {
    county_of("2024/2025")
}

pub(crate) fn county_of(year: &str) -> (&'static str, Rows<'_>) {
    (
        "县区",
        vec![
            vec!["县（市、区）名称", "示例县"],
            vec!["行政区划代码", "'349999"],
            vec!["学年", year],
            vec![],
            vec!["项目", "数值", "单位", "口径"],
            vec!["人口总数", "35.6", "万人", ""],
        ],
    )
}

/// A 学校 sheet of two rows of headings.
pub(crate) fn schools<'a>(
    group: &[&'a str],
    heads: &[&'a str],
    rows: &[&[&'a str]],
) -> (&'static str, Rows<'a>) {
    let mut all = vec![group.to_vec(), heads.to_vec()];
    all.extend(rows.iter().map(|row| row.to_vec()));
    ("学校", all)
}

pub(crate) fn folder(files: &[(&str, Vec<u8>)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    folder
}

pub(crate) fn options() -> Options<'static> {
    Options::new(catalogue(), &packs().layouts)
}

pub(crate) fn read(files: &[(&str, Vec<u8>)]) -> Intake {
    read_with(files, &options())
}

pub(crate) fn read_with(files: &[(&str, Vec<u8>)], options: &Options<'_>) -> Intake {
    let folder = folder(files);
    intake::read(&[folder.path()], options)
}

/// Reads one file that is named itself, not through its folder.
pub(crate) fn read_file(name: &str, bytes: Vec<u8>) -> Intake {
    let folder = folder(&[(name, bytes)]);
    let path = folder.path().join(name);
    intake::read(&[Path::new(&path)], &options())
}

pub(crate) fn snapshot(intake: &Intake) -> &Snapshot {
    match intake.snapshot() {
        Some(snapshot) => snapshot,
        None => panic!("{}", lines(intake)),
    }
}

pub(crate) fn lines(intake: &Intake) -> String {
    intake.findings.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

pub(crate) fn school<'a>(intake: &'a Intake, code: &str) -> &'a School {
    snapshot(intake).schools().iter().find(|s| s.code.as_str() == code).unwrap()
}

/// The value of an item as text; `missing` where there is none.
pub(crate) fn value(school: &School, item: &str, stage: Option<Stage>) -> String {
    let (id, about) = catalogue().find(item).unwrap();
    let facts = match (about.level, stage) {
        (Level::School, None) => &school.facts,
        (Level::Section, Some(stage)) => &school.section(stage).unwrap().facts,
        other => panic!("{other:?}"),
    };
    facts.value(id).map_or_else(|| "missing".to_owned(), Value::to_string)
}

pub(crate) fn finding<'a>(intake: &'a Intake, code: &str) -> &'a Finding {
    match intake.findings.iter().find(|f| f.code == code) {
        Some(finding) => finding,
        None => panic!("no {code} in\n{}", lines(intake)),
    }
}

pub(crate) fn none(intake: &Intake, code: &str) {
    assert!(intake.findings.iter().all(|f| f.code != code), "{}", lines(intake));
}

/// A minimal .xlsx with one sheet of the given `sheetData` and what stands around it.
pub(crate) fn raw_sheet(name: &str, before: &str, data: &str, after: &str) -> Vec<u8> {
    let sheet = format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{before}<sheetData>{data}</sheetData>{after}</worksheet>"#
    );
    raw_parts(name, &[("xl/worksheets/sheet1.xml", sheet.as_bytes())])
}

/// A minimal .xlsx with further parts.
pub(crate) fn raw_parts(name: &str, parts: &[(&str, &[u8])]) -> Vec<u8> {
    let workbook = format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="{name}" sheetId="1" r:id="rId1"/></sheets></workbook>"#
    );
    let fixed: [(&str, &[u8]); 4] = [
        ("[Content_Types].xml", br#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>"#),
        ("_rels/.rels", br#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#),
        ("xl/_rels/workbook.xml.rels", br#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#),
        ("xl/workbook.xml", workbook.as_bytes()),
    ];
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let deflated = zip::write::SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Deflated);
    for (path, content) in fixed.iter().chain(parts) {
        zip.start_file(*path, deflated).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A cell of raw XML with a text inside it.
pub(crate) fn text_cell(at: &str, text: &str) -> String {
    format!(r#"<c r="{at}" t="inlineStr"><is><t>{text}</t></is></c>"#)
}
