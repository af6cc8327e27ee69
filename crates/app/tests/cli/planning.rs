//! Making a plan, checking it, and being told why there is none.

use crate::common::{Desk, template};
use serde_json::Value;

/// A desk with the county of eight schools and a scenario of three years from its first data, in
/// which there is something to do.
pub(crate) fn desk() -> Desk {
    let desk = Desk::with_eight();
    desk.done(&["plan", "new", &template(2022), "--out", "方案.toml", "--years", "3"]);
    desk
}

/// The same scenario with hardly any money.
pub(crate) fn poor(desk: &Desk) {
    let less = ["fund.county.2023=1", "fund.county.2024=1", "fund.county.2025=2"];
    let mut args = vec!["plan", "copy", "方案.toml", "少钱.toml", "--title", "少钱"];
    args.extend(less.iter().flat_map(|set| ["--set", set]));
    desk.done(&args);
}

pub(crate) fn json(text: &[u8]) -> Value {
    serde_json::from_slice(text).unwrap()
}

#[test]
fn a_new_scenario_is_accepted_as_it_is() {
    let desk = Desk::with_eight();
    desk.done(&["plan", "new", "demo/template", "--out", "方案.toml"]);
    expect!("plan_new", String::from_utf8(desk.read("方案.toml")).unwrap());
    let out = desk.done(&["plan", "demo/template", "--plan", "方案.toml"]);
    assert!(out.contains("● 按期达到标准   已证明最省"), "{out}");
    // What the county has written is not lost.
    let again = ["plan", "new", "demo/template", "--out", "方案.toml"];
    assert!(desk.refused(&again).contains("--force"));
}

#[test]
fn a_plan_is_shown_written_and_checked() {
    let desk = desk();
    let input = template(2022);
    let make = ["plan", &input, "--plan", "方案.toml", "--json", "规划.json", "--out", "规划.xlsx"];
    expect!("plan", desk.done(&make));
    let plan = json(&desk.read("规划.json"));
    assert_eq!((&plan["accepted"], &plan["method"]["proved"]), (&true.into(), &true.into()));
    // Once more over its own files, and the same bytes.
    let first = (desk.read("规划.json"), desk.read("规划.xlsx"));
    desk.done(&make);
    assert!(first == (desk.read("规划.json"), desk.read("规划.xlsx")), "the two differ");
    assert!(first.1.starts_with(b"PK"));
    let alone = desk.done(&["plan", &input, "--plan", "方案.toml", "--json", "-"]);
    assert!(alone.as_bytes() == first.0, "JSON on standard output stands alone");

    expect!("plan_check", desk.done(&["plan", "check", "规划.json", &input]));
    // By the scenario's file the same, however long it lets the solver search.
    let text = String::from_utf8(desk.read("方案.toml")).unwrap();
    desk.write("方案.toml", text.replace("# seconds = 120", "seconds = 99"));
    desk.done(&["plan", "check", "规划.json", &input, "--plan", "方案.toml"]);
}

#[test]
fn a_changed_plan_is_found_out() {
    let desk = desk();
    let input = template(2022);
    let text = desk.done(&["plan", &input, "--plan", "方案.toml", "--json", "-"]);
    let mut plan: Value = serde_json::from_str(&text).unwrap();
    plan["actions"][0]["cost"] = "0.01".into();
    plan["actions"].as_array_mut().unwrap().pop();
    desk.write("改.json", plan.to_string());
    let run = desk.run(&["plan", "check", "改.json", &input, "--json", "复核.json"]);
    assert_eq!(run.code, 1, "{}", run.err);
    assert!(run.out.contains("○ 复核不通过") && run.out.contains("V-CHECK-06"), "{}", run.out);
    assert!(run.out.contains("以复核为准"), "{}", run.out);
    let checked = json(&desk.read("复核.json"));
    assert_eq!((&checked["format"], &checked["accepted"]), (&1.into(), &false.into()));
}

#[test]
fn a_plan_of_somebody_else_is_told_apart() {
    let desk = desk();
    let input = template(2022);
    let text = desk.done(&["plan", &input, "--plan", "方案.toml", "--json", "-"]);
    // Another year's data.
    desk.write("规划.json", &text);
    let run = desk.run(&["plan", "check", "规划.json", &template(2023)]);
    assert_eq!(run.code, 1);
    assert!(run.err.contains("V-PROB-01"), "{}", run.err);
    // Another county's schools.
    let mut plan: Value = serde_json::from_str(&text).unwrap();
    for action in plan["actions"].as_array_mut().unwrap() {
        action["school"] = "9900000001".into();
    }
    desk.write("外县.json", plan.to_string());
    let said = desk.refused(&["plan", "check", "外县.json", &input]);
    assert!(said.contains("不是 青禾市 的"), "{said}");
    // No plan at all.
    for (wrong, why) in [
        ("[\"x\"]", "JSON"),
        ("{\"format\": 1}", "其他结果"),
        ("{\"format\": 9, \"actions\": []}", "格式"),
    ] {
        desk.write("坏.json", wrong);
        let said = desk.refused(&["plan", "check", "坏.json", &input]);
        assert!(said.contains(why), "{said}");
    }
    desk.write("坏.json", &text[..text.len() / 2]);
    desk.refused(&["plan", "check", "坏.json", &input]);
}

#[test]
fn it_is_said_why_there_is_no_plan() {
    let desk = desk();
    poor(&desk);
    let input = template(2022);
    let run = desk.run(&["plan", &input, "--plan", "少钱.toml", "--json", "无.json"]);
    assert_eq!((run.code, run.err.as_str()), (1, ""));
    expect!("plan_impossible", run.out);
    let said = json(&desk.read("无.json"));
    assert_eq!(said["possible"], false);
    assert!(!said["explanation"]["relaxations"].as_array().unwrap().is_empty(), "{said}");
    let said = desk.refused(&["plan", "compare", "无.json", "无.json"]);
    assert!(said.contains("没有规划"), "{said}");
}

#[test]
fn what_is_wrong_in_a_scenario_is_told_with_its_place() {
    let desk = desk();
    let input = template(2022);
    let text = String::from_utf8(desk.read("方案.toml")).unwrap();
    let wrong = |name: &str, from: &str, to: &str| {
        assert!(text.contains(from), "{from}");
        desk.write(name, text.replacen(from, to, 1));
        let run = desk.run(&["plan", &input, "--plan", name]);
        assert_eq!((run.code, run.out.as_str()), (1, ""), "{}", run.err);
        run.err
    };
    let said = [
        wrong("一.toml", "2023 = \"50\"", "2023 = \"-50\""),
        wrong("二.toml", "2024 = \"50\", ", ""),
        wrong("三.toml", "[plan]", "[plan]\ncolour = 1"),
        wrong("四.toml", "finish = 2025", "finish = 2035"),
        wrong("五.toml", "first = 2023", "first = 2024"),
        wrong("八.toml", "years = 3", "years = 33"),
        wrong("六.toml", "costs = \"cn-county-2023\"", "costs = \"none\""),
        wrong(
            "七.toml",
            "[pupils]",
            "[[land]]\nschool = \"9900000001\"\narea = \"1\"\n[[line]]\nindicator = \"L99\"\nyear = 2024\nat_least = \"90%\"\n[pupils]",
        ),
    ];
    expect!("plan_wrong", said.join("\n"));
    // The scenario is right, for other data.
    let run = desk.run(&["plan", &template(2023), "--plan", "方案.toml"]);
    assert_eq!(run.code, 1);
    assert!(run.err.contains("V-PROB-01 方案.toml 第 6 行"), "{}", run.err);
}

#[test]
fn the_plan_made_by_hand_stands_alone_too() {
    let desk = desk();
    let input = template(2022);
    let run = desk.run(&["plan", &input, "--plan", "方案.toml", "--greedy", "--json", "手工.json"]);
    let plan = json(&desk.read("手工.json"));
    assert_eq!(plan["method"]["name"], "greedy");
    assert_eq!(run.code, i32::from(plan["accepted"] != true), "{}", run.out);
    assert!(run.out.contains("逐校补齐，不求最省"), "{}", run.out);
}
