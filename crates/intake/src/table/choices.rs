//! What an unknown heading of a sheet may mean: a column of the layout, or an item of the catalogue at
//! a level that the sheet has.

use super::Sheet;
use super::columns::{Columns, Use};
use crate::layout::{Field, Role, TableSheet, Target};
use crate::mapping::{Choice, IGNORE, Question, Topic};
use crate::part::zh;
use domain::{Catalogue, Item, ItemId, Level, Stage};

/// The words for a column that is not to be read.
const IGNORED: &str = "不读入";

/// Asks about the headings that are not known, and counts those that a mapping explained. `needed`: a
/// column that must be there is among them, or nowhere.
pub(super) fn ask(columns: &Columns, needed: bool, sheet: &mut Sheet<'_, '_>) {
    let (id, catalogue) = (sheet.context.layout.id.as_str(), sheet.context.words.catalogue);
    for label in &columns.mapped {
        let target = sheet.context.words.mapping.find(id, Topic::Column, label).unwrap_or(IGNORE);
        sheet.findings.words.applied(id, Topic::Column, label, target);
    }
    let taken: Vec<String> = columns.uses.values().map(|used| used_code(used, catalogue)).collect();
    for (column, label) in &columns.unknown {
        let at = sheet.source.at(columns.last_row, *column);
        let question = question(sheet, label.clone(), at, needed);
        let layout = sheet.layout;
        sheet.findings.words.ask(question, || of_sheet(layout, catalogue), &taken);
    }
}

/// A question about a heading, or about the name of a row of the county's sheet.
pub(super) fn question<'q>(
    sheet: &Sheet<'q, '_>,
    label: String,
    at: crate::Location,
    needed: bool,
) -> Question<'q> {
    let id = sheet.context.layout.id.as_str();
    Question {
        layout: id,
        topic: Topic::Column,
        label,
        about: sheet.layout.name.as_str(),
        at,
        needed,
        choices: format!("column/{id}/{}", sheet.layout.name),
    }
}

/// All that a column of a sheet may be.
pub(crate) fn of_sheet(sheet: &TableSheet, catalogue: &Catalogue) -> Vec<Choice> {
    let mut choices = vec![Choice::new(IGNORE, IGNORED)];
    if sheet.role != Role::County {
        for column in &sheet.columns {
            let title = if column.group.is_empty() {
                column.title.clone()
            } else {
                format!("{} {}", column.group, column.title)
            };
            choices.push(Choice::new(code(column.target, catalogue), title));
        }
    }
    for (id, item) in catalogue.iter() {
        for stage in stages(sheet.role, item.level) {
            let target = code(Target::Item { item: id, stage: *stage }, catalogue);
            if !choices.iter().any(|known| known.target == target) {
                choices.push(Choice::new(target, named(item, *stage)));
            }
        }
    }
    choices
}

fn named(item: &Item, stage: Option<Stage>) -> String {
    let name = zh(&item.zh, stage);
    if item.unit.is_one() { name } else { format!("{name}({})", item.unit) }
}

/// The stages at which an item of a level may stand in a sheet; none for a level that it has not.
fn stages(role: Role, level: Level) -> &'static [Option<Stage>] {
    const SECTIONS: &[Option<Stage>] =
        &[Some(Stage::Primary), Some(Stage::Junior), Some(Stage::Senior)];
    const WHOLE: &[Option<Stage>] = &[None];
    match (role, level) {
        (Role::Schools, Level::Section) => SECTIONS,
        (Role::Schools, Level::School)
        | (Role::Classes, Level::Class)
        | (Role::Rooms, Level::Room)
        | (Role::County, Level::County) => WHOLE,
        _ => &[],
    }
}

fn used_code(used: &Use, catalogue: &Catalogue) -> String {
    match used {
        Use::Field(field) => code(Target::Field(*field), catalogue),
        Use::Item { item, stage, .. } => {
            code(Target::Item { item: *item, stage: *stage }, catalogue)
        }
    }
}

/// The name of a target in a mapping.
fn code(target: Target, catalogue: &Catalogue) -> String {
    match target {
        Target::Field(Field::Ignored) => IGNORE.to_owned(),
        Target::Field(Field::Attached(stage)) => format!("field/attached/{}", stage.code()),
        Target::Field(field) => format!("field/{}", field.code()),
        Target::Item { item, stage: None } => format!("item/{}", catalogue.item(item).code),
        Target::Item { item, stage: Some(stage) } => {
            format!("item/{}/{}", stage.code(), catalogue.item(item).code)
        }
    }
}

/// The target of a name, where the sheet can have it: a mapping may be older than the layout.
pub(super) fn target_of(text: &str, sheet: &TableSheet, catalogue: &Catalogue) -> Option<Target> {
    if text == IGNORE {
        return Some(Target::Field(Field::Ignored));
    }
    let own = sheet.columns.iter().map(|column| column.target);
    if let Some(target) = own.into_iter().find(|target| code(*target, catalogue) == text) {
        return Some(target);
    }
    let (item, stage) = item_of(text, catalogue)?;
    let level = catalogue.item(item).level;
    stages(sheet.role, level).contains(&stage).then_some(Target::Item { item, stage })
}

/// The item of a name, with its stage.
pub(super) fn item_of(text: &str, catalogue: &Catalogue) -> Option<(ItemId, Option<Stage>)> {
    let rest = text.strip_prefix("item/")?;
    match rest.split_once('/') {
        None => Some((catalogue.id(rest)?, None)),
        Some((stage, item)) => {
            let stage = Stage::ALL.into_iter().find(|known| known.code() == stage)?;
            Some((catalogue.id(item)?, Some(stage)))
        }
    }
}
