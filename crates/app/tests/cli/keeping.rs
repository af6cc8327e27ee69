//! The server and the data that it keeps: started, killed, backed up, restored, checked.

#![cfg(unix)]

use crate::common::Desk;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

/// A server that goes with the test.
struct Serving {
    child: Child,
    address: String,
    link: Option<String>,
}

impl Drop for Serving {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Starts a server on a free port and waits until it has said where it is.
fn serve(desk: &Desk) -> Serving {
    let args = ["serve", "--data", "县", "--listen", "127.0.0.1:0", "--open-demo"];
    let mut command = desk.command(&args);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let first = lines.next().unwrap();
    let address = first.rsplit_once("http://").unwrap().1.to_owned();
    let rest: Vec<String> = lines.take_while(|line| !line.contains("Ctrl-C")).collect();
    let link = rest.iter().find(|line| line.contains("/setup#token=")).cloned();
    Serving { child, address, link }
}

/// The answer to a plain request.
fn ask(serving: &Serving, request: &str) -> String {
    let mut stream = TcpStream::connect(&serving.address).unwrap();
    let host = &serving.address;
    let (head, body) = request.split_once("\n\n").unwrap_or((request, ""));
    let length = body.len();
    write!(
        stream,
        "{head} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\
         content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn a_county_is_served_killed_and_restored() {
    let desk = Desk::new();
    let serving = serve(&desk);
    let link = serving.link.clone().unwrap();
    let token = link.rsplit_once('=').unwrap().1;
    assert!(ask(&serving, "GET /healthz").ends_with("ok\n"));
    let state = ask(&serving, &format!("GET /api/setup?token={token}"));
    assert!(state.contains("青禾市") && state.contains(r#""valid":true"#), "{state}");
    let password = "Qing-shan4102";
    let body = format!(
        r#"{{"token":"{token}","login":"xtadmin","name":"王建国","password":"{password}"}}"#
    );
    let made = ask(&serving, &format!("POST /api/setup\n\n{body}"));
    assert!(made.starts_with("HTTP/1.1 201"), "{made}");
    let signed_in = ask(
        &serving,
        &format!("POST /api/session\n\n{{\"login\":\"xtadmin\",\"password\":\"{password}\"}}"),
    );
    assert!(signed_in.starts_with("HTTP/1.1 200") && signed_in.contains(r#""synthetic":true"#));

    // One folder, one server; a backup needs none.
    let second = desk.run(&["serve", "--data", "县", "--listen", "127.0.0.1:0"]);
    assert_eq!(second.code, 1);
    assert!(second.err.contains("正被另一个服务进程使用"), "{}", second.err);
    let said = desk.done(&["backup", "--data", "县", "--out", "备份.zip"]);
    assert!(said.contains("已备份到") && said.contains("不含教师个人数据的密钥"), "{said}");
    // Killed, as by a power cut.
    drop(serving);
    assert!(desk.done(&["verify", "--data", "县"]).contains("数据完好"));
    let audit = desk.done(&["audit", "verify", "--data", "县"]);
    assert!(audit.contains("审计链完整") && audit.contains("青禾市"), "{audit}");

    // Accounts are there: no link any more. Told to stop, it stops.
    let mut again = serve(&desk);
    assert_eq!(again.link, None);
    let pid = again.child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    assert_eq!(again.child.wait().unwrap().code(), Some(0));

    assert!(desk.done(&["verify", "备份.zip"]).contains("备份完好"));
    // The roster of the demo county came with the backup, its key did not.
    let restored = desk.done(&["restore", "备份.zip", "--data", "新"]);
    assert!(restored.contains("教师个人数据打不开"), "{restored}");
    let verified = desk.done(&["verify", "--data", "新"]);
    assert!(verified.contains("数据完好") && verified.contains("放回原处"), "{verified}");
    let shut = desk.run(&["key", "show", "--data", "新"]);
    assert!(shut.code == 1 && shut.out.contains("打不开"), "{}", shut.out);
    let named = ["key", "show", "--data", "新", "--key", "县/personal.key"];
    assert!(desk.done(&named).contains("用于封存"));
    std::fs::copy(desk.path("县/personal.key"), desk.path("新/personal.key")).unwrap();
    let before = desk.done(&["key", "show", "--data", "新"]);
    let digits = String::from_utf8(desk.read("新/personal.key")).unwrap();
    let digits = digits.lines().find(|line| line.len() == 64).unwrap().to_owned();
    assert!(!before.contains(&digits), "a key is never shown");
    let changed = desk.done(&["key", "rotate", "--data", "新"]);
    assert!(changed.contains("密钥已换") && changed.contains("旧密钥的存本"), "{changed}");
    assert_ne!(desk.done(&["key", "show", "--data", "新"]), before);
    let sound = desk.done(&["verify", "--data", "新"]);
    assert!(sound.contains("数据完好") && !sound.contains("打不开"), "{sound}");
    assert!(desk.done(&["migrate", "--data", "新"]).contains("最新"));
    let full = desk.run(&["restore", "备份.zip", "--data", "新"]);
    assert_eq!(full.code, 1);
    assert!(full.err.contains("不是空的"), "{}", full.err);
    let mut bytes = desk.read("备份.zip");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0xff;
    desk.write("坏.zip", bytes);
    assert_eq!(desk.run(&["verify", "坏.zip"]).code, 1);
}

#[test]
fn what_is_not_there_is_not_made() {
    let desk = Desk::new();
    desk.write("旧.zip", b"x");
    let slips: [&[&str]; 7] = [
        &["backup", "--out", "旧.zip"],
        &["verify", "--data", "没有"],
        &["verify", "没有.zip"],
        &["restore", "没有.zip", "--data", "新"],
        &["migrate", "--data", "没有"],
        &["audit", "verify", "--database", "mysql://root:secret@host/x"],
        &["serve", "--listen", "8086"],
    ];
    let said: Vec<String> =
        slips.iter().map(|args| format!("$ {}\n{}", args.join(" "), desk.refused(args))).collect();
    let said = said.join("\n");
    assert_eq!(said.matches("secret").count(), 1, "in the command only");
    expect!("not_kept", said);
    assert!(!desk.path("没有").exists() && !desk.path("新").exists());
}
