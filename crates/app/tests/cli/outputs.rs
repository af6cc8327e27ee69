//! Files that are written: whole, and in the place of nothing that is not ours.

use crate::common::{Desk, files, template};
use serde_json::Value;

#[test]
fn a_demo_replaces_a_former_one_and_nothing_else() {
    let desk = Desk::with_demo();
    let before = files(&desk.path("demo"));
    desk.write("demo/我的笔记.txt", "mine");
    desk.done(&["demo", "--out", "demo", "--schools", "12", "--seed", "7"]);
    let after = files(&desk.path("demo"));
    assert!(after.len() < before.len(), "{after:?}");
    assert!(after.contains(&"我的笔记.txt".to_owned()));
    // The list names exactly the other files.
    let list = String::from_utf8(desk.read("demo/演示数据说明.txt")).unwrap();
    let named = list.lines().filter(|line| line.contains('/')).count();
    assert_eq!(named + 2, after.len(), "{list}");
    assert!(list.starts_with("均衡（junheng）演示县：合成数据"), "{list}");
}

#[test]
fn a_demo_does_not_move_in_with_others() {
    let desk = Desk::new();
    desk.write("work/重要.xlsx", "mine");
    let said = desk.refused(&["demo", "--out", "work"]);
    assert!(said.contains("已有其他文件"), "{said}");
    assert_eq!(files(&desk.path("work")), ["重要.xlsx"]);
    desk.done(&["demo", "--out", "work", "--schools", "10", "--force"]);
    assert_eq!(desk.read("work/重要.xlsx"), b"mine");
}

#[test]
fn the_same_seed_gives_the_same_files() {
    let desk = Desk::new();
    for out in ["a", "b"] {
        desk.done(&["demo", "--out", out, "--schools", "10"]);
    }
    let names = files(&desk.path("a"));
    assert_eq!(names, files(&desk.path("b")));
    for name in names {
        let same = desk.read(&format!("a/{name}")) == desk.read(&format!("b/{name}"));
        assert!(same, "{name}");
    }
}

#[test]
fn results_replace_results_only() {
    let desk = Desk::with_demo();
    let input = template(2024);
    let evaluate = |extra: &[&str]| desk.run(&[&["evaluate", &input], extra].concat());
    let outputs = ["--json", "r.json", "--forms", "f.xlsx"];
    assert_eq!(evaluate(&outputs).code, 0);
    assert_eq!(evaluate(&outputs).code, 0, "once more over its own");
    let left: Vec<String> = files(&desk.path(""));
    assert!(left.iter().all(|name| !name.contains(".junheng-")), "{left:?}");

    desk.write("别人的.json", "[1]");
    desk.write("别人的.xlsx", "mine");
    for extra in [["--json", "别人的.json"], ["--forms", "别人的.xlsx"], ["--forms", &input]]
    {
        let run = evaluate(&extra);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{extra:?}");
    }
    assert_eq!(desk.read("别人的.json"), b"[1]");
    for extra in [["--json", "无/r.json"], ["--forms", "f.xls"], ["--json", "demo"]] {
        assert_eq!(evaluate(&extra).code, 2, "{extra:?}");
    }
}

#[test]
fn a_template_is_not_overwritten() {
    let desk = Desk::new();
    desk.done(&["template", "--out", "t.xlsx"]);
    desk.write("t.xlsx", "filled in");
    let said = desk.refused(&["template", "--out", "t.xlsx"]);
    assert!(said.contains("--force"), "{said}");
    assert_eq!(desk.read("t.xlsx"), b"filled in");
    desk.done(&["template", "--out", "t.xlsx", "--force"]);
}

#[test]
fn both_is_an_object_of_two() {
    let desk = Desk::with_demo();
    let json = |relief: &str| -> Value {
        let out = desk.done(&["evaluate", &template(2024), "--relief", relief, "--json", "-"]);
        serde_json::from_str(&out).unwrap()
    };
    let both = json("both");
    assert_eq!(both["off"], json("off"));
    assert_eq!(both["on"], json("on"));
    assert_eq!(both.as_object().unwrap().len(), 2);
}

#[test]
fn the_forms_are_labelled_as_synthetic() {
    let desk = Desk::with_demo();
    let outputs = ["evaluate", &template(2024), "--relief", "both", "--forms", "f.xlsx"];
    desk.done(&outputs);
    let mut parts = zip::ZipArchive::new(std::io::Cursor::new(desk.read("f.xlsx"))).unwrap();
    let mut sheet = String::new();
    let mut part = parts.by_name("xl/worksheets/sheet1.xml").unwrap();
    std::io::Read::read_to_string(&mut part, &mut sheet).unwrap();
    assert!(sheet.contains("合成数据，仅供演示"), "{sheet}");
}

#[test]
fn annotated_copies_stand_beside_the_originals() {
    let desk = Desk::with_demo();
    desk.write("in/数据.xls", desk.read(&template(2024)));
    let run = desk.run(&["check", "in", "--annotate", "out"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert_eq!(files(&desk.path("out")), ["数据_校验.xlsx"]);
    assert_eq!(desk.read("in/数据.xls"), desk.read(&template(2024)));
    // Where they would be read as data the next time, they are not written.
    for folder in ["in", "in/标注", "./out/../in/a/b"] {
        let said = desk.refused(&["check", "in", "--annotate", folder]);
        assert!(said.contains("之内"), "{said}");
    }
}
