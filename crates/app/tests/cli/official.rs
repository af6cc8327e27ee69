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

/// The notice is masked whatever is given; the order names teachers where that is said.
#[test]
fn names_are_written_on_purpose_only() {
    let desk = Desk::with_eight();
    let input = template(2024);
    desk.done(&["staffing", "sample", "--schools", "8", "--out", "名册.csv"]);
    let rotate = ["staffing", "rotate", &input, "--roster", "名册.csv", "--json", "方案.json"];
    desk.done(&rotate);
    let plan = crate::planning::json(&desk.read("方案.json"));
    let first = &plan["found"]["moves"][0];
    let roster = String::from_utf8(desk.read("名册.csv")).unwrap();
    let number = first["teacher"].as_str().unwrap();
    let line = roster.lines().find(|line| line.contains(number)).unwrap();
    let name = line.split(',').nth(1).unwrap();
    let text = |file: &str| String::from_utf8(desk.read(file)).unwrap();

    let days = ["--rotation", "方案.json", "--from", "2025-07-01", "--until", "2025-07-07"];
    let names = ["--roster", "名册.csv", "--plain"];
    let notice = ["document", "rotation-notice", &input, "--out", "公示.html"];
    desk.done(&[&notice[..], &days, &names].concat());
    let page = text("公示.html");
    assert!(page.contains(first["name"].as_str().unwrap()) && !page.contains(name));
    assert!(page.contains("2025年7月7日"));

    let order = ["document", "rotation-order", &input, "--out", "调配.html"];
    let said = desk.refused(&[&order[..], &days].concat());
    assert!(said.contains("--plain"), "{said}");
    let said = desk.refused(&[&order[..], &days, &names].concat());
    assert!(said.contains("已决定的教师交流轮岗方案"), "{said}");
    desk.done(&[&order[..], &days, &names, &["--adopted", "2025-07-10"]].concat());
    assert!(text("调配.html").contains(name));
    let said = desk.refused(&["document", "rotation-notice", &input, "--out", "无.html"]);
    assert!(said.contains("已公示的教师交流轮岗方案"), "{said}");
}
