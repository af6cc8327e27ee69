//! Shifts, merges and the outer step in the demo county, where every figure is there.

use crate::common::{Bench, bench, exact, problem};
use domain::{Exact, School, SchoolCode, SchoolKind, Snapshot, Stage, Value};
use forecast::{Assumptions, ClassNorm};
use invest::outer::improve;
use invest::settings::{Merge, Outer, Settings, Shift};
use invest::{Outcome, Problem, Pupils};
use solver::Watch;

fn history(bench: &Bench, schools: usize) -> Vec<Snapshot> {
    let attested = bench.standard.attested();
    let options = demo::Options {
        seed: demo::Options::SEED,
        schools,
        year: demo::Options::YEAR,
        catalogue: &bench.catalogue,
        attested: &attested,
    };
    let years = demo::county(&options).unwrap();
    years.into_iter().map(|draft| draft.seal(&bench.catalogue).unwrap()).collect()
}

fn township(bench: &Bench, school: &School) -> Option<Value> {
    school.facts.value(bench.catalogue.id("township").unwrap()).cloned()
}

fn count(bench: &Bench, school: &School, stage: Stage, item: &str) -> i64 {
    let section = school.section(stage).unwrap();
    match section.facts.value(bench.catalogue.id(item).unwrap()) {
        Some(Value::Number(number)) => number.to_string().parse().unwrap(),
        Some(Value::NotApplicable) => 0,
        other => panic!("{item} {other:?}"),
    }
}

/// Pupils of the forecast go from school to school, and none is lost or made; parts stay within
/// their whole; classes are those of the norm.
#[test]
fn no_pupil_is_lost_and_none_is_made() {
    let bench = bench();
    let history = history(&bench, 40);
    let start = history.last().unwrap();
    let norm = ClassNorm::default();
    let mut settings = Settings::unlimited(start.year(), 4);
    settings.pupils = Pupils::Forecast { assumptions: Assumptions::default(), norm };
    let bare = invest::worlds(&history, &settings, &bench.standard).unwrap();
    let primary = |school: &&School| school.section(Stage::Primary).is_some();
    let points = start.schools().iter().filter(|s| s.kind == SchoolKind::TeachingPoint);
    let near = |school: &School| -> Vec<SchoolCode> {
        let here = |other: &&School| {
            other.kind != SchoolKind::TeachingPoint
                && other.code != school.code
                && township(&bench, other) == township(&bench, school)
        };
        start.schools().iter().filter(primary).filter(here).map(|s| s.code.clone()).collect()
    };
    for point in points {
        let Some(to) = near(point).into_iter().next() else { continue };
        settings.merges.push(Merge { from: point.code.clone(), to, year: settings.first });
    }
    let schools = start.schools().iter().filter(primary);
    for (n, from) in schools.filter(|s| s.kind != SchoolKind::TeachingPoint).enumerate() {
        for to in near(from).into_iter().take(2) {
            let share = Exact::ratio(i64::try_from(n % 5 + 1).unwrap(), 10);
            let (from, stage) = (from.code.clone(), Stage::Primary);
            settings.shifts.push(Shift { from, to, stage, share, since: settings.first });
        }
    }
    assert!(settings.merges.len() >= 2 && settings.shifts.len() >= 10);
    let options = standard::Options::default();
    let problem = Problem::new(
        start,
        bare.clone(),
        bench.standard.clone(),
        options,
        settings,
        bench.costs.clone(),
    )
    .unwrap();
    let mut moved = 0;
    for (bare, world) in bare.iter().zip(problem.worlds()) {
        let all = |world: &Snapshot, item: &str| -> i64 {
            let schools = world.schools().iter().filter(primary);
            schools.map(|school| count(&bench, school, Stage::Primary, item)).sum()
        };
        for item in
            ["pupils", "pupils_grade_1", "pupils_grade_4", "pupils_boarding", "pupils_migrant"]
        {
            assert_eq!(all(bare, item), all(world, item), "{item} {}", world.year());
        }
        for school in world.schools().iter().filter(primary) {
            let own = |item: &str| count(&bench, school, Stage::Primary, item);
            let grades = (1..=6).map(|grade| own(&format!("pupils_grade_{grade}")));
            let grades: Vec<i64> = grades.collect();
            assert_eq!(own("pupils"), grades.iter().sum::<i64>(), "{}", school.name);
            assert!(own("pupils_boarding") <= own("pupils"), "{}", school.name);
            assert!(own("largest_class") <= 45, "{}", school.name);
            let before = bare.school(&school.code).unwrap();
            moved += (own("pupils") - count(&bench, before, Stage::Primary, "pupils")).abs();
            if problem.settings.merges.iter().all(|merge| merge.to != school.code) {
                assert_eq!(own("classes"), norm.classes(Stage::Primary, grades), "{}", school.name);
            }
        }
    }
    assert!(moved > 100, "{moved}");
}

/// Every plan on the way is held against the judge; the last one is checked by a problem made anew.
#[test]
fn the_outer_step_makes_a_plan_cheaper() {
    let bench = bench();
    let start = history(&bench, 30).swap_remove(0);
    let mut settings = Settings::unlimited(start.year(), 3);
    settings.outer = Some(Outer { share: exact("0.3"), merge: true, tries: 4, neighbours: vec![] });
    let (solver, watch) = (solver::in_process(), Watch::new());
    let posed = problem(&bench, &start, settings);
    let Outcome::Found(before) = invest::solve(&posed, &*solver, &watch).unwrap() else {
        panic!("no plan")
    };
    let found = improve(&posed, &*solver, &watch).unwrap();
    let Outcome::Found(after) = &found.outcome else { panic!("no plan") };
    assert_eq!(found.tries.len(), 4);
    let kept = found.tries.iter().filter(|tried| tried.kept).count();
    assert!(kept > 0, "{:?}", found.tries);
    assert_eq!(after.settings.shifts.len() + after.settings.merges.len(), kept);
    assert!(after.accepted && after.discounted < before.discounted);
    let anew = problem(&bench, &start, after.settings.clone());
    let checked = invest::check::check(&anew, after).unwrap();
    assert!(checked.accepted, "{checked:?}");
}
