//! `junheng key`: the key that seals the personal data of teachers, without ever showing it.

use crate::cli::StoreArgs;
use crate::failure::Exit;
use crate::keeping::{existing, good, runtime};
use crate::screen::{self, CARE, FAINT, styled};
use api::Clock;
use std::fmt::Write as _;
use store::seal::KeyReport;
use store::{By, Store};

/// Under whose name the key is changed.
const PERSON: &str = "命令行";

fn said(report: &KeyReport) -> String {
    let mut text = format!("密钥：{}\n", report.place);
    for key in &report.keys {
        let count = report.boxes.get(&key.id).copied().unwrap_or_default();
        let use_of = if key.seals { "用于封存" } else { "只用于打开旧的内容" };
        let _ = writeln!(text, "  指纹 {}，{use_of}，封存 {count} 份", key.id);
    }
    match &report.trouble {
        Some(trouble) => {
            let _ = writeln!(text, "{}", styled(CARE, trouble));
            for (id, count) in &report.boxes {
                if report.keys.iter().all(|key| key.id != *id) {
                    let line = format!("  打不开：指纹 {id}，{count} 份");
                    let _ = writeln!(text, "{}", styled(CARE, &line));
                }
            }
        }
        None if report.keys.is_empty() => text.push_str("  还没有密钥，也没有封存的数据\n"),
        None => {
            let care = "请把密钥另存一份，不要与备份放在一起；丢失后教师个人数据再也打不开。";
            let _ = writeln!(text, "{}", styled(FAINT, care));
        }
    }
    text
}

/// Shows the fingerprints, and whether everything opens.
pub(crate) fn show(args: &StoreArgs) -> anyhow::Result<Exit> {
    let options = existing(args)?;
    let report = runtime()?.block_on(async {
        let store = Store::open(&options).await?;
        let report = store.keys().await;
        store.close().await;
        anyhow::Ok(report?)
    })?;
    screen::print(&said(&report))?;
    Ok(if report.trouble.is_none() { Exit::Done } else { Exit::Findings })
}

/// Makes a new key and seals everything anew.
pub(crate) fn rotate(args: &StoreArgs) -> anyhow::Result<Exit> {
    let options = existing(args)?;
    let by = By::new(PERSON, Clock::default().now());
    let (done, report) = runtime()?.block_on(async {
        let store = Store::open(&options).await?;
        let done = store.change_key(&by).await;
        let report = store.keys().await;
        store.close().await;
        anyhow::Ok((done?, report?))
    })?;
    let head = format!("{}，重新封存 {} 份，新指纹 {}\n", good("密钥已换"), done.boxes, done.id);
    let care = "以前的备份仍要用换下的密钥打开；请在旧备份作废之前保留旧密钥的存本。";
    screen::print(&format!("{head}{}{}\n", said(&report), styled(FAINT, care)))?;
    Ok(Exit::Done)
}
