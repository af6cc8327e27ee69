//! What the commands start from, and how they end: the data and the roster; text, JSON, workbook.

use super::SHOWN;
use crate::cli::StaffingArgs;
use crate::failure::{Exit, Misuse};
use crate::packs_in_use::PacksInUse;
use crate::screen::{self, CARE, GOOD, styled};
use crate::table::{Grid, Tone, plain};
use crate::{demo_county, evaluate, files, reading};
use anyhow::Context as _;
use domain::Snapshot;
use forms::FormsError;
use forms::staffing::Masthead;
use intake::roster::{RosterError, RosterLayouts, RosterOptions, RosterSheet};
use jiff::civil::Date;
use serde::Serialize;
use staffing::{Finding, Roster, RosterRow, Rules, Severity, count};
use standard::{Options, Standard};
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

/// Everything that the commands start from.
pub(super) struct Desk {
    pub(super) standard: Arc<Standard>,
    pub(super) options: Options,
    pub(super) rules: Rules,
    /// The data with what the roster counts.
    pub(super) snapshot: Snapshot,
    /// The data of the years before, oldest first.
    pub(super) earlier: Vec<Snapshot>,
    pub(super) roster: Roster,
    /// What is wrong with the roster and where it differs from the forms.
    pub(super) findings: Vec<Finding>,
    /// What is wrong with the roster's file, and by which layout it was read.
    pub(super) sheet: RosterSheet,
    /// The day that years are counted at.
    pub(super) day: Date,
    /// The line that synthetic data carry.
    label: Option<&'static str>,
}

impl Desk {
    /// What stands over the sheets of workbooks.
    pub(super) fn masthead(&self) -> Masthead<'_> {
        Masthead { day: self.day, ..Masthead::of(&self.snapshot, self.label) }
    }

    /// Has the roster or its file an error?
    pub(super) fn is_wrong(&self) -> bool {
        let error = |finding: &Finding| finding.severity == Severity::Error;
        self.sheet.errors > 0 || self.findings.iter().any(error)
    }

    /// Says on standard error that rows of the roster were left out, for the commands that do not list
    /// what is wrong with it.
    pub(super) fn say_faults(&self) {
        if self.is_wrong() {
            let text = "提示 名册有错误，出错的行或格没有计入；逐条见 junheng staffing roster";
            screen::note(&styled(CARE, text));
        }
    }
}

/// Reads data and roster; `None`, said on standard error, where the data are no county.
pub(super) fn open(packs: &PacksInUse, args: &StaffingArgs) -> anyhow::Result<Option<Desk>> {
    if let Some(path) = &args.json {
        files::expect_output(path, files::Kind::Json, &args.input.files)?;
    }
    if let Some(path) = &args.xlsx {
        files::expect_output(path, files::Kind::Workbook, &args.input.files)?;
        files::expect_writable(path, std::slice::from_ref(&args.roster))?;
    }
    let standard = Arc::new(packs.standard(&args.rules.standard)?);
    let options = evaluate::options(&standard, &args.rules, None, false)?;
    let rules = staffing::rules::load(&packs.source, &args.staffing)?;
    files::expect_inputs([&args.roster])?;
    let reading = reading::read(packs, standard.catalogue(), &args.input)?;
    let Some(snapshot) = &reading.snapshot else {
        reading.say_no_county("没有读入名册");
        return Ok(None);
    };
    let sheet = sheet(packs, &args.roster, args.layout.as_deref(), snapshot)?;
    let rows: Vec<(usize, RosterRow)> =
        sheet.rows.iter().map(|record| (record.row, RosterRow::of(record.cells()))).collect();
    let day = standard.statistics_date(snapshot.year());
    let numbered = rows.iter().map(|(row, cells)| (*row, cells));
    let (roster, mut findings) = Roster::read_numbered(numbered, snapshot, &rules, day);
    let (snapshot, differences) = count::recount(snapshot, &roster, &rules, standard.catalogue())?;
    findings.extend(differences);
    let synthetic = files::are_synthetic(&reading::found(&args.input.files), demo_county::LABEL);
    let label = synthetic.then_some(demo_county::LABEL);
    let earlier = reading.earlier;
    let desk =
        Desk { standard, options, rules, snapshot, earlier, roster, findings, sheet, day, label };
    Ok(Some(desk))
}

/// Reads the roster's file.
pub(crate) fn sheet(
    packs: &PacksInUse,
    path: &Path,
    layout: Option<&str>,
    snapshot: &Snapshot,
) -> anyhow::Result<RosterSheet> {
    let layouts = RosterLayouts::load(&packs.source).context("正在读取名册版式")?;
    let bytes = std::fs::read(path)
        .with_context(|| format!("A-FILE-03 无法读取名册 {}", path.display()))?;
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
    let schools = snapshot.schools().iter().map(|s| (s.code.as_str(), s.name.as_str()));
    let options = RosterOptions::new(&layouts).by(layout).schools(schools);
    intake::roster::read(&bytes, &name, &options).map_err(|error| {
        let said = format!("{} {error}", error.code());
        match error {
            RosterError::Ambiguous { .. } => Misuse(format!("{said}（--layout）")).into(),
            RosterError::NoSuchLayout { .. } => Misuse(said).into(),
            _ => anyhow::Error::msg(said),
        }
    })
}

/// What makes a workbook.
type Maker = fn() -> Result<Vec<u8>, FormsError>;

/// Where there is nothing to make a workbook of.
pub(super) const NO_WORKBOOK: Option<Maker> = None;

/// Writes JSON and workbook and prints the text, which is kept back where the JSON goes to the screen.
pub(super) fn finish<W: FnOnce() -> Result<Vec<u8>, FormsError>>(
    args: &StaffingArgs,
    json: &impl Serialize,
    workbook: Option<W>,
    text: &str,
) -> anyhow::Result<()> {
    let mut text = text.to_owned();
    let mut written = |path: &Path| {
        let _ = writeln!(text, "{} {}", styled(GOOD, "已写出"), path.display());
    };
    if let (Some(path), Some(workbook)) = (&args.xlsx, workbook) {
        files::write(path, &workbook()?)?;
        written(path);
    }
    match &args.json {
        Some(path) if files::is_standard_output(path) => {
            return screen::pass_on(&files::json(json)?);
        }
        Some(path) => {
            files::write(path, &files::json(json)?)?;
            written(path);
        }
        None => {}
    }
    screen::print(&text)
}

/// A table of what is wrong, the first lines of it.
pub(super) fn findings_table(findings: &[Finding]) -> String {
    let mut grid = Grid::new(&["代码", "程度", ">行或教师", "列", "问题", "怎么办"]);
    for finding in findings.iter().take(SHOWN) {
        let tone = match finding.severity {
            Severity::Error => Tone::Bad,
            Severity::Warning => Tone::Care,
            Severity::Notice => Tone::Plain,
        };
        // What stands in no row of the roster is about somebody all the same.
        let row = finding.row.map(|row| row.to_string());
        let place = row.or_else(|| finding.teacher.as_ref().map(ToString::to_string));
        grid.row([
            plain(finding.code.as_str()),
            (finding.severity.zh().to_owned(), tone),
            plain(place.unwrap_or_default()),
            plain(finding.field.as_str()),
            plain(finding.message.as_str()),
            plain(finding.remedy.as_str()),
        ]);
    }
    let mut text = if grid.is_empty() { String::new() } else { grid.render() };
    text.push_str(&rest(findings.len(), "条"));
    text
}

/// A table of what is wrong with the roster's file.
pub(super) fn file_table(findings: &[intake::Finding]) -> String {
    let mut grid = Grid::new(&["代码", "程度", "位置", "问题", "怎么办"]);
    for finding in findings.iter().take(SHOWN) {
        let tone = match finding.severity {
            intake::Severity::Error => Tone::Bad,
            intake::Severity::Warning => Tone::Care,
            intake::Severity::Notice => Tone::Plain,
        };
        let place = finding.location.as_ref().map(ToString::to_string);
        grid.row([
            plain(finding.code),
            (finding.severity.zh().to_owned(), tone),
            plain(place.unwrap_or_default()),
            plain(finding.message.as_str()),
            plain(finding.advice.as_str()),
        ]);
    }
    let mut text = if grid.is_empty() { String::new() } else { grid.render() };
    text.push_str(&rest(findings.len(), "条"));
    text
}

/// What is said where a table has more rows than the screen shows.
pub(super) fn rest(all: usize, unit: &str) -> String {
    if all > SHOWN {
        format!(" ……共 {all} {unit}，其余见 --json 或 --xlsx\n")
    } else {
        String::new()
    }
}

/// A whole number, or that it is missing.
pub(super) fn number(value: Option<i64>) -> String {
    value.map_or_else(|| "缺数".to_owned(), |value| value.to_string())
}

/// How a command ends whose work was done on a roster that may have errors.
pub(super) fn done(desk: &Desk) -> Exit {
    desk.say_faults();
    Exit::Done
}
