//! Pupils of the coming years.

use crate::common::{Desk, template};
use serde_json::Value;

#[test]
fn three_scenarios_side_by_side() {
    let desk = Desk::with_eight();
    let all = ["forecast", "demo/template", "--scenario", "all"];
    expect!("forecast", desk.done(&all));
    let json = desk.done(&[&all[..], &["--json", "-", "--years", "2"]].concat());
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["forecasts"].as_array().unwrap().len(), 3);
    assert_eq!(json["forecasts"][1]["years"].as_array().unwrap().len(), 2);
    let grades = desk.done(&["forecast", "demo/template", "--grades"]);
    assert!(grades.contains("9 年级"), "{grades}");
}

#[test]
fn a_figure_is_explained() {
    let desk = Desk::with_eight();
    let why = ["forecast", "demo/template", "--years", "1", "--explain"];
    let out = desk.done(&[&why[..], &["九年一贯制"]].concat());
    assert!(out.contains("七年级：") && out.contains("升级率"), "{out}");
    let said = desk.refused(&[&why[..], &["没有这所学校"]].concat());
    assert!(said.contains("没有标识码"), "{said}");
}

#[test]
fn assumptions_are_read_strictly() {
    let desk = Desk::with_eight();
    desk.write("设定.toml", "entrants = [{ year = 2025, pupils = 333 }]\n");
    let out =
        desk.done(&["forecast", "demo/template", "--assumptions", "设定.toml", "--years", "1"]);
    assert!(out.contains("333"), "{out}");
    desk.write("设定.toml", "entrants = [{ year = 2025, pupil = 333 }]\n");
    let run = desk.run(&["forecast", "demo/template", "--assumptions", "设定.toml"]);
    assert_eq!(run.code, 1);
    assert!(run.err.contains("设定.toml 第 1 行"), "{}", run.err);
    let said = desk.refused(&["forecast", "demo/template", "--assumptions", "无.toml"]);
    assert!(said.contains("无.toml"), "{said}");
    let said = desk.refused(&["forecast", "demo/template", "--years", "99"]);
    assert!(said.contains("FC-YEAR-01"), "{said}");
    // One year is no history.
    let run = desk.run(&["forecast", &template(2024)]);
    assert_eq!(run.code, 1);
    assert!(run.err.contains("FC-HIST-01"), "{}", run.err);
}

#[test]
fn a_scenario_tells_the_forecast() {
    let desk = Desk::with_eight();
    desk.done(&["plan", "new", "demo/template", "--out", "方案.toml", "--years", "2"]);
    let out = desk.done(&["forecast", "demo/template", "--plan", "方案.toml"]);
    assert!(out.contains("2026") && !out.contains("2027"), "{out}");
    let copy = ["plan", "copy", "方案.toml", "不变.toml", "--title", "不变"];
    desk.done(&[&copy[..], &["--set", "pupils.method=constant"]].concat());
    let said = desk.refused(&["forecast", "demo/template", "--plan", "不变.toml"]);
    assert!(said.contains("[pupils]"), "{said}");
}
