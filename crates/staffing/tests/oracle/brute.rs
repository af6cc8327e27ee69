//! Up to eight teachers: the planner's goals are the best of all assignments, and it finds none just
//! where none is lawful.

use crate::common::{Bench, Site, bench, code, county, row, site};
use domain::{Exact, SchoolCode};
use proptest::prelude::*;
use solver::Watch;
use staffing::rotation::check::{Checker, Goals, check};
use staffing::rotation::settings::{Balance, Coefficients};
use staffing::rotation::{Outcome, Problem, Settings, optimum};
use staffing::{Roster, TeacherId};
use standard::Options;
use std::sync::Arc;

/// A teacher in random figures.
#[derive(Clone, Debug)]
pub(crate) struct Sketch {
    pub(crate) school: usize,
    pub(crate) subject: usize,
    pub(crate) able: bool,
    pub(crate) backbone: bool,
    pub(crate) recent: bool,
    pub(crate) home: i64,
    pub(crate) wishes: Vec<usize>,
    pub(crate) years: usize,
}

#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "what a draw decides")]
pub(crate) struct Draw {
    /// Pupils, in tens; degrees, backbone and specialists beyond those of the roster.
    pub(crate) schools: Vec<(i64, i64, i64, i64)>,
    pub(crate) teachers: Vec<Sketch>,
    pub(crate) share: u64,
    pub(crate) backbone_share: bool,
    pub(crate) strict: bool,
    pub(crate) posts: bool,
    pub(crate) caps: (u64, u64, u64),
    pub(crate) keep: bool,
    pub(crate) couple: bool,
    pub(crate) commute: i64,
}

const SUBJECTS: [&str; 3] = ["语文", "体育", "英语"];

fn sketch() -> impl Strategy<Value = Sketch> {
    let people = (0usize..3, 0usize..3, any::<bool>(), prop::bool::weighted(0.3));
    let rest =
        (prop::bool::weighted(0.2), 0i64..40, prop::collection::vec(0usize..3, 0..3), 0usize..3);
    (people, rest).prop_map(|((school, subject, able, backbone), (recent, home, wishes, years))| {
        Sketch { school, subject, able, backbone, recent, home, wishes, years }
    })
}

pub(crate) fn draw() -> impl Strategy<Value = Draw> {
    let schools = prop::collection::vec((6i64..40, 0i64..3, 0i64..2, 0i64..2), 2..=3);
    let first = (schools, prop::collection::vec(sketch(), 2..=8));
    let second = (
        prop_oneof![Just(0u64), Just(10), Just(30)],
        any::<bool>(),
        any::<bool>(),
        any::<bool>(),
        (20u64..=100, 20u64..=100, 0u64..=100),
        any::<bool>(),
        any::<bool>(),
        prop_oneof![Just(6i64), Just(60)],
    );
    (first, second).prop_map(|((schools, teachers), rest)| {
        let (share, backbone_share, strict, posts, caps, keep, couple, commute) = rest;
        Draw {
            schools,
            teachers,
            share,
            backbone_share,
            strict,
            posts,
            caps,
            keep,
            couple,
            commute,
        }
    })
}

pub(crate) fn pose(bench: &Bench, draw: &Draw) -> Problem {
    let count = draw.schools.len();
    let of = |at: usize, test: &dyn Fn(&Sketch) -> bool| {
        let there = draw.teachers.iter().filter(|t| t.school % count == at && test(t));
        i64::try_from(there.count()).unwrap()
    };
    let sites: Vec<Site> = draw
        .schools
        .iter()
        .enumerate()
        .map(|(at, (pupils, degrees, backbone, special))| {
            let all = of(at, &|_| true);
            let able = of(at, &|t| t.able);
            let pe = of(at, &|t| t.subject % 3 == 1);
            let figures = vec![
                ("pupils", pupils * 10),
                ("classes", 6),
                ("pupils_boarding", 0),
                ("staff", all + 3),
                ("teachers", all + 3),
                ("teachers_doctor", 0),
                ("teachers_master", 0),
                ("teachers_bachelor", able + degrees),
                ("teachers_college", 0),
                ("teachers_below_college", all - able),
                ("teachers_backbone", of(at, &|t| t.backbone) + backbone),
                ("teachers_pe", pe + special),
                ("teachers_music", 0),
                ("teachers_fine_art", 0),
                ("teachers_art", 0),
            ];
            let mut site = site(u32::try_from(at).unwrap() + 1, &figures);
            site.position = [("116.00", "31.0"), ("116.05", "31.0"), ("116.12", "31.02")][at];
            site
        })
        .collect();
    let rows: Vec<_> = draw
        .teachers
        .iter()
        .enumerate()
        .map(|(at, t)| {
            let backbone = if t.backbone { "县级" } else { "" };
            let home = format!("116.{:03}", t.home * 4);
            let arrived =
                if t.recent { "2023-09-01" } else { ["2010-9-1", "2014-9-1", "2017-9-1"][t.years] };
            let spouse = if draw.couple && at == 0 { "T1" } else { "" };
            row(
                &format!("T{at}"),
                u32::try_from(t.school % count).unwrap() + 1,
                &[
                    ("subject", SUBJECTS[t.subject % 3]),
                    ("degree", if t.able { "本科" } else { "高中" }),
                    ("backbone", backbone),
                    ("backbone_basis", if t.backbone { "x" } else { "" }),
                    ("arrived", arrived),
                    ("longitude", &home),
                    ("latitude", "31.0"),
                    ("spouse", spouse),
                ],
            )
        })
        .collect();
    let snapshot = county(&bench.catalogue, &sites);
    let (roster, findings) = crate::common::read(bench, &snapshot, &rows);
    assert!(findings.is_empty(), "{findings:?}");
    let settings = settings(bench, draw, &roster);
    let posts = staffing::posts::posts(&snapshot, &bench.catalogue, Some(&roster), &bench.rules);
    let posts = if draw.posts { posts } else { Vec::new() };
    Problem::new(
        Arc::new(snapshot),
        Arc::new(roster),
        Arc::new(bench.rules.clone()),
        Arc::clone(&bench.standard),
        Options::default(),
        settings,
        &posts,
    )
    .unwrap()
}

fn settings(bench: &Bench, draw: &Draw, roster: &Roster) -> Settings {
    let mut settings = Settings::of(&bench.rules.rotation);
    settings.shares[0].at_least = Exact::ratio(i64::try_from(draw.share).unwrap(), 100);
    if !draw.backbone_share {
        settings.shares.truncate(1);
    }
    let percent = |n: u64| Exact::ratio(i64::try_from(n).unwrap(), 100);
    settings.leave_section = percent(draw.caps.0);
    settings.leave_subject = percent(draw.caps.1);
    settings.keep_backbone = percent(draw.caps.2);
    settings.balance = if draw.strict { Balance::Strict } else { Balance::TowardsPosts };
    settings.keep_passing = draw.keep;
    settings.commute = Exact::from(draw.commute);
    settings.couple = Exact::from(7);
    settings.coefficients = Coefficients::Meet;
    for (at, teacher) in draw.teachers.iter().enumerate() {
        let id = TeacherId::from(format!("T{at}").as_str());
        let own = &roster.teacher(&id).unwrap().school;
        let mut list: Vec<SchoolCode> = Vec::new();
        for wish in &teacher.wishes {
            let school = code(u32::try_from(wish % draw.schools.len()).unwrap() + 1);
            if school != *own && !list.contains(&school) {
                list.push(school);
            }
        }
        if !list.is_empty() && !teacher.recent {
            settings.preferences.insert(id, list);
        }
    }
    settings
}

/// The goals of the best lawful assignment of all.
fn best(problem: &Problem, schools: usize) -> Option<Goals> {
    let mut checker = Checker::new(problem).unwrap();
    let teachers: Vec<&staffing::Teacher> = problem.roster.teachers().iter().collect();
    let mut best: Option<Goals> = None;
    let total = schools.pow(u32::try_from(teachers.len()).unwrap());
    for number in 0..total {
        let mut rest = number;
        let mut moves: Vec<(TeacherId, SchoolCode)> = Vec::new();
        for teacher in &teachers {
            let school = code(u32::try_from(rest % schools).unwrap() + 1);
            rest /= schools;
            if school != teacher.school {
                moves.push((teacher.id.clone(), school));
            }
        }
        if !checker.violations(&moves).unwrap().is_empty() {
            continue;
        }
        let goals = checker.goals(&moves).unwrap();
        if best.as_ref().is_none_or(|best| goals < *best) {
            best = Some(goals);
        }
    }
    best
}

fn compare(bench: &Bench, draw: &Draw) -> Result<bool, TestCaseError> {
    let problem = pose(bench, draw);
    let outcome = optimum(&problem, &*solver::in_process(), &Watch::new()).unwrap();
    let best = best(&problem, draw.schools.len());
    match (outcome, best) {
        (Outcome::Found(rotation), Some(best)) => {
            prop_assert_eq!(check(&problem, &rotation).unwrap(), vec![]);
            let moves: Vec<_> =
                rotation.moves.iter().map(|m| (m.teacher.clone(), m.to.clone())).collect();
            let goals = Checker::new(&problem).unwrap().goals(&moves).unwrap();
            prop_assert_eq!(&goals, &best, "{:?}", moves);
            prop_assert!(rotation.method.proved);
            Ok(true)
        }
        (Outcome::Impossible(why), None) => {
            prop_assert!(!why.broken.is_empty());
            Ok(false)
        }
        (outcome, best) => {
            let found = matches!(outcome, Outcome::Found(_));
            prop_assert!(false, "found: {found}, best of all: {best:?}");
            Ok(false)
        }
    }
}

#[test]
fn the_optimum_is_the_best_of_all_assignments() {
    let bench = bench();
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        cases: 120,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let found = std::cell::Cell::new(0u32);
    runner
        .run(&draw(), |draw| {
            found.set(found.get() + u32::from(compare(&bench, &draw)?));
            Ok(())
        })
        .unwrap();
    assert!(found.get() > 15, "most draws have a lawful rotation: {}", found.get());
}
