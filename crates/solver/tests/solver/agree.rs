//! Two solvers that share no code agree on small models drawn at random.

#![cfg(feature = "highs")]

use proptest::prelude::*;
use solver::{Highs, Kind, Model, Settings, Small, Solver, Status};

#[derive(Debug, Clone)]
struct Draw {
    columns: Vec<(u8, i8, u8, i8)>,
    rows: Vec<(Vec<i8>, u8, i16)>,
}

fn draw() -> impl Strategy<Value = Draw> {
    (1..7_usize).prop_flat_map(|columns| {
        let column = (0..3_u8, -4..4_i8, 0..9_u8, -9..9_i8);
        let factors = prop::collection::vec(-5..6_i8, columns);
        let row = (factors, 0..3_u8, -12..20_i16);
        (prop::collection::vec(column, columns), prop::collection::vec(row, 0..6))
            .prop_map(|(columns, rows)| Draw { columns, rows })
    })
}

fn build(draw: &Draw) -> Model {
    let mut model = Model::new();
    let columns: Vec<_> = draw
        .columns
        .iter()
        .map(|&(kind, lower, width, cost)| {
            let kind = [Kind::Continuous, Kind::Integer, Kind::Binary][usize::from(kind)];
            let lower = if kind == Kind::Binary { 0.0 } else { f64::from(lower) };
            model.column("x", kind, (lower, lower + f64::from(width)), f64::from(cost))
        })
        .collect();
    for (factors, sense, right) in &draw.rows {
        let terms = columns.iter().copied().zip(factors.iter().copied().map(f64::from));
        let right = f64::from(*right);
        match sense {
            0 => model.at_most("≤", terms, right),
            1 => model.at_least("≥", terms, right),
            _ => model.row("between", right - 3.0, right, terms),
        };
    }
    model
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn two_solvers_agree(draw in draw()) {
        let model = build(&draw);
        let settings = Settings::default();
        let (one, other) =
            (Highs.solve(&model, &settings).unwrap(), Small.solve(&model, &settings).unwrap());
        prop_assert_eq!(one.status, other.status);
        prop_assert!(matches!(one.status, Status::Optimal | Status::Infeasible));
        if let (Some(value), Some(second)) = (one.objective, other.objective) {
            prop_assert!((value - second).abs() <= 1e-5 * value.abs().max(1.0), "{} {}", value, second);
            for solution in [&one, &other] {
                prop_assert!(model.violation(&solution.values) <= 1e-5, "{:?}", solution);
                prop_assert!(solution.bound.unwrap() <= value + 1e-5 * value.abs().max(1.0));
            }
        }
    }
}
