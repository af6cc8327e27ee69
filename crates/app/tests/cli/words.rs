//! What the program says of itself, its standards and its items.

use crate::common::Desk;

#[test]
fn help_is_in_chinese() {
    let desk = Desk::new();
    let commands: [&[&str]; 25] = [
        &["--help"],
        &["demo", "--help"],
        &["template", "--help"],
        &["check", "--help"],
        &["evaluate", "--help"],
        &["explain", "--help"],
        &["standard", "test", "--help"],
        &["forecast", "--help"],
        &["plan", "--help"],
        &["plan", "new", "--help"],
        &["plan", "check", "--help"],
        &["plan", "frontier", "--help"],
        &["plan", "shadow", "--help"],
        &["plan", "compare", "--help"],
        &["plan", "copy", "--help"],
        &["plan", "list", "--help"],
        &["staffing", "--help"],
        &["staffing", "roster", "--help"],
        &["staffing", "rotate", "--help"],
        &["staffing", "sample", "--help"],
        &["serve", "--help"],
        &["backup", "--help"],
        &["restore", "--help"],
        &["verify", "--help"],
        &["audit", "verify", "--help"],
    ];
    let said: Vec<String> = commands.iter().map(|args| desk.done(args)).collect();
    expect!("help", said.join("\n────\n"));
    assert!(desk.done(&["--version"]).starts_with("junheng "));
}

#[test]
fn every_standard_holds_by_its_own_examples() {
    let out = Desk::new().done(&["standard", "test"]);
    assert!(out.ends_with("全部相符\n"), "{out}");
    // The published county table and the worked coefficient are among them.
    assert!(out.contains("0.367503") && out.contains("0.5153"), "{out}");
}

#[test]
fn an_example_that_does_not_hold_is_a_failure() {
    let desk = Desk::new();
    let pack = concat!(env!("CARGO_MANIFEST_DIR"), "/../../packs/standards/cn-basic-2012/examples");
    let mut changed = 0;
    for entry in std::fs::read_dir(pack).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let text = std::fs::read_to_string(&path).unwrap();
        let wrong = text.replace("0.5153", "0.5154");
        changed += usize::from(wrong != text);
        desk.write(&format!("own/standards/cn-basic-2012/examples/{name}"), wrong);
    }
    assert!(changed > 0, "no example to spoil");
    let run = desk.run(&["standard", "test", "cn-basic-2012", "--packs", "own"]);
    assert_eq!(run.code, 1, "{}", run.out);
    assert!(run.out.contains("✗ 不符"), "{}", run.out);
    assert!(run.err.contains("替换了"), "{}", run.err);
}

#[test]
fn standards_and_items_are_listed() {
    let desk = Desk::new();
    let list = desk.done(&["standard", "list"]);
    for id in ["cn-quality-2017", "cn-basic-2012", "local-yiling-633", "targets-jingxian-2021-2025"]
    {
        assert!(list.contains(id), "{list}");
        let shown = desk.done(&["standard", "show", id]);
        assert!(shown.contains("规则包") && shown.contains("依据"), "{shown}");
    }
    let items = desk.done(&["item", "list", "--level", "county"]);
    assert!(items.contains("population") && !items.contains("teaching_rooms_area"), "{items}");
    let item = desk.done(&["item", "show", "pupils"]);
    assert!(item.contains("在校生数") && item.contains("教基3112"), "{item}");
}
