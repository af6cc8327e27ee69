//! Figures of stages, indicators, sections and their values.

use super::YearData;
use super::field::Kind::{Count, List, Number, Persons, Share, Text, Verdict as Judged};
use super::field::fields;
use super::thing::{Entity, Thing, section_name, worst};
use super::value::{Number as Printed, Value};
use domain::{Exact, Residence, Stage};
use standard::evaluation::{
    IndicatorInfo, IndicatorValue, SectionResult, StageIndicator, StageLimits, StageResult, Verdict,
};

fields! { STAGE: Stage(y, s) {
    "name" Text, "名称" => Value::text(s.stage.zh());
    "verdict" Judged, "结论（学校和差异系数）" => Value::Verdict(worst(
        y.of_stage(s.stage).map(|s| s.verdict).chain(s.indicators.iter().map(|m| m.verdict)).chain([s.composite.verdict])
    ));
    "sections" List(Entity::Section), "参评学校（学段）" => y.sections(|x| x.stage == s.stage);
    "passing" List(Entity::Section), "达标的学校" => y.sections(|x| x.stage == s.stage && x.verdict == Verdict::Pass);
    "failing" List(Entity::Section), "未达标的学校" => y.sections(|x| x.stage == s.stage && x.verdict == Verdict::Fail);
    "undecided" List(Entity::Section), "缺数待定的学校" => y.sections(|x| x.stage == s.stage && x.verdict == Verdict::Missing);
    "share" Share, "达标学校比例" => Value::share_of(s.passed, s.sections);
    "pupils" Persons, "参评学校在校生数" => match y.of_stage(s.stage).map(|x| x.pupils.clone()).sum::<Option<Exact>>() {
        Some(pupils) => Value::whole(pupils),
        None => Value::none(),
    };
    "measures" List(Entity::Measure), "各项指标" => Value::List(s.indicators.iter().map(|m| Thing::Measure(y, s, m)).collect());
    "short" List(Entity::Measure), "有学校未达到标准值的指标" => Value::List(s.indicators.iter().filter(|m| m.reached < m.known).map(|m| Thing::Measure(y, s, m)).collect());
    "full" List(Entity::Measure), "所有学校都达到标准值的指标" => Value::List(s.indicators.iter().filter(|m| m.reached == s.sections).map(|m| Thing::Measure(y, s, m)).collect());
    "judged" List(Entity::Measure), "有上限的差异系数" => Value::List(s.indicators.iter().filter(|m| m.verdict != Verdict::NotApplicable).map(|m| Thing::Measure(y, s, m)).collect());
    "balanced" List(Entity::Measure), "未超过上限的差异系数" => Value::List(s.indicators.iter().filter(|m| m.verdict == Verdict::Pass).map(|m| Thing::Measure(y, s, m)).collect());
    "wide" List(Entity::Measure), "超过上限的差异系数" => Value::List(s.indicators.iter().filter(|m| m.verdict == Verdict::Fail).map(|m| Thing::Measure(y, s, m)).collect());
    "unknown" List(Entity::Measure), "缺数的差异系数" => Value::List(s.indicators.iter().filter(|m| m.verdict == Verdict::Missing).map(|m| Thing::Measure(y, s, m)).collect());
    "widest" List(Entity::Measure), "差异系数最大的指标" => Value::List(extreme(s, true).map(|m| Thing::Measure(y, s, m)).into_iter().collect());
    "narrowest" List(Entity::Measure), "差异系数最小的指标" => Value::List(extreme(s, false).map(|m| Thing::Measure(y, s, m)).into_iter().collect());
    "limit" Number, "差异系数上限（各项相同时）" => {
        let mut limits: Vec<_> = s.indicators.iter().map(|m| m.limit.as_ref()).collect();
        limits.dedup();
        match limits.as_slice() { [Some(limit)] => two(limit), _ => Value::NotApplicable }
    };
    "composite" Number, "综合差异系数" => Value::rounded(s.composite.value.as_ref(), None);
    "teaching_points" Count, "其中教学点" => Value::count(y.of_stage(s.stage).filter(|x| x.kind == domain::SchoolKind::TeachingPoint).count());
} }

fields! { INDICATOR: Indicator(y, i) {
    "code" Text, "编号" => Value::text(&i.code);
    "name" Text, "名称" => Value::text(&i.zh);
    "short" Text, "简称" => Value::text(&i.short);
    "unit" Text, "单位" => Value::text(&i.unit.to_string());
    "text" Text, "口径" => Value::text(&i.text);
    "measures" List(Entity::Measure), "各学段" => {
        let all = y.evaluation.stages.iter().flat_map(|s| s.indicators.iter().map(move |m| (s, m)));
        Value::List(all.filter(|(_, m)| m.code == i.code).map(|(s, m)| Thing::Measure(y, s, m)).collect())
    };
} }

fields! { MEASURE: Measure(y, s, m) {
    "code" Text, "编号" => Value::text(&m.code);
    "name" Text, "名称" => y.info(&m.code).map_or_else(Value::none, |i| Value::text(&i.zh));
    "short" Text, "简称" => Value::Text(y.short(&m.code));
    "unit" Text, "单位" => y.info(&m.code).map_or_else(Value::none, |i| Value::text(&i.unit.to_string()));
    "stage" Text, "学段" => Value::text(s.stage.zh());
    "threshold" Number, "标准值" => bound(y, &m.code, s.stage, |l| l.threshold.as_ref());
    "floor" Number, "底线值" => bound(y, &m.code, s.stage, |l| l.floor.as_ref());
    "limit" Number, "差异系数上限" => m.limit.as_ref().map_or(Value::NotApplicable, two);
    "known" Count, "有数值的学校数" => Value::count(m.known);
    "reached" Count, "达到标准值的学校数" => Value::count(m.reached);
    "share" Share, "达到标准值的学校比例" => Value::share_of(m.reached, s.sections);
    "mean" Number, "均值" => Value::rounded(m.mean.as_ref(), None);
    "coefficient" Number, "差异系数" => Value::rounded(m.coefficient.as_ref(), m.verdict_if_rounded);
    "verdict" Judged, "差异系数结论" => Value::Verdict(m.verdict);
    "below" List(Entity::Section), "未达到标准值的学校" => y.sections(|x| x.stage == s.stage && is(x, &m.code, &[Verdict::Near, Verdict::Fail]));
    "failing" List(Entity::Section), "低于底线值的学校" => y.sections(|x| x.stage == s.stage && is(x, &m.code, &[Verdict::Fail]));
    "near" List(Entity::Section), "未达到标准值、不低于底线值的学校" => y.sections(|x| x.stage == s.stage && is(x, &m.code, &[Verdict::Near]));
    "undecided" List(Entity::Section), "缺数的学校" => y.sections(|x| x.stage == s.stage && is(x, &m.code, &[Verdict::Missing]));
    "gap" Number, "各校差额合计（连同单位）" => gap(y, &m.code, s.stage);
} }

fields! { SECTION: Section(y, s) {
    "name" Text, "名称" => Value::Text(section_name(s));
    "school" Text, "学校" => Value::text(&s.name);
    "code" Text, "标识码" => Value::text(s.school.as_str());
    "stage" Text, "学段" => Value::text(s.stage.zh());
    "kind" Text, "办学类型" => Value::text(s.kind.zh());
    "township" Text, "乡镇" => Value::text(s.township.as_deref().unwrap_or_default());
    "residence" Text, "城乡类型" => residence(s);
    "pupils" Persons, "在校生数" => s.pupils.as_ref().map_or_else(Value::none, |n| Value::whole(n.clone()));
    "classes" Count, "班级数" => s.classes.as_ref().map_or_else(Value::none, |n| Value::whole(n.clone()));
    "verdict" Judged, "结论" => Value::Verdict(s.verdict);
    "reached" Count, "达到标准值的指标数" => Value::count(s.reached);
    "values" List(Entity::Value), "各项指标值" => Value::List(s.values.iter().map(|v| Thing::Value(y, s, v)).collect());
    "below" List(Entity::Value), "未达到标准值的指标" => y.values(s, &[Verdict::Near, Verdict::Fail]);
    "failing" List(Entity::Value), "低于底线值的指标" => y.values(s, &[Verdict::Fail]);
    "near" List(Entity::Value), "未达到标准值、不低于底线值的指标" => y.values(s, &[Verdict::Near]);
    "undecided" List(Entity::Value), "缺数的指标" => y.values(s, &[Verdict::Missing]);
} }

fields! { VALUE: Value(y, s, v) {
    "code" Text, "编号" => Value::text(&v.code);
    "name" Text, "名称" => y.info(&v.code).map_or_else(Value::none, |i| Value::text(&i.zh));
    "short" Text, "简称" => Value::Text(y.short(&v.code));
    "unit" Text, "单位" => y.info(&v.code).map_or_else(Value::none, |i| Value::text(&i.unit.to_string()));
    "section" Text, "学校（学段）" => Value::Text(section_name(s));
    "stage" Text, "学段" => Value::text(s.stage.zh());
    "value" Number, "值" => match (&v.value, v.verdict) {
        (None, Verdict::NotApplicable) => Value::NotApplicable,
        (value, _) => Value::judged(value.as_ref(), v.verdict_if_rounded, v.reason.as_deref()),
    };
    "threshold" Number, "标准值" => bound(y, &v.code, s.stage, |l| l.threshold.as_ref());
    "verdict" Judged, "结论" => Value::Verdict(v.verdict);
    "coverage" Share, "相当于标准值的比例" => coverage(y, s, v);
    "gap" Number, "差额（连同单位）" => amount(y, v.gap.as_ref(), v);
    "school_gap" Number, "全校须补足的数量（连同单位）" => amount(y, v.gap_whole_school.as_ref().or(v.gap.as_ref()), v);
    "reason" Text, "缺数的原因" => Value::text(v.reason.as_deref().unwrap_or_default());
} }

/// The least decimals that a limit of the official text has.
pub(super) fn two(limit: &Exact) -> Value<'static> {
    let short = limit.to_short(6);
    let decimals = short.split_once('.').map_or(0, |(_, d)| d.len());
    let shown = if decimals < 2 { limit.to_fixed(2) } else { short };
    Value::Number(Printed { exact: limit.clone(), shown })
}

fn is(section: &SectionResult, code: &str, verdicts: &[Verdict]) -> bool {
    section.value(code).is_some_and(|v| verdicts.contains(&v.verdict))
}

/// The indicator whose coefficient is the greatest, or the least, of a stage.
fn extreme(stage: &StageResult, greatest: bool) -> Option<&StageIndicator> {
    let known = |m: &&StageIndicator| {
        Some(Exact::parse(&m.coefficient.as_ref()?.value).unwrap_or(Exact::ZERO))
    };
    let all = stage.indicators.iter().filter(|m| known(m).is_some());
    // The first of equal ones, in the order of the standard.
    all.reduce(|best, m| {
        let better = if greatest { known(&m) > known(&best) } else { known(&m) < known(&best) };
        if better { m } else { best }
    })
}

fn bound<'a>(
    y: &YearData<'a>,
    code: &str,
    stage: Stage,
    of: impl Fn(&StageLimits) -> Option<&Exact>,
) -> Value<'a> {
    let info: Option<&IndicatorInfo> = y.info(code);
    let limits = info.and_then(|i| i.limits.iter().find(|l| l.stage == stage));
    limits.and_then(of).map_or(Value::NotApplicable, Value::plain)
}

fn coverage<'a>(y: &YearData<'a>, s: &SectionResult, v: &IndicatorValue) -> Value<'a> {
    let Some(figure) = &v.value else { return Value::none() };
    let info = y.info(&v.code).and_then(|i| i.limits.iter().find(|l| l.stage == s.stage));
    let Some(threshold) = info.and_then(|l| l.threshold.as_ref()) else {
        return Value::NotApplicable;
    };
    let Some(share) = figure.exact.checked_div(threshold) else { return Value::NotApplicable };
    let shown = forms::rounding::share(&figure.exact, threshold).unwrap_or_default();
    Value::Number(Printed { exact: share * Exact::from(100), shown: format!("{shown}%") })
}

/// What is to be added, as the gap list prints it, with its unit.
fn amount<'a>(
    y: &YearData<'a>,
    gap: Option<&standard::evaluation::Figure>,
    v: &IndicatorValue,
) -> Value<'a> {
    match gap {
        None if v.verdict == Verdict::Missing => Value::none(),
        None => Value::NotApplicable,
        Some(gap) => {
            let printed = Exact::parse(&gap.shown).unwrap_or_else(|_| gap.exact.clone());
            Value::lacking(&printed, y.info(&v.code).map(|i| &i.gap_unit))
        }
    }
}

/// The gaps of a stage added up as the gap list prints them.
fn gap<'a>(y: &YearData<'a>, code: &str, stage: Stage) -> Value<'a> {
    let mut sum = Exact::ZERO;
    for section in y.of_stage(stage) {
        let Some(value) = section.value(code) else { continue };
        if value.verdict == Verdict::Missing {
            return Value::Missing("有学校缺数".to_owned());
        }
        let Some(gap) = &value.gap else { continue };
        sum = sum + Exact::parse(&gap.shown).unwrap_or_else(|_| gap.exact.clone());
    }
    Value::lacking(&sum, y.info(code).map(|i| &i.gap_unit))
}

fn residence<'a>(s: &SectionResult) -> Value<'a> {
    let label = s.residence.as_deref().unwrap_or_default();
    match Residence::from_label(label) {
        Some(residence) => Value::text(residence.zh()),
        None => Value::text(label),
    }
}
