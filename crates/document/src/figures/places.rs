//! Figures of schools, townships and kinds of schools, and of what is not judged or not known.

use super::county::{places, schools};
use super::field::Kind::{Amount, Count, List, Share, Text, Verdict as Judged};
use super::field::fields;
use super::thing::{Entity, Thing, worst};
use super::value::Value;
use super::{Exchanged, YearData};
use domain::{Exact, SchoolCode};
use forms::tally::{self, Known};
use standard::evaluation::{SectionResult, Verdict};

fields! { SCHOOL: School(y, s) {
    "name" Text, "校名" => first(s, |s| Value::text(&s.name));
    "code" Text, "标识码" => first(s, |s| Value::text(s.school.as_str()));
    "kind" Text, "办学类型" => first(s, |s| Value::text(s.kind.zh()));
    "township" Text, "乡镇" => first(s, |s| Value::text(s.township.as_deref().unwrap_or_default()));
    "verdict" Judged, "结论" => Value::Verdict(worst(s.iter().map(|s| s.verdict)));
    "sections" List(Entity::Section), "学段" => Value::List(s.iter().map(|s| Thing::Section(y, s)).collect());
    "below" List(Entity::Value), "未达到标准值的指标" => values(y, s, &[Verdict::Near, Verdict::Fail]);
    "failing" List(Entity::Value), "低于底线值的指标" => values(y, s, &[Verdict::Fail]);
    "undecided" List(Entity::Value), "缺数的指标" => values(y, s, &[Verdict::Missing]);
    "places" List(Entity::Place), "不符合的县级指标" => Value::List(of_school(y, s));
    "actions" List(Entity::Action), "规划安排的措施" => Value::List(actions(y, s));
    "projects" List(Entity::Project), "已定项目" => Value::List(projects(y, s));
    "cost" Amount, "规划措施的金额" => {
        let cost = |t: &Thing<'_>| if let Thing::Action(_, a) = t { a.cost.clone() } else { Exact::ZERO };
        if y.plan.is_none() { Value::none() } else { Value::amount(actions(y, s).iter().map(cost).sum()) }
    };
    "leaving" List(Entity::Order), "交流调出的教师" => exchanged(y, s, |x, code| x.orders(|m| m.from == *code));
    "arriving" List(Entity::Order), "交流调入的教师" => exchanged(y, s, Exchanged::arriving);
    "staff" List(Entity::Staff), "各学段教师交流前后" => exchanged(y, s, Exchanged::sections);
} }

fields! { TOWNSHIP: Township(y, name) {
    "name" Text, "名称" => Value::text(name);
    "office" Text, "乡镇人民政府或街道办事处" => Value::Text(office(name));
    "schools" List(Entity::School), "参评学校" => Value::List(in_township(y, name));
    "sections" List(Entity::Section), "参评学校（学段）" => y.sections(|s| s.township.as_deref() == Some(name));
    "passing" List(Entity::Section), "达标的学校" => y.sections(|s| s.township.as_deref() == Some(name) && s.verdict == Verdict::Pass);
    "failing" List(Entity::Section), "未达标的学校" => y.sections(|s| s.township.as_deref() == Some(name) && s.verdict == Verdict::Fail);
    "undecided" List(Entity::Section), "缺数待定的学校" => y.sections(|s| s.township.as_deref() == Some(name) && s.verdict == Verdict::Missing);
    "share" Share, "达标学校比例" => {
        let all = || y.evaluation.sections.iter().filter(|s| s.township.as_deref() == Some(name));
        Value::share_of(all().filter(|s| s.verdict == Verdict::Pass).count(), all().count())
    };
    "verdict" Judged, "结论" => Value::Verdict(worst(
        y.evaluation.sections.iter().filter(|s| s.township.as_deref() == Some(name)).map(|s| s.verdict)
    ));
    "below" List(Entity::Value), "未达到标准值的指标" => Value::List(in_township(y, name).into_iter().flat_map(|t| school_values(&t, &[Verdict::Near, Verdict::Fail])).collect());
    "undecided_values" List(Entity::Value), "缺数的指标" => Value::List(in_township(y, name).into_iter().flat_map(|t| school_values(&t, &[Verdict::Missing])).collect());
    "places" List(Entity::Place), "不符合的县级指标" => Value::List(in_township(y, name).iter().flat_map(|t| if let Thing::School(y, s) = t { of_school(y, s) } else { Vec::new() }).collect());
} }

fields! { KIND: SchoolKind(y, kind) {
    "name" Text, "名称" => Value::text(kind.zh());
    "schools" Count, "学校数" => match y.facts {
        Some((snapshot, catalogue)) => known(tally::schools(snapshot, catalogue, kind, None)),
        None => Value::none(),
    };
} }

fields! { EXCLUDED: Excluded(y, n, e) {
    "name" Text, "校名" => Value::text(&e.name);
    "code" Text, "标识码" => Value::text(e.school.as_str());
    "kind" Text, "办学类型" => Value::text(e.kind.zh());
    "reason" Text, "不参评的原因" => Value::text(&e.reason);
} }

fields! { MISSING: Missing(y, n, m) {
    "place" Text, "学校或全县" => Value::text(&m.place);
    "name" Text, "缺少的数据" => Value::text(&m.zh);
    "needed_by" Text, "用到它的指标" => Value::Text(m.needed_by.join("、"));
} }

/// Whom a letter to a township goes to.
fn office(name: &str) -> String {
    if name.ends_with("街道") {
        format!("{name}办事处")
    } else if name.ends_with(['镇', '乡']) {
        format!("{name}人民政府")
    } else {
        name.to_owned()
    }
}

pub(super) fn known<'a>(known: Known) -> Value<'a> {
    match known {
        Known::Number(n) => Value::whole(n),
        Known::NotApplicable => Value::NotApplicable,
        Known::Missing(why) => Value::Missing(super::value::tidy(&why)),
    }
}

fn first<'a>(
    sections: &'a [SectionResult],
    of: impl Fn(&'a SectionResult) -> Value<'a>,
) -> Value<'a> {
    sections.first().map_or_else(Value::none, of)
}

fn values<'a>(
    y: &'a YearData<'a>,
    sections: &'a [SectionResult],
    verdicts: &[Verdict],
) -> Value<'a> {
    Value::List(school_values(&Thing::School(y, sections), verdicts))
}

fn school_values<'a>(school: &Thing<'a>, verdicts: &[Verdict]) -> Vec<Thing<'a>> {
    let Thing::School(y, sections) = *school else { return Vec::new() };
    let all = sections.iter().flat_map(|s| s.values.iter().map(move |v| (s, v)));
    all.filter(|(_, v)| verdicts.contains(&v.verdict)).map(|(s, v)| Thing::Value(y, s, v)).collect()
}

/// What the rotation says of a school.
fn exchanged<'a>(
    y: &'a YearData<'a>,
    sections: &'a [SectionResult],
    of: impl Fn(Exchanged<'a>, &'a SchoolCode) -> Vec<Thing<'a>>,
) -> Value<'a> {
    let list = y.rotation.zip(code(sections)).map(|(x, code)| of(x, code));
    Value::List(list.unwrap_or_default())
}

fn code(sections: &[SectionResult]) -> Option<&SchoolCode> {
    sections.first().map(|s| &s.school)
}

fn of_school<'a>(y: &'a YearData<'a>, sections: &[SectionResult]) -> Vec<Thing<'a>> {
    let mut found = places(y, |_| true);
    let code = code(sections);
    found.retain(|t| matches!(t, Thing::Place(_, _, _, _, p) if p.school.as_ref() == code));
    found
}

fn in_township<'a>(y: &'a YearData<'a>, name: &str) -> Vec<Thing<'a>> {
    schools(y, |s| s.first().is_some_and(|s| s.township.as_deref() == Some(name)))
}

fn actions<'a>(y: &YearData<'a>, sections: &[SectionResult]) -> Vec<Thing<'a>> {
    let Some(plan) = y.plan else { return Vec::new() };
    let here = plan.actions.iter().filter(|a| Some(&a.school) == code(sections));
    here.map(|a| Thing::Action(plan, a)).collect()
}

/// Projects that were decided for the school.
fn projects<'a>(y: &YearData<'a>, sections: &[SectionResult]) -> Vec<Thing<'a>> {
    let Some(plan) = y.plan else { return Vec::new() };
    let here = |project: &str| {
        plan.settings
            .committed
            .iter()
            .any(|c| c.code == project && c.school.as_ref() == code(sections))
    };
    plan.committed
        .iter()
        .filter(|p| here(&p.project))
        .map(|p| Thing::Project(plan, None, p))
        .collect()
}
