//! Why moved, why here, why not: a plain sentence for every teacher, from the same figures that bind
//! the search.

use super::Problem;
use super::eligibility::Eligibility;
use super::people::{Person, Way};
use super::result::{Move, SectionShift, Shift, TeacherNote};
use super::search::Chosen;
use domain::Exact;
use standard::evaluation::Verdict;
use std::collections::{BTreeMap, BTreeSet};

fn km(way: &Way) -> Option<String> {
    way.distance.map(|hm| Exact::ratio(i64::from(hm), 10).to_fixed(1))
}

pub(crate) fn moves(
    problem: &Problem,
    chosen: &Chosen,
    shifts: &[Shift],
    sections: &[SectionShift],
) -> Vec<Move> {
    let mut list = Vec::new();
    for (at, place) in chosen {
        let Some(person) = problem.people.get(*at) else { continue };
        let Some(way) = person.ways.get(*place) else { continue };
        let (Some(from), Some(to)) = (problem.units.get(person.unit), problem.units.get(way.unit))
        else {
            continue;
        };
        let Some(teacher) = problem.teacher(person) else { continue };
        let mut reasons = vec![why_moved(problem, person, way)];
        reasons.extend(why_here(problem, person, way, shifts, sections));
        let code = problem.subjects.get(person.subject).map_or("", String::as_str);
        list.push(Move {
            teacher: person.id.clone(),
            name: teacher.name.clone(),
            from: from.school.clone(),
            from_name: from.name.clone(),
            to: to.school.clone(),
            to_name: to.name.clone(),
            stage: from.stage,
            subject: problem.rules.subject_zh(code).to_owned(),
            backbone: person.backbone,
            years: person.years,
            wish: way.wish,
            km: km(way),
            fixed: person.must,
            reasons,
        });
    }
    list
}

fn why_moved(problem: &Problem, person: &Person, way: &Way) -> String {
    if person.must {
        let fixed = problem.settings.fixed.iter().find(|fixed| fixed.teacher == person.id);
        let reason = fixed.map_or("", |fixed| fixed.reason.as_str());
        let reason = if reason.is_empty() { String::new() } else { format!("：{reason}") };
        return format!("由教育局指定{reason}");
    }
    let years = person.years;
    match way.wish {
        Some(wish) => format!("在本校任教 {years} 年，符合交流条件；本人第 {wish} 志愿"),
        None => format!("在本校任教 {years} 年，符合交流条件"),
    }
}

fn why_here(
    problem: &Problem,
    person: &Person,
    way: &Way,
    shifts: &[Shift],
    sections: &[SectionShift],
) -> Vec<String> {
    let mut list = Vec::new();
    let Some(to) = problem.units.get(way.unit) else { return list };
    let code = problem.subjects.get(person.subject).map_or("", String::as_str);
    let subject = problem.rules.subject_zh(code);
    if let Some(bounds) = to.subjects.get(&person.subject) {
        let lacking = bounds.shortage(0);
        let change = shifts.get(way.unit).and_then(|s| s.subjects.get(&person.subject)).copied();
        if lacking > 0 {
            let left = bounds.shortage(change.unwrap_or(0));
            list.push(format!("{}缺{subject}教师 {lacking} 人，交流后缺 {left} 人", to.name));
        }
    }
    if let Some(section) = sections.get(way.unit) {
        for (k, value) in section.values.iter().enumerate() {
            let better =
                value.before_verdict != Verdict::Pass && value.after_verdict == Verdict::Pass;
            if better && problem.gain(way.unit, person.kind, k) > 0 {
                let (from, to) = (value.before.as_deref(), value.after.as_deref());
                let (from, to) = (from.unwrap_or("—"), to.unwrap_or("—"));
                list.push(format!("使{}的“{}”由 {from} 升到 {to}，达标", section.name, value.zh));
            }
        }
    }
    if person.backbone {
        list.push("骨干教师，计入骨干交流比例".to_owned());
    }
    if list.is_empty() {
        list.push("与接收学校的教师对调，两校学科和岗位保持平衡".to_owned());
    }
    match km(way) {
        Some(km) => list.push(format!("距居住地 {km} 公里")),
        None => list.push("距离未知：缺学校或居住地的位置".to_owned()),
    }
    list
}

pub(crate) fn stays(problem: &Problem, chosen: &Chosen, shifts: &[Shift]) -> Vec<TeacherNote> {
    let gone: BTreeSet<usize> =
        chosen.iter().filter_map(|(at, _)| Some(problem.people.get(*at)?.teacher)).collect();
    let pool: BTreeMap<usize, &Person> = problem.people.iter().map(|p| (p.teacher, p)).collect();
    let mut list = Vec::new();
    for (at, teacher) in problem.roster.teachers().iter().enumerate() {
        if gone.contains(&at) {
            continue;
        }
        let eligibility = problem.eligibility.get(at).unwrap_or(&Eligibility::Eligible);
        let wished = problem.settings.preferences.contains_key(&teacher.id);
        let why = match (eligibility.why(), pool.get(&at)) {
            (Some(why), _) => format!("不符合交流条件：{why}"),
            (None, None) => "没有主要任教学科，或所在学校不参加交流".to_owned(),
            (None, Some(person)) => why_not(problem, person, shifts),
        };
        list.push(TeacherNote {
            teacher: teacher.id.clone(),
            name: teacher.name.clone(),
            school: teacher.school.clone(),
            stage: teacher.stage,
            eligible: *eligibility == Eligibility::Eligible,
            wished,
            why,
        });
    }
    list
}

/// Why an eligible teacher stays: the first thing in the way of each wish, or of any move.
fn why_not(problem: &Problem, person: &Person, shifts: &[Shift]) -> String {
    if let Some(fixed) = problem.settings.fixed.iter().find(|fixed| fixed.teacher == person.id) {
        let reason = if fixed.reason.is_empty() { "" } else { "：" };
        return format!("由教育局指定留任{reason}{}", fixed.reason);
    }
    if person.ways.is_empty() {
        return "没有可去的学校：不在交流范围之内，或都超过通勤限制".to_owned();
    }
    let mut wishes: Vec<&Way> = person.ways.iter().filter(|way| way.wish.is_some()).collect();
    wishes.sort_by_key(|way| way.wish);
    if !wishes.is_empty() {
        let each: Vec<String> = wishes
            .iter()
            .map(|way| {
                let name = problem.units.get(way.unit).map_or("", |unit| unit.name.as_str());
                let why = obstacle(problem, person, way, shifts)
                    .unwrap_or_else(|| "会使更优先的目标变差".to_owned());
                format!("第 {} 志愿{name}：{why}", way.wish.unwrap_or(0))
            })
            .collect();
        return each.join("；");
    }
    let all: Vec<Option<String>> =
        person.ways.iter().map(|way| obstacle(problem, person, way, shifts)).collect();
    match all.first() {
        Some(Some(first)) if all.iter().all(|why| why.as_ref() == Some(first)) => first.clone(),
        _ => "符合条件；未报志愿，交流比例和各校缺口已由他人满足".to_owned(),
    }
}

/// The rule that one more move by this way would break.
fn obstacle(problem: &Problem, person: &Person, way: &Way, shifts: &[Shift]) -> Option<String> {
    let (from, to) = (problem.units.get(person.unit)?, problem.units.get(way.unit)?);
    let (left, reached) = (shifts.get(person.unit)?, shifts.get(way.unit)?);
    let code = problem.subjects.get(person.subject).map_or("", String::as_str);
    let subject = problem.rules.subject_zh(code);
    if left.leave + 1 > from.leave {
        return Some(format!("本校交流人数已到上限 {} 人", from.leave));
    }
    if let Some(bounds) = from.subjects.get(&person.subject) {
        let change = left.subjects.get(&person.subject).copied().unwrap_or(0);
        if change - 1 < bounds.least {
            return Some(format!("调出后本校{subject}教师不足"));
        }
    }
    if person.backbone && left.backbone - 1 < from.backbone_least {
        return Some("调出后本校骨干教师低于保有下限".to_owned());
    }
    if left.come - left.leave - 1 < from.head.0 {
        return Some("本校没有人来接替，调出后岗位不平衡".to_owned());
    }
    if reached.come - reached.leave + 1 > to.head.1 {
        return Some(format!("{}没有空岗", to.name));
    }
    None
}
