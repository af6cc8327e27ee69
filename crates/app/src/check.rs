//! `junheng check`: everything that is wrong in the files, with the place and the remedy.

use crate::cli::CheckArgs;
use crate::failure::{Exit, Misuse};
use crate::files;
use crate::packs_in_use::PacksInUse;
use crate::reading::{self, Reading};
use crate::screen::{self, BAD, CARE, FAINT, GOOD, HEAD, styled};
use anstyle::Style;
use anyhow::Context as _;
use domain::SchoolYear;
use intake::annotate::annotate;
use intake::open::Limits;
use intake::{Finding, Severity};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

const SEVERITIES: [Severity; 3] = [Severity::Error, Severity::Warning, Severity::Notice];

/// Kinds of errors that an evaluation shows, and places of each.
const GROUPS: usize = 10;
const PLACES: usize = 5;
/// Further places of a finding that are shown.
const ALSO: usize = 8;
/// Version of the JSON shape.
const FORMAT: u32 = 1;

/// The JSON of a check.
#[derive(Serialize)]
struct Report<'a> {
    format: u32,
    engine: &'static str,
    years: &'a [SchoolYear],
    files: Vec<FileLine<'a>>,
    counts: Counts,
    findings: &'a [Finding],
}

#[derive(Serialize)]
struct FileLine<'a> {
    name: &'a str,
    bytes: u64,
    sha256: &'a str,
    layout: Option<&'a str>,
}

#[derive(Serialize)]
struct Counts {
    error: u64,
    warning: u64,
    notice: u64,
}

/// Checks.
pub(crate) fn run(packs: &PacksInUse, args: &CheckArgs) -> anyhow::Result<Exit> {
    let json_alone = args.json.as_deref().is_some_and(files::is_standard_output);
    if let Some(path) = args.json.as_deref().filter(|path| !files::is_standard_output(path)) {
        files::expect_writable(path, &args.input.files)?;
        files::expect_ours(path, files::Kind::Json)?;
    }
    if let Some(folder) = &args.annotate {
        files::expect_outside(folder, &args.input.files)?;
    }
    let standard = packs.standard(&args.standard)?;
    let reading = reading::read(packs, standard.catalogue(), &args.input)?;
    let mut text = files_read(&reading);
    text.push_str(&findings(&reading.findings));
    if let Some(folder) = &args.annotate {
        for path in annotated(folder, args, &reading)? {
            let _ = writeln!(text, "{} {}", styled(GOOD, "已写出标注"), path.display());
        }
    }
    if let Some(path) = &args.json {
        let json = files::json(&report(&reading))?;
        if json_alone {
            screen::pass_on(&json)?;
        } else {
            files::write(path, &json)?;
            let _ = writeln!(text, "{} {}", styled(GOOD, "已写出"), path.display());
        }
    }
    if json_alone {
        screen::note(&counts(&reading.findings));
    } else {
        screen::print(&text)?;
    }
    Ok(reading.exit())
}

fn report(reading: &Reading) -> Report<'_> {
    let count = |severity| count(&reading.findings, severity);
    Report {
        format: FORMAT,
        engine: env!("CARGO_PKG_VERSION"),
        years: &reading.years,
        files: reading
            .files
            .iter()
            .map(|file| FileLine {
                name: &file.name,
                bytes: file.bytes,
                sha256: &file.hash,
                layout: file.layout.as_deref(),
            })
            .collect(),
        counts: Counts {
            error: count(Severity::Error),
            warning: count(Severity::Warning),
            notice: count(Severity::Notice),
        },
        findings: &reading.findings,
    }
}

/// Which files were read by which layout, and which years they are of.
fn files_read(reading: &Reading) -> String {
    let mut by_layout: BTreeMap<&str, usize> = BTreeMap::new();
    for file in &reading.files {
        *by_layout.entry(file.layout.as_deref().unwrap_or("未读入")).or_default() += 1;
    }
    let layouts: Vec<String> =
        by_layout.into_iter().map(|(layout, n)| format!("{layout} {n} 个")).collect();
    let years: Vec<String> = reading.years.iter().map(ToString::to_string).collect();
    let years = if years.is_empty() {
        "没有可用的学年".to_owned()
    } else {
        format!("{} 学年", years.join("、"))
    };
    format!("文件 {} 个（{}），{years}\n\n", reading.files.len(), layouts.join("，"))
}

/// Writes the copies, one for each file that has findings of its own.
fn annotated(folder: &Path, args: &CheckArgs, reading: &Reading) -> anyhow::Result<Vec<PathBuf>> {
    let found = reading::found(&args.input.files);
    if let Some(pair) = found.windows(2).find(|pair| pair[0].name == pair[1].name) {
        let message =
            format!("有两个文件都叫“{}”，标注无法区分。请分开检查它们所在的文件夹", pair[0].name);
        return Err(Misuse(message).into());
    }
    let mut written = Vec::new();
    for file in found {
        let own = |f: &Finding| f.location.as_ref().is_some_and(|l| *l.file == *file.name);
        if !reading.findings.iter().any(own) {
            continue;
        }
        let source = fs::read(&file.path)
            .with_context(|| format!("A-FILE-03 无法读取 {}", file.path.display()))?;
        let copy = match annotate(&source, &file.name, &reading.findings, &Limits::default()) {
            Ok(copy) => copy,
            // A file that could not be read cannot be coloured; its finding is in the list.
            Err(error) => {
                screen::note(&format!("{} {error}", styled(CARE, "没有标注")));
                continue;
            }
        };
        let stem = file.name.rsplit_once('.').map_or(file.name.as_str(), |(stem, _)| stem);
        let path = folder.join(format!("{stem}_校验.{}", copy.extension));
        if let Some(folder) = path.parent() {
            files::make_folder(folder)?;
        }
        files::write(&path, &copy.bytes)?;
        written.push(path);
    }
    if written.is_empty() {
        screen::note("没有需要标注的文件");
    }
    Ok(written)
}

const fn style(severity: Severity) -> Style {
    match severity {
        Severity::Error => BAD,
        Severity::Warning => CARE,
        Severity::Notice => FAINT,
    }
}

/// How many findings there are of a severity, those that are not listed included.
fn count(findings: &[Finding], severity: Severity) -> u64 {
    findings
        .iter()
        .filter(|f| f.severity == severity)
        .map(|f| if f.more > 0 { f.more } else { 1 })
        .sum()
}

/// `错误 3 条，警告 2 条，提示 1 条`.
fn counts(findings: &[Finding]) -> String {
    let counts: Vec<String> = SEVERITIES
        .iter()
        .map(|severity| {
            let n = count(findings, *severity);
            let text = format!("{severity} {n} 条");
            if n == 0 { text } else { styled(style(*severity), &text) }
        })
        .collect();
    counts.join("，")
}

/// Findings that say the same of several places.
struct Group<'a> {
    first: &'a Finding,
    places: Vec<&'a Finding>,
}

/// Findings of a severity, those that say the same together, in the order of their first places.
fn groups(findings: &[Finding], severity: Severity) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut known: BTreeMap<(&str, &str, &str), usize> = BTreeMap::new();
    for finding in findings.iter().filter(|f| f.severity == severity) {
        let said = (finding.code, finding.message.as_str(), finding.advice.as_str());
        let index = *known.entry(said).or_insert_with(|| {
            groups.push(Group { first: finding, places: Vec::new() });
            groups.len() - 1
        });
        if let Some(group) = groups.get_mut(index) {
            group.places.push(finding);
        }
    }
    groups
}

/// All findings, errors first, in the order of their places.
fn findings(findings: &[Finding]) -> String {
    let mut text = String::new();
    for severity in SEVERITIES {
        let groups = groups(findings, severity);
        if groups.is_empty() {
            continue;
        }
        let head = format!("{severity} {} 条", count(findings, severity));
        let _ = writeln!(text, "{}", styled(style(severity), &head));
        for group in groups {
            one(&mut text, &group, usize::MAX);
        }
        text.push('\n');
    }
    let _ = writeln!(text, "{}", counts(findings));
    text
}

/// Where a finding is, and of what it is.
fn head(finding: &Finding) -> String {
    let place = finding.location.as_ref().map(ToString::to_string);
    let school = finding.school.as_ref().map(|s| match (&*s.name, &*s.code) {
        ("", code) => code.to_owned(),
        (name, "") => name.to_owned(),
        (name, code) => format!("{name}（{code}）"),
    });
    let item = finding.item.as_ref().map(|item| item.zh.to_string());
    let about: Vec<String> = [place, school, item].into_iter().flatten().collect();
    if about.is_empty() { "全部数据".to_owned() } else { about.join(" · ") }
}

fn one(text: &mut String, group: &Group<'_>, most: usize) {
    for finding in group.places.iter().take(most) {
        let _ = write!(text, "  {}", styled(HEAD, &head(finding)));
        if std::ptr::eq(*finding, group.first) {
            let _ = write!(text, " {}", styled(FAINT, finding.code));
        }
        text.push('\n');
        if !finding.also.is_empty() {
            let _ = writeln!(text, "    另见 {}", also(finding));
        }
    }
    if group.places.len() > most {
        let _ = writeln!(text, "  … 另有 {} 处", group.places.len() - most);
    }
    let _ = writeln!(text, "    {}", group.first.message);
    if !group.first.advice.is_empty() {
        let _ = writeln!(text, "    怎么办：{}", group.first.advice);
    }
}

/// The further places of a finding, those in the same sheet by their cells alone.
fn also(finding: &Finding) -> String {
    let here = finding.location.as_ref();
    let mut places: Vec<String> = finding
        .also
        .iter()
        .take(ALSO)
        .map(|place| match (here, place.cell) {
            (Some(here), Some((row, column)))
                if here.file == place.file && here.sheet == place.sheet =>
            {
                domain::cell_name(row, column)
            }
            _ => place.to_string(),
        })
        .collect();
    if finding.also.len() > ALSO {
        places.push(format!("…（共 {} 处）", finding.also.len()));
    }
    places.join("、")
}

/// The counts, and the errors: what an evaluation says of its data.
pub(crate) fn in_short(findings: &[Finding]) -> String {
    if findings.is_empty() {
        return format!("\n{} {}\n", styled(HEAD, "数据检查"), styled(GOOD, "没有发现问题"));
    }
    let mut text =
        format!("\n{} {}；逐条见 junheng check\n", styled(HEAD, "数据检查"), counts(findings));
    let errors = groups(findings, Severity::Error);
    for group in errors.iter().take(GROUPS) {
        one(&mut text, group, PLACES);
    }
    if errors.len() > GROUPS {
        let _ = writeln!(text, "  … 另有 {} 种错误", errors.len() - GROUPS);
    }
    text
}
