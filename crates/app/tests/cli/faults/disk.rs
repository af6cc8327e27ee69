//! A disk that is full: a small file system in memory for the data folder, in a mount namespace of
//! the server's own, which needs no rights where user namespaces are allowed.

use super::server::{How, ITEM, Serving, set_up};
use crate::http::{Answer, Browser};
use serde_json::{Value, json};
use std::fs::File;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;

const YEAR: i16 = 2024;
/// Before the program: the namespace, and a file system of sixteen megabytes in it.
const SMALL: &str = "mkdir -p 数据 && exec unshare --user --map-root-user --mount sh -c \
                     'mount -t tmpfs -o size=16m none 数据 && exec \"$@\"' sh";

fn is_possible() -> bool {
    let folder = tempfile::tempdir().unwrap();
    let script = format!("{SMALL} true");
    let done = Command::new("sh").args(["-c", &script]).current_dir(folder.path()).output();
    done.is_ok_and(|output| output.status.success())
}

/// Takes all the room that there is left.
fn fill(path: &Path) {
    let mut file = File::options().create(true).append(true).open(path).unwrap();
    for size in [1 << 16, 1 << 12, 1] {
        loop {
            match file.write(&vec![b'x'; size]) {
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::StorageFull => break,
                Err(error) => panic!("{error}"),
            }
        }
    }
}

fn save(clerk: &mut Browser, path: &str, value: i64) -> Answer {
    let version = clerk.get(path).unwrap().json()["version"].clone();
    let body = json!({"version": version, "edits": [
        {"place": "", "item": ITEM, "value": value.to_string()}]});
    clerk.json("PATCH", &format!("{path}/draft"), &body).unwrap()
}

#[track_caller]
fn refused(answer: &Answer) {
    let problem = answer.json();
    assert_eq!((answer.status, problem["code"].as_str()), (507, Some("H-DISK-01")), "{problem}");
    assert_eq!(answer.header("content-type"), "application/problem+json");
    assert!(problem["detail"].as_str().unwrap().contains("磁盘空间不足"));
}

fn value(clerk: &mut Browser, path: &str) -> Value {
    let form = clerk.get(path).unwrap();
    assert!(form.is_good(), "{}", form.text());
    let form = form.json();
    let mut fields = form["groups"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|group| group["fields"].as_array().unwrap());
    fields.find(|field| field["item"] == ITEM).unwrap()["value"].clone()
}

#[test]
fn a_full_disk_refuses_plainly_and_loses_nothing() {
    if !is_possible() {
        eprintln!("没有用户命名空间，跳过磁盘写满的检查 no user namespaces: skipped");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let how = How { before: SMALL, ..How::default() };
    let serving = Serving::start(folder.path(), &how);
    let mut people = set_up(&serving, YEAR, 1);
    let (code, clerk, _) = &mut people.schools[0];
    let path = format!("/api/submissions/{YEAR}/{code}");
    let returned = json!({"step": "return", "reason": "请核对",
        "version": clerk.get(&path).unwrap().json()["version"]});
    assert!(people.bureau.post(&format!("{path}/steps"), &returned).unwrap().is_good());
    assert!(save(clerk, &path, 500).is_good());

    let inside = PathBuf::from(format!("/proc/{}/root{}", serving.id(), folder.path().display()));
    let filler = inside.join("数据/占满");
    // What is kept aside for the journal is soon used up.
    fill(&filler);
    let mut accepted = 500;
    let full = (501..2_000).find_map(|next| {
        let answer = save(clerk, &path, next);
        if answer.is_good() {
            accepted = next;
            None
        } else {
            Some(answer)
        }
    });
    refused(&full.unwrap());
    for _ in 0..3 {
        refused(&save(clerk, &path, 9_999));
    }
    let file = super::server::workbook(2023, 7);
    refused(&people.bureau.upload("/api/imports?year=2023", "full", &file).unwrap());
    refused(&people.system.post("/api/backups", &json!({})).unwrap());
    // What is there can be read.
    assert_eq!(value(clerk, &path), accepted.to_string());
    assert_eq!(clerk.get("/healthz").unwrap().status, 200);

    // Room again, and it goes on by itself.
    std::fs::remove_file(&filler).unwrap();
    let answer = save(clerk, &path, 9_999);
    assert!(answer.is_good(), "{}", answer.text());
    assert_eq!(value(clerk, &path), "9999");
    let begun = people.bureau.upload("/api/imports?year=2023", "full", &file).unwrap();
    assert_eq!(begun.status, 202, "{}", begun.text());
    let id = serving.id().to_string();
    let mut verify = Command::new("nsenter");
    verify.args(["--target", &id, "--user", "--preserve-credentials", "--mount"]);
    verify.arg(env!("CARGO_BIN_EXE_junheng")).args(["verify", "--data"]);
    let output = verify.arg(folder.path().join("数据")).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success() && said.contains("数据完好"), "{said}");
}
