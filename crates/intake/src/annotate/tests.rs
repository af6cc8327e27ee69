use super::*;
use crate::finding::{Location, code};
use rust_xlsxwriter::{Format, Note, Workbook};
use std::io::{Cursor, Read};
use std::sync::Arc;

const FILE: &str = "县/学校.xlsx";

fn workbook() -> Vec<u8> {
    let mut book = Workbook::new();
    let bold = Format::new().set_bold().set_background_color(0x00_ff00);
    let sheet = book.add_worksheet().set_name("学校").unwrap();
    sheet.write_with_format(0, 0, "校名", &bold).unwrap();
    sheet.write(1, 0, "一小").unwrap();
    sheet.write(1, 1, 45).unwrap();
    sheet.write_formula(1, 2, rust_xlsxwriter::Formula::new("=B2*2").set_result("90")).unwrap();
    sheet.merge_range(3, 0, 5, 2, "合并", &bold).unwrap();
    sheet.insert_note(1, 0, &Note::new("用户批注").set_author("张三")).unwrap();
    let other = book.add_worksheet().set_name("班'级").unwrap();
    other.write(0, 0, "空").unwrap();
    book.add_worksheet().set_name("校验结果").unwrap().write(0, 0, "用户自己的表").unwrap();
    book.save_to_buffer().unwrap()
}

fn finding(sheet: &str, row: u32, column: u32, severity: Severity) -> Finding {
    let location = Location::cell(&Arc::from(FILE), &Arc::from(sheet), row, column);
    Finding::new(code::TYPE, severity, format!("<{row}>不是数字"))
        .at(location)
        .of("3400000001", "一小")
        .advise("请填整数。")
}

fn findings() -> Vec<Finding> {
    let elsewhere = Location::cell(&Arc::from("别.xlsx"), &Arc::from("学校"), 0, 0);
    vec![
        finding("学校", 1, 0, Severity::Warning),
        finding("学校", 1, 1, Severity::Error),
        finding("学校", 1, 1, Severity::Notice),
        finding("学校", 4, 1, Severity::Notice),
        finding("班'级", 9, 30, Severity::Error),
        finding("没有的表", 0, 0, Severity::Error),
        Finding::error(code::REFUSED, "另一个文件").at(elsewhere),
        Finding::notice(code::MISSING, "缺 3 项"),
    ]
}

fn in_place(bytes: &[u8], findings: &[Finding]) -> Vec<u8> {
    let done = annotate(bytes, FILE, findings, &Limits::default()).unwrap();
    assert!(done.in_place);
    assert_eq!(done.extension, "xlsx");
    done.bytes
}

fn parts(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    (0..archive.len())
        .map(|i| {
            let mut file = archive.by_index(i).unwrap();
            let mut content = Vec::new();
            file.read_to_end(&mut content).unwrap();
            (file.name().unwrap().into_owned(), content)
        })
        .collect()
}

fn text(bytes: &[u8], part: &str) -> String {
    String::from_utf8(parts(bytes).remove(part).unwrap()).unwrap()
}

fn range(bytes: &[u8], sheet: &str) -> calamine::Range<calamine::Data> {
    use calamine::Reader;
    let mut book: calamine::Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes)).unwrap();
    book.worksheet_range(sheet).unwrap()
}

#[test]
fn the_original_stays_and_the_marks_are_there() {
    let source = workbook();
    let done = in_place(&source, &findings());
    for sheet in ["学校", "班'级", "校验结果"] {
        assert_eq!(range(&done, sheet), range(&source, sheet), "{sheet}");
    }
    let (before, after) = (parts(&source), parts(&done));
    for (name, content) in &before {
        let ours = [
            "[Content_Types].xml",
            "xl/workbook.xml",
            "xl/_rels/workbook.xml.rels",
            "xl/styles.xml",
            "xl/worksheets/sheet1.xml",
            "xl/worksheets/sheet2.xml",
            "xl/worksheets/_rels/sheet2.xml.rels",
            "xl/comments1.xml",
            "xl/drawings/vmlDrawing1.vml",
        ];
        if !ours.contains(&name.as_str()) {
            assert_eq!(Some(content), after.get(name), "{name}");
        }
    }
    let data = |bytes: &[u8]| {
        let xml = text(bytes, "xl/worksheets/sheet1.xml");
        xml[xml.find("<sheetData>").unwrap()..xml.find("</mergeCells>").unwrap()].to_owned()
    };
    assert_eq!(data(&source), data(&done));
    let sheet = text(&done, "xl/worksheets/sheet1.xml");
    assert!(sheet.contains("sqref=\"B2\"") && sheet.contains("sqref=\"A2\""));
    assert!(sheet.contains("sqref=\"A4\""), "a cell under a merge is marked at the merge");
    let comments = text(&done, "xl/comments1.xml");
    assert!(comments.contains("用户批注") && comments.contains("〔均衡校验〕"));
    assert!(comments.contains("【错误】&lt;1&gt;不是数字\n办法：请填整数。\n【提示】"));
    let list = range(&done, "校验结果2");
    assert_eq!(list.get((0, 0)).unwrap().to_string(), "校验结果：错误 3 条，警告 1 条，提示 3 条");
    assert_eq!(list.get((3, 3)).unwrap().to_string(), "A2");
    assert_eq!(list.height(), 10);
    assert!(
        text(&done, "xl/worksheets/junhengFindings1.xml")
            .contains("location=\"&apos;班&apos;&apos;级&apos;!AE10\"")
    );
}

#[test]
fn annotating_again_does_not_pile_up() {
    let source = workbook();
    let once = in_place(&source, &findings());
    assert_eq!(in_place(&source, &findings()), once);
    assert_eq!(parts(&in_place(&once, &findings())), parts(&once));
    // All mended: nothing of ours is left but the list that says so.
    let mended = in_place(&once, &[]);
    assert_eq!(parts(&mended).len(), parts(&source).len() + 1);
    assert!(!text(&mended, "xl/worksheets/sheet1.xml").contains("均衡校验"));
    assert!(!text(&mended, "xl/comments1.xml").contains("【错误】"));
    assert!(text(&mended, "xl/comments1.xml").contains("用户批注"));
    assert_eq!(
        range(&mended, "校验结果2").get((0, 0)).unwrap().to_string(),
        "校验结果：没有发现问题"
    );
    assert_eq!(
        text(&mended, "xl/worksheets/sheet2.xml"),
        text(&source, "xl/worksheets/sheet2.xml")
    );
}

#[test]
fn rubbish_is_refused_and_known_cells_make_a_plain_copy() {
    for rubbish in [&b""[..], b"PK\x03\x04", b"\xd0\xcf\x11\xe0rubbish", &workbook()[..900]] {
        let refused = annotate(rubbish, FILE, &findings(), &Limits::default()).unwrap_err();
        assert!(matches!(refused, AnnotateError::Refused { .. }), "{refused}");
    }
    let csv = "0012,标题\n,4.5".as_bytes();
    let file = "县/学校[1].csv";
    let found: Vec<Finding> = [(1, 1, Severity::Error), (7, 3, Severity::Warning)]
        .map(|(row, column, severity)| {
            let at = Location::cell(&Arc::from(file), &Arc::from(""), row, column);
            Finding::new(code::TYPE, severity, "不是整数").at(at)
        })
        .into();
    let plain = annotate(csv, file, &found, &Limits::default()).unwrap();
    assert!(!plain.in_place);
    let again = annotate(csv, file, &found, &Limits::default()).unwrap();
    assert_eq!(plain, again);
    let cells = range(&plain.bytes, "学校_1_");
    assert_eq!(cells.get_value((0, 0)), Some(&calamine::Data::String("0012".into())));
    assert_eq!(cells.get_value((1, 1)), Some(&calamine::Data::String("4.5".into())));
    let list = range(&plain.bytes, "校验结果");
    assert!(list.get((1, 0)).unwrap().to_string().starts_with("原文件不是 .xlsx，"));
    assert_eq!(list.get((3, 3)).unwrap().to_string(), "B2");
}

#[test]
fn a_flood_of_findings_stays_bounded() {
    let flood: Vec<Finding> =
        (0..60_000).map(|row| finding("学校", row, 3, Severity::Error)).collect();
    let done = in_place(&workbook(), &flood);
    assert_eq!(range(&done, "校验结果2").height(), report::MOST + 3);
    assert_eq!(text(&done, "xl/comments1.xml").matches("<comment ").count(), NOTED + 1);
    assert!(text(&done, "xl/worksheets/sheet1.xml").contains("sqref=\"D1:D60000\""));
}

#[test]
fn a_damaged_workbook_never_brings_the_program_down() {
    let source = workbook();
    let found = findings();
    let mut state = 7u64;
    let mut next = |below: usize| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below
    };
    for _ in 0..120 {
        let mut bytes = source.clone();
        for _ in 0..=next(6) {
            let at = next(bytes.len());
            bytes[at] = u8::try_from(next(256)).unwrap();
        }
        if next(3) == 0 {
            bytes.truncate(next(bytes.len()));
        }
        let _ = annotate(&bytes, FILE, &found, &Limits::default());
    }
    // Damage inside the parts, which the checksums of the archive would otherwise catch.
    let whole = parts(&source);
    for _ in 0..120 {
        let hit = next(whole.len());
        let mut damaged = whole.clone();
        for (_, content) in damaged.iter_mut().skip(hit).take(1) {
            let at = next(content.len());
            match next(3) {
                0 => content.truncate(at),
                1 => content[at] = b"<>&\"/ 9"[next(7)],
                _ => drop(content.drain(at..(at + next(40)).min(content.len()))),
            }
        }
        let bytes = package(&damaged);
        let copy = annotate(&bytes, FILE, &found, &Limits::default());
        if let (Ok(copy), true) = (copy, Book::open(&bytes, &Limits::default()).is_ok()) {
            assert!(Book::open(&copy.bytes, &Limits::default()).is_ok());
        }
    }
}

#[test]
fn a_copy_that_could_not_be_opened_is_written_anew() {
    let mut parts = parts(&workbook());
    // An attribute without a name: readers pass over it, until another one is set beside it.
    let styles = "<styleSheet><fonts></fonts><fills \"=\"\"\"></fills><borders></borders>\
                  <cellXfs></cellXfs></styleSheet>";
    parts.insert("xl/styles.xml".to_owned(), styles.as_bytes().to_vec());
    let bytes = package(&parts);
    assert!(Book::open(&bytes, &Limits::default()).is_ok());
    let copy = annotate(&bytes, FILE, &findings(), &Limits::default()).unwrap();
    assert!(!copy.in_place);
    assert!(Book::open(&copy.bytes, &Limits::default()).is_ok());
}

/// A package of these parts.
fn package(parts: &BTreeMap<String, Vec<u8>>) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        writer.start_file(name.as_str(), zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut writer, content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}
