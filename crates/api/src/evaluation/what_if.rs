//! What if: the verdicts of a county with some figures in the place of others, and what changes.
//!
//! The judge judges the tried snapshot as any other; here the two evaluations are laid side by side.

use domain::change::Entry;
use domain::{Catalogue, ItemKind, SchoolCode, Stage, Value};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use standard::Evaluation;
use standard::evaluation::{OverallVerdict, Verdict};
use utoipa::ToSchema;

/// A figure that is tried.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Trial {
    /// School code; absent for a figure of the county.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "3418230001")]
    pub(crate) school: Option<SchoolCode>,
    /// `primary` or `junior`, for a figure of a section.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "primary")]
    pub(crate) stage: Option<Stage>,
    /// The item's code.
    #[schema(example = "teachers_backbone")]
    pub(crate) item: String,
    /// The figure as text; `—` for “does not apply”; `null` takes it away.
    #[schema(example = "12")]
    pub(crate) value: Option<String>,
}

/// Why a trial means nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{item}”的试算值“{value}”不能用：{why}")]
pub(crate) struct BadTrial {
    /// The item.
    pub(crate) item: String,
    /// The value.
    pub(crate) value: String,
    /// What is expected.
    pub(crate) why: &'static str,
}

impl Trial {
    /// The trial as an entry of a snapshot.
    ///
    /// # Errors
    /// [`BadTrial`] for a value that is none of the item.
    pub(crate) fn entry(&self, catalogue: &Catalogue) -> Result<Entry, BadTrial> {
        let kind = catalogue.find(&self.item).map(|(_, item)| &item.kind);
        let value = match (&self.value, kind) {
            (Some(text), _) if text.trim() == "—" => Some(Value::NotApplicable),
            (Some(text), Some(kind)) => Some(self.read(text.trim(), kind)?),
            // Taken away; or an unknown item, which is refused where the entry is made.
            (None, _) | (Some(_), None) => None,
        };
        Ok(Entry { school: self.school.clone(), stage: self.stage, item: self.item.clone(), value })
    }

    fn read(&self, text: &str, kind: &ItemKind) -> Result<Value, BadTrial> {
        let bad = |why| BadTrial { item: self.item.clone(), value: text.to_owned(), why };
        match kind {
            ItemKind::Count | ItemKind::Amount | ItemKind::Year => {
                let number: Decimal = text.parse().map_err(|_| bad("要填数字"))?;
                if *kind == ItemKind::Count
                    && (!number.fract().is_zero() || number.is_sign_negative())
                {
                    return Err(bad("要填不小于零的整数"));
                }
                Ok(Value::Number(number))
            }
            ItemKind::Flag => match text {
                "true" | "是" => Ok(Value::Flag(true)),
                "false" | "否" => Ok(Value::Flag(false)),
                _ => Err(bad("要填“是”或“否”")),
            },
            ItemKind::Code(codes) => codes
                .iter()
                .find(|(code, zh)| **code == *text || **zh == *text)
                .map(|(code, _)| Value::Code(code.clone().into()))
                .ok_or_else(|| bad("不在可选项中")),
            ItemKind::Text => Ok(Value::Text(text.into())),
            ItemKind::Date => {
                text.parse().map(Value::Date).map_err(|_| bad("要填日期，如 2024-09-01"))
            }
        }
    }
}

/// A value of a section before and after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct ValueDelta {
    /// The indicator's code.
    pub(crate) indicator: String,
    /// Before, as printed; `null` when missing.
    pub(crate) before: Option<String>,
    /// After.
    pub(crate) after: Option<String>,
    /// The verdict after.
    #[schema(value_type = String)]
    pub(crate) verdict: Verdict,
}

/// A section of which something has changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct SectionDelta {
    /// School code.
    #[schema(value_type = String)]
    pub(crate) school: SchoolCode,
    /// Name.
    pub(crate) name: String,
    /// Stage.
    #[schema(value_type = String)]
    pub(crate) stage: Stage,
    /// The verdict before.
    #[schema(value_type = String)]
    pub(crate) before: Verdict,
    /// The verdict after.
    #[schema(value_type = String)]
    pub(crate) after: Verdict,
    /// The remark after.
    pub(crate) remark: String,
    /// The values that have changed.
    pub(crate) values: Vec<ValueDelta>,
}

/// A coefficient that has changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct CoefficientDelta {
    /// Stage.
    #[schema(value_type = String)]
    pub(crate) stage: Stage,
    /// The indicator's code.
    pub(crate) indicator: String,
    /// Before, six decimals: small changes are what one looks for.
    pub(crate) before: Option<String>,
    /// After.
    pub(crate) after: Option<String>,
    /// The limit.
    pub(crate) limit: Option<String>,
    /// The verdict after.
    #[schema(value_type = String)]
    pub(crate) verdict: Verdict,
}

/// A county indicator whose verdict has changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct CountyDelta {
    /// Its code.
    pub(crate) code: String,
    /// Its name.
    pub(crate) zh: String,
    /// Before.
    #[schema(value_type = String)]
    pub(crate) before: Verdict,
    /// After.
    #[schema(value_type = String)]
    pub(crate) after: Verdict,
}

/// What a trial changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Delta {
    /// The overall verdict before.
    #[schema(value_type = String)]
    pub(crate) before: OverallVerdict,
    /// The overall verdict after.
    #[schema(value_type = String)]
    pub(crate) after: OverallVerdict,
    /// Sections that pass, before and after.
    pub(crate) passed: [usize; 2],
    /// Reasons that remain.
    pub(crate) reasons: usize,
    /// Sections of which something has changed.
    pub(crate) sections: Vec<SectionDelta>,
    /// Coefficients that have changed.
    pub(crate) coefficients: Vec<CoefficientDelta>,
    /// County indicators whose verdict has changed.
    pub(crate) county: Vec<CountyDelta>,
}

/// Lays two evaluations of one county and standard side by side.
#[must_use]
pub(crate) fn delta(before: &Evaluation, after: &Evaluation) -> Delta {
    let passed = |evaluation: &Evaluation| {
        evaluation.sections.iter().filter(|s| s.verdict == Verdict::Pass).count()
    };
    Delta {
        before: before.overall.verdict,
        after: after.overall.verdict,
        passed: [passed(before), passed(after)],
        reasons: after.overall.reasons.len(),
        sections: sections(before, after),
        coefficients: coefficients(before, after),
        county: county(before, after),
    }
}

fn sections(before: &Evaluation, after: &Evaluation) -> Vec<SectionDelta> {
    let mut changed = Vec::new();
    for section in &after.sections {
        let same = |s: &&standard::evaluation::SectionResult| {
            s.school == section.school && s.stage == section.stage
        };
        let Some(old) = before.sections.iter().find(same) else { continue };
        if old == section {
            continue;
        }
        let shown = |value: &standard::evaluation::IndicatorValue| {
            value.value.as_ref().map(|figure| figure.shown.clone())
        };
        let values = old.values.iter().zip(&section.values).filter(|(old, new)| old != new);
        changed.push(SectionDelta {
            school: section.school.clone(),
            name: section.name.clone(),
            stage: section.stage,
            before: old.verdict,
            after: section.verdict,
            remark: section.remark.clone(),
            values: values
                .map(|(old, new)| ValueDelta {
                    indicator: new.code.clone(),
                    before: shown(old),
                    after: shown(new),
                    verdict: new.verdict,
                })
                .collect(),
        });
    }
    changed
}

fn coefficients(before: &Evaluation, after: &Evaluation) -> Vec<CoefficientDelta> {
    let mut changed = Vec::new();
    for stage in &after.stages {
        let Some(old) = before.stages.iter().find(|s| s.stage == stage.stage) else { continue };
        for (old, new) in old.indicators.iter().zip(&stage.indicators) {
            if old.coefficient == new.coefficient {
                continue;
            }
            let value = |i: &standard::evaluation::StageIndicator| {
                i.coefficient.as_ref().map(|c| c.value.clone())
            };
            changed.push(CoefficientDelta {
                stage: stage.stage,
                indicator: new.code.clone(),
                before: value(old),
                after: value(new),
                limit: new.limit.as_ref().map(|limit| limit.to_short(4)),
                verdict: new.verdict,
            });
        }
    }
    changed
}

fn county(before: &Evaluation, after: &Evaluation) -> Vec<CountyDelta> {
    let of = |evaluation: &Evaluation| -> Vec<(String, String, Verdict)> {
        let indicators = evaluation.groups.iter().flat_map(|group| &group.indicators);
        indicators.map(|i| (i.code.clone(), i.zh.clone(), i.verdict)).collect()
    };
    let pairs = of(before).into_iter().zip(of(after));
    pairs
        .filter(|(old, new)| old.2 != new.2)
        .map(|(old, (code, zh, after))| CountyDelta { code, zh, before: old.2, after })
        .collect()
}
