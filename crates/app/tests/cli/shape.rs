//! The shape of the JSON: other programs read it.

use crate::common::{Desk, template};
use serde_json::Value;
use std::collections::BTreeSet;

/// Every path of keys, list places as `[]`.
fn paths(value: &Value, at: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(keys) => {
            for (key, inner) in keys {
                paths(inner, &format!("{at}.{key}"), found);
            }
        }
        Value::Array(list) => {
            for inner in list {
                paths(inner, &format!("{at}[]"), found);
            }
        }
        _ => {
            found.insert(at.trim_start_matches('.').to_owned());
        }
    }
}

fn shape(json: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    paths(&serde_json::from_str(json).unwrap(), "", &mut found);
    found
}

fn lines(shape: &BTreeSet<String>) -> String {
    shape.iter().cloned().collect::<Vec<_>>().join("\n")
}

#[test]
fn an_evaluation_keeps_its_keys() {
    let desk = Desk::with_demo();
    let args = ["evaluate", &template(2024), "--compare-forms", "--json", "-"];
    let mut found = shape(&desk.done(&args));
    let id = "targets-jingxian-2021-2025";
    let targets = ["evaluate", &template(2024), "--standard", id, "--json", "-"];
    found.extend(shape(&desk.done(&targets)));
    let own = ["evaluate", &template(2024), "--standard", "local-yiling-633", "--json", "-"];
    found.extend(shape(&desk.done(&own)));
    expect!("evaluation_keys", lines(&found));
}

#[test]
fn every_key_is_documented() {
    let desk = Desk::with_demo();
    let args = ["evaluate", &template(2024), "--compare-forms", "--json", "-"];
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/evaluation-json.md");
    let page = std::fs::read_to_string(page).unwrap();
    for path in shape(&desk.done(&args)) {
        for key in path.split('.').map(|part| part.trim_end_matches("[]")) {
            let told = [format!("`{key}`"), format!("`{key}[]`"), format!("\"{key}\"")];
            assert!(told.iter().any(|t| page.contains(t)), "{path}: {key} is not documented");
        }
    }
}

#[test]
fn a_check_keeps_its_keys() {
    let desk = Desk::with_demo();
    desk.write("in/a.xls", desk.read(&template(2024)));
    desk.write("in/b.xlsx", "");
    let run = desk.run(&["check", "in", "--json", "-"]);
    assert_eq!(run.code, 1);
    expect!("check_keys", lines(&shape(&run.out)));
}

#[test]
fn the_results_of_planning_keep_their_keys() {
    let desk = crate::planning::desk();
    let input = template(2022);
    desk.done(&["plan", &input, "--plan", "方案.toml", "--json", "规划.json"]);
    let mut found = BTreeSet::new();
    let mut add = |name: &str, json: &str| {
        found.extend(shape(json).into_iter().map(|path| format!("{name}: {path}")));
    };
    add("plan", &String::from_utf8(desk.read("规划.json")).unwrap());
    add("check", &desk.done(&["plan", "check", "规划.json", &input, "--json", "-"]));
    add("compare", &desk.done(&["plan", "compare", "规划.json", "规划.json", "--json", "-"]));
    let asked = |command| ["plan", command, &input, "--plan", "方案.toml", "--json", "-"];
    add("shadow", &desk.done(&asked("shadow")));
    add("frontier", &desk.done(&[&asked("frontier")[..], &["--budgets", "1"]].concat()));
    crate::planning::poor(&desk);
    let poor = desk.run(&["plan", &input, "--plan", "少钱.toml", "--json", "-"]);
    assert_eq!(poor.code, 1, "{}", poor.err);
    add("impossible", &poor.out);
    let lines: Vec<String> = found.into_iter().collect();
    expect!("plan_keys", lines.join("\n"));
}
