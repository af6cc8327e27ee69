//! Loading the section rule, the coefficient rule and the section indicators.

use super::agree::{both_alone, by_stage};
use super::{Loader, at, exact, place_of, unit as read_unit};
use crate::pack::{self, Text};
use crate::standard::{Bound, ByStage, CoefficientRule, Indicator, RuleGrade, SectionRule};
use domain::{Exact, Level, Stage, Unit};
use formula::Type;
use packs::{PackError, PackFile};
use std::collections::BTreeMap;

impl Loader<'_> {
    pub(super) fn section_rule(&self) -> Result<Option<SectionRule>, PackError> {
        let Some((file, rule)) = self.last(|d| d.section_rule.as_ref()) else { return Ok(None) };
        let floor = rule.floor.as_ref().map(|text| exact(file, text)).transpose()?;
        if let (Some(floor), Some(text)) = (&floor, &rule.floor)
            && (*floor > Exact::ONE || floor.is_negative())
        {
            return Err(at(file, text, "S-PACK-03", "底线要在 0 与 1 之间".to_owned()));
        }
        let mut grades: Vec<RuleGrade> = Vec::new();
        for grade in &rule.grade {
            let at_least = *grade.at_least.get_ref();
            if let Some(better) = grades.last()
                && better.at_least <= at_least
            {
                let message = format!("等次要从高到低排列，“{}”之后的项数要更少", better.zh);
                return Err(at(file, &grade.at_least, "S-PACK-06", message));
            }
            grades.push(RuleGrade { zh: grade.zh.clone(), at_least, passes: grade.passes });
        }
        let clause = self.cite(file, &rule.clause, &rule.article)?;
        Ok(Some(SectionRule { clause, text: rule.text.clone(), floor, grades }))
    }

    pub(super) fn coefficient(&self) -> Result<Option<CoefficientRule>, PackError> {
        let Some((file, rule)) = self.last(|d| d.coefficient.as_ref()) else { return Ok(None) };
        let weight = self.formula(file, &rule.weight, Level::Section)?;
        if !matches!(weight.result(), Type::Number(_)) {
            let message = "权重要是数值".to_owned();
            return Err(at(file, &rule.weight, "S-PACK-05", message));
        }
        Ok(Some(CoefficientRule {
            clause: self.cite(file, &rule.clause, &rule.article)?,
            text: rule.text.clone(),
            weight,
            decimals: rule.decimals,
            composite: by_stage(file, rule.composite.as_ref())?,
        }))
    }

    pub(super) fn indicators(&self, stages: &[Stage]) -> Result<Vec<Indicator>, PackError> {
        let mut indicators = Vec::new();
        let mut known: BTreeMap<String, (usize, usize, String)> = BTreeMap::new();
        for parsed in &self.files {
            for entry in &parsed.document.indicator {
                let file = parsed.file;
                let indicator = self.indicator(file, entry, stages)?;
                let clause = indicator.clause.clone();
                let place =
                    place_of(&known, file, &entry.code, entry.replaces, parsed.layer, &clause)?;
                let index = place.unwrap_or(indicators.len());
                known.insert(indicator.code.clone(), (index, parsed.layer, clause));
                if index < indicators.len() {
                    indicators[index] = indicator;
                } else {
                    indicators.push(indicator);
                }
            }
        }
        Ok(indicators)
    }

    /// A figure, or the name of a parameter in the indicator's unit.
    fn thresholds(
        &self,
        file: &PackFile,
        values: Option<&pack::ByStage>,
        unit: &Unit,
    ) -> Result<ByStage<Bound>, PackError> {
        let mut result = [None, None];
        values.map_or(Ok(()), |values| both_alone(file, values))?;
        for stage in Stage::COMPULSORY {
            let Some(text) = values.and_then(|values| values.get(stage)) else { continue };
            let name = text.get_ref();
            let bound = match self.parameters.iter().position(|p| p.code == *name) {
                // Read in the indicator's unit: 85% of an indicator in % would be 0.85 %.
                None if name.ends_with('%') && !unit.is_one() => {
                    let message = format!("要写成以“{unit}”为单位的数，不带 %");
                    return Err(at(file, text, "S-PACK-03", message));
                }
                None => Bound::Fixed(exact(file, text)?),
                Some(index) => {
                    let wanted = Type::Number(unit.clone());
                    if !self.parameters[index].formula_type().is_same(&wanted) {
                        let message = format!("参数“{name}”的单位不是指标的单位“{unit}”");
                        return Err(at(file, text, "S-PACK-05", message));
                    }
                    Bound::Parameter(index)
                }
            };
            result[stage.index()] = Some(bound);
        }
        Ok(result)
    }

    fn indicator(
        &self,
        file: &PackFile,
        entry: &pack::Indicator,
        stages: &[Stage],
    ) -> Result<Indicator, PackError> {
        let indicator_unit = read_unit(file, &entry.unit)?;
        let gap_unit = read_unit(file, &entry.gap.unit)?;
        let threshold = self.thresholds(file, entry.threshold.as_ref(), &indicator_unit)?;
        let wanted = Type::Number(indicator_unit.clone());
        both_alone(file, &entry.formula)?;
        let mut formula = [None, None];
        for stage in stages {
            let text: &Text = entry.formula.get(*stage).ok_or_else(|| {
                let message = format!("指标“{}”没有{stage}的公式", entry.code.get_ref());
                at(file, &entry.code, "S-PACK-04", message)
            })?;
            formula[stage.index()] = Some(self.typed(file, text, Level::Section, &wanted)?);
        }
        // The missing amount is (threshold − value) × weight, so its unit is the indicator's times
        // the weight's.
        if let Some((_, rule)) = self.last(|d| d.coefficient.as_ref()) {
            let weight = self.formula(file, &rule.weight, Level::Section);
            if let Some(weight_unit) = weight.ok().as_ref().and_then(|w| w.result().unit())
                && !indicator_unit.times(weight_unit).is_compatible(&gap_unit)
            {
                let message = format!("缺口单位“{gap_unit}”与指标单位“{indicator_unit}”不相配");
                return Err(at(file, &entry.gap.unit, "S-PACK-05", message));
            }
        }
        Ok(Indicator {
            code: entry.code.get_ref().clone(),
            zh: entry.zh.clone(),
            short: entry.short.clone(),
            unit: indicator_unit,
            decimals: entry.decimals,
            clause: self.cite(file, &entry.clause, &entry.article)?,
            text: entry.text.clone(),
            threshold,
            coefficient: by_stage(file, entry.coefficient.as_ref())?,
            in_composite: entry.in_composite,
            in_rule: entry.in_rule,
            may_not_apply: entry.may_not_apply,
            gap_unit,
            gap_decimals: entry.gap.decimals,
            split: formula.iter().flatten().any(formula::Formula::splits),
            formula,
        })
    }
}
