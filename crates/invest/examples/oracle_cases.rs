//! Fifty seeded small counties with the plans found for them, as JSON for the second solver of
//! `tests/oracle/`: raw figures, prices and money in, and what this program makes of them.
//!
//! ```sh
//! cargo run --example oracle_cases -- target/oracle/cases.json
//! ```
//!
//! A second argument asks for more counties than fifty, by further seeds.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

#[path = "../tests/oracle/given.rs"]
mod given;

use domain::change::{Change, Edit, apply};
use domain::{Exact, SchoolKind, SchoolYear, Snapshot, Stage};
use given::{Bench, DATA, Figures, Given, code, county, exact};
use invest::settings::{Committed, Fund, Gain, Line, Project, Settings};
use invest::{Outcome, Problem};
use serde_json::{Value, json};
use solver::Watch;
use standard::Options;
use std::collections::BTreeMap;
use std::time::Instant;

const CASES: u64 = 50;
/// Both solvers prove their plans to this.
const GAP: &str = "0.0002";

/// A generator of numbers that anybody can write again (splitmix64).
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// From `low` to `high`, both included.
    fn between(&mut self, low: i64, high: i64) -> i64 {
        let width = u64::try_from(high - low + 1).unwrap();
        low + i64::try_from(self.next() % width).unwrap()
    }

    /// True in so many of a hundred.
    fn percent(&mut self, of: i64) -> bool {
        self.between(1, 100) <= of
    }
}

/// What a case is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Theme {
    /// One year, and as much money as is needed.
    Free,
    /// Years, budgets, an earmark, money carried over, a committed project.
    Money,
    /// Years, posts, target lines, pupils that come and go.
    People,
    /// Tight limits of the coefficients, over-equipped small schools, land, a lumpy project.
    Spread,
    /// Everything.
    All,
    /// Too little money, too few posts, no land, too early an end.
    Scarce,
}

impl Theme {
    fn of(case: u64) -> Self {
        match case % CASES {
            0..10 => Self::Free,
            10..20 => Self::Money,
            20..29 => Self::People,
            29..40 => Self::Spread,
            40..45 => Self::All,
            _ => Self::Scarce,
        }
    }

    fn is(self, other: Self) -> bool {
        self == other || self == Self::All
    }
}

/// So many hundredths of the pupils times a need of so many hundredths a pupil.
fn share(pupils: i64, need: i64, percent: i64) -> i64 {
    pupils * need * percent / 10_000
}

/// `rich`: small and over-equipped. `lacking`: how low figures may be, in per cent of what is needed.
fn school(draw: &mut Draw, rich: bool, lacking: i64) -> Given {
    let kind = match draw.between(1, 10) {
        1..=5 => SchoolKind::Primary,
        6..=7 => SchoolKind::Junior,
        8..=9 => SchoolKind::NineYear,
        _ => SchoolKind::CompleteSecondary,
    };
    let stages: &[Stage] = match kind {
        SchoolKind::Primary => &[Stage::Primary],
        SchoolKind::Junior => &[Stage::Junior],
        SchoolKind::NineYear => &[Stage::Primary, Stage::Junior],
        _ => &[Stage::Junior, Stage::Senior],
    };
    let mut weighted = 0;
    let mut sections = Vec::new();
    for stage in stages {
        let pupils = if rich { draw.between(40, 90) } else { draw.between(90, 700) };
        weighted += pupils * [100, 110, 132][stage.index()] / 100;
        let mut of =
            |need: i64, low: i64, high: i64| share(pupils, need, draw.between(low, high)) / 100;
        let degrees = of(if *stage == Stage::Primary { 420 } else { 530 }, lacking, 135);
        let backbone = of(100, lacking + 15, 170) + i64::from(lacking > 80);
        let sports = of(90, lacking + 10, 170);
        let (other, college, below) = (of(600, 50, 100), of(60, 0, 100), of(60, 0, 100));
        let college = if *stage == Stage::Primary { college.min(degrees) } else { college };
        let bachelor = if *stage == Stage::Primary { degrees - college } else { degrees };
        let figures: Figures = BTreeMap::from([
            ("pupils", pupils),
            ("teachers", (bachelor + college + below).max(backbone + sports) + other / 4),
            ("teachers_doctor", 0),
            ("teachers_master", 0),
            ("teachers_bachelor", bachelor),
            ("teachers_college", college),
            ("teachers_below_college", below),
            ("teachers_backbone", backbone),
            ("teachers_pe", sports),
            ("teachers_art", 0),
            ("teachers_music", 0),
            ("teachers_fine_art", 0),
        ]);
        sections.push((*stage, figures));
    }
    // A weighted pupil of a combined school needs what the dearer stage asks.
    let junior = kind != SchoolKind::Primary;
    let more = if rich { draw.between(130, 280) } else { 100 };
    let mut of = |primary: i64, other: i64, low: i64, high: i64| {
        share(weighted, if junior { other } else { primary }, draw.between(low, high)) * more / 100
    };
    let rooms = of(450, 530, lacking, 140);
    let slack = of(450, 530, 0, 25);
    let mut facts: Figures = BTreeMap::from([
        ("teaching_rooms_area", rooms),
        ("building_area", rooms + slack),
        ("indoor_sports_area", 0),
        ("outdoor_sports_area", of(750, 930, lacking, 140)),
        ("equipment_value", of(20, 23, lacking - 5, 140)),
        ("multimedia_rooms", of(230, 230, lacking, 150) / 100),
    ]);
    if draw.percent(15) {
        // A hall is part of the teaching rooms; and nobody knows the buildings of this school.
        facts.insert("indoor_sports_area", 200);
        facts.insert("teaching_rooms_area", rooms + 200);
        facts.remove("building_area");
    }
    Given { kind, facts, sections }
}

struct Case {
    name: String,
    limits: Option<(String, String)>,
    schools: Vec<Given>,
    settings: Settings,
    /// Pupils that come by year and school, in per cent.
    growth: Vec<Vec<i64>>,
}

fn by_year(settings: &Settings, mut amount: impl FnMut() -> i64) -> BTreeMap<SchoolYear, Exact> {
    settings.horizon().map(|year| (year, Exact::from(amount()))).collect()
}

fn case(number: u64) -> Case {
    let theme = Theme::of(number);
    let mut draw = Draw(20_240_901 + number * 7919);
    let count = if theme == Theme::Free { draw.between(4, 10) } else { draw.between(4, 6) };
    let tight = theme.is(Theme::Spread);
    // In one year nobody is trained and nothing is built.
    let lacking = if theme == Theme::Free { 88 } else { draw.between(60, 82) };
    let schools: Vec<Given> =
        (0..count).map(|n| school(&mut draw, tight && n < 2, lacking)).collect();
    let years = if theme == Theme::Free { 1 } else { draw.between(2, 3) };
    let mut settings = Settings::unlimited(DATA, u8::try_from(years).unwrap());
    settings.conditions = Some(vec![]);
    settings.limits.gap = exact(GAP);
    settings.limits.seconds = 60;
    if draw.percent(30) {
        settings.discount = Exact::ZERO;
    }
    if theme != Theme::Free && draw.percent(30) {
        settings.finish = SchoolYear(settings.last().0 - 1);
    }
    if theme.is(Theme::People) {
        let posts = by_year(&settings, || draw.between(4, 14));
        settings.posts = Some(posts);
        let line = |indicator: &str, year: SchoolYear, share: &str| Line {
            indicator: indicator.to_owned(),
            year,
            at_least: exact(share),
        };
        let first = settings.first;
        settings.lines = vec![
            line("L1", first, "0.8"),
            line("L2", settings.finish, "0.95"),
            line("L5", first, "0.9"),
        ];
    }
    let growth = (0..years)
        .map(|_| {
            let change = |_: &Given| if theme.is(Theme::People) { draw.between(-6, 6) } else { 0 };
            schools.iter().map(change).collect()
        })
        .collect();
    let mut limits = None;
    if tight {
        let percent = if theme == Theme::All { draw.between(30, 42) } else { draw.between(18, 34) };
        limits = Some((format!("0.{percent}"), format!("0.{}", percent - 2)));
        settings.land_elsewhere = Some(Exact::from(draw.between(1500, 4000)));
        settings.land.insert(code(3), Exact::from(draw.between(800, 2500)));
        settings.projects = vec![project(&mut draw, &settings, &schools)];
    }
    if theme == Theme::Scarce {
        scarce(&mut settings, number);
    }
    let name = format!("{number:02} {theme:?}").to_lowercase();
    let mut case = Case { name, limits, schools, settings, growth };
    // Money is short where it is little more than a plan without its limits costs, or less.
    let share = match (theme, number % 5) {
        (Theme::Money | Theme::All, _) => draw.between(112, 210),
        (Theme::Scarce, 0) => 60,
        _ => return case,
    };
    if let Outcome::Found(plan) = case.plan(&case.bench()).1 {
        let whole = plan.cost.ceil().small_parts().unwrap().0;
        money(&mut draw, &mut case.settings, whole * share / 100 / years);
    }
    case
}

/// An open and an earmarked fund that have so much a year, and a project that is decided.
fn money(draw: &mut Draw, settings: &mut Settings, yearly: i64) {
    let fund = |code: &str, only_for: &[&str], carry: bool, budget| Fund {
        code: code.to_owned(),
        zh: code.to_owned(),
        only_for: only_for.iter().map(|&code| code.to_owned()).collect(),
        carry,
        budget,
    };
    let county = by_year(settings, || yearly * draw.between(60, 110) / 100 + 1);
    let province = by_year(settings, || yearly * draw.between(0, 30) / 100);
    settings.funds = vec![
        fund("county", &[], draw.percent(50), county),
        fund("province", &["building", "sports"], draw.percent(50), province),
    ];
    let first = settings.first;
    settings.committed = vec![Committed {
        code: "C".to_owned(),
        zh: "已定项目".to_owned(),
        school: Some(code(1)),
        category: "building".to_owned(),
        fund: draw.percent(50).then(|| "county".to_owned()),
        payments: BTreeMap::from([(first, Exact::from(draw.between(0, yearly / 8 + 1)))]),
        opens: Some(settings.last()),
        gains: vec![gain("teaching_rooms_area", 40)],
        rooms: vec![],
        note: String::new(),
    }];
}

fn gain(item: &str, amount: i64) -> Gain {
    Gain { item: item.to_owned(), stage: None, amount: Exact::from(amount) }
}

/// A building that pays only where much is missing.
fn project(draw: &mut Draw, settings: &Settings, schools: &[Given]) -> Project {
    let n = draw.between(2, i64::try_from(schools.len()).unwrap() - 1);
    let given = &schools[usize::try_from(n).unwrap()];
    let area = draw.between(100, 600);
    let mut gains = vec![gain("teaching_rooms_area", area), gain("multimedia_rooms", 2)];
    if given.facts.contains_key("building_area") {
        gains.push(gain("building_area", area));
    }
    Project {
        code: "P".to_owned(),
        zh: "综合楼".to_owned(),
        school: code(usize::try_from(n).unwrap() + 1),
        category: "building".to_owned(),
        cost: Exact::from(area * draw.between(10, 30) / 100),
        lead: u8::from(settings.years > 1),
        starts: (settings.first, settings.last()),
        gains,
        rooms: vec![],
    }
}

/// Takes something away, so that most cannot be planned. (Money is taken in [`case`].)
fn scarce(settings: &mut Settings, number: u64) {
    let without: &[&str] = match number % 5 {
        1 => {
            settings.posts = Some(by_year(settings, || 0));
            &["teachers.degree_primary", "teachers.degree_junior", "teachers.retrain_sports_arts"]
        }
        2 => {
            settings.land_elsewhere = Some(Exact::ZERO);
            &["halls.build"]
        }
        3 => &["equipment.buy", "multimedia.equip"],
        4 => {
            settings.finish = settings.first;
            &["rooms.convert", "teachers.move_backbone"]
        }
        _ => &[],
    };
    settings.without = without.iter().map(|&code| code.to_owned()).collect();
}

fn worlds(case: &Case, bench: &Bench, start: &Snapshot) -> Vec<Snapshot> {
    let years = case.settings.horizon().zip(&case.growth);
    let worlds = years.map(|(year, growth)| {
        let mut change = Change { year: Some(year), ..Change::default() };
        for ((n, given), percent) in case.schools.iter().enumerate().zip(growth) {
            for (stage, figures) in &given.sections {
                let amount = (figures["pupils"] * percent / 100).into();
                let (school, item) = (code(n + 1), "pupils".to_owned());
                change.edits.push(Edit { school, stage: Some(*stage), item, amount });
            }
        }
        apply(start, &change, &bench.catalogue).unwrap()
    });
    worlds.collect()
}

/// The case as raw figures.
fn raw(case: &Case, bench: &Bench) -> Value {
    let settings = &case.settings;
    let limits = case.limits.clone().unwrap_or_else(|| ("0.50".to_owned(), "0.45".to_owned()));
    let schools: Vec<Value> = case
        .schools
        .iter()
        .zip(1..)
        .map(|(given, n)| {
            let section = |(stage, figures): &(Stage, Figures)| {
                let pupils: Vec<i64> = case
                    .growth
                    .iter()
                    .map(|growth| figures["pupils"] + figures["pupils"] * growth[n - 1] / 100)
                    .collect();
                json!({ "stage": stage.code(), "facts": figures, "pupils_by_year": pupils })
            };
            let sections: Vec<Value> = given.sections.iter().map(section).collect();
            json!({ "code": code(n), "kind": given.kind, "facts": given.facts, "sections": sections })
        })
        .collect();
    json!({
        "name": case.name,
        "limits": { "primary": limits.0, "junior": limits.1 },
        "gap": GAP,
        "schools": schools,
        "settings": settings,
        "measures": bench.costs.measures,
        "within": bench.costs.within,
    })
}

impl Case {
    fn bench(&self) -> Bench {
        Bench::new(self.limits.as_ref().map(|(p, j)| (p.as_str(), j.as_str())), None)
    }

    fn plan(&self, bench: &Bench) -> (Problem, Outcome) {
        let start = county(&bench.catalogue, &self.schools);
        let worlds = worlds(self, bench, &start);
        let (standard, costs) = (bench.standard.clone(), bench.costs.clone());
        let settings = self.settings.clone();
        let options = Options::default();
        let problem = Problem::new(&start, worlds, standard, options, settings, costs).unwrap();
        let outcome = invest::solve(&problem, &*solver::in_process(), &Watch::new()).unwrap();
        (problem, outcome)
    }
}

fn ours(case: &Case, bench: &Bench) -> Value {
    let begun = Instant::now();
    let (problem, outcome) = case.plan(bench);
    let seconds = begun.elapsed().as_secs_f64();
    match outcome {
        Outcome::Found(plan) => {
            let checked = invest::check::check(&problem, &plan).unwrap();
            json!({ "status": "found", "seconds": seconds, "checked": checked.findings, "plan": plan })
        }
        other => json!({ "status": format!("{other:?}").to_lowercase(), "seconds": seconds }),
    }
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().unwrap_or_else(|| "target/oracle/cases.json".to_owned());
    let count = arguments.next().map_or(CASES, |count| count.parse().unwrap());
    let mut cases = Vec::new();
    // A county beyond the fifty in which those who are recruited leave for another school.
    let beyond = (count <= 142).then_some(142);
    for number in (0..count).chain(beyond) {
        let case = case(number);
        let bench = case.bench();
        let mut value = raw(&case, &bench);
        value["ours"] = ours(&case, &bench);
        cases.push(value);
    }
    let path = std::path::Path::new(&path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, serde_json::to_string(&cases).unwrap()).unwrap();
}
