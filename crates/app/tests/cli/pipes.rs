//! At the end of a pipe.

use crate::common::{Desk, template};
use std::io::Read as _;
use std::process::Stdio;

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    let desk = Desk::with_demo();
    let mut child = desk
        .command(&["evaluate", &template(2024), "--json", "-"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = [0u8; 100];
    child.stdout.take().unwrap().read_exact(&mut first).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(!String::from_utf8(output.stderr).unwrap().contains("A-OUT"));
}

#[test]
fn colours_are_for_terminals_or_on_demand() {
    let desk = Desk::new();
    let list = ["standard", "show", "cn-quality-2017"];
    assert!(!desk.done(&list).contains('\u{1b}'));
    let output = desk.command(&list).env("CLICOLOR_FORCE", "1").output().unwrap();
    assert!(output.stdout.contains(&0x1b));
    let both = desk.command(&list).env("CLICOLOR_FORCE", "1").env("NO_COLOR", "1").output();
    assert!(!both.unwrap().stdout.contains(&0x1b));
}

#[test]
fn json_stands_alone() {
    let desk = Desk::with_demo();
    for args in
        [["evaluate", &template(2024), "--json", "-"], ["check", "demo/template", "--json", "-"]]
    {
        let out = desk.done(&args);
        assert!(serde_json::from_str::<serde_json::Value>(&out).is_ok(), "{out}");
    }
}
