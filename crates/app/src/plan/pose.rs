//! A planning problem from the files that the user named.

use crate::cli::{InputArgs, LimitArgs, ProblemArgs, RuleArgs};
use crate::evaluate;
use crate::failure::Misuse;
use crate::packs_in_use::PacksInUse;
use crate::reading::{self, Reading};
use anyhow::Context as _;
use domain::Snapshot;
use invest::costs::CostCatalogue;
use invest::file::PlanFile;
use invest::settings::Settings;
use invest::{InvestError, Problem};
use packs::PackFile;
use standard::{Options, Standard};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A problem and what it was read from.
pub(super) struct Posed {
    pub(super) problem: Problem,
    pub(super) reading: Reading,
    /// Name of the county.
    pub(super) county: String,
}

/// Reads a plan's file.
///
/// # Errors
/// [`Misuse`] where it is not there; the file's own, with line and excerpt.
pub(crate) fn plan_file(packs: &PacksInUse, path: &Path) -> anyhow::Result<PlanFile> {
    expect_plan(path)?;
    Ok(read_plan(packs, path)?.1)
}

fn expect_plan(path: &Path) -> anyhow::Result<()> {
    if path.is_file() {
        return Ok(());
    }
    let message = format!("没有方案文件 {}；可用 junheng plan new 生成一个", path.display());
    Err(Misuse(message).into())
}

/// A plan's file with its text.
fn read_plan(packs: &PacksInUse, path: &Path) -> anyhow::Result<(PackFile, PlanFile)> {
    let text = PackFile::read(path)?;
    let plan = invest::file::read(&text, &packs.source, &packs.catalogue);
    let plan = plan.map_err(|error| match error {
        // It names file and line itself.
        InvestError::Pack(error) => anyhow::Error::new(error),
        other => anyhow::Error::new(other).context(format!("方案 {} 不成立", path.display())),
    })?;
    Ok((text, plan))
}

/// The settings with what the command line says of the search.
pub(super) fn limited(mut settings: Settings, limits: &LimitArgs) -> Settings {
    let own = &mut settings.limits;
    own.seconds = limits.time_limit.unwrap_or(own.seconds);
    own.seed = limits.seed.unwrap_or(own.seed);
    if let Some(gap) = &limits.gap {
        own.gap = gap.clone();
    }
    settings
}

/// The plan's file that was named.
///
/// # Errors
/// [`Misuse`] where none was.
pub(super) fn named(plan: Option<&PathBuf>) -> anyhow::Result<&Path> {
    plan.map(PathBuf::as_path)
        .ok_or_else(|| Misuse("缺少参数 --plan <方案.toml>".to_owned()).into())
}

/// Poses the problem of a plan's file. `None` where the files make no county, which has been said.
///
/// # Errors
/// What is wrong with the arguments, the packs, the plan's file, or the two together.
pub(super) fn pose(packs: &PacksInUse, args: &ProblemArgs) -> anyhow::Result<Option<Posed>> {
    let path = named(args.plan.as_ref())?;
    expect_plan(path)?;
    let (text, file) = read_plan(packs, path)?;
    let standard = packs.standard(&args.rules.standard)?;
    let options = evaluate::options(&standard, &args.rules, None, false)?;
    let Some(read) = read(packs, &standard, &args.input, "没有规划")? else { return Ok(None) };
    if let Some(start) = read.start() {
        let wrong = invest::misplaced(&text, &file.settings, start, &standard);
        if !wrong.is_empty() {
            let said: Vec<String> = wrong.iter().map(ToString::to_string).collect();
            return Err(anyhow::Error::msg(said.join("\n")));
        }
    }
    let settings = limited(file.settings, &args.limits);
    let by = Rules { standard, options, costs: file.costs };
    problem(read, settings, by, &format!("方案 {}", path.display())).map(Some)
}

/// The county's files, read: a county is there.
pub(super) struct Read {
    pub(super) reading: Reading,
    /// The school years, oldest first; the last one is the data.
    pub(super) history: Vec<Snapshot>,
}

impl Read {
    /// The data.
    pub(super) fn start(&self) -> Option<&Snapshot> {
        self.history.last()
    }
}

/// Reads the county's files. `None` where they make no county, which has been said; `so` says what
/// is not done therefore.
///
/// # Errors
/// As [`reading::read`].
pub(super) fn read(
    packs: &PacksInUse,
    standard: &Standard,
    input: &InputArgs,
    so: &str,
) -> anyhow::Result<Option<Read>> {
    let mut reading = reading::read(packs, standard.catalogue(), input)?;
    let Some(data) = reading.snapshot.take() else {
        reading.say_no_county(so);
        return Ok(None);
    };
    let mut history = std::mem::take(&mut reading.earlier);
    history.push(data);
    Ok(Some(Read { reading, history }))
}

/// By what a plan is judged and priced.
pub(super) struct Rules {
    pub(super) standard: Standard,
    pub(super) options: Options,
    pub(super) costs: CostCatalogue,
}

/// The problem of settings. `named` is where they stand: `方案 a.toml`.
///
/// # Errors
/// [`invest::InvestError`] where settings and data do not go together.
pub(super) fn problem(
    read: Read,
    settings: Settings,
    by: Rules,
    named: &str,
) -> anyhow::Result<Posed> {
    let context = || format!("{named} 不能用于这些数据");
    let Read { reading, history } = read;
    let Some(start) = history.last() else { return Err(Misuse("没有数据".to_owned()).into()) };
    let county = start.county().name.clone();
    let worlds = invest::worlds(&history, &settings, &by.standard).with_context(context)?;
    let standard = Arc::new(by.standard);
    let problem = Problem::new(start, worlds, standard, by.options, settings, by.costs)
        .with_context(context)?;
    Ok(Posed { problem, reading, county })
}

/// The rules that a command line names.
///
/// # Errors
/// No such standard or parameter.
pub(super) fn rules(
    packs: &PacksInUse,
    rules: &RuleArgs,
    costs: CostCatalogue,
) -> anyhow::Result<Rules> {
    let standard = packs.standard(&rules.standard)?;
    let options = evaluate::options(&standard, rules, None, false)?;
    Ok(Rules { standard, options, costs })
}
