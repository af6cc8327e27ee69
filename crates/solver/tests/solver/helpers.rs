//! Objectives in order, cut loops, and what an infeasible model would need.

use crate::common::{assert_near, solvers};
use solver::{
    Model, Objective, Relaxable, Settings, Solution, SolverError, Status, Watch,
    cheapest_relaxations, cut_loop, explain_infeasible, lexicographic,
};

fn objective(name: &str, terms: &[(solver::Col, f64)]) -> Objective {
    Objective { name: name.to_owned(), terms: terms.to_vec(), offset: 0.0, tolerance: 0.0 }
}

/// Ten pieces of work for two kinds of class: x needs 1 of money and helps 1, y needs 3 and
/// helps 2; together at least 10.
fn two_ways() -> (Model, solver::Col, solver::Col) {
    let mut model = Model::new();
    let x = model.integer("x", 0.0, 6.0, 7.0);
    let y = model.integer("y", 0.0, 6.0, 7.0);
    model.at_least("help", [(x, 1.0), (y, 2.0)], 10.0);
    (model, x, y)
}

#[test]
fn objectives_are_met_in_order() {
    // First least money x + 3y: x = 6, y = 2 (12) or x = 4, y = 3 (13): 12. Then nothing is left.
    // The other way round, fewest things x + y: x = 0, y = 5 (5 things).
    for (name, solver) in solvers() {
        let (mut model, x, y) = two_ways();
        let before = model.clone();
        let money = objective("money", &[(x, 1.0), (y, 3.0)]);
        let things = objective("things", &[(x, 1.0), (y, 1.0)]);
        let mut run = |objectives: &[Objective]| {
            let settings = Settings::default();
            lexicographic(solver.as_ref(), &mut model, objectives, &settings, &Watch::new())
                .unwrap()
        };
        let cheap = run(&[money.clone(), things.clone()]);
        assert_eq!(cheap.solution.values, [6.0, 2.0], "{name}");
        let finals: Vec<_> = cheap.stages.iter().map(|stage| stage.final_value.unwrap()).collect();
        assert_eq!(finals, [12.0, 8.0], "{name}");
        let few = run(&[things.clone(), money.clone()]);
        assert_eq!(few.solution.values, [0.0, 5.0], "{name}");
        // Money may give 1 for fewer things: 4 + 3 instead of 6 + 2.
        let loose = run(&[Objective { tolerance: 1.0, ..money }, things]);
        assert_eq!(loose.solution.values, [4.0, 3.0], "{name}");
        assert_near(loose.stages[0].value.unwrap(), 12.0, name);
        assert_near(loose.stages[0].final_value.unwrap(), 13.0, name);
        assert_eq!(model, before, "{name}: the model is as it was");
    }
}

#[test]
fn objectives_of_a_model_without_solution_stop_at_the_first() {
    for (name, solver) in solvers() {
        let (mut model, x, y) = two_ways();
        model.at_least("too much", [(x, 1.0), (y, 1.0)], 13.0);
        let objectives = [objective("a", &[(x, 1.0)]), objective("b", &[(y, 1.0)])];
        let found = lexicographic(
            solver.as_ref(),
            &mut model,
            &objectives,
            &Settings::default(),
            &Watch::new(),
        )
        .unwrap();
        assert_eq!(found.solution.status, Status::Infeasible, "{name}");
        assert_eq!(found.stages.len(), 1, "{name}");
        assert_eq!(found.stages[0].final_value, None, "{name}");
    }
}

#[test]
fn a_cone_is_reached_by_tangents() {
    // Least −x − y within x² + y² ≤ 1: −√2 at (1/√2, 1/√2), by tangents at the points found.
    for (name, solver) in solvers() {
        let mut model = Model::new();
        let x = model.continuous("x", -1.0, 1.0, -1.0);
        let y = model.continuous("y", -1.0, 1.0, -1.0);
        let mut bounds = Vec::new();
        let mut separate = |model: &mut Model, found: &Solution| {
            bounds.push(found.bound.unwrap());
            let (a, b) = (found.value(x), found.value(y));
            let radius = a.hypot(b);
            if radius > 1.0 + 1e-6 {
                model.at_most("tangent", [(x, a / radius), (y, b / radius)], 1.0);
            }
        };
        let ended = cut_loop(
            solver.as_ref(),
            &mut model,
            &Settings::default(),
            &Watch::new(),
            50,
            &mut separate,
        )
        .unwrap();
        assert!(ended.complete, "{name}");
        assert!((ended.solution.objective.unwrap() + 2.0_f64.sqrt()).abs() < 1e-5, "{name}");
        assert_eq!(ended.rows_added, model.rows(), "{name}: the model keeps its cuts");
        assert_eq!(ended.rounds, ended.rows_added + 1, "{name}");
        assert!(bounds.is_sorted(), "{name}: bounds rise as rows are added: {bounds:?}");
    }
}

#[test]
fn a_cut_loop_that_may_not_go_on_says_so() {
    for (name, solver) in solvers() {
        let mut model = Model::new();
        let x = model.integer("x", 0.0, 100.0, -1.0);
        // Cuts off one value a round: it would take a hundred.
        let mut separate = |model: &mut Model, found: &Solution| {
            model.at_most("less", [(x, 1.0)], found.value(x) - 1.0);
        };
        let settings = Settings::default();
        let ended =
            cut_loop(solver.as_ref(), &mut model, &settings, &Watch::new(), 3, &mut separate)
                .unwrap();
        assert!(!ended.complete, "{name}");
        assert_eq!((ended.rounds, ended.rows_added), (3, 3), "{name}");
        assert_eq!(ended.solution.whole(x), Some(98), "{name}");
    }
}

/// Budget 10, three schools that need 6, 5 and 4 (15 in all).
fn short_of_money() -> (Model, [solver::Row; 4]) {
    let mut model = Model::new();
    let spent: Vec<_> =
        ["甲", "乙", "丙"].iter().map(|name| model.continuous(name, 0.0, 20.0, 1.0)).collect();
    let budget = model.at_most("预算", spent.iter().map(|&col| (col, 1.0)), 10.0);
    let need = |model: &mut Model, index: usize, name: &str, amount: f64| {
        model.at_least(name, [(spent[index], 1.0)], amount)
    };
    let rows = [
        budget,
        need(&mut model, 0, "甲校", 6.0),
        need(&mut model, 1, "乙校", 5.0),
        need(&mut model, 2, "丙校", 4.0),
    ];
    (model, rows)
}

fn relaxable(rows: &[solver::Row], penalties: &[f64]) -> Vec<Relaxable> {
    rows.iter().zip(penalties).map(|(&row, &penalty)| Relaxable { row, penalty }).collect()
}

#[test]
fn the_least_that_would_have_to_give() {
    let (model, rows) = short_of_money();
    for (name, solver) in solvers() {
        let explain = |relaxable: &[Relaxable]| {
            let settings = Settings::default();
            explain_infeasible(solver.as_ref(), &model, relaxable, &settings, &Watch::new())
                .unwrap()
        };
        // Money is the cheapest to give: 5 more.
        let found = explain(&relaxable(&rows, &[1.0, 2.0, 3.0, 4.0]));
        assert_eq!(found.status, Status::Optimal, "{name}");
        assert_near(found.total, 5.0, name);
        let [violation] = found.rows.as_slice() else { panic!("{name}: {found:?}") };
        assert_eq!((violation.row, violation.name.as_str()), (rows[0], "预算"), "{name}");
        assert_near(violation.by, 5.0, name);
        // Money cannot give: the cheapest school does, by 5 below its need.
        let found = explain(&relaxable(&rows[1..], &[2.0, 3.0, 4.0]));
        let [violation] = found.rows.as_slice() else { panic!("{name}: {found:?}") };
        assert_eq!(violation.name, "甲校", "{name}");
        assert_near(violation.by, -5.0, name);
        assert_near(violation.cost, 10.0, name);
        // Only one may give, and not enough.
        let found = explain(&relaxable(&rows[3..], &[1.0]));
        assert_eq!(found.status, Status::Infeasible, "{name}");
        assert!(found.rows.is_empty(), "{name}");
    }
}

#[test]
fn the_three_cheapest_relaxations() {
    let (model, rows) = short_of_money();
    for (name, solver) in solvers() {
        let ways = cheapest_relaxations(
            solver.as_ref(),
            &model,
            &relaxable(&rows, &[1.0, 2.0, 3.0, 4.0]),
            3,
            &Settings::default(),
            &Watch::new(),
        )
        .unwrap();
        let told: Vec<(f64, Vec<&str>)> = ways
            .iter()
            .map(|way| (way.total.round(), way.rows.iter().map(|v| v.name.as_str()).collect()))
            .collect();
        assert_eq!(
            told,
            [(5.0, vec!["预算"]), (10.0, vec!["甲校"]), (15.0, vec!["乙校"])],
            "{name}"
        );
    }
}

#[test]
fn a_model_with_a_solution_needs_nothing_to_give() {
    let (mut model, rows) = short_of_money();
    model.set_row_bounds(rows[0], f64::NEG_INFINITY, 15.0);
    for (name, solver) in solvers() {
        let found = explain_infeasible(
            solver.as_ref(),
            &model,
            &relaxable(&rows, &[1.0; 4]),
            &Settings::default(),
            &Watch::new(),
        )
        .unwrap();
        assert!(found.rows.is_empty() && found.total < 1e-9, "{name}: {found:?}");
        assert!(model.violation(&found.values) < 1e-6, "{name}");
        let refused = explain_infeasible(
            solver.as_ref(),
            &model,
            &relaxable(&rows, &[0.0]),
            &Settings::default(),
            &Watch::new(),
        );
        assert!(matches!(refused, Err(SolverError::Setting { name: "penalty", .. })), "{name}");
    }
}
