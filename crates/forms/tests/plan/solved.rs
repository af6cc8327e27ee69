//! A plan as it is really found: a small demo county, optimum and greedy.

use crate::book::{Book, figure};
use crate::figures::{rows_are_the_plans, sums_hold};
use crate::make::exact;
use calamine::Data;
use invest::settings::{Fund, Settings};
use invest::{Outcome, Plan, Problem};
use packs::PackSource;
use std::sync::Arc;

fn solved() -> (Plan, Plan) {
    let packs = PackSource::embedded();
    let catalogue = Arc::new(items::load(&packs).unwrap().catalogue().clone());
    let standard = Arc::new(standard::load::load(&packs, &catalogue, "cn-quality-2017").unwrap());
    let costs = invest::costs::load(&packs, &catalogue, "cn-county-2023").unwrap();
    let attested = standard.attested();
    let options = demo::Options {
        seed: demo::Options::SEED,
        schools: 8,
        year: demo::Options::YEAR,
        catalogue: &catalogue,
        attested: &attested,
    };
    let start = demo::county(&options).unwrap().swap_remove(0).seal(&catalogue).unwrap();
    let mut settings = Settings::unlimited(start.year(), 3);
    settings.title = "演示县规划".into();
    let fund = |code: &str, zh: &str, amount: &str| Fund {
        code: code.into(),
        zh: zh.into(),
        only_for: vec![],
        carry: true,
        budget: settings.horizon().map(|year| (year, exact(amount))).collect(),
    };
    settings.funds = vec![fund("county", "县级财政", "900"), fund("province", "省级补助", "400")];
    let history = [start];
    let worlds = invest::worlds(&history, &settings, &standard).unwrap();
    let problem =
        Problem::new(&history[0], worlds, standard, standard::Options::default(), settings, costs)
            .unwrap();
    let greedy = invest::greedy::greedy(&problem).unwrap();
    let solver = solver::in_process();
    match invest::solve(&problem, &*solver, &solver::Watch::new()).unwrap() {
        Outcome::Found(plan) => (*plan, greedy),
        other => panic!("no plan: {other:?}"),
    }
}

#[test]
fn every_figure_of_a_solved_plan() {
    let (plan, greedy) = solved();
    assert!(plan.accepted, "{:?}", plan.objections);
    let mut book = Book::of(&plan, Some(&greedy));
    for outcome in &plan.years {
        rows_are_the_plans(&mut book, &plan, outcome.year);
    }
    sums_hold(&mut book);
    let all = book.row("总表", "其中：规划措施");
    assert_eq!(figure(&all[2 + plan.years.len()]), plan.cost);
    // Schools: the amounts add up, and every section that is judged has its row.
    let rows = book.below("学校一览", "学校");
    let total = rows.iter().find(|row| row[0] == *"合计").unwrap();
    assert_eq!(figure(&total[5]), plan.cost);
    for section in &plan.years[0].section_outcomes {
        let found = rows.iter().any(|r| r[0] == *section.name && r[1] == *section.stage.zh());
        assert!(found, "{}", section.name);
    }
    // Every coefficient of every year.
    let rows = book.below("差异系数", "学段");
    for (at, outcome) in plan.years.iter().enumerate() {
        for coefficient in &outcome.coefficients {
            let lead = format!("{} ", coefficient.indicator);
            let row = rows.iter().find(|row| {
                row[0] == *coefficient.stage.zh() && row[1].to_string().starts_with(&lead)
            });
            let shown = coefficient.shown.as_deref().unwrap();
            assert_eq!(figure(&row.unwrap()[3 + at]), exact(shown));
        }
    }
    let rows = book.rows("进度图");
    let dated = rows.iter().filter(|row| matches!(row[7], Data::DateTime(_))).count();
    assert_eq!(dated, plan.actions.len());
}
