//! How long rotations take and what they need, one thread: `cargo bench -p junheng-staffing`, or
//! `cargo bench -p junheng-staffing -- 3000x60` for the cases whose names contain a word. The figures
//! stand in docs/benchmarks.md.

#![expect(clippy::unwrap_used, reason = "a benchmark may stop at the first surprise")]

#[path = "../tests/story/common.rs"]
#[expect(dead_code, reason = "what only stories use")]
mod common;

use common::{Site, bench, county, row};
use domain::{Exact, Stage};
use solver::Watch;
use staffing::rotation::stable::{Mechanism, stable};
use staffing::rotation::{Outcome, Problem, Settings, check, optimum};
use staffing::{Roster, TeacherId};
use standard::Options;
use std::sync::Arc;
use std::time::Instant;

/// Eligible teachers, schools, and how far a teacher may be sent.
struct Case {
    name: &'static str,
    eligible: u32,
    schools: u32,
    commute: i64,
}

const CASES: [Case; 4] = [
    Case { name: "300x12", eligible: 300, schools: 12, commute: 30 },
    Case { name: "3000x60", eligible: 3_000, schools: 60, commute: 30 },
    Case { name: "3000x60 far", eligible: 3_000, schools: 60, commute: 500 },
    Case { name: "10000x300", eligible: 10_000, schools: 300, commute: 30 },
];

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with("--")).collect();
    for case in &CASES {
        if words.is_empty() || words.iter().any(|word| *word == case.name) {
            run(case);
        }
    }
}

fn run(case: &Case) {
    let begun = Instant::now();
    let problem = problem(case);
    let posed = begun.elapsed().as_secs_f64();
    let begun = Instant::now();
    let outcome = optimum(&problem, &*solver::in_process(), &Watch::new()).unwrap();
    let seconds = begun.elapsed().as_secs_f64();
    let Outcome::Found(rotation) = outcome else {
        println!("{}: {outcome:?}", case.name);
        return;
    };
    println!(
        "{:<12} eligible {} ways {} | posed {posed:.2} s, solved {seconds:.2} s, {} solves, proved {}, {} moves, peak {} MB",
        case.name,
        rotation.eligible,
        rotation.method.ways,
        rotation.method.solves,
        rotation.method.proved,
        rotation.moves.len(),
        peak(),
    );
    for level in &rotation.levels {
        println!(
            "    {:<13} {:>8} > {:>8}  gap {}",
            level.code, level.before, level.after, level.gap
        );
    }
    assert_eq!(check::check(&problem, &rotation).unwrap(), []);
    let begun = Instant::now();
    let free = stable(&problem, Mechanism::Trading).unwrap();
    println!("    stable: {} moves, {:.2} s", free.moves.len(), begun.elapsed().as_secs_f64());
}

/// The most memory that the process has held, in MB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM"));
    let number = line.and_then(|line| line.split_whitespace().nth(1)).and_then(|n| n.parse().ok());
    number.unwrap_or(0u64) / 1024
}

/// A generator of numbers that anybody can write again (splitmix64).
struct Draw(u64);

impl Draw {
    fn below(&mut self, most: u32) -> u32 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        u32::try_from((z ^ (z >> 31)) % u64::from(most)).unwrap()
    }
}

/// As the lessons of a primary school ask for, nearly.
const SUBJECTS: [&str; 16] = [
    "语文",
    "语文",
    "语文",
    "语文",
    "语文",
    "数学",
    "数学",
    "数学",
    "英语",
    "道法",
    "科学",
    "体育",
    "体育",
    "音乐",
    "美术",
    "信息科技",
];

fn problem(case: &Case) -> Problem {
    let bench = bench();
    let mut draw = Draw(u64::from(case.schools));
    let positions: Vec<(&'static str, &'static str)> = (0..case.schools)
        .map(|_| {
            let degrees = |draw: &mut Draw, whole: u32| -> &'static str {
                format!("{whole}.{:03}", draw.below(400)).leak()
            };
            (degrees(&mut draw, 116), degrees(&mut draw, 31))
        })
        .collect();
    // A third of the teachers is eligible; schools have between twelve and eighteen pupils a teacher.
    let mut rows = Vec::new();
    let mut staff = vec![0i64; usize::try_from(case.schools).unwrap()];
    for at in 0..case.eligible * 3 {
        // Every school has its share; a tenth is where chance puts them.
        let school = if draw.below(10) == 0 { draw.below(case.schools) } else { at % case.schools };
        staff[usize::try_from(school).unwrap()] += 1;
        let backbone = draw.below(8) == 0;
        let home = format!("116.{:03}", draw.below(400));
        let north = format!("31.{:03}", draw.below(400));
        let subject =
            (at / case.schools + if draw.below(4) == 0 { draw.below(16) } else { 0 }) % 16;
        let arrived = if at % 3 == 0 { 2000 + draw.below(18) } else { 2019 + draw.below(5) };
        let mut row = row(
            &format!("T{at:05}"),
            1,
            &[
                ("subject", SUBJECTS[usize::try_from(subject).unwrap()]),
                ("degree", if draw.below(4) == 0 { "高中" } else { "本科" }),
                ("backbone", if backbone { "县级" } else { "" }),
                ("backbone_basis", if backbone { "x" } else { "" }),
                ("arrived", &format!("{arrived}-09-01")),
                ("longitude", &home),
                ("latitude", &north),
            ],
        );
        assert!(row.set("school", &school_code(school)));
        rows.push(row);
    }
    let sites: Vec<Site> = (0..case.schools)
        .map(|at| {
            let place = usize::try_from(at).unwrap();
            let pupils = staff[place] * (12 + i64::from(draw.below(7)));
            let figures = vec![("pupils", pupils), ("classes", pupils / 36 + 1)];
            let residence = if draw.below(3) == 0 { "111" } else { "220" };
            Site {
                n: at + 1,
                stage: Stage::Primary,
                residence,
                position: positions[place],
                figures,
            }
        })
        .collect();
    let snapshot = county(&bench.catalogue, &sites);
    let (roster, _) = Roster::read(&rows, 2, &snapshot, &bench.rules, common::DAY);
    let (snapshot, _) =
        staffing::count::recount(&snapshot, &roster, &bench.rules, &bench.catalogue).unwrap();
    let mut settings = Settings::of(&bench.rules.rotation);
    settings.commute = Exact::from(case.commute);
    for teacher in roster.teachers() {
        if draw.below(5) == 0 {
            let list = (0..3).map(|_| common::code(draw.below(case.schools) + 1)).collect();
            settings.preferences.insert(TeacherId::clone(&teacher.id), list);
        }
    }
    let posts = staffing::posts::posts(&snapshot, &bench.catalogue, Some(&roster), &bench.rules);
    Problem::new(
        Arc::new(snapshot),
        Arc::new(roster),
        Arc::new(bench.rules.clone()),
        Arc::clone(&bench.standard),
        Options::default(),
        settings,
        &posts,
    )
    .unwrap()
}

fn school_code(at: u32) -> String {
    common::code(at + 1).to_string()
}
