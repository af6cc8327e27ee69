//! The example plan of the demo county: projects of a real county's kinds and amounts, yearly
//! budgets by fund, posts, land, target lines – loaded, solved, judged.

use crate::common::{Bench, bench, exact, packs, plan};
use domain::{Exact, SchoolCode, SchoolYear, Snapshot};
use invest::file::PlanFile;
use invest::plan::Payment;
use invest::settings::Committed;
use invest::{Plan, Problem, file};
use std::collections::BTreeMap;

/// The county as `junheng demo` makes it, in its first year.
fn demo_county(bench: &Bench) -> Snapshot {
    let attested = bench.standard.attested();
    let options = demo::Options {
        seed: demo::Options::SEED,
        schools: demo::Options::SCHOOLS,
        year: demo::Options::YEAR,
        catalogue: &bench.catalogue,
        attested: &attested,
    };
    demo::county(&options).unwrap().swap_remove(0).seal(&bench.catalogue).unwrap()
}

fn example(bench: &Bench) -> PlanFile {
    let packs = packs();
    let file = packs.file("examples/demo/plan.toml").unwrap();
    file::read(file, &packs, &bench.catalogue).unwrap()
}

#[test]
fn its_projects_are_those_of_the_published_plan_a_year_later() {
    let bench = bench();
    let packs = packs();
    let file = packs.file("examples/jingxian/plan.toml").unwrap();
    let published = file::read(file, &packs, &bench.catalogue).unwrap().settings.committed;
    let demo = example(&bench).settings.committed;
    assert_eq!(demo.len(), published.len());
    for (own, other) in demo.iter().zip(&published) {
        assert_eq!((own.total(), &own.category), (other.total(), &other.category), "{}", own.zh);
        let later: Vec<(SchoolYear, Exact)> =
            other.payments.iter().map(|(y, a)| (SchoolYear(y.0 + 1), a.clone())).collect();
        let payments: Vec<(SchoolYear, Exact)> = own.payments.clone().into_iter().collect();
        assert_eq!(payments, later, "{}", own.zh);
        assert_eq!(own.opens, other.opens.map(|year| SchoolYear(year.0 + 1)), "{}", own.zh);
    }
    let all: Exact = demo.iter().map(Committed::total).sum();
    assert_eq!(all, exact("35160"));
}

#[test]
fn it_is_solved_accepted_and_paid_for() {
    let bench = bench();
    let start = demo_county(&bench);
    let PlanFile { settings, costs } = example(&bench);
    let worlds = invest::worlds(std::slice::from_ref(&start), &settings, &bench.standard).unwrap();
    let options = standard::Options::default();
    let problem =
        Problem::new(&start, worlds, bench.standard.clone(), options, settings, costs).unwrap();
    let plan = plan(&problem);
    assert!(plan.accepted, "{:?}", plan.objections);
    assert!(plan.method.proved, "{:?}", plan.method);
    assert_eq!(plan.shortfall, 0, "{:?}", plan.years.iter().map(|y| &y.lines).collect::<Vec<_>>());
    let last = plan.years.last().unwrap();
    assert_eq!((last.year, last.sections, last.passed), (SchoolYear(2026), 86, 86));
    committed_projects_are_paid_and_open(&plan, &problem);
    money_adds_up(&plan);
}

/// Every project is paid in its years, by its fund, and its rooms are there from its year on.
fn committed_projects_are_paid_and_open(plan: &Plan, problem: &Problem) {
    assert_eq!(plan.committed.len(), plan.settings.committed.len());
    for (paid, decided) in plan.committed.iter().zip(&plan.settings.committed) {
        assert_eq!((&paid.project, &paid.cost), (&decided.code, &decided.total()));
        let mut by_year: BTreeMap<SchoolYear, Exact> = BTreeMap::new();
        for payment in &paid.payments {
            let sum = by_year.entry(payment.year).or_insert(Exact::ZERO);
            *sum = &*sum + &payment.amount;
            let fund = plan.settings.funds.iter().find(|f| f.code == payment.fund).unwrap();
            assert!(fund.pays(&decided.category), "{} {}", decided.zh, fund.zh);
            assert!(payment.budget_of == payment.year || fund.carry, "{}", decided.zh);
            if let Some(only) = &decided.fund {
                assert_eq!(payment.fund, *only, "{}", decided.zh);
            }
        }
        assert_eq!(by_year, decided.payments, "{}", decided.zh);
    }
    let code = SchoolCode::parse("2134000002").unwrap();
    let item = problem.standard.catalogue().id("outdoor_sports_area").unwrap();
    let grounds: Vec<Exact> = problem
        .worlds()
        .iter()
        .map(|world| {
            let school = world.school(&code).unwrap();
            let domain::Value::Number(n) = school.facts.get(item).unwrap().value else {
                panic!("grounds are a number")
            };
            exact(&n.to_string())
        })
        .collect();
    assert_eq!(grounds[0], grounds[2]);
    assert_eq!(&grounds[3] - &grounds[2], exact("10000"));
}

/// No fund spends more than it has, earmarks hold, and all that is due is paid.
fn money_adds_up(plan: &Plan) {
    let committed = plan.settings.committed.iter().zip(&plan.committed);
    let payments: Vec<(&str, &Payment)> = plan
        .actions
        .iter()
        .flat_map(|a| a.payments.iter().map(move |p| (a.category.as_str(), p)))
        .chain(
            committed
                .flat_map(|(c, paid)| paid.payments.iter().map(move |p| (c.category.as_str(), p))),
        )
        .collect();
    for fund in &plan.settings.funds {
        for (year, budget) in &fund.budget {
            let own = payments.iter().filter(|(_, p)| p.fund == fund.code && p.budget_of == *year);
            let spent: Exact = own.map(|(_, p)| p.amount.clone()).sum();
            assert!(spent <= *budget, "{} {year}: {spent} > {budget}", fund.zh);
        }
    }
    // Money is so short in the last year that the earmarked and the kept money is needed too.
    let donated: Vec<_> = payments.iter().filter(|(_, p)| p.fund == "donated").collect();
    assert!(!donated.is_empty() && donated.iter().all(|(category, _)| *category == "equipment"));
    assert!(payments.iter().any(|(_, p)| p.fund == "town"));
    assert!(payments.iter().any(|(_, p)| p.fund == "county" && p.budget_of < p.year));
    let spent: Exact = payments.iter().map(|(_, p)| p.amount.clone()).sum();
    assert_eq!(spent, &plan.cost + &exact("35160"));
    let by_year: Exact = plan.years.iter().map(|year| year.cost.clone()).sum();
    assert_eq!(by_year, plan.cost);
    for (year, posts) in plan.settings.posts.as_ref().unwrap() {
        assert!(plan.year(*year).unwrap().posts <= *posts, "{year}");
    }
}
