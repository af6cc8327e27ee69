//! The outer step: proposals that are tried, and kept only where the proved cost falls.

use crate::common::{bench, code, county, exact, fund, problem, school};
use crate::regroup::{CROWDED, GRADES, neighbours, point, settings, shift, short_of_a_teacher};
use domain::{Exact, Fact, OriginId, School, SchoolKind, SchoolYear, Stage, Value};
use invest::outer::{Improved, Proposal, improve};
use invest::settings::{Merge, Outer, Settings};
use invest::{Outcome, Problem};
use solver::{Cancel, Model, Solution, Solver, SolverError, Version, Watch};

fn outer(share: &str, merge: bool) -> Outer {
    Outer { share: exact(share), merge, tries: 5, neighbours: vec![[code(1), code(2)]] }
}

fn posed(schools: Vec<School>, settings: Settings) -> Problem {
    let bench = bench();
    problem(&bench, &county(&bench.catalogue, schools), settings)
}

/// Improves, and holds every plan against the check of a problem made anew from its settings.
fn improved(schools: &[School], settings: Settings) -> Improved {
    let found =
        improve(&posed(schools.to_vec(), settings), &*solver::in_process(), &Watch::new()).unwrap();
    if let Outcome::Found(plan) = &found.outcome {
        let anew = posed(schools.to_vec(), plan.settings.clone());
        let checked = invest::check::check(&anew, plan).unwrap();
        assert_eq!(checked.accepted, plan.accepted, "{checked:?} {:?}", plan.objections);
        assert_eq!(plan.problem, anew.hash());
        assert_eq!(plan.outer, found.tries);
        assert_eq!(found.problem.settings, plan.settings);
        // A plan with its tries goes through JSON unchanged.
        let text = serde_json::to_string(plan).unwrap();
        assert_eq!(serde_json::from_str::<invest::Plan>(&text).unwrap(), **plan);
    }
    found
}

fn plan(found: &Improved) -> &invest::Plan {
    let Outcome::Found(plan) = &found.outcome else { panic!("{:?}", found.outcome) };
    plan
}

/// 202.7 万元 of building (see [`CROWDED`]) against nothing: proved, kept, and nothing more to try.
#[test]
fn a_shift_that_pays_is_kept() {
    let mut given = settings(3);
    given.outer = Some(outer("0.50", false));
    let found = improved(&neighbours(&CROWDED, &[]), given.clone());
    assert!(plan(&found).accepted && plan(&found).cost.is_zero());
    assert_eq!(plan(&found).settings.shifts, [shift(1, 2, "0.50")]);
    let [tried] = found.tries.as_slice() else { panic!("{:?}", found.tries) };
    assert!(tried.kept && tried.discounted == Some(Exact::ZERO), "{tried:?}");
    assert_eq!(tried.proposal, Proposal::Shift(shift(1, 2, "0.50")));
    let bound = Exact::parse(tried.bound.as_ref().unwrap()).unwrap();
    assert!(bound > exact("202") && bound <= exact("202.7"), "{bound}");
    assert!(tried.why.contains("202.7") && tried.zh.contains("第1学校"), "{tried:?}");
    // The same twice.
    assert_eq!(improved(&neighbours(&CROWDED, &[]), given).tries, found.tries);
}

/// A plan is found where there was none: three years of 60 万元 do not pay for 202.7.
#[test]
fn a_shift_may_make_a_plan_possible() {
    let mut given = settings(3);
    given.outer = Some(outer("0.50", false));
    given.funds = vec![fund(&given, "county", "60")];
    let found = improved(&neighbours(&CROWDED, &[]), given);
    assert!(plan(&found).accepted && plan(&found).cost.is_zero());
    assert_eq!((found.tries.len(), found.tries[0].kept), (1, true));
    assert!(found.tries[0].bound.is_none() && found.tries[0].why.contains("没有达到标准"));
}

/// The teaching point of the same township goes to the school that lacks a teacher: 12.5 saved.
#[test]
fn a_merge_that_pays_is_kept() {
    let id = bench().catalogue.id("township").unwrap();
    let mut schools = vec![short_of_a_teacher(), point(2), point(3)];
    for (school, place) in schools.iter_mut().zip(["青山镇", "青山镇", "白水乡"]) {
        let value = Value::Text(place.into());
        school.facts.set(id, Fact { value, origin: OriginId(0) });
    }
    let mut given = settings(1);
    given.outer = Some(Outer { neighbours: vec![], ..outer("0", true) });
    let found = improved(&schools, given);
    assert!(plan(&found).accepted && plan(&found).cost.is_zero());
    let year = SchoolYear(2025);
    assert_eq!(plan(&found).settings.merges, [Merge { from: code(2), to: code(1), year }]);
    assert_eq!(found.tries.len(), 1, "{:?}", found.tries);
    assert!(found.tries[0].why.contains("12.5"), "{:?}", found.tries);
}

/// The first school lacks 750 ㎡ of grounds: 45 万元, and no room can be had in time. Ten entrants less, and it is 675: 40.5. But
/// the neighbour stands exactly at three thresholds; with 510 pupils two of them have to be bought
/// back, 75 ㎡ of grounds at 0.06 and equipment for 2: 4.5 + 2. That is 47 in all.
#[test]
fn a_shift_that_does_not_pay_is_not_kept() {
    let bench = bench();
    let weak = [
        ("teaching_rooms_area", "2000"),
        ("building_area", "2000"),
        ("outdoor_sports_area", "3000"),
    ];
    let exactly = [
        ("teaching_rooms_area", "2250"),
        ("building_area", "2500"),
        ("outdoor_sports_area", "3750"),
        ("equipment_value", "100"),
    ];
    let schools = vec![
        school(&bench.catalogue, 1, &weak, &[(Stage::Primary, &GRADES)]),
        school(&bench.catalogue, 2, &exactly, &[(Stage::Primary, &GRADES)]),
    ];
    let mut given = settings(1);
    given.outer = Some(outer("0.10", true));
    let found = improved(&schools, given);
    assert_eq!(plan(&found).cost, exact("45"));
    assert!(plan(&found).settings.shifts.is_empty());
    let [tried] = found.tries.as_slice() else { panic!("{:?}", found.tries) };
    assert!(!tried.kept && tried.discounted == Some(exact("47")), "{tried:?}");
    assert_eq!(tried.why, "不省钱");
}

/// The same 202.7 万元, but the neighbour's first grade would have 45 + 50 pupils in two classes.
#[test]
fn a_shift_that_fills_classes_beyond_their_limit_is_not_kept() {
    let mut given = settings(3);
    given.outer = Some(outer("0.50", false));
    let classes = [("grades", "6"), ("largest_class", "45")];
    let found = improved(&neighbours(&CROWDED, &classes), given);
    assert_eq!(plan(&found).cost, exact("202.7"));
    let [tried] = found.tries.as_slice() else { panic!("{:?}", found.tries) };
    assert!(!tried.kept && tried.why.contains("第2学校"), "{tried:?}");
    assert!(tried.why.contains("班额"), "{tried:?}");
}

/// A solver that proves nothing: whatever it finds may be had for nothing.
struct Doubtful;

impl Solver for Doubtful {
    fn version(&self) -> Version {
        solver::in_process().version()
    }

    fn solve_watched(
        &self,
        model: &Model,
        settings: &solver::Settings,
        watch: &Watch<'_>,
    ) -> Result<Solution, SolverError> {
        let found = solver::in_process().solve_watched(model, settings, watch)?;
        Ok(Solution { bound: Some(0.0), ..found })
    }
}

/// 202.7 万元 less is no proof where the plan without the shift might have cost nothing too.
#[test]
fn what_is_not_proved_is_not_kept() {
    let mut given = settings(3);
    given.outer = Some(outer("0.50", false));
    let problem = posed(neighbours(&CROWDED, &[]), given);
    let found = improve(&problem, &Doubtful, &Watch::new()).unwrap();
    assert_eq!(plan(&found).cost, exact("202.7"));
    let [tried] = found.tries.as_slice() else { panic!("{:?}", found.tries) };
    assert!(!tried.kept && tried.why.contains("不能肯定"), "{tried:?}");
}

/// A teaching point of less than 50 pupils is not judged: nobody is sent there, and one of 54 that
/// would come below with 4 of 9 entrants less in each of three years is not made so small.
#[test]
fn no_pupil_is_hidden_from_the_judge() {
    let mut given = settings(3);
    given.outer = Some(outer("0.50", false));
    let mut crowded = neighbours(&CROWDED, &[]);
    crowded[1] = point(2);
    let found = improved(&crowded, given.clone());
    assert!(found.tries.is_empty() && plan(&found).cost == exact("202.7"));
    let mut small = neighbours(&[], &[]);
    let bench = bench();
    let mut set = |item: &str, value: u32| {
        let id = bench.catalogue.id(item).unwrap();
        let mut fact = small[1].sections[0].facts.get(id).unwrap().clone();
        fact.value = Value::Number(value.into());
        small[1].sections[0].facts.set(id, fact);
    };
    set("pupils", 54);
    (1..=6).for_each(|grade| set(&format!("pupils_grade_{grade}"), 9));
    // Enough of everything, but no backbone teacher.
    let teachers = ["teachers_college", "teachers_below_college", "teachers_backbone"];
    let others = ["teachers_music", "teachers_fine_art"];
    teachers.into_iter().chain(others).for_each(|item| set(item, 0));
    set("teachers", 3);
    set("teachers_bachelor", 3);
    set("teachers_pe", 1);
    small[1].kind = SchoolKind::TeachingPoint;
    for (item, value) in [
        ("teaching_rooms_area", 250),
        ("building_area", 250),
        ("outdoor_sports_area", 420),
        ("equipment_value", 12),
        ("multimedia_rooms", 2),
    ] {
        let id = bench.catalogue.id(item).unwrap();
        let fact = Fact { value: Value::Number(value.into()), origin: OriginId(0) };
        small[1].facts.set(id, fact);
    }
    let found = improved(&small, given);
    assert!(plan(&found).cost > Exact::ZERO && plan(&found).settings.shifts.is_empty());
    let [tried] = found.tries.as_slice() else { panic!("{:?}", found.tries) };
    assert!(!tried.kept && tried.why.contains("不再参评"), "{tried:?}");
}

/// What cannot be posed is said in its try and costs nothing.
#[test]
fn a_proposal_that_is_refused_leaves_the_plan() {
    let mut schools = neighbours(&CROWDED, &[]);
    schools[1].sections[0].facts.remove(bench().catalogue.id("pupils_grade_1").unwrap());
    let mut given = settings(3);
    given.outer = Some(outer("0.50", false));
    let found = improved(&schools, given);
    assert_eq!(plan(&found).cost, exact("202.7"));
    assert_eq!(found.tries.len(), 1);
    assert!(found.tries[0].why.contains("V-PROB-08"), "{:?}", found.tries);
}

#[test]
fn without_an_outer_step_nothing_changes() {
    let problem = posed(neighbours(&CROWDED, &[]), settings(3));
    let (solver, watch) = (solver::in_process(), Watch::new());
    let found = improve(&problem, &*solver, &watch).unwrap();
    assert!(found.tries.is_empty() && found.problem.hash() == problem.hash());
    assert_eq!(found.outcome, invest::solve(&problem, &*solver, &watch).unwrap());
    let text = serde_json::to_string(plan(&found)).unwrap();
    assert!(!text.contains("\"shifts\"") && !text.contains("\"outer\""));
    // To ask for the step makes no other problem, only what it keeps does.
    let asked = Settings { outer: Some(outer("0.50", true)), ..settings(3) };
    assert_eq!(posed(neighbours(&CROWDED, &[]), asked).hash(), problem.hash());
}

#[test]
fn who_cancels_gets_no_tries() {
    let mut given = settings(3);
    given.outer = Some(outer("0.50", false));
    let problem = posed(neighbours(&CROWDED, &[]), given);
    let cancel = Cancel::default();
    cancel.cancel();
    let watch = Watch::new().cancelled_by(&cancel);
    let found = improve(&problem, &*solver::in_process(), &watch).unwrap();
    assert!(found.tries.is_empty());
    let unknown = Some(Outer { neighbours: vec![[code(1), code(9)]], ..outer("0.01", false) });
    let strange = problem.with_settings(Settings { outer: unknown, ..settings(3) });
    assert!(strange.unwrap_err().to_string().contains("V-PROB-04"));
}
