//! Official documents from the command line: written, refused, checked after somebody has edited them.

use crate::common::{Desk, template};
use std::io::{Cursor, Read as _, Write as _};

/// The docx with a change of its body.
fn edited(file: &[u8], change: impl Fn(&str) -> String) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(Cursor::new(file)).unwrap();
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).unwrap();
        let name = part.name().unwrap().into_owned();
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).unwrap();
        if name == "word/document.xml" {
            bytes = change(std::str::from_utf8(&bytes).unwrap()).into_bytes();
        }
        writer.start_file(name.as_str(), zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(&bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// The body with the text of its first figure replaced.
fn first_figure(body: &str, new: &str) -> String {
    let start = body.find("w:name=\"_jh1\"").unwrap();
    let from = start + body[start..].find("<w:t>").unwrap() + "<w:t>".len();
    let to = from + body[from..].find("</w:t>").unwrap();
    format!("{}{new}{}", &body[..from], &body[to..])
}

#[test]
fn a_figure_changed_by_hand_is_found() {
    let desk = Desk::with_demo();
    let input = template(2024);
    let said = desk.done(&["document", "self-evaluation", &input, "--out", "自评.docx"]);
    assert!(said.contains("待补"), "{said}");
    let said = desk.done(&["document", "verify", "自评.docx", &input]);
    assert!(said.contains("全部一致"), "{said}");

    let changed = edited(&desk.read("自评.docx"), |body| first_figure(body, "99.99"));
    desk.write("改.docx", changed);
    let run = desk.run(&["document", "verify", "改.docx", &input]);
    assert_eq!(run.code, 1, "{}", run.err);
    assert!(run.out.contains("文中为“99.99”"), "{}", run.out);
    assert!(run.out.contains("有 1 处不一致"), "{}", run.out);
}

#[test]
fn what_people_write_survives_a_regeneration() {
    let desk = Desk::with_demo();
    let input = template(2024);
    desk.write("文字.toml", "addressee = \"青州市人民政府\"\nnowhere = \"无\"\n");
    let first = ["document", "self-evaluation", &input, "--free", "文字.toml", "--out", "一.docx"];
    let run = desk.run(&first);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.err.contains("nowhere"), "{}", run.err);
    desk.done(&["document", "self-evaluation", &input, "--free", "一.docx", "--out", "二.html"]);
    let page = String::from_utf8(desk.read("二.html")).unwrap();
    assert!(page.contains("青州市人民政府"));
    assert_eq!(desk.refused(&first).matches("--force").count(), 1);
}

#[test]
fn wrong_use_is_said_plainly() {
    let desk = Desk::with_demo();
    let input = template(2024);
    let refused = |args: &[&str]| desk.refused(&[&["document"], args].concat());
    assert!(refused(&["self-evaluatoin", &input, "--out", "a.docx"]).contains("self-evaluation"));
    assert!(refused(&["self-evaluation", &input, "--out", "a.doc"]).contains(".docx"));
    assert!(refused(&["quality-plan", &input, "--out", "a.docx"]).contains("规划"));
    assert!(refused(&["school-sheet", &input, "--out", "a.docx"]).contains("学校"));
    assert!(refused(&["verify", &input, &input]).contains("D-READ"));
    let run = desk.run(&["document", "self-evaluation", &input, "--final", "--out", "a.docx"]);
    assert!(run.code != 0 && run.err.contains("D-FINAL-01"), "{}", run.err);
    assert!(!desk.path("a.docx").exists());
}

#[test]
fn the_list_names_every_template() {
    let said = Desk::new().done(&["document", "list"]);
    for id in ["self-evaluation", "annual-monitoring-public", "quality-plan", "school-sheet"] {
        assert!(said.contains(id), "{said}");
    }
}
