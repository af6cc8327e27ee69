//! Explaining: how one value, coefficient or county indicator comes about, to the cell.

use crate::coefficient::{Form, Spread};
use crate::evaluate::{Judge, Options, with_judge};
use crate::evaluation::{Evaluation, Verdict};
use crate::standard::{CountyIndicator, Indicator, Part, Test, of_stage};
use crate::{Standard, StandardError, evaluate};
use domain::{Attestation, Exact, Level, Place, SchoolCode, Snapshot, Stage};
use formula::{Env, Explanation, Outcome};
use serde::Serialize;
use std::fmt::Write as _;

/// Places that are explained one by one when a county indicator fails at many.
const PLACES: usize = 5;

/// What is to be explained.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// The school; without it the county's coefficient or county indicator is explained.
    pub school: Option<SchoolCode>,
    /// The stage; both where there are two and none is given.
    pub stage: Option<Stage>,
    /// The code of a section indicator, a county indicator or a part of one: `L3`, `G13`, `G13.1`.
    pub indicator: String,
}

/// One line of the table behind a coefficient.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CoefficientRow {
    /// School code.
    pub school: SchoolCode,
    /// The section in words.
    pub place: String,
    /// P: the weight.
    pub pupils: String,
    /// x: the value, four decimals.
    pub value: String,
    /// P / ΣP in per cent.
    pub weight: String,
    /// Its share of the variance in per cent: who drives the coefficient.
    pub share_of_variance: String,
}

/// An explanation of one value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Explained {
    /// `L4 生均教学及辅助用房面积`.
    pub subject: String,
    /// The place in words.
    pub place: String,
    /// The clause.
    pub clause: String,
    /// The rule in short words.
    pub text: String,
    /// How the value comes about.
    pub value: Option<Explanation>,
    /// How the bound comes about, where it is a formula of its own.
    pub bound: Option<Explanation>,
    /// The attestation, where evidence decides.
    pub attestation: Option<Attestation>,
    /// The sections behind a coefficient, the greatest share of the variance first.
    pub rows: Vec<CoefficientRow>,
    /// Threshold, verdict, rounding, gap: a sentence each.
    pub conclusion: Vec<String>,
}

impl Explained {
    /// The explanation as plain text.
    #[must_use]
    pub fn render(&self) -> String {
        let mut out = format!("{}\n", self.subject);
        // The explanation of the value begins with its place.
        if self.value.is_none() {
            let _ = writeln!(out, "{}", self.place);
        }
        let _ = writeln!(out, "依据：{}\n规则：{}", self.clause, self.text);
        for explanation in self.value.iter().chain(&self.bound) {
            out.push_str(&explanation.render());
        }
        if let Some(a) = &self.attestation {
            let date = a.date.map(|d| d.to_string()).unwrap_or_default();
            let _ = writeln!(out, "佐证：{}；责任人：{}；日期：{date}", a.evidence, a.person);
        }
        if !self.rows.is_empty() {
            out.push_str("学校（学段）、学生数、指标值、学生权重%、占差异的比重%:\n");
        }
        for row in &self.rows {
            let _ = writeln!(
                out,
                "  {} {} {} {} {} {}",
                row.school, row.place, row.pupils, row.value, row.weight, row.share_of_variance
            );
        }
        for line in &self.conclusion {
            let _ = writeln!(out, "{line}");
        }
        out
    }
}

/// Explains what the query asks for.
///
/// # Errors
/// [`StandardError::NothingToExplain`] where there is no such indicator or the school is not
/// judged; otherwise as [`evaluate`].
pub fn explain(
    snapshot: &Snapshot,
    standard: &Standard,
    options: &Options,
    query: &Query,
) -> Result<Vec<Explained>, StandardError> {
    let evaluation = evaluate(snapshot, standard, options)?;
    with_judge(snapshot, standard, options, |judge, _| {
        let code = query.indicator.as_str();
        if let Some(indicator) = standard.indicators.iter().find(|i| i.code == code) {
            return match &query.school {
                Some(school) => sections(judge, &evaluation, indicator, school, query.stage),
                None => Ok(coefficients(judge, &evaluation, indicator, query.stage)),
            };
        }
        for indicator in &standard.county_indicators {
            let parts: Vec<&Part> = indicator
                .parts
                .iter()
                .filter(|p| p.code == code || indicator.code == code)
                .collect();
            if !parts.is_empty() {
                return Ok(parts
                    .into_iter()
                    .flat_map(|p| part(judge, &evaluation, indicator, p, query))
                    .collect());
            }
        }
        let known: Vec<&str> = standard
            .indicators
            .iter()
            .map(|i| i.code.as_str())
            .chain(standard.county_indicators.iter().map(|i| i.code.as_str()))
            .collect();
        Err(StandardError::NothingToExplain(format!(
            "标准“{}”没有指标“{code}”。可选：{}",
            standard.title,
            known.join("、")
        )))
    })?
}

fn sections(
    judge: &Judge<'_>,
    evaluation: &Evaluation,
    indicator: &Indicator,
    school: &SchoolCode,
    stage: Option<Stage>,
) -> Result<Vec<Explained>, StandardError> {
    let mut found = Vec::new();
    for (owner, section) in judge.places() {
        if owner.code != *school || stage.is_some_and(|s| s != section.stage) {
            continue;
        }
        let place = Place::Section(judge.env.snapshot.county(), owner, section);
        let Some(formula) = of_stage(&indicator.formula, section.stage) else { continue };
        let mut conclusion = Vec::new();
        let result = evaluation
            .sections
            .iter()
            .find(|s| s.school == owner.code && s.stage == section.stage)
            .and_then(|s| s.value(&indicator.code));
        let info = evaluation.indicators.iter().find(|i| i.code == indicator.code);
        let limits = info.and_then(|i| i.limits.iter().find(|l| l.stage == section.stage));
        if let Some(threshold) = limits.and_then(|l| l.threshold.as_ref()) {
            let floor = limits
                .and_then(|l| l.floor.as_ref())
                .map(|f| format!("；余项底线 {f} {}", indicator.unit))
                .unwrap_or_default();
            conclusion.push(format!("标准：≥ {threshold} {}{floor}", indicator.unit));
        }
        if let Some(result) = result {
            let shown = result.value.as_ref().map_or("—", |v| v.shown.as_str());
            let verdict = result.verdict;
            conclusion.push(format!(
                "结论：{} {}（报表印作 {shown}）",
                verdict.sign(),
                verdict.zh()
            ));
            if let Some(rounded) = result.verdict_if_rounded {
                conclusion.push(format!(
                    "注意：先四舍五入再判会成为“{}”；本系统按未舍入的值判断",
                    rounded.zh()
                ));
            }
            if let Some(gap) = &result.gap {
                let whole = result
                    .gap_whole_school
                    .as_ref()
                    .map(|w| format!("（全校共用，需增加 {} {}）", w.shown, indicator.gap_unit))
                    .unwrap_or_default();
                conclusion.push(format!("缺口：{} {}{whole}", gap.shown, indicator.gap_unit));
            }
            conclusion.extend(result.reason.as_ref().map(|reason| format!("原因：{reason}")));
        }
        found.push(Explained {
            subject: format!("{} {}", indicator.code, indicator.zh),
            place: place.title(),
            clause: indicator.clause.clone(),
            text: indicator.text.clone(),
            value: Some(formula.explain(&judge.env, place)),
            bound: None,
            attestation: None,
            rows: Vec::new(),
            conclusion,
        });
    }
    if found.is_empty() {
        let excluded = evaluation.excluded.iter().find(|e| e.school == *school);
        let why = excluded.map_or_else(
            || format!("没有标识码为 {school} 的参评学校或学段"),
            |e| format!("{}不参评：{}", e.name, e.reason),
        );
        return Err(StandardError::NothingToExplain(why));
    }
    Ok(found)
}

fn coefficients(
    judge: &Judge<'_>,
    evaluation: &Evaluation,
    indicator: &Indicator,
    stage: Option<Stage>,
) -> Vec<Explained> {
    let rule = judge.standard.coefficient.as_ref();
    evaluation
        .stages
        .iter()
        .filter(|s| stage.is_none_or(|wanted| wanted == s.stage) && s.sections > 0)
        .filter_map(|result| {
            let summary = result.indicators.iter().find(|i| i.code == indicator.code)?;
            let mut conclusion = Vec::new();
            if let (Some(mean), Some(deviation), Some(cv)) =
                (&summary.mean, &summary.deviation, &summary.coefficient)
            {
                conclusion.push(format!("算式：{}", evaluation.coefficient_form));
                conclusion.push(format!(
                    "全县均值 {}，标准差 {}，差异系数 {} ÷ {} = {}",
                    mean.value, deviation.value, deviation.value, mean.value, cv.value
                ));
            }
            if let Some(limit) = &summary.limit {
                let verdict = summary.verdict;
                conclusion.push(format!(
                    "上限 {}；结论：{} {}",
                    limit.to_fixed(2),
                    verdict.sign(),
                    verdict.zh()
                ));
            }
            if let Some(other) = &summary.other_forms {
                let sample = other.sample.as_ref().map_or("—", |s| s.shown.as_str());
                conclusion
                    .push(format!("不加权算法 {}，样本算法 {sample}", other.unweighted.shown));
            }
            Some(Explained {
                subject: format!("{} {} 差异系数", indicator.code, indicator.zh),
                place: format!("{} {}", evaluation.county, result.stage),
                clause: rule.map_or_else(String::new, |r| r.clause.clone()),
                text: rule.map_or_else(String::new, |r| r.text.clone()),
                value: None,
                bound: None,
                attestation: None,
                rows: rows(evaluation, result.stage, &indicator.code),
                conclusion,
            })
        })
        .collect()
}

/// The sections of a stage by their share of the variance.
fn rows(evaluation: &Evaluation, stage: Stage, code: &str) -> Vec<CoefficientRow> {
    let known: Vec<_> = evaluation
        .sections
        .iter()
        .filter(|s| s.stage == stage)
        .filter_map(|s| Some((s, s.pupils.as_ref()?, &s.value(code)?.value.as_ref()?.exact)))
        .collect();
    let pairs: Vec<_> = known.iter().map(|(_, p, x)| (*p, *x)).collect();
    let Some(spread) = Spread::new(&pairs, Form::Weighted) else { return Vec::new() };
    let mean = spread.mean_exact();
    let variance = &(&mean * &mean) * &spread.coefficient_squared();
    let total: Exact = pairs.iter().map(|(p, _)| (*p).clone()).sum();
    let hundred = Exact::from(100);
    let percent = |part: Exact, whole: &Exact| {
        (&part * &hundred).checked_div(whole).map_or_else(|| "0.0".to_owned(), |p| p.to_fixed(1))
    };
    let mut rows: Vec<(Exact, CoefficientRow)> = known
        .into_iter()
        .map(|(section, pupils, value)| {
            let distance = value - &mean;
            let term = &(&distance * &distance) * pupils;
            let row = CoefficientRow {
                school: section.school.clone(),
                place: format!("{} {}", section.name, section.stage),
                pupils: pupils.to_string(),
                value: value.to_fixed(4),
                weight: percent(pupils.clone(), &total),
                share_of_variance: percent(term.clone(), &(&variance * &total)),
            };
            (term, row)
        })
        .collect();
    rows.sort_by(|(a, x), (b, y)| b.cmp(a).then_with(|| x.school.cmp(&y.school)));
    rows.into_iter().map(|(_, row)| row).collect()
}

fn part(
    judge: &Judge<'_>,
    evaluation: &Evaluation,
    indicator: &CountyIndicator,
    part: &Part,
    query: &Query,
) -> Vec<Explained> {
    let env = if part.all_schools { &judge.everywhere } else { &judge.env };
    let county = env.snapshot.county();
    let result = evaluation
        .county_indicator(&indicator.code)
        .and_then(|i| i.parts.iter().find(|p| p.code == part.code));
    let summary = |conclusion: Vec<String>| Explained {
        subject: format!("{} {}", part.code, part.zh),
        place: county.name.clone(),
        clause: indicator.clause.clone(),
        text: indicator.zh.clone(),
        value: None,
        bound: None,
        attestation: None,
        rows: Vec::new(),
        conclusion,
    };
    let verdict = result.map_or(Verdict::NotApplicable, |r| r.verdict);
    let mut conclusion = vec![
        format!("要求：{}", part.required),
        format!("结论：{} {}", verdict.sign(), verdict.zh()),
    ];
    conclusion.extend(result.and_then(|r| r.reason.clone()).map(|r| format!("原因：{r}")));
    if part.level == Level::County {
        let place = Place::County(county);
        let mut explained = summary(conclusion);
        explained.attestation = result.and_then(|r| r.attestation.clone());
        formulas(&mut explained, part, env, place);
        return vec![explained];
    }
    if let Some(result) = result {
        let checked = result.checked.unwrap_or(0);
        conclusion.push(format!("检查 {checked} 处，不符合 {} 处", result.failing.len()));
        conclusion.extend(result.failing.iter().map(|place| {
            let value = place.value.as_ref().map(|v| format!("：{v}")).unwrap_or_default();
            format!("不符合：{}{value}", place.place)
        }));
    }
    let mut all = vec![summary(conclusion)];
    let failing: Vec<&str> = result
        .into_iter()
        .flat_map(|r| &r.failing)
        .map(|f| f.place.as_str())
        .take(PLACES)
        .collect();
    for place in places(env, part.level) {
        let wanted = match &query.school {
            Some(code) => {
                place.school().is_some_and(|s| s.code == *code)
                    && (query.stage.is_none()
                        || place.stage().is_none_or(|s| Some(s) == query.stage))
            }
            None => failing.contains(&place.title().as_str()),
        };
        if wanted {
            let mut explained = summary(Vec::new());
            explained.place = place.title();
            formulas(&mut explained, part, env, place);
            all.push(explained);
        }
    }
    all
}

/// The places of a level that are in scope.
fn places<'a>(env: &Env<'a>, level: Level) -> Vec<Place<'a>> {
    let snapshot = env.snapshot;
    let scope = env.scope;
    snapshot
        .places()
        .filter(|place| place.level() == level)
        .filter(|place| match place {
            Place::School(_, school) => {
                school.sections.iter().any(|s| scope.includes(school, s.stage))
            }
            Place::Section(_, school, section) => scope.includes(school, section.stage),
            _ => false,
        })
        .collect()
}

/// The value, the bound and whether it applies, explained at a place.
fn formulas(explained: &mut Explained, part: &Part, env: &Env<'_>, place: Place<'_>) {
    if let Some(when) = &part.when
        && when.evaluate(env, place) != Outcome::Flag(true)
    {
        explained.conclusion.push("此处不适用或不能判断是否适用".to_owned());
        explained.value = Some(when.explain(env, place));
        return;
    }
    explained.value = part.value.as_ref().map(|formula| formula.explain(env, place));
    explained.bound = match &part.test {
        Test::AtLeast(f) | Test::AtMost(f) | Test::Below(f) | Test::Holds(f) => {
            // A plain figure needs no words: it stands in what is required.
            let named = f.source().contains(|c: char| c.is_ascii_alphabetic());
            named.then(|| f.explain(env, place))
        }
        Test::Attested | Test::None => None,
    };
}
