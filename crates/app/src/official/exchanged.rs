//! The rotation that a document speaks of: the file that `staffing rotate` has written, with the days of
//! its notice; and, on purpose, full names out of the roster.

use crate::cli::RotationArgs;
use crate::failure::Misuse;
use crate::packs_in_use::PacksInUse;
use crate::staffing as teachers;
use document::rotation::{Rotation, Run, Standing};
use domain::Snapshot;
use jiff::civil::Date;
use staffing::{PersonName, RosterRow, TeacherId};
use std::collections::BTreeMap;

/// Reads the rotation of a command; `None` where none is given.
pub(super) fn read(
    packs: &PacksInUse,
    args: &RotationArgs,
    snapshot: &Snapshot,
) -> anyhow::Result<Option<Rotation>> {
    let Some(path) = &args.rotation else { return Ok(None) };
    let found = teachers::read_rotation(path)?;
    if found.mode == "nearest" {
        return Err(Misuse("这是不完全符合规则的方案，不能写成文书".to_owned()).into());
    }
    if found.year != snapshot.year() {
        let message =
            format!("方案按 {} 学年的数据求得，数据是 {} 学年的", found.year, snapshot.year());
        return Err(Misuse(message).into());
    }
    let adopted = day(args.adopted.as_deref())?;
    let notice = match (day(args.from.as_deref())?, day(args.until.as_deref())?) {
        (Some(from), Some(until)) if from > until => {
            return Err(Misuse("公示期的最后一天早于第一天".to_owned()).into());
        }
        (from, until) => from.zip(until),
    };
    let names = if args.plain { names(packs, args, snapshot)? } else { BTreeMap::new() };
    Ok(Some(Rotation {
        id: String::new(),
        title: format!("{}年教师交流轮岗", found.year.0 + 1),
        hash: found.problem.clone(),
        rules: found.rules.clone(),
        standing: if adopted.is_some() { Standing::Adopted } else { Standing::Published },
        notice,
        adopted,
        run: Run::from(found),
        names,
        objections: Vec::new(),
    }))
}

fn day(text: Option<&str>) -> anyhow::Result<Option<Date>> {
    let read = |text: &str| {
        let wrong = || Misuse(format!("“{text}”不是日期，请写成 2025-06-16"));
        text.parse().map_err(|_| anyhow::Error::new(wrong()))
    };
    text.map(read).transpose()
}

/// Full names by number.
fn names(
    packs: &PacksInUse,
    args: &RotationArgs,
    snapshot: &Snapshot,
) -> anyhow::Result<BTreeMap<TeacherId, PersonName>> {
    let Some(path) = &args.roster else { return Ok(BTreeMap::new()) };
    let sheet = teachers::roster_sheet(packs, path, None, snapshot)?;
    let name = |row: RosterRow| {
        let number = row.get("number").filter(|number| !number.is_empty())?;
        Some((TeacherId::from(number), PersonName::new(row.get("name")?)))
    };
    Ok(sheet.rows.iter().filter_map(|record| name(RosterRow::of(record.cells()))).collect())
}
