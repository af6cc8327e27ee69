//! Figures of the county as a whole: verdicts, shares, county indicators and what fails them.

use super::YearData;
use super::field::Kind::{Count, Flag, List, Number, Share, Text, Verdict as Judged};
use super::field::fields;
use super::thing::{Entity, Thing, section_name, worst};
use super::value::{Value, overall, tidy};
use domain::SchoolKind;
use standard::evaluation::{
    CountyIndicator, FailingPlace, PartResult, SectionResult, TargetState, Verdict,
};
use std::collections::BTreeSet;

fields! { COUNTY: County(y) {
    "name" Text, "县（市、区）名称" => Value::text(&y.evaluation.county);
    "whole" Text, "全县（市、区）的说法" => Value::Text(format!("全{}", rank(&y.evaluation.county)));
    "our" Text, "我县（市、区）的说法" => Value::Text(format!("我{}", rank(&y.evaluation.county)));
    "rank" Text, "县、市或区" => Value::text(rank(&y.evaluation.county));
    "code" Text, "行政区划代码" => Value::text(y.evaluation.county_code.as_str());
    "year" Text, "学年" => Value::Text(format!("{}—{}学年", y.evaluation.year.0, y.evaluation.year.0 + 1));
    "autumn" Text, "统计年份" => Value::Text(format!("{}年", y.evaluation.year.0));
    "date" Text, "统计时点" => Value::Text(format!("{}年9月1日", y.evaluation.year.0));
    "standard" Text, "评估标准" => Value::text(&y.evaluation.standard.title);
    "verdict" Judged, "总结论" => Value::Verdict(overall(y.evaluation.overall.verdict));
    "resources" Judged, "资源配置结论" => Value::Verdict(resources(y));
    "sections" List(Entity::Section), "参评学校（学段）" => y.sections(|_| true);
    "passing" List(Entity::Section), "达标的学校（学段）" => y.sections(|s| s.verdict == Verdict::Pass);
    "failing" List(Entity::Section), "未达标的学校（学段）" => y.sections(|s| s.verdict == Verdict::Fail);
    "undecided" List(Entity::Section), "缺数待定的学校（学段）" => y.sections(|s| s.verdict == Verdict::Missing);
    "share" Share, "达标学校比例" => {
        let all = &y.evaluation.sections;
        Value::share_of(all.iter().filter(|s| s.verdict == Verdict::Pass).count(), all.len())
    };
    "schools" List(Entity::School), "参评学校" => Value::List(schools(y, |_| true));
    "troubled" List(Entity::School), "有未达标、缺数或不符合事项的学校" => Value::List(troubled(y));
    "kinds" List(Entity::SchoolKind), "办学类型（有学校的）" => kinds(y);
    "townships" List(Entity::Township), "乡镇（街道）" => townships(y);
    "stages" List(Entity::Stage), "学段" => Value::List(y.evaluation.stages.iter().map(|s| Thing::Stage(y, s)).collect());
    "indicators" List(Entity::Indicator), "资源配置指标" => Value::List(y.evaluation.indicators.iter().map(|i| Thing::Indicator(y, i)).collect());
    "measures" List(Entity::Measure), "各学段各项指标" => y.measures(|_| true);
    "judged_coefficients" List(Entity::Measure), "有上限的差异系数" => y.measures(|m| m.verdict != Verdict::NotApplicable);
    "wide" List(Entity::Measure), "超过上限的差异系数" => y.measures(|m| m.verdict == Verdict::Fail);
    "unknown_coefficients" List(Entity::Measure), "缺数的差异系数" => y.measures(|m| m.verdict == Verdict::Missing);
    "short" List(Entity::Measure), "有学校未达到标准值的指标" => y.measures(|m| m.reached < m.known);
    "groups" List(Entity::Group), "县级指标组" => Value::List(y.evaluation.groups.iter().map(|g| Thing::Group(y, g)).collect());
    "rules" List(Entity::Rule), "县级指标" => rules(y, |_| true);
    "failing_rules" List(Entity::Rule), "未达标的县级指标" => rules(y, |v| v == Verdict::Fail);
    "undecided_rules" List(Entity::Rule), "缺数待定的县级指标" => rules(y, |v| v == Verdict::Missing);
    "parts" List(Entity::Part), "县级指标的要点" => parts(y, |_| true);
    "unevidenced" List(Entity::Part), "尚无佐证的要点" => parts(y, |p| p.attested && p.verdict == Verdict::Missing);
    "places" List(Entity::Place), "不符合县级指标的各处" => Value::List(places(y, |_| true));
    "targets" List(Entity::Target), "目标线" => targets(y, |_| true);
    "due_targets" List(Entity::Target), "本年到期的目标线" => {
        let year = y.evaluation.year;
        Value::List(y.evaluation.targets.iter().filter(|t| t.year == year).map(|t| Thing::Target(y, t)).collect())
    };
    "late_targets" List(Entity::Target), "滞后的目标线" => targets(y, |s| s == TargetState::Late);
    "excluded" List(Entity::Excluded), "不参评的学校" => Value::List(y.evaluation.excluded.iter().enumerate().map(|(i, e)| Thing::Excluded(y, i, e)).collect());
    "missing" List(Entity::Missing), "缺少的数据" => Value::List(y.evaluation.overall.missing.iter().enumerate().map(|(i, m)| Thing::Missing(y, i, m)).collect());
    "certain_failures" Count, "确定不符合的条数" => Value::count(y.evaluation.overall.certain_failures);
} }

fields! { GROUP: Group(y, g) {
    "code" Text, "编号" => Value::text(&g.code);
    "name" Text, "名称" => Value::text(&g.zh);
    "verdict" Judged, "结论" => Value::Verdict(g.verdict);
    "rules" List(Entity::Rule), "指标" => y.rules_of(g, |_| true);
    "passing" List(Entity::Rule), "达标的指标" => y.rules_of(g, |v| v == Verdict::Pass);
    "failing" List(Entity::Rule), "未达标的指标" => y.rules_of(g, |v| v == Verdict::Fail);
    "undecided" List(Entity::Rule), "缺数待定的指标" => y.rules_of(g, |v| v == Verdict::Missing);
    "inapplicable" List(Entity::Rule), "不涉及的指标" => y.rules_of(g, |v| v == Verdict::NotApplicable);
} }

fields! { RULE: Rule(y, r) {
    "code" Text, "编号" => Value::text(&r.code);
    "number" Text, "在本组中的序号" => Value::Text(number(y, &r.code).to_string());
    "name" Text, "名称" => Value::text(&r.zh);
    "clause" Text, "条款" => Value::text(&r.clause);
    "verdict" Judged, "结论" => Value::Verdict(r.verdict);
    "parts" List(Entity::Part), "要点" => Value::List(r.parts.iter().map(|p| Thing::Part(y, r, p)).collect());
    "failing" List(Entity::Part), "未达标的要点" => Value::List(r.parts.iter().filter(|p| p.verdict == Verdict::Fail).map(|p| Thing::Part(y, r, p)).collect());
    "undecided" List(Entity::Part), "缺数待定的要点" => Value::List(r.parts.iter().filter(|p| p.verdict == Verdict::Missing).map(|p| Thing::Part(y, r, p)).collect());
    "measured" List(Entity::Part), "有数值的要点" => Value::List(r.parts.iter().filter(|p| p.value.is_some()).map(|p| Thing::Part(y, r, p)).collect());
    "places" List(Entity::Place), "不符合的各处" => Value::List(places(y, |code| code == r.code));
} }

fields! { PART: Part(y, r, p) {
    "code" Text, "编号" => Value::text(&p.code);
    "name" Text, "名称" => Value::text(&p.zh);
    "short" Text, "简称" => Value::text(&brief(r, p));
    "rule" Text, "所属指标" => Value::text(&r.zh);
    "value" Number, "指标值（连同单位）" => match (&p.value, p.verdict) {
        (None, Verdict::NotApplicable) => Value::NotApplicable,
        (value, _) => Value::judged(value.as_ref(), p.verdict_if_rounded, p.reason.as_deref()).with_unit(p.unit.as_ref()),
    };
    "required" Text, "要求" => Value::Text(in_words(&p.required));
    "verdict" Judged, "结论" => Value::Verdict(p.verdict);
    "attested" Flag, "是否须佐证" => Value::Flag(p.attested);
    "checked" Count, "检查的处数" => p.checked.map_or(Value::NotApplicable, Value::count);
    "places" List(Entity::Place), "不符合的各处" => Value::List(p.failing.iter().enumerate().map(|(i, f)| Thing::Place(y, r, p, i, f)).collect());
    "evidence" Text, "佐证材料" => Value::text(p.attestation.as_ref().map_or("", |a| a.evidence.as_str()));
    "person" Text, "责任人" => Value::text(p.attestation.as_ref().map_or("", |a| a.person.as_str()));
    "reason" Text, "没有结论的原因" => Value::text(p.reason.as_deref().unwrap_or_default());
} }

fields! { PLACE: Place(y, r, p, n, place) {
    "name" Text, "不符合之处" => Value::Text(place_name(y, place));
    "short" Text, "要点的简称" => Value::text(&brief(r, p));
    "value" Text, "查得" => place.value.as_deref().map_or(Value::NotApplicable, Value::text);
    "rule" Text, "指标" => Value::text(&r.zh);
    "code" Text, "指标编号" => Value::text(&p.code);
    "required" Text, "要求" => Value::Text(in_words(&p.required));
} }

fields! { TARGET: Target(y, t) {
    "name" Text, "目标" => Value::text(&t.zh);
    "year" Text, "目标年份" => Value::Text(format!("{}年", t.year.0));
    "required" Text, "要求" => Value::Text(in_words(&t.required));
    "value" Number, "现值（%）" => Value::figure(t.value.as_ref(), None);
    "state" Text, "进展" => Value::text(t.state.zh());
    "reached" Flag, "是否已达到" => Value::Flag(matches!(t.state, TargetState::Met | TargetState::Early));
    "late" Flag, "是否滞后" => Value::Flag(t.state == TargetState::Late);
} }

/// The words before the colon of a part, or of its indicator: 音乐专用教室, 班额.
fn brief(rule: &CountyIndicator, part: &PartResult) -> String {
    let lead = |text: &str| text.split_once('：').map(|(lead, _)| lead.to_owned());
    lead(&part.zh).or_else(|| lead(&rule.zh)).unwrap_or_else(|| rule.zh.clone())
}

/// `青禾市第四实验小学 小学 三年级(1)班` as people say it.
pub(super) fn place_name(y: &YearData<'_>, place: &FailingPlace) -> String {
    let Some((school, rest)) = place.place.split_once(' ') else { return tidy(&place.place) };
    let of = |s: &&SectionResult| Some(&s.school) == place.school.as_ref();
    for section in y.evaluation.sections.iter().filter(of) {
        if rest == section.stage.zh() {
            return section_name(section);
        }
        if let Some(class) = rest.strip_prefix(section.stage.zh()) {
            return tidy(school) + &tidy(class);
        }
    }
    tidy(&place.place)
}

/// What the county is: 县, 市, 区 or 旗.
fn rank(name: &str) -> &'static str {
    ["市", "区", "旗"].into_iter().find(|rank| name.ends_with(rank)).unwrap_or("县")
}

/// The place of an indicator in its group, from one.
fn number(y: &YearData<'_>, code: &str) -> usize {
    let of =
        |g: &standard::evaluation::GroupResult| g.indicators.iter().position(|r| r.code == code);
    y.evaluation.groups.iter().find_map(of).map_or(0, |i| i + 1)
}

/// A requirement in running text: signs of comparison read as words.
fn in_words(required: &str) -> String {
    let text = tidy(required);
    [("≥", "不低于"), ("≤", "不超过"), ("<", "低于"), (">", "高于"), ("=", "等于")]
        .into_iter()
        .fold(text, |text, (sign, word)| text.replace(sign, word))
}

/// Sections and single coefficients together, as the standard asks for both.
fn resources(y: &YearData<'_>) -> Verdict {
    let sections = y.evaluation.sections.iter().map(|s| s.verdict);
    let measures = y.evaluation.stages.iter().flat_map(|s| &s.indicators).map(|m| m.verdict);
    let composite = y.evaluation.stages.iter().map(|s| s.composite.verdict);
    worst(sections.chain(measures).chain(composite))
}

fn rules<'a>(y: &'a YearData<'a>, keep: impl Fn(Verdict) -> bool) -> Value<'a> {
    let all = y.evaluation.groups.iter().flat_map(|g| &g.indicators);
    Value::List(all.filter(|r| keep(r.verdict)).map(|r| Thing::Rule(y, r)).collect())
}

fn parts<'a>(y: &'a YearData<'a>, keep: impl Fn(&PartResult) -> bool) -> Value<'a> {
    let all = y.evaluation.groups.iter().flat_map(|g| &g.indicators);
    let parts = all.flat_map(|r| r.parts.iter().map(move |p| (r, p)));
    Value::List(parts.filter(|(_, p)| keep(p)).map(|(r, p)| Thing::Part(y, r, p)).collect())
}

/// Where county indicators are not satisfied, in the order of the indicators.
pub(super) fn places<'a>(y: &'a YearData<'a>, keep: impl Fn(&str) -> bool) -> Vec<Thing<'a>> {
    let mut places = Vec::new();
    for rule in y.evaluation.groups.iter().flat_map(|g| &g.indicators).filter(|r| keep(&r.code)) {
        for part in &rule.parts {
            let failing = part.failing.iter().enumerate();
            places.extend(failing.map(|(i, f)| Thing::Place(y, rule, part, i, f)));
        }
    }
    places
}

fn targets<'a>(y: &'a YearData<'a>, keep: impl Fn(TargetState) -> bool) -> Value<'a> {
    let all = y.evaluation.targets.iter().filter(|t| keep(t.state));
    Value::List(all.map(|t| Thing::Target(y, t)).collect())
}

/// Schools with the sections that are judged: the judge lists them by code and stage.
pub(super) fn schools<'a>(
    y: &'a YearData<'a>,
    keep: impl Fn(&[SectionResult]) -> bool,
) -> Vec<Thing<'a>> {
    let schools = y.evaluation.sections.chunk_by(|a, b| a.school == b.school);
    schools.filter(|s| keep(s)).map(|s| Thing::School(y, s)).collect()
}

/// Schools with something to be put right: a section that does not pass or lacks figures, or a place
/// that fails a county indicator.
fn troubled<'a>(y: &'a YearData<'a>) -> Vec<Thing<'a>> {
    let named: BTreeSet<_> = y
        .evaluation
        .groups
        .iter()
        .flat_map(|g| &g.indicators)
        .flat_map(|r| &r.parts)
        .flat_map(|p| &p.failing)
        .filter_map(|place| place.school.as_ref())
        .collect();
    schools(y, |sections| {
        sections.iter().any(|s| {
            s.values
                .iter()
                .any(|v| matches!(v.verdict, Verdict::Near | Verdict::Fail | Verdict::Missing))
        }) || sections.first().is_some_and(|s| named.contains(&s.school))
    })
}

fn kinds<'a>(y: &'a YearData<'a>) -> Value<'a> {
    let Some((snapshot, _)) = y.facts else { return Value::List(Vec::new()) };
    let there = |kind: &SchoolKind| snapshot.schools().iter().any(|s| s.kind == *kind);
    let all = SchoolKind::ALL.iter().copied().filter(there);
    Value::List(all.map(|kind| Thing::SchoolKind(y, kind)).collect())
}

fn townships<'a>(y: &'a YearData<'a>) -> Value<'a> {
    let names: BTreeSet<&str> =
        y.evaluation.sections.iter().filter_map(|s| s.township.as_deref()).collect();
    Value::List(names.into_iter().map(|name| Thing::Township(y, name)).collect())
}
