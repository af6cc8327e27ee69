//! Which facts files of a layout supply, and the template of what they leave open.

use super::WriteError;
use crate::layout::{Body, Field, Layout, Role, Table, TableSheet, Target};
use domain::{Catalogue, ItemId, School, SchoolKind, Snapshot, Value};

/// The kinds of schools that are asked for figures.
const ASKED: [SchoolKind; 7] = [
    SchoolKind::Primary,
    SchoolKind::TeachingPoint,
    SchoolKind::Junior,
    SchoolKind::NineYear,
    SchoolKind::TwelveYear,
    SchoolKind::CompleteSecondary,
    SchoolKind::Senior,
];

/// Does a file of the layout hold the target for a school of this kind? Fields that name the school
/// stand in every file.
pub(super) fn supplies(layout: &Layout, kind: SchoolKind, target: Target) -> bool {
    match &layout.body {
        Body::Table(_) => true,
        Body::Cells(cells) => {
            let values = cells.sheets.iter().filter(|s| s.is_for(kind));
            values.flat_map(|sheet| sheet.values_for(kind)).filter(|v| !v.positive).any(|value| {
                value.target == target
                    || match (value.target, target) {
                        (Target::Item { stage, .. }, Target::Item { item, stage: asked }) => {
                            stage == asked && value.contains.contains(&item)
                        }
                        _ => false,
                    }
            })
        }
        Body::Export(export) => {
            // A school stands in the file of each of its stages, with the figures of the whole.
            let has_file = export.stages.iter().any(|(s, _)| kind.stages().contains(s));
            export.columns.iter().any(|column| match (column.target, target) {
                (Target::Item { item, stage }, Target::Item { item: asked, stage: at }) => {
                    let file = match at {
                        Some(at) => {
                            export.stages.iter().any(|(s, _)| *s == at)
                                && stage.is_none_or(|stage| stage == at)
                        }
                        None => has_file,
                    };
                    item == asked && file
                }
                (Target::Field(field), Target::Field(asked)) => field == asked && has_file,
                _ => false,
            })
        }
    }
}

/// Do the files of the layout really hold what the target is for this school? A cell that is a sum
/// stays blank where a part of it is unknown, and a school without a stage stands in no export.
pub(super) fn holds(
    layout: &Layout,
    school: &School,
    target: Target,
    catalogue: &Catalogue,
) -> bool {
    if !supplies(layout, school.kind, target) {
        return false;
    }
    let Target::Item { item, stage } = target else { return true };
    let facts = match stage {
        Some(stage) => school.section(stage).map(|section| &section.facts),
        None => Some(&school.facts),
    };
    let value = |item: &ItemId| facts.and_then(|facts| facts.value(*item));
    let figure = |item: &ItemId| matches!(value(item), Some(Value::Number(_)));
    let all_known = |parts: &[ItemId]| parts.iter().all(|part| value(part).is_some());
    match &layout.body {
        Body::Table(_) => true,
        Body::Cells(cells) => {
            let sheets = cells.sheets.iter().filter(|sheet| sheet.is_for(school.kind));
            sheets.flat_map(|sheet| sheet.values_for(school.kind)).any(|cell| match cell.target {
                Target::Item { item: whole, stage: own } if own == stage && !cell.positive => {
                    let number = figure(&whole);
                    if whole == item {
                        !number || all_known(&cell.contains)
                    } else {
                        cell.contains.contains(&item) && number && all_known(&cell.contains)
                    }
                }
                _ => false,
            })
        }
        Body::Export(export) => {
            let in_a_file = school
                .sections
                .iter()
                .any(|section| export.stages.iter().any(|(s, _)| *s == section.stage));
            let sum = Some(item) == catalogue.id(super::export::ART);
            in_a_file && (!sum || !figure(&item) || export.art_contains.iter().all(figure))
        }
    }
}

/// The template without what files of the other layout supply.
///
/// With a snapshot, a column stays as long as the snapshot holds one value for it that those files
/// do not hold; without one, as long as some kind of school must be asked for it.
pub(super) fn supplement(
    table: &Table,
    other: &Layout,
    snapshot: Option<&Snapshot>,
    catalogue: &Catalogue,
) -> Result<Table, WriteError> {
    if matches!(other.body, Body::Table(_)) {
        return Err(WriteError::NoSupplement(other.id.clone()));
    }
    let sheets = table
        .sheets
        .iter()
        .map(|sheet| {
            let mut sheet: TableSheet = sheet.clone();
            if sheet.role == Role::Schools {
                sheet.columns.retain(|column| {
                    let asked = match column.target {
                        Target::Field(Field::Code | Field::Name) => return true,
                        target => ASKED
                            .iter()
                            .any(|kind| concerns(*kind, target) && !supplies(other, *kind, target)),
                    };
                    match snapshot {
                        None => asked,
                        Some(snapshot) => asked || open(snapshot, other, column.target, catalogue),
                    }
                });
            }
            sheet
        })
        .collect();
    Ok(Table { sheets })
}

/// Has a school of this kind the target by itself? Attached classes are asked for in the template.
fn concerns(kind: SchoolKind, target: Target) -> bool {
    match target {
        Target::Item { stage: Some(stage), .. } => kind.stages().contains(&stage),
        Target::Item { stage: None, .. } | Target::Field(_) => true,
    }
}

/// Does the snapshot hold a value of the target that files of the layout do not?
fn open(snapshot: &Snapshot, other: &Layout, target: Target, catalogue: &Catalogue) -> bool {
    snapshot.schools().iter().any(|school| {
        let known = super::content::school(target, None, school, snapshot, catalogue);
        known != super::content::Content::Blank && !holds(other, school, target, catalogue)
    })
}
