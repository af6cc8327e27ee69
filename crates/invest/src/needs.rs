//! What one school needs: for each rule that it does not satisfy the measure that brings it there at
//! the least cost, by the judge's own answer.
//!
//! Rule by rule, as if the others did not exist: one measure may help several rules, so that the sum
//! is what a school has to reckon with at most and not a plan of the county. Measures that take from
//! another school are the county's to decide and are left out.

use crate::InvestError;
use crate::costs::{CostCatalogue, Measure};
use crate::problem::{decimal, new_room};
use crate::respond::whole;
use domain::change::{Change, Edit, amount_at, apply};
use domain::{Exact, Level, SchoolCode, SchoolKind, Snapshot, Stage};
use serde::{Deserialize, Serialize};
use standard::evaluation::{Evaluation, Verdict};
use standard::{Options, Standard, evaluate};

/// The most whole things that are tried for a rule that is only checked, as rooms are.
const MOST: u32 = 12;
/// So many steps beyond the straight line are tried where a value does not grow evenly.
const BEYOND: u32 = 4;

/// A rule that a school does not satisfy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Need {
    /// The indicator, or the part of a county indicator: `L4`, `G3.1`.
    pub rule: String,
    /// The stage; `None` for a rule over the school as a whole.
    pub stage: Option<Stage>,
    /// The measure that brings it there at the least cost in its first year; `None` where the
    /// catalogue has none.
    pub by: Option<Remedy>,
}

/// So much of a measure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remedy {
    /// The measure's code.
    pub measure: String,
    /// Its Chinese name.
    pub zh: String,
    /// How much of it, in its unit.
    pub quantity: Exact,
    /// The unit in which it is bought.
    pub unit: String,
    /// 万元, once.
    pub once: Exact,
    /// 万元 a year.
    pub yearly: Exact,
    /// Years until it counts.
    pub lead: u8,
    /// Does one of it serve all stages of the school?
    pub shared: bool,
    /// Where the price comes from.
    pub source: String,
    /// How certain the price is.
    pub grade: String,
}

/// What a school needs, in the order of the standard.
///
/// # Errors
/// Those of the judge; [`InvestError::Unknown`] for a school that is not there.
pub fn needs(
    snapshot: &Snapshot,
    standard: &Standard,
    options: &Options,
    costs: &CostCatalogue,
    school: &SchoolCode,
) -> Result<Vec<Need>, InvestError> {
    let ground = Ground::new(snapshot, standard, options, costs, school)?;
    let mut needs = Vec::new();
    for section in ground.base.sections.iter().filter(|section| section.school == *school) {
        for value in &section.values {
            if !matches!(value.verdict, Verdict::Near | Verdict::Fail) {
                continue;
            }
            let target = Target::Value { code: &value.code, stage: section.stage };
            let by = ground.cheapest(&target)?;
            needs.push(Need { rule: value.code.clone(), stage: Some(section.stage), by });
        }
    }
    let parts: Vec<&str> = standard.local_parts().map(|part| part.code).collect();
    for part in ground.base.groups.iter().flat_map(|g| &g.indicators).flat_map(|i| &i.parts) {
        let target = Target::Part { code: &part.code };
        if parts.contains(&part.code.as_str())
            && ground.reached(&ground.base, &target) == Some(false)
        {
            let by = ground.cheapest(&target)?;
            needs.push(Need { rule: part.code.clone(), stage: None, by });
        }
    }
    Ok(needs)
}

/// A rule that is to be satisfied.
enum Target<'a> {
    /// An indicator of a section with a threshold.
    Value { code: &'a str, stage: Stage },
    /// A part of a county indicator, checked at the school.
    Part { code: &'a str },
}

/// The school alone, with those that belong to it.
struct Ground<'a> {
    snapshot: Snapshot,
    base: Evaluation,
    standard: &'a Standard,
    options: &'a Options,
    costs: &'a CostCatalogue,
    school: &'a SchoolCode,
    kind: SchoolKind,
    stages: Vec<Stage>,
}

impl<'a> Ground<'a> {
    fn new(
        snapshot: &Snapshot,
        standard: &'a Standard,
        options: &'a Options,
        costs: &'a CostCatalogue,
        school: &'a SchoolCode,
    ) -> Result<Self, InvestError> {
        let unknown = || InvestError::Unknown(format!("本县数据中没有学校 {school}"));
        let own = snapshot.school(school).ok_or_else(unknown)?;
        let main = own.parent.as_ref().unwrap_or(school);
        let mut draft = snapshot.to_draft();
        draft.schools.retain(|other| other.code == *main || other.parent.as_ref() == Some(main));
        let small = draft.seal(standard.catalogue()).map_err(domain::change::ChangeError::from)?;
        let base = evaluate(&small, standard, options)?;
        let stages = own.sections.iter().map(|section| section.stage).collect();
        Ok(Self { snapshot: small, base, standard, options, costs, school, kind: own.kind, stages })
    }

    /// Is a rule satisfied? `None` where it cannot be said.
    fn reached(&self, evaluation: &Evaluation, target: &Target<'_>) -> Option<bool> {
        match target {
            Target::Value { code, stage } => {
                let section = evaluation
                    .sections
                    .iter()
                    .find(|s| s.school == *self.school && s.stage == *stage)?;
                Some(section.value(code)?.verdict == Verdict::Pass)
            }
            Target::Part { code } => {
                let parts = evaluation.groups.iter().flat_map(|g| &g.indicators);
                let part = parts.flat_map(|i| &i.parts).find(|part| part.code == *code)?;
                let here = |school: &Option<SchoolCode>| school.as_ref() == Some(self.school);
                Some(!part.failing.iter().any(|place| here(&place.school)))
            }
        }
    }

    fn value(&self, evaluation: &Evaluation, code: &str, stage: Stage) -> Option<Exact> {
        let mut sections = evaluation.sections.iter();
        let section = sections.find(|s| s.school == *self.school && s.stage == stage)?;
        Some(section.value(code)?.value.as_ref()?.exact.clone())
    }

    /// The measure that costs least in its first year.
    fn cheapest(&self, target: &Target<'_>) -> Result<Option<Remedy>, InvestError> {
        let mut best: Option<(Exact, Remedy)> = None;
        for measure in self.costs.measures.iter().filter(|measure| !measure.moves) {
            for stage in self.stages_of(measure, target) {
                let Some(quantity) = self.quantity(measure, stage, target)? else { continue };
                let Some(price) = measure.price(self.kind, stage) else { continue };
                let (once, yearly) = (&price.once * &quantity, &price.yearly * &quantity);
                let first = &once + &yearly;
                if best.as_ref().is_some_and(|(least, _)| *least <= first) {
                    continue;
                }
                let remedy = Remedy {
                    measure: measure.code.clone(),
                    zh: measure.zh.clone(),
                    quantity,
                    unit: measure.unit.clone(),
                    once,
                    yearly,
                    lead: measure.lead,
                    shared: measure.level == Level::School,
                    source: price.source.clone(),
                    grade: price.grade.clone(),
                };
                best = Some((first, remedy));
            }
        }
        Ok(best.map(|(_, remedy)| remedy))
    }

    /// At which stages a measure may be taken for a rule.
    fn stages_of(&self, measure: &Measure, target: &Target<'_>) -> Vec<Option<Stage>> {
        if measure.level == Level::School {
            return vec![None];
        }
        let offered = |stage: &Stage| measure.stages.is_empty() || measure.stages.contains(stage);
        match target {
            Target::Value { stage, .. } => {
                offered(stage).then_some(Some(*stage)).into_iter().collect()
            }
            Target::Part { .. } => self.stages.iter().copied().filter(offered).map(Some).collect(),
        }
    }

    /// How much of a measure satisfies a rule; `None` where none of it does.
    fn quantity(
        &self,
        measure: &Measure,
        stage: Option<Stage>,
        target: &Target<'_>,
    ) -> Result<Option<Exact>, InvestError> {
        let Some(one) = self.with(measure, stage, &measure.grid)? else { return Ok(None) };
        let (first, last) = match target {
            Target::Value { code, stage } => {
                let info = self.base.indicators.iter().find(|info| info.code == *code);
                let limits = info.and_then(|i| i.limits.iter().find(|l| l.stage == *stage));
                let threshold = limits.and_then(|limits| limits.threshold.as_ref());
                let before = self.value(&self.base, code, *stage);
                let after = self.value(&one, code, *stage);
                let (Some(threshold), Some(before), Some(after)) = (threshold, before, after)
                else {
                    return Ok(None);
                };
                let step = &after - &before;
                if step.is_negative() || step.is_zero() {
                    return Ok(None);
                }
                let Some(steps) = (threshold - &before).checked_div(&step) else {
                    return Ok(None);
                };
                (steps.ceil(), BEYOND)
            }
            Target::Part { .. } if measure.countable() => (Exact::ONE, MOST),
            Target::Part { .. } => return Ok(None),
        };
        for more in 0..last {
            let quantity = (&first + &Exact::from(i64::from(more))) * measure.grid.clone();
            let Some(after) = self.with(measure, stage, &quantity)? else { return Ok(None) };
            if self.reached(&after, target) == Some(true) {
                return Ok(Some(quantity));
            }
        }
        Ok(None)
    }

    /// What the judge says with so much of a measure; `None` where it cannot be done.
    fn with(
        &self,
        measure: &Measure,
        stage: Option<Stage>,
        quantity: &Exact,
    ) -> Result<Option<Evaluation>, InvestError> {
        let catalogue = self.standard.catalogue();
        let has = |item: &str| amount_at(&self.snapshot, catalogue, self.school, stage, item);
        if let Some((item, share)) = &measure.at_most
            && has(item).is_none_or(|has| *quantity > &has * share)
        {
            return Ok(None);
        }
        let mut change = Change { reason: measure.zh.clone(), ..Change::default() };
        for adds in &measure.adds {
            if adds.if_known && has(&adds.item).is_none() {
                continue;
            }
            let amount = decimal(&(&adds.amount * quantity))?;
            let (school, item) = (self.school.clone(), adds.item.clone());
            change.edits.push(Edit { school, stage, item, amount });
        }
        if let Some(room) = &measure.room {
            for _ in 0..whole(quantity).min(MOST) {
                change.rooms.push(new_room(self.school, &measure.zh, room)?);
            }
        }
        // Gains before losses.
        change.edits.sort_by_key(|edit| edit.amount.is_sign_negative());
        // A fact that is missing, or that would fall below zero: this measure is none for it.
        let Ok(changed) = apply(&self.snapshot, &change, catalogue) else { return Ok(None) };
        let amount = |item: &str| amount_at(&changed, catalogue, self.school, stage, item);
        let level = if stage.is_some() { Level::Section } else { Level::School };
        let fits = self.costs.within.iter().filter(|within| within.level == level).all(|within| {
            match (amount(&within.part), amount(&within.whole)) {
                (Some(part), Some(whole)) => part <= whole,
                _ => true,
            }
        });
        if !fits {
            return Ok(None);
        }
        Ok(Some(evaluate(&changed, self.standard, self.options)?))
    }
}
