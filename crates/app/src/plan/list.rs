//! `junheng plan list`: the scenarios of a folder and the results beside them.

use super::result;
use super::summary::{heading, money, short};
use crate::failure::{Exit, Misuse};
use crate::packs_in_use::PacksInUse;
use crate::screen::{self, FAINT, HEAD, styled};
use crate::table::{Grid, Tone, plain};
use anyhow::Context as _;
use invest::Plan;
use invest::file::PlanFile;
use invest::settings::{Limits, Settings};
use packs::PackFile;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// Files of a folder that are looked at.
const FILES: usize = 2000;
/// The largest JSON that is looked into, to list it.
const MOST: u64 = 64 << 20;

/// Lists.
pub(super) fn run(packs: &PacksInUse, folder: &Path) -> anyhow::Result<Exit> {
    if !folder.is_dir() {
        return Err(Misuse(format!("没有文件夹 {}", folder.display())).into());
    }
    let files = inside(folder)?;
    let scenarios: Vec<(String, Result<PlanFile, String>)> =
        files.iter().filter_map(|path| scenario(packs, path)).collect();
    let results: Vec<(String, Plan)> = files.iter().filter_map(|path| plan(path)).collect();
    let mut text = String::new();
    let _ = writeln!(text, "{}", styled(HEAD, &folder.display().to_string()));
    heading(&mut text, "方案", "");
    if scenarios.is_empty() {
        let _ = writeln!(text, "  没有方案文件；可用 junheng plan new 生成一个");
    } else {
        text.push_str(&of_scenarios(&scenarios));
    }
    heading(&mut text, "规划结果", "");
    if results.is_empty() {
        let _ = writeln!(text, "  没有规划结果；可用 junheng plan --json 写出");
    } else {
        text.push_str(&of_results(&results, &scenarios));
    }
    let _ =
        writeln!(text, "{}", styled(FAINT, "问题代号相同的结果可以直接比较：junheng plan compare"));
    screen::print(&text)?;
    Ok(Exit::Done)
}

fn inside(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder)
        .with_context(|| format!("A-FILE-03 无法读取文件夹 {}", folder.display()))?;
    let mut files: Vec<PathBuf> =
        entries.take(FILES).filter_map(|e| Some(e.ok()?.path())).filter(|p| p.is_file()).collect();
    files.sort();
    Ok(files)
}

fn name(path: &Path) -> String {
    path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

fn ends_with(path: &Path, extension: &str) -> bool {
    path.extension().is_some_and(|e| e.eq_ignore_ascii_case(extension))
}

/// A plan's file, or what is wrong with it; `None` where the file is about something else.
fn scenario(packs: &PacksInUse, path: &Path) -> Option<(String, Result<PlanFile, String>)> {
    if !ends_with(path, "toml") {
        return None;
    }
    let file = PackFile::read(path).ok()?;
    if !file.text().lines().any(|line| line.trim() == "[plan]") {
        return None;
    }
    let read = invest::file::read(&file, &packs.source, &packs.catalogue);
    let read =
        read.map_err(|error| error.to_string().lines().next().unwrap_or_default().to_owned());
    Some((name(path), read))
}

fn plan(path: &Path) -> Option<(String, Plan)> {
    let small = fs::metadata(path).is_ok_and(|meta| meta.len() <= MOST);
    if !ends_with(path, "json") || !small {
        return None;
    }
    Some((name(path), result::of(&fs::read(path).ok()?).ok()?))
}

fn of_scenarios(scenarios: &[(String, Result<PlanFile, String>)]) -> String {
    let mut grid = Grid::new(&["文件", "名称", "规划期", "全部达标", ">资金（万元）", ""]);
    for (file, read) in scenarios {
        match read {
            Ok(PlanFile { settings, .. }) => {
                let money_of = settings.funds.iter().flat_map(|f| f.budget.values().cloned()).sum();
                let all =
                    if settings.funds.is_empty() { "不限".to_owned() } else { money(&money_of) };
                grid.row([
                    plain(file),
                    plain(&settings.title),
                    plain(format!("{}—{}", settings.first.0, settings.last().0)),
                    plain(settings.finish.0.to_string()),
                    plain(all),
                    plain(""),
                ]);
            }
            Err(why) => grid.row([
                plain(file),
                plain("—"),
                plain("—"),
                plain("—"),
                plain("—"),
                (why.clone(), Tone::Bad),
            ]),
        }
    }
    grid.render()
}

fn of_results(
    results: &[(String, Plan)],
    scenarios: &[(String, Result<PlanFile, String>)],
) -> String {
    let heads =
        ["文件", "名称", "全部达标", ">投入（万元）", "结论", "证明", "问题代号", "按哪个方案"];
    let mut grid = Grid::new(&heads);
    for (file, plan) in results {
        let of = scenarios
            .iter()
            .find(|(_, read)| read.as_ref().is_ok_and(|read| same(&read.settings, &plan.settings)));
        let proof = match (plan.method.name.as_str(), plan.method.proved) {
            ("greedy", _) => "逐校补齐",
            (_, true) => "已证明最省",
            (_, false) => "未证明最省",
        };
        grid.row([
            plain(file),
            plain(&plan.title),
            plain(plan.settings.finish.0.to_string()),
            plain(money(&plan.cost)),
            if plan.accepted {
                ("● 达标".to_owned(), Tone::Good)
            } else {
                ("○ 不达标".to_owned(), Tone::Bad)
            },
            plain(proof),
            plain(short(&plan.problem)),
            of.map_or(("没有，或已改动".to_owned(), Tone::Faint), |(file, _)| plain(file)),
        ]);
    }
    grid.render()
}

/// The same decisions, however long was searched.
fn same(a: &Settings, b: &Settings) -> bool {
    let without = |s: &Settings| Settings { limits: Limits::default(), ..s.clone() };
    without(a) == without(b)
}
