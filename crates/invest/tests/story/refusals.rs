//! What is refused before anything is planned.

use crate::common::{bench, code, county, exact, fund, school};
use domain::{SchoolYear, Stage};
use invest::settings::{Committed, Line, Settings};
use invest::{InvestError, Problem};

fn refused(change: impl Fn(&mut Settings)) -> String {
    let bench = bench();
    let schools = vec![school(&bench.catalogue, 1, &[], &[(Stage::Primary, &[])])];
    let start = county(&bench.catalogue, schools);
    let mut settings = Settings::unlimited(SchoolYear(2024), 2);
    change(&mut settings);
    let result = invest::worlds(std::slice::from_ref(&start), &settings, &bench.standard).and_then(
        |worlds| {
            let options = standard::Options::default();
            Problem::new(&start, worlds, bench.standard, options, settings, bench.costs)
        },
    );
    result.map(|_| ()).unwrap_err().to_string()
}

fn committed(settings: &Settings, amount: &str) -> Committed {
    Committed {
        code: "A".into(),
        zh: "已定项目".into(),
        school: Some(code(1)),
        category: "building".into(),
        fund: None,
        payments: std::iter::once((settings.first, exact(amount))).collect(),
        opens: None,
        rooms: vec![],
        gains: vec![],
        note: String::new(),
    }
}

#[test]
fn a_problem_that_means_nothing_is_refused() {
    assert!(refused(|s| s.first = SchoolYear(2023)).contains("V-PROB-01"));
    assert!(refused(|s| s.finish = SchoolYear(2030)).contains("V-PROB-01"));
    let line = Line { indicator: "L9".into(), year: SchoolYear(2025), at_least: exact("1") };
    assert!(refused(|s| s.lines.push(line.clone())).contains("L9"));
    let stranger = code(77);
    assert!(refused(|s| drop(s.land.insert(stranger.clone(), exact("1")))).contains("77"));
    let short = refused(|s| {
        s.funds = vec![fund(s, "county", "10")];
        s.committed = vec![committed(s, "12")];
    });
    assert!(short.contains("V-PROB-06") && short.contains("12") && short.contains("10"), "{short}");
}

#[test]
fn missing_figures_are_named() {
    let bench = bench();
    let mut one = school(&bench.catalogue, 1, &[], &[(Stage::Primary, &[])]);
    one.facts.remove(bench.catalogue.id("equipment_value").unwrap());
    let start = county(&bench.catalogue, vec![one]);
    let settings = Settings::unlimited(SchoolYear(2024), 1);
    let worlds = invest::worlds(std::slice::from_ref(&start), &settings, &bench.standard).unwrap();
    let options = standard::Options::default();
    let problem =
        Problem::new(&start, worlds, bench.standard, options, settings, bench.costs).unwrap();
    let solver = solver::in_process();
    let error = invest::solve(&problem, &*solver, &solver::Watch::new()).unwrap_err();
    assert!(matches!(error, InvestError::Missing { .. }), "{error}");
    assert!(error.to_string().contains("第1学校"), "{error}");
}

/// What is decided already counts from the year in which it opens.
#[test]
fn committed_rooms_are_not_bought_again() {
    let bench = bench();
    let weak = [("teaching_rooms_area", "1500"), ("building_area", "1500")];
    let schools = vec![school(&bench.catalogue, 1, &weak, &[(Stage::Primary, &[])])];
    let start = county(&bench.catalogue, schools);
    let mut settings = Settings::unlimited(SchoolYear(2024), 2);
    settings.funds = vec![fund(&settings, "county", "400")];
    let gain = |item: &str| invest::settings::Gain {
        item: item.into(),
        stage: None,
        amount: exact("1000"),
    };
    settings.committed = vec![Committed {
        opens: Some(SchoolYear(2026)),
        gains: vec![gain("teaching_rooms_area"), gain("building_area")],
        ..committed(&settings, "400")
    }];
    let problem = crate::common::problem(&bench, &start, settings);
    let plan = crate::common::plan(&problem);
    assert!(plan.accepted, "{:?}", plan.objections);
    assert!(plan.actions.is_empty(), "{:?}", crate::common::bought(&plan));
    assert_eq!(plan.committed[0].cost, exact("400"));
}
