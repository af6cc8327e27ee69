//! The county indicators: computed where they are numeric, attested with evidence where not.

use super::{DASH, Judge, MissingList, missing_text};
use crate::evaluation::{CountyIndicator, FailingPlace, Figure, GroupResult, PartResult, Verdict};
use crate::standard::{self, Part, Test};
use domain::{Attestation, Exact, Level, Place};
use formula::{Env, Formula, Outcome};

/// All must pass: one failure fails, one missing is missing, nothing applicable is not applicable.
pub(crate) fn all(verdicts: impl IntoIterator<Item = Verdict>) -> Verdict {
    let mut result = Verdict::NotApplicable;
    for verdict in verdicts {
        result = match (result, verdict) {
            (Verdict::Fail, _) | (_, Verdict::Fail | Verdict::Near) => Verdict::Fail,
            (Verdict::Missing, _) | (_, Verdict::Missing) => Verdict::Missing,
            (_, Verdict::Pass) => Verdict::Pass,
            (known, Verdict::NotApplicable) => known,
        };
    }
    result
}

/// What a part says at one place.
struct Found {
    verdict: Verdict,
    if_rounded: Verdict,
    value: Option<Exact>,
    /// What the value was held against.
    limit: Option<Exact>,
    reason: Option<String>,
}

impl Found {
    fn new(verdict: Verdict, value: Option<Exact>) -> Self {
        Self { verdict, if_rounded: verdict, value, limit: None, reason: None }
    }

    fn missing(value: Option<Exact>, reason: String) -> Self {
        Self { reason: Some(reason), ..Self::new(Verdict::Missing, value) }
    }
}

impl Judge<'_> {
    pub(super) fn groups(&self, missing: &mut MissingList) -> Vec<GroupResult> {
        // What a group lacks that decides nothing does not keep the county from being judged.
        let mut unneeded = MissingList::default();
        self.standard
            .groups
            .iter()
            .map(|group| {
                let missing = if group.decides { &mut *missing } else { &mut unneeded };
                let indicators: Vec<CountyIndicator> = self
                    .standard
                    .county_indicators
                    .iter()
                    .filter(|indicator| indicator.group == group.code)
                    .map(|indicator| self.county_indicator(indicator, missing))
                    .collect();
                GroupResult {
                    code: group.code.clone(),
                    zh: group.zh.clone(),
                    verdict: all(indicators.iter().map(|i| i.verdict)),
                    indicators,
                }
            })
            .collect()
    }

    fn county_indicator(
        &self,
        indicator: &standard::CountyIndicator,
        missing: &mut MissingList,
    ) -> CountyIndicator {
        let parts: Vec<PartResult> =
            indicator.parts.iter().map(|part| self.part(part, missing)).collect();
        let judged = indicator.parts.iter().zip(&parts).filter(|(part, _)| !part.informative);
        let mut verdict = all(judged.map(|(_, result)| result.verdict));
        if indicator.needs_one_part && verdict == Verdict::NotApplicable {
            verdict = Verdict::Missing;
            let county = self.env.snapshot.county();
            let zh = format!("{}：至少要有一项数据", indicator.zh);
            missing.fact(None, county.name.clone(), String::new(), zh, &indicator.code);
        }
        CountyIndicator {
            code: indicator.code.clone(),
            zh: indicator.zh.clone(),
            clause: indicator.clause.clone(),
            verdict,
            parts,
        }
    }

    fn part(&self, part: &Part, missing: &mut MissingList) -> PartResult {
        let mut result = PartResult {
            code: part.code.clone(),
            zh: part.zh.clone(),
            value: None,
            unit: part.value.as_ref().map(|_| part.unit.clone()),
            required: part.required.clone(),
            verdict: Verdict::NotApplicable,
            verdict_if_rounded: None,
            checked: None,
            failing: Vec::new(),
            attestation: None,
            attested: matches!(part.test, Test::Attested),
            reason: None,
        };
        if result.attested {
            self.attested(part, &mut result, missing);
            return result;
        }
        let env = if part.all_schools { &self.everywhere } else { &self.env };
        if part.level == Level::County {
            let place = Place::County(env.snapshot.county());
            let found = judge(part, env, place, missing);
            result.verdict = found.verdict;
            result.verdict_if_rounded =
                (found.if_rounded != found.verdict).then_some(found.if_rounded);
            result.value = found.value.map(|value| Figure::new(value, part.decimals));
            result.reason = found.reason;
            if let Some(limit) = found.limit {
                result.required = required(part, &limit);
            }
        } else {
            each(part, env, &mut result, missing);
        }
        result
    }

    fn attested(&self, part: &Part, result: &mut PartResult, missing: &mut MissingList) {
        let county = self.env.snapshot.county();
        let found = county.attestations.iter().find(|a| a.indicator == part.code);
        let lacking = match found {
            None => vec!["佐证记录"],
            Some(attestation) => lacking(attestation),
        };
        result.attestation = found.cloned();
        let holds = found.and_then(|a| a.holds);
        result.verdict = match (holds, lacking.is_empty()) {
            (Some(false), _) => Verdict::Fail,
            (Some(true), true) => Verdict::Pass,
            _ => Verdict::Missing,
        };
        if result.verdict == Verdict::Missing {
            let reason = format!("缺{}", lacking.join("、"));
            let zh = format!("“{}”的{}", part.zh, lacking.join("、"));
            missing.fact(None, county.name.clone(), String::new(), zh, &part.code);
            result.reason = Some(reason);
        }
    }
}

/// What an attestation lacks before it counts.
fn lacking(attestation: &Attestation) -> Vec<&'static str> {
    let mut lacking = Vec::new();
    if attestation.holds.is_none() {
        lacking.push("是否达到");
    }
    if attestation.evidence.trim().is_empty() {
        lacking.push("佐证材料");
    }
    if attestation.person.trim().is_empty() {
        lacking.push("责任人");
    }
    if attestation.date.is_none() {
        lacking.push("日期");
    }
    lacking
}

/// Checks a part place by place.
fn each(part: &Part, env: &Env<'_>, result: &mut PartResult, missing: &mut MissingList) {
    let county = env.snapshot.county();
    let mut verdicts = Vec::new();
    let mut if_rounded = Vec::new();
    let mut without = 0usize;
    let mut check = |place: Place<'_>| {
        let found = judge(part, env, place, missing);
        if found.verdict == Verdict::NotApplicable {
            return;
        }
        verdicts.push(found.verdict);
        if_rounded.push(found.if_rounded);
        match found.verdict {
            Verdict::Fail => result.failing.push(FailingPlace {
                school: place.school().map(|s| s.code.clone()),
                place: place.title(),
                value: found.value.map(|v| {
                    let shown = v.to_fixed(part.decimals);
                    if part.unit.is_one() { shown } else { format!("{shown} {}", part.unit) }
                }),
            }),
            Verdict::Missing => without += 1,
            _ => {}
        }
    };
    for school in env.snapshot.schools() {
        let inside = |stage| env.scope.includes(school, stage);
        if part.level == Level::School {
            if school.sections.iter().any(|s| inside(s.stage)) {
                check(Place::School(county, school));
            }
        } else {
            for section in school.sections.iter().filter(|s| inside(s.stage)) {
                check(Place::Section(county, school, section));
            }
        }
    }
    result.checked = Some(verdicts.len());
    result.verdict = all(verdicts);
    let rounded = all(if_rounded);
    result.verdict_if_rounded = (rounded != result.verdict).then_some(rounded);
    if without > 0 {
        result.reason = Some(format!("{without} 处缺少数据"));
    }
}

/// Judges a part at one place.
fn judge(part: &Part, env: &Env<'_>, place: Place<'_>, missing: &mut MissingList) -> Found {
    let needed = !part.informative;
    if let Some(when) = &part.when {
        match when.evaluate(env, place) {
            Outcome::Flag(true) => {}
            Outcome::Missing => {
                let reason = missing_text(&when.missing(env, place));
                if needed {
                    missing.formula(when, env, place, &part.code);
                }
                return Found::missing(None, reason);
            }
            Outcome::Undefined => return undefined(part, place, missing),
            _ => return Found::new(Verdict::NotApplicable, None),
        }
    }
    let mut value = None;
    if let Some(formula) = &part.value {
        match formula.evaluate(env, place) {
            Outcome::Number(number) => value = Some(number),
            Outcome::NotApplicable => {
                if !matches!(part.test, Test::Holds(_)) {
                    return dash(part, formula, env, place, missing);
                }
            }
            Outcome::Missing if !matches!(part.test, Test::Holds(_)) => {
                let reason = missing_text(&formula.missing(env, place));
                if needed {
                    missing.formula(formula, env, place, &part.code);
                }
                return Found::missing(None, reason);
            }
            Outcome::Missing => {}
            _ => return undefined(part, place, missing),
        }
    }
    let bound = match &part.test {
        Test::Attested | Test::None => return Found::new(Verdict::NotApplicable, value),
        Test::Holds(formula)
        | Test::AtLeast(formula)
        | Test::AtMost(formula)
        | Test::Below(formula) => formula,
    };
    match bound.evaluate(env, place) {
        Outcome::Flag(flag) => Found::new(if flag { Verdict::Pass } else { Verdict::Fail }, value),
        Outcome::Number(limit) => {
            let Some(value) = value else { return Found::new(Verdict::NotApplicable, None) };
            let decide = |value: &Exact| {
                let holds = match part.test {
                    Test::AtLeast(_) => *value >= limit,
                    Test::AtMost(_) => *value <= limit,
                    _ => *value < limit,
                };
                if holds { Verdict::Pass } else { Verdict::Fail }
            };
            let verdict = decide(&value);
            let if_rounded = decide(&value.round(part.decimals));
            Found { if_rounded, limit: Some(limit), ..Found::new(verdict, Some(value)) }
        }
        Outcome::Missing => {
            if needed {
                missing.formula(bound, env, place, &part.code);
            }
            Found::missing(value, missing_text(&bound.missing(env, place)))
        }
        Outcome::Undefined => undefined(part, place, missing),
        _ => dash(part, bound, env, place, missing),
    }
}

/// What is required of the county, as a figure: `≥ 85%`, `≥ 86000 元`.
fn required(part: &Part, limit: &Exact) -> String {
    let sign = match part.test {
        Test::AtMost(_) => "≤",
        Test::Below(_) => "<",
        _ => "≥",
    };
    let figure = limit.to_short(part.decimals.max(2));
    if part.unit.is_one() {
        format!("{sign} {figure}")
    } else if part.unit.to_string().starts_with('%') {
        format!("{sign} {figure}%")
    } else {
        format!("{sign} {figure} {}", part.unit)
    }
}

/// A figure is `—`. That is an answer only where the rule allows for it: nobody gets round a rule by
/// a dash.
fn dash(
    part: &Part,
    formula: &Formula,
    env: &Env<'_>,
    place: Place<'_>,
    missing: &mut MissingList,
) -> Found {
    if part.may_not_apply || part.informative {
        return Found::new(Verdict::NotApplicable, None);
    }
    missing.dash(formula, env, place, &part.code);
    Found::missing(None, DASH.to_owned())
}

/// The data are there and the formula has no value.
fn undefined(part: &Part, place: Place<'_>, missing: &mut MissingList) -> Found {
    if !part.informative {
        let zh = format!("{}：分母为零", part.zh);
        let school = place.school().map(|s| s.code.clone());
        missing.fact(school, place.title(), String::new(), zh, &part.code);
    }
    Found::missing(None, "分母为零，无法计算".to_owned())
}
