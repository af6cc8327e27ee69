//! The figures of exchanges: by way, by school, by township; pairs of schools of town and country,
//! mentors, teachers of the year, and the share of the teachers of 城区 schools who teach outside it.
//! What cannot be counted is missing, and it is said what for.

use super::ground::{Ground, Side};
use domain::{Exact, SchoolCode, SchoolYear};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use staffing::{Role, Rules, Teacher};
use std::collections::{BTreeMap, BTreeSet};
use store::exchanges::{Exchange, ExchangeState, Party, PartyRole, Way};
use utoipa::ToSchema;

/// So many schools are named where something is missing.
const NAMED: usize = 5;

/// What a county has set itself for a year; what is not set is `null`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"pairs": 23, "mentors": 116, "teachers": 400, "version": 1}))]
pub(crate) struct Targets {
    /// 城乡结对学校（对）
    pub(crate) pairs: Option<u32>,
    /// 结对的城区名师（人）
    pub(crate) mentors: Option<u32>,
    /// 城乡交流教师（人）
    pub(crate) teachers: Option<u32>,
    /// 看到的版本；还没有设定时为 0
    #[serde(default)]
    pub(crate) version: Option<i64>,
}

/// Records of a way.
#[derive(Debug, Default, Serialize, ToSchema)]
struct WayFigures {
    #[schema(value_type = String)]
    way: Option<Way>,
    zh: &'static str,
    /// 各状态的记录数：计划、进行中、已结束、已考核、已放弃
    planned: usize,
    running: usize,
    ended: usize,
    assessed: usize,
    void: usize,
    /// 开展过的记录中，约定学时之和；有记录没有约定时只加有约定的
    hours: String,
    /// 没有约定学时的记录数
    hours_missing: usize,
    /// 已登记学时之和
    given: String,
    /// 派出的教师人数
    teachers: usize,
    /// 参加的学校数
    schools: usize,
}

/// A figure beside what it should be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({
    "code": "share", "zh": "城区专任教师到镇区、乡村任教的比例", "value": "0.075", "unit": "1",
    "target": "0.1", "met": false, "why_missing": null, "source": "城乡交流", "grade": "C",
    "detail": "城区专任教师 400 人，交流 30 人",
}))]
pub(crate) struct FigureView {
    pub(crate) code: &'static str,
    pub(crate) zh: &'static str,
    /// 缺数为 `null`
    pub(crate) value: Option<String>,
    /// `人`、`对`、`所`；比例为 `1`
    pub(crate) unit: &'static str,
    /// 没有目标为 `null`
    pub(crate) target: Option<String>,
    /// 是否达到；没有目标或缺数为 `null`
    pub(crate) met: Option<bool>,
    /// 缺什么
    pub(crate) why_missing: Option<String>,
    /// 目标的出处：规则的来源；本县自定为空
    pub(crate) source: Option<String>,
    /// 出处的把握程度
    pub(crate) grade: Option<String>,
    /// 怎样算出来的
    pub(crate) detail: Option<String>,
}

/// A school's part.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "school": "3418230001", "name": "实验小学", "township": "城关镇", "side": "urban", "gives": 3,
    "takes": 0, "sent": 2, "received": 0, "given": "40",
}))]
pub(crate) struct SchoolFigures {
    #[schema(value_type = String)]
    pub(crate) school: SchoolCode,
    pub(crate) name: String,
    pub(crate) township: Option<String>,
    pub(crate) side: Option<Side>,
    /// 作为派出方的记录数
    pub(crate) gives: usize,
    /// 作为接受方的记录数
    pub(crate) takes: usize,
    /// 派出任教交流的教师
    pub(crate) sent: usize,
    /// 接受任教交流的教师
    pub(crate) received: usize,
    /// 所参加记录的已登记学时
    pub(crate) given: String,
}

/// A township's part.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "township": "山前镇", "schools": 4, "with": 3, "records": 7, "sent": 1, "received": 5,
    "given": "86.5",
}))]
pub(crate) struct TownshipFigures {
    /// 缺数为 `null`
    pub(crate) township: Option<String>,
    /// 学校数
    pub(crate) schools: usize,
    /// 其中参加交流的
    pub(crate) with: usize,
    pub(crate) records: usize,
    pub(crate) sent: usize,
    pub(crate) received: usize,
    pub(crate) given: String,
}

/// The figures of a year.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Summary {
    ways: Vec<WayFigures>,
    /// 只有全县范围才有
    pub(crate) figures: Vec<FigureView>,
    pub(crate) schools: Vec<SchoolFigures>,
    pub(crate) townships: Vec<TownshipFigures>,
    targets: Targets,
}

/// Counts that may be missing.
#[derive(Debug)]
struct Count {
    found: usize,
    /// Schools of which it is not known on which side they are.
    unknown: BTreeSet<SchoolCode>,
}

impl Count {
    fn why(&self, ground: &Ground) -> Option<String> {
        if self.unknown.is_empty() {
            return None;
        }
        let names: Vec<String> =
            self.unknown.iter().take(NAMED).map(|school| ground.name(school)).collect();
        let more = if self.unknown.len() > NAMED { "等" } else { "" };
        Some(format!("{}{more}没有“城乡类型”", names.join("、")))
    }
}

/// Which way an exchange goes between the sides: `Some(true)`: from 城区 to outside it.
fn outward(from: &SchoolCode, to: &SchoolCode, ground: &Ground) -> Option<bool> {
    let (from, to) = (ground.side(from)?, ground.side(to)?);
    Some(from == Side::Urban && to != Side::Urban)
}

/// The pairs of giver and taker of records of a way that count.
fn pairs(exchanges: &[Exchange], way: Way) -> impl Iterator<Item = (&Party, &Party)> {
    let counting = exchanges.iter().filter(move |e| e.agreed.way == way && e.state.counts());
    counting.filter_map(|e| Some((e.giver()?, e))).flat_map(|(giver, exchange)| {
        exchange.parties(PartyRole::Taker).map(move |taker| (giver, taker))
    })
}

/// Different things of the pairs that go from 城区 outwards.
fn different<'a, T: Ord>(
    pairs: impl Iterator<Item = (&'a Party, &'a Party)>,
    ground: &Ground,
    of: impl Fn(&'a Party, &'a Party) -> T,
) -> Count {
    let (mut found, mut unknown) = (BTreeSet::new(), BTreeSet::new());
    for (giver, taker) in pairs {
        match outward(&giver.school, &taker.school, ground) {
            Some(true) => {
                found.insert(of(giver, taker));
            }
            Some(false) => {}
            None => {
                let schools = [&giver.school, &taker.school];
                unknown.extend(schools.into_iter().filter(|s| ground.side(s).is_none()).cloned());
            }
        }
    }
    Count { found: found.len(), unknown }
}

/// Those of a year's exchanges, by staff number.
#[derive(Debug, Default)]
struct Exchanged {
    /// Who teaches outside 城区.
    outward: BTreeSet<String>,
    /// Where everybody came from, whichever way: with the roll the school in the roster moves too.
    from: BTreeMap<String, SchoolCode>,
}

/// Who is exchanged in the year: by records of 任教交流, and by the exchange history of the roster, where
/// an adopted rotation writes itself too. Nobody is counted twice.
fn exchanged(exchanges: &[Exchange], ground: &Ground, year: SchoolYear) -> (Exchanged, Count) {
    let mut unknown = BTreeSet::new();
    let mut who = Exchanged::default();
    let mut look = |number: &str, from: &SchoolCode, to: &SchoolCode| {
        let outward = outward(from, to, ground);
        if outward == Some(true) {
            // Of several stays the one that counts says where from.
            if who.outward.insert(number.to_owned()) {
                who.from.insert(number.to_owned(), from.clone());
            }
        } else {
            who.from.entry(number.to_owned()).or_insert_with(|| from.clone());
        }
        if outward.is_none() {
            let schools = [from, to];
            unknown.extend(schools.into_iter().filter(|s| ground.side(s).is_none()).cloned());
        }
    };
    for (giver, taker) in pairs(exchanges, Way::Rotation) {
        if let Some(number) = &giver.teacher {
            look(number, &giver.school, &taker.school);
        }
    }
    let teachers = ground.roster.as_ref().map_or(&[][..], |kept| kept.roster.teachers());
    for teacher in teachers {
        for stay in teacher.exchanges.iter().filter(|e| e.year == year && e.kind.rotates()) {
            let from = stay.from.as_ref().unwrap_or(&teacher.school);
            look(&teacher.id.0, from, &stay.to);
        }
    }
    let found = who.outward.len();
    (who, Count { found, unknown })
}

fn counted(
    code: &'static str,
    zh: &'static str,
    unit: &'static str,
    count: &Count,
    target: Option<u32>,
    ground: &Ground,
) -> FigureView {
    let why_missing = count.why(ground);
    let value = why_missing.is_none().then_some(count.found);
    FigureView {
        code,
        zh,
        unit,
        value: value.map(|found| found.to_string()),
        target: target.map(|target| target.to_string()),
        met: value
            .zip(target)
            .map(|(found, target)| u64::try_from(found).unwrap_or(u64::MAX) >= u64::from(target)),
        why_missing,
        source: None,
        grade: None,
        detail: None,
    }
}

fn number(count: usize) -> Exact {
    Exact::from(i64::try_from(count).unwrap_or(i64::MAX))
}

/// The share of the full-time teachers of public 城区 schools who teach outside it, beside the rule's. Who
/// was exchanged counts at the school that he or she came from.
fn share(who: &Exchanged, count: &Count, ground: &Ground, rules: &Rules) -> FigureView {
    let rule = &rules.exchange.urban;
    let mut view = FigureView {
        code: "share",
        zh: "城区专任教师到镇区、乡村任教的比例",
        value: None,
        unit: "1",
        target: Some(rule.value.to_string()),
        met: None,
        why_missing: count.why(ground),
        source: Some(rule.source.clone()),
        grade: Some(rule.grade.clone()),
        detail: None,
    };
    let Some(kept) = &ground.roster else {
        view.why_missing = Some("没有本学年的教师名册".to_owned());
        return view;
    };
    let home = |teacher: &Teacher| -> SchoolCode {
        who.from.get(&*teacher.id.0).unwrap_or(&teacher.school).clone()
    };
    let teachers = kept.roster.teachers().iter().filter(|teacher| teacher.is_full_time());
    let full_time: Vec<(&Teacher, SchoolCode)> = teachers
        .map(|teacher| (teacher, home(teacher)))
        .filter(|(_, home)| ground.is_public(home))
        .collect();
    let unknown: BTreeSet<SchoolCode> = full_time
        .iter()
        .filter(|(_, home)| ground.side(home).is_none())
        .map(|(_, home)| home.clone())
        .collect();
    if let Some(why) = (Count { found: 0, unknown }).why(ground) {
        view.why_missing = Some(why);
    }
    if view.why_missing.is_some() {
        return view;
    }
    let urban: Vec<&Teacher> = full_time
        .iter()
        .filter(|(_, home)| ground.side(home) == Some(Side::Urban))
        .map(|(teacher, _)| *teacher)
        .collect();
    let moved = urban.iter().filter(|teacher| who.outward.contains(&*teacher.id.0)).count();
    let Some(found) = number(moved).checked_div(&number(urban.len())) else {
        view.why_missing = Some("名册中没有城区公办学校的专任教师".to_owned());
        return view;
    };
    view.met = Some(found >= rule.value);
    view.value = Some(found.to_string());
    view.detail = Some(format!("城区公办学校专任教师 {} 人，其中交流 {moved} 人", urban.len()));
    view
}

/// Principals and vice principals who have come from another school in the year, by the roster.
fn principals(ground: &Ground, year: SchoolYear) -> FigureView {
    let roster = ground.roster.as_ref();
    let found = roster.map(|kept| {
        let leads = |t: &&Teacher| matches!(t.role, Role::Principal | Role::VicePrincipal);
        let moved = |t: &&Teacher| {
            t.exchanges.iter().any(|e| {
                e.year == year && (e.kind.rotates() || e.kind == staffing::ExchangeKind::Transfer)
            })
        };
        kept.roster.teachers().iter().filter(leads).filter(moved).count()
    });
    FigureView {
        code: "principals",
        zh: "校长、副校长交流任职",
        value: found.map(|found| found.to_string()),
        unit: "人",
        target: None,
        met: None,
        why_missing: found.is_none().then(|| "没有本学年的教师名册".to_owned()),
        source: None,
        grade: None,
        detail: found.map(|_| "按名册的交流经历".to_owned()),
    }
}

fn figures(
    exchanges: &[Exchange],
    ground: &Ground,
    rules: &Rules,
    targets: &Targets,
    year: SchoolYear,
) -> Vec<FigureView> {
    let support = || pairs(exchanges, Way::Support);
    let mentoring = || pairs(exchanges, Way::Mentoring);
    let schools = |g: &Party, t: &Party| (g.school.clone(), t.school.clone());
    let people = |g: &Party, t: &Party| (g.teacher.clone(), t.teacher.clone());
    let (who, moved) = exchanged(exchanges, ground, year);
    let by = |code, zh, unit, count: &Count, target| counted(code, zh, unit, count, target, ground);
    let mut teachers = by("teachers", "城乡交流教师", "人", &moved, targets.teachers);
    if ground.roster.is_none() && teachers.why_missing.is_none() {
        teachers.detail = Some("没有名册，只按交流记录".to_owned());
    }
    vec![
        by("pairs", "城乡结对学校", "对", &different(support(), ground, schools), targets.pairs),
        by(
            "pair_urban",
            "参加结对的城区学校",
            "所",
            &different(support(), ground, |g, _| g.school.clone()),
            None,
        ),
        by(
            "pair_rural",
            "参加结对的镇区、乡村学校",
            "所",
            &different(support(), ground, |_, t| t.school.clone()),
            None,
        ),
        by(
            "mentors",
            "与镇区、乡村教师结对的城区名师",
            "人",
            &different(mentoring(), ground, |g, _| g.teacher.clone()),
            targets.mentors,
        ),
        by("mentor_pairs", "城乡师徒结对", "对", &different(mentoring(), ground, people), None),
        teachers,
        share(&who, &moved, ground, rules),
        principals(ground, year),
    ]
}

fn way_figures(exchanges: &[Exchange], way: Way) -> WayFigures {
    let own: Vec<&Exchange> = exchanges.iter().filter(|e| e.agreed.way == way).collect();
    let of = |state| own.iter().filter(|e| e.state == state).count();
    let counting: Vec<&&Exchange> = own.iter().filter(|e| e.state.counts()).collect();
    let hours: Decimal = counting.iter().filter_map(|e| e.agreed.hours).sum();
    let given: Decimal = counting.iter().map(|e| e.given).sum();
    let teachers: BTreeSet<&String> =
        counting.iter().filter_map(|e| e.giver()?.teacher.as_ref()).collect();
    let schools: BTreeSet<&SchoolCode> =
        counting.iter().flat_map(|e| &e.agreed.parties).map(|party| &party.school).collect();
    WayFigures {
        way: Some(way),
        zh: way.zh(),
        planned: of(ExchangeState::Planned),
        running: of(ExchangeState::Running),
        ended: of(ExchangeState::Ended),
        assessed: of(ExchangeState::Assessed),
        void: of(ExchangeState::Void),
        hours: hours.normalize().to_string(),
        hours_missing: counting.iter().filter(|e| e.agreed.hours.is_none()).count(),
        given: given.normalize().to_string(),
        teachers: teachers.len(),
        schools: schools.len(),
    }
}

fn school_figures(
    exchanges: &[Exchange],
    ground: &Ground,
    visible: Option<&BTreeSet<SchoolCode>>,
) -> Vec<SchoolFigures> {
    let seen = ground.schools.iter().filter(|(code, _)| visible.is_none_or(|v| v.contains(*code)));
    let counting: Vec<&Exchange> = exchanges.iter().filter(|e| e.state.counts()).collect();
    seen.map(|(code, place)| {
        let has = |e: &Exchange, role| e.parties(role).any(|party| party.school == *code);
        let own = counting.iter().filter(|e| has(e, PartyRole::Giver) || has(e, PartyRole::Taker));
        let given: Decimal = own.map(|e| e.given).sum();
        let rotation = || counting.iter().filter(|e| e.agreed.way == Way::Rotation);
        SchoolFigures {
            school: code.clone(),
            name: place.name.clone(),
            township: place.township.clone(),
            side: place.side,
            gives: counting.iter().filter(|e| has(e, PartyRole::Giver)).count(),
            takes: counting.iter().filter(|e| has(e, PartyRole::Taker)).count(),
            sent: rotation().filter(|e| has(e, PartyRole::Giver)).count(),
            received: rotation().filter(|e| has(e, PartyRole::Taker)).count(),
            given: given.normalize().to_string(),
        }
    })
    .collect()
}

fn township_figures(
    exchanges: &[Exchange],
    schools: &[SchoolFigures],
    ground: &Ground,
) -> Vec<TownshipFigures> {
    let mut by_town: BTreeMap<Option<String>, Vec<&SchoolFigures>> = BTreeMap::new();
    for school in schools {
        by_town.entry(school.township.clone()).or_default().push(school);
    }
    let towns = by_town.into_iter().map(|(township, own)| {
        let here = |party: &Party| {
            ground.schools.get(&party.school).and_then(|p| p.township.as_ref()) == township.as_ref()
                && own.iter().any(|school| school.school == party.school)
        };
        let records: Vec<&Exchange> = exchanges
            .iter()
            .filter(|e| e.state.counts() && e.agreed.parties.iter().any(here))
            .collect();
        let given: Decimal = records.iter().map(|e| e.given).sum();
        TownshipFigures {
            schools: own.len(),
            with: own.iter().filter(|school| school.gives + school.takes > 0).count(),
            records: records.len(),
            sent: own.iter().map(|school| school.sent).sum(),
            received: own.iter().map(|school| school.received).sum(),
            given: given.normalize().to_string(),
            township,
        }
    });
    towns.collect()
}

/// The figures of the records that a caller sees; those of the county only for who sees all of it.
pub(crate) fn summary(
    exchanges: &[Exchange],
    ground: &Ground,
    rules: &Rules,
    targets: Targets,
    visible: Option<&BTreeSet<SchoolCode>>,
    year: SchoolYear,
) -> Summary {
    let schools = school_figures(exchanges, ground, visible);
    Summary {
        ways: Way::ALL.iter().map(|way| way_figures(exchanges, *way)).collect(),
        figures: match visible {
            None => figures(exchanges, ground, rules, &targets, year),
            Some(_) => Vec::new(),
        },
        townships: township_figures(exchanges, &schools, ground),
        schools,
        targets,
    }
}
