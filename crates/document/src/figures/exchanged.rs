//! Figures of a rotation of teachers: who moves where, schools before and after, shares, goals,
//! objections. Names are printed in full in personal templates only.

use super::field::Kind::{Count, Entry, Flag, List, Number, Share, Text, Verdict as Judged};
use super::field::fields;
use super::thing::{Entity, Thing};
use super::value::{Number as Printed, Value};
use crate::rotation::{Rotation, Standing};
use domain::{Exact, SchoolCode};
use jiff::civil::Date;
use staffing::rotation::{Move, SectionShift, SubjectShift};
use staffing::{PersonName, TeacherId};
use std::fmt::Display;

/// A rotation, and whether names are printed in full.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Exchanged<'a> {
    pub(crate) rotation: &'a Rotation,
    pub(crate) plain: bool,
}

impl<'a> Exchanged<'a> {
    /// A name as it may be printed.
    pub(crate) fn name(&self, teacher: &TeacherId, masked: &impl Display) -> String {
        let full = self.rotation.names.get(teacher).filter(|name| self.plain && !name.is_empty());
        full.map_or_else(|| masked.to_string(), |name| name.reveal().to_owned())
    }

    /// The same as a figure: a full name that is asked for and not known is a gap.
    fn named(&self, teacher: &TeacherId, masked: &impl Display) -> Value<'a> {
        if self.plain && self.rotation.names.get(teacher).is_none_or(PersonName::is_empty) {
            return Value::Missing("教师名册中没有此人".to_owned());
        }
        Value::text(&self.name(teacher, masked))
    }

    pub(crate) fn orders(self, keep: impl Fn(&Move) -> bool) -> Vec<Thing<'a>> {
        let all = self.rotation.run.moves.iter().enumerate();
        all.filter(|(_, m)| keep(m)).map(|(n, _)| Thing::Order(self, n)).collect()
    }

    /// Who come to a school, in the order of the list by receivers.
    pub(crate) fn arriving(self, school: &SchoolCode) -> Vec<Thing<'a>> {
        let of = |n: &usize| self.rotation.run.moves.get(*n).is_some_and(|m| m.to == *school);
        let all = self.rotation.run.by_receiver().into_iter().filter(of);
        all.map(|n| Thing::Order(self, n)).collect()
    }

    pub(crate) fn sections(self, school: &SchoolCode) -> Vec<Thing<'a>> {
        let all = self.rotation.run.sections.iter().enumerate();
        all.filter(|(_, s)| s.school == *school).map(|(n, _)| Thing::Staff(self, n)).collect()
    }

    fn schools(self, keep: impl Fn(&SchoolCode) -> bool) -> Value<'a> {
        let all = self.rotation.run.schools().into_iter().filter(|(code, _)| keep(code));
        Value::List(all.map(|(code, _)| Thing::Partner(self, code)).collect())
    }

    fn objections(self, keep: impl Fn(&crate::rotation::Objection) -> bool) -> Value<'a> {
        let all = self.rotation.objections.iter().enumerate();
        Value::List(all.filter(|(_, o)| keep(o)).map(|(n, _)| Thing::Objection(self, n)).collect())
    }
}

fields! { ROTATION: Rotation(x) {
    "title" Text, "名称" => Value::text(&x.rotation.title);
    "published" Flag, "是否公示或已决定" => Value::Flag(x.rotation.standing >= Standing::Published);
    "adopted" Flag, "是否已决定" => Value::Flag(x.rotation.standing >= Standing::Adopted);
    "from" Text, "公示第一天" => x.rotation.notice.map_or_else(Value::none, |(from, _)| day(from));
    "until" Text, "公示最后一天" => x.rotation.notice.map_or_else(Value::none, |(_, until)| day(until));
    "days" Count, "公示天数（首尾都算）" => x.rotation.notice.map_or_else(Value::none, |(from, until)| whole(i64::from((until - from).get_days()) + 1));
    "decided" Text, "决定日期" => x.rotation.adopted.map_or_else(Value::none, day);
    "rules" Text, "所依规则的编号和版本" => Value::Text(format!("{} {}", x.rotation.rules.0, x.rotation.rules.1));
    "eligible" Count, "符合交流条件的教师数" => Value::count(x.rotation.run.eligible);
    "moves" List(Entity::Order), "交流的教师" => Value::List(x.orders(|_| true));
    "backbone" List(Entity::Order), "交流的骨干教师" => Value::List(x.orders(|m| m.backbone));
    "asked" List(Entity::Order), "按本人意愿交流的教师" => Value::List(x.orders(|m| m.wish.is_some()));
    "share" Share, "交流教师占符合交流条件教师的比例" => Value::share_of(x.rotation.run.moves.len(), x.rotation.run.eligible);
    "backbone_share" Share, "骨干教师占交流教师的比例" => Value::share_of(x.rotation.run.moves.iter().filter(|m| m.backbone).count(), x.rotation.run.moves.len());
    "schools" List(Entity::Partner), "有教师调出或调入的学校" => x.schools(|_| true);
    "leaving" List(Entity::Partner), "有教师调出的学校" => x.schools(|code| x.rotation.run.moves.iter().any(|m| m.from == *code));
    "receiving" List(Entity::Partner), "有教师调入的学校" => x.schools(|code| x.rotation.run.moves.iter().any(|m| m.to == *code));
    "shares" List(Entity::Quota), "规定的比例" => Value::List((0..x.rotation.run.shares.len()).map(|n| Thing::Quota(x, n)).collect());
    "goals" List(Entity::Goal), "目标" => Value::List((0..x.rotation.run.levels.len()).map(|n| Thing::Goal(x, n)).collect());
    "coefficients" List(Entity::Spread), "交流前后的差异系数" => Value::List((0..x.rotation.run.coefficients.len()).map(|n| Thing::Spread(x, n)).collect());
    "objections" List(Entity::Objection), "异议" => x.objections(|_| true);
    "upheld" List(Entity::Objection), "成立的异议" => x.objections(|o| o.reply.as_ref().is_some_and(|r| r.upheld));
    "unanswered" List(Entity::Objection), "尚未答复的异议" => x.objections(|o| o.reply.is_none());
} }

fields! { ORDER: Order(x, n) {
    "number" Text, "序号（按调出学校）" => Value::Text((n + 1).to_string());
    "place" Text, "序号（按调入学校）" => x.rotation.run.by_receiver().iter().position(|at| *at == n).map_or_else(Value::none, |at| Value::Text((at + 1).to_string()));
    "name" Entry, "姓名（只在含姓名的模板中写全）" => of(x, n, |m| x.named(&m.teacher, &m.name));
    "from" Entry, "调出学校" => of(x, n, |m| Value::text(&m.from_name));
    "to" Entry, "调入学校" => of(x, n, |m| Value::text(&m.to_name));
    "stage" Text, "学段" => of(x, n, |m| Value::text(m.stage.zh()));
    "subject" Entry, "学科" => of(x, n, |m| Value::text(&m.subject));
    "backbone" Flag, "是否骨干教师" => of(x, n, |m| Value::Flag(m.backbone));
    "years" Count, "在原校任教年数" => of(x, n, |m| Value::whole(Exact::from(m.years)));
    "asked" Flag, "是否按本人意愿" => of(x, n, |m| Value::Flag(m.wish.is_some()));
    "fixed" Flag, "是否由决定指定" => of(x, n, |m| Value::Flag(m.fixed));
} }

fields! { PARTNER: Partner(x, code) {
    "name" Text, "校名" => x.rotation.run.schools().get(code).map_or_else(Value::none, |name| Value::text(name));
    "code" Text, "标识码" => Value::text(code.as_str());
    "leaving" List(Entity::Order), "调出的教师" => Value::List(x.orders(|m| m.from == *code));
    "arriving" List(Entity::Order), "调入的教师" => Value::List(x.arriving(code));
    "sections" List(Entity::Staff), "各学段交流前后" => Value::List(x.sections(code));
} }

fields! { STAFF: Staff(x, n) {
    "stage" Text, "学段" => staff(x, n, |s| Value::text(s.stage.zh()));
    "school" Text, "学校" => staff(x, n, |s| Value::text(&s.name));
    "posts" Count, "教学岗位数" => staff(x, n, |s| s.posts.map_or_else(Value::none, whole));
    "leaving" Count, "调出人数" => staff(x, n, |s| whole(s.leave));
    "arriving" Count, "调入人数" => staff(x, n, |s| whole(s.come));
    "before" Count, "交流前专任教师" => staff(x, n, |s| whole(s.teachers.0));
    "after" Count, "交流后专任教师" => staff(x, n, |s| whole(s.teachers.1));
    "backbone_before" Count, "交流前骨干教师" => staff(x, n, |s| whole(s.backbone.0));
    "backbone_after" Count, "交流后骨干教师" => staff(x, n, |s| whole(s.backbone.1));
    "subjects" List(Entity::Taught), "有变化的学科" => match x.rotation.run.sections.get(n) {
        Some(section) => Value::List((0..section.subjects.len()).filter(|k| section.subjects.get(*k).is_some_and(|s| s.before != s.after)).map(|k| Thing::Taught(x, n, k)).collect()),
        None => Value::none(),
    };
} }

fields! { TAUGHT: Taught(x, n, k) {
    "name" Text, "学科" => taught(x, n, k, |s| Value::text(&s.subject));
    "posts" Count, "岗位数" => taught(x, n, k, |s| s.posts.map_or_else(Value::none, whole));
    "before" Count, "交流前专任教师" => taught(x, n, k, |s| whole(s.before));
    "after" Count, "交流后专任教师" => taught(x, n, k, |s| whole(s.after));
} }

fields! { QUOTA: Quota(x, n) {
    "name" Text, "规定" => x.rotation.run.shares.get(n).map_or_else(Value::none, |s| Value::text(&s.zh));
    "count" Count, "计入的教师数" => x.rotation.run.shares.get(n).map_or_else(Value::none, |s| whole(s.count));
    "base" Count, "所占的教师数" => x.rotation.run.shares.get(n).map_or_else(Value::none, |s| whole(s.base));
    "share" Share, "比例" => x.rotation.run.shares.get(n).map_or_else(Value::none, |s| Value::share_of(size(s.count), size(s.base)));
    "required" Text, "要求（%）" => x.rotation.run.shares.get(n).map_or_else(Value::none, |s| Value::Text(format!("{}%", s.at_least)));
    "holds" Flag, "是否达到" => x.rotation.run.shares.get(n).map_or_else(Value::none, |s| Value::Flag(s.holds));
} }

fields! { GOAL: Goal(x, n) {
    "code" Text, "编号" => x.rotation.run.levels.get(n).map_or_else(Value::none, |g| Value::text(&g.code));
    "name" Text, "目标" => x.rotation.run.levels.get(n).map_or_else(Value::none, |g| Value::text(&g.zh));
    "unit" Text, "单位" => x.rotation.run.levels.get(n).map_or_else(Value::none, |g| Value::text(&g.unit));
    "before" Number, "交流前" => x.rotation.run.levels.get(n).map_or_else(Value::none, |g| as_written(&g.before));
    "after" Number, "交流后" => x.rotation.run.levels.get(n).map_or_else(Value::none, |g| as_written(&g.after));
} }

fields! { SPREAD: Spread(x, n) {
    "stage" Text, "学段" => x.rotation.run.coefficients.get(n).map_or_else(Value::none, |c| Value::text(c.stage.zh()));
    "name" Text, "指标" => x.rotation.run.coefficients.get(n).map_or_else(Value::none, |c| Value::text(&c.zh));
    "limit" Number, "上限" => match x.rotation.run.coefficients.get(n).and_then(|c| c.limit.as_ref()) {
        Some(limit) => super::sections::two(limit),
        None => Value::NotApplicable,
    };
    "before" Number, "交流前" => x.rotation.run.coefficients.get(n).map_or_else(Value::none, |c| coefficient(c.before.as_deref(), c.limit.as_ref()));
    "after" Number, "交流后" => x.rotation.run.coefficients.get(n).map_or_else(Value::none, |c| coefficient(c.after.as_deref(), c.limit.as_ref()));
    "verdict" Judged, "交流后的结论" => x.rotation.run.coefficients.get(n).map_or_else(Value::none, |c| Value::Verdict(c.after_verdict));
} }

fields! { OBJECTION: Objection(x, n) {
    "number" Text, "编号" => x.rotation.objections.get(n).map_or_else(Value::none, |o| Value::Text(o.number.to_string()));
    "teacher" Entry, "所涉教师（只在含姓名的模板中写全）" => x.rotation.objections.get(n).map_or_else(Value::none, |o| x.named(&o.teacher, &o.masked));
    "school" Text, "所涉教师的学校" => x.rotation.objections.get(n).map_or_else(Value::none, |o| Value::text(&o.school_name));
    "kind" Text, "事由" => x.rotation.objections.get(n).map_or_else(Value::none, |o| Value::text(&o.kind));
    "raised" Text, "提出日期" => x.rotation.objections.get(n).map_or_else(Value::none, |o| day(o.raised));
    "answered" Flag, "是否已答复" => x.rotation.objections.get(n).map_or_else(Value::none, |o| Value::Flag(o.reply.is_some()));
    "upheld" Flag, "是否成立" => x.rotation.objections.get(n).and_then(|o| o.reply.as_ref()).map_or_else(Value::none, |r| Value::Flag(r.upheld));
    "reply" Text, "答复理由" => x.rotation.objections.get(n).and_then(|o| o.reply.as_ref()).map_or_else(Value::none, |r| Value::text(r.text.trim_end_matches('。')));
    "decision" Text, "处理决定" => x.rotation.objections.get(n).and_then(|o| o.reply.as_ref()).map_or_else(Value::none, |r| Value::text(&r.decision));
    "replied" Text, "答复日期" => x.rotation.objections.get(n).and_then(|o| o.reply.as_ref()).map_or_else(Value::none, |r| day(r.on));
} }

fn of<'a>(x: Exchanged<'a>, n: usize, get: impl Fn(&'a Move) -> Value<'a>) -> Value<'a> {
    x.rotation.run.moves.get(n).map_or_else(Value::none, get)
}

fn staff<'a>(x: Exchanged<'a>, n: usize, get: impl Fn(&'a SectionShift) -> Value<'a>) -> Value<'a> {
    x.rotation.run.sections.get(n).map_or_else(Value::none, get)
}

fn taught<'a>(
    x: Exchanged<'a>,
    n: usize,
    k: usize,
    get: impl Fn(&'a SubjectShift) -> Value<'a>,
) -> Value<'a> {
    let section = x.rotation.run.sections.get(n);
    section.and_then(|s| s.subjects.get(k)).map_or_else(Value::none, get)
}

fn whole<'a>(n: i64) -> Value<'a> {
    Value::whole(Exact::from(n))
}

fn size(n: i64) -> usize {
    usize::try_from(n).unwrap_or(0)
}

/// `2026年7月1日`.
fn day<'a>(date: Date) -> Value<'a> {
    Value::Text(format!("{}年{}月{}日", date.year(), date.month(), date.day()))
}

/// A number that the run has written.
fn as_written<'a>(text: &str) -> Value<'a> {
    match Exact::parse(text) {
        Ok(exact) => Value::Number(Printed { exact, shown: text.to_owned() }),
        Err(_) => Value::none(),
    }
}

/// A coefficient with three decimals, or with all of them where rounding would hide on which side of
/// the limit it lies.
fn coefficient<'a>(text: Option<&str>, limit: Option<&Exact>) -> Value<'a> {
    let Some(exact) = text.and_then(|text| Exact::parse(text).ok()) else { return Value::none() };
    let rounded = exact.to_fixed(3);
    let turned = limit.is_some_and(|limit| {
        Exact::parse(&rounded).is_ok_and(|short| (short <= *limit) != (exact <= *limit))
    });
    let shown = if turned { text.unwrap_or_default().to_owned() } else { rounded };
    Value::Number(Printed { exact, shown })
}
