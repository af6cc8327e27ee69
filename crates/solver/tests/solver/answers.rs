//! Models solved by hand.

use crate::common::{assert_near, solve, solvers};
use solver::{Kind, Model, Settings, SolverError, Status};

const INF: f64 = f64::INFINITY;

#[test]
fn a_linear_programme_with_its_shadow_prices() {
    // Maximise 3x + 5y with x ≤ 4, 2y ≤ 12, 3x + 2y ≤ 18. The optimum is 36 at (2, 6); by hand from
    // the active rows 2y = 12 and 3x + 2y = 18: u₂ + u₃ pays 5/2 a unit of y, u₃ = 1, u₂ = 3/2.
    let mut model = Model::new();
    let x = model.continuous("x", 0.0, INF, -3.0);
    let y = model.continuous("y", 0.0, INF, -5.0);
    let plant1 = model.at_most("plant 1", [(x, 1.0)], 4.0);
    let plant2 = model.at_most("plant 2", [(y, 2.0)], 12.0);
    let plant3 = model.at_most("plant 3", [(x, 3.0), (y, 2.0)], 18.0);
    for (name, solver) in solvers() {
        let solution = solve(solver.as_ref(), &model);
        assert_eq!(solution.status, Status::Optimal, "{name}");
        assert_near(solution.objective.unwrap(), -36.0, name);
        assert_near(solution.bound.unwrap(), -36.0, name);
        assert_near(solution.value(x), 2.0, name);
        assert_near(solution.value(y), 6.0, name);
        assert_eq!(solution.gap(), Some(0.0), "{name}");
        if name == "small" || cfg!(not(feature = "highs")) {
            assert_eq!(solution.duals, None, "this solver tells none");
            continue;
        }
        let duals = solution.duals.unwrap();
        // One more unit of plant 2 lowers the cost by 3/2.
        assert_near(duals.row(plant1), 0.0, name);
        assert_near(duals.row(plant2), -1.5, name);
        assert_near(duals.row(plant3), -1.0, name);
        assert_near(duals.column(x), 0.0, name);
    }
}

#[test]
fn whole_numbers_differ_from_the_relaxation() {
    // Maximise 8a + 11b + 6c + 4d, 5a + 7b + 4c + 3d ≤ 14. Relaxed: a = b = 1, c = ½, 22.
    // In whole 0/1: b = c = d = 1, 21.
    for (kind, expected) in
        [(Kind::Continuous, -22.0), (Kind::Binary, -21.0), (Kind::Integer, -21.0)]
    {
        let mut model = Model::new();
        let items = [(5.0, 8.0), (7.0, 11.0), (4.0, 6.0), (3.0, 4.0)];
        let terms: Vec<_> = items
            .iter()
            .map(|&(weight, worth)| (model.column("item", kind, (0.0, 1.0), -worth), weight))
            .collect();
        model.at_most("weight", terms.iter().copied(), 14.0);
        for (name, solver) in solvers() {
            let solution = solve(solver.as_ref(), &model);
            assert_eq!(solution.status, Status::Optimal, "{name} {kind:?}");
            assert_near(solution.objective.unwrap(), expected, name);
            if kind != Kind::Continuous {
                assert_eq!(solution.values, [0.0, 1.0, 1.0, 1.0], "{name}: whole, exactly");
                assert_eq!(solution.whole(terms[1].0), Some(1), "{name}");
                assert_eq!(solution.duals, None, "no shadow prices of whole numbers");
            }
        }
    }
}

#[test]
fn no_solution_is_an_answer() {
    for kind in [Kind::Continuous, Kind::Integer] {
        let mut model = Model::new();
        let x = model.column("x", kind, (0.0, 10.0), 1.0);
        let y = model.column("y", kind, (0.0, 10.0), 1.0);
        model.at_most("together at most 3", [(x, 1.0), (y, 1.0)], 3.0);
        model.at_least("together at least 4", [(x, 1.0), (y, 1.0)], 4.0);
        for (name, solver) in solvers() {
            let solution = solve(solver.as_ref(), &model);
            assert_eq!(solution.status, Status::Infeasible, "{name} {kind:?}");
            assert!(!solution.is_usable() && solution.values.is_empty(), "{name}");
            assert_eq!((solution.objective, solution.gap()), (None, None), "{name}");
        }
    }
}

#[test]
fn no_whole_solution_though_the_relaxation_has_one() {
    // 2x + 4y = 7 has fractions, but no whole numbers.
    let mut model = Model::new();
    let x = model.integer("x", 0.0, 10.0, 1.0);
    let y = model.integer("y", 0.0, 10.0, 1.0);
    model.equal("odd", [(x, 2.0), (y, 4.0)], 7.0);
    for (name, solver) in solvers() {
        assert_eq!(solve(solver.as_ref(), &model).status, Status::Infeasible, "{name}");
    }
}

#[test]
fn without_an_end_is_an_answer() {
    for kind in [Kind::Continuous, Kind::Integer] {
        let mut model = Model::new();
        let x = model.column("x", kind, (0.0, INF), -1.0);
        let y = model.column("y", kind, (0.0, INF), 0.0);
        model.at_most("x ≤ y + 1", [(x, 1.0), (y, -1.0)], 1.0);
        for (name, solver) in solvers() {
            let solution = solve(solver.as_ref(), &model);
            assert_eq!(solution.status, Status::Unbounded, "{name} {kind:?}");
            assert_eq!(solution.bound, None, "{name}");
        }
    }
}

#[test]
fn equalities_negative_bounds_and_a_constant() {
    // Minimise x − y + 100, x + y = 1, −5 ≤ x, y ≤ 4: x = −3, y = 4, 93.
    let mut model = Model::new();
    let x = model.continuous("x", -5.0, INF, 1.0);
    let y = model.continuous("y", f64::NEG_INFINITY, 4.0, -1.0);
    model.equal("sum", [(x, 1.0), (y, 1.0)], 1.0);
    model.set_offset(100.0);
    for (name, solver) in solvers() {
        let solution = solve(solver.as_ref(), &model);
        assert_near(solution.objective.unwrap(), 93.0, name);
        assert_near(solution.bound.unwrap(), 93.0, name);
        assert_near(solution.value(x), -3.0, name);
    }
}

#[test]
fn a_row_with_two_ends() {
    // 2 ≤ x + y ≤ 3; the cheapest is at the lower end, the dearest at the upper.
    let mut model = Model::new();
    let x = model.continuous("x", 0.0, INF, 1.0);
    let y = model.continuous("y", 0.0, INF, 2.0);
    let row = model.row("between", 2.0, 3.0, [(x, 1.0), (y, 1.0)]);
    assert_eq!(model.row_bounds(row), (2.0, 3.0));
    for (name, solver) in solvers() {
        assert_near(solve(solver.as_ref(), &model).objective.unwrap(), 2.0, name);
    }
    model.set_cost(x, -1.0);
    model.set_cost(y, -2.0);
    for (name, solver) in solvers() {
        assert_near(solve(solver.as_ref(), &model).objective.unwrap(), -6.0, name);
    }
}

#[test]
fn a_degenerate_model_on_which_simplex_may_cycle() {
    // Beale's example: minimise −¾x₄ + 20x₅ − ½x₆ + 6x₇; the optimum is −5/4 at x₄ = x₆ = 1.
    let mut model = Model::new();
    let costs = [-0.75, 20.0, -0.5, 6.0];
    let x: Vec<_> = costs.iter().map(|&cost| model.continuous("x", 0.0, INF, cost)).collect();
    model.at_most("1", [(x[0], 0.25), (x[1], -8.0), (x[2], -1.0), (x[3], 9.0)], 0.0);
    model.at_most("2", [(x[0], 0.5), (x[1], -12.0), (x[2], -0.5), (x[3], 3.0)], 0.0);
    model.at_most("3", [(x[2], 1.0)], 1.0);
    for (name, solver) in solvers() {
        let solution = solve(solver.as_ref(), &model);
        assert_near(solution.objective.unwrap(), -1.25, name);
        assert_near(solution.value(x[0]), 1.0, name);
    }
}

#[test]
fn terms_of_one_column_add_up_and_zeros_go() {
    let mut model = Model::new();
    let x = model.continuous("x", 0.0, INF, 1.0);
    let y = model.continuous("y", 0.0, INF, 1.0);
    let row = model.at_least("row", [(y, 1.0), (x, 1.0), (y, -1.0), (x, 1.0)], 4.0);
    assert_eq!(model.terms(row), [(x, 2.0)]);
    for (name, solver) in solvers() {
        let solution = solve(solver.as_ref(), &model);
        assert_near(solution.value(x), 2.0, name);
        assert_near(solution.value(y), 0.0, name);
    }
}

#[test]
fn a_model_without_rows_or_columns_has_a_solution() {
    for (name, solver) in solvers() {
        let empty = solve(solver.as_ref(), &Model::new());
        assert_eq!((empty.status, empty.objective), (Status::Optimal, Some(0.0)), "{name}");
        let mut model = Model::new();
        let x = model.integer("x", 1.5, 8.0, 1.0);
        assert_eq!(solve(solver.as_ref(), &model).whole(x), Some(2), "{name}: rounded inwards");
    }
}

#[test]
fn a_model_that_means_nothing_is_refused_with_the_place() {
    let mut crossed = Model::new();
    crossed.continuous("面积", 3.0, 2.0, 1.0);
    let mut nan = Model::new();
    nan.continuous("费用项", 0.0, 1.0, f64::NAN);
    let mut foreign = Model::new();
    let mut other = Model::new();
    other.continuous("a", 0.0, 1.0, 1.0);
    let stranger = other.continuous("b", 0.0, 1.0, 1.0);
    foreign.at_most("预算", [(stranger, 1.0)], 1.0);
    for (name, solver) in solvers() {
        for (model, code, place) in [
            (&crossed, "O-MODEL-02", "面积"),
            (&nan, "O-MODEL-01", "费用项"),
            (&foreign, "O-MODEL-03", "预算"),
        ] {
            let error = solver.solve(model, &Settings::default()).unwrap_err().to_string();
            assert!(error.starts_with(code) && error.contains(place), "{name}: {error}");
        }
        let error = solver.solve(&Model::new(), &Settings::default().to_gap(-1.0)).unwrap_err();
        assert!(matches!(error, SolverError::Setting { name: "gap", .. }), "{name}: {error}");
    }
}

#[test]
fn every_solution_says_who_solved_it() {
    let mut model = Model::new();
    model.binary("x", 1.0);
    for (name, solver) in solvers() {
        let solution = solve(solver.as_ref(), &model);
        assert_eq!(solution.solver, solver.version(), "{name}");
        assert!(
            solution.solver.version.starts_with(|first: char| first.is_ascii_digit()),
            "{name}"
        );
        let json = serde_json::to_string(&solution).unwrap();
        assert!(!json.contains("seconds"), "{name}: the clock is not part of a result");
    }
}
