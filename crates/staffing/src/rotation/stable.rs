//! The stable rotation: only volunteers move, nobody is worse off than staying, and nobody who asked
//! for a post sees it go to somebody with a lesser claim.
//!
//! A *seat* is a post of one subject at one section. Every volunteer holds one. His or her list is the
//! wishes in their order and then the own seat. A kind of seats has as many places as volunteers hold
//! there, and its vacancies: posts of the subject that nobody fills, as far as the section may grow.
//! A claim is ranked: those who hold such a seat first, then full years at the present school, then
//! the key. Deferred acceptance, volunteers proposing (Gale and Shapley 1962; with capacities, Roth
//! and Sotomayor 1990, chapter 5), gives the assignment that is best for every volunteer among all
//! that respect the claims. Since holders rank first and never outnumber the places, each is sure of
//! the own seat: individual rationality by the status quo, as in Compte and Jehiel (2008) and in the
//! modified algorithm that Combe, Tercieux and Terrier (2022) study for teachers. To propose by
//! the own wishes in truth is best for every volunteer (Dubins and Freedman 1981).
//!
//! Respecting every claim can leave two volunteers where both would rather change places, because a
//! third has the better claim to one of the seats. [`Mechanism::Trading`] goes on from there: top
//! trading cycles (Shapley and Scarf 1974; on top of what is held, Abdulkadiroğlu and Sönmez 1999)
//! over the seats that deferred acceptance gave. Nobody becomes worse off, and nothing is left that
//! would be better for some volunteer and worse for none; a claim may then be passed over.
//!
//! Rules about sections are kept by *holding*: where leavers would break one, the one with the least
//! claim is held, that is, taken out of the market with his or her seat, and it is run again. It ends
//! since the market shrinks; whoever is held is told by which rule.

use super::Problem;
use super::check::Checker;
use super::follow::{Follow, Step};
use super::goals::LevelResult;
use super::model::Level;
use super::people::{Person, Way};
use super::result::{Method, Rotation, Shift, shifts};
use super::search::Chosen;
use crate::StaffingError;
use crate::finding::{Finding, Severity};
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// Applicants and kinds of seats, by their places.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Market {
    /// The kinds of seats that each applicant wants, best first.
    pub wishes: Vec<Vec<usize>>,
    /// Places of each kind.
    pub places: Vec<usize>,
    /// The applicants with a claim to each kind, the best claim first. Who is not in it has none.
    pub claims: Vec<Vec<usize>>,
}

/// The applicants' best stable assignment: the kind of seat of each, or none.
///
/// ```
/// use staffing::rotation::stable::{Market, deferred_acceptance};
/// // Both want seat 0; the second has the better claim, and the first takes what is left.
/// let market = Market {
///     wishes: vec![vec![0, 1], vec![0, 1]],
///     places: vec![1, 1],
///     claims: vec![vec![1, 0], vec![0, 1]],
/// };
/// assert_eq!(deferred_acceptance(&market), [Some(1), Some(0)]);
/// ```
#[must_use]
pub fn deferred_acceptance(market: &Market) -> Vec<Option<usize>> {
    let ranks: Vec<BTreeMap<usize, usize>> = market
        .claims
        .iter()
        .map(|claims| claims.iter().enumerate().map(|(rank, who)| (*who, rank)).collect())
        .collect();
    // Held at each kind: rank and applicant, the worst last.
    let mut held: Vec<BTreeSet<(usize, usize)>> = vec![BTreeSet::new(); market.places.len()];
    let mut next = vec![0usize; market.wishes.len()];
    let mut free: Vec<usize> = (0..market.wishes.len()).rev().collect();
    while let Some(applicant) = free.pop() {
        let wish = market.wishes.get(applicant).zip(next.get_mut(applicant));
        let Some((wishes, at)) = wish else { continue };
        let Some(seat) = wishes.get(*at).copied() else { continue };
        *at += 1;
        let rank = ranks.get(seat).and_then(|ranks| ranks.get(&applicant)).copied();
        let (Some(rank), Some(there)) = (rank, held.get_mut(seat)) else {
            free.push(applicant);
            continue;
        };
        there.insert((rank, applicant));
        let places = market.places.get(seat).copied().unwrap_or(0);
        if there.len() > places
            && let Some((_, refused)) = there.pop_last()
        {
            free.push(refused);
        }
    }
    let mut given = vec![None; market.wishes.len()];
    for (seat, there) in held.iter().enumerate() {
        for (_, applicant) in there {
            if let Some(given) = given.get_mut(*applicant) {
                *given = Some(seat);
            }
        }
    }
    given
}

/// Top trading cycles over the seats that are held: each applicant points to the best kind among the
/// own wishes that somebody still in the market holds, each kind to its holder with the best claim;
/// whoever stands on a circle takes what he or she points to. Who holds nothing stays out.
///
/// ```
/// use staffing::rotation::stable::{Market, trade};
/// let market = Market {
///     wishes: vec![vec![1, 0], vec![0, 1]],
///     places: vec![1, 1],
///     claims: vec![vec![0, 1], vec![1, 0]],
/// };
/// assert_eq!(trade(&market, &[Some(0), Some(1)]), [Some(1), Some(0)]);
/// ```
#[must_use]
pub fn trade(market: &Market, held: &[Option<usize>]) -> Vec<Option<usize>> {
    let mut given = held.to_vec();
    let mut open: BTreeSet<usize> =
        (0..market.wishes.len()).filter(|a| held.get(*a).copied().flatten().is_some()).collect();
    while let Some(first) = open.first().copied() {
        let seat_of = |applicant: usize| held.get(applicant).copied().flatten();
        let holder = |kind: usize| {
            let claims = market.claims.get(kind)?;
            claims.iter().copied().find(|a| open.contains(a) && seat_of(*a) == Some(kind))
        };
        let wanted = |applicant: usize| {
            let wishes = market.wishes.get(applicant)?;
            wishes.iter().copied().find(|kind| holder(*kind).is_some())
        };
        // Walk until somebody is met again: from there on it is a circle.
        let mut path = vec![first];
        let circle = loop {
            let last = path.last().copied().unwrap_or(first);
            let Some(next) = wanted(last).and_then(holder) else { break vec![last] };
            if let Some(at) = path.iter().position(|a| *a == next) {
                break path.split_off(at);
            }
            path.push(next);
        };
        let takes: Vec<(usize, Option<usize>)> =
            circle.iter().map(|a| (*a, wanted(*a).or(seat_of(*a)))).collect();
        for (applicant, seat) in takes {
            open.remove(&applicant);
            if let Some(given) = given.get_mut(applicant) {
                *given = seat;
            }
        }
    }
    given
}

/// What volunteers may rely on beyond not being worse off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mechanism {
    /// Nobody's claim is passed over.
    Claims,
    /// Then changes of places that are better for all who take part.
    #[default]
    Trading,
}

/// A row of a comparison: what a goal is with each rotation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Price {
    /// The goal.
    pub code: String,
    /// In Chinese.
    pub zh: String,
    /// Its unit.
    pub unit: String,
    /// Without a rotation.
    pub before: String,
    /// With each rotation, in the order given.
    pub after: Vec<String>,
}

/// The price of each way beside the others, goal by goal.
#[must_use]
pub fn prices(rotations: &[&Rotation]) -> Vec<Price> {
    let Some(first) = rotations.first() else { return Vec::new() };
    first
        .levels
        .iter()
        .map(|level| Price {
            code: level.code.clone(),
            zh: level.zh.clone(),
            unit: level.unit.clone(),
            before: level.before.clone(),
            after: rotations
                .iter()
                .map(|rotation| {
                    let same = rotation.levels.iter().find(|l| l.code == level.code);
                    same.map_or_else(String::new, |l| l.after.clone())
                })
                .collect(),
        })
        .collect()
}

/// The stable rotation of the volunteers. Shares are reported, not forced: nobody is sent.
///
/// # Errors
/// [`StaffingError`] where the judge cannot judge.
pub fn stable(problem: &Problem, mechanism: Mechanism) -> Result<Rotation, StaffingError> {
    stable_followed(problem, mechanism, &Follow::new())
}

/// The same for a caller who hears the steps and may end it.
///
/// # Errors
/// As [`stable`]; `T-ROT-06` where the caller has ended it.
pub fn stable_followed(
    problem: &Problem,
    mechanism: Mechanism,
    follow: &Follow<'_>,
) -> Result<Rotation, StaffingError> {
    follow.begin(Step::Market);
    let mut held: BTreeMap<usize, String> = BTreeMap::new();
    let mut checker = Checker::new(problem)?;
    let (chosen, rounds) = loop {
        if follow.is_cancelled() {
            return Err(StaffingError::Stopped("用户中止".to_owned()));
        }
        let chosen = run(problem, mechanism, &held);
        let found = match broken(problem, &chosen, &held) {
            Some(found) => Some(found),
            None => failing(problem, &chosen, &mut checker, &held)?,
        };
        match found {
            Some((person, why)) => held.insert(person, why),
            None => break (chosen, held.len() + 1),
        };
    };
    let levels = Level::ALL.into_iter().map(|level| LevelResult::open(problem, level)).collect();
    let method = Method {
        name: "stable".to_owned(),
        solver: match mechanism {
            Mechanism::Claims => "延迟接受",
            Mechanism::Trading => "延迟接受、首位交换环",
        }
        .to_owned(),
        seed: 0,
        solves: rounds,
        ways: problem.people.iter().flat_map(|p| &p.ways).filter(|w| w.wish.is_some()).count(),
        // What a mechanism promises is no proof of the goals: they are not what it looks for.
        proved: false,
        ended: promised(mechanism, held.len()),
    };
    follow.begin(Step::Judge);
    let mut rotation = Rotation::of(problem, "stable", &chosen, levels, method)?;
    explain(problem, &mut rotation, &held);
    Ok(rotation)
}

/// What an assignment of a mechanism keeps; who was held so that a rule holds is left out of it.
fn promised(mechanism: Mechanism, held: usize) -> String {
    let kept = match mechanism {
        Mechanism::Claims => "没有人的位次被越过",
        Mechanism::Trading => "不存在对各方都更好的互换",
    };
    if held == 0 {
        return format!("没有人不如留任，{kept}");
    }
    format!("没有人不如留任；除为保持规则而留任的 {held} 人外，{kept}")
}

/// Those held are told by which rule, and shares that are not reached are findings.
fn explain(problem: &Problem, rotation: &mut Rotation, held: &BTreeMap<usize, String>) {
    for (at, why) in held {
        let Some(person) = problem.people.get(*at) else { continue };
        if let Some(note) = rotation.stays.iter_mut().find(|note| note.teacher == person.id) {
            note.why = format!("为保持规则而留任：{why}");
        }
    }
    for share in rotation.shares.iter().filter(|share| !share.holds) {
        rotation.findings.push(Finding {
            code: "T-STABLE-01".to_owned(),
            severity: Severity::Warning,
            row: None,
            teacher: None,
            field: String::new(),
            message: format!(
                "{}：{} 人中 {} 人，自愿交流没有达到",
                share.zh, share.base, share.count
            ),
            remedy: "扩大自愿报名，或改用统筹方案".to_owned(),
        });
    }
}

/// The wishes of a volunteer, best first.
fn wishes(person: &Person) -> Vec<(usize, &Way)> {
    let mut ways: Vec<(usize, &Way)> =
        person.ways.iter().enumerate().filter(|(_, way)| way.wish.is_some()).collect();
    ways.sort_by_key(|(_, way)| way.wish);
    ways
}

/// One run of the market without those held.
fn run(problem: &Problem, mechanism: Mechanism, held: &BTreeMap<usize, String>) -> Chosen {
    let volunteers: Vec<usize> = problem
        .people
        .iter()
        .enumerate()
        .filter(|(at, p)| {
            !p.must && !held.contains_key(at) && p.ways.iter().any(|w| w.wish.is_some())
        })
        .map(|(at, _)| at)
        .collect();
    // Decided moves come first and leave their seats.
    let mut chosen: Chosen = Vec::new();
    let mut places: BTreeMap<(usize, usize), i64> = vacancies(problem);
    for (at, person) in problem.people.iter().enumerate().filter(|(_, p)| p.must) {
        if let Some(way) = person.ways.first() {
            chosen.push((at, 0));
            *places.entry((person.unit, person.subject)).or_default() += 1;
            *places.entry((way.unit, person.subject)).or_default() -= 1;
        }
    }
    let people = |at: &usize| problem.people.get(*at);
    for person in volunteers.iter().filter_map(people) {
        *places.entry((person.unit, person.subject)).or_default() += 1;
        for (_, way) in wishes(person) {
            places.entry((way.unit, person.subject)).or_default();
        }
    }
    let seats: Vec<(usize, usize)> = places.keys().copied().collect();
    let seat = |key: &(usize, usize)| seats.binary_search(key).unwrap_or(usize::MAX);
    let mut claims: Vec<Vec<(bool, Reverse<i64>, usize)>> = vec![Vec::new(); seats.len()];
    let mut market = Market {
        places: places.values().map(|n| usize::try_from(*n).unwrap_or(0)).collect(),
        ..Market::default()
    };
    for (applicant, person) in volunteers.iter().filter_map(people).enumerate() {
        let mut list: Vec<usize> =
            wishes(person).iter().map(|(_, way)| seat(&(way.unit, person.subject))).collect();
        let own = seat(&(person.unit, person.subject));
        list.push(own);
        for kind in &list {
            if let Some(claims) = claims.get_mut(*kind) {
                claims.push((*kind != own, Reverse(person.years), applicant));
            }
        }
        market.wishes.push(list);
    }
    market.claims = claims
        .into_iter()
        .map(|mut list| {
            list.sort_unstable();
            list.into_iter().map(|(_, _, applicant)| applicant).collect()
        })
        .collect();
    let mut given = deferred_acceptance(&market);
    if mechanism == Mechanism::Trading {
        given = trade(&market, &given);
    }
    for (at, given) in volunteers.iter().zip(given) {
        let (Some(person), Some(kind)) = (people(at), given.and_then(|kind| seats.get(kind)))
        else {
            continue;
        };
        let way = person.ways.iter().position(|way| way.unit == kind.0 && way.wish.is_some());
        if let Some(way) = way.filter(|_| kind.0 != person.unit) {
            chosen.push((*at, way));
        }
    }
    chosen.sort_unstable();
    chosen
}

/// Posts that nobody fills, the shortest subjects first, as far as a section may grow.
fn vacancies(problem: &Problem) -> BTreeMap<(usize, usize), i64> {
    let mut places = BTreeMap::new();
    for (at, unit) in problem.units.iter().enumerate() {
        let mut room = unit.head.1;
        let mut short: Vec<(Reverse<i64>, usize)> = unit
            .subjects
            .iter()
            .map(|(subject, bounds)| (Reverse(bounds.shortage(0)), *subject))
            .collect();
        short.sort_unstable();
        for (Reverse(lacking), subject) in short {
            let open = lacking.min(room).max(0);
            room -= open;
            if open > 0 {
                places.insert((at, subject), open);
            }
        }
    }
    places
}

/// The least claim among the leavers of a unit, of those who may be held.
fn least<'a>(
    problem: &'a Problem,
    chosen: &Chosen,
    leaves: impl Fn(&Person) -> bool,
) -> Option<(usize, &'a Person)> {
    chosen
        .iter()
        .filter_map(|(at, _)| Some((*at, problem.people.get(*at)?)))
        .filter(|(_, person)| !person.must && leaves(person))
        .min_by_key(|(_, person)| (person.years, Reverse(&person.id)))
}

/// A rule that the leavers of a section break, and who is held for it.
fn broken(
    problem: &Problem,
    chosen: &Chosen,
    held: &BTreeMap<usize, String>,
) -> Option<(usize, String)> {
    let sums: Vec<Shift> = shifts(problem, chosen);
    for (at, (unit, shift)) in problem.units.iter().zip(&sums).enumerate() {
        let here = |person: &Person| person.unit == at;
        let mut rule = None;
        if shift.leave > unit.leave {
            rule = Some((least(problem, chosen, here), "本校交流人数到上限".to_owned()));
        } else if shift.come - shift.leave < unit.head.0 {
            rule = Some((least(problem, chosen, here), "没有人来接替".to_owned()));
        } else if shift.backbone < unit.backbone_least {
            let who = least(problem, chosen, |p| here(p) && p.backbone);
            rule = Some((who, "骨干教师低于保有下限".to_owned()));
        }
        for (subject, bounds) in &unit.subjects {
            let who = || least(problem, chosen, |p| here(p) && p.subject == *subject);
            let leaving = chosen.iter().filter_map(|(p, _)| problem.people.get(*p));
            let leaving = leaving.filter(|p| here(p) && p.subject == *subject).count();
            let change = shift.subjects.get(subject).copied().unwrap_or(0);
            if i64::try_from(leaving).unwrap_or(i64::MAX) > bounds.leave {
                rule = Some((who(), "本学科交流人数到上限".to_owned()));
            } else if change < bounds.least {
                rule = Some((who(), "调出后本学科教师不足".to_owned()));
            }
        }
        if let Some((Some((person, _)), why)) = rule
            && !held.contains_key(&person)
        {
            return Some((person, why));
        }
    }
    couples(problem, chosen)
}

fn couples(problem: &Problem, chosen: &Chosen) -> Option<(usize, String)> {
    let places: BTreeMap<usize, usize> = chosen
        .iter()
        .filter_map(|(at, way)| Some((*at, problem.people.get(*at)?.ways.get(*way)?.unit)))
        .collect();
    for at in places.keys() {
        let person = problem.people.get(*at)?;
        let Some(spouse) = person.spouse else { continue };
        let them = problem.people.get(spouse)?;
        let now = |at: usize, of: &Person| places.get(&at).copied().unwrap_or(of.unit);
        let ok = problem.couple_may(person, them, (now(*at, person), now(spouse, them)));
        if !ok && !person.must {
            return Some((*at, "与配偶的学校相距过远".to_owned()));
        }
    }
    None
}

/// A section that would no longer pass, and who is held for it.
fn failing(
    problem: &Problem,
    chosen: &Chosen,
    checker: &mut Checker<'_>,
    held: &BTreeMap<usize, String>,
) -> Result<Option<(usize, String)>, StaffingError> {
    if !problem.settings.keep_passing {
        return Ok(None);
    }
    let moves: Vec<_> = chosen
        .iter()
        .filter_map(|(at, way)| {
            let person = problem.people.get(*at)?;
            let unit = problem.units.get(person.ways.get(*way)?.unit)?;
            Some((person.id.clone(), unit.school.clone()))
        })
        .collect();
    for (school, stage) in checker.no_longer_passing(&moves)? {
        let unit = problem.unit_of(&school, stage);
        let leaver = least(problem, chosen, |p| Some(p.unit) == unit);
        if let Some((person, _)) = leaver.filter(|(at, _)| !held.contains_key(at)) {
            return Ok(Some((person, "调出后本校不再达标".to_owned())));
        }
    }
    Ok(None)
}
