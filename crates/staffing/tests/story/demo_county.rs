//! The demo county with its synthetic roster: counted, planned, judged.

use crate::common::bench;
use domain::Exact;
use solver::Watch;
use staffing::rotation::settings::{Limits, Settings};
use staffing::rotation::{Outcome, Problem, check, optimum};
use staffing::{Roster, RosterRow, Severity, count, posts};
use standard::Options;
use standard::evaluation::Verdict;
use std::sync::Arc;

#[test]
fn the_demo_county_rotates_as_the_state_asks() {
    let bench = bench();
    let attested = bench.standard.attested();
    let options = demo::Options {
        seed: demo::Options::SEED,
        schools: 30,
        year: demo::Options::YEAR,
        catalogue: &bench.catalogue,
        attested: &attested,
    };
    let snapshot = demo::county(&options).unwrap().pop().unwrap().seal(&bench.catalogue).unwrap();
    let rows: Vec<RosterRow> = demo::teachers(&options)
        .unwrap()
        .into_iter()
        .map(|cells| {
            let mut row = RosterRow::default();
            assert!(cells.iter().all(|(column, text)| row.set(column, text)));
            row
        })
        .collect();
    let (roster, findings) = Roster::read(&rows, 2, &snapshot, &bench.rules, crate::common::DAY);
    assert_eq!(
        findings.iter().filter(|f| f.severity != Severity::Notice).count(),
        0,
        "{:?}",
        findings.first()
    );
    assert_eq!(roster.teachers().len(), rows.len());
    // Counted, the roster says what the forms say.
    let (snapshot, differences) =
        count::recount(&snapshot, &roster, &bench.rules, &bench.catalogue).unwrap();
    assert_eq!(differences.len(), 0, "{:?}", differences.first());

    let posts = posts::posts(&snapshot, &bench.catalogue, Some(&roster), &bench.rules);
    let mut settings = Settings::of(&bench.rules.rotation);
    settings.limits = Limits { gap: Exact::ratio(5, 100), ..Limits::default() };
    let problem = Problem::new(
        Arc::new(snapshot),
        Arc::new(roster),
        Arc::new(bench.rules.clone()),
        Arc::clone(&bench.standard),
        Options::default(),
        settings,
        &posts,
    )
    .unwrap();
    let outcome = optimum(&problem, &*solver::in_process(), &Watch::new()).unwrap();
    let Outcome::Found(rotation) = outcome else { panic!("there is a lawful rotation") };
    assert_eq!(check::check(&problem, &rotation).unwrap(), []);
    assert!(rotation.shares.iter().all(|share| share.holds), "{:?}", rotation.shares);
    assert!(rotation.moves.iter().all(|m| !m.reasons.is_empty()));
    assert!(rotation.stays.iter().all(|note| !note.why.is_empty()));
    assert_eq!(rotation.moves.len() + rotation.stays.len(), problem.roster.teachers().len());
    // The judge's own word on the state's rule of rotation, and on sections.
    let (_, before, after) = rotation.judged(&problem).unwrap();
    let part = |code: &str| {
        let all = after.groups.iter().flat_map(|g| &g.indicators).flat_map(|i| &i.parts);
        all.filter(|p| p.zh.contains(code)).map(|p| p.verdict).collect::<Vec<_>>()
    };
    assert!(!part("交流").is_empty() && part("交流").iter().all(|v| *v == Verdict::Pass));
    let passed = |e: &standard::Evaluation| e.stages.iter().map(|s| s.passed).sum::<usize>();
    assert!(passed(&after) >= passed(&before));
}

#[test]
fn teachers_of_private_schools_are_not_the_bureaus_to_move() {
    let bench = bench();
    let attested = bench.standard.attested();
    let options = demo::Options {
        seed: demo::Options::SEED,
        schools: 86,
        year: demo::Options::YEAR,
        catalogue: &bench.catalogue,
        attested: &attested,
    };
    let snapshot = demo::county(&options).unwrap().pop().unwrap().seal(&bench.catalogue).unwrap();
    let sponsor = bench.catalogue.id("sponsor").unwrap();
    let is_private = |school: &domain::School| matches!(school.facts.value(sponsor), Some(domain::Value::Code(code)) if &**code == "10");
    let [private, public] = [true, false].map(|wanted| {
        let found = snapshot.schools().iter().find(|school| is_private(school) == wanted);
        found.expect("the demo county has both").code.clone()
    });
    let rows = [(1, &private), (2, &public)].map(|(n, code)| {
        let mut row = crate::common::row(&format!("T{n}"), 1, &[("role", "校长")]);
        assert!(row.set("school", code.as_str()));
        let stage = snapshot.school(code).unwrap().sections[0].stage;
        assert!(row.set("stage", if stage == domain::Stage::Primary { "小学" } else { "初中" }));
        row
    });
    let (roster, _) = Roster::read(&rows, 2, &snapshot, &bench.rules, crate::common::DAY);
    let left = roster.of_public(&snapshot, &bench.catalogue);
    let schools: Vec<_> = left.teachers().iter().map(|teacher| &teacher.school).collect();
    assert_eq!((roster.teachers().len(), schools), (2, vec![&public]));
}
