//! Wrong use: exit code 2, one sentence that says what to do, and nothing on standard output.

use crate::common::{Desk, template};

#[test]
fn what_is_not_understood_is_said_in_chinese() {
    let desk = Desk::new();
    let slips: [&[&str]; 25] = [
        &["evalute"],
        &["evaluate"],
        &["evaluate", "x.xlsx"],
        &["evaluate", "x.xlsx", "--relief", "maybe"],
        &["evaluate", "x.xlsx", "--set", "relief"],
        &["evaluate", "x.xlsx", "--forn", "f.xlsx"],
        &["evaluate", "x.xlsx", "--json"],
        &["evaluate", "x.xlsx", "--standard", "none"],
        &["explain", "x.xlsx", "--indicator", "L1", "--stage", "高中"],
        &["explain", "x.xlsx", "--indicator", "L1", "--relief", "both"],
        &["demo", "--out", "d", "--schools", "0"],
        &["demo", "--out", "d", "--seed", "一"],
        &["item", "show", "pupil"],
        &["plan"],
        &["plan", "x.xlsx"],
        &["plan", "x.xlsx", "--plan", "无.toml"],
        &["plan", "x.xlsx", "--plan", "p.toml", "--gap", "-1"],
        &["plan", "x.xlsx", "--plan", "p.toml", "--time-limit", "0"],
        &["plan", "x.xlsx", "--plan", "p.toml", "--out", "p.pdf"],
        &["plan", "check", "p.json"],
        &["plan", "check", "p.json", "x.xlsx"],
        &["plan", "compare", "a.json"],
        &["plan", "copy", "a.toml", "b.toml"],
        &["plan", "frontier", "x.xlsx", "--plan", "p.toml", "--budgets", "多"],
        &["forecast", "x.xlsx", "--scenario", "best"],
    ];
    let said: Vec<String> =
        slips.iter().map(|args| format!("$ {}\n{}", args.join(" "), desk.refused(args))).collect();
    expect!("wrong_use", said.join("\n"));
}

#[test]
fn parameters_are_checked() {
    let desk = Desk::with_demo();
    let evaluate = |extra: &[&str]| desk.refused(&[&["evaluate", &template(2024)], extra].concat());
    let said = evaluate(&["--set", "nothing=1"]);
    assert!(said.contains("没有参数“nothing”"), "{said}");
    let said = evaluate(&["--set", "satisfaction=many"]);
    assert!(said.contains("S-PAR-02"), "{said}");
    let said = evaluate(&["--set", "relief=是", "--relief", "on"]);
    assert!(said.contains("只能用一个"), "{said}");
    let said = evaluate(&["--standard", "cn-basic-2012", "--relief", "on"]);
    assert!(said.contains("没有放宽规定"), "{said}");
}

#[test]
fn packs_of_ones_own_are_read_strictly() {
    let desk = Desk::new();
    let said = desk.refused(&["standard", "list", "--packs", "无"]);
    assert!(said.contains("P-FILE-01"), "{said}");
    desk.write("own/readme.txt", "no packs");
    let said = desk.refused(&["standard", "list", "--packs", "own"]);
    assert!(said.contains("P-FILE-05"), "{said}");
    desk.write("own/items/x.toml", "title = \"甲\"\nnonsense = 1\n");
    let run = desk.run(&["standard", "list", "--packs", "own"]);
    assert_eq!(run.code, 1);
    assert!(run.err.contains("items/x.toml 第 2 行"), "{}", run.err);
}
