//! `junheng staffing`: the roster, posts, rotations and pairings of a county's teachers. What is shown
//! and written is masked.

use crate::cli::{RotateArgs, RotateMode, SampleArgs, StaffingArgs, StaffingCommand};
use crate::failure::{Exit, Misuse};
use crate::packs_in_use::PacksInUse;
use crate::screen::{self, GOOD, HEAD, styled};
use crate::table::{Grid, Tone, plain};
use crate::{evaluate, files, reading};
use ::staffing::rotation::stable::{Mechanism, stable};
use ::staffing::rotation::{Outcome, Problem, Rotation, Settings, optimum};
use ::staffing::{Finding, Roster, RosterRow, Rules, Severity, count, pairing, posts};
use anyhow::Context as _;
use domain::{Exact, Snapshot};
use serde::Serialize;
use solver::Watch;
use standard::{Options, Standard};
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

/// Rows of a table that the screen shows at most; the JSON has all of them.
const SHOWN: usize = 40;

/// Runs a command of `staffing`.
pub(crate) fn run(packs: &PacksInUse, command: &StaffingCommand) -> anyhow::Result<Exit> {
    match command {
        StaffingCommand::Sample(args) => sample(packs, args),
        StaffingCommand::Roster(args) => roster(packs, args),
        StaffingCommand::Posts(args) => show_posts(packs, args),
        StaffingCommand::Rotate(args) => rotate(packs, args),
        StaffingCommand::Pair(args) => pair(packs, args),
    }
}

/// Everything that the commands start from.
struct Desk {
    standard: Arc<Standard>,
    options: Options,
    rules: Rules,
    snapshot: Snapshot,
    roster: Roster,
    findings: Vec<Finding>,
}

fn open(packs: &PacksInUse, args: &StaffingArgs) -> anyhow::Result<Option<Desk>> {
    if let Some(path) = &args.json {
        files::expect_output(path, files::Kind::Json, &args.input.files)?;
    }
    let standard = Arc::new(packs.standard(&args.rules.standard)?);
    let options = evaluate::options(&standard, &args.rules, None, false)?;
    let rules = staffing::rules::load(&packs.source, &args.staffing)?;
    let reading = reading::read(packs, standard.catalogue(), &args.input)?;
    let Some(snapshot) = &reading.snapshot else {
        reading.say_no_county("没有读入名册");
        return Ok(None);
    };
    let rows = rows(&args.roster)?;
    let day = standard.statistics_date(snapshot.year());
    let (roster, mut findings) = Roster::read(&rows, 2, snapshot, &rules, day);
    let (snapshot, differences) = count::recount(snapshot, &roster, &rules, standard.catalogue())?;
    findings.extend(differences);
    Ok(Some(Desk { standard, options, rules, snapshot, roster, findings }))
}

/// The rows of a CSV file with headings.
fn rows(path: &Path) -> anyhow::Result<Vec<RosterRow>> {
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .from_path(path)
        .map_err(|error| Misuse(format!("无法读取名册 {}：{error}", path.display())))?;
    let heads = reader.headers().context("A-STAFF-01 正在读取名册的列名")?.clone();
    let mut rows = Vec::new();
    for record in reader.records() {
        let record =
            record.with_context(|| format!("A-STAFF-02 名册第 {} 行读不懂", rows.len() + 2))?;
        let mut row = RosterRow::default();
        for (head, cell) in heads.iter().zip(&record) {
            if !row.set(head.trim_start_matches('\u{feff}').trim(), cell) {
                let text = format!(
                    "名册中有不认识的列“{head}”；列名见 junheng staffing sample 写出的样例"
                );
                return Err(Misuse(text).into());
            }
        }
        rows.push(row);
    }
    Ok(rows)
}

fn sample(packs: &PacksInUse, args: &SampleArgs) -> anyhow::Result<Exit> {
    files::expect_writable(&args.out, &[])?;
    let options = demo::Options {
        seed: demo::Options::SEED,
        schools: args.schools,
        year: demo::Options::YEAR,
        catalogue: &packs.catalogue,
        attested: &[],
    };
    let mut writer = csv::Writer::from_writer(vec![0xEF, 0xBB, 0xBF]);
    writer.write_record(RosterRow::HEADINGS.iter().map(|(_, zh)| zh))?;
    let teachers = demo::teachers(&options)?;
    for cells in &teachers {
        let cell = |code: &str| {
            let found = cells.iter().find(|(column, _)| *column == code);
            found.map_or("", |(_, text)| text.as_str())
        };
        writer.write_record(RosterRow::HEADINGS.iter().map(|(code, _)| cell(code)))?;
    }
    let bytes = writer.into_inner().map_err(|error| anyhow::anyhow!("{error}"))?;
    files::write(&args.out, &bytes)?;
    let text =
        format!("{} {}（{} 人）\n", styled(GOOD, "已写出"), args.out.display(), teachers.len());
    screen::print(&text)?;
    Ok(Exit::Done)
}

/// Writes the JSON and prints the text; the text is kept back where the JSON goes to the screen.
fn finish(args: &StaffingArgs, json: &impl Serialize, text: &str) -> anyhow::Result<()> {
    let Some(path) = &args.json else { return screen::print(text) };
    let bytes = files::json(json)?;
    if files::is_standard_output(path) {
        return screen::pass_on(&bytes);
    }
    files::write(path, &bytes)?;
    screen::print(&format!("{text}{} {}\n", styled(GOOD, "已写出"), path.display()))
}

fn findings_table(findings: &[Finding]) -> String {
    let mut grid = Grid::new(&["代码", "程度", ">行", "列", "问题", "怎么办"]);
    for finding in findings.iter().take(SHOWN) {
        let tone = match finding.severity {
            Severity::Error => Tone::Bad,
            Severity::Warning => Tone::Care,
            Severity::Notice => Tone::Plain,
        };
        grid.row([
            plain(finding.code.as_str()),
            (finding.severity.zh().to_owned(), tone),
            plain(finding.row.map(|row| row.to_string()).unwrap_or_default()),
            plain(finding.field.as_str()),
            plain(finding.message.as_str()),
            plain(finding.remedy.as_str()),
        ]);
    }
    let mut text = if grid.is_empty() { String::new() } else { grid.render() };
    if findings.len() > SHOWN {
        let _ = writeln!(text, " ……共 {} 条，其余见 --json", findings.len());
    }
    text
}

#[derive(Serialize)]
struct RosterReport<'a> {
    teachers: &'a [staffing::Teacher],
    counted: &'a [count::Counted],
    findings: &'a [Finding],
}

fn roster(packs: &PacksInUse, args: &StaffingArgs) -> anyhow::Result<Exit> {
    let Some(desk) = open(packs, args)? else { return Ok(Exit::Findings) };
    let counted = count::count(&desk.roster, &desk.snapshot, &desk.rules);
    let mut text = format!("{}\n", styled(HEAD, "教师名册"));
    let _ = writeln!(
        text,
        " 读入 {} 人，问题 {} 条",
        desk.roster.teachers().len(),
        desk.findings.len()
    );
    text.push_str(&findings_table(&desk.findings));
    let report = RosterReport {
        teachers: desk.roster.teachers(),
        counted: &counted,
        findings: &desk.findings,
    };
    finish(args, &report, &text)?;
    let wrong = desk.findings.iter().any(|finding| finding.severity == Severity::Error);
    Ok(if wrong { Exit::Findings } else { Exit::Done })
}

fn number(value: Option<i64>) -> String {
    value.map_or_else(|| "缺数".to_owned(), |value| value.to_string())
}

fn show_posts(packs: &PacksInUse, args: &StaffingArgs) -> anyhow::Result<Exit> {
    let Some(desk) = open(packs, args)? else { return Ok(Exit::Findings) };
    let list =
        posts::posts(&desk.snapshot, desk.standard.catalogue(), Some(&desk.roster), &desk.rules);
    let mut grid = Grid::new(&[
        "学校",
        "学段",
        ">编制",
        ">教职工",
        ">超（缺）",
        ">教学岗",
        ">专任教师",
        "缺编学科",
    ]);
    for section in &list {
        let short: Vec<String> = section
            .subjects
            .iter()
            .filter(|subject| subject.shortage > 0)
            .map(|subject| format!("{}{}", subject.zh, subject.shortage))
            .collect();
        grid.row([
            plain(section.name.as_str()),
            plain(section.stage.zh()),
            plain(number(section.quota)),
            plain(number(section.staff)),
            plain(number(section.balance)),
            plain(number(section.teaching)),
            plain(number(section.teachers)),
            plain(short.join(" ")),
        ]);
    }
    let mut text = format!("{}\n{}", styled(HEAD, "岗位"), grid.render());
    let mut grid =
        Grid::new(&["学段", "学科", ">岗位", ">现有", ">缺", ">余", ">可调剂", "结构性"]);
    for total in posts::totals(&list, &desk.rules) {
        let counts = [total.posts, total.have, total.shortage, total.surplus, total.movable];
        let head = [plain(total.stage.zh()), plain(total.zh)];
        let counts = counts.map(|count| plain(count.to_string()));
        let structural = [plain(if total.structural { "是" } else { "" })];
        grid.row(head.into_iter().chain(counts).chain(structural));
    }
    let _ = write!(text, "{}\n{}", styled(HEAD, "学科合计"), grid.render());
    finish(args, &list, &text)?;
    Ok(Exit::Done)
}

fn rotate(packs: &PacksInUse, args: &RotateArgs) -> anyhow::Result<Exit> {
    let Some(desk) = open(packs, &args.common)? else { return Ok(Exit::Findings) };
    let settings = match &args.settings {
        None => Settings::of(&desk.rules.rotation),
        Some(path) => {
            let text = std::fs::read_to_string(path)
                .map_err(|error| Misuse(format!("无法读取 {}：{error}", path.display())))?;
            serde_json::from_str(&text)
                .map_err(|error| Misuse(format!("{} 不是交流设置：{error}", path.display())))?
        }
    };
    let list =
        posts::posts(&desk.snapshot, desk.standard.catalogue(), Some(&desk.roster), &desk.rules);
    let problem = Problem::new(
        Arc::new(desk.snapshot),
        Arc::new(desk.roster),
        Arc::new(desk.rules),
        desk.standard,
        desk.options,
        settings,
        &list,
    )?;
    let outcome = match args.mode {
        RotateMode::Optimum => optimum(&problem, &*solver::in_process(), &Watch::new())?,
        RotateMode::Claims => Outcome::Found(Box::new(stable(&problem, Mechanism::Claims)?)),
        RotateMode::Trading => Outcome::Found(Box::new(stable(&problem, Mechanism::Trading)?)),
    };
    match &outcome {
        Outcome::Found(rotation) => {
            finish(&args.common, &outcome, &rotation_text(rotation))?;
            Ok(Exit::Done)
        }
        Outcome::Impossible(why) => {
            let mut grid = Grid::new(&["妨碍的规则", ">须让步（人）"]);
            for broken in &why.broken {
                grid.row([plain(broken.zh.as_str()), plain(broken.by.as_str())]);
            }
            let text = format!("{}\n{}", styled(HEAD, "没有符合全部规则的方案"), grid.render());
            finish(&args.common, &outcome, &text)?;
            Ok(Exit::Findings)
        }
    }
}

fn rotation_text(rotation: &Rotation) -> String {
    let mut text = format!("{}\n", styled(HEAD, "交流方案"));
    let _ = writeln!(
        text,
        " 符合条件 {} 人，交流 {} 人；{}",
        rotation.eligible,
        rotation.moves.len(),
        rotation.method.ended
    );
    let mut goals = Grid::new(&["目标", "单位", ">交流前", ">交流后"]);
    for level in &rotation.levels {
        goals.row([&level.zh, &level.unit, &level.before, &level.after].map(|t| plain(t.as_str())));
    }
    text.push_str(&goals.render());
    let mut shares = Grid::new(&["比例", ">人数", ">基数", ">%", "结论"]);
    for share in &rotation.shares {
        let verdict = if share.holds { ("达到", Tone::Good) } else { ("未达到", Tone::Bad) };
        shares.row([
            plain(share.zh.as_str()),
            plain(share.count.to_string()),
            plain(share.base.to_string()),
            plain(share.share.as_deref().unwrap_or("—")),
            (verdict.0.to_owned(), verdict.1),
        ]);
    }
    text.push_str(&shares.render());
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
        text.push_str(&moves.render());
    }
    if rotation.moves.len() > SHOWN {
        let _ = writeln!(text, " ……共 {} 人，其余见 --json", rotation.moves.len());
    }
    text.push_str(&findings_table(&rotation.findings));
    text
}

#[derive(Serialize)]
struct PairReport {
    schools: pairing::SchoolPairs,
    mentors: pairing::MentorPairs,
}

fn pair(packs: &PacksInUse, args: &StaffingArgs) -> anyhow::Result<Exit> {
    let Some(desk) = open(packs, args)? else { return Ok(Exit::Findings) };
    let evaluation = standard::evaluate(&desk.snapshot, &desk.standard, &desk.options)?;
    let settings = Settings::of(&desk.rules.rotation);
    let solver = solver::in_process();
    let catalogue = desk.standard.catalogue();
    let km = Exact::from(40);
    let bounds = pairing::Bounds { each: 2, km: &km, between: None };
    let schools =
        pairing::schools(&evaluation, &desk.snapshot, catalogue, &settings, &bounds, &*solver)?;
    let mentors = pairing::mentors(
        &desk.roster,
        (&desk.snapshot, catalogue),
        (&desk.rules, &settings),
        (3, &bounds),
        desk.standard.statistics_date(desk.snapshot.year()),
        &*solver,
    )?;
    let mut grid = Grid::new(&["学段", "帮扶学校", "受援学校", ">km", "受援方未达标"]);
    for pair in &schools.pairs {
        grid.row([
            plain(pair.stage.zh()),
            plain(pair.strong_name.as_str()),
            plain(pair.weak_name.as_str()),
            plain(pair.km.as_deref().unwrap_or("—")),
            plain(pair.misses.join(" ")),
        ]);
    }
    let text = format!(
        "{}\n{} 名师带徒 {} 对，未配 {} 人\n",
        styled(HEAD, "结对建议"),
        grid.render(),
        mentors.pairs.len(),
        mentors.unpaired.len()
    );
    finish(args, &PairReport { schools, mentors }, &text)?;
    Ok(Exit::Done)
}
