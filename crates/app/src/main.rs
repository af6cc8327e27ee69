//! The program `junheng`: the commands that a county works with.
//!
//! Each command stands in a module of its own and is the same three steps: read what the user
//! named, let the capability crates do the work, show the result. No rule, no figure and no verdict
//! is made here.

mod check;
mod cli;
mod demo_county;
mod evaluate;
mod explain;
mod failure;
mod files;
mod forecasts;
mod item;
mod keeping;
mod keys;
mod official;
mod packs_in_use;
mod plan;
mod progress;
mod reading;
mod screen;
mod serve;
mod staffing;
mod standards;
mod summary;
mod table;
mod template;
mod worker;
mod wrong_use;

use clap::Parser as _;
use cli::{AuditCommand, Cli, Command, ItemCommand, KeyCommand, StandardCommand};
use failure::Exit;
use packs_in_use::PacksInUse;
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return wrong_use::report(&error),
    };
    // Before anything is read: its standard output belongs to the program that started it.
    if matches!(cli.command, Command::SolveWorker) {
        return worker::serve();
    }
    match run(cli) {
        Ok(exit) => exit.into(),
        Err(error) => failure::report(&error),
    }
}

fn run(cli: Cli) -> anyhow::Result<Exit> {
    let packs = PacksInUse::load(cli.packs.as_deref())?;
    match cli.command {
        Command::Demo(args) => demo_county::run(&packs, &args),
        Command::Template(args) => template::run(&packs, &args),
        Command::Check(args) => check::run(&packs, &args),
        Command::Evaluate(args) => evaluate::run(&packs, &args),
        Command::Explain(args) => explain::run(&packs, &args),
        Command::Plan(args) => plan::run(&packs, &args),
        Command::Forecast(args) => forecasts::run(&packs, &args),
        Command::Document(args) => official::run(&packs, &args),
        Command::Staffing { command } => staffing::run(&packs, &command),
        Command::Standard { command } => match command {
            StandardCommand::List => standards::list(&packs),
            StandardCommand::Show { id } => standards::show(&packs, &id),
            StandardCommand::Test { id } => standards::test(&packs, id.as_deref()),
        },
        Command::Item { command } => match command {
            ItemCommand::List { level } => item::list(&packs, level),
            ItemCommand::Show { code } => item::show(&packs, &code),
        },
        Command::Serve(args) => serve::run(&packs, &args),
        Command::Backup(args) => keeping::backup(&args),
        Command::Restore(args) => keeping::restore(&args),
        Command::Verify(args) => keeping::verify(&args),
        Command::Migrate(args) => keeping::migrate(&args),
        Command::Key { command } => match command {
            KeyCommand::Show(args) => keys::show(&args),
            KeyCommand::Rotate(args) => keys::rotate(&args),
        },
        Command::Audit { command: AuditCommand::Verify(args) } => keeping::verify_audit(&args),
        Command::SolveWorker => Ok(Exit::Done),
    }
}
