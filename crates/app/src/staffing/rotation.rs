//! `staffing rotate`, `check` and `notice`.

use super::SHOWN;
use super::desk::{self, Desk, findings_table, rest};
use super::settings_file;
use crate::cli::{NoticeArgs, RotateArgs, RotateMode, RotationCheckArgs, SettingsArgs};
use crate::failure::{Exit, Misuse};
use crate::files;
use crate::packs_in_use::PacksInUse;
use crate::screen::{self, BAD, GOOD, HEAD, styled};
use crate::table::{Grid, Tone, plain, verdict};
use anyhow::Context as _;
use forms::staffing::Masthead;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use solver::Watch;
use staffing::rotation::stable::{Mechanism, stable};
use staffing::rotation::{Outcome, Problem, Rotation, Settings, check as checked, optimum};
use staffing::{Finding, posts};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

pub(super) fn write_settings(packs: &PacksInUse, args: &SettingsArgs) -> anyhow::Result<Exit> {
    let rules = staffing::rules::load(&packs.source, &args.staffing)?;
    let bytes = files::json(&Settings::of(&rules.rotation))?;
    if files::is_standard_output(&args.out) {
        screen::pass_on(&bytes)?;
        return Ok(Exit::Done);
    }
    files::expect_writable(&args.out, &[])?;
    if args.out.exists() {
        let text = format!("{} 已经存在，请另起一个名字", args.out.display());
        return Err(Misuse(text).into());
    }
    files::write(&args.out, &bytes)?;
    screen::print(&format!("{} {}\n", styled(GOOD, "已写出"), args.out.display()))?;
    Ok(Exit::Done)
}

fn problem(desk: &Desk, settings: Settings) -> anyhow::Result<Problem> {
    let catalogue = desk.standard.catalogue();
    let list = posts::posts(&desk.snapshot, catalogue, Some(&desk.roster), &desk.rules);
    Ok(Problem::new(
        Arc::new(desk.snapshot.clone()),
        Arc::new(desk.roster.clone()),
        Arc::new(desk.rules.clone()),
        Arc::clone(&desk.standard),
        desk.options.clone(),
        settings,
        &list,
    )?)
}

pub(super) fn rotate(packs: &PacksInUse, args: &RotateArgs) -> anyhow::Result<Exit> {
    let common = &args.common;
    let Some(desk) = desk::open(packs, common)? else { return Ok(Exit::Findings) };
    let settings = settings_file::read(&desk, args.settings.as_deref())?;
    let problem = problem(&desk, settings)?;
    let outcome = match args.mode {
        RotateMode::Optimum => optimum(&problem, &*solver::in_process(), &Watch::new())?,
        RotateMode::Claims => Outcome::Found(Box::new(stable(&problem, Mechanism::Claims)?)),
        RotateMode::Trading => Outcome::Found(Box::new(stable(&problem, Mechanism::Trading)?)),
    };
    let (rotation, text, exit) = match &outcome {
        Outcome::Found(rotation) => (Some(&**rotation), told(rotation), Exit::Done),
        Outcome::Impossible(why) => {
            let mut grid = Grid::new(&["妨碍的规则", ">须让步（人）"]);
            for broken in &why.broken {
                grid.row([plain(broken.zh.as_str()), plain(broken.by.as_str())]);
            }
            let head = styled(BAD, "没有符合全部规则的方案");
            let mut text = format!("{head}\n");
            text.push_str(&grid.render());
            let nearest = why.nearest.as_ref();
            if let Some(nearest) = nearest {
                text.push_str("以下是放宽最少的方案，供研究：\n");
                text.push_str(&told(nearest));
            }
            (nearest, text, Exit::Findings)
        }
    };
    let masthead = desk.masthead();
    let workbook =
        rotation.map(|rotation| || forms::staffing::rotation::workbook(rotation, &masthead));
    if workbook.is_none() && common.xlsx.is_some() {
        screen::note("提示 没有方案，也没有最接近的方案，没有写出工作簿");
    }
    desk::finish(common, &outcome, workbook, &text)?;
    desk.say_faults();
    Ok(exit)
}

#[derive(Serialize)]
struct Checked<'a> {
    accepted: bool,
    findings: &'a [Finding],
}

pub(super) fn check(packs: &PacksInUse, args: &RotationCheckArgs) -> anyhow::Result<Exit> {
    let common = &args.common;
    if common.xlsx.is_some() {
        return Err(Misuse("check 不写工作簿，请去掉 --xlsx".to_owned()).into());
    }
    let rotation = read(&args.rotation)?;
    let Some(desk) = desk::open(packs, common)? else { return Ok(Exit::Findings) };
    let settings = settings_file::read(&desk, args.settings.as_deref())?;
    let problem = problem(&desk, settings)?;
    let findings = checked::check(&problem, &rotation)?;
    let mut text = if findings.is_empty() {
        let moved = rotation.moves.len();
        let head = styled(GOOD, "方案成立");
        format!("{head}：交流 {moved} 人，逐条规则、比例、前后数据和评估结论都与独立核算一致\n")
    } else {
        format!("{}：{} 处\n", styled(BAD, "方案不成立"), findings.len())
    };
    if problem.hash() != rotation.problem {
        text.push_str(
            "提示 方案的问题指纹与现在的数据、名册、规则和设置不同，方案不是由它们求得的\n",
        );
    }
    text.push_str(&findings_table(&findings));
    let report = Checked { accepted: findings.is_empty(), findings: &findings };
    desk::finish(common, &report, desk::NO_WORKBOOK, &text)?;
    Ok(if findings.is_empty() { Exit::Done } else { Exit::Findings })
}

/// What `rotate --json` writes, or a rotation alone.
#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Outcome(Outcome),
    Rotation(Box<Rotation>),
}

/// Reads the file that `rotate --json` has written.
pub(crate) fn read(path: &Path) -> anyhow::Result<Rotation> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| Misuse(format!("无法读取 {}：{error}", path.display())))?;
    let no = || Misuse(format!("{} 不是 rotate --json 写出的交流方案", path.display()));
    match serde_json::from_str::<Written>(&text).map_err(|_| no())? {
        Written::Outcome(Outcome::Found(rotation)) | Written::Rotation(rotation) => Ok(*rotation),
        Written::Outcome(Outcome::Impossible(why)) => {
            why.nearest.ok_or_else(|| Misuse("文件中没有交流方案".to_owned()).into())
        }
    }
}

pub(super) fn notice(args: &NoticeArgs) -> anyhow::Result<Exit> {
    files::expect_output(&args.out, files::Kind::Workbook, std::slice::from_ref(&args.rotation))?;
    let rotation = read(&args.rotation)?;
    if rotation.mode == "nearest" {
        return Err(Misuse("这是不完全符合规则的方案，不能公示".to_owned()).into());
    }
    let day = |text: &Option<String>| {
        let text = text.as_deref()?;
        Some(
            text.parse::<Date>()
                .map_err(|_| Misuse(format!("“{text}”不是日期，请写成 2025-06-16"))),
        )
    };
    let period = match (day(&args.from).transpose()?, day(&args.until).transpose()?) {
        (Some(from), Some(until)) if from > until => {
            return Err(Misuse("公示期的最后一天早于第一天".to_owned()).into());
        }
        (Some(from), Some(until)) => Some((from, until)),
        _ => None,
    };
    let masthead = Masthead {
        county: &args.county,
        year: rotation.year,
        day: staffing::rotation::eligibility::statistics_day(rotation.year),
        label: None,
    };
    let bytes = forms::staffing::notice::workbook(&rotation, period, &masthead)
        .context("A-STAFF-04 正在写公示名单")?;
    files::write(&args.out, &bytes)?;
    let count = rotation.moves.len();
    let head = styled(GOOD, "已写出");
    screen::print(&format!("{head} {}（{count} 人，姓名已脱敏）\n", args.out.display()))?;
    Ok(Exit::Done)
}

/// A rotation in words: goals, shares, coefficients, sections, moves, who stays.
fn told(rotation: &Rotation) -> String {
    let mut text = format!("{}\n", styled(HEAD, "交流方案"));
    let _ = writeln!(
        text,
        " 符合条件 {} 人，交流 {} 人；{}",
        rotation.eligible,
        rotation.moves.len(),
        rotation.method.ended
    );
    let mut goals = Grid::new(&["目标", "单位", ">交流前", ">交流后", "最优"]);
    for level in &rotation.levels {
        let cells = [&level.zh, &level.unit, &level.before, &level.after];
        let proved = match (level.proved, level.gap.as_str()) {
            (true, _) => "已证明",
            (false, "—") => "—",
            (false, _) => "未证明",
        };
        goals.row(cells.map(|t| plain(t.as_str())).into_iter().chain([plain(proved)]));
    }
    text.push_str(&goals.render());
    let mut shares = Grid::new(&["比例", ">人数", ">基数", ">%", "结论"]);
    for share in &rotation.shares {
        let verdict = match (&share.share, share.holds) {
            (None, _) => ("不适用", Tone::Plain),
            (_, true) => ("达到", Tone::Good),
            (_, false) => ("未达到", Tone::Bad),
        };
        shares.row([
            plain(share.zh.as_str()),
            plain(share.count.to_string()),
            plain(share.base.to_string()),
            plain(share.share.as_deref().unwrap_or("—")),
            (verdict.0.to_owned(), verdict.1),
        ]);
    }
    text.push_str(&shares.render());
    text.push_str(&coefficients(rotation));
    text.push_str(&sections(rotation));
    let mut moves = Grid::new(&["编号", "姓名", "由", "到", "学科", "理由"]);
    for m in rotation.moves.iter().take(SHOWN) {
        moves.row([
            plain(m.teacher.to_string()),
            plain(m.name.to_string()),
            plain(m.from_name.as_str()),
            plain(m.to_name.as_str()),
            plain(m.subject.as_str()),
            plain(m.reasons.join("；")),
        ]);
    }
    if !moves.is_empty() {
        let _ = write!(text, "{}\n{}", styled(HEAD, "交流教师"), moves.render());
    }
    text.push_str(&rest(rotation.moves.len(), "人"));
    text.push_str(&stays(rotation));
    text.push_str(&findings_table(&rotation.findings));
    text
}

fn coefficients(rotation: &Rotation) -> String {
    let mut grid = Grid::new(&["差异系数", ">限值", ">交流前", "结论", ">交流后", "结论"]);
    for c in &rotation.coefficients {
        let shown = |value: &Option<String>| plain(value.as_deref().unwrap_or("缺数"));
        grid.row([
            plain(format!("{} {} {}", c.stage.zh(), c.indicator, c.zh)),
            plain(c.limit.as_ref().map_or_else(|| "—".to_owned(), |limit| limit.to_short(4))),
            shown(&c.before),
            verdict(c.before_verdict),
            shown(&c.after),
            verdict(c.after_verdict),
        ]);
    }
    if grid.is_empty() { String::new() } else { grid.render() }
}

/// Sections whose teachers change, by the judge.
fn sections(rotation: &Rotation) -> String {
    let heads = ["学校", "学段", ">教师", ">调出", ">调入", "指标", "结论"];
    let mut grid = Grid::new(&heads);
    let changed: Vec<_> = rotation.sections.iter().filter(|s| s.leave > 0 || s.come > 0).collect();
    for section in changed.iter().take(SHOWN) {
        let moved = section.values.iter().filter(|value| value.before != value.after);
        let shown = |value: &Option<String>| value.clone().unwrap_or_else(|| "缺数".to_owned());
        let values: Vec<String> = moved
            .map(|value| {
                let verdicts = if value.before_verdict == value.after_verdict {
                    value.after_verdict.zh().to_owned()
                } else {
                    format!("{}→{}", value.before_verdict.zh(), value.after_verdict.zh())
                };
                let (before, after) = (shown(&value.before), shown(&value.after));
                format!("{} {before}→{after}（{verdicts}）", value.indicator)
            })
            .collect();
        let judged = section.verdict.map_or_else(String::new, |(then, now)| {
            if then == now { now.zh().to_owned() } else { format!("{}→{}", then.zh(), now.zh()) }
        });
        grid.row([
            plain(section.name.as_str()),
            plain(section.stage.zh()),
            plain(format!("{}→{}", section.teachers.0, section.teachers.1)),
            plain(section.leave.to_string()),
            plain(section.come.to_string()),
            plain(values.join("；")),
            plain(judged),
        ]);
    }
    if grid.is_empty() {
        return String::new();
    }
    let rest = rest(changed.len(), "个学段");
    format!("{}\n{}{rest}", styled(HEAD, "有人调出调入的学校（交流前→后）"), grid.render())
}

/// Why people stay: how many by each reason; everybody's own is in JSON and workbook.
fn stays(rotation: &Rotation) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for note in &rotation.stays {
        *counts.entry(note.why.as_str()).or_default() += 1;
    }
    let mut counts: Vec<(&str, usize)> = counts.into_iter().collect();
    counts.sort_by_key(|(why, count)| (std::cmp::Reverse(*count), *why));
    let mut grid = Grid::new(&["留任的理由", ">人"]);
    for (why, count) in counts.iter().take(12) {
        grid.row([plain(*why), plain(count.to_string())]);
    }
    if grid.is_empty() {
        return String::new();
    }
    let more = counts.len().saturating_sub(12);
    let rest = if more > 0 {
        format!(" ……另有 {more} 种理由，逐人见 --json 或 --xlsx\n")
    } else {
        String::new()
    };
    format!("{}\n{}{rest}", styled(HEAD, "留任教师"), grid.render())
}
