//! Values and verdict of every section.

use super::{DASH, Judge, MissingList, missing_text};
use crate::evaluation::{Figure, IndicatorValue, SectionResult, Verdict};
use crate::standard::{Indicator, Limits, SectionRule, of_stage};
use domain::{Exact, Facts, ItemId, Place, School, Section, Stage, Value};
use formula::Outcome;

/// Items that the official forms print beside the values.
struct FormItems {
    pupils: Option<ItemId>,
    grades: Option<ItemId>,
    classes: Option<ItemId>,
    sponsor: Option<ItemId>,
    residence: Option<ItemId>,
    township: Option<ItemId>,
}

fn number(facts: &Facts, item: Option<ItemId>) -> Option<Exact> {
    facts.value(item?)?.number().map(Exact::from)
}

fn text(facts: &Facts, item: Option<ItemId>) -> Option<String> {
    match facts.value(item?)? {
        Value::Code(text) | Value::Text(text) => Some(text.to_string()),
        _ => None,
    }
}

/// The verdict on a value: pass at the threshold, near at the floor.
pub(crate) fn verdict(value: &Exact, threshold: Option<&Exact>, floor: Option<&Exact>) -> Verdict {
    match (threshold, floor) {
        (None, _) => Verdict::NotApplicable,
        (Some(threshold), _) if value >= threshold => Verdict::Pass,
        (Some(_), Some(floor)) if value >= floor => Verdict::Near,
        _ => Verdict::Fail,
    }
}

/// Rounded up to `decimals`: what is bought must suffice.
fn rounded_up(exact: Exact, decimals: u8) -> Figure {
    let power = Exact::from(10).pow(decimals);
    let up = (&exact * &power).ceil().checked_div(&power).unwrap_or(Exact::ZERO);
    Figure { shown: up.to_fixed(decimals), exact }
}

impl<'a> Judge<'a> {
    pub(super) fn sections(&self, missing: &mut MissingList) -> Vec<SectionResult> {
        let catalogue = &self.standard.catalogue;
        let items = FormItems {
            pupils: catalogue.id("pupils"),
            grades: catalogue.id("grades"),
            classes: catalogue.id("classes"),
            sponsor: catalogue.id("sponsor"),
            residence: catalogue.id("residence"),
            township: catalogue.id("township"),
        };
        self.places()
            .map(|(school, section)| self.section(school, section, &items, missing))
            .collect()
    }

    fn section(
        &self,
        school: &'a School,
        section: &'a Section,
        items: &FormItems,
        missing: &mut MissingList,
    ) -> SectionResult {
        let place = Place::Section(self.env.snapshot.county(), school, section);
        let values: Vec<IndicatorValue> = self
            .standard
            .indicators
            .iter()
            .zip(&self.limits)
            .map(|(indicator, limits)| self.value(indicator, limits, place, section.stage, missing))
            .collect();
        let in_rule: Vec<&IndicatorValue> = values
            .iter()
            .zip(&self.standard.indicators)
            .filter(|(value, i)| i.in_rule && value.verdict != Verdict::NotApplicable)
            .map(|(value, _)| value)
            .collect();
        let (verdict, grade) = match &self.standard.section_rule {
            Some(rule) => section_verdict(rule, &in_rule),
            None => (Verdict::NotApplicable, String::new()),
        };
        SectionResult {
            school: school.code.clone(),
            name: school.name.clone(),
            kind: school.kind,
            stage: section.stage,
            attached: section.attached,
            sponsor: text(&school.facts, items.sponsor),
            residence: text(&school.facts, items.residence),
            township: text(&school.facts, items.township),
            pupils: number(&section.facts, items.pupils),
            grades: number(&section.facts, items.grades),
            classes: number(&section.facts, items.classes),
            reached: values.iter().filter(|v| v.verdict == Verdict::Pass).count(),
            verdict,
            grade,
            remark: remark(&values, self.standard.section_rule.as_ref()),
            values,
        }
    }

    fn value(
        &self,
        indicator: &Indicator,
        limits: &Limits,
        place: Place<'a>,
        stage: Stage,
        missing: &mut MissingList,
    ) -> IndicatorValue {
        let threshold = of_stage(&limits.threshold, stage);
        let floor = of_stage(&limits.floor, stage);
        let mut result = IndicatorValue {
            code: indicator.code.clone(),
            value: None,
            verdict: Verdict::Missing,
            verdict_if_rounded: None,
            gap: None,
            gap_whole_school: None,
            reason: None,
        };
        let Some(formula) = of_stage(&indicator.formula, stage) else {
            result.verdict = Verdict::NotApplicable;
            return result;
        };
        match formula.evaluate(&self.env, place) {
            Outcome::Number(value) => {
                result.verdict = verdict(&value, threshold, floor);
                // Only a value that is not exact at the printed decimals can round across.
                let figure = Figure::new(value, indicator.decimals);
                let rounded = figure.exact.round(indicator.decimals);
                let if_rounded = verdict(&rounded, threshold, floor);
                result.verdict_if_rounded = (if_rounded != result.verdict).then_some(if_rounded);
                if let Some(threshold) = threshold.filter(|t| figure.exact < **t) {
                    self.gap(indicator, place, threshold, &figure.exact, &mut result);
                }
                result.value = Some(figure);
            }
            Outcome::NotApplicable if indicator.may_not_apply => {
                result.verdict = Verdict::NotApplicable;
            }
            // Nobody gets round a rule by a dash.
            Outcome::NotApplicable => {
                result.reason = Some(DASH.to_owned());
                missing.dash(formula, &self.env, place, &indicator.code);
            }
            Outcome::Missing => {
                let inputs = formula.missing(&self.env, place);
                result.reason = Some(missing_text(&inputs));
                missing.formula(formula, &self.env, place, &indicator.code);
            }
            _ => {
                result.reason = Some("分母为零，无法计算".to_owned());
                let school = place.school().map(|s| s.code.clone());
                let zh = format!("{}：分母为零", indicator.short);
                missing.fact(school, place.title(), String::new(), zh, &indicator.code);
            }
        }
        result
    }

    /// The missing amount: (threshold − value) × weight, in the unit of the gap.
    fn gap(
        &self,
        indicator: &Indicator,
        place: Place<'a>,
        threshold: &Exact,
        value: &Exact,
        result: &mut IndicatorValue,
    ) {
        let Some(rule) = &self.standard.coefficient else { return };
        let Outcome::Number(weight) = rule.weight.evaluate(&self.env, place) else { return };
        let Some(weight_unit) = rule.weight.result().unit() else { return };
        let factor = indicator.gap_unit.factor_from(&indicator.unit.times(weight_unit));
        let amount = &(&(threshold - value) * &weight) * &factor;
        if indicator.split
            && let Some(share) = self.share(place)
            && share != Exact::ONE
            && let Some(whole) = amount.checked_div(&share)
        {
            result.gap_whole_school = Some(rounded_up(whole, indicator.gap_decimals));
        }
        result.gap = Some(rounded_up(amount, indicator.gap_decimals));
    }

    /// The section's share of what its school shares out: weighted pupils of the section over
    /// those of the school.
    fn share(&self, place: Place<'a>) -> Option<Exact> {
        let Place::Section(county, school, section) = place else { return None };
        let rule = self.standard.coefficient.as_ref()?;
        let weighted = |section: &'a Section| {
            let at = Place::Section(county, school, section);
            let pupils = rule.weight.evaluate(&self.env, at).number()?.clone();
            Some(&pupils * &self.standard.weights[section.stage.index()])
        };
        let mut whole = match self.env.guests {
            Some(guests) => match school.facts.value(guests.item)? {
                Value::NotApplicable => Exact::ZERO,
                children => &Exact::from(children.number()?) * guests.weight,
            },
            None => Exact::ZERO,
        };
        for section in &school.sections {
            whole = whole + weighted(section)?;
        }
        weighted(section)?.checked_div(&whole)
    }
}

/// The verdict of a section: the best grade that its values reach. Where something is missing the
/// section is missing, unless it fails whatever the missing values turn out to be.
fn section_verdict(rule: &SectionRule, values: &[&IndicatorValue]) -> (Verdict, String) {
    // Nothing to count is no pass.
    if values.is_empty() {
        return (Verdict::NotApplicable, Verdict::NotApplicable.zh().to_owned());
    }
    let count = |wanted: Verdict| values.iter().filter(|v| v.verdict == wanted).count();
    let reached = count(Verdict::Pass);
    let missing = count(Verdict::Missing);
    let below_floor = rule.floor.is_some() && count(Verdict::Fail) > 0;
    let possible =
        |at_least: usize, reached: usize| !below_floor && reached >= at_least.min(values.len());
    if missing > 0 {
        let hope = rule.grades.iter().any(|g| g.passes && possible(g.at_least, reached + missing));
        return if hope {
            (Verdict::Missing, Verdict::Missing.zh().to_owned())
        } else {
            (Verdict::Fail, Verdict::Fail.zh().to_owned())
        };
    }
    match rule.grades.iter().find(|g| possible(g.at_least, reached)) {
        Some(grade) if grade.passes => (Verdict::Pass, grade.zh.clone()),
        Some(grade) => (Verdict::Fail, grade.zh.clone()),
        None => (Verdict::Fail, Verdict::Fail.zh().to_owned()),
    }
}

/// Remark of form Ⅱ-2: which indicators reach 100 %, which 85 %, which not.
fn remark(values: &[IndicatorValue], rule: Option<&SectionRule>) -> String {
    let mut remark = String::new();
    let floor = rule.and_then(|rule| rule.floor.as_ref()).map(|floor| floor * &Exact::from(100));
    let near = floor.map_or_else(String::new, |f| format!("达到标准的{}%", f.to_short(2)));
    for (verdict, head) in [
        (Verdict::Pass, "达标"),
        (Verdict::Near, near.as_str()),
        (Verdict::Fail, "未达标"),
        (Verdict::Missing, "缺数"),
    ] {
        let mut first = true;
        for value in values.iter().filter(|v| v.verdict == verdict) {
            if first {
                if !remark.is_empty() {
                    remark.push('；');
                }
                remark.push_str(head);
                remark.push('：');
                first = false;
            } else {
                remark.push('、');
            }
            remark.push_str(&value.code);
        }
    }
    remark
}
