//! Means, deviations, coefficients and shares by stage.

use super::Judge;
use crate::coefficient::{CompositeOf, Form, Spread};
use crate::evaluation::{
    Composite, Figure, OtherForms, Rounded, SectionResult, StageIndicator, StageResult, Verdict,
};
use crate::standard::{CoefficientRule, Indicator, of_stage};
use domain::{Exact, Stage};
use std::cmp::Ordering;

/// `part / whole` in per cent with one decimal; `None` for an empty whole.
pub(crate) fn share(part: usize, whole: usize) -> Option<Figure> {
    let part = Exact::from(i64::try_from(part).ok()?);
    let whole = Exact::from(i64::try_from(whole).ok()?);
    let share = (&part * &Exact::from(100)).checked_div(&whole)?;
    Some(Figure::new(share, 1))
}

fn limit_verdict(ordering: Ordering) -> Verdict {
    if ordering == Ordering::Greater { Verdict::Fail } else { Verdict::Pass }
}

impl Judge<'_> {
    pub(super) fn stages(&self, sections: &[SectionResult]) -> Vec<StageResult> {
        self.standard
            .stages
            .iter()
            .map(|stage| {
                let sections: Vec<&SectionResult> =
                    sections.iter().filter(|s| s.stage == *stage).collect();
                self.stage(*stage, &sections)
            })
            .collect()
    }

    fn stage(&self, stage: Stage, sections: &[&SectionResult]) -> StageResult {
        let mut spreads = Vec::new();
        let mut indicators = Vec::new();
        let mut complete = true;
        for (index, indicator) in self.standard.indicators.iter().enumerate() {
            let (result, spread) = self.stage_indicator(index, indicator, stage, sections);
            if indicator.in_composite {
                complete &= spread.is_some();
                spreads.extend(spread);
            }
            indicators.push(result);
        }
        let count = |verdict| sections.iter().filter(|s| s.verdict == verdict).count();
        let passed = count(Verdict::Pass);
        StageResult {
            stage,
            sections: sections.len(),
            passed,
            failed: count(Verdict::Fail),
            missing: count(Verdict::Missing),
            // Without a rule for sections nobody passes or fails.
            share: self.standard.section_rule.as_ref().and_then(|_| share(passed, sections.len())),
            indicators,
            composite: self.composite(stage, complete, &spreads, sections.is_empty()),
        }
    }

    fn stage_indicator<'s>(
        &self,
        index: usize,
        indicator: &Indicator,
        stage: Stage,
        sections: &[&'s SectionResult],
    ) -> (StageIndicator, Option<Spread<'s>>) {
        let values: Vec<_> = sections.iter().filter_map(|s| s.values.get(index)).collect();
        let applicable: Vec<_> =
            values.iter().filter(|v| v.value.is_some() || v.verdict == Verdict::Missing).collect();
        let reached = values.iter().filter(|v| v.verdict == Verdict::Pass).count();
        let limit = of_stage(&indicator.coefficient, stage);
        let mut result = StageIndicator {
            code: indicator.code.clone(),
            known: values.iter().filter(|v| v.value.is_some()).count(),
            reached,
            share: share(reached, applicable.len()),
            mean: None,
            deviation: None,
            coefficient: None,
            limit: limit.cloned(),
            verdict: if limit.is_some() && !applicable.is_empty() {
                Verdict::Missing
            } else {
                Verdict::NotApplicable
            },
            verdict_if_rounded: None,
            other_forms: None,
        };
        let Some(rule) = &self.standard.coefficient else { return (result, None) };
        // One missing value, or missing pupils, and there is no county mean.
        let pairs: Option<Vec<(&'s Exact, &'s Exact)>> = sections
            .iter()
            .filter(|s| {
                s.values
                    .get(index)
                    .is_some_and(|v| v.verdict != Verdict::NotApplicable || v.value.is_some())
            })
            .map(|s| Some((s.pupils.as_ref()?, &s.values.get(index)?.value.as_ref()?.exact)))
            .collect();
        let Some(pairs) = pairs else { return (result, None) };
        let Some(spread) = Spread::new(&pairs, Form::Weighted) else {
            // Everything is known and the mean is not above zero: nothing is missing, and there is
            // no quotient. That nobody has anything fails at the thresholds.
            if !pairs.is_empty() && pairs.iter().all(|(weight, _)| **weight > Exact::ZERO) {
                result.verdict = Verdict::NotApplicable;
            }
            return (result, None);
        };
        result.mean = Some(spread.mean(indicator.decimals));
        result.deviation = Some(spread.deviation(rule.decimals));
        let coefficient = spread.coefficient(rule.decimals);
        if let Some(limit) = limit {
            result.verdict = limit_verdict(spread.compare(limit));
            result.verdict_if_rounded =
                rounded_verdict(&coefficient, limit).filter(|verdict| *verdict != result.verdict);
        }
        if self.options.compare_forms {
            result.other_forms = other_forms(&pairs, rule, limit, result.verdict);
        }
        result.coefficient = Some(coefficient);
        (result, Some(spread))
    }

    fn composite(
        &self,
        stage: Stage,
        complete: bool,
        spreads: &[Spread<'_>],
        empty: bool,
    ) -> Composite {
        let rule = self.standard.coefficient.as_ref();
        let limit = rule.and_then(|rule| of_stage(&rule.composite, stage)).cloned();
        let composite = CompositeOf(spreads);
        let value = rule.filter(|_| complete).and_then(|rule| composite.rounded(rule.decimals));
        let verdict = match (&limit, &value) {
            (None, _) => Verdict::NotApplicable,
            (Some(_), None) if empty => Verdict::NotApplicable,
            (Some(_), None) => Verdict::Missing,
            (Some(limit), Some(_)) => limit_verdict(composite.compare(limit)),
        };
        Composite { value, limit, verdict }
    }
}

/// The verdict that the printed coefficient would get.
fn rounded_verdict(coefficient: &Rounded, limit: &Exact) -> Option<Verdict> {
    Exact::parse(&coefficient.shown).ok().map(|printed| limit_verdict(printed.cmp(limit)))
}

fn other_forms(
    pairs: &[(&Exact, &Exact)],
    rule: &CoefficientRule,
    limit: Option<&Exact>,
    verdict: Verdict,
) -> Option<OtherForms> {
    let unweighted = Spread::new(pairs, Form::Unweighted)?;
    let sample = Spread::new(pairs, Form::Sample);
    let differs = |spread: &Spread<'_>| {
        limit.is_some_and(|limit| limit_verdict(spread.compare(limit)) != verdict)
    };
    Some(OtherForms {
        changes_verdict: differs(&unweighted) || sample.as_ref().is_some_and(differs),
        unweighted: unweighted.coefficient(rule.decimals),
        sample: sample.map(|s| s.coefficient(rule.decimals)),
    })
}
