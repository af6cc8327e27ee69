//! Counties of one to three schools, solved by hand; the arithmetic stands in the comments. Prices
//! are those of the reference catalogue: converting rooms 0.15 万元/㎡, building them 0.40 (a year
//! later), grounds 0.06, equipment 1, a post 0.5 and 12 a year, a degree 1.2 (two years later),
//! moving a backbone teacher 1 a year.

use crate::given::{Bench, DATA, Figures, Given, code, county, exact};
use domain::change::{Change, apply};
use domain::{Exact, SchoolKind, SchoolYear, Snapshot, Stage};
use invest::settings::{Fund, Gain, Project, Settings};
use invest::{Outcome, Plan, Problem};
use solver::{Small, Solver, Watch};
use standard::Options;
use std::collections::BTreeMap;

/// A section of so many pupils that lacks nothing; a primary section of 500 needs 21 teachers
/// above the required degree, 5 backbone and 5 sports and arts teachers.
fn section(stage: Stage, pupils: i64) -> (Stage, Figures) {
    let figures = BTreeMap::from([
        ("pupils", pupils),
        ("teachers", pupils / 12 + 5),
        ("teachers_doctor", 0),
        ("teachers_master", 0),
        ("teachers_bachelor", pupils * 6 / 100),
        ("teachers_college", 0),
        ("teachers_below_college", 6),
        ("teachers_backbone", pupils / 100 + 1),
        ("teachers_pe", pupils / 100 + 1),
        ("teachers_art", 0),
        ("teachers_music", 0),
        ("teachers_fine_art", 0),
    ]);
    (stage, figures)
}

/// A school that lacks nothing: a primary school of 500 pupils needs 2250 ㎡ of rooms, 3750 ㎡ of
/// grounds, equipment of 100 万元 and 12 multimedia rooms.
pub(crate) fn sound(kind: SchoolKind, sections: &[(Stage, i64)]) -> Given {
    let pupils: i64 = sections.iter().map(|(_, pupils)| pupils).sum();
    let facts = BTreeMap::from([
        ("teaching_rooms_area", pupils * 6),
        ("building_area", pupils * 6),
        ("indoor_sports_area", 0),
        ("outdoor_sports_area", pupils * 11),
        ("equipment_value", pupils * 27 / 100),
        ("multimedia_rooms", pupils * 26 / 1000 + 1),
    ]);
    let sections = sections.iter().map(|(stage, pupils)| section(*stage, *pupils)).collect();
    Given { kind, facts, sections }
}

/// A primary school of 500 pupils that lacks nothing but by these figures.
pub(crate) fn primary(own: &[(&'static str, i64)]) -> Given {
    let mut given = sound(SchoolKind::Primary, &[(Stage::Primary, 500)]);
    for (item, figure) in own {
        let section = &mut given.sections[0].1;
        let place = if section.contains_key(item) { section } else { &mut given.facts };
        place.insert(item, *figure);
    }
    given
}

/// Undiscounted, without moving teachers, and without measures that would do the same.
pub(crate) fn settings(years: u8) -> Settings {
    let mut settings = Settings::unlimited(DATA, years);
    settings.conditions = Some(vec![]);
    settings.discount = Exact::ZERO;
    settings.limits.gap = exact("0.000001");
    for code in ["teachers.move", "teachers.move_backbone", "teachers.move_sports_arts"] {
        settings.without.push(code.to_owned());
    }
    for code in ["multimedia.equip", "teachers.recruit_sports_arts"] {
        settings.without.push(code.to_owned());
    }
    settings
}

pub(crate) fn fund(settings: &Settings, code: &str, only_for: &[&str], yearly: i64) -> Fund {
    Fund {
        code: code.to_owned(),
        zh: code.to_owned(),
        only_for: only_for.iter().map(|&category| category.to_owned()).collect(),
        carry: false,
        budget: settings.horizon().map(|year| (year, Exact::from(yearly))).collect(),
    }
}

pub(crate) fn problem(schools: &[Given], settings: Settings) -> Problem {
    let bench = Bench::new(None, None);
    let start = county(&bench.catalogue, schools);
    let worlds: Vec<Snapshot> = settings
        .horizon()
        .map(|year| {
            let change = Change { year: Some(year), ..Change::default() };
            apply(&start, &change, &bench.catalogue).unwrap()
        })
        .collect();
    let (standard, costs) = (bench.standard, bench.costs);
    Problem::new(&start, worlds, standard, Options::default(), settings, costs).unwrap()
}

/// The plan of both solvers, proved, checked, and of the same cost; `None` where both know that
/// there is none.
fn solve(problem: &Problem) -> Option<Plan> {
    let plans =
        [&*solver::in_process(), &Small as &dyn Solver].map(|solver| {
            match invest::solve(problem, solver, &Watch::new()).unwrap() {
                Outcome::Found(plan) => {
                    assert!(plan.accepted, "{:?}", plan.objections);
                    assert!(plan.method.proved, "{:?}", plan.method);
                    let checked = invest::check::check(problem, &plan).unwrap();
                    assert!(checked.accepted, "{:?}", checked.findings);
                    Some(*plan)
                }
                Outcome::Impossible => None,
                Outcome::Nothing => panic!("nothing"),
            }
        });
    let [first, second] = plans;
    assert_eq!(first.as_ref().map(|p| &p.cost), second.as_ref().map(|p| &p.cost));
    first
}

fn found(schools: &[Given], settings: Settings) -> Plan {
    solve(&problem(schools, settings)).unwrap()
}

/// School, measure, year of the decision, year that counts it, quantity.
fn actions(plan: &Plan) -> Vec<(&str, &str, i16, i16, String)> {
    plan.actions
        .iter()
        .map(|a| {
            let (name, measure) = (a.name.as_str(), a.measure.as_str());
            (name, measure, a.decided.0, a.counts.0, a.quantity.to_string())
        })
        .collect()
}

/// A nine-year school of 300 + 200 pupils: 300 + 220 = 520 weighted pupils, so 300/520 of
/// everything is the primary section's and 220/520 the junior section's.
///
/// Grounds 3800 ㎡. For 7.5 the primary section needs 2250 · 520/300 = 3900 ㎡; for 10.2 the
/// junior section needs 2040 · 520/220 = 4821.8 and for its floor 4098.5. Equipment 101 万元. The
/// primary section needs 60 · 520/300 = 104; the junior section 50 · 520/220 = 118.18, floor
/// 100.45. Each section may leave one of the two at its floor. Grounds for both: 1022 ㎡ at 0.06
/// = 61.32. Equipment for both, 17.19, and grounds to the junior section's floor, 299 ㎡ = 17.94:
/// 35.13. Sections that choose differently need the dearer of each. One purchase serves both.
#[test]
fn one_purchase_serves_both_sections() {
    let mut given = sound(SchoolKind::NineYear, &[(Stage::Primary, 300), (Stage::Junior, 200)]);
    given.facts.extend([("outdoor_sports_area", 3800), ("equipment_value", 101)]);
    given.facts.insert("multimedia_rooms", 14);
    let plan = found(&[given], settings(1));
    assert_eq!(plan.cost, exact("35.13"));
    let bought = [
        ("第1学校", "equipment.buy", 2025, 2025, "17.19".to_owned()),
        ("第1学校", "grounds.build", 2025, 2025, "299".to_owned()),
    ];
    assert_eq!(actions(&plan), bought);
}

/// A school of 100 pupils has equipment of 100 万元, x = 1 a pupil; one of 400 has 90, enough for
/// its threshold of 80. With weights 0.2 and 0.8 CV² = 0.16 (x − y)²/(0.2x + 0.8y)², so CV ≤ 0.50
/// means 0.4 (x − y) ≤ 0.5 (0.2x + 0.8y), 0.3x ≤ 0.8y, y ≥ 0.375: the second school needs 150.
/// There the rule holds with equality: 500 · (100²/100 + 150²/400) = 78125 = 1.25 · 250².
#[test]
fn the_coefficient_binds_at_equality() {
    let mut rich = sound(SchoolKind::Primary, &[(Stage::Primary, 100)]);
    rich.facts.insert("equipment_value", 100);
    let mut poor = sound(SchoolKind::Primary, &[(Stage::Primary, 400)]);
    poor.facts.insert("equipment_value", 90);
    let plan = found(&[rich, poor], settings(1));
    assert_eq!(plan.cost, exact("60"));
    assert!(plan.method.rounds > 1, "tangents were needed");
    let coefficient = plan.years[0].coefficients.iter().find(|c| c.indicator == "L6").unwrap();
    assert_eq!(coefficient.shown.as_deref(), Some("0.500"));
}

/// The first school may bring its grounds to 7.5 (750 ㎡ = 45 of sports), or its rooms to 4.5
/// (250 ㎡ converted = 37.5 of building) and its grounds to the floor (188 ㎡ = 11.28): the second
/// costs 3.78 more. The second school needs equipment for 20 (its multimedia rooms stay at 11).
/// With money for everything the plan costs 65. With 32 of the county and 40 that may build only,
/// grounds for 45 cannot be paid, and the dearer way is taken: 37.5 + 11.28 + 20 = 68.78, of which
/// 31.28 is the county's.
#[test]
fn an_earmark_changes_what_is_cheapest() {
    let schools = [
        primary(&[
            ("teaching_rooms_area", 2000),
            ("building_area", 2500),
            ("outdoor_sports_area", 3000),
        ]),
        primary(&[("equipment_value", 80), ("multimedia_rooms", 11)]),
    ];
    assert_eq!(found(&schools, settings(1)).cost, exact("65"));
    let mut own = settings(1);
    own.funds = vec![fund(&own, "county", &[], 32), fund(&own, "province", &["building"], 40)];
    let plan = found(&schools, own);
    assert_eq!(plan.cost, exact("68.78"));
    let paid = |code: &str| -> Exact {
        let all = plan.actions.iter().flat_map(|a| &a.payments);
        all.filter(|p| p.fund == code).map(|p| p.amount.clone()).sum()
    };
    assert!(paid("county") <= exact("32") && paid("county") >= exact("31.28"));
    assert!(paid("province") <= exact("37.5"), "nothing but building");
}

/// Grounds of 750 ㎡ come as a whole for 45, and 20 are there every year: what is left of two
/// years pays in the third, or nothing does.
#[test]
fn money_carried_over_pays_a_whole_project() {
    let schools = [primary(&[("outdoor_sports_area", 3000)])];
    let mut own = settings(3);
    own.without.extend(["grounds.build".to_owned(), "halls.build".to_owned()]);
    own.projects = vec![Project {
        code: "P".to_owned(),
        zh: "运动场".to_owned(),
        school: code(1),
        category: "sports".to_owned(),
        cost: exact("45"),
        lead: 0,
        starts: (own.first, own.last()),
        gains: vec![gain("outdoor_sports_area", 750)],
        rooms: vec![],
    }];
    own.funds = vec![fund(&own, "county", &[], 20)];
    assert!(solve(&problem(&schools, own.clone())).is_none());
    own.funds[0].carry = true;
    let plan = found(&schools, own.clone());
    assert_eq!(actions(&plan), [("第1学校", "P", 2027, 2027, "1".to_owned())]);
    let payments = &plan.actions[0].payments;
    assert!(payments.iter().all(|p| p.year == SchoolYear(2027) && p.amount <= exact("20")));
    assert_eq!(payments.iter().map(|p| p.amount.clone()).sum::<Exact>(), exact("45"));
    // A year earlier there are only 40.
    own.finish = SchoolYear(2026);
    assert!(solve(&problem(&schools, own)).is_none());
}

fn gain(item: &str, amount: i64) -> Gain {
    Gain { item: item.to_owned(), stage: None, amount: Exact::from(amount) }
}

/// 20 teachers above the required degree where 21 are needed, grounds of 7.0 where 7.5 are: one of
/// the two may stay, above its floor. Grounds cost 250 · 0.06 = 15.
///
/// One year: a post costs 0.5 + 12 = 12.5, less than the grounds. Three years, finished in the
/// second: a post costs 0.5 + 24 = 24.5 and a degree comes too late, so grounds, 15. Finished in
/// the third: a degree begun in the first year, 1.2.
#[test]
fn lead_times_decide_what_is_cheapest() {
    let schools = [primary(&[("teachers_bachelor", 20), ("outdoor_sports_area", 3500)])];
    let plan = found(&schools, settings(1));
    assert_eq!(plan.cost, exact("12.5"));
    assert_eq!(actions(&plan)[0].1, "teachers.recruit");
    let mut own = settings(3);
    own.finish = SchoolYear(2026);
    let plan = found(&schools, own.clone());
    assert_eq!(plan.cost, exact("15"));
    assert_eq!(actions(&plan)[0].1, "grounds.build");
    own.finish = SchoolYear(2027);
    let plan = found(&schools, own);
    assert_eq!(plan.cost, exact("1.2"));
    let degree = ("第1学校", "teachers.degree_primary", 2025, 2027, "1".to_owned());
    assert_eq!(actions(&plan), [degree]);
}

/// Rooms of 1500 ㎡ need 1912.5 for the floor, 413 ㎡ at 0.40 = 165.2. A building of 300 ㎡ for 30
/// and 113 ㎡ beside it for 45.2 make 75.2. For 121 the building does not pay: 166.2.
#[test]
fn a_building_is_topped_up_piece_by_piece() {
    let schools = [primary(&[("teaching_rooms_area", 1500), ("building_area", 1500)])];
    let mut own = settings(2);
    own.projects = vec![Project {
        code: "P".to_owned(),
        zh: "教学楼".to_owned(),
        school: code(1),
        category: "building".to_owned(),
        cost: exact("30"),
        lead: 1,
        starts: (own.first, own.last()),
        gains: vec![gain("teaching_rooms_area", 300), gain("building_area", 300)],
        rooms: vec![],
    }];
    let plan = found(&schools, own.clone());
    assert_eq!(plan.cost, exact("75.2"));
    let bought = [
        ("第1学校", "P", 2025, 2026, "1".to_owned()),
        ("第1学校", "rooms.build", 2025, 2026, "113".to_owned()),
    ];
    assert_eq!(actions(&plan), bought);
    own.projects[0].cost = exact("121");
    let plan = found(&schools, own);
    assert_eq!(plan.cost, exact("165.2"));
    assert!(!plan.actions[0].project);
}

/// Two schools, each with a dear indicator below its floor and a cheap one a little below its
/// threshold: the dear one goes to the floor only.
///
/// Rooms 1800 → 1912.5: 113 ㎡ converted = 16.95 (to 2250 it were 67.5); equipment 99 → 100: 1.
/// Grounds 3000 → 3187.5: 188 ㎡ = 11.28 (to 3750 it were 45); multimedia rooms 10 → 12 at 3 each:
/// 6, which the equipment does not need. Together 35.23.
#[test]
fn dear_indicators_stay_at_the_floor() {
    let schools = [
        primary(&[("teaching_rooms_area", 1800), ("equipment_value", 99)]),
        primary(&[("outdoor_sports_area", 3000), ("multimedia_rooms", 10)]),
    ];
    let mut own = settings(1);
    own.without.retain(|code| code != "multimedia.equip");
    let plan = found(&schools, own);
    assert_eq!(plan.cost, exact("35.23"));
    let bought = [
        ("第1学校", "equipment.buy", 2025, 2025, "1".to_owned()),
        ("第1学校", "rooms.convert", 2025, 2025, "113".to_owned()),
        ("第2学校", "grounds.build", 2025, 2025, "188".to_owned()),
        ("第2学校", "multimedia.equip", 2025, 2025, "2".to_owned()),
    ];
    assert_eq!(actions(&plan), bought);
}

/// 3 backbone teachers for 500 pupils, where even the floor of 4.25 takes 5. In the first year
/// nobody has been trained yet, so two must come, one from each of two schools that have 6: neither
/// can give two, since four are below its floor. One year costs 2 · 1, two years 2 · 2.
#[test]
fn backbone_teachers_come_from_where_there_are_more() {
    let schools = [3, 6, 6].map(|backbone| primary(&[("teachers_backbone", backbone)])).to_vec();
    let with_moves = |years: u8| {
        let mut own = settings(years);
        own.without.retain(|code| code != "teachers.move_backbone");
        own.finish = own.first;
        own
    };
    let plan = found(&schools, with_moves(1));
    assert_eq!(plan.cost, exact("2"));
    let mut moves: Vec<(&str, String)> =
        plan.actions.iter().map(|a| (a.name.as_str(), a.quantity.to_string())).collect();
    moves.sort_unstable();
    let expected = [("第1学校", "2"), ("第2学校", "-1"), ("第3学校", "-1")];
    assert_eq!(moves, expected.map(|(name, units)| (name, units.to_owned())));
    assert_eq!(found(&schools, with_moves(2)).cost, exact("4"));
    // Without the third school there is one to give and two are needed.
    assert!(solve(&problem(&schools[..2], with_moves(1))).is_none());
}
