//! The ids that a template may write in a path: codes of indicators, rules and parts of the standards
//! that it is made for, and codes of data items.
//!
//! Must not know: values.

use super::field::Kind;
use super::thing::Entity;
use domain::{Catalogue, CountyCode, Draft, ItemKind, Level, SchoolKind, SchoolYear, Stage};
use standard::{Options, Standard};
use std::collections::{BTreeMap, BTreeSet};

/// The goals of every rotation.
const GOALS: [&str; 8] =
    ["shortage", "sections", "values", "coefficients", "pupils", "points", "commute", "moves"];

/// Known ids by the kind of thing, and items by level.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    ids: BTreeMap<Entity, BTreeSet<String>>,
    county_items: BTreeMap<String, (Kind, String)>,
    section_items: BTreeMap<String, (Kind, String)>,
}

impl Names {
    /// The names of a catalogue and of standards. What a standard has is read from its judgement of
    /// an empty county, which lists every indicator, rule and part.
    pub(crate) fn of(catalogue: &Catalogue, standards: &[Standard]) -> Self {
        let mut names = Self::default();
        for (_, item) in catalogue.iter() {
            let kind = match item.kind {
                ItemKind::Count if item.unit.to_string() == "人" => Kind::Persons,
                ItemKind::Count | ItemKind::Amount if item.unit.to_string() == "万元" => {
                    Kind::Amount
                }
                ItemKind::Count => Kind::Count,
                ItemKind::Amount => Kind::Number,
                _ => continue,
            };
            let entry = (kind, item.zh.clone());
            match item.level {
                Level::County => names.county_items.insert(item.code.clone(), entry),
                Level::Section => names.section_items.insert(item.code.clone(), entry),
                _ => None,
            };
        }
        let stages = [Stage::Primary, Stage::Junior].map(|s| s.code().to_owned());
        names.ids.insert(Entity::Stage, stages.into_iter().collect());
        let kinds = SchoolKind::ALL.iter().map(|k| k.code().to_owned());
        names.ids.insert(Entity::SchoolKind, kinds.collect());
        names.ids.insert(Entity::Goal, GOALS.map(str::to_owned).into());
        for standard in standards {
            names.learn(catalogue, standard);
        }
        names
    }

    fn learn(&mut self, catalogue: &Catalogue, standard: &Standard) {
        let Ok(code) = CountyCode::parse("110101") else { return };
        let year = SchoolYear(standard.validity().0.year());
        let judged = [year, SchoolYear(year.0 + 1)].into_iter().find_map(|year| {
            let draft = Draft::new(code.clone(), "空".to_owned(), year);
            let empty = draft.seal(catalogue).ok()?;
            standard::evaluate(&empty, standard, &Options::default()).ok()
        });
        let Some(judged) = judged else { return };
        let mut add = |entity, code: &str| {
            self.ids.entry(entity).or_default().insert(code.to_owned());
        };
        for indicator in &judged.indicators {
            for entity in [Entity::Indicator, Entity::Measure, Entity::Value, Entity::Line] {
                add(entity, &indicator.code);
            }
        }
        for group in &judged.groups {
            add(Entity::Group, &group.code);
            for rule in &group.indicators {
                add(Entity::Rule, &rule.code);
                rule.parts.iter().for_each(|part| add(Entity::Part, &part.code));
            }
        }
    }

    /// The ids of a kind of things; `None` where a template cannot know any.
    pub(crate) fn ids(&self, entity: Entity) -> Option<&BTreeSet<String>> {
        self.ids.get(&entity)
    }

    pub(crate) fn items(&self, entity: Entity, total: bool) -> &BTreeMap<String, (Kind, String)> {
        if entity == Entity::County && !total { &self.county_items } else { &self.section_items }
    }
}
