//! Tiny counties of one to four schools: the planner's optimum is the best of all candidates, and
//! it finds none just where none is accepted.

use crate::candidates::{MOST, Trial, nth};
use crate::given::{Bench, DATA, Figures, Given, county, exact};
use domain::change::{Change, Edit, apply};
use domain::{Exact, SchoolKind, SchoolYear, Snapshot, Stage};
use invest::settings::{Committed, Fund, Gain, Line, Project, Settings};
use invest::{Outcome, Problem};
use proptest::prelude::*;
use solver::{Small, Solver, Watch};
use standard::Options;
use std::collections::BTreeMap;

/// Few measures in whole, coarse units.
const COSTS: &str = include_str!("own.toml");

/// A school in random figures.
#[derive(Clone, Debug)]
struct Sketch {
    /// Primary, junior or both.
    kind: usize,
    /// Pupils by section, in twenties.
    pupils: [i64; 2],
    /// What is missing, in units of the measures: rooms, grounds, equipment, multimedia rooms,
    /// backbone teachers, degrees.
    missing: [i64; 6],
    /// A little more than that.
    more: [i64; 3],
    cap: i64,
    loose: i64,
    land: i64,
    /// Equipment in per cent of that.
    rich: i64,
}

/// A problem in random figures.
#[derive(Clone, Debug)]
struct Draw {
    schools: Vec<Sketch>,
    years: u8,
    early: i16,
    /// The order in which measures are allowed, as far as the candidates remain few enough.
    order: Vec<usize>,
    discount: bool,
    per_school: i64,
    /// Money a year of an open and of an earmarked fund; none: unlimited.
    money: Option<(i64, i64, bool, usize)>,
    committed: bool,
    posts: Option<i64>,
    line: Option<usize>,
    project: Option<(i64, u8)>,
    /// Pupils of the last year, in per cent.
    growth: i64,
    /// The limit of the coefficients in per cent; none: that of the standard.
    tight: Option<i64>,
}

fn sketch() -> impl Strategy<Value = Sketch> {
    // Nothing, two things a little, one thing much, anything.
    let few = prop::sample::subsequence(vec![0usize, 1, 2, 3, 4, 5], 2);
    let missing = prop_oneof![
        2 => Just([0; 6]),
        4 => few.prop_map(|two| std::array::from_fn(|i| i64::from(two.contains(&i)))),
        2 => (0usize..6).prop_map(|one| std::array::from_fn(|i| if i == one { 2 } else { 0 })),
        1 => prop::array::uniform6(0i64..2),
    ];
    (
        0usize..3,
        prop::array::uniform2(4i64..14),
        missing,
        prop::array::uniform3(0i64..90),
        1i64..4,
        0i64..3,
        0i64..3,
    )
        .prop_map(|(kind, pupils, missing, more, cap, loose, land)| Sketch {
            kind,
            pupils,
            missing,
            more,
            cap,
            loose,
            land,
            rich: 100,
        })
}

/// Small, with much more equipment than is needed, beside primary schools without.
fn unequal() -> impl Strategy<Value = Draw> {
    let rich = (sketch(), 150i64..420);
    let poor = prop::collection::vec((sketch(), 2i64..7), 1..=3);
    (draw(), rich, poor, prop::option::weighted(0.7, 20i64..50)).prop_map(
        |(draw, (first, rich), poor, tight)| {
            let plain = |sketch: Sketch| Sketch { kind: 0, missing: [0; 6], ..sketch };
            let pupils = first.pupils.map(|twenties| twenties.min(7));
            let mut schools = vec![Sketch { pupils, rich, ..plain(first) }];
            schools.extend(poor.into_iter().map(|(s, cap)| Sketch { cap, ..plain(s) }));
            // Equipment first, then whatever else can still be tried.
            let mut order = draw.order.clone();
            order.sort_by_key(|place| *place != 1);
            Draw { schools, order, tight, years: draw.years.min(2), money: None, ..draw }
        },
    )
}

fn draw() -> impl Strategy<Value = Draw> {
    let order = Just((0..10).collect::<Vec<usize>>()).prop_shuffle();
    let first = (prop::collection::vec(sketch(), 1..=4), 1u8..4, 0i16..2, order, any::<bool>());
    let money = prop::option::of((8i64..60, 0i64..20, any::<bool>(), 0usize..4));
    let project = prop::option::of((5i64..40, 0u8..2));
    let tight = prop::option::weighted(0.25, 18i64..45);
    let second = (
        prop_oneof![3 => Just(0i64), 1 => Just(6i64)],
        money,
        any::<bool>(),
        prop::option::of(0i64..4),
        prop::option::of(0usize..7),
        project,
        prop_oneof![2 => Just(100i64), 1 => 90i64..112],
        tight,
    );
    (first, second).prop_map(|(first, second)| {
        let (schools, years, early, order, discount) = first;
        let (per_school, money, committed, posts, line, project, growth, tight) = second;
        Draw {
            schools,
            years,
            early,
            order,
            discount,
            per_school,
            money,
            committed,
            posts,
            line,
            project,
            growth,
            tight,
        }
    })
}

/// `share` per cent of `of`, rounded up.
fn up(of: i64, share: i64) -> i64 {
    (of * share + 99) / 100
}

impl Sketch {
    /// Does the measure at this place of the catalogue add what is missing here?
    fn helps(&self, place: usize) -> bool {
        let items: &[usize] =
            [&[0][..], &[2, 3], &[4], &[4], &[1], &[0], &[5], &[], &[5], &[0]][place];
        items.iter().any(|item| self.missing[*item] > 0)
    }

    /// What just suffices, less what is missing.
    fn given(&self) -> Given {
        let [primary, junior] = self.pupils.map(|twenties| twenties * 20);
        let kind = [SchoolKind::Primary, SchoolKind::Junior, SchoolKind::NineYear][self.kind];
        // Weighted pupils in hundredths; a junior pupil weighs 1.1, so that the share of a section
        // suffices where the whole has as much a weighted pupil.
        let (weighted, rooms, grounds, value, media) = match self.kind {
            0 => (primary * 100, 450, 750, 20, 230),
            1 => (junior * 100, 580, 1020, 25, 240),
            _ => (primary * 100 + junior * 110, 528, 928, 23, 230),
        };
        let need = |unit: i64, scale: i64| (weighted * unit + scale - 1) / scale;
        let [no_rooms, no_grounds, no_value, no_media, no_backbone, no_degree] = self.missing;
        let [a, b, c] = self.more;
        let rooms = (need(rooms, 10_000) - 100 * no_rooms + a).max(0);
        let value = (need(value, 10_000) - 4 * no_value + c / 45) * self.rich / 100;
        let facts: Figures = BTreeMap::from([
            ("teaching_rooms_area", rooms),
            ("building_area", rooms + 100 * self.loose),
            ("indoor_sports_area", 0),
            ("outdoor_sports_area", (need(grounds, 10_000) - 150 * no_grounds + b).max(0)),
            ("equipment_value", value.max(0)),
            ("multimedia_rooms", (need(media, 1_000_000) - no_media).max(0)),
            ("laboratories", self.cap),
        ]);
        let section = |stage: Stage, pupils: i64| {
            let degrees = up(pupils, if stage == Stage::Primary { 420 } else { 530 }) / 100 + 1;
            let backbone = (up(pupils, 1) - no_backbone).max(0);
            let bachelor = (degrees - no_degree).max(0);
            let figures: Figures = BTreeMap::from([
                ("pupils", pupils),
                // Where little is loose, every teacher is a backbone teacher already.
                ("teachers", if self.loose == 0 { backbone } else { backbone + degrees + 4 }),
                ("teachers_doctor", 0),
                ("teachers_master", 0),
                ("teachers_bachelor", bachelor),
                ("teachers_college", if stage == Stage::Primary { 0 } else { self.loose }),
                ("teachers_backbone", backbone),
                ("teachers_pe", up(pupils, 1)),
                ("teachers_art", 0),
                ("teachers_music", 0),
                ("teachers_fine_art", 0),
                ("teachers_visiting", self.cap),
            ]);
            (stage, figures)
        };
        let sections = match self.kind {
            0 => vec![section(Stage::Primary, primary)],
            1 => vec![section(Stage::Junior, junior)],
            _ => vec![section(Stage::Primary, primary), section(Stage::Junior, junior)],
        };
        Given { kind, facts, sections }
    }
}

impl Draw {
    fn bench(&self) -> Bench {
        let limit = self.tight.map(|percent| format!("0.{percent:02}"));
        Bench::new(limit.as_deref().map(|l| (l, l)), Some(COSTS))
    }

    /// The county year by year.
    fn worlds(&self, bench: &Bench, start: &Snapshot, settings: &Settings) -> Vec<Snapshot> {
        let last = settings.last();
        let years = settings.horizon().map(|year| {
            let mut change = Change { year: Some(year), ..Change::default() };
            for (n, school) in self.schools.iter().enumerate().filter(|_| year == last) {
                for (stage, figures) in school.given().sections {
                    let by = figures["pupils"] * (self.growth - 100) / 100;
                    let (school, item) = (nth(n), "pupils".to_owned());
                    change.edits.push(Edit { school, stage: Some(stage), item, amount: by.into() });
                }
            }
            apply(start, &change, &bench.catalogue).unwrap()
        });
        years.collect()
    }

    fn settings(&self) -> Settings {
        let mut settings = Settings::unlimited(DATA, self.years);
        if self.early < i16::from(self.years) {
            settings.finish = SchoolYear(settings.last().0 - self.early);
        }
        if !self.discount {
            settings.discount = Exact::ZERO;
        }
        settings.limits.gap = exact("0.000001");
        settings.conditions = Some(vec![]);
        settings.per_school = Exact::from(self.per_school);
        let horizon: Vec<SchoolYear> = settings.horizon().collect();
        let all = |amount: i64| -> BTreeMap<SchoolYear, Exact> {
            horizon.iter().map(|year| (*year, Exact::from(amount))).collect()
        };
        if let Some((open, tied, carry, only)) = self.money {
            let fund = |code: &str, only_for: Vec<String>, amount: i64| Fund {
                code: code.to_owned(),
                zh: code.to_owned(),
                only_for,
                carry,
                budget: all(amount),
            };
            let only = ["building", "equipment", "teachers", "building"][only];
            settings.funds =
                vec![fund("county", vec![], open), fund("province", vec![only.to_owned()], tied)];
            if self.committed {
                settings.committed = vec![Committed {
                    code: "C".to_owned(),
                    zh: "已定".to_owned(),
                    school: Some(nth(0)),
                    category: "building".to_owned(),
                    fund: (tied % 2 == 0).then(|| "county".to_owned()),
                    payments: BTreeMap::from([(settings.first, Exact::from(3))]),
                    opens: Some(settings.last()),
                    gains: vec![gain("teaching_rooms_area", 60), gain("building_area", 60)],
                    rooms: vec![],
                    note: String::new(),
                }];
            }
        }
        settings.posts = self.posts.map(all);
        for (n, school) in self.schools.iter().enumerate() {
            settings.land.insert(nth(n), Exact::from(school.land));
        }
        if let Some(k) = self.line {
            let line = |year: SchoolYear, share: &str| Line {
                indicator: format!("L{}", k + 1),
                year,
                at_least: exact(share),
            };
            settings.lines = vec![line(settings.first, "0.6"), line(settings.finish, "1")];
        }
        if let Some((cost, lead)) = self.project {
            settings.projects = vec![Project {
                code: "P".to_owned(),
                zh: "综合楼".to_owned(),
                school: nth(0),
                category: "building".to_owned(),
                cost: Exact::from(cost),
                lead,
                starts: (settings.first, settings.last()),
                gains: vec![
                    gain("teaching_rooms_area", 250),
                    gain("building_area", 250),
                    gain("multimedia_rooms", 1),
                ],
                rooms: vec![],
            }];
        }
        settings
    }
}

fn gain(item: &str, amount: i64) -> Gain {
    Gain { item: item.to_owned(), stage: None, amount: Exact::from(amount) }
}

/// Leaves as many measures in, in the order of the draw, as candidates can be tried.
fn few(draw: &Draw, bench: &Bench, start: &Snapshot) -> (Settings, Vec<Snapshot>) {
    let mut settings = draw.settings();
    let worlds = draw.worlds(bench, start, &settings);
    let codes: Vec<&str> = bench.costs.measures.iter().map(|m| m.code.as_str()).collect();
    settings.without = codes.iter().map(|&code| code.to_owned()).collect();
    let mut order = draw.order.clone();
    order.sort_by_key(|place| !draw.schools.iter().any(|school| school.helps(*place)));
    for place in &order {
        let mut more = settings.clone();
        more.without.retain(|code| code != codes[*place]);
        let resources = bench.standard.resources_only();
        if Trial::new(&resources, &bench.costs, &more, &worlds).count() <= MOST {
            settings = more;
        }
    }
    (settings, worlds)
}

/// How a draw ends: for counting that all endings occur.
fn agree(draw: &Draw) -> Result<bool, TestCaseError> {
    let bench = draw.bench();
    let schools: Vec<Given> = draw.schools.iter().map(Sketch::given).collect();
    let start = county(&bench.catalogue, &schools);
    let (settings, worlds) = few(draw, &bench, &start);
    let problem = Problem::new(
        &start,
        worlds,
        bench.standard.clone(),
        Options::default(),
        settings.clone(),
        bench.costs.clone(),
    );
    let problem = match problem {
        Ok(problem) => problem,
        // Committed projects without money are refused before anything is planned.
        Err(invest::InvestError::Committed { .. }) => return Ok(false),
        Err(other) => panic!("{other}"),
    };
    let resources = bench.standard.resources_only();
    let best = Trial::new(&resources, &bench.costs, &settings, problem.worlds()).best();
    for solver in [&*solver::in_process(), &Small as &dyn Solver] {
        let outcome = invest::solve(&problem, solver, &Watch::new()).unwrap();
        let name = solver.version().name;
        let Some(best) = &best else {
            let objections =
                if let Outcome::Found(plan) = &outcome { &plan.objections[..] } else { &[] };
            prop_assert!(outcome == Outcome::Impossible, "{name}: {objections:?}");
            continue;
        };
        let Outcome::Found(plan) = outcome else {
            return Err(TestCaseError::fail(format!("{name}: {outcome:?}, but {best:?}")));
        };
        let checked = invest::check::check(&problem, &plan).unwrap();
        prop_assert!(plan.accepted, "{name}: {:?}, but {best:?}", plan.objections);
        prop_assert!(checked.accepted, "{name}: {:?}", checked.findings);
        let touched = i64::try_from(plan.schools_touched).unwrap();
        let cost = &plan.discounted + &(&settings.per_school * &Exact::from(touched));
        let bought: Vec<_> =
            plan.actions.iter().map(|a| (&a.name, &a.measure, a.counts, &a.quantity)).collect();
        prop_assert_eq!(plan.shortfall, best.shortfall, "{} {:?}", name, bought);
        let apart = &cost - &best.cost;
        let open = &best.cost * &settings.limits.gap;
        prop_assert!(!apart.is_negative(), "{name} is cheaper: {cost} {} {bought:?}", best.cost);
        prop_assert!(apart <= open, "{name} is dearer: {cost} {} {bought:?}", best.cost);
        prop_assert!(plan.method.proved, "{name}: {:?}", plan.method);
        let bound = exact(plan.method.bound.as_ref().unwrap());
        prop_assert!(bound <= &best.cost + &exact("0.00001"), "{name}: {bound} {}", best.cost);
    }
    Ok(best.is_some())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_optimum_is_the_best_of_all_candidates(draw in draw()) {
        agree(&draw)?;
    }

    #[test]
    fn so_it_is_where_schools_are_unequal(draw in unequal()) {
        agree(&draw)?;
    }
}
