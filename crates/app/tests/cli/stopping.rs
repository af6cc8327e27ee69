//! A search that is stopped: by the user, for want of time or memory. What there is by then is not
//! lost, and exit code 3 tells it from a proof.

#![cfg(unix)]

use crate::common::{Desk, template};
use crate::planning::json;
use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Command, Stdio};

/// The county of twenty schools: the plan made by hand is accepted for its latest data, so that
/// there is a plan from the beginning.
fn desk() -> Desk {
    let desk = Desk::with_demo();
    desk.done(&["plan", "new", "demo/template", "--out", "方案.toml", "--years", "12"]);
    desk
}

#[test]
fn ctrl_c_gives_the_best_plan_so_far() {
    let desk = desk();
    let args =
        ["plan", "demo/template", "--plan", "方案.toml", "--json", "规划.json", "--gap", "0"];
    let mut child =
        desk.command(&args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut err = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    // The first line says that there is a plan; the search has just begun.
    err.read_line(&mut line).unwrap();
    assert!(line.contains("目前最好") && !line.contains("目前最好 —"), "{line}");
    let pid = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    let mut rest = String::new();
    err.read_to_string(&mut rest).unwrap();
    let output = child.wait_with_output().unwrap();
    let out = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(3), "{out}\n{rest}");
    assert!(rest.contains("收到 Ctrl-C") && rest.contains("求解中断"), "{rest}");
    assert!(out.contains("● 按期达到标准"), "{out}");
    let plan = json(&desk.read("规划.json"));
    assert_eq!((&plan["accepted"], &plan["method"]["proved"]), (&true.into(), &false.into()));
    desk.done(&["plan", "check", "规划.json", "demo/template"]);
}

#[test]
fn a_solver_without_memory_leaves_the_last_good_plan() {
    let desk = desk();
    let make =
        ["plan", "demo/template", "--plan", "方案.toml", "--json", "规划.json", "--memory", "1"];
    let run = desk.run(&make);
    assert_eq!(run.code, 3, "{}\n{}", run.out, run.err);
    assert!(run.err.contains("求解中断"), "{}", run.err);
    assert!(run.out.contains("● 按期达到标准") && run.out.contains("未证明最省"), "{}", run.out);
    assert_eq!(json(&desk.read("规划.json"))["accepted"], true);
}

#[test]
fn a_search_out_of_time_without_a_plan_says_so() {
    let desk = Desk::with_demo();
    // Coefficients of a fifth are hard to reach and harder to prove.
    let rules = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../packs/standards/cn-quality-2017/resources.toml"
    );
    let text = std::fs::read_to_string(rules).unwrap();
    let usual = "{ primary = \"0.50\", junior = \"0.45\" }";
    assert!(text.contains(usual));
    let tight = text.replace(usual, "{ primary = \"0.20\", junior = \"0.20\" }");
    desk.write("own/standards/cn-quality-2017/resources.toml", tight);
    let input = template(2022);
    desk.done(&["plan", "new", &input, "--out", "方案.toml", "--packs", "own"]);
    let args = ["plan", &input, "--plan", "方案.toml", "--packs", "own", "--time-limit", "1"];
    let run = desk.run(&[&args[..], &["--json", "规划.json"]].concat());
    assert_eq!(run.code, 3, "{}\n{}", run.out, run.err);
    assert!(run.err.contains("求解中断") && run.err.contains("时间上限"), "{}", run.err);
}

#[test]
fn a_worker_called_by_hand_says_nothing() {
    let run = Desk::new().run(&["solve-worker"]);
    assert_eq!((run.code, run.out.as_str()), (3, ""), "{}", run.err);
}
