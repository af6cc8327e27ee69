//! The text of a standard pack as it stands in its TOML files: field by field, nothing resolved.
//!
//! A pack is a folder `standards/<id>/` of TOML files (any names; `standard.toml` holds the head)
//! whose sections are gathered, and a folder `examples/` with its worked examples. Unknown keys are
//! refused. Decimals are written as strings, since TOML's numbers are binary.

use jiff::civil::Date;
use packs::Spanned;
use serde::{Deserialize, Deserializer, de};
use std::collections::BTreeMap;

/// A text with its place, for errors that point at it.
pub(crate) type Text = Spanned<String>;

/// A TOML date without a time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Day(pub(crate) Date);

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let stamp = toml::value::Datetime::deserialize(deserializer)?;
        let (Some(date), None, None) = (stamp.date, stamp.time, stamp.offset) else {
            return Err(de::Error::custom("要写成日期，如 2017-04-19"));
        };
        let parts = (i16::try_from(date.year), i8::try_from(date.month), i8::try_from(date.day));
        let (Ok(year), Ok(month), Ok(day)) = parts else {
            return Err(de::Error::custom("没有这一天"));
        };
        Date::new(year, month, day).map(Self).map_err(|_| de::Error::custom("没有这一天"))
    }
}

/// One TOML file of a pack: every section is optional.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Document {
    pub(crate) standard: Option<Head>,
    #[serde(default)]
    pub(crate) source: Vec<Source>,
    #[serde(default)]
    pub(crate) parameter: Vec<Parameter>,
    #[serde(default, rename = "override")]
    pub(crate) overrides: Vec<Override>,
    pub(crate) weights: Option<Weights>,
    pub(crate) scope: Option<Scope>,
    #[serde(default)]
    pub(crate) definition: Vec<Definition>,
    pub(crate) section_rule: Option<SectionRule>,
    pub(crate) coefficient: Option<Coefficient>,
    #[serde(default)]
    pub(crate) indicator: Vec<Indicator>,
    #[serde(default)]
    pub(crate) group: Vec<Group>,
    #[serde(default)]
    pub(crate) county_indicator: Vec<CountyIndicator>,
    #[serde(default)]
    pub(crate) phase: Vec<Phase>,
    #[serde(default)]
    pub(crate) target: Vec<Target>,
}

/// `[standard]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Head {
    pub(crate) id: Text,
    pub(crate) title: String,
    pub(crate) short: String,
    pub(crate) version: String,
    pub(crate) valid_from: Day,
    pub(crate) valid_to: Option<Day>,
    /// The id of the pack on which this one is an overlay.
    pub(crate) base: Option<Text>,
    /// Month and day to which the figures of a school year refer, `09-01`.
    pub(crate) statistics_date: Option<Text>,
    #[serde(default)]
    pub(crate) text: String,
}

/// `[[source]]`: a document that rules and parameters cite by key.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Source {
    pub(crate) key: Text,
    pub(crate) title: String,
    pub(crate) number: String,
    pub(crate) date: Day,
    pub(crate) grade: Text,
    #[serde(default)]
    pub(crate) note: String,
}

/// `[[parameter]]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Parameter {
    pub(crate) code: Text,
    pub(crate) zh: String,
    #[serde(rename = "type")]
    pub(crate) kind: Spanned<ParameterType>,
    pub(crate) unit: Option<Text>,
    #[serde(default)]
    pub(crate) options: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) text: String,
    pub(crate) value: Vec<DatedValue>,
}

/// The type of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ParameterType {
    Flag,
    Number,
    Choice,
}

/// `[[parameter.value]]`: a value from a date on, with the source of the value.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DatedValue {
    pub(crate) from: Day,
    pub(crate) value: Text,
    pub(crate) source: Text,
    pub(crate) grade: Text,
}

/// `[[override]]`: an overlay's own value for a parameter of its base.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Override {
    pub(crate) parameter: Text,
    pub(crate) value: Text,
    pub(crate) source: Text,
    pub(crate) grade: Text,
}

/// `[weights]` of the stages in combined schools.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Weights {
    pub(crate) primary: Text,
    pub(crate) junior: Text,
    pub(crate) senior: Text,
    /// A number parameter: the weight of a pupil of an attached kindergarten class.
    pub(crate) kindergarten_parameter: Option<Text>,
    pub(crate) clause: Text,
    pub(crate) text: String,
}

/// `[scope]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Scope {
    pub(crate) stages: Vec<Text>,
    pub(crate) branch_parameter: Option<Text>,
    pub(crate) small_point_parameter: Option<Text>,
    pub(crate) text: String,
    #[serde(default)]
    pub(crate) exclude: Vec<Exclude>,
}

/// `[[scope.exclude]]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Exclude {
    pub(crate) code: Text,
    pub(crate) when: Text,
    pub(crate) reason: String,
    pub(crate) clause: Text,
}

/// `[[definition]]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Definition {
    pub(crate) code: Text,
    pub(crate) zh: String,
    pub(crate) level: Spanned<domain::Level>,
    pub(crate) formula: Text,
}

/// `[section_rule]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SectionRule {
    pub(crate) clause: Text,
    pub(crate) article: String,
    pub(crate) text: String,
    /// Share of the threshold below which no value may lie.
    pub(crate) floor: Option<Text>,
    pub(crate) grade: Vec<RuleGrade>,
}

/// `[[section_rule.grade]]`, best first.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RuleGrade {
    pub(crate) zh: String,
    /// Least number of indicators that reach their threshold.
    pub(crate) at_least: Spanned<usize>,
    pub(crate) passes: bool,
}

/// `[coefficient]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Coefficient {
    pub(crate) clause: Text,
    pub(crate) article: String,
    pub(crate) text: String,
    /// Formula for the weight of a section: its pupils.
    pub(crate) weight: Text,
    pub(crate) decimals: u8,
    /// Limits of the composite by stage; absent: informative only.
    pub(crate) composite: Option<ByStage>,
}

/// A value by stage, or one for both.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ByStage {
    pub(crate) primary: Option<Text>,
    pub(crate) junior: Option<Text>,
    pub(crate) both: Option<Text>,
}

impl ByStage {
    /// The text for a stage.
    pub(crate) fn get(&self, stage: domain::Stage) -> Option<&Text> {
        match stage {
            domain::Stage::Primary => self.primary.as_ref().or(self.both.as_ref()),
            domain::Stage::Junior => self.junior.as_ref().or(self.both.as_ref()),
            domain::Stage::Senior => None,
        }
    }
}

/// `[[indicator]]`: one value a section.
#[expect(clippy::struct_excessive_bools, reason = "each is a key of its own in the pack")]
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Indicator {
    pub(crate) code: Text,
    /// An overlay says so where it means to change an indicator of its base.
    #[serde(default)]
    pub(crate) replaces: bool,
    pub(crate) zh: String,
    pub(crate) short: String,
    pub(crate) unit: Text,
    pub(crate) decimals: u8,
    pub(crate) clause: Text,
    pub(crate) article: String,
    pub(crate) text: String,
    pub(crate) threshold: Option<ByStage>,
    pub(crate) coefficient: Option<ByStage>,
    /// Does it enter the composite? (It does unless said otherwise.)
    #[serde(default = "yes")]
    pub(crate) in_composite: bool,
    /// Does the section rule count it? (It does unless said otherwise.)
    #[serde(default = "yes")]
    pub(crate) in_rule: bool,
    /// May a school have `—` here? Otherwise that is no figure, and missing.
    #[serde(default)]
    pub(crate) may_not_apply: bool,
    pub(crate) gap: Gap,
    pub(crate) formula: ByStage,
}

fn yes() -> bool {
    true
}

/// `gap`: how the missing amount is printed.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Gap {
    pub(crate) unit: Text,
    pub(crate) decimals: u8,
}

/// `[[group]]` of county indicators.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Group {
    pub(crate) code: Text,
    pub(crate) zh: String,
    pub(crate) clause: Text,
    pub(crate) article: String,
    #[serde(default)]
    pub(crate) text: String,
    /// Does the overall verdict need it? (It does unless said otherwise.)
    #[serde(default = "yes")]
    pub(crate) decides: bool,
}

/// `[[county_indicator]]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CountyIndicator {
    pub(crate) code: Text,
    /// An overlay says so where it means to change an indicator of its base.
    #[serde(default)]
    pub(crate) replaces: bool,
    pub(crate) group: Text,
    pub(crate) zh: String,
    /// The document, where it is not the group's: an overlay cites its own.
    pub(crate) clause: Option<Text>,
    pub(crate) article: String,
    /// At least one part must apply; otherwise the indicator is missing.
    #[serde(default)]
    pub(crate) needs_one_part: bool,
    pub(crate) part: Vec<Part>,
}

/// `[[county_indicator.part]]`.
#[expect(clippy::struct_excessive_bools, reason = "each is a key of its own in the pack")]
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Part {
    pub(crate) code: Text,
    pub(crate) zh: String,
    /// Attested by evidence instead of computed.
    #[serde(default)]
    pub(crate) attested: bool,
    /// Printed, not judged.
    #[serde(default)]
    pub(crate) informative: bool,
    /// May `—` stand for the figures? Otherwise that is no figure, and missing.
    #[serde(default)]
    pub(crate) may_not_apply: bool,
    /// The places that are checked one by one; the county when absent.
    pub(crate) level: Option<Spanned<domain::Level>>,
    /// Visit the sections outside the scope too.
    #[serde(default)]
    pub(crate) all_schools: bool,
    pub(crate) when: Option<Text>,
    pub(crate) value: Option<Text>,
    pub(crate) unit: Option<Text>,
    #[serde(default)]
    pub(crate) decimals: u8,
    pub(crate) at_least: Option<Text>,
    pub(crate) at_most: Option<Text>,
    pub(crate) below: Option<Text>,
    pub(crate) holds: Option<Text>,
    /// What is required, in words, where the formula would not print well.
    pub(crate) required: Option<String>,
}

/// `[[phase]]` of a county's plan.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Phase {
    pub(crate) zh: String,
    pub(crate) from: Text,
    pub(crate) to: Text,
}

/// `[[target]]`: a series of yearly lines.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Target {
    pub(crate) code: Text,
    pub(crate) zh: String,
    pub(crate) clause: Text,
    pub(crate) measure: Spanned<Measure>,
    /// The section indicator, county indicator part or group that is measured.
    pub(crate) of: Text,
    /// The stage; both when absent.
    pub(crate) stage: Option<Text>,
    pub(crate) line: Vec<TargetLine>,
}

/// What a target measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Measure {
    /// Share of sections that reach the threshold of an indicator.
    PassShare,
    /// County mean of an indicator, per cent of its threshold.
    MeanReached,
    /// The value of a part of a county indicator.
    PartValue,
    /// Share of the rules of the whole standard that hold: sections, coefficients and groups.
    Overall,
}

/// `[[target.line]]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TargetLine {
    pub(crate) year: i16,
    pub(crate) at_least: Text,
}
