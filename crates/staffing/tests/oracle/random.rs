//! Counties drawn at random, of any size: schools in a square of some forty kilometres, a third of the
//! teachers eligible, a fifth of these with three wishes.

use crate::common::{self, Site, bench, county, row, site};
use domain::Exact;
use staffing::rotation::{Problem, Settings};
use staffing::{Roster, TeacherId};
use standard::Options;
use std::sync::Arc;

/// Eligible teachers, schools, and how far a teacher may be sent.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) eligible: u32,
    pub(crate) schools: u32,
    pub(crate) commute: i64,
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

pub(crate) fn problem(case: &Case) -> Problem {
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
            let classes = pupils / 36 + 1;
            let figures = vec![("pupils", pupils), ("classes", classes), ("pupils_boarding", 0)];
            let residence = if draw.below(3) == 0 { "111" } else { "220" };
            Site { residence, position: positions[place], figures, ..site(at + 1, &[]) }
        })
        .collect();
    let snapshot = county(&bench.catalogue, &sites);
    let (roster, _) = Roster::read(&rows, 2, &snapshot, &bench.rules, common::DAY);
    let (snapshot, _) =
        staffing::count::recount(&snapshot, &roster, &bench.rules, &bench.catalogue).unwrap();
    let mut settings = Settings::of(&bench.rules.rotation);
    settings.commute = Exact::from(case.commute);
    settings.limits.seconds = 3_000;
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
