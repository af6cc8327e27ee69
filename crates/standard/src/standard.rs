//! A standard, loaded: everything resolved, every formula parsed and unit-checked.

use crate::parameter::Parameter;
use domain::{Catalogue, Exact, Level, Stage, Unit};
use formula::{Definition, Formula, Outcome};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::Arc;

/// A document that rules and parameters cite.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// The key by which the pack cites it.
    pub key: String,
    /// Its title.
    pub title: String,
    /// Its number.
    pub number: String,
    /// Its date.
    pub date: Date,
    /// Grade of certainty: `A` official text seen, `B` two or more public sources, `C` one source,
    /// `K` general knowledge, to be confirmed by the user.
    pub grade: String,
    /// A remark.
    pub note: String,
}

/// A value by compulsory stage.
pub(crate) type ByStage<T> = [Option<T>; 2];

/// The value of a stage in a [`ByStage`].
pub(crate) fn of_stage<T>(values: &ByStage<T>, stage: Stage) -> Option<&T> {
    values.get(stage.index()).and_then(Option::as_ref)
}

/// A threshold: a figure of the pack, or one of its parameters.
#[derive(Clone, Debug)]
pub(crate) enum Bound {
    Fixed(Exact),
    Parameter(usize),
}

/// Thresholds and floors of an indicator with the parameters of an evaluation filled in.
#[derive(Clone, Debug, Default)]
pub(crate) struct Limits {
    pub(crate) threshold: ByStage<Exact>,
    pub(crate) floor: ByStage<Exact>,
}

/// Sections that are not judged, and why.
#[derive(Clone, Debug)]
pub(crate) struct Exclude {
    pub(crate) when: Formula,
    pub(crate) reason: String,
}

/// The rule that makes a verdict of the values of a section: so many reach their thresholds, and
/// no value lies below the floor.
#[derive(Clone, Debug)]
pub(crate) struct SectionRule {
    pub(crate) clause: String,
    pub(crate) text: String,
    pub(crate) floor: Option<Exact>,
    /// Best grade first.
    pub(crate) grades: Vec<RuleGrade>,
}

#[derive(Clone, Debug)]
pub(crate) struct RuleGrade {
    pub(crate) zh: String,
    pub(crate) at_least: usize,
    pub(crate) passes: bool,
}

/// How coefficients are formed and limited.
#[derive(Clone, Debug)]
pub(crate) struct CoefficientRule {
    pub(crate) clause: String,
    pub(crate) text: String,
    pub(crate) weight: Formula,
    pub(crate) decimals: u8,
    pub(crate) composite: ByStage<Exact>,
}

/// A section indicator.
#[expect(clippy::struct_excessive_bools, reason = "each is a key of its own in the pack")]
#[derive(Clone, Debug)]
pub(crate) struct Indicator {
    pub(crate) code: String,
    pub(crate) zh: String,
    pub(crate) short: String,
    pub(crate) unit: Unit,
    pub(crate) decimals: u8,
    pub(crate) clause: String,
    pub(crate) text: String,
    pub(crate) threshold: ByStage<Bound>,
    pub(crate) coefficient: ByStage<Exact>,
    pub(crate) in_composite: bool,
    pub(crate) in_rule: bool,
    /// May its figures be `—`?
    pub(crate) may_not_apply: bool,
    pub(crate) gap_unit: Unit,
    pub(crate) gap_decimals: u8,
    pub(crate) formula: ByStage<Formula>,
    /// Does the formula share a whole school's resource out among its sections?
    pub(crate) split: bool,
}

/// A group of county indicators.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    pub(crate) code: String,
    pub(crate) zh: String,
    pub(crate) clause: String,
    pub(crate) text: String,
    pub(crate) decides: bool,
}

/// A county indicator.
#[derive(Clone, Debug)]
pub(crate) struct CountyIndicator {
    pub(crate) code: String,
    pub(crate) group: String,
    pub(crate) zh: String,
    pub(crate) clause: String,
    pub(crate) needs_one_part: bool,
    pub(crate) parts: Vec<Part>,
}

/// A part of a county indicator.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub(crate) code: String,
    pub(crate) zh: String,
    pub(crate) level: Level,
    pub(crate) all_schools: bool,
    pub(crate) informative: bool,
    /// May its figures be `—`?
    pub(crate) may_not_apply: bool,
    pub(crate) when: Option<Formula>,
    pub(crate) value: Option<Formula>,
    pub(crate) unit: Unit,
    pub(crate) decimals: u8,
    pub(crate) test: Test,
    pub(crate) required: String,
}

/// What decides a part.
#[derive(Clone, Debug)]
pub(crate) enum Test {
    /// Evidence, a person and a date.
    Attested,
    /// Nothing: the value is printed.
    None,
    /// The value is not below the bound.
    AtLeast(Formula),
    /// The value is not above the bound.
    AtMost(Formula),
    /// The value is below the bound.
    Below(Formula),
    /// A flag formula.
    Holds(Formula),
}

/// A phase of a county's plan.
#[derive(Clone, Debug)]
pub(crate) struct Phase {
    pub(crate) zh: String,
    pub(crate) from: String,
    pub(crate) to: String,
}

/// A series of target lines.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) code: String,
    pub(crate) zh: String,
    pub(crate) measure: Measure,
    pub(crate) stage: Option<Stage>,
    /// School year and the least value, a share of one, years ascending.
    pub(crate) lines: Vec<(i16, Exact)>,
}

/// What a target measures.
#[derive(Clone, Debug)]
pub(crate) enum Measure {
    /// Share of sections that reach the threshold of the indicator at this place in the list.
    PassShare(usize),
    /// County mean over threshold of the indicator at this place in the list.
    MeanReached(usize),
    /// The value of the part with this code.
    PartValue(String),
    /// One when every rule holds, else zero.
    Overall,
}

/// A loaded standard. Immutable; share it behind an [`Arc`] as you like.
#[derive(Clone, Debug)]
pub struct Standard {
    pub(crate) id: String,
    /// The id itself and those it builds on, nearest first.
    pub(crate) chain: Vec<String>,
    pub(crate) title: String,
    pub(crate) short: String,
    pub(crate) version: String,
    pub(crate) valid_from: Date,
    pub(crate) valid_to: Option<Date>,
    pub(crate) text: String,
    pub(crate) hash: String,
    /// Month and day of the statistics date.
    pub(crate) statistics_date: (i8, i8),
    pub(crate) catalogue: Arc<Catalogue>,
    pub(crate) sources: Vec<Source>,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) weights: [Exact; 3],
    pub(crate) weights_text: String,
    pub(crate) kindergarten_parameter: Option<usize>,
    pub(crate) scope_text: String,
    pub(crate) stages: Vec<Stage>,
    pub(crate) branch_parameter: Option<usize>,
    pub(crate) small_point_parameter: Option<usize>,
    pub(crate) excludes: Vec<Exclude>,
    pub(crate) definitions: Vec<Definition>,
    pub(crate) section_rule: Option<SectionRule>,
    pub(crate) coefficient: Option<CoefficientRule>,
    pub(crate) indicators: Vec<Indicator>,
    pub(crate) groups: Vec<Group>,
    pub(crate) county_indicators: Vec<CountyIndicator>,
    pub(crate) phases: Vec<Phase>,
    pub(crate) targets: Vec<Target>,
}

impl Standard {
    /// The pack's id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The id of the standard on which it is an overlay.
    #[must_use]
    pub fn base(&self) -> Option<&str> {
        self.chain.get(1).map(String::as_str)
    }

    /// Its own id, then those of the standards on which it is an overlay, nearest first.
    #[must_use]
    pub fn chain(&self) -> &[String] {
        &self.chain
    }

    /// The Chinese title.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The short Chinese name.
    #[must_use]
    pub fn short(&self) -> &str {
        &self.short
    }

    /// The version of the pack.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// From when to when (inclusive) it is in force; no end while it still is.
    #[must_use]
    pub fn validity(&self) -> (Date, Option<Date>) {
        (self.valid_from, self.valid_to)
    }

    /// What it asks, in a sentence or two.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// SHA-256 of the pack and of those it builds on.
    #[must_use]
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// The documents it cites.
    #[must_use]
    pub fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// Its parameters.
    #[must_use]
    pub fn parameters(&self) -> &[Parameter] {
        &self.parameters
    }

    /// The catalogue with which its formulas were checked.
    #[must_use]
    pub fn catalogue(&self) -> &Arc<Catalogue> {
        &self.catalogue
    }

    /// The compulsory stages that it judges.
    #[must_use]
    pub fn stages(&self) -> &[Stage] {
        &self.stages
    }

    /// Weights of the stages in combined schools: primary, junior, senior.
    #[must_use]
    pub fn weights(&self) -> &[Exact; 3] {
        &self.weights
    }

    /// What holds for the standard as a whole: scope, weights, the rule for a section, the
    /// coefficients, the groups of county indicators.
    #[must_use]
    pub fn principles(&self) -> Vec<Principle> {
        let principle = |zh: &str, clause: &str, text: &str| Principle {
            zh: zh.to_owned(),
            clause: clause.to_owned(),
            text: text.to_owned(),
        };
        let mut principles = vec![principle("参评范围", "", &self.scope_text)];
        if !self.weights_text.is_empty() {
            principles.push(principle("一校多学段的折算", "", &self.weights_text));
        }
        if let Some(rule) = &self.section_rule {
            principles.push(principle("学校达标", &rule.clause, &rule.text));
        }
        if let Some(rule) = &self.coefficient {
            principles.push(principle("校际差异系数", &rule.clause, &rule.text));
        }
        for group in &self.groups {
            let text = if group.text.is_empty() {
                let of = |i: &&CountyIndicator| i.group == group.code;
                let count = self.county_indicators.iter().filter(of).count();
                format!("共 {count} 项，{}", if group.decides { "全部达到" } else { "只作参考" })
            } else {
                group.text.clone()
            };
            principles.push(principle(&group.zh, &group.clause, &text));
        }
        principles
    }

    /// The parts of deciding county indicators that are checked place by place: at schools or at
    /// sections. Plans ask which of them hold.
    pub fn local_parts(&self) -> impl Iterator<Item = LocalPart<'_>> {
        let decides = |indicator: &&CountyIndicator| {
            self.groups.iter().any(|group| group.code == indicator.group && group.decides)
        };
        self.county_indicators.iter().filter(decides).flat_map(|indicator| {
            let local = |part: &&Part| {
                matches!(part.level, Level::School | Level::Section)
                    && !part.informative
                    && !matches!(part.test, Test::Attested | Test::None)
            };
            let of = |part| LocalPart::of(&indicator.code, part);
            indicator.parts.iter().filter(local).map(of)
        })
    }

    /// The parts of county indicators that are attested by evidence: code and Chinese text, in
    /// order. These are the rows of the 佐证 sheet.
    #[must_use]
    pub fn attested(&self) -> Vec<(String, String)> {
        self.county_indicators
            .iter()
            .flat_map(|i| &i.parts)
            .filter(|part| matches!(part.test, Test::Attested))
            .map(|part| (part.code.clone(), part.zh.clone()))
            .collect()
    }

    /// Everything that evidence can be about: section indicators, county indicators and their
    /// parts, by code.
    #[must_use]
    pub fn codes(&self) -> BTreeSet<&str> {
        let county = self.county_indicators.iter().flat_map(|indicator| {
            let parts = indicator.parts.iter().map(|part| part.code.as_str());
            std::iter::once(indicator.code.as_str()).chain(parts)
        });
        self.indicators.iter().map(|indicator| indicator.code.as_str()).chain(county).collect()
    }

    /// The same standard without its county indicators and targets: the resources of the schools
    /// and their coefficients alone, as a monitoring of many counties asks for them.
    #[must_use]
    pub fn resources_only(&self) -> Self {
        Self {
            groups: Vec::new(),
            county_indicators: Vec::new(),
            targets: Vec::new(),
            ..self.clone()
        }
    }

    /// What the rule for a section asks of its values; `None` where the standard has no such rule.
    #[must_use]
    pub fn section_demand(&self) -> Option<SectionDemand> {
        let rule = self.section_rule.as_ref()?;
        let passing = rule.grades.iter().filter(|grade| grade.passes);
        Some(SectionDemand {
            text: rule.text.clone(),
            clause: rule.clause.clone(),
            at_least: passing.map(|grade| grade.at_least).min()?,
            floor: rule.floor.clone(),
            indicators: self
                .indicators
                .iter()
                .filter(|indicator| indicator.in_rule)
                .map(|indicator| indicator.code.clone())
                .collect(),
        })
    }

    /// The items that its formulas use: what a county must fill for this standard.
    #[must_use]
    pub fn items(&self) -> Vec<domain::ItemId> {
        let mut items: Vec<_> = self.formulas().flat_map(Formula::items).collect();
        items.sort_unstable();
        items.dedup();
        items
    }

    /// Thresholds and floors by indicator, with the values of the parameters.
    pub(crate) fn limits(&self, parameters: &[Outcome]) -> Vec<Limits> {
        let share = self.section_rule.as_ref().and_then(|rule| rule.floor.as_ref());
        self.indicators
            .iter()
            .map(|indicator| {
                let mut limits = Limits::default();
                for stage in Stage::COMPULSORY {
                    let threshold = match of_stage(&indicator.threshold, stage) {
                        Some(Bound::Fixed(value)) => Some(value.clone()),
                        Some(Bound::Parameter(i)) => {
                            parameters.get(*i).and_then(Outcome::number).cloned()
                        }
                        None => None,
                    };
                    limits.floor[stage.index()] = threshold.as_ref().zip(share).map(|(t, s)| t * s);
                    limits.threshold[stage.index()] = threshold;
                }
                limits
            })
            .collect()
    }

    fn formulas(&self) -> impl Iterator<Item = &Formula> {
        self.definitions
            .iter()
            .map(|d| &d.formula)
            .chain(self.excludes.iter().map(|e| &e.when))
            .chain(self.coefficient.iter().map(|c| &c.weight))
            .chain(self.indicators.iter().flat_map(|i| i.formula.iter().flatten()))
            .chain(self.county_indicators.iter().flat_map(|i| &i.parts).flat_map(Part::formulas))
    }

    /// The statistics date of a school year.
    #[must_use]
    pub fn statistics_date(&self, year: domain::SchoolYear) -> Date {
        let (month, day) = self.statistics_date;
        Date::new(year.0, month, day).unwrap_or(self.valid_from)
    }
}

impl Part {
    /// Every formula of the part.
    pub(crate) fn formulas(&self) -> impl Iterator<Item = &Formula> {
        let test = match &self.test {
            Test::AtLeast(f) | Test::AtMost(f) | Test::Below(f) | Test::Holds(f) => Some(f),
            Test::Attested | Test::None => None,
        };
        self.when.iter().chain(&self.value).chain(test)
    }
}

/// What the rule for a section asks: so many indicators at their thresholds, none below the floor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SectionDemand {
    /// The rule in short words.
    pub text: String,
    /// The clause.
    pub clause: String,
    /// How many of the indicators must reach their threshold (all, where fewer apply).
    pub at_least: usize,
    /// The share of the threshold below which no value may lie.
    pub floor: Option<Exact>,
    /// The codes of the indicators that count.
    pub indicators: Vec<String>,
}

/// What holds for a standard as a whole, for listing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Principle {
    /// What it is about.
    pub zh: String,
    /// The clause; empty where the pack cites none.
    pub clause: String,
    /// The principle in short words.
    pub text: String,
}

/// A part of a county indicator that is checked place by place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LocalPart<'a> {
    /// The indicator's code: `G3`.
    pub indicator: &'a str,
    /// The part's code: `G3.1`.
    pub code: &'a str,
    /// What it asks, in Chinese.
    pub zh: &'a str,
}

impl<'a> LocalPart<'a> {
    fn of(indicator: &'a str, part: &'a Part) -> Self {
        Self { indicator, code: &part.code, zh: &part.zh }
    }
}
