//! The judge: a pure function from a snapshot and a standard to an evaluation.
//!
//! Nothing here reads a clock, a file or a random number; the same inputs give the same bytes.

pub(crate) mod county;
mod overall;
pub(crate) mod section;
mod stage;
mod target;

use crate::evaluation::{
    Evaluation, Excluded, FORMAT, IndicatorInfo, MissingFact, ParameterUse, StageLimits,
    StandardRef,
};
use crate::parameter::resolve;
use crate::prepare::{Prepared, prepare};
use crate::standard::{Limits, of_stage};
use crate::{Standard, StandardError};
use domain::{Place, School, SchoolCode, Section, Snapshot, Stage, Value};
use formula::{Env, Everything, Formula, Guests, MissingInput, Outcome, Scope};
use std::collections::{BTreeMap, BTreeSet};

/// What the caller chooses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// The user's own values of parameters, by code: `relief` = `是`, `branches` = `own` …
    pub parameters: BTreeMap<String, String>,
    /// Show the unweighted and the sample form of every coefficient beside it.
    pub compare_forms: bool,
}

impl Options {
    /// These options with the relief rules on or off.
    #[must_use]
    pub fn with_relief(&self, on: bool) -> Self {
        let mut options = self.clone();
        options.parameters.insert("relief".into(), if on { "是" } else { "否" }.into());
        options
    }
}

/// Evaluates a snapshot by a standard.
///
/// # Errors
/// [`StandardError`] when the standard is not in force in the snapshot's school year, when the
/// user's parameters are not allowed, or when merged branches give no snapshot. Missing facts are
/// no error: they are part of the result.
pub fn evaluate(
    snapshot: &Snapshot,
    standard: &Standard,
    options: &Options,
) -> Result<Evaluation, StandardError> {
    with_judge(snapshot, standard, options, |judge, bench| {
        let mut missing = MissingList::default();
        let sections: Vec<_> = judge.sections(&mut missing);
        let stages = judge.stages(&sections);
        let groups = judge.groups(&mut missing);
        let mut evaluation = Evaluation {
            format: FORMAT,
            engine: env!("CARGO_PKG_VERSION").to_owned(),
            standard: StandardRef {
                id: standard.id.clone(),
                title: standard.title.clone(),
                version: standard.version.clone(),
                hash: standard.hash.clone(),
            },
            county_code: snapshot.county().code.clone(),
            county: snapshot.county().name.clone(),
            year: snapshot.year(),
            snapshot: snapshot.hash().to_owned(),
            parameters: bench.parameters,
            coefficient_form: coefficient_form(standard),
            indicators: judge.indicator_infos(),
            sections,
            excluded: bench.excluded,
            stages,
            groups,
            phases: target::phases(standard, standard.statistics_date(snapshot.year())),
            targets: Vec::new(),
            overall: overall::undecided(),
        };
        evaluation.overall = overall::judge(standard, &evaluation, missing);
        evaluation.targets = target::targets(standard, &evaluation);
        evaluation
    })
}

/// What the judge's set-up says besides the judge itself.
pub(crate) struct Bench {
    pub(crate) parameters: Vec<ParameterUse>,
    pub(crate) excluded: Vec<Excluded>,
}

/// Sets a judge up – parameters resolved, branches merged, scope decided – and lets it work.
pub(crate) fn with_judge<R>(
    snapshot: &Snapshot,
    standard: &Standard,
    options: &Options,
    work: impl FnOnce(&Judge<'_>, Bench) -> R,
) -> Result<R, StandardError> {
    let date = standard.statistics_date(snapshot.year());
    if date < standard.valid_from || standard.valid_to.is_some_and(|to| date > to) {
        return Err(StandardError::NotInForce {
            title: standard.title.clone(),
            from: standard.valid_from,
            to: standard.valid_to,
            year: snapshot.year(),
        });
    }
    let (parameters, uses) = resolve(&standard.parameters, date, &options.parameters)?;
    let Prepared { snapshot: prepared, merged } = prepare(snapshot, standard, &parameters)?;
    let inside = Inside::new(&prepared, standard, &parameters);
    let mut excluded = inside.excluded.clone();
    excluded.extend(merged);
    excluded.sort_by(|a, b| (&a.school, a.stage).cmp(&(&b.school, b.stage)));
    let judge = Judge {
        standard,
        env: environment(&prepared, standard, &parameters, &inside),
        everywhere: environment(&prepared, standard, &parameters, &Compulsory),
        limits: standard.limits(&parameters),
        options,
    };
    Ok(work(&judge, Bench { parameters: uses, excluded }))
}

fn coefficient_form(standard: &Standard) -> String {
    if standard.coefficient.is_some() {
        "按学生数加权，总体标准差除以全县均值：CV = √(Σ(Pᵢ/P)(xᵢ−X̄)²) ÷ X̄，其中 X̄ = ΣRᵢ/ΣPᵢ"
            .to_owned()
    } else {
        String::new()
    }
}

pub(crate) fn environment<'a>(
    snapshot: &'a Snapshot,
    standard: &'a Standard,
    parameters: &'a [Outcome],
    scope: &'a dyn Scope,
) -> Env<'a> {
    Env {
        snapshot,
        catalogue: &standard.catalogue,
        parameters,
        definitions: &standard.definitions,
        weights: &standard.weights,
        guests: guests(standard, parameters),
        scope,
    }
}

/// The children of attached kindergarten classes, where the parameter gives them a weight.
fn guests<'a>(standard: &Standard, parameters: &'a [Outcome]) -> Option<Guests<'a>> {
    let weight = parameters.get(standard.kindergarten_parameter?)?.number()?;
    let item = standard.catalogue.id("kindergarten_pupils")?;
    (!weight.is_zero()).then_some(Guests { item, weight })
}

/// All compulsory sections, in the scope of the standard or not.
#[derive(Debug)]
pub(crate) struct Compulsory;

impl Scope for Compulsory {
    fn includes(&self, _: &School, stage: Stage) -> bool {
        Stage::COMPULSORY.contains(&stage)
    }
}

/// The sections that the standard judges.
pub(crate) struct Inside {
    /// By school code: which stages are judged, by [`Stage::index`].
    stages: BTreeMap<SchoolCode, [bool; 3]>,
    pub(crate) excluded: Vec<Excluded>,
}

impl Scope for Inside {
    fn includes(&self, school: &School, stage: Stage) -> bool {
        self.stages.get(&school.code).is_some_and(|stages| stages[stage.index()])
    }
}

impl Inside {
    pub(crate) fn new(snapshot: &Snapshot, standard: &Standard, parameters: &[Outcome]) -> Self {
        let env = environment(snapshot, standard, parameters, &Everything);
        let mut inside = Self { stages: BTreeMap::new(), excluded: Vec::new() };
        for school in snapshot.schools() {
            let mut stages = [false; 3];
            let excluded = |stage, reason: &str| Excluded {
                school: school.code.clone(),
                name: school.name.clone(),
                kind: school.kind,
                stage,
                reason: reason.to_owned(),
            };
            for section in &school.sections {
                if !standard.stages.contains(&section.stage) {
                    continue;
                }
                let place = Place::Section(snapshot.county(), school, section);
                // A rule that cannot be decided excludes nobody: no school is dropped silently.
                let rule = standard
                    .excludes
                    .iter()
                    .find(|rule| rule.when.evaluate(&env, place).flag() == Some(true));
                match rule {
                    Some(rule) => inside.excluded.push(excluded(Some(section.stage), &rule.reason)),
                    None => stages[section.stage.index()] = true,
                }
            }
            let judged = stages.contains(&true);
            if !judged && inside.excluded.last().is_none_or(|e| e.school != school.code) {
                inside.excluded.push(excluded(None, "没有义务教育学段，不参评"));
            }
            if judged {
                inside.stages.insert(school.code.clone(), stages);
            }
        }
        inside
    }
}

/// Why a dash is no value.
pub(crate) const DASH: &str = "填了“—”，这里要有数";

/// Facts that were needed and not there, with the indicators that needed them.
#[derive(Debug, Default)]
pub(crate) struct MissingList {
    facts: BTreeMap<(Option<SchoolCode>, String, String, String), BTreeSet<String>>,
}

impl MissingList {
    /// Remembers what keeps a formula from having a value.
    pub(crate) fn formula(
        &mut self,
        formula: &Formula,
        env: &Env<'_>,
        place: Place<'_>,
        indicator: &str,
    ) {
        for input in formula.missing(env, place) {
            let zh = match input.reason {
                formula::MissingReason::Fact | formula::MissingReason::Parameter => input.zh,
                _ => input.to_string(),
            };
            self.fact(input.school, input.place, input.code, zh, indicator);
        }
    }

    /// Remembers that `—` stands where a figure is needed: at the items of the formula that have
    /// it, or at the place where they are further down.
    pub(crate) fn dash(
        &mut self,
        formula: &Formula,
        env: &Env<'_>,
        place: Place<'_>,
        indicator: &str,
    ) {
        let school = place.school().map(|s| s.code.clone());
        let mut found = false;
        for id in formula.items() {
            let item = env.catalogue.item(id);
            let fact = Snapshot::fact(place, item.level, id);
            if fact.is_some_and(|fact| fact.value == Value::NotApplicable) {
                let zh = format!("{}（填了“—”）", item.zh);
                self.fact(school.clone(), place.title(), item.code.clone(), zh, indicator);
                found = true;
            }
        }
        if !found {
            self.fact(school, place.title(), String::new(), DASH.to_owned(), indicator);
        }
    }

    pub(crate) fn fact(
        &mut self,
        school: Option<SchoolCode>,
        place: String,
        item: String,
        zh: String,
        indicator: &str,
    ) {
        self.facts.entry((school, place, item, zh)).or_default().insert(indicator.to_owned());
    }

    pub(crate) fn into_facts(self) -> Vec<MissingFact> {
        self.facts
            .into_iter()
            .map(|((school, place, item, zh), needed_by)| MissingFact {
                school,
                place,
                item,
                zh,
                needed_by: needed_by.into_iter().collect(),
            })
            .collect()
    }
}

/// Names what is missing, in one sentence.
pub(crate) fn missing_text(inputs: &[MissingInput]) -> String {
    // In the order of the formula, each once.
    let mut names: Vec<String> = Vec::new();
    for input in inputs.iter().filter(|input| !input.zh.is_empty()) {
        if !names.contains(&input.zh) {
            names.push(input.zh.clone());
        }
    }
    if names.is_empty() {
        names = inputs.iter().map(ToString::to_string).collect();
    }
    match names.len() {
        0 => "缺少数据".to_owned(),
        n if n > 6 => format!("缺“{}”等 {n} 项", names[..6].join("”“")),
        _ => format!("缺“{}”", names.join("”“")),
    }
}

/// A standard at work on a snapshot.
pub(crate) struct Judge<'a> {
    pub(crate) standard: &'a Standard,
    /// The sections in scope.
    pub(crate) env: Env<'a>,
    /// All compulsory sections.
    pub(crate) everywhere: Env<'a>,
    /// Thresholds and floors, by indicator.
    pub(crate) limits: Vec<Limits>,
    pub(crate) options: &'a Options,
}

impl<'a> Judge<'a> {
    /// The judged sections in the order of codes and stages.
    pub(crate) fn places(&self) -> impl Iterator<Item = (&'a School, &'a Section)> + use<'a> {
        let env = self.env;
        env.snapshot.schools().iter().flat_map(move |school| {
            school
                .sections
                .iter()
                .filter(move |section| env.scope.includes(school, section.stage))
                .map(move |section| (school, section))
        })
    }

    fn indicator_infos(&self) -> Vec<IndicatorInfo> {
        self.standard
            .indicators
            .iter()
            .zip(&self.limits)
            .map(|(i, limits)| IndicatorInfo {
                code: i.code.clone(),
                zh: i.zh.clone(),
                short: i.short.clone(),
                unit: i.unit.clone(),
                decimals: i.decimals,
                clause: i.clause.clone(),
                text: i.text.clone(),
                limits: self
                    .standard
                    .stages
                    .iter()
                    .map(|stage| StageLimits {
                        stage: *stage,
                        threshold: of_stage(&limits.threshold, *stage).cloned(),
                        floor: of_stage(&limits.floor, *stage).cloned(),
                        coefficient: of_stage(&i.coefficient, *stage).cloned(),
                    })
                    .collect(),
                gap_unit: i.gap_unit.clone(),
            })
            .collect()
    }
}
