//! Scenarios: copied, listed, compared, and what more time or money would change.

use crate::common::{Desk, template};
use crate::planning::{desk, json, poor};

#[test]
fn a_copy_keeps_every_comment() {
    let desk = desk();
    let copy = ["plan", "copy", "方案.toml", "乙.toml", "--title", "乙方案"];
    desk.done(
        &[&copy[..], &["--set", "fund.county.2024=800", "--set", "plan.finish=2024"]].concat(),
    );
    let (before, after) = (desk.read("方案.toml"), desk.read("乙.toml"));
    let lines = |text: &[u8]| -> Vec<String> {
        String::from_utf8(text.to_vec()).unwrap().lines().map(str::to_owned).collect()
    };
    let (before, after) = (lines(&before), lines(&after));
    assert_eq!(before.len(), after.len());
    let changed: Vec<&String> =
        before.iter().zip(&after).filter(|(a, b)| a != b).map(|(_, b)| b).collect();
    expect!("plan_copy", changed.into_iter().cloned().collect::<Vec<_>>().join("\n"));

    let said = desk.refused(&copy);
    assert!(said.contains("--force"), "{said}");
    for (set, why) in [
        ("fund.town.2024=1", "fund.town.2024"),
        ("fund.county.2031=1", "fund.county.2031"),
        ("plan.years=三", "整数"),
        ("fund.county.2024=-1", "没有写出"),
    ] {
        let said =
            desk.refused(&["plan", "copy", "方案.toml", "丙.toml", "--title", "丙", "--set", set]);
        assert!(said.contains(why), "{said}");
        assert!(!desk.path("丙.toml").exists());
    }
}

#[test]
fn scenarios_and_results_are_listed_and_compared() {
    let desk = desk();
    let input = template(2022);
    desk.done(&[
        "plan",
        "copy",
        "方案.toml",
        "早.toml",
        "--title",
        "提前一年",
        "--set",
        "plan.finish=2024",
    ]);
    poor(&desk);
    desk.write("坏.toml", "[plan]\ntitle = 1\n");
    desk.write("别的.toml", "[other]\n");
    desk.write("别的.json", "{\"format\": 1}");
    for (plan, result) in [("方案.toml", "按期.json"), ("早.toml", "早.json")] {
        desk.done(&["plan", &input, "--plan", plan, "--json", result]);
    }
    let list = desk.done(&["plan", "list", "."]);
    // The lead of a problem's hash changes with every pack.
    let hash = json(&desk.read("按期.json"))["problem"].as_str().unwrap()[..12].to_owned();
    let early = json(&desk.read("早.json"))["problem"].as_str().unwrap()[..12].to_owned();
    assert!(list.contains(&hash) && list.contains(&early), "{list}");
    expect!("plan_list", list.replace(&hash, "[问题代号一]").replace(&early, "[问题代号二]"));
    let compared = desk.done(&["plan", "compare", "按期.json", "早.json", "--json", "比较.json"]);
    expect!("plan_compare", compared);
    assert_eq!(json(&desk.read("比较.json"))["titles"][1], "提前一年");
}

#[test]
fn a_frontier_and_shadow_figures() {
    let desk = desk();
    let input = template(2022);
    let budgets = ["--budgets", "10%,1"];
    let frontier = ["plan", "frontier", &input, "--plan", "方案.toml"];
    let out = desk.done(&[&frontier[..], &budgets, &["--json", "前沿.json"]].concat());
    expect!("plan_frontier", out);
    let points = json(&desk.read("前沿.json"));
    assert_eq!(points["points"].as_array().unwrap().len(), 3);
    assert_eq!(points["earliest"][0]["factor"], "0.1");
    expect!(
        "plan_shadow",
        desk.done(&["plan", "shadow", &input, "--plan", "方案.toml", "--money", "10"])
    );
}

#[test]
fn an_empty_folder_has_no_scenarios() {
    let desk = Desk::new();
    desk.write("空/x.txt", "");
    let out = desk.done(&["plan", "list", "空"]);
    assert!(out.contains("没有方案文件") && out.contains("没有规划结果"), "{out}");
    assert!(desk.refused(&["plan", "list", "无"]).contains("没有文件夹"));
}
