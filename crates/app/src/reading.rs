//! From the files that the user named to the snapshot of a year, last year's, and the findings.

use crate::cli::InputArgs;
use crate::failure::{Exit, Misuse};
use crate::packs_in_use::PacksInUse;
use crate::screen::{self, BAD, CARE, styled};
use crate::{check, files, progress};
use domain::{Catalogue, SchoolYear, Snapshot};
use intake::layout::Layouts;
use intake::open::{Found, Limits, find};
use intake::roster::{RosterError, RosterLayouts, RosterOptions};
use intake::{FileRead, Finding, Intake, Options, Severity};
use std::path::{Path, PathBuf};

/// What the files say.
pub(crate) struct Reading {
    /// The year that is asked for, or else the latest; `None` where its files make no county.
    pub(crate) snapshot: Option<Snapshot>,
    /// The snapshots of the years before that one, oldest first; a year whose files make no county
    /// is left out.
    pub(crate) earlier: Vec<Snapshot>,
    /// The school years of the files, oldest first.
    pub(crate) years: Vec<SchoolYear>,
    /// Everything that is wrong or worth knowing.
    pub(crate) findings: Vec<Finding>,
    /// The files.
    pub(crate) files: Vec<FileRead>,
    /// Where the files make no county: which of them are rosters of teachers instead.
    pub(crate) rosters: Vec<String>,
}

impl Reading {
    /// Errors among the findings are told by the exit code.
    pub(crate) fn exit(&self) -> Exit {
        if self.findings.iter().any(|f| f.severity == Severity::Error) {
            Exit::Findings
        } else {
            Exit::Done
        }
    }

    /// Says on standard error that the files make no county, and why.
    pub(crate) fn say_no_county(&self, so: &str) {
        let has_errors = self.findings.iter().any(|f| f.severity == Severity::Error);
        if has_errors || self.rosters.is_empty() {
            let text = check::in_short(&self.findings);
            screen::note(text.trim());
        }
        for file in &self.rosters {
            let text = format!(
                "文件“{file}”是教师名册，不是本县数据（各校的学校、班级等工作簿）。教师名册用 junheng staffing 的 \
                 --roster 给出，本县数据直接写在命令后面，如：junheng staffing roster 本县数据.xlsx --roster {file}"
            );
            screen::note(&styled(CARE, &text));
        }
        let end = format!("数据还不是一个县的完整记录，{so}。");
        let end = match (has_errors, self.rosters.is_empty()) {
            (true, _) => format!("{end}请先改正上面的错误。"),
            (false, true) => format!("{end}这些文件中没有认出学校数据，可用 junheng check 查看。"),
            (false, false) => end,
        };
        screen::note(&styled(BAD, &end));
    }
}

/// Reads the files. `catalogue` is that of the standard, which may have items of its own.
///
/// # Errors
/// [`Misuse`] where a file is not there or no file is of the year asked for; a pack that is wrong.
/// What is wrong *in* the files are findings.
pub(crate) fn read(
    packs: &PacksInUse,
    catalogue: &Catalogue,
    args: &InputArgs,
) -> anyhow::Result<Reading> {
    files::expect_inputs(args.files.iter().chain(&args.last_year))?;
    let layouts = Layouts::load(&packs.source, catalogue)?;
    let options = Options::new(catalogue, &layouts);
    let previous =
        if args.last_year.is_empty() { None } else { last_year(&args.last_year, &options) };
    let mut options = options.with_checks(&packs.items);
    options.previous = previous.as_ref();
    let mut intake = watched(&args.files, &options);
    if let Some(year) = args.year.map(SchoolYear) {
        if intake.years.is_empty() {
            // No file says of which year it is: the user does.
            options.year = Some(year);
            intake = watched(&args.files, &options);
        }
        if !intake.years.is_empty() && intake.years.iter().all(|y| y.year != year) {
            let known: Vec<_> = intake.years.iter().map(|y| y.year.to_string()).collect();
            let message = format!("文件中没有 {year} 学年的数据，有的是：{}", known.join("、"));
            return Err(Misuse(message).into());
        }
    }
    let mut reading = of(intake, args.year.map(SchoolYear));
    if reading.snapshot.is_none() {
        reading.rosters = rosters(packs, &args.files)?;
    }
    Ok(reading)
}

/// The files that are rosters of teachers.
fn rosters(packs: &PacksInUse, paths: &[PathBuf]) -> anyhow::Result<Vec<String>> {
    let layouts = RosterLayouts::load(&packs.source)?;
    let options = RosterOptions::new(&layouts);
    let is_roster = |path: &Path, name: &str| {
        let Ok(bytes) = std::fs::read(path) else { return false };
        let read = intake::roster::read(&bytes, name, &options);
        matches!(read, Ok(_) | Err(RosterError::Empty { .. } | RosterError::Ambiguous { .. }))
    };
    let named = paths.iter().filter(|path| path.is_file()).filter_map(|path| {
        let name = path.file_name()?.to_string_lossy().into_owned();
        is_roster(path, &name).then_some(name)
    });
    Ok(named.collect())
}

fn of(intake: Intake, year: Option<SchoolYear>) -> Reading {
    let years: Vec<SchoolYear> = intake.years.iter().map(|y| y.year).collect();
    let wanted = year.or(years.last().copied());
    let mut until = intake.years.into_iter().filter(|y| wanted.is_some_and(|year| y.year <= year));
    let snapshot = until.next_back().and_then(|y| y.snapshot);
    Reading {
        snapshot,
        earlier: until.filter_map(|y| y.snapshot).collect(),
        years,
        findings: intake.findings,
        files: intake.files,
        rosters: Vec::new(),
    }
}

/// The files behind the paths that the user named; what cannot be listed has its finding.
pub(crate) fn found(paths: &[PathBuf]) -> Vec<Found> {
    let limits = Limits::default();
    let mut found: Vec<Found> =
        paths.iter().filter_map(|path| find(path, &limits).ok()).flatten().collect();
    found.sort();
    found.dedup();
    found
}

/// Last year's snapshot. Its own errors only keep it from being compared with.
fn last_year(paths: &[PathBuf], options: &Options<'_>) -> Option<Snapshot> {
    let mut intake = watched(paths, options);
    let snapshot = intake.years.pop().and_then(|year| year.snapshot);
    if snapshot.is_none() {
        let note = format!(
            "提示 上一学年的文件有 {} 条错误，没有用来核对突变；请先用 junheng check 检查它们",
            intake.errors
        );
        screen::note(&styled(CARE, &note));
    }
    snapshot
}

/// Reads with a bar that shows how far it is.
fn watched(paths: &[PathBuf], options: &Options<'_>) -> Intake {
    let bar = progress::bar("正在读取", found(paths).len());
    let show = |progress: intake::Progress<'_>| {
        bar.set_position(u64::try_from(progress.done).unwrap_or(u64::MAX));
        bar.set_message(progress.file.to_owned());
    };
    let paths: Vec<&Path> = paths.iter().map(PathBuf::as_path).collect();
    let watched = Options {
        progress: Some(&show),
        county: options.county.clone(),
        limits: options.limits.clone(),
        ..*options
    };
    let intake = intake::read(&paths, &watched);
    bar.finish_and_clear();
    intake
}
