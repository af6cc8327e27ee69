//! `junheng staffing`: the roster, posts, rotations, pairings, principals' terms and training of a
//! county's teachers. What is shown and written is masked.

mod desk;
mod people;
mod posts;
mod roster;
mod rotation;
mod settings_file;

pub(crate) use desk::sheet as roster_sheet;
pub(crate) use rotation::read as read_rotation;

use crate::cli::StaffingCommand;
use crate::failure::Exit;
use crate::packs_in_use::PacksInUse;

/// Rows of a table that the screen shows at most; JSON and workbooks have all of them.
const SHOWN: usize = 40;

/// Runs a command of `staffing`.
pub(crate) fn run(packs: &PacksInUse, command: &StaffingCommand) -> anyhow::Result<Exit> {
    match command {
        StaffingCommand::Template(args) => roster::template(packs, args),
        StaffingCommand::Sample(args) => roster::sample(packs, args),
        StaffingCommand::Roster(args) => roster::check(packs, args),
        StaffingCommand::Posts(args) => posts::posts(packs, args),
        StaffingCommand::Settings(args) => rotation::write_settings(packs, args),
        StaffingCommand::Rotate(args) => rotation::rotate(packs, args),
        StaffingCommand::Check(args) => rotation::check(packs, args),
        StaffingCommand::Notice(args) => rotation::notice(args),
        StaffingCommand::Pair(args) => people::pair(packs, args),
        StaffingCommand::Principals(args) => people::principals(packs, args),
        StaffingCommand::Training(args) => people::training(packs, args),
    }
}
