//! Cross-checks inside one snapshot: a formula that has to hold at every place of its level.

use crate::example::Example;
use crate::finding::{CheckFinding, CheckPlace, CheckedFact};
use crate::raw;
use crate::read::{filled, refuse};
use crate::template::{self, Template};
use crate::words::Words;
use domain::{Catalogue, ItemId, Level, Place};
use formula::{Definition, Env, Formula, Outcome, Type, Vocabulary};
use packs::{PackError, PackFile, Spanned};
use serde::Serialize;
use std::collections::BTreeSet;
use std::sync::Arc;

/// How bad it is that a check does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The figures contradict each other: one of them is wrong.
    Error,
    /// The figures can be right and seldom are.
    Warning,
}

impl From<raw::Severity> for Severity {
    fn from(raw: raw::Severity) -> Self {
        match raw {
            raw::Severity::Error => Self::Error,
            raw::Severity::Warning => Self::Warning,
        }
    }
}

/// A cross-check: where `when` holds, `rule` has to hold.
#[derive(Clone, Debug)]
pub struct Check {
    code: String,
    zh: String,
    when: Option<Formula>,
    rule: Formula,
    definitions: Arc<[Definition]>,
    severity: Severity,
    message: Template,
    remedy: Template,
    pub(crate) violated: Vec<Example>,
    pub(crate) satisfied: Vec<Example>,
}

/// What became of a check at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tried {
    /// Its condition does not hold there.
    Elsewhere,
    /// A figure is missing or does not apply: another finding's business.
    Silent,
    Holds,
    Broken,
}

impl Check {
    pub(crate) fn read(
        file: &PackFile,
        raw: &raw::Check,
        words: &Words,
    ) -> Result<Self, PackError> {
        let vocabulary = &words.vocabulary;
        check_code(file, &raw.code)?;
        filled(file, &raw.zh, "检查名称")?;
        let read = |text: &Spanned<String>| flag(file, text, vocabulary, raw.level);
        let sentence = |text| Template::read(file, text, vocabulary, raw.level);
        let examples = |list: &[Spanned<raw::Example>]| -> Result<Vec<_>, PackError> {
            list.iter().map(|e| Example::read(file, e, words.catalogue)).collect()
        };
        Ok(Self {
            code: raw.code.get_ref().clone(),
            zh: raw.zh.get_ref().clone(),
            when: raw.when.as_ref().map(read).transpose()?,
            rule: read(&raw.rule)?,
            definitions: Arc::clone(&words.definitions),
            severity: raw.severity.into(),
            message: sentence(&raw.message)?,
            remedy: sentence(&raw.remedy)?,
            violated: examples(&raw.violated)?,
            satisfied: examples(&raw.satisfied)?,
        })
    }

    /// Its stable code, as `CHK-PUPILS-GRADES`.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    /// Its Chinese name.
    #[must_use]
    pub fn zh(&self) -> &str {
        &self.zh
    }

    /// The level at which it is tried.
    #[must_use]
    pub fn level(&self) -> Level {
        self.rule.level()
    }

    /// How bad it is that it does not hold.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.severity
    }

    /// The formula that restricts it to some places.
    #[must_use]
    pub fn when(&self) -> Option<&Formula> {
        self.when.as_ref()
    }

    /// The formula that has to hold.
    #[must_use]
    pub fn rule(&self) -> &Formula {
        &self.rule
    }

    /// Tries the check; the definitions of its file take the place of those of `env`.
    pub(crate) fn attempt(&self, env: &Env, place: Place) -> Tried {
        let env = &Env { definitions: &self.definitions, ..*env };
        match self.when.as_ref().map(|when| when.evaluate(env, place)) {
            None | Some(Outcome::Flag(true)) => {}
            Some(Outcome::Flag(false) | Outcome::NotApplicable) => return Tried::Elsewhere,
            Some(_) => return Tried::Silent,
        }
        match self.rule.evaluate(env, place) {
            Outcome::Flag(true) => Tried::Holds,
            Outcome::Flag(false) => Tried::Broken,
            _ => Tried::Silent,
        }
    }

    /// The finding, where the check is broken.
    pub(crate) fn run(&self, env: &Env, place: Place) -> Option<CheckFinding> {
        let env = &Env { definitions: &self.definitions, ..*env };
        (self.attempt(env, place) == Tried::Broken).then(|| CheckFinding {
            check: self.code.clone(),
            title: self.zh.clone(),
            severity: self.severity,
            place: CheckPlace::of(place),
            facts: facts(used(&self.rule, &self.definitions), env.catalogue, place),
            message: self.message.render(env, place),
            remedy: self.remedy.render(env, place),
        })
    }
}

/// A formula that is a flag.
fn flag(
    file: &PackFile,
    text: &Spanned<String>,
    vocabulary: &Vocabulary,
    level: Level,
) -> Result<Formula, PackError> {
    let formula = template::formula(file, text, vocabulary, level)?;
    if matches!(formula.result(), Type::Flag) {
        return Ok(formula);
    }
    let message = format!("检查的公式应当是一个判断，实为{}", formula.result());
    Err(refuse(file, text, "I-CHECK-06", message).with_help("例如 teachers_backbone <= teachers"))
}

/// Refuses a code that is not made of `CHK-` and capital words joined by `-`.
pub(crate) fn check_code(file: &PackFile, code: &Spanned<String>) -> Result<(), PackError> {
    let text = code.get_ref();
    let words: Vec<_> = text.split('-').collect();
    let is_word =
        |w: &&str| !w.is_empty() && w.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
    if words.len() >= 2 && words.first() == Some(&"CHK") && words.iter().all(is_word) {
        return Ok(());
    }
    let message = format!("检查代码“{text}”应写作 CHK-大写单词，例如 CHK-PUPILS-GRADES");
    Err(refuse(file, code, "I-CHECK-01", message))
}

/// The items of a formula and of the definitions that it uses.
fn used(rule: &Formula, definitions: &[Definition]) -> BTreeSet<ItemId> {
    let mut items: BTreeSet<_> = rule.items().collect();
    for index in rule.definitions() {
        // A definition uses only earlier ones, so this ends.
        let (earlier, rest) = definitions.split_at(index.min(definitions.len()));
        if let Some(definition) = rest.first() {
            items.extend(used(&definition.formula, earlier));
        }
    }
    items
}

/// The facts that a formula looked at: those that the place sees, and of what lies below it the
/// ones of its own school. Catalogue order, then the order of the snapshot.
fn facts(used: BTreeSet<ItemId>, catalogue: &Catalogue, place: Place) -> Vec<CheckedFact> {
    let mut found = Vec::new();
    for id in used {
        let level = catalogue.item(id).level;
        let mut take = |at: Place| {
            if let Some(fact) = at.facts(level).and_then(|facts| facts.get(id)) {
                found.push(CheckedFact::new(id, at, place, fact));
            }
        };
        if place.facts(level).is_some() {
            take(place);
            continue;
        }
        let Some(school) = place.school() else { continue };
        let county = place.county();
        let here = |stage| place.stage().is_none_or(|own| own == stage);
        match level {
            Level::Section => school
                .sections
                .iter()
                .filter(|s| here(s.stage))
                .for_each(|s| take(Place::Section(county, school, s))),
            Level::Class => school
                .classes
                .iter()
                .filter(|c| here(c.stage))
                .for_each(|c| take(Place::Class(county, school, c))),
            Level::Room => school.rooms.iter().for_each(|r| take(Place::Room(county, school, r))),
            Level::County | Level::School => {}
        }
    }
    found
}
