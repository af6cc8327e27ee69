//! What the stories share: small counties made by hand.

use domain::{
    Catalogue, CountyCode, Draft, Exact, Fact, Facts, Origin, OriginId, School, SchoolCode,
    SchoolKind, SchoolYear, Section, Snapshot, Stage, Value,
};
use invest::costs::CostCatalogue;
use invest::settings::{Fund, Settings};
use invest::{Outcome, Plan, Problem};
use packs::PackSource;
use solver::{Solver, Watch};
use standard::Standard;
use std::sync::Arc;

pub(crate) fn packs() -> PackSource {
    PackSource::embedded()
}

pub(crate) struct Bench {
    pub(crate) catalogue: Arc<Catalogue>,
    pub(crate) standard: Arc<Standard>,
    pub(crate) costs: CostCatalogue,
}

pub(crate) fn bench() -> Bench {
    let packs = packs();
    let items = items::load(&packs).unwrap();
    let catalogue = Arc::new(items.catalogue().clone());
    let standard = Arc::new(standard::load::load(&packs, &catalogue, "cn-quality-2017").unwrap());
    let costs = invest::costs::load(&packs, &catalogue, "cn-county-2023").unwrap();
    Bench { catalogue, standard, costs }
}

pub(crate) fn exact(text: &str) -> Exact {
    Exact::parse(text).unwrap()
}

pub(crate) fn code(n: u32) -> SchoolCode {
    SchoolCode::parse(&format!("34000000{n:02}")).unwrap()
}

/// A primary section of 500 pupils that stands well everywhere.
pub(crate) const GOOD: [(&str, &str); 10] = [
    ("pupils", "500"),
    ("classes", "12"),
    ("staff", "40"),
    ("teachers", "36"),
    ("teachers_doctor", "0"),
    ("teachers_master", "0"),
    ("teachers_bachelor", "24"),
    ("teachers_college", "6"),
    ("teachers_below_college", "6"),
    ("teachers_backbone", "6"),
];
pub(crate) const SPECIALISTS: [(&str, &str); 4] = [
    ("teachers_pe", "3"),
    ("teachers_art", "0"),
    ("teachers_music", "1"),
    ("teachers_fine_art", "1"),
];
/// A school for 500 primary pupils that stands well everywhere.
pub(crate) const ROOMS: [(&str, &str); 6] = [
    ("teaching_rooms_area", "2500"),
    ("building_area", "2500"),
    ("indoor_sports_area", "0"),
    ("outdoor_sports_area", "4000"),
    ("equipment_value", "110"),
    ("multimedia_rooms", "12"),
];

fn facts(catalogue: &Catalogue, given: &[(&str, &str)], own: &[(&str, &str)]) -> Facts {
    let mut facts = Facts::new();
    for (item, value) in given.iter().chain(own) {
        let id = catalogue.id(item).unwrap();
        let value = Value::Number(value.parse().unwrap());
        facts.set(id, Fact { value, origin: OriginId(0) });
    }
    facts
}

/// A school with its sections; each takes the good figures but for its own.
pub(crate) fn school(
    catalogue: &Catalogue,
    n: u32,
    own: &[(&str, &str)],
    sections: &[(Stage, &[(&str, &str)])],
) -> School {
    let mut school_facts = facts(catalogue, &ROOMS, own);
    for (item, text) in [("sponsor", "7"), ("residence", "220")] {
        let value = Value::Code(text.into());
        school_facts.set(catalogue.id(item).unwrap(), Fact { value, origin: OriginId(0) });
    }
    let good: Vec<(&str, &str)> = GOOD.into_iter().chain(SPECIALISTS).collect();
    School {
        code: code(n),
        name: format!("第{n}学校"),
        kind: match sections {
            [(Stage::Primary, _)] => SchoolKind::Primary,
            [(Stage::Junior, _)] => SchoolKind::Junior,
            _ => SchoolKind::NineYear,
        },
        parent: None,
        facts: school_facts,
        sections: sections
            .iter()
            .map(|(stage, own)| Section {
                stage: *stage,
                attached: false,
                facts: facts(catalogue, &good, own),
            })
            .collect(),
        classes: vec![],
        rooms: vec![],
    }
}

pub(crate) fn county(catalogue: &Catalogue, schools: Vec<School>) -> Snapshot {
    let code = CountyCode::parse("340000").unwrap();
    let mut draft = Draft::new(code, "示例县".into(), SchoolYear(2024));
    draft.origin(Origin::Given { source: "test".into() });
    draft.schools = schools;
    draft.seal(catalogue).unwrap()
}

pub(crate) fn problem(bench: &Bench, start: &Snapshot, settings: Settings) -> Problem {
    let worlds = invest::worlds(std::slice::from_ref(start), &settings, &bench.standard).unwrap();
    Problem::new(
        start,
        worlds,
        bench.standard.clone(),
        standard::Options::default(),
        settings,
        bench.costs.clone(),
    )
    .unwrap()
}

/// Money of one fund, the same in every year.
pub(crate) fn fund(settings: &Settings, code: &str, yearly: &str) -> Fund {
    Fund {
        code: code.into(),
        zh: code.into(),
        only_for: vec![],
        carry: false,
        budget: settings.horizon().map(|year| (year, exact(yearly))).collect(),
    }
}

pub(crate) fn plan_by(problem: &Problem, solver: &dyn Solver) -> Plan {
    match invest::solve(problem, solver, &Watch::new()).unwrap() {
        Outcome::Found(plan) => {
            let checked = invest::check::check(problem, &plan).unwrap();
            assert_eq!(checked.accepted, plan.accepted, "{checked:#?} {:?}", plan.objections);
            *plan
        }
        other => panic!("no plan: {other:?}"),
    }
}

pub(crate) fn plan(problem: &Problem) -> Plan {
    plan_by(problem, &*solver::in_process())
}

/// Measure, quantity by school of a plan.
pub(crate) fn bought(plan: &Plan) -> Vec<(String, String, String)> {
    plan.actions
        .iter()
        .map(|a| (a.name.clone(), a.measure.clone(), a.quantity.to_string()))
        .collect()
}
