//! `junheng plan`: the cheapest way to the standard, and what is asked of plans.
//!
//! The problem is posed here from files, solved in a process of its own, and shown. What a plan is
//! and whether it holds is the business of the crates `invest` and `standard`.

mod check;
mod compare;
mod copy;
mod frontier;
mod impossible;
mod list;
mod make;
mod new;
mod pose;
mod result;
mod shadow;
mod summary;
mod watching;
mod years;

pub(crate) use pose::plan_file;
pub(crate) use result::read as read_result;

use crate::cli::{PlanArgs, PlanCommand};
use crate::failure::Exit;
use crate::files;
use crate::packs_in_use::PacksInUse;
use crate::screen::{self, GOOD, styled};
use serde::Serialize;
use std::path::{Path, PathBuf};

/// Version of the JSON shapes of the commands beside the plan itself.
const FORMAT: u32 = 1;

/// What stands at the head of every JSON of this module.
#[derive(Serialize)]
struct Head<'a> {
    format: u32,
    engine: &'static str,
    title: &'a str,
    problem: &'a str,
}

impl<'a> Head<'a> {
    const fn new(title: &'a str, problem: &'a str) -> Self {
        Self { format: FORMAT, engine: env!("CARGO_PKG_VERSION"), title, problem }
    }
}

/// Makes a plan, or does what the command says.
pub(crate) fn run(packs: &PacksInUse, args: &PlanArgs) -> anyhow::Result<Exit> {
    match &args.command {
        None => make::run(packs, &args.make),
        Some(PlanCommand::New(args)) => new::run(packs, args),
        Some(PlanCommand::Check(args)) => check::run(packs, args),
        Some(PlanCommand::Frontier(args)) => frontier::run(packs, args),
        Some(PlanCommand::Shadow(args)) => shadow::run(packs, args),
        Some(PlanCommand::Compare(args)) => compare::run(args),
        Some(PlanCommand::Copy(args)) => copy::run(packs, args),
        Some(PlanCommand::List { folder }) => list::run(packs, folder),
    }
}

/// Looks at a JSON output before anything is read.
///
/// # Errors
/// As [`files::expect_output`].
fn expect_json(path: Option<&Path>, inputs: &[PathBuf]) -> anyhow::Result<()> {
    path.map_or(Ok(()), |path| files::expect_output(path, files::Kind::Json, inputs))
}

/// Shows a result on the screen and writes its JSON; where the JSON goes to standard output, it
/// stands alone there.
///
/// # Errors
/// Of the file or the stream.
fn hand_over(text: &str, json: Option<&Path>, value: &impl Serialize) -> anyhow::Result<()> {
    match json {
        None => screen::print(text),
        Some(path) if files::is_standard_output(path) => screen::pass_on(&files::json(value)?),
        Some(path) => {
            files::write(path, &files::json(value)?)?;
            screen::print(&format!("{text}{} {}\n", styled(GOOD, "已写出"), path.display()))
        }
    }
}
