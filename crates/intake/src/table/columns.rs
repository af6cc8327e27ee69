//! Which column of a sheet is which of the layout.

use super::choices::target_of;
use crate::cell::text::{heading, key, unit};
use crate::context::{Context, Vocabulary};
use crate::head::{Candidate, Top};
use crate::layout::{Column, Field, Role, TableSheet, Target};
use crate::mapping::Topic;
use crate::open::Shape;
use domain::{ItemId, Level, Stage, Unit};
use std::collections::BTreeMap;

/// What a column is read as.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Use {
    /// Identity or structure.
    Field(Field),
    /// A fact.
    Item {
        item: ItemId,
        stage: Option<Stage>,
        /// The unit in the heading, if another than the item's.
        unit: Option<Unit>,
    },
}

/// The columns of a sheet.
#[derive(Debug, Default)]
pub(super) struct Columns {
    /// By column.
    pub(super) uses: BTreeMap<u32, Use>,
    /// The column of each field: looked up in every row.
    fields: BTreeMap<Field, u32>,
    /// Columns with a heading that nothing is known of.
    pub(super) unknown: Vec<(u32, String)>,
    /// Headings that the county has explained.
    pub(super) mapped: Vec<String>,
    /// Columns with the heading of an earlier one.
    pub(super) twice: Vec<(u32, String)>,
    /// The last row of the heading.
    pub(super) last_row: u32,
    /// The row behind the heading.
    pub(super) behind: u32,
}

impl Columns {
    /// Tries every stretch of the first rows as the heading and takes the one in which most columns
    /// are known, the shortest and uppermost of equals.
    pub(super) fn find(
        top: &Top,
        layout: &TableSheet,
        context: &Context<'_>,
        shape: &Shape,
    ) -> Self {
        let index = Index::new(layout, context);
        let mut best = Self::default();
        for candidate in top.candidates(shape) {
            let columns = index.columns(&candidate);
            let deep = |c: &Self| c.behind - c.last_row;
            if columns.uses.len() > best.uses.len()
                || (columns.uses.len() == best.uses.len()
                    && !best.uses.is_empty()
                    && deep(&columns) < deep(&best))
            {
                best = columns;
            }
        }
        best
    }

    /// The column of a field.
    pub(super) fn field(&self, field: Field) -> Option<u32> {
        self.fields.get(&field).copied()
    }
}

struct Index<'a> {
    words: &'a Vocabulary<'a>,
    /// The layout's id, under which the county has said what its headings mean.
    id: &'a str,
    sheet: &'a TableSheet,
    role: Role,
    /// Heading, whole and without its unit → columns of the layout.
    by_title: BTreeMap<String, Vec<&'a Column>>,
    groups: BTreeMap<String, Option<Stage>>,
}

impl<'a> Index<'a> {
    fn new(layout: &'a TableSheet, context: &Context<'a>) -> Self {
        let (words, id) = (context.words, context.layout.id.as_str());
        let mut by_title: BTreeMap<String, Vec<&Column>> = BTreeMap::new();
        let mut groups = BTreeMap::new();
        for column in &layout.columns {
            let stage = match column.target {
                Target::Item { stage, .. } => stage,
                Target::Field(Field::Attached(stage)) => Some(stage),
                Target::Field(_) => None,
            };
            if !column.group.is_empty() {
                groups.insert(key(&column.group), stage);
            }
            for title in std::iter::once(&column.title).chain(&column.aliases) {
                let title = key(title);
                let base = heading(&title).0.to_owned();
                for name in [title, base] {
                    let columns = by_title.entry(name).or_default();
                    if !columns.iter().any(|known| std::ptr::eq(*known, column)) {
                        columns.push(column);
                    }
                }
            }
        }
        Self { words, id, sheet: layout, role: layout.role, by_title, groups }
    }

    fn columns(&self, candidate: &Candidate) -> Columns {
        let mut columns = Columns {
            last_row: candidate.behind - 1,
            behind: candidate.behind,
            ..Columns::default()
        };
        for (column, path) in &candidate.paths {
            let known = self.one(path);
            let mapped = known.is_none();
            match known.or_else(|| self.mapped(path)) {
                Some(found) => {
                    if mapped {
                        columns.mapped.push(path.join(" › "));
                    }
                    if columns.uses.values().any(|known| same_target(known, &found)) {
                        columns.twice.push((*column, path.join(" › ")));
                    } else {
                        columns.uses.insert(*column, found);
                    }
                }
                None => columns.unknown.push((*column, path.join(" › "))),
            }
        }
        columns.fields = columns
            .uses
            .iter()
            .filter_map(|(column, what)| match what {
                Use::Field(field) => Some((*field, *column)),
                Use::Item { .. } => None,
            })
            .collect();
        columns
    }

    fn one(&self, path: &[String]) -> Option<Use> {
        let (title, above) = path.split_last()?;
        let group = above.iter().find_map(|text| self.groups.get_key_value(text));
        let (base, unit_text) = heading(title);
        let column = self
            .pick(title, group.map(|(name, _)| name.as_str()))
            .map(|column| (column, None))
            .or_else(|| {
                self.pick(base, group.map(|(name, _)| name.as_str()))
                    .map(|column| (column, unit_text))
            });
        if let Some((column, unit_text)) = column {
            return match column.target {
                Target::Field(field) => Some(Use::Field(field)),
                Target::Item { item, stage } => self.item(item, stage, unit_text),
            };
        }
        // Not in the layout: an item of the catalogue by its Chinese name.
        let stage = group.and_then(|(_, stage)| *stage);
        let level = match (self.role, stage) {
            (Role::Schools, Some(_)) => Level::Section,
            (Role::Schools, None) => Level::School,
            (Role::Classes, _) => Level::Class,
            (Role::Rooms, _) => Level::Room,
            (Role::County | Role::Evidence, _) => return None,
        };
        if let Some(item) = self.words.named(level, title) {
            return self.item(item, stage, None);
        }
        self.item(self.words.named(level, base)?, stage, unit_text)
    }

    /// What the county has said that a heading means.
    fn mapped(&self, path: &[String]) -> Option<Use> {
        let target = self.words.mapping.find(self.id, Topic::Column, &path.join(" › "))?;
        match target_of(target, self.sheet, self.words.catalogue)? {
            Target::Field(field) => Some(Use::Field(field)),
            Target::Item { item, stage } => {
                let unit = path.last().and_then(|title| heading(title).1);
                self.item(item, stage, unit).or_else(|| self.item(item, stage, None))
            }
        }
    }

    /// The column of a title: in its group, or the only one if the heading has no group.
    fn pick(&self, title: &str, group: Option<&str>) -> Option<&'a Column> {
        let columns = self.by_title.get(title)?;
        match group {
            Some(group) => columns.iter().find(|c| key(&c.group) == group).copied(),
            None if columns.len() == 1 => columns.first().copied(),
            None => None,
        }
    }

    fn item(&self, item: ItemId, stage: Option<Stage>, unit_text: Option<&str>) -> Option<Use> {
        let own = &self.words.catalogue.item(item).unit;
        let unit = match unit_text {
            None => None,
            Some(text) => Some(unit(text)?).filter(|stated| !stated.is_same(own)),
        };
        // A heading with a unit of something else names something else.
        if unit.as_ref().is_some_and(|stated| !stated.is_compatible(own)) {
            return None;
        }
        Some(Use::Item { item, stage, unit })
    }
}

fn same_target(a: &Use, b: &Use) -> bool {
    match (a, b) {
        (Use::Field(a), Use::Field(b)) => a == b && *a != Field::Ignored,
        (Use::Item { item, stage, .. }, Use::Item { item: other, stage: other_stage, .. }) => {
            item == other && stage == other_stage
        }
        _ => false,
    }
}
