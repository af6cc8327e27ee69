//! Stories of files that are no clean workbook: each is read rightly or refused with one sentence.

use crate::common::*;
use domain::Stage;
use intake::finding::code;
use intake::open::{Book, Limits, Refusal};
use std::io::{Cursor, Write as _};

fn refused(bytes: &[u8]) -> Refusal {
    match Book::open(bytes, &Limits::default()) {
        Ok(_) => panic!("opened"),
        Err(refusal) => refusal,
    }
}

/// One sentence that says what to do.
fn is_plain(refusal: &Refusal) {
    let text = refusal.to_string();
    assert_eq!(text.matches('。').count(), 1, "{text}");
    assert!(text.contains('请') && text.ends_with('。'), "{text}");
}

fn small() -> Vec<u8> {
    let rows: &[&[&str]] = &[&["'2134000001", "青山小学", "小学", "164"]];
    workbook(&[
        county(),
        schools(
            &["学校", "", "", "小学"],
            &["学校标识码", "学校名称", "办学类型", "在校生数"],
            rows,
        ),
    ])
}

#[test]
fn a_password_is_told_from_damage() {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    file.create_stream("/EncryptionInfo").unwrap().write_all(&[4, 0, 4, 0]).unwrap();
    file.create_stream("/EncryptedPackage").unwrap().write_all(&[0; 64]).unwrap();
    file.flush().unwrap();
    let refusal = refused(&file.into_inner().into_inner());
    assert_eq!(refusal, Refusal::Password);
    is_plain(&refusal);
}

#[test]
fn a_truncated_workbook_is_refused_at_every_length() {
    let whole = small();
    for length in (1..whole.len()).step_by(97) {
        let cut = whole.get(..length).unwrap();
        match Book::open(cut, &Limits::default()) {
            Ok(mut book) => {
                for index in 0..book.sheets().len() {
                    let _ = book.rows(index, &Limits::default(), &mut |_| {});
                }
            }
            Err(refusal) => is_plain(&refusal),
        }
    }
    assert_eq!(refused(&whole[..whole.len() / 2]), Refusal::Damaged);
}

#[test]
fn changed_bytes_never_panic() {
    let whole = small();
    for at in (0..whole.len()).step_by(61) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x55;
        if let Ok(mut book) = Book::open(&bytes, &Limits::default()) {
            for index in 0..book.sheets().len() {
                let _ = book.rows(index, &Limits::default(), &mut |_| {});
                let _ = book.shape(index);
            }
        }
    }
}

#[test]
fn a_refused_file_is_a_finding_and_no_half_import() {
    let whole = small();
    let half = whole[..whole.len() / 2].to_vec();
    let all = read(&[("a.xlsx", whole), ("b.xlsx", half)]);
    assert!(all.snapshot().is_none(), "one of two files is missing from it");
    let refused = finding(&all, code::REFUSED);
    assert_eq!(
        refused.to_string(),
        "错误 I-FILE-01 b.xlsx:工作簿不完整或已损坏（可能没有下载完）。 请重新下载、拷贝，或用 WPS 打开后另存为 .xlsx。"
    );
    assert_eq!(all.files.len(), 2);
    assert_eq!(all.files[1].layout, None);
}

#[test]
fn a_wrong_extension_is_read_and_said() {
    let all = read_file("学校数据.xls", small());
    assert_eq!(value(school(&all, "2134000001"), "pupils", Some(Stage::Primary)), "164");
    assert!(finding(&all, code::EXTENSION).message.contains("内容实为 .xlsx"));
}

#[test]
fn other_formats_are_named() {
    for (name, bytes, what) in [
        ("a.xls", b"<html><table><tr><td>1</td></tr></table></html>".to_vec(), "网页"),
        ("a.pdf", b"%PDF-1.4 ...".to_vec(), "PDF"),
        ("a.docx", zipped(&[("[Content_Types].xml", b"x"), ("word/document.xml", b"x")]), "Word"),
        ("a.ods", zipped(&[("mimetype", b"x"), ("content.xml", b"x")]), "ODF"),
        ("a.xlsb", zipped(&[("[Content_Types].xml", b"x"), ("xl/workbook.bin", b"x")]), "xlsb"),
        ("a.csv", vec![], "空的"),
        ("a.bin", vec![1, 2, 3, 0, 255, 254, 7], "能识别"),
    ] {
        let all = read_file(name, bytes);
        let text = finding(&all, code::REFUSED).to_string();
        assert!(text.contains(what) && text.contains('请'), "{name}: {text}");
    }
    let all = read_file("没有.csv", b"x,y\n1,2\n".to_vec());
    assert!(finding(&all, code::UNKNOWN_LAYOUT).advice.contains("均衡数据模板"));
}

fn zipped(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (path, content) in parts {
        zip.start_file(*path, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn a_bomb_is_counted_while_it_unpacks() {
    let bomb = vec![b' '; 8 << 20];
    let bytes = raw_parts("学校", &[("xl/worksheets/sheet1.xml", &bomb)]);
    assert!(bytes.len() < 20_000, "{}", bytes.len());
    let limits = Limits { unpacked_bytes: 1 << 20, ..Limits::default() };
    // The declared size lies: it says one byte.
    let mut lying = bytes.clone();
    let size = u32::try_from(bomb.len()).unwrap().to_le_bytes();
    for at in 0..lying.len() - 4 {
        if lying[at..at + 4] == size {
            lying[at..at + 4].copy_from_slice(&1u32.to_le_bytes());
        }
    }
    assert_ne!(bytes, lying);
    for file in [bytes, lying] {
        match Book::open(&file, &limits) {
            Ok(_) => panic!("opened"),
            Err(refusal) => {
                assert!(
                    matches!(refusal, Refusal::UnpacksTooLarge { .. } | Refusal::Damaged),
                    "{refusal}"
                );
                is_plain(&refusal);
            }
        }
    }
}

#[test]
fn a_cell_in_the_last_corner_costs_nothing() {
    let cells = format!(
        r#"<row r="1">{}{}{}</row><row r="2">{}{}{}</row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>"#,
        text_cell("A1", "学校标识码"),
        text_cell("B1", "学校名称"),
        text_cell("C1", "办学类型"),
        text_cell("A2", "2134000001"),
        text_cell("B2", "青山小学"),
        text_cell("C2", "小学")
    );
    let bytes = raw_sheet("学校", r#"<dimension ref="A1:XFD1048576"/>"#, &cells, "");
    let all = read(&[("a.xlsx", bytes), ("b.xlsx", workbook(&[county()]))]);
    assert_eq!(school(&all, "2134000001").name, "青山小学");
}

#[test]
fn a_table_of_texts_that_lies_about_its_length() {
    let strings = br#"<?xml version="1.0"?><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" count="1" uniqueCount="99999999999999"><si><t>x</t></si></sst>"#;
    let sheet = br#"<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c></row></sheetData></worksheet>"#;
    let bytes =
        raw_parts("s", &[("xl/sharedStrings.xml", strings), ("xl/worksheets/sheet1.xml", sheet)]);
    let mut book = Book::open(&bytes, &Limits::default()).unwrap();
    let mut cells = 0;
    book.rows(0, &Limits::default(), &mut |row| cells += row.cells.len()).unwrap();
    assert_eq!(cells, 1);
}

#[test]
fn too_many_cells_sheets_and_bytes() {
    let rows: Vec<String> =
        (1..200).map(|r| format!(r#"<row r="{r}"><c r="A{r}"><v>1</v></c></row>"#)).collect();
    let bytes = raw_sheet("s", "", &rows.concat(), "");
    let few = Limits { cells: 100, ..Limits::default() };
    let mut book = Book::open(&bytes, &few).unwrap();
    let refusal = book.rows(0, &few, &mut |_| {}).unwrap_err();
    assert!(refusal.to_string().contains("单元格数超过 100"), "{refusal}");
    is_plain(&refusal);
    for limits in [
        Limits { file_bytes: 10, ..Limits::default() },
        Limits { sheets: 0, ..Limits::default() },
        Limits { entries: 2, ..Limits::default() },
    ] {
        match Book::open(&bytes, &limits) {
            Ok(_) => panic!("{limits:?}"),
            Err(refusal) => is_plain(&refusal),
        }
    }
}

#[test]
fn a_zip_of_workbooks_is_a_folder() {
    let bytes = small();
    let inner: [(&str, &[u8]); 2] = [("乡镇/a.xlsx", &bytes), ("readme.txt", b"x")];
    let all = read(&[("全县.zip", zipped(&inner))]);
    assert_eq!(school(&all, "2134000001").name, "青山小学");
    assert_eq!(all.files[1].name, "全县.zip/乡镇/a.xlsx");
    let nested = zipped(&[("全县.zip", &zipped(&inner))]);
    let all = read(&[("a.zip", nested)]);
    assert!(finding(&all, code::REFUSED).message.contains("压缩包中的压缩包"));
}

#[test]
fn an_old_workbook_is_read() {
    let bytes = include_bytes!("../fixtures/template.xls").to_vec();
    let all = read(&[("旧.xls", bytes)]);
    let school = school(&all, "2134000001");
    assert_eq!(value(school, "pupils", Some(Stage::Primary)), "164");
    assert_eq!(value(school, "pupils", Some(Stage::Junior)), "101");
    assert_eq!(value(school, "teaching_rooms_area", None), "1237.95");
    let text = lines(&all);
    assert!(text.contains("有 1 行是隐藏的（第 4 行）"), "{text}");
    assert_eq!(all.errors, 0, "{text}");
}
