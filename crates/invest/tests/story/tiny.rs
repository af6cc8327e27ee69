//! Counties of two and three schools, solved by hand.

use crate::common::{bench, bought, code, county, exact, fund, plan, plan_by, problem, school};
use domain::{Exact, Stage};
use invest::settings::{Line, Project, Settings};
use invest::{Outcome, greedy};
use solver::{Small, Watch};

/// Without posts and moves, so that the arithmetic fits a page.
fn by_hand(years: u8) -> Settings {
    let mut settings = Settings::unlimited(domain::SchoolYear(2024), years);
    settings.discount = Exact::ZERO;
    settings.without = ["teachers.move", "teachers.move_backbone", "teachers.move_sports_arts"]
        .map(str::to_owned)
        .to_vec();
    settings
}

/// One year, so that what takes a year or more cannot help: no new buildings, no training.
///
/// The first school has 2000 ㎡ for 500 pupils: 4.00 ㎡, threshold 4.5, floor 3.825. Its grounds
/// are 3000 ㎡: 6.0, threshold 7.5, floor 6.375. Six of seven suffice. Either the rooms reach 4.5
/// (250 ㎡ converted at 0.15 = 37.5) and the grounds the floor (3187.5 → 188 ㎡ at 0.06 = 11.28),
/// together 48.78; or the grounds reach 7.5 (750 ㎡ at 0.06 = 45) and the rooms stay as they are,
/// above the floor: 45. The second is cheaper. The second school lacks nothing.
#[test]
fn the_rule_of_six_of_seven_is_used() {
    let bench = bench();
    let weak = [
        ("teaching_rooms_area", "2000"),
        ("building_area", "2500"),
        ("outdoor_sports_area", "3000"),
    ];
    let start = county(
        &bench.catalogue,
        vec![
            school(&bench.catalogue, 1, &weak, &[(Stage::Primary, &[])]),
            school(&bench.catalogue, 2, &[], &[(Stage::Primary, &[])]),
        ],
    );
    let problem = problem(&bench, &start, by_hand(1));
    let plan = plan(&problem);
    assert!(plan.accepted, "{:?}", plan.objections);
    assert!(plan.method.proved, "{:?}", plan.method);
    let expected = ("第1学校".to_owned(), "grounds.build".to_owned(), "750".to_owned());
    assert_eq!(bought(&plan), [expected]);
    assert_eq!(plan.cost, exact("45"));
    assert_eq!(plan_by(&problem, &Small).cost, exact("45"));
    // By hand, school by school: the same here, since it knows the rule too.
    assert!(greedy::greedy(&problem).unwrap().cost >= plan.cost);
}

/// A nine-year school buys equipment once for both sections. Pupils 300 and 200, weights 1 and
/// 1.1: the primary section's share is 300/520 of the value, the junior section's 220/520.
/// Thresholds 2000 and 2500 元: 300·0.2 = 60 万元 and 200·0.25 = 50 万元; so 104 万元 for the first
/// and 118.1818… for the second. Everything else suffices but one: multimedia rooms are below
/// their threshold and above the floor, so equipment must reach both.
#[test]
fn a_nine_year_school_buys_once() {
    let bench = bench();
    let own = [
        ("equipment_value", "100"),
        ("multimedia_rooms", "12"),
        ("teaching_rooms_area", "4000"),
        ("building_area", "4000"),
        ("outdoor_sports_area", "6000"),
    ];
    let start = county(
        &bench.catalogue,
        vec![school(
            &bench.catalogue,
            1,
            &own,
            &[(Stage::Primary, &[("pupils", "300")]), (Stage::Junior, &[("pupils", "200")])],
        )],
    );
    let mut settings = by_hand(1);
    settings.without.push("multimedia.equip".into());
    let plan = plan(&problem(&bench, &start, settings));
    // 12 rooms: 6.92 for 300 (2.31 a hundred, enough), 5.08 for 200 (2.54, enough). So the floor
    // is enough for equipment: 0.85 of 118.1818… = 100.4545… → 0.46 万元 more.
    assert!(plan.accepted, "{:?}", plan.objections);
    assert_eq!(plan.cost, exact("0.46"));
    assert_eq!(plan.actions.len(), 1);
}

/// 45 万元 are needed and 40 are there.
#[test]
fn what_is_missing_is_said() {
    let bench = bench();
    let weak = [
        ("teaching_rooms_area", "2000"),
        ("building_area", "2500"),
        ("outdoor_sports_area", "3000"),
    ];
    let start = county(
        &bench.catalogue,
        vec![school(&bench.catalogue, 1, &weak, &[(Stage::Primary, &[])])],
    );
    let mut settings = by_hand(1);
    settings.funds = vec![fund(&settings, "county", "40")];
    let problem = problem(&bench, &start, settings);
    let solver = solver::in_process();
    let outcome = invest::solve(&problem, &*solver, &Watch::new()).unwrap();
    assert_eq!(outcome, Outcome::Impossible);
    let told = invest::explain::explain(&problem, &*solver, &Watch::new()).unwrap();
    let money = told.money.unwrap();
    assert!((&money.amount - &exact("5")) <= exact("0.001"), "{money:?}");
    assert!(money.amount >= exact("5"), "{money:?}");
    let unmet = &told.unmet[0];
    assert_eq!((unmet.school.as_str(), unmet.indicator.as_str()), (code(1).as_str(), "L5"));
}

/// Money of the first year does not suffice for the whole; the rest comes in the second.
#[test]
fn money_by_year_and_payments_add_up() {
    let bench = bench();
    let weak = [
        ("teaching_rooms_area", "2000"),
        ("building_area", "2500"),
        ("outdoor_sports_area", "3000"),
    ];
    let schools =
        (1..=3).map(|n| school(&bench.catalogue, n, &weak, &[(Stage::Primary, &[])])).collect();
    let start = county(&bench.catalogue, schools);
    let mut settings = by_hand(3);
    settings.funds = vec![fund(&settings, "county", "30"), fund(&settings, "town", "16")];
    if let Some(town) = settings.funds.get_mut(1) {
        town.only_for = vec!["sports".into()];
    }
    let problem = problem(&bench, &start, settings);
    let plan = plan(&problem);
    assert!(plan.accepted, "{:?}", plan.objections);
    assert_eq!(plan.cost, exact("135"));
    for action in &plan.actions {
        let paid: Exact = action.payments.iter().map(|p| p.amount.clone()).sum();
        assert_eq!(paid, action.cost);
    }
    for year in &plan.years {
        assert!(year.cost <= exact("46"), "{} {}", year.year, year.cost);
    }
    let sum: Exact = plan.years.iter().map(|y| y.cost.clone()).sum();
    assert_eq!(sum, plan.cost);
}

/// A lumpy project is taken when it is cheaper than its parts, and as a whole.
#[test]
fn a_project_is_all_or_nothing() {
    let bench = bench();
    let weak = [("teaching_rooms_area", "1500"), ("building_area", "1500")];
    let start = county(
        &bench.catalogue,
        vec![school(&bench.catalogue, 1, &weak, &[(Stage::Primary, &[])])],
    );
    let mut settings = by_hand(3);
    // Floor 3.825 · 500 = 1912.5, so 413 ㎡ at 0.40 = 165.2.
    let gain = |item: &str| invest::settings::Gain {
        item: item.into(),
        stage: None,
        amount: exact("3500"),
    };
    settings.projects = vec![Project {
        code: "P1".into(),
        zh: "综合楼".into(),
        school: code(1),
        category: "building".into(),
        cost: exact("150"),
        lead: 2,
        starts: (settings.first, settings.last()),
        rooms: vec![],
        gains: vec![gain("teaching_rooms_area"), gain("building_area")],
    }];
    let cheap = plan(&problem(&bench, &start, settings.clone()));
    assert!(cheap.accepted && cheap.actions[0].project, "{:?}", bought(&cheap));
    assert_eq!(cheap.cost, exact("150"));
    settings.projects[0].cost = exact("5000");
    let dear = plan(&problem(&bench, &start, settings));
    assert_eq!(dear.cost, exact("165.2"));
}

/// A surplus of backbone teachers at one school helps the other: cheaper than training them.
#[test]
fn teachers_move_where_they_are_missing() {
    let bench = bench();
    let start = county(
        &bench.catalogue,
        vec![
            school(
                &bench.catalogue,
                1,
                &[],
                &[(
                    Stage::Primary,
                    &[
                        ("teachers_backbone", "3"),
                        ("teachers_pe", "2"),
                        ("teachers_bachelor", "14"),
                    ],
                )],
            ),
            school(
                &bench.catalogue,
                2,
                &[],
                &[(
                    Stage::Primary,
                    &[("teachers_backbone", "9"), ("teachers", "50"), ("teachers_bachelor", "40")],
                )],
            ),
        ],
    );
    let mut settings = Settings::unlimited(domain::SchoolYear(2024), 1);
    settings.posts = Some(std::iter::once((settings.first, Exact::ZERO)).collect());
    settings.lines = vec![Line {
        indicator: "L1".into(),
        year: settings.first,
        at_least: exact("100%".trim_end_matches('%')) * Exact::ratio(1, 100),
    }];
    let problem = problem(&bench, &start, settings);
    let plan = plan(&problem);
    assert!(plan.accepted, "{:?}", plan.objections);
    assert!(plan.actions.iter().any(|a| a.quantity.is_negative()));
    let sum: Exact = plan.actions.iter().map(|a| a.quantity.clone()).sum();
    assert!(sum.is_zero(), "as many come as go: {:?}", bought(&plan));
    assert_eq!(plan.shortfall, 0);
}
